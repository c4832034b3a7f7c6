//! Two instructions on elements of one list: from instructions to positions and back.
//!
//! Rules: `docs/MERGE.md`, "Lists".

use crate::changeset::Instruction;

use super::super::party::{Party, Place, Shift};
use super::super::MergeError;
use super::arrangement::Arranged;
use super::Verdict;

/// Insert, erase, set, or the Clear of a collection that is an element of the list.
pub(super) fn of_places(
    a: &mut Party<'_>,
    b: &mut Party<'_>,
    rule: impl FnOnce(Place, Place) -> Option<Arranged<Place, Place>>,
) -> Result<Verdict, MergeError> {
    let (Some(left), Some(right)) = (place(a, b), place(b, a)) else { return Ok(Verdict::Keep) };
    if !a.is_same_container(b) {
        return Ok(Verdict::Keep);
    }
    let (left, right) = rule(left, right).ok_or_else(|| a.list_mismatch())?;
    Ok(verdict(left.map(|place| a.set_place(place)), right.map(|place| b.set_place(place))))
}

/// A move, and any of these.
pub(super) fn of_shift_and_place(
    a: &mut Party<'_>,
    b: &mut Party<'_>,
    rule: impl FnOnce(Shift, Place) -> Option<Arranged<Shift, Place>>,
) -> Result<Verdict, MergeError> {
    let (Some(left), Some(right)) = (shift(a), place(b, a)) else { return Ok(Verdict::Keep) };
    if !a.is_same_container(b) {
        return Ok(Verdict::Keep);
    }
    let (left, right) = rule(left, right).ok_or_else(|| a.list_mismatch())?;
    Ok(verdict(left.map(|shift| a.set_shift(shift)), right.map(|place| b.set_place(place))))
}

pub(super) fn of_shifts(
    a: &mut Party<'_>,
    b: &mut Party<'_>,
    rule: impl FnOnce(Shift, Shift) -> Option<Arranged<Shift, Shift>>,
) -> Result<Verdict, MergeError> {
    let (Some(left), Some(right)) = (shift(a), shift(b)) else { return Ok(Verdict::Keep) };
    if !a.is_same_container(b) {
        return Ok(Verdict::Keep);
    }
    let (left, right) = rule(left, right).ok_or_else(|| a.list_mismatch())?;
    Ok(verdict(left.map(|shift| a.set_shift(shift)), right.map(|shift| b.set_shift(shift))))
}

/// Index and size of the list; a Clear has no say about the size and takes the other's.
fn place(party: &Party<'_>, other: &Party<'_>) -> Option<Place> {
    let is_clear = matches!(party.instruction(), Instruction::Clear { .. });
    let size = if is_clear { other.prior_size() } else { party.prior_size() };
    Some(Place { index: party.last_index()?, size: size? })
}

fn shift(party: &Party<'_>) -> Option<Shift> {
    if let Instruction::ArrayMove { to, prior_size, .. } = party.instruction() {
        return Some(Shift { from: party.last_index()?, to: *to, size: *prior_size });
    }
    None
}

fn verdict(left: Option<()>, right: Option<()>) -> Verdict {
    match (left, right) {
        (Some(()), Some(())) => Verdict::Keep,
        (None, Some(())) => Verdict::DropFirst,
        (Some(()), None) => Verdict::DropSecond,
        (None, None) => Verdict::DropBoth,
    }
}
