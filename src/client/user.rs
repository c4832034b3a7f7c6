//! A user: an identity, and the access token that proves it.

use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::command::{Command, Commands};

/// Shared by all sessions of one user; any thread.
#[derive(Clone)]
pub struct User {
    inner: Arc<Inner>,
}

struct Inner {
    identity: String,
    access_token: Mutex<String>,
    clients: Mutex<Vec<Weak<Commands>>>,
}

impl User {
    pub fn new(identity: String, access_token: String) -> User {
        let clients = Mutex::new(Vec::new());
        User { inner: Arc::new(Inner { identity, access_token: Mutex::new(access_token), clients }) }
    }

    pub fn identity(&self) -> &str {
        &self.inner.identity
    }

    pub fn access_token(&self) -> String {
        self.inner.access_token.lock().clone()
    }

    /// Sessions that wait for a token the server accepts try again at once; paused ones stay paused.
    pub fn set_access_token(&self, access_token: String) {
        *self.inner.access_token.lock() = access_token;
        let clients = self.inner.clients.lock().clone();
        for commands in clients.iter().filter_map(Weak::upgrade) {
            // A client that was closed has no session that waits.
            let _ = commands.push(Command::TokenChanged(self.clone()));
        }
    }

    pub fn is_same(&self, other: &User) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    pub(super) fn add_client(&self, commands: &Arc<Commands>) {
        let mut clients = self.inner.clients.lock();
        clients.retain(|client| client.strong_count() > 0);
        if !clients.iter().any(|client| std::ptr::eq(client.as_ptr(), Arc::as_ptr(commands))) {
            clients.push(Arc::downgrade(commands));
        }
    }
}
