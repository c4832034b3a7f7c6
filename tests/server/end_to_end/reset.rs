//! Client resets against a real server that was restored from a backup, or lost everything.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use realm_sync::client::{ResetConfig, Session, SessionError, SessionState, StopPolicy, SyncConfig, User};
use realm_sync::net::SyncClient;
use realm_sync::protocol::Status;
use realm_sync::store::{fresh_path, Mode, OpenOptions, Realm, ResetMode, ResetReport};
use realm_sync::value::PrimaryKey;

use super::rig::{
    begin_upload, client, data, eventually, hasty, nobody, session_states, within_patience, Device, Heard, Items,
    Server,
};

/// A server whose data is put back to where they were, and a device that went on from there.
struct Restored {
    folder: tempfile::TempDir,
    client: SyncClient,
    user: User,
    server: Server,
}

impl Restored {
    /// The device `a` has item 1, which the backup has, item 2, which it has not, and item 3, which was never uploaded.
    fn new() -> Restored {
        let folder = tempfile::tempdir().unwrap();
        let client = client(hasty());
        let (user, mut server) = (nobody(), Server::start(folder.path()));
        {
            let mut device = Device::open(&client, &folder.path().join("a"), &user, &server.url(), "p");
            device.commit(1);
            device.sync();
            server.kill();
            copy(&data(folder.path()), &folder.path().join("backup"));
            server.run();
            device.commit(2);
            device.sync();
            device.session.stop();
            device.commit(3);
        }
        server.kill();
        fs::remove_dir_all(data(folder.path())).unwrap();
        copy(&folder.path().join("backup"), &data(folder.path()));
        server.run();
        Restored { folder, client, user, server }
    }

    fn open(&self, reset: ResetConfig) -> Device {
        let path = self.folder.path().join("a");
        let items = Items::open(&path);
        let (session, errors) = self.session(&path, reset);
        Device { items, session, errors }
    }

    fn session(&self, path: &Path, reset: ResetConfig) -> (Session, Heard<SessionError>) {
        let (sender, errors) = Heard::channel();
        let on_error = move |error: &SessionError| {
            let _ = sender.lock().unwrap().send(error.clone());
        };
        let config = SyncConfig {
            user: self.user.clone(),
            url: self.server.url(),
            partition: "p".into(),
            syncs_while_metered: true,
            stop_policy: StopPolicy::Immediately,
            on_error: Some(Arc::new(on_error)),
            reset,
        };
        (self.client.session(path, config).unwrap(), errors)
    }

    /// What another device finds on the server.
    fn assert_server_holds(&self, keys: &[i64]) {
        let path = self.folder.path().join("other");
        let mut other = Device::open(&self.client, &path, &self.user, &self.server.url(), "p");
        other.sync();
        other.items.assert_holds(keys);
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => {
                fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
    }
}

fn mode(mode: ResetMode) -> ResetConfig {
    ResetConfig { mode, ..ResetConfig::default() }
}

fn keys_of(realm: &Realm) -> Vec<i64> {
    let class = realm.class_key("Item").unwrap();
    let keys = realm.object_keys(class).unwrap().into_iter();
    let keys = keys.map(|object| match realm.primary_key(class, object).unwrap() {
        PrimaryKey::Int(key) => key,
        other => panic!("{other:?}"),
    });
    keys.filter(|&key| key != 0).collect()
}

#[test]
fn a_restored_server_gets_what_was_not_uploaded_and_both_callbacks_see_it() {
    let world = Restored::new();
    let (seen, heard) = Heard::channel();
    let (seen, also_seen) = (Arc::new(seen), Arc::new(Mutex::new(Vec::new())));
    let befores = also_seen.clone();
    let config = ResetConfig {
        on_before: Some(Arc::new(move |before: Realm| {
            befores.lock().unwrap().push(keys_of(&before));
            true
        })),
        on_after: Some(Arc::new(move |before: Realm, after: Realm, report: &ResetReport| {
            let told = (keys_of(&before), keys_of(&after), report.clone());
            seen.lock().unwrap().send(told).unwrap();
        })),
        ..mode(ResetMode::RecoverOrDiscard)
    };
    let mut device = world.open(config);
    let (before, after, report) = heard.next();
    assert_eq!(*also_seen.lock().unwrap(), [vec![1, 2, 3]]);
    assert_eq!((before, after), (vec![1, 2, 3], vec![1, 3]));
    assert!(report.did_recover && report.backup.is_none(), "{report:?}");
    assert_eq!((report.kept_objects, report.discarded_changes), (2, 0));
    assert_eq!(device.session.last_client_reset(), Some(report));
    device.sync();
    device.items.assert_holds(&[1, 3]);
    world.assert_server_holds(&[1, 3]);
    assert_eq!(device.errors.so_far(), []);
    assert!(!fresh_path(&world.folder.path().join("a")).exists());
    // Life goes on.
    device.commit(4);
    device.sync();
    world.assert_server_holds(&[1, 3, 4]);
}

#[test]
fn waits_that_were_open_end_after_the_reset() {
    let world = Restored::new();
    let device = world.open(mode(ResetMode::Recover));
    let waits: Vec<_> = (0..3).map(|_| begin_upload(&device.session)).collect();
    device.download();
    waits.iter().for_each(|wait| assert_eq!(wait.next(), Ok(())));
    world.assert_server_holds(&[1, 3]);
}

#[test]
fn discarding_leaves_what_the_server_has() {
    let world = Restored::new();
    let mut device = world.open(mode(ResetMode::DiscardLocal));
    device.sync();
    device.items.assert_holds(&[1]);
    let report = device.session.last_client_reset().unwrap();
    assert!(!report.did_recover && report.kept_changes == 0 && report.discarded_objects == 2, "{report:?}");
    world.assert_server_holds(&[1]);
}

#[test]
fn a_manual_reset_ends_the_session_until_the_application_initiates_it() {
    let world = Restored::new();
    let folder = world.folder.path().join("copies");
    let config = ResetConfig { recovery_folder: Some(folder.clone()), ..ResetConfig::default() };
    let mut device = world.open(config);
    let error = device.errors.next();
    assert_eq!(error.number, Status::SyncClientResetRequired.number(), "{error:?}");
    eventually("the session ends", || device.session.state() == SessionState::Inactive);
    let planned = device.session.client_reset_backup().unwrap();
    assert!(planned.starts_with(&folder) && !planned.exists());
    assert!(error.message.contains(planned.to_str().unwrap()), "{}", error.message);
    device.items.assert_holds(&[1, 2, 3]);
    device.session.initiate_client_reset();
    device.sync();
    device.items.assert_holds(&[1]);
    let backup = device.session.last_client_reset().unwrap().backup.unwrap();
    assert_eq!(backup, planned);
    let options = OpenOptions { path: backup, schema: None, mode: Mode::ReadOnly, clock: SyncClient::clock() };
    assert_eq!(keys_of(&Realm::open(options).unwrap()), [1, 2, 3]);
    assert_eq!(device.session.client_reset_backup(), None);
}

#[test]
fn a_callback_that_refuses_leaves_everything_to_the_application() {
    let world = Restored::new();
    let config = ResetConfig { on_before: Some(Arc::new(|_| false)), ..mode(ResetMode::RecoverOrDiscard) };
    let mut device = world.open(config);
    let error = device.errors.next();
    assert_eq!(error.number, Status::AutoClientResetFailed.number(), "{error:?}");
    eventually("the session ends", || device.session.state() == SessionState::Inactive);
    device.items.assert_holds(&[1, 2, 3]);
    assert_eq!(device.session.last_client_reset(), None);
    let (states, _token) = session_states(&device.session);
    device.session.start();
    // Started again, it asks again.
    assert_eq!(device.errors.next().number, Status::AutoClientResetFailed.number());
    states.until(|state| *state == SessionState::Inactive);
}

#[test]
fn stopping_inside_the_callback_stops_the_reset_and_the_next_start_resumes_it() {
    let world = Restored::new();
    let (asked, heard) = Heard::channel();
    let session: Arc<Mutex<Option<Session>>> = Arc::default();
    let inside = session.clone();
    let config = ResetConfig {
        on_before: Some(Arc::new(move |_| {
            let stopping = inside.lock().unwrap().take();
            stopping.iter().for_each(Session::stop);
            asked.lock().unwrap().send(stopping.is_some()).unwrap();
            true
        })),
        ..mode(ResetMode::Recover)
    };
    let path = world.folder.path().join("a");
    let mut items = Items::open(&path);
    let mut held = session.lock().unwrap();
    let (opened, errors) = world.session(&path, config);
    *held = Some(opened.clone());
    drop(held);
    assert!(heard.next());
    assert_eq!(opened.state(), SessionState::Paused);
    items.assert_holds(&[1, 2, 3]);
    opened.start();
    assert!(!heard.next());
    let device = Device { items, session: opened, errors };
    device.sync();
    let mut items = device.items;
    items.assert_holds(&[1, 3]);
}

#[test]
fn lesson_24_a_device_that_is_closed_in_the_middle_of_a_reset_goes_on_when_it_is_opened_again() {
    let world = Restored::new();
    for _ in 0..5 {
        let device = world.open(mode(ResetMode::Recover));
        within_patience("the session closes", move || device.session.close());
    }
    let mut device = world.open(mode(ResetMode::Recover));
    device.sync();
    device.items.assert_holds(&[1, 3]);
    world.assert_server_holds(&[1, 3]);
}

#[test]
fn a_reset_leaves_the_session_beside_it_alone() {
    let world = Restored::new();
    let path = world.folder.path().join("beside");
    let mut beside = Device::open(&world.client, &path, &world.user, &world.server.url(), "another");
    beside.commit(1);
    beside.sync();
    let (states, _token) = super::rig::connection_states(&beside.session);
    let mut device = world.open(mode(ResetMode::Recover));
    device.sync();
    device.items.assert_holds(&[1, 3]);
    beside.commit(2);
    beside.sync();
    assert_eq!(states.so_far(), []);
    assert_eq!(beside.errors.so_far(), []);
}

#[test]
fn a_server_that_lost_everything_gets_what_was_not_uploaded() {
    let mut world = Restored::new();
    world.server.kill();
    fs::remove_dir_all(data(world.folder.path())).unwrap();
    world.server.run();
    let mut device = world.open(mode(ResetMode::RecoverOrDiscard));
    device.sync();
    assert_eq!(device.items.keys(), [3]);
    let report = device.session.last_client_reset().unwrap();
    assert_eq!((report.kept_objects, report.discarded_objects), (1, 1), "the counter is gone");
}
