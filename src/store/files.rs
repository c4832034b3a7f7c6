//! The realm files this process has open, and what they share: the queue of their writers, and their observers.

use std::collections::BTreeMap;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::error::StoreError;
use super::lock::{lock_path, SyncLock};
use super::observers::Observers;
use super::writers::Writers;

/// A file in use; alive as long as a connection to it is.
#[derive(Debug)]
pub(super) struct RealmFile {
    pub(super) path: PathBuf,
    pub(super) writers: Writers,
    pub(super) observers: Arc<Observers>,
    is_temporary: bool,
}

static OPEN: Mutex<BTreeMap<PathBuf, Weak<RealmFile>>> = Mutex::new(BTreeMap::new());
/// By the path the application gave; the files themselves are temporary.
static IN_MEMORY: Mutex<BTreeMap<PathBuf, Weak<RealmFile>>> = Mutex::new(BTreeMap::new());
static TEMPORARY: AtomicU64 = AtomicU64::new(0);

impl RealmFile {
    /// The file at `path`, which need not exist yet.
    pub(super) fn at(path: &Path) -> Result<Arc<RealmFile>, StoreError> {
        let path = canonical(path)?;
        Ok(share(&OPEN, path.clone(), || RealmFile::new(path, false)))
    }

    /// The file at `path`, which exists, while no other connection of this process has it; an error otherwise, and when
    /// this process or another syncs it.
    pub(super) fn unshared(path: &Path) -> Result<Arc<RealmFile>, StoreError> {
        let path = canonical(path)?;
        if !path.exists() {
            return Err(StoreError::NoSuchFile { path });
        }
        let mut open = OPEN.lock();
        if is_in_use(&open, &path) {
            return Err(StoreError::InUse { path });
        }
        if lock_path(&path).exists() {
            drop(SyncLock::acquire(&path, 0)?);
        }
        let file = Arc::new(RealmFile::new(path.clone(), false));
        open.insert(path, Arc::downgrade(&file));
        Ok(file)
    }

    /// The in-memory realm that this process calls `path`; gone when its last handle is.
    pub(super) fn in_memory(path: &Path) -> Arc<RealmFile> {
        share(&IN_MEMORY, path.to_owned(), || {
            let number = TEMPORARY.fetch_add(1, Ordering::Relaxed);
            let name = format!("realm-sync-{}-{number}.memory", std::process::id());
            let path = std::env::temp_dir().join(name);
            // A process of the same number may have died here.
            remove_database(&path);
            RealmFile::new(path, true)
        })
    }

    fn new(path: PathBuf, is_temporary: bool) -> RealmFile {
        RealmFile { path, writers: Writers::new(), observers: Arc::default(), is_temporary }
    }

    pub(super) fn is_temporary(&self) -> bool {
        self.is_temporary
    }
}

impl Drop for RealmFile {
    fn drop(&mut self) {
        if self.is_temporary {
            remove_database(&self.path);
        }
    }
}

/// Deletes a realm and the files beside it; a realm that does not exist is fine. An error when this process has it
/// open or another process syncs it.
pub fn delete_files(path: &Path) -> Result<(), StoreError> {
    let path = canonical(path)?;
    let open = OPEN.lock();
    if is_in_use(&open, &path) {
        return Err(StoreError::InUse { path });
    }
    let lock = SyncLock::acquire(&path, 0)?;
    let fresh = database_files(&beside(&path, FRESH));
    for file in fresh.into_iter().chain(database_files(&path)).chain([lock_path(&path)]) {
        remove(&file, &path)?;
    }
    drop(lock);
    drop(open);
    Ok(())
}

fn is_in_use(open: &BTreeMap<PathBuf, Weak<RealmFile>>, path: &Path) -> bool {
    open.get(path).is_some_and(|file| file.strong_count() > 0) || SyncLock::is_held(path)
}

/// The one name of a file: absolute, without links; the file itself may not exist yet.
pub(super) fn canonical(path: &Path) -> Result<PathBuf, StoreError> {
    match fs::canonicalize(path) {
        Ok(path) => return Ok(path),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(cannot_open(path, &error)),
    }
    let missing = || StoreError::NoSuchFolder { path: path.to_owned() };
    let name = path.file_name().ok_or_else(missing)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        Some(_) | None => Path::new("."),
    };
    Ok(fs::canonicalize(folder).map_err(|_| missing())?.join(name))
}

pub(super) fn cannot_open(path: &Path, error: &std::io::Error) -> StoreError {
    let path = path.to_owned();
    match error.kind() {
        ErrorKind::NotFound => StoreError::NoSuchFolder { path },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnlyFolder { path },
        ErrorKind::StorageFull => StoreError::Database(super::error::DatabaseError::DiskFull),
        _ => StoreError::CannotOpen { path, reason: error.to_string() },
    }
}

fn share(
    files: &Mutex<BTreeMap<PathBuf, Weak<RealmFile>>>,
    path: PathBuf,
    make: impl FnOnce() -> RealmFile,
) -> Arc<RealmFile> {
    let mut files = files.lock();
    if let Some(file) = files.get(&path).and_then(Weak::upgrade) {
        return file;
    }
    files.retain(|_, file| file.strong_count() > 0);
    let file = Arc::new(make());
    files.insert(path, Arc::downgrade(&file));
    file
}

pub(super) fn database_files(path: &Path) -> [PathBuf; 3] {
    ["", "-wal", "-shm"].map(|suffix| beside(path, suffix))
}

/// Behind the name of a realm: the fresh copy of the server's state that a client reset downloads.
pub(super) const FRESH: &str = "-fresh";

/// Deletes the fresh copy of a realm; one that does not exist is fine.
pub(super) fn remove_fresh(path: &Path) -> Result<(), StoreError> {
    let fresh = beside(path, FRESH);
    for file in database_files(&fresh) {
        remove(&file, path)?;
    }
    Ok(())
}

fn remove(file: &Path, realm: &Path) -> Result<(), StoreError> {
    match fs::remove_file(file) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(cannot_open(realm, &error)),
    }
}

pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn remove_database(path: &Path) {
    for file in database_files(path) {
        // What cannot be removed from the temporary folder is the system's to clear.
        let _ = fs::remove_file(file);
    }
}
