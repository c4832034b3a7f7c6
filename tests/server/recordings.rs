//! Exchanges recorded between realm-core's client and server: the client's side again, against this server.

use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;

use realm_sync::protocol::{ClientMessage, DownloadEntries, ServerMessage};
use realm_sync::server::{Access, ConnectionId};
use realm_sync::value::{Salt, SaltedFileIdent, ServerVersion, SessionIdent};

use crate::world::World;

/// Recordings that build on each other, in the order in which they were made.
const WORLDS: [&[&str]; 2] = [
    &[
        "fresh-bind",
        "upload-all-kinds",
        "download-all-kinds",
        "pause-resume",
        "pause-resume-reconnect",
        "merge-setup",
        "merge-a-uploads",
        "merge-b-uploads-and-merges",
        "merge-a-downloads",
        "multiplexed",
        "upload-compressed",
        "idle-ping",
        "setup-batches",
        "download-batches",
        "error-illegal-path",
        "max-protocol-9",
        "error-bad-changeset",
        "error-raw",
    ],
    &["error-unknown-file-ident"],
];

#[derive(serde::Deserialize)]
struct Event {
    conn: u64,
    ev: String,
    #[serde(default)]
    dir: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    hex: String,
}

/// What a server said in one session, as far as two servers must agree.
#[derive(Debug, Default, PartialEq)]
struct Said {
    idents: usize,
    /// Version, client version, timestamp, origin and bytes of every changeset.
    entries: Vec<(u64, u64, u64, u64, Vec<u8>)>,
    /// Position, latest version and upload cursor of the last DOWNLOAD.
    last_download: Option<[u64; 5]>,
    last_mark: Option<u64>,
    unbound: bool,
    error: Option<u32>,
    /// For people.
    text: String,
}

#[derive(Default)]
struct Transcript {
    sessions: HashMap<SessionIdent, Said>,
    pongs: usize,
}

impl Transcript {
    fn add(&mut self, frame: &[u8]) {
        let sessions = &mut self.sessions;
        match ServerMessage::decode(frame).unwrap() {
            ServerMessage::LogMessage { .. } => {}
            ServerMessage::Pong { .. } => self.pongs += 1,
            ServerMessage::Ident { session, .. } => sessions.entry(session).or_default().idents += 1,
            ServerMessage::Mark { session, request } => {
                sessions.entry(session).or_default().last_mark = Some(request.0)
            }
            ServerMessage::Unbound { session } => sessions.entry(session).or_default().unbound = true,
            ServerMessage::Error { session, code, text, .. } => {
                let said = sessions.entry(session).or_default();
                (said.error, said.text) = (Some(code.number()), text.into_owned());
            }
            ServerMessage::JsonError { session, code, body } => {
                let said = sessions.entry(session).or_default();
                (said.error, said.text) = (Some(code.number()), body.message);
            }
            ServerMessage::Download(download) => {
                let said = sessions.entry(download.session).or_default();
                let progress = download.progress;
                said.last_download = Some([
                    progress.download.server_version.0,
                    progress.download.client_version.0,
                    progress.latest_server_version.version.0,
                    progress.upload.client_version.0,
                    progress.upload.server_version.0,
                ]);
                let body = download.body.inflate(1 << 30).unwrap();
                for entry in DownloadEntries::new(&body).map(Result::unwrap) {
                    said.entries.push((
                        entry.server_version.0,
                        entry.client_version.0,
                        entry.origin_timestamp.0,
                        entry.origin_file_ident.0,
                        entry.changeset.into_owned(),
                    ));
                }
            }
        }
    }
}

/// The recorded server's secrets, and the ones this server gave in their place.
#[derive(Default)]
struct Secrets {
    files: HashMap<Salt, SaltedFileIdent>,
    /// By realm and version.
    versions: HashMap<(Vec<u8>, ServerVersion), Salt>,
}

/// One recorded connection, played again.
struct Connection {
    id: ConnectionId,
    recorded: Transcript,
    played: Transcript,
    realms: HashMap<SessionIdent, Vec<u8>>,
    /// IDENTs of either side that have no counterpart yet.
    idents: [Vec<SaltedFileIdent>; 2],
}

fn vectors() -> PathBuf {
    match std::env::var_os("REALM_SYNC_VECTORS") {
        Some(folder) => folder.into(),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/vectors"),
    }
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect()
}

struct Player {
    world: World,
    secrets: Secrets,
    compared: usize,
}

impl Player {
    fn play(&mut self, name: &str, events: &[Event]) {
        let mut connections: HashMap<u64, Connection> = HashMap::new();
        for event in events {
            match (event.ev.as_str(), event.dir.as_str()) {
                ("http", "s2c") => {
                    if let Some(connection) = self.connect(&event.text) {
                        let key = event.conn;
                        assert!(connections.insert(key, connection).is_none(), "{name}: connection {key} twice");
                    }
                }
                ("msg", direction) => {
                    let connection = connections.get_mut(&event.conn).unwrap();
                    match direction {
                        "c2s" => self.say(connection, &unhex(&event.hex)),
                        _ => self.note(connection, &unhex(&event.hex)),
                    }
                }
                // What one side still said after the other had closed belongs to the exchange.
                ("close", "c2s") => {
                    if let Some(connection) = connections.get(&event.conn) {
                        self.world.disconnect(connection.id);
                    }
                }
                _ => {}
            }
        }
        for connection in connections.values() {
            self.world.disconnect(connection.id);
            self.compare(name, connection);
        }
    }

    fn connect(&mut self, response: &str) -> Option<Connection> {
        let version = response.lines().find_map(|line| {
            let token = line.strip_prefix("Sec-WebSocket-Protocol: com.mongodb.realm-sync")?;
            token.trim_start_matches(['#', '/']).trim_end().parse().ok()
        })?;
        let id = self.world.connect_as(version, Access::unrestricted());
        Some(Connection {
            id,
            recorded: Transcript::default(),
            played: Transcript::default(),
            realms: HashMap::new(),
            idents: [vec![], vec![]],
        })
    }

    /// A frame of the recorded server.
    fn note(&mut self, connection: &mut Connection, frame: &[u8]) {
        connection.recorded.add(frame);
        self.learn(connection, 0, frame);
    }

    /// Pairs the secrets of both servers by the order in which they were told.
    fn learn(&mut self, connection: &mut Connection, side: usize, frame: &[u8]) {
        if let ServerMessage::Ident { file, .. } = ServerMessage::decode(frame).unwrap() {
            connection.idents[side].push(file);
        }
        while !connection.idents[0].is_empty() && !connection.idents[1].is_empty() {
            let (recorded, ours) = (connection.idents[0].remove(0), connection.idents[1].remove(0));
            self.secrets.files.insert(recorded.salt, ours);
        }
    }

    /// A frame of the recorded client, with this server's secrets in it.
    fn say(&mut self, connection: &mut Connection, frame: &[u8]) {
        let frame = match ClientMessage::decode(frame) {
            Ok(ClientMessage::Ident { session, file, download, mut latest_server_version }) => {
                let file = self.secrets.files.get(&file.salt).copied().unwrap_or(file);
                let realm = connection.realms.get(&session).cloned().unwrap_or_default();
                if let Some(salt) = self.secrets.versions.get(&(realm, latest_server_version.version)) {
                    latest_server_version.salt = *salt;
                }
                ClientMessage::Ident { session, file, download, latest_server_version }.encode()
            }
            Ok(ClientMessage::Bind { session, path, .. }) => {
                connection.realms.insert(session, path.to_vec());
                frame.to_vec()
            }
            Ok(_) | Err(_) => frame.to_vec(),
        };
        self.world.say(connection.id, frame);
        for reply in self.world.hear_frames(connection.id) {
            connection.played.add(&reply);
            self.learn(connection, 1, &reply);
            if let ServerMessage::Download(download) = ServerMessage::decode(&reply).unwrap() {
                let latest = download.progress.latest_server_version;
                let realm = connection.realms[&download.session].clone();
                self.secrets.versions.insert((realm, latest.version), latest.salt);
            }
        }
    }

    fn compare(&mut self, name: &str, connection: &Connection) {
        for (session, recorded) in &connection.recorded.sessions {
            let played = connection.played.sessions.get(session);
            // The recorded server's grammar for paths is narrower than ours.
            if recorded.error != Some(204) {
                compare_session(&format!("{name}, session {session}"), recorded, played.unwrap());
                self.compared += 1;
            }
        }
        assert_eq!(connection.recorded.pongs, connection.played.pongs, "{name}: PONGs");
    }
}

fn compare_session(name: &str, recorded: &Said, played: &Said) {
    assert_eq!(recorded.idents, played.idents, "{name}: IDENTs");
    assert_eq!(recorded.error, played.error, "{name}: {}", played.text);
    assert_eq!(recorded.last_mark, played.last_mark, "{name}: MARK");
    assert_eq!(recorded.last_download, played.last_download, "{name}: last DOWNLOAD");
    // The recorded connection may have ended before UNBOUND was on its way.
    assert!(played.unbound || !recorded.unbound, "{name}: UNBOUND");
    assert_eq!(recorded.entries.len(), played.entries.len(), "{name}: changesets");
    for (recorded, played) in recorded.entries.iter().zip(&played.entries) {
        assert_eq!(recorded, played, "{name}: changeset {}", recorded.0);
    }
}

/// Past the runner, which keeps what a test that passes prints to itself.
fn say(line: &str) {
    std::io::stdout().write_all(format!("{line}\n").as_bytes()).unwrap();
}

#[test]
fn recorded_clients_hear_what_the_recorded_server_said() {
    let folder = vectors();
    let (mut recordings, mut sessions) = (0, 0);
    for names in WORLDS {
        let mut player = Player { world: World::new(), secrets: Secrets::default(), compared: 0 };
        for name in names {
            let Ok(text) = std::fs::read_to_string(folder.join(name).with_extension("jsonl")) else { continue };
            let events: Vec<_> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            player.play(name, &events);
            recordings += 1;
        }
        sessions += player.compared;
    }
    match recordings {
        0 => say(&format!("no recordings in {}: nothing was compared", folder.display())),
        _ => say(&format!("{recordings} recordings: {sessions} sessions agree")),
    }
    assert!(recordings == 0 || sessions > 20, "only {sessions} sessions were compared");
}
