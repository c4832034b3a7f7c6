//! A server in a process of its own, and clients of it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::channel;

use realm_sync::client::{ClientConfig, Session, StopPolicy, SyncConfig, User};
use realm_sync::net::SyncClient;

use crate::item::Items;

pub struct Server {
    process: Child,
    pub url: String,
}

impl Server {
    pub fn start(folder: &Path) -> Server {
        let mut process = Command::new(env!("CARGO_BIN_EXE_realm-sync-server"))
            .args(["serve", "--dev", "--listen", "127.0.0.1:0", "--data"])
            .arg(folder.join("server"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("starting the server");
        let mut line = String::new();
        let output = process.stdout.take().expect("the server's output is read");
        BufReader::new(output).read_line(&mut line).expect("the server says where it listens");
        let address = line.split_whitespace().last().expect("an address").to_owned();
        Server { process, url: format!("ws://{address}") }
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

    /// CPU time of the server so far, in seconds.
    pub fn cpu_s(&self) -> f64 {
        cpu_s(&format!("/proc/{}/stat", self.process.id()))
    }
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

/// A device with the class `Item`.
pub struct Device {
    pub items: Items,
    pub session: Session,
    client: SyncClient,
}

impl Device {
    pub fn open(path: PathBuf, server: &Server) -> Device {
        let items = Items::open(&path);
        let client = SyncClient::open(ClientConfig::default()).expect("opening the client");
        let config = SyncConfig {
            user: User::new("bench".into(), String::new()),
            url: server.url.clone(),
            partition: "bench".into(),
            stop_policy: StopPolicy::Immediately,
            on_error: None,
        };
        let session = client.session(&path, config).expect("opening the session");
        Device { items, session, client }
    }

    pub fn commit(&mut self, range: std::ops::Range<i64>) {
        let version = self.items.commit(range);
        self.session.notify_commit(version);
    }

    pub fn upload(&self) {
        let (sender, done) = channel();
        let completion = Box::new(move |result| sender.send(result).expect("somebody waits"));
        self.session.wait_for_upload(completion).expect("the client is open");
        done.recv().expect("the wait ends").expect("the upload succeeds");
    }

    pub fn download(&self) {
        let (sender, done) = channel();
        let completion = Box::new(move |result| sender.send(result).expect("somebody waits"));
        self.session.wait_for_download(completion).expect("the client is open");
        done.recv().expect("the wait ends").expect("the download succeeds");
    }

    pub fn count(&mut self) -> u64 {
        self.items.realm.size(self.items.class).expect("counting")
    }

    pub fn close(self) {
        drop(self.session);
        self.client.close();
    }
}
