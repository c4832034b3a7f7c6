//! The files of sessions that have nothing to do.

use crate::rig::{folder, Device, Rig};

#[test]
fn a_session_that_ends_leaves_no_log_beside_a_file_it_had_closed_for_now() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut first = rig.open("first");
    first.commit(1, 10);
    rig.run();
    let Device { realm, session } = first;
    drop(realm);
    let _others: Vec<Device> = (0..20).map(|number| rig.open(&number.to_string())).collect();
    let log = folder.path().join("first-wal");
    assert!(log.exists(), "the session let go of its file, and left the log");
    drop(session);
    rig.run();
    assert!(!log.exists());
}
