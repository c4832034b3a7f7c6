//! What a stopped session costs, how fast a start is, and what is left after a close. Where the whole process is looked
//! at, it is one of its own.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use realm_sync::client::{Session, SessionState};

use super::host::{self, Host};
use super::proxy::{Passed, Proxy, What};
use super::rig::{client, eventually, hasty, nobody, patient, session, Device, Heard, Items, Server};

#[test]
fn promise_5_start_connects_at_once_whatever_backoff_runs() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::later(folder.path(), &["--dev"]);
    let (client, user) = (client(patient()), nobody());
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &user, &server.url(), name);
    let (mut device, mut other) = (open("a"), open("b"));
    device.commit(1);
    other.commit(1);
    // Both wait for a day.
    device.errors.next();
    other.errors.next();
    server.run();
    let start = Instant::now();
    device.session.start();
    device.sync();
    other.session.stop();
    other.session.start();
    other.sync();
    assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
}

#[derive(Debug, PartialEq, Eq)]
struct Thread {
    name: String,
    /// `S` while it sleeps, `R` while it runs or could.
    state: char,
    /// How often it gave up the processor by itself.
    naps: u64,
}

/// Every thread of this process.
fn threads() -> BTreeMap<u32, Thread> {
    let mut threads = BTreeMap::new();
    for entry in std::fs::read_dir("/proc/self/task").unwrap() {
        let folder = entry.unwrap().path();
        let Ok(status) = std::fs::read_to_string(folder.join("status")) else { continue };
        let value = |key: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_default();
            line.trim_start_matches(':').trim().to_owned()
        };
        let id = folder.file_name().unwrap().to_str().unwrap().parse().unwrap();
        let naps = value("voluntary_ctxt_switches").parse().unwrap();
        threads.insert(id, Thread { name: value("Name"), state: value("State").chars().next().unwrap(), naps });
    }
    threads
}

fn library_threads() -> BTreeMap<u32, Thread> {
    let mut threads = threads();
    threads.retain(|_, thread| thread.name.starts_with("realm-"));
    threads
}

/// What this process has open, by the names the system gives it.
fn open_files() -> Vec<PathBuf> {
    let entries = std::fs::read_dir("/proc/self/fd").unwrap();
    entries.filter_map(|entry| std::fs::read_link(entry.unwrap().path()).ok()).collect()
}

/// TCP sockets of this process, whatever their state.
fn connections() -> usize {
    let of_process: Vec<PathBuf> = open_files();
    let table =
        ["/proc/self/net/tcp", "/proc/self/net/tcp6"].map(|file| std::fs::read_to_string(file).unwrap_or_default());
    let inodes = table.iter().flat_map(|table| table.lines()).filter_map(|line| line.split_whitespace().nth(9));
    let names: Vec<PathBuf> = inodes.map(|inode| PathBuf::from(format!("socket:[{inode}]"))).collect();
    of_process.iter().filter(|file| names.contains(file)).count()
}

/// Files of the realm that are open; the lock, which keeps other processes from syncing it, may be.
fn open_realm_files(realm: &Path) -> Vec<PathBuf> {
    let realm = realm.to_str().unwrap();
    let mut files = open_files();
    files.retain(|file| file.to_str().is_some_and(|file| file.starts_with(realm) && !file.ends_with(".sync-lock")));
    files
}

const SESSIONS: usize = 100;
const QUIET: Duration = Duration::from_secs(5);

/// In the child: a hundred sessions that ran are stopped.
fn stop_a_hundred(url: &str, folder: &Path) {
    let before = threads().len();
    let client = client(hasty());
    let user = nobody();
    let sessions: Vec<(Session, Heard<_>)> = (0..SESSIONS)
        .map(|number| {
            let path = folder.join(format!("{number}.realm"));
            Items::open(&path).commit(1);
            session(&client, &path, &user, url, &number.to_string())
        })
        .collect();
    for (session, _) in &sessions {
        assert_eq!(super::rig::begin_upload(session).next(), Ok(()));
    }
    assert_eq!(connections(), 1, "the sessions share a connection");
    client.stop_all();
    assert_eq!(connections(), 0, "a stopped client has no socket when stop returns");
    eventually("the files are closed", || open_realm_files(folder).is_empty());
    eventually("the library's threads sleep", || {
        let first = library_threads();
        std::thread::park_timeout(Duration::from_millis(20));
        first == library_threads() && first.values().all(|thread| thread.state == 'S')
    });
    let asleep = library_threads();
    assert_eq!(asleep.len(), 4, "{asleep:?}");
    host::say("quiet");
    std::thread::park_timeout(QUIET);
    assert_eq!(library_threads(), asleep, "a thread woke up");
    host::say("still quiet");
    assert_eq!(connections(), 0);
    assert!(sessions.iter().all(|(session, _)| session.state() == SessionState::Paused));
    drop(sessions);
    client.close();
    eventually("the system has forgotten the threads", || library_threads().is_empty());
    assert_eq!(threads().len(), before);
    host::say("done");
}

#[test]
fn promise_6_a_hundred_stopped_sessions_cost_nothing_and_a_closed_client_leaves_no_thread() {
    if let Some(orders) = host::orders() {
        return stop_a_hundred(&orders[0], Path::new(&orders[1]));
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let test = "promises::promise_6_a_hundred_stopped_sessions_cost_nothing_and_a_closed_client_leaves_no_thread";
    let realms = folder.path().join("realms");
    std::fs::create_dir(&realms).unwrap();
    let proxy = Proxy::to(&server.address);
    let mut host = Host::start(test, &[&proxy.url, realms.to_str().unwrap()]);
    assert_eq!(host.hear().as_deref(), Some("quiet"));
    let is_closed = |event: &Passed| matches!(event.what, What::Closed { is_cut: false });
    proxy.wait("end of the connection", |passed| passed.iter().any(is_closed).then_some(()));
    let passed = proxy.count();
    assert_eq!(host.hear().as_deref(), Some("still quiet"));
    assert_eq!(proxy.count(), passed, "something was sent, or a connection made");
    let (status, said) = host.finish();
    assert!(status.success());
    assert_eq!(said, ["done"]);
}

/// In the child: two sessions on a connection, stopped one after the other, and started again.
fn stop_one_after_the_other(url: &str, folder: &Path) {
    let (client, user) = (client(hasty()), nobody());
    let open = |name: &str| Device::open(&client, &folder.join(name), &user, url, name);
    let (mut first, last) = (open("first.realm"), open("last.realm"));
    for _ in 0..20 {
        first.session.start();
        last.session.start();
        first.sync();
        last.sync();
        assert_eq!(connections(), 1);
        first.session.stop();
        assert_eq!(connections(), 1, "the other session needs the socket");
        last.download();
        last.session.stop();
        assert_eq!(connections(), 0, "nobody needs the socket");
    }
    first.commit(1);
    let Device { items, session, errors } = first;
    let own = open_realm_files(&folder.join("first.realm")).len();
    drop(items);
    eventually("the file of a stopped session is closed", || open_realm_files(&folder.join("first.realm")).is_empty());
    assert!(own > 0, "the application's own handle was open");
    assert_eq!(errors.so_far(), []);
    drop(session);
    host::say("done");
}

#[test]
fn the_last_stop_closes_the_socket_before_it_returns_and_the_file_soon() {
    if let Some(orders) = host::orders() {
        return stop_one_after_the_other(&orders[0], Path::new(&orders[1]));
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let test = "promises::the_last_stop_closes_the_socket_before_it_returns_and_the_file_soon";
    let (status, said) = Host::start(test, &[&server.url(), folder.path().to_str().unwrap()]).finish();
    assert!(status.success());
    assert_eq!(said, ["done"]);
}
