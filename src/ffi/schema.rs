//! Schemas: built, checked and read back.

use std::sync::Arc;

use parking_lot::Mutex;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::property::{class_kind, class_kind_to_c, property_from_c, property_to_c};
use super::string::realm_string_t;
use crate::schema::{Class, Property, Schema, SchemaError};

/// What the objects of a class are. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_class_kind_e {
    /// Objects of their own.
    RLM_CLASS_KIND_TOP_LEVEL = 0,
    /// Objects owned by one property of another object.
    RLM_CLASS_KIND_EMBEDDED = 1,
    /// Objects that are uploaded and not kept: gone when the transaction that made them is committed.
    RLM_CLASS_KIND_ASYMMETRIC = 2,
}

/// The type of a property's values, or of its elements. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_property_type_e {
    /// 64-bit integer.
    RLM_PROPERTY_TYPE_INT = 0,
    /// True or false.
    RLM_PROPERTY_TYPE_BOOL = 1,
    /// UTF-8 text.
    RLM_PROPERTY_TYPE_STRING = 2,
    /// Bytes.
    RLM_PROPERTY_TYPE_BINARY = 4,
    /// Any of the other types; always nullable.
    RLM_PROPERTY_TYPE_MIXED = 6,
    /// A point in time.
    RLM_PROPERTY_TYPE_TIMESTAMP = 8,
    /// 32-bit floating point.
    RLM_PROPERTY_TYPE_FLOAT = 9,
    /// 64-bit floating point.
    RLM_PROPERTY_TYPE_DOUBLE = 10,
    /// Decimal floating point.
    RLM_PROPERTY_TYPE_DECIMAL128 = 11,
    /// A link to an object of the target class, or an embedded object when that class is embedded.
    RLM_PROPERTY_TYPE_OBJECT = 12,
    /// An object id.
    RLM_PROPERTY_TYPE_OBJECT_ID = 15,
    /// A UUID.
    RLM_PROPERTY_TYPE_UUID = 17,
}

/// How many values a property holds. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_collection_type_e {
    /// One value.
    RLM_COLLECTION_TYPE_NONE = 0,
    /// A list.
    RLM_COLLECTION_TYPE_LIST = 1,
    /// A set.
    RLM_COLLECTION_TYPE_SET = 2,
    /// A dictionary with string keys.
    RLM_COLLECTION_TYPE_DICTIONARY = 4,
}

/// Bits of realm_property_t::flags. Numbered as in realm-core.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_property_flag_e {
    /// The value, or an element of the collection, may be null.
    RLM_PROPERTY_FLAG_NULLABLE = 1,
    /// The property is the primary key of its class.
    RLM_PROPERTY_FLAG_PRIMARY_KEY = 2,
    /// The local file keeps a search index.
    RLM_PROPERTY_FLAG_INDEXED = 4,
}

/// One property of a class. The layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_property_t {
    /// Its name.
    pub name: realm_string_t,
    /// The class that a property of the type object refers to; empty for the other types.
    pub target_class: realm_string_t,
    /// A realm_property_type_e.
    pub r#type: i32,
    /// A realm_collection_type_e.
    pub collection_type: i32,
    /// Bits of realm_property_flag_e.
    pub flags: u32,
}

/// One class of a schema. The layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_class_t {
    /// Its name.
    pub name: realm_string_t,
    /// The property that is the primary key; empty when there is none.
    pub primary_key: realm_string_t,
    /// Number of its properties.
    pub property_count: usize,
    /// A realm_class_kind_e.
    pub kind: i32,
}

/// Classes and properties. Any thread, but nobody may read it while it is changed.
pub struct realm_schema_t {
    header: Header,
    schema: Mutex<Schema>,
}

impl Handle for realm_schema_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl From<SchemaError> for Error {
    fn from(error: SchemaError) -> Error {
        let number = match error {
            SchemaError::EmptyClassName
            | SchemaError::ClassNameTooLong { .. }
            | SchemaError::DuplicateClass { .. }
            | SchemaError::EmptyPropertyName { .. }
            | SchemaError::PropertyNameTooLong { .. }
            | SchemaError::DuplicateProperty { .. }
            | SchemaError::TooManyProperties { .. }
            | SchemaError::MissingPrimaryKey { .. }
            | SchemaError::InvalidPrimaryKey { .. }
            | SchemaError::EmbeddedWithPrimaryKey { .. }
            | SchemaError::MissingTarget { .. }
            | SchemaError::AsymmetricTarget { .. }
            | SchemaError::MustBeNullable { .. }
            | SchemaError::MustNotBeNullable { .. }
            | SchemaError::SetOfEmbedded { .. } => realm_errno_e::RLM_ERR_SCHEMA_VALIDATION_FAILED,
            SchemaError::ClassKindChanged { .. }
            | SchemaError::PrimaryKeyChanged { .. }
            | SchemaError::PropertyChanged { .. } => realm_errno_e::RLM_ERR_INVALID_SCHEMA_CHANGE,
        };
        Error::new(number, error.to_string())
    }
}

impl realm_schema_t {
    pub(super) fn new(schema: Schema) -> Arc<realm_schema_t> {
        Arc::new(realm_schema_t { header: Header::new(), schema: Mutex::new(schema) })
    }

    /// A copy of what was built so far.
    pub(super) fn schema(&self) -> Schema {
        self.schema.lock().clone()
    }

    fn add_class(&self, name: &str, kind: i32) -> Result<()> {
        let kind = class_kind(kind)?;
        let mut schema = self.schema.lock();
        if name.is_empty() || schema.class(name).is_some() {
            return Err(bad_name("class", name));
        }
        schema.classes.push(Class { name: name.to_string(), kind, primary_key: None, properties: Vec::new() });
        Ok(())
    }

    fn add_property(&self, class_name: &str, property: Property, is_primary_key: bool) -> Result<()> {
        let mut schema = self.schema.lock();
        let class = schema.classes.iter_mut().find(|class| class.name == class_name);
        let class = class.ok_or_else(|| no_such_class(class_name))?;
        if property.name.is_empty() || class.property(&property.name).is_some() {
            return Err(bad_name("property", &property.name));
        }
        match (&class.primary_key, is_primary_key) {
            (Some(key), true) => {
                let message = format!("the class `{class_name}` has the primary key `{key}` already; it can have one");
                return Err(Error::argument(message));
            }
            (None, true) => class.primary_key = Some(property.name.clone()),
            (Some(_) | None, false) => {}
        }
        class.properties.push(property);
        Ok(())
    }

    fn size(&self) -> usize {
        self.schema.lock().classes.len()
    }

    fn class(&self, index: usize) -> Result<realm_class_t> {
        let schema = self.schema.lock();
        let class = schema.classes.get(index).ok_or_else(|| out_of_bounds(index, schema.classes.len()))?;
        Ok(realm_class_t {
            name: realm_string_t::borrowed(&class.name),
            primary_key: realm_string_t::borrowed(class.primary_key.as_deref().unwrap_or_default()),
            property_count: class.properties.len(),
            kind: class_kind_to_c(class.kind) as i32,
        })
    }

    fn property(&self, class_name: &str, index: usize) -> Result<realm_property_t> {
        let schema = self.schema.lock();
        let class = schema.class(class_name).ok_or_else(|| no_such_class(class_name))?;
        let property = class.properties.get(index).ok_or_else(|| out_of_bounds(index, class.properties.len()))?;
        Ok(property_to_c(property, class.primary_key.as_deref() == Some(&property.name)))
    }
}

fn bad_name(what: &str, name: &str) -> Error {
    let message = match name.is_empty() {
        true => format!("the name of a {what} must not be empty"),
        false => format!("there is a {what} `{name}` already; choose another name"),
    };
    Error::new(realm_errno_e::RLM_ERR_INVALID_NAME, message)
}

pub(super) fn no_such_class(name: &str) -> Error {
    Error::new(realm_errno_e::RLM_ERR_NO_SUCH_TABLE, format!("there is no class `{name}`"))
}

pub(super) fn out_of_bounds(index: usize, size: usize) -> Error {
    let message = format!("index {index} is out of bounds; the size is {size}");
    Error::new(realm_errno_e::RLM_ERR_INDEX_OUT_OF_BOUNDS, message)
}

/// Makes an empty schema.
///
/// @return The schema; release it with realm_schema_release().
///
/// Add classes with realm_schema_add_class() and their properties with realm_schema_add_property(),
/// then hand it to realm_config_set_schema(), which copies it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_new() -> *mut realm_schema_t {
    guard(|_call| Ok(realm_schema_t::new(Schema::default())))
}

/// Adds a class without properties.
///
/// @param schema The schema.
/// @param name   The name of the class: UTF-8, not empty, new to the schema.
/// @param kind   A realm_class_kind_e.
/// @return false when the name is taken or not allowed, or kind is none of these.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INVALID_NAME.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_add_class(schema: *mut realm_schema_t, name: realm_string_t, kind: i32) -> bool {
    guard(|call| call.handle(schema, "schema")?.add_class(name.text("name")?, kind))
}

/// Adds a property to a class of the schema.
///
/// @param schema     The schema.
/// @param class_name A class that was added before.
/// @param property   The property; copied. Its target class may be added later.
/// @return false when there is no such class, the name is taken or not allowed, a number is
///         unknown, or the class has a primary key already.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INVALID_NAME, RLM_ERR_NO_SUCH_TABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_add_property(
    schema: *mut realm_schema_t,
    class_name: realm_string_t,
    property: *const realm_property_t,
) -> bool {
    guard(|call| {
        let schema = call.handle(schema, "schema")?;
        let (property, is_primary_key) = property_from_c(&call.read(property, "property")?)?;
        schema.add_property(class_name.text("class_name")?, property, is_primary_key)
    })
}

/// Checks that the schema as a whole makes sense.
///
/// @param schema The schema.
/// @return false when it does not; the message names the class and property.
///
/// It checks names, link targets, types of primary keys, and what embedded classes may not have.
/// Opening a realm checks the same. Calling it is optional.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_SCHEMA_VALIDATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_validate(schema: *const realm_schema_t) -> bool {
    guard(|call| Ok(call.handle(schema, "schema")?.schema().validate()?))
}

/// Counts the classes of a schema.
///
/// @param schema   The schema.
/// @param out_size Gets the number of classes.
/// @return false when a pointer is NULL.
///
/// Classes are numbered from 0 in the order in which they were added.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_size(schema: *const realm_schema_t, out_size: *mut usize) -> bool {
    guard(|call| call.write(out_size, "out_size", call.handle(schema, "schema")?.size()))
}

/// Reads one class of a schema.
///
/// @param schema    The schema.
/// @param index     Which class, from 0.
/// @param out_class Gets the class. Its strings are borrowed until the schema is changed or released.
/// @return false when the index is at or beyond the size.
///
/// Threads: any thread that does not race with a change of the schema.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_get_class(
    schema: *const realm_schema_t,
    index: usize,
    out_class: *mut realm_class_t,
) -> bool {
    guard(|call| call.write(out_class, "out_class", call.handle(schema, "schema")?.class(index)?))
}

/// Reads one property of a class.
///
/// @param schema       The schema.
/// @param class_name   The class.
/// @param index        Which property, from 0, in the order in which they were added.
/// @param out_property Gets the property. Its strings are borrowed until the schema is changed or released.
/// @return false when there is no such class, or the index is at or beyond its number of properties.
///
/// Threads: any thread that does not race with a change of the schema.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_get_property(
    schema: *const realm_schema_t,
    class_name: realm_string_t,
    index: usize,
    out_property: *mut realm_property_t,
) -> bool {
    guard(|call| {
        let property = call.handle(schema, "schema")?.property(class_name.text("class_name")?, index)?;
        call.write(out_property, "out_property", property)
    })
}

/// Adds a reference to a schema.
///
/// @param schema The schema, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_schema_release(). The schema lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_retain(schema: *mut realm_schema_t) -> *mut realm_schema_t {
    guard(|_call| retain(schema))
}

/// Gives up a reference to a schema.
///
/// @param schema The schema, or NULL.
///
/// The last one ends the schema. A realm or config that uses it has a copy of its own.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_schema_release(schema: *mut realm_schema_t) {
    guard(|_call| release(schema))
}
