//! When the worker asks the application for an access token, and what comes of the answer. The network never waits for it.
//!
//! Rules: `docs/SESSION.md`, "Access tokens".

use std::sync::Arc;

use crate::sync::{self, Cause};
use crate::value::Instant;

use super::hosted::TokenUse;
use super::notice::{Notice, What};
use super::session::{Begun, Inner, SessionState};
use super::token::Opening;
use super::token_request::Pending;
use super::user::User;
use super::worker::{ConnectionId, LineToken, Output, Worker};

impl Worker {
    /// An attempt begins: with the token that is there, or with the question for another.
    pub(super) fn connect(&mut self, now: Instant, id: ConnectionId) {
        let wall = self.shared.facts.clock.origin_timestamp();
        let Some(line) = self.lines.get_mut(&id) else { return };
        match line.user.open(wall) {
            Opening::Connect(access_token) => self.open_socket(id, access_token),
            Opening::Ask => {
                line.token = LineToken::Awaited;
                line.connection.handle_input(now, sync::Input::AwaitToken);
                let user = line.user.clone();
                self.ask_token(&user);
            }
        }
    }

    /// Sessions of one user ask once.
    fn ask_token(&mut self, user: &User) {
        if self.requests.iter().any(|request| request.user.is_same(user)) {
            return;
        }
        let Some(session) = self.sessions_of(user).into_iter().next() else { return };
        self.next_request += 1;
        let (pending, request) =
            Pending::new(self.next_request, user.clone(), user.login_number(), &self.shared.commands);
        self.requests.push(pending);
        self.outputs.push_back(Output::Notify(Notice::new(
            &session,
            session.gate.generation(),
            What::TokenRequest(request),
        )));
    }

    /// The application's answer, unless nobody waits for it any more.
    pub(super) fn handle_answer(&mut self, now: Instant, number: u64, answer: Result<String, String>) {
        let Some(at) = self.requests.iter().position(|request| request.number() == number) else { return };
        let request = self.requests.swap_remove(at);
        match answer {
            Ok(access_token) => {
                // A log out is on its way otherwise, and takes the sessions off.
                if request.user.supply(request.login, access_token) {
                    self.go_on_with_token(now, &request.user);
                }
            }
            Err(message) => self.go_on_without_token(now, &request.user, &message),
        }
    }

    /// A token came: attempts that wait for it go on, and sessions that it was refused to speak again.
    fn go_on_with_token(&mut self, now: Instant, user: &User) {
        for id in self.awaiting_lines(user) {
            if let Some(line) = self.lines.get_mut(&id) {
                line.connection.handle_input(now, sync::Input::HasToken);
            }
            let access_token = user.access_token();
            self.open_socket(id, access_token);
        }
        for session in self.take_asking(user) {
            self.retry(now, &session);
        }
    }

    fn go_on_without_token(&mut self, now: Instant, user: &User, message: &str) {
        let refused = self.sessions_with(user, |token| token != TokenUse::Good);
        let asking = self.take_asking(user);
        for id in self.awaiting_lines(user) {
            self.feed(now, id, sync::Input::Disconnected(Cause::NoToken(message.to_owned())));
        }
        asking.iter().for_each(|session| self.defer(now, session));
        refused.iter().for_each(|session| self.report_refusal(session));
    }

    /// The application gave a token of its own accord, or will be asked from now on.
    pub(super) fn handle_token(&mut self, now: Instant, user: &User) {
        self.requests.retain(|request| !request.user.is_same(user));
        for id in self.awaiting_lines(user) {
            if let Some(line) = self.lines.get_mut(&id) {
                line.connection.handle_input(now, sync::Input::HasToken);
            }
            self.connect(now, id);
        }
        let asking = self.take_asking(user);
        for session in self.sessions_of(user) {
            let state = session.status.lock().state;
            match state {
                SessionState::WaitingForAccessToken => self.restart(now, &session, Begun::Opened),
                SessionState::Dying => self.retry(now, &session),
                SessionState::Active if asking.iter().any(|asks| Arc::ptr_eq(asks, &session)) => {
                    self.retry(now, &session);
                }
                SessionState::Active | SessionState::Inactive | SessionState::Paused => {}
            }
        }
    }

    /// The server refused the token. With somebody to ask, one refresh comes before the session is said to wait; without,
    /// it waits for another token. One without handles stays what it is, and gives up when its time is over.
    pub(super) fn handle_refusal(&mut self, now: Instant, session: &Arc<Inner>, by_wire: bool) {
        let user = session.config().user.clone();
        let Some(connection) =
            self.hosted.get(&session.number()).and_then(|hosted| hosted.place()).map(|place| place.1)
        else {
            return;
        };
        let Some(shown) = self.lines.get(&connection).map(|line| line.access_token.clone()) else { return };
        user.refuse(&shown);
        // So that nobody will tell of it again.
        let has_newer_token = !by_wire && user.access_token() != shown;
        if user.token_callback().is_none() {
            return self.wait_for_token(now, session, has_newer_token);
        }
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        match (hosted.token, by_wire) {
            (TokenUse::Good, true) => {
                hosted.token = TokenUse::Asks;
                self.ask_token(&user);
            }
            (TokenUse::Good, false) => {
                hosted.token = TokenUse::Renewed;
                self.retry(now, session);
            }
            (TokenUse::Asks | TokenUse::Renewed, _) => {
                self.defer(now, session);
                self.report_refusal(session);
            }
        }
    }

    /// The session tries again by its schedule.
    fn defer(&mut self, now: Instant, session: &Arc<Inner>) {
        let place = self.hosted.get(&session.number()).and_then(|hosted| hosted.place());
        if let Some((ident, connection)) = place {
            self.feed(now, connection, sync::Input::NoToken(ident));
        }
    }

    fn report_refusal(&mut self, session: &Arc<Inner>) {
        let is_held = session.status.lock().references > 0;
        if is_held {
            self.set_state(session, SessionState::WaitingForAccessToken);
        }
    }

    /// Forgets requests whose answer nobody waits for.
    pub(super) fn withdraw_requests(&mut self) {
        let mut requests = std::mem::take(&mut self.requests);
        requests.retain(|request| {
            let awaits = |user: &User| user.is_same(&request.user);
            self.lines.values().any(|line| line.token == LineToken::Awaited && awaits(&line.user))
                || self
                    .hosted
                    .values()
                    .filter(|hosted| hosted.token == TokenUse::Asks && hosted.place().is_some())
                    .any(|hosted| awaits(&hosted.session.config().user))
        });
        self.requests = requests;
    }

    /// Lines whose attempt waits for a token; they wait no longer.
    fn awaiting_lines(&mut self, user: &User) -> Vec<ConnectionId> {
        let mut awaiting = Vec::new();
        for (id, line) in self.lines.iter_mut().filter(|(_, line)| line.user.is_same(user)) {
            if std::mem::replace(&mut line.token, LineToken::Enough) == LineToken::Awaited {
                awaiting.push(*id);
            }
        }
        awaiting
    }

    /// Sessions that wait for a token on an open socket; they wait no longer.
    fn take_asking(&mut self, user: &User) -> Vec<Arc<Inner>> {
        let asking = self.sessions_with(user, |token| token == TokenUse::Asks);
        for session in &asking {
            if let Some(hosted) = self.hosted.get_mut(&session.number()) {
                hosted.token = TokenUse::Renewed;
            }
        }
        asking
    }

    fn sessions_with(&self, user: &User, holds: impl Fn(TokenUse) -> bool) -> Vec<Arc<Inner>> {
        let of_user = self.hosted.values().filter(|hosted| hosted.session.config().user.is_same(user));
        of_user.filter(|hosted| holds(hosted.token)).map(|hosted| hosted.session.clone()).collect()
    }
}
