//! Log out and log in: what becomes of the sessions of a user.
//!
//! Rules: `docs/SESSION.md`, "Log out".

use std::sync::Arc;

use crate::sync::ConnectionState;
use crate::value::Instant;

use super::command::{Acknowledged, Acknowledgement, Command};
use super::registry::Shared;
use super::session::{Begun, Ended, Inner, SessionState};
use super::token::Token;
use super::user::User;
use super::worker::Worker;

impl User {
    /// Ends every session of the user that is not stopped; nothing is sent, integrated or called for them once it
    /// returned. They run again after [`User::log_in`]. Callable from inside callbacks and write transactions.
    pub fn log_out(&self) {
        self.begin_log_out().into_iter().for_each(Acknowledged::wait);
    }

    /// As [`User::log_out`], for a caller that drives the worker itself.
    pub fn begin_log_out(&self) -> Vec<Acknowledged> {
        let mut moved = Vec::new();
        let mut acknowledged = Vec::new();
        {
            let _moving = self.inner.moving.lock();
            {
                let mut login = self.inner.login.lock();
                login.is_logged_in = false;
                login.number += 1;
                login.token = Token::stored(String::new());
            }
            for client in self.clients() {
                let sessions = client.sessions_of(self);
                sessions.iter().for_each(|session| session.log_out());
                moved.extend(sessions);
                let (acknowledgement, carried_out) = Acknowledgement::new();
                // A refused command drops its acknowledgement: a closed client has no session.
                let _ = client.commands.push(Command::LogOut(self.clone(), acknowledgement));
                acknowledged.push(carried_out);
            }
        }
        moved.iter().for_each(|session| session.gate.settle());
        acknowledged
    }

    /// Sessions that a log out ended run again, with this token; others stay what they are. For a user that is logged in
    /// it is [`User::set_access_token`].
    pub fn log_in(&self, access_token: String) {
        let _moving = self.inner.moving.lock();
        let was_logged_in = {
            let mut login = self.inner.login.lock();
            if !login.is_logged_in {
                login.number += 1;
                login.token = Token::supplied(access_token.clone());
            }
            std::mem::replace(&mut login.is_logged_in, true)
        };
        if was_logged_in {
            return self.set_access_token(access_token);
        }
        for client in self.clients() {
            client.sessions_of(self).iter().for_each(Inner::log_in);
        }
    }
}

impl Shared {
    fn sessions_of(&self, user: &User) -> Vec<Arc<Inner>> {
        let sessions = self.sessions.lock();
        sessions.all().filter(|session| session.config().user.is_same(user)).cloned().collect()
    }
}

impl Inner {
    fn log_out(&self) {
        let mut status = self.status.lock();
        match status.state {
            SessionState::Active | SessionState::Dying | SessionState::WaitingForAccessToken => {
                self.gate.close();
                status.ended = Ended::LoggedOut;
                self.set_state(&mut status, SessionState::Inactive);
                self.set_connection(&mut status, ConnectionState::Disconnected);
            }
            SessionState::Inactive | SessionState::Paused => {}
        }
    }

    fn log_in(self: &Arc<Self>) {
        let mut status = self.status.lock();
        match (status.state, status.ended) {
            (SessionState::Inactive, Ended::LoggedOut) => self.begin(&mut status, Begun::Opened),
            (SessionState::Inactive, Ended::Failed | Ended::Closed)
            | (
                SessionState::Active | SessionState::Dying | SessionState::WaitingForAccessToken | SessionState::Paused,
                _,
            ) => {}
        }
    }
}

impl Worker {
    /// Nothing of the user is on the network when this is done.
    pub(super) fn handle_log_out(&mut self, now: Instant, user: &User) {
        self.requests.retain(|request| !request.user.is_same(user));
        for session in self.sessions_of(user) {
            let (state, is_held) = {
                let status = session.status.lock();
                (status.state, status.references > 0)
            };
            let told = match state {
                SessionState::Paused => SessionState::Paused,
                SessionState::Active
                | SessionState::Dying
                | SessionState::Inactive
                | SessionState::WaitingForAccessToken => SessionState::Inactive,
            };
            self.rest(now, &session, told);
            if !is_held {
                self.end(now, &session, None);
            }
        }
        // What lingers for a next session.
        self.drop_lines(|line| line.user.is_same(user));
    }

    pub(super) fn sessions_of(&self, user: &User) -> Vec<Arc<Inner>> {
        let of_user = self.hosted.values().filter(|hosted| hosted.session.config().user.is_same(user));
        of_user.map(|hosted| hosted.session.clone()).collect()
    }
}
