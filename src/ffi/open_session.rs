//! The sync session of a path, as long as a realm handle of that path is open.
//!
//! Session handles do not keep a session running: only open realms do (`docs/SESSION.md`, "Close").

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::string::realm_string_t;
use super::sync_config::{bad_url, ErrorSlot, SyncOptions};
use super::sync_error;
use super::sync_session::realm_sync_session_t;
use super::user::realm_user_t;
use crate::client::{ClosedError, ErrorCallback, OpenError, Session, SessionError, SyncConfig};

/// The sessions of a client, by path.
#[derive(Default)]
pub(super) struct OpenSessions {
    by_path: Mutex<HashMap<PathBuf, Known>>,
}

/// What may still be there of a path's session.
struct Known {
    open: Weak<OpenSession>,
    /// Lives as long as the client's session, which may go on for a while after its realm was closed.
    errors: Weak<ErrorCallbacks>,
}

/// One path's session. It outlives the session itself where a session handle does.
pub(super) struct OpenSession {
    options: SyncOptions,
    path: String,
    holders: Mutex<Holders>,
    /// What C holds of it.
    pub(super) handle: Mutex<Weak<realm_sync_session_t>>,
    /// Paths that C borrows; few, as client resets are.
    lent: Mutex<Vec<Arc<str>>>,
}

#[derive(Default)]
struct Holders {
    realms: usize,
    session: Option<Session>,
}

/// An open realm's share in the session of its path.
pub(super) struct Hold {
    open: Arc<OpenSession>,
    share: Share,
}

#[derive(PartialEq, Eq)]
enum Share {
    Held,
    GivenUp,
}

impl OpenSessions {
    /// Finds or starts the session of a path, for one more open realm.
    pub(super) fn hold(&self, path: &Path, options: &SyncOptions) -> Result<Hold> {
        let client = options.client.client()?;
        let mut by_path = self.by_path.lock();
        by_path.retain(|_, known| known.open.strong_count() + known.errors.strong_count() > 0);
        let known = by_path.get(path);
        let errors = known.and_then(|known| known.errors.upgrade()).unwrap_or_else(|| ErrorCallbacks::new(path));
        let open = known.and_then(|known| known.open.upgrade()).filter(|open| open.is_for(options));
        let open = open.unwrap_or_else(|| Arc::new(OpenSession::new(path, options)));
        let config = SyncConfig {
            user: options.user.user.clone(),
            url: options.url.to_string(),
            partition: options.partition.to_string(),
            stop_policy: options.stop_policy,
            syncs_while_metered: options.syncs_while_metered,
            on_error: Some(errors.as_callback()),
            reset: options.reset.config(),
        };
        let session = client.session(path, config)?;
        let known = Known { open: Arc::downgrade(&open), errors: Arc::downgrade(&errors) };
        by_path.insert(path.to_owned(), known);
        drop(by_path);
        let mut holders = open.holders.lock();
        errors.add(&options.error_callbacks, holders.realms == 0);
        holders.realms += 1;
        let replaced = holders.session.replace(session);
        drop(holders);
        // One of two handles of the same session: its going decides nothing.
        drop(replaced);
        Ok(Hold { open, share: Share::Held })
    }
}

impl OpenSession {
    fn new(path: &Path, options: &SyncOptions) -> OpenSession {
        let path = path.to_string_lossy().into_owned();
        OpenSession {
            options: options.clone(),
            path,
            holders: Mutex::default(),
            handle: Mutex::default(),
            lent: Mutex::default(),
        }
    }

    fn is_for(&self, options: &SyncOptions) -> bool {
        Arc::ptr_eq(&self.options.user, &options.user)
            && self.options.url == options.url
            && self.options.partition == options.partition
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn partition(&self) -> &str {
        &self.options.partition
    }

    /// A text that C may read as long as it has a handle of this session.
    pub(super) fn lend(&self, text: String) -> realm_string_t {
        let mut lent = self.lent.lock();
        if let Some(known) = lent.iter().find(|known| ***known == *text) {
            return realm_string_t::borrowed(known);
        }
        let text: Arc<str> = text.into();
        lent.push(text.clone());
        realm_string_t::borrowed(&text)
    }

    pub(super) fn user(&self) -> Arc<realm_user_t> {
        self.options.user.clone()
    }

    /// The session while a realm of the path is open; borrowed for a moment, so that it decides nothing.
    pub(super) fn session(&self) -> Option<Session> {
        self.holders.lock().session.clone()
    }

    /// The session, unless the path or the client was closed.
    pub(super) fn running(&self) -> Result<Session> {
        self.options.client.client()?;
        self.session().ok_or_else(|| {
            let message = format!("the realm `{}` is closed, and its session with it; open it again", self.path);
            Error::new(realm_errno_e::RLM_ERR_CLOSED_REALM, message)
        })
    }
}

impl Hold {
    pub(super) fn open_session(&self) -> &Arc<OpenSession> {
        &self.open
    }

    /// Gives up the share. When it was the last one and the stop policy ends the session now, the session's file is
    /// closed when this returns.
    pub(super) fn close(mut self) {
        if let Some(session) = self.give_up() {
            session.close();
        }
    }

    /// The session, when this was the last share in it.
    fn give_up(&mut self) -> Option<Session> {
        if std::mem::replace(&mut self.share, Share::GivenUp) == Share::GivenUp {
            return None;
        }
        let mut holders = self.open.holders.lock();
        holders.realms -= 1;
        match holders.realms {
            0 => holders.session.take(),
            _ => None,
        }
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        drop(self.give_up());
    }
}

impl From<OpenError> for Error {
    fn from(error: OpenError) -> Error {
        let number = match error {
            OpenError::Store(error) => return error.into(),
            OpenError::Url(error) => return bad_url(error),
            OpenError::Partition => realm_errno_e::RLM_ERR_LIMIT_EXCEEDED,
            OpenError::OtherConfig => realm_errno_e::RLM_ERR_MISMATCHED_CONFIG,
            OpenError::Closed => realm_errno_e::RLM_ERR_CLOSED_SYNC_CLIENT,
        };
        Error::new(number, error.to_string())
    }
}

impl From<ClosedError> for Error {
    fn from(error: ClosedError) -> Error {
        Error::new(realm_errno_e::RLM_ERR_CLOSED_SYNC_CLIENT, error.to_string())
    }
}

pub(super) fn error_of_session(error: &SessionError) -> Error {
    Error { number: error.number, message: error.message.clone() }
}

/// The error callbacks of a path: those of the configs its open realms were opened with.
struct ErrorCallbacks {
    path: String,
    slots: Mutex<Vec<Arc<ErrorSlot>>>,
}

impl ErrorCallbacks {
    fn new(path: &Path) -> Arc<ErrorCallbacks> {
        Arc::new(ErrorCallbacks { path: path.to_string_lossy().into_owned(), slots: Mutex::default() })
    }

    /// The first realm of a path begins anew; what an earlier one had is no longer told.
    fn add(&self, added: &[Arc<ErrorSlot>], is_first: bool) {
        let mut slots = self.slots.lock();
        slots.retain(|slot| !is_first && !slot.gate().is_ended());
        for slot in added {
            if !slots.iter().any(|known| Arc::ptr_eq(known, slot)) {
                slots.push(slot.clone());
            }
        }
    }

    fn as_callback(self: &Arc<Self>) -> ErrorCallback {
        let errors = self.clone();
        Arc::new(move |error| errors.tell(error))
    }

    fn tell(&self, error: &SessionError) {
        let slots = self.slots.lock().clone();
        sync_error::tell(&self.path, error, |error| {
            for slot in slots {
                slot.call(|callback, userdata| unsafe { callback(userdata, error) });
            }
        });
    }
}
