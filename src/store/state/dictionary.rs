//! Entries of dictionaries: one row a key.

use rusqlite::types::ValueRef;
use rusqlite::{params, Connection, OptionalExtension};

use crate::store::error::DatabaseError;

use super::container::{ContainerKey, EntryKey};
use super::value::Stored;

const FIND: &str = "SELECT entry FROM _realm_dictionary_entry WHERE container = ?1 AND key = ?2";
const INSERT: &str = "INSERT INTO _realm_dictionary_entry (container, key, value, target) VALUES (?1, ?2, ?3, ?4)";
const KEYS: &str = "SELECT key FROM _realm_dictionary_entry WHERE container = ?1 ORDER BY key";

const ENTRIES: &str = "SELECT key, value, target FROM _realm_dictionary_entry WHERE container = ?1 ORDER BY key";

pub(super) fn find(
    connection: &Connection,
    dictionary: ContainerKey,
    key: &str,
) -> Result<Option<EntryKey>, DatabaseError> {
    let mut statement = connection.prepare_cached(FIND)?;
    Ok(statement.query_row(params![dictionary.0, key], |row| Ok(EntryKey(row.get(0)?))).optional()?)
}

/// The key must be new.
pub(super) fn insert(
    connection: &Connection,
    dictionary: ContainerKey,
    key: &str,
    stored: &Stored<'_>,
) -> Result<EntryKey, DatabaseError> {
    let mut statement = connection.prepare_cached(INSERT)?;
    statement.execute(params![dictionary.0, key, stored.value, stored.target])?;
    Ok(EntryKey(connection.last_insert_rowid()))
}

pub(super) fn erase(connection: &Connection, entry: EntryKey) -> Result<(), DatabaseError> {
    connection.prepare_cached("DELETE FROM _realm_dictionary_entry WHERE entry = ?1")?.execute([entry.0])?;
    Ok(())
}

pub(super) fn clear(connection: &Connection, dictionary: ContainerKey) -> Result<(), DatabaseError> {
    connection.prepare_cached("DELETE FROM _realm_dictionary_entry WHERE container = ?1")?.execute([dictionary.0])?;
    Ok(())
}

pub(super) fn key_of(connection: &Connection, entry: EntryKey) -> Result<Option<String>, DatabaseError> {
    let mut statement = connection.prepare_cached("SELECT key FROM _realm_dictionary_entry WHERE entry = ?1")?;
    Ok(statement.query_row([entry.0], |row| row.get(0)).optional()?)
}

/// By bytes.
pub(super) fn keys(connection: &Connection, dictionary: ContainerKey) -> Result<Vec<String>, DatabaseError> {
    let mut statement = connection.prepare_cached(KEYS)?;
    let keys = statement.query_map([dictionary.0], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(keys)
}

/// Key, value and link class of every entry, by the key's bytes.
pub(super) fn for_each(
    connection: &Connection,
    dictionary: ContainerKey,
    mut each: impl FnMut(&str, ValueRef<'_>, Option<i64>) -> Result<(), DatabaseError>,
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare_cached(ENTRIES)?;
    let mut rows = statement.query([dictionary.0])?;
    while let Some(row) = rows.next()? {
        let key = row.get_ref(0)?.as_str().map_err(|_| DatabaseError::corrupt("a dictionary's key is no text"))?;
        each(key, row.get_ref(1)?, row.get(2)?)?;
    }
    Ok(())
}
