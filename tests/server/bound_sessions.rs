//! Life of a bound session: MARK, PING, turns, news, limits, time.

use std::time::Duration;

use realm_sync::server::{Access, Limits};

use crate::changesets::{create, make_class};
use crate::world::{bind, upload, World};

#[test]
fn a_new_file_gets_an_ident_then_a_download_then_its_mark() {
    let mut world = World::new();
    let id = world.connect();
    world.say(id, bind(1, "/fresh", true));
    let heard = world.hear(id);
    let file = heard[0].strip_prefix("ident 1 2 ").unwrap();
    assert!(file.parse::<i64>().unwrap() > 0);
    world.put(id, format!("ident 1 2 {file} 0 0 0 0\n"));
    world.put(id, "mark 1 2\n");
    assert_eq!(world.hear(id), ["download 1 at 0 0 of 0 up 0 0: ", "mark 1 2"]);
}

#[test]
fn idents_are_counted_per_realm_from_2() {
    let mut world = World::new();
    let id = world.connect();
    let idents = [(1, "/a"), (2, "/a"), (3, "/b"), (4, "a")].map(|(session, path)| {
        let file = world.bind_new(id, session, path);
        file.split(' ').next().unwrap().to_owned()
    });
    assert_eq!(idents, ["2", "3", "2", "4"]);
}

#[test]
fn only_the_newest_mark_is_answered_and_mark_0_never() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.put(id, "mark 1 1\n");
    world.put(id, "mark 1 3\n");
    assert_eq!(world.hear(id), ["mark 1 3"]);
    world.say(id, "mark 1 0\n");
    assert_eq!(world.hear(id), [""; 0]);
}

#[test]
fn a_mark_waits_until_everything_known_is_downloaded() {
    let mut world = World::with_limits(Limits { download_bytes: 1, ..Limits::default() });
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    let changes: Vec<_> = (3..6).map(create).collect();
    let mut all = vec![(2, 0, 1, make_class())];
    all.extend((3..6).zip(changes).map(|(version, bytes)| (version, 0, version, bytes)));
    let all: Vec<_> =
        all.iter().map(|(version, base, time, bytes)| (*version, *base, *time, bytes.as_slice())).collect();
    world.say(a, upload(1, &all, (5, 0), 0));
    world.say(b, bind(1, "/x", true));
    let file = world.hear(b)[0].strip_prefix("ident 1 ").unwrap().to_owned();
    world.put(b, format!("ident 1 {file} 0 0 0 0\n"));
    world.put(b, "mark 1 1\n");
    let heard = world.hear(b);
    assert_eq!(heard.len(), 5, "{heard:?}");
    assert_eq!(heard[0], "download 1 at 1 0 of 4 up 0 0: 1");
    assert_eq!(heard[3..], ["download 1 at 4 0 of 4 up 0 0: 4", "mark 1 1"]);
}

#[test]
fn pings_come_before_everything_else() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.put(id, "mark 1 1\n");
    world.put(id, "ping 77 12\n");
    world.put(id, "ping -78 0\n");
    assert_eq!(world.hear(id), ["pong 77", "pong -78", "mark 1 1"]);
}

#[test]
fn sessions_take_turns_frame_by_frame() {
    let mut world = World::with_limits(Limits { download_bytes: 1, ..Limits::default() });
    let (writer, reader) = (world.connect(), world.connect());
    for (session, path) in [(1, "/x"), (2, "/y")] {
        world.bind_new(writer, session, path);
        let (class, object) = (make_class(), create(1));
        world.say(writer, upload(session, &[(2, 0, 1, &class), (3, 0, 2, &object)], (3, 0), 0));
    }
    let files: Vec<_> = [(1, "/x"), (2, "/y")]
        .map(|(session, path)| {
            world.say(reader, bind(session, path, true));
            world.hear(reader)[0].clone()
        })
        .to_vec();
    for file in files {
        world.put(reader, format!("{file} 0 0 0 0\n"));
    }
    let heard = world.hear(reader);
    let sessions: Vec<_> = heard.iter().map(|line| line.split(' ').nth(1).unwrap()).collect();
    assert_eq!(sessions, ["1", "2", "1", "2"], "{heard:?}");
}

#[test]
fn log_messages_go_to_version_10_and_later_only() {
    for (version, count) in [(9, 0), (10, 2), (14, 2)] {
        let mut world = World::new();
        let id = world.connect_as(version, Access::unrestricted());
        world.say(id, bind(1, "/x", true));
        let mut frames = world.hear_frames(id);
        let ident = frames.iter().position(|frame| frame.starts_with(b"ident")).unwrap();
        let mut ident = String::from_utf8(frames[ident].clone()).unwrap();
        ident.truncate(ident.len() - 1);
        world.say(id, format!("{ident} 0 0 0 0\n"));
        frames.extend(world.hear_frames(id));
        let logs: Vec<_> = frames.iter().filter(|frame| frame.starts_with(b"log_message")).collect();
        assert_eq!(logs.len(), count, "version {version}");
        if count > 0 {
            assert!(logs[0].starts_with(b"log_message 0 101\n{\"co_id\":\""));
            assert!(logs[1].starts_with(b"log_message 1 64\n{\"level\":\"debug\""));
        }
    }
}

#[test]
fn an_error_is_json_from_version_4_on() {
    for (version, expected) in [(3, "error 204 "), (4, "json_error 204 "), (14, "json_error 204 ")] {
        let mut world = World::new();
        let id = world.connect_as(version, Access::unrestricted());
        world.say(id, bind(1, "/", true));
        let frames = world.hear_frames(id);
        let frame = frames.into_iter().find(|frame| !frame.starts_with(b"log_message")).unwrap();
        let text = String::from_utf8(frame).unwrap();
        assert!(text.starts_with(expected), "version {version}: {text}");
        if version >= 4 {
            for key in ["message", "tryAgain", "action", "logURL", "shouldClientReset", "isRecoveryModeDisabled"] {
                assert!(text.contains(&format!("\"{key}\":")), "{text}");
            }
        }
    }
}

#[test]
fn a_client_that_cannot_integrate_is_told_to_reset() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.say(id, "json_error 212 36 1\n{\"message\":\"BadChangeset: no table\"}");
    let frames = world.hear_frames(id);
    let text = String::from_utf8(frames[0].clone()).unwrap();
    assert!(text.starts_with("json_error 217 ") && text.contains("\"action\":\"ClientReset\""), "{text}");
}

#[test]
fn more_sessions_than_allowed_are_refused_one_by_one() {
    let mut world = World::with_limits(Limits { sessions_per_connection: 2, ..Limits::default() });
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.bind_new(id, 2, "/y");
    world.say(id, bind(3, "/z", true));
    assert_eq!(world.hear(id), ["error 201 3"]);
    world.say(id, "unbind 3\n");
    world.say(id, "unbind 2\n");
    assert_eq!(world.hear(id), ["unbound 2"]);
    world.say(id, bind(4, "/z", false));
    assert_eq!(world.hear(id), [""; 0]);
}

#[test]
fn silence_closes_a_connection_and_a_ping_does_not() {
    let mut world = World::with_limits(Limits { idle: Duration::from_secs(100), ..Limits::default() });
    let (silent, alive) = (world.connect(), world.connect());
    world.advance(Duration::from_secs(60));
    world.say(alive, "ping 1 0\n");
    world.advance(Duration::from_secs(60));
    assert!(world.is_closed(silent) && !world.is_closed(alive));
}

#[test]
fn the_newer_of_two_connections_with_one_client_file_wins() {
    let mut world = World::new();
    let (older, newer) = (world.connect(), world.connect());
    let file = world.bind_new(older, 1, "/x");
    world.say(newer, bind(5, "x", false));
    world.say(newer, format!("ident 5 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(newer), ["download 5 at 0 0 of 0 up 0 0: "]);
    assert!(world.is_closed(older));
    assert_eq!(world.hear(older), [""; 0], "it is dropped without a word");
}

#[test]
fn a_wrong_salt_drops_nobody() {
    let mut world = World::new();
    let (older, newer) = (world.connect(), world.connect());
    world.bind_new(older, 1, "/x");
    world.say(newer, bind(1, "/x", false));
    world.say(newer, "ident 1 2 12345 0 0 0 0\n");
    assert_eq!(world.hear(newer), ["error 211 1"]);
    assert!(!world.is_closed(older));
}

#[test]
fn a_client_file_is_bound_once_per_connection() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, bind(2, "/x", false));
    world.say(id, format!("ident 2 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["error 108 0"]);
}

#[test]
fn a_file_that_was_unbound_may_be_bound_elsewhere_without_harm() {
    let mut world = World::new();
    let (first, second) = (world.connect(), world.connect());
    let file = world.bind_new(first, 1, "/x");
    world.say(first, "unbind 1\n");
    world.say(second, bind(1, "/x", false));
    world.say(second, format!("ident 1 {file} 0 0 0 0\n"));
    world.say(first, "ping 1 0\n");
    assert_eq!(world.hear(first), ["unbound 1", "pong 1"]);
}
