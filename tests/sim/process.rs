//! One process with several realms on one client, and a server, on a network that delays evenly and loses nothing. What
//! happens in it is written down, to be compared.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{
    Acknowledged, Client, ClientConfig, ConnectionId, ErrorCallback, Input, Job, Notice, Output, ResetConfig, Session,
    StopPolicy, SyncConfig, User, WaitError, Worker,
};
use realm_sync::protocol::handshake::ProtocolVersion;
use realm_sync::protocol::{ClientMessage, ServerMessage};
use realm_sync::server::{self, Access, Hub, HubOutput, Limits, SeededRandom};
use realm_sync::store::{Mode, OpenOptions, Realm, ResetMode};
use realm_sync::sync::{Backoff, Cause};
use realm_sync::value::{Clock, Instant, PrimaryKey, SessionIdent, Value};

use crate::clock::WorldTime;
use crate::thing::{schema, CLASS};

/// One way.
const LATENCY: Duration = Duration::from_millis(5);
/// A socket takes one frame in this time.
const FRAME_TIME: Duration = Duration::from_millis(1);
/// Database work takes this long.
const JOB_TIME: Duration = Duration::from_millis(2);

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Network {
    Up,
    /// Every attempt fails, and what was open is gone.
    Down,
    /// Every upgrade is answered with this status.
    Refusing(u16),
    /// Every upgrade with another access token than this one is answered with 401.
    Wanting(&'static str),
}

/// A frame that left the process.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    pub at: Instant,
    pub ident: SessionIdent,
    /// The realm it speaks of; empty for a PING.
    pub realm: String,
    pub kind: &'static str,
    pub size: usize,
}

pub struct Open {
    pub realm: Realm,
    pub session: Session,
    /// Waits that ended, and whether well.
    ended: Arc<Mutex<Vec<bool>>>,
}

enum Delivery {
    Answer(ConnectionId),
    ToServer(server::ConnectionId, Vec<u8>),
    ToProcess(ConnectionId, Vec<u8>),
    Lost(ConnectionId),
}

pub struct Process {
    folder: PathBuf,
    time: WorldTime,
    clock: Arc<dyn Clock>,
    pub client: Client,
    pub worker: Worker,
    pub user: User,
    pub realms: BTreeMap<String, Open>,
    next_key: i64,
    jobs: Vec<(Instant, Job)>,
    hub: Hub,
    sockets: BTreeMap<ConnectionId, server::ConnectionId>,
    deliveries: BTreeMap<(Instant, u64), Delivery>,
    next_delivery: u64,
    /// Sockets that may have something to send, and when they take it.
    flushes: BTreeMap<ConnectionId, Instant>,
    pub network: Network,
    /// What the server says of how long a device may be away.
    pub max_offline: Option<Duration>,
    /// What sessions that are opened from now on do about a client reset.
    pub reset: ResetMode,
    names: HashMap<SessionIdent, String>,
    pub frames: Vec<Frame>,
    pub attempts: Vec<Instant>,
    /// The access tokens of the attempts.
    pub shown: Vec<(ConnectionId, String)>,
    /// `Some`: calls into the application are kept here instead of being made, as with a callback that takes for ever.
    pub held_notices: Option<VecDeque<Notice>>,
    /// Whether what the application asks for inside a call reaches the worker right after it.
    pub wakes_after_calls: bool,
    /// Told of the errors of sessions that are opened from now on.
    pub on_error: Option<ErrorCallback>,
}

pub fn config() -> ClientConfig {
    ClientConfig { backoff: Backoff { jitter_divisor: 0, ..Backoff::default() }, ..ClientConfig::default() }
}

impl Process {
    pub fn new(folder: &Path, config: ClientConfig) -> Process {
        Process::with_skew(folder, config, 0)
    }

    /// The clock of the device is wrong by so much.
    pub fn with_skew(folder: &Path, config: ClientConfig, skew_ms: i64) -> Process {
        let time = WorldTime::default();
        let clock = time.clock(skew_ms);
        let (client, worker) = Client::new(config, clock.clone(), 1, Box::new(|| {})).unwrap();
        let random = Box::new(SeededRandom::new(2));
        let hub = Hub::open(&folder.join("server"), Limits::default(), time.clock(0), random).unwrap();
        Process {
            folder: folder.to_owned(),
            time,
            clock,
            client,
            worker,
            user: User::new("ada".into(), "token".into()),
            realms: BTreeMap::new(),
            next_key: 0,
            jobs: Vec::new(),
            hub,
            sockets: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            next_delivery: 0,
            flushes: BTreeMap::new(),
            network: Network::Up,
            max_offline: None,
            reset: ResetMode::Manual,
            names: HashMap::new(),
            frames: Vec::new(),
            attempts: Vec::new(),
            shown: Vec::new(),
            held_notices: None,
            wakes_after_calls: false,
            on_error: None,
        }
    }

    pub fn clock(&self) -> Arc<dyn Clock> {
        self.clock.clone()
    }

    pub fn now(&self) -> Instant {
        self.time.now()
    }

    /// Opens the realm `file`, synced as `partition`.
    pub fn open(&mut self, file: &str, partition: &str) -> &mut Open {
        self.open_with(file, partition, StopPolicy::Immediately)
    }

    pub fn open_with(&mut self, file: &str, partition: &str, stop_policy: StopPolicy) -> &mut Open {
        let open = self.open_further(file, partition, stop_policy);
        self.realms.insert(file.into(), open);
        self.wake();
        self.realms.get_mut(file).unwrap()
    }

    /// Handles of the realm beside those that are kept here.
    pub fn open_further(&mut self, file: &str, partition: &str, stop_policy: StopPolicy) -> Open {
        let path = self.folder.join(format!("{file}.realm"));
        let (schema, clock) = (Some(schema()), self.clock.clone());
        let realm = Realm::open(OpenOptions { path: path.clone(), schema, mode: Mode::Synced, clock }).unwrap();
        let config = SyncConfig {
            user: self.user.clone(),
            url: "ws://server".into(),
            partition: partition.into(),
            syncs_while_metered: true,
            stop_policy,
            on_error: self.on_error.clone(),
            reset: ResetConfig { mode: self.reset, ..ResetConfig::default() },
        };
        let session = self.client.session(&path, config).unwrap();
        Open { realm, session, ended: Arc::default() }
    }

    pub fn close(&mut self, file: &str) {
        self.realms.remove(file);
        self.wake();
    }

    pub fn session(&self, file: &str) -> &Session {
        &self.realms[file].session
    }

    /// One object more, named so.
    pub fn write(&mut self, file: &str, name: &str) {
        self.write_many(file, &[name]);
    }

    pub fn write_many(&mut self, file: &str, names: &[&str]) {
        let Open { realm, session, .. } = self.realms.get_mut(file).unwrap();
        realm.begin().unwrap();
        let class = realm.class_key(CLASS).unwrap();
        let property = realm.property_key(class, "name").unwrap();
        for name in names {
            self.next_key += 1;
            let (object, _) = realm.create(class, PrimaryKey::Int(self.next_key)).unwrap();
            realm.set(class, object, property, Value::String((*name).into())).unwrap();
        }
        let commit = realm.commit().unwrap();
        session.notify_commit(commit.version);
        self.wake();
    }

    /// The names of all objects, in order.
    pub fn names(&mut self, file: &str) -> Vec<String> {
        let realm = &mut self.realms.get_mut(file).unwrap().realm;
        let class = realm.class_key(CLASS).unwrap();
        let property = realm.property_key(class, "name").unwrap();
        let mut names: Vec<String> = realm
            .object_keys(class)
            .unwrap()
            .into_iter()
            .map(|object| match realm.get(class, object, property).unwrap() {
                Value::String(name) => name,
                other => panic!("names are strings, not {other:?}"),
            })
            .collect();
        names.sort();
        names
    }

    pub fn stop(&mut self, file: &str) {
        let acknowledged = self.session(file).begin_stop();
        self.wake();
        acknowledged.wait();
    }

    pub fn stop_all(&mut self) {
        let acknowledged = self.client.begin_stop_all();
        self.wake();
        acknowledged.into_iter().for_each(Acknowledged::wait);
    }

    pub fn start(&mut self, file: &str) {
        self.session(file).start();
        self.wake();
    }

    pub fn log_out(&mut self) {
        let acknowledged = self.user.begin_log_out();
        self.wake();
        acknowledged.into_iter().for_each(Acknowledged::wait);
    }

    pub fn log_in(&mut self, access_token: &str) {
        self.user.log_in(access_token.into());
        self.wake();
    }

    /// The number on the wire under which this partition was bound last.
    pub fn bound_as(&self, partition: &str) -> SessionIdent {
        let mut binds = self.frames.iter().rev().filter(|frame| frame.kind == "bind");
        binds.find(|frame| frame.realm == partition).expect("it was bound").ident
    }

    /// Waits for the upload of what was written so far.
    pub fn begin_wait(&mut self, file: &str) {
        let ended = self.realms[file].ended.clone();
        let completion = Box::new(move |result: Result<(), WaitError>| ended.lock().push(result.is_ok()));
        self.session(file).wait_for_upload(completion).unwrap();
        self.wake();
    }

    pub fn waits_of(&self, file: &str) -> Arc<Mutex<Vec<bool>>> {
        self.realms[file].ended.clone()
    }

    pub fn ended_waits(&self, file: &str) -> Vec<bool> {
        self.realms[file].ended.lock().clone()
    }

    /// The server's word about a session, as if it had come from the network.
    pub fn hear(&mut self, ident: SessionIdent, message: impl FnOnce(SessionIdent) -> ServerMessage<'static>) {
        let bytes = message(ident).encode();
        let connection = *self.sockets.keys().next_back().expect("a connection is open");
        self.handle(Input::Message(connection, &bytes));
    }

    pub fn hear_if_open(&mut self, ident: SessionIdent, message: impl FnOnce(SessionIdent) -> ServerMessage<'static>) {
        if self.open_sockets() > 0 {
            self.hear(ident, message);
        }
    }

    pub fn cut(&mut self) {
        for (id, socket) in std::mem::take(&mut self.sockets) {
            self.hub.disconnect(socket);
            self.deliveries.retain(|_, delivery| match delivery {
                Delivery::ToProcess(to, _) => *to != id,
                Delivery::ToServer(from, _) => *from != socket,
                Delivery::Answer(_) | Delivery::Lost(_) => true,
            });
            self.deliver_later(Delivery::Lost(id));
        }
    }

    pub fn wake(&mut self) {
        self.handle(Input::Wake);
    }

    pub fn run_for(&mut self, time: Duration) {
        let until = self.now() + time;
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.time.advance_to(due.max(self.now()));
            self.step();
        }
        self.time.advance_to(until);
    }

    /// Runs until this holds, for a minute at most.
    pub fn run_until(&mut self, holds: impl Fn(&Process) -> bool) {
        let until = self.now() + Duration::from_secs(60);
        while !holds(self) {
            let due = self.next_due().filter(|due| *due <= until).expect("it comes to hold within a minute");
            self.time.advance_to(due.max(self.now()));
            self.step();
        }
    }

    /// Whether nothing at all will happen by itself.
    pub fn is_asleep(&self) -> bool {
        self.next_due().is_none()
    }

    pub fn open_sockets(&self) -> usize {
        self.sockets.len()
    }

    fn next_due(&self) -> Option<Instant> {
        let deliveries = self.deliveries.keys().map(|(due, _)| *due).next();
        let jobs = self.jobs.iter().map(|(due, _)| *due);
        jobs.chain(deliveries).chain(self.flushes.values().copied()).chain(self.worker.poll_timeout()).min()
    }

    fn step(&mut self) {
        let now = self.now();
        if let Some(entry) = self.deliveries.first_entry().filter(|entry| entry.key().0 <= now) {
            let delivery = entry.remove();
            return self.deliver(delivery);
        }
        if let Some(at) = self.jobs.iter().position(|(due, _)| *due <= now) {
            let done = self.jobs.remove(at).1.run();
            return self.handle(Input::Done(done));
        }
        if let Some(id) = self.flushes.iter().find(|(_, due)| **due <= now).map(|(id, _)| *id) {
            self.flushes.remove(&id);
            if self.transmit(id) {
                self.flushes.insert(id, now + FRAME_TIME);
            }
            return;
        }
        self.handle(Input::Timeout);
    }

    fn deliver(&mut self, delivery: Delivery) {
        match delivery {
            Delivery::Answer(id) => match self.answer_to(id) {
                Network::Up | Network::Wanting(_) => {
                    let socket = self.hub.connect(self.now(), ProtocolVersion::CURRENT, Access::unrestricted());
                    self.sockets.insert(id, socket);
                    if let Some(max_offline) = self.max_offline {
                        self.handle(Input::MaxOffline(id, max_offline));
                    }
                    self.handle(Input::Connected(id));
                }
                Network::Down => self.handle(Input::Disconnected(id, Cause::ConnectFailed("no route".into()))),
                Network::Refusing(status) => {
                    self.handle(Input::Disconnected(id, Cause::Refused { status, text: "no".into() }));
                }
            },
            Delivery::ToServer(socket, frame) => self.hub.handle_message(self.time.now(), socket, &frame),
            Delivery::ToProcess(id, frame) => self.handle(Input::Message(id, &frame)),
            Delivery::Lost(id) => self.handle(Input::Disconnected(id, Cause::ReadOrWrite("cut".into()))),
        }
        self.serve();
    }

    /// What an attempt finds.
    fn answer_to(&self, id: ConnectionId) -> Network {
        let shown = self.shown.iter().rev().find(|(of, _)| *of == id);
        match &self.network {
            Network::Wanting(token) if shown.is_none_or(|(_, shown)| shown != token) => Network::Refusing(401),
            network => network.clone(),
        }
    }

    fn serve(&mut self) {
        loop {
            match self.hub.poll_output(self.time.now()) {
                HubOutput::Send(socket, frame) => {
                    if let Some(id) = self.process_end(socket) {
                        self.deliver_later(Delivery::ToProcess(id, frame));
                    }
                }
                HubOutput::Close(socket) => {
                    if let Some(id) = self.process_end(socket) {
                        self.sockets.remove(&id);
                        self.deliver_later(Delivery::Lost(id));
                    }
                }
                HubOutput::Timeout(_) => return,
            }
        }
    }

    fn process_end(&self, socket: server::ConnectionId) -> Option<ConnectionId> {
        self.sockets.iter().find(|(_, known)| **known == socket).map(|(id, _)| *id)
    }

    fn deliver_later(&mut self, delivery: Delivery) {
        self.next_delivery += 1;
        self.deliveries.insert((self.time.now() + LATENCY, self.next_delivery), delivery);
    }

    fn handle(&mut self, input: Input<'_>) {
        self.worker.handle_input(self.time.now(), input);
        self.carry_out();
        for id in self.sockets.keys() {
            self.flushes.entry(*id).or_insert(self.time.now());
        }
    }

    fn carry_out(&mut self) {
        let now = self.time.now();
        while let Some(output) = self.worker.poll_output() {
            match output {
                Output::Connect(id, target) => {
                    self.shown.push((id, target.access_token));
                    self.attempts.push(now);
                    self.deliver_later(Delivery::Answer(id));
                }
                Output::Disconnect(id, last_words) => {
                    last_words.iter().for_each(|frame| self.send(id, frame));
                    self.deliveries.retain(|_, delivery| match delivery {
                        Delivery::Answer(of) | Delivery::ToProcess(of, _) | Delivery::Lost(of) => *of != id,
                        Delivery::ToServer(..) => true,
                    });
                    self.flushes.remove(&id);
                    if let Some(socket) = self.sockets.remove(&id) {
                        self.hub.disconnect(socket);
                    }
                }
                // The socket is full: it takes its next frame when it is due.
                Output::Flush(_) => {}
                Output::Run(job) => self.jobs.push((now + JOB_TIME, job)),
                Output::Notify(notice) => match &mut self.held_notices {
                    Some(held) => held.push_back(notice),
                    None => {
                        notice.deliver();
                        if self.wakes_after_calls {
                            self.worker.handle_input(now, Input::Wake);
                        }
                    }
                },
                Output::Acknowledge(acknowledgement) => drop(acknowledgement),
                Output::Closed => {}
            }
        }
    }

    fn transmit(&mut self, id: ConnectionId) -> bool {
        let Some(frame) = self.worker.poll_transmit(self.time.now(), id) else { return false };
        self.send(id, &frame);
        self.carry_out();
        true
    }

    fn send(&mut self, id: ConnectionId, bytes: &[u8]) {
        let message = ClientMessage::decode(bytes).unwrap();
        let (ident, kind) = match &message {
            ClientMessage::Bind { session, path, .. } => {
                self.names.insert(*session, String::from_utf8(path.to_vec()).unwrap());
                (*session, "bind")
            }
            ClientMessage::Ident { session, .. } => (*session, "ident"),
            ClientMessage::Upload(upload) => (upload.session, "upload"),
            ClientMessage::Mark { session, .. } => (*session, "mark"),
            ClientMessage::Unbind { session } => (*session, "unbind"),
            ClientMessage::Ping { .. } => (SessionIdent(0), "ping"),
            ClientMessage::JsonError { session, .. } => (*session, "error"),
        };
        let realm = self.names.get(&ident).cloned().unwrap_or_default();
        self.frames.push(Frame { at: self.time.now(), ident, realm, kind, size: bytes.len() });
        if let Some(socket) = self.sockets.get(&id) {
            self.deliver_later(Delivery::ToServer(*socket, bytes.to_vec()));
        }
    }
}
