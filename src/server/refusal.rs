//! What the server says when it refuses: the code, the text, and what the client shall do.
//!
//! `docs/SERVER.md`, "Errors", lists them for people; `docs/PROTOCOL.md`, "Actions", says what a client makes of them.

use crate::protocol::{Action, ErrorCode, JsonErrorBody, ServerMessage};
use crate::value::SessionIdent;

/// First protocol version whose clients understand JSON_ERROR.
const JSON_ERRORS_SINCE: u32 = 4;

/// Why one session ends; the connection and its other sessions go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("this is no realm path: it must be 1 to 1024 bytes of UTF-8 without NUL, and more than a slash")]
    IllegalPath,
    #[error("the access token gives no permission for this realm")]
    PermissionDenied,
    #[error("the access token gives no permission to write to this realm; changes made here cannot be uploaded")]
    WriteNotAllowed,
    #[error("the server does not know this client file")]
    BadClientFileIdent,
    #[error("the client file and the server disagree about server versions")]
    BadServerVersion,
    #[error("the client file and the server disagree about client versions")]
    BadClientVersion,
    #[error("the client file was synced with another history of this realm")]
    DivergingHistories,
    #[error("the client file was offline for longer than the server keeps its history")]
    ClientFileExpired,
    #[error("an uploaded changeset does not fit: {0}")]
    BadChangeset(String),
    #[error("the client cannot integrate the server's changes: {0}")]
    BadClientFile(String),
    #[error("an uploaded changeset names another client file as its origin")]
    BadOriginFileIdent,
    #[error("the realm cannot be served now: {0}")]
    Unavailable(String),
    #[error("the connection has {limit} sessions, which is the server's limit")]
    TooManySessions { limit: usize },
}

/// Why a whole connection ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub code: ErrorCode,
    pub text: String,
    pub try_again: bool,
}

impl Refusal {
    pub fn code(&self) -> ErrorCode {
        match self {
            Refusal::IllegalPath => ErrorCode::IllegalRealmPath,
            Refusal::PermissionDenied => ErrorCode::PermissionDenied,
            Refusal::WriteNotAllowed => ErrorCode::WriteNotAllowed,
            Refusal::BadClientFileIdent => ErrorCode::BadClientFileIdent,
            Refusal::BadServerVersion => ErrorCode::BadServerVersion,
            Refusal::BadClientVersion => ErrorCode::BadClientVersion,
            Refusal::DivergingHistories => ErrorCode::DivergingHistories,
            Refusal::ClientFileExpired => ErrorCode::ClientFileExpired,
            Refusal::BadChangeset(_) => ErrorCode::BadChangeset,
            Refusal::BadClientFile(_) => ErrorCode::BadClientFile,
            Refusal::BadOriginFileIdent => ErrorCode::BadOriginFileIdent,
            Refusal::Unavailable(_) | Refusal::TooManySessions { .. } => ErrorCode::OtherSessionError,
        }
    }

    fn action(&self) -> Action {
        match self {
            Refusal::IllegalPath
            | Refusal::PermissionDenied
            | Refusal::WriteNotAllowed
            | Refusal::BadChangeset(_) => Action::ApplicationBug,
            Refusal::BadClientFileIdent
            | Refusal::BadServerVersion
            | Refusal::BadClientVersion
            | Refusal::DivergingHistories
            | Refusal::BadClientFile(_)
            | Refusal::ClientFileExpired => Action::ClientReset,
            Refusal::BadOriginFileIdent => Action::ProtocolViolation,
            // The client reports it and tries again by itself, ever more slowly.
            Refusal::Unavailable(_) | Refusal::TooManySessions { .. } => Action::Warning,
        }
    }

    /// The frame that tells the client.
    pub(super) fn encode(&self, version: u32, session: SessionIdent) -> Vec<u8> {
        let try_again = self.action() == Action::Warning;
        encode(version, session, self.code(), &self.to_string(), try_again, self.action())
    }
}

impl Failure {
    pub fn encode(&self, version: u32) -> Vec<u8> {
        let action = if self.try_again { Action::Transient } else { Action::ProtocolViolation };
        encode(version, SessionIdent(0), self.code, &self.text, self.try_again, action)
    }
}

fn encode(
    version: u32,
    session: SessionIdent,
    code: ErrorCode,
    text: &str,
    try_again: bool,
    action: Action,
) -> Vec<u8> {
    if version < JSON_ERRORS_SINCE {
        return ServerMessage::Error { code, try_again, session, message: text.into() }.encode();
    }
    let body = JsonErrorBody {
        message: text.to_owned(),
        try_again,
        action,
        should_client_reset: action == Action::ClientReset,
        is_recovery_mode_disabled: false,
        log_url: String::new(),
        ..JsonErrorBody::default()
    };
    ServerMessage::JsonError { code, session, body }.encode()
}
