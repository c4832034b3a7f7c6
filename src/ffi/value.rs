//! Values and links as C passes them.

use super::string::{realm_binary_t, realm_string_t};
use crate::value::{Decimal128, ObjectId, Timestamp, Uuid, Value};

/// Which member of realm_value_t::data is meant. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_value_type_e {
    /// Null; no member.
    RLM_VALUE_TYPE_NULL = 0,
    /// `integer`.
    RLM_VALUE_TYPE_INT = 1,
    /// `boolean`: 0 is false, 1 is true.
    RLM_VALUE_TYPE_BOOL = 2,
    /// `string`.
    RLM_VALUE_TYPE_STRING = 3,
    /// `binary`.
    RLM_VALUE_TYPE_BINARY = 4,
    /// `timestamp`.
    RLM_VALUE_TYPE_TIMESTAMP = 5,
    /// `single_float`.
    RLM_VALUE_TYPE_FLOAT = 6,
    /// `double_float`.
    RLM_VALUE_TYPE_DOUBLE = 7,
    /// `decimal128`.
    RLM_VALUE_TYPE_DECIMAL128 = 8,
    /// `object_id`.
    RLM_VALUE_TYPE_OBJECT_ID = 9,
    /// `link`.
    RLM_VALUE_TYPE_LINK = 10,
    /// `uuid`.
    RLM_VALUE_TYPE_UUID = 11,
}

/// Which member of realm_link_key_t is meant. Those that are also value types have their numbers.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_link_key_type_e {
    /// The primary key is null; no member.
    RLM_LINK_KEY_TYPE_NULL = 0,
    /// `integer`.
    RLM_LINK_KEY_TYPE_INT = 1,
    /// `string`.
    RLM_LINK_KEY_TYPE_STRING = 3,
    /// `object_id`.
    RLM_LINK_KEY_TYPE_OBJECT_ID = 9,
    /// `uuid`.
    RLM_LINK_KEY_TYPE_UUID = 11,
    /// `global_key`: the class has no primary key.
    RLM_LINK_KEY_TYPE_GLOBAL_KEY = 100,
}

/// Names a class of an open realm, as realm_find_class() gave it. Valid for every handle of that
/// realm until it is closed; never 0.
pub type realm_class_key_t = u32;

/// Names a property of a class, as realm_find_property() gave it. Valid like realm_class_key_t; never 0.
pub type realm_property_key_t = i64;

/// A point in time: seconds and nanoseconds from 1970-01-01T00:00:00Z. Both have the same sign, and
/// the nanoseconds are less than 1000000000 in magnitude.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_timestamp_t {
    /// Whole seconds.
    pub seconds: i64,
    /// The rest, in nanoseconds.
    pub nanoseconds: i32,
}

/// The 128 bits of an IEEE 754-2008 decimal in binary-integer form, least significant byte first.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_decimal128_t {
    /// Least significant byte first, on every machine.
    pub bytes: [u8; 16],
}

/// An object id: 12 bytes in the order in which they are written.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_object_id_t {
    /// In the order in which they are written.
    pub bytes: [u8; 12],
}

/// A UUID: 16 bytes in the order in which they are written.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_uuid_t {
    /// In the order in which they are written.
    pub bytes: [u8; 16],
}

/// Names an object of a class without primary key.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_global_key_t {
    /// Which file made the object.
    pub high: u64,
    /// A counter within that file.
    pub low: u64,
}

/// The key of a link, as realm_link_t::key_type says.
#[repr(C)]
#[derive(Clone, Copy)]
pub union realm_link_key_t {
    /// RLM_LINK_KEY_TYPE_INT
    pub integer: i64,
    /// RLM_LINK_KEY_TYPE_STRING
    pub string: realm_string_t,
    /// RLM_LINK_KEY_TYPE_OBJECT_ID
    pub object_id: realm_object_id_t,
    /// RLM_LINK_KEY_TYPE_UUID
    pub uuid: realm_uuid_t,
    /// RLM_LINK_KEY_TYPE_GLOBAL_KEY
    pub global_key: realm_global_key_t,
}

/// Names an object: its class and its key. The object need not exist (yet, or any more).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_link_t {
    /// The class, as realm_find_class() gave it.
    pub class_key: realm_class_key_t,
    /// A realm_link_key_type_e.
    pub key_type: i32,
    /// The member that key_type says.
    pub key: realm_link_key_t,
}

/// The content of a value, as realm_value_t::type says.
#[repr(C)]
#[derive(Clone, Copy)]
pub union realm_value_data_t {
    /// RLM_VALUE_TYPE_INT
    pub integer: i64,
    /// RLM_VALUE_TYPE_BOOL: 0 or 1
    pub boolean: u8,
    /// RLM_VALUE_TYPE_STRING
    pub string: realm_string_t,
    /// RLM_VALUE_TYPE_BINARY
    pub binary: realm_binary_t,
    /// RLM_VALUE_TYPE_TIMESTAMP
    pub timestamp: realm_timestamp_t,
    /// RLM_VALUE_TYPE_FLOAT
    pub single_float: f32,
    /// RLM_VALUE_TYPE_DOUBLE
    pub double_float: f64,
    /// RLM_VALUE_TYPE_DECIMAL128
    pub decimal128: realm_decimal128_t,
    /// RLM_VALUE_TYPE_OBJECT_ID
    pub object_id: realm_object_id_t,
    /// RLM_VALUE_TYPE_UUID
    pub uuid: realm_uuid_t,
    /// RLM_VALUE_TYPE_LINK
    pub link: realm_link_t,
}

/// One value of a property. `type` says which member of `data` is meant. Strings and bytes going in
/// are borrowed for the call; coming out, as long as the function says. The layout is frozen:
/// `type` at offset 0, `data` at offset 8, 32 bytes where pointers have 8.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_value_t {
    /// A realm_value_type_e.
    pub r#type: i32,
    /// The member that type says.
    pub data: realm_value_data_t,
}
