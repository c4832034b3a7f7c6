//! The application's side of a session: one per path, shared by every handle of that path.
//!
//! Rules: `docs/SESSION.md`.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::Arc;

use parking_lot::Mutex;

use crate::protocol::Endpoint;
use crate::store::{Contact, Gate, ResetReport};
use crate::sync::{Attempts, ConnectionState, SessionError, Traffic};
use crate::value::{ClientVersion, SaltedFileIdent};

use super::budget::{InTouch, OfflineLevel};
use super::callback::{CallbackToken, Callbacks};
use super::command::{Acknowledged, Acknowledgement, Command, Commands};
use super::config::{ErrorCallback, StopPolicy, SyncConfig};
use super::progress::MeasureCallback;
use super::registry::Facts;
use super::reset_config::ResetConfig;
use super::status::{SessionStatus, StatusCallback};
use super::store_slot::StoreSlot;
use super::user::User;
use super::wait::{Completion, Target, Wait};

/// The five native states; numbers as in realm-core.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// Synchronises, or tries to.
    Active = 0,
    /// Its last handle went; it finishes its uploads.
    Dying = 1,
    /// Ended by an error, or closed.
    Inactive = 2,
    /// The server wants another access token.
    WaitingForAccessToken = 3,
    /// Stopped by the application.
    Paused = 4,
}

/// The session's client was closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the client is closed; make a new one")]
pub struct ClosedError;

pub type StateCallback = dyn Fn(SessionState, SessionState) + Send + Sync;
pub type ConnectionStateCallback = dyn Fn(ConnectionState, ConnectionState) + Send + Sync;

/// What made the session run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Its realm was opened, or what it waited for came.
    Opened,
    /// The application's word.
    Started,
}

/// What ended a session that is inactive and has handles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ended {
    Failed,
    /// Its realm or its client was closed.
    Closed,
    /// Its user logged out, or was so when it was started.
    LoggedOut,
}

/// What both sides of a session share.
pub struct Inner {
    number: u64,
    path: PathBuf,
    config: SyncConfig,
    endpoint: Endpoint,
    commands: Arc<Commands>,
    pub(super) facts: Arc<Facts>,
    pub(super) gate: Gate,
    pub(super) store: Arc<StoreSlot>,
    pub(super) status: Mutex<Status>,
    state: AtomicU8,
    connection_state: AtomicU8,
    pub(super) state_callbacks: Callbacks<StateCallback>,
    pub(super) connection_callbacks: Callbacks<ConnectionStateCallback>,
    pub(super) status_callbacks: Callbacks<StatusCallback>,
    pub(super) progress_callbacks: Callbacks<MeasureCallback>,
}

/// What is changed together.
pub(super) struct Status {
    pub state: SessionState,
    pub connection: ConnectionState,
    /// What made the session run last.
    pub begun: Begun,
    pub ended: Ended,
    pub attempts: Attempts,
    pub stop_policy: StopPolicy,
    pub syncs_while_metered: bool,
    pub on_error: Option<ErrorCallback>,
    pub reset: ResetConfig,
    /// What the last client reset came to.
    pub last_reset: Option<ResetReport>,
    /// Where the file is copied to, when the application has to initiate a client reset.
    pub reset_backup: Option<PathBuf>,
    /// Handles of this session; at 0 the stop policy decides.
    pub references: usize,
    /// Newest local version that a handle of this process committed.
    pub committed: ClientVersion,
    pub file_ident: Option<SaltedFileIdent>,
    pub last_error: Option<SessionError>,
    pub traffic: Traffic,
    /// The state that callbacks were last told.
    pub told_state: SessionState,
    pub told_connection: ConnectionState,
    pub told_status: Option<SessionStatus>,
    /// `None` until the file was asked.
    pub contact: Option<Contact>,
    pub in_touch: InTouch,
    pub told_level: OfflineLevel,
}

impl Status {
    /// Whether the application's word keeps the session off the network: stopped, or its user logged out.
    pub fn is_at_rest(&self) -> bool {
        match (self.state, self.ended) {
            (SessionState::Paused, _) | (SessionState::Inactive, Ended::LoggedOut) => true,
            (SessionState::Inactive, Ended::Failed | Ended::Closed)
            | (SessionState::Active | SessionState::Dying | SessionState::WaitingForAccessToken, _) => false,
        }
    }
}

impl Inner {
    pub(super) fn new(
        number: u64,
        path: PathBuf,
        config: SyncConfig,
        endpoint: Endpoint,
        commands: Arc<Commands>,
        facts: Arc<Facts>,
        store: StoreSlot,
    ) -> Inner {
        let (stop_policy, on_error) = (config.stop_policy, config.on_error.clone());
        let reset = config.reset.clone();
        let syncs_while_metered = config.syncs_while_metered;
        Inner {
            number,
            path,
            config,
            endpoint,
            commands,
            facts,
            gate: Gate::new(),
            store: Arc::new(store),
            status: Mutex::new(Status {
                state: SessionState::Active,
                connection: ConnectionState::Disconnected,
                begun: Begun::Opened,
                ended: Ended::Failed,
                attempts: Attempts::default(),
                stop_policy,
                syncs_while_metered,
                on_error,
                reset,
                last_reset: None,
                reset_backup: None,
                references: 0,
                committed: ClientVersion(0),
                file_ident: None,
                last_error: None,
                traffic: Traffic::default(),
                told_state: SessionState::Active,
                told_connection: ConnectionState::Disconnected,
                told_status: None,
                contact: None,
                in_touch: InTouch::Never,
                told_level: OfflineLevel::Within,
            }),
            state: AtomicU8::new(SessionState::Active as u8),
            connection_state: AtomicU8::new(ConnectionState::Disconnected as u8),
            state_callbacks: Callbacks::default(),
            connection_callbacks: Callbacks::default(),
            status_callbacks: Callbacks::default(),
            progress_callbacks: Callbacks::default(),
        }
    }

    /// Tells the sessions of a client apart.
    pub(super) fn number(&self) -> u64 {
        self.number
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    pub(super) fn commands(&self) -> &Arc<Commands> {
        &self.commands
    }

    pub(super) fn config(&self) -> &SyncConfig {
        &self.config
    }

    pub(super) fn set_state(&self, status: &mut Status, state: SessionState) {
        status.state = state;
        self.state.store(state as u8, Ordering::Release);
    }

    pub(super) fn set_connection(&self, status: &mut Status, connection: ConnectionState) {
        status.connection = connection;
        if status.in_touch == InTouch::Now && connection != ConnectionState::Connected {
            status.in_touch = InTouch::Until(self.facts.clock.origin_timestamp());
        }
        self.connection_state.store(connection as u8, Ordering::Release);
    }

    pub(super) fn is_at_rest(&self) -> bool {
        self.status.lock().is_at_rest()
    }

    /// Runs the session, or lets it wait for its user to log in.
    pub(super) fn begin(self: &Arc<Self>, status: &mut Status, begun: Begun) {
        if self.commands.push(Command::Start(self.clone(), self.gate.generation(), begun)).is_err() {
            // Its client is closed, and nothing runs any more.
            return;
        }
        let (state, ended) = match self.config.user.is_logged_in() {
            true => (SessionState::Active, Ended::Failed),
            false => (SessionState::Inactive, Ended::LoggedOut),
        };
        status.ended = ended;
        self.set_state(status, state);
    }

    /// Tells the worker. With a client that was closed there is none, and nothing left to do.
    pub(super) fn tell(&self, command: Command) {
        let _ = self.commands.push(command);
    }

    /// The error that ended the session, until it is started again.
    pub(super) fn ended_by(&self) -> Option<SessionError> {
        let status = self.status.lock();
        match (status.state, status.ended) {
            (SessionState::Inactive, Ended::Failed) => status.last_error.clone(),
            (SessionState::Inactive, Ended::Closed | Ended::LoggedOut)
            | (
                SessionState::Active | SessionState::Dying | SessionState::WaitingForAccessToken | SessionState::Paused,
                _,
            ) => None,
        }
    }

    /// One handle less; `acknowledgement` is dropped at once unless it was the last one.
    fn release(self: &Arc<Self>, acknowledgement: Option<Acknowledgement>) {
        let mut status = self.status.lock();
        status.references -= 1;
        if status.references == 0 {
            self.tell(Command::Release(self.clone(), acknowledgement));
        }
    }

    /// One more handle. A session that was ending, or that no handle held, runs again, with the options of `config`.
    pub(super) fn refer(self: &Arc<Self>, config: &SyncConfig) -> Session {
        let mut status = self.status.lock();
        let starts = status.references == 0;
        status.references += 1;
        if starts {
            status.stop_policy = config.stop_policy;
            status.syncs_while_metered = config.syncs_while_metered;
            status.on_error.clone_from(&config.on_error);
            status.reset = config.reset.clone();
            self.begin(&mut status, Begun::Opened);
        }
        drop(status);
        Session::of(self)
    }
}

/// A handle of a session; any thread. When the last one goes, the stop policy decides what becomes of the session.
pub struct Session {
    pub(super) inner: Arc<Inner>,
    reference: Reference,
}

/// Whether a handle still counts.
enum Reference {
    Held,
    GivenUp,
}

impl Clone for Session {
    fn clone(&self) -> Self {
        self.inner.status.lock().references += 1;
        Session::of(&self.inner)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        match self.reference {
            Reference::Held => self.inner.release(None),
            Reference::GivenUp => {}
        }
    }
}

impl PartialEq for Session {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }
}

impl Session {
    /// The handle of a reference that was counted.
    pub(super) fn of(inner: &Arc<Inner>) -> Session {
        Session { inner: inner.clone(), reference: Reference::Held }
    }

    /// Synchronises from now on: attempts a connection at once, whatever backoff ran before. Returns without waiting.
    pub fn start(&self) {
        self.inner.check_offline_budget();
        let mut status = self.inner.status.lock();
        self.inner.begin(&mut status, Begun::Started);
    }

    /// Attempts a connection at once, whatever backoff runs, or sends a PING when the socket looks healthy. It moves no
    /// other session, and leaves one alone that is stopped, or that an error ended.
    pub fn reconnect(&self) {
        self.inner.tell(Command::Reconnect(self.inner.clone()));
    }

    /// Pauses the session in both directions; done when it returns (`docs/SESSION.md`, "Stop").
    pub fn stop(&self) {
        self.begin_stop().wait();
    }

    /// As [`Session::stop`], for a caller that drives the worker itself and must not wait for it.
    pub fn begin_stop(&self) -> Acknowledged {
        let (acknowledgement, acknowledged) = Acknowledgement::new();
        {
            let mut status = self.inner.status.lock();
            self.inner.gate.close();
            // With a client that is closed the session has ended, and stays so.
            if self.inner.commands.push(Command::Stop(self.inner.clone(), acknowledgement)).is_ok() {
                self.inner.set_state(&mut status, SessionState::Paused);
                self.inner.set_connection(&mut status, ConnectionState::Disconnected);
            }
        }
        self.inner.gate.settle();
        self.inner.check_offline_budget();
        acknowledged
    }

    pub fn state(&self) -> SessionState {
        match self.inner.state.load(Ordering::Acquire) {
            0 => SessionState::Active,
            1 => SessionState::Dying,
            3 => SessionState::WaitingForAccessToken,
            4 => SessionState::Paused,
            _ => SessionState::Inactive,
        }
    }

    pub fn connection_state(&self) -> ConnectionState {
        match self.inner.connection_state.load(Ordering::Acquire) {
            1 => ConnectionState::Connecting,
            2 => ConnectionState::Connected,
            _ => ConnectionState::Disconnected,
        }
    }

    /// Completes when everything committed before the call is acknowledged by the server. A wait of a stopped session
    /// is kept until it is started, or closed.
    pub fn wait_for_upload(&self, completion: Completion) -> Result<(), ClosedError> {
        self.wait(Target::Upload(None), completion)
    }

    /// Completes when everything that the server has at the time of the call is integrated.
    pub fn wait_for_download(&self, completion: Completion) -> Result<(), ClosedError> {
        self.wait(Target::Download(None), completion)
    }

    fn wait(&self, target: Target, completion: Completion) -> Result<(), ClosedError> {
        let wait = Wait::new(target, completion);
        self.inner.commands.begin_wait(Command::Wait(self.inner.clone(), wait))
    }

    /// Gives up this handle. When it was the last one and the stop policy ends the session now, its file is closed when
    /// this returns; it waits for a database job of the session, never for the network.
    pub fn close(mut self) {
        let (acknowledgement, acknowledged) = Acknowledgement::new();
        self.reference = Reference::GivenUp;
        self.inner.release(Some(acknowledgement));
        acknowledged.wait();
    }

    /// Tells the session of a local commit that is on disk. A stopped session is not woken: it finds the commit when it
    /// starts.
    pub fn notify_commit(&self, version: ClientVersion) {
        let mut status = self.inner.status.lock();
        status.committed = status.committed.max(version);
        match status.state {
            SessionState::Active | SessionState::Dying => {
                self.inner.tell(Command::Commit(self.inner.clone()));
            }
            SessionState::Inactive | SessionState::WaitingForAccessToken | SessionState::Paused => {}
        }
        drop(status);
        self.inner.check_offline_budget();
    }

    /// Called on the dispatcher thread with the state before and after.
    pub fn add_state_callback(&self, callback: Arc<StateCallback>) -> CallbackToken {
        self.inner.state_callbacks.add(callback)
    }

    /// Called on the dispatcher thread with the state before and after.
    pub fn add_connection_state_callback(&self, callback: Arc<ConnectionStateCallback>) -> CallbackToken {
        self.inner.connection_callbacks.add(callback)
    }

    pub fn path(&self) -> &Path {
        &self.inner.path
    }

    pub fn partition(&self) -> &str {
        &self.inner.config.partition
    }

    pub fn user(&self) -> &User {
        &self.inner.config.user
    }

    /// The ident that the server gave the file, if it has one and the session has read it.
    pub fn file_ident(&self) -> Option<SaltedFileIdent> {
        self.inner.status.lock().file_ident
    }

    /// The error that made the session what it is, if one did.
    pub fn last_error(&self) -> Option<SessionError> {
        self.inner.status.lock().last_error.clone()
    }

    /// What it has exchanged with its server since its realm was first opened; a stop resets nothing.
    pub fn traffic(&self) -> Traffic {
        self.inner.status.lock().traffic
    }
}
