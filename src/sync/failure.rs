//! What becomes of a session after a failure: one table for sockets, one for what the server says.
//!
//! Rules: `docs/PROTOCOL.md`, "Errors".

use std::sync::Arc;
use std::time::Duration;

use crate::protocol::{self, Action, BackoffHint, ClientFailure, CompensatingWrites, ErrorCode, Status};
use crate::value::Instant;

use super::backoff::{Backoff, FailureKind};
use super::event::{Consequence, SessionError};
use super::session::Session;

/// Why a socket is gone, or never came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cause {
    /// The host gave no access token.
    NoToken(String),
    ConnectFailed(String),
    ConnectTimeout,
    /// The server answered the upgrade with this HTTP status.
    Refused {
        status: u16,
        text: String,
    },
    /// The server chose no sub-protocol that was offered.
    BadSubProtocol(String),
    ReadOrWrite(String),
    /// The server sent a WebSocket close frame.
    Closed {
        code: u16,
        reason: String,
    },
    PongTimeout,
    /// The server broke a rule of the protocol.
    Violation {
        status: Status,
        text: String,
    },
    /// The server ended the connection with an error of its own.
    ServerError {
        code: ErrorCode,
        try_again: bool,
        text: String,
    },
}

/// What the server said about one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ServerError {
    pub code: ErrorCode,
    pub try_again: bool,
    /// `None` for a plain ERROR.
    pub action: Option<Action>,
    pub backoff: Option<BackoffHint>,
    pub rejected: Option<CompensatingWrites>,
    pub text: String,
}

/// Whether a session can have caused what the server holds against the whole connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    Possible,
    /// It shares the connection and has no upload under way, as the sessions in question have.
    Others,
}

/// How long a session keeps away from a connection that the server asked it not to try again.
enum Pause {
    Backoff(FailureKind),
    /// The longest delay: the server said not to come back, and may yet be mended.
    Longest,
    /// Until the host asks.
    Held,
}

struct Verdict {
    status: Status,
    wire_code: Option<u32>,
    text: String,
    pause: Pause,
    consequence: Consequence,
}

/// Moves on the schedule of a session that a lost connection concerns, and tells its owner.
pub(super) fn apply_cause(
    session: &mut Session,
    now: Instant,
    cause: &Cause,
    fault: Fault,
    backoff: &Backoff,
    random: u64,
) {
    let Verdict { status, wire_code, text, pause, consequence } = judge(cause, fault);
    match pause {
        Pause::Backoff(kind) => session.schedule.fail(now, kind, backoff, random),
        Pause::Longest => {
            let longest = Backoff { first_delay: backoff.max_delay, ..*backoff };
            session.schedule.fail(now, FailureKind::ServerSaidNo, &longest, random);
        }
        Pause::Held => session.schedule.hold(),
    }
    session.error(SessionError { number: status.number(), wire_code, message: text, consequence, rejected: None });
}

fn judge(cause: &Cause, fault: Fault) -> Verdict {
    let retries = |status: Status, text: &str, kind: FailureKind| Verdict {
        status,
        wire_code: None,
        text: text.to_owned(),
        pause: Pause::Backoff(kind),
        consequence: Consequence::Retries,
    };
    let status = |failure: ClientFailure| failure.consequence().status;
    match cause {
        Cause::NoToken(text) => retries(Status::AuthError, text, FailureKind::Token),
        Cause::ConnectFailed(text) => {
            let failure = ClientFailure::ConnectFailed { endpoint_verified: true };
            retries(status(failure), text, FailureKind::ConnectFailed)
        }
        Cause::ConnectTimeout => {
            let failure = ClientFailure::ConnectTimeout { endpoint_verified: true };
            retries(status(failure), "the server did not answer in time", FailureKind::ConnectTimeout)
        }
        Cause::BadSubProtocol(text) => retries(status(ClientFailure::BadSubProtocol), text, FailureKind::HttpRefused),
        Cause::ReadOrWrite(text) => retries(status(ClientFailure::ConnectionLost), text, FailureKind::ReadOrWrite),
        Cause::PongTimeout => {
            let text = "the server did not answer a PING in time";
            retries(status(ClientFailure::PongOverdue), text, FailureKind::PongTimeout)
        }
        Cause::Violation { status, text } => retries(*status, text, FailureKind::ProtocolViolation),
        Cause::Refused { status, text } => {
            let text = format!("the server refused the connection with HTTP status {status}: {text}");
            announced(protocol::Consequence::of_http_status(*status, true), text, FailureKind::HttpRefused)
        }
        Cause::Closed { code, reason } => match protocol::Consequence::of_close_code(*code) {
            Some(consequence) => {
                let text = format!("the server closed the connection with code {code}: {reason}");
                announced(consequence, text, FailureKind::ReadOrWrite)
            }
            None => retries(
                status(ClientFailure::ConnectionLost),
                "the server closed the connection",
                FailureKind::ReadOrWrite,
            ),
        },
        Cause::ServerError { code, try_again, text } => Verdict {
            status: code.status(),
            wire_code: Some(code.number()),
            text: text.clone(),
            pause: match fault {
                Fault::Possible if !*try_again => Pause::Longest,
                Fault::Possible | Fault::Others => Pause::Backoff(FailureKind::ServerSaidLater),
            },
            consequence: Consequence::Retries,
        },
    }
}

/// A refusal that the HTTP status, or the close code, gives a meaning.
fn announced(consequence: protocol::Consequence, text: String, kind: FailureKind) -> Verdict {
    let (pause, outcome) = match consequence.action {
        Some(Action::RefreshUser) => (Pause::Held, Consequence::NeedsToken),
        Some(Action::LogOutUser) => (Pause::Held, Consequence::Ends),
        Some(
            Action::ProtocolViolation
            | Action::ApplicationBug
            | Action::Warning
            | Action::Transient
            | Action::DeleteRealm
            | Action::ClientReset
            | Action::ClientResetNoRecovery
            | Action::MigrateToFlx
            | Action::RevertToPbs
            | Action::RefreshLocation
            | Action::MigrateSchema,
        )
        | None => (Pause::Backoff(kind), Consequence::Retries),
    };
    Verdict { status: consequence.status, wire_code: None, text, pause, consequence: outcome }
}

impl Session {
    /// The server erred about this session: it leaves the socket, for a while or until the host asks, unless the code
    /// leaves the session as it is.
    pub(super) fn handle_server_error(&mut self, now: Instant, error: ServerError, backoff: &Backoff, random: u64) {
        let consequence = consequence_of(&error);
        let number = error.code.number();
        match consequence {
            Consequence::GoesOn => {}
            Consequence::Retries => {
                let backoff = session_backoff(&error, backoff);
                self.suspend_by_server(now, FailureKind::Session(number), &backoff, random);
            }
            Consequence::NeedsToken | Consequence::Ends | Consequence::NeedsReset { .. } => self.hold_by_server(),
        }
        if error.action != Some(Action::Transient) {
            self.report(SessionError {
                number: error.code.status().number(),
                wire_code: Some(number),
                message: error.text,
                consequence,
                rejected: error.rejected.map(Arc::new),
            });
        }
    }
}

fn consequence_of(error: &ServerError) -> Consequence {
    if error.code.keeps_session() {
        return Consequence::GoesOn;
    }
    let by_try_again = if error.try_again { Consequence::Retries } else { Consequence::Ends };
    match error.action {
        None | Some(Action::Warning) => by_try_again,
        Some(Action::Transient | Action::RefreshLocation) => Consequence::Retries,
        Some(Action::RefreshUser) => Consequence::NeedsToken,
        Some(Action::MigrateSchema) => Consequence::GoesOn,
        Some(Action::ClientReset) => Consequence::NeedsReset { may_recover: true },
        Some(Action::ClientResetNoRecovery) => Consequence::NeedsReset { may_recover: false },
        Some(
            Action::ProtocolViolation
            | Action::ApplicationBug
            | Action::DeleteRealm
            | Action::MigrateToFlx
            | Action::RevertToPbs
            | Action::LogOutUser,
        ) => Consequence::Ends,
    }
}

/// The delays of the server, where it dictates them; SESSION_CLOSED always waits a second.
fn session_backoff(error: &ServerError, backoff: &Backoff) -> Backoff {
    if error.code == ErrorCode::SessionClosed {
        let second = Duration::from_secs(1);
        return Backoff { first_delay: second, max_delay: second, jitter_divisor: 0, ..*backoff };
    }
    match error.backoff {
        None => *backoff,
        Some(BackoffHint { interval_sec, max_delay_sec, multiplier }) => Backoff {
            first_delay: Duration::from_secs(interval_sec.into()),
            max_delay: Duration::from_secs(max_delay_sec.max(interval_sec).into()),
            multiplier: multiplier.max(1),
            jitter_divisor: backoff.jitter_divisor,
        },
    }
}
