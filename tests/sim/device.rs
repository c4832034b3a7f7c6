//! A device: a realm file, a client that drives its session, and an application that writes.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{
    Client, ClientConfig, ConnectionId, Input, Job, JobDone, Output, ResetConfig, Session, SessionState, StopPolicy,
    SyncConfig, User, Worker,
};
use realm_sync::protocol::ClientMessage;
use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{Mode, OpenOptions, Realm, ResetMode};
use realm_sync::sync::{Cause, Random};
use realm_sync::value::{Clock, Instant, PrimaryKey, SessionIdent, Value};

use crate::cursors::Cursors;

pub const CLASS: &str = "Thing";
/// Objects that devices write to; few, so that they meet.
pub const OBJECTS: u64 = 6;

/// A realm's objects: key to the printed values of its properties.
pub type Snapshot = BTreeMap<i64, Vec<String>>;

pub struct Device {
    pub number: usize,
    pub path: PathBuf,
    /// What it does when the server refuses what it has.
    pub reset: ResetMode,
    /// What its application declares when it starts.
    pub schema: Schema,
    clock: Arc<dyn Clock>,
    pub running: Option<Running>,
    /// Amounts that committed transactions added to the object that is never erased.
    pub added: i64,
    cursors: Arc<Mutex<Cursors>>,
}

/// What dies with the process.
pub struct Running {
    pub realm: Realm,
    pub session: Session,
    client: Client,
    worker: Worker,
    jobs: Vec<(Instant, Work)>,
    /// Sessions on the wire since the last stop; no other may say anything but UNBIND.
    allowed: HashSet<SessionIdent>,
    stopped: bool,
    /// Database work is executing right now.
    is_working: bool,
    /// A stop during such work, which may wait for it.
    stopping: Option<JoinHandle<()>>,
    pub waits: Arc<Waits>,
    cursors: Arc<Mutex<Cursors>>,
}

/// Database work under way.
enum Work {
    Begun(Job),
    /// It took effect in the file; the client has not heard of it.
    Done(JobDone),
}

/// Waits that were begun, and those that ended well.
#[derive(Default)]
pub struct Waits {
    pub begun: AtomicUsize,
    pub ended: AtomicUsize,
    pub failed: AtomicUsize,
}

/// What a device wants of the network.
pub enum Wish {
    Connect(ConnectionId),
    Disconnect(ConnectionId),
    Send(ConnectionId, Vec<u8>),
}

pub fn schema() -> Schema {
    let property = |name: &str, property_type, nullable| Property {
        name: name.into(),
        property_type,
        collection: Collection::Single,
        nullable,
        indexed: false,
    };
    Schema {
        classes: vec![Class {
            name: CLASS.into(),
            kind: ClassKind::TopLevel,
            primary_key: Some("_id".into()),
            properties: vec![
                property("_id", PropertyType::Int, false),
                property("name", PropertyType::String, false),
                property("count", PropertyType::Int, false),
                property("maybe", PropertyType::Double, true),
                property("any", PropertyType::Mixed, true),
                property("friend", PropertyType::Link { target: CLASS.into() }, true),
            ],
        }],
    }
}

impl Device {
    pub fn new(number: usize, folder: &Path, schema: Schema, clock: Arc<dyn Clock>) -> Device {
        let path = folder.join(format!("device-{number}.realm"));
        Device {
            number,
            path,
            reset: ResetMode::RecoverOrDiscard,
            schema,
            clock,
            running: None,
            added: 0,
            cursors: Arc::default(),
        }
    }

    /// Starts the process and opens the realm.
    pub fn boot(&mut self, seed: u64) {
        assert!(self.running.is_none());
        let config = ClientConfig::default();
        let (client, worker) = Client::new(config, self.clock.clone(), seed, Box::new(|| {})).unwrap();
        let options = OpenOptions {
            path: self.path.clone(),
            schema: Some(self.schema.clone()),
            mode: Mode::Synced,
            clock: self.clock.clone(),
        };
        let realm = Realm::open(options).unwrap();
        let session = client
            .session(
                &self.path,
                SyncConfig {
                    user: User::new(format!("user-{}", self.number), String::new()),
                    url: "ws://server".into(),
                    partition: "world".into(),
                    syncs_while_metered: true,
                    stop_policy: StopPolicy::Immediately,
                    on_error: None,
                    reset: ResetConfig { mode: self.reset, ..ResetConfig::default() },
                },
            )
            .unwrap();
        self.running = Some(Running {
            realm,
            session,
            client,
            worker,
            jobs: Vec::new(),
            allowed: HashSet::new(),
            stopped: false,
            is_working: false,
            stopping: None,
            waits: Arc::default(),
            cursors: self.cursors.clone(),
        });
    }

    /// The process dies: nothing is said to anybody.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// One transaction that makes an object, and adds to the one that is never erased.
    pub fn put(&mut self, id: i64) {
        let Some(running) = &mut self.running else { return };
        running.put(id);
        self.added += 1;
    }

    /// One transaction of a few random writes; a process that is down writes nothing.
    pub fn write(&mut self, random: &mut Random) {
        let Some(running) = &mut self.running else { return };
        let added = running.write(random);
        self.added += added;
    }
}

impl Running {
    fn put(&mut self, id: i64) {
        let realm = &mut self.realm;
        realm.begin().unwrap();
        let class = realm.class_key(CLASS).unwrap();
        let property = |realm: &Realm, name| realm.property_key(class, name).unwrap();
        let (name, count) = (property(realm, "name"), property(realm, "count"));
        let (object, _) = realm.create(class, PrimaryKey::Int(id)).unwrap();
        realm.set(class, object, name, Value::String(format!("name {id}"))).unwrap();
        let (counter, _) = realm.create(class, PrimaryKey::Int(0)).unwrap();
        realm.add_int(class, counter, count, 1).unwrap();
        let commit = realm.commit().unwrap();
        self.session.notify_commit(commit.version);
    }

    fn write(&mut self, random: &mut Random) -> i64 {
        let realm = &mut self.realm;
        realm.begin().unwrap();
        let class = realm.class_key(CLASS).unwrap();
        let mut added = 0;
        for _ in 0..=random.below(3) {
            let id = random.below(OBJECTS) as i64;
            let (object, _) = realm.create(class, PrimaryKey::Int(id)).unwrap();
            let set = |realm: &mut Realm, name: &str, value: Value| {
                let property = realm.property_key(class, name).unwrap();
                realm.set(class, object, property, value).unwrap();
            };
            match random.below(7) {
                0 => set(realm, "name", Value::String(format!("name {}", random.below(100)))),
                1 => set(
                    realm,
                    "maybe",
                    [Value::Null, Value::Double(random.below(10) as f64)][random.below(2) as usize].clone(),
                ),
                2 => {
                    set(realm, "any", [Value::Null, Value::Int(1), Value::Bool(true)][random.below(3) as usize].clone())
                }
                3 => {
                    let friend = random.below(OBJECTS) as i64;
                    realm.create(class, PrimaryKey::Int(friend)).unwrap();
                    let link = realm_sync::value::Link { class: CLASS.into(), key: PrimaryKey::Int(friend) };
                    set(realm, "friend", Value::Link(link));
                }
                4 if id != 0 => realm.erase(class, object).unwrap(),
                5 if id != 0 => set(realm, "count", Value::Int(random.below(1000) as i64)),
                _ => {
                    let amount = random.below(10) as i64;
                    let count = realm.property_key(class, "count").unwrap();
                    realm.add_int(class, object, count, amount).unwrap();
                    if id == 0 {
                        added += amount;
                    }
                }
            }
        }
        let commit = realm.commit().unwrap();
        self.session.notify_commit(commit.version);
        added
    }

    pub fn snapshot(&mut self) -> Snapshot {
        let realm = &mut self.realm;
        let class = realm.class_key(CLASS).unwrap();
        let names = ["name", "count", "maybe", "any", "friend"];
        let mut snapshot = Snapshot::new();
        for object in realm.object_keys(class).unwrap() {
            let PrimaryKey::Int(id) = realm.primary_key(class, object).unwrap() else { panic!("keys are integers") };
            let values = names.iter().map(|name| {
                let property = realm.property_key(class, name).unwrap();
                format!("{:?}", realm.get(class, object, property).unwrap())
            });
            snapshot.insert(id, values.collect());
        }
        snapshot
    }

    /// Stops the session; what it says from now on is checked.
    pub fn stop(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        match self.is_working {
            false => {
                let acknowledged = self.session.begin_stop();
                self.handle(now, Input::Wake, wishes, random);
                acknowledged.wait();
            }
            true => {
                let session = self.session.clone();
                self.stopping = Some(std::thread::spawn(move || session.stop()));
                while self.session.state() != SessionState::Paused {
                    std::thread::yield_now();
                }
                // Not before it let go of what it told the client under.
                let _ = self.session.last_error();
                self.handle(now, Input::Wake, wishes, random);
            }
        }
        self.stopped = true;
        self.allowed.clear();
    }

    pub fn is_working(&self) -> bool {
        self.is_working
    }

    /// Database work that is due, for somebody else to execute.
    pub fn take_work(&mut self, now: Instant) -> Option<Job> {
        let at = self.jobs.iter().position(|(due, _)| *due <= now)?;
        match self.jobs.remove(at) {
            (_, Work::Begun(job)) => {
                self.is_working = true;
                Some(job)
            }
            (due, Work::Done(done)) => {
                self.jobs.insert(at, (due, Work::Done(done)));
                None
            }
        }
    }

    /// It took effect; whoever stops the session has stopped it now.
    pub fn end_work(&mut self, now: Instant, done: JobDone) {
        self.is_working = false;
        if let Some(stopping) = self.stopping.take() {
            stopping.join().unwrap();
        }
        self.jobs.insert(0, (now, Work::Done(done)));
    }

    pub fn start(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.session.start();
        self.stopped = false;
        self.handle(now, Input::Wake, wishes, random);
    }

    /// Begins a wait for everything written so far, or for everything the server has.
    pub fn wait(&mut self, upload: bool) {
        let waits = self.waits.clone();
        waits.begun.fetch_add(1, Ordering::Relaxed);
        let completion = Box::new(move |result: Result<(), _>| {
            let count = if result.is_ok() { &waits.ended } else { &waits.failed };
            count.fetch_add(1, Ordering::Relaxed);
        });
        let begun = match upload {
            true => self.session.wait_for_upload(completion),
            false => self.session.wait_for_download(completion),
        };
        begun.unwrap();
    }

    /// Closes the client in order, as a process that ends well does.
    pub fn shut_down(mut self, now: Instant, random: &mut Random) {
        drop(self.session);
        let acknowledged = self.client.begin_shutdown();
        self.worker.handle_input(now, Input::Wake);
        let _ = random.draw();
        while self.worker.poll_output().is_some() {}
        acknowledged.wait();
    }

    pub fn next_due(&self) -> Option<Instant> {
        self.jobs.iter().map(|(due, _)| *due).chain(self.worker.poll_timeout()).min()
    }

    pub fn is_due(&self, now: Instant) -> bool {
        self.next_due().is_some_and(|due| due <= now)
    }

    /// One step of what is due: database work begins, or the client hears that it is done, or a timer fires.
    pub fn handle_due(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        match self.jobs.iter().position(|(due, _)| *due <= now) {
            Some(at) => match self.jobs.remove(at).1 {
                Work::Begun(job) => self.jobs.insert(at, (now, Work::Done(job.run()))),
                Work::Done(done) => self.handle(now, Input::Done(done), wishes, random),
            },
            None => self.handle(now, Input::Timeout, wishes, random),
        }
    }

    pub fn connected(&mut self, now: Instant, id: ConnectionId, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.handle(now, Input::Connected(id), wishes, random);
    }

    pub fn message(
        &mut self,
        now: Instant,
        id: ConnectionId,
        bytes: &[u8],
        wishes: &mut Vec<Wish>,
        random: &mut Random,
    ) {
        self.handle(now, Input::Message(id, bytes), wishes, random);
    }

    pub fn disconnected(&mut self, now: Instant, id: ConnectionId, wishes: &mut Vec<Wish>, random: &mut Random) {
        let cause = Cause::ReadOrWrite("the network was cut".into());
        self.handle(now, Input::Disconnected(id, cause), wishes, random);
    }

    pub fn wake(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.handle(now, Input::Wake, wishes, random);
    }

    /// Sends the next frame, to a socket that takes everything; whether there was one.
    pub fn transmit(&mut self, now: Instant, id: ConnectionId, wishes: &mut Vec<Wish>, random: &mut Random) -> bool {
        let Some(frame) = self.worker.poll_transmit(now, id) else { return false };
        self.check(&frame);
        wishes.push(Wish::Send(id, frame));
        self.carry_out(now, wishes, random);
        true
    }

    fn check(&mut self, frame: &[u8]) {
        match ClientMessage::decode(frame).unwrap() {
            ClientMessage::Bind { session, .. } => {
                assert!(!self.stopped, "a stopped session binds");
                self.allowed.insert(session);
            }
            ClientMessage::Ident { session, download, file, .. } => {
                assert!(self.allowed.contains(&session), "a stopped session speaks");
                self.cursors.lock().identify(file, download);
            }
            ClientMessage::Mark { session, .. } | ClientMessage::JsonError { session, .. } => {
                assert!(self.allowed.contains(&session), "a stopped session speaks");
            }
            ClientMessage::Upload(upload) => {
                assert!(self.allowed.contains(&upload.session), "a stopped session uploads");
                self.cursors.lock().upload(upload.progress, upload.locked_server_version);
            }
            ClientMessage::Unbind { .. } | ClientMessage::Ping { .. } => {}
        }
    }

    fn handle(&mut self, now: Instant, input: Input<'_>, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.worker.handle_input(now, input);
        self.carry_out(now, wishes, random);
    }

    fn carry_out(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        while let Some(output) = self.worker.poll_output() {
            match output {
                Output::Connect(id, target) => {
                    assert_eq!(target.endpoint.host, "server");
                    wishes.push(Wish::Connect(id));
                }
                Output::Disconnect(id, _) => wishes.push(Wish::Disconnect(id)),
                Output::Flush(id) => while self.transmit(now, id, wishes, random) {},
                Output::Run(job) => {
                    let takes = Duration::from_micros(random.below(5_000));
                    self.jobs.push((now + takes, Work::Begun(job)));
                }
                Output::Notify(notice) => notice.deliver(),
                Output::Acknowledge(acknowledgement) => drop(acknowledgement),
                Output::Closed => {}
            }
        }
    }
}
