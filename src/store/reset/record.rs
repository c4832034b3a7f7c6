//! What the file remembers of its resets: one row, written before anything is done, so that a killed process goes on.
//!
//! Rules: `docs/CLIENT_RESET.md`, "In the file".

use std::path::PathBuf;

use rusqlite::{params, Connection, OptionalExtension, Row};

use crate::store::database;
use crate::store::error::{DatabaseError, StoreError};
use crate::store::history::{number, signed};
use crate::store::sync::SyncStore;

use super::plan::Requirement;
use super::{ResetReport, ResetStatus};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS _realm_reset (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        stage TEXT NOT NULL,
        action TEXT NOT NULL,
        attempts INTEGER NOT NULL,
        swaps INTEGER NOT NULL,
        lasting TEXT,
        library TEXT NOT NULL,
        backup TEXT,
        did_recover INTEGER,
        kept_changes INTEGER,
        discarded_changes INTEGER,
        kept_objects INTEGER,
        discarded_objects INTEGER,
        backup_made TEXT
    );
";
const LIBRARY: &str = env!("CARGO_PKG_VERSION");

pub(in crate::store) fn drop_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch("DROP TABLE IF EXISTS _realm_reset")?)
}

/// How far a reset is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResetStage {
    #[default]
    None,
    /// A fresh copy is being downloaded.
    Downloading,
    /// The file has taken over the fresh copy; nothing was synchronised since.
    Swapped,
    /// Synchronising has worked since.
    Settled,
    /// The application has to ask for it.
    Required,
}

/// What becomes of the local changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Discard { keeps_backup: bool },
    Recover { may_discard: bool },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) stage: ResetStage,
    pub(super) action: Action,
    /// Fresh copies that were begun for this reset.
    pub(super) attempts: u32,
    /// Swaps that were begun with this fresh copy and did not end by themselves.
    pub(super) swaps: u32,
    /// Why the next wish for a reset ends like this one.
    pub(super) lasting: Option<Requirement>,
    /// Version of the library that wrote the row.
    pub(super) library: String,
    pub(super) backup: Option<PathBuf>,
    pub(super) report: Option<ResetReport>,
}

impl Default for Record {
    fn default() -> Record {
        Record {
            stage: ResetStage::None,
            action: Action::Discard { keeps_backup: false },
            attempts: 0,
            swaps: 0,
            lasting: None,
            library: LIBRARY.to_owned(),
            backup: None,
            report: None,
        }
    }
}

impl Record {
    pub(super) fn required(self, requirement: Requirement) -> Record {
        let lasting = requirement.is_lasting().then_some(requirement);
        Record { stage: ResetStage::Required, lasting, library: LIBRARY.to_owned(), ..self }
    }

    /// What still stands in the way; another version of the library may do better.
    pub(super) fn requirement(&self) -> Option<Requirement> {
        self.lasting.filter(|_| self.library == LIBRARY)
    }

    pub(super) fn into_status(self) -> ResetStatus {
        ResetStatus { stage: self.stage, backup: self.backup, report: self.report }
    }
}

impl SyncStore {
    /// Writes the row in a transaction of its own.
    pub(super) fn write_reset(&mut self, record: &Record) -> Result<(), StoreError> {
        let turn = self.take_turn()?;
        let written = self.write_reset_in_turn(record);
        drop(turn);
        written
    }

    /// The same for who has the writers' turn.
    pub(super) fn write_reset_in_turn(&mut self, record: &Record) -> Result<(), StoreError> {
        let connection = self.connection();
        database::begin(connection)?;
        let written = write(connection, record).and_then(|()| database::commit(connection));
        if written.is_err() {
            database::rollback(connection);
        }
        Ok(written?)
    }
}

/// `None` in a file that never had a reset.
pub(super) fn read(connection: &Connection) -> Result<Option<Record>, DatabaseError> {
    let is_there = connection
        .prepare_cached("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = '_realm_reset'")?
        .exists([])?;
    if !is_there {
        return Ok(None);
    }
    let sql = "SELECT stage, action, attempts, swaps, lasting, library, backup, did_recover, kept_changes,
        discarded_changes, kept_objects, discarded_objects, backup_made FROM _realm_reset WHERE id = 1";
    let row = connection.prepare_cached(sql)?.query_row([], |row| Ok(of_row(row))).optional()?;
    row.transpose()
}

fn of_row(row: &Row<'_>) -> Result<Record, DatabaseError> {
    let unknown = |what: &str| DatabaseError::corrupt(format!("_realm_reset has an unknown {what}"));
    let count = |at: usize| -> rusqlite::Result<u64> { Ok(row.get::<_, Option<i64>>(at)?.map_or(0, number)) };
    let did_recover: Option<bool> = row.get(7)?;
    let report = match did_recover {
        None => None,
        Some(did_recover) => Some(ResetReport {
            did_recover,
            kept_changes: count(8)?,
            discarded_changes: count(9)?,
            kept_objects: count(10)?,
            discarded_objects: count(11)?,
            backup: row.get::<_, Option<String>>(12)?.map(PathBuf::from),
        }),
    };
    Ok(Record {
        stage: stage_of(&row.get::<_, String>(0)?).ok_or_else(|| unknown("stage"))?,
        action: action_of(&row.get::<_, String>(1)?).ok_or_else(|| unknown("action"))?,
        attempts: u32::try_from(row.get::<_, i64>(2)?).unwrap_or(u32::MAX),
        swaps: u32::try_from(row.get::<_, i64>(3)?).unwrap_or(u32::MAX),
        lasting: match row.get::<_, Option<String>>(4)?.as_deref() {
            Some("cycle") => Some(Requirement::Cycle),
            Some(_) => Some(Requirement::Failed),
            None => None,
        },
        library: row.get(5)?,
        backup: row.get::<_, Option<String>>(6)?.map(PathBuf::from),
        report,
    })
}

pub(super) fn write(connection: &Connection, record: &Record) -> Result<(), DatabaseError> {
    connection.execute_batch(TABLE)?;
    let report = record.report.as_ref();
    let text = |path: &PathBuf| path.to_string_lossy().into_owned();
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO _realm_reset (id, stage, action, attempts, swaps, lasting, library, backup,
             did_recover, kept_changes, discarded_changes, kept_objects, discarded_objects, backup_made)
             VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        )?
        .execute(params![
            stage_name(record.stage),
            action_name(record.action),
            record.attempts,
            record.swaps,
            record.lasting.map(requirement_name),
            record.library,
            record.backup.as_ref().map(text),
            report.map(|report| report.did_recover),
            report.map(|report| signed(report.kept_changes)),
            report.map(|report| signed(report.discarded_changes)),
            report.map(|report| signed(report.kept_objects)),
            report.map(|report| signed(report.discarded_objects)),
            report.and_then(|report| report.backup.as_ref()).map(text),
        ])?;
    Ok(())
}

fn stage_name(stage: ResetStage) -> &'static str {
    match stage {
        ResetStage::None => "none",
        ResetStage::Downloading => "downloading",
        ResetStage::Swapped => "swapped",
        ResetStage::Settled => "settled",
        ResetStage::Required => "required",
    }
}

fn stage_of(name: &str) -> Option<ResetStage> {
    let stages =
        [ResetStage::None, ResetStage::Downloading, ResetStage::Swapped, ResetStage::Settled, ResetStage::Required];
    stages.into_iter().find(|&stage| stage_name(stage) == name)
}

fn action_name(action: Action) -> &'static str {
    match action {
        Action::Discard { keeps_backup: false } => "discard",
        Action::Discard { keeps_backup: true } => "back up and discard",
        Action::Recover { may_discard: false } => "recover",
        Action::Recover { may_discard: true } => "recover or discard",
    }
}

fn action_of(name: &str) -> Option<Action> {
    let actions = [
        Action::Discard { keeps_backup: false },
        Action::Discard { keeps_backup: true },
        Action::Recover { may_discard: false },
        Action::Recover { may_discard: true },
    ];
    actions.into_iter().find(|&action| action_name(action) == name)
}

fn requirement_name(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Manual => "manual",
        Requirement::NoRecovery => "no recovery",
        Requirement::Vetoed => "vetoed",
        Requirement::Cycle => "cycle",
        Requirement::Failed => "failed",
    }
}
