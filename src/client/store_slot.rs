//! A session's own connection to its file: opened when a job needs it, given up when the session stops.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::store::{self, fresh_path, Cancelled, Contact, Generation, Permit, Place, StoreError, SyncLock, SyncStore};
use crate::sync::{
    Download, FileStatus, LocalChangeset, RemoteChangeset, StoreAnswer, StoreFailure, StoreRequest, UploadScan,
};
use crate::value::{Clock, SessionIdent};

use super::command::Acknowledgement;
use super::progress::Measure;
use super::reset_job::{self, ResetNews, ResetOrder};
use super::session::Inner;
use super::sessions_wait::Presence;

/// Bytes of changesets that one UPLOAD aims at, and that it exceeds only for a single changeset.
const UPLOAD_SOFT_BYTES: usize = 128 << 10;
const UPLOAD_HARD_BYTES: usize = 16 << 20;

/// Jobs of one slot never run at the same time.
pub struct StoreSlot {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    /// What the server of the present connection allows.
    max_offline: Mutex<Option<Duration>>,
    open: Mutex<Open>,
}

struct Open {
    realm: RealmFile,
    /// Of the fresh copy, while a client reset downloads it.
    fresh: Option<SyncStore>,
    /// Held until the session ends: one process syncs a file. Only when it is given up is the session gone.
    lock: Option<(SyncLock, Presence)>,
}

enum RealmFile {
    Closed,
    /// Closed for now, with the log left beside the file.
    Resting,
    Open(Box<SyncStore>),
    /// Closed for good. A job that was under way when the session ended, and comes to the file later, finds it so.
    Ended,
}

impl StoreSlot {
    pub fn new(path: PathBuf, clock: Arc<dyn Clock>, lock: SyncLock, presence: Presence) -> StoreSlot {
        StoreSlot {
            path,
            clock,
            max_offline: Mutex::default(),
            open: Mutex::new(Open { realm: RealmFile::Closed, fresh: None, lock: Some((lock, presence)) }),
        }
    }

    pub fn set_max_offline(&self, max_offline: Option<Duration>) {
        *self.max_offline.lock() = max_offline;
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    fn carry_out(&self, work: Work, permit: &Permit) -> Carried {
        let mut open = self.open.lock();
        let carried = self.carry_out_on(&mut open, work, permit);
        let is_open = match open.realm {
            RealmFile::Open(_) => true,
            RealmFile::Closed | RealmFile::Resting | RealmFile::Ended => false,
        };
        Carried { is_open, ..carried }
    }

    fn carry_out_on(&self, open: &mut Open, work: Work, permit: &Permit) -> Carried {
        match work {
            Work::Measure => Carried { measure: self.measure(open, permit).ok().map(Box::new), ..Carried::default() },
            Work::Ask(StoreFile::Realm, request) => self.ask(open, request, permit),
            Work::Ask(StoreFile::Fresh, request) => Carried::of(self.ask_fresh(open, request, permit)),
            Work::Reset(order) => {
                // What closes last moves the log into the file.
                open.fresh = None;
                let news = self.with_store(open, permit, |store| reset_job::carry_out(store, &order, permit));
                let news = news.unwrap_or_else(|error| ResetNews::Failed(failure(&error)));
                Carried { reset: Some(Box::new(news)), ..Carried::default() }
            }
            Work::Rest => {
                self.rest(open);
                Carried::default()
            }
            Work::GiveUp => {
                self.close(open);
                Carried::default()
            }
            Work::End(_acknowledgement) => {
                self.close(open);
                (open.realm, open.lock) = (RealmFile::Ended, None);
                Carried::default()
            }
        }
    }

    /// Whoever reads the file anew learns of its resets, too.
    fn ask(&self, open: &mut Open, request: StoreRequest, permit: &Permit) -> Carried {
        let is_load = request == StoreRequest::Load;
        let tells_contact = match &request {
            StoreRequest::Load | StoreRequest::Integrate(_) => true,
            StoreRequest::StoreIdent(_) | StoreRequest::Scan { .. } => false,
        };
        let answered = self.with_store(open, permit, |store| {
            store.set_max_offline(*self.max_offline.lock());
            let reset = if is_load { Some(Box::new(ResetNews::Found(store.reset_status()?))) } else { None };
            let answer = answer(store, request, permit).unwrap_or_else(|error| StoreAnswer::Failed(failure(&error)));
            let contact = if tells_contact { store.contact().ok() } else { None };
            Ok(Carried { answer: Some(answer), contact, reset, ..Carried::default() })
        });
        answered.unwrap_or_else(|error| Carried::of(StoreAnswer::Failed(failure(&error))))
    }

    fn ask_fresh(&self, open: &mut Open, request: StoreRequest, permit: &Permit) -> StoreAnswer {
        let store = match (&open.realm, open.fresh.take()) {
            (RealmFile::Ended, _) => Err(Cancelled.into()),
            (RealmFile::Closed | RealmFile::Resting | RealmFile::Open(_), Some(store)) => Ok(store),
            (RealmFile::Closed | RealmFile::Resting | RealmFile::Open(_), None) => {
                SyncStore::open(&fresh_path(&self.path), self.clock.clone())
            }
        };
        let answered = store.and_then(|store| answer(open.fresh.insert(store), request, permit));
        answered.unwrap_or_else(|error| StoreAnswer::Failed(failure(&error)))
    }

    /// Opens the file where that is due; it stays open afterwards, whatever comes of the work. The permit is for this
    /// work alone.
    fn with_store<T>(
        &self,
        open: &mut Open,
        permit: &Permit,
        work: impl FnOnce(&mut SyncStore) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let permitted = |store: &mut SyncStore| {
            store.set_permit(Some(permit.clone()));
            let done = work(store);
            store.set_permit(None);
            done
        };
        match &mut open.realm {
            RealmFile::Open(store) => permitted(store),
            RealmFile::Closed | RealmFile::Resting => {
                let mut store = Box::new(SyncStore::open(&self.path, self.clock.clone())?);
                let done = permitted(&mut store);
                open.realm = RealmFile::Open(store);
                done
            }
            RealmFile::Ended => Err(Cancelled.into()),
        }
    }

    fn rest(&self, open: &mut Open) {
        open.realm = match std::mem::replace(&mut open.realm, RealmFile::Closed) {
            RealmFile::Open(store) => {
                store.close_for_now();
                RealmFile::Resting
            }
            closed @ (RealmFile::Closed | RealmFile::Resting | RealmFile::Ended) => closed,
        };
    }

    /// Whoever closes the file last moves the log into it, also where it was closed for now before.
    fn close(&self, open: &mut Open) {
        open.fresh = None;
        open.realm = match std::mem::replace(&mut open.realm, RealmFile::Closed) {
            RealmFile::Closed | RealmFile::Open(_) => RealmFile::Closed,
            RealmFile::Resting => {
                // Where that fails the log stays beside the file, for who opens it next.
                let _ = SyncStore::move_log(&self.path);
                RealmFile::Closed
            }
            RealmFile::Ended => RealmFile::Ended,
        };
    }

    fn measure(&self, open: &mut Open, permit: &Permit) -> Result<Measure, StoreError> {
        self.with_store(open, permit, |store| {
            let (status, pending) = (store.status()?, store.pending_uploads()?);
            Ok(Measure {
                uploaded_bytes: status.uploaded_bytes,
                pending_bytes: pending.bytes,
                uploaded_version: status.uploaded_version,
                newest_version: status.newest_version,
                downloaded_bytes: status.downloaded_bytes,
                downloadable_bytes: None,
            })
        })
    }
}

/// What came of a job.
#[derive(Default)]
struct Carried {
    answer: Option<StoreAnswer>,
    contact: Option<Contact>,
    measure: Option<Box<Measure>>,
    reset: Option<Box<ResetNews>>,
    is_open: bool,
}

impl Carried {
    fn of(answer: StoreAnswer) -> Carried {
        Carried { answer: Some(answer), ..Carried::default() }
    }
}

/// Which file a session works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StoreFile {
    Realm,
    /// The fresh copy of the server's state that a client reset downloads.
    Fresh,
}

/// What a job does.
enum Work {
    Ask(StoreFile, StoreRequest),
    Reset(ResetOrder),
    /// Read how far the file is.
    Measure,
    /// Close the file until the next job needs it.
    Rest,
    /// Close the file: the session stopped.
    GiveUp,
    /// Close the file for good, and tell who waits for that.
    End(Option<Acknowledgement>),
}

/// Database work of one session, for a thread that may wait for the disk.
pub struct Job {
    session: u64,
    ident: SessionIdent,
    slot: Arc<StoreSlot>,
    permit: Permit,
    work: Work,
}

/// What a [`Job`] brought back to the worker.
pub struct JobDone {
    pub(super) session: u64,
    pub(super) ident: SessionIdent,
    pub(super) answer: Option<StoreAnswer>,
    /// What the file knows of its last contact now.
    pub(super) contact: Option<Contact>,
    pub(super) measure: Option<Box<Measure>>,
    pub(super) reset: Option<Box<ResetNews>>,
    /// Whether the realm's file stays open for the next job.
    pub(super) is_open: bool,
}

impl Job {
    pub(super) fn ask(
        session: &Inner,
        run: Generation,
        ident: SessionIdent,
        file: StoreFile,
        request: StoreRequest,
    ) -> Job {
        Job::new(session, run, ident, Work::Ask(file, request))
    }

    pub(super) fn reset(session: &Inner, run: Generation, ident: SessionIdent, order: ResetOrder) -> Job {
        Job::new(session, run, ident, Work::Reset(order))
    }

    pub(super) fn measure(session: &Inner, run: Generation) -> Job {
        Job::new(session, run, SessionIdent(0), Work::Measure)
    }

    pub(super) fn is_measure(&self) -> bool {
        match self.work {
            Work::Measure => true,
            Work::Ask(..) | Work::Reset(_) | Work::Rest | Work::GiveUp | Work::End(_) => false,
        }
    }

    pub(super) fn rest(session: &Inner, run: Generation) -> Job {
        Job::new(session, run, SessionIdent(0), Work::Rest)
    }

    pub(super) fn give_up(session: &Inner, run: Generation) -> Job {
        Job::new(session, run, SessionIdent(0), Work::GiveUp)
    }

    pub(super) fn end(session: &Inner, run: Generation, acknowledgement: Option<Acknowledgement>) -> Job {
        Job::new(session, run, SessionIdent(0), Work::End(acknowledgement))
    }

    /// `run` is the generation of the gate when the session was started: what a stop cut off must not commit.
    fn new(session: &Inner, run: Generation, ident: SessionIdent, work: Work) -> Job {
        let permit = session.gate.permit_of(run);
        Job { session: session.number(), ident, slot: session.store.clone(), permit, work }
    }

    /// As [`Job::run`], on a thread that lends its place while it waits for the application's own writes.
    pub fn run_at(self, place: Arc<dyn Place>) -> JobDone {
        Job { permit: self.permit.at(place), ..self }.run()
    }

    pub fn run(self) -> JobDone {
        let Carried { answer, contact, measure, reset, is_open } = self.slot.carry_out(self.work, &self.permit);
        JobDone { session: self.session, ident: self.ident, answer, contact, measure, reset, is_open }
    }
}

fn answer(store: &mut SyncStore, request: StoreRequest, permit: &Permit) -> Result<StoreAnswer, StoreError> {
    match request {
        StoreRequest::Load => {}
        StoreRequest::StoreIdent(file_ident) => store.set_file_ident(file_ident)?,
        StoreRequest::Integrate(download) => {
            store.integrate(&to_store(download), permit)?;
        }
        StoreRequest::Scan { binding, from } => {
            let scan = store.scan_uploads(from, UPLOAD_SOFT_BYTES, UPLOAD_HARD_BYTES)?;
            return Ok(StoreAnswer::Scanned { binding, scan: from_store(scan) });
        }
    }
    let status = store.status()?;
    Ok(StoreAnswer::Status(FileStatus {
        file_ident: status.file_ident,
        progress: status.progress,
        newest_version: status.newest_version,
        uploaded_version: store.uploaded_version()?,
    }))
}

fn failure(error: &StoreError) -> StoreFailure {
    if error.is_bad_changeset() {
        return StoreFailure::BadChangeset(error.to_string());
    }
    match error {
        StoreError::Cancelled(_) => StoreFailure::Cancelled,
        other => StoreFailure::Unavailable(other.to_string()),
    }
}

fn to_store(download: Download) -> store::Download {
    let changesets = download.changesets.into_iter().map(|changeset| {
        let RemoteChangeset {
            server_version,
            client_version,
            origin_timestamp,
            origin_file_ident,
            original_size,
            bytes,
        } = changeset;
        store::RemoteChangeset {
            server_version,
            client_version,
            origin_timestamp,
            origin_file_ident,
            original_size,
            bytes,
        }
    });
    store::Download { progress: download.progress, changesets: changesets.collect() }
}

fn from_store(scan: store::UploadScan) -> UploadScan {
    let changesets = scan.changesets.into_iter().map(|changeset| LocalChangeset {
        client_version: changeset.client_version,
        server_version: changeset.server_version,
        origin_timestamp: changeset.origin_timestamp,
        bytes: changeset.changeset,
    });
    UploadScan { changesets: changesets.collect(), scanned_to: scan.scanned_to }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::sessions_wait::Census;
    use crate::store::Gate;
    use crate::value::{Instant, OriginTimestamp};

    struct Midnight;

    impl Clock for Midnight {
        fn now(&self) -> Instant {
            Instant::from_start(Duration::ZERO)
        }

        fn origin_timestamp(&self) -> OriginTimestamp {
            OriginTimestamp(0)
        }
    }

    #[test]
    fn a_job_that_comes_to_the_file_after_the_end_neither_makes_nor_opens_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.realm");
        let lock = SyncLock::acquire(&path, 1).unwrap();
        let slot = StoreSlot::new(path.clone(), Arc::new(Midnight), lock, Census::default().enter());
        let gate = Gate::default();
        let permit = gate.permit_of(gate.generation());
        assert!(slot.carry_out(Work::Ask(StoreFile::Realm, StoreRequest::Load), &permit).is_open);
        slot.carry_out(Work::End(None), &permit);
        store::delete_files(&path).unwrap();
        for file in [StoreFile::Realm, StoreFile::Fresh] {
            let late = slot.carry_out(Work::Ask(file, StoreRequest::Load), &permit);
            assert_eq!(late.answer, Some(StoreAnswer::Failed(StoreFailure::Cancelled)));
            assert!(!late.is_open);
        }
        slot.carry_out(Work::GiveUp, &permit);
        assert!(slot.carry_out(Work::Measure, &permit).measure.is_none());
        assert!(!path.exists() && !fresh_path(&path).exists());
    }
}
