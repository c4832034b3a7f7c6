//! When a connection is attempted, and when it is given up.

use std::time::Duration;

use realm_sync::protocol::ServerMessage;
use realm_sync::sync::{Cause, ConnectionState, Event, Input};

use crate::script::{known_file, timing, Script, Sent, A, B};

fn failed() -> Input<'static> {
    Input::Disconnected(Cause::ConnectFailed("no route".into()))
}

#[test]
fn opening_a_session_connects_at_once() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    assert_eq!(script.events(A)[0], Event::Connection(ConnectionState::Connecting));
}

#[test]
fn a_failed_attempt_is_repeated_after_growing_delays() {
    let mut script = Script::new();
    script.open(A, known_file());
    for seconds in [1, 2, 4, 8] {
        assert!(script.take_connect());
        script.input(failed());
        assert!(!script.take_connect());
        assert_eq!(script.sleep(), Some(Duration::from_secs(seconds)));
    }
    assert!(script.take_connect());
}

#[test]
fn a_started_session_connects_at_once_in_the_middle_of_another_sessions_backoff() {
    let mut script = Script::new();
    script.open(A, known_file());
    for _ in 0..20 {
        assert!(script.take_connect());
        script.input(failed());
        script.sleep();
    }
    assert!(script.take_connect());
    script.input(failed());
    let planned = script.connection.next_attempt(A);
    assert!(planned.is_some());
    script.open(B, known_file());
    assert!(script.take_connect(), "the new session does not wait");
    script.input(failed());
    assert_eq!(script.connection.next_attempt(A), planned, "the other session's schedule is unchanged");
    let own = script.connection.next_attempt(B).unwrap().saturating_duration_since(script.now);
    assert_eq!(own, Duration::from_secs(1), "and the new one begins its own");
}

#[test]
fn reconnect_attempts_at_once_and_moves_no_other_schedule() {
    let mut script = Script::new();
    script.open(A, known_file());
    script.open(B, known_file());
    for _ in 0..5 {
        assert!(script.take_connect());
        script.input(failed());
        script.sleep();
    }
    assert!(script.take_connect());
    script.input(failed());
    let planned = script.connection.next_attempt(B);
    script.input(Input::Reconnect(A));
    assert!(script.take_connect());
    script.input(failed());
    assert_eq!(script.connection.next_attempt(B), planned);
    assert_eq!(script.connection.failures(A), 1);
}

#[test]
fn an_attempt_that_takes_too_long_is_given_up() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    assert_eq!(script.sleep(), Some(timing().connect_timeout));
    assert!(script.take_disconnect());
    assert_eq!(script.errors(A)[0].number, 1035);
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
    assert!(script.take_connect());
}

#[test]
fn a_silent_server_is_given_up_after_the_pong_timeout() {
    let mut script = Script::new();
    script.live(A);
    script.sleep();
    let ping = script.transmit();
    assert_eq!(ping, [Sent::Ping(script.now.as_millis())]);
    assert_eq!(script.sleep(), Some(timing().pong_timeout));
    assert!(script.take_disconnect());
    assert_eq!(script.errors(A)[0].number, 1030);
}

#[test]
fn a_pong_keeps_the_connection() {
    let mut script = Script::new();
    script.live(A);
    for _ in 0..3 {
        script.sleep();
        let [Sent::Ping(timestamp_ms)] = script.transmit()[..] else { panic!("a PING is due") };
        script.say(&ServerMessage::Pong { timestamp_ms });
        assert!(!script.take_disconnect());
    }
}

#[test]
fn a_lost_socket_is_reconnected_and_the_session_binds_under_the_same_number() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset by peer".into())));
    assert!(script.events(A).contains(&Event::Connection(ConnectionState::Disconnected)));
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
    assert!(script.take_connect());
    script.input(Input::Connected);
    assert_eq!(script.transmit(), [Sent::Bind(A, false), Sent::Ident(A)]);
}

#[test]
fn a_closed_session_lets_the_socket_linger_and_the_next_one_uses_it() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Close(A));
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
    assert!(!script.take_disconnect());
    script.open(B, known_file());
    assert!(!script.take_connect());
    assert_eq!(script.transmit(), [Sent::Bind(B, false), Sent::Ident(B)]);
    script.input(Input::Close(B));
    script.transmit();
    let mut slept = Duration::ZERO;
    while !script.take_disconnect() {
        slept += script.sleep().unwrap();
        script.transmit();
    }
    assert_eq!(slept, timing().linger);
    assert!(script.connection.is_spent());
}
