//! What one side alone did to a list: every operation with the element it is about.

use super::sequence::{Part, Sequence, Weight};
use super::Age;

/// One instruction on a list, or on or below one of its elements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    /// Position of the instruction in its side.
    pub(super) step: u32,
    pub(super) deed: Deed,
    pub(super) index: u32,
    /// Prior size of the list, where the instruction says.
    pub(super) size: Option<u32>,
    pub(super) age: Age,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    Insert,
    Erase,
    /// A write of the element, or anything below it.
    Touch,
}

/// An element of the list, named for as long as the merge takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    /// By its index in the state both sides began with.
    Base(u32),
    /// By the number of the edit that inserted it.
    Own(u32),
}

/// A part of the list: elements of the base that nothing came between, or one that was inserted.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item {
    Base { start: u32, size: u32 },
    Own(u32),
}

/// One side's edits, as that side alone saw them.
pub(super) struct Track {
    pub(super) edits: Vec<Edit>,
    /// What each edit is about.
    pub(super) elements: Vec<Element>,
    /// Where each insert lies: how many elements of the base, erased ones too, are before it.
    pub(super) gaps: Vec<u32>,
    /// The order of the inserts in the list, whether erased later or not.
    pub(super) ranks: Vec<u32>,
    /// Erased elements of the base, ascending, and the edits that did it.
    pub(super) erased: Vec<(u32, u32)>,
    /// The list in the end.
    pub(super) items: Vec<Item>,
}

impl Track {
    /// Follows the edits from a list of `base` elements; `None` if they contradict themselves.
    pub(super) fn follow(edits: Vec<Edit>, base: u32) -> Option<Track> {
        let mut list = List::new(base);
        let mut elements = Vec::with_capacity(edits.len());
        let mut erased = Vec::new();
        for (edit, number) in edits.iter().zip(0..) {
            if edit.size.is_some_and(|size| size != list.sequence.size()) {
                return None;
            }
            elements.push(match edit.deed {
                Deed::Insert => {
                    list.insert(edit.index, number)?;
                    Element::Own(number)
                }
                Deed::Erase => {
                    let element = list.erase(edit.index)?;
                    if let Element::Base(index) = element {
                        erased.push((index, number));
                    }
                    element
                }
                Deed::Touch => list.element(edit.index)?,
            });
        }
        erased.sort_unstable();
        let mut track = Track {
            gaps: vec![0; edits.len()],
            ranks: vec![0; edits.len()],
            edits,
            elements,
            erased,
            items: Vec::new(),
        };
        track.look_through(&list);
        Some(track)
    }

    fn look_through(&mut self, list: &List) {
        let mut gap = 0;
        for (part, rank) in list.sequence.in_order().into_iter().zip(0..) {
            let item = list.item(part);
            match item {
                Item::Base { start, size } => gap = start + size,
                Item::Own(number) => {
                    self.gaps[number as usize] = gap;
                    self.ranks[number as usize] = rank;
                }
            }
            if list.sequence.weight(part).size > 0 {
                self.items.push(item);
            }
        }
    }

    /// The edit that erased this element of the base.
    pub(super) fn eraser(&self, base: u32) -> Option<u32> {
        let at = self.erased.binary_search_by_key(&base, |erased| erased.0).ok()?;
        self.erased.get(at).map(|erased| erased.1)
    }
}

/// The list while its edits are followed. Erased elements stay as parts without size.
struct List {
    sequence: Sequence,
    /// What each part is, by the parts' numbers.
    items: Vec<Item>,
}

fn plain(size: u32) -> Weight {
    Weight { size, other: 0, birth: 0 }
}

impl List {
    fn new(base: u32) -> List {
        let mut list = List { sequence: Sequence::new(), items: Vec::new() };
        if base > 0 {
            list.sequence.insert_before(None, plain(base));
            list.items.push(Item::Base { start: 0, size: base });
        }
        list
    }

    fn item(&self, part: Part) -> Item {
        self.items[part.number()]
    }

    /// Puts an element right before the one that is there, behind erased ones.
    fn insert(&mut self, index: u32, number: u32) -> Option<()> {
        let next = match index == self.sequence.size() {
            true => None,
            false => Some(self.part_from(index)?),
        };
        self.sequence.insert_before(next, plain(1));
        self.items.push(Item::Own(number));
        Some(())
    }

    fn erase(&mut self, index: u32) -> Option<Element> {
        let part = self.part_from(index)?;
        let element = match self.item(part) {
            Item::Own(number) => Element::Own(number),
            Item::Base { start, size } => {
                self.split(part, start, size, 1);
                Element::Base(start)
            }
        };
        self.sequence.set_weight(part, plain(0));
        Some(element)
    }

    fn element(&self, index: u32) -> Option<Element> {
        let (part, offset) = self.sequence.find(index)?;
        Some(match self.item(part) {
            Item::Own(number) => Element::Own(number),
            Item::Base { start, .. } => Element::Base(start + offset),
        })
    }

    /// The part that begins with the element at this index.
    fn part_from(&mut self, index: u32) -> Option<Part> {
        let (part, offset) = self.sequence.find(index)?;
        match self.item(part) {
            Item::Base { start, size } if offset > 0 => Some(self.split(part, start, size, offset)),
            Item::Base { .. } | Item::Own(_) => Some(part),
        }
    }

    /// Leaves a part its first elements; the part that begins behind them.
    fn split(&mut self, part: Part, start: u32, size: u32, first: u32) -> Part {
        if first >= size {
            return part;
        }
        self.sequence.set_weight(part, plain(first));
        self.items[part.number()] = Item::Base { start, size: first };
        let rest = self.sequence.insert_after(Some(part), plain(size - first));
        self.items.push(Item::Base { start: start + first, size: size - first });
        rest
    }
}
