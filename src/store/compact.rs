//! The space of what was deleted, given back to the file system.
//!
//! Rules: `docs/STORE.md`, "Copy and compact".

use std::path::Path;

use super::database;
use super::error::StoreError;
use super::files::{cannot_open, RealmFile};

/// Rewrites the file of a realm that nobody has open, local or synced; tells whether it is smaller now. Everything
/// stays in it. Whoever opens the realm meanwhile waits with its first write until this is done.
pub fn compact(path: &Path) -> Result<bool, StoreError> {
    let file = RealmFile::unshared(path)?;
    let size = || std::fs::metadata(&file.path).map(|found| found.len());
    let before = size().map_err(|error| cannot_open(&file.path, &error))?;
    let _turn = file.writers.acquire_uncancelled();
    let connection = database::open_existing(&file)?;
    connection.execute_batch("VACUUM")?;
    // The log has the new file; moving it over is what shortens the old one.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
    connection.close().map_err(|(_, error)| StoreError::from(error))?;
    let after = size().map_err(|error| cannot_open(&file.path, &error))?;
    Ok(after < before)
}
