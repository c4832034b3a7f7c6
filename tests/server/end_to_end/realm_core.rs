//! A client at a server that demands and says, byte for byte, what realm-core's own sync server does.

use std::io::Write;
use std::net::{Shutdown, TcpStream};

use realm_sync::client::Consequence;
use realm_sync::protocol::{ClientMessage, Upload, UploadEntries};
use realm_sync::value::UploadCursor;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::Role;
use tokio_tungstenite::tungstenite::{Message, WebSocket};

use super::fake;
use super::rig::{client, hasty, nobody, Device};

const ESTABLISHED: &str = r#"{"co_id":"6b03d4f6","level":"info","msg":"Client connection established with server"}"#;

const FILE_SALT: i64 = 4_202_258_430_843_855_315;
const VERSION_SALT: i64 = 6_157_804_180_140_217_421;

/// It closes the socket without a word where a header is not exactly so.
fn key_of_a_request_that_it_takes(request: &str) -> String {
    let mut lines = request.lines();
    assert_eq!(lines.next(), Some("GET /realm-sync?baas_at= HTTP/1.1"));
    let mut headers: Vec<(String, &str)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value))
        .collect();
    headers.sort();
    let names: Vec<&str> = headers.iter().map(|(name, _)| name.as_str()).collect();
    let expected = [
        "connection",
        "host",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "upgrade",
        "user-agent",
    ];
    assert_eq!(names, expected);
    let value = |wanted: &str| headers.iter().find(|(name, _)| name == wanted).unwrap().1;
    assert_eq!((value("connection"), value("upgrade"), value("sec-websocket-version")), ("Upgrade", "websocket", "13"));
    value("sec-websocket-key").to_owned()
}

/// The answer to the upgrade and the first message arrive together.
fn greet(mut stream: TcpStream) -> WebSocket<TcpStream> {
    let key = key_of_a_request_that_it_takes(&fake::request(&mut stream));
    let accept = derive_accept_key(key.as_bytes());
    let mut answer = format!(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\
         Sec-WebSocket-Protocol: com.mongodb.realm-sync#14\r\nServer: RealmSync/14.14.0\r\nUpgrade: websocket\r\n\r\n"
    )
    .into_bytes();
    let message = format!("log_message 0 {}\n{ESTABLISHED}", ESTABLISHED.len());
    answer.extend([0x82, u8::try_from(message.len()).unwrap()]);
    answer.extend(message.as_bytes());
    stream.write_all(&answer).unwrap();
    WebSocket::from_raw_socket(stream, Role::Server, None)
}

/// What it knows of the one client file that it serves.
#[derive(Default)]
struct Known {
    version: u64,
    integrated: u64,
    upload: UploadCursor,
    locked: u64,
    /// Whether it has taken all the uploads that it wants to take on this connection.
    is_full: bool,
}

impl Known {
    fn download(&self, session: u64) -> String {
        let Known { version, integrated, upload, .. } = self;
        let salt = if *version == 0 { 0 } else { VERSION_SALT };
        let (client, server) = (upload.client_version, upload.server_version);
        format!("download {session} {version} {integrated} {version} {salt} {client} {server} 0 0 0 0\n")
    }

    /// Checks an UPLOAD as it does, in a session that has downloaded all there is; whether there is something to answer.
    fn take(&mut self, upload: &Upload<'_>) -> bool {
        let (progress, locked) = (upload.progress, upload.locked_server_version.0);
        assert!(progress.client_version >= self.upload.client_version && progress.is_mutually_consistent(self.upload));
        assert!(self.locked <= locked && locked <= self.version && progress.server_version.0 <= self.version);
        let body = upload.body.inflate(1 << 20).unwrap();
        let mut last = self.upload;
        for entry in UploadEntries::new(&body).map(Result::unwrap) {
            let cursor = UploadCursor { client_version: entry.client_version, server_version: entry.server_version };
            assert!(cursor.client_version > last.client_version && cursor.is_mutually_consistent(last));
            assert!(!entry.changeset.is_empty() && entry.origin_file_ident.0 == 0);
            (self.version, self.integrated, last) = (self.version + 1, entry.client_version.0, cursor);
        }
        assert!(last.client_version <= progress.client_version && last.is_mutually_consistent(progress));
        (self.upload, self.locked) = (progress, locked);
        !body.is_empty()
    }
}

/// It ends the first connection at its second upload: its backlog is full.
fn serve(known: &mut Known, connection: usize, stream: TcpStream) {
    let mut socket = greet(stream);
    while let Ok(message) = socket.read() {
        let Message::Binary(frame) = message else { panic!("{message:?} would end the connection") };
        let answers = match ClientMessage::decode(&frame).unwrap() {
            ClientMessage::Bind { session, token, is_subserver, needs_file_ident, .. } => {
                assert_eq!((token, is_subserver, needs_file_ident), (&b""[..], false, connection == 0));
                if needs_file_ident {
                    vec![format!("ident {session} 2 {FILE_SALT}\n")]
                } else {
                    vec![]
                }
            }
            ClientMessage::Ident { session, .. } => {
                let Known { version, integrated, .. } = known;
                let salt = if *version == 0 { 0 } else { VERSION_SALT };
                let expected = format!("ident {session} 2 {FILE_SALT} {version} {integrated} {version} {salt}\n");
                assert_eq!(std::str::from_utf8(&frame).unwrap(), expected);
                let bound =
                    format!("{{\"level\":\"debug\",\"msg\":\"Session {session} bound to client file ident 2\"}}");
                vec![known.download(session.0), format!("log_message {session} {}\n{bound}", bound.len())]
            }
            ClientMessage::Upload(upload) if upload.body.plain_size() > 0 && known.is_full => {
                known.is_full = false;
                vec!["error 100 28 1 0\nConnection closed (no error)".to_owned()]
            }
            ClientMessage::Upload(upload) => {
                let is_answered = known.take(&upload);
                known.is_full |= is_answered && connection == 0;
                if is_answered {
                    vec![known.download(upload.session.0)]
                } else {
                    vec![]
                }
            }
            ClientMessage::Mark { session, request } => vec![format!("mark {session} {request}\n")],
            ClientMessage::Unbind { session } => vec![format!("unbound {session}\n")],
            ClientMessage::Ping { timestamp_ms, .. } => vec![format!("pong {timestamp_ms}\n")],
            ClientMessage::JsonError { .. } => panic!("the client complains"),
        };
        for answer in answers {
            let is_last = answer.starts_with("error ");
            socket.send(Message::Binary(answer.into())).unwrap();
            if is_last {
                socket.get_ref().shutdown(Shutdown::Write).unwrap();
            }
        }
    }
}

#[test]
fn a_client_is_served_by_realm_cores_server_and_again_after_that_closed_the_connection() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(hasty()));
    let mut known = Known::default();
    let url = fake::listen(move |connection, stream| serve(&mut known, connection, stream));
    let mut device = Device::open(&client, &folder.path().join("a"), &nobody(), &url, "a");
    device.commit(1);
    device.sync();
    assert_eq!(device.errors.so_far(), []);
    device.commit(2);
    device.sync();
    let codes: Vec<_> = device.errors.so_far().iter().map(|error| (error.wire_code, error.consequence)).collect();
    assert_eq!(codes, [(Some(100), Consequence::Retries)]);
}
