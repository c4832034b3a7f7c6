//! Merging concurrent histories: the operational transform.
//!
//! Rules: `docs/MERGE.md`.

mod entry;
mod error;
mod index;
mod lists;
mod order;
mod party;
mod rules;
mod side;

pub use entry::Entry;
pub use error::{ClassDifference, MergeError, PropertyDifference};

use crate::changeset::{Instruction, StringTable};

use index::Index;
use lists::{ListMerge, ListSteps};
use order::Older;
use party::Party;
use rules::{Column, Verdict};
use side::{Fate, Side};

/// Merges changesets that all have one base: every entry of ours meets every entry of theirs.
/// Afterwards `theirs` apply after `ours`, and `ours` apply after `theirs`.
///
/// # Errors
/// The sides contradict each other; then no entry is changed.
pub fn merge(ours: &mut [Entry], theirs: &mut [Entry]) -> Result<(), MergeError> {
    run(ours, theirs, |_, _| 0)
}

/// Merges a batch of incoming changesets in their order, each with the entries of ours whose
/// version is above its base. Entries of ours must ascend by version; what an earlier incoming
/// changeset made of them is what a later one meets.
///
/// # Errors
/// The sides contradict each other; then no entry is changed.
pub fn merge_groups(ours: &mut [Entry], theirs: &mut [Entry]) -> Result<(), MergeError> {
    run(ours, theirs, above_base)
}

/// What [`merge_groups`] does, with the pairwise rules alone: quadratic within one list, and what
/// the other must agree with (`docs/MERGE.md`, "Lists at scale").
///
/// # Errors
/// The sides contradict each other; then no entry is changed.
pub fn merge_groups_by_pairs(ours: &mut [Entry], theirs: &mut [Entry]) -> Result<(), MergeError> {
    attempt(ours, theirs, above_base, Lists::ByPairs)
}

fn above_base(ours: &[Entry], incoming: &Entry) -> usize {
    ours.partition_point(|entry| entry.version <= incoming.base)
}

/// How to merge lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lists {
    AtOnce,
    ByPairs,
}

fn run(ours: &mut [Entry], theirs: &mut [Entry], window: impl Fn(&[Entry], &Entry) -> usize) -> Result<(), MergeError> {
    // Of several errors, the one that the pairwise rules come upon first is the one to report.
    attempt(ours, theirs, &window, Lists::AtOnce).or_else(|_| attempt(ours, theirs, &window, Lists::ByPairs))
}

/// `window` says from which entry of ours on an incoming changeset meets them.
fn attempt(
    ours: &mut [Entry],
    theirs: &mut [Entry],
    window: impl Fn(&[Entry], &Entry) -> usize,
    lists: Lists,
) -> Result<(), MergeError> {
    if ours.is_empty() || theirs.is_empty() {
        return Ok(());
    }
    let mut names = StringTable::default();
    let our_side = Side::load(ours, &mut names);
    let their_side = Side::load(theirs, &mut names);
    let floors: Vec<u64> = theirs.iter().map(|entry| our_side.order_of_entry(window(ours, entry))).collect();
    let mut pass =
        Pass { entries: Entries { ours, theirs }, names: &names, floors, lists, ours: our_side, theirs: their_side };
    let our_steps: Vec<u32> = (0..pass.ours.loaded() as u32).collect();
    let their_steps: Vec<u32> = (0..pass.theirs.loaded() as u32).collect();
    pass.meet_all(our_steps, their_steps, 0)?;
    let Pass { ours: our_side, theirs: their_side, .. } = pass;
    our_side.store(ours, &names);
    their_side.store(theirs, &names);
    Ok(())
}

struct Entries<'a> {
    ours: &'a [Entry],
    theirs: &'a [Entry],
}

/// One merge on its way.
struct Pass<'a> {
    entries: Entries<'a>,
    names: &'a StringTable,
    /// By incoming entry: the order of ours from which on it meets them.
    floors: Vec<u64>,
    lists: Lists,
    ours: Side,
    theirs: Side,
}

/// Whether meeting in pairs costs less than anything cleverer.
fn are_few(ours: &[u32], theirs: &[u32]) -> bool {
    ours.len().saturating_mul(theirs.len()) <= 64 + 8 * (ours.len() + theirs.len())
}

impl Pass<'_> {
    /// Lets these steps of both sides meet, whose paths agree before the place `from`.
    fn meet_all(&mut self, our_steps: Vec<u32>, their_steps: Vec<u32>, from: usize) -> Result<(), MergeError> {
        let (our_steps, their_steps) = match self.lists {
            Lists::ByPairs => (our_steps, their_steps),
            Lists::AtOnce => {
                let found = lists::split(&self.ours, &self.theirs, &our_steps, &their_steps, from);
                found.lists.into_iter().try_for_each(|list| self.meet_on_list(&list))?;
                (found.ours, found.theirs)
            }
        };
        let mut index = Index::build(&self.ours, &our_steps, &self.theirs, &their_steps, from);
        let mut candidates = Vec::new();
        for &incoming in &their_steps {
            let incoming = incoming as usize;
            let floor = self.floors[self.theirs.steps[incoming].entry as usize];
            self.meet_ours(&mut index, incoming, floor, &mut candidates)?;
        }
        Ok(())
    }

    /// Lets one incoming instruction meet those of ours from the order `floor` on. Taking the
    /// incoming ones in their order, each past all of ours, makes the same of both sides as taking
    /// ours in their order past all incoming ones (`docs/MERGE.md`, "The order of meetings").
    fn meet_ours(
        &mut self,
        index: &mut Index,
        incoming: usize,
        floor: u64,
        candidates: &mut Vec<u32>,
    ) -> Result<(), MergeError> {
        index.find(&self.ours, &self.theirs, incoming, floor, candidates);
        for &own in candidates.iter() {
            let own = own as usize;
            match self.meet(own, incoming)? {
                Verdict::Keep => {}
                Verdict::DropFirst => self.ours.drop_step(own),
                Verdict::DropSecond => {
                    self.theirs.drop_step(incoming);
                    break;
                }
                Verdict::DropBoth => {
                    self.ours.drop_step(own);
                    self.theirs.drop_step(incoming);
                    break;
                }
                Verdict::DropFirstAndErase(Column { class, property }) => {
                    self.ours.drop_step(own);
                    let erase = self.theirs.insert_before(incoming, Instruction::EraseColumn { class, property });
                    self.meet_ours(index, erase, self.ours.steps[own].order + 1, &mut Vec::new())?;
                }
                Verdict::DropSecondAndErase(Column { class, property }) => {
                    self.theirs.drop_step(incoming);
                    let erase = self.ours.insert_before(own, Instruction::EraseColumn { class, property });
                    index.insert(&self.ours, erase);
                    break;
                }
            }
        }
        Ok(())
    }

    /// Lets both sides' instructions on a list meet, batch by batch of incoming ones that meet the
    /// same of ours.
    fn meet_on_list(&mut self, list: &ListSteps) -> Result<(), MergeError> {
        let starts: Vec<usize> = list.theirs.iter().map(|&incoming| self.start(&list.ours, incoming)).collect();
        let mut rest = &list.theirs[..];
        for starts in starts.chunk_by(|first, second| first == second) {
            let (theirs, later) = rest.split_at(starts.len());
            rest = later;
            let mut ours = list.ours[starts.first().copied().unwrap_or_default()..].to_vec();
            ours.retain(|&own| self.ours.steps[own as usize].fate != Fate::Dropped);
            self.meet_on_elements(list.at, ours, theirs)?;
        }
        Ok(())
    }

    /// The first of these steps of ours that an incoming one meets.
    fn start(&self, ours: &[u32], incoming: u32) -> usize {
        let floor = self.floors[self.theirs.steps[incoming as usize].entry as usize];
        ours.partition_point(|&own| self.ours.steps[own as usize].order < floor)
    }

    fn meet_on_elements(&mut self, at: usize, ours: Vec<u32>, theirs: &[u32]) -> Result<(), MergeError> {
        if are_few(&ours, theirs) {
            return self.meet_in_pairs(ours, theirs);
        }
        let merge =
            ListMerge::of(at, (&self.ours, self.entries.ours, &ours), (&self.theirs, self.entries.theirs, theirs));
        let Some(merge) = merge else { return self.meet_in_pairs(ours, theirs) };
        for shared in merge.shared(&mut self.ours, &mut self.theirs) {
            match are_few(&shared.ours, &shared.theirs) {
                true => self.meet_in_pairs(shared.ours, &shared.theirs)?,
                false => self.meet_all(shared.ours, shared.theirs, at + 1)?,
            }
        }
        merge.finish(&mut self.ours, &mut self.theirs);
        Ok(())
    }

    /// Every one of these of ours meets every one of theirs.
    fn meet_in_pairs(&mut self, mut ours: Vec<u32>, theirs: &[u32]) -> Result<(), MergeError> {
        for &incoming in theirs {
            let mut drops_any = false;
            for &own in &ours {
                let verdict = self.meet(own as usize, incoming as usize)?;
                if verdict.drops_first() {
                    self.ours.drop_step(own as usize);
                    drops_any = true;
                }
                if verdict.drops_second() {
                    self.theirs.drop_step(incoming as usize);
                    break;
                }
            }
            if drops_any {
                ours.retain(|&own| self.ours.steps[own as usize].fate != Fate::Dropped);
            }
        }
        Ok(())
    }

    fn meet(&mut self, own: usize, incoming: usize) -> Result<Verdict, MergeError> {
        let our_entry = &self.entries.ours[self.ours.steps[own].entry as usize];
        let their_entry = &self.entries.theirs[self.theirs.steps[incoming].entry as usize];
        let older = Older::of(our_entry, their_entry);
        let mut first = Party::new(&mut self.ours, own, &our_entry.changeset, self.names);
        let mut second = Party::new(&mut self.theirs, incoming, &their_entry.changeset, self.names);
        rules::meet(&mut first, &mut second, older)
    }
}
