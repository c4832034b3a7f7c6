//! One connection to a server and the sessions that share it: when to connect, who speaks next, where a message goes.
//!
//! Rules: `docs/SESSION.md`.

use std::collections::{BTreeMap, HashSet, VecDeque};
use std::time::Duration;

use crate::protocol::ClientMessage;
use crate::value::{ClientVersion, Instant, RequestIdent, SessionIdent};

use super::backoff::{Attempt, Backoff, FailureKind};
use super::event::{ConnectionState, Event};
use super::failure::{self, Cause, Fault};
use super::keepalive::KeepAlive;
use super::network::Reachability;
use super::random::Random;
use super::session::Session;
use super::store_request::{StoreAnswer, StoreRequest};
use super::turns::Turns;

/// Times of a connection. Limits: `docs/SESSION.md`, "Options".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// Time for the name lookup, TCP, TLS and the upgrade together.
    pub connect_timeout: Duration,
    /// How long a socket is kept after its last session was closed.
    pub linger: Duration,
    pub ping_period: Duration,
    pub pong_timeout: Duration,
    pub backoff: Backoff,
}

#[derive(Debug)]
pub enum Input<'a> {
    /// The moment that [`Connection::poll_timeout`] named has come.
    Timeout,
    /// The upgrade succeeded.
    Connected,
    /// One binary message.
    Message(&'a [u8]),
    /// The socket is gone, or never came to be.
    Disconnected(Cause),
    /// A session joins; its number must be higher than every earlier one.
    Open {
        session: SessionIdent,
        path: String,
    },
    /// A session was stopped: it leaves, and nothing of it but UNBIND goes out any more.
    Stop(SessionIdent),
    /// A session was closed: as `Stop`, but the socket may linger for the next session.
    Close(SessionIdent),
    /// The file has a new local version.
    Commit {
        session: SessionIdent,
        version: ClientVersion,
    },
    /// The session tries again now, whatever the host says of the network; a socket that is open is probed.
    Reconnect(SessionIdent),
    /// The session tries again as soon as there is a network: what held it is over.
    Retry(SessionIdent),
    /// The attempt waits for an access token first, however long that takes.
    AwaitToken,
    /// The access token is there: from now on the attempt takes its time.
    HasToken,
    /// No token that the server accepts is at hand: the session tries again after a wait.
    NoToken(SessionIdent),
    /// What the host says of the network.
    Network(Reachability),
    /// Somebody waits for the server's acknowledgements, or nobody does any more.
    Await {
        session: SessionIdent,
        awaits_upload: bool,
    },
    Answer {
        session: SessionIdent,
        answer: StoreAnswer,
    },
}

#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    /// Open a socket; answered by `Connected` or `Disconnected`.
    Connect,
    /// Drop the socket, or the attempt to open one; not answered.
    Disconnect,
    Ask(SessionIdent, StoreRequest),
    Event(SessionIdent, Event),
}

#[derive(Debug)]
pub(super) enum State {
    Idle,
    Connecting {
        since: Instant,
        /// `None` while it waits for an access token.
        until: Option<Instant>,
    },
    Open(Box<Link>),
}

/// What lives and dies with the socket.
#[derive(Debug)]
pub(super) struct Link {
    pub keepalive: KeepAlive,
    /// Sessions that may have something to say, in turn.
    turns: Turns,
    /// What sessions that left still have to say: their UNBIND.
    farewells: VecDeque<Vec<u8>>,
    /// Sessions that left; what arrives for them is thrown away.
    pub gone: HashSet<SessionIdent>,
    /// When a socket without sessions is dropped.
    linger_until: Option<Instant>,
}

#[derive(Debug)]
pub struct Connection {
    pub(super) timing: Timing,
    pub(super) state: State,
    pub(super) sessions: BTreeMap<SessionIdent, Session>,
    pub(super) highest: SessionIdent,
    network: Reachability,
    pub(super) random: Random,
    pub(super) outputs: VecDeque<Output>,
}

impl Connection {
    /// `seed` decides the jitter.
    pub fn new(timing: Timing, seed: u64) -> Connection {
        Connection {
            timing,
            state: State::Idle,
            sessions: BTreeMap::new(),
            highest: SessionIdent(0),
            network: Reachability::Unknown,
            random: Random::new(seed),
            outputs: VecDeque::new(),
        }
    }

    /// Whether no session and no socket is left.
    pub fn is_spent(&self) -> bool {
        self.sessions.is_empty() && matches!(self.state, State::Idle)
    }

    /// Asks for everything the server has by now; answered by [`Event::Downloaded`] with this number or a higher one.
    pub fn request_mark(&mut self, ident: SessionIdent) -> Option<RequestIdent> {
        let request = self.sessions.get_mut(&ident)?.handle_mark();
        self.touch(ident);
        Some(request)
    }

    /// When this session tries next, if it waits for a moment.
    pub fn next_attempt(&self, session: SessionIdent) -> Option<Instant> {
        self.sessions.get(&session)?.schedule.attempts().next
    }

    /// Failures in a row of this session since it last worked.
    pub fn failures(&self, session: SessionIdent) -> u32 {
        self.sessions.get(&session).map_or(0, |session| session.schedule.attempts().failures)
    }

    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Timeout => self.handle_timeout(now),
            Input::Connected => self.handle_connected(now),
            Input::Message(bytes) => self.handle_message(now, bytes),
            Input::Disconnected(cause) => self.handle_disconnected(now, &cause),
            Input::Open { session, path } => {
                self.highest = self.highest.max(session);
                self.sessions.insert(session, Session::new(session, path));
                self.touch(session);
            }
            Input::Stop(session) => self.leave(now, session, Duration::ZERO),
            Input::Close(session) => self.leave(now, session, self.timing.linger),
            Input::Commit { session, version } => self.with(session, |session| session.handle_commit(version)),
            Input::Reconnect(session) => {
                self.with(session, |session| session.schedule.urge());
                self.probe(now);
            }
            Input::Retry(session) => self.with(session, |session| session.schedule.reset()),
            Input::AwaitToken => self.set_connect_by(None),
            Input::HasToken => self.set_connect_by(Some(now + self.timing.connect_timeout)),
            Input::NoToken(session) => {
                let (backoff, random) = (self.timing.backoff, self.random.draw());
                self.with(session, |session| session.schedule.fail(now, FailureKind::Token, &backoff, random));
            }
            Input::Network(reachability) => self.handle_network(now, reachability),
            Input::Await { session, awaits_upload } => {
                self.with(session, |session| session.handle_await(now, awaits_upload));
            }
            Input::Answer { session, answer } => {
                let (backoff, random) = (self.timing.backoff, self.random.draw());
                self.with(session, |session| session.handle_answer(now, answer, &backoff, random));
            }
        }
        self.attempt(now);
    }

    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The next frame, for a socket that can take one now.
    pub fn poll_transmit(&mut self, now: Instant) -> Option<Vec<u8>> {
        let State::Open(link) = &mut self.state else { return None };
        if let Some((timestamp_ms, rtt_ms)) = link.keepalive.poll_ping(now) {
            return Some(ClientMessage::Ping { timestamp_ms, rtt_ms }.encode());
        }
        if let Some(farewell) = link.farewells.pop_front() {
            return Some(farewell);
        }
        while let Some(ident) = link.turns.pop() {
            let Some(session) = self.sessions.get_mut(&ident) else { continue };
            let frame = session.poll_transmit(now);
            frame.iter().for_each(|frame| session.note_sent(frame));
            drain(ident, session, &mut self.outputs);
            if frame.is_some() {
                link.turns.push(ident);
                return frame;
            }
        }
        None
    }

    /// What sessions that left have not said yet, when no other session will make the socket say it.
    pub fn take_last_words(&mut self) -> Vec<Vec<u8>> {
        match &mut self.state {
            State::Open(link) if self.sessions.is_empty() => link.farewells.drain(..).collect(),
            State::Open(_) | State::Connecting { .. } | State::Idle => Vec::new(),
        }
    }

    /// The next moment at which `Input::Timeout` is due; `None` when only another input can change anything.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let attempts = self.sessions.values().filter_map(|session| match session.schedule.attempt {
            Attempt::At(at) if !session.is_bound() => Some(at),
            Attempt::At(_) | Attempt::Urged | Attempt::Due | Attempt::Held => None,
        });
        match &self.state {
            State::Idle => attempts.filter(|_| self.network.lets_attempt()).min(),
            State::Connecting { until, .. } => *until,
            State::Open(link) => {
                let acknowledgements = self.sessions.values().filter_map(Session::acknowledge_at);
                attempts.chain(acknowledgements).chain(link.linger_until).chain([link.keepalive.timeout()]).min()
            }
        }
    }

    fn handle_timeout(&mut self, now: Instant) {
        let cause = match &mut self.state {
            State::Idle => None,
            State::Connecting { until, .. } => until.is_some_and(|until| until <= now).then_some(Cause::ConnectTimeout),
            State::Open(link) => {
                let overdue = link.keepalive.handle_timeout(now);
                link.turns.extend(self.sessions.keys().copied());
                overdue.then_some(Cause::PongTimeout)
            }
        };
        if let Some(cause) = cause {
            self.outputs.push_back(Output::Disconnect);
            self.handle_disconnected(now, &cause);
        }
        let is_due = |session: &Session| session.acknowledge_at().is_some_and(|at| at <= now);
        let due: Vec<SessionIdent> =
            self.sessions.iter().filter(|(_, session)| is_due(session)).map(|(ident, _)| *ident).collect();
        due.into_iter().for_each(|ident| self.with(ident, |session| session.integrate(now)));
        let is_over = match &self.state {
            State::Open(link) => self.sessions.is_empty() && link.linger_until.is_some_and(|until| until <= now),
            State::Idle | State::Connecting { .. } => false,
        };
        if is_over {
            self.drop_socket();
        }
    }

    fn set_connect_by(&mut self, moment: Option<Instant>) {
        match &mut self.state {
            State::Connecting { until, .. } => *until = moment,
            State::Idle | State::Open(_) => {}
        }
    }

    fn handle_network(&mut self, now: Instant, reachability: Reachability) {
        let was = std::mem::replace(&mut self.network, reachability);
        match reachability {
            Reachability::Reachable if was != reachability => {
                for session in self.sessions.values_mut().filter(|session| !session.is_bound()) {
                    session.schedule.forgive_network();
                }
                let everybody: Vec<SessionIdent> = self.sessions.keys().copied().collect();
                everybody.into_iter().for_each(|session| self.touch(session));
                self.probe(now);
            }
            Reachability::Reachable | Reachability::Unknown | Reachability::NotReachable => {}
        }
    }

    /// Finds out whether an open socket still lives.
    fn probe(&mut self, now: Instant) {
        if let State::Open(link) = &mut self.state {
            link.keepalive.hurry(now);
        }
    }

    /// Opens a socket when a session is due, and drops one that nobody needs.
    fn attempt(&mut self, now: Instant) {
        let network = self.network;
        let is_willing = |session: &Session| takes_part(session, now, network);
        match &self.state {
            State::Idle => {
                if self.sessions.values().any(is_willing) {
                    self.state = State::Connecting { since: now, until: Some(now + self.timing.connect_timeout) };
                    self.report(is_willing, ConnectionState::Connecting);
                    self.outputs.push_back(Output::Connect);
                }
            }
            State::Connecting { .. } => {
                if !self.sessions.values().any(is_willing) {
                    self.drop_socket();
                    self.report(|_| true, ConnectionState::Disconnected);
                } else {
                    self.report(is_willing, ConnectionState::Connecting);
                }
            }
            State::Open(_) => {}
        }
    }

    fn report(&mut self, whom: impl Fn(&Session) -> bool, state: ConnectionState) {
        for (&ident, session) in self.sessions.iter_mut().filter(|(_, session)| whom(session)) {
            session.set_connection(state);
            drain(ident, session, &mut self.outputs);
        }
    }

    fn drop_socket(&mut self) {
        self.state = State::Idle;
        self.outputs.push_back(Output::Disconnect);
    }

    fn handle_connected(&mut self, now: Instant) {
        let State::Connecting { .. } = self.state else { return };
        let Timing { ping_period, pong_timeout, .. } = self.timing;
        self.state = State::Open(Box::new(Link {
            keepalive: KeepAlive::new(now, ping_period, pong_timeout, &mut self.random),
            turns: Turns::default(),
            farewells: VecDeque::new(),
            gone: HashSet::new(),
            linger_until: None,
        }));
        for session in self.sessions.values_mut() {
            session.schedule.join_open_socket();
        }
        let everybody: Vec<SessionIdent> = self.sessions.keys().copied().collect();
        everybody.into_iter().for_each(|session| self.touch(session));
    }

    pub(super) fn handle_disconnected(&mut self, now: Instant, cause: &Cause) {
        let (tried_since, network) = match std::mem::replace(&mut self.state, State::Idle) {
            State::Idle => return,
            State::Connecting { since, .. } => (since, self.network),
            State::Open(_) => (now, Reachability::Reachable),
        };
        let is_shared = self.sessions.values().filter(|session| session.is_bound()).count() > 1;
        for (&ident, session) in &mut self.sessions {
            if session.is_bound() || takes_part(session, tried_since, network) {
                let fault = if is_shared && !session.is_uploading() { Fault::Others } else { Fault::Possible };
                session.handle_disconnected();
                failure::apply_cause(session, now, cause, fault, &self.timing.backoff, self.random.draw());
                session.set_connection(ConnectionState::Disconnected);
            }
            drain(ident, session, &mut self.outputs);
        }
    }

    fn leave(&mut self, now: Instant, ident: SessionIdent, linger: Duration) {
        let Some(session) = self.sessions.remove(&ident) else { return };
        if let State::Open(link) = &mut self.state {
            if session.is_bound() {
                link.gone.insert(ident);
            }
            link.farewells.extend(session.into_farewell());
            if self.sessions.is_empty() {
                link.linger_until = Some(now + linger);
            }
        }
    }

    /// Gives the input to its session, if that is still there, and puts the session in line to speak.
    fn with<T>(&mut self, ident: SessionIdent, handle: impl FnOnce(&mut Session) -> T) {
        if let Some(session) = self.sessions.get_mut(&ident) {
            handle(session);
            self.touch(ident);
        }
    }

    pub(super) fn touch(&mut self, ident: SessionIdent) {
        if let Some(session) = self.sessions.get_mut(&ident) {
            drain(ident, session, &mut self.outputs);
        }
        if let State::Open(link) = &mut self.state {
            link.linger_until = None;
            link.turns.push(ident);
        }
    }
}

/// Whether the session is one of those for which a socket is opened.
fn takes_part(session: &Session, now: Instant, network: Reachability) -> bool {
    session.schedule.is_due(now) && (network.lets_attempt() || session.schedule.is_urged())
}

/// Moves what a session asks and tells into the connection's outputs.
fn drain(ident: SessionIdent, session: &mut Session, outputs: &mut VecDeque<Output>) {
    session.report_attempts();
    outputs.extend(std::iter::from_fn(|| session.poll_request()).map(|request| Output::Ask(ident, request)));
    outputs.extend(std::iter::from_fn(|| session.poll_event()).map(|event| Output::Event(ident, event)));
    outputs.extend(session.take_traffic().map(|traffic| Output::Event(ident, Event::Traffic(traffic))));
}
