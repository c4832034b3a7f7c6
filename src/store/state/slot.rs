//! A place that holds one value, and with it a collection or an embedded object of its own.

use rusqlite::{params, Connection, OptionalExtension};

use crate::store::column::{mixed_dictionary, mixed_list, Cell};
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;

use super::container::{self, ContainerKey, ContainerKind, EntryKey};
use super::owner::{Field, Owner};
use super::value::Stored;
use super::{ClassState, ObjectKey, State};

/// Collections nested deeper than this are refused, as realm-core does.
pub(crate) const MAX_DEPTH: u32 = 100;

#[derive(Debug, Clone, Copy)]
pub(super) enum Slot<'s> {
    Field(Field<'s>),
    /// `depth` is that of the collection.
    Entry {
        kind: ContainerKind,
        container: ContainerKey,
        depth: u32,
        entry: EntryKey,
    },
}

impl Slot<'_> {
    fn owner(&self) -> Owner {
        match *self {
            Slot::Field(field) => field.owner(),
            Slot::Entry { container, entry, .. } => Owner::Entry { container, entry },
        }
    }

    fn depth(&self) -> u32 {
        match self {
            Slot::Field(_) => 0,
            Slot::Entry { depth, .. } => *depth,
        }
    }

    /// Overwrites what the slot holds; what that owned must be released apart.
    pub(super) fn put(&self, connection: &Connection, cell: Cell<'_>) -> Result<(), DatabaseError> {
        match self {
            Slot::Field(field) => {
                field.property.store(connection, field.object, &cell)?;
                Ok(())
            }
            Slot::Entry { kind, entry, .. } => {
                write_entry(connection, *kind, *entry, &Stored { value: cell, target: None })
            }
        }
    }
}

impl State {
    /// Makes an empty list or dictionary in a slot for mixed values.
    pub(super) fn make_nested(
        &self,
        connection: &Connection,
        slot: Slot<'_>,
        kind: ContainerKind,
    ) -> Result<ContainerKey, Failure> {
        let depth = slot.depth() + 1;
        if depth > MAX_DEPTH {
            return Err(Refusal::TooDeep { limit: MAX_DEPTH }.into());
        }
        let key = container::insert(connection, kind, false, depth, slot.owner())?;
        let cell = match kind {
            ContainerKind::List => mixed_list(key.0),
            ContainerKind::Dictionary => mixed_dictionary(key.0),
            ContainerKind::Set => return Err(Refusal::Unsupported { what: "a set in a mixed value" }.into()),
        };
        self.note_slot(connection, slot)?;
        slot.put(connection, cell)?;
        Ok(key)
    }

    /// Makes an embedded object, with default values, in a slot that holds none.
    pub(super) fn make_embedded(
        &self,
        connection: &Connection,
        slot: Slot<'_>,
        class: &ClassState,
    ) -> Result<ObjectKey, Failure> {
        let object = class.embed(connection, slot.owner())?;
        self.note_made(class, object);
        self.note_slot(connection, slot)?;
        slot.put(connection, Cell::Int(object.0))?;
        Ok(object)
    }
}

const READ_LIST: &str = "SELECT value, target FROM _realm_list_entry WHERE entry = ?1";
const READ_SET: &str = "SELECT value, target FROM _realm_set_entry WHERE entry = ?1";
const READ_DICTIONARY: &str = "SELECT value, target FROM _realm_dictionary_entry WHERE entry = ?1";
const WRITE_LIST: &str = "UPDATE _realm_list_entry SET value = ?2, target = ?3 WHERE entry = ?1";
const WRITE_SET: &str = "UPDATE _realm_set_entry SET value = ?2, target = ?3 WHERE entry = ?1";
const WRITE_DICTIONARY: &str = "UPDATE _realm_dictionary_entry SET value = ?2, target = ?3 WHERE entry = ?1";

pub(super) fn read_entry(
    connection: &Connection,
    kind: ContainerKind,
    entry: EntryKey,
) -> Result<Stored<'static>, DatabaseError> {
    let sql = match kind {
        ContainerKind::List => READ_LIST,
        ContainerKind::Set => READ_SET,
        ContainerKind::Dictionary => READ_DICTIONARY,
    };
    let stored = connection
        .prepare_cached(sql)?
        .query_row([entry.0], |row| Ok(Stored { value: Cell::owned(row.get_ref(0)?), target: row.get(1)? }))
        .optional()?;
    stored.ok_or_else(|| DatabaseError::corrupt("an element of a collection is missing"))
}

pub(super) fn write_entry(
    connection: &Connection,
    kind: ContainerKind,
    entry: EntryKey,
    stored: &Stored<'_>,
) -> Result<(), DatabaseError> {
    let sql = match kind {
        ContainerKind::List => WRITE_LIST,
        ContainerKind::Set => WRITE_SET,
        ContainerKind::Dictionary => WRITE_DICTIONARY,
    };
    connection.prepare_cached(sql)?.execute(params![entry.0, stored.value, stored.target])?;
    Ok(())
}
