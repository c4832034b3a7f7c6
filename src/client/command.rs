//! What application threads ask of the worker.

use std::collections::VecDeque;
use std::sync::mpsc::{channel, Receiver, Sender, TryRecvError};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::store::Generation;
use crate::value::SessionIdent;

use super::budget::OfflineBudget;
use super::network::Network;
use super::notice::Notice;
use super::session::{Begun, ClosedError, Inner};
use super::sessions_wait::SessionsWait;
use super::user::User;
use super::wait::{Wait, WaitError};

pub enum Command {
    /// The session shall run, under this generation of its gate: it was opened, also while it was ending, or started.
    Start(Arc<Inner>, Generation, Begun),
    /// The session tries again now, unless it is stopped.
    Reconnect(Arc<Inner>),
    ReconnectAll,
    /// What the host says of the network.
    Network(Network),
    /// The session has been away for so long that the application is warned.
    WarnOffline(Arc<Inner>, OfflineBudget),
    /// The session shall not say anything any more; acknowledged when that is so.
    Stop(Arc<Inner>, Acknowledgement),
    /// Acknowledged when everything is uploaded, this much time has passed, or the session ends.
    Flush(Arc<Inner>, Duration, Acknowledgement),
    /// The last handle of the session went; acknowledged when the file is closed, or the session goes on for a while.
    Release(Arc<Inner>, Option<Acknowledgement>),
    /// The file has a new local version.
    Commit(Arc<Inner>),
    /// Somebody wants to know how far the session is.
    Measure(Arc<Inner>),
    Wait(Arc<Inner>, Wait),
    /// Somebody waits for the end of every session.
    WaitForSessions(SessionsWait),
    /// The application said whether the reset it was asked about may happen, while this session downloaded it.
    ResetAnswer(Arc<Inner>, SessionIdent, bool),
    /// The application carries a reset out; the session runs from then on under this generation, unless it is stopped.
    InitiateReset(Arc<Inner>, Option<Generation>),
    /// Sessions of this user that wait for a token try again.
    TokenChanged(User),
    /// The answer to the request of this number.
    TokenAnswered(u64, Result<String, String>),
    /// Nothing of this user is on the network any more; acknowledged when that is so.
    LogOut(User, Acknowledgement),
    /// Sessions without handles end, whatever they have still to upload; acknowledged when that is so.
    EndFinishing(Acknowledgement),
    /// Every session ends; acknowledged when nothing is left.
    Shutdown(Acknowledgement),
}

/// A wait on its way to the worker.
pub(super) enum AnyWait {
    OfSession(Arc<Inner>, Wait),
    ForSessions(SessionsWait),
}

/// Tells the thread that waits for a command that it was carried out; also when it is dropped.
#[derive(Debug)]
pub struct Acknowledgement {
    _sender: Sender<()>,
}

/// The other end of an [`Acknowledgement`].
#[derive(Debug)]
pub struct Acknowledged {
    receiver: Receiver<()>,
}

impl Acknowledgement {
    pub fn new() -> (Acknowledgement, Acknowledged) {
        let (sender, receiver) = channel();
        (Acknowledgement { _sender: sender }, Acknowledged { receiver })
    }
}

impl Acknowledged {
    /// Whether it was carried out, without waiting.
    pub fn is_over(&self) -> bool {
        self.receiver.try_recv() == Err(TryRecvError::Disconnected)
    }

    pub fn wait(self) {
        // The sender never sends: it is dropped, which ends the wait.
        let _ = self.receiver.recv();
    }
}

/// The queue from application threads to the worker.
pub struct Commands {
    state: Mutex<State>,
    wake: Box<dyn Fn() + Send + Sync>,
}

enum State {
    Open(VecDeque<Command>),
    /// No worker reads any more.
    Closed,
}

impl Commands {
    pub(super) fn new(wake: Box<dyn Fn() + Send + Sync>) -> Commands {
        Commands { state: Mutex::new(State::Open(VecDeque::new())), wake }
    }

    /// Gives the command back when nobody reads any more.
    pub(super) fn push(&self, command: Command) -> Result<(), Command> {
        match &mut *self.state.lock() {
            State::Open(queue) => queue.push_back(command),
            State::Closed => return Err(command),
        }
        (self.wake)();
        Ok(())
    }

    /// Gives a wait to the worker. Where nobody reads any more it is refused: it calls nobody.
    pub(super) fn begin_wait(&self, command: Command) -> Result<(), ClosedError> {
        self.push(command).map_err(|command| {
            command.into_wait().into_iter().for_each(AnyWait::refuse);
            ClosedError
        })
    }

    pub(super) fn pop(&self) -> Option<Command> {
        match &mut *self.state.lock() {
            State::Open(queue) => queue.pop_front(),
            State::Closed => None,
        }
    }

    /// Refuses every later command, and gives back the waits that nobody will carry out.
    pub(super) fn close(&self) -> Vec<AnyWait> {
        let left = match std::mem::replace(&mut *self.state.lock(), State::Closed) {
            State::Open(queue) => queue,
            State::Closed => VecDeque::new(),
        };
        left.into_iter().filter_map(Command::into_wait).collect()
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(*self.state.lock(), State::Closed)
    }
}

impl Command {
    /// The wait that the command carries, if it does.
    pub(super) fn into_wait(self) -> Option<AnyWait> {
        match self {
            Command::Wait(session, wait) => Some(AnyWait::OfSession(session, wait)),
            Command::WaitForSessions(wait) => Some(AnyWait::ForSessions(wait)),
            Command::Start(..)
            | Command::Reconnect(_)
            | Command::ReconnectAll
            | Command::Network(_)
            | Command::WarnOffline(..)
            | Command::Stop(..)
            | Command::Flush(..)
            | Command::Release(..)
            | Command::Commit(_)
            | Command::Measure(_)
            | Command::ResetAnswer(..)
            | Command::InitiateReset(..)
            | Command::TokenChanged(_)
            | Command::TokenAnswered(..)
            | Command::LogOut(..)
            | Command::EndFinishing(_)
            | Command::Shutdown(_) => None,
        }
    }
}

impl AnyWait {
    /// Gives up the wait without calling anybody: its caller is told otherwise.
    pub fn refuse(self) {
        match self {
            AnyWait::OfSession(_, wait) => wait.refuse(),
            AnyWait::ForSessions(wait) => wait.refuse(),
        }
    }

    /// The call that says that it will never have what it waited for.
    pub fn cancelled(self) -> Notice {
        match self {
            AnyWait::OfSession(session, wait) => Notice::cancelled(&session, wait),
            AnyWait::ForSessions(wait) => Notice::sessions_ended(wait, Err(WaitError::Cancelled)),
        }
    }
}
