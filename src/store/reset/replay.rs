//! Local changesets made again on top of the fresh copy: what fits stays, and is recorded anew.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Recovering".

use std::collections::HashSet;

use rusqlite::Connection;

use crate::changeset::{Changeset, Instruction, Key, Payload};
use crate::schema::ClassKind;
use crate::store::contents::Contents;
use crate::store::error::{ApplyError, DatabaseError, StoreError};
use crate::store::realm::{NestedKind, Record, Written};
use crate::store::refusal::Refusal;
use crate::store::state::{ContainerKind, Content, Route, State, Step};

use super::adopt::Name;
use super::edits::{list_of, name_of, object_of, shifted, Edits};
use super::fields::Side;
use super::lists::Way;

pub(super) struct Replay<'a> {
    state: &'a mut State,
    connection: &'a Connection,
    /// The file as it was before the reset.
    before: Side<'a>,
    edits: Edits,
    /// Objects without primary key that were made here: they get this ident in their keys.
    renamed: HashSet<Name>,
    file_ident: u64,
    pub(super) discarded: u64,
    pub(super) discarded_objects: HashSet<Name>,
}

/// One changeset on its way.
struct Part {
    record: Record,
    /// Instructions that were applied.
    applied: usize,
}

impl<'a> Replay<'a> {
    pub(super) fn new(
        state: &'a mut State,
        connection: &'a Connection,
        before: Side<'a>,
        edits: Edits,
        renamed: HashSet<Name>,
        file_ident: u64,
    ) -> Replay<'a> {
        let (discarded, discarded_objects) = (0, HashSet::new());
        Replay { state, connection, before, edits, renamed, file_ident, discarded, discarded_objects }
    }

    /// Makes the changes again; what comes back is what the file records of them.
    pub(super) fn replay(&mut self, mut local: Changeset) -> Result<Changeset, StoreError> {
        let instructions = local.take_instructions();
        let mut part = Part { record: Record::onto(local), applied: 0 };
        for instruction in instructions {
            match instruction {
                // The schema was recorded before everything else.
                Instruction::AddTable(_)
                | Instruction::EraseTable { .. }
                | Instruction::AddColumn(_)
                | Instruction::EraseColumn { .. } => continue,
                Instruction::CreateObject(_)
                | Instruction::EraseObject(_)
                | Instruction::Update { .. }
                | Instruction::AddInteger { .. }
                | Instruction::ArrayInsert { .. }
                | Instruction::ArrayMove { .. }
                | Instruction::ArrayErase { .. }
                | Instruction::Clear { .. }
                | Instruction::SetInsert { .. }
                | Instruction::SetErase { .. } => {}
            }
            let list = list_of(part.record.changeset(), &instruction).filter(|(route, _)| !self.is_asymmetric(route));
            match list {
                None => self.push(&mut part, instruction),
                Some((route, _)) => self.edit_list(&mut part, instruction, &route)?,
            }
        }
        self.apply(&mut part)?;
        Ok(part.record.into_changeset())
    }

    fn push(&self, part: &mut Part, instruction: Instruction) {
        let renamed = self.rename(part.record.changeset(), instruction);
        part.record.changeset_mut().push(renamed);
    }

    fn is_asymmetric(&self, route: &Route) -> bool {
        self.state.class(&route.class).is_ok_and(|class| class.kind == ClassKind::Asymmetric)
    }

    fn edit_list(&mut self, part: &mut Part, instruction: Instruction, route: &Route) -> Result<(), StoreError> {
        let Some(edits) = self.edits.lists.get(route).copied() else {
            self.push(part, instruction);
            return Ok(());
        };
        let way = match edits.way {
            Some(way) => way,
            None => {
                self.apply(part)?;
                let now = size_of(self.own(), &self.renamed_route(route))?;
                edits.way(now, size_of(self.before, route)?)
            }
        };
        let left = edits.left.saturating_sub(1);
        if let Some(edits) = self.edits.lists.get_mut(route) {
            (edits.left, edits.way) = (left, Some(way));
        }
        match way {
            Way::AsIs => self.push(part, instruction),
            Way::Behind { shift } => {
                let shifted = shifted(part.record.changeset_mut(), &instruction, shift);
                self.push(part, shifted);
            }
            Way::Replace if left == 0 => self.replace_list(part, route)?,
            Way::Replace => {}
        }
        Ok(())
    }

    /// Gives the list the elements that it has on this device. One that is gone there leaves nothing to do.
    fn replace_list(&mut self, part: &mut Part, route: &Route) -> Result<(), StoreError> {
        self.apply(part)?;
        let Some(wanted) = elements_of(self.before, route)? else { return Ok(()) };
        let own_route = self.renamed_route(route);
        let from = part.record.changeset().instructions().len();
        let present = match elements_of(self.own(), &own_route)? {
            Some(present) => present,
            None => {
                part.record.update_at(&own_route, Written::Collection(NestedKind::List), false);
                part.record.clear(&own_route, ContainerKind::List);
                Vec::new()
            }
        };
        self.write_difference(&mut part.record, &own_route, present, wanted)?;
        let mut instructions = part.record.changeset_mut().take_instructions();
        for instruction in instructions.iter_mut().skip(from) {
            *instruction = self.rename(part.record.changeset(), *instruction);
        }
        part.record.changeset_mut().set_instructions(instructions);
        Ok(())
    }

    /// Only what lies between the elements that are the same at the beginning and at the end.
    fn write_difference(
        &self,
        record: &mut Record,
        route: &Route,
        present: Vec<Content>,
        wanted: Vec<Content>,
    ) -> Result<(), StoreError> {
        let is_same = |(a, b): (&Content, &Content)| matches!((a, b), (Content::Value(a), Content::Value(b)) if a == b);
        let head = present.iter().zip(&wanted).take_while(|&pair| is_same(pair)).count();
        let rest = present.len().min(wanted.len()) - head;
        let tail = present.iter().rev().zip(wanted.iter().rev()).take(rest).take_while(|&pair| is_same(pair)).count();
        let mut size = present.len() as u64;
        for index in (head..present.len() - tail).rev() {
            record.array_erase(&route.clone().then(Step::Index(index as u64)), size);
            size -= 1;
        }
        let end = wanted.len() - tail;
        for (index, content) in wanted.into_iter().enumerate().take(end).skip(head) {
            let place = route.clone().then(Step::Index(index as u64));
            let mut contents = Contents::of_element(place, size, content);
            let Side { state, connection } = self.before;
            let subject = || route.class.clone();
            while contents.write_next(state, connection, record).map_err(|failure| failure.of(subject))? {}
            size += 1;
        }
        Ok(())
    }

    fn own(&self) -> Side<'_> {
        Side { state: self.state, connection: self.connection }
    }

    fn renamed_route(&self, route: &Route) -> Route {
        let mut renamed = route.clone();
        if let crate::value::PrimaryKey::GlobalKey { hi, lo: _ } = &mut renamed.key {
            if self.renamed.contains(&(route.class.clone(), route.key.clone())) {
                *hi = self.file_ident;
            }
        }
        renamed
    }

    fn rename(&self, changeset: &Changeset, instruction: Instruction) -> Instruction {
        let mut renamed = instruction;
        let (object, value) = renamed.object_and_value();
        let linked = match value {
            Some(Payload::Link { class, key }) => Some((*class, key)),
            Some(_) | None => None,
        };
        for (class, key) in object.map(|object| (object.class, &mut object.key)).into_iter().chain(linked) {
            if let Key::GlobalKey { hi: _, lo } = *key {
                let name = (changeset.string(class).to_owned(), changeset.primary_key(*key));
                if self.renamed.contains(&name) {
                    *key = Key::GlobalKey { hi: self.file_ident, lo };
                }
            }
        }
        renamed
    }

    /// Applies what was not yet; instructions that do not fit are dropped, and counted.
    fn apply(&mut self, part: &mut Part) -> Result<(), StoreError> {
        let changeset = part.record.changeset_mut();
        let mut instructions = changeset.take_instructions();
        let pending = instructions.split_off(part.applied.min(instructions.len()));
        if !self.try_apply(changeset, &pending)? {
            for group in self.groups(changeset, &pending) {
                if self.try_apply(changeset, group)? {
                    instructions.extend_from_slice(group);
                } else {
                    self.discard(changeset, group);
                }
            }
        } else {
            instructions.extend(pending);
        }
        part.applied = instructions.len();
        changeset.set_instructions(instructions);
        Ok(())
    }

    /// Whether they fit; where they do not, nothing happened.
    fn try_apply(&mut self, changeset: &Changeset, instructions: &[Instruction]) -> Result<bool, DatabaseError> {
        if instructions.is_empty() {
            return Ok(true);
        }
        self.connection.prepare_cached("SAVEPOINT recovery")?.execute([])?;
        self.state.begin_undoable_notes();
        let applied = self.state.apply_instructions(self.connection, changeset, instructions);
        let fits = match applied {
            Ok(()) => {
                self.state.keep_notes();
                true
            }
            Err(ApplyError::BadChangeset(_)) => {
                self.connection.prepare_cached("ROLLBACK TO recovery")?.execute([])?;
                self.state.undo_notes();
                false
            }
            Err(ApplyError::Database(error)) => return Err(error),
        };
        self.connection.prepare_cached("RELEASE recovery")?.execute([])?;
        Ok(fits)
    }

    /// One instruction each; objects of asymmetric classes stay together, as they are gone after each application.
    fn groups<'i>(&self, changeset: &Changeset, instructions: &'i [Instruction]) -> Vec<&'i [Instruction]> {
        let is_asymmetric = |instruction: &Instruction| {
            let class = self.state.class(changeset.string(instruction.class()));
            class.is_ok_and(|class| class.kind == ClassKind::Asymmetric)
        };
        instructions.chunk_by(|a, b| is_asymmetric(a) && is_asymmetric(b)).collect()
    }

    fn discard(&mut self, changeset: &Changeset, instructions: &[Instruction]) {
        for instruction in instructions {
            self.discarded += 1;
            let object = object_of(instruction).map(|object| name_of(changeset, object));
            self.discarded_objects.extend(object);
        }
    }

    pub(super) fn edits(&self) -> &Edits {
        &self.edits
    }
}

/// The elements of the list that the route leads to; `None` where there is no list.
fn elements_of(side: Side<'_>, route: &Route) -> Result<Option<Vec<Content>>, StoreError> {
    let subject = || route.class.clone();
    let content = side.state.content_at(side.connection, route)?;
    let Some(Content::List(list)) = content else { return Ok(None) };
    let list = side.state.open(side.connection, list).map_err(|failure| failure.of(subject))?;
    Ok(Some(side.state.raw_contents(side.connection, &list)?))
}

fn size_of(side: Side<'_>, route: &Route) -> Result<Option<u64>, StoreError> {
    let content = side.state.content_at(side.connection, route)?;
    let Some(Content::List(list)) = content else { return Ok(None) };
    match side.state.open(side.connection, list) {
        Ok(list) => Ok(Some(list.size)),
        Err(failure) => Err(failure.of(|| route.class.clone())),
    }
}

impl State {
    /// What the route leads to; `None` where that is nothing.
    pub(super) fn content_at(&self, connection: &Connection, route: &Route) -> Result<Option<Content>, DatabaseError> {
        match self.find_content(connection, route) {
            Ok(content) => Ok(content),
            Err(crate::store::error::Failure::Refusal(_)) => Ok(None),
            Err(crate::store::error::Failure::Database(error)) => Err(error),
        }
    }
}

/// Why the state cannot be what the fresh copy is.
pub(super) fn is_refusal(error: &StoreError) -> bool {
    error.is_bad_changeset()
        || matches!(
            error,
            StoreError::Refused { reason: Refusal::ClassDiffers { .. } | Refusal::PropertyDiffers { .. }, .. }
        )
}
