//! Access tokens that the application supplies, and users that log out and in.

use std::sync::Arc;
use std::time::Duration;

use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use base64::Engine;
use parking_lot::Mutex;
use realm_sync::client::{Reason, SessionState, StopPolicy, TokenRequest, User};
use realm_sync::protocol::{Action, ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::value::{Instant, SessionIdent};

use crate::clock::START_S;
use crate::process::{config, Network, Process};

const A: SessionIdent = SessionIdent(1);
const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(3600);

/// A token that expires so many seconds after the start.
fn token(expires_s: u64) -> String {
    format!("e30.{}.none", URL_SAFE_NO_PAD.encode(format!(r#"{{"exp":{}}}"#, START_S + expires_s)))
}

/// What the application is asked, and when.
#[derive(Clone, Default)]
struct Asked {
    requests: Arc<Mutex<Vec<TokenRequest>>>,
}

impl Asked {
    /// Keeps every request for later.
    fn by(user: &User) -> Asked {
        let asked = Asked::default();
        let requests = asked.requests.clone();
        user.set_token_callback(Some(Arc::new(move |request| requests.lock().push(request))));
        asked
    }

    fn count(&self) -> usize {
        self.requests.lock().len()
    }

    fn answer_last(&self, process: &mut Process, access_token: &str) {
        self.requests.lock().last().unwrap().complete(access_token.into());
        process.wake();
    }
}

/// A process whose user has a token that is expired.
fn process(skew_ms: i64) -> (tempfile::TempDir, Process) {
    let folder = crate::folder();
    let mut process = Process::with_skew(folder.path(), config(), skew_ms);
    process.user = User::new("ada".into(), token(0));
    process.wakes_after_calls = true;
    (folder, process)
}

/// The tokens that the server was shown.
fn shown(process: &Process) -> Vec<&str> {
    process.shown.iter().map(|(_, token)| token.as_str()).collect()
}

#[test]
fn lesson_16_a_reconnect_asks_at_once_while_the_token_backs_off_on_the_one_schedule() {
    let (_folder, mut process) = process(0);
    let times: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let (asked_at, clock) = (times.clone(), process.clock());
    process.user.set_token_callback(Some(Arc::new(move |request| {
        asked_at.lock().push(clock.now());
        request.fail("no network".into());
    })));
    process.open("a", "notes");
    process.run_for(30 * MINUTE);
    let waits = |times: &[Instant]| {
        let pairs = times.windows(2).map(|pair| pair[1].saturating_duration_since(pair[0]).as_secs());
        pairs.collect::<Vec<_>>()
    };
    assert_eq!(waits(&times.lock())[..10], [1, 2, 4, 8, 16, 32, 64, 128, 256, 300]);
    assert!(process.attempts.is_empty(), "no socket without a token");
    assert_eq!(process.session("a").status().reason, Reason::BacksOff);
    assert_eq!(process.session("a").last_error().unwrap().message, "no network");
    for _ in 0..2 {
        process.run_for(10 * MINUTE + Duration::from_secs(7));
        let (before, now) = (times.lock().len(), process.now());
        process.session("a").reconnect();
        process.wake();
        assert_eq!(times.lock().last(), Some(&now), "it asks in the same moment");
        process.run_for(Duration::from_secs(20));
        assert_eq!(waits(&times.lock()[before..]), [1, 2, 4, 8], "and nothing of the old schedule is left");
    }
    process.user.set_token_callback(Some(Arc::new(|request| request.complete(token(7200)))));
    let now = process.now();
    process.wake();
    process.start("a");
    assert_eq!(process.attempts, [now]);
    process.run_for(MINUTE);
    assert_eq!(process.attempts.len(), 1);
}

#[test]
fn lesson_17_a_slow_token_and_a_wrong_clock_disturb_nobody_and_ask_once() {
    let frames_of_b = |with_a: bool| {
        // The clock is ten years ahead: every token looks expired.
        let (_folder, mut process) = process(10 * 365 * 86_400_000);
        let asked = Asked::by(&process.user);
        if with_a {
            process.open("a", "slow");
        }
        let ada = std::mem::replace(&mut process.user, User::new("bob".into(), "his".into()));
        process.open("b", "notes");
        for round in 0..20 {
            process.write("b", &format!("{round}"));
            process.run_for(Duration::from_secs(10));
        }
        process.user = ada;
        let of_b = process.frames.iter().filter(|frame| frame.realm == "notes");
        let of_b = of_b.map(|frame| (frame.at, frame.kind, frame.size)).collect::<Vec<_>>();
        (of_b, asked, process, _folder)
    };
    let (alone, ..) = frames_of_b(false);
    let (beside, asked, mut process, _folder) = frames_of_b(true);
    assert!(alone.len() > 40);
    assert_eq!(beside, alone);
    assert_eq!(asked.count(), 1, "three minutes without an answer are no failure");
    let fresh = token(7200);
    asked.answer_last(&mut process, &fresh);
    process.run_for(MINUTE);
    process.write("a", "ours");
    process.begin_wait("a");
    for _ in 0..10 {
        process.cut();
        process.run_for(MINUTE);
    }
    assert_eq!(process.ended_waits("a"), [true]);
    assert_eq!(asked.count(), 1, "a token is used until the server refuses it");
    // The server refuses it: one question, and then by the schedule.
    process.network = Network::Refusing(401);
    process.cut();
    process.run_for(MINUTE);
    assert_eq!(asked.count(), 2);
    assert_eq!(process.session("a").state(), SessionState::Active);
    asked.answer_last(&mut process, &token(7201));
    process.run_for(Duration::from_millis(100));
    assert_eq!(process.session("a").state(), SessionState::WaitingForAccessToken);
    process.user.set_token_callback(Some(Arc::new(|request| request.complete(token(7202)))));
    process.wake();
    let attempts = process.attempts.len();
    process.run_for(HOUR);
    assert!(process.attempts.len() - attempts < 25, "{} attempts in an hour", process.attempts.len() - attempts);
    let status = process.session("a").status();
    assert_eq!((status.state, status.reason), (SessionState::WaitingForAccessToken, Reason::AwaitsAccessToken));
    assert!(status.next_attempt.is_some());
    process.write("a", "while it waits");
    process.network = Network::Up;
    process.begin_wait("a");
    process.run_for(6 * MINUTE);
    assert_eq!(process.session("a").state(), SessionState::Active);
    assert_eq!(process.ended_waits("a"), [true, true]);
}

#[test]
fn a_refused_token_is_replaced_before_the_session_waits() {
    let (_folder, mut process) = process(0);
    process.user = User::new("ada".into(), "old".into());
    process.user.set_token_callback(Some(Arc::new(|request| request.complete("new".into()))));
    process.network = Network::Wanting("new");
    let states: Arc<Mutex<Vec<SessionState>>> = Arc::default();
    let told = states.clone();
    let session = &process.open("a", "notes").session;
    let _token = session.add_state_callback(Arc::new(move |_, new| told.lock().push(new)));
    process.run_for(MINUTE);
    assert_eq!(shown(&process), ["old", "new"]);
    assert_eq!(process.open_sockets(), 1);
    assert!(states.lock().is_empty(), "{states:?}");
}

#[test]
fn a_stop_after_upload_asks_for_a_token_at_once_where_the_last_one_was_refused() {
    let (_folder, mut process) = process(0);
    process.user = User::new("ada".into(), "old".into());
    let asked = Asked::by(&process.user);
    process.network = Network::Wanting("new");
    process.open("a", "notes");
    for _ in 0..12 {
        process.run_for(6 * MINUTE);
        asked.requests.lock().last().unwrap().fail("none".into());
        process.wake();
    }
    assert_eq!(process.session("a").state(), SessionState::WaitingForAccessToken);
    process.write("a", "ours");
    let count = asked.count();
    let flushed = process.session("a").begin_flush(Duration::from_secs(10));
    process.wake();
    assert_eq!(asked.count(), count + 1);
    asked.answer_last(&mut process, "new");
    process.run_for(Duration::from_secs(5));
    assert!(flushed.is_over());
    assert_eq!(process.session("a").pending_uploads().unwrap().count, 0);
}

#[test]
fn an_error_that_asks_for_a_refresh_asks_once_and_leaves_the_socket() {
    let (_folder, mut process) = process(0);
    process.user = User::new("ada".into(), "old".into());
    let asked = Asked::by(&process.user);
    process.open("a", "one");
    process.open("b", "two");
    process.run_for(MINUTE);
    process.hear(A, |session| {
        let code = ErrorCode::TokenExpired;
        let body = JsonErrorBody { try_again: true, action: Action::RefreshUser, ..JsonErrorBody::new(code, "late") };
        ServerMessage::JsonError { session, code, body: Box::new(body) }
    });
    process.write("a", "ours");
    process.run_for(MINUTE);
    assert_eq!((asked.count(), process.open_sockets()), (1, 1));
    assert_eq!(process.session("a").state(), SessionState::Active);
    asked.answer_last(&mut process, "new");
    process.begin_wait("a");
    process.run_for(MINUTE);
    assert_eq!((asked.count(), process.attempts.len()), (1, 1));
    assert_eq!(process.ended_waits("a"), [true]);
}

#[test]
fn lesson_19_a_late_answer_after_a_log_out_logs_nobody_in() {
    for number in 0..4 {
        let (_folder, mut process) = process(0);
        let asked = Asked::by(&process.user);
        process.open("a", "notes");
        process.run_for(MINUTE);
        assert_eq!(asked.count(), 1);
        let answer = |number: u64| asked.requests.lock()[0].complete(token(number));
        match number {
            // The answer is on its way when the user logs out.
            0 => {
                answer(7200);
                process.log_out();
            }
            1 => {
                process.log_out();
                answer(7200);
            }
            2 => {
                process.log_out();
                asked.requests.lock().clear();
            }
            _ => {
                process.log_out();
                process.user.set_access_token(token(7200));
            }
        }
        process.wake();
        process.run_for(HOUR);
        assert!(!process.user.is_logged_in());
        assert!(process.attempts.is_empty() && process.is_asleep(), "{number}");
        let status = process.session("a").status();
        assert_eq!((status.state, status.reason), (SessionState::Inactive, Reason::LoggedOut));
    }
}

#[test]
fn an_answer_does_not_take_the_place_of_the_token_of_a_later_log_in() {
    let (_folder, mut process) = process(0);
    let asked = Asked::by(&process.user);
    process.open("a", "notes");
    // All of it reaches the worker at once.
    asked.requests.lock()[0].complete(token(1));
    let logged_out = process.user.begin_log_out();
    process.user.log_in("hers".into());
    process.wake();
    drop(logged_out);
    process.run_for(MINUTE);
    assert_eq!(process.user.access_token(), "hers");
    assert_eq!(shown(&process).last(), Some(&"hers"));
    assert_eq!(process.open_sockets(), 1);
}

#[test]
fn lesson_20_a_slow_token_outlives_no_session() {
    let (_folder, mut process) = process(0);
    let asked = Asked::by(&process.user);
    for round in 0..1000 {
        process.open("a", "notes");
        process.close("a");
        if round % 2 == 0 {
            process.run_for(Duration::from_millis(5));
        }
    }
    assert_eq!(asked.count(), 1000);
    let late = || asked.requests.lock()[..1000].iter().for_each(|request| request.complete("late".into()));
    late();
    process.wake();
    process.run_for(MINUTE);
    assert!(process.attempts.is_empty() && process.is_asleep());
    process.open("a", "notes");
    late();
    process.wake();
    process.run_for(MINUTE);
    assert!(process.attempts.is_empty());
    asked.answer_last(&mut process, "hers");
    process.write("a", "ours");
    process.begin_wait("a");
    process.run_for(MINUTE);
    assert_eq!(process.ended_waits("a"), [true]);
    assert_eq!(shown(&process), ["hers"]);
    let binds = process.frames.iter().filter(|frame| frame.kind == "bind");
    assert_eq!((binds.count(), asked.count()), (1, 1001));
    process.close("a");
    process.user = User::new("bob".into(), String::new());
    drop(process);
    assert_eq!(Arc::strong_count(&asked.requests), 1, "nobody is left who could ask");
}

#[test]
fn a_log_out_ends_at_once_what_is_not_stopped_and_a_log_in_brings_it_back() {
    let (_folder, mut process) = process(0);
    process.user = User::new("ada".into(), "token".into());
    for (realm, policy) in [
        ("a", StopPolicy::Immediately),
        ("b", StopPolicy::Immediately),
        ("c", StopPolicy::AfterUpload { deadline: HOUR }),
    ] {
        process.open_with(realm, realm, policy);
    }
    process.run_for(MINUTE);
    process.stop("b");
    process.write("a", "before");
    process.write("c", "unsent");
    process.close("c");
    let sent = process.frames.len();
    process.log_out();
    assert_eq!((process.open_sockets(), process.session("a").state()), (0, SessionState::Inactive));
    assert_eq!(process.session("b").status().reason, Reason::Stopped);
    process.write("a", "meanwhile");
    process.begin_wait("a");
    process.start("a");
    process.open("d", "d");
    process.run_for(24 * HOUR);
    let said: Vec<_> = process.frames[sent..].iter().map(|frame| frame.kind).collect();
    assert!(said.iter().all(|kind| *kind == "unbind"), "{said:?}");
    assert!(process.is_asleep());
    assert_eq!(process.session("d").status().reason, Reason::LoggedOut);
    assert!(process.ended_waits("a").is_empty());
    process.log_in("another");
    process.run_for(MINUTE);
    assert_eq!(process.ended_waits("a"), [true]);
    assert_eq!(shown(&process), ["token", "another"]);
    let states = ["a", "b", "d"].map(|realm| process.session(realm).state());
    assert_eq!(states, [SessionState::Active, SessionState::Paused, SessionState::Active]);
    process.start("b");
    process.run_for(MINUTE);
    assert_eq!(process.names("a"), ["before", "meanwhile"]);
}

#[test]
fn a_stopped_session_neither_asks_nor_hears_an_answer() {
    let (_folder, mut process) = process(0);
    let asked = Asked::by(&process.user);
    process.open("a", "notes");
    process.stop("a");
    asked.answer_last(&mut process, &token(7200));
    process.run_for(HOUR);
    assert!(process.attempts.is_empty() && process.is_asleep());
    process.start("a");
    assert_eq!((asked.count(), process.attempts.len()), (2, 0));
    asked.answer_last(&mut process, &token(7200));
    assert_eq!(process.attempts.len(), 1);
}
