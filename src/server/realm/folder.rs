//! The data folder: one file per realm, and a lock so that two servers never share it.

use std::path::{Path, PathBuf};

use rusqlite::Connection;

use super::{LogError, RealmLog};
use crate::server::RealmPath;
use crate::value::Salt;

/// Name of the lock; no realm's file can have it, theirs end in `.realm`.
const LOCK: &str = "server.lock";

/// A folder of realms that this server alone serves, for as long as the value lives.
#[derive(Debug)]
pub struct DataFolder {
    folder: PathBuf,
    /// An empty database under an exclusive lock: SQLite knows how to lock a file on every system.
    _lock: std::sync::Mutex<Connection>,
}

impl DataFolder {
    /// Makes the folder where it is missing, and locks it.
    pub fn open(folder: &Path) -> Result<DataFolder, LogError> {
        std::fs::create_dir_all(folder)?;
        let lock = Connection::open(folder.join(LOCK))?;
        lock.busy_timeout(std::time::Duration::ZERO)?;
        let locked = lock.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; COMMIT;");
        match locked.map_err(|error| error.sqlite_error_code()) {
            Ok(()) => Ok(DataFolder { folder: folder.to_owned(), _lock: std::sync::Mutex::new(lock) }),
            Err(Some(rusqlite::ErrorCode::DatabaseBusy | rusqlite::ErrorCode::DatabaseLocked)) => {
                Err(LogError::FolderInUse)
            }
            Err(_) => Err(LogError::Folder(std::io::Error::other(format!("cannot lock {LOCK}")))),
        }
    }

    pub fn open_realm(&self, path: &RealmPath, version_salt: Salt) -> Result<RealmLog, LogError> {
        RealmLog::open(&path.file(&self.folder), path, version_salt)
    }
}
