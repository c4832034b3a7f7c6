//! What one server grants at most; every figure can be set on the command line (`docs/SERVER.md`, "Limits").

use std::time::Duration;

/// Bounds that a connection, its sessions and the whole server keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of one WebSocket message, and of an UPLOAD once inflated. A client puts a transaction of any size
    /// into one UPLOAD, so this also bounds the largest transaction that syncs.
    pub message_bytes: usize,
    /// Changeset bytes after which a DOWNLOAD ends; a single larger changeset still travels whole.
    pub download_bytes: usize,
    /// Bytes of UPLOADs of one connection that wait for the disk; at this many the socket is read no further.
    pub upload_backlog_bytes: usize,
    pub sessions_per_connection: usize,
    pub connections: usize,
    /// Time from accepting a socket to a complete upgrade.
    pub handshake: Duration,
    /// Time without a message after which a connection is closed; a client sends PING every minute.
    pub idle: Duration,
    /// Time for which a client file may be away and hold history back; what it needs may be trimmed after that, and then
    /// it must reset.
    pub max_offline: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            message_bytes: 128 << 20,
            download_bytes: 16 << 20,
            upload_backlog_bytes: 64 << 20,
            sessions_per_connection: 1_000,
            connections: 10_000,
            handshake: Duration::from_secs(30),
            idle: Duration::from_secs(30 * 60),
            max_offline: Duration::from_secs(30 * 86_400),
        }
    }
}
