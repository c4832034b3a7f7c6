//! Additions to integers.
//!
//! Rules: `docs/MERGE.md`, "Counters".

use crate::changeset::{Instruction, Payload, UpdateExtra};

use super::super::order::Older;
use super::super::party::Party;
use super::Verdict;

/// An addition that is newer than a write is added to what was written; a default counts as older.
pub(super) fn update_add_integer(update: &mut Party<'_>, add: &mut Party<'_>, older: Older) -> Verdict {
    if !update.is_same_path(add) {
        return Verdict::Keep;
    }
    let (Instruction::Update { value, extra, .. }, Instruction::AddInteger { value: added, .. }) =
        (update.instruction(), add.instruction())
    else {
        return Verdict::Keep;
    };
    let is_default = matches!(extra, UpdateExtra::IsDefault(true));
    if older == Older::Second && !is_default {
        return Verdict::DropSecond;
    }
    match value {
        Payload::Null => Verdict::Keep,
        Payload::Int(int) => {
            let sum = int.wrapping_add(*added);
            update.set_integer(sum);
            Verdict::Keep
        }
        Payload::Bool(_)
        | Payload::String(_)
        | Payload::Binary(_)
        | Payload::Timestamp(_)
        | Payload::Float(_)
        | Payload::Double(_)
        | Payload::Decimal(_)
        | Payload::Link { .. }
        | Payload::ObjectId(_)
        | Payload::Uuid(_)
        | Payload::ObjectValue
        | Payload::List
        | Payload::Dictionary
        | Payload::Set
        | Payload::Erased => Verdict::DropSecond,
    }
}
