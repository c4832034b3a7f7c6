//! The server behind real sockets on loopback.

use std::future::Future;
use std::net::SocketAddr;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use futures_util::{SinkExt, StreamExt};
use realm_sync::protocol::{parse_max_offline, ServerMessage};
use realm_sync::server::listen::{serve, Config, Invocation, Options, OptionsError};
use realm_sync::server::{Authenticator, Limits};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

use crate::changesets::make_class;
use crate::world::{bind, upload};

const SECRET: &[u8] = b"an example of a secret with over 32 bytes";
const PROTOCOLS: &str = "com.mongodb.realm-sync#14, com.mongodb.realm-sync#13";

/// Far more than any step takes, so that a broken server fails the test instead of hanging it.
const PATIENCE: Duration = Duration::from_secs(30);

struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<std::thread::JoinHandle<()>>,
    _folder: tempfile::TempDir,
}

impl Server {
    fn start(authenticator: Authenticator, limits: Limits) -> Server {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let listen = "127.0.0.1:0".parse().unwrap();
        let config = Config { listen, data, authenticator, limits, realm_threads: 2 };
        let (stop, stopped) = oneshot::channel::<()>();
        let (ready, address) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            let until = async move { stopped.await.unwrap_or(()) };
            serve(config, until, |address| ready.send(address).unwrap()).unwrap();
        });
        Server { address: address.recv().unwrap(), stop: Some(stop), thread: Some(thread), _folder: folder }
    }

    fn development() -> Server {
        Server::start(Authenticator::Development, Limits::default())
    }

    fn stop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }

    async fn connect(&self, target: &str) -> Client {
        self.try_connect(target, PROTOCOLS).await.unwrap()
    }

    /// The WebSocket, or the status of the refusal.
    async fn try_connect(&self, target: &str, protocols: &str) -> Result<Client, u16> {
        let mut request = format!("ws://{}{target}", self.address).into_client_request().unwrap();
        request.headers_mut().insert("Sec-WebSocket-Protocol", protocols.parse().unwrap());
        match tokio_tungstenite::connect_async(request).await {
            Ok((socket, _)) => Ok(Client { socket }),
            Err(Error::Http(response)) => Err(response.status().as_u16()),
            Err(error) => panic!("{error}"),
        }
    }

    /// Everything the server answers to raw bytes until it closes.
    async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Client {
    socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
}

impl Client {
    async fn say(&mut self, message: impl AsRef<[u8]>) {
        self.socket.send(Message::Binary(message.as_ref().to_vec().into())).await.unwrap();
    }

    async fn next(&mut self) -> Option<Message> {
        self.socket.next().await.and_then(Result::ok)
    }

    /// The next message that is no log message, as its first line.
    async fn hear(&mut self) -> String {
        loop {
            let frame = match self.next().await.unwrap() {
                Message::Binary(frame) => frame,
                other => panic!("{other:?}"),
            };
            match ServerMessage::decode(&frame).unwrap() {
                ServerMessage::LogMessage { .. } => {}
                _ => return String::from_utf8_lossy(&frame).lines().next().unwrap().to_owned(),
            }
        }
    }

    /// Skips binary messages; the close frame's code.
    async fn closed_with(&mut self) -> Option<CloseCode> {
        loop {
            match self.next().await {
                Some(Message::Close(frame)) => return frame.map(|frame| frame.code),
                Some(_) => {}
                None => return None,
            }
        }
    }

    async fn bind_new(&mut self, path: &str) -> String {
        self.say(bind(1, path, true)).await;
        let ident = self.hear().await;
        self.say(format!("{ident} 0 0 0 0\n")).await;
        assert!(self.hear().await.starts_with("download 1 "));
        ident
    }
}

fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { tokio::time::timeout(PATIENCE, test).await.expect("the server does not answer") });
}

fn upgrade(target: &str, protocols: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Key: 9q2TvVeekLT8Qj9XWWywbA==\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Protocol: {protocols}\r\n\r\n"
    )
}

/// The status line and headers of an answer that is not followed by a close.
async fn head(server: &Server, request: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    String::from_utf8(head).unwrap()
}

#[test]
fn the_newest_common_version_is_chosen_and_old_ones_are_spelled_with_a_slash() {
    run(async {
        let server = Server::development();
        for (offered, chosen) in [
            (PROTOCOLS, "com.mongodb.realm-sync#14"),
            ("com.mongodb.realm-sync#9", "com.mongodb.realm-sync#9"),
            ("com.mongodb.realm-sync/7", "com.mongodb.realm-sync/7"),
            ("com.mongodb.realm-sync/2-5", "com.mongodb.realm-sync/5"),
            ("other, com.mongodb.realm-sync#99, com.mongodb.realm-sync#3", "com.mongodb.realm-sync/3"),
        ] {
            let head = head(&server, &upgrade("/realm-sync", offered)).await.to_lowercase();
            assert!(head.starts_with("http/1.1 101 "), "{head}");
            assert!(head.contains("sec-websocket-accept: nq9s19hlbsu5bqbylfuqase40mo=\r\n"), "{head}");
            assert!(head.contains("connection: upgrade\r\n") && head.contains("upgrade: websocket\r\n"), "{head}");
            assert!(head.contains(&format!("sec-websocket-protocol: {chosen}\r\n")), "{head}");
        }
    });
}

#[test]
fn the_answer_to_the_upgrade_tells_how_long_a_client_may_be_away() {
    run(async {
        let told = |head: &str| {
            let line = head.lines().find_map(|line| line.strip_prefix("realm-sync-max-offline-seconds: "));
            line.and_then(parse_max_offline)
        };
        let server = Server::development();
        assert_eq!(told(&head(&server, &upgrade("/realm-sync", PROTOCOLS)).await), Some(Limits::default().max_offline));
        let limits = Limits { max_offline: Duration::from_secs(90), ..Limits::default() };
        let server = Server::start(Authenticator::Development, limits);
        assert_eq!(told(&head(&server, &upgrade("/realm-sync", PROTOCOLS)).await), Some(Duration::from_secs(90)));
    });
}

#[test]
fn without_a_common_version_the_upgrade_is_refused() {
    run(async {
        let server = Server::development();
        for offered in ["com.mongodb.realm-query-sync#14", "com.mongodb.realm-sync#x", "com.mongodb.realm-sync#99", ""]
        {
            let answer = server.raw(&upgrade("/realm-sync", offered)).await;
            assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
            assert!(answer.contains("Protocol version negotiation failed"), "{answer}");
        }
    });
}

#[test]
fn only_the_known_paths_are_served() {
    run(async {
        let server = Server::development();
        for target in [
            "/realm-sync",
            "/realm-sync?baas_at=anything",
            "/realm-sync/%2Fsome%2Frealm",
            "/api/client/v2.0/app/shop-abc/realm-sync?baas_at=x",
        ] {
            assert!(server.try_connect(target, PROTOCOLS).await.is_ok(), "{target}");
        }
        for target in ["/", "/other", "/realm-syncs", "/realm-sync/x", "/api/client/v2.0/app/a/b/realm-sync"] {
            let answer = server.raw(&upgrade(target, PROTOCOLS)).await;
            assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
            assert!(answer.ends_with("Realm sync server\n\nPage not found\n"), "{answer}");
        }
    });
}

#[test]
fn health_is_answered_and_plain_requests_are_refused() {
    run(async {
        let server = Server::development();
        let health = server.raw("GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(health.starts_with("HTTP/1.1 200 ") && health.ends_with("ok\n"), "{health}");
        let plain = server.raw("GET /realm-sync HTTP/1.1\r\nHost: x\r\n\r\n").await;
        assert!(plain.starts_with("HTTP/1.1 400 "), "{plain}");
    });
}

fn token(secret: &[u8], expires_in_s: i64, realms: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() as i64;
    let claims: serde_json::Value =
        serde_json::from_str(&format!("{{\"sub\":\"ada\",\"exp\":{},\"realms\":{realms}}}", now + expires_in_s))
            .unwrap();
    let key = jsonwebtoken::EncodingKey::from_secret(secret);
    jsonwebtoken::encode(&jsonwebtoken::Header::default(), &claims, &key).unwrap()
}

#[test]
fn a_token_decides_who_comes_in_and_what_may_be_bound() {
    run(async {
        let server = Server::start(Authenticator::with_secret(SECRET).unwrap(), Limits::default());
        let good = token(SECRET, 3600, r#"{"/mine/*":"write","shared":"read"}"#);
        let other_algorithm = {
            let header = jsonwebtoken::Header::new(jsonwebtoken::Algorithm::HS512);
            let claims = serde_json::json!({"exp": 99_999_999_999_u64, "realms": {}});
            jsonwebtoken::encode(&header, &claims, &jsonwebtoken::EncodingKey::from_secret(SECRET)).unwrap()
        };
        let refused = [
            String::new(),
            "nonsense".to_owned(),
            token(b"another secret that is long enough too", 3600, "{}"),
            token(SECRET, -3600, "{}"),
            token(SECRET, 3600, r#"{"x":"everything"}"#),
            format!("{good}x"),
            other_algorithm,
        ];
        for token in refused {
            let answer = server.try_connect(&format!("/realm-sync?baas_at={token}"), PROTOCOLS).await;
            assert_eq!(answer.err(), Some(401), "{token}");
        }
        assert_eq!(server.try_connect("/realm-sync", PROTOCOLS).await.err(), Some(401));

        let mut client = server.connect(&format!("/realm-sync?baas_at={good}")).await;
        client.say(bind(1, "/mine/1", true)).await;
        assert!(client.hear().await.starts_with("ident 1 2 "));
        client.say(bind(2, "/yours", true)).await;
        assert!(client.hear().await.starts_with("json_error 206 "));
    });
}

#[test]
fn two_clients_exchange_changes() {
    run(async {
        let server = Server::development();
        let (mut a, mut b) = (server.connect("/realm-sync").await, server.connect("/realm-sync").await);
        a.bind_new("/x").await;
        b.bind_new("/x").await;
        a.say(upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0)).await;
        assert!(a.hear().await.starts_with("download 1 1 2 1 "));
        assert!(b.hear().await.starts_with("download 1 1 0 1 "));
        b.say("ping 5 0\n").await;
        assert_eq!(b.hear().await, "pong 5");
    });
}

#[test]
fn garbage_gets_an_error_and_a_close_that_no_client_takes_for_its_own_fault() {
    run(async {
        let server = Server::development();
        let mut client = server.connect("/realm-sync").await;
        client.say(b"\xff\x00garbage").await;
        assert!(client.hear().await.starts_with("json_error 103 "));
        assert_eq!(client.closed_with().await, Some(CloseCode::Normal));
    });
}

#[test]
fn a_message_over_the_limit_is_refused_without_being_read() {
    run(async {
        let limits = Limits { message_bytes: 1000, ..Limits::default() };
        let server = Server::start(Authenticator::Development, limits);
        let mut client = server.connect("/realm-sync").await;
        client.say(vec![b'x'; 1001]).await;
        assert!(client.hear().await.starts_with("json_error 112 "));
        assert_eq!(client.closed_with().await, Some(CloseCode::Normal), "never 1009: it would reset the client");
    });
}

/// More than the sockets between them hold: a reset while it is sent would take the error with it.
#[test]
fn a_message_far_over_the_limit_is_thrown_away_for_its_sender_to_hear_why() {
    run(async {
        let limits = Limits { message_bytes: 1000, ..Limits::default() };
        let server = Server::start(Authenticator::Development, limits);
        let mut client = server.connect("/realm-sync").await;
        client.say(vec![b'x'; 30 << 20]).await;
        assert!(client.hear().await.starts_with("json_error 112 "));
        assert_eq!(client.closed_with().await, Some(CloseCode::Normal));
    });
}

#[test]
fn an_upload_that_inflates_over_the_limit_is_refused() {
    run(async {
        let limits = Limits { message_bytes: 2000, ..Limits::default() };
        let server = Server::start(Authenticator::Development, limits);
        let mut client = server.connect("/realm-sync").await;
        client.bind_new("/x").await;
        client.say(upload(1, &[(2, 0, 1, &[0; 5000])], (2, 0), 0)).await;
        assert!(client.hear().await.starts_with("json_error 103 "));
    });
}

#[test]
fn text_is_ignored_pings_are_answered_and_closes_echoed() {
    run(async {
        let server = Server::development();
        let mut client = server.connect("/realm-sync").await;
        client.socket.send(Message::Text("hello".into())).await.unwrap();
        client.socket.send(Message::Ping(b"are you there"[..].into())).await.unwrap();
        client.say("ping 1 0\n").await;
        let mut heard = Vec::new();
        while heard.len() < 2 {
            match client.next().await.unwrap() {
                Message::Pong(payload) => heard.push(String::from_utf8(payload.to_vec()).unwrap()),
                Message::Binary(frame) if frame.starts_with(b"pong") => heard.push("binary".to_owned()),
                _ => {}
            }
        }
        heard.sort();
        assert_eq!(heard, ["are you there", "binary"]);
        client.socket.close(None).await.unwrap();
        assert!(client.socket.next().await.is_none_or(|end| matches!(end, Ok(Message::Close(_)))));
    });
}

#[test]
fn a_reader_that_stalls_is_still_heard() {
    run(async {
        let server = Server::development();
        let (mut writer, mut stalled) = (server.connect("/realm-sync").await, server.connect("/realm-sync").await);
        writer.bind_new("/x").await;
        // The other never reads, yet everything it says is acted upon.
        stalled.say(bind(1, "/x", true)).await;
        for _ in 0..1000 {
            stalled.say("ping 1 0\n").await;
        }
        writer.say(upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0)).await;
        assert!(writer.hear().await.starts_with("download 1 1 2 1 "));
    });
}

#[test]
fn a_socket_that_never_upgrades_is_dropped() {
    run(async {
        let limits = Limits { handshake: Duration::from_millis(50), ..Limits::default() };
        let server = Server::start(Authenticator::Development, limits);
        assert_eq!(server.raw("GET /realm-sync HTT").await, "");
    });
}

#[test]
fn more_connections_than_allowed_get_status_503() {
    run(async {
        let server = Server::start(Authenticator::Development, Limits { connections: 1, ..Limits::default() });
        let mut first = server.connect("/realm-sync").await;
        assert_eq!(server.try_connect("/realm-sync", PROTOCOLS).await.err(), Some(503));
        first.say("ping 1 0\n").await;
        assert_eq!(first.hear().await, "pong 1");
    });
}

#[test]
fn stopping_closes_every_connection_and_returns() {
    run(async {
        let mut server = Server::development();
        let mut client = server.connect("/realm-sync").await;
        client.bind_new("/x").await;
        let stopping = tokio::task::spawn_blocking(move || {
            server.stop();
            server
        });
        assert_eq!(client.closed_with().await, Some(CloseCode::Normal));
        drop(client);
        let server = stopping.await.unwrap();
        assert!(TcpStream::connect(server.address).await.is_err());
    });
}

fn options(arguments: &[&str]) -> Options {
    let all = ["realm-sync-server", "serve", "--data", "d"].iter().chain(arguments);
    let Invocation::Serve(options) = clap::Parser::parse_from(all);
    options
}

#[test]
fn somebody_must_be_let_in_and_development_stays_on_this_machine() {
    let refused = |arguments: &[&str], variable: Option<&str>| {
        options(arguments).into_config(variable.map(str::to_owned)).err().unwrap()
    };
    assert!(matches!(refused(&[], None), OptionsError::NoAuthentication));
    assert!(matches!(refused(&["--dev"], Some("x")), OptionsError::TwoAuthentications));
    assert!(matches!(refused(&["--dev", "--listen", "0.0.0.0:1"], None), OptionsError::OpenDevelopment(_)));
    assert!(matches!(refused(&[], Some("short")), OptionsError::Secret(_)));
    assert!(matches!(refused(&["--jwt-secret-file", "/nowhere"], None), OptionsError::SecretFile { .. }));
    assert!(options(&["--dev", "--listen", "[::1]:1"]).into_config(None).is_ok());
    assert!(options(&["--listen", "0.0.0.0:1"]).into_config(Some("x".repeat(32))).is_ok());
}
