//! A server without sockets, spoken to in the protocol's own words.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use realm_sync::protocol::handshake::ProtocolVersion;
use realm_sync::protocol::{Body, ClientMessage, DownloadEntries, ServerMessage, Upload, UploadEntry};
use realm_sync::server::{Access, ConnectionId, Hub, HubOutput, Limits, SeededRandom};
use realm_sync::value::{
    ClientVersion, Clock, FileIdent, Instant, OriginTimestamp, ServerVersion, SessionIdent, UploadCursor,
};

/// Stands still until the world moves it.
pub struct ManualClock(AtomicU64);

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::default()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        OriginTimestamp(self.0.load(Ordering::Relaxed))
    }
}

pub struct World {
    hub: Option<Hub>,
    limits: Limits,
    clock: Arc<ManualClock>,
    starts: u64,
    pub now: Instant,
    pub folder: tempfile::TempDir,
    heard: BTreeMap<ConnectionId, Vec<Vec<u8>>>,
    closed: HashSet<ConnectionId>,
}

/// One changeset to upload: client version, base, timestamp, bytes.
pub type Change<'a> = (u64, u64, u64, &'a [u8]);

impl World {
    pub fn new() -> World {
        World::with_limits(Limits::default())
    }

    pub fn with_limits(limits: Limits) -> World {
        let folder = tempfile::tempdir().unwrap();
        let mut world = World {
            hub: None,
            limits,
            starts: 0,
            clock: Arc::new(ManualClock(AtomicU64::new(375_325_163_207))),
            now: Instant::default(),
            folder,
            heard: BTreeMap::new(),
            closed: HashSet::new(),
        };
        world.start(7);
        world
    }

    fn start(&mut self, seed: u64) {
        let random = Box::new(SeededRandom::new(seed));
        let hub = Hub::open(self.folder.path(), self.limits.clone(), self.clock.clone(), random);
        self.hub = Some(hub.unwrap());
    }

    /// The server is gone without a word, and another one starts on the same folder.
    pub fn restart(&mut self) {
        self.hub = None;
        self.start(8);
    }

    pub fn hub(&mut self) -> &mut Hub {
        self.hub.as_mut().unwrap()
    }

    pub fn connect(&mut self) -> ConnectionId {
        self.connect_as(14, Access::unrestricted())
    }

    pub fn connect_as(&mut self, version: u8, access: Access) -> ConnectionId {
        let (now, version) = (self.now, ProtocolVersion::new(version).unwrap());
        self.hub().connect(now, version, access)
    }

    /// Delivers a message without letting the server act on it yet.
    pub fn put(&mut self, id: ConnectionId, message: impl AsRef<[u8]>) {
        let now = self.now;
        self.hub().handle_message(now, id, message.as_ref());
    }

    /// Delivers a message and lets the server do all that follows from it.
    pub fn say(&mut self, id: ConnectionId, message: impl AsRef<[u8]>) {
        self.put(id, message);
        self.pump();
    }

    pub fn advance(&mut self, by: Duration) {
        self.now = self.now + by;
        let now = self.now;
        self.hub().handle_timeout(now);
        self.pump();
    }

    /// That much later the server looks for history to trim. Connections stay: nobody minds their silence here.
    pub fn days_pass(&mut self, days: u64) {
        self.clock.0.fetch_add(days * 86_400_000, Ordering::Relaxed);
        self.hub().check_history();
        self.pump();
    }

    /// The server is gone, this is done to its files, and another one starts.
    pub fn restart_after(&mut self, act: impl FnOnce() -> std::io::Result<u64>) {
        self.hub = None;
        act().unwrap();
        self.starts += 1;
        self.start(100 + self.starts);
    }

    pub fn disconnect(&mut self, id: ConnectionId) {
        self.hub().disconnect(id);
        self.pump();
    }

    pub fn pump(&mut self) {
        loop {
            let now = self.now;
            match self.hub().poll_output(now) {
                HubOutput::Send(id, frame) => self.heard.entry(id).or_default().push(frame),
                HubOutput::Close(id) => {
                    self.closed.insert(id);
                }
                HubOutput::Timeout(_) => return,
            }
        }
    }

    pub fn is_closed(&self, id: ConnectionId) -> bool {
        self.closed.contains(&id)
    }

    /// All frames since the last time.
    pub fn hear_frames(&mut self, id: ConnectionId) -> Vec<Vec<u8>> {
        self.pump();
        self.heard.remove(&id).unwrap_or_default()
    }

    /// What was said since the last time, log messages left out: headers, and of errors only `error CODE SESSION`.
    pub fn hear(&mut self, id: ConnectionId) -> Vec<String> {
        let frames = self.hear_frames(id);
        frames.iter().filter_map(|frame| headline(frame)).collect()
    }

    /// Binds a new client file and returns its ident and salt as text; the first DOWNLOAD is heard.
    pub fn bind_new(&mut self, id: ConnectionId, session: u64, path: &str) -> String {
        self.say(id, bind(session, path, true));
        let heard = self.hear(id);
        let prefix = format!("ident {session} ");
        let file = heard.iter().find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned();
        self.say(id, format!("ident {session} {file} 0 0 0 0\n"));
        let heard = self.hear(id);
        assert!(heard.iter().any(|line| line.starts_with(&format!("download {session} "))), "{heard:?}");
        file
    }
}

pub fn bind(session: u64, path: &str, needs_file_ident: bool) -> String {
    format!("bind {session} {} 0 {} 0\n{path}", path.len(), u8::from(needs_file_ident))
}

/// An UPLOAD with these changesets, and the last two as progress and locked version.
pub fn upload(session: u64, changes: &[Change<'_>], progress: (u64, u64), locked: u64) -> Vec<u8> {
    let mut body = Vec::new();
    for &(client_version, base, timestamp, bytes) in changes {
        let entry = UploadEntry {
            client_version: ClientVersion(client_version),
            server_version: ServerVersion(base),
            origin_timestamp: OriginTimestamp(timestamp),
            origin_file_ident: FileIdent::NONE,
            changeset: bytes.into(),
        };
        entry.append_to(&mut body);
    }
    ClientMessage::Upload(Upload {
        session: SessionIdent(session),
        progress: UploadCursor { client_version: ClientVersion(progress.0), server_version: ServerVersion(progress.1) },
        locked_server_version: ServerVersion(locked),
        body: Body::pack(body),
    })
    .encode()
}

fn headline(frame: &[u8]) -> Option<String> {
    match ServerMessage::decode(frame).unwrap() {
        ServerMessage::LogMessage { .. } => None,
        ServerMessage::Error { session, code, .. } | ServerMessage::JsonError { session, code, .. } => {
            Some(format!("error {} {session}", code.number()))
        }
        ServerMessage::Download(download) => {
            let progress = download.progress;
            let body = download.body.inflate(1 << 30).unwrap();
            let entries = DownloadEntries::new(&body).map(|entry| entry.unwrap().server_version.to_string());
            Some(format!(
                "download {} at {} {} of {} up {} {}: {}",
                download.session,
                progress.download.server_version,
                progress.download.client_version,
                progress.latest_server_version.version,
                progress.upload.client_version,
                progress.upload.server_version,
                entries.collect::<Vec<_>>().join(" ")
            ))
        }
        ServerMessage::Ident { .. }
        | ServerMessage::Mark { .. }
        | ServerMessage::Unbound { .. }
        | ServerMessage::Pong { .. } => Some(String::from_utf8(frame.to_vec()).unwrap().trim_end().to_owned()),
    }
}
