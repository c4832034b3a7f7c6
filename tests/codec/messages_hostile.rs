//! Any bytes: typed errors, no panic, no allocation that only a header asked for.

use std::borrow::Cow;

use proptest::prelude::*;
use realm_sync::protocol::{
    Body, ClientMessage, Download, DownloadEntries, DownloadEntry, ErrorCode, JsonErrorBody, LogMessageBody,
    MessageError, ServerMessage, Upload, UploadEntries, UploadEntry,
};
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, RequestIdent, Salt, SaltedFileIdent,
    SaltedServerVersion, ServerVersion, SessionIdent, SyncProgress, UploadCursor,
};

use crate::fuzzed::message::run;

const WORDS: [&str; 14] = [
    "bind",
    "ident",
    "upload",
    "mark",
    "unbind",
    "ping",
    "json_error",
    "download",
    "unbound",
    "error",
    "pong",
    "log_message",
    "query",
    "",
];

/// Headers that are nearly right: real words, numbers around the limits, and a wrong delimiter now and then.
fn nearly_a_frame() -> impl Strategy<Value = Vec<u8>> {
    let number = prop_oneof![
        4 => (0u64..40).prop_map(|number| number.to_string()),
        1 => any::<i64>().prop_map(|number| number.to_string()),
        1 => prop::sample::select(vec!["18446744073709551615", "1152921504606846976", "99999999999999999999", "-", "+1"])
            .prop_map(str::to_owned),
    ];
    let body = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..60),
        "([0-9]{1,3} ){5,6}[a-z ]{0,8}".prop_map(String::into_bytes),
        Just(Body::pack(vec![b'1'; 3000])).prop_map(|body| match body {
            Body::Compressed { bytes, .. } | Body::Plain(bytes) => bytes.into_owned(),
        }),
    ];
    let delimiter = prop::sample::select(vec!["\n", "\n", "\n", "\n", " ", "", "\r\n"]);
    (prop::sample::select(WORDS.to_vec()), prop::collection::vec(number, 0..13), delimiter, body).prop_map(
        |(word, numbers, delimiter, body)| {
            let header = format!("{word} {}{delimiter}", numbers.join(" "));
            [header.into_bytes(), body].concat()
        },
    )
}

fn session() -> impl Strategy<Value = SessionIdent> {
    any::<u64>().prop_map(SessionIdent)
}

fn bytes(size: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        prop::collection::vec(any::<u8>(), size.clone()),
        (any::<u8>(), size).prop_map(|(byte, size)| vec![byte; size]),
    ]
}

fn upload_entry() -> impl Strategy<Value = UploadEntry<'static>> {
    (any::<[u64; 4]>(), bytes(0..3000)).prop_map(|([client, server, timestamp, origin], changeset)| UploadEntry {
        client_version: ClientVersion(client),
        server_version: ServerVersion(server),
        origin_timestamp: OriginTimestamp(timestamp),
        origin_file_ident: FileIdent(origin),
        changeset: Cow::Owned(changeset),
    })
}

fn download_entry() -> impl Strategy<Value = DownloadEntry<'static>> {
    (any::<[u64; 5]>(), bytes(0..3000)).prop_map(|([server, client, timestamp, origin, size], changeset)| {
        DownloadEntry {
            server_version: ServerVersion(server),
            client_version: ClientVersion(client),
            origin_timestamp: OriginTimestamp(timestamp),
            origin_file_ident: FileIdent(origin),
            original_size: size,
            changeset: Cow::Owned(changeset),
        }
    })
}

fn upload_cursor() -> impl Strategy<Value = UploadCursor> {
    any::<[u64; 2]>().prop_map(|[client, server]| UploadCursor {
        client_version: ClientVersion(client),
        server_version: ServerVersion(server),
    })
}

fn download_cursor() -> impl Strategy<Value = DownloadCursor> {
    any::<[u64; 2]>().prop_map(|[server, client]| DownloadCursor {
        server_version: ServerVersion(server),
        client_version: ClientVersion(client),
    })
}

fn latest() -> impl Strategy<Value = SaltedServerVersion> {
    (any::<u64>(), any::<i64>())
        .prop_map(|(version, salt)| SaltedServerVersion { version: ServerVersion(version), salt: Salt(salt) })
}

fn code() -> impl Strategy<Value = ErrorCode> {
    (90u32..300).prop_map(ErrorCode::from_number)
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(frame in prop::collection::vec(any::<u8>(), 0..400)) {
        run(&frame);
    }

    #[test]
    fn nearly_right_frames_never_panic_and_survive_their_bytes(frame in nearly_a_frame()) {
        run(&frame);
    }

    #[test]
    fn a_frame_cut_short_never_panics(cut in any::<prop::sample::Index>(), entries in prop::collection::vec(upload_entry(), 0..4)) {
        let mut plain = Vec::new();
        entries.iter().for_each(|entry| entry.append_to(&mut plain));
        let (progress, locked_server_version) = (UploadCursor::default(), ServerVersion(0));
        let upload = Upload { session: SessionIdent(1), progress, locked_server_version, body: Body::pack(plain) };
        let frame = ClientMessage::Upload(upload).encode();
        run(&frame[..cut.index(frame.len())]);
    }

    #[test]
    fn uploads_come_back(session in session(), progress in upload_cursor(), locked in any::<u64>(),
                         entries in prop::collection::vec(upload_entry(), 0..4)) {
        let mut plain = Vec::new();
        entries.iter().for_each(|entry| entry.append_to(&mut plain));
        let body = Body::pack(plain.clone());
        let message =
            ClientMessage::Upload(Upload { session, progress, locked_server_version: ServerVersion(locked), body });
        let frame = message.encode();
        let decoded = ClientMessage::decode(&frame).unwrap();
        prop_assert_eq!(&decoded, &message);
        let ClientMessage::Upload(upload) = decoded else { panic!("it is an upload") };
        let inflated = upload.body.inflate(plain.len() as u64).unwrap();
        let read: Vec<_> = UploadEntries::new(&inflated).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read, entries);
    }

    #[test]
    fn downloads_come_back(session in session(), download in download_cursor(), upload in upload_cursor(),
                           latest_server_version in latest(), downloadable_bytes in any::<u64>(),
                           entries in prop::collection::vec(download_entry(), 0..4)) {
        let mut plain = Vec::new();
        entries.iter().for_each(|entry| entry.append_to(&mut plain));
        let progress = SyncProgress { latest_server_version, download, upload };
        let body = Body::pack(plain.clone());
        let message = ServerMessage::Download(Download { session, progress, downloadable_bytes, body });
        let frame = message.encode();
        let decoded = ServerMessage::decode(&frame).unwrap();
        prop_assert_eq!(&decoded, &message);
        let ServerMessage::Download(download) = decoded else { panic!("it is a download") };
        let inflated = download.body.inflate(plain.len() as u64).unwrap();
        let read: Vec<_> = DownloadEntries::new(&inflated).collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(read, entries);
    }

    #[test]
    fn small_client_messages_come_back(session in session(), path in bytes(1..1024), token in bytes(0..2048),
                                       flags in any::<[bool; 2]>(), idents in any::<(u64, i64)>(),
                                       download in download_cursor(), latest_server_version in latest(),
                                       code in code(), body in bytes(0..200)) {
        let [needs_file_ident, is_subserver] = flags;
        let file = SaltedFileIdent { ident: FileIdent(idents.0), salt: Salt(idents.1) };
        for message in [
            ClientMessage::Bind { session, path: &path, token: &token, needs_file_ident, is_subserver },
            ClientMessage::Ident { session, file, download, latest_server_version },
            ClientMessage::Mark { session, request: RequestIdent(idents.0) },
            ClientMessage::Unbind { session },
            ClientMessage::Ping { timestamp_ms: idents.1, rtt_ms: idents.1 },
            ClientMessage::JsonError { session, code, body: &body },
        ] {
            let encoded = message.encode();
            prop_assert_eq!(ClientMessage::decode(&encoded), Ok(message));
        }
    }

    #[test]
    fn small_server_messages_come_back(session in session(), idents in any::<(u64, i64)>(), code in code(),
                                       try_again in any::<bool>(), text in ".{0,40}") {
        let mut body = JsonErrorBody::new(code, text.clone());
        body.partition_query = Some("q".into());
        body.previous_schema_version = Some(idents.0);
        let log = LogMessageBody { connection_id: Some(text.clone()), level: None, text: Some(text.clone()) };
        let mut messages = vec![
            ServerMessage::Ident { session, file: SaltedFileIdent { ident: FileIdent(idents.0), salt: Salt(idents.1) } },
            ServerMessage::Mark { session, request: RequestIdent(idents.0) },
            ServerMessage::Unbound { session },
            ServerMessage::Pong { timestamp_ms: idents.1 },
            ServerMessage::Error { session, code, try_again, text: Cow::Borrowed(&text) },
            ServerMessage::LogMessage { session, body: log },
        ];
        if code != ErrorCode::CompensatingWrite {
            messages.push(ServerMessage::JsonError { session, code, body: Box::new(body) });
        }
        for message in messages {
            let encoded = message.encode();
            prop_assert_eq!(ServerMessage::decode(&encoded), Ok(message));
        }
    }
}

#[test]
fn declared_sizes_of_an_exabyte_are_refused() {
    let size = 1u64 << 60;
    let refused = |frame: String| {
        assert!(ClientMessage::decode(frame.as_bytes()).is_err(), "{frame}");
    };
    refused(format!("bind 1 {size} 0 1 0\nx"));
    refused(format!("bind 1 1 {size} 1 0\nx"));
    refused(format!("json_error 212 {size} 1\n{{}}"));
    refused(format!("upload 1 1 10 {size} 5 0 0\nx"));
    for frame in [
        format!("error 212 {size} 0 1\nx"),
        format!("json_error 212 {size} 1\n{{}}"),
        format!("log_message 1 {size}\n{{}}"),
        format!("download 1 0 0 0 0 0 0 0 1 10 {size}\nx"),
    ] {
        let available = frame.len() as u64 - frame.find('\n').unwrap() as u64 - 1;
        assert_eq!(
            ServerMessage::decode(frame.as_bytes()),
            Err(MessageError::Truncated { declared: size, available }),
            "{frame}"
        );
    }
    let frame = format!("upload 1 1 {size} 1 5 0 0\nx");
    let Ok(ClientMessage::Upload(upload)) = ClientMessage::decode(frame.as_bytes()) else {
        panic!("the frame is whole")
    };
    assert!(upload.body.inflate(1 << 24).is_err());
    assert!(upload.body.inflate(u64::MAX).is_err());
    let entry = format!("1 0 0 2 3 {size} x");
    assert_eq!(
        DownloadEntries::new(entry.as_bytes()).collect::<Vec<_>>(),
        [Err(MessageError::EntrySize { declared: size, available: 1 })]
    );
}

#[test]
fn a_broken_entry_ends_the_body() {
    for (body, whole) in [("1 0 0 0 1 xoops", 1), ("1 0 0 0 1", 0), ("1 0 0 0  1 x", 0), ("1 0 0 -1 1 x", 0), ("\n", 0)]
    {
        let entries: Vec<_> = UploadEntries::new(body.as_bytes()).collect();
        assert_eq!(entries.iter().filter(|entry| entry.is_ok()).count(), whole, "{body}");
        assert_eq!(entries.iter().filter(|entry| entry.is_err()).count(), 1, "{body}");
        let Some(Err(error)) = entries.last() else { panic!("the last entry is broken") };
        assert_eq!(error.code(), ErrorCode::BadSyntax);
    }
}
