//! What others get wrong has its documented error, and everything else goes on.

use realm_sync::client::{Backoff, ClientConfig, ConnectionState, Consequence, SessionState, User, WaitError};
use realm_sync::protocol::Status;
use realm_sync::store::StoreError;
use tokio_tungstenite::tungstenite::Message;

use super::fake;
use super::proxy::{Passed, Proxy, What};
use super::rig::{
    begin_upload, client, connection_states, data, eventually, hasty, nobody, noise, patient, session, session_states,
    Device, Heard, Items, Server,
};
use super::tokens::{forged, server, token};

/// Another realm on a server of its own, that must not notice anything.
struct Bystander {
    device: Device,
    next_key: i64,
    _server: Server,
    _folder: tempfile::TempDir,
}

impl Bystander {
    fn of(client: &realm_sync::net::SyncClient) -> Bystander {
        let folder = tempfile::tempdir().unwrap();
        let server = Server::start(folder.path());
        let path = folder.path().join("bystander");
        let device = Device::open(client, &path, &nobody(), &server.url(), "bystander");
        Bystander { device, next_key: 1, _server: server, _folder: folder }
    }

    fn assert_goes_on(&mut self) {
        self.device.commit(self.next_key);
        self.next_key += 1;
        self.device.sync();
        assert_eq!(self.device.errors.so_far(), []);
    }
}

/// What a server might answer to the BIND of session `$`, and the status that it leads to.
fn nonsense() -> Vec<(Message, Status)> {
    let violation = Status::SyncProtocolInvariantFailed;
    let binary = |bytes: &[u8]| Message::Binary(bytes.to_vec().into());
    vec![
        (binary(b""), violation),
        (binary(b"\xff\x00\x01garbage"), violation),
        (binary(b"hello $\n"), violation),
        (binary(b"ident $\n"), violation),
        (binary(b"ident $ 0 0\n"), violation),
        (binary(b"ident 18446744073709551616 2 99\n"), violation),
        (binary(b"ident 4711 2 99\n"), violation),
        (binary(b"mark $ 1\n"), violation),
        (binary(b"unbound $\n"), violation),
        (binary(b"pong 5\n"), violation),
        (binary(b"download $ 0 0 0 0 0 0 0 0 0 0\nno changeset"), violation),
        (binary(b"download $ 1 1 1 1 0 0 0 1 99999999999999 3\nabc"), Status::LimitExceeded),
        (binary(b"download $ 1 1 1 1 0 0 0 1 9 3\nabc"), Status::RuntimeError),
        (binary(b"error 4711 3 1 0\nabc"), violation),
        (binary(b"json_error 201 9 $\nnot JSON!"), violation),
        (Message::Close(None), violation),
    ]
}

#[test]
fn nonsense_from_a_server_is_an_error_each_time_and_the_next_server_is_served() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(hasty()));
    let mut bystander = Bystander::of(&client);
    let (messages, statuses): (Vec<_>, Vec<_>) = nonsense().into_iter().unzip();
    let url = fake::answer(messages.clone());
    let path = folder.path().join("a");
    let device = Device::open(&client, &path, &nobody(), &url, "a");
    for (message, status) in messages.iter().zip(statuses) {
        let error = device.errors.next();
        let expected = (status.number(), Consequence::Retries);
        assert_eq!((error.number, error.consequence), expected, "{message:?}: {error:?}");
        bystander.assert_goes_on();
    }
    assert_eq!(device.session.state(), SessionState::Active);
    drop(device);
    let server = Server::start(folder.path());
    let mut device = Device::open(&client, &path, &nobody(), &server.url(), "a");
    device.commit(1);
    device.sync();
    device.items.assert_holds(&[1]);
}

#[test]
fn a_transaction_over_the_servers_limit_is_an_error_of_its_session() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let mut bystander = Bystander::of(&client);
    let server = Server::with(folder.path(), &["--dev", "--max-message-bytes", "65536"]);
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &nobody(), &server.url(), name);
    let (mut large, mut small) = (open("large"), open("small"));
    large.sync();
    small.sync();
    let version = large.items.try_commit(1, &noise(200_000)).unwrap();
    large.session.notify_commit(version);
    let error = large.errors.next();
    assert_eq!((error.wire_code, error.number), (Some(112), Status::SyncProtocolInvariantFailed.number()), "{error:?}");
    small.commit(1);
    small.sync();
    assert_eq!(small.errors.so_far(), []);
    bystander.assert_goes_on();
    large.items.assert_holds(&[1]);
}

/// More than the sockets between them hold: the client is still sending when it is refused.
#[test]
fn a_transaction_far_over_the_servers_limit_is_an_error_of_its_session() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let server = Server::with(folder.path(), &["--dev", "--max-message-bytes", "65536"]);
    let mut device = Device::open(&client, &folder.path().join("a"), &nobody(), &server.url(), "a");
    device.sync();
    let version = device.items.try_commit(1, &noise(15_000_000)).unwrap();
    device.session.notify_commit(version);
    let error = device.errors.next();
    assert_eq!((error.wire_code, error.number), (Some(112), Status::SyncProtocolInvariantFailed.number()), "{error:?}");
}

#[test]
fn a_server_that_chooses_no_version_of_the_protocol_is_named_as_that() {
    for chosen in [None, Some("com.mongodb.realm-query-sync#14"), Some("com.mongodb.realm-sync#15")] {
        let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
        let url = fake::choose(chosen);
        let device = Device::open(&client, &folder.path().join("a"), &nobody(), &url, "a");
        let error = device.errors.next();
        let expected = (Status::SyncProtocolNegotiationFailed.number(), Consequence::Retries);
        assert_eq!((error.number, error.consequence), expected, "{chosen:?}: {error:?}");
    }
}

/// The server says it of the connection, and cannot know which session it was.
#[test]
fn a_transaction_over_the_servers_limit_does_not_keep_the_sessions_beside_it_away() {
    let folder = tempfile::tempdir().unwrap();
    let backoff = Backoff { max_delay: patient().backoff.max_delay, ..hasty().backoff };
    let client = client(ClientConfig { backoff, ..hasty() });
    let server = Server::with(folder.path(), &["--dev", "--max-message-bytes", "65536"]);
    let user = nobody();
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &user, &server.url(), name);
    let (mut large, mut small) = (open("large"), open("small"));
    large.sync();
    small.sync();
    let version = large.items.try_commit(1, &noise(200_000)).unwrap();
    large.session.notify_commit(version);
    assert_eq!(large.errors.next().wire_code, Some(112));
    assert_eq!(small.errors.next().wire_code, Some(112), "they share the connection");
    small.commit(1);
    small.sync();
    assert_eq!(large.errors.so_far(), [], "it has not come back");
}

#[test]
fn a_wrong_path_is_an_error_and_tried_again() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(hasty()));
    let mut bystander = Bystander::of(&client);
    let server = Server::start(folder.path());
    let url = format!("{}/nowhere", server.url());
    let device = Device::open(&client, &folder.path().join("a"), &nobody(), &url, "a");
    for _ in 0..3 {
        let error = device.errors.next();
        assert_eq!((error.number, error.consequence), (Status::SyncConnectFailed.number(), Consequence::Retries));
        assert!(error.message.contains("404"), "{}", error.message);
    }
    bystander.assert_goes_on();
}

#[test]
fn a_refused_token_waits_for_another_one() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let mut bystander = Bystander::of(&client);
    let server = server(folder.path());
    for (name, refused) in [("forged", forged(&["*"])), ("expired", token(-3600, &["*"])), ("none", String::new())] {
        let user = User::new("ada".into(), refused);
        let mut device = Device::open(&client, &folder.path().join(name), &user, &server.url(), name);
        let (states, _states) = session_states(&device.session);
        device.commit(1);
        let upload = begin_upload(&device.session);
        let error = device.errors.next();
        let expected = (Status::AuthError.number(), Consequence::NeedsToken);
        assert_eq!((error.number, error.consequence), expected, "{name}: {error:?}");
        eventually("the session waits for a token", || device.session.state() == SessionState::WaitingForAccessToken);
        bystander.assert_goes_on();
        user.set_access_token(token(3600, &[name]));
        states.until(|&state| state == SessionState::Active);
        assert_eq!(upload.next(), Ok(()));
        device.sync();
        assert_eq!(device.errors.so_far(), []);
    }
}

/// The new token comes while the server looks at the old one.
#[test]
fn a_token_that_is_replaced_while_it_is_refused_is_not_waited_for_again() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let user = User::new("ada".into(), "old".into());
    let (sender, requests) = Heard::channel();
    let theirs = user.clone();
    let url = fake::listen(move |_, mut stream| {
        let request = fake::request(&mut stream);
        theirs.set_access_token("new".into());
        fake::refuse(stream, "401 Unauthorized");
        sender.lock().unwrap().send(request).unwrap();
    });
    let device = Device::open(&client, &folder.path().join("a"), &user, &url, "a");
    assert!(requests.next().starts_with("GET /realm-sync?baas_at=old "));
    assert!(requests.next().starts_with("GET /realm-sync?baas_at=new "));
    device.errors.until(|error| error.consequence == Consequence::NeedsToken);
    eventually("the session waits for a token", || device.session.state() == SessionState::WaitingForAccessToken);
    assert_eq!(requests.so_far().len(), 0, "the new token was refused once");
}

#[test]
fn a_file_that_is_no_realm_is_refused_and_unchanged() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let mut bystander = Bystander::of(&client);
    let server = Server::start(folder.path());
    let path = folder.path().join("letter.txt");
    let letter = "Dear reader, this is no realm. ".repeat(1000);
    std::fs::write(&path, &letter).unwrap();
    assert!(matches!(Items::try_open(&path).err(), Some(StoreError::NotARealm { .. })));
    let (session, errors) = session(&client, &path, &nobody(), &server.url(), "letter");
    let error = errors.next();
    assert_eq!((error.number, error.consequence), (Status::RuntimeError.number(), Consequence::Retries));
    assert!(error.message.contains("is no realm file"), "{}", error.message);
    bystander.assert_goes_on();
    for _ in 0..20 {
        bystander.assert_goes_on();
    }
    assert_eq!(errors.so_far(), [], "the next attempt is a day away");
    let upload = begin_upload(&session);
    drop(session);
    assert_eq!(upload.next(), Err(WaitError::Cancelled));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), letter);
}

#[test]
fn a_damaged_realm_of_the_server_is_an_error_of_its_session_alone() {
    let (folder, client) = (tempfile::tempdir().unwrap(), client(patient()));
    let mut server = Server::start(folder.path());
    let user = nobody();
    let proxy = Proxy::to(&server.address);
    let open = |name: &str| Device::open(&client, &folder.path().join(name), &user, &proxy.url, name);
    let (mut damaged, mut sound) = (open("damaged"), open("sound"));
    let (states, _states) = connection_states(&damaged.session);
    for device in [&mut damaged, &mut sound] {
        device.commit(1);
        device.sync();
        device.session.stop();
    }
    server.kill();
    let file = data(folder.path()).join("damaged.realm");
    let kept = std::fs::read(&file).unwrap();
    let log = data(folder.path()).join("damaged.realm-wal");
    let kept_log = std::fs::read(&log).unwrap_or_default();
    let _ = std::fs::remove_file(&log);
    std::fs::write(&file, vec![0xAB; kept.len().max(8192)]).unwrap();
    server.run();
    damaged.session.start();
    proxy.wait("answer for the damaged realm", |passed| {
        let is_refusal =
            |event: &Passed| matches!(&event.what, What::Down(line) if line.starts_with("json_error 201 "));
        passed.iter().any(is_refusal).then_some(())
    });
    states.until(|&state| state == ConnectionState::Disconnected);
    assert_eq!(damaged.session.state(), SessionState::Active);
    sound.session.start();
    sound.commit(2);
    sound.sync();
    assert_eq!(sound.errors.so_far(), []);
    server.kill();
    std::fs::write(&file, kept).unwrap();
    std::fs::write(&log, kept_log).unwrap();
    server.run();
    damaged.session.start();
    damaged.commit(2);
    damaged.sync();
    damaged.items.assert_holds(&[1, 2]);
}
