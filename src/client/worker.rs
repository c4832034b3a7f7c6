//! The worker: joins the machines of `sync` to the sessions of the application. It decides nothing about the protocol
//! and touches no socket, thread or clock; `net` drives it, or a simulator.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use crate::protocol::Endpoint;
use crate::sync::{self, Attempts, Cause, Connection, Random};
use crate::value::{Instant, SessionIdent};

use super::command::{Acknowledgement, Command};
use super::hosted::{Hosted, Run};
use super::network::Network;
use super::notice::{Notice, What};
use super::open_files::OpenFiles;
use super::progress::Measure;
use super::registry::Shared;
use super::reset::Heard;
use super::session::Inner;
use super::sessions_wait::SessionsWait;
use super::store_slot::{Job, JobDone};
use super::token_request::Pending;
use super::user::User;

/// Tells the connections of a worker apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConnectionId(pub u64);

pub enum Input<'a> {
    /// Commands are waiting.
    Wake,
    /// The moment that [`Worker::poll_timeout`] named has come.
    Timeout,
    /// How long the server of this connection lets a file be away; before `Connected`.
    MaxOffline(ConnectionId, Duration),
    Connected(ConnectionId),
    Message(ConnectionId, &'a [u8]),
    Disconnected(ConnectionId, Cause),
    Done(JobDone),
}

pub enum Output {
    /// Open a socket; answered by `Connected` or `Disconnected`.
    Connect(ConnectionId, Target),
    /// Send these frames as far as the socket takes them at once, and drop the socket or the attempt.
    Disconnect(ConnectionId, Vec<Vec<u8>>),
    /// Send what [`Worker::poll_transmit`] gives, as far as the socket takes it at once.
    Flush(ConnectionId),
    /// Run on a thread that may wait for the disk; answered by `Done`.
    Run(Job),
    /// Deliver on the dispatcher thread, in order.
    Notify(Notice),
    /// Drop this now, after all outputs before it were carried out.
    Acknowledge(Acknowledgement),
    /// Nothing is left: the driver may end.
    Closed,
}

/// Where, and as whom, to connect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    pub endpoint: Endpoint,
    pub access_token: String,
    pub user_agent: String,
}

pub struct Worker {
    pub(super) shared: Arc<Shared>,
    pub(super) lines: BTreeMap<ConnectionId, Line>,
    pub(super) hosted: HashMap<u64, Hosted>,
    /// Which session a number on the wire belongs to.
    pub(super) by_ident: HashMap<SessionIdent, u64>,
    /// Which sessions keep their file open.
    open_files: OpenFiles,
    next_ident: u64,
    next_connection: u64,
    random: Random,
    pub(super) network: Network,
    /// Sessions whose status may have changed since it was last told.
    pub(super) changed: BTreeSet<u64>,
    pub(super) outputs: VecDeque<Output>,
    /// What the application is asked for.
    pub(super) requests: Vec<Pending>,
    pub(super) next_request: u64,
    /// Who waits for the end of every session.
    pub(super) sessions_waits: Vec<SessionsWait>,
}

/// A connection with what it connects to.
pub(super) struct Line {
    pub connection: Connection,
    endpoint: Endpoint,
    pub user: User,
    /// Frames that go out right before the socket is dropped.
    pub last_words: Vec<Vec<u8>>,
    /// What the server said of how long a file may be away.
    max_offline: Option<Duration>,
    /// The token of the last attempt to connect.
    pub access_token: String,
    pub token: LineToken,
}

/// Whether the attempt of a line goes on by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LineToken {
    Enough,
    /// It waits for the application to supply a token.
    Awaited,
}

impl Drop for Worker {
    /// Whoever waits for a command that nobody carries out any more is let go.
    fn drop(&mut self) {
        drop(self.shared.commands.close());
    }
}

impl Worker {
    pub(super) fn new(shared: Arc<Shared>, random: Random) -> Worker {
        Worker {
            shared,
            lines: BTreeMap::new(),
            hosted: HashMap::new(),
            by_ident: HashMap::new(),
            open_files: OpenFiles::default(),
            next_ident: 0,
            next_connection: 0,
            random,
            network: Network::default(),
            changed: BTreeSet::new(),
            outputs: VecDeque::new(),
            requests: Vec::new(),
            next_request: 0,
            sessions_waits: Vec::new(),
        }
    }

    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Wake => {
                let shared = self.shared.clone();
                while let Some(command) = shared.commands.pop() {
                    self.handle_command(now, command);
                }
            }
            Input::Timeout => {
                let ids: Vec<ConnectionId> = self.lines.keys().copied().collect();
                ids.into_iter().for_each(|id| self.feed(now, id, sync::Input::Timeout));
                self.end_overdue(now);
                self.end_overdue_flushes(now);
            }
            Input::MaxOffline(id, max_offline) => {
                if let Some(line) = self.lines.get_mut(&id) {
                    line.max_offline = Some(max_offline);
                }
            }
            Input::Connected(id) => self.feed(now, id, sync::Input::Connected),
            Input::Message(id, bytes) => self.feed(now, id, sync::Input::Message(bytes)),
            Input::Disconnected(id, cause) => self.feed(now, id, sync::Input::Disconnected(cause)),
            Input::Done(done) => self.handle_done(now, done),
        }
        self.end_sessions_waits(now);
        self.withdraw_requests();
        self.lines.retain(|_, line| !line.connection.is_spent());
        self.tell_statuses(now);
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    pub fn has_output(&self) -> bool {
        !self.outputs.is_empty()
    }

    /// The next frame of this connection, for a socket that can take one now.
    pub fn poll_transmit(&mut self, now: Instant, id: ConnectionId) -> Option<Vec<u8>> {
        let frame = self.lines.get_mut(&id)?.connection.poll_transmit(now);
        self.settle(now, id);
        self.tell_statuses(now);
        frame
    }

    /// The next moment at which `Input::Timeout` is due; `None` while only another input can change anything.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let connections = self.lines.values().filter_map(|line| line.connection.poll_timeout());
        let waits = self.sessions_waits.iter().filter_map(SessionsWait::end_by);
        connections.chain(self.hosted.values().filter_map(Hosted::due)).chain(waits).min()
    }

    fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::Start(session, generation, begun) => self.start(now, &session, generation, begun),
            Command::Reconnect(session) => self.reconnect(now, &session),
            Command::ReconnectAll => self.reconnect_all(now),
            Command::Network(network) => self.handle_network(now, network),
            Command::WarnOffline(session, budget) => self.notify(&session, What::Offline(budget)),
            Command::Stop(session, acknowledgement) => {
                self.stop(now, &session);
                self.outputs.push_back(Output::Acknowledge(acknowledgement));
            }
            Command::Flush(session, patience, acknowledgement) => {
                self.flush(now, &session, patience, acknowledgement);
            }
            Command::Release(session, acknowledgement) => self.release(now, &session, acknowledgement),
            Command::Commit(session) => {
                self.handle_commit(now, &session);
                self.measure(&session);
            }
            Command::Measure(session) => self.measure(&session),
            Command::ResetAnswer(session, ident, agrees) => self.handle_reset_answer(&session, ident, agrees),
            Command::InitiateReset(session, run) => self.initiate_reset(now, &session, run),
            Command::Wait(session, wait) => self.handle_wait(now, &session, wait),
            Command::WaitForSessions(wait) => self.handle_sessions_wait(now, wait),
            Command::TokenChanged(user) => self.handle_token(now, &user),
            Command::TokenAnswered(number, answer) => self.handle_answer(now, number, answer),
            Command::LogOut(user, acknowledgement) => {
                self.handle_log_out(now, &user);
                self.outputs.push_back(Output::Acknowledge(acknowledgement));
            }
            Command::EndFinishing(acknowledgement) => {
                self.end_finishing(now);
                self.outputs.push_back(Output::Acknowledge(acknowledgement));
            }
            Command::Shutdown(acknowledgement) => self.shutdown(now, acknowledgement),
        }
    }

    /// Gives an input to a connection and carries out what comes of it.
    pub(super) fn feed(&mut self, now: Instant, id: ConnectionId, input: sync::Input<'_>) {
        if let Some(line) = self.lines.get_mut(&id) {
            line.connection.handle_input(now, input);
            self.settle(now, id);
        }
    }

    fn settle(&mut self, now: Instant, id: ConnectionId) {
        while let Some(output) = self.lines.get_mut(&id).and_then(|line| line.connection.poll_output()) {
            match output {
                sync::Output::Connect => self.connect(now, id),
                sync::Output::Disconnect => {
                    let words = self.lines.get_mut(&id).map(|line| {
                        line.token = LineToken::Enough;
                        std::mem::take(&mut line.last_words)
                    });
                    self.outputs.push_back(Output::Disconnect(id, words.unwrap_or_default()));
                }
                sync::Output::Ask(ident, request) => {
                    let max_offline = self.lines.get(&id).and_then(|line| line.max_offline);
                    if let Some(hosted) = self.hosted_by_ident(ident) {
                        hosted.session.store.set_max_offline(max_offline);
                        hosted.ask(ident, request);
                        let job = hosted.next_job();
                        self.outputs.extend(job.map(Output::Run));
                    }
                }
                sync::Output::Event(ident, event) => self.handle_event(now, ident, event),
            }
        }
    }

    pub(super) fn open_socket(&mut self, id: ConnectionId, access_token: String) {
        let Some(line) = self.lines.get_mut(&id) else { return };
        line.access_token.clone_from(&access_token);
        let target =
            Target { endpoint: line.endpoint.clone(), access_token, user_agent: self.shared.config.user_agent.clone() };
        self.outputs.push_back(Output::Connect(id, target));
    }

    pub(super) fn hosted_by_ident(&mut self, ident: SessionIdent) -> Option<&mut Hosted> {
        self.hosted.get_mut(self.by_ident.get(&ident)?)
    }

    fn handle_done(&mut self, now: Instant, done: JobDone) {
        if let Some(surplus) = self.open_files.note(done.session, done.is_open) {
            let job = self.hosted.get_mut(&surplus).and_then(Hosted::rest_file);
            self.outputs.extend(job.map(Output::Run));
        }
        let Some(hosted) = self.hosted.get_mut(&done.session) else { return };
        if done.contact.is_some() {
            hosted.session.status.lock().contact = done.contact;
            hosted.session.check_offline_budget();
        }
        if let (Some(measure), Some(_)) = (done.measure, hosted.place()) {
            let measure = Measure { downloadable_bytes: hosted.downloadable_bytes, ..*measure };
            let notice = Notice::new(&hosted.session, hosted.generation, What::Progress(measure));
            self.outputs.push_back(Output::Notify(notice));
        }
        let job = hosted.finish_job();
        self.outputs.extend(job.map(Output::Run));
        let Some((ident, connection)) = hosted.place() else { return };
        if ident != done.ident {
            return;
        }
        let session = hosted.session.clone();
        let heard = done.reset.map(|news| self.handle_reset_news(now, &session, *news));
        if let (None | Some(Heard::NotYet), Some(answer)) = (heard, done.answer) {
            self.feed(now, connection, sync::Input::Answer { session: ident, answer });
        }
    }

    /// Puts the session on a connection, under a number of its own.
    pub(super) fn open(&mut self, now: Instant, session: &Arc<Inner>) -> (SessionIdent, ConnectionId) {
        self.next_ident += 1;
        let ident = SessionIdent(self.next_ident);
        let connection = self.line_for(now, session);
        self.by_ident.insert(ident, session.number());
        if let Some(hosted) = self.hosted.get_mut(&session.number()) {
            hosted.run = Run::Running { ident, connection };
        }
        // Its schedule on the connection is a new one.
        session.status.lock().attempts = Attempts::default();
        let path = session.config().partition.clone();
        self.feed(now, connection, sync::Input::Open { session: ident, path });
        (ident, connection)
    }

    fn line_for(&mut self, now: Instant, session: &Arc<Inner>) -> ConnectionId {
        let (endpoint, user) = (session.endpoint(), &session.config().user);
        let shared = self
            .lines
            .iter()
            .find(|(_, line)| self.shared.config.multiplex && line.endpoint == *endpoint && line.user.is_same(user));
        if let Some((&id, _)) = shared {
            return id;
        }
        self.next_connection += 1;
        let id = ConnectionId(self.next_connection);
        let mut connection = Connection::new(self.shared.config.timing(), self.random.draw());
        connection.handle_input(now, sync::Input::Network(self.network.reachability));
        let (endpoint, user) = (endpoint.clone(), user.clone());
        let line = Line {
            connection,
            endpoint,
            user,
            last_words: Vec::new(),
            max_offline: None,
            access_token: String::new(),
            token: LineToken::Enough,
        };
        self.lines.insert(id, line);
        id
    }
}
