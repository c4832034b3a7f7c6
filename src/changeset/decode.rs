//! Bytes to a changeset. The bytes come from another party: nothing in them is believed.
//!
//! Rules: `docs/CHANGESET.md`, "What is refused".

use crate::value::{Decimal128, ObjectId, Timestamp, Uuid};

use super::code::{self, Opcode, TypeCode};
use super::reader::DecodeReason as Reason;
use super::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, DecodeError, Instruction, Key, KeyType, ObjectTarget,
    PathElement, PathRange, PathTarget, Payload, Reader, StringId, TableKind, UpdateExtra,
};

/// Reads a changeset; no bytes are the empty changeset. Memory stays in proportion to the input.
///
/// # Errors
/// The first operand that is wrong. Whether classes, properties and objects exist is not looked at.
pub fn decode(bytes: &[u8]) -> Result<Changeset, DecodeError> {
    let mut decoder = Decoder { reader: Reader::new(bytes), changeset: Changeset::new(), path: Vec::new() };
    while decoder.reader.remaining() > 0 {
        decoder.next()?;
    }
    let mut changeset = decoder.changeset;
    if changeset.is_empty() {
        changeset = Changeset::new();
    }
    Ok(changeset)
}

struct Decoder<'a> {
    reader: Reader<'a>,
    changeset: Changeset,
    /// The path being read, before it goes to the changeset.
    path: Vec<PathElement>,
}

fn refuse<T>(offset: usize, reason: Reason) -> Result<T, DecodeError> {
    Err(DecodeError { offset, reason })
}

impl Decoder<'_> {
    fn next(&mut self) -> Result<(), DecodeError> {
        let offset = self.reader.offset();
        let code = self.reader.u64()?;
        if code == code::INTERN {
            return self.intern();
        }
        let Some(opcode) = Opcode::from_number(code) else {
            return refuse(offset, Reason::UnknownInstruction { code });
        };
        let instruction = self.instruction(opcode)?;
        self.changeset.push(instruction);
        Ok(())
    }

    fn intern(&mut self) -> Result<(), DecodeError> {
        let offset = self.reader.offset();
        let found = self.reader.u32()?;
        let expected = u32::try_from(self.changeset.strings().len()).unwrap_or(u32::MAX);
        if found != expected {
            return refuse(offset, Reason::InternOutOfOrder { found, expected });
        }
        let text = self.reader.text(code::MAX_STRING_SIZE)?;
        match self.changeset.add_string(text) {
            Some(_) => Ok(()),
            None => refuse(offset, Reason::InternTwice),
        }
    }

    fn instruction(&mut self, opcode: Opcode) -> Result<Instruction, DecodeError> {
        Ok(match opcode {
            Opcode::AddTable => Instruction::AddTable(self.add_table()?),
            Opcode::EraseTable => Instruction::EraseTable { class: self.string()? },
            Opcode::CreateObject => Instruction::CreateObject(self.object()?),
            Opcode::EraseObject => Instruction::EraseObject(self.object()?),
            Opcode::Update => {
                let target = self.target()?;
                let value = self.payload()?;
                let extra = match self.is_indexed(target.path) {
                    true => UpdateExtra::PriorSize(self.reader.u32()?),
                    false => UpdateExtra::IsDefault(self.reader.bool()?),
                };
                Instruction::Update { target, value, extra }
            }
            Opcode::AddInteger => Instruction::AddInteger { target: self.target()?, value: self.reader.i64()? },
            Opcode::AddColumn => Instruction::AddColumn(self.add_column()?),
            Opcode::EraseColumn => Instruction::EraseColumn { class: self.string()?, property: self.string()? },
            Opcode::ArrayInsert => Instruction::ArrayInsert {
                target: self.element()?,
                value: self.payload()?,
                prior_size: self.reader.u32()?,
            },
            Opcode::ArrayMove => Instruction::ArrayMove {
                target: self.element()?,
                to: self.reader.u32()?,
                prior_size: self.reader.u32()?,
            },
            Opcode::ArrayErase => Instruction::ArrayErase { target: self.element()?, prior_size: self.reader.u32()? },
            Opcode::Clear => Instruction::Clear { target: self.target()?, collection: self.collection()? },
            Opcode::SetInsert => Instruction::SetInsert { target: self.target()?, value: self.payload()? },
            Opcode::SetErase => Instruction::SetErase { target: self.target()?, value: self.payload()? },
        })
    }

    fn add_table(&mut self) -> Result<AddTable, DecodeError> {
        let class = self.string()?;
        let offset = self.reader.offset();
        let kind = match self.reader.u8()? {
            code::EMBEDDED => TableKind::Embedded,
            code @ (code::TOP_LEVEL | code::ASYMMETRIC) => {
                let key_property = self.string()?;
                let key_type = self.key_type()?;
                let key_nullable = self.reader.bool()?;
                match code {
                    code::TOP_LEVEL => TableKind::TopLevel { key_property, key_type, key_nullable },
                    _ => TableKind::Asymmetric { key_property, key_type, key_nullable },
                }
            }
            code => return refuse(offset, Reason::UnknownTableKind { code }),
        };
        Ok(AddTable { class, kind })
    }

    fn key_type(&mut self) -> Result<KeyType, DecodeError> {
        let (offset, code) = self.type_code()?;
        Ok(match code {
            TypeCode::Int => KeyType::Int,
            TypeCode::String => KeyType::String,
            TypeCode::ObjectId => KeyType::ObjectId,
            TypeCode::Uuid => KeyType::Uuid,
            TypeCode::GlobalKey => KeyType::GlobalKey,
            TypeCode::Set
            | TypeCode::List
            | TypeCode::Erased
            | TypeCode::Dictionary
            | TypeCode::ObjectValue
            | TypeCode::Null
            | TypeCode::Bool
            | TypeCode::Binary
            | TypeCode::Timestamp
            | TypeCode::Float
            | TypeCode::Double
            | TypeCode::Decimal
            | TypeCode::Link => return refuse(offset, Reason::NotAKey { code: code.number() }),
        })
    }

    fn add_column(&mut self) -> Result<AddColumn, DecodeError> {
        let class = self.string()?;
        let property = self.string()?;
        let (offset, code) = self.type_code()?;
        let nullable = self.reader.bool()?;
        let collection = self.collection()?;
        let column_type = match code {
            TypeCode::Link => ColumnType::Link { target: self.string()? },
            plain => plain_column(offset, plain)?,
        };
        let key_type = match collection {
            CollectionKind::Dictionary => {
                let (offset, code) = self.type_code()?;
                Some(plain_column(offset, code)?)
            }
            CollectionKind::Single | CollectionKind::List | CollectionKind::Set => None,
        };
        Ok(AddColumn { class, property, column_type, nullable, collection, key_type })
    }

    fn string(&mut self) -> Result<StringId, DecodeError> {
        let offset = self.reader.offset();
        let id = self.reader.u32()?;
        match (id as usize) < self.changeset.strings().len() {
            true => Ok(StringId(id)),
            false => refuse(offset, Reason::InternUndefined { id }),
        }
    }

    fn type_code(&mut self) -> Result<(usize, TypeCode), DecodeError> {
        let offset = self.reader.offset();
        let code = self.reader.i64()?;
        match TypeCode::from_number(code) {
            Some(known) => Ok((offset, known)),
            None => refuse(offset, Reason::UnknownType { code }),
        }
    }

    fn collection(&mut self) -> Result<CollectionKind, DecodeError> {
        let offset = self.reader.offset();
        let code = self.reader.u8()?;
        code::collection_from(code).ok_or(DecodeError { offset, reason: Reason::UnknownCollection { code } })
    }

    fn object(&mut self) -> Result<ObjectTarget, DecodeError> {
        Ok(ObjectTarget { class: self.string()?, key: self.key()? })
    }

    fn target(&mut self) -> Result<PathTarget, DecodeError> {
        let object = self.object()?;
        let property = self.string()?;
        self.path.clear();
        for _ in 0..self.reader.u32()? {
            let element = self.path_element()?;
            self.path.push(element);
        }
        let path = self.changeset.push_path(&self.path);
        Ok(PathTarget { object, property, path })
    }

    /// The target of an instruction that needs an index at the end of its path.
    fn element(&mut self) -> Result<PathTarget, DecodeError> {
        let offset = self.reader.offset();
        let target = self.target()?;
        match self.is_indexed(target.path) {
            true => Ok(target),
            false => refuse(offset, Reason::NoIndex),
        }
    }

    fn path_element(&mut self) -> Result<PathElement, DecodeError> {
        let offset = self.reader.offset();
        let index = self.reader.i64()?;
        if index < 0 {
            return Ok(PathElement::Name(self.string()?));
        }
        match u32::try_from(index) {
            Ok(index) => Ok(PathElement::Index(index)),
            Err(_) => refuse(offset, Reason::IntegerOutOfRange),
        }
    }

    fn is_indexed(&self, path: PathRange) -> bool {
        matches!(self.changeset.path(path).last(), Some(PathElement::Index(_)))
    }

    fn key(&mut self) -> Result<Key, DecodeError> {
        let (offset, code) = self.type_code()?;
        Ok(match code {
            TypeCode::Null => Key::Null,
            TypeCode::Int => Key::Int(self.reader.i64()?),
            TypeCode::String => Key::String(self.string()?),
            TypeCode::GlobalKey => Key::GlobalKey { hi: self.reader.u64()?, lo: self.reader.u64()? },
            TypeCode::ObjectId => Key::ObjectId(ObjectId(self.reader.array()?)),
            TypeCode::Uuid => Key::Uuid(Uuid(self.reader.array()?)),
            TypeCode::Set
            | TypeCode::List
            | TypeCode::Erased
            | TypeCode::Dictionary
            | TypeCode::ObjectValue
            | TypeCode::Bool
            | TypeCode::Binary
            | TypeCode::Timestamp
            | TypeCode::Float
            | TypeCode::Double
            | TypeCode::Decimal
            | TypeCode::Link => return refuse(offset, Reason::NotAKey { code: code.number() }),
        })
    }

    fn payload(&mut self) -> Result<Payload, DecodeError> {
        let (offset, code) = self.type_code()?;
        Ok(match code {
            TypeCode::Set => Payload::Set,
            TypeCode::List => Payload::List,
            TypeCode::Erased => Payload::Erased,
            TypeCode::Dictionary => Payload::Dictionary,
            TypeCode::ObjectValue => Payload::ObjectValue,
            TypeCode::GlobalKey => return refuse(offset, Reason::NotAPayload { code: code.number() }),
            TypeCode::Null => Payload::Null,
            TypeCode::Int => Payload::Int(self.reader.i64()?),
            TypeCode::Bool => Payload::Bool(self.reader.bool()?),
            TypeCode::String => {
                let text = self.reader.text(code::MAX_STRING_SIZE)?;
                Payload::String(self.changeset.push_bytes(text.as_bytes()))
            }
            TypeCode::Binary => {
                let bytes = self.reader.sized(code::MAX_BINARY_SIZE)?;
                Payload::Binary(self.changeset.push_bytes(bytes))
            }
            TypeCode::Timestamp => Payload::Timestamp(self.timestamp()?),
            TypeCode::Float => Payload::Float(f32::from_le_bytes(self.reader.array()?)),
            TypeCode::Double => Payload::Double(f64::from_le_bytes(self.reader.array()?)),
            TypeCode::Decimal => Payload::Decimal(self.decimal()?),
            TypeCode::Link => Payload::Link { class: self.string()?, key: self.key()? },
            TypeCode::ObjectId => Payload::ObjectId(ObjectId(self.reader.array()?)),
            TypeCode::Uuid => Payload::Uuid(Uuid(self.reader.array()?)),
        })
    }

    fn timestamp(&mut self) -> Result<Timestamp, DecodeError> {
        let offset = self.reader.offset();
        let seconds = self.reader.i64()?;
        let nanoseconds = i32::try_from(self.reader.i64()?).ok();
        let timestamp = nanoseconds.and_then(|nanoseconds| Timestamp::new(seconds, nanoseconds));
        timestamp.ok_or(DecodeError { offset, reason: Reason::BadTimestamp })
    }

    fn decimal(&mut self) -> Result<Decimal128, DecodeError> {
        let offset = self.reader.offset();
        let coefficient = self.reader.coefficient()?;
        let exponent = self.reader.i32()?;
        let is_negative = self.reader.i32()? != 0;
        let decimal = Decimal128::from_parts(coefficient, exponent, is_negative);
        decimal.ok_or(DecodeError { offset, reason: Reason::BadDecimal })
    }
}

/// The type of a property or dictionary key that needs no further operand.
fn plain_column(offset: usize, code: TypeCode) -> Result<ColumnType, DecodeError> {
    Ok(match code {
        TypeCode::Null => ColumnType::Mixed,
        TypeCode::Int => ColumnType::Int,
        TypeCode::Bool => ColumnType::Bool,
        TypeCode::String => ColumnType::String,
        TypeCode::Binary => ColumnType::Binary,
        TypeCode::Timestamp => ColumnType::Timestamp,
        TypeCode::Float => ColumnType::Float,
        TypeCode::Double => ColumnType::Double,
        TypeCode::Decimal => ColumnType::Decimal,
        TypeCode::ObjectId => ColumnType::ObjectId,
        TypeCode::Uuid => ColumnType::Uuid,
        TypeCode::Set
        | TypeCode::List
        | TypeCode::Erased
        | TypeCode::Dictionary
        | TypeCode::ObjectValue
        | TypeCode::GlobalKey
        | TypeCode::Link => return refuse(offset, Reason::NotAColumn { code: code.number() }),
    })
}
