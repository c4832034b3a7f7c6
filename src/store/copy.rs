//! A realm copied into a local one, or into a synced one with an identity of its own.
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
use super::progress::Exchange;
use super::realm::{Mode, OpenOptions, Realm};
use super::{contact, history, progress, reset};
use crate::value::{ClientVersion, DownloadCursor, SaltedFileIdent, SyncProgress, UploadCursor};

static COPIES: AtomicU64 = AtomicU64::new(0);

/// What a copy does about local changes that the server has not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsent {
    /// Makes no copy: the changes would be in it and never reach the server from there.
    Refuse,
    Keep,
}

/// What a copy into a synced realm does about local changes that are not in what was downloaded so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unshared {
    /// Makes no copy: in it they would be lost, or come a second time.
    Refuse,
    /// Makes a realm with the classes and without objects, which its first session downloads. The changes stay here.
    BeginEmpty,
}

impl Realm {
    /// Writes the last committed state to a local realm at `target`, which must not exist: objects, values and keys as
    /// they are here, without history or anything else of sync. `target` appears whole or not at all.
    pub fn copy_to_local(&self, target: &Path, unsent: Unsent) -> Result<(), StoreError> {
        let target = self.free(target)?;
        let draft = Draft::beside(&target);
        self.copy_into(&draft, &target)?;
        finish(&draft.path, |connection| match self.kind() {
            FileKind::Local => Ok(()),
            FileKind::Synced => leave_sync(connection, unsent),
        })?;
        draft.publish(&target)
    }

    /// Writes the last committed state of a synced realm to another one at `target`, which must not exist. It is a file
    /// that its server does not know yet: it gets an ident of its own, and goes on from what this one has downloaded.
    /// `target` appears whole or not at all.
    pub fn copy_to_synced(&self, target: &Path, unshared: Unshared) -> Result<(), StoreError> {
        match self.kind() {
            FileKind::Local => return Err(StoreError::LocalFile { path: self.path().to_owned() }),
            FileKind::Synced => {}
        }
        let target = self.free(target)?;
        let draft = Draft::beside(&target);
        self.copy_into(&draft, &target)?;
        let copied = finish(&draft.path, change_identity);
        match (copied, unshared) {
            (Err(StoreError::UnsharedChanges { .. }), Unshared::BeginEmpty) => {
                let empty = Draft::beside(&target);
                self.make_empty(&empty)?;
                empty.publish(&target)
            }
            (copied, Unshared::Refuse | Unshared::BeginEmpty) => {
                copied?;
                draft.publish(&target)
            }
        }
    }

    fn free(&self, target: &Path) -> Result<PathBuf, StoreError> {
        if self.is_writing() {
            return Err(StoreError::AlreadyWriting);
        }
        let target = canonical(target)?;
        expect_free(&target)?;
        Ok(target)
    }

    fn copy_into(&self, draft: &Draft, target: &Path) -> Result<(), StoreError> {
        let into = draft.path.to_str().ok_or_else(|| StoreError::CannotOpen {
            path: target.to_owned(),
            reason: "its name is not UTF-8".to_owned(),
        })?;
        // A read transaction of its own: writers go on meanwhile.
        self.connection().execute("VACUUM INTO ?1", [into])?;
        Ok(())
    }

    /// A synced realm with the classes of this one.
    fn make_empty(&self, draft: &Draft) -> Result<(), StoreError> {
        let (path, clock) = (draft.path.clone(), self.clock());
        let empty = Realm::open(OpenOptions { path, schema: Some(self.schema()), mode: Mode::Synced, clock })?;
        drop(empty);
        finish(&draft.path, |_| Ok(()))
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

/// Checks and changes the copy itself, which stands still.
fn finish(path: &Path, change: impl FnOnce(&Connection) -> Result<(), StoreError>) -> Result<(), StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    change(&connection)?;
    connection.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| StoreError::from(error))
}

/// Takes from the copy what only sync needs.
fn leave_sync(connection: &Connection, unsent: Unsent) -> Result<(), StoreError> {
    check_unsent(connection, unsent)?;
    begin_overwriting(connection)?;
    history::drop_table(connection)?;
    progress::drop_table(connection)?;
    contact::drop_table(connection)?;
    reset::drop_table(connection)?;
    Ok(connection.execute_batch("VACUUM")?)
}

/// Makes the copy a file that no server knows and that has what this one had downloaded.
fn change_identity(connection: &Connection) -> Result<(), StoreError> {
    let before = progress::read(connection)?;
    let downloaded = before.progress.download;
    let newest = history::newest(connection)?;
    // What the server has beyond the download cursor it would send once more, as another file's.
    let unshared = history::pending_uploads(connection, downloaded.client_version, newest.version)?;
    if unshared.count > 0 {
        return Err(StoreError::UnsharedChanges { count: unshared.count });
    }
    begin_overwriting(connection)?;
    history::restart(connection, newest, newest, downloaded.server_version)?;
    let download = DownloadCursor { client_version: ClientVersion(0), ..downloaded };
    let progress = SyncProgress { download, upload: UploadCursor::default(), ..before.progress };
    let file_ident = SaltedFileIdent::default();
    progress::write(connection, &Exchange { file_ident, progress, downloaded_bytes: 0, uploaded_bytes: 0 })?;
    reset::drop_table(connection)?;
    Ok(connection.execute_batch("VACUUM")?)
}

fn begin_overwriting(connection: &Connection) -> Result<(), StoreError> {
    // A draft that fails is thrown away: its journal need not be on disk.
    connection.query_row("PRAGMA journal_mode = MEMORY", [], |_| Ok(()))?;
    // Overwritten with zeros, so that nothing of the history stays in free pages.
    Ok(connection.pragma_update(None, "secure_delete", true)?)
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
