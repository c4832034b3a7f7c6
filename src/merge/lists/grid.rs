//! The pairwise rules on bare positions: every edit of ours in a stretch meets every edit of
//! theirs. Exact for whatever happened there; quadratic, but a meeting takes a few machine
//! instructions, and no jump that the machine could guess wrong.
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
    /// Whether an insert of the other side shifted it.
    is_pushed: bool,
    is_dropped: bool,
    edit: u32,
}

/// So many incoming edits run over ours close behind each other. Each comes to one of ours after
/// those before it, and none waits for another's result, so the machine can work on all of them.
const ABREAST: usize = 4;

pub(super) fn arrange(ours: &Local<'_>, theirs: &Local<'_>, our_places: &mut Places, their_places: &mut Places) {
    let age = |local: &Local<'_>, edit: u32| local.track.edits[edit as usize].age;
    let own_ages = ours.edits.iter().map(|&edit| age(ours, edit));
    let mut ages: Vec<Age> = own_ages.chain(theirs.edits.iter().map(|&edit| age(theirs, edit))).collect();
    ages.sort_unstable();
    ages.dedup();
    let mut own = positions(ours, &ages);
    for incoming in positions(theirs, &ages).chunks(ABREAST) {
        let mut abreast = [IDLE; ABREAST];
        abreast.iter_mut().zip(incoming).for_each(|(place, incoming)| *place = *incoming);
        run_over(&mut own, &mut abreast);
        if abreast[..incoming.len()].iter().any(|incoming| incoming.is_dropped) {
            own.retain(|own| !own.is_dropped);
        }
        abreast.iter().for_each(|incoming| record(incoming, their_places));
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
            is_dropped: false,
            edit,
        }
    };
    local.edits.iter().map(position).collect()
}

/// An incoming edit that shifts nothing.
const IDLE: Position =
    Position { index: 0, age: 0, is_insert: false, is_pushed: false, is_dropped: true, edit: u32::MAX };

/// An index behind all others: one of ours that is there is shifted by everything and shifts nothing.
const BEHIND: u32 = 1 << 31;

fn record(position: &Position, places: &mut Places) {
    if position.is_insert {
        places.spots[position.edit as usize] = position.index;
        places.pushed[position.edit as usize] = position.is_pushed;
    }
}

fn run_over(own: &mut [Position], abreast: &mut [Position; ABREAST]) {
    for lead in 0..own.len() + ABREAST - 1 {
        for (lag, incoming) in abreast.iter_mut().enumerate() {
            if let Some(own) = own.get_mut(lead.wrapping_sub(lag)) {
                meet(own, incoming);
            }
        }
    }
}

/// What is before the incoming edit shifts it; the incoming one shifts the rest: inserts up,
/// erasures down. At one place the older insert is before the newer, and any insert before an
/// erasure; two erasures there are of one element, and both are dropped. Whoever is dropped
/// meets nobody any more.
#[inline(always)]
fn meet(own: &mut Position, incoming: &mut Position) {
    let is_same = own.index == incoming.index;
    if is_same & !own.is_insert & !incoming.is_insert & !incoming.is_dropped {
        own.is_dropped = true;
        incoming.is_dropped = true;
        own.index = BEHIND;
        incoming.index = 0;
        return;
    }
    let is_before =
        (own.index < incoming.index) | (is_same & own.is_insert & (!incoming.is_insert | (own.age < incoming.age)));
    incoming.is_pushed |= is_before & own.is_insert;
    own.is_pushed |= !is_before & incoming.is_insert;
    let shift = shift(incoming.is_insert) & u32::from(!incoming.is_dropped).wrapping_neg();
    own.index = own.index.wrapping_add(shift & u32::from(!is_before).wrapping_neg());
    incoming.index = incoming.index.wrapping_add(self::shift(own.is_insert) & u32::from(is_before).wrapping_neg());
}

/// By how much an edit shifts others: 1, or -1.
fn shift(is_insert: bool) -> u32 {
    u32::from(is_insert).wrapping_mul(2).wrapping_sub(1)
}
