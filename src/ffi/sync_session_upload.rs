//! What a session has not uploaded yet, and stopping once it has.

use std::time::Duration;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::sync_session::realm_sync_session_t;
use super::sync_session_status::unix_ms;
use crate::client::PendingUploads;

/// Local changes that the server has not acknowledged. The layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_sync_pending_uploads_t {
    /// Number of changesets: one for each write transaction that changed something.
    pub count: u64,
    /// Their size in bytes.
    pub bytes: u64,
    /// When the oldest one was committed: milliseconds from 1970-01-01T00:00:00Z; -1 when there is none.
    pub oldest_ms: i64,
}

const MAX_DEADLINE_MS: u64 = 24 * 60 * 60 * 1000;

impl realm_sync_pending_uploads_t {
    fn new(pending: PendingUploads) -> realm_sync_pending_uploads_t {
        let PendingUploads { count, bytes, oldest } = pending;
        realm_sync_pending_uploads_t { count, bytes, oldest_ms: oldest.map_or(-1, unix_ms) }
    }
}

impl realm_sync_session_t {
    fn stop_after_upload(&self, deadline_ms: u64) -> Result<realm_sync_pending_uploads_t> {
        if deadline_ms > MAX_DEADLINE_MS {
            let message = format!("deadline_ms is {deadline_ms}; it must be between 0 and {MAX_DEADLINE_MS}");
            return Err(Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, message));
        }
        let left = self.session.running()?.stop_after_upload(Duration::from_millis(deadline_ms))?;
        Ok(realm_sync_pending_uploads_t::new(left))
    }

    fn pending_uploads(&self) -> Result<realm_sync_pending_uploads_t> {
        Ok(realm_sync_pending_uploads_t::new(self.session.running()?.pending_uploads()?))
    }
}

/// Stops a session once everything committed before the call is uploaded, or the deadline is over.
///
/// @param session     The session. One that is stopped, or that an error ended, is not waited for.
/// @param deadline_ms Milliseconds to wait for the uploads at most, 0 to 86400000.
/// @param out_left    Gets what of it the server has not acknowledged: a count of 0 when all is uploaded. May be NULL.
/// @return false when it could not be begun, or what is left could not be read; see the error.
///
/// It blocks, whatever the network does no longer than the deadline, and attempts to connect at once.
/// Then it stops as realm_sync_session_stop() does. In the thread's own write transaction it waits to the end.
/// Threads: any thread, also from inside a callback.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_stop_after_upload(
    session: *mut realm_sync_session_t,
    deadline_ms: u64,
    out_left: *mut realm_sync_pending_uploads_t,
) -> bool {
    guard(|call| {
        let left = call.handle(session, "session")?.stop_after_upload(deadline_ms)?;
        call.write_optional(out_left, left)
    })
}

/// Reads what of the local changes the server has not acknowledged.
///
/// @param session     The session; running, stopped or offline.
/// @param out_pending Gets number, size and age of the changesets that are not uploaded.
/// @return false when the realm or client was closed, or its file cannot be read.
///
/// It reads the file, and waits neither for the network nor for a writer.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_pending_uploads(
    session: *const realm_sync_session_t,
    out_pending: *mut realm_sync_pending_uploads_t,
) -> bool {
    guard(|call| call.write(out_pending, "out_pending", call.handle(session, "session")?.pending_uploads()?))
}
