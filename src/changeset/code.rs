//! The numbers that stand for instructions, types and kinds, each in one place for both directions.
//!
//! Rules: `docs/CHANGESET.md`, "Type codes" and "Instructions".

use super::{CollectionKind, ColumnType, Instruction, Key, KeyType, Payload, TableKind};

/// Opcode of a string definition; all other opcodes are [`Opcode`].
pub(super) const INTERN: u64 = 0x3F;
/// What a path element that is no index begins with; any negative number is read as this.
pub(super) const NAME_IN_PATH: i64 = -1;
/// Bytes of an intern string or a String payload, at most.
pub const MAX_STRING_SIZE: u64 = 16_777_199;
/// Bytes of a Binary payload, at most.
pub const MAX_BINARY_SIZE: u64 = 16_777_200;

pub(super) const TOP_LEVEL: u8 = 0;
pub(super) const EMBEDDED: u8 = 1;
pub(super) const ASYMMETRIC: u8 = 2;

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident: $number:ty { $($variant:ident = $code:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($variant),* }

        impl $name {
            pub(super) fn number(self) -> $number {
                match self { $($name::$variant => $code),* }
            }

            pub(super) fn from_number(number: $number) -> Option<$name> {
                match number {
                    $($code => Some($name::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

codes!(
    /// Which of the 14 an instruction is, without its operands.
    Opcode: u64 {
    AddTable = 0,
    EraseTable = 1,
    CreateObject = 2,
    EraseObject = 3,
    Update = 4,
    AddInteger = 5,
    AddColumn = 6,
    EraseColumn = 7,
    ArrayInsert = 8,
    ArrayMove = 9,
    ArrayErase = 10,
    Clear = 11,
    SetInsert = 12,
    SetErase = 13,
});

codes!(TypeCode: i64 {
    Set = -6,
    List = -5,
    Erased = -4,
    Dictionary = -3,
    ObjectValue = -2,
    GlobalKey = -1,
    Null = 0,
    Int = 1,
    Bool = 2,
    String = 3,
    Binary = 4,
    Timestamp = 5,
    Float = 6,
    Double = 7,
    Decimal = 8,
    Link = 9,
    ObjectId = 10,
    Uuid = 11,
});

impl Instruction {
    pub fn opcode(&self) -> Opcode {
        match self {
            Instruction::AddTable(_) => Opcode::AddTable,
            Instruction::EraseTable { .. } => Opcode::EraseTable,
            Instruction::CreateObject(_) => Opcode::CreateObject,
            Instruction::EraseObject(_) => Opcode::EraseObject,
            Instruction::Update { .. } => Opcode::Update,
            Instruction::AddInteger { .. } => Opcode::AddInteger,
            Instruction::AddColumn(_) => Opcode::AddColumn,
            Instruction::EraseColumn { .. } => Opcode::EraseColumn,
            Instruction::ArrayInsert { .. } => Opcode::ArrayInsert,
            Instruction::ArrayMove { .. } => Opcode::ArrayMove,
            Instruction::ArrayErase { .. } => Opcode::ArrayErase,
            Instruction::Clear { .. } => Opcode::Clear,
            Instruction::SetInsert { .. } => Opcode::SetInsert,
            Instruction::SetErase { .. } => Opcode::SetErase,
        }
    }
}

impl TypeCode {
    pub(super) fn of_payload(payload: Payload) -> TypeCode {
        match payload {
            Payload::Null => TypeCode::Null,
            Payload::Int(_) => TypeCode::Int,
            Payload::Bool(_) => TypeCode::Bool,
            Payload::String(_) => TypeCode::String,
            Payload::Binary(_) => TypeCode::Binary,
            Payload::Timestamp(_) => TypeCode::Timestamp,
            Payload::Float(_) => TypeCode::Float,
            Payload::Double(_) => TypeCode::Double,
            Payload::Decimal(_) => TypeCode::Decimal,
            Payload::Link { .. } => TypeCode::Link,
            Payload::ObjectId(_) => TypeCode::ObjectId,
            Payload::Uuid(_) => TypeCode::Uuid,
            Payload::ObjectValue => TypeCode::ObjectValue,
            Payload::List => TypeCode::List,
            Payload::Dictionary => TypeCode::Dictionary,
            Payload::Set => TypeCode::Set,
            Payload::Erased => TypeCode::Erased,
        }
    }

    pub(super) fn of_key(key: Key) -> TypeCode {
        match key {
            Key::Null => TypeCode::Null,
            Key::Int(_) => TypeCode::Int,
            Key::String(_) => TypeCode::String,
            Key::GlobalKey { .. } => TypeCode::GlobalKey,
            Key::ObjectId(_) => TypeCode::ObjectId,
            Key::Uuid(_) => TypeCode::Uuid,
        }
    }

    pub(super) fn of_key_type(key_type: KeyType) -> TypeCode {
        match key_type {
            KeyType::Int => TypeCode::Int,
            KeyType::String => TypeCode::String,
            KeyType::ObjectId => TypeCode::ObjectId,
            KeyType::Uuid => TypeCode::Uuid,
            KeyType::GlobalKey => TypeCode::GlobalKey,
        }
    }

    pub(super) fn of_column(column: ColumnType) -> TypeCode {
        match column {
            ColumnType::Mixed => TypeCode::Null,
            ColumnType::Int => TypeCode::Int,
            ColumnType::Bool => TypeCode::Bool,
            ColumnType::String => TypeCode::String,
            ColumnType::Binary => TypeCode::Binary,
            ColumnType::Timestamp => TypeCode::Timestamp,
            ColumnType::Float => TypeCode::Float,
            ColumnType::Double => TypeCode::Double,
            ColumnType::Decimal => TypeCode::Decimal,
            ColumnType::Link { .. } => TypeCode::Link,
            ColumnType::ObjectId => TypeCode::ObjectId,
            ColumnType::Uuid => TypeCode::Uuid,
        }
    }
}

pub(super) fn table_kind(kind: &TableKind) -> u8 {
    match kind {
        TableKind::TopLevel { .. } => TOP_LEVEL,
        TableKind::Embedded => EMBEDDED,
        TableKind::Asymmetric { .. } => ASYMMETRIC,
    }
}

pub(super) fn collection(collection: CollectionKind) -> u8 {
    match collection {
        CollectionKind::Single => 0,
        CollectionKind::List => 1,
        CollectionKind::Dictionary => 2,
        CollectionKind::Set => 3,
    }
}

pub(super) fn collection_from(code: u8) -> Option<CollectionKind> {
    match code {
        0 => Some(CollectionKind::Single),
        1 => Some(CollectionKind::List),
        2 => Some(CollectionKind::Dictionary),
        3 => Some(CollectionKind::Set),
        _ => None,
    }
}
