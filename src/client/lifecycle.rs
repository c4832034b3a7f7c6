//! How the worker starts, stops and ends sessions.
//!
//! Rules: `docs/SESSION.md`.

use std::sync::Arc;

use crate::store::Generation;
use crate::sync::{self, ConnectionState, Reachability, SessionError};
use crate::value::{Instant, SessionIdent};

use super::command::Acknowledgement;
use super::config::StopPolicy;
use super::hosted::{Hosted, Run, TokenUse};
use super::notice::{Notice, What};
use super::session::{Begun, Ended, Inner, SessionState};
use super::wait::WaitError;
use super::worker::{ConnectionId, Line, Output, Worker};

impl Worker {
    /// Runs the session; when it runs already, it attempts at once.
    pub(super) fn start(&mut self, now: Instant, session: &Arc<Inner>, generation: Generation, begun: Begun) {
        session.status.lock().begun = begun;
        self.changed.insert(session.number());
        let (may_use_network, is_logged_in) = (self.may_use_network(session), session.config().user.is_logged_in());
        let hosted = self.hosted.entry(session.number()).or_insert_with(|| Hosted::new(session.clone(), generation));
        hosted.generation = generation;
        hosted.token = TokenUse::Good;
        match hosted.run {
            // It runs when the user logs in.
            Run::Stopped | Run::AwaitsUnmetered if !is_logged_in => return,
            Run::Running { ident, connection } => self.attempt(now, connection, ident, begun),
            Run::Finishing { ident, connection, .. } => {
                hosted.run = Run::Running { ident, connection };
                self.attempt(now, connection, ident, begun);
                self.tell_waits(now, session.number());
            }
            Run::Stopped | Run::AwaitsUnmetered if !may_use_network => {
                self.hold_while_metered(now, session);
            }
            Run::Stopped | Run::AwaitsUnmetered => {
                let (ident, connection) = self.open(now, session);
                if self.network.reachability == Reachability::NotReachable {
                    self.attempt(now, connection, ident, begun);
                }
                self.ask_mark(now, session.number());
            }
        }
        self.set_state(session, SessionState::Active);
    }

    /// Whatever wait ran before is over; the application's word counts for more than what the host says of the network.
    fn attempt(&mut self, now: Instant, connection: ConnectionId, ident: SessionIdent, begun: Begun) {
        let input = match begun {
            Begun::Started => sync::Input::Reconnect(ident),
            Begun::Opened => sync::Input::Retry(ident),
        };
        self.feed(now, connection, input);
    }

    /// Moves the session on, unless the application stopped it in the meantime, and tells who wants to know.
    pub(super) fn set_state(&mut self, session: &Arc<Inner>, state: SessionState) {
        let mut status = session.status.lock();
        if status.is_at_rest() {
            return;
        }
        session.set_state(&mut status, state);
        let (old, new) = (status.told_state, status.state);
        if old != new {
            self.changed.insert(session.number());
            status.told_state = new;
            self.notify(session, What::State { old, new });
        }
    }

    pub(super) fn stop(&mut self, now: Instant, session: &Arc<Inner>) {
        self.rest(now, session, SessionState::Paused);
        self.close_lingering();
    }

    /// A connection lingers for the sake of those that run beside it, or come back: with every session stopped it goes.
    fn close_lingering(&mut self) {
        if self.hosted.values().all(|hosted| hosted.run == Run::Stopped) {
            self.drop_lines(|_| true);
        }
    }

    /// Closes the sockets of connections that no session is on.
    pub(super) fn drop_lines(&mut self, is_meant: impl Fn(&Line) -> bool) {
        let lines = self.lines.iter().filter(|(_, line)| is_meant(line));
        let lines: Vec<ConnectionId> = lines.map(|(id, _)| *id).collect();
        for id in lines {
            self.lines.remove(&id);
            self.outputs.push_back(Output::Disconnect(id, Vec::new()));
        }
    }

    /// What finishes its uploads stops as well, and has no handle that could start it: it ends.
    pub(super) fn end_finishing(&mut self, now: Instant) {
        let finishing = self.hosted.values().filter(|hosted| hosted.end_by().is_some());
        let finishing: Vec<Arc<Inner>> = finishing.map(|hosted| hosted.session.clone()).collect();
        for session in finishing {
            self.leave_at_once(now, &session);
            self.end(now, &session, None);
        }
        self.close_lingering();
    }

    /// Takes the session off everything, as what it is from now on.
    pub(super) fn rest(&mut self, now: Instant, session: &Arc<Inner>, state: SessionState) {
        {
            // No callback tells of it: none may begin once it returned. The next one starts from here.
            let mut status = session.status.lock();
            status.told_state = state;
            status.told_connection = ConnectionState::Disconnected;
            status.told_status = None;
        }
        self.leave_at_once(now, session);
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.run = Run::Stopped;
            hosted.token = TokenUse::Good;
            hosted.waits.end_flushes(|_| true);
        }
    }

    /// Takes the session off its connection and gives its file up; a socket that served it alone is closed.
    pub(super) fn leave_at_once(&mut self, now: Instant, session: &Arc<Inner>) {
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        hosted.waits.forget_marks();
        let Some((ident, connection)) = hosted.place() else { return };
        hosted.run = Run::Stopped;
        hosted.news_of_waits();
        hosted.give_up_file();
        let job = hosted.next_job();
        self.by_ident.remove(&ident);
        self.feed(now, connection, sync::Input::Stop(ident));
        self.outputs.push_back(Output::Flush(connection));
        if let Some(line) = self.lines.get_mut(&connection) {
            line.last_words = line.connection.take_last_words();
        }
        self.feed(now, connection, sync::Input::Timeout);
        self.outputs.extend(job.map(Output::Run));
    }

    /// The last handle went: the stop policy decides.
    pub(super) fn release(&mut self, now: Instant, session: &Arc<Inner>, acknowledgement: Option<Acknowledgement>) {
        let (state, stop_policy) = {
            let status = session.status.lock();
            if status.references > 0 {
                return;
            }
            (status.state, status.stop_policy)
        };
        match (state, stop_policy) {
            (SessionState::Active, StopPolicy::AfterUpload { deadline }) => {
                let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
                let Some((ident, connection)) = hosted.place() else { return self.end(now, session, acknowledgement) };
                if hosted.is_uploaded() {
                    return self.end(now, session, acknowledgement);
                }
                hosted.run = Run::Finishing { ident, connection, end_by: now + deadline };
                self.tell_waits(now, session.number());
                self.set_state(session, SessionState::Dying);
            }
            (SessionState::Dying, StopPolicy::AfterUpload { .. }) => {}
            (SessionState::Active | SessionState::Dying, StopPolicy::Immediately)
            | (SessionState::Inactive | SessionState::WaitingForAccessToken | SessionState::Paused, _) => {
                self.end(now, session, acknowledgement);
            }
        }
    }

    /// Ends sessions whose time to finish is over.
    pub(super) fn end_overdue(&mut self, now: Instant) {
        let overdue = self.hosted.values().filter(|hosted| hosted.end_by().is_some_and(|end_by| end_by <= now));
        let overdue: Vec<Arc<Inner>> = overdue.map(|hosted| hosted.session.clone()).collect();
        overdue.iter().for_each(|session| self.end(now, session, None));
    }

    /// Ends a session that no handle holds.
    pub(super) fn end(&mut self, now: Instant, session: &Arc<Inner>, acknowledgement: Option<Acknowledgement>) {
        let shared = self.shared.clone();
        if shared.sessions.lock().forget(session) {
            self.discard(now, session, acknowledgement);
        }
    }

    fn discard(&mut self, now: Instant, session: &Arc<Inner>, acknowledgement: Option<Acknowledgement>) {
        self.leave(now, session);
        session.gate.close();
        {
            let mut status = session.status.lock();
            status.ended = Ended::Closed;
            session.set_state(&mut status, SessionState::Inactive);
            session.set_connection(&mut status, ConnectionState::Disconnected);
        }
        let Some(mut hosted) = self.hosted.remove(&session.number()) else { return };
        hosted.waits.end_flushes(|_| true);
        for wait in hosted.waits.take_all() {
            self.outputs.push_back(Output::Notify(Notice::cancelled(session, wait)));
        }
        self.outputs.push_back(Output::Run(hosted.end_file(acknowledgement)));
    }

    /// Takes a session off its connection.
    pub(super) fn leave(&mut self, now: Instant, session: &Arc<Inner>) -> Option<ConnectionId> {
        let hosted = self.hosted.get_mut(&session.number())?;
        let (ident, connection) = hosted.place()?;
        hosted.run = Run::Stopped;
        hosted.news_of_waits();
        self.by_ident.remove(&ident);
        self.feed(now, connection, sync::Input::Close(ident));
        Some(connection)
    }

    /// The session cannot go on until the application starts it again.
    pub(super) fn fail(&mut self, now: Instant, session: &Arc<Inner>, error: &SessionError) {
        self.leave(now, session);
        self.set_state(session, SessionState::Inactive);
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        hosted.waits.end_flushes(|_| true);
        let waits = hosted.waits.take_all();
        hosted.give_up_file();
        let job = hosted.next_job();
        self.outputs.extend(job.map(Output::Run));
        for wait in waits {
            self.notify(session, What::Waited(wait, Err(WaitError::Failed(error.clone()))));
        }
        let is_held = session.status.lock().references > 0;
        if !is_held {
            self.end(now, session, None);
        }
    }

    /// Attempts at once, and stays what it is.
    pub(super) fn retry(&mut self, now: Instant, session: &Arc<Inner>) {
        let place = self.hosted.get(&session.number()).and_then(Hosted::place);
        if let Some((ident, connection)) = place {
            self.feed(now, connection, sync::Input::Retry(ident));
        }
    }

    /// The server refused the token: the session waits for another. One without handles stays what it is, and gives up
    /// when its time is over.
    pub(super) fn wait_for_token(&mut self, now: Instant, session: &Arc<Inner>, has_newer_token: bool) {
        let is_held = session.status.lock().references > 0;
        match (is_held, has_newer_token) {
            (true, false) => self.set_state(session, SessionState::WaitingForAccessToken),
            (true, true) => {
                self.set_state(session, SessionState::WaitingForAccessToken);
                self.restart(now, session, Begun::Opened);
            }
            (false, true) => self.retry(now, session),
            (false, false) => {}
        }
    }

    /// Tries again what the application has started, and not stopped since.
    pub(super) fn restart(&mut self, now: Instant, session: &Arc<Inner>, begun: Begun) {
        if let Some(generation) = self.hosted.get(&session.number()).map(|hosted| hosted.generation) {
            self.start(now, session, generation, begun);
        }
    }

    pub(super) fn shutdown(&mut self, now: Instant, acknowledgement: Acknowledgement) {
        let shared = self.shared.clone();
        // First, so that no session is started behind its end; one whose start is left in the queue is not hosted yet.
        let left = shared.commands.close();
        let mut sessions: Vec<Arc<Inner>> = self.hosted.values().map(|hosted| hosted.session.clone()).collect();
        sessions.extend(shared.sessions.lock().all().cloned());
        sessions.iter().for_each(|session| self.discard(now, session, None));
        for &connection in self.lines.keys() {
            self.outputs.push_back(Output::Flush(connection));
            self.outputs.push_back(Output::Disconnect(connection, Vec::new()));
        }
        self.cancel_sessions_waits();
        for wait in left {
            self.outputs.push_back(Output::Notify(wait.cancelled()));
        }
        self.outputs.push_back(Output::Closed);
        self.outputs.push_back(Output::Acknowledge(acknowledgement));
    }
}
