//! Writes of one value: the newer wins, with exceptions for defaults and for what makes a
//! container.
//!
//! Rules: `docs/MERGE.md`, "Values".

use crate::changeset::{CollectionKind, Instruction, Payload, UpdateExtra};

use super::super::order::Older;
use super::super::party::Party;
use super::super::MergeError;
use super::Verdict;

pub(super) fn update_update(a: &Party<'_>, b: &Party<'_>, older: Older) -> Result<Verdict, MergeError> {
    let (
        Instruction::Update { value: left, extra: left_extra, .. },
        Instruction::Update { value: right, extra: right_extra, .. },
    ) = (a.instruction(), b.instruction())
    else {
        return Ok(Verdict::Keep);
    };
    if !a.is_same_path(b) {
        return Ok(Verdict::Keep);
    }
    let (left_default, right_default) = match (left_extra, right_extra) {
        (UpdateExtra::PriorSize(left), UpdateExtra::PriorSize(right)) if left != right => {
            return Err(a.list_mismatch());
        }
        (UpdateExtra::IsDefault(left), UpdateExtra::IsDefault(right)) => (*left, *right),
        (UpdateExtra::PriorSize(_), UpdateExtra::PriorSize(_) | UpdateExtra::IsDefault(_))
        | (UpdateExtra::IsDefault(_), UpdateExtra::PriorSize(_)) => (false, false),
    };
    Ok(match (made(*left), made(*right)) {
        (Made::Object, Made::List | Made::Dictionary | Made::Other) => Verdict::DropFirst,
        (Made::List | Made::Dictionary | Made::Other, Made::Object) => Verdict::DropSecond,
        (Made::List, Made::List) | (Made::Dictionary, Made::Dictionary) => Verdict::Keep,
        (Made::Object, Made::Object)
        | (Made::List, Made::Dictionary | Made::Other)
        | (Made::Dictionary, Made::List | Made::Other)
        | (Made::Other, Made::List | Made::Dictionary | Made::Other) => by_age(left_default, right_default, older),
    })
}

/// What a write makes, as far as another write cares.
enum Made {
    Object,
    List,
    Dictionary,
    Other,
}

fn made(value: Payload) -> Made {
    match value {
        Payload::ObjectValue => Made::Object,
        Payload::List => Made::List,
        Payload::Dictionary => Made::Dictionary,
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
        | Payload::Erased => Made::Other,
    }
}

fn by_age(first_is_default: bool, second_is_default: bool, older: Older) -> Verdict {
    match (first_is_default, second_is_default) {
        (true, false) => Verdict::DropFirst,
        (false, true) => Verdict::DropSecond,
        (true, true) | (false, false) => Verdict::drop_older(older),
    }
}

/// A Clear also makes its kind of collection, so a write that makes the same kind goes with it.
pub(super) fn update_clear(update: &Party<'_>, clear: &Party<'_>, older: Older) -> Verdict {
    let (Instruction::Update { value, .. }, Instruction::Clear { collection, .. }) =
        (update.instruction(), clear.instruction())
    else {
        return Verdict::Keep;
    };
    let is_same_kind = match collection {
        CollectionKind::List => *value == Payload::List,
        CollectionKind::Dictionary => *value == Payload::Dictionary,
        CollectionKind::Single | CollectionKind::Set => false,
    };
    Verdict::drop_older(older).when(!is_same_kind && update.is_same_path(clear))
}
