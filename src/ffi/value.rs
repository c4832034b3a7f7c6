//! Values and links as C passes them.

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::string::{realm_binary_t, realm_string_t};
use crate::store::{Container, Content};
use crate::value::{Decimal128, Link, ObjectId, PrimaryKey, Timestamp, Uuid, Value};

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
    /// A list in a mixed value; no member. It is read and made with functions of its own.
    RLM_VALUE_TYPE_LIST = 12,
    /// A dictionary in a mixed value; no member. It is read and made with functions of its own.
    RLM_VALUE_TYPE_DICTIONARY = 13,
    /// An embedded object; no member. It is read and made with functions of its own.
    RLM_VALUE_TYPE_EMBEDDED = 100,
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

/// Names a class of a realm, as realm_find_class() gave it. Valid for every handle of the same file; never 0.
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

/// Class names behind class keys, as the open realm has them.
pub(super) trait Classes {
    fn name_of(&self, key: realm_class_key_t) -> Result<String>;
    fn key_of(&self, name: &str) -> Result<realm_class_key_t>;
}

/// The value C passed as `parameter`. The caller vouches for the members and what they borrow.
pub(super) unsafe fn value_from_c(value: &realm_value_t, classes: &dyn Classes, parameter: &str) -> Result<Value> {
    let data = &value.data;
    unsafe {
        Ok(match value.r#type {
            0 => Value::Null,
            1 => Value::Int(data.integer),
            2 => Value::Bool(bool_from_c(data.boolean, parameter)?),
            3 => Value::String(data.string.text(parameter)?.to_string()),
            4 => Value::Binary(data.binary.bytes(parameter)?.to_vec()),
            5 => Value::Timestamp(timestamp_from_c(data.timestamp, parameter)?),
            6 => Value::Float(data.single_float),
            7 => Value::Double(data.double_float),
            8 => Value::Decimal(Decimal128::from_bits(u128::from_le_bytes(data.decimal128.bytes))),
            9 => Value::ObjectId(ObjectId(data.object_id.bytes)),
            10 => Value::Link(link_from_c(&data.link, classes, parameter)?),
            11 => Value::Uuid(Uuid(data.uuid.bytes)),
            12 | 13 | 100 => {
                let message = format!(
                    "{parameter}.type is a list, a dictionary or an embedded object; make it with the functions \
                     realm_..._set_list, _set_dictionary, _set_embedded or their insertions"
                );
                return Err(Error::argument(message));
            }
            unknown => {
                let message = format!("{parameter}.type is {unknown}, which is no realm_value_type_e");
                return Err(Error::argument(message));
            }
        })
    }
}

/// The primary key C passed as `parameter`; only values that can be one are.
pub(super) unsafe fn primary_key_from_c(value: &realm_value_t, parameter: &str) -> Result<PrimaryKey> {
    unsafe {
        Ok(match value.r#type {
            0 => PrimaryKey::Null,
            1 => PrimaryKey::Int(value.data.integer),
            3 => PrimaryKey::String(value.data.string.text(parameter)?.to_string()),
            9 => PrimaryKey::ObjectId(ObjectId(value.data.object_id.bytes)),
            11 => PrimaryKey::Uuid(Uuid(value.data.uuid.bytes)),
            other => {
                let message = format!("{parameter}.type is {other}; a key is null, int, string, object id or uuid");
                return Err(Error::new(realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, message));
            }
        })
    }
}

/// The link C passed as `parameter`.
unsafe fn link_from_c(link: &realm_link_t, classes: &dyn Classes, parameter: &str) -> Result<Link> {
    let key = unsafe { link_key_from_c(link, parameter) }?;
    Ok(Link { class: classes.name_of(link.class_key)?, key })
}

/// The key of the link C passed as `parameter`.
pub(super) unsafe fn link_key_from_c(link: &realm_link_t, parameter: &str) -> Result<PrimaryKey> {
    unsafe {
        Ok(match link.key_type {
            0 => PrimaryKey::Null,
            1 => PrimaryKey::Int(link.key.integer),
            3 => PrimaryKey::String(link.key.string.text(parameter)?.to_string()),
            9 => PrimaryKey::ObjectId(ObjectId(link.key.object_id.bytes)),
            11 => PrimaryKey::Uuid(Uuid(link.key.uuid.bytes)),
            100 => PrimaryKey::GlobalKey { hi: link.key.global_key.high, lo: link.key.global_key.low },
            unknown => {
                let message = format!("{parameter}.key_type is {unknown}, which is no realm_link_key_type_e");
                return Err(Error::argument(message));
            }
        })
    }
}

/// The primary key as C sees it; `None` for what stands in for one. It borrows from `key`.
pub(super) fn primary_key_to_c(key: &PrimaryKey) -> Option<realm_value_t> {
    use realm_value_type_e::*;
    let (tag, data) = match key {
        PrimaryKey::Null => (RLM_VALUE_TYPE_NULL, realm_value_data_t { integer: 0 }),
        PrimaryKey::Int(integer) => (RLM_VALUE_TYPE_INT, realm_value_data_t { integer: *integer }),
        PrimaryKey::String(text) => {
            (RLM_VALUE_TYPE_STRING, realm_value_data_t { string: realm_string_t::borrowed(text) })
        }
        PrimaryKey::ObjectId(ObjectId(bytes)) => {
            (RLM_VALUE_TYPE_OBJECT_ID, realm_value_data_t { object_id: realm_object_id_t { bytes: *bytes } })
        }
        PrimaryKey::Uuid(Uuid(bytes)) => {
            (RLM_VALUE_TYPE_UUID, realm_value_data_t { uuid: realm_uuid_t { bytes: *bytes } })
        }
        PrimaryKey::GlobalKey { .. } => return None,
    };
    Some(realm_value_t { r#type: tag as i32, data })
}

/// What a property or an element holds, as C sees it; it borrows from `content`.
pub(super) fn content_to_c(content: &Content, classes: &dyn Classes) -> Result<realm_value_t> {
    use realm_value_type_e::*;
    let tag = match content {
        Content::Value(value) => return value_to_c(value, classes),
        Content::List(Container::Nested(_)) => RLM_VALUE_TYPE_LIST,
        Content::Dictionary(Container::Nested(_)) => RLM_VALUE_TYPE_DICTIONARY,
        Content::Object(..) => RLM_VALUE_TYPE_EMBEDDED,
        Content::List(Container::Property { .. })
        | Content::Dictionary(Container::Property { .. })
        | Content::Set(Container::Property { .. } | Container::Nested(_)) => {
            let message = "the property is a collection; get it with realm_object_get_list, _set or _dictionary";
            return Err(Error::new(realm_errno_e::RLM_ERR_PROPERTY_TYPE_MISMATCH, message));
        }
    };
    Ok(realm_value_t { r#type: tag as i32, data: realm_value_data_t { integer: 0 } })
}

/// The value as C sees it; it borrows from `value`.
fn value_to_c(value: &Value, classes: &dyn Classes) -> Result<realm_value_t> {
    use realm_value_type_e::*;
    let (tag, data) = match value {
        Value::Null => (RLM_VALUE_TYPE_NULL, realm_value_data_t { integer: 0 }),
        Value::Int(integer) => (RLM_VALUE_TYPE_INT, realm_value_data_t { integer: *integer }),
        Value::Bool(boolean) => (RLM_VALUE_TYPE_BOOL, realm_value_data_t { boolean: u8::from(*boolean) }),
        Value::String(text) => (RLM_VALUE_TYPE_STRING, realm_value_data_t { string: realm_string_t::borrowed(text) }),
        Value::Binary(bytes) => (RLM_VALUE_TYPE_BINARY, realm_value_data_t { binary: realm_binary_t::borrowed(bytes) }),
        Value::Timestamp(timestamp) => {
            let timestamp = realm_timestamp_t { seconds: timestamp.seconds(), nanoseconds: timestamp.nanoseconds() };
            (RLM_VALUE_TYPE_TIMESTAMP, realm_value_data_t { timestamp })
        }
        Value::Float(float) => (RLM_VALUE_TYPE_FLOAT, realm_value_data_t { single_float: *float }),
        Value::Double(double) => (RLM_VALUE_TYPE_DOUBLE, realm_value_data_t { double_float: *double }),
        Value::Decimal(decimal) => {
            let decimal128 = realm_decimal128_t { bytes: decimal.to_bits().to_le_bytes() };
            (RLM_VALUE_TYPE_DECIMAL128, realm_value_data_t { decimal128 })
        }
        Value::ObjectId(ObjectId(bytes)) => {
            (RLM_VALUE_TYPE_OBJECT_ID, realm_value_data_t { object_id: realm_object_id_t { bytes: *bytes } })
        }
        Value::Uuid(Uuid(bytes)) => (RLM_VALUE_TYPE_UUID, realm_value_data_t { uuid: realm_uuid_t { bytes: *bytes } }),
        Value::Link(Link { class, key }) => {
            (RLM_VALUE_TYPE_LINK, realm_value_data_t { link: link_to_c(classes.key_of(class)?, key) })
        }
    };
    Ok(realm_value_t { r#type: tag as i32, data })
}

/// The link as C sees it; it borrows from `key`.
pub(super) fn link_to_c(class_key: realm_class_key_t, key: &PrimaryKey) -> realm_link_t {
    use realm_link_key_type_e::*;
    let (tag, key) = match key {
        PrimaryKey::Null => (RLM_LINK_KEY_TYPE_NULL, realm_link_key_t { integer: 0 }),
        PrimaryKey::Int(integer) => (RLM_LINK_KEY_TYPE_INT, realm_link_key_t { integer: *integer }),
        PrimaryKey::String(text) => {
            (RLM_LINK_KEY_TYPE_STRING, realm_link_key_t { string: realm_string_t::borrowed(text) })
        }
        PrimaryKey::GlobalKey { hi, lo } => {
            let global_key = realm_global_key_t { high: *hi, low: *lo };
            (RLM_LINK_KEY_TYPE_GLOBAL_KEY, realm_link_key_t { global_key })
        }
        PrimaryKey::ObjectId(ObjectId(bytes)) => {
            (RLM_LINK_KEY_TYPE_OBJECT_ID, realm_link_key_t { object_id: realm_object_id_t { bytes: *bytes } })
        }
        PrimaryKey::Uuid(Uuid(bytes)) => {
            (RLM_LINK_KEY_TYPE_UUID, realm_link_key_t { uuid: realm_uuid_t { bytes: *bytes } })
        }
    };
    realm_link_t { class_key, key_type: tag as i32, key }
}

fn bool_from_c(boolean: u8, parameter: &str) -> Result<bool> {
    match boolean {
        0 => Ok(false),
        1 => Ok(true),
        other => Err(Error::argument(format!("{parameter}.data.boolean is {other}; it must be 0 or 1"))),
    }
}

fn timestamp_from_c(timestamp: realm_timestamp_t, parameter: &str) -> Result<Timestamp> {
    Timestamp::new(timestamp.seconds, timestamp.nanoseconds).ok_or_else(|| {
        let message = format!(
            "{parameter}.data.timestamp: the nanoseconds must be less than 1000000000 and of the sign of the seconds"
        );
        Error::argument(message)
    })
}
