//! A call into the application, on its way to the dispatcher thread.

use std::sync::Arc;

use crate::sync::{ConnectionState, SessionError};

use super::command::Command;
use super::session::{Inner, SessionState};
use super::wait::{Wait, WaitError};

/// One call into the application. Notices of a session are delivered in order.
pub struct Notice {
    session: Arc<Inner>,
    /// Generation of the session's gate when the notice was made; a stop in between keeps it from being delivered.
    generation: u64,
    what: What,
}

enum What {
    State { old: SessionState, new: SessionState },
    Connection { old: ConnectionState, new: ConnectionState },
    Error(SessionError),
    Waited(Wait, Result<(), WaitError>),
}

impl Notice {
    pub(super) fn state(session: &Arc<Inner>, old: SessionState, new: SessionState) -> Notice {
        Notice::new(session, What::State { old, new })
    }

    pub(super) fn connection(session: &Arc<Inner>, old: ConnectionState, new: ConnectionState) -> Notice {
        Notice::new(session, What::Connection { old, new })
    }

    pub(super) fn error(session: &Arc<Inner>, error: SessionError) -> Notice {
        Notice::new(session, What::Error(error))
    }

    pub(super) fn waited(session: &Arc<Inner>, wait: Wait, result: Result<(), WaitError>) -> Notice {
        Notice::new(session, What::Waited(wait, result))
    }

    fn new(session: &Arc<Inner>, what: What) -> Notice {
        Notice { session: session.clone(), generation: session.gate.generation(), what }
    }

    /// Calls into the application, unless the session was stopped since. A wait whose session was stopped goes back to
    /// it and ends after the next start.
    pub fn deliver(self) {
        let Notice { session, generation, what } = self;
        let is_open = session.gate.generation() == generation;
        match what {
            What::State { old, new } if is_open => session.state_callbacks.call(|callback| callback(old, new)),
            What::Connection { old, new } if is_open => {
                session.connection_callbacks.call(|callback| callback(old, new));
            }
            What::Error(error) if is_open => {
                session.config().on_error.iter().for_each(|callback| callback(&error));
            }
            What::Waited(wait, Err(WaitError::Cancelled)) => wait.cancel(),
            What::Waited(wait, result) if is_open => wait.complete(result),
            What::Waited(wait, _) => session.give_back(wait),
            What::State { .. } | What::Connection { .. } | What::Error(_) => {}
        }
    }
}

impl Inner {
    fn give_back(self: Arc<Self>, wait: Wait) {
        let commands = self.commands().clone();
        commands.push(Command::Wait(self, wait));
    }
}
