//! The changeset itself: instructions, and the buffers they point into.

use crate::value::{Link, PrimaryKey, Value};

use super::strings::StringTable;
use super::{Instruction, Key, PathElement, PathRange, Payload, Span, StringId};

/// An ordered list of instructions with its string table.
#[derive(Debug, Clone, Default)]
pub struct Changeset {
    strings: StringTable,
    data: Vec<u8>,
    paths: Vec<PathElement>,
    instructions: Vec<Instruction>,
}

impl Changeset {
    pub fn new() -> Changeset {
        Changeset::default()
    }

    pub fn is_empty(&self) -> bool {
        self.instructions.is_empty()
    }

    pub fn instructions(&self) -> &[Instruction] {
        &self.instructions
    }

    pub fn push(&mut self, instruction: Instruction) {
        self.instructions.push(instruction);
    }

    /// Gives the instructions away and puts back what the merge leaves of them.
    pub fn take_instructions(&mut self) -> Vec<Instruction> {
        std::mem::take(&mut self.instructions)
    }

    pub fn set_instructions(&mut self, instructions: Vec<Instruction>) {
        self.instructions = instructions;
    }

    /// Drops the instructions with all that they point to; strings keep their ids.
    pub(super) fn clear_instructions(&mut self) {
        self.data.clear();
        self.paths.clear();
        self.instructions.clear();
    }

    pub fn strings(&self) -> &StringTable {
        &self.strings
    }

    pub fn intern(&mut self, text: &str) -> StringId {
        self.strings.intern(text)
    }

    /// The id of a text that must be new to the changeset; `None` when it is not.
    pub fn add_string(&mut self, text: &str) -> Option<StringId> {
        self.strings.add(text)
    }

    pub fn string(&self, id: StringId) -> &str {
        self.strings.get(id)
    }

    pub fn push_bytes(&mut self, bytes: &[u8]) -> Span {
        let start = u32::try_from(self.data.len()).unwrap_or(u32::MAX);
        self.data.extend_from_slice(bytes);
        Span { start, size: u32::try_from(bytes.len()).unwrap_or(u32::MAX) }
    }

    pub fn bytes(&self, span: Span) -> &[u8] {
        &self.data[span.start as usize..span.start as usize + span.size as usize]
    }

    pub fn push_path(&mut self, elements: &[PathElement]) -> PathRange {
        let start = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
        self.paths.extend_from_slice(elements);
        PathRange { start, size: u32::try_from(elements.len()).unwrap_or(u32::MAX) }
    }

    pub fn path(&self, range: PathRange) -> &[PathElement] {
        &self.paths[range.start as usize..range.start as usize + range.size as usize]
    }

    pub fn path_mut(&mut self, range: PathRange) -> &mut [PathElement] {
        &mut self.paths[range.start as usize..range.start as usize + range.size as usize]
    }

    pub fn push_key(&mut self, key: &PrimaryKey) -> Key {
        match key {
            PrimaryKey::Null => Key::Null,
            PrimaryKey::Int(int) => Key::Int(*int),
            PrimaryKey::String(text) => Key::String(self.intern(text)),
            PrimaryKey::GlobalKey { hi, lo } => Key::GlobalKey { hi: *hi, lo: *lo },
            PrimaryKey::ObjectId(id) => Key::ObjectId(*id),
            PrimaryKey::Uuid(uuid) => Key::Uuid(*uuid),
        }
    }

    pub fn primary_key(&self, key: Key) -> PrimaryKey {
        match key {
            Key::Null => PrimaryKey::Null,
            Key::Int(int) => PrimaryKey::Int(int),
            Key::String(id) => PrimaryKey::String(self.string(id).to_owned()),
            Key::GlobalKey { hi, lo } => PrimaryKey::GlobalKey { hi, lo },
            Key::ObjectId(id) => PrimaryKey::ObjectId(id),
            Key::Uuid(uuid) => PrimaryKey::Uuid(uuid),
        }
    }

    pub fn push_value(&mut self, value: &Value) -> Payload {
        match value {
            Value::Null => Payload::Null,
            Value::Int(int) => Payload::Int(*int),
            Value::Bool(bool) => Payload::Bool(*bool),
            Value::String(text) => Payload::String(self.push_bytes(text.as_bytes())),
            Value::Binary(bytes) => Payload::Binary(self.push_bytes(bytes)),
            Value::Timestamp(timestamp) => Payload::Timestamp(*timestamp),
            Value::Float(float) => Payload::Float(*float),
            Value::Double(double) => Payload::Double(*double),
            Value::Decimal(decimal) => Payload::Decimal(*decimal),
            Value::ObjectId(id) => Payload::ObjectId(*id),
            Value::Uuid(uuid) => Payload::Uuid(*uuid),
            Value::Link(link) => Payload::Link { class: self.intern(&link.class), key: self.push_key(&link.key) },
        }
    }

    /// `None` for the markers that are no value: ObjectValue, List, Dictionary, Set, Erased.
    pub fn value(&self, payload: Payload) -> Option<Value> {
        Some(match payload {
            Payload::Null => Value::Null,
            Payload::Int(int) => Value::Int(int),
            Payload::Bool(bool) => Value::Bool(bool),
            Payload::String(span) => Value::String(self.text(span).to_owned()),
            Payload::Binary(span) => Value::Binary(self.bytes(span).to_vec()),
            Payload::Timestamp(timestamp) => Value::Timestamp(timestamp),
            Payload::Float(float) => Value::Float(float),
            Payload::Double(double) => Value::Double(double),
            Payload::Decimal(decimal) => Value::Decimal(decimal),
            Payload::Link { class, key } => {
                Value::Link(Link { class: self.string(class).to_owned(), key: self.primary_key(key) })
            }
            Payload::ObjectId(id) => Value::ObjectId(id),
            Payload::Uuid(uuid) => Value::Uuid(uuid),
            Payload::ObjectValue | Payload::List | Payload::Dictionary | Payload::Set | Payload::Erased => {
                return None;
            }
        })
    }

    /// About how many bytes encoding will make, rather more than less; costs nothing to ask.
    pub fn size_hint(&self) -> usize {
        let strings = self.strings.text_size() + self.strings.len() * 4;
        strings + self.data.len() + self.paths.len() * 2 + self.instructions.len() * 16
    }

    /// Text of a String payload; decoding and building admit only UTF-8.
    pub fn text(&self, span: Span) -> &str {
        std::str::from_utf8(self.bytes(span)).unwrap_or_default()
    }
}
