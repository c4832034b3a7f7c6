//! Write transactions: begun, committed, rolled back.

use std::cell::{Cell, RefCell};

use crate::store::database::{self, FileKind};
use crate::store::error::StoreError;
use crate::store::history::{self, Origin};
use crate::store::progress;
use crate::store::state::{ClassKey, Heights, ObjectKey, PendingObjects};
use crate::store::writers::WriteTurn;
use crate::value::{ClientVersion, PrimaryKey};

use super::record::Record;
use super::{data_version, Access, Realm};

/// What a local transaction may record: with what a message adds, a server with the default limits takes it, and so does
/// every client (`docs/SERVER.md`, "Limits").
pub const MAX_CHANGESET_BYTES: usize = 120 << 20;

/// An open write transaction.
pub(super) struct Write {
    /// `None` where changes are not recorded.
    pub(super) record: Option<Record>,
    /// The objects made last, so that they go into their table together and with their first values. Reads put them
    /// there first.
    pub(super) pending: RefCell<PendingObjects<'static>>,
    pub(super) heights: Heights,
    /// The object made last, with its key.
    pub(super) made: Option<(ClassKey, ObjectKey, PrimaryKey)>,
    health: Cell<Health>,
    _turn: WriteTurn,
}

/// SQLite rolls a transaction back by itself after some errors; what came after would be outside of it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Health {
    Sound,
    Failed,
}

/// What a commit made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    pub version: ClientVersion,
    /// Whether there is something to upload.
    pub has_changeset: bool,
}

impl Realm {
    /// Waits for other writers of this file in this process, however long they take: one thread that writes through
    /// two handles at once waits for itself.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        let kind = match self.access {
            Access::ReadOnly(_) => return Err(StoreError::ReadOnlyRealm),
            Access::Write(kind) => kind,
        };
        if self.write.is_some() {
            return Err(StoreError::AlreadyWriting);
        }
        let turn = self.file.writers.acquire_uncancelled();
        database::begin(&self.connection)?;
        if let Err(error) = self.state.refresh(&self.connection) {
            database::rollback(&self.connection);
            return Err(error.into());
        }
        self.state.track(self.file.observers.interest());
        let record = match kind {
            FileKind::Local => None,
            FileKind::Synced => Some(Record::in_parts()),
        };
        self.write = Some(Write {
            record,
            pending: RefCell::default(),
            heights: Heights::default(),
            made: None,
            health: Cell::new(Health::Sound),
            _turn: turn,
        });
        Ok(())
    }

    pub fn is_writing(&self) -> bool {
        self.write.is_some()
    }

    /// Ends the write transaction; it is on disk when this returns. After an error it is rolled back.
    pub fn commit(&mut self) -> Result<Commit, StoreError> {
        let result = self.try_commit();
        match result {
            Ok(_) => self.write = None,
            Err(_) if self.write.is_some() => self.rollback()?,
            Err(_) => {}
        }
        result
    }

    pub fn rollback(&mut self) -> Result<(), StoreError> {
        // The turn goes last: the next writer must find the transaction gone.
        let write = self.write.take().ok_or(StoreError::NotWriting)?;
        self.changes += 1;
        database::rollback(&self.connection);
        self.state.track(None);
        drop(write);
        if self.state.refresh(&self.connection).is_err() {
            // The next transaction will say what is wrong.
            self.state.outdate();
        }
        Ok(())
    }

    fn try_commit(&mut self) -> Result<Commit, StoreError> {
        self.settle()?;
        // Objects of asymmetric classes go, with all they own.
        self.changes += 1;
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        write.check()?;
        self.state
            .erase_asymmetric(&self.connection)
            .map_err(|failure| failure.of(|| "asymmetric objects".to_owned()))?;
        let commit = match write.record.take() {
            None => Commit { version: ClientVersion(1), has_changeset: false },
            Some(record) => {
                let connection = &self.connection;
                let changeset = record.into_bytes();
                if changeset.len() > MAX_CHANGESET_BYTES {
                    let (size, limit) = (changeset.len(), MAX_CHANGESET_BYTES);
                    return Err(StoreError::TransactionTooLarge { size, limit });
                }
                let newest = history::newest(connection)?;
                let remote_version = progress::downloaded_to(connection)?;
                let origin = Origin::Local { now: self.clock.origin_timestamp(), changeset: &changeset };
                let version = history::append(connection, newest, remote_version, origin)?;
                Commit { version, has_changeset: !changeset.is_empty() }
            }
        };
        let changes = self.state.net_changes(&self.connection)?;
        // Before COMMIT, so that what is seen as new afterwards is never this transaction's own past.
        self.data_version = data_version(&self.connection)?;
        database::commit(&self.connection)?;
        // Within the turn, so that observers are told of commits in their order.
        self.file.observers.publish(changes);
        Ok(commit)
    }

    /// Runs one change of the open transaction. When the database fails in it, rows and record may differ, so the
    /// transaction takes no further change and no commit.
    pub(super) fn change<T>(
        &mut self,
        change: impl FnOnce(&mut Realm) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write.as_ref().ok_or(StoreError::NotWriting)?.check()?;
        self.changes += 1;
        let result = change(self);
        if let (Err(StoreError::Database(_)), Some(write)) = (&result, &self.write) {
            write.health.set(Health::Failed);
        }
        result
    }

    /// Puts the pending objects into their table.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        let Some(write) = &self.write else { return Ok(()) };
        let mut pending = write.pending.borrow_mut();
        if pending.is_empty() {
            return Ok(());
        }
        pending.flush(&self.state, &self.connection).map_err(|failure| {
            write.health.set(Health::Failed);
            failure.of(|| "new objects".to_owned())
        })
    }
}

impl Write {
    fn check(&self) -> Result<(), StoreError> {
        match self.health.get() {
            Health::Sound => Ok(()),
            Health::Failed => Err(StoreError::TransactionFailed),
        }
    }
}
