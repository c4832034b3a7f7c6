//! A user: an identity, the access token that proves it, and who supplies another.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use crate::value::OriginTimestamp;

use super::command::Command;
use super::registry::Shared;
use super::token::{Opening, Token};
use super::token_request::TokenCallback;

/// Shared by all sessions of one user; any thread.
#[derive(Clone)]
pub struct User {
    pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
    identity: String,
    pub login: Mutex<Login>,
    /// Held while sessions are moved by a log in or a log out, so that one follows the other.
    pub moving: Mutex<()>,
    clients: Mutex<Vec<Weak<Shared>>>,
    callback: Mutex<Option<Arc<TokenCallback>>>,
}

pub(super) struct Login {
    pub is_logged_in: bool,
    /// Counts the times that the user logged in or out; an answer of an earlier time does nothing.
    pub number: u64,
    pub token: Token,
}

impl User {
    pub fn new(identity: String, access_token: String) -> User {
        let login = Login { is_logged_in: true, number: 0, token: Token::stored(access_token) };
        User {
            inner: Arc::new(Inner {
                identity,
                login: Mutex::new(login),
                moving: Mutex::default(),
                clients: Mutex::default(),
                callback: Mutex::default(),
            }),
        }
    }

    pub fn identity(&self) -> &str {
        &self.inner.identity
    }

    pub fn access_token(&self) -> String {
        self.inner.login.lock().token.text().to_owned()
    }

    /// Sessions that wait for a token the server accepts try again at once; paused ones stay paused. It logs nobody in.
    pub fn set_access_token(&self, access_token: String) {
        self.inner.login.lock().token = Token::supplied(access_token);
        self.tell_of_token();
    }

    /// Who supplies a token where one is needed; `None` for nobody. What was set before is not called any more, but a
    /// call of it may be running.
    pub fn set_token_callback(&self, callback: Option<Arc<TokenCallback>>) {
        let before = std::mem::replace(&mut *self.inner.callback.lock(), callback);
        // Outside the lock: its data may call back into us when it goes.
        drop(before);
        self.tell_of_token();
    }

    pub fn is_logged_in(&self) -> bool {
        self.inner.login.lock().is_logged_in
    }

    pub fn is_same(&self, other: &User) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    fn tell_of_token(&self) {
        for client in self.clients() {
            // A client that was closed has no session that waits.
            let _ = client.commands.push(Command::TokenChanged(self.clone()));
        }
    }

    pub(super) fn token_callback(&self) -> Option<Arc<TokenCallback>> {
        self.inner.callback.lock().clone()
    }

    /// What a connection that is about to be made begins with.
    pub(super) fn open(&self, now: OriginTimestamp) -> Opening {
        let has_callback = self.inner.callback.lock().is_some();
        let token = &mut self.inner.login.lock().token;
        if has_callback {
            token.open(now)
        } else {
            Opening::Connect(token.text().to_owned())
        }
    }

    pub(super) fn refuse(&self, access_token: &str) {
        self.inner.login.lock().token.refuse(access_token);
    }

    pub(super) fn login_number(&self) -> u64 {
        self.inner.login.lock().number
    }

    /// Takes the answer to a request that was made in this log in, and says whether that still lasts.
    pub(super) fn supply(&self, login: u64, access_token: String) -> bool {
        let mut present = self.inner.login.lock();
        let lasts = present.number == login;
        if lasts {
            present.token = Token::supplied(access_token);
        }
        lasts
    }

    pub(super) fn clients(&self) -> Vec<Arc<Shared>> {
        self.inner.clients.lock().iter().filter_map(Weak::upgrade).collect()
    }

    pub(super) fn add_client(&self, client: &Arc<Shared>) {
        let mut clients = self.inner.clients.lock();
        clients.retain(|client| client.strong_count() > 0);
        if !clients.iter().any(|known| std::ptr::eq(known.as_ptr(), Arc::as_ptr(client))) {
            clients.push(Arc::downgrade(client));
        }
    }
}
