//! Copies of the file as it was before a reset. None ever overwrites a file that exists.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Backup".

use std::fs::{self, File, OpenOptions};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::store::error::StoreError;
use crate::store::files::cannot_open;

/// Names that are tried before giving up.
const NAMES: u32 = 1_000;

/// A name that nothing has now: the realm's own, the time in milliseconds since 2015, and a number where that is not
/// enough. The folder is one beside the file unless another is given; it is not made yet.
pub(super) fn propose(path: &Path, folder: Option<&Path>, now: u64) -> PathBuf {
    let folder = folder.map_or_else(|| default_folder(path), Path::to_owned);
    let candidates = (0..NAMES).map(|number| candidate(path, &folder, now, number));
    candidates.into_iter().find(|path| !path.exists()).unwrap_or_else(|| candidate(path, &folder, now, NAMES))
}

fn default_folder(path: &Path) -> PathBuf {
    path.parent().unwrap_or(Path::new(".")).join("recovered-realms")
}

fn candidate(path: &Path, folder: &Path, now: u64, number: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let suffix = if number == 0 { String::new() } else { format!("-{number}") };
    folder.join(format!("{stem}-{now}{suffix}.realm"))
}

/// Copies what this connection reads to the planned place, or beside it where that has been taken meanwhile; on disk
/// when it returns.
pub(super) fn make(connection: &Connection, path: &Path, planned: &Path, now: u64) -> Result<PathBuf, StoreError> {
    let folder = planned.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(|error| cannot_open(planned, &error))?;
    let names = std::iter::once(planned.to_owned()).chain((0..NAMES).map(|at| candidate(path, folder, now, at)));
    for name in names {
        match OpenOptions::new().write(true).create_new(true).open(&name) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(cannot_open(&name, &error)),
        }
        return match fill(connection, &name) {
            Ok(()) => Ok(name),
            Err(error) => {
                discard(&name);
                Err(error)
            }
        };
    }
    Err(StoreError::CannotOpen { path: planned.to_owned(), reason: "every name for a backup is taken".to_owned() })
}

fn fill(connection: &Connection, name: &Path) -> Result<(), StoreError> {
    // SQLite accepts an empty file, so the name is ours before anything is written.
    connection.execute("VACUUM INTO ?1", [name.to_string_lossy()])?;
    let sync = |path: &Path| File::open(path).and_then(|file| file.sync_all());
    sync(name).map_err(|error| cannot_open(name, &error))?;
    // Where a folder cannot be synced, as on Windows, its entries are written through.
    let _ = name.parent().map(sync);
    Ok(())
}

/// Takes a copy back whose reset did not happen.
pub(super) fn discard(backup: &Path) {
    // What cannot be removed is a copy too many, and nothing worse.
    let _ = fs::remove_file(backup);
}
