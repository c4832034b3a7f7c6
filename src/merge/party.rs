//! One of the two instructions of a meeting, and what can be asked about both of them.

use crate::changeset::{Changeset, Instruction, Opcode, PathElement, Payload, StringId, StringTable};

use super::side::{Fate, Side, Step};
use super::MergeError;

pub(super) struct Party<'a> {
    step: &'a mut Step,
    path: &'a mut [PathElement],
    changeset: &'a Changeset,
    names: &'a StringTable,
}

/// A position in a list that had `size` elements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) index: u32,
    pub(super) size: u32,
}

/// A move of one element; `to` counts without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shift {
    pub(super) from: u32,
    pub(super) to: u32,
    pub(super) size: u32,
}

impl<'a> Party<'a> {
    pub(super) fn new(side: &'a mut Side, at: usize, changeset: &'a Changeset, names: &'a StringTable) -> Party<'a> {
        let Side { steps, paths, .. } = side;
        let step = &mut steps[at];
        let path = match step.instruction.path_target() {
            Some(target) => &mut paths[target.path.start as usize..][..target.path.size as usize],
            None => &mut [],
        };
        Party { step, path, changeset, names }
    }

    pub(super) fn instruction(&self) -> &Instruction {
        &self.step.instruction
    }

    pub(super) fn opcode(&self) -> Opcode {
        self.step.instruction.opcode()
    }

    /// How deep it reaches: 1 for a class, 2 for an object or property of a class, 3 and more below.
    pub(super) fn depth(&self) -> usize {
        match &self.step.instruction {
            Instruction::AddTable(_) | Instruction::EraseTable { .. } => 1,
            Instruction::CreateObject(_)
            | Instruction::EraseObject(_)
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. } => 2,
            Instruction::Update { .. }
            | Instruction::AddInteger { .. }
            | Instruction::ArrayInsert { .. }
            | Instruction::ArrayMove { .. }
            | Instruction::ArrayErase { .. }
            | Instruction::Clear { .. }
            | Instruction::SetInsert { .. }
            | Instruction::SetErase { .. } => 3 + self.path.len(),
        }
    }

    pub(super) fn is_same_field(&self, other: &Party<'_>) -> bool {
        match (self.step.instruction.path_target(), other.step.instruction.path_target()) {
            (Some(left), Some(right)) => left.object == right.object && left.property == right.property,
            (None, _) | (_, None) => false,
        }
    }

    pub(super) fn is_same_path(&self, other: &Party<'_>) -> bool {
        self.path == other.path && self.is_same_field(other)
    }

    /// The same list or dictionary, at whatever position or key.
    pub(super) fn is_same_container(&self, other: &Party<'_>) -> bool {
        let without_last = |path: &[PathElement]| path.len().saturating_sub(1);
        self.path.len() == other.path.len()
            && self.path[..without_last(self.path)] == other.path[..without_last(other.path)]
            && self.is_same_field(other)
    }

    /// When `inner` lies below all of this path: the element that follows it.
    pub(super) fn next_element_of(&self, inner: &Party<'_>) -> Option<PathElement> {
        let next = inner.path.get(self.path.len())?;
        (inner.path.starts_with(self.path) && self.is_same_field(inner)).then_some(*next)
    }

    /// Where `inner` passes through the list that this list operation works on: the place in its
    /// path, and the index there.
    pub(super) fn index_within(&self, inner: &Party<'_>) -> Result<Option<(usize, u32)>, MergeError> {
        let Some(last) = self.path.len().checked_sub(1) else { return Ok(None) };
        if self.path.len() >= inner.path.len()
            || !inner.path.starts_with(&self.path[..last])
            || !self.is_same_field(inner)
        {
            return Ok(None);
        }
        match inner.path[last] {
            PathElement::Index(index) => Ok(Some((last, index))),
            PathElement::Name(_) => Err(self.inconsistent_paths()),
        }
    }

    pub(super) fn set_index_at(&mut self, at: usize, index: u32) {
        if self.path[at] != PathElement::Index(index) {
            self.path[at] = PathElement::Index(index);
            self.step.fate = Fate::Changed;
        }
    }

    /// Size of the list before the instruction, where it says.
    pub(super) fn prior_size(&self) -> Option<u32> {
        let mut instruction = self.step.instruction;
        instruction.prior_size_mut().copied()
    }

    /// The index at the end of the path.
    pub(super) fn last_index(&self) -> Option<u32> {
        match self.path.last() {
            Some(PathElement::Index(index)) => Some(*index),
            Some(PathElement::Name(_)) | None => None,
        }
    }

    /// Writes index and prior size; an instruction without prior size keeps only the index.
    pub(super) fn set_place(&mut self, place: Place) {
        if let Some(last) = self.path.len().checked_sub(1) {
            self.set_index_at(last, place.index);
        }
        let Some(size) = self.step.instruction.prior_size_mut() else { return };
        if *size != place.size {
            *size = place.size;
            self.step.fate = Fate::Changed;
        }
    }

    pub(super) fn set_shift(&mut self, shift: Shift) {
        self.set_place(Place { index: shift.from, size: shift.size });
        if let Instruction::ArrayMove { to, .. } = &mut self.step.instruction {
            if *to != shift.to {
                *to = shift.to;
                self.step.fate = Fate::Changed;
            }
        }
    }

    /// Gives an Update another integer.
    pub(super) fn set_integer(&mut self, integer: i64) {
        if let Instruction::Update { value, .. } = &mut self.step.instruction {
            if *value != Payload::Int(integer) {
                *value = Payload::Int(integer);
                self.step.fate = Fate::Changed;
            }
        }
    }

    /// Bytes of a String or Binary payload of this instruction.
    pub(super) fn bytes(&self, span: crate::changeset::Span) -> &[u8] {
        self.changeset.bytes(span)
    }

    pub(super) fn name(&self, id: StringId) -> String {
        self.names.get(id).to_owned()
    }

    pub(super) fn list_mismatch(&self) -> MergeError {
        let (class, property) = self.field_names();
        MergeError::ListMismatch { class, property }
    }

    fn inconsistent_paths(&self) -> MergeError {
        let (class, property) = self.field_names();
        MergeError::InconsistentPaths { class, property }
    }

    fn field_names(&self) -> (String, String) {
        let property = self.step.instruction.path_target().map(|target| self.name(target.property));
        (self.name(self.step.instruction.class()), property.unwrap_or_default())
    }
}
