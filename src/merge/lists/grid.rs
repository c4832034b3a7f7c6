//! The pairwise rules on bare positions: every edit of ours in a stretch meets every edit of
//! theirs. Exact for whatever happened there.
//!
//! Rules: `docs/MERGE.md`, "Lists".

use super::stretch::{Local, Places};
use super::track::Deed;
use super::Age;

#[derive(Clone, Copy)]
struct Position {
    index: u32,
    is_insert: bool,
    is_pushed: bool,
    age: Age,
    edit: u32,
}

pub(super) fn arrange(ours: &Local<'_>, theirs: &Local<'_>, our_places: &mut Places, their_places: &mut Places) {
    let mut own = positions(ours);
    let mut survivors = own.len();
    for mut incoming in positions(theirs) {
        let mut dropped = None;
        for (at, own) in own[..survivors].iter_mut().enumerate() {
            if meet(own, &mut incoming) {
                dropped = Some(at);
                break;
            }
        }
        match dropped {
            Some(at) => {
                // Both erased the same; whoever is dropped meets nobody any more.
                own[at..survivors].rotate_left(1);
                survivors -= 1;
            }
            None => record(&incoming, their_places),
        }
    }
    own[..survivors].iter().for_each(|own| record(own, our_places));
}

fn positions(local: &Local<'_>) -> Vec<Position> {
    let position = |&edit: &u32| Position {
        index: local.indices[edit as usize],
        is_insert: local.deed(edit) == Deed::Insert,
        is_pushed: false,
        age: local.track.edits[edit as usize].age,
        edit,
    };
    local.edits.iter().map(position).collect()
}

fn record(position: &Position, places: &mut Places) {
    if position.is_insert {
        places.spots[position.edit as usize] = position.index;
        places.pushed[position.edit as usize] = position.is_pushed;
    }
}

/// True when both erase the same element.
#[inline]
fn meet(own: &mut Position, incoming: &mut Position) -> bool {
    match (own.is_insert, incoming.is_insert) {
        (true, true) => {
            if own.index < incoming.index || (own.index == incoming.index && own.age < incoming.age) {
                incoming.index += 1;
                incoming.is_pushed = true;
            } else {
                own.index += 1;
                own.is_pushed = true;
            }
        }
        (true, false) => insert_erase(own, incoming),
        (false, true) => insert_erase(incoming, own),
        (false, false) => {
            if own.index == incoming.index {
                return true;
            }
            if own.index > incoming.index {
                own.index -= 1;
            } else {
                incoming.index -= 1;
            }
        }
    }
    false
}

#[inline]
fn insert_erase(insert: &mut Position, erase: &mut Position) {
    if insert.index <= erase.index {
        erase.index += 1;
    } else {
        insert.index -= 1;
    }
}
