//! What a session has exchanged with its server.

use super::session::Session;

/// Counts of one session; they only grow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Attempts to connect that were made for this session, perhaps for others as well.
    pub attempts: u64,
    /// How often the session was bound on a socket.
    pub bindings: u64,
    /// Frames that name this session; those of a whole connection, such as PING, are nobody's.
    pub frames_sent: u64,
    pub bytes_sent: u64,
    pub frames_received: u64,
    pub bytes_received: u64,
    /// Changesets in those frames; one that is sent again counts again.
    pub changesets_sent: u64,
    pub changesets_received: u64,
}

impl Traffic {
    pub fn add(&mut self, more: Traffic) {
        self.attempts += more.attempts;
        self.bindings += more.bindings;
        self.frames_sent += more.frames_sent;
        self.bytes_sent += more.bytes_sent;
        self.frames_received += more.frames_received;
        self.bytes_received += more.bytes_received;
        self.changesets_sent += more.changesets_sent;
        self.changesets_received += more.changesets_received;
    }
}

impl Session {
    pub fn note_sent(&mut self, frame: &[u8]) {
        self.traffic.frames_sent += 1;
        self.traffic.bytes_sent += frame.len() as u64;
    }

    pub fn note_received(&mut self, bytes: u64) {
        self.traffic.frames_received += 1;
        self.traffic.bytes_received += bytes;
    }

    /// What came since the last call, if anything did.
    pub fn take_traffic(&mut self) -> Option<Traffic> {
        let traffic = std::mem::take(&mut self.traffic);
        (traffic != Traffic::default()).then_some(traffic)
    }
}
