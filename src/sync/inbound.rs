//! What arrives on a connection: decoded, and given to its session.

use crate::protocol::{self, DownloadEntries, ErrorCode, LogLevel, MessageError, ServerMessage};
use crate::value::{Instant, SessionIdent};

use super::connection::{Connection, Output, State};
use super::failure::{Cause, ServerError};
use super::session::{Session, SessionViolation};
use super::store_request::{Download, RemoteChangeset};

/// Bytes that a compressed DOWNLOAD may inflate to.
const INFLATED_BYTES: u64 = 256 << 20;

/// Something only the whole connection can answer for.
struct ConnectionFailure(Cause);

impl From<MessageError> for ConnectionFailure {
    fn from(error: MessageError) -> Self {
        ConnectionFailure(Cause::Violation { status: error.status(), text: error.to_string() })
    }
}

fn violation(text: impl Into<String>) -> ConnectionFailure {
    let status = protocol::Status::SyncProtocolInvariantFailed;
    ConnectionFailure(Cause::Violation { status, text: text.into() })
}

/// Logs what the server has to say, as loud as it says it; the log knows fewer levels (`docs/PROTOCOL.md`, "LOG_MESSAGE").
fn pass_on(session: SessionIdent, level: Option<LogLevel>, text: &str) {
    const MESSAGE: &str = "the server says";
    match level.unwrap_or(LogLevel::Debug) {
        LogLevel::Fatal | LogLevel::Error => tracing::error!(%session, text, "{MESSAGE}"),
        LogLevel::Warn => tracing::warn!(%session, text, "{MESSAGE}"),
        LogLevel::Info => tracing::info!(%session, text, "{MESSAGE}"),
        LogLevel::Detail | LogLevel::Debug => tracing::debug!(%session, text, "{MESSAGE}"),
        LogLevel::Trace => tracing::trace!(%session, text, "{MESSAGE}"),
    }
}

impl Connection {
    pub(super) fn handle_message(&mut self, now: Instant, bytes: &[u8]) {
        if let Err(ConnectionFailure(cause)) = self.dispatch(now, bytes) {
            self.outputs.push_back(Output::Disconnect);
            self.handle_disconnected(now, &cause);
        }
    }

    fn dispatch(&mut self, now: Instant, bytes: &[u8]) -> Result<(), ConnectionFailure> {
        let (message, leftover) = ServerMessage::decode_prefix(bytes)?;
        let size = bytes.len() as u64;
        match message {
            ServerMessage::Pong { timestamp_ms } => self.handle_pong(now, timestamp_ms)?,
            ServerMessage::LogMessage { session, body } => {
                if let Some(text) = body.text {
                    pass_on(session, body.level, &text);
                }
            }
            ServerMessage::Error { session, code, try_again, text } => {
                let text = text.into_owned();
                let error = ServerError { code, try_again, action: None, backoff: None, rejected: None, text };
                self.handle_error(now, session, size, error)?;
            }
            ServerMessage::JsonError { session, code, body } => {
                let protocol::JsonErrorBody { try_again, action, backoff, message: text, .. } = *body;
                let rejected = body.compensating_writes;
                let error = ServerError { code, try_again, action: Some(action), backoff, rejected, text };
                self.handle_error(now, session, size, error)?;
            }
            ServerMessage::Unbound { session } => {
                let known = self.deliver(now, session, size, Session::handle_unbound)?;
                if let (false, State::Open(link)) = (known, &mut self.state) {
                    link.gone.remove(&session);
                }
            }
            ServerMessage::Ident { session, file } => {
                self.deliver(now, session, size, |session| session.handle_ident(file))?;
            }
            ServerMessage::Mark { session, request } => {
                self.deliver(now, session, size, |session| session.handle_mark_reply(now, request))?;
            }
            ServerMessage::Download(message) => {
                let session = message.session;
                if self.sessions.contains_key(&session) {
                    let download = read(&message)?;
                    self.deliver(now, session, size, |session| session.handle_download(now, download))?;
                } else {
                    self.deliver(now, session, size, |_| Ok(()))?;
                }
            }
        }
        match leftover {
            [] => Ok(()),
            leftover => Err(violation(format!("{} bytes follow a complete message", leftover.len()))),
        }
    }

    fn handle_pong(&mut self, now: Instant, timestamp_ms: i64) -> Result<(), ConnectionFailure> {
        let State::Open(link) = &mut self.state else { return Ok(()) };
        let answered = link.keepalive.handle_pong(now, timestamp_ms, &mut self.random);
        answered.map_err(|_| violation("PONG answers no PING"))
    }

    fn handle_error(
        &mut self,
        now: Instant,
        session: SessionIdent,
        size: u64,
        error: ServerError,
    ) -> Result<(), ConnectionFailure> {
        if !error.code.fits(session) {
            return Err(violation(format!("error {} does not belong to session {session}", error.code.number())));
        }
        if session == SessionIdent(0) {
            let ServerError { code, try_again, text, .. } = error;
            return Err(ConnectionFailure(Cause::ServerError { code, try_again, text }));
        }
        let (backoff, random) = (self.timing.backoff, self.random.draw());
        let known = self.deliver(now, session, size, |session| {
            session.handle_server_error(now, error, &backoff, random);
            Ok(())
        })?;
        if let (false, State::Open(link)) = (known, &mut self.state) {
            link.gone.remove(&session);
        }
        Ok(())
    }

    /// Gives a message to its session; whether that is still there. A session that breaks the rules harms nobody else:
    /// it alone leaves the socket.
    fn deliver(
        &mut self,
        now: Instant,
        ident: SessionIdent,
        size: u64,
        handle: impl FnOnce(&mut Session) -> Result<(), SessionViolation>,
    ) -> Result<bool, ConnectionFailure> {
        if ident > self.highest || ident == SessionIdent(0) {
            return Err(violation(format!("there never was a session {ident}")));
        }
        let (backoff, random) = (self.timing.backoff, self.random.draw());
        let Some(session) = self.sessions.get_mut(&ident) else { return Ok(false) };
        session.note_received(size);
        if let Err(violation) = handle(session) {
            session.handle_violation(now, &violation, &backoff, random);
        }
        self.touch(ident);
        Ok(true)
    }
}

fn read(message: &protocol::Download<'_>) -> Result<Download, MessageError> {
    let body = message.body.inflate(INFLATED_BYTES)?;
    let changesets = DownloadEntries::new(&body).map(|entry| {
        let entry = entry?;
        Ok(RemoteChangeset {
            server_version: entry.server_version,
            client_version: entry.client_version,
            origin_timestamp: entry.origin_timestamp,
            origin_file_ident: entry.origin_file_ident,
            original_size: entry.original_size,
            bytes: entry.changeset.into_owned(),
        })
    });
    let changesets = changesets.collect::<Result<_, MessageError>>()?;
    Ok(Download { progress: message.progress, downloadable_bytes: message.downloadable_bytes, changesets })
}

/// What a client reports when it cannot integrate a download.
pub(super) fn complaint(session: SessionIdent, reason: &str) -> Vec<u8> {
    let body = protocol::ClientErrorBody { message: format!("BadChangeset: {reason}") }.encode();
    protocol::ClientMessage::JsonError { session, code: ErrorCode::BadChangeset, body: body.as_bytes() }.encode()
}
