//! Elements of sets: of two operations on equal elements the newer stays.
//!
//! Rules: `docs/MERGE.md`, "Sets".

use crate::changeset::{Instruction, Payload};

use super::super::party::Party;

pub(super) fn is_same_element(a: &Party<'_>, b: &Party<'_>) -> bool {
    match (element(a), element(b)) {
        (Some(left), Some(right)) => a.is_same_path(b) && is_same_payload(a, left, b, right),
        (None, _) | (_, None) => false,
    }
}

fn element(party: &Party<'_>) -> Option<Payload> {
    if let Instruction::SetInsert { value, .. } | Instruction::SetErase { value, .. } = party.instruction() {
        return Some(*value);
    }
    None
}

/// Equality of contents: bytes are compared where they lie, numbers as numbers, so NaN is not NaN.
fn is_same_payload(a: &Party<'_>, left: Payload, b: &Party<'_>, right: Payload) -> bool {
    match left {
        Payload::String(span) => matches!(right, Payload::String(other) if a.bytes(span) == b.bytes(other)),
        Payload::Binary(span) => matches!(right, Payload::Binary(other) if a.bytes(span) == b.bytes(other)),
        Payload::Decimal(decimal) => matches!(right, Payload::Decimal(other) if decimal.is_same_number(other)),
        Payload::Null
        | Payload::Int(_)
        | Payload::Bool(_)
        | Payload::Timestamp(_)
        | Payload::Float(_)
        | Payload::Double(_)
        | Payload::Link { .. }
        | Payload::ObjectId(_)
        | Payload::Uuid(_)
        | Payload::ObjectValue
        | Payload::List
        | Payload::Dictionary
        | Payload::Set
        | Payload::Erased => left == right,
    }
}
