//! Two realms in one process: what happens to one never concerns the other.

use std::path::Path;

use realm_sync::client::{ClientConfig, Consequence, SessionState, User};
use realm_sync::net::SyncClient;
use tempfile::TempDir;

use super::rig::{begin_download, begin_upload, client, eventually, hasty, nobody, patient, Device, Server};
use super::tokens::{forged, server, token};

/// A realm that works, and a device elsewhere that shares it.
struct Good {
    here: Device,
    there: Device,
    next_key: i64,
    _client: SyncClient,
}

impl Good {
    fn open(client_here: &SyncClient, folder: &Path, user: &User, url: &str) -> Good {
        let here = Device::open(client_here, &folder.join("good.realm"), user, url, "good");
        let client_there = client(hasty());
        let there = Device::open(&client_there, &folder.join("there.realm"), user, url, "good");
        Good { here, there, next_key: 1, _client: client_there }
    }

    /// Something goes up and something comes down, without a hitch.
    fn assert_goes_on(&mut self) {
        let keys: Vec<i64> = (1..=self.next_key + 1).collect();
        self.here.commit(self.next_key);
        self.here.upload();
        self.there.commit(self.next_key + 1);
        self.there.sync();
        self.here.download();
        self.here.items.assert_holds(&keys);
        self.there.items.assert_holds(&keys);
        assert_eq!(self.here.errors.so_far(), []);
        self.next_key += 2;
    }
}

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// Runs the test with sessions that share a connection, and with sessions that do not.
fn shared_and_separate(test: impl Fn(ClientConfig)) {
    for multiplex in [true, false] {
        println!("multiplex: {multiplex}");
        test(ClientConfig { multiplex, ..patient() });
    }
}

#[test]
fn a_stopped_realm_leaves_the_other_one_alone() {
    shared_and_separate(|config| {
        let (folder, client, user) = (folder(), client(config), nobody());
        let server = Server::start(folder.path());
        let mut good = Good::open(&client, folder.path(), &user, &server.url());
        let mut stopped = Device::open(&client, &folder.path().join("stopped"), &user, &server.url(), "stopped");
        stopped.sync();
        good.assert_goes_on();
        stopped.session.stop();
        stopped.commit(1);
        good.assert_goes_on();
        stopped.session.start();
        stopped.sync();
        stopped.session.stop();
        good.assert_goes_on();
        assert_eq!(good.here.session.state(), SessionState::Active);
        assert_eq!(stopped.session.state(), SessionState::Paused);
    });
}

#[test]
fn a_realm_without_permission_leaves_the_other_one_alone() {
    shared_and_separate(|config| {
        let (folder, client) = (folder(), client(config));
        let server = server(folder.path());
        let user = User::new("ada".into(), token(3600, &["good"]));
        let mut good = Good::open(&client, folder.path(), &user, &server.url());
        good.assert_goes_on();
        let mut refused = Device::open(&client, &folder.path().join("refused"), &user, &server.url(), "refused");
        let error = refused.errors.next();
        assert_eq!((error.wire_code, error.consequence), (Some(206), Consequence::Ends));
        good.assert_goes_on();
        refused.commit(1);
        assert!(begin_upload(&refused.session).next().is_err());
        assert!(begin_download(&refused.session).next().is_err());
        refused.session.start();
        assert_eq!(refused.errors.next().wire_code, Some(206));
        good.assert_goes_on();
        refused.items.assert_holds(&[1]);
    });
}

#[test]
fn a_realm_with_a_wrong_token_leaves_the_other_one_alone() {
    shared_and_separate(|config| {
        let (folder, client) = (folder(), client(config));
        let server = server(folder.path());
        let user = User::new("ada".into(), token(3600, &["good"]));
        let mut good = Good::open(&client, folder.path(), &user, &server.url());
        good.assert_goes_on();
        let forger = User::new("eve".into(), forged(&["*"]));
        let refused = Device::open(&client, &folder.path().join("refused"), &forger, &server.url(), "refused");
        let error = refused.errors.next();
        assert_eq!(error.consequence, Consequence::NeedsToken);
        good.assert_goes_on();
        forger.set_access_token(forged(&["refused"]));
        assert_eq!(refused.errors.next().consequence, Consequence::NeedsToken);
        good.assert_goes_on();
        assert_eq!(refused.session.state(), SessionState::WaitingForAccessToken);
    });
}

#[test]
fn a_realm_whose_server_is_down_leaves_the_other_one_alone() {
    shared_and_separate(|config| {
        let backoff = hasty().backoff;
        let (folder, client, user) = (folder(), client(ClientConfig { backoff, ..config }), nobody());
        let server = Server::start(folder.path());
        let elsewhere = folder.path().join("elsewhere");
        std::fs::create_dir(&elsewhere).unwrap();
        let mut down = Server::later(&elsewhere, &["--dev"]);
        let mut good = Good::open(&client, folder.path(), &user, &server.url());
        let mut lonely = Device::open(&client, &folder.path().join("lonely"), &user, &down.url(), "lonely");
        lonely.commit(1);
        assert_eq!(lonely.errors.next().consequence, Consequence::Retries);
        good.assert_goes_on();
        down.run();
        lonely.sync();
        down.kill();
        good.assert_goes_on();
        lonely.errors.next();
        lonely.items.assert_holds(&[1]);
    });
}

#[test]
fn realms_that_the_application_writes_to_for_long_leave_the_other_one_alone() {
    let (folder, client, user) = (folder(), client(patient()), nobody());
    let server = Server::start(folder.path());
    let mut good = Good::open(&client, folder.path(), &user, &server.url());
    let elsewhere = self::client(hasty());
    let mut busy: Vec<Device> = Vec::new();
    for number in 0..4 {
        let name = format!("busy-{number}");
        let mut here = Device::open(&client, &folder.path().join(&name), &user, &server.url(), &name);
        here.sync();
        here.items.realm.begin().unwrap();
        let there = folder.path().join(format!("{name} there"));
        let mut there = Device::open(&elsewhere, &there, &user, &server.url(), &name);
        there.commit(1);
        there.upload();
        busy.push(here);
    }
    // What the others wrote is here, and waits for the application to end its transactions.
    eventually("downloads arrive", || busy.iter().all(|device| device.session.traffic().changesets_received > 0));
    good.assert_goes_on();
    for device in &mut busy {
        device.items.realm.rollback().unwrap();
        device.download();
        device.items.assert_holds(&[1]);
    }
}
