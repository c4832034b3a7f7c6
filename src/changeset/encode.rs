//! A changeset to bytes.
//!
//! Rules: `docs/CHANGESET.md`.

use super::code::{self, TypeCode};
use super::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key, ObjectTarget, PathElement,
    PathTarget, Payload, StringId, TableKind, UpdateExtra, Writer,
};

/// The bytes of a changeset the way a client writes its own: each string is defined right before
/// the first instruction that uses it. Without instructions, no bytes.
pub fn encode(changeset: &Changeset) -> Vec<u8> {
    let mut encoder = Encoder::new(changeset);
    for instruction in changeset.instructions() {
        encoder.define_strings_of(instruction);
        encoder.instruction(instruction);
    }
    encoder.writer.into_bytes()
}

/// A changeset that is encoded while it grows: what [`encode`] makes of the whole, but where a part that adds a column
/// defines the empty string only with that part.
#[derive(Debug, Default)]
pub struct EncodedParts {
    writer: Writer,
    defined: u32,
}

impl EncodedParts {
    /// Encodes what the changeset holds behind what came before, and leaves its strings alone in it. What points into
    /// it otherwise is void.
    pub fn append(&mut self, changeset: &mut Changeset) {
        let writer = std::mem::take(&mut self.writer);
        let mut encoder =
            Encoder { changeset, writer, defined: self.defined, empty_string: changeset.strings().find("") };
        for instruction in changeset.instructions() {
            encoder.define_strings_of(instruction);
            encoder.instruction(instruction);
        }
        (self.writer, self.defined) = (encoder.writer, encoder.defined);
        changeset.clear_instructions();
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.writer.into_bytes()
    }
}

/// The bytes of a changeset the way it is stored and sent after merging: the whole string table
/// first. Without instructions, no bytes.
pub fn encode_merged(changeset: &Changeset) -> Vec<u8> {
    if changeset.is_empty() {
        return Vec::new();
    }
    let mut encoder = Encoder::new(changeset);
    encoder.define_strings_below(u32::try_from(changeset.strings().len()).unwrap_or(u32::MAX));
    for instruction in changeset.instructions() {
        encoder.instruction(instruction);
    }
    encoder.writer.into_bytes()
}

struct Encoder<'a> {
    changeset: &'a Changeset,
    writer: Writer,
    /// Strings with a smaller id are defined already.
    defined: u32,
    /// Clients define the empty string before their first property that is no link.
    empty_string: Option<StringId>,
}

impl<'a> Encoder<'a> {
    fn new(changeset: &'a Changeset) -> Encoder<'a> {
        let writer = Writer::with_capacity(changeset.size_hint());
        Encoder { changeset, writer, defined: 0, empty_string: changeset.strings().find("") }
    }

    fn define_strings_of(&mut self, instruction: &Instruction) {
        let mut end = 0;
        instruction.for_each_string(self.changeset, |id| end = end.max(id.0.saturating_add(1)));
        if let (Instruction::AddColumn(column), Some(empty)) = (instruction, self.empty_string) {
            if !matches!(column.column_type, ColumnType::Link { .. }) {
                end = end.max(empty.0.saturating_add(1));
            }
        }
        self.define_strings_below(end);
    }

    fn define_strings_below(&mut self, end: u32) {
        while self.defined < end {
            let text = self.changeset.string(StringId(self.defined));
            self.writer.unsigned(code::INTERN);
            self.writer.unsigned(self.defined.into());
            self.writer.sized(text.as_bytes());
            self.defined += 1;
        }
    }

    fn instruction(&mut self, instruction: &Instruction) {
        self.writer.unsigned(instruction.opcode().number());
        match instruction {
            Instruction::AddTable(table) => self.add_table(table),
            Instruction::EraseTable { class } => self.string(*class),
            Instruction::CreateObject(object) | Instruction::EraseObject(object) => self.object(object),
            Instruction::Update { target, value, extra } => {
                self.target(target);
                self.payload(*value);
                match extra {
                    UpdateExtra::PriorSize(size) => self.writer.unsigned((*size).into()),
                    UpdateExtra::IsDefault(is_default) => self.writer.bool(*is_default),
                }
            }
            Instruction::AddInteger { target, value } => {
                self.target(target);
                self.writer.signed(*value);
            }
            Instruction::AddColumn(column) => self.add_column(column),
            Instruction::EraseColumn { class, property } => {
                self.string(*class);
                self.string(*property);
            }
            Instruction::ArrayInsert { target, value, prior_size } => {
                self.target(target);
                self.payload(*value);
                self.writer.unsigned((*prior_size).into());
            }
            Instruction::ArrayMove { target, to, prior_size } => {
                self.target(target);
                self.writer.unsigned((*to).into());
                self.writer.unsigned((*prior_size).into());
            }
            Instruction::ArrayErase { target, prior_size } => {
                self.target(target);
                self.writer.unsigned((*prior_size).into());
            }
            Instruction::Clear { target, collection } => {
                self.target(target);
                self.collection(*collection);
            }
            Instruction::SetInsert { target, value } | Instruction::SetErase { target, value } => {
                self.target(target);
                self.payload(*value);
            }
        }
    }

    fn add_table(&mut self, table: &AddTable) {
        self.string(table.class);
        self.writer.unsigned(code::table_kind(&table.kind).into());
        match table.kind {
            TableKind::TopLevel { key_property, key_type, key_nullable }
            | TableKind::Asymmetric { key_property, key_type, key_nullable } => {
                self.string(key_property);
                self.type_code(TypeCode::of_key_type(key_type));
                self.writer.bool(key_nullable);
            }
            TableKind::Embedded => {}
        }
    }

    fn add_column(&mut self, column: &AddColumn) {
        self.string(column.class);
        self.string(column.property);
        self.type_code(TypeCode::of_column(column.column_type));
        self.writer.bool(column.nullable);
        self.collection(column.collection);
        if let ColumnType::Link { target } = column.column_type {
            self.string(target);
        }
        match column.collection {
            CollectionKind::Dictionary => {
                self.type_code(TypeCode::of_column(column.key_type.unwrap_or(ColumnType::String)));
            }
            CollectionKind::Single | CollectionKind::List | CollectionKind::Set => {}
        }
    }

    fn string(&mut self, id: StringId) {
        self.writer.unsigned(id.0.into());
    }

    fn type_code(&mut self, code: TypeCode) {
        self.writer.signed(code.number());
    }

    fn collection(&mut self, collection: CollectionKind) {
        self.writer.unsigned(code::collection(collection).into());
    }

    fn object(&mut self, object: &ObjectTarget) {
        self.string(object.class);
        self.key(object.key);
    }

    fn target(&mut self, target: &PathTarget) {
        self.object(&target.object);
        self.string(target.property);
        let path = self.changeset.path(target.path);
        self.writer.unsigned(path.len() as u64);
        for element in path {
            match element {
                PathElement::Index(index) => self.writer.unsigned((*index).into()),
                PathElement::Name(id) => {
                    self.writer.signed(code::NAME_IN_PATH);
                    self.string(*id);
                }
            }
        }
    }

    fn key(&mut self, key: Key) {
        self.type_code(TypeCode::of_key(key));
        match key {
            Key::Null => {}
            Key::Int(int) => self.writer.signed(int),
            Key::String(id) => self.string(id),
            Key::GlobalKey { hi, lo } => {
                self.writer.unsigned(hi);
                self.writer.unsigned(lo);
            }
            Key::ObjectId(id) => self.writer.raw(&id.0),
            Key::Uuid(uuid) => self.writer.raw(&uuid.0),
        }
    }

    fn payload(&mut self, payload: Payload) {
        self.type_code(TypeCode::of_payload(payload));
        match payload {
            Payload::Null
            | Payload::ObjectValue
            | Payload::List
            | Payload::Dictionary
            | Payload::Set
            | Payload::Erased => {}
            Payload::Int(int) => self.writer.signed(int),
            Payload::Bool(bool) => self.writer.bool(bool),
            Payload::String(span) | Payload::Binary(span) => self.writer.sized(self.changeset.bytes(span)),
            Payload::Timestamp(timestamp) => {
                self.writer.signed(timestamp.seconds());
                self.writer.signed(timestamp.nanoseconds().into());
            }
            Payload::Float(float) => self.writer.raw(&float.to_le_bytes()),
            Payload::Double(double) => self.writer.raw(&double.to_le_bytes()),
            Payload::Decimal(decimal) => {
                let parts = decimal.parts();
                self.writer.coefficient(parts.coefficient);
                self.writer.signed(parts.exponent.into());
                self.writer.bool(parts.is_negative);
            }
            Payload::Link { class, key } => {
                self.string(class);
                self.key(key);
            }
            Payload::ObjectId(id) => self.writer.raw(&id.0),
            Payload::Uuid(uuid) => self.writer.raw(&uuid.0),
        }
    }
}
