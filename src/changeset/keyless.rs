//! Objects without primary key are known by the ident of the file that made them and a counter. Those that were made
//! before the file had an ident get it afterwards.
//!
//! Rules: `docs/CHANGESET.md`, "Objects without primary key".

use crate::value::FileIdent;

use super::{Changeset, Instruction, Key, ObjectTarget, PathTarget, Payload};

impl Changeset {
    /// Puts the ident into every key that was made without one; tells whether there was any.
    pub fn name_keyless(&mut self, ident: FileIdent) -> bool {
        let mut instructions = self.take_instructions();
        let mut is_changed = false;
        let mut key = |key: &mut Key| match key {
            Key::GlobalKey { hi, lo: _ } if *hi == FileIdent::NONE.0 => {
                *hi = ident.0;
                is_changed = true;
            }
            Key::GlobalKey { .. } | Key::Null | Key::Int(_) | Key::String(_) | Key::ObjectId(_) | Key::Uuid(_) => {}
        };
        for instruction in &mut instructions {
            let (object, value) = instruction.object_and_value();
            if let Some(object) = object {
                key(&mut object.key);
            }
            if let Some(Payload::Link { key: linked, class: _ }) = value {
                key(linked);
            }
        }
        self.set_instructions(instructions);
        is_changed
    }
}

impl Instruction {
    /// The object that it works on, and the value it carries.
    pub fn object_and_value(&mut self) -> (Option<&mut ObjectTarget>, Option<&mut Payload>) {
        match self {
            Instruction::AddTable(_)
            | Instruction::EraseTable { .. }
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. } => (None, None),
            Instruction::CreateObject(object) | Instruction::EraseObject(object) => (Some(object), None),
            Instruction::Update { target: PathTarget { object, .. }, value, .. }
            | Instruction::ArrayInsert { target: PathTarget { object, .. }, value, .. }
            | Instruction::SetInsert { target: PathTarget { object, .. }, value }
            | Instruction::SetErase { target: PathTarget { object, .. }, value } => (Some(object), Some(value)),
            Instruction::AddInteger { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. } => (Some(&mut target.object), None),
        }
    }
}
