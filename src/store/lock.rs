//! One process syncs a file.
//!
//! Rules: `docs/STORE.md`, "One process syncs a file".

use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::error::StoreError;
use super::files::{beside, cannot_open, canonical};

/// Held while this process syncs a file; one owner of the process may hold it several times. Ends when the last one is
/// dropped, or with the process.
#[derive(Debug, Clone)]
pub struct SyncLock {
    held: Arc<Held>,
}

#[derive(Debug)]
struct Held {
    owner: usize,
    file: File,
}

static HELD: Mutex<BTreeMap<PathBuf, Weak<Held>>> = Mutex::new(BTreeMap::new());

impl SyncLock {
    /// Whether this process has the lock of the file, given by its one name.
    pub(super) fn is_held(path: &Path) -> bool {
        HELD.lock().get(path).is_some_and(|file| file.strong_count() > 0)
    }

    /// Locks the realm at `path`, which need not exist yet, for `owner`, a number that tells the clients of this
    /// process apart. `StoreError::SyncedElsewhere` when another process has it, `StoreError::SyncedByOtherClient`
    /// when another owner has.
    pub fn acquire(path: &Path, owner: usize) -> Result<SyncLock, StoreError> {
        let path = canonical(path)?;
        let mut held = HELD.lock();
        if let Some(held) = held.get(&path).and_then(Weak::upgrade) {
            return match held.owner == owner {
                true => Ok(SyncLock { held }),
                false => Err(StoreError::SyncedByOtherClient { path }),
            };
        }
        held.retain(|_, file| file.strong_count() > 0);
        let file = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(lock_path(&path))
            .map_err(|error| cannot_open(&path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::SyncedElsewhere { path }),
            Err(TryLockError::Error(error)) => return Err(cannot_open(&path, &error)),
        }
        let locked = Arc::new(Held { owner, file });
        held.insert(path, Arc::downgrade(&locked));
        Ok(SyncLock { held: locked })
    }
}

impl Drop for SyncLock {
    fn drop(&mut self) {
        // Whoever acquires it finds it either here or free.
        let mut held = HELD.lock();
        if Arc::strong_count(&self.held) > 1 {
            return;
        }
        held.retain(|_, other| other.as_ptr() != Arc::as_ptr(&self.held));
        // Closing the file is not enough: a process that is being started has it open until it runs its program.
        // Where this fails, closing does it a little later.
        let _ = self.held.file.unlock();
    }
}

pub(super) fn lock_path(path: &Path) -> PathBuf {
    beside(path, ".sync-lock")
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_lock_that_was_given_up_can_be_taken_while_other_processes_are_started() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.realm");
        let is_over = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                for _ in 0..200 {
                    Command::new("true").stdin(Stdio::null()).status().unwrap();
                }
                is_over.store(true, Ordering::Relaxed);
            });
            for _ in 0..2 {
                scope.spawn(|| {
                    while !is_over.load(Ordering::Relaxed) {
                        drop(SyncLock::acquire(&path, 1).unwrap());
                    }
                });
            }
        });
    }
}
