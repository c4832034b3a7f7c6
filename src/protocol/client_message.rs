//! What a client sends (`docs/PROTOCOL.md`, "Client to server").

use super::header::{End, Header, Tokens};
use super::{ErrorCode, MessageError, Upload, MAX_PATH_SIZE, MAX_TOKEN_SIZE};
use crate::value::{
    ClientVersion, DownloadCursor, FileIdent, RequestIdent, Salt, SaltedFileIdent, SaltedServerVersion, ServerVersion,
    SessionIdent,
};

/// One message from client to server; borrows from the frame it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientMessage<'a> {
    Bind {
        session: SessionIdent,
        /// Partition or path as the application gave it; UTF-8 by convention.
        path: &'a [u8],
        /// Empty in every current client: the token travels in the request target.
        token: &'a [u8],
        needs_file_ident: bool,
        is_subserver: bool,
    },
    Ident {
        session: SessionIdent,
        file: SaltedFileIdent,
        download: DownloadCursor,
        latest_server_version: SaltedServerVersion,
    },
    Upload(Upload<'a>),
    Mark {
        session: SessionIdent,
        request: RequestIdent,
    },
    Unbind {
        session: SessionIdent,
    },
    Ping {
        /// The client's monotonic clock, in milliseconds.
        timestamp_ms: i64,
        /// Round trip of the previous PING, in milliseconds; 0 if there was none.
        rtt_ms: i64,
    },
    JsonError {
        session: SessionIdent,
        code: ErrorCode,
        /// JSON, see [`super::ClientErrorBody`]; a server only logs it.
        body: &'a [u8],
    },
}

impl<'a> ClientMessage<'a> {
    /// Reads one frame as a server does: bytes after a message are ignored, except after an UPLOAD.
    pub fn decode(frame: &'a [u8]) -> Result<ClientMessage<'a>, MessageError> {
        let mut tokens = Tokens::new(frame);
        let word = tokens.word().ok_or(MessageError::Syntax { field: "word" })?;
        let mut header = Header(tokens);
        match word {
            b"bind" => decode_bind(&mut header),
            b"ident" => decode_ident(&mut header),
            b"upload" => {
                let upload = Upload::decode(&mut header)?;
                match header.take_rest().len() as u64 {
                    0 => Ok(ClientMessage::Upload(upload)),
                    size => Err(MessageError::Leftover { size }),
                }
            }
            b"mark" => Ok(ClientMessage::Mark {
                session: SessionIdent(header.unsigned("session_ident", End::Space)?),
                request: RequestIdent(header.unsigned("request_ident", End::Line)?),
            }),
            b"unbind" => {
                Ok(ClientMessage::Unbind { session: SessionIdent(header.unsigned("session_ident", End::Line)?) })
            }
            b"ping" => Ok(ClientMessage::Ping {
                timestamp_ms: header.signed("timestamp", End::Space)?,
                rtt_ms: header.signed("rtt", End::Line)?,
            }),
            b"json_error" => {
                let code = header.code(End::Space)?;
                let size = header.unsigned("size", End::Space)?;
                let session = SessionIdent(header.unsigned("session_ident", End::Line)?);
                Ok(ClientMessage::JsonError { session, code, body: header.bytes(size)? })
            }
            _ => Err(MessageError::UnknownWord),
        }
    }

    /// The frame's bytes.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            ClientMessage::Bind { session, path, token, needs_file_ident, is_subserver } => {
                let (needs_file_ident, is_subserver) = (u8::from(*needs_file_ident), u8::from(*is_subserver));
                let (path_size, token_size) = (path.len(), token.len());
                let head = format!("bind {session} {path_size} {token_size} {needs_file_ident} {is_subserver}\n");
                [head.as_bytes(), path, token].concat()
            }
            ClientMessage::Ident { session, file, download, latest_server_version } => format!(
                "ident {session} {} {} {} {} {} {}\n",
                file.ident,
                file.salt,
                download.server_version,
                download.client_version,
                latest_server_version.version,
                latest_server_version.salt
            )
            .into_bytes(),
            ClientMessage::Upload(upload) => upload.encode(),
            ClientMessage::Mark { session, request } => format!("mark {session} {request}\n").into_bytes(),
            ClientMessage::Unbind { session } => format!("unbind {session}\n").into_bytes(),
            ClientMessage::Ping { timestamp_ms, rtt_ms } => format!("ping {timestamp_ms} {rtt_ms}\n").into_bytes(),
            ClientMessage::JsonError { session, code, body } => {
                let head = format!("json_error {} {} {session}\n", code.number(), body.len());
                [head.as_bytes(), body].concat()
            }
        }
    }
}

fn decode_bind<'a>(header: &mut Header<'a>) -> Result<ClientMessage<'a>, MessageError> {
    let session = SessionIdent(header.unsigned("session_ident", End::Space)?);
    let path_size = header.unsigned("path_size", End::Space)?;
    let token_size = header.unsigned("token_size", End::Space)?;
    let needs_file_ident = header.flag("need_client_file_ident", End::Space)?;
    let is_subserver = header.flag("is_subserver", End::Line)?;
    if path_size == 0 || path_size > MAX_PATH_SIZE {
        return Err(MessageError::PathSize { size: path_size });
    }
    if token_size > MAX_TOKEN_SIZE {
        return Err(MessageError::TokenSize { size: token_size });
    }
    let path = header.bytes(path_size)?;
    let token = header.bytes(token_size)?;
    Ok(ClientMessage::Bind { session, path, token, needs_file_ident, is_subserver })
}

fn decode_ident<'a>(header: &mut Header<'a>) -> Result<ClientMessage<'a>, MessageError> {
    Ok(ClientMessage::Ident {
        session: SessionIdent(header.unsigned("session_ident", End::Space)?),
        file: SaltedFileIdent {
            ident: FileIdent(header.unsigned("client_file_ident", End::Space)?),
            salt: Salt(header.signed("client_file_ident_salt", End::Space)?),
        },
        download: DownloadCursor {
            server_version: ServerVersion(header.unsigned("download_server_version", End::Space)?),
            client_version: ClientVersion(header.unsigned("download_client_version", End::Space)?),
        },
        latest_server_version: SaltedServerVersion {
            version: ServerVersion(header.unsigned("latest_server_version", End::Space)?),
            salt: Salt(header.signed("latest_server_version_salt", End::Line)?),
        },
    })
}
