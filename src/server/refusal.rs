//! What the server says when it refuses: the code, the text, and what the client shall do.
//!
//! `docs/SERVER.md`, "Errors", lists them for people; `docs/PROTOCOL.md`, "Actions", says what a client makes of them.

use crate::protocol::handshake::ProtocolVersion;
use crate::protocol::{ErrorCode, JsonErrorBody, ServerMessage};
use crate::value::SessionIdent;

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

    /// The frame that tells the client.
    pub(super) fn encode(&self, version: ProtocolVersion, session: SessionIdent) -> Vec<u8> {
        encode(version, session, self.code(), self.to_string())
    }
}

impl Failure {
    pub fn encode(&self, version: ProtocolVersion) -> Vec<u8> {
        encode(version, SessionIdent(0), self.code, self.text.clone())
    }
}

/// What the client shall do, and whether it may try again, is the code's own (`docs/PROTOCOL.md`, "Error codes").
fn encode(version: ProtocolVersion, session: SessionIdent, code: ErrorCode, text: String) -> Vec<u8> {
    let body = JsonErrorBody::new(code, text);
    if version.has_json_error() {
        ServerMessage::JsonError { session, code, body: Box::new(body) }.encode()
    } else {
        let JsonErrorBody { message, try_again, .. } = body;
        ServerMessage::Error { session, code, try_again, text: message.into() }.encode()
    }
}
