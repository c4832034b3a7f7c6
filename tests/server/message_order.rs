//! Messages in the wrong order or form, and the connection error each gets.

use crate::world::{bind, upload, World};

/// Says the messages on one connection; what was heard last, and whether the server closed.
fn last_of(messages: &[&str]) -> (Option<String>, bool) {
    let mut world = World::new();
    let id = world.connect();
    for message in messages {
        world.say(id, message);
    }
    (world.hear(id).pop(), world.is_closed(id))
}

fn assert_fails(messages: &[&str], code: u32) {
    assert_eq!(last_of(messages), (Some(format!("error {code} 0")), true), "{messages:?}");
}

#[test]
fn what_is_no_message_is_bad_syntax() {
    let long = bind(1, &"x".repeat(1025), true);
    let token = format!("bind 1 2 2049 1 0\n/x{}", "t".repeat(2049));
    for message in [
        "",
        "nonsense 1 2 3\n",
        "ping",
        "ping 1\n",
        "ping 1 x\n",
        "mark 1  2\n",
        "mark 1 2\r\n",
        "unbind +1\n",
        "bind 1 99 0 1 0\n/x",
        "bind 1 0 0 1 0\n",
        "bind -1 2 0 1 0\n/x",
        &long,
        &token,
        "query 1 1 2\n{}",
        "test_command 1 1 2\n{}",
    ] {
        assert_fails(&[message], 103);
    }
}

#[test]
fn messages_of_a_session_that_is_not_bound_name_a_bad_session() {
    for message in [
        "ident 9 2 12345 0 0 0 0\n",
        "upload 9 0 0 0 1 0 0\n",
        "mark 9 1\n",
        "unbind 9\n",
        "json_error 212 13 9\n{\"message\":1}",
    ] {
        assert_fails(&[message], 106);
    }
    assert_fails(&[&bind(0, "/x", true)], 106);
}

#[test]
fn a_session_number_in_use_cannot_be_bound() {
    assert_fails(&[&bind(1, "/x", true), &bind(1, "/x", true)], 107);
    assert_fails(&[&bind(1, "/x", false), &bind(1, "/y", true)], 107);
}

#[test]
fn messages_before_the_ident_are_out_of_order() {
    for message in ["upload 1 0 0 0 1 0 0\n", "mark 1 1\n"] {
        assert_fails(&[&bind(1, "/x", false), message], 109);
        assert_fails(&[&bind(1, "/x", true), message], 109);
    }
}

#[test]
fn a_second_ident_is_out_of_order() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, format!("ident 1 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["error 109 0"]);
}

#[test]
fn an_ident_before_the_servers_own_is_out_of_order() {
    let mut world = World::new();
    let id = world.connect();
    world.put(id, bind(1, "/x", true));
    world.put(id, "ident 1 2 5 0 0 0 0\n");
    assert_eq!(world.hear(id), ["error 109 0"]);
}

#[test]
fn messages_between_unbind_and_unbound_are_out_of_order() {
    for message in ["mark 1 1\n", "unbind 1\n", "upload 1 0 0 0 1 0 0\n", "ident 1 2 5 0 0 0 0\n"] {
        let mut world = World::new();
        let id = world.connect();
        world.bind_new(id, 1, "/x");
        world.put(id, "unbind 1\n");
        world.put(id, message);
        assert_eq!(world.hear(id), ["error 109 0"], "{message}");
    }
}

#[test]
fn an_unbound_session_is_forgotten_and_its_number_free() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, "unbind 1\n");
    assert_eq!(world.hear(id), ["unbound 1"]);
    world.say(id, bind(1, "/x", false));
    world.say(id, format!("ident 1 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["download 1 at 0 0 of 0 up 0 0: "]);
    world.say(id, "unbind 1\n");
    world.say(id, "mark 1 1\n");
    assert_eq!(world.hear(id), ["unbound 1", "error 106 0"]);
}

#[test]
fn nothing_is_heard_after_a_connection_error() {
    let mut world = World::new();
    let id = world.connect();
    world.put(id, "nonsense 1\n");
    world.put(id, "ping 1 0\n");
    world.put(id, bind(1, "/x", true));
    assert_eq!(world.hear(id), ["error 103 0"]);
    assert!(world.is_closed(id));
}

#[test]
fn a_body_that_does_not_inflate_is_another_error() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.say(id, "upload 1 1 2000 5 2 0 0\nxxxxx");
    assert_eq!(world.hear(id), ["error 101 0"]);
}

#[test]
fn a_broken_changeset_header_is_bad_syntax() {
    for body in ["2 0 1 0 99 x", "2 0 1 0", "2 0 1 0 -1 "] {
        let mut world = World::new();
        let id = world.connect();
        world.bind_new(id, 1, "/x");
        world.say(id, format!("upload 1 0 {} 0 2 0 0\n{body}", body.len()));
        assert_eq!(world.hear(id), ["error 103 0"], "{body}");
    }
}

#[test]
fn after_a_session_error_only_unbind_is_heard() {
    let mut world = World::new();
    let id = world.connect();
    world.say(id, bind(1, "/", true));
    assert_eq!(world.hear(id), ["error 204 1"]);
    world.say(id, "ident 1 2 5 0 0 0 0\n");
    world.say(id, "mark 1 1\n");
    world.say(id, upload(1, &[], (9, 9), 9));
    assert_eq!(world.hear(id), [""; 0]);
    world.say(id, "unbind 1\n");
    assert_eq!(world.hear(id), [""; 0], "an erred session gets no UNBOUND");
    world.say(id, "mark 1 1\n");
    assert_eq!(world.hear(id), ["error 106 0"]);
}

#[test]
fn an_unbind_that_overtakes_the_error_gets_unbound_instead() {
    let mut world = World::new();
    let id = world.connect();
    world.put(id, bind(1, "/", true));
    world.put(id, "unbind 1\n");
    assert_eq!(world.hear(id), ["unbound 1"]);
}

#[test]
fn bytes_after_a_message_are_ignored() {
    let (heard, is_closed) = last_of(&["ping 5 0\nping 6 0\n"]);
    assert_eq!((heard.as_deref(), is_closed), (Some("pong 5"), false));
}
