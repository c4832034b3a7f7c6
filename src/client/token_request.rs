//! The application is asked for an access token: it answers once, from any thread, now or later.
//!
//! Rules: `docs/SESSION.md`, "Access tokens".

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::command::{Command, Commands};
use super::user::User;

/// Called on the dispatcher thread of a client whose sessions need a token.
pub type TokenCallback = dyn Fn(TokenRequest) + Send + Sync;

/// What the application answers. Dropping it unanswered counts as a failure.
pub struct TokenRequest {
    shared: Arc<Asked>,
}

/// What request and worker share.
pub(super) struct Asked {
    number: u64,
    commands: Weak<Commands>,
    state: Mutex<State>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Open,
    Answered,
    /// Nobody waits for the answer any more.
    Withdrawn,
}

/// A request that the worker waits for. Dropping it withdraws the request: a late answer does nothing.
pub(super) struct Pending {
    pub user: User,
    /// Which log in the answer is for.
    pub login: u64,
    asked: Arc<Asked>,
}

impl Pending {
    pub fn new(number: u64, user: User, login: u64, commands: &Arc<Commands>) -> (Pending, TokenRequest) {
        let asked = Arc::new(Asked { number, commands: Arc::downgrade(commands), state: Mutex::new(State::Open) });
        (Pending { user, login, asked: asked.clone() }, TokenRequest { shared: asked })
    }

    pub fn number(&self) -> u64 {
        self.asked.number
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        *self.asked.state.lock() = State::Withdrawn;
    }
}

impl TokenRequest {
    /// Sessions that wait for a token go on with this one.
    pub fn complete(&self, access_token: String) {
        self.answer(Ok(access_token));
    }

    /// There is no token now; the sessions ask again after a while.
    pub fn fail(&self, message: String) {
        self.answer(Err(message));
    }

    /// Whether an answer still counts.
    pub(super) fn is_open(&self) -> bool {
        *self.shared.state.lock() == State::Open
    }

    /// The first answer counts, unless the request was withdrawn.
    fn answer(&self, answer: Result<String, String>) {
        {
            let mut state = self.shared.state.lock();
            match *state {
                State::Open => *state = State::Answered,
                State::Answered | State::Withdrawn => return,
            }
        }
        if let Some(commands) = self.shared.commands.upgrade() {
            // A client that was closed has no session that waits.
            let _ = commands.push(Command::TokenAnswered(self.shared.number, answer));
        }
    }
}

impl Drop for TokenRequest {
    fn drop(&mut self) {
        self.fail("the request for an access token was given up without an answer".into());
    }
}
