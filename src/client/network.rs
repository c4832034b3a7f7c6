//! The network as the host describes it: whether a server can be reached, and whether the way there costs money.
//!
//! Rules: `docs/SESSION.md`, "The network".

use std::sync::Arc;

use crate::sync::{ConnectionState, Input, Reachability};
use crate::value::Instant;

use super::hosted::Run;
use super::session::{Begun, Inner};
use super::worker::Worker;

/// What the host says; a host that says nothing leaves it at its default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Network {
    pub reachability: Reachability,
    /// Whether traffic costs money or is limited.
    pub is_metered: bool,
}

impl Worker {
    pub(super) fn handle_network(&mut self, now: Instant, network: Network) {
        self.network = network;
        let lines: Vec<_> = self.lines.keys().copied().collect();
        lines.into_iter().for_each(|line| self.feed(now, line, Input::Network(network.reachability)));
        let sessions: Vec<Arc<Inner>> = self.hosted.values().map(|hosted| hosted.session.clone()).collect();
        for session in sessions {
            self.changed.insert(session.number());
            let Some(run) = self.hosted.get(&session.number()).map(|hosted| hosted.run) else { continue };
            match run {
                Run::Running { .. } if !self.may_use_network(&session) => self.hold_while_metered(now, &session),
                Run::Finishing { .. } if !self.may_use_network(&session) => self.end(now, &session, None),
                Run::AwaitsUnmetered if self.may_use_network(&session) => {
                    self.open(now, &session);
                    self.ask_mark(now, session.number());
                }
                Run::Running { .. } | Run::Finishing { .. } | Run::AwaitsUnmetered | Run::Stopped => {}
            }
        }
    }

    pub(super) fn may_use_network(&self, session: &Inner) -> bool {
        !self.network.is_metered || session.status.lock().syncs_while_metered
    }

    /// Takes the session off its connection, as a stop does, and keeps it waiting.
    pub(super) fn hold_while_metered(&mut self, now: Instant, session: &Arc<Inner>) {
        self.leave_at_once(now, session);
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.run = Run::AwaitsUnmetered;
        }
        self.report_connection(session, ConnectionState::Disconnected);
    }

    /// Attempts at once, whatever wait ran before; a session that the application stopped, or an error ended, stays as
    /// it is.
    pub(super) fn reconnect(&mut self, now: Instant, session: &Arc<Inner>) {
        use super::session::SessionState::{Active, Dying, Inactive, Paused, WaitingForAccessToken};
        let state = session.status.lock().state;
        match state {
            Active | Dying => {
                let hosted = self.hosted.get_mut(&session.number());
                let place = hosted.and_then(|hosted| hosted.urge());
                if let Some((ident, connection)) = place {
                    self.feed(now, connection, Input::Reconnect(ident));
                }
            }
            WaitingForAccessToken => self.restart(now, session, Begun::Started),
            Inactive | Paused => {}
        }
    }

    pub(super) fn reconnect_all(&mut self, now: Instant) {
        let sessions: Vec<Arc<Inner>> = self.hosted.values().map(|hosted| hosted.session.clone()).collect();
        sessions.iter().for_each(|session| self.reconnect(now, session));
    }
}
