//! Counts of what a session has exchanged with its server.

use super::error::{Error, Result};
use super::guard::guard;
use super::sync_session::realm_sync_session_t;
use crate::client::Traffic;

/// What is counted of a session, since the session began: its realm was opened and no other was open at
/// its path. A stop, a start and a lost connection reset nothing. More may be added.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_session_statistic_e {
    /// Attempts to connect that were made for this session, perhaps for others as well.
    RLM_SYNC_SESSION_STATISTIC_CONNECTION_ATTEMPTS = 0,
    /// How often it was connected.
    RLM_SYNC_SESSION_STATISTIC_CONNECTIONS = 1,
    /// Frames of this session that were sent; those of a whole connection, such as PING, are nobody's.
    RLM_SYNC_SESSION_STATISTIC_FRAMES_SENT = 2,
    /// Their bytes, compressed as they were, without what WebSocket and TLS add.
    RLM_SYNC_SESSION_STATISTIC_BYTES_SENT = 3,
    /// Frames for this session that arrived.
    RLM_SYNC_SESSION_STATISTIC_FRAMES_RECEIVED = 4,
    /// Their bytes.
    RLM_SYNC_SESSION_STATISTIC_BYTES_RECEIVED = 5,
    /// Changesets that were sent. One that is sent again after a lost connection counts again.
    RLM_SYNC_SESSION_STATISTIC_CHANGESETS_SENT = 6,
    /// Changesets that arrived.
    RLM_SYNC_SESSION_STATISTIC_CHANGESETS_RECEIVED = 7,
}

fn count(traffic: &Traffic, statistic: i32) -> Result<u64> {
    Ok(match statistic {
        0 => traffic.attempts,
        1 => traffic.bindings,
        2 => traffic.frames_sent,
        3 => traffic.bytes_sent,
        4 => traffic.frames_received,
        5 => traffic.bytes_received,
        6 => traffic.changesets_sent,
        7 => traffic.changesets_received,
        unknown => {
            let message = format!("statistic is {unknown}, which is no realm_sync_session_statistic_e");
            return Err(Error::argument(message));
        }
    })
}

/// Reads a count of what a session has exchanged with its server.
///
/// @param session   The session; running, stopped or offline.
/// @param statistic A realm_sync_session_statistic_e.
/// @param out_count Gets the count. It only grows as long as a realm of the session's path is open.
/// @return false when the realm or client was closed, or there is no such statistic.
///
/// Two counts that are read one after the other may be of two moments.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_session_get_statistic(
    session: *const realm_sync_session_t,
    statistic: i32,
    out_count: *mut u64,
) -> bool {
    guard(|call| {
        let traffic = call.handle(session, "session")?.session().running()?.traffic();
        call.write(out_count, "out_count", count(&traffic, statistic)?)
    })
}
