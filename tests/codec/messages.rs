//! Golden frames: each decodes to the value beside it, and the value encodes to the frame.

use std::borrow::Cow;

use realm_sync::protocol::{
    Body, ClientMessage, Download, DownloadEntries, DownloadEntry, ErrorCode, JsonErrorBody, LogLevel, LogMessageBody,
    MessageError, ServerMessage, Upload, UploadEntries, UploadEntry,
};
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, RequestIdent, Salt, SaltedFileIdent,
    SaltedServerVersion, ServerVersion, SessionIdent, SyncProgress, UploadCursor,
};

const SESSION: SessionIdent = SessionIdent(1);

fn client_frame(frame: &[u8], message: ClientMessage<'_>) {
    let text = String::from_utf8_lossy(frame);
    assert_eq!(ClientMessage::decode(frame).as_ref(), Ok(&message), "{text}");
    assert_eq!(message.encode(), frame, "{text}");
}

fn server_frame(frame: &[u8], message: ServerMessage<'_>) {
    let text = String::from_utf8_lossy(frame);
    assert_eq!(ServerMessage::decode(frame).as_ref(), Ok(&message), "{text}");
    assert_eq!(message.encode(), frame, "{text}");
}

fn file(ident: u64, salt: i64) -> SaltedFileIdent {
    SaltedFileIdent { ident: FileIdent(ident), salt: Salt(salt) }
}

fn latest(version: u64, salt: i64) -> SaltedServerVersion {
    SaltedServerVersion { version: ServerVersion(version), salt: Salt(salt) }
}

fn download_cursor(server: u64, client: u64) -> DownloadCursor {
    DownloadCursor { server_version: ServerVersion(server), client_version: ClientVersion(client) }
}

fn upload_cursor(client: u64, server: u64) -> UploadCursor {
    UploadCursor { client_version: ClientVersion(client), server_version: ServerVersion(server) }
}

/// `Update Person[2].name = "n2"`, with its two strings defined first.
const CHANGESET: &[u8] = b"\x3f\x00\x06Person\x02\x00\x01\x02\x3f\x01\x04name\x04\x00\x01\x02\x01\x00\x03\x02n2\x00";

#[test]
fn every_client_message_has_its_golden_frame() {
    client_frame(
        b"bind 1 15 0 1 0\n/spec_343231597",
        ClientMessage::Bind {
            session: SESSION,
            path: b"/spec_343231597",
            token: b"",
            needs_file_ident: true,
            is_subserver: false,
        },
    );
    client_frame(
        b"bind 7 6 3 0 0\n\"part\"tok",
        ClientMessage::Bind {
            session: SessionIdent(7),
            path: b"\"part\"",
            token: b"tok",
            needs_file_ident: false,
            is_subserver: false,
        },
    );
    client_frame(
        b"ident 1 2 4202258430843855315 3 7 3 6157804180140217421\n",
        ClientMessage::Ident {
            session: SESSION,
            file: file(2, 4202258430843855315),
            download: download_cursor(3, 7),
            latest_server_version: latest(3, 6157804180140217421),
        },
    );
    client_frame(b"mark 1 2\n", ClientMessage::Mark { session: SESSION, request: RequestIdent(2) });
    client_frame(b"unbind 1\n", ClientMessage::Unbind { session: SESSION });
    client_frame(b"ping 1000 0\n", ClientMessage::Ping { timestamp_ms: 1000, rtt_ms: 0 });
    client_frame(b"ping -5 17\n", ClientMessage::Ping { timestamp_ms: -5, rtt_ms: 17 });
    client_frame(
        b"json_error 212 29 1\n{\"message\":\"BadChangeset: x\"}",
        ClientMessage::JsonError {
            session: SESSION,
            code: ErrorCode::BadChangeset,
            body: b"{\"message\":\"BadChangeset: x\"}",
        },
    );
}

#[test]
fn every_server_message_has_its_golden_frame() {
    server_frame(
        b"ident 1 2 4202258430843855315\n",
        ServerMessage::Ident { session: SESSION, file: file(2, 4202258430843855315) },
    );
    server_frame(b"mark 1 2\n", ServerMessage::Mark { session: SESSION, request: RequestIdent(2) });
    server_frame(b"unbound 1\n", ServerMessage::Unbound { session: SESSION });
    server_frame(b"pong 3726748\n", ServerMessage::Pong { timestamp_ms: 3726748 });
    server_frame(
        b"error 204 25 0 1\nIllegal Realm path (BIND)",
        ServerMessage::Error {
            session: SESSION,
            code: ErrorCode::IllegalRealmPath,
            try_again: false,
            text: "Illegal Realm path (BIND)".into(),
        },
    );
    server_frame(
        b"error 103 32 0 0\nBad syntax in input message head",
        ServerMessage::Error {
            session: SessionIdent(0),
            code: ErrorCode::BadSyntax,
            try_again: false,
            text: "Bad syntax in input message head".into(),
        },
    );
    let mut body = JsonErrorBody::new(ErrorCode::InitialSyncNotCompleted, "msg");
    body.log_url = "http://log".into();
    server_frame(
        b"json_error 229 133 1\n{\"message\":\"msg\",\"tryAgain\":true,\"logURL\":\"http://log\",\
          \"shouldClientReset\":false,\"isRecoveryModeDisabled\":false,\"action\":\"Transient\"}",
        ServerMessage::JsonError { session: SESSION, code: ErrorCode::InitialSyncNotCompleted, body: Box::new(body) },
    );
    server_frame(
        b"log_message 1 64\n{\"level\":\"debug\",\"msg\":\"Session 1 bound to client file ident 2\"}",
        ServerMessage::LogMessage {
            session: SESSION,
            body: LogMessageBody {
                connection_id: None,
                level: Some(LogLevel::Debug),
                text: Some("Session 1 bound to client file ident 2".into()),
            },
        },
    );
}

#[test]
fn an_upload_has_its_golden_frame() {
    let entry = UploadEntry {
        client_version: ClientVersion(7),
        server_version: ServerVersion(2),
        origin_timestamp: OriginTimestamp(375325163258),
        origin_file_ident: FileIdent::NONE,
        changeset: Cow::Borrowed(CHANGESET),
    };
    let mut plain = Vec::new();
    entry.append_to(&mut plain);
    let upload = Upload {
        session: SESSION,
        progress: upload_cursor(7, 2),
        locked_server_version: ServerVersion(2),
        body: Body::pack(plain.clone()),
    };
    let head: &[u8] = b"upload 1 0 53 0 7 2 2\n7 2 375325163258 0 31 ";
    client_frame(&[head, CHANGESET].concat(), ClientMessage::Upload(upload));
    assert_eq!(UploadEntries::new(&plain).collect::<Vec<_>>(), [Ok(entry)]);
}

#[test]
fn a_download_has_its_golden_frame() {
    let entry = DownloadEntry {
        server_version: ServerVersion(4),
        client_version: ClientVersion(7),
        origin_timestamp: OriginTimestamp(375325163351),
        origin_file_ident: FileIdent(3),
        original_size: 31,
        changeset: Cow::Borrowed(CHANGESET),
    };
    let mut plain = Vec::new();
    entry.append_to(&mut plain);
    let progress = SyncProgress {
        latest_server_version: latest(4, 6157804180140217421),
        download: download_cursor(4, 7),
        upload: upload_cursor(8, 3),
    };
    let download = Download { session: SESSION, progress, downloadable_bytes: 0, body: Body::pack(plain.clone()) };
    let head: &[u8] = b"download 1 4 7 4 6157804180140217421 8 3 0 0 56 0\n4 7 375325163351 3 31 31 ";
    server_frame(&[head, CHANGESET].concat(), ServerMessage::Download(download));
    assert_eq!(DownloadEntries::new(&plain).collect::<Vec<_>>(), [Ok(entry)]);
}

#[test]
fn messages_without_entries_only_move_cursors() {
    client_frame(
        b"upload 1 0 0 0 6 2 2\n",
        ClientMessage::Upload(Upload {
            session: SESSION,
            progress: upload_cursor(6, 2),
            locked_server_version: ServerVersion(2),
            body: Body::EMPTY,
        }),
    );
    let progress = SyncProgress {
        latest_server_version: latest(2, 6157804180140217421),
        download: download_cursor(2, 3),
        upload: upload_cursor(5, 0),
    };
    server_frame(
        b"download 1 2 3 2 6157804180140217421 5 0 0 0 0 0\n",
        ServerMessage::Download(Download { session: SESSION, progress, downloadable_bytes: 0, body: Body::EMPTY }),
    );
}

#[test]
fn an_uncompressed_body_reaches_to_the_end_of_the_frame_whatever_it_declares() {
    let Ok(ClientMessage::Upload(upload)) = ClientMessage::decode(b"upload 1 0 9999 0 5 0 0\n2 0 7 0 3 abc") else {
        panic!("the declared size is ignored");
    };
    let plain = upload.body.inflate(1024).unwrap();
    let entry = UploadEntries::new(&plain).next().unwrap().unwrap();
    assert_eq!(*entry.changeset, *b"abc");
}

#[test]
fn a_changeset_may_be_empty_and_may_hold_any_byte() {
    let body = b"1 0 1000 3 34 0 2 0 1001 3 34 4 \n \x001";
    let entries: Vec<_> = DownloadEntries::new(body).map(|entry| entry.unwrap().changeset.into_owned()).collect();
    assert_eq!(entries, [b"".to_vec(), b"\n \x001".to_vec()]);
}

#[test]
fn a_compressed_body_survives_the_frame() {
    let changeset = b"Person".repeat(1000);
    let mut plain = Vec::new();
    for version in 2..5 {
        UploadEntry {
            client_version: ClientVersion(version),
            server_version: ServerVersion(0),
            origin_timestamp: OriginTimestamp(version),
            origin_file_ident: FileIdent::NONE,
            changeset: Cow::Borrowed(&changeset),
        }
        .append_to(&mut plain);
    }
    let upload = Upload {
        session: SESSION,
        progress: upload_cursor(4, 0),
        locked_server_version: ServerVersion(0),
        body: Body::pack(plain.clone()),
    };
    let frame = ClientMessage::Upload(upload).encode();
    assert!(frame.len() < plain.len() / 4);
    assert!(frame.starts_with(format!("upload 1 1 {} ", plain.len()).as_bytes()));
    let Ok(ClientMessage::Upload(decoded)) = ClientMessage::decode(&frame) else { panic!("it decodes") };
    let inflated = decoded.body.inflate(plain.len() as u64).unwrap();
    assert_eq!(*inflated, *plain);
    assert_eq!(UploadEntries::new(&inflated).filter(Result::is_ok).count(), 3);
}

#[test]
fn the_server_ignores_what_follows_a_message_except_an_upload() {
    assert!(matches!(ClientMessage::decode(b"mark 1 2\nmark 1 3\n"), Ok(ClientMessage::Mark { .. })));
    assert!(matches!(ClientMessage::decode(b"bind 1 2 0 1 0\n/xleft"), Ok(ClientMessage::Bind { path: b"/x", .. })));
    assert_eq!(ClientMessage::decode(b"upload 1 1 10 4 5 0 0\nabcdefg"), Err(MessageError::Leftover { size: 3 }));
}

#[test]
fn the_client_refuses_what_follows_a_message_and_still_sees_an_error() {
    assert_eq!(ServerMessage::decode(b"pong 1\nx"), Err(MessageError::Leftover { size: 1 }));
    let frame = b"error 204 4 0 1\ntextmore";
    assert_eq!(ServerMessage::decode(frame), Err(MessageError::Leftover { size: 4 }));
    let (message, leftover) = ServerMessage::decode_prefix(frame).unwrap();
    assert!(matches!(message, ServerMessage::Error { code: ErrorCode::IllegalRealmPath, .. }));
    assert_eq!(leftover, b"more");
}
