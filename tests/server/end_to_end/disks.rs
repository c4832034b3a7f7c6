//! Disks that are full or cannot be written: an error for who needs them, and nothing for the others.

use std::path::{Path, PathBuf};
use std::process::Command;

use realm_sync::client::{ConnectionState, Consequence};
use realm_sync::protocol::Status;
use realm_sync::store::{DatabaseError, StoreError};

use super::host::{self, Host};
use super::proxy::{Passed, Proxy, What};
use super::rig::{client, connection_states, data, free_address, hasty, nobody, patient, Device, Items, Server};

/// A small file system of memory; gone when dropped. `None` where this user may not mount one.
struct Mounted(PathBuf);

impl Mounted {
    fn at(folder: PathBuf, size: &str) -> Option<Mounted> {
        std::fs::create_dir(&folder).unwrap();
        let size = format!("size={size}");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(&folder).output();
        mounted.is_ok_and(|mounted| mounted.status.success()).then_some(Mounted(folder))
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

/// Does not compress well.
fn noise(size: usize) -> String {
    let mut random = super::rig::Random(size as u64);
    (0..size).map(|_| char::from(b'!' + random.below(90) as u8)).collect()
}

/// As `Mounted`; without the right to mount, a child whose files may not grow has no room either.
#[test]
fn a_full_disk_of_the_client_is_an_error_and_what_was_missed_comes_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let disk = Mounted::at(folder.path().join("disk"), "2m");
    let disk = disk.expect("this test mounts a small disk: run it as root");
    let (client, user) = (client(hasty()), nobody());
    let open = |path: PathBuf, partition: &str| Device::open(&client, &path, &user, &server.url(), partition);
    let mut cramped = open(disk.0.join("cramped"), "a");
    let mut remote = open(folder.path().join("remote"), "a");
    let mut bystander = open(folder.path().join("bystander"), "b");
    cramped.commit(1);
    cramped.sync();

    let filler = disk.0.join("filler");
    let filled = std::fs::write(&filler, vec![1; 4 << 20]);
    assert!(filled.is_err(), "the disk has no end");
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
