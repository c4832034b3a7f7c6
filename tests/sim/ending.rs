//! Sessions whose last handle went: how long they go on, when their file is free, and who is told of it.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{StopPolicy, User, WaitError};
use realm_sync::store::{delete_files, StoreError};

use crate::process::{config, Network, Process};

const MINUTE: Duration = Duration::from_secs(60);
const SECOND: Duration = Duration::from_secs(1);

/// How waits for the end of every session ended.
#[derive(Clone, Default)]
struct Ends(Arc<Mutex<Vec<Result<(), WaitError>>>>);

impl Ends {
    fn wait(&self, process: &mut Process, patience: Duration) {
        let ends = self.0.clone();
        process.client.wait_for_sessions(patience, Box::new(move |result| ends.lock().push(result))).unwrap();
        process.wake();
    }

    fn take(&self) -> Vec<Result<(), WaitError>> {
        std::mem::take(&mut *self.0.lock())
    }
}

fn path(process: &Process, file: &str) -> PathBuf {
    process.realms[file].realm.path().to_owned()
}

/// A realm with one write that the server does not have, closed without a network.
fn closed_offline(folder: &std::path::Path, policy: StopPolicy) -> (Process, PathBuf) {
    let mut process = Process::new(folder, config());
    process.open("other", "notes");
    process.open_with("a", "notes", policy);
    process.run_for(MINUTE);
    process.close("other");
    process.network = Network::Down;
    process.cut();
    process.run_for(SECOND);
    process.write("a", "ours");
    let path = path(&process, "a");
    process.close("a");
    (process, path)
}

#[test]
fn a_realm_closed_offline_with_an_unsent_write_keeps_its_file_as_long_as_its_policy_says_and_loses_nothing() {
    let policies = [
        (StopPolicy::Immediately, Duration::ZERO),
        (StopPolicy::AfterUpload { deadline: Duration::from_millis(1500) }, Duration::from_millis(1500)),
        (StopPolicy::default(), 30 * SECOND),
    ];
    for (policy, keeps) in policies {
        let folder = crate::folder();
        let (mut process, path) = closed_offline(folder.path(), policy);
        let ends = Ends::default();
        ends.wait(&mut process, MINUTE);
        if keeps > Duration::ZERO {
            process.run_for(keeps - Duration::from_millis(100));
            assert_eq!(ends.take(), [], "{policy:?}");
            assert!(process.client.has_sessions());
            assert!(matches!(delete_files(&path), Err(StoreError::InUse { .. })), "{policy:?}");
        }
        process.run_for(Duration::from_millis(200));
        assert_eq!(ends.take(), [Ok(())], "{policy:?}");
        assert!(!process.client.has_sessions());
        assert_eq!(process.open_sockets(), 0);
        assert!(process.is_asleep(), "{policy:?}: nothing is left that could happen");
        // It goes up after the next open.
        process.network = Network::Up;
        process.open("other", "notes");
        process.open_with("a", "notes", policy);
        process.run_for(MINUTE);
        assert_eq!(process.names("other"), ["ours"], "{policy:?}");
        process.close("a");
        process.close("other");
        ends.wait(&mut process, MINUTE);
        process.run_for(SECOND);
        assert_eq!(ends.take(), [Ok(())]);
        delete_files(&path).unwrap();
        assert!(!path.exists());
    }
}

#[test]
fn with_every_session_stopped_nothing_finishes_and_no_connection_lingers() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.open("a", "notes");
    process.open_with("b", "others", StopPolicy::AfterUpload { deadline: 60 * MINUTE });
    // Others share no connection with them.
    process.user = User::new("bob".into(), "token".into());
    process.open("c", "notes of bob");
    process.run_for(SECOND);
    assert_eq!(process.open_sockets(), 2);
    process.close("c");
    process.run_for(SECOND);
    assert_eq!(process.open_sockets(), 2, "it lingers while others run");
    process.write("b", "unsent");
    process.close("b");
    assert!(process.client.has_sessions());
    let sent = process.frames.len();
    process.stop_all();
    assert_eq!(process.open_sockets(), 0);
    process.run_for(SECOND);
    assert!(process.is_asleep());
    let said: Vec<_> = process.frames[sent..].iter().map(|frame| frame.kind).collect();
    assert!(said.iter().all(|kind| *kind == "unbind"), "{said:?}");
    // The write is not lost.
    process.user = process.session("a").user().clone();
    process.open("b", "others");
    process.begin_wait("b");
    process.run_for(SECOND);
    assert_eq!(process.ended_waits("b"), [true]);
    process.close("b");
    process.run_for(SECOND);
    process.start("a");
    process.run_for(SECOND);
    process.stop("a");
    assert_eq!(process.open_sockets(), 0);
}

#[test]
fn a_realm_closed_offline_without_an_unsent_write_is_free_at_once() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    let policy = StopPolicy::AfterUpload { deadline: 60 * MINUTE };
    process.open_with("a", "notes", policy);
    process.run_for(MINUTE);
    process.network = Network::Down;
    process.cut();
    for time in [MINUTE, Duration::ZERO] {
        process.run_for(time);
        process.close("a");
        process.run_for(SECOND);
        assert!(!process.client.has_sessions());
        // The next time before the session has looked at its file.
        process.open_with("a", "notes", policy);
    }
}

#[test]
fn a_wait_for_sessions_ends_once_with_the_upload_that_the_last_of_them_finishes() {
    let folder = crate::folder();
    let (mut process, _) = closed_offline(folder.path(), StopPolicy::AfterUpload { deadline: 10 * MINUTE });
    let ends = Ends::default();
    ends.wait(&mut process, 10 * MINUTE);
    process.run_for(2 * MINUTE);
    assert_eq!(ends.take(), []);
    process.network = Network::Up;
    process.run_for(5 * MINUTE);
    assert_eq!(ends.take(), [Ok(())]);
    process.open("other", "notes");
    process.run_for(MINUTE);
    assert_eq!(process.names("other"), ["ours"]);
    assert_eq!(ends.take(), []);
}

#[test]
fn a_wait_for_sessions_that_is_overdue_ends_once_at_its_deadline() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.open("a", "notes");
    process.run_for(MINUTE);
    process.stop("a");
    process.run_for(SECOND);
    assert!(process.is_asleep());
    let ends = Ends::default();
    ends.wait(&mut process, Duration::ZERO);
    process.run_for(Duration::ZERO);
    assert_eq!(ends.take(), [Err(WaitError::DeadlineExceeded)], "a stopped session has not ended");
    ends.wait(&mut process, 5 * SECOND);
    process.run_for(5 * SECOND - Duration::from_millis(1));
    assert_eq!(ends.take(), []);
    process.run_for(Duration::from_millis(1));
    assert_eq!(ends.take(), [Err(WaitError::DeadlineExceeded)]);
    assert!(process.is_asleep(), "a wait that is over sets no timer");
}

#[test]
fn a_wait_for_sessions_counts_one_that_is_opened_again_while_it_ends() {
    let folder = crate::folder();
    let (mut process, _) = closed_offline(folder.path(), StopPolicy::AfterUpload { deadline: 10 * SECOND });
    let ends = Ends::default();
    ends.wait(&mut process, 10 * MINUTE);
    process.run_for(5 * SECOND);
    process.open_with("a", "notes", StopPolicy::Immediately);
    process.run_for(MINUTE);
    assert_eq!(ends.take(), []);
    assert!(process.client.has_sessions());
    process.close("a");
    process.run_for(SECOND);
    assert_eq!(ends.take(), [Ok(())]);
}

#[test]
fn a_wait_for_sessions_is_over_at_once_without_any_and_cancelled_when_the_client_closes() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    let ends = Ends::default();
    ends.wait(&mut process, Duration::ZERO);
    assert_eq!(ends.take(), [Ok(())]);
    process.open("a", "notes");
    process.run_for(MINUTE);
    ends.wait(&mut process, 10 * MINUTE);
    let late = ends.clone();
    let acknowledged = process.client.begin_shutdown();
    // Behind the end of the client, in the same queue.
    let begun = process.client.wait_for_sessions(MINUTE, Box::new(move |result| late.0.lock().push(result)));
    begun.unwrap();
    process.wake();
    acknowledged.wait();
    process.run_for(MINUTE);
    assert_eq!(ends.take(), [Err(WaitError::Cancelled), Err(WaitError::Cancelled)]);
    assert!(!process.client.has_sessions());
    let refused = process.client.wait_for_sessions(MINUTE, Box::new(|_| panic!("a refused wait calls nobody")));
    assert!(refused.is_err());
}

#[test]
fn a_file_is_not_free_before_the_work_on_it_is_done() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.open("a", "notes");
    process.run_for(MINUTE);
    let path = path(&process, "a");
    process.close("a");
    assert!(process.client.has_sessions(), "its file is being closed");
    assert!(matches!(delete_files(&path), Err(StoreError::InUse { .. })));
    process.run_for(SECOND);
    assert!(!process.client.has_sessions());
    delete_files(&path).unwrap();
}
