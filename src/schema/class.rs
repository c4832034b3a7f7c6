//! One class, and the schema that holds them.

use super::Property;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassKind {
    TopLevel,
    /// Objects are owned by one property or collection element of another object.
    Embedded,
    /// Objects are uploaded and not kept.
    Asymmetric,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    pub name: String,
    pub kind: ClassKind,
    /// Name of the property that is the primary key, if the class has one.
    pub primary_key: Option<String>,
    /// In the order they were declared; includes the primary key.
    pub properties: Vec<Property>,
}

/// Classes in the order they were declared.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Schema {
    pub classes: Vec<Class>,
}

impl Schema {
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }
}

impl Class {
    pub fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }
}
