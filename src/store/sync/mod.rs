//! A session's side of the file: what to upload, and what was downloaded.
//!
//! Rules: `docs/STORE.md`, "Synchronising".

mod assign;
mod integrate;
mod reader;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::Connection;

use crate::value::{
    ClientVersion, Clock, FileIdent, OriginTimestamp, SaltedFileIdent, ServerVersion, SyncProgress, UploadCursor,
};

use super::contact::{self, Contact};
use super::database::{self, FileKind};
use super::error::StoreError;
use super::files::RealmFile;
use super::gate::Permit;
use super::history::{self, PendingUploads, UploadScan};
use super::progress;
use super::state::State;
use super::writers::WriteTurn;

pub use reader::SyncReader;

/// A session's own connection to a synced realm; opened on demand, and dropped at any time: everything is in the
/// file. Any thread, one at a time.
pub struct SyncStore {
    pub(super) connection: Connection,
    /// `None` until it is needed, and after a transaction that failed.
    pub(super) state: Option<State>,
    pub(super) clock: Arc<dyn Clock>,
    max_offline: Option<Duration>,
    /// Under which it writes; `None` for whoever waits as long as it takes.
    permit: Option<Permit>,
    pub(super) file: Arc<RealmFile>,
}

/// How far the file is with its server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SyncStatus {
    /// `None` until the server assigns one.
    pub file_ident: Option<SaltedFileIdent>,
    pub progress: SyncProgress,
    pub newest_version: ClientVersion,
    /// Up to here nothing is left to upload.
    pub uploaded_version: ClientVersion,
    /// Original sizes of the changesets that were integrated.
    pub downloaded_bytes: u64,
    /// Sizes of the local changesets that the server acknowledged.
    pub uploaded_bytes: u64,
}

/// One DOWNLOAD message, its header already checked against the progress.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Download {
    pub progress: SyncProgress,
    /// By rising server version, with client versions that never fall.
    pub changesets: Vec<RemoteChangeset>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteChangeset {
    pub server_version: ServerVersion,
    /// The last version of this file that the server had integrated: the changeset's base.
    pub client_version: ClientVersion,
    pub origin_timestamp: OriginTimestamp,
    /// Never this file's own.
    pub origin_file_ident: FileIdent,
    /// Size before the server merged it, for progress.
    pub original_size: u64,
    pub bytes: Vec<u8>,
}

/// What an integration came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integrated {
    pub newest_version: ClientVersion,
    /// Up to here nothing is left to upload.
    pub uploaded_version: ClientVersion,
    pub progress: SyncProgress,
    pub downloaded_bytes: u64,
    pub uploaded_bytes: u64,
}

impl SyncStore {
    /// Opens the synced realm at `path`, and makes an empty one where it is missing.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<SyncStore, StoreError> {
        let file = RealmFile::at(path)?;
        let connection = database::open(&file, FileKind::Synced)?;
        Ok(SyncStore { connection, state: None, clock, max_offline: None, permit: None, file })
    }

    /// What it writes from now on gives up with `StoreError::Cancelled` when the gate has moved on.
    pub fn set_permit(&mut self, permit: Option<Permit>) {
        self.permit = permit;
    }

    /// The turn among the writers of the file.
    pub(super) fn take_turn(&self) -> Result<WriteTurn, StoreError> {
        match &self.permit {
            Some(permit) => Ok(self.file.writers.acquire(permit)?),
            None => Ok(self.file.writers.acquire_uncancelled()),
        }
    }

    /// Closes the file, soon to be opened again: the log stays as it is.
    pub fn close_for_now(self) {
        // Where that cannot be said, closing moves the log into the file, which takes longer and is right as well.
        let _ = self.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true);
    }

    /// Moves the log of a file that was closed for now into it, unless somebody has it open, who will.
    pub fn move_log(path: &Path) -> Result<(), StoreError> {
        let file = RealmFile::at(path)?;
        let connection = database::open_existing(&file)?;
        connection.close().map_err(|(_, error)| StoreError::from(error))
    }

    pub fn status(&self) -> Result<SyncStatus, StoreError> {
        self.reading(|connection| {
            let exchange = progress::read(connection)?;
            let ident = exchange.file_ident;
            Ok(SyncStatus {
                file_ident: ident.ident.is_assigned().then_some(ident),
                progress: exchange.progress,
                newest_version: history::newest(connection)?.version,
                uploaded_version: history::uploaded_version(connection, exchange.progress.upload.client_version)?,
                downloaded_bytes: exchange.downloaded_bytes,
                uploaded_bytes: exchange.uploaded_bytes,
            })
        })
    }

    /// What the next UPLOAD carries: local changesets after `from` until they have `soft_limit` bytes, never
    /// `hard_limit` or more, unless it is one alone.
    pub fn scan_uploads(
        &self,
        from: UploadCursor,
        soft_limit: usize,
        hard_limit: usize,
    ) -> Result<UploadScan, StoreError> {
        Ok(history::scan_uploads(&self.connection, from, soft_limit, hard_limit)?)
    }

    /// The acknowledged version, extended over the versions after it that hold nothing to upload.
    pub fn uploaded_version(&self) -> Result<ClientVersion, StoreError> {
        self.reading(|connection| {
            let acknowledged = progress::read(connection)?.progress.upload.client_version;
            Ok(history::uploaded_version(connection, acknowledged)?)
        })
    }

    pub fn pending_uploads(&self) -> Result<PendingUploads, StoreError> {
        self.reading(|connection| {
            let acknowledged = progress::read(connection)?.progress.upload.client_version;
            let newest = history::newest(connection)?.version;
            Ok(history::pending_uploads(connection, acknowledged, newest)?)
        })
    }

    /// When the file last heard from its server, and what that allows.
    pub fn contact(&self) -> Result<Contact, StoreError> {
        Ok(contact::read(&self.connection)?)
    }

    /// What the server said of how long a file may be away; kept with the next good download.
    pub fn set_max_offline(&mut self, max_offline: Option<Duration>) {
        self.max_offline = max_offline;
    }

    /// Reads several things from one state of the file.
    fn reading<T>(&self, read: impl FnOnce(&Connection) -> Result<T, StoreError>) -> Result<T, StoreError> {
        reading(&self.connection, read)
    }
}

fn reading<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.prepare_cached("BEGIN DEFERRED")?.execute([])?;
    let result = read(connection);
    database::rollback(connection);
    result
}
