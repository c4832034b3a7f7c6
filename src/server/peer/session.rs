//! One session of a connection: its states, and what it says when it has the turn.

use crate::protocol::ServerMessage;
use crate::value::{FileIdent, RequestIdent, SaltedFileIdent, ServerVersion, SessionIdent};

use super::bound::Bound;
use crate::server::{Batch, Claim, Permission, RealmPath, RealmRequest, Standing, Upload};

#[derive(Debug)]
pub(super) struct Session {
    /// Unlike the session's number never used twice in a connection.
    pub binding: u64,
    /// `None` when the session was refused before it had a realm.
    pub realm: Option<RealmPath>,
    pub permission: Permission,
    pub state: State,
    /// Whether the session is in the queue of those that want to send.
    pub is_enlisted: bool,
}

#[derive(Debug)]
pub(super) enum State {
    /// The log was asked for a new ident.
    Allocating,
    SendIdent(SaltedFileIdent),
    WaitForIdent,
    /// The log was asked whether it knows the client file.
    Identifying(Box<Identifying>),
    Bound(Box<Bound>),
    SendError(Vec<u8>),
    /// An error was sent; everything but UNBIND is ignored.
    WaitForUnbind,
    SendUnbound,
}

/// A claim that the log is checking, and what the client sent meanwhile.
#[derive(Debug)]
pub(super) struct Identifying {
    pub claim: Claim,
    pub early: Vec<Early>,
}

impl Identifying {
    /// Only the newest MARK gets an answer.
    pub fn mark(&mut self, request: RequestIdent) {
        self.early.retain(|early| !matches!(early, Early::Mark(_)));
        self.early.push(Early::Mark(request));
    }
}

/// A message that must wait until the log has accepted the IDENT.
#[derive(Debug)]
pub(super) enum Early {
    Mark(RequestIdent),
    Upload(Upload),
}

/// What comes of a turn.
#[derive(Debug)]
pub(super) enum Turn {
    Nothing,
    Frame(Vec<u8>),
    /// History must be read before there is something to send.
    Read(RealmRequest),
    /// The session ends with this frame.
    Last(Vec<u8>),
}

impl State {
    /// The client file that the session has bound, or is about to bind.
    pub fn file(&self) -> Option<FileIdent> {
        match self {
            State::Identifying(identifying) => Some(identifying.claim.file.ident),
            State::Bound(bound) => Some(bound.file()),
            State::Allocating
            | State::SendIdent(_)
            | State::WaitForIdent
            | State::SendError(_)
            | State::WaitForUnbind
            | State::SendUnbound => None,
        }
    }
}

impl Session {
    pub fn has_turn(&self) -> bool {
        match &self.state {
            State::SendIdent(_) | State::SendError(_) | State::SendUnbound => true,
            State::Bound(bound) => bound.has_turn(),
            State::Allocating | State::WaitForIdent | State::Identifying(_) | State::WaitForUnbind => false,
        }
    }

    pub fn take_turn(&mut self, ident: SessionIdent, download_bytes: usize) -> Turn {
        match std::mem::replace(&mut self.state, State::WaitForUnbind) {
            State::SendIdent(file) => {
                self.state = State::WaitForIdent;
                Turn::Frame(ServerMessage::Ident { session: ident, file }.encode())
            }
            State::SendError(frame) => Turn::Frame(frame),
            State::SendUnbound => Turn::Last(ServerMessage::Unbound { session: ident }.encode()),
            State::Bound(mut bound) => {
                let turn = bound.take_turn(ident, download_bytes);
                self.state = State::Bound(bound);
                turn
            }
            quiet @ (State::Allocating | State::WaitForIdent | State::Identifying(_) | State::WaitForUnbind) => {
                self.state = quiet;
                Turn::Nothing
            }
        }
    }

    pub fn handle_allocated(&mut self, file: SaltedFileIdent) {
        if let State::Allocating = self.state {
            self.state = State::SendIdent(file);
        }
    }

    /// Binds the session; returns its client file, and what had to wait for this.
    pub fn handle_identified(&mut self, standing: Standing) -> Option<(FileIdent, Vec<Early>)> {
        match std::mem::replace(&mut self.state, State::WaitForUnbind) {
            State::Identifying(identifying) => {
                let Identifying { claim, early } = *identifying;
                self.state = State::Bound(Box::new(Bound::new(&claim, standing)));
                Some((claim.file.ident, early))
            }
            other => {
                self.state = other;
                None
            }
        }
    }

    pub fn handle_batch(&mut self, batch: Batch) {
        if let State::Bound(bound) = &mut self.state {
            bound.handle_batch(batch);
        }
    }

    pub fn handle_news(&mut self, latest: ServerVersion) {
        if let State::Bound(bound) = &mut self.state {
            bound.handle_news(latest);
        }
    }
}
