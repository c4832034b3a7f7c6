//! Notes on collections.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use rusqlite::Connection;

use crate::store::column::Cell;
use crate::store::error::DatabaseError;

use super::super::container::{self, ContainerKey, ContainerKind, ContainerRow, EntryKey};
use super::super::owner::Owner;
use super::super::slot::{read_entry, Slot};
use super::super::value::Stored;
use super::super::{dictionary, list, set, OpenCollection, State};
use super::indices::Indices;
use super::list_notes::ListNotes;

#[derive(Debug, Clone)]
pub(super) enum CollectionNotes {
    List(ListNotes),
    Set(SetNotes),
    Dictionary(DictionaryNotes),
}

/// By identity.
#[derive(Debug, Clone, Default)]
pub(super) struct SetNotes {
    /// What each element that comes, goes or changes showed before, `None` where there was none. One that stays changes
    /// with the object that it links to, or becomes an equal one that is not the same, as -0.0 for 0.0.
    pub(super) before: BTreeMap<Vec<u8>, Option<Stored<'static>>>,
    /// Hidden before the transaction.
    pub(super) hidden: HashSet<Vec<u8>>,
}

/// What each key that changes showed before, `None` where there was none.
#[derive(Debug, Clone, Default)]
pub(super) struct DictionaryNotes {
    pub(super) before: BTreeMap<String, Option<Stored<'static>>>,
}

impl State {
    /// To be called before an element is inserted into a list.
    pub(in super::super) fn note_insert(
        &self,
        connection: &Connection,
        key: ContainerKey,
        index: u64,
    ) -> Result<(), DatabaseError> {
        self.note(connection, key, |notes| {
            match notes {
                CollectionNotes::List(list) => list.insert(index),
                CollectionNotes::Set(_) | CollectionNotes::Dictionary(_) => {}
            }
            Ok(())
        })
    }

    /// To be called before an element of a list is moved.
    pub(in super::super) fn note_move(
        &self,
        connection: &Connection,
        list: &OpenCollection<'_>,
        entry: EntryKey,
        from: u64,
        to: u64,
    ) -> Result<(), DatabaseError> {
        let Some(key) = list.key else { return Ok(()) };
        self.note(connection, key, |notes| {
            match notes {
                CollectionNotes::List(list) => list.relocate(entry, from, to),
                CollectionNotes::Set(_) | CollectionNotes::Dictionary(_) => {}
            }
            Ok(())
        })
    }

    /// To be called before an element is inserted into a set.
    pub(in super::super) fn note_element(
        &self,
        connection: &Connection,
        key: ContainerKey,
        identity: &Cell<'_>,
    ) -> Result<(), DatabaseError> {
        self.note(connection, key, |notes| {
            match (notes, identity) {
                (CollectionNotes::Set(set), Cell::Blob(identity)) => {
                    set.before.entry(identity.to_vec()).or_insert(None);
                }
                (CollectionNotes::Set(_) | CollectionNotes::List(_) | CollectionNotes::Dictionary(_), _) => {}
            }
            Ok(())
        })
    }

    /// To be called before a new key is inserted into a dictionary.
    pub(in super::super) fn note_key(
        &self,
        connection: &Connection,
        container: ContainerKey,
        key: &str,
    ) -> Result<(), DatabaseError> {
        self.note(connection, container, |notes| {
            match notes {
                CollectionNotes::Dictionary(dictionary) => {
                    dictionary.before.entry(key.to_owned()).or_insert(None);
                }
                CollectionNotes::List(_) | CollectionNotes::Set(_) => {}
            }
            Ok(())
        })
    }

    /// To be called before an element is overwritten, or what it shows changes.
    pub(in super::super) fn note_overwrite(
        &self,
        connection: &Connection,
        key: ContainerKey,
        entry: EntryKey,
    ) -> Result<(), DatabaseError> {
        self.note(connection, key, |notes| {
            match notes {
                CollectionNotes::List(list) => {
                    if let Entry::Vacant(unseen) = list.before.entry(entry) {
                        unseen.insert(self.shown_entry(connection, ContainerKind::List, entry)?);
                    }
                }
                CollectionNotes::Dictionary(dictionary) => self.note_value(connection, dictionary, entry)?,
                CollectionNotes::Set(set) => self.note_known(connection, set, entry)?,
            }
            Ok(())
        })
    }

    /// To be called before an element is erased.
    pub(in super::super) fn note_erase(
        &self,
        connection: &Connection,
        key: ContainerKey,
        entry: EntryKey,
    ) -> Result<(), DatabaseError> {
        self.note(connection, key, |notes| {
            match notes {
                CollectionNotes::List(list) => {
                    if let Some(index) = list::index_of(connection, entry)? {
                        list.erase(entry, index);
                    }
                }
                CollectionNotes::Dictionary(dictionary) => self.note_value(connection, dictionary, entry)?,
                CollectionNotes::Set(set) => self.note_known(connection, set, entry)?,
            }
            Ok(())
        })
    }

    /// To be called before all elements are erased.
    pub(in super::super) fn note_clear(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
    ) -> Result<(), DatabaseError> {
        self.note(connection, key, |notes| match notes {
            CollectionNotes::List(list) => {
                list.clear(row.size);
                Ok(())
            }
            CollectionNotes::Set(set) => set::for_each_identity(connection, key, |identity, value, target| {
                if let Entry::Vacant(unseen) = set.before.entry(identity.to_vec()) {
                    let stored = Stored { value: Cell::owned(value), target };
                    unseen.insert(Some(self.as_shown(connection, stored)?));
                }
                Ok(())
            }),
            CollectionNotes::Dictionary(dictionary) => dictionary::for_each(connection, key, |key, value, target| {
                if let Entry::Vacant(unseen) = dictionary.before.entry(key.to_owned()) {
                    let stored = Stored { value: Cell::owned(value), target };
                    unseen.insert(Some(self.as_shown(connection, stored)?));
                }
                Ok(())
            }),
        })
    }

    /// To be called when a collection goes with what held it.
    pub(in super::super) fn note_gone(&self, key: ContainerKey) {
        if let Some(tracker) = &self.tracker {
            let notes = &mut *tracker.notes.borrow_mut();
            notes.touch_collection(key);
            notes.collections.remove(&key);
            notes.gone.insert(key);
        }
    }

    /// To be called before what a slot holds is replaced.
    pub(in super::super) fn note_slot(&self, connection: &Connection, slot: Slot<'_>) -> Result<(), DatabaseError> {
        match slot {
            Slot::Field(field) => self.note_property(connection, field),
            Slot::Entry { container, entry, kind: _, depth: _ } => self.note_overwrite(connection, container, entry),
        }
    }

    /// To be called before the object that an element links to comes or goes.
    pub(in super::super) fn note_link(
        &self,
        connection: &Connection,
        key: ContainerKey,
        entry: EntryKey,
    ) -> Result<(), DatabaseError> {
        if !self.is_tracking() {
            return Ok(());
        }
        let can_hide = container::read(connection, key)?.is_some_and(|row| row.can_hide);
        match can_hide {
            // The first note says what was hidden before.
            true => self.note(connection, key, |_| Ok(())),
            false => self.note_overwrite(connection, key, entry),
        }
    }

    fn note_known(&self, connection: &Connection, notes: &mut SetNotes, entry: EntryKey) -> Result<(), DatabaseError> {
        let Some(identity) = set::identity_of(connection, entry)? else { return Ok(()) };
        if let Entry::Vacant(unseen) = notes.before.entry(identity) {
            unseen.insert(Some(self.shown_entry(connection, ContainerKind::Set, entry)?));
        }
        Ok(())
    }

    fn note_value(
        &self,
        connection: &Connection,
        notes: &mut DictionaryNotes,
        entry: EntryKey,
    ) -> Result<(), DatabaseError> {
        let Some(key) = dictionary::key_of(connection, entry)? else { return Ok(()) };
        if let Entry::Vacant(unseen) = notes.before.entry(key) {
            unseen.insert(Some(self.shown_entry(connection, ContainerKind::Dictionary, entry)?));
        }
        Ok(())
    }

    /// What the application sees of an element.
    pub(super) fn shown_entry(
        &self,
        connection: &Connection,
        kind: ContainerKind,
        entry: EntryKey,
    ) -> Result<Stored<'static>, DatabaseError> {
        self.as_shown(connection, read_entry(connection, kind, entry)?)
    }

    /// A link to an object that does not exist is null.
    fn as_shown(&self, connection: &Connection, stored: Stored<'static>) -> Result<Stored<'static>, DatabaseError> {
        Ok(if self.is_dangling(connection, &stored)? { Stored::NOTHING } else { stored })
    }

    fn note(
        &self,
        connection: &Connection,
        key: ContainerKey,
        note: impl FnOnce(&mut CollectionNotes) -> Result<(), DatabaseError>,
    ) -> Result<(), DatabaseError> {
        let Some(tracker) = &self.tracker else { return Ok(()) };
        let notes = &mut *tracker.notes.borrow_mut();
        notes.touch_collection(key);
        let found = match notes.collections.entry(key) {
            Entry::Occupied(found) => found.into_mut(),
            Entry::Vacant(unseen) => unseen.insert(self.first_notes(connection, key)?),
        };
        match found {
            Some(notes) => note(notes),
            None => Ok(()),
        }
    }

    /// `None` where nothing observed depends on the collection.
    fn first_notes(
        &self,
        connection: &Connection,
        key: ContainerKey,
    ) -> Result<Option<CollectionNotes>, DatabaseError> {
        let Some(row) = container::read(connection, key)? else { return Ok(None) };
        let is_of_interest = match row.owner {
            Owner::Entry { .. } => true,
            Owner::Property { property, object } => match self.property_anywhere(property) {
                Ok((class, _)) => self.tracker_of(class, object).is_some(),
                Err(_) => false,
            },
        };
        if !is_of_interest {
            return Ok(None);
        }
        Ok(Some(match row.kind {
            ContainerKind::List => {
                let hidden = self.hidden_positions(connection, key, &row)?;
                CollectionNotes::List(ListNotes { hidden, ..ListNotes::default() })
            }
            ContainerKind::Set => {
                let hidden = self.hidden_elements(connection, key, &row)?;
                CollectionNotes::Set(SetNotes { hidden, ..SetNotes::default() })
            }
            ContainerKind::Dictionary => CollectionNotes::Dictionary(DictionaryNotes::default()),
        }))
    }

    /// Raw positions in a list of links.
    pub(super) fn hidden_positions(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
    ) -> Result<Indices, DatabaseError> {
        let mut hidden = Indices::default();
        if row.hidden > 0 {
            let mut index = 0;
            list::for_each(connection, key, |_, value, target| {
                if self.is_dangling(connection, &Stored { value: Cell::owned(value), target })? {
                    hidden.add(index);
                }
                index += 1;
                Ok::<(), DatabaseError>(())
            })?;
        }
        Ok(hidden)
    }

    /// Identities of elements of a set of links.
    pub(super) fn hidden_elements(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
    ) -> Result<HashSet<Vec<u8>>, DatabaseError> {
        let mut hidden = HashSet::new();
        if row.hidden > 0 {
            set::for_each_identity(connection, key, |identity, value, target| {
                if self.is_dangling(connection, &Stored { value: Cell::owned(value), target })? {
                    hidden.insert(identity.to_vec());
                }
                Ok(())
            })?;
        }
        Ok(hidden)
    }
}
