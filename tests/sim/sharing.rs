//! A hundred sessions on one connection: what becomes of one of them does not show in the others.

use std::collections::VecDeque;
use std::time::Duration;

use realm_sync::client::SessionState;
use realm_sync::protocol::{ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::value::SessionIdent;

use crate::process::{config, Network, Process};

const SESSIONS: usize = 100;
/// The session that something happens to: the fifty-first.
const ODD: SessionIdent = SessionIdent(51);

fn name(number: usize) -> String {
    format!("realm-{number:02}")
}

fn odd() -> String {
    name(ODD.0 as usize - 1)
}

fn hundred() -> (tempfile::TempDir, Process) {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    for number in 0..SESSIONS {
        process.open(&name(number), &name(number));
    }
    process.run_for(Duration::from_secs(10));
    assert_eq!(process.open_sockets(), 1);
    (folder, process)
}

/// What the others say, in order, while all of them write and this is done to one.
fn frames_of_others(disturb: &dyn Fn(&mut Process)) -> Vec<(SessionIdent, &'static str)> {
    let (_folder, mut process) = hundred();
    let start = process.frames.len();
    disturb(&mut process);
    for number in (0..SESSIONS).filter(|number| name(*number) != odd()) {
        process.write(&name(number), "one");
        process.begin_wait(&name(number));
    }
    process.run_for(Duration::from_secs(10));
    // A callback that is slow has come to its end.
    process.held_notices.take().into_iter().flatten().for_each(|notice| notice.deliver());
    for number in (0..SESSIONS).filter(|number| name(*number) != odd()) {
        assert_eq!(process.ended_waits(&name(number)), [true], "{number} was disturbed");
    }
    let others = process.frames[start..].iter().filter(|frame| frame.ident != ODD && frame.ident.0 <= SESSIONS as u64);
    others.map(|frame| (frame.ident, frame.kind)).collect()
}

#[test]
fn stopping_failing_flooding_or_a_slow_callback_in_one_session_is_not_seen_by_its_neighbours() {
    let alone = frames_of_others(&|_| {});
    assert!(alone.len() >= SESSIONS - 1);
    let stopped = frames_of_others(&|process| process.stop(&odd()));
    assert_eq!(stopped, alone, "stopped");
    let failed = frames_of_others(&|process| {
        process.hear(ODD, |session| {
            let code = ErrorCode::PermissionDenied;
            ServerMessage::JsonError { session, code, body: Box::new(JsonErrorBody::new(code, "no")) }
        });
        assert_eq!(process.session(&odd()).state(), SessionState::Inactive);
    });
    assert_eq!(failed, alone, "failed");
    let closed = frames_of_others(&|process| process.close(&odd()));
    assert_eq!(closed, alone, "closed");
    let flooding = frames_of_others(&|process| {
        for _ in 0..50 {
            process.write(&odd(), &"flood ".repeat(10_000));
        }
    });
    assert_eq!(flooding, alone, "flooding");
    // Its callback does not return before everybody has written and waited; the dispatcher stays in it.
    let slow = frames_of_others(&|process| {
        process.held_notices = Some(VecDeque::new());
        process.write(&odd(), "one");
        process.begin_wait(&odd());
        process.stop(&odd());
        process.start(&odd());
    });
    assert_eq!(slow, alone, "a slow callback");
}

#[test]
fn a_callback_that_takes_for_ever_holds_no_frame_up() {
    let (_folder, mut process) = hundred();
    let sent = process.frames.len();
    process.held_notices = Some(VecDeque::new());
    for number in 0..SESSIONS {
        process.write(&name(number), "one");
        process.begin_wait(&name(number));
    }
    process.run_for(Duration::from_secs(10));
    let uploads = process.frames[sent..].iter().filter(|frame| frame.kind == "upload");
    assert!(uploads.count() >= SESSIONS);
    let held = process.held_notices.take().unwrap();
    assert!(held.len() >= SESSIONS);
    held.into_iter().for_each(|notice| notice.deliver());
    for number in 0..SESSIONS {
        assert_eq!(process.ended_waits(&name(number)), [true]);
    }
}

#[test]
fn a_session_waits_for_at_most_one_frame_of_each_other_before_it_speaks() {
    let (_folder, mut process) = hundred();
    // Everybody else has far more to send than the socket takes.
    for number in 1..SESSIONS {
        for _ in 0..8 {
            process.write(&name(number), &"flood ".repeat(10_000));
        }
    }
    process.run_for(Duration::from_millis(20));
    let from = process.frames.len();
    process.write(&name(0), "one");
    process.run_until(|process| process.frames[from..].iter().any(|frame| frame.realm == name(0)));
    let before: Vec<SessionIdent> = process.frames[from..].iter().map(|frame| frame.ident).collect();
    assert!(before.len() > SESSIONS / 2, "the socket was not busy: {}", before.len());
    for number in 2..=SESSIONS as u64 {
        let turns = before.iter().filter(|ident| ident.0 == number).count();
        assert!(turns <= 1, "session {number} spoke {turns} times before");
    }
    // A frame is bounded: the changesets of one UPLOAD come to 128 KiB, and one more at most crosses that.
    let largest = process.frames[from..].iter().map(|frame| frame.size).max().unwrap();
    assert!(largest <= (128 << 10) + 70_000, "{largest} bytes");
}

#[test]
fn a_connection_that_cannot_be_made_ends_no_wait() {
    let (_folder, mut process) = hundred();
    process.network = Network::Down;
    process.cut();
    for number in 0..SESSIONS {
        process.write(&name(number), "one");
        process.begin_wait(&name(number));
    }
    process.run_for(Duration::from_secs(600));
    process.network = Network::Up;
    for number in 0..SESSIONS {
        assert!(process.ended_waits(&name(number)).is_empty());
    }
    process.run_for(Duration::from_secs(600));
    for number in 0..SESSIONS {
        assert_eq!(process.ended_waits(&name(number)), [true]);
    }
}
