//! Whole objects: an erasure beats a creation, of two erasures the newer stays.
//!
//! Rules: `docs/MERGE.md`, "Objects".

use crate::changeset::{Instruction, ObjectTarget};

use super::super::party::Party;

pub(super) fn is_same_object(a: &Party<'_>, b: &Party<'_>) -> bool {
    object(a).is_some() && object(a) == object(b)
}

/// The object an instruction works on or within.
pub(super) fn object<'a>(party: &'a Party<'_>) -> Option<&'a ObjectTarget> {
    match party.instruction() {
        Instruction::CreateObject(object) | Instruction::EraseObject(object) => Some(object),
        instruction => instruction.path_target().map(|target| &target.object),
    }
}
