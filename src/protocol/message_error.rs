//! Why bytes are not a message.

use super::{ErrorBodyError, ErrorCode, LogBodyError, Status};

/// A received frame breaks the protocol (`docs/PROTOCOL.md`, "Framing").
///
/// A server answers with [`MessageError::code`], a client closes the connection as violated and reports
/// [`MessageError::status`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MessageError {
    #[error("the message's word is none of this protocol")]
    UnknownWord,
    #[error("the header field `{field}` is malformed or ends in the wrong delimiter")]
    Syntax { field: &'static str },
    #[error("the header field `{field}` is out of range")]
    OutOfRange { field: &'static str },
    #[error("the path in BIND has {size} bytes; it must have 1 to 1024")]
    PathSize { size: u64 },
    #[error("the token in BIND has {size} bytes; at most 2048 are allowed")]
    TokenSize { size: u64 },
    #[error("the header announces {declared} bytes and the frame holds {available}")]
    Truncated { declared: u64, available: u64 },
    #[error("{size} bytes follow a complete message")]
    Leftover { size: u64 },
    #[error("the body declares {declared} bytes, more than the {limit} that are accepted")]
    BodyTooLarge { declared: u64, limit: u64 },
    #[error("the compressed body is refused: {0}")]
    Decompression(#[from] InflateError),
    #[error("the changeset header field `{field}` is malformed or out of range")]
    EntryHeader { field: &'static str },
    #[error("a changeset header announces {declared} bytes and the body holds {available}")]
    EntrySize { declared: u64, available: u64 },
    #[error(transparent)]
    ErrorBody(#[from] ErrorBodyError),
    #[error(transparent)]
    LogBody(#[from] LogBodyError),
}

/// Why a compressed body did not yield what its header declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InflateError {
    #[error("the data is corrupt")]
    Corrupt,
    #[error("the data ends early")]
    Incomplete,
    #[error("it inflates to another size than declared")]
    SizeMismatch,
}

impl MessageError {
    /// The connection-level code a server answers with (`docs/PROTOCOL.md`, "Message order and syntax").
    pub fn code(&self) -> ErrorCode {
        match self {
            MessageError::Decompression(_) => ErrorCode::OtherError,
            MessageError::UnknownWord
            | MessageError::Syntax { .. }
            | MessageError::OutOfRange { .. }
            | MessageError::PathSize { .. }
            | MessageError::TokenSize { .. }
            | MessageError::Truncated { .. }
            | MessageError::Leftover { .. }
            | MessageError::BodyTooLarge { .. }
            | MessageError::EntryHeader { .. }
            | MessageError::EntrySize { .. }
            | MessageError::ErrorBody(_)
            | MessageError::LogBody(_) => ErrorCode::BadSyntax,
        }
    }

    /// What a client reports when a server sent this; always fatal, with [`super::Action::ProtocolViolation`].
    pub fn status(&self) -> Status {
        match self {
            MessageError::Decompression(_) => Status::RuntimeError,
            MessageError::BodyTooLarge { .. } => Status::LimitExceeded,
            MessageError::UnknownWord
            | MessageError::Syntax { .. }
            | MessageError::OutOfRange { .. }
            | MessageError::PathSize { .. }
            | MessageError::TokenSize { .. }
            | MessageError::Truncated { .. }
            | MessageError::Leftover { .. }
            | MessageError::EntryHeader { .. }
            | MessageError::EntrySize { .. }
            | MessageError::ErrorBody(_)
            | MessageError::LogBody(_) => Status::SyncProtocolInvariantFailed,
        }
    }
}
