//! A client that is driven by hand, and a server that answers at once. Time stands still until a test moves it.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use realm_sync::client::{
    CallbackToken, Cause, Client, ClientConfig, ConnectionId, Input, Output, Session, SessionStatus, StopPolicy,
    SyncConfig, User, Worker,
};
use realm_sync::protocol::handshake::ProtocolVersion;
use realm_sync::protocol::ClientMessage;
use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::server::{self, Access, Hub, HubOutput, Limits, SeededRandom};
use realm_sync::store::{Mode, OpenOptions, Realm};
use realm_sync::value::{Clock, Instant, OriginTimestamp, PrimaryKey, Value};

/// The time of everything in a test.
#[derive(Clone, Default)]
pub struct Time(Arc<AtomicU64>);

impl Time {
    pub fn pass(&self, duration: Duration) {
        self.0.fetch_add(u64::try_from(duration.as_nanos()).unwrap(), Ordering::SeqCst);
    }
}

impl Clock for Time {
    fn now(&self) -> Instant {
        Instant::from_start(Duration::from_nanos(self.0.load(Ordering::SeqCst)))
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        let ten_years_ms = 10 * 365 * 86_400_000_u64;
        OriginTimestamp(ten_years_ms + self.0.load(Ordering::SeqCst) / 1_000_000)
    }
}

/// What becomes of an attempt to connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Net {
    Up,
    Refuses,
    /// Nothing ever comes back.
    Silent,
    /// Connects, and then nothing ever comes back.
    Mute,
}

pub struct Rig {
    pub time: Time,
    pub client: Client,
    pub worker: Worker,
    pub net: Net,
    /// What the server says of how long a file may be away.
    pub max_offline: Option<Duration>,
    hub: Hub,
    sockets: HashMap<ConnectionId, server::ConnectionId>,
    /// Attempts to connect so far.
    pub attempts: usize,
    /// What went to the server, `PING`s among it.
    pub frames: usize,
    pub uploads: usize,
    folder: PathBuf,
}

/// One realm of a [`Rig`].
pub struct Device {
    pub realm: Realm,
    pub session: Session,
}

impl Rig {
    pub fn new(folder: &Path) -> Rig {
        let time = Time::default();
        let (client, worker) = Rig::client(&time);
        let random = Box::new(SeededRandom::new(7));
        let hub = Hub::open(&folder.join("server"), Limits::default(), Arc::new(time.clone()), random).unwrap();
        let (sockets, folder) = (HashMap::new(), folder.to_owned());
        Rig {
            time,
            client,
            worker,
            net: Net::Up,
            max_offline: None,
            hub,
            sockets,
            attempts: 0,
            frames: 0,
            uploads: 0,
            folder,
        }
    }

    fn client(time: &Time) -> (Client, Worker) {
        let mut config = ClientConfig::default();
        config.backoff.jitter_divisor = 0;
        Client::new(config, Arc::new(time.clone()), 1, Box::new(|| {})).unwrap()
    }

    pub fn open(&mut self, name: &str) -> Device {
        self.open_with(name, |_| {})
    }

    pub fn open_with(&mut self, name: &str, change: impl FnOnce(&mut SyncConfig)) -> Device {
        let path = self.folder.join(name);
        let clock = Arc::new(self.time.clone());
        let options = OpenOptions { path: path.clone(), schema: Some(schema()), mode: Mode::Synced, clock };
        let realm = Realm::open(options).unwrap();
        let mut config = SyncConfig {
            user: User::new("nobody".into(), String::new()),
            url: "ws://server".into(),
            partition: "p".into(),
            stop_policy: StopPolicy::Immediately,
            syncs_while_metered: true,
            on_error: None,
            reset: realm_sync::client::ResetConfig::default(),
        };
        change(&mut config);
        let session = self.client.session(&path, config).unwrap();
        self.run();
        Device { realm, session }
    }

    pub fn input(&mut self, input: Input<'_>) {
        let now = self.time.now();
        self.worker.handle_input(now, input);
        self.carry_out();
        for id in self.sockets.keys().copied().collect::<Vec<_>>() {
            self.transmit(id);
        }
    }

    /// Carries out what application threads asked for, and everything that comes of it.
    pub fn run(&mut self) {
        self.input(Input::Wake);
    }

    /// Lets time pass, with every timer on the way.
    pub fn pass(&mut self, duration: Duration) {
        let until = self.time.now() + duration;
        while let Some(due) = self.worker.poll_timeout().filter(|due| *due <= until) {
            let wait = due.saturating_duration_since(self.time.now());
            self.time.pass(wait);
            self.input(Input::Timeout);
        }
        self.time.pass(until.saturating_duration_since(self.time.now()));
    }

    /// The server, or the network, drops every socket.
    pub fn cut(&mut self) {
        for (id, socket) in std::mem::take(&mut self.sockets) {
            self.hub.disconnect(socket);
            self.input(Input::Disconnected(id, Cause::ReadOrWrite("cut".into())));
        }
    }

    pub fn stop(&mut self, device: &Device) {
        let acknowledged = device.session.begin_stop();
        self.run();
        acknowledged.wait();
    }

    pub fn start(&mut self, device: &Device) {
        device.session.start();
        self.run();
    }

    pub fn open_sockets(&self) -> usize {
        self.sockets.len()
    }

    fn carry_out(&mut self) {
        while let Some(output) = self.worker.poll_output() {
            match output {
                Output::Connect(id, _) => {
                    self.attempts += 1;
                    self.connect(id);
                }
                Output::Disconnect(id, _) => {
                    if let Some(socket) = self.sockets.remove(&id) {
                        self.hub.disconnect(socket);
                    }
                }
                Output::Flush(id) => self.transmit(id),
                Output::Run(job) => self.input(Input::Done(job.run())),
                Output::Notify(notice) => notice.deliver(),
                Output::Acknowledge(acknowledgement) => drop(acknowledgement),
                Output::Closed => {}
            }
        }
    }

    fn connect(&mut self, id: ConnectionId) {
        match self.net {
            Net::Up => {
                let socket = self.hub.connect(self.time.now(), ProtocolVersion::CURRENT, Access::unrestricted());
                self.sockets.insert(id, socket);
                if let Some(max_offline) = self.max_offline {
                    self.input(Input::MaxOffline(id, max_offline));
                }
                self.input(Input::Connected(id));
            }
            Net::Refuses => self.input(Input::Disconnected(id, Cause::ConnectFailed("refused".into()))),
            Net::Silent => {}
            Net::Mute => {
                self.input(Input::Connected(id));
                while self.worker.poll_transmit(self.time.now(), id).is_some() {}
            }
        }
    }

    fn transmit(&mut self, id: ConnectionId) {
        let now = self.time.now();
        while let Some(socket) = self.sockets.get(&id).copied() {
            let Some(frame) = self.worker.poll_transmit(now, id) else { break };
            self.frames += 1;
            self.uploads += usize::from(matches!(ClientMessage::decode(&frame), Ok(ClientMessage::Upload(_))));
            self.hub.handle_message(now, socket, &frame);
            self.carry_out();
        }
        self.serve();
    }

    fn serve(&mut self) {
        let now = self.time.now();
        loop {
            match self.hub.poll_output(now) {
                HubOutput::Send(socket, frame) => {
                    let id = self.sockets.iter().find(|(_, known)| **known == socket).map(|(id, _)| *id);
                    if let Some(id) = id {
                        self.input(Input::Message(id, &frame));
                    }
                }
                HubOutput::Close(socket) => self.sockets.retain(|_, known| *known != socket),
                HubOutput::Timeout(_) => return,
            }
        }
    }
}

impl Device {
    /// A new item of about this size.
    pub fn commit(&mut self, key: i64, bytes: usize) {
        let class = self.realm.class_key("Item").unwrap();
        let text = self.realm.property_key(class, "text").unwrap();
        self.realm.begin().unwrap();
        let (item, _) = self.realm.create(class, PrimaryKey::Int(key)).unwrap();
        self.realm.set(class, item, text, Value::String("x".repeat(bytes))).unwrap();
        let commit = self.realm.commit().unwrap();
        self.session.notify_commit(commit.version);
    }

    /// What the status callback says from now on.
    pub fn statuses(&self) -> (Told<SessionStatus>, CallbackToken) {
        let (told, tell) = Told::new();
        (told, self.session.add_status_callback(Arc::new(move |status| tell(status.clone()))))
    }
}

/// What a callback said.
pub struct Told<T>(Arc<Mutex<Vec<T>>>);

impl<T: Send + 'static> Told<T> {
    pub fn new() -> (Told<T>, impl Fn(T) + Send + Sync) {
        let told = Arc::new(Mutex::new(Vec::new()));
        (Told(told.clone()), move |what| told.lock().unwrap().push(what))
    }

    pub fn take(&self) -> Vec<T> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

fn schema() -> Schema {
    let property = |name: &str, property_type| Property {
        name: name.into(),
        property_type,
        collection: Collection::Single,
        nullable: false,
        indexed: false,
    };
    let properties = vec![property("_id", PropertyType::Int), property("text", PropertyType::String)];
    let class = Class { name: "Item".into(), kind: ClassKind::TopLevel, primary_key: Some("_id".into()), properties };
    Schema { classes: vec![class] }
}

/// A folder of the test's own.
pub fn folder() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}
