//! A server in a process of its own, and clients of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

use realm_sync::client::{ClientConfig, ClosedError, Completion, Session, StopPolicy, SyncConfig, User};
use realm_sync::net::SyncClient;

use crate::item::Items;

pub struct Server {
    process: Child,
    pub url: String,
    /// One for all sessions, so that those of a client share a connection.
    user: User,
}

impl Server {
    pub fn start(folder: &Path) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_realm-sync-server"))
            .args(["serve", "--dev", "--max-sessions", "10000", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("server"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starting the server");
        let mut line = String::new();
        let output = process.stdout.take().expect("the server's output is read");
        BufReader::new(output).read_line(&mut line).expect("the server says where it listens");
        let address = line.split_whitespace().last().expect("an address").to_owned();
        Server { process, url: format!("ws://{address}"), user: User::new("bench".into(), String::new()) }
    }

    /// Bytes that this process sent to the server and received from it on the sockets open now, as the kernel counts
    /// TCP payload; `None` where `ss` is not installed.
    pub fn wire_bytes(&self) -> Option<(u64, u64)> {
        let address = self.url.trim_start_matches("ws://");
        let listing = Command::new("ss").args(["-tinH", "dst", address]).output().ok()?;
        let listing = String::from_utf8_lossy(&listing.stdout).into_owned();
        let sum = |name: &str| {
            listing.split_whitespace().filter_map(|word| word.strip_prefix(name)?.parse::<u64>().ok()).sum()
        };
        Some((sum("bytes_sent:"), sum("bytes_received:")))
    }

    pub fn sync_config(&self, partition: &str) -> SyncConfig {
        SyncConfig {
            user: self.user.clone(),
            url: self.url.clone(),
            partition: partition.into(),
            syncs_while_metered: true,
            stop_policy: StopPolicy::Immediately,
            on_error: None,
            reset: realm_sync::client::ResetConfig::default(),
        }
    }

    /// Client ends of connections to the server, as the kernel lists them: those that were not closed, and those that were but
    /// whose last bytes the server's end has not acknowledged.
    pub fn sockets(&self) -> Sockets {
        const OPEN: [&str; 3] = ["01", "02", "08"];
        const CLOSED: &str = "04";
        let port = self.url.rsplit(':').next().and_then(|port| port.parse().ok()).unwrap_or(0u16);
        let remote = format!(":{port:04X}");
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap_or_default();
        let mut sockets = Sockets::default();
        for line in table.lines() {
            let [_, from, to, state, queues, ..] = line.split_whitespace().collect::<Vec<_>>()[..] else { continue };
            let Some(port) = from.rsplit(':').next().and_then(|port| u16::from_str_radix(port, 16).ok()) else {
                continue;
            };
            if to.ends_with(&remote) && OPEN.contains(&state) {
                sockets.open.push(port);
            } else if to.ends_with(&remote) && state == CLOSED && !queues.starts_with("00000001:") {
                sockets.closing.push(port);
            }
        }
        sockets
    }

    /// CPU time of the server so far, in seconds.
    pub fn cpu_s(&self) -> f64 {
        cpu_s(&format!("/proc/{}/stat", self.process.id()))
    }
}

/// Ports of client ends.
#[derive(Default)]
pub struct Sockets {
    pub open: Vec<u16>,
    pub closing: Vec<u16>,
}

impl Drop for Server {
    fn drop(&mut self) {
        // The run is over: a server that is gone already is as good as one that goes now.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// CPU time of this process so far, in seconds.
pub fn own_cpu_s() -> f64 {
    cpu_s("/proc/self/stat")
}

fn cpu_s(stat: &str) -> f64 {
    let text = std::fs::read_to_string(stat).unwrap_or_default();
    let fields: Vec<&str> = text.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: f64 = fields.iter().skip(11).take(2).filter_map(|field| field.parse::<f64>().ok()).sum();
    ticks / 100.0
}

/// A session with a client of its own.
pub struct Link {
    pub session: Session,
    client: SyncClient,
}

impl Link {
    /// Of the realm file at `path`, which exists.
    pub fn open(path: &Path, server: &Server) -> Link {
        let client = SyncClient::open(ClientConfig::default()).expect("opening the client");
        let session = client.session(path, server.sync_config("bench")).expect("opening the session");
        Link { session, client }
    }

    pub fn upload(&self) {
        upload_all([&self.session]);
    }

    pub fn download(&self) {
        download_all([&self.session]);
    }

    pub fn close(self) {
        drop(self.session);
        self.client.close();
    }
}

/// Waits for the uploads of all, at the same time.
pub fn upload_all<'a>(sessions: impl IntoIterator<Item = &'a Session>) {
    wait_for_all(sessions, Session::wait_for_upload);
}

/// Waits for the downloads of all, at the same time.
pub fn download_all<'a>(sessions: impl IntoIterator<Item = &'a Session>) {
    wait_for_all(sessions, Session::wait_for_download);
}

fn wait_for_all<'a>(
    sessions: impl IntoIterator<Item = &'a Session>,
    wait: fn(&Session, Completion) -> Result<(), ClosedError>,
) {
    let (sender, done) = channel();
    for session in sessions {
        let sender = sender.clone();
        let completion = Box::new(move |result| sender.send(result).expect("somebody waits"));
        wait(session, completion).expect("the client is open");
    }
    drop(sender);
    done.into_iter().for_each(|result| result.expect("what was waited for happens"));
}

/// A device with the class `Item`.
pub struct Device {
    pub items: Items,
    pub link: Link,
}

impl Device {
    pub fn open(path: PathBuf, server: &Server) -> Device {
        let items = Items::open(&path);
        let link = Link::open(&path, server);
        Device { items, link }
    }

    pub fn commit(&mut self, range: std::ops::Range<i64>) {
        let version = self.items.commit(range);
        self.link.session.notify_commit(version);
    }

    /// A transaction that sets the `count` of one item.
    pub fn set_count(&mut self, id: i64, count: i64) {
        let version = self.items.set_count(id, count);
        self.link.session.notify_commit(version);
    }

    pub fn upload(&self) {
        self.link.upload();
    }

    pub fn download(&self) {
        self.link.download();
    }

    pub fn count(&mut self) -> u64 {
        self.items.realm.size(self.items.class).expect("counting")
    }

    pub fn close(self) {
        self.link.close();
    }
}
