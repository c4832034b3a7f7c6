//! What a server sends (`docs/PROTOCOL.md`, "Server to client").

use std::borrow::Cow;

use super::header::{End, Header, Tokens};
use super::{Download, ErrorCode, JsonErrorBody, LogMessageBody, MessageError};
use crate::value::{FileIdent, RequestIdent, Salt, SaltedFileIdent, SessionIdent};

/// One message from server to client; borrows from the frame it was read from.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerMessage<'a> {
    Ident {
        session: SessionIdent,
        file: SaltedFileIdent,
    },
    Download(Download<'a>),
    Mark {
        session: SessionIdent,
        request: RequestIdent,
    },
    Unbound {
        session: SessionIdent,
    },
    Error {
        /// Session 0 is the connection itself.
        session: SessionIdent,
        code: ErrorCode,
        try_again: bool,
        text: Cow<'a, str>,
    },
    JsonError {
        session: SessionIdent,
        code: ErrorCode,
        body: Box<JsonErrorBody>,
    },
    Pong {
        /// The timestamp of the PING it answers.
        timestamp_ms: i64,
    },
    LogMessage {
        session: SessionIdent,
        body: LogMessageBody,
    },
}

impl<'a> ServerMessage<'a> {
    /// Reads one frame; bytes after the message are an error.
    ///
    /// A client that received an ERROR acts upon it before it complains about what follows: it uses
    /// [`ServerMessage::decode_prefix`].
    pub fn decode(frame: &'a [u8]) -> Result<ServerMessage<'a>, MessageError> {
        match ServerMessage::decode_prefix(frame)? {
            (message, []) => Ok(message),
            (_, leftover) => Err(MessageError::Leftover { size: leftover.len() as u64 }),
        }
    }

    /// Reads the message at the front of a frame, and hands back the bytes that follow it.
    pub fn decode_prefix(frame: &'a [u8]) -> Result<(ServerMessage<'a>, &'a [u8]), MessageError> {
        let mut tokens = Tokens::new(frame);
        let word = tokens.word().ok_or(MessageError::Syntax { field: "word" })?;
        let mut header = Header(tokens);
        let message = match word {
            b"ident" => ServerMessage::Ident {
                session: SessionIdent(header.unsigned("session_ident", End::Space)?),
                file: SaltedFileIdent {
                    ident: FileIdent(header.unsigned("client_file_ident", End::Space)?),
                    salt: Salt(header.signed("client_file_ident_salt", End::Line)?),
                },
            },
            b"download" => ServerMessage::Download(Download::decode(&mut header)?),
            b"mark" => ServerMessage::Mark {
                session: SessionIdent(header.unsigned("session_ident", End::Space)?),
                request: RequestIdent(header.unsigned("request_ident", End::Line)?),
            },
            b"unbound" => {
                ServerMessage::Unbound { session: SessionIdent(header.unsigned("session_ident", End::Line)?) }
            }
            b"error" => decode_error(&mut header)?,
            b"json_error" => decode_json_error(&mut header)?,
            b"pong" => ServerMessage::Pong { timestamp_ms: header.signed("timestamp", End::Line)? },
            b"log_message" => {
                let session = SessionIdent(header.unsigned("session_ident", End::Space)?);
                let size = header.unsigned("size", End::Line)?;
                ServerMessage::LogMessage { session, body: LogMessageBody::decode(header.bytes(size)?)? }
            }
            _ => return Err(MessageError::UnknownWord),
        };
        Ok((message, header.take_rest()))
    }

    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            ServerMessage::Ident { session, file } => {
                format!("ident {session} {} {}\n", file.ident, file.salt).into_bytes()
            }
            ServerMessage::Download(download) => download.encode(),
            ServerMessage::Mark { session, request } => format!("mark {session} {request}\n").into_bytes(),
            ServerMessage::Unbound { session } => format!("unbound {session}\n").into_bytes(),
            ServerMessage::Error { session, code, try_again, text } => {
                let try_again = u8::from(*try_again);
                format!("error {} {} {try_again} {session}\n{text}", code.number(), text.len()).into_bytes()
            }
            ServerMessage::JsonError { session, code, body } => {
                let body = body.encode();
                format!("json_error {} {} {session}\n{body}", code.number(), body.len()).into_bytes()
            }
            ServerMessage::Pong { timestamp_ms } => format!("pong {timestamp_ms}\n").into_bytes(),
            ServerMessage::LogMessage { session, body } => {
                let body = body.encode();
                format!("log_message {session} {}\n{body}", body.len()).into_bytes()
            }
        }
    }
}

fn decode_error<'a>(header: &mut Header<'a>) -> Result<ServerMessage<'a>, MessageError> {
    let code = header.code(End::Space)?;
    let size = header.unsigned("size", End::Space)?;
    let try_again = header.flag("try_again", End::Space)?;
    let session = SessionIdent(header.unsigned("session_ident", End::Line)?);
    let text = String::from_utf8_lossy(header.bytes(size)?);
    Ok(ServerMessage::Error { session, code, try_again, text })
}

fn decode_json_error<'a>(header: &mut Header<'a>) -> Result<ServerMessage<'a>, MessageError> {
    let code = header.code(End::Space)?;
    let size = header.unsigned("size", End::Space)?;
    let session = SessionIdent(header.unsigned("session_ident", End::Line)?);
    let body = Box::new(JsonErrorBody::decode(code, header.bytes(size)?)?);
    Ok(ServerMessage::JsonError { session, code, body })
}
