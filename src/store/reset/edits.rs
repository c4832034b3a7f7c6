//! What the local changesets touch, read before they are made again.

use std::collections::{HashMap, HashSet};

use crate::changeset::{Changeset, CollectionKind, Instruction, ObjectTarget, PathElement, PathTarget, UpdateExtra};
use crate::store::state::{Route, Step};

use super::adopt::Name;
use super::lists::{ListEdits, Touch};

#[derive(Debug, Default)]
pub(super) struct Edits {
    /// Instructions, those on the schema apart.
    pub(super) changes: u64,
    pub(super) touched: HashSet<Name>,
    /// Objects that were made and not erased after it, nor changed before: until they are made again nothing may find
    /// them.
    pub(super) created: HashSet<Name>,
    pub(super) lists: HashMap<Route, ListEdits>,
}

impl Edits {
    pub(super) fn note(&mut self, changeset: &Changeset) {
        for instruction in changeset.instructions() {
            let Some(object) = object_of(instruction) else { continue };
            self.changes += 1;
            let name = name_of(changeset, object);
            match instruction {
                Instruction::CreateObject(_) => {
                    if !self.touched.contains(&name) {
                        self.created.insert(name.clone());
                    }
                }
                Instruction::EraseObject(_) => {
                    self.created.remove(&name);
                }
                Instruction::AddTable(_)
                | Instruction::EraseTable { .. }
                | Instruction::AddColumn(_)
                | Instruction::EraseColumn { .. } => {}
                Instruction::Update { .. }
                | Instruction::AddInteger { .. }
                | Instruction::ArrayInsert { .. }
                | Instruction::ArrayMove { .. }
                | Instruction::ArrayErase { .. }
                | Instruction::Clear { .. }
                | Instruction::SetInsert { .. }
                | Instruction::SetErase { .. } => {
                    if let Some((route, touch)) = list_of(changeset, instruction) {
                        self.lists.entry(route).or_default().note(touch);
                    }
                }
            }
            if !self.touched.contains(&name) {
                self.touched.insert(name);
            }
        }
    }
}

/// The object that an instruction works on; `None` for the schema.
pub(super) fn object_of(instruction: &Instruction) -> Option<ObjectTarget> {
    match instruction {
        Instruction::CreateObject(object) | Instruction::EraseObject(object) => Some(*object),
        other => other.path_target().map(|target| target.object),
    }
}

pub(super) fn name_of(changeset: &Changeset, object: ObjectTarget) -> Name {
    (changeset.string(object.class).to_owned(), changeset.primary_key(object.key))
}

/// The outermost list that an instruction edits, and how.
pub(super) fn list_of(changeset: &Changeset, instruction: &Instruction) -> Option<(Route, Touch)> {
    let target = instruction.path_target()?;
    let path = changeset.path(target.path);
    let outermost = path.iter().enumerate().find_map(|(at, element)| Some((at, element.index()?)));
    let Some((at, index)) = outermost else {
        return match instruction {
            Instruction::Clear { collection: CollectionKind::List, .. } => {
                Some((route_to(changeset, target, path), Touch::Clear))
            }
            Instruction::Clear {
                collection: CollectionKind::Single | CollectionKind::Dictionary | CollectionKind::Set,
                ..
            }
            | Instruction::AddTable(_)
            | Instruction::EraseTable { .. }
            | Instruction::CreateObject(_)
            | Instruction::EraseObject(_)
            | Instruction::Update { .. }
            | Instruction::AddInteger { .. }
            | Instruction::AddColumn(_)
            | Instruction::EraseColumn { .. }
            | Instruction::ArrayInsert { .. }
            | Instruction::ArrayMove { .. }
            | Instruction::ArrayErase { .. }
            | Instruction::SetInsert { .. }
            | Instruction::SetErase { .. } => None,
        };
    };
    let touch = if at + 1 == path.len() { touch_of(instruction, index) } else { inside(index) };
    let outside = path.get(..at).unwrap_or_default();
    Some((route_to(changeset, target, outside), touch))
}

fn inside(index: u32) -> Touch {
    Touch::Element { index, prior_size: None }
}

/// What an instruction whose path ends at the list's element does to the list.
fn touch_of(instruction: &Instruction, index: u32) -> Touch {
    match instruction {
        Instruction::ArrayInsert { prior_size, .. } | Instruction::ArrayErase { prior_size, .. } => {
            Touch::Structure { lowest: index, prior_size: *prior_size }
        }
        Instruction::ArrayMove { to, prior_size, .. } => {
            Touch::Structure { lowest: index.min(*to), prior_size: *prior_size }
        }
        Instruction::Update { extra: UpdateExtra::PriorSize(size), .. } => {
            Touch::Element { index, prior_size: Some(*size) }
        }
        Instruction::Update { extra: UpdateExtra::IsDefault(_), .. }
        | Instruction::AddTable(_)
        | Instruction::EraseTable { .. }
        | Instruction::CreateObject(_)
        | Instruction::EraseObject(_)
        | Instruction::AddInteger { .. }
        | Instruction::AddColumn(_)
        | Instruction::EraseColumn { .. }
        | Instruction::Clear { .. }
        | Instruction::SetInsert { .. }
        | Instruction::SetErase { .. } => inside(index),
    }
}

fn route_to(changeset: &Changeset, target: &PathTarget, path: &[PathElement]) -> Route {
    let (class, key) = name_of(changeset, target.object);
    let steps = path.iter().map(|element| match element {
        PathElement::Index(index) => Step::Index(u64::from(*index)),
        PathElement::Name(name) => Step::Name(changeset.string(*name).to_owned()),
    });
    Route { class, key, property: changeset.string(target.property).to_owned(), steps: steps.collect() }
}

/// The same edit of its outermost list, behind `shift` more elements.
pub(super) fn shifted(changeset: &mut Changeset, instruction: &Instruction, shift: i64) -> Instruction {
    let mut instruction = *instruction;
    let moved = |position: u32| u32::try_from(i64::from(position).saturating_add(shift)).unwrap_or(u32::MAX);
    let Some(target) = instruction.path_target().copied() else { return instruction };
    let path = changeset.path_mut(target.path);
    let Some(at) = path.iter().position(|element| element.index().is_some()) else { return instruction };
    let is_own = at + 1 == path.len();
    if let Some(PathElement::Index(index)) = path.get_mut(at) {
        *index = moved(*index);
    }
    if is_own {
        if let Some(size) = instruction.prior_size_mut() {
            *size = moved(*size);
        }
        if let Instruction::ArrayMove { to, .. } = &mut instruction {
            *to = moved(*to);
        }
    }
    instruction
}
