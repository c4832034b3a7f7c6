//! Primary keys: what names an object on every device.

use super::{ObjectId, Uuid};

/// The value that identifies an object within its class.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PrimaryKey {
    Null,
    Int(i64),
    String(String),
    /// Identifies an object of a class without primary key: the creating file's ident, and a counter.
    GlobalKey {
        hi: u64,
        lo: u64,
    },
    ObjectId(ObjectId),
    Uuid(Uuid),
}

/// A reference to an object, which may not exist (yet, or any more).
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Link {
    pub class: String,
    pub key: PrimaryKey,
}
