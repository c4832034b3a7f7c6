//! A client reset as the worker sees it: the file decides, a fresh copy is downloaded by a session of its own on the same
//! connection, the application is asked, the file takes the copy over.
//!
//! Rules: `docs/CLIENT_RESET.md`.

use std::path::Path;
use std::sync::Arc;

use crate::protocol::Status;
use crate::store::{
    Generation, Mode, OpenOptions, Realm, Requirement, ResetPlan, ResetReport, ResetStage, ResetStatus, StoreError,
    Swap,
};
use crate::sync::{self, Consequence, Event, FileStatus, SessionError, StoreAnswer, StoreFailure};
use crate::value::{ClientVersion, Instant, RequestIdent, SessionIdent};

use super::command::Command;
use super::hosted::{Hosted, Run};
use super::notice::What;
use super::reset_job::{ResetNews, ResetStep};
use super::session::{Inner, Session, SessionState};
use super::store_slot::StoreFile;
use super::worker::{Output, Worker};

/// Where a reset is. What must survive this process is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reset {
    /// The file decides what follows from this error.
    Planning(SessionError),
    /// The session on the connection is that of the fresh copy, which is complete when this MARK comes back.
    Downloading(RequestIdent),
    /// The application is asked.
    Asking,
    /// The file takes the copy over.
    Swapping,
}

/// A reset that happened, until synchronising has worked since.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Settling {
    mark: RequestIdent,
    is_downloaded: bool,
    /// What the file had when it was first read after the reset.
    version: Option<ClientVersion>,
}

/// A swap, on its way to the application.
pub(super) struct ResetDone {
    before: Option<Box<Realm>>,
    report: ResetReport,
}

/// Whether somebody else still has to hear of a job or event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Heard {
    Here,
    NotYet,
}

impl Worker {
    /// The server wants a reset, or a download does not fit the file.
    pub(super) fn begin_reset(&mut self, session: &Arc<Inner>, error: SessionError, may_recover: bool) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        match hosted.reset {
            // The same wish once more, or one that the realm's own session will hear again.
            Some(Reset::Planning(_) | Reset::Swapping) => return,
            Some(Reset::Downloading(_) | Reset::Asking) | None => {}
        }
        hosted.reset = Some(Reset::Planning(error));
        self.take_step(session, ResetStep::Begin { may_recover });
    }

    fn take_step(&mut self, session: &Arc<Inner>, step: ResetStep) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        let ident = hosted.place().map_or(SessionIdent(0), |(ident, _)| ident);
        hosted.order_reset(ident, step);
        let job = hosted.next_job();
        self.outputs.extend(job.map(Output::Run));
    }

    /// The application carries a reset out; a session that is stopped does so when it is started.
    pub(super) fn initiate_reset(&mut self, now: Instant, session: &Arc<Inner>, run: Option<Generation>) {
        self.leave(now, session);
        let generation = run.unwrap_or_else(|| session.gate.generation());
        let hosted = self.hosted.entry(session.number()).or_insert_with(|| Hosted::new(session.clone(), generation));
        hosted.generation = generation;
        hosted.waits.forget_marks();
        hosted.give_up_file();
        self.take_step(session, ResetStep::Initiate);
        if let Some(generation) = run {
            self.start(now, session, generation, super::session::Begun::Started);
        }
    }

    /// What a job brought, of the session that is on the connection now.
    pub(super) fn handle_reset_news(&mut self, now: Instant, session: &Arc<Inner>, news: ResetNews) -> Heard {
        match news {
            ResetNews::Found(status) => return self.handle_found(now, session, status),
            ResetNews::Planned(ResetPlan::Download) => self.open_fresh(now, session),
            ResetNews::Planned(ResetPlan::Require { requirement, backup }) => {
                self.require(now, session, requirement, None, &backup);
            }
            ResetNews::Required(backup) => self.require(now, session, Requirement::Vetoed, None, &backup),
            ResetNews::Swapped(Swap::Required { reason, backup }) => {
                self.require(now, session, Requirement::Failed, Some(reason), &backup);
            }
            ResetNews::Swapped(Swap::Done { report, before }) => self.handle_swapped(now, session, report, before),
            ResetNews::Failed(failure) => self.retry_reset(now, session, failure),
            ResetNews::Initiated | ResetNews::Settled => {}
        }
        Heard::Here
    }

    /// The file was read: a reset that another run began goes on.
    fn handle_found(&mut self, now: Instant, session: &Arc<Inner>, found: ResetStatus) -> Heard {
        {
            let mut status = session.status.lock();
            status.reset_backup = found.backup.filter(|_| found.stage == ResetStage::Required);
            status.last_reset = found.report;
        }
        match found.stage {
            ResetStage::Downloading => {
                self.open_fresh(now, session);
                Heard::Here
            }
            ResetStage::Swapped => {
                self.await_settling(now, session);
                Heard::NotYet
            }
            ResetStage::None | ResetStage::Settled | ResetStage::Required => Heard::NotYet,
        }
    }

    /// Puts a session of this file on the connection in the place of the one there.
    fn replace(&mut self, now: Instant, session: &Arc<Inner>, file: StoreFile) -> Option<SessionIdent> {
        let run = self.hosted.get(&session.number())?.run;
        self.leave(now, session);
        let hosted = self.hosted.get_mut(&session.number())?;
        hosted.waits.forget_marks();
        hosted.set_file(file);
        self.open(now, session);
        let hosted = self.hosted.get_mut(&session.number())?;
        let (ident, connection) = hosted.place()?;
        if let Run::Finishing { end_by, .. } = run {
            hosted.run = Run::Finishing { ident, connection, end_by };
        }
        self.tell_waits(now, session.number());
        Some(ident)
    }

    fn open_fresh(&mut self, now: Instant, session: &Arc<Inner>) {
        if self.replace(now, session, StoreFile::Fresh).is_some() {
            self.await_fresh(now, session);
        }
    }

    fn await_fresh(&mut self, now: Instant, session: &Arc<Inner>) {
        let mark = self.request_mark(now, session);
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.reset = mark.map(Reset::Downloading);
        }
    }

    fn await_settling(&mut self, now: Instant, session: &Arc<Inner>) {
        let mark = self.request_mark(now, session);
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.settling = mark.map(|mark| Settling { mark, is_downloaded: false, version: None });
        }
    }

    fn request_mark(&mut self, now: Instant, session: &Arc<Inner>) -> Option<RequestIdent> {
        let (ident, connection) = self.hosted.get(&session.number())?.place()?;
        let mark = self.lines.get_mut(&connection)?.connection.request_mark(ident);
        self.feed(now, connection, sync::Input::Timeout);
        mark
    }

    /// What the session of a fresh copy tells is not about the realm.
    pub(super) fn handle_reset_event(&mut self, session: &Arc<Inner>, event: &Event) -> Heard {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return Heard::NotYet };
        match hosted.store_file() {
            StoreFile::Realm => {
                self.watch_settling(session, event);
                return Heard::NotYet;
            }
            StoreFile::Fresh => {}
        }
        match event {
            Event::File(_) | Event::Uploaded(_) | Event::Downloadable(_) => Heard::Here,
            Event::Downloaded(request) => {
                if hosted.reset.as_ref().is_some_and(|reset| *reset == Reset::Downloading(*request)) {
                    self.handle_complete(session);
                }
                Heard::Here
            }
            Event::Connection(_) | Event::Attempts(_) | Event::Error(_) | Event::Traffic(_) => Heard::NotYet,
        }
    }

    fn watch_settling(&mut self, session: &Arc<Inner>, event: &Event) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        let Some(settling) = &mut hosted.settling else { return };
        let uploaded = match event {
            Event::File(FileStatus { newest_version, uploaded_version, .. }) => {
                settling.version.get_or_insert(*newest_version);
                Some(*uploaded_version)
            }
            Event::Downloaded(request) => {
                settling.is_downloaded |= *request >= settling.mark;
                hosted.file.map(|file| file.uploaded_version)
            }
            Event::Connection(_)
            | Event::Attempts(_)
            | Event::Downloadable(_)
            | Event::Uploaded(_)
            | Event::Error(_)
            | Event::Traffic(_) => None,
        };
        if settling.is_downloaded && uploaded.is_some() && uploaded >= settling.version {
            hosted.settling = None;
            self.take_step(session, ResetStep::Settle);
        }
    }

    /// The fresh copy has everything that the server has.
    fn handle_complete(&mut self, session: &Arc<Inner>) {
        let asks = session.status.lock().reset.on_before.is_some();
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        let Some((ident, _)) = hosted.place() else { return };
        if asks {
            hosted.reset = Some(Reset::Asking);
            self.notify(session, What::BeforeReset(ident));
        } else {
            self.swap(session);
        }
    }

    fn swap(&mut self, session: &Arc<Inner>) {
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.reset = Some(Reset::Swapping);
        }
        self.take_step(session, ResetStep::Swap);
    }

    /// The application's answer, unless the reset it was asked about is not under way any more.
    pub(super) fn handle_reset_answer(&mut self, session: &Arc<Inner>, ident: SessionIdent, agrees: bool) {
        let Some(hosted) = self.hosted.get(&session.number()) else { return };
        let is_asked = hosted.reset == Some(Reset::Asking) && hosted.place().is_some_and(|(now, _)| now == ident);
        match (is_asked, agrees) {
            (false, _) => {}
            (true, true) => self.swap(session),
            (true, false) => self.take_step(session, ResetStep::Require(Requirement::Vetoed)),
        }
    }

    fn handle_swapped(&mut self, now: Instant, session: &Arc<Inner>, report: ResetReport, before: Option<Box<Realm>>) {
        {
            let mut status = session.status.lock();
            status.last_reset = Some(report.clone());
            status.reset_backup = None;
        }
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        hosted.reset = None;
        hosted.waits.forget_versions();
        if self.replace(now, session, StoreFile::Realm).is_some() {
            self.await_settling(now, session);
            self.ask_mark(now, session.number());
        }
        self.notify(session, What::AfterReset(ResetDone { before, report }));
    }

    /// A disk that is full, a folder that is gone: the session that is on the connection tries again, and so does this.
    fn retry_reset(&mut self, now: Instant, session: &Arc<Inner>, failure: StoreFailure) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        let Some((ident, connection)) = hosted.place() else { return };
        let file = hosted.store_file();
        hosted.reset = None;
        let failure = match failure {
            // The fresh copy is what it is: only another one helps.
            StoreFailure::BadChangeset(message) | StoreFailure::Unavailable(message) => {
                StoreFailure::Unavailable(message)
            }
            StoreFailure::Cancelled => return,
        };
        match file {
            StoreFile::Fresh => self.await_fresh(now, session),
            StoreFile::Realm => {}
        }
        let answer = StoreAnswer::Failed(failure);
        self.feed(now, connection, sync::Input::Answer { session: ident, answer });
    }

    /// The session ends: only the application can go on.
    fn require(
        &mut self,
        now: Instant,
        session: &Arc<Inner>,
        requirement: Requirement,
        reason: Option<String>,
        backup: &Path,
    ) {
        session.status.lock().reset_backup = Some(backup.to_owned());
        let cause = self.hosted.get_mut(&session.number()).and_then(|hosted| hosted.reset.take());
        let (wire_code, cause) = match cause {
            Some(Reset::Planning(error)) => (error.wire_code, Some(error.message)),
            Some(Reset::Downloading(_) | Reset::Asking | Reset::Swapping) | None => (None, None),
        };
        let status = match requirement {
            Requirement::Manual => Status::SyncClientResetRequired,
            Requirement::NoRecovery | Requirement::Vetoed | Requirement::Cycle | Requirement::Failed => {
                Status::AutoClientResetFailed
            }
        };
        let why = match requirement {
            Requirement::Manual => "a client reset is needed",
            Requirement::NoRecovery => "the server does not allow to recover local changes",
            Requirement::Vetoed => "the callback before the client reset refused it",
            Requirement::Cycle => "another client reset is needed, though nothing was synchronised since the last",
            Requirement::Failed => "the automatic client reset failed",
        };
        let details: String = [cause, reason].into_iter().flatten().map(|text| format!(" ({text})")).collect();
        let message = format!("{why}{details}; initiate it, the file is then copied to {}", backup.display());
        let error = SessionError {
            number: status.number(),
            wire_code,
            message,
            consequence: Consequence::Ends,
            rejected: None,
        };
        self.handle_error(now, session, error);
    }
}

impl Inner {
    /// On the dispatcher thread: asks the application, and tells the worker.
    pub(super) fn ask_before_reset(self: &Arc<Self>, ident: SessionIdent) {
        let on_before = self.status.lock().reset.on_before.clone();
        let agrees = match (on_before, Realm::open_frozen(self.path(), self.store.clock())) {
            (None, _) => true,
            (Some(callback), Ok(before)) => callback(before),
            // Nobody could look, so nobody agreed.
            (Some(_), Err(_)) => false,
        };
        // A client that was closed resets nothing.
        let _ = self.commands().push(Command::ResetAnswer(self.clone(), ident, agrees));
    }

    /// On the dispatcher thread. What the callback commits is uploaded like any other commit.
    pub(super) fn tell_after_reset(self: &Arc<Self>, done: ResetDone) {
        let on_after = self.status.lock().reset.on_after.clone();
        let (Some(callback), Some(before)) = (on_after, done.before) else { return };
        let Ok(after) = self.open_after() else { return };
        callback(*before, after, &done.report);
        if let Ok(version) = self.open_after().and_then(|realm| realm.version()) {
            let mut status = self.status.lock();
            status.committed = status.committed.max(version);
            drop(status);
            let _ = self.commands().push(Command::Commit(self.clone()));
        }
    }

    fn open_after(&self) -> Result<Realm, StoreError> {
        let (path, clock) = (self.path().to_owned(), self.store.clock());
        Realm::open(OpenOptions { path, schema: None, mode: Mode::Synced, clock })
    }
}

impl Session {
    /// Carries out the client reset that the session ended for: the file is copied, the local changes that were not
    /// uploaded are given up, and the session starts. A stopped session does so when it is started. Where no reset waits
    /// for it, the session starts and nothing is given up.
    pub fn initiate_client_reset(&self) {
        let inner = &self.inner;
        let mut status = inner.status.lock();
        let run = (!status.is_at_rest()).then(|| inner.gate.generation());
        // With a client that was closed there is nothing left to do.
        if inner.commands().push(Command::InitiateReset(inner.clone(), run)).is_ok() && run.is_some() {
            inner.set_state(&mut status, SessionState::Active);
        }
    }

    /// What the last client reset of this file came to; `None` as long as the session knows of none.
    pub fn last_client_reset(&self) -> Option<ResetReport> {
        self.inner.status.lock().last_reset.clone()
    }

    /// Where the file is copied to when the application initiates the reset that the session ended for.
    pub fn client_reset_backup(&self) -> Option<std::path::PathBuf> {
        self.inner.status.lock().reset_backup.clone()
    }
}
