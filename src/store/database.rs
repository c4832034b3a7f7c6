//! A connection to a realm file: recognised, set up, and made where it is missing.
//!
//! Rules: `docs/STORE.md`, "The file".

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};

use super::error::{DatabaseError, StoreError};
use super::files::{beside, cannot_open, RealmFile};
use super::state::State;
use super::{history, progress};

/// `RLMs`, so that `file` and the like can tell what it is.
const APPLICATION_ID: i64 = 0x524c_4d73;
/// Raised when an older version could not read what a newer one writes.
pub(super) const FORMAT: i64 = 1;
/// For other processes only: writers of this process never meet inside SQLite.
const BUSY_TIMEOUT: Duration = Duration::from_secs(1);
/// One for each property and a few for each class.
const CACHED_STATEMENTS: usize = 512;
/// Pages of the log before a commit moves them into the file: two more syncs every few hundred commits.
const CHECKPOINT_PAGES: i64 = 2_000;
/// What is kept of the log after a large transaction.
const LOG_LIMIT_BYTES: i64 = 64 * 1024 * 1024;

/// What a file keeps beside the objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileKind {
    Local,
    /// With the history of its changes and the cursors of its exchange with the server.
    Synced,
}

enum Format {
    Empty,
    Realm(FileKind),
}

/// Opens the file for reading and writing; makes it where it is missing or empty.
pub(super) fn open(file: &RealmFile, kind: FileKind) -> Result<Connection, StoreError> {
    let path = &file.path;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    let format = recognise(&connection, path)?;
    set_up(&connection, file)?;
    match format {
        Format::Realm(found) => check_kind(found, kind, path)?,
        Format::Empty => {
            let _turn = file.writers.acquire_uncancelled();
            // Another connection may have made it meanwhile.
            match recognise(&connection, path)? {
                Format::Realm(found) => check_kind(found, kind, path)?,
                Format::Empty => make(&connection, path, kind)?,
            }
        }
    }
    Ok(connection)
}

/// Opens a realm that exists, of whichever kind, for maintenance.
pub(super) fn open_existing(file: &RealmFile) -> Result<Connection, StoreError> {
    let path = &file.path;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, error))?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    match recognise(&connection, path)? {
        Format::Empty => Err(StoreError::NotARealm { path: path.clone() }),
        Format::Realm(FileKind::Local | FileKind::Synced) => {
            set_up(&connection, file)?;
            Ok(connection)
        }
    }
}

/// Opens a file that exists, for reading only. It may lie in a folder that cannot be written.
pub(super) fn open_read_only(file: &RealmFile) -> Result<(Connection, FileKind), StoreError> {
    let path = &file.path;
    if !path.exists() {
        return Err(StoreError::NoSuchFile { path: path.clone() });
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|error| explain(path, error))?;
    let (connection, format) = match recognise(&connection, path) {
        Ok(format) => (connection, format),
        // The log's shared memory cannot be made there; without a log nobody else is writing.
        Err(StoreError::ReadOnlyFolder { .. }) if !beside(path, "-wal").exists() => {
            let flags = flags | OpenFlags::SQLITE_OPEN_URI;
            let connection = Connection::open_with_flags(immutable_uri(path), flags)?;
            let format = recognise(&connection, path)?;
            (connection, format)
        }
        Err(error) => return Err(error),
    };
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    match format {
        Format::Realm(kind) => Ok((connection, kind)),
        Format::Empty => Err(StoreError::NotARealm { path: path.clone() }),
    }
}

fn set_up(connection: &Connection, file: &RealmFile) -> Result<(), StoreError> {
    connection.set_prepared_statement_cache_capacity(CACHED_STATEMENTS);
    // A commit is on disk when it returns, and the server may be told of it; nobody asks that of a temporary file.
    connection.pragma_update(None, "synchronous", if file.is_temporary() { "OFF" } else { "FULL" })?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    connection.pragma_update(None, "journal_size_limit", LOG_LIMIT_BYTES)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

/// Tells a realm from an empty file, and refuses everything else before anything is written.
fn recognise(connection: &Connection, path: &Path) -> Result<Format, StoreError> {
    // All of it from one state: another thread may be making the file.
    connection.execute_batch("BEGIN DEFERRED").map_err(|error| explain(path, error))?;
    let format = read_format(connection, path);
    rollback(connection);
    format
}

fn read_format(connection: &Connection, path: &Path) -> Result<Format, StoreError> {
    let number = |pragma: &str| -> Result<i64, StoreError> {
        connection.query_row(pragma, [], |row| row.get(0)).map_err(|error| explain(path, error))
    };
    let application_id = number("PRAGMA application_id")?;
    let found = number("PRAGMA user_version")?;
    match application_id {
        APPLICATION_ID if found > FORMAT => {
            Err(StoreError::NewerFormat { path: path.to_owned(), found, supported: FORMAT })
        }
        APPLICATION_ID => {
            let sync_tables = number("SELECT count(*) FROM sqlite_master WHERE name = '_realm_sync'")?;
            Ok(Format::Realm(if sync_tables == 0 { FileKind::Local } else { FileKind::Synced }))
        }
        0 if found == 0 && number("SELECT count(*) FROM sqlite_master")? == 0 => Ok(Format::Empty),
        _ => Err(StoreError::NotARealm { path: path.to_owned() }),
    }
}

fn check_kind(found: FileKind, wanted: FileKind, path: &Path) -> Result<(), StoreError> {
    let path = path.to_owned();
    match (found, wanted) {
        (FileKind::Local, FileKind::Local) | (FileKind::Synced, FileKind::Synced) => Ok(()),
        (FileKind::Local, FileKind::Synced) => Err(StoreError::LocalFile { path }),
        (FileKind::Synced, FileKind::Local) => Err(StoreError::SyncedFile { path }),
    }
}

fn make(connection: &Connection, path: &Path, kind: FileKind) -> Result<(), StoreError> {
    let journal: String = connection
        .query_row("PRAGMA journal_mode = WAL", [], |row| row.get(0))
        .map_err(|error| explain(path, error))?;
    if journal != "wal" {
        return Err(StoreError::NoSharedMemory { path: path.to_owned() });
    }
    in_transaction(connection, || {
        State::create_tables(connection)?;
        match kind {
            FileKind::Local => {}
            FileKind::Synced => {
                history::create_table(connection)?;
                progress::create_table(connection)?;
            }
        }
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        connection.pragma_update(None, "user_version", FORMAT)?;
        Ok(())
    })
}

/// Runs `write` in a transaction of its own; any error rolls it back.
fn in_transaction(
    connection: &Connection,
    write: impl FnOnce() -> Result<(), DatabaseError>,
) -> Result<(), StoreError> {
    begin(connection)?;
    let result = write().and_then(|()| commit(connection));
    if result.is_err() {
        rollback(connection);
    }
    Ok(result?)
}

pub(super) fn begin(connection: &Connection) -> Result<(), DatabaseError> {
    connection.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
    Ok(())
}

pub(super) fn commit(connection: &Connection) -> Result<(), DatabaseError> {
    connection.prepare_cached("COMMIT")?.execute([])?;
    Ok(())
}

/// Ends the transaction without a trace, also when SQLite has done so itself after an error.
pub(super) fn rollback(connection: &Connection) {
    if !connection.is_autocommit() {
        // It fails only where the transaction is gone already.
        let _ = connection.execute_batch("ROLLBACK");
    }
}

/// Names what is wrong with a file that SQLite cannot open.
fn explain(path: &Path, error: rusqlite::Error) -> StoreError {
    let path_buf = path.to_owned();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => StoreError::NotARealm { path: path_buf },
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => StoreError::ReadOnlyFolder { path: path_buf },
        Some(ErrorCode::CannotOpen) => match std::fs::metadata(path) {
            Ok(found) if !found.is_file() => {
                StoreError::CannotOpen { path: path_buf, reason: "it is no file".to_owned() }
            }
            // SQLite does not say what the system said; asking for the same again does.
            Ok(_) | Err(_) => match std::fs::File::options().append(true).create(true).open(path) {
                Err(io_error) => cannot_open(path, &io_error),
                Ok(_) => StoreError::ReadOnlyFolder { path: path_buf },
            },
        },
        _ => StoreError::Database(error.into()),
    }
}

fn immutable_uri(path: &Path) -> String {
    let mut uri = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => uri.push(char::from(*byte)),
            other => uri.push_str(&format!("%{other:02X}")),
        }
    }
    uri.push_str("?immutable=1");
    uri
}
