//! Every error code, and what becomes of the session.

use std::time::Duration;

use realm_sync::protocol::{Action, BackoffHint, CompensatingWrites, ErrorCode, JsonErrorBody, Level, RejectedUpdate};
use realm_sync::sync::{Cause, Consequence, FileStatus, Input, SessionError, StoreAnswer, StoreFailure};
use realm_sync::value::{ClientVersion, PrimaryKey, ServerVersion};

use crate::script::{known_file, progress, Script, Sent, A, B};

fn session_codes() -> impl Iterator<Item = ErrorCode> {
    ErrorCode::rules().iter().filter(|rule| rule.level == Level::Session).map(|rule| rule.code)
}

#[test]
fn a_plain_error_that_says_try_again_is_tried_again_and_harms_no_other_session() {
    for code in session_codes().filter(|code| !code.keeps_session()).chain([ErrorCode::Unknown(299)]) {
        let mut script = Script::new();
        script.live(A);
        script.live(B);
        script.error(A, code, true);
        let errors = script.errors(A);
        assert_eq!(errors.len(), 1, "{code:?}");
        assert_eq!(errors[0].consequence, Consequence::Retries, "{code:?}");
        assert_eq!(errors[0].wire_code, Some(code.number()));
        assert_eq!(script.errors(B), []);
        assert_eq!(script.transmit(), [Sent::Unbind(A)], "{code:?}");
        script.now = script.now + Duration::from_secs(1);
        script.input(Input::Timeout);
        let sent = script.transmit();
        assert!(sent.contains(&Sent::Bind(A, false)), "{code:?}: {sent:?}");
    }
}

#[test]
fn a_plain_error_that_says_no_ends_the_session_until_it_is_started() {
    for code in session_codes().filter(|code| !code.keeps_session()) {
        let mut script = Script::new();
        script.live(A);
        script.live(B);
        script.error(A, code, false);
        assert_eq!(script.errors(A)[0].consequence, Consequence::Ends, "{code:?}");
        assert_eq!(script.transmit(), [Sent::Unbind(A)]);
        script.now = script.now + Duration::from_secs(3600);
        script.input(Input::Timeout);
        assert!(!script.transmit().contains(&Sent::Bind(A, false)), "{code:?}");
    }
}

#[test]
fn codes_that_keep_the_session_leave_it_where_it_is() {
    for code in session_codes().filter(|code| code.keeps_session()) {
        let mut script = Script::new();
        script.live(A);
        script.error(A, code, false);
        assert_eq!(script.errors(A)[0].consequence, Consequence::GoesOn, "{code:?}");
        assert_eq!(script.transmit(), []);
    }
}

#[test]
fn every_action_has_its_consequence() {
    for action in Action::ALL {
        let mut script = Script::new();
        script.live(A);
        let body = JsonErrorBody { action, ..JsonErrorBody::new(ErrorCode::OtherSessionError, "because") };
        script.json_error(A, ErrorCode::OtherSessionError, JsonErrorBody { try_again: false, ..body });
        let told: Vec<Consequence> = script.errors(A).iter().map(|error| error.consequence).collect();
        let expected = match action {
            Action::Transient => vec![],
            Action::RefreshLocation => vec![Consequence::Retries],
            Action::RefreshUser => vec![Consequence::NeedsToken],
            Action::MigrateSchema => vec![Consequence::GoesOn],
            Action::ClientReset => vec![Consequence::NeedsReset { may_recover: true }],
            Action::ClientResetNoRecovery => vec![Consequence::NeedsReset { may_recover: false }],
            Action::Warning
            | Action::ProtocolViolation
            | Action::ApplicationBug
            | Action::DeleteRealm
            | Action::MigrateToFlx
            | Action::RevertToPbs
            | Action::LogOutUser => vec![Consequence::Ends],
        };
        assert_eq!(told, expected, "{action}");
    }
}

#[test]
fn lesson_15_every_code_waits_as_one_table_says() {
    for code in session_codes() {
        let mut script = Script::new();
        script.live(A);
        let mut waits = Vec::new();
        for _ in 0..3 {
            script.error(A, code, true);
            script.transmit();
            let Some(planned) = script.connection.next_attempt(A) else { break };
            waits.push(planned.saturating_duration_since(script.now).as_secs());
            script.now = planned;
            script.input(Input::Timeout);
            script.transmit();
        }
        let expected: &[u64] = match code {
            code if code.keeps_session() => &[],
            ErrorCode::SessionClosed => &[1, 1, 1],
            _ => &[1, 2, 4],
        };
        assert_eq!(waits, expected, "{code:?}");
    }
}

#[test]
fn session_closed_is_tried_again_after_exactly_a_second_however_often() {
    let mut script = Script::new();
    script.live(A);
    for _ in 0..5 {
        script.error(A, ErrorCode::SessionClosed, true);
        script.transmit();
        let planned = script.connection.next_attempt(A).unwrap();
        assert_eq!(planned.saturating_duration_since(script.now), Duration::from_secs(1));
        script.now = planned;
        script.input(Input::Timeout);
        assert!(script.transmit().contains(&Sent::Bind(A, false)));
    }
}

#[test]
fn the_server_may_dictate_the_delays() {
    let mut script = Script::new();
    script.live(A);
    let mut body = JsonErrorBody::new(ErrorCode::InitialSyncNotCompleted, "busy");
    body.try_again = true;
    body.action = Action::Transient;
    body.backoff = Some(BackoffHint { interval_sec: 7, max_delay_sec: 20, multiplier: 2 });
    for seconds in [7, 14, 20, 20] {
        script.json_error(A, ErrorCode::InitialSyncNotCompleted, body.clone());
        script.transmit();
        let planned = script.connection.next_attempt(A).unwrap();
        assert_eq!(planned.saturating_duration_since(script.now), Duration::from_secs(seconds));
        script.now = planned;
        script.input(Input::Timeout);
        script.transmit();
    }
}

#[test]
fn the_backoff_starts_over_once_a_download_was_integrated() {
    let mut script = Script::new();
    script.live(A);
    script.error(A, ErrorCode::OtherSessionError, true);
    script.transmit();
    script.now = script.connection.next_attempt(A).unwrap();
    script.input(Input::Timeout);
    script.transmit();
    assert_eq!(script.connection.failures(A), 1);
    script.download(A, progress(4, 5, 5), &[4]);
    script.answer(A, StoreAnswer::Status(known_file()));
    assert_eq!(script.connection.failures(A), 0);
}

#[test]
fn a_connection_error_ends_the_connection_and_the_sessions_try_again() {
    for (code, try_again, seconds) in [(ErrorCode::ConnectionClosed, true, 1), (ErrorCode::BadSyntax, false, 300)] {
        let mut script = Script::new();
        script.live(A);
        script.error(realm_sync::value::SessionIdent(0), code, try_again);
        assert!(script.take_disconnect());
        assert_eq!(script.errors(A)[0].wire_code, Some(code.number()));
        assert_eq!(script.sleep(), Some(Duration::from_secs(seconds)), "{code:?}");
        assert!(script.take_connect());
    }
}

#[test]
fn an_error_of_the_wrong_level_is_a_violation() {
    for (session, code) in [(A, ErrorCode::BadSyntax), (realm_sync::value::SessionIdent(0), ErrorCode::BadChangeset)] {
        let mut script = Script::new();
        script.live(A);
        script.error(session, code, true);
        assert!(script.take_disconnect());
        assert_eq!(script.errors(A)[0].number, 1038);
    }
}

#[test]
fn a_refused_token_holds_the_session_until_the_host_asks() {
    let mut script = Script::new();
    script.open(A, known_file());
    assert!(script.take_connect());
    script.input(Input::Disconnected(Cause::Refused { status: 401, text: "expired".into() }));
    assert_eq!(script.errors(A)[0].consequence, Consequence::NeedsToken);
    assert_eq!(script.connection.poll_timeout(), None, "no timer wakes the device");
    script.input(Input::Reconnect(A));
    assert!(script.take_connect());
}

#[test]
fn other_refusals_are_tried_again() {
    for status in [200, 301, 400, 404, 410, 500, 503] {
        let mut script = Script::new();
        script.open(A, known_file());
        assert!(script.take_connect());
        script.input(Input::Disconnected(Cause::Refused { status, text: String::new() }));
        assert_eq!(script.errors(A)[0].consequence, Consequence::Retries, "{status}");
        assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
        assert!(script.take_connect());
    }
}

#[test]
fn a_bad_changeset_is_reported_to_the_server_and_asks_for_a_reset() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[4]);
    script.answer(A, StoreAnswer::Failed(StoreFailure::BadChangeset("no such class".into())));
    let errors = script.errors(A);
    let needs_reset = Consequence::NeedsReset { may_recover: true };
    assert_eq!((errors[0].number, errors[0].consequence), (1015, needs_reset));
    assert_eq!(script.transmit(), [Sent::JsonError(A, ErrorCode::BadChangeset), Sent::Unbind(A)]);
}

#[test]
fn a_server_that_remembers_less_or_more_than_the_file_asks_for_a_reset_unless_it_said_otherwise_before() {
    let needs_reset = Consequence::NeedsReset { may_recover: true };
    for acknowledged in [4, 6] {
        let mut script = Script::new();
        script.live(A);
        script.download(A, progress(3, 3, acknowledged), &[]);
        let errors = script.errors(A);
        assert_eq!((errors[0].number, errors[0].consequence), (1015, needs_reset), "{acknowledged}");
        assert_eq!(script.transmit(), [Sent::JsonError(A, ErrorCode::BadChangeset), Sent::Unbind(A)]);
        let mut script = Script::new();
        script.live(A);
        script.download(A, progress(3, 5, 5), &[]);
        script.download(A, progress(3, 3, acknowledged), &[]);
        let errors = script.errors(A);
        assert_eq!((errors[0].number, errors[0].consequence), (1038, Consequence::Retries), "{acknowledged}");
    }
}

#[test]
fn a_full_disk_is_tried_again_from_what_the_file_has() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[4]);
    script.answer(A, StoreAnswer::Failed(StoreFailure::Unavailable("the disk is full".into())));
    assert_eq!(script.errors(A)[0].consequence, Consequence::Retries);
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
}

/// The server did not accept what this client version wrote.
fn reject(script: &mut Script, code: ErrorCode, rejected: u64, undone_by: Option<u64>) {
    let update = RejectedUpdate::new("not yours", "Note", PrimaryKey::Int(1)).unwrap();
    let writes = CompensatingWrites {
        rejected_client_version: ClientVersion(rejected),
        server_version: undone_by.map(ServerVersion),
        rejected_updates: vec![update],
    };
    let body = JsonErrorBody { compensating_writes: Some(writes), ..JsonErrorBody::new(code, "") };
    script.json_error(A, code, body);
}

fn integrated(server: u64) -> StoreAnswer {
    StoreAnswer::Status(FileStatus { progress: progress(server, 5, 5), ..known_file() })
}

fn rejected(errors: &[SessionError]) -> Vec<u64> {
    errors.iter().map(|error| error.rejected.as_ref().unwrap().rejected_client_version.0).collect()
}

#[test]
fn a_write_that_the_server_undoes_is_reported_once_the_undoing_is_integrated() {
    let mut script = Script::new();
    script.live(A);
    reject(&mut script, ErrorCode::CompensatingWrite, 4, Some(5));
    reject(&mut script, ErrorCode::CompensatingWrite, 5, Some(6));
    script.download(A, progress(4, 5, 5), &[4]);
    script.answer(A, integrated(4));
    assert_eq!(script.errors(A), [], "what undoes it is still to come");
    script.download(A, progress(5, 5, 5), &[5]);
    assert_eq!(script.errors(A), [], "it came, and is not integrated");
    script.answer(A, integrated(5));
    let errors = script.errors(A);
    assert_eq!((errors[0].number, errors[0].consequence), (1033, Consequence::GoesOn));
    assert_eq!(rejected(&errors), [4]);
    script.download(A, progress(7, 5, 5), &[7]);
    script.answer(A, integrated(7));
    assert_eq!(rejected(&script.errors(A)), [5]);
    assert_eq!(script.transmit(), [], "the session goes on as before");
}

#[test]
fn an_undone_write_is_reported_at_once_where_nothing_is_left_to_wait_for() {
    let mut script = Script::new();
    script.live(A);
    reject(&mut script, ErrorCode::CompensatingWrite, 2, Some(3));
    assert_eq!(rejected(&script.errors(A)), [2], "the file is at 3");
    reject(&mut script, ErrorCode::WriteNotAllowed, 3, None);
    assert_eq!(rejected(&script.errors(A)), [3], "nothing undoes it");
}

#[test]
fn an_undone_write_that_is_not_reported_yet_is_forgotten_with_the_socket() {
    let mut script = Script::new();
    script.live(A);
    reject(&mut script, ErrorCode::CompensatingWrite, 4, Some(5));
    script.input(Input::Disconnected(Cause::ReadOrWrite("cut".into())));
    script.errors(A);
    script.sleep();
    script.input(Input::Connected);
    script.transmit();
    script.download(A, progress(5, 5, 5), &[5]);
    script.answer(A, integrated(5));
    assert_eq!(script.errors(A), [], "the server says it again, or has taken it back");
}

#[test]
fn an_undone_write_is_reported_though_the_socket_is_cut_while_the_undoing_is_integrated() {
    let mut script = Script::new();
    script.live(A);
    reject(&mut script, ErrorCode::CompensatingWrite, 4, Some(5));
    script.download(A, progress(5, 5, 5), &[5]);
    script.input(Input::Disconnected(Cause::ReadOrWrite("cut".into())));
    script.errors(A);
    script.answer(A, integrated(5));
    assert_eq!(rejected(&script.errors(A)), [4], "the server learns that the file has it, and says nothing again");
}
