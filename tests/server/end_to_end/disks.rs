//! Disks that are full or cannot be written: an error for who needs them, and nothing for the others.

use std::path::PathBuf;
use std::process::Command;

use realm_sync::client::{Consequence, OpenError};
use realm_sync::net::SyncClient;
use realm_sync::protocol::Status;
use realm_sync::store::{DatabaseError, Mode, OpenOptions, Realm, StoreError};

use super::host::{self, Host};
use super::proxy::{Passed, Proxy, What};
use super::rig::{client, free_address, hasty, nobody, noise, patient, Device, Items, Server};

/// A small file system of memory; gone when dropped. `None` where this user may not mount one.
struct Mounted(PathBuf);

impl Mounted {
    fn at(folder: PathBuf, size: &str) -> Option<Mounted> {
        std::fs::create_dir(&folder).unwrap();
        let size = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&folder).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Mounted(folder))
    }

    /// Leaves no room; deleting the file that is returned makes some.
    fn fill(&self) -> PathBuf {
        let filler = self.0.join("filler");
        let filled = std::fs::write(&filler, vec![1; 16 << 20]);
        assert!(filled.is_err(), "the disk has no end");
        filler
    }

    fn make_read_only(&self) {
        let remounted = Command::new("mount").args(["-o", "remount,ro"]).arg(&self.0).status();
        assert!(remounted.unwrap().success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

/// Runs the test, whose name this is, where it may mount: here, or in a child with mounts of its own.
fn where_mounting_is_allowed(test: &str, run: fn()) {
    if host::orders().is_some() || Mounted::at(tempfile::tempdir().unwrap().path().join("disk"), "1m").is_some() {
        return run();
    }
    let mut unshare = Command::new("unshare");
    unshare.args(["--map-root-user", "--mount"]).arg(std::env::current_exe().unwrap());
    let (status, _) = Host::start_by(unshare, test, &[""]).finish();
    assert!(status.success(), "the test failed, or neither root nor user namespaces let it mount a disk");
}

#[test]
fn a_full_disk_of_the_client_is_an_error_and_what_was_missed_comes_when_there_is_room() {
    where_mounting_is_allowed(
        "disks::a_full_disk_of_the_client_is_an_error_and_what_was_missed_comes_when_there_is_room",
        fill_the_disk_of_a_client,
    );
}

fn fill_the_disk_of_a_client() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let disk = Mounted::at(folder.path().join("disk"), "2m").unwrap();
    let (client, user) = (client(hasty()), nobody());
    let open = |path: PathBuf, partition: &str| Device::open(&client, &path, &user, &server.url(), partition);
    let mut cramped = open(disk.0.join("cramped"), "a");
    let mut remote = open(folder.path().join("remote"), "a");
    let mut bystander = open(folder.path().join("bystander"), "b");
    cramped.commit(1);
    cramped.sync();

    let filler = disk.fill();
    let refused = cramped.items.try_commit(2, &noise(100_000)).unwrap_err();
    assert!(matches!(refused, StoreError::Database(DatabaseError::DiskFull)), "{refused}");
    cramped.items.assert_holds(&[1]);

    let version = remote.items.try_commit(3, &noise(100_000)).unwrap();
    remote.session.notify_commit(version);
    remote.upload();
    let error = cramped.errors.next();
    assert_eq!((error.number, error.consequence), (Status::RuntimeError.number(), Consequence::Retries));
    assert!(error.message.contains("the disk is full"), "{}", error.message);
    bystander.commit(1);
    bystander.sync();
    assert_eq!(bystander.errors.so_far(), []);

    std::fs::remove_file(&filler).unwrap();
    cramped.download();
    cramped.commit(2);
    cramped.upload();
    remote.download();
    cramped.items.assert_holds(&[1, 2, 3]);
    remote.items.assert_holds(&[1, 2, 3]);
}

#[test]
fn a_full_disk_of_the_server_refuses_uploads_until_there_is_room() {
    where_mounting_is_allowed(
        "disks::a_full_disk_of_the_server_refuses_uploads_until_there_is_room",
        fill_the_disk_of_a_server,
    );
}

fn fill_the_disk_of_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Mounted::at(folder.path().join("disk"), "4m").unwrap();
    let server = Server::start(&disk.0);
    let proxy = Proxy::to(&server.address);
    let (client, user) = (client(hasty()), nobody());
    let elsewhere = Server::start(folder.path());
    let open = |name: &str, url: &str, partition: &str| {
        Device::open(&client, &folder.path().join(name), &user, url, partition)
    };
    let (mut writer, mut reader) = (open("writer", &proxy.url, "a"), open("reader", &server.url(), "a"));
    let mut bystander = open("bystander", &elsewhere.url(), "b");
    writer.commit(1);
    writer.sync();
    let filler = disk.fill();
    let version = writer.items.try_commit(2, &noise(100_000)).unwrap();
    writer.session.notify_commit(version);
    proxy.wait("refusal", |passed| {
        let is_refusal =
            |event: &Passed| matches!(&event.what, What::Down(line) if line.starts_with("json_error 201 "));
        (passed.iter().filter(|event| is_refusal(event)).count() >= 2).then_some(())
    });
    bystander.commit(1);
    bystander.sync();
    reader.download();
    reader.items.assert_holds(&[1]);
    std::fs::remove_file(&filler).unwrap();
    writer.upload();
    reader.download();
    reader.items.assert_holds(&[1, 2]);
    writer.items.assert_holds(&[1, 2]);
}

#[test]
fn a_read_only_folder_is_named_and_what_lies_in_it_can_be_read() {
    where_mounting_is_allowed(
        "disks::a_read_only_folder_is_named_and_what_lies_in_it_can_be_read",
        make_a_folder_read_only,
    );
}

fn make_a_folder_read_only() {
    let folder = tempfile::tempdir().unwrap();
    let disk = Mounted::at(folder.path().join("disk"), "4m").unwrap();
    let server = Server::start(folder.path());
    let (client, user) = (client(patient()), nobody());
    let mut bystander = Device::open(&client, &folder.path().join("bystander"), &user, &server.url(), "b");
    let path = disk.0.join("kept");
    Items::open(&path).commit(1);
    disk.make_read_only();
    for name in ["kept", "new"] {
        let refused = Items::try_open(&disk.0.join(name)).err().unwrap();
        assert!(matches!(refused, StoreError::ReadOnlyFolder { .. }), "{name}: {refused}");
    }
    let config = realm_sync::client::SyncConfig {
        user: user.clone(),
        url: server.url(),
        partition: "a".into(),
        syncs_while_metered: true,
        stop_policy: realm_sync::client::StopPolicy::Immediately,
        on_error: None,
        reset: realm_sync::client::ResetConfig::default(),
    };
    let refused = client.session(&path, config).err().unwrap();
    assert!(matches!(refused, OpenError::Store(StoreError::ReadOnlyFolder { .. })), "{refused}");
    let options = OpenOptions { path, schema: None, mode: Mode::ReadOnly, clock: SyncClient::clock() };
    let realm = Realm::open(options).unwrap();
    let class = realm.class_key("Item").unwrap();
    assert_eq!(realm.size(class).unwrap(), 2);
    bystander.commit(1);
    bystander.sync();

    let mut command = Command::new(env!("CARGO_BIN_EXE_realm-sync-server"));
    command.args(["serve", "--dev", "--listen", &free_address(), "--data"]).arg(disk.0.join("server"));
    let output = command.output().unwrap();
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(text.contains("Read-only file system"), "{text}");
}
