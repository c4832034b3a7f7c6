//! The pairwise rules on bare positions: every edit of ours in a stretch meets every edit of
//! theirs. Exact for whatever happened there; quadratic, but a meeting takes a few machine
//! instructions and no jump that the machine could guess wrong.
//!
//! Rules: `docs/MERGE.md`, "Lists".

use super::stretch::{Local, Places};
use super::track::Deed;
use super::Age;

#[derive(Clone, Copy)]
struct Position {
    index: u32,
    /// Place of the changeset's age among all.
    age: u32,
    is_insert: bool,
    is_pushed: bool,
    edit: u32,
}

pub(super) fn arrange(ours: &Local<'_>, theirs: &Local<'_>, our_places: &mut Places, their_places: &mut Places) {
    let age = |local: &Local<'_>, edit: u32| local.track.edits[edit as usize].age;
    let own_ages = ours.edits.iter().map(|&edit| age(ours, edit));
    let mut ages: Vec<Age> = own_ages.chain(theirs.edits.iter().map(|&edit| age(theirs, edit))).collect();
    ages.sort_unstable();
    ages.dedup();
    let mut own = positions(ours, &ages);
    for mut incoming in positions(theirs, &ages) {
        let dropped = match incoming.is_insert {
            true => {
                pass_insert(&mut own, &mut incoming);
                None
            }
            false => pass_erase(&mut own, &mut incoming),
        };
        match dropped {
            // Whoever is dropped meets nobody any more.
            Some(at) => {
                own.remove(at);
            }
            None => record(&incoming, their_places),
        }
    }
    own.iter().for_each(|own| record(own, our_places));
}

fn positions(local: &Local<'_>, ages: &[Age]) -> Vec<Position> {
    let position = |&edit: &u32| {
        let age = local.track.edits[edit as usize].age;
        Position {
            index: local.indices[edit as usize],
            age: ages.partition_point(|&other| other < age) as u32,
            is_insert: local.deed(edit) == Deed::Insert,
            is_pushed: false,
            edit,
        }
    };
    local.edits.iter().map(position).collect()
}

fn record(position: &Position, places: &mut Places) {
    if position.is_insert {
        places.spots[position.edit as usize] = position.index;
        places.pushed[position.edit as usize] = position.is_pushed;
    }
}

/// What is before the incoming insert shifts it, inserts up, erasures down; it shifts the rest up.
/// At one place the older insert is before the newer, and any insert before an erasure.
fn pass_insert(own: &mut [Position], incoming: &mut Position) {
    let Position { mut index, age, mut is_pushed, .. } = *incoming;
    for own in own {
        let is_before = (own.index < index) | ((own.index == index) & own.is_insert & (own.age < age));
        let shift = if own.is_insert { 1 } else { u32::MAX };
        is_pushed |= is_before & own.is_insert;
        own.is_pushed |= !is_before & own.is_insert;
        own.index += u32::from(!is_before);
        index = index.wrapping_add(shift & u32::from(is_before).wrapping_neg());
    }
    (incoming.index, incoming.is_pushed) = (index, is_pushed);
}

/// Likewise the incoming erasure, which shifts the rest down. The position of one of ours that
/// erases the same element.
fn pass_erase(own: &mut [Position], incoming: &mut Position) -> Option<usize> {
    let mut index = incoming.index;
    for (at, own) in own.iter_mut().enumerate() {
        if (own.index == index) & !own.is_insert {
            return Some(at);
        }
        let is_before = (own.index < index) | ((own.index == index) & own.is_insert);
        let shift = if own.is_insert { 1 } else { u32::MAX };
        own.index -= u32::from(!is_before);
        index = index.wrapping_add(shift & u32::from(is_before).wrapping_neg());
    }
    incoming.index = index;
    None
}
