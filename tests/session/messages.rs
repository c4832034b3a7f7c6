//! The order of messages: binding, uploading, downloading, marking.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::protocol::{ClientMessage, LogLevel, LogMessageBody, ServerMessage};
use realm_sync::sync::{
    Cause, Event, FileStatus, Input, LocalChangeset, StoreAnswer, StoreRequest, Traffic, UploadScan,
};
use realm_sync::value::{
    ClientVersion, FileIdent, RequestIdent, Salt, SaltedFileIdent, ServerVersion, SessionIdent, UploadCursor,
};

use crate::script::{fresh_file, known_file, progress, Script, Sent, A, B, C};

fn cursor(client: u64, server: u64) -> UploadCursor {
    UploadCursor { client_version: ClientVersion(client), server_version: ServerVersion(server) }
}

fn answer_scan(script: &mut Script, session: SessionIdent, versions: &[u64], scanned_to: UploadCursor, size: usize) {
    let request = script.take_request(session);
    let Some(StoreRequest::Scan { binding, .. }) = request else { panic!("a scan was expected, not {request:?}") };
    let changesets = versions.iter().map(|&version| LocalChangeset {
        client_version: ClientVersion(version),
        server_version: scanned_to.server_version,
        origin_timestamp: Default::default(),
        bytes: vec![7; size],
    });
    let scan = UploadScan { changesets: changesets.collect(), scanned_to };
    script.answer(session, StoreAnswer::Scanned { binding, scan });
}

#[test]
fn a_new_file_asks_for_an_ident_stores_it_and_identifies() {
    let mut script = Script::new();
    script.open(A, fresh_file());
    script.input(Input::Connected);
    assert_eq!(script.transmit(), [Sent::Bind(A, true)]);
    let file = SaltedFileIdent { ident: FileIdent(2), salt: Salt(5) };
    script.say(&ServerMessage::Ident { session: A, file });
    assert_eq!(script.transmit(), [], "IDENT waits until the ident is stored");
    assert_eq!(script.take_request(A), Some(StoreRequest::StoreIdent(file)));
    script.answer(A, StoreAnswer::Status(FileStatus { file_ident: Some(file), ..fresh_file() }));
    assert_eq!(script.transmit(), [Sent::Ident(A)]);
}

#[test]
fn uploads_begin_with_the_session_and_do_not_wait_for_a_download() {
    let mut script = Script::new();
    script.open(A, FileStatus { newest_version: ClientVersion(7), ..known_file() });
    script.input(Input::Connected);
    assert_eq!(script.transmit(), [Sent::Bind(A, false), Sent::Ident(A)]);
    answer_scan(&mut script, A, &[6, 7], cursor(7, 3), 10);
    let sent = script.transmit();
    assert!(matches!(sent[..], [Sent::Upload(A, position, _)] if position == cursor(7, 3)), "{sent:?}");
}

#[test]
fn an_integrated_download_is_acknowledged_by_an_empty_upload() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[4]);
    assert!(matches!(script.take_request(A), Some(StoreRequest::Integrate(_))));
    script.answer(
        A,
        StoreAnswer::Status(FileStatus {
            progress: progress(4, 5, 5),
            newest_version: ClientVersion(6),
            uploaded_version: ClientVersion(6),
            ..known_file()
        }),
    );
    assert!(script.events(A).contains(&Event::Uploaded(ClientVersion(6))));
    answer_scan(&mut script, A, &[], cursor(6, 4), 0);
    assert_eq!(script.transmit(), [Sent::Upload(A, cursor(6, 4), 0)]);
}

#[test]
fn a_scan_that_finds_nothing_and_acknowledges_nothing_sends_nothing() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Commit { session: A, version: ClientVersion(6) });
    answer_scan(&mut script, A, &[], cursor(6, 0), 0);
    assert_eq!(script.transmit(), []);
    assert_eq!(script.take_request(A), None);
}

#[test]
fn versions_that_hold_nothing_to_upload_are_uploaded_once_they_were_looked_at() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Commit { session: A, version: ClientVersion(6) });
    answer_scan(&mut script, A, &[], cursor(6, 0), 0);
    assert!(script.events(A).contains(&Event::Uploaded(ClientVersion(6))));
    // Not while something before them is under way.
    script.input(Input::Commit { session: A, version: ClientVersion(7) });
    answer_scan(&mut script, A, &[7], cursor(7, 0), 1);
    script.input(Input::Commit { session: A, version: ClientVersion(8) });
    script.transmit();
    answer_scan(&mut script, A, &[], cursor(8, 0), 0);
    assert!(!script.events(A).iter().any(|event| matches!(event, Event::Uploaded(_))));
}

#[test]
fn after_a_lost_socket_unacknowledged_changesets_are_sent_again() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Commit { session: A, version: ClientVersion(6) });
    answer_scan(&mut script, A, &[6], cursor(6, 3), 10);
    assert_eq!(script.transmit().len(), 1);
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset".into())));
    script.sleep();
    script.input(Input::Connected);
    assert_eq!(script.transmit(), [Sent::Bind(A, false), Sent::Ident(A)]);
    let Some(StoreRequest::Scan { from, .. }) = script.take_request(A) else { panic!("the scan starts over") };
    assert_eq!(from, known_file().progress.upload);
}

#[test]
fn a_scan_of_an_earlier_socket_is_not_sent_on_the_next() {
    let mut script = Script::new();
    script.live(A);
    script.input(Input::Commit { session: A, version: ClientVersion(6) });
    let Some(StoreRequest::Scan { binding, .. }) = script.take_request(A) else { panic!("a commit is scanned") };
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset".into())));
    script.sleep();
    script.input(Input::Connected);
    script.transmit();
    let scan = UploadScan { changesets: vec![], scanned_to: cursor(6, 3) };
    script.answer(A, StoreAnswer::Scanned { binding, scan });
    assert_eq!(script.transmit(), []);
}

#[test]
fn an_acknowledgement_waits_a_while_for_company() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[]);
    script.download(A, progress(5, 5, 5), &[]);
    assert_eq!(script.take_request(A), None);
    assert_eq!(script.sleep(), Some(Duration::from_millis(200)));
    let Some(StoreRequest::Integrate(joined)) = script.take_request(A) else { panic!("its time has come") };
    assert_eq!(joined.progress, progress(5, 5, 5));
}

#[test]
fn an_acknowledgement_that_somebody_waits_for_is_integrated_at_once() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[]);
    script.input(Input::Await { session: A, awaits_upload: true });
    assert!(matches!(script.take_request(A), Some(StoreRequest::Integrate(_))));
    script.answer(A, StoreAnswer::Status(FileStatus { progress: progress(4, 5, 5), ..known_file() }));
    script.download(A, progress(5, 5, 5), &[]);
    assert!(matches!(script.take_request(A), Some(StoreRequest::Integrate(_))));
}

#[test]
fn a_change_or_a_mark_takes_waiting_acknowledgements_along() {
    for with_change in [true, false] {
        let mut script = Script::new();
        script.live(A);
        script.connection.request_mark(A);
        script.transmit();
        script.download(A, progress(4, 5, 5), &[]);
        if with_change {
            script.download(A, progress(5, 5, 5), &[5]);
        } else {
            script.say(&ServerMessage::Mark { session: A, request: RequestIdent(1) });
        }
        assert!(matches!(script.take_request(A), Some(StoreRequest::Integrate(_))), "{with_change}");
    }
}

#[test]
fn waiting_downloads_are_joined_into_one_integration() {
    let mut script = Script::new();
    script.live(A);
    script.download(A, progress(4, 5, 5), &[4]);
    script.download(A, progress(5, 5, 5), &[5]);
    script.download(A, progress(7, 5, 5), &[6, 7]);
    let Some(StoreRequest::Integrate(first)) = script.take_request(A) else { panic!("the first is integrated") };
    assert_eq!(first.changesets.len(), 1);
    assert_eq!(script.take_request(A), None, "one integration at a time");
    script.answer(A, StoreAnswer::Status(FileStatus { progress: first.progress, ..known_file() }));
    let joined = std::iter::from_fn(|| script.take_request(A)).find_map(|request| match request {
        StoreRequest::Integrate(download) => Some(download),
        StoreRequest::Load | StoreRequest::StoreIdent(_) | StoreRequest::Scan { .. } => None,
    });
    let joined = joined.expect("the others follow together");
    assert_eq!(joined.changesets.len(), 3);
    assert_eq!(joined.progress, progress(7, 5, 5));
}

#[test]
fn a_mark_completes_after_the_downloads_before_it() {
    let mut script = Script::new();
    script.live(A);
    assert_eq!(script.connection.request_mark(A), Some(RequestIdent(1)));
    assert_eq!(script.connection.request_mark(A), Some(RequestIdent(2)));
    assert_eq!(script.transmit(), [Sent::Mark(A, 2)], "the newest covers the others");
    script.download(A, progress(4, 5, 5), &[4]);
    script.say(&ServerMessage::Mark { session: A, request: RequestIdent(2) });
    assert_eq!(script.events(A), []);
    script.answer(A, StoreAnswer::Status(FileStatus { progress: progress(4, 5, 5), ..known_file() }));
    assert!(script.events(A).contains(&Event::Downloaded(RequestIdent(2))));
}

#[test]
fn an_open_mark_is_sent_again_on_the_next_socket() {
    let mut script = Script::new();
    script.live(A);
    script.connection.request_mark(A);
    assert_eq!(script.transmit(), [Sent::Mark(A, 1)]);
    script.input(Input::Disconnected(Cause::ReadOrWrite("reset".into())));
    script.sleep();
    script.input(Input::Connected);
    assert_eq!(script.transmit(), [Sent::Bind(A, false), Sent::Ident(A), Sent::Mark(A, 1)]);
}

#[test]
fn a_session_that_breaks_the_rules_leaves_alone_and_binds_again_after_unbound() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    script.download(A, progress(2, 5, 5), &[]);
    assert_eq!(script.errors(A)[0].number, 1038);
    assert!(!script.take_disconnect());
    assert_eq!(script.errors(B), []);
    assert_eq!(script.transmit(), [Sent::Unbind(A)]);
    script.download(A, progress(9, 5, 5), &[9]);
    assert_eq!(script.errors(A), [], "what arrives before UNBOUND is thrown away");
    script.now = script.now + Duration::from_secs(2);
    script.input(Input::Timeout);
    assert_eq!(script.transmit(), [], "BIND waits for UNBOUND");
    script.say(&ServerMessage::Unbound { session: A });
    assert_eq!(script.transmit(), [Sent::Bind(A, false), Sent::Ident(A)]);
}

#[test]
fn sessions_take_turns_one_frame_each() {
    let mut script = Script::new();
    for session in [A, B, C] {
        script.live(session);
    }
    for session in [A, B, C] {
        script.input(Input::Commit { session, version: ClientVersion(6) });
        answer_scan(&mut script, session, &[6], cursor(6, 3), 100_000);
        script.connection.request_mark(session);
    }
    let order: Vec<SessionIdent> = script
        .transmit()
        .iter()
        .map(|sent| match sent {
            Sent::Mark(session, _) | Sent::Upload(session, ..) => *session,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(order, [A, B, C, A, B, C]);
}

#[test]
fn garbage_ends_the_connection_and_every_session_tries_again() {
    let mut script = Script::new();
    script.live(A);
    script.live(B);
    for session in [A, B] {
        assert_eq!(script.connection.failures(session), 0);
    }
    script.input(Input::Message(b"\xff\x00 garbage"));
    assert!(script.take_disconnect());
    for session in [A, B] {
        assert_eq!(script.errors(session)[0].number, 1038);
        assert_eq!(script.connection.failures(session), 1);
    }
    assert_eq!(script.sleep(), Some(Duration::from_secs(1)));
    assert!(script.take_connect());
}

#[test]
fn a_message_for_a_session_that_never_was_is_a_violation() {
    let mut script = Script::new();
    script.live(A);
    script.say(&ServerMessage::Unbound { session: SessionIdent(9) });
    assert!(script.take_disconnect());
}

#[test]
fn a_session_counts_its_own_frames_and_no_others() {
    let mut script = Script::new();
    script.open(A, known_file());
    script.open(B, known_file());
    script.input(Input::Connected);
    let mut sizes = 0;
    while let Some(frame) = script.connection.poll_transmit(script.now) {
        script.outputs.extend(std::iter::from_fn(|| script.connection.poll_output()));
        let (ident, size) = match ClientMessage::decode(&frame).unwrap() {
            ClientMessage::Bind { session, .. } | ClientMessage::Ident { session, .. } => (session, frame.len() as u64),
            other => panic!("{other:?}"),
        };
        sizes += if ident == A { size } else { 0 };
    }
    let bound = Traffic { attempts: 1, bindings: 1, frames_sent: 2, bytes_sent: sizes, ..Traffic::default() };
    assert_eq!(script.traffic(A), bound);
    script.download(A, progress(5, 5, 5), &[4, 5]);
    let received = script.traffic(A);
    assert_eq!((received.frames_received, received.changesets_received), (1, 2));
    assert!(received.bytes_received > 0);
    assert_eq!(script.traffic(B).frames_received, 0);
}

/// A log that tests read.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn what_the_server_says_is_logged_as_loud_as_it_says_it() {
    let levels = [
        (Some(LogLevel::Fatal), "ERROR"),
        (Some(LogLevel::Error), "ERROR"),
        (Some(LogLevel::Warn), "WARN"),
        (Some(LogLevel::Info), "INFO"),
        (Some(LogLevel::Detail), "DEBUG"),
        (Some(LogLevel::Debug), "DEBUG"),
        (Some(LogLevel::Trace), "TRACE"),
        (None, "DEBUG"),
    ];
    for (level, logged) in levels {
        let log = Log::default();
        let writer = log.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
            .without_time()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        tracing::subscriber::with_default(subscriber, || {
            let mut script = Script::new();
            script.live(A);
            let body = LogMessageBody { connection_id: None, level, text: Some("the disk is nearly full".to_owned()) };
            script.say(&ServerMessage::LogMessage { session: A, body });
        });
        let lines = String::from_utf8(log.0.lock().clone()).unwrap();
        let line = lines.lines().find(|line| line.contains("nearly full")).expect("nothing was logged");
        assert!(line.trim_start().starts_with(logged), "{level:?}: {line}");
    }
}
