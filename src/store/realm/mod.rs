//! A handle to a realm: reads at any time, and one write transaction at a time.
//!
//! Rules: `docs/STORE.md`, "Reading and writing".

mod collection;
mod declare;
mod dictionary;
mod embedded;
mod list;
mod observe;
mod read;
mod record;
mod set;
mod transaction;
mod transplant;
mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rusqlite::Connection;

use crate::schema::Schema;
use crate::value::{ClientVersion, Clock};

use super::database::{self, FileKind};
use super::error::{DatabaseError, StoreError};
use super::files::RealmFile;
use super::history;
use super::state::{ClassKey, PropertyKey, State};
pub use collection::NestedKind;
pub(super) use record::{Record, Written};
pub use transaction::Commit;
use transaction::Write;

/// What a realm is opened as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// A file of its own; its changes are not recorded.
    Local,
    /// A file whose changes are recorded, to be synchronised.
    Synced,
    /// A file that exists, local or synced, without writing to it.
    ReadOnly,
    /// Shared by the handles of one path in this process, gone with the last of them; never synchronised.
    InMemory,
}

pub struct OpenOptions {
    pub path: PathBuf,
    /// Added to what the file has; `None` takes the file as it is.
    pub schema: Option<Schema>,
    pub mode: Mode,
    /// Stamps the changes of a synced realm.
    pub clock: Arc<dyn Clock>,
}

/// One connection to a realm. Any thread, one at a time.
///
/// Reads see the latest committed state, within a write transaction that transaction's own changes. Dropping the
/// handle rolls an open write transaction back.
pub struct Realm {
    connection: Connection,
    state: State,
    access: Access,
    clock: Arc<dyn Clock>,
    write: Option<Write>,
    /// SQLite's count of other connections' commits, as last seen.
    data_version: i64,
    /// Counts what this handle itself changed or undid.
    changes: u64,
    // Last, so that the connection is closed before an in-memory file goes.
    file: Arc<RealmFile>,
}

/// What a handle's reads see, by name alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReadStamp {
    changes: u64,
    data_version: i64,
}

/// Whether changes can be made, and whether they are recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    ReadOnly(FileKind),
    Write(FileKind),
}

impl Access {
    fn kind(self) -> FileKind {
        match self {
            Access::ReadOnly(kind) | Access::Write(kind) => kind,
        }
    }
}

impl Realm {
    /// Opens the realm and makes it where it is missing. A schema that adds to the file's is one commit; one that
    /// contradicts it is an error, before anything is written. May wait for another writer of the file where the
    /// schema adds something.
    pub fn open(options: OpenOptions) -> Result<Realm, StoreError> {
        let OpenOptions { path, schema, mode, clock } = options;
        if let Some(schema) = &schema {
            schema.validate()?;
        }
        let (file, connection, access) = match mode {
            Mode::Local => {
                let file = RealmFile::at(&path)?;
                let connection = database::open(&file, FileKind::Local)?;
                (file, connection, Access::Write(FileKind::Local))
            }
            Mode::Synced => {
                let file = RealmFile::at(&path)?;
                let connection = database::open(&file, FileKind::Synced)?;
                (file, connection, Access::Write(FileKind::Synced))
            }
            Mode::InMemory => {
                let file = RealmFile::in_memory(&path);
                let connection = database::open(&file, FileKind::Local)?;
                (file, connection, Access::Write(FileKind::Local))
            }
            Mode::ReadOnly => {
                let file = RealmFile::at(&path)?;
                let (connection, kind) = database::open_read_only(&file)?;
                (file, connection, Access::ReadOnly(kind))
            }
        };
        let state = State::load(&connection)?;
        let data_version = data_version(&connection)?;
        let mut realm = Realm { connection, state, access, clock, write: None, data_version, changes: 0, file };
        if let Some(schema) = &schema {
            realm.declare(schema)?;
        }
        Ok(realm)
    }

    /// Opens a file that exists for reading, as it is now: later commits do not show.
    pub fn open_frozen(path: &Path, clock: Arc<dyn Clock>) -> Result<Realm, StoreError> {
        let file = RealmFile::at(path)?;
        let (connection, kind) = database::open_read_only(&file)?;
        connection.execute_batch("BEGIN DEFERRED")?;
        let state = State::load(&connection)?;
        let data_version = data_version(&connection)?;
        Ok(Realm {
            connection,
            state,
            access: Access::ReadOnly(kind),
            clock,
            write: None,
            data_version,
            changes: 0,
            file,
        })
    }

    /// What a reset reads of a frozen realm.
    pub(super) fn parts(&self) -> (&State, &Connection) {
        (&self.state, &self.connection)
    }

    /// Where the file is: absolute and without links.
    pub fn path(&self) -> &Path {
        &self.file.path
    }

    pub fn is_read_only(&self) -> bool {
        matches!(self.access, Access::ReadOnly(_))
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub(super) fn kind(&self) -> FileKind {
        self.access.kind()
    }

    /// What the file holds, which may be more than the schema it was opened with.
    pub fn schema(&self) -> Schema {
        self.state.schema()
    }

    pub fn class_key(&self, name: &str) -> Option<ClassKey> {
        self.state.class_key(name)
    }

    pub fn property_key(&self, class: ClassKey, name: &str) -> Option<PropertyKey> {
        self.state.property_key(class, name)
    }

    /// Number of the last commit to a synced realm, whoever made it. A realm that is not synced counts none and
    /// stays at 1.
    pub fn version(&self) -> Result<ClientVersion, StoreError> {
        match self.access.kind() {
            FileKind::Local => Ok(ClientVersion(1)),
            FileKind::Synced => Ok(history::newest(&self.connection)?.version),
        }
    }

    /// Names what reads see now: as long as it stays equal, nothing that this handle reads has changed.
    pub fn read_stamp(&self) -> Result<ReadStamp, StoreError> {
        Ok(ReadStamp { changes: self.changes, data_version: data_version(&self.connection)? })
    }

    /// Whether another handle, session or process committed since the last call, the last commit or the opening.
    /// Takes over schema changes they made. Always false within a write transaction.
    pub fn refresh(&mut self) -> Result<bool, StoreError> {
        if self.write.is_some() {
            return Ok(false);
        }
        let data_version = data_version(&self.connection)?;
        if data_version == self.data_version {
            return Ok(false);
        }
        self.state.refresh(&self.connection)?;
        self.data_version = data_version;
        Ok(true)
    }
}

impl Drop for Realm {
    fn drop(&mut self) {
        if self.write.take().is_some() {
            database::rollback(&self.connection);
        }
    }
}

fn data_version(connection: &Connection) -> Result<i64, DatabaseError> {
    Ok(connection.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?)
}
