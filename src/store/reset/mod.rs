//! Client reset: the file takes over a fresh copy of the server's state, in one transaction, and keeps what it can of
//! the local changes.
//!
//! Rules: `docs/CLIENT_RESET.md`.

mod adopt;
mod backup;
mod edits;
mod fields;
mod lists;
mod plan;
mod record;
mod replay;
mod swap;

use std::path::{Path, PathBuf};

use rusqlite::Connection;

pub use plan::Requirement;
pub(super) use record::drop_table;
pub use record::ResetStage;
pub use swap::{Swap, SwapOptions};

use super::error::StoreError;
use super::files;
use super::sync::SyncStore;
use super::writers::Writers;
use plan::{decide, Decision};
use record::Record;

/// What a session does when the server asks for a client reset; numbers as in realm-core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResetMode {
    /// Nothing by itself: the application says when.
    Manual = 0,
    /// Local changes that were not uploaded are given up.
    DiscardLocal = 1,
    /// They are made again on top of the server's state.
    Recover = 2,
    /// They are made again, or given up where that is impossible.
    RecoverOrDiscard = 3,
}

/// What a reset came to. Changes are instructions of changesets that the server had not acknowledged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResetReport {
    /// Whether local changes were made again rather than given up.
    pub did_recover: bool,
    pub kept_changes: u64,
    pub discarded_changes: u64,
    /// Objects all of whose local changes were kept.
    pub kept_objects: u64,
    /// Objects of which at least one local change was given up.
    pub discarded_objects: u64,
    /// A copy of the file as it was before, where one was made.
    pub backup: Option<PathBuf>,
}

/// What the file knows of its resets.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResetStatus {
    pub stage: ResetStage,
    /// Where a manual reset will put the copy of the file.
    pub backup: Option<PathBuf>,
    /// Of the last one that was carried out.
    pub report: Option<ResetReport>,
}

/// What follows from the server's wish for a reset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResetPlan {
    /// A fresh copy is to be downloaded into the file at [`fresh_path`].
    Download,
    /// The application has to ask for it; the copy of the file will be at `backup`.
    Require { requirement: Requirement, backup: PathBuf },
}

/// Where the fresh copy of the realm at `path` is downloaded to.
pub fn fresh_path(path: &Path) -> PathBuf {
    files::beside(path, files::FRESH)
}

impl SyncStore {
    pub fn reset_status(&self) -> Result<ResetStatus, StoreError> {
        let record = record::read(self.connection())?;
        Ok(record.map(Record::into_status).unwrap_or_default())
    }

    /// Decides what follows from the server's wish, and writes it down before anything is done. A fresh copy that an
    /// earlier attempt left is thrown away: it must not be open.
    pub fn begin_reset(
        &mut self,
        mode: ResetMode,
        may_recover: bool,
        recovery_folder: Option<&Path>,
    ) -> Result<ResetPlan, StoreError> {
        let previous = record::read(self.connection())?;
        let decision = decide(previous.as_ref(), mode, may_recover);
        let backup = self.plan_backup(previous.as_ref(), recovery_folder);
        let record = Record { backup: Some(backup.clone()), ..previous.unwrap_or_default() };
        match decision {
            Decision::Run { action, attempts } => {
                files::remove_fresh(&self.path())?;
                self.write_reset(&Record { stage: ResetStage::Downloading, action, attempts, swaps: 0, ..record })?;
                Ok(ResetPlan::Download)
            }
            Decision::Require(requirement) => {
                self.write_reset(&record.required(requirement))?;
                Ok(ResetPlan::Require { requirement, backup })
            }
        }
    }

    /// The application asks for the reset that waits for it: local changes are given up, once the file was copied. Where
    /// none waits, nothing is given up.
    pub fn initiate_reset(&mut self, recovery_folder: Option<&Path>) -> Result<(), StoreError> {
        let previous = match record::read(self.connection())? {
            Some(record) if record.stage == ResetStage::Required => record,
            Some(_) | None => return Ok(()),
        };
        let backup = self.plan_backup(Some(&previous), recovery_folder);
        files::remove_fresh(&self.path())?;
        self.write_reset(&Record {
            stage: ResetStage::Downloading,
            action: record::Action::Discard { keeps_backup: true },
            attempts: 1,
            swaps: 0,
            backup: Some(backup),
            ..previous
        })
    }

    /// The reset under way is given up until the application asks for it. Tells where the copy of the file will be.
    pub fn require_reset(
        &mut self,
        requirement: Requirement,
        recovery_folder: Option<&Path>,
    ) -> Result<PathBuf, StoreError> {
        let previous = record::read(self.connection())?;
        let backup = self.plan_backup(previous.as_ref(), recovery_folder);
        let record = Record { backup: Some(backup.clone()), ..previous.unwrap_or_default() };
        self.write_reset(&record.required(requirement))?;
        Ok(backup)
    }

    /// Synchronising works after the reset: the next wish for one is a new one.
    pub fn settle_reset(&mut self) -> Result<(), StoreError> {
        match record::read(self.connection())? {
            Some(record) if record.stage == ResetStage::Swapped => {
                self.write_reset(&Record { stage: ResetStage::Settled, ..record })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn connection(&self) -> &Connection {
        &self.connection
    }

    fn writers(&self) -> &Writers {
        &self.file.writers
    }

    fn path(&self) -> PathBuf {
        self.file.path.clone()
    }

    /// Milliseconds since 2015, for names.
    fn wall_clock(&self) -> u64 {
        self.clock.origin_timestamp().0
    }

    fn plan_backup(&self, previous: Option<&Record>, recovery_folder: Option<&Path>) -> PathBuf {
        let planned = previous.and_then(|record| record.backup.clone());
        let folder = recovery_folder.map(Path::to_owned);
        match planned {
            Some(planned) if folder.is_none() || planned.parent() == folder.as_deref() => planned,
            Some(_) | None => backup::propose(&self.path(), folder.as_deref(), self.wall_clock()),
        }
    }
}
