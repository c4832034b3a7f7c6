//! The one transaction in which the file takes over the fresh copy.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Taking over".

use std::collections::HashSet;
use std::path::PathBuf;

use rusqlite::Connection;

use crate::changeset::{decode, encode, Changeset};
use crate::store::database;
use crate::store::error::{DatabaseError, StoreError};
use crate::store::files::{self, RealmFile};
use crate::store::gate::Permit;
use crate::store::history::{self, Newest, Origin, WindowEntry};
use crate::store::progress::{self, Exchange};
use crate::store::realm::{Realm, Record as Changes};
use crate::store::state::State;
use crate::store::sync::SyncStore;
use crate::value::{FileIdent, PrimaryKey};

use super::adopt::{Adoption, Name};
use super::edits::Edits;
use super::fields::Side;
use super::plan::Requirement;
use super::record::{self, Action, Record, ResetStage};
use super::replay::{is_refusal, Replay};
use super::{backup, fresh_path, ResetReport};

/// Swaps that may be begun and not end by themselves: a process that dies of one is not to die of it for ever.
const SWAPS: u32 = 3;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SwapOptions {
    /// Whether a handle that reads the state before is wanted.
    pub wants_before: bool,
}

/// What a swap came to.
pub enum Swap {
    Done {
        report: ResetReport,
        /// The state right before, where it was wanted.
        before: Option<Box<Realm>>,
    },
    /// It cannot be done; the application has to ask for it. The copy of the file will be at `backup`.
    Required { reason: String, backup: PathBuf },
}

/// What the fresh copy is.
struct Fresh {
    connection: Connection,
    state: State,
    exchange: Exchange,
    newest: Newest,
}

/// The local changes, and the file as it is before the transaction.
struct Local {
    window: Vec<Changeset>,
    entries: Vec<WindowEntry>,
    exchange: Exchange,
    newest: Newest,
    before: Realm,
}

impl SyncStore {
    /// Takes over the fresh copy, which must be complete. One transaction: readers see the file before or after it, and
    /// after an error or a cancelled permit it is as before. Local changes up to this transaction are part of it.
    pub fn swap_reset(&mut self, options: SwapOptions, permit: &Permit) -> Result<Swap, StoreError> {
        let Some(mut record) = record::read(self.connection())?.filter(|row| row.stage == ResetStage::Downloading)
        else {
            return Err(StoreError::NoReset);
        };
        if record.swaps >= SWAPS {
            record.action = match record.action {
                Action::Recover { may_discard: true } => Action::Discard { keeps_backup: true },
                Action::Recover { may_discard: false } | Action::Discard { .. } => {
                    return self
                        .give_up(record, "it was begun several times, and the process ended each time".to_owned());
                }
            };
        }
        let fresh = Fresh::open(self)?;
        let writers = self.writers().clone();
        let turn = writers.acquire(permit)?;
        record.swaps += 1;
        self.write_reset_in_turn(&record)?;
        let mut swapped = self.try_swap(&record, &fresh, options, permit);
        if let (Err(error), Action::Recover { may_discard: true }) = (&swapped, record.action) {
            if is_refusal(error) {
                record.action = Action::Discard { keeps_backup: true };
                swapped = self.try_swap(&record, &fresh, options, permit);
            }
        }
        if swapped.is_err() {
            // It ended by itself, so it does not count. What cannot be written now may not be writable at all.
            record.swaps = record.swaps.saturating_sub(1);
            let _ = self.write_reset_in_turn(&record);
        }
        drop(turn);
        match swapped {
            Ok((report, before)) => Ok(Swap::Done { report, before }),
            Err(error) if is_refusal(&error) => self.give_up(record, error.to_string()),
            Err(error) => Err(error),
        }
    }

    fn give_up(&mut self, record: Record, reason: String) -> Result<Swap, StoreError> {
        let planned = record.backup.clone();
        let backup = planned.unwrap_or_else(|| backup::propose(&self.path(), None, self.wall_clock()));
        let record = Record { backup: Some(backup.clone()), ..record };
        self.write_reset(&record.required(Requirement::Failed))?;
        Ok(Swap::Required { reason, backup })
    }

    fn try_swap(
        &mut self,
        record: &Record,
        fresh: &Fresh,
        options: SwapOptions,
        permit: &Permit,
    ) -> Result<(ResetReport, Option<Box<Realm>>), StoreError> {
        database::begin(self.connection())?;
        let mut made = None;
        let result = self.swap_within(record, fresh, permit, &mut made);
        self.state = None;
        match result {
            Ok((report, before)) => Ok((report, options.wants_before.then(|| Box::new(before)))),
            Err(error) => {
                database::rollback(self.connection());
                made.iter().for_each(|path: &PathBuf| backup::discard(path));
                Err(error)
            }
        }
    }

    fn swap_within(
        &self,
        record: &Record,
        fresh: &Fresh,
        permit: &Permit,
        made: &mut Option<PathBuf>,
    ) -> Result<(ResetReport, Realm), StoreError> {
        let connection = self.connection();
        let local = Local::read(self, connection)?;
        let mut report = ResetReport::default();
        if let Action::Discard { keeps_backup: true } = record.action {
            let proposed = || backup::propose(&self.path(), None, self.wall_clock());
            let planned = record.backup.clone().unwrap_or_else(proposed);
            // Nobody else writes, so it sees what this transaction found.
            let (reader, _) = database::open_read_only(&self.file)?;
            *made = Some(backup::make(&reader, &self.path(), &planned, self.wall_clock())?);
            report.backup.clone_from(made);
        }
        let mut edits = Edits::default();
        local.window.iter().for_each(|changeset| edits.note(changeset));
        let mut state = State::load(connection)?;
        let recovers = match record.action {
            Action::Recover { .. } => true,
            Action::Discard { .. } => false,
        };
        let file_ident = fresh.exchange.file_ident.ident;
        let renamed = if recovers { keyless(&edits, file_ident) } else { HashSet::new() };
        let remade = if recovers { rename(&state, connection, &edits, &renamed, file_ident)? } else { HashSet::new() };
        state.track(self.file.observers.interest());
        Adoption::new(&mut state, connection, fresh.side(), &remade).carry_out()?;
        let mut newest =
            history::restart(connection, local.newest, fresh.newest, fresh.exchange.progress.download.server_version)?;
        let server_version = fresh.exchange.progress.download.server_version;
        let mut append = |changeset: &Changeset, now| -> Result<(), DatabaseError> {
            if !changeset.is_empty() {
                let origin = Origin::Local { now, changeset: &encode(changeset) };
                history::append(connection, newest, server_version, origin)?;
                newest = history::newest(connection)?;
            }
            Ok(())
        };
        append(&schema_of(&state, &fresh.state), self.clock.origin_timestamp())?;
        report.did_recover = recovers;
        if recovers {
            let (before_state, before_connection) = local.before.parts();
            let before = Side { state: before_state, connection: before_connection };
            let mut replay = Replay::new(&mut state, connection, before, edits, renamed, file_ident.0);
            for (entry, changeset) in local.entries.iter().zip(local.window) {
                append(&replay.replay(changeset)?, entry.origin_timestamp)?;
            }
            report.count(replay.edits(), replay.discarded, &replay.discarded_objects);
        } else {
            report.count(&edits, edits.changes, &edits.touched);
        }
        progress::write(
            connection,
            &Exchange {
                downloaded_bytes: local.exchange.downloaded_bytes.saturating_add(fresh.exchange.downloaded_bytes),
                uploaded_bytes: local.exchange.uploaded_bytes,
                ..fresh.exchange
            },
        )?;
        let done = Record {
            stage: ResetStage::Swapped,
            attempts: 0,
            swaps: 0,
            backup: None,
            report: Some(report.clone()),
            ..record.clone()
        };
        record::write(connection, &done)?;
        let changes = state.net_changes(connection)?;
        let committing = permit.enter_commit()?;
        database::commit(connection)?;
        drop(committing);
        self.file.observers.publish(changes);
        Ok((report, local.before))
    }

    /// Deletes what is left of a fresh copy that was taken over; it must not be open.
    pub fn remove_fresh(&self) -> Result<(), StoreError> {
        files::remove_fresh(&self.path())
    }
}

impl Fresh {
    fn open(store: &SyncStore) -> Result<Fresh, StoreError> {
        let file = RealmFile::at(&fresh_path(&store.path()))?;
        let (connection, _) = database::open_read_only(&file)?;
        let state = State::load(&connection)?;
        let exchange = progress::read(&connection)?;
        if exchange.file_ident.ident == FileIdent::NONE {
            return Err(StoreError::NoFileIdent);
        }
        let newest = history::newest(&connection)?;
        Ok(Fresh { connection, state, exchange, newest })
    }

    fn side(&self) -> Side<'_> {
        Side { state: &self.state, connection: &self.connection }
    }
}

impl Local {
    /// Within the transaction, so that nobody else writes: the second connection sees the same.
    fn read(store: &SyncStore, connection: &Connection) -> Result<Local, StoreError> {
        let exchange = progress::read(connection)?;
        let entries = history::window(connection, exchange.progress.upload.client_version)?;
        let decoded = entries.iter().map(|entry| {
            decode(&entry.changeset)
                .map_err(|error| DatabaseError::corrupt(format!("the history's version {}: {error}", entry.version)))
        });
        let window = decoded.collect::<Result<_, _>>()?;
        let newest = history::newest(connection)?;
        let before = Realm::open_frozen(&store.path(), store.clock.clone())?;
        Ok(Local { window, entries, exchange, newest, before })
    }
}

impl ResetReport {
    fn count(&mut self, edits: &Edits, discarded: u64, discarded_objects: &HashSet<Name>) {
        self.discarded_changes = discarded;
        self.kept_changes = edits.changes.saturating_sub(discarded);
        self.discarded_objects = discarded_objects.len() as u64;
        self.kept_objects = (edits.touched.len() as u64).saturating_sub(self.discarded_objects);
    }
}

/// Objects without primary key that were made here under another ident than the new one.
fn keyless(edits: &Edits, file_ident: FileIdent) -> HashSet<Name> {
    let is_renamed = |name: &&Name| match &name.1 {
        PrimaryKey::GlobalKey { hi, lo: _ } => *hi != file_ident.0,
        PrimaryKey::Null
        | PrimaryKey::Int(_)
        | PrimaryKey::String(_)
        | PrimaryKey::ObjectId(_)
        | PrimaryKey::Uuid(_) => false,
    };
    edits.created.iter().filter(is_renamed).cloned().collect()
}

/// Gives those objects their new keys; what comes back are all objects that are made again, under the keys they have now.
fn rename(
    state: &State,
    connection: &Connection,
    edits: &Edits,
    renamed: &HashSet<Name>,
    file_ident: FileIdent,
) -> Result<HashSet<Name>, StoreError> {
    let mut remade = HashSet::new();
    for name in &edits.created {
        let (class, key) = name;
        let new = match key {
            PrimaryKey::GlobalKey { hi: _, lo } if renamed.contains(name) => {
                let new = PrimaryKey::GlobalKey { hi: file_ident.0, lo: *lo };
                if let Ok(class) = state.class(class) {
                    class.rename_object(connection, key, &new).map_err(|failure| failure.of(|| class.name.clone()))?;
                }
                new
            }
            other => other.clone(),
        };
        remade.insert((class.clone(), new));
    }
    Ok(remade)
}

/// What the server's schema lacks.
fn schema_of(state: &State, fresh: &State) -> Changeset {
    let mut changes = Changes::default();
    for class in state.classes().iter().filter(|class| fresh.class(&class.name).is_err()) {
        changes.add_table(&class.declaration());
    }
    for class in state.classes() {
        let theirs = fresh.class(&class.name).ok();
        for property in class.properties.iter().filter(|property| !property.is_primary_key) {
            if theirs.and_then(|theirs| theirs.property(&property.name)).is_none() {
                changes.add_column(&class.name, &property.declaration());
            }
        }
    }
    changes.into_changeset()
}
