//! How far uploads and downloads are.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::error::{Error, Result};
use super::guard::guard;
use super::sync_session::{realm_sync_session_t, SessionRegistration};
use crate::client::{Direction, Progress, ProgressMode};

/// Which way data travels. Numbered as in realm-core.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_progress_direction_e {
    /// To the server.
    RLM_SYNC_PROGRESS_DIRECTION_UPLOAD = 0,
    /// From the server.
    RLM_SYNC_PROGRESS_DIRECTION_DOWNLOAD = 1,
}

/// Gets how many bytes are transferred, of how many, and their ratio from 0 to 1. It runs on the
/// client's dispatcher thread, one at a time per session and in order; every function may be called
/// from inside it.
pub type realm_sync_session_progress_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, transferred_bytes: u64, transferable_bytes: u64, estimate: f64)>;

fn direction_from_c(direction: i32) -> Result<Direction> {
    match direction {
        0 => Ok(Direction::Upload),
        1 => Ok(Direction::Download),
        unknown => Err(Error::argument(format!("direction is {unknown}, which is no realm_sync_progress_direction_e"))),
    }
}

impl realm_sync_session_t {
    fn add_progress_callback(
        &self,
        direction: i32,
        is_streaming: bool,
        callback: realm_sync_session_progress_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let mode = if is_streaming { ProgressMode::Streaming } else { ProgressMode::Outstanding };
        let told = Arc::new(move |progress: &Progress| {
            let Progress { transferred_bytes, transferable_bytes } = *progress;
            unsafe { callback(userdata.pointer(), transferred_bytes, transferable_bytes, progress.estimate()) }
        });
        let token = self.session.running()?.add_progress_callback(direction_from_c(direction)?, mode, told);
        Ok(realm_callback_token_t::new(SessionRegistration::new(token)))
    }
}

/// Adds a callback for the progress of uploads or downloads, called at once where something is known.
///
/// @param session       The session.
/// @param direction     A realm_sync_progress_direction_e.
/// @param is_streaming  true: told as long as it is registered; false: until what the first call tells is done.
/// @param callback      Gets the progress.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback; NULL when it could not be added.
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_add_progress_callback(
    session: *mut realm_sync_session_t,
    direction: i32,
    is_streaming: bool,
    callback: realm_sync_session_progress_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(session, "session")?.add_progress_callback(direction, is_streaming, callback, userdata)
    })
}
