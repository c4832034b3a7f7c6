//! Why a realm cannot be served right now. Its sessions end with error 201; other realms go on.

use crate::store::DatabaseError;

#[derive(Debug, thiserror::Error)]
pub enum LogError {
    #[error("the disk is full: free some space; clients will try again by themselves")]
    DiskFull,
    #[error(
        "the realm's file is damaged ({0}): restore it from a backup; clients will then reset themselves where needed"
    )]
    Damaged(String),
    #[error("the realm's file has format {found}, this server knows format {known}: use a newer server")]
    UnknownFormat { found: i64, known: i64 },
    #[error("the realm's file belongs to the realm /{stored}: move it away")]
    OtherRealm { stored: String },
    #[error("the data folder is in use by another server: stop that one, or use another folder")]
    FolderInUse,
    #[error("cannot use the realm's file: {0}")]
    Database(rusqlite::Error),
    #[error("cannot use the data folder: {0}")]
    Folder(#[from] std::io::Error),
}

impl From<rusqlite::Error> for LogError {
    fn from(error: rusqlite::Error) -> LogError {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => LogError::DiskFull,
            Some(rusqlite::ErrorCode::DatabaseCorrupt | rusqlite::ErrorCode::NotADatabase) => {
                LogError::Damaged(error.to_string())
            }
            Some(_) | None => LogError::Database(error),
        }
    }
}

impl From<DatabaseError> for LogError {
    fn from(error: DatabaseError) -> LogError {
        match error {
            DatabaseError::DiskFull => LogError::DiskFull,
            DatabaseError::Corrupt { what } => LogError::Damaged(what),
            DatabaseError::Disk(error) | DatabaseError::Sqlite(error) => LogError::Database(error),
            DatabaseError::ReadOnly => LogError::Folder(std::io::ErrorKind::PermissionDenied.into()),
            DatabaseError::Busy => LogError::Folder(std::io::ErrorKind::ResourceBusy.into()),
        }
    }
}

/// Why one upload was not integrated.
#[derive(Debug)]
pub(super) enum IntegrateError {
    /// The client's doing: its session ends with this error.
    Refused(crate::server::Refusal),
    /// The realm's trouble: nothing of the transaction is kept.
    Log(LogError),
}

impl From<LogError> for IntegrateError {
    fn from(error: LogError) -> IntegrateError {
        IntegrateError::Log(error)
    }
}

impl From<rusqlite::Error> for IntegrateError {
    fn from(error: rusqlite::Error) -> IntegrateError {
        IntegrateError::Log(error.into())
    }
}
