//! Trimming, in steps that are each bounded and one transaction at most. The state at the trim point is made from the old
//! baseline and the entries in a scratch database, written down beside the history, and put in force by one small
//! transaction; what it replaces is deleted afterwards, a part at a time. Wherever this ends, the file is as before or as
//! after the putting in force, and what is left over is deleted later.
//!
//! Rules: `docs/SERVER.md`, "Trimming".

use std::ops::ControlFlow;
use std::time::Duration;

use rusqlite::{params, Connection, TransactionBehavior};

use super::baseline::{self, Extent};
use super::client_file;
use super::history::{self, Ends};
use super::trim_point::{is_worthwhile, trim_point};
use super::LogError;
use crate::changeset;
use crate::store::{ApplyError, Snapshot, State};
use crate::value::{FileIdent, OriginTimestamp, SaltedServerVersion, ServerVersion};

/// Entries, and bytes of them, that one step reads, writes or deletes.
const STEP_ENTRIES: usize = 2_000;
const STEP_BYTES: usize = 4 << 20;
/// Size of a baseline's changesets.
const PIECE_BYTES: u64 = 1 << 20;
/// Pages that one step gives back to the file system.
const STEP_PAGES: u32 = 2_000;
/// Free pages that are no reason to do so.
const KEPT_PAGES: i64 = 256;
/// The mode of `PRAGMA auto_vacuum` that allows it.
const INCREMENTAL: i64 = 2;

/// When and for whom a step is made.
#[derive(Debug, Clone, Copy)]
pub struct Occasion<'a> {
    pub now: OriginTimestamp,
    /// The client files that are bound.
    pub connected: &'a [FileIdent],
    pub max_offline: Duration,
}

/// What is being done to the history.
#[derive(Debug)]
pub(super) enum Trimming {
    /// Deleting what no baseline in force needs.
    Sweep,
    /// The next occasion decides.
    Idle,
    Fold(Box<Fold>),
    Write(Box<Writing>),
    /// The baseline is written and waits until nobody needs what it replaces.
    Ready {
        target: Target,
        baseline: Extent,
    },
}

/// A trim point, and the bytes of the history up to there.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target {
    version: SaltedServerVersion,
    bytes: u64,
}

#[derive(Debug)]
pub(super) struct Fold {
    target: Target,
    scratch: Connection,
    state: State,
    /// Pieces of the old baseline that are folded; all of them before the first entry.
    pieces: u64,
    at: ServerVersion,
}

#[derive(Debug)]
pub(super) struct Writing {
    target: Target,
    scratch: Connection,
    state: State,
    snapshot: Snapshot,
    baseline: Extent,
}

impl Trimming {
    /// Whether there is more to do without waiting for anybody.
    pub fn is_busy(&self) -> bool {
        match self {
            Trimming::Sweep | Trimming::Fold(_) | Trimming::Write(_) => true,
            Trimming::Idle | Trimming::Ready { .. } => false,
        }
    }

    /// Makes one step.
    pub fn step(
        self,
        connection: &mut Connection,
        ends: &mut Ends,
        occasion: Occasion<'_>,
    ) -> Result<Trimming, LogError> {
        match self {
            Trimming::Sweep => sweep(connection, ends),
            Trimming::Idle => decide(connection, ends, occasion),
            Trimming::Fold(fold) => fold.step(connection, ends),
            Trimming::Write(writing) => writing.step(connection, ends, occasion),
            Trimming::Ready { target, baseline } => put_in_force(connection, ends, occasion, target, baseline),
        }
    }
}

fn current_trim_point(connection: &Connection, ends: &Ends, occasion: Occasion<'_>) -> Result<ServerVersion, LogError> {
    let needs = client_file::needs(connection, occasion.connected)?;
    Ok(trim_point(needs, ends.latest.version, occasion.now, occasion.max_offline))
}

fn decide(connection: &Connection, ends: &Ends, occasion: Occasion<'_>) -> Result<Trimming, LogError> {
    let version = current_trim_point(connection, ends, occasion)?;
    if version <= ends.base.version {
        return Ok(Trimming::Idle);
    }
    let Some(target) = history::position_of(connection, version)? else { return Ok(Trimming::Idle) };
    let target = Target { version: SaltedServerVersion { version, salt: target.salt }, bytes: target.bytes_until };
    let entries = version.0 - ends.base.version.0;
    if !is_worthwhile(entries, target.bytes.saturating_sub(ends.base_bytes), ends.baseline.bytes) {
        return Ok(Trimming::Idle);
    }
    tracing::debug!(%version, entries, "history is trimmed");
    // Nobody else sees it, and nothing of it is to survive.
    let scratch = Connection::open("")?;
    scratch.set_prepared_statement_cache_capacity(512);
    scratch.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
    State::create_tables(&scratch)?;
    let state = State::load(&scratch)?;
    Ok(Trimming::Fold(Box::new(Fold { target, scratch, state, pieces: 0, at: ends.base.version })))
}

impl Fold {
    fn step(mut self: Box<Self>, connection: &Connection, ends: &Ends) -> Result<Trimming, LogError> {
        if self.pieces < ends.baseline.pieces {
            for (position, bytes) in baseline::pieces_after(connection, ends.base.version, self.pieces, 4)? {
                self.apply(&bytes)?;
                self.pieces = position;
            }
            return Ok(Trimming::Fold(self));
        }
        let mut size = 0;
        let range = (self.at, self.target.version.version);
        history::for_each_between(connection, range, STEP_ENTRIES, |version, bytes| {
            self.apply(bytes)?;
            self.at = version;
            size += bytes.len();
            Ok(if size < STEP_BYTES { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        if self.at < self.target.version.version {
            return Ok(Trimming::Fold(self));
        }
        let Fold { target, scratch, state, .. } = *self;
        // As many changesets as there are versions for them, whatever the entries were like.
        let per_version = target.bytes.saturating_mul(2) / target.version.version.0.max(1);
        let piece_bytes = usize::try_from(PIECE_BYTES.max(per_version)).unwrap_or(usize::MAX);
        let snapshot = Snapshot::new(piece_bytes);
        Ok(Trimming::Write(Box::new(Writing { target, scratch, state, snapshot, baseline: Extent::default() })))
    }

    fn apply(&mut self, bytes: &[u8]) -> Result<(), LogError> {
        if bytes.is_empty() {
            return Ok(());
        }
        let at = self.at;
        let changeset = changeset::decode(bytes).map_err(|error| damaged(at, &error))?;
        self.state.apply(&self.scratch, &changeset).map_err(|error| match error {
            ApplyError::Database(error) => LogError::from(error),
            ApplyError::BadChangeset(error) => damaged(at, &error),
        })
    }
}

impl Writing {
    fn step(
        mut self: Box<Self>,
        connection: &mut Connection,
        ends: &mut Ends,
        occasion: Occasion<'_>,
    ) -> Result<Trimming, LogError> {
        let Writing { target, scratch, state, snapshot, baseline } = &mut *self;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut size = 0;
        let mut is_complete = false;
        while size < STEP_BYTES && !is_complete {
            match snapshot.next_changeset(state, scratch)? {
                Some(piece) => {
                    let bytes = changeset::encode_merged(&piece);
                    size += bytes.len();
                    baseline.append(&transaction, target.version.version, &bytes)?;
                }
                None => is_complete = true,
            }
        }
        transaction.commit()?;
        if self.baseline.pieces > self.target.version.version.0 {
            tracing::warn!(version = %self.target.version.version, "the state is larger than its history: not trimmed");
            return Ok(Trimming::Sweep);
        }
        match is_complete {
            true => put_in_force(connection, ends, occasion, self.target, self.baseline),
            false => Ok(Trimming::Write(self)),
        }
    }
}

fn put_in_force(
    connection: &mut Connection,
    ends: &mut Ends,
    occasion: Occasion<'_>,
    target: Target,
    baseline: Extent,
) -> Result<Trimming, LogError> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if current_trim_point(&transaction, ends, occasion)? < target.version.version {
        return Ok(Trimming::Ready { target, baseline });
    }
    transaction.execute(
        "UPDATE _realm_server SET base_version = ?1, base_salt = ?2, base_bytes = ?3, baseline_pieces = ?4,
             baseline_bytes = ?5",
        params![
            target.version.version.0 as i64,
            target.version.salt.0,
            target.bytes as i64,
            baseline.pieces as i64,
            baseline.bytes as i64
        ],
    )?;
    transaction.commit()?;
    tracing::info!(
        version = %target.version.version,
        history_bytes = target.bytes - ends.base_bytes,
        baseline_bytes = baseline.bytes,
        "history was trimmed"
    );
    *ends = Ends { base: target.version, base_bytes: target.bytes, baseline, ..*ends };
    Ok(Trimming::Sweep)
}

/// Deletes a part of what is not in force: entries, other baselines, reciprocals; then gives pages back.
fn sweep(connection: &mut Connection, ends: &Ends) -> Result<Trimming, LogError> {
    let base = ends.base.version.0 as i64;
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let mut deleted = history::delete_until(&transaction, ends.base.version, STEP_ENTRIES, STEP_BYTES)?;
    deleted += transaction.execute(
        "DELETE FROM _realm_baseline WHERE rowid IN (SELECT rowid FROM _realm_baseline WHERE base <> ?1 LIMIT 4)",
        [base],
    )?;
    // A file that began with this baseline has its own forms of it, under the same numbers.
    deleted += transaction.execute(
        "DELETE FROM _realm_reciprocals WHERE (ident, version) IN (
             SELECT reciprocal.ident, reciprocal.version
             FROM _realm_client_files AS file JOIN _realm_reciprocals AS reciprocal ON reciprocal.ident = file.ident
             WHERE file.start_version <> ?1 AND reciprocal.version <= ?1 LIMIT ?2)",
        params![base, STEP_ENTRIES as i64],
    )?;
    transaction.commit()?;
    if deleted == 0 && !give_back_pages(connection)? {
        return Ok(Trimming::Idle);
    }
    Ok(Trimming::Sweep)
}

/// Shortens the file by some of its free pages where those are many; tells whether they were. Files from before trimming
/// keep theirs for later use.
fn give_back_pages(connection: &Connection) -> Result<bool, LogError> {
    let number = |pragma: &str| connection.query_row(pragma, [], |row| row.get::<_, i64>(0));
    let (mode, free, all) =
        (number("PRAGMA auto_vacuum")?, number("PRAGMA freelist_count")?, number("PRAGMA page_count")?);
    if mode != INCREMENTAL || free < KEPT_PAGES || free < all / 10 {
        return Ok(false);
    }
    let mut vacuum = connection.prepare(&format!("PRAGMA incremental_vacuum({STEP_PAGES})"))?;
    let mut pages = vacuum.query([])?;
    while pages.next()?.is_some() {}
    Ok(true)
}

fn damaged(at: ServerVersion, error: &dyn std::fmt::Display) -> LogError {
    LogError::Damaged(format!("the history after entry {at}: {error}"))
}
