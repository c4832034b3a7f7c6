//! Merging concurrent histories: the operational transform.
//!
//! Rules: `docs/MERGE.md`.

mod entry;
mod error;
mod index;
mod order;
mod party;
mod rules;
mod side;

pub use entry::Entry;
pub use error::{ClassDifference, MergeError, PropertyDifference};

use crate::changeset::{Instruction, StringTable};

use index::Index;
use order::Older;
use party::Party;
use rules::{Column, Verdict};
use side::Side;

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
    run(ours, theirs, |ours, incoming| ours.partition_point(|entry| entry.version <= incoming.base))
}

/// `window` says from which entry of ours on an incoming changeset meets them.
fn run(ours: &mut [Entry], theirs: &mut [Entry], window: impl Fn(&[Entry], &Entry) -> usize) -> Result<(), MergeError> {
    if ours.is_empty() || theirs.is_empty() {
        return Ok(());
    }
    let mut names = StringTable::default();
    let our_side = Side::load(ours, &mut names);
    let their_side = Side::load(theirs, &mut names);
    let index = Index::build(&our_side, &their_side);
    let floors: Vec<u64> = theirs.iter().map(|entry| our_side.order_of_entry(window(ours, entry))).collect();
    let mut pass = Pass {
        entries: Entries { ours, theirs },
        names: &names,
        ours: our_side,
        theirs: their_side,
        index,
        candidates: Vec::new(),
    };
    for incoming in 0..pass.theirs.loaded() {
        let floor = floors[pass.theirs.steps[incoming].entry as usize];
        pass.meet_ours(incoming, floor)?;
    }
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
    ours: Side,
    theirs: Side,
    index: Index,
    /// Kept between lookups for its memory.
    candidates: Vec<u32>,
}

impl Pass<'_> {
    /// Lets one incoming instruction meet those of ours from the order `floor` on. Taking the
    /// incoming ones in their order, each past all of ours, makes the same of both sides as taking
    /// ours in their order past all incoming ones (`docs/MERGE.md`, "The order of meetings").
    fn meet_ours(&mut self, incoming: usize, floor: u64) -> Result<(), MergeError> {
        let mut candidates = std::mem::take(&mut self.candidates);
        self.index.find(&self.ours, &self.theirs, incoming, floor, &mut candidates);
        for &own in &candidates {
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
                    self.meet_ours(erase, self.ours.steps[own].order + 1)?;
                }
                Verdict::DropSecondAndErase(Column { class, property }) => {
                    self.theirs.drop_step(incoming);
                    let erase = self.ours.insert_before(own, Instruction::EraseColumn { class, property });
                    self.index.insert(&self.ours, erase);
                    break;
                }
            }
        }
        self.candidates = candidates;
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
