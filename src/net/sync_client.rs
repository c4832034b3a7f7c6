//! A client with its threads.

use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::mpsc::unbounded_channel;

use crate::client::{
    CallbackToken, Client, ClientConfig, ClosedError, Completion, ConfigError, Network, OfflineCallback, OpenError,
    Session, SyncConfig,
};
use crate::value::Clock;

use super::clock::SystemClock;
use super::dispatcher::{leave_calls_to, Dispatcher};
use super::driver::{Awake, Driver, Signal};
use super::pool::Pool;

/// Why a client could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("a thread of the client could not be started: {0}")]
    Thread(#[from] std::io::Error),
}

/// A client and its threads; any thread. Dropping it closes it.
pub struct SyncClient {
    client: Client,
    threads: Mutex<Option<Threads>>,
}

struct Threads {
    network: JoinHandle<()>,
    dispatcher: Dispatcher,
}

impl SyncClient {
    /// Starts the network thread and the dispatcher thread.
    pub fn open(config: ClientConfig) -> Result<SyncClient, ClientError> {
        let clock = SystemClock::start();
        let (sender, signals) = unbounded_channel();
        let awake = Arc::new(Awake::default());
        let wake = {
            let (awake, sender) = (awake.clone(), sender.clone());
            Box::new(move || {
                if awake.raise() {
                    // Without a receiver the client is closed, and nobody is to be woken.
                    let _ = sender.send(Signal::Wake);
                }
            })
        };
        let done = Arc::new(move |done| {
            let _ = sender.send(Signal::Done(done));
        });
        let (client, worker) = Client::new(config, Arc::new(clock), random_seed(), wake)?;
        let (dispatcher, calls) = Dispatcher::start("realm-callbacks")?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .thread_name("realm-lookup")
            .thread_keep_alive(std::time::Duration::from_millis(1))
            .build()?;
        let driver = Driver::new(worker, clock, awake, signals, Pool::new(done, calls.clone()), calls.clone());
        let run = move || {
            leave_calls_to(calls);
            runtime.block_on(driver.run());
        };
        let network = std::thread::Builder::new().name("realm-network".into()).spawn(run)?;
        Ok(SyncClient { client, threads: Mutex::new(Some(Threads { network, dispatcher })) })
    }

    /// The clock that realms of this client commit by.
    pub fn clock() -> Arc<dyn Clock> {
        Arc::new(SystemClock::start())
    }

    /// See [`Client::session`].
    pub fn session(&self, path: &Path, config: SyncConfig) -> Result<Session, OpenError> {
        self.client.session(path, config)
    }

    pub fn config(&self) -> &ClientConfig {
        self.client.config()
    }

    /// See [`Client::stop_all`].
    pub fn stop_all(&self) {
        self.client.stop_all();
    }

    /// See [`Client::start_all`].
    pub fn start_all(&self) {
        self.client.start_all();
    }

    /// See [`Client::reconnect_all`].
    pub fn reconnect_all(&self) {
        self.client.reconnect_all();
    }

    /// See [`Client::set_network`].
    pub fn set_network(&self, network: Network) {
        self.client.set_network(network);
    }

    /// See [`Client::add_offline_callback`].
    pub fn add_offline_callback(&self, callback: Arc<OfflineCallback>) -> CallbackToken {
        self.client.add_offline_callback(callback)
    }

    /// See [`Client::has_sessions`].
    pub fn has_sessions(&self) -> bool {
        self.client.has_sessions()
    }

    /// See [`Client::wait_for_sessions`].
    pub fn wait_for_sessions(&self, patience: Duration, completion: Completion) -> Result<(), ClosedError> {
        self.client.wait_for_sessions(patience, completion)
    }

    pub fn network(&self) -> Network {
        self.client.network()
    }

    /// Ends every session, cancels every wait, and ends the threads. Called from inside a callback it does not wait
    /// for that callback's own thread. Idempotent.
    pub fn close(&self) {
        let Some(Threads { network, dispatcher }) = self.threads.lock().take() else { return };
        self.client.begin_shutdown().wait();
        // The thread ends by itself once it acknowledged; a panic in it leaves nothing to clean up.
        let _ = network.join();
        drop(dispatcher);
    }
}

impl Drop for SyncClient {
    fn drop(&mut self) {
        self.close();
    }
}

/// Differs from process to process, so that a crowd of clients does not reconnect in step.
fn random_seed() -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(std::process::id())
}
