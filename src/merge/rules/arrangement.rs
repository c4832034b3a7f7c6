//! The arithmetic of concurrent list operations, on bare positions.
//!
//! Every rule returns both operations as they apply after the other one, `None` for one that has
//! nothing left to do; and `None` for the pair when positions and sizes contradict each other.
//!
//! Rules: `docs/MERGE.md`, "Lists".

use super::super::order::Older;
use super::super::party::{Place, Shift};

pub(super) type Arranged<A, B> = (Option<A>, Option<B>);

/// Where an element goes when another one moves.
pub(super) fn moved(index: u32, from: u32, to: u32) -> Option<u32> {
    if index == from {
        return Some(to);
    }
    let index = if index > from { index - 1 } else { index };
    pushed(index, to)
}

/// Where an element goes when one is inserted.
pub(super) fn pushed(index: u32, at: u32) -> Option<u32> {
    if index >= at {
        index.checked_add(1)
    } else {
        Some(index)
    }
}

/// Where an element goes when one is erased; `None` for the erased one.
pub(super) fn without(index: u32, at: u32) -> Option<u32> {
    if index > at {
        Some(index - 1)
    } else {
        (index != at).then_some(index)
    }
}

pub(super) fn insert_update(insert: Place, update: Place) -> Option<Arranged<Place, Place>> {
    if insert.size != update.size || insert.index > insert.size || update.index >= update.size {
        return None;
    }
    let update = Place { index: pushed(update.index, insert.index)?, size: update.size.checked_add(1)? };
    Some((Some(insert), Some(update)))
}

pub(super) fn insert_insert(a: Place, b: Place, older: Older) -> Option<Arranged<Place, Place>> {
    if a.size != b.size {
        return None;
    }
    let first_moves = a.index > b.index || (a.index == b.index && older == Older::Second);
    let moved = |place: Place, moves: bool| -> Option<Place> {
        let index = if moves { place.index.checked_add(1)? } else { place.index };
        Some(Place { index, size: place.size.checked_add(1)? })
    };
    Some((Some(moved(a, first_moves)?), Some(moved(b, !first_moves)?)))
}

pub(super) fn move_update(shift: Shift, update: Place) -> Option<Arranged<Shift, Place>> {
    if shift.from >= shift.size || update.index >= update.size {
        return None;
    }
    let index = moved(update.index, shift.from, shift.to)?;
    Some((Some(shift), Some(Place { index, ..update })))
}

/// At one spot the newer comes first, unlike in the other rules.
pub(super) fn move_insert(shift: Shift, insert: Place, older: Older) -> Option<Arranged<Shift, Place>> {
    let (mut shift, mut insert) = (shift, insert);
    shift.size = shift.size.checked_add(1)?;
    if insert.index > shift.from {
        insert.index -= 1;
    } else {
        shift.from = shift.from.checked_add(1)?;
    }
    if insert.index < shift.to || (insert.index == shift.to && older == Older::First) {
        shift.to = shift.to.checked_add(1)?;
    } else {
        insert.index = insert.index.checked_add(1)?;
    }
    Some((Some(shift), Some(insert)))
}

pub(super) fn move_move(a: Shift, b: Shift, older: Older) -> Option<Arranged<Shift, Shift>> {
    let is_inside = |shift: Shift| shift.from < shift.size && shift.to < shift.size;
    if a.size != b.size || !is_inside(a) || !is_inside(b) {
        return None;
    }
    if a.from == b.from {
        return Some(move_same_element(a, b, older));
    }
    let (mut a, mut b) = (a, b);
    if a.from < b.from {
        b.from -= 1;
    } else {
        a.from -= 1;
    }
    if a.to > b.from {
        a.to -= 1;
    } else {
        b.from = b.from.checked_add(1)?;
    }
    if a.from < b.to {
        b.to -= 1;
    } else {
        a.from = a.from.checked_add(1)?;
    }
    if a.to > b.to || (a.to == b.to && older == Older::Second) {
        a.to = a.to.checked_add(1)?;
    } else {
        b.to = b.to.checked_add(1)?;
    }
    Some((unless_still(a), unless_still(b)))
}

/// The newer move takes the element from where the older one put it.
fn move_same_element(a: Shift, b: Shift, older: Older) -> Arranged<Shift, Shift> {
    match older {
        Older::First => (None, unless_still(Shift { from: a.to, ..b })),
        Older::Second => (unless_still(Shift { from: b.to, ..a }), None),
    }
}

fn unless_still(shift: Shift) -> Option<Shift> {
    (shift.from != shift.to).then_some(shift)
}

pub(super) fn erase_update(erase: Place, update: Place) -> Option<Arranged<Place, Place>> {
    if erase.size != update.size || erase.index >= erase.size || update.index >= update.size {
        return None;
    }
    let size = update.size.checked_sub(1)?;
    Some((Some(erase), without(update.index, erase.index).map(|index| Place { index, size })))
}

pub(super) fn erase_insert(erase: Place, insert: Place) -> Option<Arranged<Place, Place>> {
    if erase.size != insert.size || erase.index >= erase.size || insert.index > insert.size {
        return None;
    }
    let erase_size = erase.size.checked_add(1)?;
    let insert_size = insert.size.checked_sub(1)?;
    let (erase_index, insert_index) = if insert.index <= erase.index {
        (erase.index.checked_add(1)?, insert.index)
    } else {
        (erase.index, insert.index - 1)
    };
    Some((Some(Place { index: erase_index, size: erase_size }), Some(Place { index: insert_index, size: insert_size })))
}

pub(super) fn move_erase(shift: Shift, erase: Place) -> Option<Arranged<Shift, Place>> {
    if erase.size != shift.size || erase.index >= erase.size || shift.from >= shift.size {
        return None;
    }
    if erase.index == shift.from {
        return Some((None, Some(Place { index: shift.to, ..erase })));
    }
    let (mut shift, mut erase) = (shift, erase);
    shift.size = shift.size.checked_sub(1)?;
    if erase.index > shift.from {
        erase.index -= 1;
    } else {
        shift.from -= 1;
    }
    if erase.index >= shift.to {
        erase.index = erase.index.checked_add(1)?;
    } else {
        shift.to -= 1;
    }
    Some((unless_still(shift), Some(erase)))
}

pub(super) fn erase_erase(a: Place, b: Place) -> Option<Arranged<Place, Place>> {
    if a.size != b.size || a.index >= a.size || b.index >= b.size {
        return None;
    }
    let size = a.size.checked_sub(1)?;
    let shrunk = |place: Place, other: Place| without(place.index, other.index).map(|index| Place { index, size });
    Some((shrunk(a, b), shrunk(b, a)))
}
