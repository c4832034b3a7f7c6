//! Collections as rows: one for each list, set and dictionary, wherever it is, and the tables of their elements.
//!
//! Rules: `docs/STORE.md`, "Collections".

use rusqlite::{params, Connection, OptionalExtension, Row};

use crate::schema::Collection;
use crate::store::error::DatabaseError;

use super::owner::Owner;
use super::{ClassKey, ObjectKey, PropertyKey};

/// Number of a collection within one file; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContainerKey(pub i64);

/// Number of an element within its table; stays while the element does, wherever it moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct EntryKey(pub(crate) i64);

/// Names a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Container {
    /// The one that a property of an object is.
    Property { class: ClassKey, object: ObjectKey, property: PropertyKey },
    /// One in a mixed value; gone for good once that is overwritten.
    Nested(ContainerKey),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ContainerKind {
    List,
    Set,
    Dictionary,
}

/// What the file says of a collection, elements apart.
#[derive(Debug, Clone, Copy)]
pub(super) struct ContainerRow {
    pub(super) kind: ContainerKind,
    /// Elements, hidden ones included.
    pub(super) size: u64,
    /// Links to objects that do not exist, in lists and sets of links.
    pub(super) hidden: u64,
    /// Whether links hide in it.
    pub(super) can_hide: bool,
    /// 1 for one in a property.
    pub(super) depth: u32,
    pub(super) owner: Owner,
}

/// Chunks are what lists are cut into; `place` orders chunks within their list, and elements within their chunk.
/// `target` is the class of an element that is a link. `hidden` is NULL where nothing can hide.
const TABLES: &str = "
    CREATE TABLE _realm_container (
        container INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL,
        size INTEGER NOT NULL,
        hidden INTEGER,
        depth INTEGER NOT NULL,
        owner_property INTEGER,
        owner_container INTEGER,
        owner INTEGER NOT NULL
    );
    CREATE INDEX _realm_container_hidden ON _realm_container (hidden) WHERE hidden > 0;
    CREATE TABLE _realm_chunk (
        chunk INTEGER PRIMARY KEY,
        container INTEGER NOT NULL,
        place INTEGER NOT NULL,
        size INTEGER NOT NULL
    );
    CREATE INDEX _realm_chunk_place ON _realm_chunk (container, place, size);
    CREATE TABLE _realm_list_entry (entry INTEGER PRIMARY KEY, chunk INTEGER, place INTEGER, value, target INTEGER);
    CREATE INDEX _realm_list_entry_place ON _realm_list_entry (chunk, place);
    CREATE INDEX _realm_list_entry_link ON _realm_list_entry (target, value) WHERE target IS NOT NULL;
    CREATE TABLE _realm_dictionary_entry (
        entry INTEGER PRIMARY KEY,
        container INTEGER NOT NULL,
        key TEXT NOT NULL,
        value,
        target INTEGER
    );
    CREATE UNIQUE INDEX _realm_dictionary_entry_key ON _realm_dictionary_entry (container, key);
    CREATE INDEX _realm_dictionary_entry_link ON _realm_dictionary_entry (target, value) WHERE target IS NOT NULL;
    CREATE TABLE _realm_set_entry (
        entry INTEGER PRIMARY KEY,
        container INTEGER NOT NULL,
        identity BLOB NOT NULL,
        value,
        target INTEGER
    );
    CREATE UNIQUE INDEX _realm_set_entry_identity ON _realm_set_entry (container, identity);
    CREATE INDEX _realm_set_entry_link ON _realm_set_entry (target, value) WHERE target IS NOT NULL;
    CREATE VIEW _realm_list AS
        SELECT c.container, row_number() OVER (PARTITION BY c.container ORDER BY c.place, e.place) - 1 AS position,
            e.value, e.target
        FROM _realm_chunk c JOIN _realm_list_entry e ON e.chunk = c.chunk;
    CREATE VIEW _realm_set AS SELECT container, value, target FROM _realm_set_entry;
    CREATE VIEW _realm_dictionary AS SELECT container, key, value, target FROM _realm_dictionary_entry;
";

const INSERT: &str = "INSERT INTO _realm_container
    (kind, size, hidden, depth, owner_property, owner_container, owner) VALUES (?1, 0, ?2, ?3, ?4, ?5, ?6)";
const READ: &str = "SELECT kind, size, hidden, depth, owner_property, owner_container, owner
    FROM _realm_container WHERE container = ?1";
const RESIZE: &str = "UPDATE _realm_container SET size = size + ?2, hidden = hidden + ?3 WHERE container = ?1";
const EMPTY: &str = "UPDATE _realm_container SET size = 0, hidden = hidden * 0 WHERE container = ?1";

impl ContainerKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            ContainerKind::List => "list",
            ContainerKind::Set => "set",
            ContainerKind::Dictionary => "dictionary",
        }
    }

    /// `None` for a property with one value.
    pub(crate) fn of(collection: Collection) -> Option<ContainerKind> {
        match collection {
            Collection::Single => None,
            Collection::List => Some(ContainerKind::List),
            Collection::Set => Some(ContainerKind::Set),
            Collection::Dictionary => Some(ContainerKind::Dictionary),
        }
    }

    fn of_name(name: &str) -> Option<ContainerKind> {
        [ContainerKind::List, ContainerKind::Set, ContainerKind::Dictionary]
            .into_iter()
            .find(|kind| kind.name() == name)
    }
}

pub(super) fn create_tables(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch(TABLES)?)
}

/// Makes an empty one; links hide in it if `can_hide`.
pub(super) fn insert(
    connection: &Connection,
    kind: ContainerKind,
    can_hide: bool,
    depth: u32,
    owner: Owner,
) -> Result<ContainerKey, DatabaseError> {
    let (property, container, owner) = owner.columns();
    let hidden = can_hide.then_some(0);
    connection.prepare_cached(INSERT)?.execute(params![kind.name(), hidden, depth, property, container, owner])?;
    Ok(ContainerKey(connection.last_insert_rowid()))
}

pub(super) fn read(connection: &Connection, key: ContainerKey) -> Result<Option<ContainerRow>, DatabaseError> {
    let row = connection.prepare_cached(READ)?.query_row([key.0], |row| Ok(read_row(row))).optional()?;
    row.transpose()
}

fn read_row(row: &Row<'_>) -> Result<ContainerRow, DatabaseError> {
    let damaged = || DatabaseError::corrupt("_realm_container has an unknown kind");
    Ok(ContainerRow {
        kind: ContainerKind::of_name(row.get_ref(0)?.as_str().unwrap_or_default()).ok_or_else(damaged)?,
        size: row.get::<_, i64>(1)?.unsigned_abs(),
        hidden: row.get::<_, Option<i64>>(2)?.unwrap_or_default().unsigned_abs(),
        can_hide: row.get::<_, Option<i64>>(2)?.is_some(),
        depth: row.get(3)?,
        owner: Owner::of_columns(row.get(4)?, row.get(5)?, row.get(6)?)?,
    })
}

/// Counts elements that came (or went, if negative), and how many of them are hidden.
pub(super) fn resize(
    connection: &Connection,
    key: ContainerKey,
    elements: i64,
    hidden: i64,
) -> Result<(), DatabaseError> {
    connection.prepare_cached(RESIZE)?.execute([key.0, elements, hidden])?;
    Ok(())
}

pub(super) fn mark_empty(connection: &Connection, key: ContainerKey) -> Result<(), DatabaseError> {
    connection.prepare_cached(EMPTY)?.execute([key.0])?;
    Ok(())
}

/// The row alone; its elements must be gone.
pub(super) fn delete(connection: &Connection, key: ContainerKey) -> Result<(), DatabaseError> {
    connection.prepare_cached("DELETE FROM _realm_container WHERE container = ?1")?.execute([key.0])?;
    Ok(())
}

/// Whether a link hides anywhere in the file.
pub(super) fn is_any_hidden(connection: &Connection) -> Result<bool, DatabaseError> {
    Ok(connection.prepare_cached("SELECT 1 FROM _realm_container WHERE hidden > 0 LIMIT 1")?.exists([])?)
}
