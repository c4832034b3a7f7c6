//! What a stop leaves of a session on its connection: UNBIND, and nothing else.

use realm_sync::protocol::ServerMessage;
use realm_sync::sync::{Input, LocalChangeset, StoreAnswer, StoreRequest, UploadScan};
use realm_sync::value::{ClientVersion, ServerVersion, UploadCursor};

use crate::script::{known_file, progress, Script, Sent, A, B};

fn scan(script: &mut Script, session: realm_sync::value::SessionIdent, version: u64) -> StoreAnswer {
    script.input(Input::Commit { session, version: ClientVersion(version) });
    let Some(StoreRequest::Scan { binding, .. }) = script.take_request(session) else { panic!("a commit is scanned") };
    let changeset = LocalChangeset {
        client_version: ClientVersion(version),
        server_version: ServerVersion(3),
        origin_timestamp: Default::default(),
        bytes: vec![0; 10],
    };
    let scanned_to = UploadCursor { client_version: ClientVersion(version), server_version: ServerVersion(3) };
    StoreAnswer::Scanned { binding, scan: UploadScan { changesets: vec![changeset], scanned_to } }
}

#[test]
fn a_stop_drops_what_was_queued_and_says_only_unbind() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    let scanned = scan(&mut script, A, 6);
    script.answer(A, scanned);
    script.input(Input::Stop(A));
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
    assert!(!script.take_disconnect(), "the other session needs the socket");
}

#[test]
fn a_stop_before_bind_says_nothing() {
    let mut script = Script::new();
    script.live(A);
    script.open(B, known_file());
    script.input(Input::Stop(B));
    assert_eq!(script.transmit(), []);
}

#[test]
fn unbind_goes_out_before_the_next_bind() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    script.input(Input::Stop(A));
    script.open(crate::script::C, known_file());
    assert_eq!(script.transmit()[..2], [Sent::Unbind(A), Sent::Bind(crate::script::C, false)]);
}

#[test]
fn what_still_arrives_for_a_stopped_session_is_thrown_away() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    script.input(Input::Stop(A));
    script.transmit();
    script.download(A, progress(4, 5, 5), &[4]);
    script.say(&ServerMessage::Unbound { session: A });
    assert!(!script.take_disconnect());
    assert_eq!(script.take_request(A), None);
    assert_eq!(script.events(A), []);
}

#[test]
fn the_socket_goes_with_the_last_stopped_session_and_no_timer_stays() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Stop(A));
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
    script.input(Input::Timeout);
    assert!(script.take_disconnect());
    assert_eq!(script.connection.poll_timeout(), None);
    assert!(script.connection.is_spent());
}

#[test]
fn a_stop_during_the_attempt_gives_the_attempt_up() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    script.input(Input::Stop(A));
    assert!(script.take_disconnect());
    assert_eq!(script.connection.poll_timeout(), None);
}

#[test]
fn a_late_answer_of_the_file_changes_nothing_after_a_stop() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    let scanned = scan(&mut script, A, 6);
    script.input(Input::Stop(A));
    script.transmit();
    script.answer(A, scanned);
    assert_eq!(script.transmit(), []);
}
