//! What has become of the collections that notes were taken on, one by one.

use std::collections::BTreeMap;

use rusqlite::Connection;

use crate::store::changes::{CollectionChanges, KeyChanges, PositionChanges};
use crate::store::column::Cell;
use crate::store::error::DatabaseError;

use super::super::container::{self, ContainerKey, ContainerKind, ContainerRow, EntryKey};
use super::super::value::Stored;
use super::super::{dictionary, list, set, State};
use super::collections::{CollectionNotes, DictionaryNotes, SetNotes};
use super::indices::Indices;
use super::list_notes::ListNotes;

impl CollectionChanges {
    pub(super) fn none(kind: ContainerKind) -> CollectionChanges {
        match kind {
            ContainerKind::List => CollectionChanges::List(PositionChanges::default()),
            ContainerKind::Set => CollectionChanges::Set(PositionChanges::default()),
            ContainerKind::Dictionary => CollectionChanges::Dictionary(KeyChanges::default()),
        }
    }
}

impl State {
    /// What is inside of elements apart.
    pub(super) fn collection_changes(
        &self,
        connection: &Connection,
        key: ContainerKey,
        notes: CollectionNotes,
    ) -> Result<CollectionChanges, DatabaseError> {
        let Some(row) = container::read(connection, key)? else { return Ok(CollectionChanges::Deleted) };
        Ok(match notes {
            CollectionNotes::List(notes) => CollectionChanges::List(self.list_changes(connection, key, &row, notes)?),
            CollectionNotes::Set(notes) => CollectionChanges::Set(self.set_changes(connection, key, &row, notes)?),
            CollectionNotes::Dictionary(notes) => {
                CollectionChanges::Dictionary(self.dictionary_changes(connection, key, notes)?)
            }
        })
    }

    /// Adds that what an element holds has changed inside. Such elements are never links, so nothing is hidden.
    pub(super) fn add_inside(
        &self,
        connection: &Connection,
        changes: &mut CollectionChanges,
        entry: EntryKey,
    ) -> Result<(), DatabaseError> {
        match changes {
            CollectionChanges::List(changes) => {
                let index = list::index_of(connection, entry)?;
                let index = index.filter(|index| changes.insertions.binary_search(index).is_err());
                insert_sorted(&mut changes.modifications, index);
            }
            CollectionChanges::Dictionary(changes) => {
                let key = dictionary::key_of(connection, entry)?;
                let key = key.filter(|key| changes.insertions.binary_search(key).is_err());
                insert_sorted(&mut changes.modifications, key);
            }
            CollectionChanges::Set(_) | CollectionChanges::Deleted => {}
        }
        Ok(())
    }

    fn list_changes(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
        mut notes: ListNotes,
    ) -> Result<PositionChanges, DatabaseError> {
        for (entry, before) in std::mem::take(&mut notes.moved) {
            if let Some(index) = list::index_of(connection, entry)? {
                notes.settle(before, index);
            }
        }
        let mut modifications = Indices::default();
        for (entry, before) in std::mem::take(&mut notes.before) {
            let Some(index) = list::index_of(connection, entry)? else { continue };
            if !notes.insertions.contains(index)
                && !is_unchanged(&before, &self.shown_entry(connection, row.kind, entry)?)
            {
                modifications.add(index);
            }
        }
        let hidden = self.hidden_positions(connection, key, row)?;
        Ok(notes.visible(&modifications, &hidden))
    }

    fn set_changes(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
        notes: SetNotes,
    ) -> Result<PositionChanges, DatabaseError> {
        let hidden = self.hidden_elements(connection, key, row)?;
        // Whether each element is there, before and now.
        let mut elements: BTreeMap<Vec<u8>, (bool, bool)> = BTreeMap::new();
        set::for_each_identity(connection, key, |identity, _, _| {
            elements.insert(identity.to_vec(), (!notes.hidden.contains(identity), !hidden.contains(identity)));
            Ok(())
        })?;
        for (identity, before) in &notes.before {
            let was_shown = before.is_some() && !notes.hidden.contains(identity);
            elements.entry(identity.clone()).or_default().0 = was_shown;
        }
        let mut changes = PositionChanges::default();
        let (mut before, mut after) = (0, 0);
        for (identity, (was_shown, is_shown)) in elements {
            match (was_shown, is_shown, notes.before.get(&identity)) {
                (true, false, _) => changes.deletions.push(before),
                (false, true, _) => changes.insertions.push(after),
                (true, true, Some(Some(old))) => {
                    let entry = set::find(connection, key, &Cell::Blob(identity.into()))?;
                    let now = entry.map(|entry| self.shown_entry(connection, row.kind, entry)).transpose()?;
                    let is_changed = now.is_some_and(|now| !is_unchanged(old, &now));
                    changes.modifications.extend(is_changed.then_some(after));
                }
                (true, true, Some(None) | None) | (false, false, _) => {}
            }
            before += u64::from(was_shown);
            after += u64::from(is_shown);
        }
        Ok(changes)
    }

    fn dictionary_changes(
        &self,
        connection: &Connection,
        container: ContainerKey,
        notes: DictionaryNotes,
    ) -> Result<KeyChanges, DatabaseError> {
        let mut changes = KeyChanges::default();
        for (key, before) in notes.before {
            let now = match dictionary::find(connection, container, &key)? {
                Some(entry) => Some(self.shown_entry(connection, ContainerKind::Dictionary, entry)?),
                None => None,
            };
            match (before, now) {
                (Some(_), None) => changes.deletions.push(key),
                (None, Some(_)) => changes.insertions.push(key),
                (Some(before), Some(now)) if !is_unchanged(&before, &now) => changes.modifications.push(key),
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        Ok(changes)
    }
}

impl ListNotes {
    /// The positions that the application sees. An element that becomes visible is inserted, one that hides is deleted.
    fn visible(&self, modifications: &Indices, hidden: &Indices) -> PositionChanges {
        let (mut deletions, mut insertions) = (self.deletions.clone(), self.insertions.clone());
        for index in hidden.iter().filter(|&index| !self.insertions.contains(index)) {
            deletions.add(self.before_of(index));
        }
        for before in self.hidden.iter().filter(|&before| !self.deletions.contains(before)) {
            insertions.add(self.after_of(before));
        }
        let seen = |raw: &Indices, hidden: &Indices| -> Vec<u64> {
            let shown = raw.iter().filter(|&index| !hidden.contains(index));
            shown.map(|index| index - hidden.count_before(index)).collect()
        };
        let mut modifications = modifications.clone();
        for index in insertions.iter() {
            modifications.remove(index);
        }
        PositionChanges {
            deletions: seen(&deletions, &self.hidden),
            insertions: seen(&insertions, hidden),
            modifications: seen(&modifications, hidden),
        }
    }
}

fn is_unchanged(before: &Stored<'_>, now: &Stored<'_>) -> bool {
    let (Stored { value, target }, Stored { value: other, target: other_target }) = (before, now);
    value.is_identical(other) && target == other_target
}

fn insert_sorted<T: Ord>(sorted: &mut Vec<T>, item: Option<T>) {
    if let Some(item) = item {
        if let Err(at) = sorted.binary_search(&item) {
            sorted.insert(at, item);
        }
    }
}
