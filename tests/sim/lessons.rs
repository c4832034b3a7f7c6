//! Lessons that others paid for (`docs/LESSONS.md`), as they show in one process on virtual time.

use std::collections::VecDeque;
use std::ops::RangeInclusive;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{ConnectionState, Notice, Session, SessionState, StopPolicy, User};
use realm_sync::protocol::{Action, ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::sync::Random;
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

/// What is done to a session, what it is then, and how often it is bound for that.
type Act = (fn(&Session), SessionState, RangeInclusive<usize>);

#[test]
fn lesson_3_stop_and_start_may_come_from_inside_every_callback_of_an_error() {
    let stop_and_start = |session: &Session| {
        drop(session.begin_stop());
        session.start();
    };
    let acts: [Act; 3] = [
        (|session| drop(session.begin_stop()), SessionState::Paused, 0..=0),
        (Session::start, SessionState::Active, 1..=1),
        (stop_and_start, SessionState::Active, 1..=6),
    ];
    // What is asked for inside a call reaches the worker right after it, or behind a further error.
    let ways = [(true, true), (true, false), (false, true), (false, false)];
    for ((number, (act, state, bound)), (at_once, try_again)) in
        acts.into_iter().enumerate().flat_map(|act| ways.map(|way| (act.clone(), way)))
    {
        let case = format!("act {number}, at once {at_once}, try again {try_again}");
        let (_folder, mut process) = process();
        let later = Later::default();
        let acts_at_most = |times: usize| {
            let (later, left) = (later.clone(), AtomicUsize::new(times));
            move || {
                let acts = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok();
                later.lock().iter().filter(|_| acts).for_each(act);
            }
        };
        let (on_error, on_state, on_connection) = (acts_at_most(2), acts_at_most(2), acts_at_most(2));
        process.on_error = Some(Arc::new(move |_| on_error()));
        process.open("a", "notes");
        process.open("b", "notes");
        process.run_for(MINUTE);
        let session = process.session("a").clone();
        let _state = session.add_state_callback(Arc::new(move |_, _| on_state()));
        let _connection = session.add_connection_state_callback(Arc::new(move |_, _| on_connection()));
        *later.lock() = Some(session);
        process.wakes_after_calls = at_once;
        let sent = process.frames.len();
        process.hear(A, error(ErrorCode::OtherSessionError, try_again));
        process.hear(A, error(ErrorCode::OtherSessionError, false));
        if state == SessionState::Paused {
            assert_eq!(process.session("a").state(), state, "{case}: before the worker hears of it");
        }
        process.wake();
        process.run_for(MINUTE);
        assert_eq!(process.session("a").state(), state, "{case}");
        let binds = process.frames[sent..].iter().filter(|frame| frame.kind == "bind").count();
        assert!(bound.contains(&binds), "{case}: bound {binds} times");
        later.lock().take();
        process.start("a");
        process.write("b", "theirs");
        process.write("a", "ours");
        process.run_for(MINUTE);
        assert_eq!(process.names("a"), ["ours", "theirs"], "{case}");
        assert_eq!(process.names("b"), ["ours", "theirs"]);
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
    another.cut();
    another.network = Network::Down;
    another.write("a", "not sent");
    another.write_many("a", &[]);
    another.close("a");
    another.run_for(MINUTE);
    drop(another);
    // This one has written nothing: what is in the file decides.
    let mut third = Process::new(folder.path(), config());
    third.network = Network::Down;
    third.open("a", "notes");
    third.begin_wait("a");
    third.run_for(MINUTE);
    assert!(third.ended_waits("a").is_empty());
    third.network = Network::Up;
    third.run_for(5 * MINUTE);
    assert_eq!(third.ended_waits("a"), [true]);
    assert_eq!(third.session("a").pending_uploads().unwrap().count, 0);
}

#[test]
fn lesson_12_a_wait_is_told_the_first_cause_of_its_end() {
    // The error finds the wait open, or the wait finds the error.
    for is_open in [true, false] {
        let (_folder, mut process) = process();
        process.open("a", "notes");
        process.run_for(MINUTE);
        process.network = Network::Down;
        process.write("a", "ours");
        let told = Arc::new(Mutex::new(Vec::new()));
        let heard = told.clone();
        let completion = Box::new(move |result: Result<(), _>| heard.lock().push(format!("{result:?}")));
        process.session("a").wait_for_upload(completion).unwrap();
        if is_open {
            process.wake();
        }
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
    const ENDINGS: [fn(&mut Process); 6] = [
        |process| process.stop("a"),
        |process| process.start("a"),
        Process::cut,
        |process| process.hear_if_open(process.bound_as("notes"), error(ErrorCode::OtherSessionError, true)),
        |process| process.hear_if_open(process.bound_as("notes"), error(ErrorCode::OtherSessionError, false)),
        |process| process.run_for(Duration::from_secs(7)),
    ];
    let mut random = Random::new(10);
    let (_folder, mut process) = process();
    process.open("a", "notes");
    process.run_for(MINUTE);
    let mut ended = process.waits_of("a");
    for round in 0..60 {
        if random.below(3) > 0 {
            process.start("a");
            process.run_for(MINUTE);
        }
        process.write("a", &format!("{round}"));
        process.begin_wait("a");
        ENDINGS[round % ENDINGS.len()](&mut process);
        process.begin_wait("a");
        if process.session("a").state() == SessionState::Inactive {
            assert_eq!(ended.lock().len(), 2 * round + 2, "an error ends every wait");
        }
    }
    process.start("a");
    process.run_for(MINUTE);
    assert_eq!(ended.lock().len(), 120);
    for stops in [false, true] {
        process.start("a");
        process.run_for(MINUTE);
        let before = ended.lock().len();
        process.write("a", "last");
        process.begin_wait("a");
        if stops {
            process.stop("a");
        }
        process.close("a");
        process.run_for(MINUTE);
        assert_eq!(ended.lock()[before..], [false]);
        process.open("a", "notes");
        ended = process.waits_of("a");
    }
}

#[test]
fn lesson_29_a_closed_client_makes_no_further_call() {
    for round in 0..100 {
        let (_folder, mut process) = process();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        process.open_with("a", "notes", StopPolicy::Immediately);
        let token = process.session("a").add_connection_state_callback(Arc::new(move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
        }));
        process.held_notices = (round % 2 == 0).then(VecDeque::new);
        process.run_for(Duration::from_secs(1));
        let acknowledged = process.client.begin_shutdown();
        process.wake();
        acknowledged.wait();
        let before = calls.load(Ordering::Relaxed);
        assert_eq!(before == 0, round % 2 == 0);
        // Calls that were on their way, and a network that goes on.
        process.held_notices.take().into_iter().flatten().for_each(Notice::deliver);
        process.cut();
        process.run_for(MINUTE);
        assert_eq!(calls.load(Ordering::Relaxed), before);
        token.remove();
        assert_eq!(Arc::strong_count(&calls), 1, "the callback's data is gone");
    }
}

#[test]
fn lesson_5_what_the_server_sent_to_an_earlier_start_does_not_reach_the_next() {
    for after_ms in 0..80 {
        let (_folder, mut process) = process();
        let errors = Arc::new(AtomicUsize::new(0));
        let counted = errors.clone();
        process.on_error = Some(Arc::new(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
        }));
        // It keeps the socket, on which the answers to an earlier start arrive during the next.
        process.open("b", "notes");
        (0..20).for_each(|number| process.write("b", &format!("theirs {number:02}")));
        process.run_for(MINUTE);
        process.open("a", "notes");
        process.run_for(Duration::from_millis(after_ms));
        for _ in 0..2 {
            process.stop("a");
            process.start("a");
        }
        process.write("a", "ours");
        process.run_for(MINUTE);
        assert_eq!(process.names("a").len(), 21, "{after_ms} ms");
        assert_eq!(process.names("a"), process.names("b"));
        assert_eq!((process.attempts.len(), errors.load(Ordering::Relaxed)), (1, 0), "{after_ms} ms");
    }
}
