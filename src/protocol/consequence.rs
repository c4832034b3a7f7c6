//! What a client makes of a failure that no protocol message announced.

use super::{Action, Status};

/// What the application is told and asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Consequence {
    pub status: Status,
    /// The application cannot expect the session to recover by itself. The connection is tried again all the same.
    pub is_fatal: bool,
    pub action: Option<Action>,
}

/// Failures a client detects itself (`docs/PROTOCOL.md`, "Failures the client detects").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClientFailure {
    /// Name resolution or TCP failed. `endpoint_verified`: the address has worked before.
    ConnectFailed {
        endpoint_verified: bool,
    },
    ConnectTimeout {
        endpoint_verified: bool,
    },
    /// Reading or writing failed, or the server closed the socket.
    ConnectionLost,
    TlsHandshakeFailed,
    BadSubProtocol,
    /// The server broke the protocol; a [`super::MessageError`] may name a closer status.
    ProtocolViolation,
    PongOverdue,
    /// A downloaded changeset cannot be integrated.
    IntegrationFailed,
    ClientResetFailed,
    /// The device's clock shows a time before 2015.
    ClockBeforeEpoch,
}

impl ClientFailure {
    pub fn consequence(self) -> Consequence {
        match self {
            ClientFailure::ConnectFailed { endpoint_verified } => {
                passing(Status::SyncConnectFailed, (!endpoint_verified).then_some(Action::RefreshLocation))
            }
            ClientFailure::ConnectTimeout { endpoint_verified } => {
                passing(Status::SyncConnectTimeout, (!endpoint_verified).then_some(Action::RefreshLocation))
            }
            ClientFailure::ConnectionLost | ClientFailure::PongOverdue => {
                passing(Status::ConnectionClosed, Some(Action::Transient))
            }
            ClientFailure::TlsHandshakeFailed => passing(Status::TlsHandshakeFailed, None),
            ClientFailure::BadSubProtocol => fatal(Status::SyncProtocolNegotiationFailed, None),
            ClientFailure::ProtocolViolation => {
                fatal(Status::SyncProtocolInvariantFailed, Some(Action::ProtocolViolation))
            }
            ClientFailure::IntegrationFailed => passing(Status::BadChangeset, Some(Action::Warning)),
            ClientFailure::ClientResetFailed => fatal(Status::AutoClientResetFailed, None),
            ClientFailure::ClockBeforeEpoch => fatal(Status::SyncLocalClockBeforeEpoch, None),
        }
    }
}

impl Consequence {
    /// The answer to the upgrade request was not 101 (`docs/PROTOCOL.md`, "Refused upgrades").
    pub fn of_http_status(http_status: u16, endpoint_verified: bool) -> Consequence {
        match http_status {
            401 => passing(Status::AuthError, Some(Action::RefreshUser)),
            403 => fatal(Status::AuthError, Some(Action::LogOutUser)),
            301 | 308 => passing(Status::ConnectionClosed, Some(Action::RefreshLocation)),
            300..=399 | 500..=599 => passing(Status::ConnectionClosed, None),
            _ => Consequence {
                status: Status::SyncConnectFailed,
                is_fatal: endpoint_verified,
                action: (!endpoint_verified).then_some(Action::RefreshLocation),
            },
        }
    }

    /// The server sent a WebSocket close frame (`docs/PROTOCOL.md`, "Close codes"). `None` for 1000: the end of the
    /// stream that follows says all there is.
    pub fn of_close_code(close_code: u16) -> Option<Consequence> {
        let consequence = match close_code {
            1000 => return None,
            1006 => passing(Status::ConnectionClosed, Some(Action::RefreshUser)),
            1009 => passing(Status::LimitExceeded, Some(Action::ClientReset)),
            1011 => passing(Status::ConnectionClosed, None),
            1015 => passing(Status::TlsHandshakeFailed, None),
            4001 => passing(Status::AuthError, Some(Action::RefreshUser)),
            4002 => fatal(Status::AuthError, Some(Action::LogOutUser)),
            4003 => passing(Status::ConnectionClosed, Some(Action::RefreshLocation)),
            _ => passing(Status::SyncProtocolInvariantFailed, None),
        };
        Some(consequence)
    }
}

fn passing(status: Status, action: Option<Action>) -> Consequence {
    Consequence { status, is_fatal: false, action }
}

fn fatal(status: Status, action: Option<Action>) -> Consequence {
    Consequence { status, is_fatal: true, action }
}
