//! One side's edits once more, now on the list as the other side left it: index and size that each
//! has there.

use std::collections::{BTreeSet, HashMap};

use super::sequence::{Part, Sequence, Weight};
use super::stretch::Places;
use super::track::{Deed, Element, Item, Track};

/// What becomes of an edit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The other side erased its element.
    Dropped,
    Stays {
        index: u32,
        size: u32,
        /// Whether any edit of the other side ever changed anything of it on the way.
        is_changed: bool,
    },
}

/// The outcomes of one side's edits.
pub(super) fn outcomes(track: &Track, places: &Places, other: &Track, other_places: &Places) -> Vec<Outcome> {
    let mut sweep = Sweep {
        track,
        places,
        other,
        list: List::new(track, places, other),
        effects: Effects::new(other, other_places),
    };
    (0..track.edits.len()).map(|number| sweep.next(number)).collect()
}

struct Sweep<'a> {
    track: &'a Track,
    places: &'a Places,
    other: &'a Track,
    list: List,
    effects: Effects,
}

impl Sweep<'_> {
    fn next(&mut self, number: usize) -> Outcome {
        let edit = &self.track.edits[number];
        let element = self.track.elements[number];
        let size = self.list.sequence.size();
        let (index, part) = match (edit.deed, element) {
            (Deed::Insert, _) => {
                let index = self.list.start_of(self.places.stretches[number]) + self.places.spots[number];
                self.list.insert(index, number as u32);
                return Outcome::Stays { index, size, is_changed: self.effects.reach_all() };
            }
            (Deed::Erase | Deed::Touch, Element::Base(base)) if self.other.eraser(base).is_some() => {
                if edit.deed == Deed::Erase {
                    self.effects.outstanding.remove(&base);
                }
                return Outcome::Dropped;
            }
            (Deed::Erase | Deed::Touch, element) => self.list.find(element),
        };
        if let (Deed::Erase, Some(part)) = (edit.deed, part) {
            self.list.sequence.set_weight(part, one(0));
        }
        let is_changed = match (edit.size, element) {
            (Some(_), _) => self.effects.reach_all(),
            (None, Element::Base(base)) => self.effects.reach_base(base),
            (None, Element::Own(inserter)) => {
                let inserter = inserter as usize;
                self.places.pushed[inserter]
                    || self.effects.reach(self.track.gaps[inserter], self.places.stretches[inserter])
            }
        };
        Outcome::Stays { index, size, is_changed }
    }
}

/// What the other side's edits do to an edit they meet.
struct Effects {
    /// Of its inserts: the first gap and the first stretch of any.
    first_gap: Option<u32>,
    first_stretch: Option<u32>,
    /// The elements of the base it erased that this side did not erase before.
    outstanding: BTreeSet<u32>,
}

impl Effects {
    fn new(other: &Track, places: &Places) -> Effects {
        let inserts = || (0..other.edits.len()).filter(|&number| other.edits[number].deed == Deed::Insert);
        Effects {
            first_gap: inserts().map(|number| other.gaps[number]).min(),
            first_stretch: inserts().map(|number| places.stretches[number]).min(),
            outstanding: other.erased.iter().map(|erased| erased.0).collect(),
        }
    }

    /// Every insert and every erasure changes the size of the list.
    fn reach_all(&self) -> bool {
        self.first_gap.is_some() || !self.outstanding.is_empty()
    }

    /// Whether the index of an element of the base ever changed.
    fn reach_base(&self, base: u32) -> bool {
        self.first_gap.is_some_and(|gap| gap <= base) || self.erases_before(base)
    }

    /// Whether that of an inserted element did, by what happened before its stretch or in the base.
    fn reach(&self, gap: u32, stretch: u32) -> bool {
        self.first_stretch.is_some_and(|first| first < stretch) || self.erases_before(gap)
    }

    fn erases_before(&self, base: u32) -> bool {
        self.outstanding.first().is_some_and(|&first| first < base)
    }
}

/// The list as the other side left it, then with this side's edits, one after the other.
struct List {
    sequence: Sequence,
    /// Parts of elements of the base that this side's edits ask for, each in a part of its own.
    base_parts: HashMap<u32, Part>,
    own_parts: HashMap<u32, Part>,
}

fn one(size: u32) -> Weight {
    Weight { size, other: 0, birth: 0 }
}

impl List {
    fn new(track: &Track, places: &Places, other: &Track) -> List {
        let mut list = List { sequence: Sequence::new(), base_parts: HashMap::new(), own_parts: HashMap::new() };
        let mut wanted: Vec<u32> = Vec::new();
        for (number, element) in track.elements.iter().enumerate() {
            match (track.edits[number].deed, *element) {
                (Deed::Insert, _) => wanted.extend(places.stretches[number].checked_sub(1)),
                (Deed::Erase | Deed::Touch, Element::Base(base)) => wanted.push(base),
                (Deed::Erase | Deed::Touch, Element::Own(_)) => {}
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut last = None;
        for item in &other.items {
            match *item {
                Item::Own(_) => last = Some(list.sequence.insert_after(last, one(1))),
                Item::Base { start, size } => {
                    let from = wanted.partition_point(|&base| base < start);
                    let until = wanted.partition_point(|&base| base < start + size);
                    last = list.append_run(start, size, &wanted[from..until], last);
                }
            }
        }
        list
    }

    fn append_run(&mut self, start: u32, size: u32, wanted: &[u32], last: Option<Part>) -> Option<Part> {
        let (mut start, end, mut last) = (start, start + size, last);
        for &base in wanted {
            if base > start {
                last = Some(self.sequence.insert_after(last, one(base - start)));
            }
            let part = self.sequence.insert_after(last, one(1));
            self.base_parts.insert(base, part);
            last = Some(part);
            start = base + 1;
        }
        if end > start {
            last = Some(self.sequence.insert_after(last, one(end - start)));
        }
        last
    }

    /// How many elements lie before a stretch.
    fn start_of(&self, stretch: u32) -> u32 {
        let before = stretch.checked_sub(1).and_then(|base| self.base_parts.get(&base));
        before.map_or(0, |&part| self.sequence.rank(part).0 + 1)
    }

    fn insert(&mut self, index: u32, number: u32) {
        let next = self.sequence.find(index).map(|found| found.0);
        let part = self.sequence.insert_before(next, one(1));
        self.own_parts.insert(number, part);
    }

    fn find(&self, element: Element) -> (u32, Option<Part>) {
        let part = match element {
            Element::Base(base) => self.base_parts.get(&base),
            Element::Own(number) => self.own_parts.get(&number),
        };
        (part.map_or(0, |&part| self.sequence.rank(part).0), part.copied())
    }
}
