//! What a session is doing, and why: a snapshot for applications.
//!
//! Rules: `docs/SESSION.md`, "Status".

use std::sync::Arc;
use std::time::Duration;

use crate::sync::{ConnectionState, Reachability, SessionError};
use crate::value::{Instant, OriginTimestamp};

use super::budget::OfflineBudget;
use super::callback::CallbackToken;
use super::network::Network;
use super::notice::What;
use super::session::{Begun, Ended, Inner, Session, SessionState, Status};
use super::worker::Worker;

/// Why a session is in its state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Its realm was opened.
    Opened = 0,
    /// The application started it.
    Started = 1,
    /// The application stopped it.
    Stopped = 2,
    /// An error ended it; `start` brings it back.
    EndedByError = 3,
    /// The server wants another access token.
    AwaitsAccessToken = 4,
    /// Its realm or its client was closed.
    Closed = 5,
    /// It failed, and tries again at [`SessionStatus::next_attempt`].
    BacksOff = 6,
    /// The host says that no network is reachable.
    AwaitsNetwork = 7,
    /// The network is metered, and the session is not to use it.
    AwaitsUnmeteredNetwork = 8,
    /// Its realm was closed, and it finishes its uploads.
    FinishesUploads = 9,
    /// Its user logged out; a log in brings it back.
    LoggedOut = 10,
}

/// A session at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionStatus {
    pub state: SessionState,
    pub reason: Reason,
    pub connection: ConnectionState,
    /// Failed attempts in a row since the session last worked.
    pub failures: u32,
    /// When the next attempt is made, of a session that waits for a moment.
    pub next_attempt: Option<Instant>,
    pub last_error: Option<SessionError>,
    pub network: Network,
    /// Time of the last good download, by this device's clock.
    pub last_synced: Option<OriginTimestamp>,
    /// `None` until the server has said what it allows.
    pub offline: Option<OfflineBudget>,
    /// When this was so.
    pub taken_at: Instant,
}

/// Called on the dispatcher thread with what the session is doing now.
pub type StatusCallback = dyn Fn(&SessionStatus) + Send + Sync;

impl SessionStatus {
    /// Of a session whose realm or client was closed.
    pub fn closed() -> SessionStatus {
        SessionStatus {
            state: SessionState::Inactive,
            reason: Reason::Closed,
            connection: ConnectionState::Disconnected,
            failures: 0,
            next_attempt: None,
            last_error: None,
            network: Network::default(),
            last_synced: None,
            offline: None,
            taken_at: Instant::default(),
        }
    }

    /// From the moment of the snapshot to the next attempt.
    pub fn next_attempt_in(&self) -> Option<Duration> {
        self.next_attempt.map(|at| at.saturating_duration_since(self.taken_at))
    }

    /// Whether something is different but the time, or what every download moves.
    fn differs_from(&self, earlier: &SessionStatus) -> bool {
        let level = |status: &SessionStatus| status.offline.map(|budget| budget.level);
        let SessionStatus { taken_at, last_synced, offline, .. } = *self;
        level(self) != level(earlier) || *self != SessionStatus { taken_at, last_synced, offline, ..earlier.clone() }
    }
}

fn reason(status: &Status, network: Network) -> Reason {
    match status.state {
        SessionState::Paused => Reason::Stopped,
        SessionState::Dying => Reason::FinishesUploads,
        SessionState::WaitingForAccessToken => Reason::AwaitsAccessToken,
        SessionState::Inactive if status.references > 0 => match status.ended {
            Ended::Failed => Reason::EndedByError,
            Ended::Closed => Reason::Closed,
            Ended::LoggedOut => Reason::LoggedOut,
        },
        SessionState::Inactive => Reason::Closed,
        SessionState::Active => match (status.connection, network.reachability) {
            _ if network.is_metered && !status.syncs_while_metered => Reason::AwaitsUnmeteredNetwork,
            (ConnectionState::Disconnected, Reachability::NotReachable) => Reason::AwaitsNetwork,
            (ConnectionState::Disconnected, _) if status.attempts.next.is_some() => Reason::BacksOff,
            (ConnectionState::Disconnected | ConnectionState::Connecting | ConnectionState::Connected, _) => {
                match status.begun {
                    Begun::Opened => Reason::Opened,
                    Begun::Started => Reason::Started,
                }
            }
        },
    }
}

impl Inner {
    fn describe(&self, status: &Status, network: Network, now: Instant) -> SessionStatus {
        let reason = reason(status, network);
        let next_attempt = match reason {
            Reason::BacksOff | Reason::AwaitsAccessToken => status.attempts.next,
            Reason::Opened
            | Reason::Started
            | Reason::Stopped
            | Reason::EndedByError
            | Reason::Closed
            | Reason::AwaitsNetwork
            | Reason::AwaitsUnmeteredNetwork
            | Reason::FinishesUploads
            | Reason::LoggedOut => None,
        };
        SessionStatus {
            state: status.state,
            reason,
            connection: status.connection,
            failures: status.attempts.failures,
            next_attempt,
            last_error: status.last_error.clone(),
            network,
            last_synced: status.contact.and_then(|contact| contact.downloaded_at),
            offline: status.offline_budget(self.facts.clock.origin_timestamp()),
            taken_at: now,
        }
    }
}

impl Session {
    /// What the session is doing, and why. It may read the file, and waits for nobody.
    pub fn status(&self) -> SessionStatus {
        self.inner.learn_contact();
        self.inner.check_offline_budget();
        let (network, now) = (self.inner.facts.network(), self.inner.facts.clock.now());
        self.inner.describe(&self.inner.status.lock(), network, now)
    }

    /// Called on the dispatcher thread whenever [`Session::status`] has changed.
    pub fn add_status_callback(&self, callback: Arc<StatusCallback>) -> CallbackToken {
        self.inner.status_callbacks.add(callback)
    }
}

impl Worker {
    /// Tells of every session whose status changed in what was just done.
    pub(super) fn tell_statuses(&mut self, now: Instant) {
        for number in std::mem::take(&mut self.changed) {
            let Some(session) = self.hosted.get(&number).map(|hosted| hosted.session.clone()) else { continue };
            if session.status_callbacks.is_empty() {
                continue;
            }
            let mut status = session.status.lock();
            let described = session.describe(&status, self.network, now);
            // A stop or a log out is on its way: no callback tells of it.
            let is_at_rest = status.is_at_rest();
            let is_told = status.told_status.as_ref().is_some_and(|told| !described.differs_from(told));
            if !is_at_rest && !is_told {
                status.told_status = Some(described.clone());
                self.notify(&session, What::Status(Box::new(described)));
            }
        }
    }
}
