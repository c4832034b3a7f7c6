//! A wait ends exactly once, on every path.

use std::sync::Mutex;
use std::time::Duration;

use realm_sync::client::{ClosedError, User, WaitError};

use super::proxy::{Proxy, What};
use super::rig::{begin_download, begin_upload, client, hasty, nobody, Device, Heard, Server};
use super::tokens::{server, token};

#[test]
fn a_wait_that_is_done_ends_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let client = client(hasty());
    let mut device = Device::open(&client, &folder.path().join("a"), &nobody(), &server.url(), "a");
    device.commit(1);
    let waits = [begin_upload(&device.session), begin_download(&device.session), begin_upload(&device.session)];
    assert!(waits.iter().all(|wait| wait.next() == Ok(())));
    drop(device);
    client.close();
    assert!(waits.iter().all(|wait| wait.so_far().is_empty()));
}

#[test]
fn a_wait_of_a_session_that_fails_ends_once_with_its_error() {
    let folder = tempfile::tempdir().unwrap();
    let server = server(folder.path());
    let client = client(hasty());
    let user = User::new("ada".into(), token(3600, &["good"]));
    let device = Device::open(&client, &folder.path().join("a"), &user, &server.url(), "bad");
    let early = [begin_upload(&device.session), begin_download(&device.session)];
    let error = device.errors.next();
    let late = [begin_upload(&device.session), begin_download(&device.session)];
    for wait in early.iter().chain(&late) {
        assert_eq!(wait.next(), Err(WaitError::Failed(error.clone())));
    }
    drop(device);
    client.close();
    assert!(early.iter().chain(&late).all(|wait| wait.so_far().is_empty()));
}

#[test]
fn a_wait_outlives_stops_and_ends_after_start() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::later(folder.path(), &["--dev"]);
    let client = client(hasty());
    let mut device = Device::open(&client, &folder.path().join("a"), &nobody(), &server.url(), "a");
    device.commit(1);
    let mut waits = vec![begin_upload(&device.session), begin_download(&device.session)];
    device.session.stop();
    waits.extend([begin_upload(&device.session), begin_download(&device.session)]);
    server.run();
    let other = Device::open(&client, &folder.path().join("b"), &nobody(), &server.url(), "b");
    other.sync();
    assert!(waits.iter().all(|wait| wait.so_far().is_empty()), "a stop ends no wait");
    device.session.start();
    assert!(waits.iter().all(|wait| wait.next() == Ok(())));
    drop(device);
    client.close();
    assert!(waits.iter().all(|wait| wait.so_far().is_empty()));
}

#[test]
fn a_wait_is_cancelled_once_when_its_session_or_client_closes() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::later(folder.path(), &["--dev"]);
    let client = client(hasty());
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &nobody(), &server.url(), name);
    let (running, stopped, last) = (open("running"), open("stopped"), open("last"));
    stopped.session.stop();
    let of = |device: &Device| [begin_upload(&device.session), begin_download(&device.session)];
    let waits = [of(&running), of(&stopped), of(&last)];
    let (ended, of_everything) = Heard::channel();
    let completion = Box::new(move |result| ended.lock().unwrap().send(result).unwrap());
    client.wait_for_sessions(Duration::from_secs(3600), completion).unwrap();
    drop(running);
    assert!(waits[0].iter().all(|wait| wait.next() == Err(WaitError::Cancelled)));
    drop(stopped);
    assert!(waits[1].iter().all(|wait| wait.next() == Err(WaitError::Cancelled)));
    client.close();
    assert!(waits[2].iter().all(|wait| wait.next() == Err(WaitError::Cancelled)));
    assert_eq!(of_everything.next(), Err(WaitError::Cancelled));
    let late = last.session.wait_for_upload(Box::new(|_| panic!("a refused wait calls nobody")));
    assert_eq!(late, Err(ClosedError));
    drop(last);
    assert!(waits.iter().flatten().all(|wait| wait.so_far().is_empty()));
}

/// The call that ends the wait is queued behind one that stops the session: the wait goes back to the session.
#[test]
fn a_wait_whose_end_a_stop_overtook_ends_after_start() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let proxy = Proxy::to(&server.address);
    let (client, user) = (client(hasty()), nobody());
    let device = Device::open(&client, &folder.path().join("a"), &user, &proxy.url, "a");
    let other = Device::open(&client, &folder.path().join("b"), &user, &proxy.url, "b");
    device.sync();
    other.sync();

    let (entered, has_entered) = Heard::channel();
    let (go_on, may_go_on) = Heard::channel();
    let session = device.session.clone();
    let may_go_on = Mutex::new(may_go_on);
    let before = proxy.count();
    let begun = device.session.wait_for_download(Box::new(move |_| {
        entered.lock().unwrap().send(()).unwrap();
        may_go_on.lock().unwrap().next();
        session.stop();
    }));
    begun.unwrap();
    has_entered.next();
    let overtaken = [begin_download(&device.session), begin_upload(&device.session)];
    proxy.wait("second answer to a MARK", |passed| {
        let answers =
            passed[before..].iter().filter(|event| matches!(&event.what, What::Down(line) if line.starts_with("mark")));
        (answers.count() >= 2).then_some(())
    });
    proxy.wait_until_read(&other.session);
    go_on.lock().unwrap().send(()).unwrap();
    other.download();
    assert!(overtaken.iter().all(|wait| wait.so_far().is_empty()), "no callback begins after a stop");
    device.session.start();
    assert!(overtaken.iter().all(|wait| wait.next() == Ok(())));
}

#[test]
fn a_stop_after_upload_leaves_nothing_behind_and_the_session_stopped() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let client = client(hasty());
    let mut device = Device::open(&client, &folder.path().join("a"), &nobody(), &server.url(), "a");
    for key in 1..=20 {
        device.commit(key);
    }
    let left = device.session.stop_after_upload(super::rig::PATIENCE).unwrap();
    assert_eq!(left, realm_sync::client::PendingUploads::default());
    assert_eq!(device.session.state(), realm_sync::client::SessionState::Paused);
    let mut other = Device::open(&client, &folder.path().join("b"), &nobody(), &server.url(), "a");
    other.download();
    assert_eq!(other.items.keys(), (1..=20).collect::<Vec<i64>>());
}
