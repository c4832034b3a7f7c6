//! What one commit changed in something that is observed.
//!
//! Rules: `docs/STORE.md`, "Change reports".

use crate::value::PrimaryKey;

use super::state::{ClassKey, Container, ObjectKey, PropertyKey};

/// What can be observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Observed {
    Object(ClassKey, ObjectKey),
    Collection(Container),
    Class(ClassKey),
}

/// Never empty.
#[derive(Debug, Clone, PartialEq)]
pub enum Changes {
    Object(ObjectChanges),
    Collection(CollectionChanges),
    Class(ClassChanges),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ObjectChanges {
    /// The object is gone; nothing more is reported of it.
    Deleted,
    /// These properties, in the order of their keys.
    Modified(Vec<PropertyKey>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CollectionChanges {
    /// The collection is gone, with what held it; nothing more is reported of it.
    Deleted,
    List(PositionChanges),
    /// By the order in which a set is read.
    Set(PositionChanges),
    Dictionary(KeyChanges),
}

/// Positions of elements that the application sees, rising.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PositionChanges {
    /// Before the commit.
    pub deletions: Vec<u64>,
    /// After the commit.
    pub insertions: Vec<u64>,
    /// After the commit.
    pub modifications: Vec<u64>,
}

/// Keys by their bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyChanges {
    pub deletions: Vec<String>,
    pub insertions: Vec<String>,
    pub modifications: Vec<String>,
}

/// What names the objects on every device, in the order of their numbers in the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClassChanges {
    pub deletions: Vec<PrimaryKey>,
    pub insertions: Vec<PrimaryKey>,
    pub modifications: Vec<PrimaryKey>,
}

impl CollectionChanges {
    pub fn is_empty(&self) -> bool {
        match self {
            CollectionChanges::Deleted => false,
            CollectionChanges::List(changes) | CollectionChanges::Set(changes) => changes.is_empty(),
            CollectionChanges::Dictionary(changes) => changes.is_empty(),
        }
    }
}

impl PositionChanges {
    pub fn is_empty(&self) -> bool {
        self.deletions.is_empty() && self.insertions.is_empty() && self.modifications.is_empty()
    }
}

impl KeyChanges {
    pub fn is_empty(&self) -> bool {
        self.deletions.is_empty() && self.insertions.is_empty() && self.modifications.is_empty()
    }
}

impl ClassChanges {
    pub fn is_empty(&self) -> bool {
        self.deletions.is_empty() && self.insertions.is_empty() && self.modifications.is_empty()
    }
}

impl Changes {
    /// Whether what was observed is gone.
    pub(super) fn is_last(&self) -> bool {
        match self {
            Changes::Object(ObjectChanges::Deleted) | Changes::Collection(CollectionChanges::Deleted) => true,
            Changes::Object(ObjectChanges::Modified(_)) | Changes::Class(_) => false,
            Changes::Collection(
                CollectionChanges::List(_) | CollectionChanges::Set(_) | CollectionChanges::Dictionary(_),
            ) => false,
        }
    }
}
