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

impl PathElement {
    /// The position, where it is one.
    pub fn index(self) -> Option<u32> {
        match self {
            PathElement::Index(index) => Some(index),
            PathElement::Name(_) => None,
        }
    }
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

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

impl Instruction {
    /// What a path instruction works on; `None` for the instructions on schema and whole objects.
    pub fn path_target(&self) -> Option<&PathTarget> {
        match self {
            Instruction::AddTable(_)
            | Instruction::EraseTable { .. }
            | Instruction::CreateObject(_)
            | Instruction::EraseObject(_)
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. } => None,
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => Some(target),
        }
    }

    pub fn path_target_mut(&mut self) -> Option<&mut PathTarget> {
        match self {
            Instruction::AddTable(_)
            | Instruction::EraseTable { .. }
            | Instruction::CreateObject(_)
            | Instruction::EraseObject(_)
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. } => None,
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => Some(target),
        }
    }

    /// Size of the list before the instruction, where it says.
    pub fn prior_size_mut(&mut self) -> Option<&mut u32> {
        match self {
            Instruction::Update { extra: UpdateExtra::PriorSize(size), .. } => Some(size),
            Instruction::ArrayInsert { prior_size, .. }
            | Instruction::ArrayMove { prior_size, .. }
            | Instruction::ArrayErase { prior_size, .. } => Some(prior_size),
            Instruction::Update { extra: UpdateExtra::IsDefault(_), .. }
            | Instruction::AddTable(_)
            | Instruction::EraseTable { .. }
            | Instruction::CreateObject(_)
            | Instruction::EraseObject(_)
            | Instruction::AddInteger { .. }
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. }
            | Instruction::Clear { .. }
            | Instruction::SetInsert { .. }
            | Instruction::SetErase { .. } => None,
        }
    }

    /// The class it works on.
    pub fn class(&self) -> StringId {
        match self {
            Instruction::AddTable(table) => table.class,
            Instruction::AddColumn(column) => column.class,
            Instruction::EraseTable { class } | Instruction::EraseColumn { class, .. } => *class,
            Instruction::CreateObject(object) | Instruction::EraseObject(object) => object.class,
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => target.object.class,
        }
    }

    /// The same instruction in the terms of another string table; paths and payload bytes stay.
    pub fn renamed(self, mut rename: impl FnMut(StringId) -> StringId) -> Instruction {
        let mut instruction = self;
        instruction.for_each_name_mut(|id| *id = rename(*id));
        instruction
    }

    /// Every string of the operands except those in the path.
    fn for_each_name_mut(&mut self, mut visit: impl FnMut(&mut StringId)) {
        match self {
            Instruction::AddTable(table) => {
                visit(&mut table.class);
                match &mut table.kind {
                    TableKind::TopLevel { key_property, .. } | TableKind::Asymmetric { key_property, .. } => {
                        visit(key_property);
                    }
                    TableKind::Embedded => {}
                }
            }
            Instruction::EraseTable { class } => visit(class),
            Instruction::CreateObject(object) | Instruction::EraseObject(object) => object.for_each_name(&mut visit),
            Instruction::AddColumn(column) => {
                visit(&mut column.class);
                visit(&mut column.property);
                if let ColumnType::Link { target } = &mut column.column_type {
                    visit(target);
                }
            }
            Instruction::EraseColumn { class, property } => {
                visit(class);
                visit(property);
            }
            Instruction::Update { target, value, .. }
            | Instruction::ArrayInsert { target, value, .. }
            | Instruction::SetInsert { target, value }
            | Instruction::SetErase { target, value } => {
                target.for_each_name(&mut visit);
                value.for_each_name(&mut visit);
            }
            Instruction::AddInteger { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. } => target.for_each_name(&mut visit),
        }
    }

    /// Every string of the operands, those in the path included.
    pub(super) fn for_each_string(&self, changeset: &super::Changeset, mut visit: impl FnMut(StringId)) {
        let mut copy = *self;
        copy.for_each_name_mut(|id| visit(*id));
        if let Some(target) = self.path_target() {
            for element in changeset.path(target.path) {
                match element {
                    PathElement::Index(_) => {}
                    PathElement::Name(id) => visit(*id),
                }
            }
        }
    }
}

impl ObjectTarget {
    fn for_each_name(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        visit(&mut self.class);
        self.key.for_each_name(visit);
    }
}

impl PathTarget {
    fn for_each_name(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        self.object.for_each_name(visit);
        visit(&mut self.property);
    }
}

impl Key {
    fn for_each_name(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        match self {
            Key::String(id) => visit(id),
            Key::Null | Key::Int(_) | Key::GlobalKey { .. } | Key::ObjectId(_) | Key::Uuid(_) => {}
        }
    }
}

impl Payload {
    fn for_each_name(&mut self, visit: &mut impl FnMut(&mut StringId)) {
        match self {
            Payload::Link { class, key } => {
                visit(class);
                key.for_each_name(visit);
            }
            Payload::Null
            | Payload::Int(_)
            | Payload::Bool(_)
            | Payload::String(_)
            | Payload::Binary(_)
            | Payload::Timestamp(_)
            | Payload::Float(_)
            | Payload::Double(_)
            | Payload::Decimal(_)
            | Payload::ObjectId(_)
            | Payload::Uuid(_)
            | Payload::ObjectValue
            | Payload::List
            | Payload::Dictionary
            | Payload::Set
            | Payload::Erased => {}
        }
    }
}
