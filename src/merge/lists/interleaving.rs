//! Two sides' inserts between two elements of the base that stay: no pair of them has to meet.
//!
//! Needs one side whose edits never get older as it goes on, the *steady* one, as any device's own
//! are. Its elements are laid out first, each right before the element it was put before. An
//! insert of the other side comes behind all older elements that lie before the one it was put
//! before itself, and so before all newer ones: what the pairwise rules make of it.
//!
//! Rules: `docs/MERGE.md`, "Lists at scale".

use std::collections::HashMap;

use super::sequence::{Part, Sequence, Weight};
use super::stretch::{Local, Places};
use super::tally::Tally;
use super::track::{Deed, Element};
use super::Age;

/// Whether no edit is older than one before it.
pub(super) fn is_steady(local: &Local<'_>) -> bool {
    let age = |edit: u32| local.track.edits[edit as usize].age;
    local.edits.windows(2).all(|pair| matches!(*pair, [first, second] if age(first) <= age(second)))
}

/// The steady side's elements are born in the order of their inserts, from 1 on; the other side's
/// are there from the start while they are there.
const EVER: u32 = 0;
const NEVER: u32 = u32::MAX;

/// Arranges the inserts of both sides in a stretch without elements of the base. `is_older` tells
/// whether the first age, of the steady side, is the older one.
pub(super) fn arrange(
    steady: &Local<'_>,
    other: &Local<'_>,
    is_older: impl Fn(Age, Age) -> bool,
    steady_places: &mut Places,
    other_places: &mut Places,
) {
    let mut layout = Layout::new(steady);
    for &edit in other.edits {
        match (other.deed(edit), other.track.elements[edit as usize]) {
            (Deed::Insert, _) => {
                let age = other.track.edits[edit as usize].age;
                let older = layout.ages.partition_point(|&steady| is_older(steady, age));
                let spot = layout.insert(edit, other.indices[edit as usize], older as u32);
                other_places.spots[edit as usize] = spot;
            }
            (Deed::Erase, Element::Own(inserter)) => layout.erase(inserter),
            (Deed::Erase, Element::Base(_)) | (Deed::Touch, _) => {}
        }
    }
    layout.place(steady, steady_places, other_places);
}

struct Layout {
    sequence: Sequence,
    /// What each part is: its number is the position here. The steady side's come first.
    edits: Vec<u32>,
    steady_parts: HashMap<u32, Part>,
    other_parts: HashMap<u32, Part>,
    /// Of the steady side's inserts, in their order.
    ages: Vec<Age>,
}

impl Layout {
    /// The steady side's elements; those that it does not erase again count as there in the end.
    fn new(steady: &Local<'_>) -> Layout {
        let mut layout = Layout {
            sequence: Sequence::new(),
            edits: Vec::new(),
            steady_parts: HashMap::new(),
            other_parts: HashMap::new(),
            ages: Vec::new(),
        };
        let inserts = || steady.edits.iter().copied().filter(|&edit| steady.deed(edit) == Deed::Insert);
        let mut births: HashMap<u32, u32> = HashMap::new();
        for (edit, birth) in inserts().zip(1..) {
            births.insert(edit, birth);
            layout.ages.push(steady.track.edits[edit as usize].age);
        }
        let mut order: Vec<u32> = inserts().collect();
        order.sort_unstable_by_key(|&edit| steady.track.ranks[edit as usize]);
        let mut last = None;
        for edit in order {
            let birth = births.get(&edit).copied().unwrap_or(NEVER);
            let part = layout.sequence.insert_after(last, Weight { size: 0, other: 1, birth });
            layout.edits.push(edit);
            layout.steady_parts.insert(edit, part);
            last = Some(part);
        }
        for &edit in steady.edits {
            if let (Deed::Erase, Element::Own(inserter)) = (steady.deed(edit), steady.track.elements[edit as usize]) {
                if let Some(&part) = layout.steady_parts.get(&inserter) {
                    let birth = layout.sequence.weight(part).birth;
                    layout.sequence.set_weight(part, Weight { size: 0, other: 0, birth });
                }
            }
        }
        layout
    }

    /// Lays out an element of the other side, at this index among its own, when so many of the
    /// steady side's inserts are older; its index behind all edits of the steady side.
    fn insert(&mut self, edit: u32, index: u32, older: u32) -> u32 {
        let next = self.sequence.find(index).map(|found| found.0);
        let previous = self.sequence.last_born(next, older + 1);
        let part = self.sequence.insert_after(previous, Weight { size: 1, other: 1, birth: EVER });
        self.edits.push(edit);
        self.other_parts.insert(edit, part);
        self.sequence.rank(part).1
    }

    fn erase(&mut self, inserter: u32) {
        if let Some(&part) = self.other_parts.get(&inserter) {
            self.sequence.set_weight(part, Weight { size: 0, other: 0, birth: NEVER });
        }
    }

    /// Goes through the steady side's edits once more, behind all edits of the other side.
    fn place(&self, steady: &Local<'_>, steady_places: &mut Places, other_places: &mut Places) {
        let order = self.sequence.in_order();
        let mut tally = Tally::new(order.len());
        let mut slots = vec![0; order.len()];
        let (mut any_steady, mut any_other) = (false, false);
        for (slot, part) in order.iter().enumerate() {
            let edit = self.edits[part.number()];
            slots[part.number()] = slot;
            if part.number() < self.steady_parts.len() {
                steady_places.pushed[edit as usize] = any_other;
                any_steady = true;
            } else {
                other_places.pushed[edit as usize] = any_steady;
                any_other = true;
                tally.add(slot, i64::from(self.sequence.weight(*part).size));
            }
        }
        let slot = |inserter: u32| self.steady_parts.get(&inserter).map(|part| slots[part.number()]);
        for &edit in steady.edits {
            match (steady.deed(edit), steady.track.elements[edit as usize]) {
                (Deed::Insert, Element::Own(_)) => {
                    if let Some(slot) = slot(edit) {
                        steady_places.spots[edit as usize] = tally.before(slot) as u32;
                        tally.add(slot, 1);
                    }
                }
                (Deed::Erase, Element::Own(inserter)) => {
                    if let Some(slot) = slot(inserter) {
                        tally.add(slot, -1);
                    }
                }
                (Deed::Insert | Deed::Erase, Element::Base(_)) | (Deed::Touch, _) => {}
            }
        }
    }
}
