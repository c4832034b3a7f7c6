//! A server in a process of its own, and devices of it in this one.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU16, Ordering};
use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use realm_sync::client::{
    Backoff, ClientConfig, ConnectionState, Session, SessionError, SessionState, StopPolicy, SyncConfig, User,
    WaitError,
};
use realm_sync::net::SyncClient;
use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{ClassKey, Mode, OpenOptions, PropertyKey, Realm, StoreError};
use realm_sync::value::{ClientVersion, PrimaryKey, Value};

/// Far more than any step takes, so that what never happens fails a test instead of hanging it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// The object whose `count` everybody adds to.
pub const COUNTER: i64 = 0;

/// SplitMix64: the random choices of a test, by its seed.
pub struct Random(pub u64);

impl Random {
    /// With a seed that is printed, or taken from the variable SEED.
    pub fn seeded(test: &str) -> Random {
        let given = std::env::var("SEED").ok().and_then(|seed| seed.parse().ok());
        let since_epoch = std::time::UNIX_EPOCH.elapsed().unwrap();
        let seed = given.unwrap_or(since_epoch.as_nanos() as u64);
        println!("{test}: SEED={seed}");
        Random(seed)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

/// Does not compress well.
pub fn noise(size: usize) -> String {
    let mut random = Random(size as u64);
    (0..size).map(|_| char::from(b'!' + random.below(90) as u8)).collect()
}

/// An address of this machine that nobody listens on, and that no outgoing connection is given by the system.
pub fn free_address() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    loop {
        let port = 20_000 + (std::process::id() as u16 + NEXT.fetch_add(1, Ordering::Relaxed) * 97) % 12_000;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return format!("127.0.0.1:{port}");
        }
    }
}

pub struct Server {
    command: Command,
    child: Option<Child>,
    pub address: String,
}

impl Server {
    /// Without authentication, its data below `folder`.
    pub fn start(folder: &Path) -> Server {
        Server::with(folder, &["--dev"])
    }

    pub fn with(folder: &Path, arguments: &[&str]) -> Server {
        let mut server = Server::later(folder, arguments);
        server.run();
        server
    }

    /// A server that is not running yet, and its address.
    pub fn later(folder: &Path, arguments: &[&str]) -> Server {
        let address = free_address();
        let mut command = Command::new(env!("CARGO_BIN_EXE_realm-sync-server"));
        command.args(["serve", "--log", "off", "--listen", &address, "--data"]).arg(data(folder)).args(arguments);
        Server::of(command, address)
    }

    pub fn of(mut command: Command, address: String) -> Server {
        command.env_remove("REALM_SYNC_JWT_SECRET").stdout(Stdio::piped());
        Server { command, child: None, address }
    }

    pub fn run(&mut self) {
        let mut child = self.command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line.trim_end(), format!("listening on {}", self.address));
        self.child = Some(child);
    }

    /// As `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    pub fn url(&self) -> String {
        format!("ws://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Where a server of [`Server::with`] keeps its files.
pub fn data(folder: &Path) -> PathBuf {
    folder.join("server")
}

/// `Item` with an integer key, a text and a count.
pub fn schema() -> Schema {
    let property = |name: &str, property_type| Property {
        name: name.into(),
        property_type,
        collection: Collection::Single,
        nullable: false,
        indexed: false,
    };
    let text = property("text", PropertyType::String);
    let properties = vec![property("_id", PropertyType::Int), text, property("count", PropertyType::Int)];
    let class = Class { name: "Item".into(), kind: ClassKind::TopLevel, primary_key: Some("_id".into()), properties };
    Schema { classes: vec![class] }
}

/// An open realm with the class `Item`.
pub struct Items {
    pub realm: Realm,
    class: ClassKey,
    count: PropertyKey,
    text: PropertyKey,
}

impl Items {
    pub fn open(path: &Path) -> Items {
        Items::try_open(path).unwrap()
    }

    pub fn try_open(path: &Path) -> Result<Items, StoreError> {
        let clock = SyncClient::clock();
        let options = OpenOptions { path: path.into(), schema: Some(schema()), mode: Mode::Synced, clock };
        let realm = Realm::open(options)?;
        let class = realm.class_key("Item").unwrap();
        let property = |name| realm.property_key(class, name).unwrap();
        let (count, text) = (property("count"), property("text"));
        Ok(Items { realm, class, count, text })
    }

    /// Inside the open transaction: a new item, and one more on the counter.
    pub fn put(&mut self, key: i64, text: &str) -> Result<(), StoreError> {
        let (item, is_new) = self.realm.create(self.class, PrimaryKey::Int(key))?;
        assert!(is_new, "item {key} is there already");
        self.realm.set(self.class, item, self.text, Value::String(text.into()))?;
        let (counter, _) = self.realm.create(self.class, PrimaryKey::Int(COUNTER))?;
        self.realm.add_int(self.class, counter, self.count, 1)
    }

    pub fn commit(&mut self, key: i64) -> ClientVersion {
        self.try_commit(key, "").unwrap()
    }

    pub fn try_commit(&mut self, key: i64, text: &str) -> Result<ClientVersion, StoreError> {
        self.realm.begin()?;
        if let Err(error) = self.put(key, text) {
            self.realm.rollback()?;
            return Err(error);
        }
        Ok(self.realm.commit()?.version)
    }

    /// All items but the counter, in order.
    pub fn keys(&mut self) -> Vec<i64> {
        self.realm.refresh().unwrap();
        let objects = self.realm.object_keys(self.class).unwrap();
        let keys = objects.into_iter().map(|object| match self.realm.primary_key(self.class, object).unwrap() {
            PrimaryKey::Int(key) => key,
            other => panic!("{other:?}"),
        });
        let mut keys: Vec<i64> = keys.filter(|&key| key != COUNTER).collect();
        keys.sort_unstable();
        keys
    }

    /// What everybody added.
    pub fn sum(&mut self) -> i64 {
        self.realm.refresh().unwrap();
        let Some(counter) = self.realm.find(self.class, &PrimaryKey::Int(COUNTER)).unwrap() else { return 0 };
        match self.realm.get(self.class, counter, self.count).unwrap() {
            Value::Int(sum) => sum,
            other => panic!("{other:?}"),
        }
    }

    /// Every item is there, and was counted once.
    pub fn assert_holds(&mut self, keys: &[i64]) {
        assert_eq!(self.keys(), keys);
        assert_eq!(self.sum(), keys.len() as i64);
    }
}

/// Tries again within milliseconds.
pub fn hasty() -> ClientConfig {
    let (first_delay, max_delay) = (Duration::from_millis(5), Duration::from_millis(50));
    let backoff = Backoff { first_delay, max_delay, ..Backoff::default() };
    ClientConfig { backoff, ..ClientConfig::default() }
}

/// Tries again by itself after a day.
pub fn patient() -> ClientConfig {
    let day = Duration::from_secs(24 * 60 * 60);
    let backoff = Backoff { first_delay: day, max_delay: day, ..Backoff::default() };
    ClientConfig { backoff, ..ClientConfig::default() }
}

pub fn client(config: ClientConfig) -> SyncClient {
    SyncClient::open(config).unwrap()
}

pub fn nobody() -> User {
    User::new("nobody".into(), String::new())
}

/// What a callback said, in order.
pub struct Heard<T>(Receiver<T>);

impl<T> Heard<T> {
    pub fn channel() -> (Mutex<Sender<T>>, Heard<T>) {
        let (sender, receiver) = channel();
        (Mutex::new(sender), Heard(receiver))
    }

    pub fn next(&self) -> T {
        self.0.recv_timeout(PATIENCE).expect("nothing came")
    }

    pub fn until(&self, wanted: impl Fn(&T) -> bool) -> T {
        std::iter::repeat_with(|| self.next()).find(wanted).expect("endless")
    }

    pub fn so_far(&self) -> Vec<T> {
        self.0.try_iter().collect()
    }
}

/// A realm with its session.
pub struct Device {
    pub items: Items,
    pub session: Session,
    pub errors: Heard<SessionError>,
}

impl Device {
    pub fn open(client: &SyncClient, path: &Path, user: &User, url: &str, partition: &str) -> Device {
        let items = Items::open(path);
        let (session, errors) = session(client, path, user, url, partition);
        Device { items, session, errors }
    }

    /// A new item, told to the session.
    pub fn commit(&mut self, key: i64) -> ClientVersion {
        let version = self.items.commit(key);
        self.session.notify_commit(version);
        version
    }

    pub fn upload(&self) {
        let waited = begin_upload(&self.session).next();
        assert_eq!(waited, Ok(()), "{:?}", self.errors.so_far());
    }

    pub fn download(&self) {
        let waited = begin_download(&self.session).next();
        assert_eq!(waited, Ok(()), "{:?}", self.errors.so_far());
    }

    pub fn sync(&self) {
        self.upload();
        self.download();
    }
}

/// A session of a file that exists, and its errors.
pub fn session(
    client: &SyncClient,
    path: &Path,
    user: &User,
    url: &str,
    partition: &str,
) -> (Session, Heard<SessionError>) {
    let (sender, errors) = Heard::channel();
    let on_error = move |error: &SessionError| tell(&sender, error.clone());
    let config = SyncConfig {
        user: user.clone(),
        url: url.into(),
        partition: partition.into(),
        syncs_while_metered: true,
        stop_policy: StopPolicy::Immediately,
        on_error: Some(Arc::new(on_error)),
        reset: realm_sync::client::ResetConfig::default(),
    };
    (client.session(path, config).unwrap(), errors)
}

/// To a test that may have stopped listening.
fn tell<T>(sender: &Mutex<Sender<T>>, what: T) {
    let _ = sender.lock().unwrap().send(what);
}

pub type Waited = Heard<Result<(), WaitError>>;

pub fn begin_upload(session: &Session) -> Waited {
    let (sender, heard) = Heard::channel();
    session.wait_for_upload(Box::new(move |result| tell(&sender, result))).unwrap();
    heard
}

pub fn begin_download(session: &Session) -> Waited {
    let (sender, heard) = Heard::channel();
    session.wait_for_download(Box::new(move |result| tell(&sender, result))).unwrap();
    heard
}

/// The states that the session's connection goes through from now on. The token keeps the callback.
pub fn connection_states(session: &Session) -> (Heard<ConnectionState>, realm_sync::client::CallbackToken) {
    let (sender, heard) = Heard::channel();
    let callback = move |_: ConnectionState, new: ConnectionState| tell(&sender, new);
    (heard, session.add_connection_state_callback(Arc::new(callback)))
}

/// The states that the session goes through from now on. The token keeps the callback.
pub fn session_states(session: &Session) -> (Heard<SessionState>, realm_sync::client::CallbackToken) {
    let (sender, heard) = Heard::channel();
    let callback = move |_: SessionState, new: SessionState| tell(&sender, new);
    (heard, session.add_state_callback(Arc::new(callback)))
}

/// Tells threads to end, also where the test panics: it would wait for them.
pub struct Ends<'a>(pub &'a AtomicBool);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

/// Looks again and again until it is so.
pub fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = std::time::Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::park_timeout(Duration::from_millis(1));
    }
}

/// Runs it on a thread of its own, and fails instead of waiting for ever.
pub fn within_patience<T: Send + 'static>(what: &str, run: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    let thread = std::thread::spawn(move || {
        let _ = sender.send(run());
    });
    match receiver.recv_timeout(PATIENCE) {
        Ok(result) => result,
        Err(_) if thread.is_finished() => panic!("{what}: it panicked"),
        Err(_) => panic!("not within {PATIENCE:?}: {what}"),
    }
}
