//! The instructions of one side while they are merged: all in one sequence, with the names of all
//! changesets in one table, so that names compare as numbers.

use crate::changeset::{Changeset, Instruction, PathElement, PathRange, Payload, StringId, StringTable};

use super::rules::sets;
use super::Entry;

/// One instruction on its way through the merge.
pub(super) struct Step {
    /// In the names of the merge; its path lies in the side's `paths`.
    pub(super) instruction: Instruction,
    pub(super) fate: Fate,
    /// Position of the changeset among the side's entries.
    pub(super) entry: u32,
    /// Position within the side; an instruction put in between gets an order in between.
    pub(super) order: u64,
    /// Hash of the element of a set operation, equal for equal elements of either side.
    pub(super) element: u64,
}

/// What has become of an instruction so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Untouched,
    Changed,
    Dropped,
}

pub(super) struct Side {
    pub(super) steps: Vec<Step>,
    pub(super) paths: Vec<PathElement>,
    /// Whether any path goes through a name, and whether there are operations on sets.
    pub(super) has_keys: bool,
    pub(super) has_elements: bool,
    /// Where each entry's steps begin, and where the last one's end; steps beyond were put in later.
    starts: Vec<usize>,
}

/// Orders of neighbours lie this far apart, to leave room for what is put in between.
const GAP: u64 = 1 << 32;

impl Side {
    pub(super) fn load(entries: &[Entry], names: &mut StringTable) -> Side {
        let size = entries.iter().map(|entry| entry.changeset.instructions().len()).sum();
        let steps = Vec::with_capacity(size);
        let mut side = Side { steps, paths: Vec::new(), has_keys: false, has_elements: false, starts: vec![0] };
        let mut shared = Vec::new();
        for (entry, number) in entries.iter().zip(0..) {
            shared.clear();
            shared.extend(entry.changeset.strings().iter().map(|text| names.intern(text)));
            side.load_entry(&entry.changeset, number, &shared);
            side.starts.push(side.steps.len());
        }
        side
    }

    fn load_entry(&mut self, changeset: &Changeset, entry: u32, shared: &[StringId]) {
        let rename = |id: StringId| shared.get(id.0 as usize).copied().unwrap_or(StringId(u32::MAX));
        for instruction in changeset.instructions() {
            let mut instruction = instruction.renamed(rename);
            if let Some(target) = instruction.path_target_mut() {
                let start = u32::try_from(self.paths.len()).unwrap_or(u32::MAX);
                self.paths.extend(changeset.path(target.path).iter().map(|element| match *element {
                    PathElement::Index(index) => PathElement::Index(index),
                    PathElement::Name(id) => {
                        self.has_keys = true;
                        PathElement::Name(rename(id))
                    }
                }));
                target.path = PathRange { start, size: target.path.size };
            }
            let order = (self.steps.len() as u64 + 1) * GAP;
            let element = sets::element(&instruction).map_or(0, |value| sets::hash(changeset, value));
            self.has_elements |= element != 0;
            self.steps.push(Step { instruction, fate: Fate::Untouched, entry, order, element });
        }
    }

    /// The path of an instruction of this side.
    pub(super) fn path(&self, range: PathRange) -> &[PathElement] {
        &self.paths[range.start as usize..][..range.size as usize]
    }

    /// The lowest order of anything in the entry at this position or a later one.
    pub(super) fn order_of_entry(&self, entry: usize) -> u64 {
        let start = self.starts.get(entry).copied().unwrap_or(usize::MAX >> 1);
        (start as u64).saturating_mul(GAP) + 1
    }

    /// Changes where in a list a step works, and the prior size of that list where the step says
    /// one. Whether the step counts as changed is the caller's to say.
    pub(super) fn set_element(&mut self, at: usize, depth: usize, index: u32, size: Option<u32>) {
        let Side { steps, paths, .. } = self;
        let instruction = &mut steps[at].instruction;
        if let Some(target) = instruction.path_target() {
            let path = &mut paths[target.path.start as usize..][..target.path.size as usize];
            if let Some(element) = path.get_mut(depth) {
                *element = PathElement::Index(index);
            }
            if path.len() > depth + 1 {
                return;
            }
        }
        if let (Some(size), Some(prior_size)) = (size, instruction.prior_size_mut()) {
            *prior_size = size;
        }
    }

    /// Gives an Update another integer.
    pub(super) fn set_integer(&mut self, at: usize, integer: i64) {
        let step = &mut self.steps[at];
        if let Instruction::Update { value, .. } = &mut step.instruction {
            *value = Payload::Int(integer);
            step.fate = Fate::Changed;
        }
    }

    pub(super) fn drop_step(&mut self, at: usize) {
        self.steps[at].fate = Fate::Dropped;
    }

    /// Puts an instruction without path right before another one of the same changeset, after
    /// those that were put there before.
    pub(super) fn insert_before(&mut self, at: usize, instruction: Instruction) -> usize {
        let Step { entry, order, .. } = self.steps[at];
        let gap = order - GAP..order;
        let taken = self.steps[self.loaded()..].iter().filter(|step| gap.contains(&step.order)).count();
        let order = order - GAP / 2 + taken as u64;
        self.steps.push(Step { instruction, fate: Fate::Changed, entry, order, element: 0 });
        self.steps.len() - 1
    }

    /// How many steps came with the changesets; those beyond were put in.
    pub(super) fn loaded(&self) -> usize {
        self.starts.last().copied().unwrap_or_default()
    }

    /// Gives the entries their instructions back, as merging left them.
    pub(super) fn store(mut self, entries: &mut [Entry], names: &StringTable) {
        let mut inserted = self.steps.split_off(self.loaded());
        inserted.sort_by_key(|step| step.order);
        for (number, entry) in entries.iter_mut().enumerate() {
            let steps = &self.steps[self.starts[number]..self.starts[number + 1]];
            let inserted: Vec<&Step> = inserted.iter().filter(|step| step.entry as usize == number).collect();
            if inserted.is_empty() && steps.iter().all(|step| step.fate == Fate::Untouched) {
                continue;
            }
            entry.set_changed();
            let originals = entry.changeset.take_instructions();
            let mut merged = Vec::with_capacity(originals.len() + inserted.len());
            let mut inserted = inserted.into_iter().peekable();
            for (step, original) in steps.iter().zip(originals) {
                while let Some(earlier) = inserted.next_if(|earlier| earlier.order < step.order) {
                    merged.extend(restore(earlier, earlier.instruction, &self.paths, &mut entry.changeset, names));
                }
                merged.extend(restore(step, original, &self.paths, &mut entry.changeset, names));
            }
            entry.changeset.set_instructions(merged);
        }
    }
}

/// The instruction in the changeset's own terms; `None` when it was dropped.
fn restore(
    step: &Step,
    original: Instruction,
    paths: &[PathElement],
    changeset: &mut Changeset,
    names: &StringTable,
) -> Option<Instruction> {
    match step.fate {
        Fate::Dropped => return None,
        Fate::Untouched => return Some(original),
        Fate::Changed => {}
    }
    let mut instruction = step.instruction.renamed(|id| changeset.intern(names.get(id)));
    if let (Some(target), Some(source)) = (instruction.path_target_mut(), original.path_target()) {
        let merged = &paths[target.path.start as usize..][..target.path.size as usize];
        for (element, merged) in changeset.path_mut(source.path).iter_mut().zip(merged) {
            if let PathElement::Index(_) = merged {
                *element = *merged;
            }
        }
        target.path = source.path;
    }
    Some(instruction)
}
