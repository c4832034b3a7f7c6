//! The server's end of one connection: the mirror of the client's machine. Pure: messages, answers of the realm
//! logs and the time go in; frames and requests come out. Rules: `docs/PROTOCOL.md`, "Server session".

mod bound;
mod receive;
mod session;
mod upload;

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use crate::protocol::handshake::ProtocolVersion;
use crate::protocol::{ErrorCode, LogLevel, LogMessageBody, ServerMessage};
use crate::value::{Instant, ServerVersion, SessionIdent};

use super::refusal::Failure;
use super::{Access, Limits, RealmAnswer, RealmPath, RealmRequest, Refusal};
use session::{Session, State, Turn};

/// LOG_MESSAGEs kept for a client that does not read.
const MAX_LOGS: usize = 1_000;

/// What happens to a connection.
#[derive(Debug)]
pub enum Input<'a> {
    /// A binary WebSocket message.
    Message(&'a [u8]),
    /// A message larger than the limit was announced; its content was not read.
    Oversized,
    Answer(AskIdent, RealmAnswer),
    /// A realm's history has grown to `latest`.
    News {
        realm: &'a RealmPath,
        latest: ServerVersion,
    },
    /// A client file that is bound here was bound through another connection: this one must be dead.
    Superseded,
    /// The server stops.
    ShutDown,
    Timeout,
}

/// What a connection wants of its socket.
#[derive(Debug, PartialEq, Eq)]
pub enum Output {
    Send(Vec<u8>),
    /// Nothing more will be sent or heard.
    Close,
    /// Nothing to send until something happens, at the latest at this time.
    Timeout(Instant),
}

/// What a connection wants of the realms.
#[derive(Debug, PartialEq)]
pub enum Request {
    /// One more session wants the news of this realm.
    Follow(RealmPath),
    Ask(Ask),
    /// One session less.
    Unfollow(RealmPath),
}

/// A question to a realm's log; its answer comes back with the same ident, after those to earlier questions of the
/// same session.
#[derive(Debug, PartialEq)]
pub struct Ask {
    pub ident: AskIdent,
    pub realm: RealmPath,
    pub request: RealmRequest,
}

/// Number of a question within its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AskIdent(pub u64);

/// Whom an answer is for.
#[derive(Debug)]
struct Asked {
    session: SessionIdent,
    /// Tells a session from a later one under the same number.
    binding: u64,
    upload_bytes: usize,
}

#[derive(Debug)]
enum Link {
    Open,
    /// The last frame is still to be sent; nothing is heard any more.
    Failed(Vec<u8>),
    Closed,
}

/// One connection.
#[derive(Debug)]
pub struct Peer {
    limits: Arc<Limits>,
    version: ProtocolVersion,
    access: Access,
    link: Link,
    sessions: BTreeMap<SessionIdent, Session>,
    /// Sessions that have something to say, each once, served in turn.
    turns: VecDeque<SessionIdent>,
    pongs: VecDeque<i64>,
    logs: VecDeque<Vec<u8>>,
    requests: VecDeque<Request>,
    asked: HashMap<AskIdent, Asked>,
    next_ask: u64,
    next_binding: u64,
    backlog_bytes: usize,
    last_heard: Instant,
}

impl Peer {
    /// A connection whose handshake ended with protocol `version`. `connection_id` appears in the client's log.
    pub fn new(
        now: Instant,
        limits: Arc<Limits>,
        version: ProtocolVersion,
        access: Access,
        connection_id: &str,
    ) -> Peer {
        let mut peer = Peer {
            limits,
            version,
            access,
            link: Link::Open,
            sessions: BTreeMap::new(),
            turns: VecDeque::new(),
            pongs: VecDeque::new(),
            logs: VecDeque::new(),
            requests: VecDeque::new(),
            asked: HashMap::new(),
            next_ask: 0,
            next_binding: 0,
            backlog_bytes: 0,
            last_heard: now,
        };
        let text = "Client connection established with server".to_owned();
        peer.log(SessionIdent(0), LogLevel::Info, text, Some(connection_id.to_owned()));
        peer
    }

    pub fn handle_input(&mut self, now: Instant, input: Input<'_>) {
        match input {
            Input::Superseded | Input::ShutDown => self.link = Link::Closed,
            Input::Timeout => {
                if now >= self.idle_at() {
                    self.link = Link::Closed;
                }
            }
            Input::Answer(ident, answer) => self.handle_answer(ident, answer),
            Input::News { realm, latest } => self.handle_news(realm, latest),
            Input::Oversized => {
                let limit = self.limits.message_bytes;
                let text = format!("the message is larger than the {limit} bytes this server accepts");
                self.fail(ErrorCode::BadChangesetSize, text);
            }
            Input::Message(frame) => {
                self.last_heard = now;
                if let Link::Open = self.link {
                    self.receive(frame);
                }
            }
        }
    }

    /// The next request to the realms; to be carried out whether or not the socket takes anything.
    pub fn poll_request(&mut self) -> Option<Request> {
        self.requests.pop_front()
    }

    /// The next frame. To be called when the socket can take one, so that nothing piles up for a slow reader.
    pub fn poll_output(&mut self) -> Output {
        match std::mem::replace(&mut self.link, Link::Open) {
            Link::Closed => {
                self.link = Link::Closed;
                return Output::Close;
            }
            Link::Failed(frame) => {
                self.link = Link::Closed;
                return Output::Send(frame);
            }
            Link::Open => {}
        }
        if let Some(timestamp_ms) = self.pongs.pop_front() {
            return Output::Send(ServerMessage::Pong { timestamp_ms }.encode());
        }
        while let Some(ident) = self.turns.pop_front() {
            if let Some(frame) = self.take_turn(ident) {
                return Output::Send(frame);
            }
        }
        match self.logs.pop_front() {
            Some(frame) => Output::Send(frame),
            None => Output::Timeout(self.idle_at()),
        }
    }

    /// Whether UPLOADs wait for the disk in such numbers that the socket should not be read.
    pub fn is_full(&self) -> bool {
        self.backlog_bytes >= self.limits.upload_backlog_bytes
    }

    /// Whether a session of this connection is bound to the realm as this client file.
    pub fn is_bound_as(&self, realm: &RealmPath, file: crate::value::FileIdent) -> bool {
        self.sessions
            .values()
            .any(|session| session.realm.as_ref() == Some(realm) && session.state.file() == Some(file))
    }

    /// The realms that are followed, once per session; for the end of the connection.
    pub fn followed(&self) -> impl Iterator<Item = &RealmPath> {
        self.sessions.values().filter_map(|session| session.realm.as_ref())
    }

    pub(super) fn idle_at(&self) -> Instant {
        self.last_heard + self.limits.idle
    }

    /// Gives a session its turn: one frame at most, then it queues up again if there is more.
    fn take_turn(&mut self, ident: SessionIdent) -> Option<Vec<u8>> {
        let session = self.sessions.get_mut(&ident)?;
        session.is_enlisted = false;
        match session.take_turn(ident, self.limits.download_bytes) {
            Turn::Nothing => None,
            Turn::Frame(frame) => {
                self.enlist(ident);
                Some(frame)
            }
            Turn::Read(request) => {
                self.ask(ident, request, 0);
                None
            }
            Turn::Last(frame) => {
                self.remove(ident);
                Some(frame)
            }
        }
    }

    fn enlist(&mut self, ident: SessionIdent) {
        if let Some(session) = self.sessions.get_mut(&ident) {
            if !session.is_enlisted && session.has_turn() {
                session.is_enlisted = true;
                self.turns.push_back(ident);
            }
        }
    }

    fn ask(&mut self, ident: SessionIdent, request: RealmRequest, upload_bytes: usize) {
        let Some(session) = self.sessions.get(&ident) else { return };
        let Some(realm) = session.realm.clone() else { return };
        let ask = AskIdent(self.next_ask);
        self.next_ask += 1;
        self.backlog_bytes += upload_bytes;
        self.asked.insert(ask, Asked { session: ident, binding: session.binding, upload_bytes });
        self.requests.push_back(Request::Ask(Ask { ident: ask, realm, request }));
    }

    fn remove(&mut self, ident: SessionIdent) {
        if let Some(realm) = self.sessions.remove(&ident).and_then(|session| session.realm) {
            self.requests.push_back(Request::Unfollow(realm));
        }
    }

    fn handle_answer(&mut self, ask: AskIdent, answer: RealmAnswer) {
        let Some(asked) = self.asked.remove(&ask) else { return };
        self.backlog_bytes = self.backlog_bytes.saturating_sub(asked.upload_bytes);
        let ident = asked.session;
        let Some(session) = self.sessions.get_mut(&ident) else { return };
        if session.binding != asked.binding {
            return;
        }
        match answer {
            RealmAnswer::Refused(refusal) => return self.refuse(ident, &refusal),
            RealmAnswer::Allocated(file) => session.handle_allocated(file),
            RealmAnswer::Batch(batch) => session.handle_batch(batch),
            RealmAnswer::Uploaded => {}
            RealmAnswer::Identified(standing) => {
                if let Some((file, early)) = session.handle_identified(standing) {
                    let text = format!("Session {ident} bound to client file ident {file}");
                    self.log(ident, LogLevel::Debug, text, None);
                    self.enlist(ident);
                    self.replay(ident, early);
                }
            }
        }
        self.enlist(ident);
    }

    fn handle_news(&mut self, realm: &RealmPath, latest: ServerVersion) {
        let mut woken = Vec::new();
        for (ident, session) in self.sessions.iter_mut().filter(|(_, session)| session.realm.as_ref() == Some(realm)) {
            session.handle_news(latest);
            woken.push(*ident);
        }
        woken.into_iter().for_each(|ident| self.enlist(ident));
    }

    /// Ends one session with an error, unless it is ending already.
    fn refuse(&mut self, ident: SessionIdent, refusal: &Refusal) {
        let Some(session) = self.sessions.get(&ident) else { return };
        match session.state {
            State::SendUnbound | State::SendError(_) | State::WaitForUnbind => {}
            State::Allocating | State::SendIdent(_) | State::WaitForIdent | State::Identifying(_) | State::Bound(_) => {
                tracing::info!(session = ident.0, code = refusal.code().number(), %refusal, "a session is refused");
                self.set_state(ident, State::SendError(refusal.encode(self.version, ident)));
                self.enlist(ident);
            }
        }
    }

    /// Ends the connection with an error.
    fn fail(&mut self, code: ErrorCode, text: String) {
        match self.link {
            Link::Open => {
                tracing::info!(code = code.number(), text, "a connection is refused");
                self.link = Link::Failed(Failure { code, text }.encode(self.version));
            }
            Link::Failed(_) | Link::Closed => {}
        }
    }

    fn log(&mut self, session: SessionIdent, level: LogLevel, text: String, connection_id: Option<String>) {
        if self.version.has_log_message() && self.logs.len() < MAX_LOGS {
            let body = LogMessageBody { connection_id, level: Some(level), text: Some(text) };
            self.logs.push_back(ServerMessage::LogMessage { session, body }.encode());
        }
    }
}
