//! What can go wrong with a realm file; a variant for each thing a caller can do about it.

use std::path::PathBuf;

use rusqlite::ErrorCode;

use crate::schema::SchemaError;

use super::gate::Cancelled;
use super::refusal::Refusal;

/// What SQLite reports, by what can be done about it. A transaction that failed is rolled back: nothing is lost.
#[derive(Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("the disk is full; free some space and try again, nothing was lost")]
    DiskFull,
    #[error("the file cannot be written: it or its folder is read-only")]
    ReadOnly,
    #[error("another process is writing the file; try again")]
    Busy,
    #[error("the file is damaged: {what}")]
    Corrupt { what: String },
    #[error("the disk failed to read or write the file: {0}")]
    Disk(#[source] rusqlite::Error),
    #[error("the database refused a statement: {0}")]
    Sqlite(#[source] rusqlite::Error),
}

/// A changeset that does not fit the state it is applied to. Its transaction must be rolled back.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bad changeset: instruction {position}, {instruction} of {subject}: {reason}")]
pub struct BadChangeset {
    /// Index of the instruction within its changeset.
    pub position: usize,
    pub instruction: &'static str,
    /// The class, or `class.property`.
    pub subject: String,
    pub reason: Refusal,
}

/// Why a changeset was not applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    #[error(transparent)]
    BadChangeset(#[from] BadChangeset),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("`{}` is no realm file; nothing was changed in it", path.display())]
    NotARealm { path: PathBuf },
    #[error("`{}` has the format {found}, this version reads up to {supported}; use a newer version", path.display())]
    NewerFormat { path: PathBuf, found: i64, supported: i64 },
    #[error("there is no realm at `{}`", path.display())]
    NoSuchFile { path: PathBuf },
    #[error("the folder of `{}` does not exist; create it first", path.display())]
    NoSuchFolder { path: PathBuf },
    #[error("`{}` cannot be created or written: it or its folder is read-only", path.display())]
    ReadOnlyFolder { path: PathBuf },
    #[error("`{}` cannot be opened: {reason}", path.display())]
    CannotOpen { path: PathBuf, reason: String },
    #[error("the file system of `{}` offers no shared memory, which a realm needs; use a local disk", path.display())]
    NoSharedMemory { path: PathBuf },
    #[error("`{}` is a local realm, which no server knows; open it as local", path.display())]
    LocalFile { path: PathBuf },
    #[error("`{}` is a synced realm; open it as synced, or copy it into a local one", path.display())]
    SyncedFile { path: PathBuf },
    #[error("`{}` is synced by another process; close it there first", path.display())]
    SyncedElsewhere { path: PathBuf },
    #[error("`{}` is synced by another client of this process; use that client, or close it first", path.display())]
    SyncedByOtherClient { path: PathBuf },
    #[error("`{}` is open; close every realm and session of it first", path.display())]
    InUse { path: PathBuf },
    #[error("`{}` or a file beside it exists already; delete it first, or name another path", path.display())]
    TargetExists { path: PathBuf },
    #[error(
        "{count} local changesets are not uploaded and would never be; wait for the upload, or copy them knowingly"
    )]
    UnsentChanges { count: u64 },
    #[error(
        "{count} local changesets are not part of what was downloaded, and would be lost or made twice; wait for the \
         upload and the download, or let the copy begin empty"
    )]
    UnsharedChanges { count: u64 },
    #[error(transparent)]
    Schema(#[from] SchemaError),
    #[error("the realm was opened read-only and lacks classes or properties of the schema; open it for writing once")]
    ReadOnlySchema,
    #[error("the realm was opened read-only")]
    ReadOnlyRealm,
    #[error("no write transaction is open; begin one first")]
    NotWriting,
    #[error("a write transaction is open already; commit it or roll it back first")]
    AlreadyWriting,
    #[error("an earlier change of this write transaction failed, so it cannot be committed; begin a new one")]
    TransactionFailed,
    #[error(
        "the transaction recorded {size} bytes, the limit is {limit}; nothing of it was committed: \
         write the same in several transactions"
    )]
    TransactionTooLarge { size: usize, limit: usize },
    #[error("`{subject}`: {reason}")]
    Refused { subject: String, reason: Refusal },
    #[error("the server has not given this file an ident yet")]
    NoFileIdent,
    #[error("this file already has the ident {ident}")]
    FileIdentAssigned { ident: u64 },
    #[error("no client reset of this file is under way")]
    NoReset,
    #[error(transparent)]
    Cancelled(#[from] Cancelled),
    #[error(transparent)]
    BadChangeset(#[from] BadChangeset),
    #[error("bad changeset: {0}")]
    Decode(#[from] crate::changeset::DecodeError),
    #[error("bad changeset: {0}")]
    Merge(#[from] crate::merge::MergeError),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

/// What the inner functions return: a refusal still needs to be told its place.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Refusal(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl Failure {
    pub(super) fn of(self, subject: impl FnOnce() -> String) -> StoreError {
        match self {
            Failure::Refusal(reason) => StoreError::Refused { subject: subject(), reason },
            Failure::Database(error) => StoreError::Database(error),
        }
    }
}

impl StoreError {
    /// Whether the cause is the changesets that were to be integrated, not this file or its disk.
    pub fn is_bad_changeset(&self) -> bool {
        matches!(self, StoreError::BadChangeset(_) | StoreError::Decode(_) | StoreError::Merge(_))
    }
}

impl DatabaseError {
    pub(super) fn corrupt(what: impl Into<String>) -> DatabaseError {
        DatabaseError::Corrupt { what: what.into() }
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> DatabaseError {
        // The log's shared memory is a file too, and finding no room for it has a code of its own.
        if error.sqlite_error().is_some_and(|found| found.extended_code == rusqlite::ffi::SQLITE_IOERR_SHMSIZE) {
            return DatabaseError::DiskFull;
        }
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => DatabaseError::DiskFull,
            Some(ErrorCode::ReadOnly) => DatabaseError::ReadOnly,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseError::Busy,
            Some(ErrorCode::DatabaseCorrupt) => DatabaseError::corrupt(error.to_string()),
            Some(ErrorCode::SystemIoFailure) => DatabaseError::Disk(error),
            _ => DatabaseError::Sqlite(error),
        }
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        Failure::Database(error.into())
    }
}

impl From<rusqlite::Error> for ApplyError {
    fn from(error: rusqlite::Error) -> ApplyError {
        ApplyError::Database(error.into())
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> StoreError {
        StoreError::Database(error.into())
    }
}

impl From<ApplyError> for StoreError {
    fn from(error: ApplyError) -> StoreError {
        match error {
            ApplyError::BadChangeset(error) => StoreError::BadChangeset(error),
            ApplyError::Database(error) => StoreError::Database(error),
        }
    }
}
