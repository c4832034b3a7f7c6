//! Elements of sets: of two operations on equal elements the newer stays.
//!
//! Rules: `docs/MERGE.md`, "Sets".

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::changeset::{Changeset, Instruction, Payload};

use super::super::party::Party;

pub(super) fn is_same_element(a: &Party<'_>, b: &Party<'_>) -> bool {
    match (element(a.instruction()), element(b.instruction())) {
        (Some(left), Some(right)) => a.is_same_path(b) && is_same_payload(a, left, b, right),
        (None, _) | (_, None) => false,
    }
}

/// The element that a set operation is about.
pub(in crate::merge) fn element(instruction: &Instruction) -> Option<Payload> {
    if let Instruction::SetInsert { value, .. } | Instruction::SetErase { value, .. } = instruction {
        return Some(*value);
    }
    None
}

/// Equal for equal payloads with names of one merge, and never 0.
pub(in crate::merge) fn hash(changeset: &Changeset, value: Payload) -> u64 {
    let mut hasher = DefaultHasher::new();
    std::mem::discriminant(&value).hash(&mut hasher);
    match value {
        Payload::Int(int) => int.hash(&mut hasher),
        Payload::Bool(bool) => bool.hash(&mut hasher),
        Payload::String(span) | Payload::Binary(span) => changeset.bytes(span).hash(&mut hasher),
        Payload::Timestamp(timestamp) => timestamp.hash(&mut hasher),
        Payload::Link { class, key } => (class, key).hash(&mut hasher),
        Payload::ObjectId(id) => id.hash(&mut hasher),
        Payload::Uuid(uuid) => uuid.hash(&mut hasher),
        Payload::Float(nan) if nan.is_nan() => nan.to_bits().hash(&mut hasher),
        Payload::Double(nan) if nan.is_nan() => nan.to_bits().hash(&mut hasher),
        // Both zeros become the positive one.
        Payload::Float(float) => (float + 0.0).to_bits().hash(&mut hasher),
        Payload::Double(double) => (double + 0.0).to_bits().hash(&mut hasher),
        Payload::Decimal(decimal) => match decimal.number() {
            Some(number) => number.hash(&mut hasher),
            None => decimal.hash(&mut hasher),
        },
        Payload::Null | Payload::ObjectValue | Payload::List | Payload::Dictionary | Payload::Set | Payload::Erased => {
        }
    }
    hasher.finish().max(1)
}

/// Equality of contents, as a set of the store has it: bytes are compared where they lie, numbers as numbers, a NaN by its bits.
fn is_same_payload(a: &Party<'_>, left: Payload, b: &Party<'_>, right: Payload) -> bool {
    match left {
        Payload::String(span) => matches!(right, Payload::String(other) if a.bytes(span) == b.bytes(other)),
        Payload::Binary(span) => matches!(right, Payload::Binary(other) if a.bytes(span) == b.bytes(other)),
        Payload::Decimal(decimal) => {
            matches!(right, Payload::Decimal(other) if decimal.is_same_number(other) || decimal == other)
        }
        Payload::Float(nan) if nan.is_nan() => {
            matches!(right, Payload::Float(other) if nan.to_bits() == other.to_bits())
        }
        Payload::Double(nan) if nan.is_nan() => {
            matches!(right, Payload::Double(other) if nan.to_bits() == other.to_bits())
        }
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
