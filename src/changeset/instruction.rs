//! The 14 instructions. All of them are small and `Copy`: strings, bytes and paths live in the
//! changeset that holds the instruction, so a changeset allocates a few buffers, not one per part.

use crate::value::{Decimal128, ObjectId, Timestamp, Uuid};

/// Index into the changeset's string table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StringId(pub u32);

/// Bytes of a String or Binary payload inside the changeset's data buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub start: u32,
    pub size: u32,
}

/// Elements of one instruction's path inside the changeset's path buffer; never shared by two
/// instructions, so that merging may shift an index in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathRange {
    pub start: u32,
    pub size: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PathElement {
    /// Position in a list.
    Index(u32),
    /// Property of an embedded object, or key of a dictionary.
    Name(StringId),
}

/// A primary key in the changeset's terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Key {
    Null,
    Int(i64),
    String(StringId),
    GlobalKey { hi: u64, lo: u64 },
    ObjectId(ObjectId),
    Uuid(Uuid),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Payload {
    Null,
    Int(i64),
    Bool(bool),
    String(Span),
    Binary(Span),
    Timestamp(Timestamp),
    Float(f32),
    Double(f64),
    Decimal(Decimal128),
    Link {
        class: StringId,
        key: Key,
    },
    ObjectId(ObjectId),
    Uuid(Uuid),
    /// Make an embedded object here.
    ObjectValue,
    /// Make the Mixed a list, dictionary or set.
    List,
    Dictionary,
    Set,
    /// Remove the dictionary key.
    Erased,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CollectionKind {
    Single,
    List,
    Dictionary,
    Set,
}

/// Type of a column. `Mixed` is Null on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ColumnType {
    Mixed,
    Int,
    Bool,
    String,
    Binary,
    Timestamp,
    Float,
    Double,
    Decimal,
    /// `target` names the class; the empty string is an untyped link.
    Link {
        target: StringId,
    },
    ObjectId,
    Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum KeyType {
    Int,
    String,
    ObjectId,
    Uuid,
    GlobalKey,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TableKind {
    TopLevel { key_property: StringId, key_type: KeyType, key_nullable: bool },
    Asymmetric { key_property: StringId, key_type: KeyType, key_nullable: bool },
    Embedded,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddTable {
    pub class: StringId,
    pub kind: TableKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddColumn {
    pub class: StringId,
    pub property: StringId,
    pub column_type: ColumnType,
    pub nullable: bool,
    pub collection: CollectionKind,
    /// Type of the dictionary's keys; `None` exactly when `collection` is not `Dictionary`.
    pub key_type: Option<ColumnType>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ObjectTarget {
    pub class: StringId,
    pub key: Key,
}

/// What a path instruction works on: a property, or something below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PathTarget {
    pub object: ObjectTarget,
    pub property: StringId,
    pub path: PathRange,
}

/// Which of the two forms an Update has; `PriorSize` exactly when its path ends in an index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UpdateExtra {
    PriorSize(u32),
    IsDefault(bool),
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Instruction {
    AddTable(AddTable),
    EraseTable { class: StringId },
    CreateObject(ObjectTarget),
    EraseObject(ObjectTarget),
    Update { target: PathTarget, value: Payload, extra: UpdateExtra },
    AddInteger { target: PathTarget, value: i64 },
    AddColumn(AddColumn),
    EraseColumn { class: StringId, property: StringId },
    ArrayInsert { target: PathTarget, value: Payload, prior_size: u32 },
    ArrayMove { target: PathTarget, to: u32, prior_size: u32 },
    ArrayErase { target: PathTarget, prior_size: u32 },
    Clear { target: PathTarget, collection: CollectionKind },
    SetInsert { target: PathTarget, value: Payload },
    SetErase { target: PathTarget, value: Payload },
}
