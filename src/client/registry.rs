//! A client: its options, and its sessions by path.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::protocol::{Endpoint, EndpointError};
use crate::store::{StoreError, SyncLock};
use crate::sync::Random;
use crate::value::Clock;

use super::budget::OfflineCallback;
use super::callback::Callbacks;
use super::command::{Acknowledged, Acknowledgement, Command, Commands};
use super::config::{ClientConfig, ConfigError, SyncConfig};
use super::network::Network;
use super::session::{Inner, Session, SessionState};
use super::sessions_wait::Census;
use super::store_slot::StoreSlot;
use super::worker::Worker;

/// Bytes of a partition, at most.
const PARTITION_BYTES: usize = 1024;

/// Why a session could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("the server URL is not usable: {0}")]
    Url(#[from] EndpointError),
    #[error("a partition has 1 to 1,024 bytes")]
    Partition,
    #[error("the realm is open with another user, server or partition; close it first")]
    OtherConfig,
    #[error("the client is closed; make a new one")]
    Closed,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A client; any thread. Clones share it.
#[derive(Clone)]
pub struct Client {
    shared: Arc<Shared>,
}

pub(super) struct Shared {
    pub config: ClientConfig,
    pub facts: Arc<Facts>,
    pub commands: Arc<Commands>,
    pub sessions: Mutex<Sessions>,
}

/// What every session of a client may ask at any time.
pub struct Facts {
    pub(super) clock: Arc<dyn Clock>,
    network: Mutex<Network>,
    pub(super) offline_callbacks: Callbacks<OfflineCallback>,
    /// Sessions that have not ended.
    pub(super) census: Census,
}

impl Facts {
    pub(super) fn network(&self) -> Network {
        *self.network.lock()
    }
}

#[derive(Default)]
pub(super) struct Sessions {
    by_path: HashMap<PathBuf, Arc<Inner>>,
    next_number: u64,
}

impl Sessions {
    pub fn all(&self) -> impl Iterator<Item = &Arc<Inner>> {
        self.by_path.values()
    }

    /// Forgets a session that no handle holds; whether it did.
    pub fn forget(&mut self, session: &Arc<Inner>) -> bool {
        let status = session.status.lock();
        if status.references > 0 {
            return false;
        }
        drop(status);
        self.by_path.retain(|_, known| !Arc::ptr_eq(known, session));
        true
    }
}

impl Client {
    /// `wake` makes the worker's driver call [`Worker::handle_input`] with `Input::Wake`; it must not block. `seed`
    /// decides the jitter of the backoff.
    pub fn new(
        config: ClientConfig,
        clock: Arc<dyn Clock>,
        seed: u64,
        wake: Box<dyn Fn() + Send + Sync>,
    ) -> Result<(Client, Worker), ConfigError> {
        config.validate()?;
        let commands = Arc::new(Commands::new(wake));
        let facts = Arc::new(Facts {
            clock,
            network: Mutex::default(),
            offline_callbacks: Callbacks::default(),
            census: Census::default(),
        });
        let shared = Arc::new(Shared { config, facts, commands, sessions: Mutex::default() });
        let worker = Worker::new(shared.clone(), Random::new(seed));
        Ok((Client { shared }, worker))
    }

    pub(super) fn facts(&self) -> &Facts {
        &self.shared.facts
    }

    pub(super) fn commands(&self) -> &Commands {
        &self.shared.commands
    }

    pub fn config(&self) -> &ClientConfig {
        &self.shared.config
    }

    /// The session of the realm file at `path`, which must exist; started when this is its first handle.
    pub fn session(&self, path: &Path, config: SyncConfig) -> Result<Session, OpenError> {
        let endpoint = Endpoint::parse(&config.url)?;
        if config.partition.is_empty() || config.partition.len() > PARTITION_BYTES {
            return Err(OpenError::Partition);
        }
        let path = path.canonicalize().map_err(|_| StoreError::NoSuchFile { path: path.to_owned() })?;
        let mut sessions = self.shared.sessions.lock();
        if self.shared.commands.is_closed() {
            return Err(OpenError::Closed);
        }
        if let Some(session) = sessions.by_path.get(&path) {
            let open = session.config();
            let same = open.user.is_same(&config.user)
                && *session.endpoint() == endpoint
                && open.partition == config.partition;
            return if same { Ok(session.refer(&config)) } else { Err(OpenError::OtherConfig) };
        }
        let facts = self.shared.facts.clone();
        let lock = SyncLock::acquire(&path, self.number())?;
        let slot = StoreSlot::new(path.clone(), facts.clock.clone(), lock, facts.census.enter());
        config.user.add_client(&self.shared);
        sessions.next_number += 1;
        let number = sessions.next_number;
        let commands = self.shared.commands.clone();
        let inner = Arc::new(Inner::new(number, path.clone(), config.clone(), endpoint, commands, facts, slot));
        sessions.by_path.insert(path, inner.clone());
        Ok(inner.refer(&config))
    }

    /// Pauses every session that is open now, and ends those that finish their uploads: when it returns nothing of the
    /// client is on the network.
    pub fn stop_all(&self) {
        self.begin_stop_all().into_iter().for_each(Acknowledged::wait);
    }

    /// As [`Client::stop_all`], for a caller that drives the worker itself.
    pub fn begin_stop_all(&self) -> Vec<Acknowledged> {
        let mut stopped: Vec<_> = self.open_sessions().iter().map(Session::begin_stop).collect();
        let (acknowledgement, acknowledged) = Acknowledgement::new();
        // A refused command drops its acknowledgement: a closed client has no session.
        let _ = self.shared.commands.push(Command::EndFinishing(acknowledgement));
        stopped.push(acknowledged);
        stopped
    }

    /// Starts every session that is open now.
    pub fn start_all(&self) {
        self.open_sessions().iter().for_each(Session::start);
    }

    /// Attempts a connection at once for every session that is not stopped, or probes the one it has.
    pub fn reconnect_all(&self) {
        // A client that was closed has nothing to connect.
        let _ = self.shared.commands.push(Command::ReconnectAll);
    }

    /// What the host says of the network, until it says something else (`docs/SESSION.md`, "The network").
    pub fn set_network(&self, network: Network) {
        let mut stored = self.shared.facts.network.lock();
        *stored = network;
        // Under the lock, so that the worker hears of changes in their order; a closed client has none.
        let _ = self.shared.commands.push(Command::Network(network));
    }

    pub fn network(&self) -> Network {
        self.shared.facts.network()
    }

    /// Tells this client from the others of the process.
    fn number(&self) -> usize {
        Arc::as_ptr(&self.shared) as usize
    }

    fn open_sessions(&self) -> Vec<Session> {
        let sessions = self.shared.sessions.lock();
        let held = sessions.by_path.values().filter_map(Session::of_open);
        held.collect()
    }

    /// Ends every session; their open waits are cancelled. The worker has nothing left when it is acknowledged.
    pub fn begin_shutdown(&self) -> Acknowledged {
        let (acknowledgement, acknowledged) = Acknowledgement::new();
        // A refused command drops its acknowledgement: there is nothing to wait for.
        let _ = self.shared.commands.push(Command::Shutdown(acknowledgement));
        acknowledged
    }
}

impl Session {
    /// A further handle of a session that some handle holds.
    fn of_open(inner: &Arc<Inner>) -> Option<Session> {
        let mut status = inner.status.lock();
        if status.references == 0 || status.state == SessionState::Dying {
            return None;
        }
        status.references += 1;
        drop(status);
        Some(Session::of(inner))
    }
}
