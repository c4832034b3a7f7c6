//! What a schema must keep to by itself.

use std::collections::HashSet;

use super::{Class, ClassKind, Collection, Property, PropertyType, Schema, SchemaError};

pub const MAX_CLASS_NAME_BYTES: usize = 57;
pub const MAX_PROPERTY_NAME_BYTES: usize = 63;
/// One column each; SQLite's limit is 2,000 columns a table.
pub const MAX_PROPERTIES: usize = 1_900;

impl Schema {
    /// Checks names, primary keys, link targets and nullability of every class.
    pub fn validate(&self) -> Result<(), SchemaError> {
        let mut names = HashSet::new();
        for class in &self.classes {
            if !names.insert(class.name.as_str()) {
                return Err(SchemaError::DuplicateClass { class: class.name.clone() });
            }
            class.validate_names()?;
            class.validate_primary_key()?;
            for property in &class.properties {
                self.validate_property(class, property)?;
            }
        }
        Ok(())
    }

    fn validate_property(&self, class: &Class, property: &Property) -> Result<(), SchemaError> {
        let name = || (class.name.clone(), property.name.clone());
        let target = match &property.property_type {
            PropertyType::Mixed if !property.nullable => {
                let (class, property) = name();
                return Err(SchemaError::MustBeNullable { class, property });
            }
            PropertyType::Link { target } => target,
            PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid
            | PropertyType::Mixed => return Ok(()),
        };
        let (class, property_name) = name();
        let Some(target_class) = self.class(target) else {
            return Err(SchemaError::MissingTarget { class, property: property_name, target: target.clone() });
        };
        if target_class.kind == ClassKind::Asymmetric {
            return Err(SchemaError::AsymmetricTarget { class, property: property_name, target: target.clone() });
        }
        match property.collection {
            Collection::Single | Collection::Dictionary if !property.nullable => {
                Err(SchemaError::MustBeNullable { class, property: property_name })
            }
            Collection::List | Collection::Set if property.nullable => {
                Err(SchemaError::MustNotBeNullable { class, property: property_name })
            }
            Collection::Set if target_class.kind == ClassKind::Embedded => {
                Err(SchemaError::SetOfEmbedded { class, property: property_name })
            }
            Collection::Single | Collection::List | Collection::Set | Collection::Dictionary => Ok(()),
        }
    }
}

impl Class {
    fn validate_names(&self) -> Result<(), SchemaError> {
        let class = || self.name.clone();
        if self.name.is_empty() {
            return Err(SchemaError::EmptyClassName);
        }
        if self.name.len() > MAX_CLASS_NAME_BYTES {
            let size = self.name.len();
            return Err(SchemaError::ClassNameTooLong { class: class(), size, limit: MAX_CLASS_NAME_BYTES });
        }
        if self.properties.len() > MAX_PROPERTIES {
            let count = self.properties.len();
            return Err(SchemaError::TooManyProperties { class: class(), count, limit: MAX_PROPERTIES });
        }
        let mut names = HashSet::new();
        for property in &self.properties {
            let name = property.name.clone();
            if name.is_empty() {
                return Err(SchemaError::EmptyPropertyName { class: class() });
            }
            if name.len() > MAX_PROPERTY_NAME_BYTES {
                let size = name.len();
                let limit = MAX_PROPERTY_NAME_BYTES;
                return Err(SchemaError::PropertyNameTooLong { class: class(), property: name, size, limit });
            }
            if !names.insert(property.name.as_str()) {
                return Err(SchemaError::DuplicateProperty { class: class(), property: name });
            }
        }
        Ok(())
    }

    fn validate_primary_key(&self) -> Result<(), SchemaError> {
        let Some(key) = &self.primary_key else { return Ok(()) };
        if self.kind == ClassKind::Embedded {
            return Err(SchemaError::EmbeddedWithPrimaryKey { class: self.name.clone() });
        }
        let Some(property) = self.property(key) else {
            return Err(SchemaError::MissingPrimaryKey { class: self.name.clone(), property: key.clone() });
        };
        let allowed = match property.property_type {
            PropertyType::Int | PropertyType::String | PropertyType::ObjectId | PropertyType::Uuid => true,
            PropertyType::Bool
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::Mixed
            | PropertyType::Link { .. } => false,
        };
        match property.collection {
            Collection::Single if allowed => Ok(()),
            Collection::Single | Collection::List | Collection::Set | Collection::Dictionary => {
                Err(SchemaError::InvalidPrimaryKey { class: self.name.clone(), property: key.clone() })
            }
        }
    }
}
