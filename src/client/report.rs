//! What the worker makes of a session's events, commits and waits.

use std::sync::Arc;

use crate::sync::{ConnectionState, Consequence, Event, FileStatus, Input, SessionError};
use crate::value::{ClientVersion, Instant, RequestIdent, SessionIdent};

use super::hosted::{Run, TokenUse};
use super::notice::{Notice, What};
use super::reset::Heard;
use super::session::{Inner, SessionState};
use super::store_slot::StoreFile;
use super::wait::{Target, Wait, WaitError};
use super::worker::{Output, Worker};

impl Worker {
    /// Calls into the application, unless the session is stopped before the call begins.
    pub(super) fn notify(&mut self, session: &Arc<Inner>, what: What) {
        let generation =
            self.hosted.get(&session.number()).map_or(session.gate.generation(), |hosted| hosted.generation);
        self.outputs.push_back(Output::Notify(Notice::new(session, generation, what)));
    }

    pub(super) fn handle_event(&mut self, now: Instant, ident: SessionIdent, event: Event) {
        let Some(session) = self.hosted_by_ident(ident).map(|hosted| hosted.session.clone()) else { return };
        if self.handle_reset_event(&session, &event) == Heard::Here {
            return;
        }
        match event {
            Event::Connection(state) => self.report_connection(&session, state),
            Event::Attempts(attempts) => {
                session.status.lock().attempts = attempts;
                self.changed.insert(session.number());
            }
            Event::File(status) => {
                self.handle_file(now, &session, status);
                self.measure(&session);
            }
            Event::Downloadable(bytes) => {
                if let Some(hosted) = self.hosted_by_ident(ident) {
                    hosted.downloadable_bytes = Some(bytes);
                    hosted.token = TokenUse::Good;
                }
                session.note_contact();
                self.measure(&session);
            }
            Event::Uploaded(version) => {
                self.complete_uploads(&session, version);
                self.tell_waits(now, session.number());
            }
            Event::Downloaded(request) => self.complete_downloads(&session, request),
            Event::Error(error) => self.handle_error(now, &session, error),
            Event::Traffic(more) => session.status.lock().traffic.add(more),
        }
    }

    pub(super) fn report_connection(&mut self, session: &Arc<Inner>, state: ConnectionState) {
        let mut status = session.status.lock();
        if status.is_at_rest() {
            return;
        }
        session.set_connection(&mut status, state);
        self.changed.insert(session.number());
        let old = std::mem::replace(&mut status.told_connection, state);
        if old != state {
            self.notify(session, What::Connection { old, new: state });
        }
        let was_refused = status.state == SessionState::WaitingForAccessToken;
        drop(status);
        if was_refused && state == ConnectionState::Connected {
            self.set_state(session, SessionState::Active);
        }
    }

    fn handle_file(&mut self, now: Instant, session: &Arc<Inner>, status: FileStatus) {
        session.status.lock().file_ident = status.file_ident;
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        hosted.file = Some(status);
        if let Some(newest_version) = hosted.newest_version() {
            hosted.waits.aim_uploads(newest_version);
        }
        self.complete_uploads(session, status.uploaded_version);
        let finished = self.hosted.get(&session.number()).is_some_and(|hosted| match hosted.run {
            Run::Finishing { .. } => hosted.is_uploaded(),
            Run::Running { .. } | Run::Stopped | Run::AwaitsUnmetered => false,
        });
        if finished {
            self.end(now, session, None);
        }
    }

    pub(super) fn complete_uploads(&mut self, session: &Arc<Inner>, uploaded: ClientVersion) {
        let waits = self.hosted.get_mut(&session.number()).map(|hosted| hosted.waits.take_uploaded(uploaded));
        self.complete(session, waits);
    }

    fn complete_downloads(&mut self, session: &Arc<Inner>, request: RequestIdent) {
        let waits = self.hosted.get_mut(&session.number()).map(|hosted| hosted.waits.take_downloaded(request));
        self.complete(session, waits);
    }

    fn complete(&mut self, session: &Arc<Inner>, waits: Option<Vec<Wait>>) {
        // Who flushes goes on here: no callback of the application's is to hold it up.
        for wait in waits.into_iter().flatten().filter(|wait| wait.flush_by().is_none()) {
            self.notify(session, What::Waited(wait, Ok(())));
        }
    }

    pub(super) fn handle_error(&mut self, now: Instant, session: &Arc<Inner>, error: SessionError) {
        if let Consequence::NeedsReset { may_recover } = error.consequence {
            return self.begin_reset(session, error, may_recover);
        }
        session.status.lock().last_error = Some(error.clone());
        self.changed.insert(session.number());
        self.notify(session, What::Error(error.clone()));
        match error.consequence {
            Consequence::Retries | Consequence::GoesOn | Consequence::NeedsReset { .. } => {}
            Consequence::NeedsToken => self.handle_refusal(now, session, error.wire_code.is_some()),
            Consequence::Ends => self.fail(now, session, &error),
        }
    }

    pub(super) fn handle_commit(&mut self, now: Instant, session: &Arc<Inner>) {
        let version = session.status.lock().committed;
        let hosted = self.hosted.get(&session.number()).filter(|hosted| hosted.store_file() == StoreFile::Realm);
        let place = hosted.and_then(|hosted| hosted.place());
        if let Some((ident, connection)) = place {
            self.feed(now, connection, Input::Commit { session: ident, version });
        }
    }

    pub(super) fn handle_wait(&mut self, now: Instant, session: &Arc<Inner>, mut wait: Wait) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else {
            return self.outputs.push_back(Output::Notify(Notice::cancelled(session, wait)));
        };
        if let Some(error) = session.ended_by() {
            return self.notify(session, What::Waited(wait, Err(WaitError::Failed(error))));
        }
        match &mut wait.target {
            Target::Upload(target @ None) => *target = hosted.newest_version().filter(|_| hosted.file.is_some()),
            Target::Upload(Some(_)) => {}
            // One that a stop sent back may carry the number of an earlier start's MARK.
            Target::Download(target) => *target = None,
        }
        hosted.waits.add(wait);
        if let Some(file) = hosted.file {
            self.complete_uploads(session, file.uploaded_version);
        }
        self.ask_mark(now, session.number());
    }

    /// Tells the connection whether somebody waits for acknowledgements.
    pub(super) fn tell_waits(&mut self, now: Instant, session: u64) {
        let Some(hosted) = self.hosted.get_mut(&session) else { return };
        let (news, place) = (hosted.news_of_waits(), hosted.place());
        if let (Some(awaits_upload), Some((ident, connection))) = (news, place) {
            self.feed(now, connection, Input::Await { session: ident, awaits_upload });
        }
    }

    /// Sends a MARK when a download wait has none yet and the session runs.
    pub(super) fn ask_mark(&mut self, now: Instant, session: u64) {
        self.tell_waits(now, session);
        let Some(hosted) = self.hosted.get_mut(&session) else { return };
        let may_ask = hosted.waits.needs_mark() && hosted.store_file() == StoreFile::Realm;
        let Some((ident, connection)) = hosted.place().filter(|_| may_ask) else { return };
        let Some(line) = self.lines.get_mut(&connection) else { return };
        if let Some(request) = line.connection.request_mark(ident) {
            hosted.waits.aim_downloads(request);
        }
        self.feed(now, connection, Input::Timeout);
    }
}
