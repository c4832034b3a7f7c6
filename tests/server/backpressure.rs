//! What piles up for a client that does not read, or that uploads faster than the disk takes. One connection on its
//! own, whose questions to the log are answered by hand.

use std::sync::Arc;

use realm_sync::protocol::handshake::ProtocolVersion;
use realm_sync::server::peer::{Input, Output, Request};
use realm_sync::server::{Access, Ask, Limits, Peer, RealmAnswer, RealmPath, RealmRequest, Standing};
use realm_sync::value::{Instant, ServerVersion, UploadCursor};

use crate::world::{bind, upload};

const NOW: Instant = Instant::from_start(std::time::Duration::ZERO);

struct Line {
    peer: Peer,
}

impl Line {
    /// A connection with one bound session.
    fn bound(limits: Limits) -> Line {
        let version = ProtocolVersion::new(9).unwrap();
        let mut line = Line { peer: Peer::new(NOW, Arc::new(limits), version, Access::unrestricted(), "id") };
        line.say(bind(1, "/x", false));
        line.say("ident 1 2 5 0 0 0 0\n");
        let ask = line.asks().remove(0);
        assert!(matches!(ask.request, RealmRequest::Identify(_)));
        let standing = Standing { upload: UploadCursor::default(), locked: ServerVersion(0), latest: ServerVersion(0) };
        line.answer(&ask, RealmAnswer::Identified(standing));
        line
    }

    fn say(&mut self, message: impl AsRef<[u8]>) {
        self.peer.handle_input(NOW, Input::Message(message.as_ref()));
    }

    fn answer(&mut self, ask: &Ask, answer: RealmAnswer) {
        self.peer.handle_input(NOW, Input::Answer(ask.ident, answer));
    }

    fn asks(&mut self) -> Vec<Ask> {
        let mut asks = Vec::new();
        while let Some(request) = self.peer.poll_request() {
            match request {
                Request::Ask(ask) => asks.push(ask),
                Request::Follow(_) | Request::Unfollow(_) => {}
            }
        }
        asks
    }
}

#[test]
fn history_is_read_only_when_the_socket_takes_something() {
    let mut line = Line::bound(Limits::default());
    let realm = RealmPath::new("/x").unwrap();
    for latest in 1..100 {
        line.peer.handle_input(NOW, Input::News { realm: &realm, latest: ServerVersion(latest) });
    }
    assert!(line.asks().is_empty(), "nobody has asked for output yet");
    assert!(matches!(line.peer.poll_output(), Output::Timeout(_)));
    let asks = line.asks();
    assert!(matches!(asks[..], [Ask { request: RealmRequest::Read { .. }, .. }]), "{asks:?}");
    assert!(matches!(line.peer.poll_output(), Output::Timeout(_)));
    assert!(line.asks().is_empty(), "one piece of history at a time");
}

#[test]
fn uploads_are_asked_for_also_while_the_socket_takes_nothing() {
    let mut line = Line::bound(Limits::default());
    line.say(upload(1, &[], (2, 0), 0));
    assert!(matches!(line.asks()[..], [Ask { request: RealmRequest::Upload(_), .. }]));
}

#[test]
fn uploads_that_wait_for_the_disk_fill_the_connection_until_they_are_answered() {
    let mut line = Line::bound(Limits { upload_backlog_bytes: 2000, ..Limits::default() });
    line.say(upload(1, &[(2, 0, 1, &[1; 1000])], (2, 0), 0));
    assert!(!line.peer.is_full());
    line.say(upload(1, &[(3, 0, 1, &[1; 1000])], (3, 0), 0));
    assert!(line.peer.is_full());
    let asks = line.asks();
    line.answer(&asks[0], RealmAnswer::Uploaded);
    assert!(!line.peer.is_full());
}

#[test]
fn uploads_over_twice_the_backlog_end_the_connection_for_another_try() {
    let mut line = Line::bound(Limits { upload_backlog_bytes: 2000, ..Limits::default() });
    for version in 2..5 {
        line.say(upload(1, &[(version, 0, 1, &[1; 1500])], (version, 0), 0));
    }
    line.say(upload(1, &[], (6, 0), 0));
    let Output::Send(frame) = line.peer.poll_output() else { panic!("no error") };
    let text = String::from_utf8(frame).unwrap();
    assert!(text.starts_with("json_error 100 ") && text.contains("\"tryAgain\":true"), "{text}");
    assert_eq!(line.peer.poll_output(), Output::Close);
}

#[test]
fn pongs_for_a_client_that_does_not_read_do_not_pile_up() {
    let mut line = Line::bound(Limits::default());
    for timestamp in 0..10_000 {
        line.say(format!("ping {timestamp} 0\n"));
    }
    let mut pongs = Vec::new();
    while let Output::Send(frame) = line.peer.poll_output() {
        pongs.push(String::from_utf8(frame).unwrap());
    }
    assert!(pongs.len() <= 64);
    assert_eq!(pongs.last().map(String::as_str), Some("pong 9999\n"));
}

#[test]
fn an_answer_for_a_session_that_is_gone_is_not_taken_for_its_successor() {
    let mut line = Line::bound(Limits::default());
    assert!(matches!(line.peer.poll_output(), Output::Timeout(_)));
    let read = line.asks().remove(0);
    line.say("unbind 1\n");
    assert!(matches!(line.peer.poll_output(), Output::Send(_)));
    line.say(bind(1, "/x", false));
    line.say("ident 1 2 5 0 0 0 0\n");
    line.answer(&read, RealmAnswer::Refused(realm_sync::server::Refusal::BadClientFileIdent));
    assert!(matches!(line.peer.poll_output(), Output::Timeout(_)), "the new session is not refused");
}
