//! Sync sessions: started, stopped, asked, waited for.

use std::ffi::c_void;
use std::sync::Arc;

use parking_lot::Mutex;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Registration, Userdata};
use super::errno::realm_errno_e;
use super::error::{realm_error_t, Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_session::{error_of_session, OpenSession};
use super::string::realm_string_t;
use super::user::realm_user_t;
use crate::client::{CallbackToken, ClosedError, Completion, ConnectionState, Session, SessionState, WaitError};

/// What a session is doing. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_session_state_e {
    /// It syncs, or tries to.
    RLM_SYNC_SESSION_STATE_ACTIVE = 0,
    /// Its realm is closed, and it goes on until all is uploaded.
    RLM_SYNC_SESSION_STATE_DYING = 1,
    /// It has ended, by an error or because its realm was closed.
    RLM_SYNC_SESSION_STATE_INACTIVE = 2,
    /// It waits for realm_user_set_access_token().
    RLM_SYNC_SESSION_STATE_WAITING_FOR_ACCESS_TOKEN = 3,
    /// It was stopped; realm_sync_session_start() makes it active.
    RLM_SYNC_SESSION_STATE_PAUSED = 4,
}

/// How a session is connected. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_session_connection_state_e {
    /// Not connected, and not trying.
    RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED = 0,
    /// Trying to connect.
    RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTING = 1,
    /// Connected.
    RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED = 2,
}

/// Completes a wait: `error` is NULL when what was waited for has happened, else it says why it never
/// will; it is valid during the call. It runs exactly once, on the client's dispatcher thread; every
/// function may be called from inside it.
pub type realm_sync_session_wait_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, error: *const realm_error_t)>;

/// Gets a change of a session's state. It runs on the client's dispatcher thread, one at a time per
/// session and in order; every function may be called from inside it.
pub type realm_sync_session_state_func_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        old_state: realm_sync_session_state_e,
        new_state: realm_sync_session_state_e,
    ),
>;

/// Gets a change of a session's connection state. It runs on the client's dispatcher thread, one at a
/// time per session and in order; every function may be called from inside it.
pub type realm_sync_session_connection_state_func_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        old_state: realm_sync_session_connection_state_e,
        new_state: realm_sync_session_connection_state_e,
    ),
>;

/// The sync session of a path, started and stopped on its own. Any thread.
pub struct realm_sync_session_t {
    header: Header,
    pub(super) session: Arc<OpenSession>,
}

impl Handle for realm_sync_session_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_sync_session_t {
    /// The handle of a session: while C holds one, everybody gets that one, so that pointers compare.
    pub(super) fn of(session: &Arc<OpenSession>) -> Arc<realm_sync_session_t> {
        let mut handle = session.handle.lock();
        handle.upgrade().unwrap_or_else(|| {
            let made = Arc::new(realm_sync_session_t { header: Header::new(), session: session.clone() });
            *handle = Arc::downgrade(&made);
            made
        })
    }

    pub(super) fn session(&self) -> &OpenSession {
        &self.session
    }

    fn state(&self) -> realm_sync_session_state_e {
        let state = self.session.session().map_or(SessionState::Inactive, |session| session.state());
        state_to_c(state)
    }

    fn connection_state(&self) -> realm_sync_session_connection_state_e {
        let session = self.session.session();
        connection_state_to_c(session.map_or(ConnectionState::Disconnected, |session| session.connection_state()))
    }

    fn wait(
        &self,
        callback: realm_sync_session_wait_func_t,
        userdata: Userdata,
        begin: impl FnOnce(&Session, Completion) -> std::result::Result<(), ClosedError>,
    ) -> Result<()> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let session = self.session.running()?;
        Ok(begin(&session, Box::new(move |result| complete(result, callback, userdata)))?)
    }

    fn add_state_callback(
        &self,
        callback: realm_sync_session_state_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let session = self.session.running()?;
        let token = session.add_state_callback(Arc::new(move |old, new| unsafe {
            callback(userdata.pointer(), state_to_c(old), state_to_c(new))
        }));
        Ok(realm_callback_token_t::new(SessionRegistration::new(token)))
    }

    fn add_connection_state_callback(
        &self,
        callback: realm_sync_session_connection_state_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let session = self.session.running()?;
        let token = session.add_connection_state_callback(Arc::new(move |old, new| unsafe {
            callback(userdata.pointer(), connection_state_to_c(old), connection_state_to_c(new))
        }));
        Ok(realm_callback_token_t::new(SessionRegistration::new(token)))
    }
}

/// A callback of the client's; dropping its token ends it.
pub(super) struct SessionRegistration(Mutex<Option<CallbackToken>>);

impl SessionRegistration {
    pub(super) fn new(token: CallbackToken) -> SessionRegistration {
        SessionRegistration(Mutex::new(Some(token)))
    }
}

impl Registration for SessionRegistration {
    fn remove(&self) {
        let token = self.0.lock().take();
        token.into_iter().for_each(CallbackToken::remove);
    }
}

pub(super) fn complete(
    result: std::result::Result<(), WaitError>,
    callback: unsafe extern "C" fn(*mut c_void, *const realm_error_t),
    userdata: Userdata,
) {
    let failed = match result {
        Ok(()) => None,
        Err(error @ WaitError::Cancelled) => Some(Error::new(realm_errno_e::RLM_ERR_CANCELLED, error.to_string())),
        Err(error @ WaitError::DeadlineExceeded) => {
            Some(Error::new(realm_errno_e::RLM_ERR_DEADLINE_EXCEEDED, error.to_string()))
        }
        Err(WaitError::Failed(error)) => Some(error_of_session(&error)),
    };
    let error = failed.as_ref().map(Error::as_c);
    let pointer = error.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
    unsafe { callback(userdata.pointer(), pointer) };
}

pub(super) fn state_to_c(state: SessionState) -> realm_sync_session_state_e {
    use realm_sync_session_state_e::*;
    match state {
        SessionState::Active => RLM_SYNC_SESSION_STATE_ACTIVE,
        SessionState::Dying => RLM_SYNC_SESSION_STATE_DYING,
        SessionState::Inactive => RLM_SYNC_SESSION_STATE_INACTIVE,
        SessionState::WaitingForAccessToken => RLM_SYNC_SESSION_STATE_WAITING_FOR_ACCESS_TOKEN,
        SessionState::Paused => RLM_SYNC_SESSION_STATE_PAUSED,
    }
}

pub(super) fn connection_state_to_c(state: ConnectionState) -> realm_sync_session_connection_state_e {
    use realm_sync_session_connection_state_e::*;
    match state {
        ConnectionState::Disconnected => RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED,
        ConnectionState::Connecting => RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTING,
        ConnectionState::Connected => RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED,
    }
}

/// Starts a session that was stopped.
///
/// @param session The session. Starting one that is active is fine.
/// @return false when the session has ended because its realm or client was closed.
///
/// It connects now: a wait between attempts that was running is cut short. Everything written while
/// it was stopped is synced, and waits that were kept go on.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_start(session: *mut realm_sync_session_t) -> bool {
    guard(|call| {
        call.handle(session, "session")?.session.running()?.start();
        Ok(())
    })
}

/// Stops a session in both directions.
///
/// @param session The session. Stopping one that is stopped is fine.
/// @return false when the session has ended because its realm or client was closed.
///
/// When it returns, nothing more is uploaded, no remote change is integrated, and no callback of the
/// session begins. It never waits for the network or another writer of the file. The session stays
/// stopped until realm_sync_session_start(), or until the path is closed and opened again.
/// Threads: any thread, also from inside a callback or a write transaction.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_stop(session: *mut realm_sync_session_t) -> bool {
    guard(|call| {
        call.handle(session, "session")?.session.running()?.stop();
        Ok(())
    })
}

/// Reads the state of a session.
///
/// @param session   The session.
/// @param out_state Gets the state; inactive once every handle of the realm is closed.
/// @return false when a pointer is NULL.
///
/// It never blocks.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_state(
    session: *const realm_sync_session_t,
    out_state: *mut realm_sync_session_state_e,
) -> bool {
    guard(|call| call.write(out_state, "out_state", call.handle(session, "session")?.state()))
}

/// Reads how a session is connected.
///
/// @param session   The session.
/// @param out_state Gets the connection state.
/// @return false when a pointer is NULL.
///
/// A stopped session is always disconnected. It never blocks.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_connection_state(
    session: *const realm_sync_session_t,
    out_state: *mut realm_sync_session_connection_state_e,
) -> bool {
    guard(|call| call.write(out_state, "out_state", call.handle(session, "session")?.connection_state()))
}

/// Waits, without blocking, until the server has everything committed before the call.
///
/// @param session       The session.
/// @param callback      Completes the wait, exactly once.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when the wait could not be begun: then the callback does not run.
///
/// While the session is stopped the wait is kept, and goes on after realm_sync_session_start().
/// When the realm or client is closed first, it ends with RLM_ERR_CANCELLED.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_wait_for_upload(
    session: *mut realm_sync_session_t,
    callback: realm_sync_session_wait_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.wait(callback, userdata, Session::wait_for_upload)
    })
}

/// Waits, without blocking, until the realm has everything the server had at the time of the call.
///
/// @param session       The session.
/// @param callback      Completes the wait, exactly once.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when the wait could not be begun: then the callback does not run.
///
/// While the session is stopped the wait is kept, and goes on after realm_sync_session_start().
/// When the realm or client is closed first, it ends with RLM_ERR_CANCELLED.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_wait_for_download(
    session: *mut realm_sync_session_t,
    callback: realm_sync_session_wait_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.wait(callback, userdata, Session::wait_for_download)
    })
}

/// Adds a callback for changes of a session's state.
///
/// @param session       The session.
/// @param callback      Gets the old state and the new one.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the realm or client was closed.
///
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_add_state_callback(
    session: *mut realm_sync_session_t,
    callback: realm_sync_session_state_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.add_state_callback(callback, userdata)
    })
}

/// Adds a callback for changes of a session's connection state.
///
/// @param session       The session.
/// @param callback      Gets the old connection state and the new one.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the realm or client was closed.
///
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_add_connection_state_callback(
    session: *mut realm_sync_session_t,
    callback: realm_sync_session_connection_state_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.add_connection_state_callback(callback, userdata)
    })
}

/// Reads the path of a session's realm.
///
/// @param session  The session.
/// @param out_path Gets the path; borrowed until the session is released.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_path(
    session: *const realm_sync_session_t,
    out_path: *mut realm_string_t,
) -> bool {
    guard(|call| {
        let path = realm_string_t::borrowed(call.handle(session, "session")?.session.path());
        call.write(out_path, "out_path", path)
    })
}

/// Reads which realm of the server a session syncs.
///
/// @param session       The session.
/// @param out_partition Gets the partition; borrowed until the session is released.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_partition(
    session: *const realm_sync_session_t,
    out_partition: *mut realm_string_t,
) -> bool {
    guard(|call| {
        let partition = realm_string_t::borrowed(call.handle(session, "session")?.session.partition());
        call.write(out_partition, "out_partition", partition)
    })
}

/// Reads the user a session syncs as.
///
/// @param session The session.
/// @return The user, to be released with realm_user_release(); NULL when session is NULL.
///
/// It is the user of the config that opened the path first.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_user(session: *const realm_sync_session_t) -> *mut realm_user_t {
    guard(|call| Ok(call.handle(session, "session")?.session.user()))
}

/// Reads the number by which the server knows this file.
///
/// @param session        The session.
/// @param out_file_ident Gets the number; 0 before the server has given one.
/// @return false when the realm or client was closed.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_file_ident(
    session: *const realm_sync_session_t,
    out_file_ident: *mut u64,
) -> bool {
    guard(|call| {
        let ident = call.handle(session, "session")?.session.running()?.file_ident();
        call.write(out_file_ident, "out_file_ident", ident.map_or(0, |ident| ident.ident.0))
    })
}

/// Adds a reference to a session.
///
/// @param session The session, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_sync_session_release(). The session lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_retain(session: *mut realm_sync_session_t) -> *mut realm_sync_session_t {
    guard(|_call| retain(session))
}

/// Gives up a reference to a session.
///
/// @param session The session, or NULL.
///
/// The session goes on as long as a handle of its realm is open.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_release(session: *mut realm_sync_session_t) {
    guard(|_call| release(session))
}
