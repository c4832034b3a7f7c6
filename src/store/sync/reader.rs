//! What a synced file tells without its session: read by any thread, also while the session is stopped.

use std::path::Path;

use rusqlite::Connection;

use crate::store::contact::{self, Contact};
use crate::store::database::{self, FileKind};
use crate::store::error::StoreError;
use crate::store::files::RealmFile;
use crate::store::history::{self, PendingUploads};
use crate::store::progress;
use crate::value::ClientVersion;

/// Reads a synced realm, and never waits for a writer.
pub struct SyncReader {
    connection: Connection,
}

/// Above every version a file can have.
const NO_VERSION: ClientVersion = ClientVersion(i64::MAX as u64);

impl SyncReader {
    /// Fails where there is no synced realm at `path`.
    pub fn open(path: &Path) -> Result<SyncReader, StoreError> {
        let (connection, kind) = database::open_read_only(&*RealmFile::at(path)?)?;
        match kind {
            FileKind::Synced => Ok(SyncReader { connection }),
            FileKind::Local => Err(StoreError::LocalFile { path: path.to_owned() }),
        }
    }

    pub fn newest_version(&self) -> Result<ClientVersion, StoreError> {
        Ok(history::newest(&self.connection)?.version)
    }

    /// What the server has not acknowledged.
    pub fn pending_uploads(&self) -> Result<PendingUploads, StoreError> {
        self.pending_uploads_to(NO_VERSION)
    }

    /// The same, of what was committed up to this version.
    pub fn pending_uploads_to(&self, newest: ClientVersion) -> Result<PendingUploads, StoreError> {
        super::reading(&self.connection, |connection| {
            let acknowledged = progress::read(connection)?.progress.upload.client_version;
            Ok(history::pending_uploads(connection, acknowledged, newest)?)
        })
    }

    /// When the file last heard from its server, and what that allows.
    pub fn contact(&self) -> Result<Contact, StoreError> {
        super::reading(&self.connection, |connection| Ok(contact::read(connection)?))
    }
}
