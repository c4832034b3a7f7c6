//! A device: a realm file, a client that drives its session, and an application that writes.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{
    Acknowledged, Client, ClientConfig, ConnectionId, Input, Job, JobDone, Network, Output, ResetConfig, Session,
    SessionState, StopPolicy, SyncConfig, TokenRequest, User, Worker,
};
use realm_sync::protocol::ClientMessage;
use realm_sync::schema::Schema;
use realm_sync::store::{Mode, OpenOptions, Realm, ResetMode};
use realm_sync::sync::{Cause, Random};
use realm_sync::value::{Clock, Instant, SessionIdent};

use crate::authority::Authority;
use crate::cursors::Cursors;
use crate::thing;

/// What the first and the second realm of a device are called on the server.
pub const PARTITIONS: [&str; 2] = ["world", "other"];

pub struct Device {
    pub number: usize,
    pub path: PathBuf,
    /// What it does when the server refuses what it has.
    pub reset: ResetMode,
    /// What its application declares when it starts.
    pub schema: Schema,
    /// How many realms it syncs, one or two.
    pub realm_count: usize,
    /// Who issues its access tokens; without one the server takes any.
    pub authority: Option<Arc<Authority>>,
    clock: Arc<dyn Clock>,
    pub running: Option<Running>,
    /// Amounts that committed transactions of each realm added to the object that is never erased.
    pub added: [i64; 2],
    cursors: [Arc<Mutex<Cursors>>; 2],
}

/// A realm that a process has open.
pub struct Open {
    pub realm: Realm,
    pub session: Session,
    stopped: bool,
    cursors: Arc<Mutex<Cursors>>,
}

/// What dies with the process.
pub struct Running {
    /// The realms, on one client.
    pub open: Vec<Open>,
    user: User,
    client: Client,
    worker: Worker,
    jobs: Vec<(Instant, Work)>,
    /// Sessions on the wire since the last stop or log out, and their realms; no other may say anything but UNBIND.
    allowed: HashMap<SessionIdent, usize>,
    authority: Option<Arc<Authority>>,
    /// Tokens that were asked for just now.
    asked: Arc<Mutex<Vec<TokenRequest>>>,
    /// Database work is executing right now.
    is_working: bool,
    /// A stop during such work, which may wait for it.
    stopping: Option<JoinHandle<()>>,
    pub waits: Arc<Waits>,
}

/// What is under way on a device.
enum Work {
    Begun(Job),
    /// It took effect in the file; the client has not heard of it.
    Done(JobDone),
    /// The application answers.
    Answer(TokenRequest),
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
    Connect(ConnectionId, String),
    Disconnect(ConnectionId),
    Send(ConnectionId, Vec<u8>),
}

impl Device {
    pub fn new(number: usize, folder: &Path, schema: Schema, clock: Arc<dyn Clock>) -> Device {
        let path = folder.join(format!("device-{number}.realm"));
        Device {
            number,
            path,
            reset: ResetMode::RecoverOrDiscard,
            schema,
            realm_count: 1,
            authority: None,
            clock,
            running: None,
            added: [0; 2],
            cursors: Default::default(),
        }
    }

    fn path_of(&self, realm: usize) -> PathBuf {
        match realm {
            0 => self.path.clone(),
            _ => self.path.with_file_name(format!("other-of-{}.realm", self.number)),
        }
    }

    /// Starts the process and opens the realms.
    pub fn boot(&mut self, seed: u64) {
        assert!(self.running.is_none());
        let (client, worker) = Client::new(ClientConfig::default(), self.clock.clone(), seed, Box::new(|| {})).unwrap();
        let user = User::new(format!("user-{}", self.number), "e30.e30.old".into());
        let asked = Arc::<Mutex<Vec<TokenRequest>>>::default();
        if self.authority.is_some() {
            let asked = asked.clone();
            user.set_token_callback(Some(Arc::new(move |request| asked.lock().push(request))));
        }
        let open = (0..self.realm_count).map(|realm| self.open(realm, &client, &user)).collect();
        self.running = Some(Running {
            open,
            user,
            client,
            worker,
            jobs: Vec::new(),
            allowed: HashMap::new(),
            authority: self.authority.clone(),
            asked,
            is_working: false,
            stopping: None,
            waits: Arc::default(),
        });
    }

    fn open(&self, number: usize, client: &Client, user: &User) -> Open {
        let path = self.path_of(number);
        let options = OpenOptions {
            path: path.clone(),
            schema: Some(self.schema.clone()),
            mode: Mode::Synced,
            clock: self.clock.clone(),
        };
        let realm = Realm::open(options).unwrap();
        let config = SyncConfig {
            user: user.clone(),
            url: "ws://server".into(),
            partition: PARTITIONS[number].into(),
            syncs_while_metered: number == 0,
            stop_policy: StopPolicy::Immediately,
            on_error: None,
            reset: ResetConfig { mode: self.reset, ..ResetConfig::default() },
        };
        let session = client.session(&path, config).unwrap();
        Open { realm, session, stopped: false, cursors: self.cursors[number].clone() }
    }

    /// The process dies: nothing is said to anybody.
    pub fn kill(&mut self) {
        self.running = None;
    }

    /// One transaction that makes an object, and adds to the one that is never erased.
    pub fn put(&mut self, id: i64) {
        let Some(running) = &mut self.running else { return };
        let Open { realm, session, .. } = &mut running.open[0];
        session.notify_commit(thing::put(realm, id));
        self.added[0] += 1;
    }

    /// One transaction of a few random writes; a process that is down writes nothing.
    pub fn write(&mut self, number: usize, random: &mut Random) {
        let Some(running) = &mut self.running else { return };
        let Open { realm, session, .. } = &mut running.open[number];
        let (version, added) = thing::write(realm, random);
        session.notify_commit(version);
        self.added[number] += added;
    }
}

impl Running {
    /// The first realm.
    pub fn realm(&mut self) -> &mut Realm {
        &mut self.open[0].realm
    }

    /// Its session.
    pub fn session(&self) -> &Session {
        &self.open[0].session
    }

    /// Stops the session of a realm; what it says from now on is checked.
    pub fn stop(&mut self, number: usize, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        match self.is_working {
            false => {
                let acknowledged = self.open[number].session.begin_stop();
                self.handle(now, Input::Wake, wishes, random);
                acknowledged.wait();
            }
            true => {
                let session = self.open[number].session.clone();
                self.stopping = Some(std::thread::spawn(move || session.stop()));
                while self.open[number].session.state() != SessionState::Paused {
                    std::thread::yield_now();
                }
                // Not before it let go of what it told the client under.
                let _ = self.open[number].session.last_error();
                self.handle(now, Input::Wake, wishes, random);
            }
        }
        self.open[number].stopped = true;
        self.allowed.retain(|_, of| *of != number);
    }

    pub fn start(&mut self, number: usize, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.open[number].session.start();
        self.open[number].stopped = false;
        self.handle(now, Input::Wake, wishes, random);
    }

    pub fn log_out(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        let acknowledged = self.user.begin_log_out();
        self.handle(now, Input::Wake, wishes, random);
        acknowledged.into_iter().for_each(Acknowledged::wait);
        self.allowed.clear();
    }

    /// With a token that the server takes now.
    pub fn log_in(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        let token = self.authority.as_ref().map_or_else(String::new, |authority| authority.issue(now, random));
        self.user.log_in(token);
        self.handle(now, Input::Wake, wishes, random);
    }

    /// What the host says of the network.
    pub fn tell_network(&mut self, network: Network, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.client.set_network(network);
        self.handle(now, Input::Wake, wishes, random);
    }

    pub fn reconnect(&mut self, now: Instant, wishes: &mut Vec<Wish>, random: &mut Random) {
        self.client.reconnect_all();
        self.handle(now, Input::Wake, wishes, random);
    }

    pub fn is_working(&self) -> bool {
        self.is_working
    }

    /// Database work that is due, for somebody else to execute.
    pub fn take_work(&mut self, now: Instant) -> Option<Job> {
        let at = self.jobs.iter().position(|(due, work)| *due <= now && matches!(work, Work::Begun(_)))?;
        let Work::Begun(job) = self.jobs.remove(at).1 else { return None };
        self.is_working = true;
        Some(job)
    }

    /// It took effect; whoever stops the session has stopped it now.
    pub fn end_work(&mut self, now: Instant, done: JobDone) {
        self.is_working = false;
        if let Some(stopping) = self.stopping.take() {
            stopping.join().unwrap();
        }
        self.jobs.insert(0, (now, Work::Done(done)));
    }

    /// Begins a wait in each realm for everything written so far, or for everything the server has.
    pub fn wait(&mut self, upload: bool) {
        for Open { session, .. } in &self.open {
            let waits = self.waits.clone();
            waits.begun.fetch_add(1, Ordering::Relaxed);
            let completion = Box::new(move |result: Result<(), _>| {
                let count = if result.is_ok() { &waits.ended } else { &waits.failed };
                count.fetch_add(1, Ordering::Relaxed);
            });
            let begun = match upload {
                true => session.wait_for_upload(completion),
                false => session.wait_for_download(completion),
            };
            begun.unwrap();
        }
    }

    /// Closes the client in order, as a process that ends well does.
    pub fn shut_down(mut self, now: Instant, random: &mut Random) {
        drop(self.open);
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
                Work::Answer(request) => {
                    self.answer(&request, now, random);
                    self.handle(now, Input::Wake, wishes, random);
                }
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

    pub fn disconnected(
        &mut self,
        now: Instant,
        id: ConnectionId,
        cause: Cause,
        wishes: &mut Vec<Wish>,
        random: &mut Random,
    ) {
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

    fn answer(&self, request: &TokenRequest, now: Instant, random: &mut Random) {
        match &self.authority {
            Some(authority) if random.below(6) > 0 => request.complete(authority.issue(now, random)),
            Some(_) | None => request.fail("no network".into()),
        }
    }

    fn check(&mut self, frame: &[u8]) {
        match ClientMessage::decode(frame).unwrap() {
            ClientMessage::Bind { session, path, .. } => {
                let number = PARTITIONS.iter().position(|partition| partition.as_bytes() == &*path).unwrap();
                assert!(!self.open[number].stopped, "a stopped session binds");
                assert!(self.user.is_logged_in(), "a session binds whose user is logged out");
                self.allowed.insert(session, number);
            }
            ClientMessage::Ident { session, download, file, .. } => {
                self.speaker(session).cursors.lock().identify(file, download);
            }
            ClientMessage::Mark { session, .. } | ClientMessage::JsonError { session, .. } => {
                self.speaker(session);
            }
            ClientMessage::Upload(upload) => {
                let speaker = self.speaker(upload.session);
                speaker.cursors.lock().upload(upload.progress, upload.locked_server_version);
            }
            ClientMessage::Unbind { .. } | ClientMessage::Ping { .. } => {}
        }
    }

    /// The realm of a session that speaks.
    fn speaker(&self, session: SessionIdent) -> &Open {
        let number = self.allowed.get(&session).expect("no session speaks that is stopped or logged out");
        &self.open[*number]
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
                    wishes.push(Wish::Connect(id, target.access_token));
                }
                Output::Disconnect(id, _) => wishes.push(Wish::Disconnect(id)),
                Output::Flush(id) => while self.transmit(now, id, wishes, random) {},
                Output::Run(job) => {
                    let takes = Duration::from_micros(random.below(5_000));
                    self.jobs.push((now + takes, Work::Begun(job)));
                }
                Output::Notify(notice) => {
                    notice.deliver();
                    let asked: Vec<TokenRequest> = self.asked.lock().drain(..).collect();
                    for request in asked {
                        let takes = Duration::from_millis(random.below(1_500));
                        self.jobs.push((now + takes, Work::Answer(request)));
                    }
                }
                Output::Acknowledge(acknowledgement) => drop(acknowledgement),
                Output::Closed => {}
            }
        }
    }
}
