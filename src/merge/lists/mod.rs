//! Two histories of one list merged at once: the same result as if all their instructions met in
//! pairs, at the cost of sorting them.
//!
//! Rules: `docs/MERGE.md`, "Lists at scale".

mod grid;
mod interleaving;
mod plan;
mod sequence;
mod stretch;
mod sweep;
mod tally;
mod track;

pub(super) use plan::{split, ListSteps};

use crate::changeset::{Instruction, UpdateExtra};
use crate::value::{FileIdent, OriginTimestamp};

use super::side::{Fate, Side};
use super::Entry;
use sweep::Outcome;
use track::{Deed, Edit, Element, Track};

type Age = (OriginTimestamp, FileIdent);

/// Indices and sizes on the way stay below this.
const LIMIT: u64 = 1 << 31;

/// Both sides' instructions on one list, followed through their own histories.
pub(super) struct ListMerge {
    /// Where in the paths the index of the list is.
    at: usize,
    ours: Track,
    theirs: Track,
}

/// Instructions of both sides on or below one element that was there before.
pub(super) struct Shared {
    pub(super) ours: Vec<u32>,
    pub(super) theirs: Vec<u32>,
}

impl ListMerge {
    /// `None` when the list needs the pairwise rules: for moves, and where a side contradicts
    /// itself or the other one, which is for those rules to judge.
    pub(super) fn of(
        at: usize,
        (our_side, our_entries, our_steps): (&Side, &[Entry], &[u32]),
        (their_side, their_entries, their_steps): (&Side, &[Entry], &[u32]),
    ) -> Option<ListMerge> {
        let ours = edits(at, our_side, our_entries, our_steps)?;
        let theirs = edits(at, their_side, their_entries, their_steps)?;
        let base = base(&ours, &theirs)?;
        if u64::from(base) + ours.len() as u64 + theirs.len() as u64 >= LIMIT {
            return None;
        }
        Some(ListMerge { at, ours: Track::follow(ours, base)?, theirs: Track::follow(theirs, base)? })
    }

    /// What both sides did to the same elements, ready to meet: with one and the same index.
    pub(super) fn shared(&self, our_side: &mut Side, their_side: &mut Side) -> Vec<Shared> {
        let (ours, theirs) = (touches(&self.ours), touches(&self.theirs));
        let mut shared: Vec<Shared> = Vec::new();
        let mut their_runs = theirs.chunk_by(|first, second| first.0 == second.0).peekable();
        for own in ours.chunk_by(|first, second| first.0 == second.0) {
            let Some(&(element, _)) = own.first() else { continue };
            while their_runs.next_if(|run| run.first().is_some_and(|first| first.0 < element)).is_some() {}
            let Some(incoming) = their_runs.next_if(|run| run.first().is_some_and(|first| first.0 == element)) else {
                continue;
            };
            let steps = |run: &[(u32, u32)]| run.iter().map(|touch| touch.1).collect::<Vec<u32>>();
            shared.push(Shared { ours: steps(own), theirs: steps(incoming) });
        }
        for pair in &shared {
            pair.ours.iter().for_each(|&step| our_side.set_element(step as usize, self.at, 0, Some(0)));
            pair.theirs.iter().for_each(|&step| their_side.set_element(step as usize, self.at, 0, Some(0)));
        }
        shared
    }

    /// Gives the instructions their indices and sizes behind the other side's, and drops those
    /// whose element the other side erased.
    pub(super) fn finish(&self, our_side: &mut Side, their_side: &mut Side) {
        let [our_places, their_places] = stretch::arrange(&self.ours, &self.theirs);
        let ours = sweep::outcomes(&self.ours, &our_places, &self.theirs, &their_places);
        let theirs = sweep::outcomes(&self.theirs, &their_places, &self.ours, &our_places);
        settle(our_side, self.at, &self.ours, &ours);
        settle(their_side, self.at, &self.theirs, &theirs);
    }
}

fn settle(side: &mut Side, at: usize, track: &Track, outcomes: &[Outcome]) {
    for (edit, outcome) in track.edits.iter().zip(outcomes) {
        let step = edit.step as usize;
        match (side.steps[step].fate, outcome) {
            (Fate::Dropped, _) => {}
            (Fate::Untouched | Fate::Changed, Outcome::Dropped) => side.drop_step(step),
            (Fate::Untouched | Fate::Changed, Outcome::Stays { index, size, is_changed }) => {
                side.set_element(step, at, *index, edit.size.and(Some(*size)));
                if *is_changed {
                    side.steps[step].fate = Fate::Changed;
                }
            }
        }
    }
}

/// Element of the base and step of each edit that touches one, sorted by element.
fn touches(track: &Track) -> Vec<(u32, u32)> {
    let mut touches = Vec::new();
    for (edit, element) in track.edits.iter().zip(&track.elements) {
        if let (Deed::Touch, Element::Base(base)) = (edit.deed, *element) {
            touches.push((base, edit.step));
        }
    }
    touches.sort_by_key(|touch| touch.0);
    touches
}

/// How many elements the list had, going by the first instruction of each side that says.
fn base(ours: &[Edit], theirs: &[Edit]) -> Option<u32> {
    let stated = |edits: &[Edit]| edits.iter().find_map(|edit| edit.size);
    match (stated(ours), stated(theirs)) {
        (Some(own), Some(incoming)) => (own == incoming).then_some(own),
        (Some(size), None) | (None, Some(size)) => Some(size),
        (None, None) => ours.iter().chain(theirs).map(|edit| edit.index).max()?.checked_add(1),
    }
}

fn edits(at: usize, side: &Side, entries: &[Entry], steps: &[u32]) -> Option<Vec<Edit>> {
    steps.iter().map(|&step| edit(at, side, entries, step)).collect()
}

fn edit(at: usize, side: &Side, entries: &[Entry], number: u32) -> Option<Edit> {
    let step = side.steps.get(number as usize)?;
    let path = side.path(step.instruction.path_target()?.path);
    let index = path.get(at)?.index()?;
    let (deed, size) = match &step.instruction {
        _ if path.len() > at + 1 => (Deed::Touch, None),
        Instruction::ArrayInsert { prior_size, .. } => (Deed::Insert, Some(*prior_size)),
        Instruction::ArrayErase { prior_size, .. } => (Deed::Erase, Some(*prior_size)),
        Instruction::Update { extra: UpdateExtra::PriorSize(size), .. } => (Deed::Touch, Some(*size)),
        Instruction::Clear { .. } => (Deed::Touch, None),
        // On an element of a list the last four are senseless, and no list operation shifts them.
        Instruction::ArrayMove { .. }
        | Instruction::Update { extra: UpdateExtra::IsDefault(_), .. }
        | Instruction::AddInteger { .. }
        | Instruction::SetInsert { .. }
        | Instruction::SetErase { .. }
        | Instruction::AddTable(_)
        | Instruction::EraseTable { .. }
        | Instruction::CreateObject(_)
        | Instruction::EraseObject(_)
        | Instruction::AddColumn(_)
        | Instruction::EraseColumn { .. } => return None,
    };
    let entry = entries.get(step.entry as usize)?;
    Some(Edit { step: number, deed, index, size, age: (entry.origin_timestamp, entry.origin_file_ident) })
}
