//! Devices in a world, told line by line what to write, and when they were to have written it. In between they are
//! stopped, so that everything they do is concurrent.

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use realm_sync::changeset::{decode, encode, Changeset};
use realm_sync::protocol::{DownloadEntries, ServerMessage};
use realm_sync::schema::Schema;
use realm_sync::server::Limits;
use realm_sync::store::ResetMode;
use realm_sync::store::{Mode, OpenOptions, Realm, State};
use realm_sync::sync::{Random, SessionError};
use realm_sync::value::ClientVersion;
use rusqlite::{params, Connection};
use tempfile::TempDir;

use crate::clock::{StampClock, WorldTime};
use crate::declare::example_schema;
use crate::device::Device;
use crate::model::Model;
use crate::world::World;
use crate::{script, tables, write};

/// Who makes the instructions of a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// Our own writes; what they record is `docs/STORE.md`, "What local writes record".
    Application,
    /// A client of another make: each line is the one instruction that it says.
    Foreign,
}

pub struct Peers {
    pub world: World,
    clocks: Vec<Arc<StampClock>>,
    folder: TempDir,
}

/// The files below a folder.
type Files = Vec<(PathBuf, Vec<u8>)>;

/// The files of a world in which everybody knows the schema, by the number of devices.
static SYNCED: [OnceLock<Files>; 6] = [const { OnceLock::new() }; 6];

fn contents(folder: &Path, below: &Path) -> Files {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder.join(below)).unwrap() {
        let entry = entry.unwrap();
        let path = below.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => files.extend(contents(folder, &path)),
            false => files.push((path.clone(), std::fs::read(folder.join(path)).unwrap())),
        }
    }
    files
}

impl Peers {
    /// Everybody has an ident and the schema, and is stopped.
    pub fn new(devices: usize, seed: u64) -> Peers {
        let files = SYNCED[devices].get_or_init(|| {
            let mut peers = Peers::fresh(devices);
            // Idents are given in the order of arrival.
            peers.exchange(&(0..devices).collect::<Vec<_>>());
            for number in 0..devices {
                peers.world.shut_down(number);
            }
            let Peers { world, folder, .. } = peers;
            drop(world);
            contents(folder.path(), Path::new(""))
        });
        let folder = crate::folder();
        for (path, bytes) in files {
            let path = folder.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, bytes).unwrap();
        }
        Peers::open(folder, devices, seed)
    }

    /// Nobody has met the server yet.
    pub fn fresh(devices: usize) -> Peers {
        Peers::open(crate::folder(), devices, 0)
    }

    fn open(folder: TempDir, devices: usize, seed: u64) -> Peers {
        let time = WorldTime::default();
        let clocks: Vec<_> = (0..devices).map(|_| StampClock::new(&time)).collect();
        let of = |(number, clock): (usize, &Arc<StampClock>)| {
            // A reset would mend what a merge has broken.
            let mut device = Device::new(number, folder.path(), example_schema(), clock.clone());
            device.reset = ResetMode::Manual;
            device
        };
        let devices: Vec<Device> = clocks.iter().enumerate().map(of).collect();
        let count = devices.len();
        let mut random = Random::new(seed);
        // From one changeset in a DOWNLOAD to all of them.
        let limits = Limits { download_bytes: 1 << random.below(25), ..Limits::default() };
        let world = World::of(folder.path(), time, random, devices, limits);
        let mut peers = Peers { world, clocks, folder };
        (0..count).for_each(|number| peers.stop(number));
        peers
    }

    pub fn stop(&mut self, number: usize) {
        self.world.on_device(number, |running, now, wishes, random| running.stop(0, now, wishes, random));
    }

    pub fn start(&mut self, number: usize) {
        self.world.on_device(number, |running, now, wishes, random| running.start(0, now, wishes, random));
    }

    pub fn model(&self, number: usize) -> Model {
        tables::read(&self.world.devices[number].path)
    }

    /// One transaction of these lines; what was written, where a line leaves that open.
    pub fn commit(&mut self, number: usize, timestamp: u64, lines: &[&str], maker: Maker) -> Vec<String> {
        self.clocks[number].set(timestamp);
        let mut model = self.model(number);
        let mut written = Vec::new();
        let version = match maker {
            Maker::Application => {
                let realm = self.world.devices[number].running.as_mut().expect("the device is up").realm();
                realm.begin().unwrap();
                for line in lines {
                    let line = apply_line(realm, &mut model, line);
                    written.push(line);
                }
                realm.commit().unwrap().version
            }
            Maker::Foreign => {
                written.extend(lines.iter().map(|line| (*line).to_owned()));
                let changeset = script::record(&mut model, lines);
                commit_foreign(&self.world.devices[number].path, timestamp, &changeset)
            }
        };
        assert_eq!(self.model(number).to_string(), model.to_string(), "device {number} after {written:?}");
        self.announce(number, version);
        written
    }

    /// Sends the instruction of a line as a client would that believes in `belief`, lines that it never wrote.
    pub fn commit_unchecked(&mut self, number: usize, timestamp: u64, belief: &[&str], line: &str) {
        let mut model = self.model(number);
        script::record(&mut model, belief);
        let mut changeset = Changeset::new();
        let instruction = script::instruction(&model, &mut changeset, line);
        changeset.push(instruction);
        let connection = Connection::open(&self.world.devices[number].path).unwrap();
        let version = append(&connection, timestamp, &changeset);
        self.announce(number, version);
    }

    /// The device's application is of a version with this schema from now on.
    pub fn declare(&mut self, number: usize, timestamp: u64, schema: Schema) {
        let clock = self.clocks[number].clone();
        clock.set(timestamp);
        let device = &mut self.world.devices[number];
        device.schema = schema.clone();
        let options = OpenOptions { path: device.path.clone(), schema: Some(schema), mode: Mode::Synced, clock };
        let running = device.running.as_mut().expect("the device is up");
        *running.realm() = Realm::open(options).unwrap();
        let version = running.realm().version().unwrap();
        self.announce(number, version);
    }

    /// Tells the session of a commit.
    fn announce(&mut self, number: usize, version: ClientVersion) {
        self.world.on_device(number, |running, now, wishes, random| {
            running.session().notify_commit(version);
            running.wake(now, wishes, random);
        });
    }

    /// The error that synchronising ends with.
    pub fn fails(&mut self, number: usize) -> SessionError {
        self.start(number);
        for _ in 0..600 {
            let session = self.world.devices[number].running.as_ref().expect("the device is up").session();
            if let Some(error) = session.last_error() {
                return error;
            }
            self.world.run_until(self.world.now() + Duration::from_millis(100));
        }
        panic!("device {number} goes on");
    }

    /// Everybody uploads in this order, then everybody downloads.
    pub fn exchange(&mut self, order: &[usize]) {
        for &number in order {
            self.start(number);
            self.world.begin_wait(number, true);
            self.world.end_waits();
        }
        order.iter().for_each(|&number| self.world.begin_wait(number, false));
        self.world.end_waits();
        order.iter().for_each(|&number| self.stop(number));
    }

    /// The instructions that the server sent to a device since the world began.
    pub fn sent_to(&self, number: usize) -> Vec<String> {
        let mut sent = Vec::new();
        for (_, frame) in self.world.heard.iter().filter(|(device, _)| *device == number) {
            let Ok(ServerMessage::Download(download)) = ServerMessage::decode(frame) else { continue };
            let body = download.body.inflate(1 << 30).unwrap();
            for entry in DownloadEntries::new(&body) {
                let changeset = decode(&entry.unwrap().changeset).unwrap();
                sent.extend(changeset.print().to_string().lines().map(str::to_owned));
            }
        }
        sent
    }

    pub fn server(&self) -> Model {
        tables::read(&self.server_file())
    }

    pub fn server_file(&self) -> PathBuf {
        let files = std::fs::read_dir(self.folder.path().join("server")).unwrap();
        let mut paths = files.map(|entry| entry.unwrap().path());
        paths.find(|path| path.extension().is_some_and(|extension| extension == "realm")).unwrap()
    }

    /// What the server and every device have.
    pub fn agreed(&self) -> Model {
        let server = self.server();
        for number in 0..self.world.devices.len() {
            let device = self.model(number);
            assert_eq!(device.to_string(), server.to_string(), "device {number} differs from the server");
            assert_eq!(device, server, "device {number} differs from the server");
        }
        server
    }
}

/// Writes the line, in the realm and in the model; the line, with the key that an object without one got.
fn apply_line(realm: &mut Realm, model: &mut Model, line: &str) -> String {
    let line = match line {
        "@K create" => {
            let key = write::create_keyless(realm, "K");
            format!("@K{} create", crate::model::show_key(&key))
        }
        line => {
            write::write(realm, model, line);
            line.to_owned()
        }
    };
    script::record(model, &[&line]);
    line
}

/// A transaction whose changeset was made by hand, in a device's file.
fn commit_foreign(file: &Path, timestamp: u64, changeset: &Changeset) -> ClientVersion {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut state = State::load(&connection).unwrap();
    state.apply(&connection, changeset).unwrap();
    let version = append(&connection, timestamp, changeset);
    connection.execute_batch("COMMIT").unwrap();
    version
}

/// A version with this changeset at the end of a device's history.
fn append(connection: &Connection, timestamp: u64, changeset: &Changeset) -> ClientVersion {
    let newest = "SELECT version, clock_floor FROM _realm_history ORDER BY version DESC LIMIT 1";
    let (version, floor): (i64, i64) = connection.query_row(newest, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let timestamp = floor.max(timestamp.cast_signed());
    let sql = "INSERT INTO _realm_history
        (version, origin_timestamp, origin_file_ident, remote_version, clock_floor, changeset)
        SELECT ?1, ?2, 0, download_server_version, ?2, ?3 FROM _realm_sync";
    connection.execute(sql, params![version + 1, timestamp, encode(changeset)]).unwrap();
    ClientVersion((version + 1).cast_unsigned())
}
