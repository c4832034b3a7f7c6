//! `stop` is done when it returns: what leaves the process is counted at a proxy.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use realm_sync::client::{ConnectionState, Session, SessionState, User};
use realm_sync::net::SyncClient;
use realm_sync::value::ClientVersion;

use super::proxy::{Passed, Proxy, Said, What};
use super::rig::{
    begin_download, client, connection_states, eventually, hasty, nobody, noise, session, within_patience, Device,
    Ends, Items, Random, Server,
};

/// Two realms of one client, which share a connection through a proxy, and a device of another client.
struct Scene {
    a: Device,
    b: Device,
    /// Writes to the realm of `a` past the proxy.
    remote: Device,
    proxy: Proxy,
    _clients: [SyncClient; 2],
    _server: Server,
    folder: tempfile::TempDir,
}

impl Scene {
    fn set() -> Scene {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path());
        let proxy = Proxy::to(&server.address);
        let clients = [client(hasty()), client(hasty())];
        let user = nobody();
        let open = |client: &SyncClient, name: &str, user: &User, url: &str, partition: &str| {
            Device::open(client, &folder.path().join(name), user, url, partition)
        };
        let a = open(&clients[0], "a.realm", &user, &proxy.url, "a");
        let b = open(&clients[0], "b.realm", &user, &proxy.url, "b");
        let remote = open(&clients[1], "remote.realm", &nobody(), &server.url(), "a");
        a.sync();
        b.sync();
        remote.sync();
        Scene { a, b, remote, proxy, _clients: clients, _server: server, folder }
    }

    /// A MARK of `b` that is asked for now: everything the process sent before it passed the proxy before it.
    fn marker(&self) -> usize {
        marker(&self.proxy, &self.b, "b")
    }

    fn assert_silent_since(&self, from: usize) {
        assert_silent(&self.proxy.passed()[from..], &paths(&self.proxy.passed()), "a");
    }
}

/// The realm behind each number on the wire.
fn paths(passed: &[Passed]) -> HashMap<(usize, u64), String> {
    let bind = |event: &Passed| match &event.what {
        What::Up(session, Said::Bind(path)) => Some(((event.connection, *session), path.clone())),
        What::Opened | What::Up(..) | What::Down(_) | What::Closed { .. } => None,
    };
    passed.iter().filter_map(bind).collect()
}

fn said_of<'a>(passed: &'a [Passed], paths: &HashMap<(usize, u64), String>, path: &str) -> Vec<&'a Said> {
    let of_path = passed.iter().filter_map(|event| match &event.what {
        What::Up(session, said) => {
            (paths.get(&(event.connection, *session)).is_some_and(|of| of == path)).then_some(said)
        }
        What::Opened | What::Down(_) | What::Closed { .. } => None,
    });
    of_path.collect()
}

fn assert_silent(passed: &[Passed], paths: &HashMap<(usize, u64), String>, path: &str) {
    let said = said_of(passed, paths, path);
    assert!(said.is_empty(), "{path} was stopped and said {said:?}");
}

/// A MARK of a session whose download waits are asked for by nobody else.
fn marker(proxy: &Proxy, device: &Device, path: &str) -> usize {
    let from = proxy.count();
    device.download();
    let passed = proxy.passed();
    let paths = paths(&passed);
    let is_marker = |event: &Passed| match &event.what {
        What::Up(session, Said::Mark(_)) => paths.get(&(event.connection, *session)).is_some_and(|of| of == path),
        What::Opened | What::Up(..) | What::Down(_) | What::Closed { .. } => false,
    };
    from + passed[from..].iter().rposition(is_marker).expect("the MARK passed the proxy")
}

/// On every connection UNBIND is the last word of its session.
fn assert_unbind_is_last(passed: &[Passed]) {
    let mut gone: HashMap<(usize, u64), usize> = HashMap::new();
    for (at, event) in passed.iter().enumerate() {
        let What::Up(session, said) = &event.what else { continue };
        let number = (event.connection, *session);
        if let Some(unbind) = gone.get(&number) {
            assert_eq!(*said, Said::Bind(String::new()), "event {at} follows the UNBIND {unbind} of {number:?}");
        }
        if *said == Said::Unbind {
            gone.insert(number, at);
        }
    }
}

#[test]
fn stop_inside_a_connection_callback_returns_and_silences_the_session() {
    let scene = Scene::set();
    scene.a.session.stop();
    let stopped = Arc::new(AtomicBool::new(false));
    let session: Arc<Mutex<Option<Session>>> = Arc::new(Mutex::new(Some(scene.a.session.clone())));
    let (states, _states) = connection_states(&scene.a.session);
    let was_stopped = stopped.clone();
    let inside = scene.a.session.add_connection_state_callback(Arc::new(move |_, new| {
        if new == ConnectionState::Connected {
            session.lock().unwrap().iter().for_each(Session::stop);
            was_stopped.store(true, Ordering::SeqCst);
        }
    }));
    scene.a.session.start();
    states.until(|&state| state == ConnectionState::Connected);
    // A callback of another session runs after this one has returned.
    let from = scene.marker();
    assert!(stopped.load(Ordering::SeqCst), "callbacks run one after another");
    assert_eq!(scene.a.session.state(), SessionState::Paused);
    scene.marker();
    scene.assert_silent_since(from);
    assert_eq!(states.so_far(), [], "a stop tells of itself nothing");
    assert_unbind_is_last(&scene.proxy.passed());
    inside.remove();
}

#[test]
fn stop_inside_a_write_transaction_gives_up_the_download_that_waits_for_it() {
    let Scene { mut a, b, mut remote, proxy, _clients, _server, folder } = Scene::set();
    a.items.realm.begin().unwrap();
    let before = proxy.count();
    remote.commit(1);
    remote.upload();
    proxy.wait("DOWNLOAD for a", |passed| {
        passed[before..]
            .iter()
            .any(|event| matches!(&event.what, What::Down(line) if line.starts_with("download")))
            .then_some(())
    });
    proxy.wait_until_read(&b.session);
    let mut a = within_patience("stop inside a write transaction", move || {
        a.session.stop();
        a
    });
    let from = marker(&proxy, &b, "b");
    a.items.put(2, "").unwrap();
    let version = a.items.realm.commit().unwrap().version;
    a.session.notify_commit(version);
    marker(&proxy, &b, "b");
    a.items.assert_holds(&[2]);
    assert_silent(&proxy.passed()[from..], &paths(&proxy.passed()), "a");
    assert_unbind_is_last(&proxy.passed());

    a.session.start();
    a.sync();
    remote.download();
    a.items.assert_holds(&[1, 2]);
    remote.items.assert_holds(&[1, 2]);
    drop(folder);
}

#[test]
fn nothing_is_integrated_while_stopped_and_everything_after_start() {
    let mut scene = Scene::set();
    scene.a.session.stop();
    scene.a.items.realm.refresh().unwrap();
    for key in 1..=20 {
        scene.remote.commit(key);
    }
    scene.remote.upload();
    scene.marker();
    assert!(!scene.a.items.realm.refresh().unwrap(), "somebody wrote to the file");
    scene.a.commit(21);
    let keys: Vec<i64> = (1..=21).collect();
    scene.a.items.assert_holds(&keys[20..]);
    scene.a.session.start();
    scene.a.sync();
    scene.remote.download();
    scene.a.items.assert_holds(&keys);
    scene.remote.items.assert_holds(&keys);
}

/// The remote's writes, until told to end; how many.
fn write_until(mut device: Device, ends: &AtomicBool) -> (Device, i64) {
    let mut key = 0;
    while !ends.load(Ordering::SeqCst) {
        key += 1;
        device.commit(key);
        device.upload();
    }
    (device, key)
}

const ROUNDS: usize = 200;

/// Stops `a` at a random moment of its life; with writes of its own, and while others' arrive.
fn stop_and_start(a: &mut Device, b: &Device, proxy: &Proxy, random: &mut Random, key: &mut i64) {
    let from = proxy.count();
    for _ in 0..random.below(4) {
        *key += 1;
        a.commit(*key);
    }
    // Sometimes before it has even said BIND, sometimes after it has said a few things.
    let after = random.below(4) as usize;
    proxy.wait("message of a", |passed| {
        let said = said_of(&passed[from..], &paths(passed), "a");
        (said.len() >= after.min(1)).then_some(())
    });
    (0..random.below(400_000)).for_each(|_| std::hint::spin_loop());
    a.session.stop();
    let seen: ClientVersion = a.items.realm.version().unwrap();
    *key += 1;
    assert!(a.commit(*key) > seen);
    let silent_from = marker(proxy, b, "b");
    assert!(a.items.keys().len() as i64 > 0);
    assert!(!a.items.realm.refresh().unwrap());
    marker(proxy, b, "b");
    assert!(!a.items.realm.refresh().unwrap(), "a download was integrated after stop");
    let passed = proxy.passed();
    let paths = paths(&passed);
    assert_silent(&passed[silent_from..], &paths, "a");
    for said in said_of(&passed[from..], &paths, "a") {
        if let Said::Upload(version) = said {
            assert!(*version <= seen, "what was written after stop was sent");
        }
    }
    a.session.start();
}

#[test]
fn two_hundred_random_stops_under_load_let_nothing_out() {
    let Scene { mut a, b, remote, proxy, _clients, _server, folder } = Scene::set();
    let mut random = Random::seeded("two_hundred_random_stops_under_load_let_nothing_out");
    let mut key = 1_000_000;
    let ends = AtomicBool::new(false);
    let (mut remote, remote_keys) = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write_until(remote, &ends));
        let told = Ends(&ends);
        for _ in 0..ROUNDS {
            stop_and_start(&mut a, &b, &proxy, &mut random, &mut key);
        }
        drop(told);
        writer.join().unwrap()
    });
    a.sync();
    remote.download();
    let keys: Vec<i64> = (1..=remote_keys).chain(1_000_001..=key).collect();
    a.items.assert_holds(&keys);
    remote.items.assert_holds(&keys);
    assert_unbind_is_last(&proxy.passed());
    drop(folder);
}

#[test]
fn the_last_session_says_unbind_and_takes_the_socket_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let proxy = Proxy::to(&server.address);
    let client = client(hasty());
    let user = nobody();
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &user, &proxy.url, name);
    let (first, last) = (open("first"), open("last"));
    first.sync();
    last.sync();
    first.session.stop();
    last.session.stop();
    let passed = proxy.wait("end of the connection", |passed| {
        passed.iter().any(|event| event.what == What::Closed { is_cut: false }).then(|| passed.to_vec())
    });
    for path in ["first", "last"] {
        assert_eq!(said_of(&passed, &paths(&passed), path).last(), Some(&&Said::Unbind), "{path}");
    }
    assert_unbind_is_last(&passed);
    let connections = passed.iter().filter(|event| event.what == What::Opened).count();
    assert_eq!(connections, 1);
    last.session.start();
    last.sync();
    let opened = proxy.passed().iter().filter(|event| event.what == What::Opened).count();
    assert_eq!(opened, 2);
}

#[test]
fn a_socket_that_takes_nothing_does_not_hold_a_stop_up() {
    let Scene { mut a, b, remote: _remote, proxy, _clients, _server, folder } = Scene::set();
    proxy.shut();
    // More than the buffers of the kernel and of the library take.
    let text = noise(1 << 20);
    for key in 1..=24 {
        let version = a.items.try_commit(key, &text).unwrap();
        a.session.notify_commit(version);
    }
    let seen = a.items.realm.version().unwrap();
    eventually("the socket is full", || proxy.unread_bytes() > 1 << 20);
    let a = within_patience("stop with a full socket", move || {
        a.session.stop();
        a
    });
    assert_eq!(a.session.state(), SessionState::Paused);
    let marked = begin_download(&b.session);
    proxy.open();
    assert_eq!(marked.next(), Ok(()));
    let passed = proxy.passed();
    let last = said_of(&passed, &paths(&passed), "a").pop().cloned();
    assert_eq!(last, Some(Said::Unbind), "what was half written is finished, and UNBIND follows");
    assert_unbind_is_last(&passed);
    let sent = said_of(&passed, &paths(&passed), "a").into_iter().filter_map(|said| match said {
        Said::Upload(version) => Some(*version),
        Said::Bind(_) | Said::Ident | Said::Mark(_) | Said::Unbind | Said::Ping | Said::Error => None,
    });
    assert!(sent.max() < Some(seen), "the socket took everything: the test shows nothing");
    drop(folder);
}

#[test]
fn a_client_closes_in_a_write_transaction_that_its_database_work_waits_for() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let proxy = Proxy::to(&server.address);
    let client = client(hasty());
    let path = folder.path().join("a");
    let mut items = Items::open(&path);
    // Before the server gives the file its ident, which is stored once the transaction is over.
    items.realm.begin().unwrap();
    let (session, _errors) = session(&client, &path, &nobody(), &proxy.url, "a");
    let is_ident = |event: &Passed| matches!(&event.what, What::Down(line) if line.starts_with("ident"));
    proxy.wait("IDENT", |passed| passed.iter().any(is_ident).then_some(()));
    proxy.wait_until_read(&session);
    within_patience("close inside a write transaction", move || {
        client.close();
        items.realm.rollback().unwrap();
    });
}
