//! A commit is one disk sync, and what is uploaded is on disk: a host's system calls, in the order strace saw them.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use realm_sync::protocol::ClientMessage;

use super::host::{self, Host};
use super::proxy::frame;
use super::rig::{client, hasty, nobody, Device, Server};

const TEST: &str = "durability::a_commit_is_one_disk_sync_and_what_is_uploaded_was_synced_before";
const COMMITS: i64 = 100;

/// In the child: says before and after each commit which one it is, in the order of its system calls.
fn commit_aloud(url: &str, path: &Path) {
    let client = client(hasty());
    let mut device = Device::open(&client, path, &nobody(), url, "durable");
    for key in 1..=COMMITS {
        // Some are uploaded alone, most while others are made.
        if key % 10 == 0 {
            device.sync();
        }
        host::say(&format!("begin {key}"));
        let version = device.items.commit(key);
        host::say(&format!("end {key} {}", version.0));
        device.session.notify_commit(version);
    }
    device.sync();
}

/// What the trace tells, in order.
#[derive(Debug)]
enum Traced {
    Begin,
    End {
        version: u64,
    },
    /// A sync that has ended: by which thread, of which file.
    Synced {
        thread: u64,
        file: String,
    },
    /// A frame that begins to leave.
    Sent {
        version: u64,
    },
}

/// The file behind `fd</path>`, or the bytes behind `fd<…>, "\x41\x42"…`.
fn between<'a>(text: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let start = text.find(open)? + open.len();
    Some(&text[start..start + text[start..].find(close)?])
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.split("\\x").skip(1).map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect()
}

/// Reads `strace -f -y -xx`: `thread call(fd<name>, "bytes", …) = result`, where another thread's call may come
/// between `<unfinished ...>` and `<... call resumed>`.
fn read(trace: &str) -> Vec<Traced> {
    let mut traced = Vec::new();
    let mut unfinished: HashMap<u64, String> = HashMap::new();
    for line in trace.lines() {
        let Some((thread, call)) = line.split_once(' ') else { continue };
        let (thread, call): (u64, _) = (thread.parse().unwrap(), call.trim_start());
        let is_sync = |call: &str| call.starts_with("fdatasync(") || call.starts_with("fsync(");
        if let Some(begun) = call.strip_suffix(" <unfinished ...>") {
            unfinished.insert(thread, begun.to_owned());
            if is_sync(begun) {
                continue;
            }
        }
        let resumed = call.starts_with("<... ").then(|| unfinished.remove(&thread).unwrap_or_default());
        match resumed.as_deref() {
            Some(begun) if is_sync(begun) => traced.push(synced(thread, begun)),
            Some(_) => {}
            None if is_sync(call) => traced.push(synced(thread, call)),
            None => traced.extend(between(call, "\"", "\"").map(bytes).and_then(|bytes| written(&bytes))),
        }
    }
    traced
}

fn synced(thread: u64, call: &str) -> Traced {
    let name = between(call, "<", ">").unwrap_or_default();
    // Names are in hexadecimal like everything else, where strace is told to.
    let file = if name.starts_with("\\x") { String::from_utf8(bytes(name)).unwrap() } else { name.to_owned() };
    Traced::Synced { thread, file }
}

/// What the child said, or the UPLOAD that it sent.
fn written(bytes: &[u8]) -> Option<Traced> {
    if let Some(said) = std::str::from_utf8(bytes).ok().and_then(|text| text.strip_prefix("host says ")) {
        let mut words = said.split_whitespace();
        return match (words.next(), words.next(), words.next()) {
            (Some("begin"), Some(_), None) => Some(Traced::Begin),
            (Some("end"), Some(_), Some(version)) => Some(Traced::End { version: version.parse().unwrap() }),
            other => panic!("{other:?}"),
        };
    }
    // A client's frame: the last of its message, binary, masked.
    if bytes.first() != Some(&0x82) || bytes.get(1)? & 0x80 == 0 {
        return None;
    }
    let (_, _, message) = frame(bytes).expect("a frame leaves in one call");
    match ClientMessage::decode(&message).unwrap() {
        ClientMessage::Upload(upload) => Some(Traced::Sent { version: upload.progress.client_version.0 }),
        ClientMessage::Bind { .. }
        | ClientMessage::Ident { .. }
        | ClientMessage::Mark { .. }
        | ClientMessage::Unbind { .. }
        | ClientMessage::Ping { .. }
        | ClientMessage::JsonError { .. } => None,
    }
}

/// The thread that syncs in every commit: the one that makes them.
fn committer(traced: &[Traced]) -> u64 {
    let mut syncs: HashMap<u64, usize> = HashMap::new();
    let mut commits = false;
    for event in traced {
        match event {
            Traced::Begin => commits = true,
            Traced::End { .. } => commits = false,
            Traced::Synced { thread, .. } if commits => *syncs.entry(*thread).or_default() += 1,
            Traced::Synced { .. } | Traced::Sent { .. } => {}
        }
    }
    syncs.into_iter().max_by_key(|(_, count)| *count).expect("somebody synced").0
}

#[test]
fn a_commit_is_one_disk_sync_and_what_is_uploaded_was_synced_before() {
    if let Some(orders) = host::orders() {
        return commit_aloud(&orders[0], Path::new(&orders[1]));
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let (path, trace) = (folder.path().join("traced.realm"), folder.path().join("trace"));
    let mut strace = Command::new("strace");
    strace.args(["-f", "-y", "-xx", "-s", "1000000", "-e", "trace=fdatasync,fsync,sendto,write,writev", "-o"]);
    strace.arg(&trace).arg(std::env::current_exe().unwrap());
    let found = Command::new("strace").arg("-V").output();
    assert!(found.is_ok_and(|found| found.status.success()), "strace is missing: run `ci/need strace`");
    let (status, _) = Host::start_by(strace, TEST, &[&server.url(), path.to_str().unwrap()]).finish();
    assert!(status.success());

    let traced = read(&std::fs::read_to_string(&trace).unwrap());
    let (committer, log) = (committer(&traced), format!("{}-wal", path.canonicalize().unwrap().display()));
    let (mut syncs, mut commits, mut uploads) = (Vec::new(), Vec::new(), Vec::new());
    for (at, event) in traced.iter().enumerate() {
        match event {
            Traced::Begin => syncs.clear(),
            Traced::Synced { thread, file } if *thread == committer => syncs.push((at, file.clone())),
            Traced::Synced { .. } => {}
            Traced::End { version } => {
                // A checkpoint syncs the database, too; a hundred small commits need none.
                let [(synced_at, file)] = &syncs[..] else { panic!("commit of version {version}: {syncs:?}") };
                assert_eq!(*file, log);
                commits.push((*version, *synced_at));
            }
            Traced::Sent { version } => uploads.push((*version, at)),
        }
    }
    assert_eq!(commits.len() as i64, COMMITS);
    assert!(uploads.len() as i64 >= COMMITS / 10, "{uploads:?}");
    for (version, sent_at) in uploads {
        let early = commits.iter().find(|&&(commit, synced_at)| commit <= version && synced_at > sent_at);
        assert_eq!(early, None, "version {version} left at {sent_at}, before a sync");
    }
}
