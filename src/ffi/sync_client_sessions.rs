//! Whether a client has sessions left, and waiting until it has none.

use std::ffi::c_void;
use std::time::Duration;

use super::callback::{realm_userdata_free_func_t, Userdata};
use super::errno::realm_errno_e;
use super::error::{realm_error_t, Error, Result};
use super::guard::guard;
use super::sync_client::realm_sync_client_t;
use super::sync_session::complete;

/// Completes a wait of a client: `error` is NULL when what was waited for has happened, else it says why
/// not; it is valid during the call. It runs exactly once, on the client's dispatcher thread; every
/// function may be called from inside it.
pub type realm_sync_client_wait_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, error: *const realm_error_t)>;

const MAX_DEADLINE_MS: u64 = 24 * 60 * 60 * 1000;

impl realm_sync_client_t {
    fn wait_for_sessions(
        &self,
        deadline_ms: u64,
        callback: realm_sync_client_wait_func_t,
        userdata: Userdata,
    ) -> Result<()> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        if deadline_ms > MAX_DEADLINE_MS {
            let message = format!("deadline_ms is {deadline_ms}; it must be between 0 and {MAX_DEADLINE_MS}");
            return Err(Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, message));
        }
        let completion = Box::new(move |result| complete(result, callback, userdata));
        Ok(self.client()?.wait_for_sessions(Duration::from_millis(deadline_ms), completion)?)
    }
}

/// Tells whether a session of a client has not ended yet.
///
/// @param client           The client, open or closed.
/// @param out_has_sessions Gets whether a realm of the client is open, or was closed and its session still
///                         finishes its uploads or releases its file.
/// @return false when a pointer is NULL.
///
/// When there is none, every file of the client can be deleted, compacted, or synced by another client.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_has_sessions(
    client: *const realm_sync_client_t,
    out_has_sessions: *mut bool,
) -> bool {
    guard(|call| {
        let has_sessions = call.handle(client, "client")?.has_sessions();
        call.write(out_has_sessions, "out_has_sessions", has_sessions)
    })
}

/// Waits until every session of a client has ended and its file is released.
///
/// @param client        The client. It ends no session: realms that are open keep theirs.
/// @param deadline_ms   Milliseconds to wait at most, 0 to 86400000.
/// @param callback      Completes the wait, exactly once; with RLM_ERR_DEADLINE_EXCEEDED when the deadline passed,
///                      with RLM_ERR_CANCELLED when the client was closed.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return false when the wait could not be begun: then the callback does not run.
///
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_wait_for_sessions(
    client: *mut realm_sync_client_t,
    deadline_ms: u64,
    callback: realm_sync_client_wait_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> bool {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(client, "client")?.wait_for_sessions(deadline_ms, callback, userdata)
    })
}
