//! The promises of stop and start (`docs/SESSION.md`), each by its number, in virtual time.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::{self, ConnectionState, OfflineLevel, Reachability, SessionState, StopPolicy, User};
use realm_sync::protocol::{ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::store::{Mode, OpenOptions, Realm, StoreError, Unsent};
use realm_sync::sync::Random;
use realm_sync::value::{PrimaryKey, SessionIdent};

use crate::process::{config, Network, Process};
use crate::thing::CLASS;

/// The number on the wire of the session that was opened first.
const A: SessionIdent = SessionIdent(1);
const HOUR: Duration = Duration::from_secs(3600);

fn process() -> (tempfile::TempDir, Process) {
    let folder = crate::folder();
    let process = Process::new(folder.path(), config());
    (folder, process)
}

/// Two devices of one realm, equal, with nothing under way.
fn pair() -> (tempfile::TempDir, Process) {
    let (folder, mut process) = process();
    process.open("a", "notes");
    process.open("b", "notes");
    process.write("a", "first");
    process.run_for(Duration::from_secs(5));
    assert_eq!(process.names("b"), ["first"]);
    (folder, process)
}

#[test]
fn promise_1_opening_a_synced_realm_starts_its_session() {
    let (_folder, mut process) = process();
    let before = process.now();
    process.open("a", "notes");
    assert_eq!(process.session("a").state(), SessionState::Active);
    assert_eq!(process.attempts, [before]);
    process.run_for(Duration::from_secs(1));
    assert_eq!(process.session("a").connection_state(), ConnectionState::Connected);
}

#[test]
fn promise_2_a_stop_is_done_when_it_returns() {
    for after_ms in 0..40 {
        let (_folder, mut process) = pair();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let count = move |_, _| {
            counted.fetch_add(1, Ordering::Relaxed);
        };
        let _token = process.session("a").add_connection_state_callback(Arc::new(count));
        // Both directions are busy when the stop comes.
        process.write("a", "ours");
        process.write("b", "theirs");
        process.run_for(Duration::from_millis(after_ms));
        process.stop("a");
        let (sent, called, has) = (process.frames.len(), calls.load(Ordering::Relaxed), process.names("a"));
        process.write("a", "while stopped");
        process.write("b", "meanwhile");
        process.run_for(HOUR);
        let of_a = process.frames[sent..].iter().filter(|frame| frame.ident == A);
        let said: Vec<&str> = of_a.map(|frame| frame.kind).collect();
        assert!(said.iter().all(|kind| *kind == "unbind"), "{after_ms} ms: {said:?}");
        assert_eq!(calls.load(Ordering::Relaxed), called, "{after_ms} ms: a callback began");
        let mut expected = has;
        expected.push("while stopped".into());
        expected.sort();
        assert_eq!(process.names("a"), expected, "{after_ms} ms: something was integrated");
    }
}

#[test]
fn promise_3_only_start_or_a_new_opening_resumes_a_stopped_session() {
    const B: SessionIdent = SessionIdent(2);
    let (_folder, mut process) = process();
    process.open("a", "notes");
    let ada = std::mem::replace(&mut process.user, User::new("bob".into(), "his".into()));
    process.open("b", "notes");
    process.user = ada;
    process.write("a", "first");
    process.run_for(Duration::from_secs(5));
    process.stop("a");
    process.run_for(Duration::from_secs(1));
    let sent = process.frames.len();
    let mut random = Random::new(3);
    for _ in 0..400 {
        match random.below(11) {
            0 => process.write("a", "while stopped"),
            1 => {
                let further = process.open_further("a", "notes", StopPolicy::Immediately);
                assert_eq!(further.session.state(), SessionState::Paused);
            }
            2 => process.user.set_access_token("another".into()),
            3 => process.cut(),
            4 => process.client.reconnect_all(),
            5 => process.session("a").reconnect(),
            6 => {
                let reachability = [Reachability::Unknown, Reachability::NotReachable, Reachability::Reachable];
                let reachability = reachability[random.below(3) as usize];
                process.client.set_network(client::Network { reachability, is_metered: random.below(2) == 0 });
            }
            7 => process.log_out(),
            8 => process.log_in("once more"),
            9 => process.hear_if_open(A, |session| {
                let code = ErrorCode::OtherSessionError;
                ServerMessage::JsonError { session, code, body: Box::new(JsonErrorBody::new(code, "late")) }
            }),
            _ => process.run_for(Duration::from_secs(random.below(400))),
        }
        process.wake();
        assert_eq!(process.session("a").state(), SessionState::Paused);
    }
    process.run_for(Duration::from_secs(400));
    // If it ran again, it would speak under another number than before.
    let of_others = process.frames[sent..].iter().filter(|frame| frame.ident != B && frame.kind != "ping");
    assert_eq!(of_others.count(), 0);
    // Closed by every handle and opened again, it runs.
    process.client.set_network(client::Network::default());
    process.log_in("at last");
    process.close("a");
    process.run_for(Duration::from_secs(1));
    process.open("a", "notes");
    assert_eq!(process.session("a").state(), SessionState::Active);
    process.run_for(HOUR);
    assert_eq!(process.names("a"), process.names("b"));
}

#[test]
fn promise_4_a_session_is_not_changed_delayed_or_woken_by_another() {
    // What the neighbours do with one session disturbed is what they do when it is left alone.
    let live = |disturb: &dyn Fn(&mut Process)| {
        let (_folder, mut process) = process();
        for realm in ["a", "b", "c"] {
            process.open(realm, realm);
        }
        process.run_for(Duration::from_secs(2));
        let start = process.frames.len();
        for round in 0..5 {
            process.write("b", &format!("b {round}"));
            disturb(&mut process);
            process.write("c", &format!("c {round}"));
            process.run_for(Duration::from_secs(1));
        }
        let frames = process.frames[start..].iter().filter(|frame| frame.realm == "b" || frame.realm == "c");
        frames.map(|frame| (frame.realm.clone(), frame.kind)).collect::<Vec<_>>()
    };
    let alone = live(&|_| {});
    assert!(alone.len() >= 10, "{alone:?}");
    assert_eq!(live(&|process| process.stop("a")), alone);
    assert_eq!(live(&|process| process.start("a")), alone);
    assert_eq!(live(&|process| process.write("a", "much to do")), alone);
    assert_eq!(live(&|process| process.close("a")), alone);
}

#[test]
fn promise_5_start_connects_now_whatever_backoff_ran_before() {
    let (_folder, mut process) = process();
    process.network = Network::Down;
    process.open("a", "notes");
    process.open("b", "others");
    while process.attempts.len() < 20 {
        process.run_for(Duration::from_secs(1));
    }
    // The schedule that the others would keep without the start.
    let last = *process.attempts.last().unwrap();
    process.run_for(Duration::from_secs(10));
    process.stop("a");
    let now = process.now();
    process.start("a");
    assert_eq!(process.attempts.last(), Some(&now), "the attempt begins in the same moment");
    let attempts = process.attempts.len();
    process.stop("a");
    process.run_for(Duration::from_secs(300));
    // b's 21st attempt comes when its own backoff says: five minutes after its 20th failed.
    assert_eq!(process.attempts.len(), attempts + 1);
    let next = *process.attempts.last().unwrap();
    assert_eq!(next.saturating_duration_since(last), Duration::from_secs(300) + Duration::from_millis(5));
}

#[test]
fn promise_6_a_stopped_session_costs_nothing() {
    let (_folder, mut process) = process();
    let names: Vec<String> = (0..20).map(|number| format!("realm-{number}")).collect();
    for name in &names {
        process.open(name, name);
    }
    process.run_for(Duration::from_secs(5));
    assert_eq!(process.open_sockets(), 1);
    for name in &names {
        process.stop(name);
    }
    assert_eq!(process.open_sockets(), 0, "the socket is closed at once");
    process.run_for(Duration::from_millis(100));
    assert!(process.is_asleep(), "no timer is left");
    let sent = process.frames.len();
    for name in &names {
        process.write(name, "while stopped");
        assert!(process.is_asleep(), "a write wakes nothing");
    }
    process.run_for(400 * 24 * HOUR);
    assert_eq!(process.frames.len(), sent);
}

#[test]
fn promise_7_what_is_written_while_stopped_is_synced_after_start_once() {
    let (_folder, mut process) = pair();
    process.stop("a");
    for number in 0..100 {
        process.write("a", &format!("ours {number:03}"));
        process.write("b", &format!("theirs {number:03}"));
    }
    process.run_for(HOUR);
    assert_eq!(process.names("a").len(), 101);
    process.start("a");
    process.run_for(HOUR);
    let names = process.names("a");
    assert_eq!(names.len(), 201);
    assert_eq!(names, process.names("b"));
}

#[test]
fn promise_8_both_are_idempotent_in_any_order_at_any_rate() {
    let (_folder, mut process) = pair();
    let mut random = Random::new(8);
    for number in 0..300 {
        match random.below(3) {
            0 => {
                process.stop("a");
                process.stop("a");
                assert_eq!(process.session("a").state(), SessionState::Paused);
            }
            1 => {
                process.start("a");
                process.start("a");
                assert_eq!(process.session("a").state(), SessionState::Active);
            }
            _ => process.write("a", &format!("ours {number:03}")),
        }
        if random.below(4) == 0 {
            process.run_for(Duration::from_millis(random.below(30)));
        }
    }
    process.start("a");
    process.run_for(HOUR);
    assert_eq!(process.names("a"), process.names("b"));
    assert!(process.names("a").len() > 50);
}

#[test]
fn promise_9_a_stopped_session_is_told_of_its_offline_budget_before_it_ends_and_is_never_woken_for_it() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.max_offline = Some(100 * 24 * HOUR);
    process.open("a", "notes");
    process.run_for(HOUR);
    process.stop("a");
    let told: Arc<Mutex<Vec<OfflineLevel>>> = Arc::default();
    let tell = told.clone();
    let _token = process.client.add_offline_callback(Arc::new(move |_, budget| tell.lock().push(budget.level)));
    let mut days_away = 0;
    for (days, level) in [
        (74, OfflineLevel::Within),
        (2, OfflineLevel::ThreeQuarters),
        (15, OfflineLevel::NineTenths),
        (10, OfflineLevel::Exceeded),
    ] {
        process.run_for(days * 24 * HOUR);
        days_away += days;
        assert!(process.is_asleep(), "something is due after {days_away} days");
        assert_eq!(*told.lock(), [], "after {days_away} days somebody was woken");
        process.write("a", "away");
        let warned = (level != OfflineLevel::Within).then_some(level);
        assert_eq!(told.lock().drain(..).collect::<Vec<_>>(), Vec::from_iter(warned), "after {days_away} days");
        let budget = process.session("a").status().offline.unwrap();
        assert_eq!(budget.level, level);
        let left_ms = budget.deadline.0.cast_signed() - process.clock().origin_timestamp().0.cast_signed();
        assert_eq!(left_ms.div_euclid(24 * 3_600_000), 100 - i64::from(days_away), "{budget:?}");
    }
}

#[test]
fn promise_10_a_session_stopped_for_years_resumes_with_what_changed() {
    let (_folder, mut process) = pair();
    let rest = |process: &mut Process| {
        process.stop("a");
        process.stop("b");
        process.run_for(5 * 365 * 24 * HOUR);
    };
    let resume = |process: &mut Process| {
        let sent = process.frames.len();
        process.start("a");
        process.start("b");
        process.run_for(Duration::from_secs(10));
        process.frames[sent..].iter().map(|frame| frame.size).sum::<usize>()
    };
    rest(&mut process);
    let bytes_unchanged = resume(&mut process);
    assert!(bytes_unchanged < 1000, "five years cost {bytes_unchanged} bytes");
    rest(&mut process);
    process.write("a", "ours");
    process.write("b", "theirs");
    resume(&mut process);
    assert_eq!(process.names("a"), ["first", "ours", "theirs"]);
    assert_eq!(process.names("b"), ["first", "ours", "theirs"]);
}

/// A realm of the folder, opened without a session.
fn open_local(path: &std::path::Path, process: &Process) -> Realm {
    let (path, clock) = (path.to_owned(), process.clock());
    Realm::open(OpenOptions { path, schema: None, mode: Mode::Local, clock }).unwrap()
}

#[test]
fn promise_11_a_copy_leaves_sync_for_good() {
    let (folder, mut process) = pair();
    process.stop("a");
    process.write("a", "not sent");
    let target = folder.path().join("own.realm");
    let source = &process.realms["a"].realm;
    assert!(matches!(source.copy_to_local(&target, Unsent::Refuse), Err(StoreError::UnsentChanges { count: 1 })));
    assert!(!target.exists());
    source.copy_to_local(&target, Unsent::Keep).unwrap();
    let mut copy = open_local(&target, &process);
    let sent = process.frames.len();
    copy.begin().unwrap();
    let class = copy.class_key(CLASS).unwrap();
    copy.create(class, PrimaryKey::Int(1000)).unwrap();
    copy.commit().unwrap();
    assert_eq!(copy.object_keys(class).unwrap().len(), 3);
    process.run_for(HOUR);
    assert!(process.frames[sent..].iter().all(|frame| frame.kind == "ping" || frame.kind == "unbind"));
    assert_eq!(process.names("b"), ["first"]);
}

#[test]
fn lesson_8_after_a_wait_for_upload_nothing_is_pending_and_the_realm_can_be_copied() {
    let (folder, mut process) = pair();
    for number in 0..20 {
        process.write("a", &format!("{number}"));
        process.begin_wait("a");
        let waits = process.waits_of("a");
        process.run_until(|_| waits.lock().len() == number + 1);
        assert_eq!(process.session("a").pending_uploads().unwrap().count, 0);
        let target = folder.path().join(format!("copy-{number}.realm"));
        process.realms["a"].realm.copy_to_local(&target, Unsent::Refuse).unwrap();
    }
}
