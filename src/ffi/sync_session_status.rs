//! What a session is doing, and why.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::error::{realm_error_t, Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_session::error_of_session;
use super::sync_network::{reachability_to_c, realm_sync_reachability_e};
use super::sync_offline::{level_to_c, realm_sync_offline_level_e};
use super::sync_session::{
    connection_state_to_c, realm_sync_session_connection_state_e, realm_sync_session_state_e, realm_sync_session_t,
    state_to_c, SessionRegistration,
};
use crate::client::{OfflineBudget, OfflineLevel, Reason, SessionStatus};
use crate::value::OriginTimestamp;

/// Why a session is in its state. New reasons may be added: treat one you do not know by its state.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_session_reason_e {
    /// Its realm was opened.
    RLM_SYNC_SESSION_REASON_OPENED = 0,
    /// realm_sync_session_start() started it.
    RLM_SYNC_SESSION_REASON_STARTED = 1,
    /// realm_sync_session_stop() stopped it.
    RLM_SYNC_SESSION_REASON_STOPPED = 2,
    /// An error ended it; realm_sync_session_start() brings it back.
    RLM_SYNC_SESSION_REASON_ENDED_BY_ERROR = 3,
    /// The server wants another access token.
    RLM_SYNC_SESSION_REASON_AWAITS_ACCESS_TOKEN = 4,
    /// Its realm or its client was closed.
    RLM_SYNC_SESSION_REASON_CLOSED = 5,
    /// It failed, and waits until it tries again.
    RLM_SYNC_SESSION_REASON_BACKS_OFF = 6,
    /// realm_sync_client_set_network() said that no network is reachable.
    RLM_SYNC_SESSION_REASON_AWAITS_NETWORK = 7,
    /// The network is metered, and the session is not to use it.
    RLM_SYNC_SESSION_REASON_AWAITS_UNMETERED_NETWORK = 8,
    /// Its realm was closed, and it finishes its uploads.
    RLM_SYNC_SESSION_REASON_FINISHES_UPLOADS = 9,
    /// Its user logged out; realm_user_log_in() brings it back.
    RLM_SYNC_SESSION_REASON_LOGGED_OUT = 10,
}

/// A session at one moment. It never changes. Any thread.
pub struct realm_sync_session_status_t {
    header: Header,
    pub(super) status: SessionStatus,
    last_error: Option<Error>,
}

/// Gets what a session is doing now. `status` is valid during the call; retain it to keep it. It runs
/// on the client's dispatcher thread, one at a time per session and in order; every function may be
/// called from inside it.
pub type realm_sync_session_status_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, status: *mut realm_sync_session_status_t)>;

impl Handle for realm_sync_session_status_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_sync_session_status_t {
    fn new(status: SessionStatus) -> Arc<realm_sync_session_status_t> {
        let last_error = status.last_error.as_ref().map(error_of_session);
        Arc::new(realm_sync_session_status_t { header: Header::new(), status, last_error })
    }

    fn last_error(&self) -> realm_error_t {
        self.last_error.as_ref().map_or_else(realm_error_t::none, Error::as_c)
    }

    pub(super) fn offline(&self) -> (realm_sync_offline_level_e, u64, i64) {
        match self.status.offline {
            Some(OfflineBudget { max_offline, deadline, level, .. }) => {
                let max_offline_ms = u64::try_from(max_offline.as_millis()).unwrap_or(u64::MAX);
                (level_to_c(level), max_offline_ms, unix_ms(deadline))
            }
            None => (level_to_c(OfflineLevel::Within), 0, -1),
        }
    }

    fn next_attempt_ms(&self) -> i64 {
        let wait = self.status.next_attempt_in();
        wait.map_or(-1, |wait| i64::try_from(wait.as_millis()).unwrap_or(i64::MAX))
    }
}

impl realm_sync_session_t {
    fn status(&self) -> Arc<realm_sync_session_status_t> {
        let status = self.session.session().map(|session| session.status());
        realm_sync_session_status_t::new(status.unwrap_or_else(SessionStatus::closed))
    }

    fn add_status_callback(
        &self,
        callback: realm_sync_session_status_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let token = self.session.running()?.add_status_callback(Arc::new(move |status| {
            let status = realm_sync_session_status_t::new(status.clone());
            unsafe { callback(userdata.pointer(), Arc::as_ptr(&status).cast_mut()) }
        }));
        Ok(realm_callback_token_t::new(SessionRegistration::new(token)))
    }
}

pub(super) fn unix_ms(timestamp: OriginTimestamp) -> i64 {
    i64::try_from(timestamp.0.saturating_add(OriginTimestamp::EPOCH_UNIX_MS)).unwrap_or(i64::MAX)
}

fn reason_to_c(reason: Reason) -> realm_sync_session_reason_e {
    use realm_sync_session_reason_e::*;
    match reason {
        Reason::Opened => RLM_SYNC_SESSION_REASON_OPENED,
        Reason::Started => RLM_SYNC_SESSION_REASON_STARTED,
        Reason::Stopped => RLM_SYNC_SESSION_REASON_STOPPED,
        Reason::EndedByError => RLM_SYNC_SESSION_REASON_ENDED_BY_ERROR,
        Reason::AwaitsAccessToken => RLM_SYNC_SESSION_REASON_AWAITS_ACCESS_TOKEN,
        Reason::Closed => RLM_SYNC_SESSION_REASON_CLOSED,
        Reason::BacksOff => RLM_SYNC_SESSION_REASON_BACKS_OFF,
        Reason::AwaitsNetwork => RLM_SYNC_SESSION_REASON_AWAITS_NETWORK,
        Reason::AwaitsUnmeteredNetwork => RLM_SYNC_SESSION_REASON_AWAITS_UNMETERED_NETWORK,
        Reason::FinishesUploads => RLM_SYNC_SESSION_REASON_FINISHES_UPLOADS,
        Reason::LoggedOut => RLM_SYNC_SESSION_REASON_LOGGED_OUT,
    }
}

/// Reads what a session is doing, and why.
///
/// @param session The session; it may be that of a closed realm.
/// @return A snapshot; release it with realm_sync_session_status_release(). NULL when session is NULL.
///
/// The snapshot stays as it is, whatever the session does. It never waits for the network.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_status(
    session: *const realm_sync_session_t,
) -> *mut realm_sync_session_status_t {
    guard(|call| Ok(call.handle(session, "session")?.status()))
}

/// Adds a callback for changes of what a session is doing: state, reason, connection, attempts, errors.
///
/// @param session       The session.
/// @param callback      Gets the new status.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the realm or client was closed.
///
/// No callback tells of a stop; the next start does.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_add_status_callback(
    session: *mut realm_sync_session_t,
    callback: realm_sync_session_status_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.add_status_callback(callback, userdata)
    })
}

/// Reads the state in a status.
///
/// @param status    The status.
/// @param out_state Gets the state.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_state(
    status: *const realm_sync_session_status_t,
    out_state: *mut realm_sync_session_state_e,
) -> bool {
    guard(|call| call.write(out_state, "out_state", state_to_c(call.handle(status, "status")?.status.state)))
}

/// Reads why the session is in its state.
///
/// @param status     The status.
/// @param out_reason Gets the reason.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_reason(
    status: *const realm_sync_session_status_t,
    out_reason: *mut realm_sync_session_reason_e,
) -> bool {
    guard(|call| call.write(out_reason, "out_reason", reason_to_c(call.handle(status, "status")?.status.reason)))
}

/// Reads the connection state in a status.
///
/// @param status    The status.
/// @param out_state Gets the connection state.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_connection_state(
    status: *const realm_sync_session_status_t,
    out_state: *mut realm_sync_session_connection_state_e,
) -> bool {
    guard(|call| {
        let state = connection_state_to_c(call.handle(status, "status")?.status.connection);
        call.write(out_state, "out_state", state)
    })
}

/// Reads how many attempts failed in a row since the session last worked.
///
/// @param status              The status.
/// @param out_failed_attempts Gets the number; realm_sync_session_start() begins at 0 again.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_failed_attempts(
    status: *const realm_sync_session_status_t,
    out_failed_attempts: *mut u32,
) -> bool {
    guard(|call| {
        let failures = call.handle(status, "status")?.status.failures;
        call.write(out_failed_attempts, "out_failed_attempts", failures)
    })
}

/// Reads how long it was until the next attempt when the status was taken.
///
/// @param status              The status.
/// @param out_next_attempt_ms Gets milliseconds; -1 where the session does not wait for a moment.
/// @return false when a pointer is NULL.
///
/// It is set while the reason is RLM_SYNC_SESSION_REASON_BACKS_OFF.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_next_attempt_ms(
    status: *const realm_sync_session_status_t,
    out_next_attempt_ms: *mut i64,
) -> bool {
    guard(|call| {
        let next_attempt_ms = call.handle(status, "status")?.next_attempt_ms();
        call.write(out_next_attempt_ms, "out_next_attempt_ms", next_attempt_ms)
    })
}

/// Reads the last error of the session, whether or not it works since.
///
/// @param status    The status.
/// @param out_error Gets the error; its number is RLM_ERR_NONE when there was none. Its message is
///                  borrowed until the status is released.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_last_error(
    status: *const realm_sync_session_status_t,
    out_error: *mut realm_error_t,
) -> bool {
    guard(|call| call.write(out_error, "out_error", call.handle(status, "status")?.last_error()))
}

/// Reads what the host had said of the network.
///
/// @param status           The status.
/// @param out_reachability Gets whether a server can be reached.
/// @param out_is_metered   Gets whether the network is metered.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_network(
    status: *const realm_sync_session_status_t,
    out_reachability: *mut realm_sync_reachability_e,
    out_is_metered: *mut bool,
) -> bool {
    guard(|call| {
        let network = call.handle(status, "status")?.status.network;
        call.check_out(out_is_metered, "out_is_metered")?;
        call.write(out_reachability, "out_reachability", reachability_to_c(network.reachability))?;
        call.write(out_is_metered, "out_is_metered", network.is_metered)
    })
}

/// Adds a reference to a status.
///
/// @param status The status, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_sync_session_status_release(). The status lives as long as one
/// of them does.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_retain(
    status: *mut realm_sync_session_status_t,
) -> *mut realm_sync_session_status_t {
    guard(|_call| retain(status))
}

/// Gives up a reference to a status.
///
/// @param status The status, or NULL.
///
/// The last one ends it, and what was borrowed from it.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_release(status: *mut realm_sync_session_status_t) {
    guard(|_call| release(status))
}
