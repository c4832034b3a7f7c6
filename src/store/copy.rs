//! A realm copied into a local one.
//!
//! Rules: `docs/STORE.md`, "Copy and compact".

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rusqlite::{Connection, OpenFlags};

use super::database::FileKind;
use super::error::StoreError;
use super::files::{beside, cannot_open, canonical, database_files};
use super::realm::Realm;
use super::{contact, history, progress, reset};

static COPIES: AtomicU64 = AtomicU64::new(0);

/// What a copy does about local changes that the server has not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// Makes no copy: the changes would be in it and never reach the server from there.
    Refuse,
    Keep,
}

impl Realm {
    /// Writes the last committed state to a local realm at `target`, which must not exist: objects, values and keys as
    /// they are here, without history or anything else of sync. `target` appears whole or not at all.
    pub fn copy_to_local(&self, target: &Path, unsent: Unsent) -> Result<(), StoreError> {
        if self.is_writing() {
            return Err(StoreError::AlreadyWriting);
        }
        let target = canonical(target)?;
        expect_free(&target)?;
        let draft = Draft::beside(&target);
        let into = draft.path.to_str().ok_or_else(|| StoreError::CannotOpen {
            path: target.clone(),
            reason: "its name is not UTF-8".to_owned(),
        })?;
        // A read transaction of its own: writers go on meanwhile.
        self.connection().execute("VACUUM INTO ?1", [into])?;
        finish(&draft.path, self.kind(), unsent)?;
        draft.publish(&target)
    }
}

/// A file under a name that nobody looks for; removed unless it is published.
struct Draft {
    path: PathBuf,
}

impl Draft {
    fn beside(target: &Path) -> Draft {
        let number = COPIES.fetch_add(1, Ordering::Relaxed);
        Draft { path: beside(target, &format!(".copy-{}-{number}", std::process::id())) }
    }

    fn publish(self, target: &Path) -> Result<(), StoreError> {
        let explained = |error: std::io::Error| cannot_open(target, &error);
        fs::File::options()
            .read(true)
            .write(true)
            .open(&self.path)
            .and_then(|file| file.sync_all())
            .map_err(explained)?;
        // Linking fails where the name was taken meanwhile, which renaming does not.
        match fs::hard_link(&self.path, target) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(StoreError::TargetExists { path: target.to_owned() });
            }
            // Some file systems have no hard links, and some systems allow none.
            Err(_) => {
                expect_free(target)?;
                fs::rename(&self.path, target).map_err(explained)?;
            }
        }
        sync_folder(target).map_err(explained)
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        for file in database_files(&self.path) {
            // Published by renaming, it is gone already.
            let _ = fs::remove_file(file);
        }
    }
}

/// A log left behind by another file of that name would be taken for the copy's.
fn expect_free(target: &Path) -> Result<(), StoreError> {
    match database_files(target).iter().any(|file| file.symlink_metadata().is_ok()) {
        true => Err(StoreError::TargetExists { path: target.to_owned() }),
        false => Ok(()),
    }
}

/// Checks in the copy itself, which stands still, and takes from it what only sync needs.
fn finish(path: &Path, kind: FileKind, unsent: Unsent) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    match kind {
        FileKind::Local => {}
        FileKind::Synced => {
            check_unsent(&connection, unsent)?;
            // A draft that fails is thrown away: its journal need not be on disk.
            connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
            // Overwritten with zeros, so that nothing of the history stays in free pages.
            connection.pragma_update(None, "secure_delete", true)?;
            history::drop_table(&connection)?;
            progress::drop_table(&connection)?;
            contact::drop_table(&connection)?;
            reset::drop_table(&connection)?;
            connection.execute_batch("VACUUM")?;
        }
    }
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| StoreError::from(error))
}

fn check_unsent(connection: &Connection, unsent: Unsent) -> Result<(), StoreError> {
    match unsent {
        Unsent::Keep => Ok(()),
        Unsent::Refuse => {
            let acknowledged = progress::read(connection)?.progress.upload.client_version;
            let newest = history::newest(connection)?.version;
            match history::pending_uploads(connection, acknowledged, newest)?.count {
                0 => Ok(()),
                count => Err(StoreError::UnsentChanges { count }),
            }
        }
    }
}

#[cfg(unix)]
fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) => fs::File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Folders cannot be opened there; the file system's journal keeps names in order.
#[cfg(not(unix))]
fn sync_folder(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
