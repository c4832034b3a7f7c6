//! What the host says of the network, and what it changes about attempts.

use std::time::Duration;

use realm_sync::protocol::{BackoffHint, ErrorCode, JsonErrorBody};
use realm_sync::sync::{Attempts, Cause, ConnectionState, Event, Input, Reachability};

use crate::script::{known_file, timing, Script, Sent, A, B};

const GONE: Input<'static> = Input::Network(Reachability::NotReachable);
const BACK: Input<'static> = Input::Network(Reachability::Reachable);

fn fail(script: &mut Script) {
    script.input(Input::Disconnected(Cause::ConnectFailed("no route".into())));
}

#[test]
fn without_network_an_attempt_under_way_is_given_up_and_costs_no_backoff() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    script.events(A);
    script.input(GONE);
    assert!(script.take_disconnect());
    assert_eq!(script.events(A), [Event::Connection(ConnectionState::Disconnected)]);
    assert_eq!(script.connection.failures(A), 0);
    assert_eq!(script.connection.poll_timeout(), None, "no timer runs");
    script.input(Input::Timeout);
    assert!(!script.take_connect());
}

#[test]
fn without_network_neither_an_opened_session_nor_a_due_one_attempts() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    fail(&mut script);
    script.input(GONE);
    assert_eq!(script.connection.poll_timeout(), None);
    script.now = script.now + Duration::from_secs(3600);
    script.input(Input::Timeout);
    script.open(B, known_file());
    assert!(!script.take_connect());
    assert_eq!(script.connection.poll_timeout(), None);
}

#[test]
fn the_network_that_comes_back_is_tried_at_once_and_begins_the_backoff_anew() {
    let mut script = Script::new();
    script.open(A, known_file());
    for _ in 0..6 {
        assert!(script.take_connect());
        fail(&mut script);
        script.sleep();
    }
    assert!(script.take_connect());
    fail(&mut script);
    script.input(GONE);
    script.input(BACK);
    assert!(script.take_connect());
    fail(&mut script);
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
}

#[test]
fn a_host_that_no_longer_knows_leaves_the_schedule_as_it_was() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    fail(&mut script);
    script.input(GONE);
    script.input(Input::Network(Reachability::Unknown));
    assert!(!script.take_connect());
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
    assert!(script.take_connect());
}

#[test]
fn saying_reachable_again_changes_nothing() {
    let mut script = Script::new();
    script.input(BACK);
    script.open(A, known_file());
    assert!(script.take_connect());
    fail(&mut script);
    script.input(BACK);
    assert!(!script.take_connect());
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
}

#[test]
fn a_reconnect_without_network_makes_one_attempt() {
    let mut script = Script::new();
    script.input(GONE);
    script.open(A, known_file());
    script.open(B, known_file());
    script.input(Input::Reconnect(A));
    assert!(script.take_connect());
    assert_eq!(script.events(B).iter().filter(|event| matches!(event, Event::Connection(_))).count(), 0);
    fail(&mut script);
    assert_eq!(script.connection.poll_timeout(), None, "and no second one by itself");
    assert_eq!(script.connection.failures(A), 1);
    assert_eq!(script.connection.failures(B), 0, "the other session did not take part");
}

#[test]
fn sessions_that_are_connected_stay_connected_and_the_socket_is_probed_when_the_network_is_back() {
    let mut script = Script::new();
    script.live(A);
    script.input(GONE);
    assert!(!script.take_disconnect());
    script.input(BACK);
    assert_eq!(script.events(A), []);
    assert_eq!(script.sleep(), Some(Duration::ZERO));
    assert_eq!(script.transmit(), [Sent::Ping(script.now.as_millis())]);
}

#[test]
fn a_socket_that_is_lost_without_network_is_not_opened_again_before_there_is_one() {
    let mut script = Script::new();
    script.live(A);
    script.input(GONE);
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset".into())));
    assert_eq!(script.connection.poll_timeout(), None);
    script.input(BACK);
    assert!(script.take_connect());
}

#[test]
fn what_the_server_dictated_outlasts_a_change_of_the_network() {
    let mut script = Script::new();
    script.live(A);
    let body = JsonErrorBody {
        backoff: Some(BackoffHint { interval_sec: 500, max_delay_sec: 500, multiplier: 1 }),
        ..JsonErrorBody::new(ErrorCode::OtherSessionError, "later")
    };
    script.json_error(A, ErrorCode::OtherSessionError, body);
    script.transmit();
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset".into())));
    script.input(GONE);
    script.input(BACK);
    assert!(!script.take_connect());
    assert_eq!(script.sleep(), Some(Duration::from_secs(500)));
    assert!(script.take_connect());
}

#[test]
fn the_schedule_is_told_as_it_changes() {
    let mut script = Script::new();
    script.open(A, known_file());
    fail(&mut script);
    let next = Some(script.now + timing().backoff.first_delay);
    assert!(script.events(A).contains(&Event::Attempts(Attempts { failures: 1, next })));
    script.input(Input::Reconnect(A));
    assert!(script.events(A).contains(&Event::Attempts(Attempts::default())));
}

#[test]
fn a_reconnect_during_the_servers_wait_and_another_error_wait_once() {
    let mut script = Script::new();
    script.live(A);
    script.error(A, ErrorCode::OtherSessionError, true);
    script.transmit();
    script.input(Input::Reconnect(A));
    assert_eq!(script.transmit()[..1], [Sent::Bind(A, false)]);
    script.error(A, ErrorCode::OtherSessionError, true);
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
    assert_eq!(script.connection.next_attempt(A), Some(script.now + Duration::from_secs(1)));
}
