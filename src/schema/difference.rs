//! What has to be added to a persisted schema so that it holds a wanted one.

use super::{Class, ClassKind, Collection, Property, PropertyType, Schema, SchemaError};

/// One step from the persisted schema to the wanted one; the order of the steps matters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaChange {
    /// Add the class with its primary key, without any other property.
    AddClass(Class),
    AddProperty {
        class: String,
        property: Property,
    },
    /// Build or drop the local search index; never synchronised.
    SetIndexed {
        class: String,
        property: String,
        indexed: bool,
    },
}

impl Schema {
    /// The changes that make `self`, the persisted schema, hold everything `wanted` declares. Classes come before
    /// properties, so a link finds its target. What only the file has stays; what differs is an error that names it.
    pub fn additive_difference(&self, wanted: &Schema) -> Result<Vec<SchemaChange>, SchemaError> {
        let mut changes = Vec::new();
        let mut properties = Vec::new();
        for class in &wanted.classes {
            match self.class(&class.name) {
                None => {
                    changes.push(SchemaChange::AddClass(class.clone()));
                    properties.extend(class.properties.iter().filter(|p| !class.is_primary_key(p)).map(|property| {
                        SchemaChange::AddProperty { class: class.name.clone(), property: property.clone() }
                    }));
                }
                Some(persisted) => {
                    persisted.check_unchanged(class)?;
                    persisted.difference(class, &mut properties)?;
                }
            }
        }
        changes.append(&mut properties);
        Ok(changes)
    }
}

impl Class {
    pub fn is_primary_key(&self, property: &Property) -> bool {
        self.primary_key.as_deref() == Some(property.name.as_str())
    }

    fn check_unchanged(&self, wanted: &Class) -> Result<(), SchemaError> {
        if self.kind != wanted.kind {
            return Err(SchemaError::ClassKindChanged {
                class: self.name.clone(),
                persisted: self.kind.name(),
                wanted: wanted.kind.name(),
            });
        }
        let (persisted, wanted) = (self.describe_key(), wanted.describe_key());
        if persisted != wanted {
            return Err(SchemaError::PrimaryKeyChanged { class: self.name.clone(), persisted, wanted });
        }
        Ok(())
    }

    fn describe_key(&self) -> String {
        match self.primary_key.as_ref().and_then(|name| self.property(name)) {
            None => "none".to_owned(),
            Some(property) => format!("`{}`, {}", property.name, property.describe()),
        }
    }

    fn difference(&self, wanted: &Class, changes: &mut Vec<SchemaChange>) -> Result<(), SchemaError> {
        for property in &wanted.properties {
            let class = || self.name.clone();
            match self.property(&property.name) {
                None => changes.push(SchemaChange::AddProperty { class: class(), property: property.clone() }),
                Some(persisted) if !persisted.has_type_of(property) => {
                    return Err(SchemaError::PropertyChanged {
                        class: class(),
                        property: property.name.clone(),
                        persisted: persisted.describe(),
                        wanted: property.describe(),
                    });
                }
                Some(persisted) if persisted.indexed != property.indexed && !self.is_primary_key(property) => changes
                    .push(SchemaChange::SetIndexed {
                        class: class(),
                        property: property.name.clone(),
                        indexed: property.indexed,
                    }),
                Some(_) => {}
            }
        }
        Ok(())
    }
}

impl ClassKind {
    pub fn name(self) -> &'static str {
        match self {
            ClassKind::TopLevel => "top-level",
            ClassKind::Embedded => "embedded",
            ClassKind::Asymmetric => "asymmetric",
        }
    }
}

impl Property {
    /// Whether both hold the same values: type, link target, collection and nullability.
    pub fn has_type_of(&self, other: &Property) -> bool {
        self.property_type == other.property_type
            && self.collection == other.collection
            && self.nullable == other.nullable
    }

    /// The type in words, such as `list of nullable int`.
    pub fn describe(&self) -> String {
        let collection = match self.collection {
            Collection::Single => "",
            Collection::List => "list of ",
            Collection::Set => "set of ",
            Collection::Dictionary => "dictionary of ",
        };
        let nullable = if self.nullable { "nullable " } else { "" };
        match &self.property_type {
            PropertyType::Link { target } => format!("{collection}{nullable}link to `{target}`"),
            other => format!("{collection}{nullable}{}", other.name()),
        }
    }
}

impl PropertyType {
    pub fn name(&self) -> &'static str {
        match self {
            PropertyType::Int => "int",
            PropertyType::Bool => "bool",
            PropertyType::String => "string",
            PropertyType::Binary => "binary",
            PropertyType::Timestamp => "timestamp",
            PropertyType::Float => "float",
            PropertyType::Double => "double",
            PropertyType::Decimal => "decimal",
            PropertyType::ObjectId => "objectId",
            PropertyType::Uuid => "uuid",
            PropertyType::Mixed => "mixed",
            PropertyType::Link { .. } => "link",
        }
    }
}
