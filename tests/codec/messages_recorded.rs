//! Frames that realm-core's own client and server exchanged.

use std::collections::HashMap;
use std::io::Write;
use std::path::{Path, PathBuf};

use realm_sync::protocol::{
    handshake, Body, ClientMessage, DownloadEntries, ErrorCode, MessageError, ServerMessage, UploadEntries,
};

const MAX_BODY: u64 = 1 << 26;

fn vectors_folder() -> PathBuf {
    match std::env::var_os("REALM_SYNC_VECTORS") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/vectors"),
    }
}

fn recorded_events() -> Vec<(String, serde_json::Value)> {
    let Ok(folder) = std::fs::read_dir(vectors_folder()) else { return Vec::new() };
    let mut files: Vec<_> = folder.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "jsonl"));
    files.sort();
    let mut events = Vec::new();
    for path in files {
        for (line, text) in std::fs::read_to_string(&path).unwrap().lines().enumerate() {
            let place = format!("{}:{}", path.file_name().unwrap().to_string_lossy(), line + 1);
            events.push((place, serde_json::from_str(text).unwrap()));
        }
    }
    events
}

fn connection_of(place: &str, event: &serde_json::Value) -> (String, Option<i64>) {
    (place.split(':').next().unwrap().to_owned(), event["conn"].as_i64())
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).unwrap() as u8;
    hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect()
}

/// The body, inflated.
fn check_body(place: &str, body: &Body<'_>) -> Vec<u8> {
    let plain = body.inflate(MAX_BODY).unwrap_or_else(|error| panic!("{place}: {error}")).into_owned();
    assert_eq!(plain.len() as u64, body.plain_size(), "{place}");
    let repacked = Body::pack(plain.clone());
    assert_eq!(
        matches!(repacked, Body::Compressed { .. }),
        matches!(body, Body::Compressed { .. }),
        "{place}: both ends compress the same bodies"
    );
    assert_eq!(*repacked.inflate(MAX_BODY).unwrap(), *plain, "{place}");
    plain
}

/// The code of the error that a server answers a broken frame with.
fn check_client_frame(place: &str, frame: &[u8]) -> Option<ErrorCode> {
    let message = match ClientMessage::decode(frame) {
        Ok(message) => message,
        Err(error) => return Some(error.code()),
    };
    let encoded = message.encode();
    if place.starts_with("error-raw") {
        // One hand-made frame has a byte too many, which a server ignores.
        assert!(frame.starts_with(&encoded), "{place}");
    } else {
        assert_eq!(encoded, frame, "{place}");
    }
    if let ClientMessage::Upload(upload) = &message {
        let plain = check_body(place, &upload.body);
        let mut again = Vec::new();
        for entry in UploadEntries::new(&plain) {
            entry.unwrap_or_else(|error| panic!("{place}: {error}")).append_to(&mut again);
        }
        assert_eq!(again, plain, "{place}");
    }
    None
}

fn check_server_frame(place: &str, frame: &[u8], provoked: Option<ErrorCode>) {
    let message = ServerMessage::decode(frame).unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(message.encode(), frame, "{place}");
    if let Some(provoked) = provoked {
        assert!(matches!(message, ServerMessage::Error { code, .. } if code == provoked), "{place}: {message:?}");
    }
    if let ServerMessage::Download(download) = &message {
        let plain = check_body(place, &download.body);
        let mut again = Vec::new();
        for entry in DownloadEntries::new(&plain) {
            entry.unwrap_or_else(|error| panic!("{place}: {error}")).append_to(&mut again);
        }
        assert_eq!(again, plain, "{place}");
    }
}

/// Past the runner, which keeps what a test that passes prints to itself.
pub fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

#[test]
fn recorded_frames_decode_and_encode_to_the_same_bytes() {
    let (mut client_frames, mut server_frames) = (0, 0);
    let mut provoked = HashMap::new();
    for (place, event) in recorded_events() {
        if event["ev"] != "msg" {
            continue;
        }
        let frame = bytes_of(event["hex"].as_str().unwrap());
        let connection = connection_of(&place, &event);
        if event["dir"] == "c2s" {
            if let Some(code) = check_client_frame(&place, &frame) {
                provoked.insert(connection, code);
            }
            client_frames += 1;
        } else {
            check_server_frame(&place, &frame, provoked.remove(&connection));
            server_frames += 1;
        }
    }
    if client_frames + server_frames == 0 {
        say(&format!("no recorded frames found in {}; set REALM_SYNC_VECTORS", vectors_folder().display()));
        return;
    }
    say(&format!("recorded frames: {client_frames} from clients, {server_frames} from servers"));
    assert!(provoked.is_empty(), "frames that the recorded server accepted are refused: {provoked:?}");
    assert!(client_frames > 100 && server_frames > 100, "the recordings are cut short");
}

#[test]
fn recorded_upgrades_are_answered_with_the_recorded_version() {
    let mut answered = 0;
    let mut offers = HashMap::new();
    for (place, event) in recorded_events() {
        if event["ev"] != "http" {
            continue;
        }
        let text = event["text"].as_str().unwrap();
        let connection = connection_of(&place, &event);
        let sub_protocol = text.lines().find_map(|line| line.strip_prefix("Sec-WebSocket-Protocol: "));
        if event["dir"] == "c2s" {
            offers.insert(connection, sub_protocol.unwrap().to_owned());
        } else if let (Some(offered), Some(chosen)) = (offers.get(&connection), sub_protocol) {
            let newest = if place.starts_with("max-protocol-9") { 9 } else { 14 };
            let newest = handshake::ProtocolVersion::new(newest).unwrap();
            assert_eq!(handshake::negotiate(offered, newest).unwrap().sub_protocol(), chosen, "{place}");
            answered += 1;
        } else if let (Some(offered), true) = (offers.get(&connection), text.starts_with("HTTP/1.1 400")) {
            assert!(handshake::negotiate(offered, handshake::ProtocolVersion::CURRENT).is_err(), "{place}");
            answered += 1;
        }
    }
    say(&format!("recorded upgrades: {answered} answered alike"));
}

#[test]
fn the_decoder_tells_the_provoked_errors_apart() {
    let code = |frame: &[u8]| ClientMessage::decode(frame).err().map(|error| error.code().number());
    for frame in [
        &b"nonsense 1 2 3\n"[..],
        b"bind 1 400 0 1 0\n/raw",
        b"bind 1 0 0 1 0\n",
        b"bind 1 1025 0 1 0\n",
        b"bind 1 4 2049 1 0\n/raw",
        b"bind -1 4 0 1 0\n/raw",
        b"mark 1 2",
        b"mark  1 2\n",
        b"query 1 1 2\n{}",
        b"test_command 1 1 2\n{}",
        b"hello",
        b"",
    ] {
        assert_eq!(code(frame), Some(103), "{}", String::from_utf8_lossy(frame));
    }
    let upload = ClientMessage::decode(b"upload 1 1 10 4 5 0 0\nabcd").unwrap();
    let ClientMessage::Upload(upload) = upload else { panic!("it is an upload") };
    let refused = upload.body.inflate(MAX_BODY).unwrap_err();
    assert!(matches!(refused, MessageError::Decompression(_)));
    assert_eq!(refused.code().number(), 101);
}
