//! A whole server without sockets or threads: for simulated worlds, and for tests of replies.

use std::path::Path;
use std::sync::Arc;

use crate::protocol::handshake::ProtocolVersion;
use crate::value::{Clock, Instant};

use super::peer::{Input, Output};
use super::realm::{DataFolder, LogError};
use super::{Access, ConnectionId, Limits, Random, Router};

/// A router that does its jobs itself, at once.
pub struct Hub {
    router: Router,
    folder: DataFolder,
}

/// What the hub wants of the network.
#[derive(Debug, PartialEq, Eq)]
pub enum HubOutput {
    Send(ConnectionId, Vec<u8>),
    /// The server closes the connection; it is forgotten.
    Close(ConnectionId),
    /// Nothing until something happens, or until this time.
    Timeout(Option<Instant>),
}

impl Hub {
    /// Serves the realms in `folder`, which is made where it is missing and belongs to this hub while it lives.
    pub fn open(
        folder: &Path,
        limits: Limits,
        clock: Arc<dyn Clock>,
        random: Box<dyn Random>,
    ) -> Result<Hub, LogError> {
        Ok(Hub { folder: DataFolder::open(folder)?, router: Router::new(limits, clock, random) })
    }

    /// A connection whose handshake ended with this protocol version.
    pub fn connect(&mut self, now: Instant, version: ProtocolVersion, access: Access) -> ConnectionId {
        self.router.connect(now, version, access)
    }

    /// A binary WebSocket message of the client.
    pub fn handle_message(&mut self, now: Instant, id: ConnectionId, message: &[u8]) {
        self.router.handle_input(now, id, Input::Message(message));
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        self.router.handle_timeout(now);
    }

    /// Lets every open realm look for history to trim, and not only when it is time to.
    pub fn check_history(&mut self) {
        self.router.check_history();
    }

    /// The network lost the connection.
    pub fn disconnect(&mut self, id: ConnectionId) {
        self.router.disconnect(id);
    }

    /// What to do next; to be called until it returns `Timeout`.
    pub fn poll_output(&mut self, now: Instant) -> HubOutput {
        loop {
            while let Some(job) = self.router.poll_job() {
                let done = job.run(&self.folder);
                self.router.handle_done(now, done);
            }
            let Some(id) = self.router.poll_ready() else {
                return HubOutput::Timeout(self.router.next_timeout());
            };
            match self.router.poll_connection(id) {
                Output::Send(frame) => {
                    self.router.mark_ready(id);
                    return HubOutput::Send(id, frame);
                }
                Output::Close => {
                    self.router.disconnect(id);
                    return HubOutput::Close(id);
                }
                Output::Timeout(_) => {}
            }
        }
    }
}
