//! How long a realm may stay away from its server.

use std::ffi::c_void;
use std::path::Path;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::error::{Error, Result};
use super::guard::{guard, Call};
use super::string::realm_string_t;
use super::sync_client::realm_sync_client_t;
use super::sync_session::SessionRegistration;
use super::sync_session_status::{realm_sync_session_status_t, unix_ms};
use crate::client::{OfflineBudget, OfflineLevel};

/// How much of the time a server lets a realm be away is used up.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_offline_level_e {
    /// Less than 75 percent, or the server has not said what it allows.
    RLM_SYNC_OFFLINE_LEVEL_WITHIN = 0,
    /// 75 percent.
    RLM_SYNC_OFFLINE_LEVEL_THREE_QUARTERS = 1,
    /// 90 percent.
    RLM_SYNC_OFFLINE_LEVEL_NINE_TENTHS = 2,
    /// All of it: the next connection may ask for a client reset.
    RLM_SYNC_OFFLINE_LEVEL_EXCEEDED = 3,
}

/// Warns that a realm of the client has been away for long. `path` is valid during the call,
/// `deadline_ms` counts from 1970-01-01T00:00:00Z. It runs on the client's dispatcher thread, also
/// for a session that is stopped; every function may be called from inside it.
pub type realm_sync_client_offline_func_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        path: realm_string_t,
        level: realm_sync_offline_level_e,
        deadline_ms: i64,
    ),
>;

pub(super) fn level_to_c(level: OfflineLevel) -> realm_sync_offline_level_e {
    use realm_sync_offline_level_e::*;
    match level {
        OfflineLevel::Within => RLM_SYNC_OFFLINE_LEVEL_WITHIN,
        OfflineLevel::ThreeQuarters => RLM_SYNC_OFFLINE_LEVEL_THREE_QUARTERS,
        OfflineLevel::NineTenths => RLM_SYNC_OFFLINE_LEVEL_NINE_TENTHS,
        OfflineLevel::Exceeded => RLM_SYNC_OFFLINE_LEVEL_EXCEEDED,
    }
}

impl realm_sync_client_t {
    fn add_offline_callback(
        &self,
        callback: realm_sync_client_offline_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let token = self.client()?.add_offline_callback(Arc::new(move |path: &Path, budget: &OfflineBudget| {
            let path = path.to_string_lossy();
            let (path, deadline_ms) = (realm_string_t::borrowed(&path), unix_ms(budget.deadline));
            unsafe { callback(userdata.pointer(), path, level_to_c(budget.level), deadline_ms) }
        }));
        Ok(realm_callback_token_t::new(SessionRegistration::new(token)))
    }
}

/// So that nothing is written where not everything can be.
fn check_times(call: &Call, out_max_offline_ms: *mut u64, out_deadline_ms: *mut i64) -> Result<()> {
    call.check_out(out_max_offline_ms, "out_max_offline_ms")?;
    call.check_out(out_deadline_ms, "out_deadline_ms")
}

/// Adds a callback that warns before a realm has been away from its server for too long.
///
/// @param client        The client.
/// @param callback      Gets the realm's path, how much time is used up, and when it is over.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the client was closed.
///
/// It is looked at when a realm is opened, committed to, stopped, started, or asked for its status.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_add_offline_callback(
    client: *mut realm_sync_client_t,
    callback: realm_sync_client_offline_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(client, "client")?.add_offline_callback(callback, userdata)
    })
}

/// Reads when the realm last heard from its server.
///
/// @param status             The status.
/// @param out_last_synced_ms Gets the time of the last good download, in milliseconds from 1970-01-01T00:00:00Z;
///                           -1 when there was none.
/// @return false when a pointer is NULL.
///
/// It is kept in the file, to the second, and by the clock of this device.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_last_synced_ms(
    status: *const realm_sync_session_status_t,
    out_last_synced_ms: *mut i64,
) -> bool {
    guard(|call| {
        let last_synced = call.handle(status, "status")?.status.last_synced;
        call.write(out_last_synced_ms, "out_last_synced_ms", last_synced.map_or(-1, unix_ms))
    })
}

/// Reads how long the realm may be away, and when that is over.
///
/// @param status             The status.
/// @param out_level          Gets how much of it is used up.
/// @param out_max_offline_ms Gets what the server allows, in milliseconds; 0 when it has not said so.
/// @param out_deadline_ms    Gets when it is over, in milliseconds from 1970-01-01T00:00:00Z; -1 when the server
///                           has not said what it allows.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_status_get_offline_budget(
    status: *const realm_sync_session_status_t,
    out_level: *mut realm_sync_offline_level_e,
    out_max_offline_ms: *mut u64,
    out_deadline_ms: *mut i64,
) -> bool {
    guard(|call| {
        let (level, max_offline_ms, deadline_ms) = call.handle(status, "status")?.offline();
        check_times(call, out_max_offline_ms, out_deadline_ms)?;
        call.write(out_level, "out_level", level)?;
        call.write(out_max_offline_ms, "out_max_offline_ms", max_offline_ms)?;
        call.write(out_deadline_ms, "out_deadline_ms", deadline_ms)
    })
}
