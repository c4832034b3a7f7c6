//! Kinds, types and flags of the schema, between C's numbers and ours.

use super::error::{Error, Result};
use super::schema::{
    realm_class_kind_e, realm_collection_type_e, realm_property_flag_e, realm_property_t, realm_property_type_e,
};
use super::string::realm_string_t;
use crate::schema::{ClassKind, Collection, Property, PropertyType};

const NULLABLE: u32 = realm_property_flag_e::RLM_PROPERTY_FLAG_NULLABLE as u32;
const PRIMARY_KEY: u32 = realm_property_flag_e::RLM_PROPERTY_FLAG_PRIMARY_KEY as u32;
const INDEXED: u32 = realm_property_flag_e::RLM_PROPERTY_FLAG_INDEXED as u32;

pub(super) fn class_kind(number: i32) -> Result<ClassKind> {
    match number {
        0 => Ok(ClassKind::TopLevel),
        1 => Ok(ClassKind::Embedded),
        2 => Ok(ClassKind::Asymmetric),
        unknown => Err(Error::argument(format!("kind is {unknown}, which is no realm_class_kind_e"))),
    }
}

pub(super) fn class_kind_to_c(kind: ClassKind) -> realm_class_kind_e {
    match kind {
        ClassKind::TopLevel => realm_class_kind_e::RLM_CLASS_KIND_TOP_LEVEL,
        ClassKind::Embedded => realm_class_kind_e::RLM_CLASS_KIND_EMBEDDED,
        ClassKind::Asymmetric => realm_class_kind_e::RLM_CLASS_KIND_ASYMMETRIC,
    }
}

/// The property, and whether it is the primary key. The caller vouches for the strings.
pub(super) unsafe fn property_from_c(property: &realm_property_t) -> Result<(Property, bool)> {
    let target = unsafe { property.target_class.text("property.target_class") }?;
    let property_type = property_type(property.r#type, target)?;
    let unknown = property.flags & !(NULLABLE | PRIMARY_KEY | INDEXED);
    if unknown != 0 {
        return Err(Error::argument(format!("property.flags has unknown bits: {unknown:#x}")));
    }
    let parsed = Property {
        name: unsafe { property.name.text("property.name") }?.to_string(),
        property_type,
        collection: collection(property.collection_type)?,
        nullable: property.flags & NULLABLE != 0,
        indexed: property.flags & INDEXED != 0,
    };
    Ok((parsed, property.flags & PRIMARY_KEY != 0))
}

/// The property as C sees it; it borrows from `property`.
pub(super) fn property_to_c(property: &Property, is_primary_key: bool) -> realm_property_t {
    let (property_type, target) = property_type_to_c(&property.property_type);
    let flag = |is_set, bit| if is_set { bit } else { 0 };
    realm_property_t {
        name: realm_string_t::borrowed(&property.name),
        target_class: realm_string_t::borrowed(target),
        r#type: property_type as i32,
        collection_type: match property.collection {
            Collection::Single => realm_collection_type_e::RLM_COLLECTION_TYPE_NONE,
            Collection::List => realm_collection_type_e::RLM_COLLECTION_TYPE_LIST,
            Collection::Set => realm_collection_type_e::RLM_COLLECTION_TYPE_SET,
            Collection::Dictionary => realm_collection_type_e::RLM_COLLECTION_TYPE_DICTIONARY,
        } as i32,
        flags: flag(property.nullable, NULLABLE) | flag(is_primary_key, PRIMARY_KEY) | flag(property.indexed, INDEXED),
    }
}

fn property_type(number: i32, target: &str) -> Result<PropertyType> {
    let property_type = match number {
        0 => PropertyType::Int,
        1 => PropertyType::Bool,
        2 => PropertyType::String,
        4 => PropertyType::Binary,
        6 => PropertyType::Mixed,
        8 => PropertyType::Timestamp,
        9 => PropertyType::Float,
        10 => PropertyType::Double,
        11 => PropertyType::Decimal,
        12 if target.is_empty() => {
            return Err(Error::argument("property.target_class is empty; a property of type object needs one"))
        }
        12 => return Ok(PropertyType::Link { target: target.to_string() }),
        15 => PropertyType::ObjectId,
        17 => PropertyType::Uuid,
        unknown => {
            return Err(Error::argument(format!("property.type is {unknown}, which is no realm_property_type_e")))
        }
    };
    match target.is_empty() {
        true => Ok(property_type),
        false => Err(Error::argument("property.target_class is set; only a property of type object has one")),
    }
}

fn property_type_to_c(property_type: &PropertyType) -> (realm_property_type_e, &str) {
    use realm_property_type_e::*;
    match property_type {
        PropertyType::Int => (RLM_PROPERTY_TYPE_INT, ""),
        PropertyType::Bool => (RLM_PROPERTY_TYPE_BOOL, ""),
        PropertyType::String => (RLM_PROPERTY_TYPE_STRING, ""),
        PropertyType::Binary => (RLM_PROPERTY_TYPE_BINARY, ""),
        PropertyType::Timestamp => (RLM_PROPERTY_TYPE_TIMESTAMP, ""),
        PropertyType::Float => (RLM_PROPERTY_TYPE_FLOAT, ""),
        PropertyType::Double => (RLM_PROPERTY_TYPE_DOUBLE, ""),
        PropertyType::Decimal => (RLM_PROPERTY_TYPE_DECIMAL128, ""),
        PropertyType::ObjectId => (RLM_PROPERTY_TYPE_OBJECT_ID, ""),
        PropertyType::Uuid => (RLM_PROPERTY_TYPE_UUID, ""),
        PropertyType::Mixed => (RLM_PROPERTY_TYPE_MIXED, ""),
        PropertyType::Link { target } => (RLM_PROPERTY_TYPE_OBJECT, target),
    }
}

fn collection(number: i32) -> Result<Collection> {
    match number {
        0 => Ok(Collection::Single),
        1 => Ok(Collection::List),
        2 => Ok(Collection::Set),
        4 => Ok(Collection::Dictionary),
        unknown => {
            let message = format!("property.collection_type is {unknown}, which is no realm_collection_type_e");
            Err(Error::argument(message))
        }
    }
}
