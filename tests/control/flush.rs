//! Stopping after the upload, what is left, and what is not uploaded yet.

use std::time::Duration;

use realm_sync::client::{ConnectionState, PendingUploads, SessionState};

use crate::rig::{folder, Net, Rig};

const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn a_flush_ends_when_everything_is_acknowledged() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut device = rig.open("a");
    device.commit(1, 10);
    let flush = device.session.begin_flush(PATIENCE);
    assert!(!flush.is_over());
    rig.run();
    assert!(flush.is_over());
    rig.stop(&device);
    assert_eq!(device.session.pending_uploads().unwrap(), PendingUploads::default());
}

#[test]
fn a_flush_without_network_ends_with_its_time_and_says_what_is_left() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Silent;
    let mut device = rig.open("a");
    device.commit(1, 100);
    device.commit(2, 100);
    let flush = device.session.begin_flush(PATIENCE);
    rig.run();
    rig.pass(PATIENCE - Duration::from_millis(1));
    assert!(!flush.is_over());
    rig.pass(Duration::from_millis(1));
    assert!(flush.is_over());
    rig.stop(&device);
    assert_eq!(rig.worker.poll_timeout(), None);
    let left = device.session.pending_uploads().unwrap();
    assert!(left.count == 3 && left.bytes > 200, "two items, and the schema: {left:?}");
    assert!(left.oldest.is_some());
}

#[test]
fn a_flush_cuts_a_backoff_short() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let mut device = rig.open("a");
    rig.pass(Duration::from_secs(100));
    rig.net = Net::Up;
    device.commit(1, 10);
    let flush = device.session.begin_flush(PATIENCE);
    rig.run();
    assert!(flush.is_over());
    assert_eq!(device.session.connection_state(), ConnectionState::Connected);
}

#[test]
fn a_flush_of_a_stopped_session_ends_at_once() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut device = rig.open("a");
    rig.stop(&device);
    device.commit(1, 10);
    let flush = device.session.begin_flush(PATIENCE);
    rig.run();
    assert!(flush.is_over());
    assert_eq!((device.session.state(), rig.worker.poll_timeout()), (SessionState::Paused, None));
}

#[test]
fn a_stop_lets_a_flush_go() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Silent;
    let mut device = rig.open("a");
    device.commit(1, 10);
    let flush = device.session.begin_flush(PATIENCE);
    rig.run();
    assert!(!flush.is_over());
    rig.stop(&device);
    assert!(flush.is_over());
}

#[test]
fn pending_uploads_are_the_same_before_and_after_a_stop_and_a_start_and_a_second_open() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let mut device = rig.open("a");
    for key in 1..=3 {
        device.commit(key, 50);
        rig.pass(Duration::from_secs(1));
    }
    let pending = device.session.pending_uploads().unwrap();
    assert_eq!(pending.count, 4);
    rig.stop(&device);
    assert_eq!(device.session.pending_uploads().unwrap(), pending);
    rig.start(&device);
    assert_eq!(device.session.pending_uploads().unwrap(), pending);
    drop(device);
    rig.run();
    let device = rig.open("a");
    assert_eq!(device.session.pending_uploads().unwrap(), pending);
    rig.net = Net::Up;
    rig.start(&device);
    rig.pass(Duration::from_secs(1));
    assert_eq!(device.session.pending_uploads().unwrap(), PendingUploads::default());
    rig.stop(&device);
    assert_eq!(device.session.pending_uploads().unwrap(), PendingUploads::default());
}

#[test]
fn an_empty_transaction_leaves_nothing_to_upload() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    device.realm.begin().unwrap();
    device.realm.commit().unwrap();
    assert_eq!(device.session.pending_uploads().unwrap(), PendingUploads::default());
}
