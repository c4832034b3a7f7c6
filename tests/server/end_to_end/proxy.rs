//! Stands between clients and a server, passes every byte on, and writes down every message.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::thread;

use realm_sync::client::Session;
use realm_sync::protocol::{ClientMessage, ServerMessage};
use realm_sync::value::{ClientVersion, RequestIdent};

use super::rig::{eventually, PATIENCE};

/// What passed, in the order in which it did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passed {
    /// Counts the connections of the proxy.
    pub connection: usize,
    pub what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    Opened,
    /// From a client: the session's number on the wire, 0 for a PING.
    Up(u64, Said),
    /// From a server: its first line.
    Down(String),
    /// The client closed its side; whether in the middle of a frame.
    Closed {
        is_cut: bool,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Bind(String),
    Ident,
    /// The local version up to which everything is sent.
    Upload(ClientVersion),
    Mark(RequestIdent),
    Unbind,
    Ping,
    Error,
}

#[derive(Default)]
struct Log {
    passed: Mutex<Vec<Passed>>,
    changed: Condvar,
    /// Whether bytes from clients are left in their sockets.
    is_shut: Mutex<bool>,
    opened: Condvar,
}

pub struct Proxy {
    log: Arc<Log>,
    pub url: String,
}

impl Proxy {
    /// Serves until the process ends.
    pub fn to(server: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        let (log, server) = (Arc::<Log>::default(), server.to_owned());
        let shared = log.clone();
        thread::spawn(move || {
            for (connection, client) in listener.incoming().enumerate() {
                connect(connection, client.unwrap(), &server, &shared);
            }
        });
        Proxy { log, url }
    }

    pub fn passed(&self) -> Vec<Passed> {
        self.log.passed.lock().unwrap().clone()
    }

    pub fn count(&self) -> usize {
        self.log.passed.lock().unwrap().len()
    }

    /// Waits until this finds what it looks for in everything that passed.
    pub fn wait<T>(&self, what: &str, find: impl Fn(&[Passed]) -> Option<T>) -> T {
        let mut passed = self.log.passed.lock().unwrap();
        loop {
            if let Some(found) = find(&passed) {
                return found;
            }
            let (next, waited) = self.log.changed.wait_timeout(passed, PATIENCE).unwrap();
            passed = next;
            let tail = passed.len().saturating_sub(30);
            assert!(!waited.timed_out(), "no {what}; last: {:#?}", &passed[tail..]);
        }
    }

    /// Returns when the client has dealt with everything that passed down to it before: two more PINGs go out, and the
    /// second is said only after the answer to the first was read. The session must run on the same connection.
    pub fn wait_until_read(&self, session: &Session) {
        for _ in 0..2 {
            let from = self.count();
            eventually("a PING passes", || {
                session.start();
                self.passed()[from..].iter().any(|event| matches!(&event.what, What::Up(_, Said::Ping)))
            });
        }
    }

    /// From now on nothing is read from clients, until [`Proxy::open`].
    pub fn shut(&self) {
        *self.log.is_shut.lock().unwrap() = true;
    }

    /// What clients have sent and the proxy not yet read, as far as it lies in the clients' own buffers.
    pub fn unread_bytes(&self) -> u64 {
        let port: u16 = self.url.rsplit(':').next().unwrap().parse().unwrap();
        let table = std::fs::read_to_string("/proc/self/net/tcp").unwrap();
        let queued = table.lines().filter_map(|line| {
            let fields: Vec<&str> = line.split_whitespace().collect();
            let is_client = fields.get(2)?.ends_with(&format!(":{port:04X}"));
            is_client.then(|| u64::from_str_radix(fields[4].split(':').next().unwrap(), 16).unwrap())
        });
        queued.sum()
    }

    pub fn open(&self) {
        *self.log.is_shut.lock().unwrap() = false;
        self.log.opened.notify_all();
    }
}

impl Log {
    fn add(&self, connection: usize, what: What) {
        self.passed.lock().unwrap().push(Passed { connection, what });
        self.changed.notify_all();
    }

    fn wait_until_open(&self) {
        let mut is_shut = self.is_shut.lock().unwrap();
        while *is_shut {
            is_shut = self.opened.wait(is_shut).unwrap();
        }
    }
}

fn connect(connection: usize, client: TcpStream, server: &str, log: &Arc<Log>) {
    log.add(connection, What::Opened);
    let Ok(server) = TcpStream::connect(server) else { return };
    client.set_nodelay(true).unwrap();
    server.set_nodelay(true).unwrap();
    let (from, to, shared) = (client.try_clone().unwrap(), server.try_clone().unwrap(), log.clone());
    thread::spawn(move || {
        let mut frames = Frames::default();
        pass(
            from,
            to,
            || shared.wait_until_open(),
            |bytes| {
                frames.read(bytes, |message| shared.add(connection, up(message)));
            },
        );
        shared.add(connection, What::Closed { is_cut: frames.is_cut() });
    });
    let log = log.clone();
    thread::spawn(move || {
        let mut frames = Frames::default();
        pass(
            server,
            client,
            || {},
            |bytes| {
                frames.read(bytes, |message| log.add(connection, down(message)));
            },
        );
    });
}

/// Copies until an end; what is seen is written down before it goes on.
fn pass(mut from: TcpStream, mut to: TcpStream, may_read: impl Fn(), mut see: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 64 << 10];
    loop {
        may_read();
        let size = from.read(&mut buffer).unwrap_or(0);
        see(&buffer[..size]);
        if size == 0 || to.write_all(&buffer[..size]).is_err() {
            break;
        }
    }
    // The other direction notices: both ends are gone for it.
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}

fn up(message: &[u8]) -> What {
    let (session, said) = match ClientMessage::decode(message).unwrap() {
        ClientMessage::Bind { session, path, .. } => (session.0, Said::Bind(String::from_utf8(path.into()).unwrap())),
        ClientMessage::Ident { session, .. } => (session.0, Said::Ident),
        ClientMessage::Upload(upload) => (upload.session.0, Said::Upload(upload.progress.client_version)),
        ClientMessage::Mark { session, request } => (session.0, Said::Mark(request)),
        ClientMessage::Unbind { session } => (session.0, Said::Unbind),
        ClientMessage::Ping { .. } => (0, Said::Ping),
        ClientMessage::JsonError { session, .. } => (session.0, Said::Error),
    };
    What::Up(session, said)
}

fn down(message: &[u8]) -> What {
    ServerMessage::decode(message).unwrap();
    let line = message.split(|&byte| byte == b'\n').next().unwrap_or_default();
    What::Down(String::from_utf8_lossy(line).into_owned())
}

/// Cuts a direction of a WebSocket, its HTTP head first, into binary messages.
#[derive(Default)]
struct Frames {
    has_head: bool,
    rest: Vec<u8>,
}

const BINARY: u8 = 2;

impl Frames {
    fn read(&mut self, bytes: &[u8], mut found: impl FnMut(&[u8])) {
        self.rest.extend_from_slice(bytes);
        if !self.has_head {
            let Some(at) = self.rest.windows(4).position(|four| four == b"\r\n\r\n") else { return };
            self.rest.drain(..at + 4);
            self.has_head = true;
        }
        while let Some((size, opcode, payload)) = frame(&self.rest) {
            if opcode == BINARY {
                found(&payload);
            }
            self.rest.drain(..size);
        }
    }

    fn is_cut(&self) -> bool {
        !self.rest.is_empty()
    }
}

/// The frame at the front: its size, its kind, and its contents without the mask.
pub fn frame(bytes: &[u8]) -> Option<(usize, u8, Vec<u8>)> {
    let (opcode, is_masked, short) = (bytes.first()? & 15, bytes.get(1)? & 128 != 0, bytes.get(1)? & 127);
    let length_size = match short {
        126 => 2,
        127 => 8,
        _ => 0,
    };
    let length = match length_size {
        0 => usize::from(short),
        size => bytes.get(2..2 + size)?.iter().fold(0, |length, &byte| length << 8 | usize::from(byte)),
    };
    let mask_at = 2 + length_size;
    let start = mask_at + if is_masked { 4 } else { 0 };
    let payload = bytes.get(start..start + length)?;
    let mask = bytes[mask_at..start].iter().cycle();
    let plain =
        if is_masked { payload.iter().zip(mask).map(|(byte, mask)| byte ^ mask).collect() } else { payload.into() };
    Some((start + length, opcode, plain))
}
