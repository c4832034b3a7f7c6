//! What an instruction does to a concurrent one that works deeper below it. Age plays no part:
//! what is erased or overwritten further up takes everything below with it.
//!
//! Rules: `docs/MERGE.md`, "Above and below".

use crate::changeset::{Instruction, PathElement, Payload};

use super::super::party::Party;
use super::super::MergeError;
use super::{arrangement, objects, schema, Verdict};

/// `outer` reaches less deep than `inner`. Only `inner` can change.
pub(super) fn meet(outer: &Party<'_>, inner: &mut Party<'_>) -> Result<Verdict, MergeError> {
    let drop_inner = Verdict::DropSecond;
    Ok(match outer.instruction() {
        Instruction::EraseTable { .. } => drop_inner.when(schema::is_same_class(outer, inner)),
        Instruction::EraseObject(_) => drop_inner.when(objects::is_same_object(outer, inner)),
        Instruction::Update { value, .. } => drop_inner.when(overwrites(*value, outer.next_element_of(inner))),
        Instruction::AddInteger { .. } | Instruction::Clear { .. } => {
            drop_inner.when(outer.next_element_of(inner).is_some())
        }
        Instruction::ArrayInsert { .. } | Instruction::ArrayMove { .. } | Instruction::ArrayErase { .. } => {
            shift_within(outer, inner)?
        }
        Instruction::AddTable(_)
        | Instruction::CreateObject(_)
        | Instruction::AddColumn(_)
        | Instruction::EraseColumn { .. }
        | Instruction::SetInsert { .. }
        | Instruction::SetErase { .. } => Verdict::Keep,
    })
}

/// Whether writing this value takes away what lies below it through `next`. Making an object, or
/// the collection that the path goes through, does not.
fn overwrites(value: Payload, next: Option<PathElement>) -> bool {
    let Some(next) = next else { return false };
    match value {
        Payload::ObjectValue => false,
        Payload::List => matches!(next, PathElement::Name(_)),
        Payload::Dictionary => matches!(next, PathElement::Index(_)),
        Payload::Null
        | Payload::Int(_)
        | Payload::Bool(_)
        | Payload::String(_)
        | Payload::Binary(_)
        | Payload::Timestamp(_)
        | Payload::Float(_)
        | Payload::Double(_)
        | Payload::Decimal(_)
        | Payload::Link { .. }
        | Payload::ObjectId(_)
        | Payload::Uuid(_)
        | Payload::Set
        | Payload::Erased => true,
    }
}

/// A list operation moves the element that `inner` passes through, or erases it.
fn shift_within(outer: &Party<'_>, inner: &mut Party<'_>) -> Result<Verdict, MergeError> {
    let Some((at, index)) = outer.index_within(inner)? else { return Ok(Verdict::Keep) };
    let Some(place) = outer.last_index() else { return Ok(Verdict::Keep) };
    let shifted = if let Instruction::ArrayMove { to, .. } = outer.instruction() {
        arrangement::moved(index, place, *to).map(Some)
    } else if let Instruction::ArrayErase { .. } = outer.instruction() {
        Some(arrangement::without(index, place))
    } else {
        arrangement::pushed(index, place).map(Some)
    };
    match shifted.ok_or_else(|| outer.list_mismatch())? {
        Some(index) => {
            inner.set_index_at(at, index);
            Ok(Verdict::Keep)
        }
        None => Ok(Verdict::DropSecond),
    }
}
