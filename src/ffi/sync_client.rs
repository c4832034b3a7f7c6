//! The sync client: it owns the connections and threads that sessions need.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::Arc;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_session::OpenSessions;
use super::sync_client_config::realm_sync_client_config_t;
use crate::client::ClientConfig;
use crate::net::{ClientError, SyncClient};

/// Owns the connections and threads of any number of sessions. Any thread.
pub struct realm_sync_client_t {
    header: Header,
    client: SyncClient,
    is_closed: AtomicBool,
    pub(super) sessions: OpenSessions,
}

impl Handle for realm_sync_client_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl From<ClientError> for Error {
    fn from(error: ClientError) -> Error {
        match error {
            ClientError::Config(error) => error.into(),
            ClientError::Thread(_) => Error::new(realm_errno_e::RLM_ERR_SYSTEM_ERROR, error.to_string()),
        }
    }
}

impl realm_sync_client_t {
    fn open(config: ClientConfig) -> Result<Arc<realm_sync_client_t>> {
        let client = SyncClient::open(config)?;
        let (is_closed, sessions) = (AtomicBool::new(false), OpenSessions::default());
        Ok(Arc::new(realm_sync_client_t { header: Header::new(), client, is_closed, sessions }))
    }

    /// The client, unless it was closed.
    pub(super) fn client(&self) -> Result<&SyncClient> {
        match self.is_closed.load(Ordering::Acquire) {
            true => {
                let message = "the sync client is closed; open another, and the realm with it";
                Err(Error::new(realm_errno_e::RLM_ERR_CLOSED_SYNC_CLIENT, message))
            }
            false => Ok(&self.client),
        }
    }

    /// The options it was opened with, also of a client that was closed.
    fn config(&self) -> Arc<realm_sync_client_config_t> {
        realm_sync_client_config_t::new(self.client.config().clone())
    }

    /// Whether a session has not ended, also of a client that was closed.
    pub(super) fn has_sessions(&self) -> bool {
        self.client.has_sessions()
    }

    fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.client.close();
    }
}

/// Starts a sync client.
///
/// @param config Its options; copied. May be NULL: every option at its default.
/// @return The client; release it with realm_sync_client_release(). NULL when the options
///         contradict each other or its threads cannot be started.
///
/// One client serves any number of realms; its number of threads does not grow with them.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_SYSTEM_ERROR.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_open(config: *const realm_sync_client_config_t) -> *mut realm_sync_client_t {
    guard(|call| {
        let config = call.optional(config, "config")?;
        realm_sync_client_t::open(config.map_or_else(ClientConfig::default, realm_sync_client_config_t::options))
    })
}

/// Reads the options that a client was opened with.
///
/// @param client The client, open or closed.
/// @return A config with every option as it is in effect; release it with realm_sync_client_config_release().
///         NULL when client is NULL.
///
/// The config is a copy: setting an option in it changes nothing in the client, and may open another one.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_get_config(
    client: *const realm_sync_client_t,
) -> *mut realm_sync_client_config_t {
    guard(|call| Ok(call.handle(client, "client")?.config()))
}

/// Ends every session of a client, its connections and its threads.
///
/// @param client The client. It stays valid and must still be released.
/// @return false when client is NULL.
///
/// Realms that were synced by it stay open, and no longer sync; waits end with RLM_ERR_CANCELLED.
/// When it returns no thread of the client is left, except when called from inside one of its
/// callbacks: then the last thread ends after that callback. Calling it twice is fine.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_close(client: *mut realm_sync_client_t) -> bool {
    guard(|call| {
        call.handle(client, "client")?.close();
        Ok(())
    })
}

/// Starts every session of a client, as realm_sync_session_start() does.
///
/// @param client The client.
/// @return false when the client was closed.
///
/// Sessions that are active stay as they are. Sessions opened later are not concerned.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_start_all(client: *mut realm_sync_client_t) -> bool {
    guard(|call| {
        call.handle(client, "client")?.client()?.start_all();
        Ok(())
    })
}

/// Stops every session of a client, as realm_sync_session_stop() does.
///
/// @param client The client.
/// @return false when the client was closed.
///
/// When it returns all are stopped and the connections are closed. A session whose realm was closed, and that finishes
/// its uploads, ends; what is left goes up after the next open. Sessions opened later are started.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_stop_all(client: *mut realm_sync_client_t) -> bool {
    guard(|call| {
        call.handle(client, "client")?.client()?.stop_all();
        Ok(())
    })
}

/// Adds a reference to a sync client.
///
/// @param client The sync client, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_sync_client_release(). The sync client lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_retain(client: *mut realm_sync_client_t) -> *mut realm_sync_client_t {
    guard(|_call| retain(client))
}

/// Gives up a reference to a sync client.
///
/// @param client The sync client, or NULL.
///
/// The last one closes the client as realm_sync_client_close() does. Synced realms that are open keep it.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_release(client: *mut realm_sync_client_t) {
    guard(|_call| release(client))
}
