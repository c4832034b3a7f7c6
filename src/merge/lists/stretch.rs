//! The list cut into stretches at the elements that nobody erased. Such an element is there in
//! every state on the way, so what happens before it never depends on what happens behind it.

use super::grid;
use super::interleaving;
use super::tally::Tally;
use super::track::{Deed, Element, Track};

/// Where the inserts of a side go, once the other side's edits are all done.
pub(super) struct Places {
    /// Of each edit that inserts or erases: the stretch, by how many elements of the base are
    /// before it.
    pub(super) stretches: Vec<u32>,
    /// Of each insert: the index within the stretch, in the state where it then applies.
    pub(super) spots: Vec<u32>,
    /// Whether an insert of the other side ever went before this one in its stretch.
    pub(super) pushed: Vec<bool>,
}

/// One side's edits in one stretch.
pub(super) struct Local<'a> {
    pub(super) track: &'a Track,
    /// Those that insert or erase, in their order.
    pub(super) edits: &'a [u32],
    /// By number of the edit: the index within the stretch, as that side alone saw it.
    pub(super) indices: &'a [u32],
    /// Elements of the base in the stretch.
    pub(super) base: std::ops::Range<u32>,
}

impl Local<'_> {
    pub(super) fn deed(&self, edit: u32) -> Deed {
        self.track.edits[edit as usize].deed
    }

    fn inserts(&self) -> usize {
        self.edits.iter().filter(|&&edit| self.deed(edit) == Deed::Insert).count()
    }
}

/// Arranges both sides' inserts.
pub(super) fn arrange(ours: &Track, theirs: &Track) -> [Places; 2] {
    let cuts = Cuts::new(ours, theirs);
    let [our_share, their_share] = [ours, theirs].map(|track| Share::new(track, &cuts));
    let mut our_places = our_share.places(ours);
    let mut their_places = their_share.places(theirs);
    let mut leaders: Vec<u32> = our_share.edits.iter().map(|edit| edit.0).collect();
    leaders.dedup();
    for leader in leaders {
        let (our_edits, their_edits) = (our_share.within(leader), their_share.within(leader));
        let base = cuts.base_of(leader);
        let our_local = Local { track: ours, edits: &our_edits, indices: &our_share.indices, base: base.clone() };
        let their_local = Local { track: theirs, edits: &their_edits, indices: &their_share.indices, base };
        arrange_stretch(&our_local, &their_local, &mut our_places, &mut their_places);
    }
    [our_places, their_places]
}

/// The cheapest way that is exact for what happened in the stretch.
fn arrange_stretch(ours: &Local<'_>, theirs: &Local<'_>, our_places: &mut Places, their_places: &mut Places) {
    let (our_inserts, their_inserts) = (ours.inserts(), theirs.inserts());
    let is_small = ours.edits.len() * theirs.edits.len() <= 32;
    if their_inserts == 0 {
        place_alone(ours, theirs, our_places);
    } else if our_inserts == 0 {
        place_alone(theirs, ours, their_places);
    } else if is_small || !ours.base.is_empty() {
        grid::arrange(ours, theirs, our_places, their_places);
    } else if interleaving::is_steady(ours) {
        let is_older = |ours, theirs| ours < theirs;
        interleaving::arrange(ours, theirs, is_older, our_places, their_places);
    } else if interleaving::is_steady(theirs) {
        let is_older = |theirs, ours| theirs <= ours;
        interleaving::arrange(theirs, ours, is_older, their_places, our_places);
    } else {
        grid::arrange(ours, theirs, our_places, their_places);
    }
}

/// Inserts that meet no insert lie where their own side put them; of the elements of the base,
/// those are gone that the other side erased.
fn place_alone(own: &Local<'_>, other: &Local<'_>, places: &mut Places) {
    let Track { gaps, ranks, elements, .. } = own.track;
    let mut order: Vec<(u32, bool, u32, Element)> =
        own.base.clone().map(|index| (index, true, 0, Element::Base(index))).collect();
    for &edit in own.edits {
        if own.deed(edit) == Deed::Insert {
            order.push((gaps[edit as usize], false, ranks[edit as usize], Element::Own(edit)));
        }
    }
    order.sort_unstable_by_key(|&(gap, is_base, rank, _)| (gap, is_base, rank));
    let mut tally = Tally::new(order.len());
    let mut base_slots = vec![0; own.base.len()];
    let mut own_slots = std::collections::HashMap::new();
    for (slot, (.., element)) in order.iter().enumerate() {
        match *element {
            Element::Base(index) => {
                base_slots[(index - own.base.start) as usize] = slot;
                tally.add(slot, i64::from(other.track.eraser(index).is_none()));
            }
            Element::Own(edit) => {
                own_slots.insert(edit, slot);
            }
        }
    }
    for &edit in own.edits {
        match (own.deed(edit), elements[edit as usize]) {
            (Deed::Insert, _) => {
                let slot = own_slots.get(&edit).copied().unwrap_or_default();
                places.spots[edit as usize] = tally.before(slot) as u32;
                tally.add(slot, 1);
            }
            (Deed::Erase, Element::Own(inserter)) => {
                tally.add(own_slots.get(&inserter).copied().unwrap_or_default(), -1);
            }
            (Deed::Erase, Element::Base(index)) if other.track.eraser(index).is_none() => {
                tally.add(base_slots[(index - own.base.start) as usize], -1);
            }
            (Deed::Erase, Element::Base(_)) | (Deed::Touch, _) => {}
        }
    }
}

/// The elements of the base that either side erased, and the stretches they make.
struct Cuts {
    erased: Vec<u32>,
    /// Of each of them, the first of its run.
    firsts: Vec<u32>,
}

impl Cuts {
    fn new(ours: &Track, theirs: &Track) -> Cuts {
        let mut erased: Vec<u32> = ours.erased.iter().chain(&theirs.erased).map(|erased| erased.0).collect();
        erased.sort_unstable();
        erased.dedup();
        let mut firsts: Vec<u32> = Vec::with_capacity(erased.len());
        for (at, &index) in erased.iter().enumerate() {
            let continues = at > 0 && erased[at - 1] + 1 == index;
            firsts.push(if continues { firsts[at - 1] } else { index });
        }
        Cuts { erased, firsts }
    }

    fn stretch_of_erased(&self, index: u32) -> Option<u32> {
        self.erased.binary_search(&index).ok().map(|at| self.firsts[at])
    }

    fn stretch_of_gap(&self, gap: u32) -> u32 {
        gap.checked_sub(1).and_then(|before| self.stretch_of_erased(before)).unwrap_or(gap)
    }

    fn base_of(&self, leader: u32) -> std::ops::Range<u32> {
        let start = self.firsts.partition_point(|&first| first < leader);
        let size = self.firsts[start..].partition_point(|&first| first == leader);
        leader..leader + size as u32
    }
}

/// What one side did in each stretch.
struct Share {
    /// Stretch and number of each edit that inserts or erases, sorted.
    edits: Vec<(u32, u32)>,
    stretches: Vec<u32>,
    indices: Vec<u32>,
}

impl Share {
    fn new(track: &Track, cuts: &Cuts) -> Share {
        let mut stretches = vec![0; track.edits.len()];
        let mut edits = Vec::new();
        for (number, (edit, element)) in (0u32..).zip(track.edits.iter().zip(&track.elements)) {
            let stretch = match (edit.deed, *element) {
                (Deed::Touch, _) => continue,
                (Deed::Insert | Deed::Erase, Element::Own(inserter)) => {
                    cuts.stretch_of_gap(track.gaps[inserter as usize])
                }
                (Deed::Insert | Deed::Erase, Element::Base(index)) => cuts.stretch_of_erased(index).unwrap_or(index),
            };
            stretches[number as usize] = stretch;
            edits.push((stretch, number));
        }
        edits.sort_unstable();
        let indices = local_indices(track, &stretches, &edits);
        Share { edits, stretches, indices }
    }

    fn within(&self, leader: u32) -> Vec<u32> {
        let start = self.edits.partition_point(|edit| edit.0 < leader);
        let size = self.edits[start..].partition_point(|edit| edit.0 == leader);
        self.edits[start..start + size].iter().map(|edit| edit.1).collect()
    }

    /// Places of the inserts, as if the other side had done nothing.
    fn places(&self, track: &Track) -> Places {
        Places {
            stretches: self.stretches.clone(),
            spots: self.indices.clone(),
            pushed: vec![false; track.edits.len()],
        }
    }
}

/// The index of each edit within its stretch.
fn local_indices(track: &Track, stretches: &[u32], edits: &[(u32, u32)]) -> Vec<u32> {
    let mut leaders: Vec<u32> = edits.iter().map(|edit| edit.0).collect();
    leaders.dedup();
    let mut tally = Tally::new(leaders.len());
    let mut indices = vec![0; track.edits.len()];
    for (number, edit) in track.edits.iter().enumerate() {
        let change = match edit.deed {
            Deed::Insert => 1,
            Deed::Erase => -1,
            Deed::Touch => continue,
        };
        let stretch = stretches[number];
        let place = leaders.partition_point(|&leader| leader < stretch);
        let before = i64::from(stretch) + tally.before(place);
        indices[number] = (i64::from(edit.index) - before) as u32;
        tally.add(place, change);
    }
    indices
}
