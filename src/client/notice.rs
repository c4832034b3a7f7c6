//! A call into the application, on its way to the dispatcher thread.

use std::sync::Arc;

use crate::store::Generation;
use crate::sync::{ConnectionState, SessionError};
use crate::value::SessionIdent;

use super::budget::OfflineBudget;
use super::command::Command;
use super::progress::Measure;
use super::reset::ResetDone;
use super::session::{Inner, SessionState};
use super::sessions_wait::SessionsWait;
use super::status::SessionStatus;
use super::token_request::TokenRequest;
use super::wait::{Wait, WaitError};

/// One call into the application. Notices of a session are delivered in order.
pub struct Notice(Call);

enum Call {
    OfSession {
        session: Arc<Inner>,
        /// Generation of the session's gate when the session was started; a stop since keeps the call from being made.
        generation: Generation,
        what: What,
    },
    /// A wait for the end of every session is over.
    SessionsEnded(SessionsWait, Result<(), WaitError>),
}

pub(super) enum What {
    State {
        old: SessionState,
        new: SessionState,
    },
    Connection {
        old: ConnectionState,
        new: ConnectionState,
    },
    Error(SessionError),
    Status(Box<SessionStatus>),
    Offline(OfflineBudget),
    Progress(Measure),
    /// Asks while this session downloads the fresh copy.
    BeforeReset(SessionIdent),
    AfterReset(ResetDone),
    TokenRequest(TokenRequest),
    Waited(Wait, Result<(), WaitError>),
}

impl Notice {
    pub(super) fn new(session: &Arc<Inner>, generation: Generation, what: What) -> Notice {
        Notice(Call::OfSession { session: session.clone(), generation, what })
    }

    /// The end of a wait whose session closed; delivered whatever the gate says.
    pub(super) fn cancelled(session: &Arc<Inner>, wait: Wait) -> Notice {
        let what = What::Waited(wait, Err(WaitError::Cancelled));
        Notice::new(session, session.gate.generation(), what)
    }

    pub(super) fn sessions_ended(wait: SessionsWait, result: Result<(), WaitError>) -> Notice {
        Notice(Call::SessionsEnded(wait, result))
    }

    /// Calls into the application, unless the session was stopped since. A wait whose session is stopped goes back to
    /// it and ends after the next start.
    pub fn deliver(self) {
        let (session, generation, what) = match self.0 {
            Call::OfSession { session, generation, what } => (session, generation, what),
            Call::SessionsEnded(wait, result) => return wait.complete(result),
        };
        let is_open = session.gate.generation() == generation;
        match what {
            What::State { old, new } if is_open => session.state_callbacks.call(|callback| callback(old, new)),
            What::Connection { old, new } if is_open => {
                session.connection_callbacks.call(|callback| callback(old, new));
            }
            // The client warns, not the session, so that it may be stopped.
            What::Offline(budget) => session.warn_offline(&budget),
            What::Status(status) if is_open => session.status_callbacks.call(|callback| callback(&status)),
            What::Progress(measure) if is_open => session.progress_callbacks.call(|callback| callback(&measure)),
            What::Error(error) if is_open => {
                let on_error = session.status.lock().on_error.clone();
                on_error.iter().for_each(|callback| callback(&error));
            }
            What::BeforeReset(ident) if is_open => session.ask_before_reset(ident),
            What::AfterReset(done) if is_open => session.tell_after_reset(done),
            // It is the user's, and nobody's any more once it was withdrawn.
            What::TokenRequest(request) => {
                let callback = session.config().user.token_callback().filter(|_| request.is_open());
                if let Some(callback) = callback {
                    callback(request);
                }
            }
            What::Waited(wait, Err(WaitError::Cancelled)) => wait.cancel(),
            What::Waited(wait, result) if !session.is_at_rest() => wait.complete(result),
            What::Waited(wait, _) => session.give_back(wait),
            What::State { .. }
            | What::Connection { .. }
            | What::Status(_)
            | What::Progress(_)
            | What::Error(_)
            | What::BeforeReset(_)
            | What::AfterReset(_) => {}
        }
    }
}

impl Inner {
    fn give_back(self: Arc<Self>, wait: Wait) {
        let commands = self.commands().clone();
        // A refused wait is dropped, which cancels it.
        let _ = commands.push(Command::Wait(self, wait));
    }
}
