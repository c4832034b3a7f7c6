//! Changesets as text, for logs and tests: one instruction a line.

use std::fmt::{Display, Formatter, Result};

use super::{
    AddColumn, AddTable, Changeset, CollectionKind, Instruction, Key, PathElement, PathTarget, Payload, StringId,
    TableKind, UpdateExtra,
};

/// Prints every instruction, each on a line of its own.
pub struct PrintChangeset<'a> {
    changeset: &'a Changeset,
}

/// Prints one instruction with the names of its changeset.
pub struct PrintInstruction<'a> {
    changeset: &'a Changeset,
    instruction: &'a Instruction,
}

impl Changeset {
    /// All of it as text. Values of the application are in it.
    pub fn print(&self) -> PrintChangeset<'_> {
        PrintChangeset { changeset: self }
    }

    /// One instruction of this changeset as text.
    pub fn print_instruction<'a>(&'a self, instruction: &'a Instruction) -> PrintInstruction<'a> {
        PrintInstruction { changeset: self, instruction }
    }
}

impl Display for PrintChangeset<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        self.changeset.instructions().iter().enumerate().try_for_each(|(i, instruction)| {
            let separator = if i == 0 { "" } else { "\n" };
            write!(f, "{separator}{}", self.changeset.print_instruction(instruction))
        })
    }
}

impl Display for PrintInstruction<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let PrintInstruction { changeset, instruction } = self;
        let name = |id: StringId| changeset.string(id);
        match instruction {
            Instruction::AddTable(table) => self.add_table(f, table),
            Instruction::EraseTable { class } => write!(f, "EraseTable {}", name(*class)),
            Instruction::CreateObject(object) => {
                write!(f, "CreateObject {}[{}]", name(object.class), self.key(object.key))
            }
            Instruction::EraseObject(object) => {
                write!(f, "EraseObject {}[{}]", name(object.class), self.key(object.key))
            }
            Instruction::Update { target, value, extra } => {
                write!(f, "Update {} = {}", self.target(target), self.payload(*value))?;
                match extra {
                    UpdateExtra::PriorSize(size) => write!(f, " size={size}"),
                    UpdateExtra::IsDefault(true) => f.write_str(" default"),
                    UpdateExtra::IsDefault(false) => Ok(()),
                }
            }
            Instruction::AddInteger { target, value } => write!(f, "AddInteger {} {value:+}", self.target(target)),
            Instruction::AddColumn(column) => self.add_column(f, column),
            Instruction::EraseColumn { class, property } => {
                write!(f, "EraseColumn {}.{}", name(*class), name(*property))
            }
            Instruction::ArrayInsert { target, value, prior_size } => {
                write!(f, "ArrayInsert {} = {} size={prior_size}", self.target(target), self.payload(*value))
            }
            Instruction::ArrayMove { target, to, prior_size } => {
                write!(f, "ArrayMove {} to {to} size={prior_size}", self.target(target))
            }
            Instruction::ArrayErase { target, prior_size } => {
                write!(f, "ArrayErase {} size={prior_size}", self.target(target))
            }
            Instruction::Clear { target, collection } => {
                write!(f, "Clear {} {}", self.target(target), collection_name(*collection))
            }
            Instruction::SetInsert { target, value } => {
                write!(f, "SetInsert {} {}", self.target(target), self.payload(*value))
            }
            Instruction::SetErase { target, value } => {
                write!(f, "SetErase {} {}", self.target(target), self.payload(*value))
            }
        }
    }
}

impl PrintInstruction<'_> {
    fn add_table(&self, f: &mut Formatter<'_>, table: &AddTable) -> Result {
        let class = self.changeset.string(table.class);
        let (kind, key_property, key_type, key_nullable) = match table.kind {
            TableKind::TopLevel { key_property, key_type, key_nullable } => ("", key_property, key_type, key_nullable),
            TableKind::Asymmetric { key_property, key_type, key_nullable } => {
                (" asymmetric", key_property, key_type, key_nullable)
            }
            TableKind::Embedded => return write!(f, "AddTable {class} embedded"),
        };
        let key_property = self.changeset.string(key_property);
        let null = if key_nullable { "?" } else { "" };
        write!(f, "AddTable {class}{kind} key {key_property:?} {key_type:?}{null}")
    }

    fn add_column(&self, f: &mut Formatter<'_>, column: &AddColumn) -> Result {
        let class = self.changeset.string(column.class);
        let property = self.changeset.string(column.property);
        write!(f, "AddColumn {class}.{property} ")?;
        match column.column_type {
            super::ColumnType::Link { target } => write!(f, "Link<{}>", self.changeset.string(target))?,
            plain => write!(f, "{plain:?}")?,
        }
        let null = if column.nullable { "?" } else { "" };
        write!(f, "{null} {}", collection_name(column.collection))
    }

    fn key(&self, key: Key) -> String {
        match key {
            Key::Null => "null".into(),
            Key::Int(int) => int.to_string(),
            Key::String(id) => format!("{:?}", self.changeset.string(id)),
            Key::GlobalKey { hi, lo } => format!("{hi}-{lo}"),
            Key::ObjectId(id) => id.to_string(),
            Key::Uuid(uuid) => uuid.to_string(),
        }
    }

    fn target(&self, target: &PathTarget) -> String {
        let object = target.object;
        let class = self.changeset.string(object.class);
        let mut text = format!("{class}[{}].{}", self.key(object.key), self.changeset.string(target.property));
        for element in self.changeset.path(target.path) {
            match element {
                PathElement::Index(index) => text.push_str(&format!("[{index}]")),
                PathElement::Name(id) => {
                    text.push('.');
                    text.push_str(self.changeset.string(*id));
                }
            }
        }
        text
    }

    fn payload(&self, payload: Payload) -> String {
        match payload {
            Payload::String(span) => format!("{:?}", self.changeset.text(span)),
            Payload::Binary(span) => {
                let mut text = String::from("0x");
                self.changeset.bytes(span).iter().for_each(|byte| text.push_str(&format!("{byte:02x}")));
                text
            }
            Payload::Timestamp(timestamp) => format!("{}s{:+}ns", timestamp.seconds(), timestamp.nanoseconds()),
            Payload::Int(int) => int.to_string(),
            Payload::Bool(bool) => bool.to_string(),
            Payload::Float(float) => format!("{float:?}f"),
            Payload::Double(double) => format!("{double:?}"),
            Payload::Decimal(decimal) => format!("{decimal}m"),
            Payload::Link { class, key } => format!("{}[{}]", self.changeset.string(class), self.key(key)),
            Payload::ObjectId(id) => id.to_string(),
            Payload::Uuid(uuid) => uuid.to_string(),
            Payload::Null => "null".into(),
            Payload::ObjectValue => "ObjectValue".into(),
            Payload::List => "List".into(),
            Payload::Dictionary => "Dictionary".into(),
            Payload::Set => "Set".into(),
            Payload::Erased => "Erased".into(),
        }
    }
}

fn collection_name(collection: CollectionKind) -> &'static str {
    match collection {
        CollectionKind::Single => "Single",
        CollectionKind::List => "List",
        CollectionKind::Dictionary => "Dictionary",
        CollectionKind::Set => "Set",
    }
}
