//! Elements of sets: one row each, unique by what identifies its value.

use rusqlite::types::ValueRef;
use rusqlite::{params, Connection, OptionalExtension};

use crate::store::column::Cell;
use crate::store::error::DatabaseError;

use super::container::{ContainerKey, EntryKey};
use super::value::Stored;

const FIND: &str = "SELECT entry FROM _realm_set_entry WHERE container = ?1 AND identity = ?2";
const INSERT: &str = "INSERT INTO _realm_set_entry (container, identity, value, target) VALUES (?1, ?2, ?3, ?4)";
const ELEMENTS: &str = "SELECT value, target FROM _realm_set_entry WHERE container = ?1 ORDER BY identity";
const IDENTITIES: &str = "SELECT identity, value, target FROM _realm_set_entry WHERE container = ?1 ORDER BY identity";

pub(super) fn find(
    connection: &Connection,
    set: ContainerKey,
    identity: &Cell<'_>,
) -> Result<Option<EntryKey>, DatabaseError> {
    let mut statement = connection.prepare_cached(FIND)?;
    Ok(statement.query_row(params![set.0, identity], |row| Ok(EntryKey(row.get(0)?))).optional()?)
}

/// The element must be new.
pub(super) fn insert(
    connection: &Connection,
    set: ContainerKey,
    identity: &Cell<'_>,
    stored: &Stored<'_>,
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare_cached(INSERT)?;
    statement.execute(params![set.0, identity, stored.value, stored.target])?;
    Ok(())
}

pub(super) fn erase(connection: &Connection, entry: EntryKey) -> Result<(), DatabaseError> {
    connection.prepare_cached("DELETE FROM _realm_set_entry WHERE entry = ?1")?.execute([entry.0])?;
    Ok(())
}

pub(super) fn identity_of(connection: &Connection, entry: EntryKey) -> Result<Option<Vec<u8>>, DatabaseError> {
    let mut statement = connection.prepare_cached("SELECT identity FROM _realm_set_entry WHERE entry = ?1")?;
    Ok(statement.query_row([entry.0], |row| row.get(0)).optional()?)
}

pub(super) fn clear(connection: &Connection, set: ContainerKey) -> Result<(), DatabaseError> {
    connection.prepare_cached("DELETE FROM _realm_set_entry WHERE container = ?1")?.execute([set.0])?;
    Ok(())
}

/// Value and link class of every element, by type, then by value.
pub(super) fn for_each(
    connection: &Connection,
    set: ContainerKey,
    mut each: impl FnMut(ValueRef<'_>, Option<i64>) -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare_cached(ELEMENTS)?;
    let mut rows = statement.query([set.0])?;
    while let Some(row) = rows.next()? {
        each(row.get_ref(0)?, row.get(1)?)?;
    }
    Ok(())
}

/// Identity, value and link class of every element, in the same order.
pub(super) fn for_each_identity(
    connection: &Connection,
    set: ContainerKey,
    mut each: impl FnMut(&[u8], ValueRef<'_>, Option<i64>) -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare_cached(IDENTITIES)?;
    let mut rows = statement.query([set.0])?;
    while let Some(row) = rows.next()? {
        let identity = row.get_ref(0)?.as_blob().map_err(|_| DatabaseError::corrupt("an identity is no blob"))?;
        each(identity, row.get_ref(1)?, row.get(2)?)?;
    }
    Ok(())
}
