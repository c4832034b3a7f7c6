//! The shell: sockets, threads, signals and the real clock around a [`Router`]. One thread owns the router and every
//! socket; realm logs are worked on by a small pool.

mod clock;
mod http;
mod jobs;
mod options;
mod signal;
mod socket;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::future::Future;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::Notify;
use tokio::task::{JoinSet, LocalSet};

use crate::value::{Clock, Instant};

pub use clock::SystemClock;
pub use options::{Invocation, Options, OptionsError};

use super::peer::Input;
use super::{Authenticator, ConnectionId, DataFolder, Limits, LogError, OsRandom, Router};

/// How long connections may take to close when the server stops.
const CLOSING: Duration = Duration::from_secs(5);

/// What a server needs to run; [`Options`] makes one from the command line.
pub struct Config {
    pub listen: SocketAddr,
    pub data: PathBuf,
    pub authenticator: Authenticator,
    pub limits: Limits,
    /// Threads that work on realms.
    pub realm_threads: usize,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {address}: {error}")]
    Listen { address: SocketAddr, error: std::io::Error },
    #[error(transparent)]
    Data(#[from] LogError),
    #[error("cannot start: {0}")]
    Runtime(#[from] std::io::Error),
}

/// What the tasks of one server share; all of them run on its thread.
struct Shell {
    router: RefCell<Router>,
    clock: Arc<SystemClock>,
    authenticator: Authenticator,
    limits: Limits,
    folder: Arc<DataFolder>,
    bells: RefCell<HashMap<ConnectionId, Rc<Bells>>>,
    /// Sockets that are open, upgraded or not.
    sockets: Cell<usize>,
    jobs: RefCell<JoinSet<()>>,
    is_stopping: Cell<bool>,
}

/// Wakes the two halves of one connection.
#[derive(Default)]
struct Bells {
    /// There may be something to send.
    send: Notify,
    /// There may be room to receive.
    receive: Notify,
}

/// Serves until `stop` resolves, then finishes the running commits, closes the connections and returns.
/// `on_listening` gets the address that is listened on, with the port the system chose where 0 was asked for.
///
/// Blocks the calling thread.
pub fn serve(
    config: Config,
    stop: impl Future<Output = ()>,
    on_listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(config.realm_threads)
        .build()?;
    LocalSet::new().block_on(&runtime, run(config, stop, on_listening))
}

/// [`serve`] until SIGTERM or SIGINT, with `listening on <address>` on standard output.
pub fn serve_until_signal(config: Config) -> Result<(), ServeError> {
    serve(config, signal::stop_requested(), |address| {
        let mut out = std::io::stdout();
        // Nobody may be reading; the server runs all the same.
        let _ = writeln!(out, "listening on {address}").and_then(|()| out.flush());
    })
}

async fn run(
    config: Config,
    stop: impl Future<Output = ()>,
    on_listening: impl FnOnce(SocketAddr),
) -> Result<(), ServeError> {
    let Config { listen, data, authenticator, limits, .. } = config;
    let folder = Arc::new(DataFolder::open(&data)?);
    let as_error = |error| ServeError::Listen { address: listen, error };
    let listener = TcpListener::bind(listen).await.map_err(as_error)?;
    let address = listener.local_addr().map_err(as_error)?;
    let clock = Arc::new(SystemClock::start());
    let router = Router::new(limits.clone(), Arc::clone(&clock) as Arc<dyn Clock>, Box::new(OsRandom));
    let shell = Rc::new(Shell {
        router: RefCell::new(router),
        clock,
        authenticator,
        limits,
        folder,
        bells: RefCell::default(),
        sockets: Cell::new(0),
        jobs: RefCell::default(),
        is_stopping: Cell::new(false),
    });
    if let Authenticator::Development = shell.authenticator {
        tracing::warn!("DEVELOPMENT MODE: everyone who can connect may read and write everything");
    }
    tracing::info!(%address, data = %data.display(), "the server is ready");
    // Whoever is told of the address may ask it to stop, which it has to listen for by then.
    let mut stop = std::pin::pin!(stop);
    if std::future::poll_fn(|cx| Poll::Ready(stop.as_mut().poll(cx).is_ready())).await {
        return Ok(());
    }
    on_listening(address);
    accept_until(&shell, listener, stop).await;
    Ok(())
}

/// Accepts connections until `stop`, then ends them all.
async fn accept_until(shell: &Rc<Shell>, listener: TcpListener, stop: impl Future<Output = ()>) {
    let mut sockets = JoinSet::new();
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some(_) = sockets.join_next() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, from)) => {
                    if shell.sockets.get() >= shell.limits.connections.saturating_mul(2) {
                        tracing::warn!(%from, "far too many connections: dropped");
                        continue;
                    }
                    sockets.spawn_local(http::serve_socket(Rc::clone(shell), stream, from));
                }
                Err(error) => {
                    // Out of file descriptors, mostly: some will be free again.
                    tracing::warn!(%error, "cannot accept");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }
    drop(listener);
    tracing::info!("stopping");
    shell.stop();
    let closed = async { while sockets.join_next().await.is_some() {} };
    if tokio::time::timeout(CLOSING, closed).await.is_err() {
        sockets.shutdown().await;
    }
    let mut jobs = shell.jobs.take();
    while jobs.join_next().await.is_some() {}
    tracing::info!("stopped");
}

impl Shell {
    fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Hands an input to the router, and carries what comes of it.
    fn handle_input(self: &Rc<Self>, id: ConnectionId, input: Input<'_>) {
        self.router.borrow_mut().handle_input(self.now(), id, input);
        self.settle();
    }

    fn disconnect(self: &Rc<Self>, id: ConnectionId) {
        self.bells.borrow_mut().remove(&id);
        self.router.borrow_mut().disconnect(id);
        self.settle();
    }

    fn stop(self: &Rc<Self>) {
        self.is_stopping.set(true);
        self.router.borrow_mut().shut_down(self.now());
        self.settle();
    }

    /// Starts the jobs that are due and wakes the connections that have something to do.
    fn settle(self: &Rc<Self>) {
        while !self.is_stopping.get() {
            let Some(job) = self.router.borrow_mut().poll_job() else { break };
            jobs::start(self, job);
        }
        while let Some(id) = self.router.borrow_mut().poll_ready() {
            if let Some(bells) = self.bells.borrow().get(&id) {
                bells.send.notify_one();
                bells.receive.notify_one();
            }
        }
    }
}
