//! History that nobody needs any more goes; what it made stays, for everybody who may still come.

use std::path::{Path, PathBuf};
use std::time::Duration;

use realm_sync::changeset::decode;
use realm_sync::server::{
    Batch, Claim, Limits, Occasion, RealmAnswer, RealmLog, RealmPath, RealmRequest, Refusal, SaltedRequest, Upload,
    UploadedChangeset,
};
use realm_sync::store::State;
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, Salt, SaltedFileIdent, SaltedServerVersion,
    ServerVersion, UploadCursor,
};

use crate::changesets::{create, make_class, make_text, set};
use crate::world::{bind, upload, World};

const DAY_MS: u64 = 86_400_000;
const MONTH: Duration = Duration::from_secs(30 * 86_400);

/// A realm of which each client file uploads and acknowledges as it is told.
struct Realm {
    folder: tempfile::TempDir,
    log: RealmLog,
    now: OriginTimestamp,
}

fn path() -> RealmPath {
    RealmPath::new("/x").unwrap()
}

fn file_in(folder: &Path) -> PathBuf {
    folder.join("x.realm")
}

impl Realm {
    fn new() -> Realm {
        let folder = tempfile::tempdir().unwrap();
        let log = RealmLog::open(&file_in(folder.path()), &path(), Salt(77)).unwrap();
        Realm { folder, log, now: OriginTimestamp(1_000 * DAY_MS) }
    }

    fn reopen(&mut self) {
        self.log = RealmLog::open(&file_in(self.folder.path()), &path(), Salt(78)).unwrap();
    }

    fn ask(&mut self, request: RealmRequest) -> RealmAnswer {
        self.log.run(&[SaltedRequest { request, salt: Salt(1) }], self.now).unwrap().remove(0)
    }

    fn allocate(&mut self) -> u64 {
        match self.ask(RealmRequest::AllocateIdent) {
            RealmAnswer::Allocated(file) => file.ident.0,
            other => panic!("{other:?}"),
        }
    }

    /// Uploads changesets made on a base, the first as this client version; nothing is acknowledged beyond the base.
    fn upload(&mut self, file: u64, first: u64, base: u64, changesets: &[Vec<u8>]) -> RealmAnswer {
        let changesets: Vec<_> = (first..)
            .zip(changesets)
            .map(|(version, bytes)| UploadedChangeset {
                client_version: ClientVersion(version),
                base: ServerVersion(base),
                timestamp: OriginTimestamp(self.now.0 + version),
                bytes: bytes.clone(),
            })
            .collect();
        let last = first + changesets.len() as u64 - 1;
        self.ask(RealmRequest::Upload(Upload {
            file: FileIdent(file),
            after: ClientVersion(0),
            progress: UploadCursor { client_version: ClientVersion(last), server_version: ServerVersion(base) },
            locked: ServerVersion(base),
            changesets,
        }))
    }

    fn acknowledge(&mut self, file: u64, client_version: u64) {
        let latest = self.log.latest().version.0;
        assert_eq!(self.upload(file, client_version + 1, latest, &[]), RealmAnswer::Uploaded);
    }

    fn identify(&mut self, file: u64, download: (u64, u64), latest: SaltedServerVersion) -> RealmAnswer {
        self.ask(RealmRequest::Identify(Claim {
            file: SaltedFileIdent { ident: FileIdent(file), salt: Salt(1) },
            download: cursor(download),
            latest,
        }))
    }

    fn read(&mut self, file: u64, from: (u64, u64), limit_bytes: usize) -> RealmAnswer {
        self.ask(RealmRequest::Read { file: FileIdent(file), from: cursor(from), limit_bytes })
    }

    fn batch(&mut self, file: u64, from: (u64, u64), limit_bytes: usize) -> Batch {
        match self.read(file, from, limit_bytes) {
            RealmAnswer::Batch(batch) => batch,
            other => panic!("{other:?}"),
        }
    }

    fn occasion(&self) -> Occasion<'static> {
        Occasion { now: self.now, connected: &[], max_offline: MONTH }
    }

    /// Steps until there is nothing more to do; how many.
    fn trim(&mut self) -> usize {
        for step in 1..100_000 {
            let was_busy = self.log.is_busy();
            self.log.maintain(self.occasion()).unwrap();
            if !was_busy && !self.log.is_busy() {
                return step;
            }
        }
        panic!("trimming does not end");
    }

    /// What a new client is told makes this state: rows of `P`.
    fn bootstrap(&mut self) -> (Vec<(i64, i64)>, Batch) {
        let file = self.allocate();
        let unknown = SaltedServerVersion::default();
        assert!(matches!(self.identify(file, (0, 0), unknown), RealmAnswer::Identified(_)));
        let batch = self.batch(file, (0, 0), usize::MAX);
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        State::create_tables(&connection).unwrap();
        let mut state = State::load(&connection).unwrap();
        for entry in &batch.entries {
            state.apply(&connection, &decode(&entry.bytes).unwrap()).unwrap();
        }
        (rows(&connection, "SELECT _id, v FROM P ORDER BY _id"), batch)
    }

    fn stored(&self, sql: &str) -> i64 {
        rusqlite::Connection::open(file_in(self.folder.path())).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    }
}

fn cursor((server, client): (u64, u64)) -> DownloadCursor {
    DownloadCursor { server_version: ServerVersion(server), client_version: ClientVersion(client) }
}

fn rows(connection: &rusqlite::Connection, sql: &str) -> Vec<(i64, i64)> {
    let mut select = connection.prepare(sql).unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

/// Two client files; the first makes ten objects and writes each of them twenty times, and knows all of it.
fn long_history() -> (Realm, u64, u64) {
    let mut realm = Realm::new();
    let (first, second) = (realm.allocate(), realm.allocate());
    let mut changesets = vec![make_class()];
    changesets.extend((0..10).map(create));
    changesets.extend((0..200).map(|n| set(n % 10, n)));
    assert_eq!(realm.upload(first, 2, 0, &changesets), RealmAnswer::Uploaded);
    realm.acknowledge(first, 300);
    (realm, first, second)
}

fn after_long_history() -> Vec<(i64, i64)> {
    (0..10).map(|key| (key, 190 + key)).collect()
}

#[test]
fn a_new_client_gets_what_the_trimmed_history_made() {
    let (mut realm, ..) = long_history();
    realm.trim();
    assert_eq!(realm.stored("SELECT count(*) FROM _realm_log"), 0);
    let (state, batch) = realm.bootstrap();
    assert_eq!(state, after_long_history());
    assert_eq!(batch.entries.len(), 1);
    assert_eq!((batch.entries[0].origin, batch.entries[0].server_version), (FileIdent::SERVER, ServerVersion(1)));
    assert_eq!((batch.end.server_version, batch.latest.version), (ServerVersion(211), ServerVersion(211)));
    assert_eq!(batch.remaining_bytes, 0);
}

#[test]
fn a_client_that_knows_everything_goes_on_as_if_nothing_had_been_trimmed() {
    let (mut realm, first, _) = long_history();
    let latest = realm.log.latest();
    realm.trim();
    realm.reopen();
    assert_eq!(realm.log.latest(), latest);
    assert!(matches!(realm.identify(first, (211, 212), latest), RealmAnswer::Identified(_)));
    assert_eq!(realm.upload(first, 400, 211, &[set(3, 1_000)]), RealmAnswer::Uploaded);
    assert_eq!(realm.log.latest().version, ServerVersion(212));
    let (state, batch) = realm.bootstrap();
    assert_eq!(state[3], (3, 1_000));
    assert_eq!(batch.entries.iter().map(|entry| entry.server_version.0).collect::<Vec<_>>(), [1, 212]);
}

#[test]
fn the_salt_of_the_trim_point_is_still_checked() {
    let (mut realm, first, _) = long_history();
    let latest = realm.log.latest();
    realm.trim();
    let wrong = SaltedServerVersion { salt: Salt(78), ..latest };
    assert_eq!(realm.identify(first, (211, 212), wrong), RealmAnswer::Refused(Refusal::DivergingHistories));
}

/// The second file knows the first 50 versions, uploads nothing more, and is away for some days.
fn with_a_slow_file(days: u64) -> (Realm, u64, SaltedServerVersion) {
    let (mut realm, first, second) = long_history();
    assert_eq!(realm.upload(second, 2, 50, &[create(100)]), RealmAnswer::Uploaded);
    let known = realm.log.latest();
    realm.now.0 += days * DAY_MS;
    realm.acknowledge(first, 400);
    realm.trim();
    (realm, second, known)
}

#[test]
fn the_slowest_file_within_the_limit_finds_all_it_needs() {
    let (mut realm, second, known) = with_a_slow_file(30);
    assert_eq!(realm.stored("SELECT min(version) FROM _realm_log"), 51);
    assert!(matches!(realm.identify(second, (50, 0), known), RealmAnswer::Identified(_)));
    let batch = realm.batch(second, (50, 0), usize::MAX);
    assert_eq!(batch.entries.len(), 161);
    // What it did meanwhile is merged as ever.
    assert_eq!(realm.upload(second, 3, 50, &[set(1, 5_000)]), RealmAnswer::Uploaded);
    assert_eq!(realm.bootstrap().0[1], (1, 5_000));
}

#[test]
fn a_file_that_was_away_for_longer_is_refused_whatever_it_asks_for() {
    let (mut realm, second, known) = with_a_slow_file(31);
    assert_eq!(realm.stored("SELECT count(*) FROM _realm_log"), 0);
    let expired = RealmAnswer::Refused(Refusal::ClientFileExpired);
    assert_eq!(realm.identify(second, (50, 0), known), expired);
    assert_eq!(realm.read(second, (50, 0), usize::MAX), expired);
    assert_eq!(realm.upload(second, 3, 50, &[set(1, 5_000)]), expired);
    // It must not get its own object a second time either, as the server's.
    assert_eq!(realm.read(second, (0, 0), usize::MAX), expired);
    assert_eq!(realm.bootstrap().0.last(), Some(&(100, 0)));
}

#[test]
fn a_connected_file_is_not_away() {
    let (mut realm, first, second) = long_history();
    assert_eq!(realm.upload(second, 2, 50, &[create(100)]), RealmAnswer::Uploaded);
    realm.now.0 += 90 * DAY_MS;
    realm.acknowledge(first, 400);
    for _ in 0..10 {
        realm.log.maintain(Occasion { connected: &[FileIdent(second)], ..realm.occasion() }).unwrap();
    }
    assert_eq!(realm.stored("SELECT base_version FROM _realm_server"), 50);
    // Nor is it right after it has left.
    realm.now.0 += DAY_MS;
    realm.trim();
    assert_eq!(realm.stored("SELECT base_version FROM _realm_server"), 50);
}

#[test]
fn a_file_that_has_got_nothing_yet_begins_with_the_new_baseline() {
    let (mut realm, first, second) = long_history();
    realm.trim();
    let more = [create(11), set(11, 1), set(11, 2), set(11, 3), set(11, 0)];
    assert_eq!(realm.upload(first, 400, 211, &more), RealmAnswer::Uploaded);
    realm.acknowledge(first, 500);
    realm.trim();
    assert!(matches!(realm.identify(second, (0, 0), SaltedServerVersion::default()), RealmAnswer::Identified(_)));
    let batch = realm.batch(second, (0, 0), usize::MAX);
    assert_eq!(batch.end.server_version, ServerVersion(216));
    assert_eq!(realm.stored("SELECT base_version FROM _realm_server"), 216);
    // What it did before it knew anything meets the baseline, and wins where both wrote: its work is newer.
    assert_eq!(realm.upload(second, 2, 0, &[make_class(), create(5), set(5, 77), create(500)]), RealmAnswer::Uploaded);
    let state = realm.bootstrap().0;
    assert_eq!((state[5], state[10], state.len()), ((5, 77), (11, 0), 12));
}

#[test]
fn a_baseline_is_downloaded_in_parts_and_only_by_who_began_with_it() {
    let mut realm = Realm::new();
    let (first, second) = (realm.allocate(), realm.allocate());
    let mut changesets = vec![make_text(3 << 20), make_class()];
    changesets.extend((0..20).map(create));
    assert_eq!(realm.upload(first, 2, 0, &changesets), RealmAnswer::Uploaded);
    realm.acknowledge(first, 300);
    realm.trim();
    let latest = realm.log.latest();
    assert!(matches!(realm.identify(second, (0, 0), SaltedServerVersion::default()), RealmAnswer::Identified(_)));
    let part = realm.batch(second, (0, 0), 1);
    let at = part.end.server_version.0;
    assert!(at > 0 && at < 22 && part.remaining_bytes > 0, "{at} {}", part.remaining_bytes);
    // The connection breaks; the client goes on where it was.
    assert!(matches!(realm.identify(second, (at, 0), latest), RealmAnswer::Identified(_)));
    let rest = realm.batch(second, (at, 0), usize::MAX);
    assert_eq!((rest.end.server_version, rest.remaining_bytes), (latest.version, 0));
    // What it uploads in between meets the rest of the baseline only.
    assert_eq!(realm.upload(second, 2, at, &[create(900)]), RealmAnswer::Uploaded);
    // Nobody else stands there.
    let other = realm.allocate();
    assert!(matches!(realm.identify(other, (0, 0), SaltedServerVersion::default()), RealmAnswer::Identified(_)));
    assert_eq!(realm.read(first, (at, 0), 1), RealmAnswer::Refused(Refusal::ClientFileExpired));
    // A later baseline is another one.
    realm.now.0 += 40 * DAY_MS;
    assert_eq!(realm.upload(first, 400, 23, &[make_text(2 << 20)]), RealmAnswer::Uploaded);
    realm.acknowledge(first, 500);
    realm.trim();
    assert_eq!(realm.stored("SELECT base_version FROM _realm_server"), 24);
    assert_eq!(realm.identify(second, (at, 0), latest), RealmAnswer::Refused(Refusal::ClientFileExpired));
    assert_eq!(realm.identify(other, (at, 0), latest), RealmAnswer::Refused(Refusal::ClientFileExpired));
    assert!(matches!(realm.identify(other, (0, 0), SaltedServerVersion::default()), RealmAnswer::Identified(_)));
}

#[test]
fn a_copy_of_a_file_is_served_from_where_that_stood_but_not_inside_a_baseline_that_it_never_began_with() {
    let mut realm = Realm::new();
    let (first, second) = (realm.allocate(), realm.allocate());
    let mut changesets = vec![make_text(3 << 20), make_class()];
    changesets.extend((0..20).map(create));
    assert_eq!(realm.upload(first, 2, 0, &changesets), RealmAnswer::Uploaded);
    let latest = realm.log.latest();
    let copy = realm.allocate();
    assert!(matches!(realm.identify(copy, (1, 0), latest), RealmAnswer::Identified(_)));
    assert_eq!(realm.batch(copy, (1, 0), usize::MAX).entries.len(), 21, "what the first one made is news to it");
    realm.acknowledge(first, 300);
    realm.trim();
    // One who begins with the baseline may stand at its first piece, which has the number of another version.
    assert!(matches!(realm.identify(second, (0, 0), SaltedServerVersion::default()), RealmAnswer::Identified(_)));
    assert!(matches!(realm.identify(second, (1, 0), latest), RealmAnswer::Identified(_)));
    let late = realm.allocate();
    for file in [copy, late] {
        assert_eq!(realm.identify(file, (1, 0), latest), RealmAnswer::Refused(Refusal::ClientFileExpired));
    }
    assert!(matches!(realm.identify(late, (22, 0), latest), RealmAnswer::Identified(_)));
    assert_eq!(realm.upload(late, 2, 22, &[create(500)]), RealmAnswer::Uploaded);
    assert_eq!(realm.bootstrap().0.len(), 21);
}

#[test]
fn wherever_trimming_is_interrupted_nothing_is_lost_and_the_next_one_completes_it() {
    let steps = {
        let (mut realm, ..) = long_history();
        realm.trim()
    };
    for interrupted_after in 0..=steps {
        let (mut realm, first, _) = long_history();
        let latest = realm.log.latest();
        for _ in 0..interrupted_after {
            realm.log.maintain(realm.occasion()).unwrap();
        }
        realm.reopen();
        assert_eq!(realm.bootstrap().0, after_long_history(), "after {interrupted_after} steps");
        assert!(matches!(realm.identify(first, (211, 212), latest), RealmAnswer::Identified(_)));
        realm.trim();
        assert_eq!(realm.bootstrap().0, after_long_history(), "after {interrupted_after} steps");
        for (sql, left) in [
            ("SELECT count(*) FROM _realm_log", 0),
            ("SELECT count(*) FROM _realm_baseline", 1),
            ("SELECT count(DISTINCT base) FROM _realm_baseline", 1),
            ("SELECT base_version FROM _realm_server", 211),
        ] {
            assert_eq!(realm.stored(sql), left, "{sql} after {interrupted_after} steps");
        }
    }
}

#[test]
fn uploads_between_the_steps_are_served_and_kept() {
    let (mut realm, first, _) = long_history();
    for step in 0..6 {
        realm.log.maintain(realm.occasion()).unwrap();
        assert_eq!(realm.upload(first, 400 + step, 211, &[create(100 + step as i64)]), RealmAnswer::Uploaded);
    }
    assert_eq!(realm.stored("SELECT base_version FROM _realm_server"), 211);
    let (state, batch) = realm.bootstrap();
    assert_eq!((state.len(), batch.latest.version), (16, ServerVersion(217)));
}

#[test]
fn a_realm_of_the_first_format_is_brought_up_to_date() {
    let (mut realm, ..) = long_history();
    let connection = rusqlite::Connection::open(file_in(realm.folder.path())).unwrap();
    let back = "DROP TABLE _realm_baseline; ALTER TABLE _realm_client_files DROP COLUMN start_version;
        ALTER TABLE _realm_server DROP COLUMN baseline_pieces; ALTER TABLE _realm_server DROP COLUMN baseline_bytes;
        UPDATE _realm_server SET format = 1;";
    connection.execute_batch(back).unwrap();
    realm.reopen();
    assert_eq!(realm.stored("SELECT format FROM _realm_server"), 2);
    realm.trim();
    assert_eq!(realm.bootstrap().0, after_long_history());
}

#[test]
fn a_trimmed_file_is_smaller() {
    let mut realm = Realm::new();
    let first = realm.allocate();
    let text: Vec<_> = (0..40).map(|_| make_text(200_000)).collect();
    assert_eq!(realm.upload(first, 2, 0, &text), RealmAnswer::Uploaded);
    realm.acknowledge(first, 300);
    let size = |realm: &Realm| realm.stored("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size");
    let before = size(&realm);
    realm.trim();
    assert!(before > 8_000_000 && size(&realm) < before / 4, "{before} {}", size(&realm));
}

#[test]
fn the_server_trims_when_a_realm_is_opened_and_tells_new_clients_from_expired_ones() {
    let mut world = World::with_limits(Limits { max_offline: MONTH, ..Limits::default() });
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    let file = world.bind_new(b, 1, "/x");
    let history: Vec<_> = (0..50).map(|n| (n + 3, set(1, n as i64))).collect();
    let mut changes: Vec<(u64, u64, u64, &[u8])> = history.iter().map(|(n, bytes)| (*n, 0, *n, &bytes[..])).collect();
    let (class, object) = (make_class(), create(1));
    changes.insert(0, (2, 0, 2, &object));
    changes.insert(0, (1, 0, 1, &class));
    world.say(a, upload(1, &changes, (60, 0), 0));
    world.say(a, upload(1, &[], (61, 52), 52));
    world.say(b, upload(1, &[], (3, 40), 40));
    world.disconnect(b);
    world.days_pass(29);
    let back = |world: &mut World| {
        let id = world.connect();
        world.say(id, bind(1, "/x", false));
        world.say(id, format!("ident 1 {file} 40 0 0 0\n"));
        let heard = world.hear(id);
        world.disconnect(id);
        heard
    };
    // 209 because of the latest version it claims, which is none: it would be served otherwise.
    assert_eq!(back(&mut world), ["error 209 1"]);
    world.say(a, upload(1, &[], (62, 52), 52));
    world.days_pass(31);
    assert_eq!(back(&mut world), ["error 222 1"]);
    let c = world.connect();
    world.bind_new(c, 1, "/x");
    world.say(c, "mark 1 1\n");
    assert_eq!(world.hear(c), ["mark 1 1"]);
}
