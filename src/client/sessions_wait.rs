//! Waiting until every session of a client has ended and its file is released.
//!
//! Rules: `docs/SESSION.md`, "Waiting for the end".

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use crate::value::Instant;

use super::command::Command;
use super::notice::Notice;
use super::registry::Client;
use super::session::ClosedError;
use super::wait::{Completion, WaitError};
use super::worker::{Output, Worker};

/// How many sessions of a client have not ended, or hold their file still.
#[derive(Clone, Default)]
pub(super) struct Census(Arc<AtomicUsize>);

/// Counts one session until it is dropped.
pub(super) struct Presence(Census);

impl Census {
    pub fn enter(&self) -> Presence {
        self.0.fetch_add(1, Ordering::AcqRel);
        Presence(self.clone())
    }

    fn is_empty(&self) -> bool {
        self.0.load(Ordering::Acquire) == 0
    }
}

impl Drop for Presence {
    fn drop(&mut self) {
        self.0 .0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A wait for the end of every session of the client. Dropping it cancels it.
pub struct SessionsWait {
    until: Until,
    completion: Option<Completion>,
}

/// When its time is over.
#[derive(Clone, Copy)]
enum Until {
    /// So long after it begins.
    Patience(Duration),
    Moment(Instant),
}

impl SessionsWait {
    pub(super) fn complete(mut self, result: Result<(), WaitError>) {
        self.tell(result);
    }

    /// Gives up the wait without calling anybody: its caller is told otherwise.
    pub(super) fn refuse(mut self) {
        self.completion = None;
    }

    fn tell(&mut self, result: Result<(), WaitError>) {
        if let Some(completion) = self.completion.take() {
            completion(result);
        }
    }

    pub(super) fn end_by(&self) -> Option<Instant> {
        match self.until {
            Until::Patience(_) => None,
            Until::Moment(moment) => Some(moment),
        }
    }

    fn begin(&mut self, now: Instant) {
        match self.until {
            Until::Patience(patience) => self.until = Until::Moment(now + patience),
            Until::Moment(_) => {}
        }
    }
}

impl Drop for SessionsWait {
    fn drop(&mut self) {
        self.tell(Err(WaitError::Cancelled));
    }
}

impl Client {
    /// Whether a session has not ended yet: its realm is open, it finishes its uploads, or its file is being released.
    pub fn has_sessions(&self) -> bool {
        !self.facts().census.is_empty()
    }

    /// Completes when no session is left and every file is released; with [`WaitError::DeadlineExceeded`] when that has
    /// not happened within `patience`.
    pub fn wait_for_sessions(&self, patience: Duration, completion: Completion) -> Result<(), ClosedError> {
        let wait = SessionsWait { until: Until::Patience(patience), completion: Some(completion) };
        self.commands().begin_wait(Command::WaitForSessions(wait))
    }
}

impl Worker {
    pub(super) fn handle_sessions_wait(&mut self, now: Instant, mut wait: SessionsWait) {
        wait.begin(now);
        self.sessions_waits.push(wait);
    }

    /// Ends the waits for sessions that have what they wait for, or whose time is over.
    pub(super) fn end_sessions_waits(&mut self, now: Instant) {
        let is_over = self.shared.facts.census.is_empty();
        let is_overdue = |wait: &mut SessionsWait| wait.end_by().is_some_and(|end_by| end_by <= now);
        for wait in self.sessions_waits.extract_if(.., |wait| is_over || is_overdue(wait)) {
            let result = if is_over { Ok(()) } else { Err(WaitError::DeadlineExceeded) };
            self.outputs.push_back(Output::Notify(Notice::sessions_ended(wait, result)));
        }
    }

    pub(super) fn cancel_sessions_waits(&mut self) {
        for wait in self.sessions_waits.drain(..) {
            self.outputs.push_back(Output::Notify(Notice::sessions_ended(wait, Err(WaitError::Cancelled))));
        }
    }
}
