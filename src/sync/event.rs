//! What a session tells its owner.

use std::sync::Arc;

use crate::protocol::CompensatingWrites;
use crate::value::{ClientVersion, Instant, RequestIdent};

use super::store_request::FileStatus;
use super::traffic::Traffic;

/// Whether this session's messages can travel. A session in suspension is disconnected, also on a live socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionState {
    Disconnected,
    Connecting,
    Connected,
}

/// What becomes of a session after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Consequence {
    /// The session tries again by itself.
    Retries,
    /// The session goes on as if nothing had happened.
    GoesOn,
    /// The session waits for an access token that the server accepts.
    NeedsToken,
    /// The session ended; only `start` brings it back.
    Ends,
    /// The file and the server went apart: a client reset brings them together (`docs/CLIENT_RESET.md`).
    NeedsReset { may_recover: bool },
}

/// An error of one session, as its owner is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionError {
    /// Number as in realm-core's C interface (`docs/PROTOCOL.md`, "Errors").
    pub number: i32,
    /// The code on the wire, when the server sent one.
    pub wire_code: Option<u32>,
    pub message: String,
    pub consequence: Consequence,
    /// The writes that the server did not accept, when it is about such.
    pub rejected: Option<Arc<CompensatingWrites>>,
}

/// How a session's attempts go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Attempts {
    /// Failures in a row since the session last worked.
    pub failures: u32,
    /// When it tries next, if it waits for a moment.
    pub next: Option<Instant>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Connection(ConnectionState),
    /// The schedule changed.
    Attempts(Attempts),
    /// The file was read, or written by this session.
    File(FileStatus),
    /// A download was integrated; the server had this many bytes more when it sent it.
    Downloadable(u64),
    /// Everything up to this version was acknowledged by the server, and that is on disk.
    Uploaded(ClientVersion),
    /// Everything the server had when it was asked is integrated.
    Downloaded(RequestIdent),
    Error(SessionError),
    /// What the session exchanged since it last told.
    Traffic(Traffic),
}
