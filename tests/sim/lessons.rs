//! Lessons that others paid for (`docs/LESSONS.md`), as they show in one process on virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{ConnectionState, Session, SessionState, StopPolicy, User};
use realm_sync::protocol::{Action, ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::value::SessionIdent;

use crate::process::{config, Network, Process};

const A: SessionIdent = SessionIdent(1);
const MINUTE: Duration = Duration::from_secs(60);

fn process() -> (tempfile::TempDir, Process) {
    let folder = crate::folder();
    let process = Process::new(folder.path(), config());
    (folder, process)
}

fn error(code: ErrorCode, try_again: bool) -> impl FnOnce(SessionIdent) -> ServerMessage<'static> {
    move |session| {
        let body = JsonErrorBody { try_again, action: Action::Warning, ..JsonErrorBody::new(code, "because") };
        ServerMessage::JsonError { session, code, body: Box::new(body) }
    }
}

/// The session of a process, for callbacks that act on it.
type Later = Arc<Mutex<Option<Session>>>;

#[test]
fn lesson_3_stop_and_start_may_come_from_inside_every_callback_of_an_error() {
    let acts: [fn(&Session); 3] = [
        |session| drop(session.begin_stop()),
        Session::start,
        |session| {
            drop(session.begin_stop());
            session.start();
        },
    ];
    for (number, act) in acts.into_iter().enumerate() {
        for try_again in [true, false] {
            let (_folder, mut process) = process();
            let later = Later::default();
            let (from_error, from_state, from_connection) = (later.clone(), later.clone(), later.clone());
            process.on_error = Some(Arc::new(move |_| from_error.lock().iter().for_each(act)));
            process.open("a", "notes");
            process.open("b", "notes");
            process.run_for(MINUTE);
            let session = process.session("a").clone();
            let _state = session.add_state_callback(Arc::new(move |_, _| from_state.lock().iter().for_each(act)));
            let told = Arc::new(move |_, _| from_connection.lock().iter().for_each(act));
            let _connection = session.add_connection_state_callback(told);
            *later.lock() = Some(session);
            process.hear(A, error(ErrorCode::OtherSessionError, try_again));
            process.run_for(MINUTE);
            later.lock().take();
            process.start("a");
            process.write("b", "theirs");
            process.write("a", "ours");
            process.run_for(MINUTE);
            assert_eq!(process.names("a"), ["ours", "theirs"], "act {number}, try again {try_again}");
            assert_eq!(process.names("b"), ["ours", "theirs"]);
        }
    }
}

#[test]
fn lesson_4_arming_a_timer_twice_is_harmless() {
    let (_folder, mut process) = process();
    process.open("a", "notes");
    process.run_for(MINUTE);
    for _ in 0..3 {
        process.hear(A, error(ErrorCode::OtherSessionError, true));
        process.start("a");
        process.hear(A, error(ErrorCode::OtherSessionError, true));
        process.hear(A, error(ErrorCode::OtherSessionError, true));
    }
    process.write("a", "ours");
    process.begin_wait("a");
    process.run_for(10 * MINUTE);
    assert_eq!(process.ended_waits("a"), [true]);
}

#[test]
fn lesson_11_a_wait_after_an_empty_commit_ends_alike_before_and_after_a_stop_and_in_another_process() {
    let (folder, mut process) = process();
    process.open("a", "notes");
    process.write("a", "ours");
    process.run_for(MINUTE);
    let frames_of_wait = |process: &mut Process| {
        process.write_many("a", &[]);
        process.begin_wait("a");
        process.run_for(MINUTE - Duration::from_secs(1));
    };
    frames_of_wait(&mut process);
    assert_eq!(process.ended_waits("a"), [true]);
    process.stop("a");
    process.write_many("a", &[]);
    process.begin_wait("a");
    process.run_for(MINUTE);
    assert_eq!(process.ended_waits("a"), [true], "a wait of a stopped session is kept");
    process.start("a");
    process.run_for(MINUTE);
    assert_eq!(process.ended_waits("a"), [true, true]);
    process.write_many("a", &[]);
    process.close("a");
    process.run_for(MINUTE);
    drop(process);
    let mut another = Process::new(folder.path(), config());
    another.open("a", "notes");
    another.begin_wait("a");
    another.run_for(MINUTE);
    assert_eq!(another.ended_waits("a"), [true]);
}

#[test]
fn lesson_12_a_wait_is_told_the_first_cause_of_its_end() {
    let (_folder, mut process) = process();
    process.open("a", "notes");
    process.run_for(MINUTE);
    process.network = Network::Down;
    process.write("a", "ours");
    let told = Arc::new(Mutex::new(Vec::new()));
    let heard = told.clone();
    let completion = Box::new(move |result: Result<(), _>| heard.lock().push(format!("{result:?}")));
    process.session("a").wait_for_upload(completion).unwrap();
    // The error, and at once the end of everything.
    process.hear(A, |session| {
        let code = ErrorCode::PermissionDenied;
        ServerMessage::JsonError { session, code, body: Box::new(JsonErrorBody::new(code, "not yours")) }
    });
    process.close("a");
    process.run_for(MINUTE);
    let told = told.lock();
    assert_eq!(told.len(), 1);
    assert!(told[0].contains("not yours"), "{told:?}");
}

#[test]
fn lesson_18_a_first_start_without_a_network_is_the_normal_case() {
    let (_folder, mut process) = process();
    process.network = Network::Down;
    process.open("a", "notes");
    process.write("a", "ours");
    process.begin_wait("a");
    process.run_for(24 * 60 * MINUTE);
    assert_eq!(process.session("a").state(), SessionState::Active);
    assert!(process.ended_waits("a").is_empty());
    process.network = Network::Up;
    process.run_for(5 * MINUTE);
    assert_eq!(process.session("a").connection_state(), ConnectionState::Connected);
    assert_eq!(process.ended_waits("a"), [true]);
}

#[test]
fn lesson_21_a_socket_belongs_to_one_user() {
    let (_folder, mut process) = process();
    process.open("a", "one");
    process.user = User::new("bob".into(), "his token".into());
    process.open("b", "two");
    process.run_for(MINUTE);
    assert_eq!(process.open_sockets(), 2);
    assert_eq!(process.attempts.len(), 2);
}

#[test]
fn lesson_10_every_wait_that_begins_ends_once() {
    let (_folder, mut process) = process();
    process.open("a", "notes");
    process.run_for(MINUTE);
    let ended = process.waits_of("a");
    for round in 0..20 {
        process.write("a", &format!("{round}"));
        process.begin_wait("a");
        match round % 5 {
            0 => process.stop("a"),
            1 => process.start("a"),
            2 => process.cut(),
            3 => process.hear_if_open(A, error(ErrorCode::OtherSessionError, true)),
            _ => process.run_for(Duration::from_secs(round)),
        }
        process.begin_wait("a");
    }
    process.stop("a");
    process.close("a");
    process.run_for(MINUTE);
    assert_eq!(ended.lock().len(), 40);
}

#[test]
fn lesson_29_a_closed_client_makes_no_further_call() {
    for _ in 0..100 {
        let (_folder, mut process) = process();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        process.open_with("a", "notes", StopPolicy::Immediately);
        let token = process.session("a").add_connection_state_callback(Arc::new(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
        }));
        process.run_for(Duration::from_secs(1));
        let acknowledged = process.client.begin_shutdown();
        process.wake();
        acknowledged.wait();
        let before = calls.load(Ordering::Relaxed);
        process.run_for(MINUTE);
        assert_eq!(calls.load(Ordering::Relaxed), before);
        token.remove();
        assert_eq!(Arc::strong_count(&calls), 1, "the callback's data is gone");
    }
}
