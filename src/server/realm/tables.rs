//! The tables of a server realm. Objects live beside them, in the tables of the folded state.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use super::LogError;
use crate::server::RealmPath;

/// Raised when the tables change shape; a newer file is refused, an older one brought up to date.
const FORMAT: i64 = 2;
/// What [`CREATE`] makes.
const FIRST_FORMAT: i64 = 1;

const CREATE: &str = "
CREATE TABLE _realm_server (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,
    path TEXT NOT NULL,
    next_ident INTEGER NOT NULL,
    -- The history begins after this version; 0 until it is trimmed for the first time.
    base_version INTEGER NOT NULL,
    base_salt INTEGER NOT NULL,
    base_bytes INTEGER NOT NULL
) STRICT;
CREATE TABLE _realm_log (
    version INTEGER PRIMARY KEY,
    salt INTEGER NOT NULL,
    origin INTEGER NOT NULL,
    client_version INTEGER NOT NULL,
    timestamp INTEGER NOT NULL,
    original_size INTEGER NOT NULL,
    -- Sum of the changeset sizes up to and including this entry.
    bytes_until INTEGER NOT NULL,
    changeset BLOB NOT NULL
) STRICT;
CREATE TABLE _realm_client_files (
    ident INTEGER PRIMARY KEY,
    salt INTEGER NOT NULL,
    client_version INTEGER NOT NULL,
    -- Server version that the file had integrated as of client_version; its reciprocals begin after it.
    base_version INTEGER NOT NULL,
    locked_version INTEGER NOT NULL,
    last_seen INTEGER NOT NULL
) STRICT;
CREATE TABLE _realm_reciprocals (
    ident INTEGER NOT NULL,
    version INTEGER NOT NULL,
    -- May be empty, which is not the same as a missing row.
    changeset BLOB NOT NULL,
    PRIMARY KEY (ident, version)
) STRICT, WITHOUT ROWID;
";

/// From format 1 to 2: what trimming needs.
const ADD_BASELINE: &str = "
ALTER TABLE _realm_server ADD COLUMN baseline_pieces INTEGER NOT NULL DEFAULT 0;
ALTER TABLE _realm_server ADD COLUMN baseline_bytes INTEGER NOT NULL DEFAULT 0;
-- Trim point of the baseline that the file began with; 0: it began with the history itself.
ALTER TABLE _realm_client_files ADD COLUMN start_version INTEGER NOT NULL DEFAULT 0;
CREATE TABLE _realm_baseline (
    -- The trim point; only the rows of the one in force count.
    base INTEGER NOT NULL,
    position INTEGER NOT NULL,
    -- Sum of the changeset sizes up to and including this piece.
    bytes_until INTEGER NOT NULL,
    changeset BLOB NOT NULL,
    PRIMARY KEY (base, position)
) STRICT;
UPDATE _realm_server SET format = 2;
";

/// Opens the file of a server realm, or makes it. The second value says whether it is new: a new one is
/// complete only when the caller has added the tables of the state and committed.
pub(super) fn open(file: &Path) -> Result<Connection, LogError> {
    let connection = Connection::open(file)?;
    // Of a new file only: trimming makes it smaller.
    connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    Ok(connection)
}

/// Brings the tables to the present format, and makes them where there are none; tells whether it did make them.
pub(super) fn prepare(connection: &Connection, path: &RealmPath) -> Result<bool, LogError> {
    let found = format(connection, path)?;
    if found.is_none() {
        create(connection, path)?;
    }
    if found.unwrap_or(FIRST_FORMAT) == FIRST_FORMAT {
        connection.execute_batch(ADD_BASELINE)?;
    }
    Ok(found.is_none())
}

/// The format of the tables, if there are any, after checking that they are this realm's and of a known format.
fn format(connection: &Connection, path: &RealmPath) -> Result<Option<i64>, LogError> {
    let named = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_realm_server'";
    if connection.query_row(named, [], |_| Ok(())).optional()?.is_none() {
        return Ok(None);
    }
    let (format, stored): (i64, String) =
        connection.query_row("SELECT format, path FROM _realm_server", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if !(FIRST_FORMAT..=FORMAT).contains(&format) {
        return Err(LogError::UnknownFormat { found: format, known: FORMAT });
    }
    if stored != path.as_str() {
        return Err(LogError::OtherRealm { stored });
    }
    Ok(Some(format))
}

fn create(connection: &Connection, path: &RealmPath) -> Result<(), LogError> {
    connection.execute_batch(CREATE)?;
    connection.execute(
        "INSERT INTO _realm_server VALUES (1, ?1, ?2, 2, 0, 0, 0)",
        rusqlite::params![FIRST_FORMAT, path.as_str()],
    )?;
    Ok(())
}
