//! The log of a realm: one commit for many, what survives, and what a bad file does to whom.

use std::path::{Path, PathBuf};

use realm_sync::server::{
    Claim, DataFolder, LogError, RealmAnswer, RealmLog, RealmPath, RealmRequest, Refusal, SaltedRequest, Upload,
    UploadedChangeset,
};
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, Salt, SaltedFileIdent, SaltedServerVersion,
    ServerVersion, UploadCursor,
};

use crate::changesets::{create, make_class, set};
use crate::world::{bind, upload, World};

const SEEN: OriginTimestamp = OriginTimestamp(1);

struct Realm {
    folder: tempfile::TempDir,
    log: RealmLog,
}

fn path() -> RealmPath {
    RealmPath::new("/x").unwrap()
}

impl Realm {
    /// A realm with this many client files.
    fn with_files(count: u64) -> Realm {
        let folder = tempfile::tempdir().unwrap();
        let log = RealmLog::open(&folder.path().join("x.realm"), &path(), Salt(77)).unwrap();
        let mut realm = Realm { folder, log };
        let requests = (0..count).map(|_| RealmRequest::AllocateIdent).collect();
        for (answer, ident) in realm.run(requests).into_iter().zip(2..) {
            let file = SaltedFileIdent { ident: FileIdent(ident), salt: Salt(1) };
            assert_eq!(answer, RealmAnswer::Allocated(file));
        }
        realm
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("x.realm")
    }

    fn run(&mut self, requests: Vec<RealmRequest>) -> Vec<RealmAnswer> {
        let salted = requests.into_iter().map(|request| SaltedRequest { request, salt: Salt(1) });
        self.log.run(&salted.collect::<Vec<_>>(), SEEN).unwrap()
    }

    fn read_versions(&mut self, file: u64) -> Vec<u64> {
        let read = RealmRequest::Read { file: FileIdent(file), from: DownloadCursor::default(), limit_bytes: 1 << 20 };
        match self.run(vec![read]).remove(0) {
            RealmAnswer::Batch(batch) => batch.entries.iter().map(|entry| entry.server_version.0).collect(),
            other => panic!("{other:?}"),
        }
    }

    fn reopen(&mut self) {
        self.log = RealmLog::open(&self.file(), &path(), Salt(78)).unwrap();
    }
}

/// The request as the next one of a session that had got to `previous`.
fn after(previous: u64, request: RealmRequest) -> RealmRequest {
    match request {
        RealmRequest::Upload(upload) => RealmRequest::Upload(Upload { after: ClientVersion(previous), ..upload }),
        other => other,
    }
}

fn one(file: u64, client_version: u64, base: u64, timestamp: u64, bytes: Vec<u8>) -> RealmRequest {
    let changeset = UploadedChangeset {
        client_version: ClientVersion(client_version),
        base: ServerVersion(base),
        timestamp: OriginTimestamp(timestamp),
        bytes,
    };
    RealmRequest::Upload(Upload {
        file: FileIdent(file),
        after: ClientVersion(0),
        progress: UploadCursor { client_version: ClientVersion(client_version), server_version: ServerVersion(base) },
        locked: ServerVersion(base),
        changesets: vec![changeset],
    })
}

fn is_bad_changeset(answer: &RealmAnswer) -> bool {
    matches!(answer, RealmAnswer::Refused(Refusal::BadChangeset(_)))
}

/// Transactions committed into a write-ahead log: frames that say how large the database is after them.
fn commits(wal: &Path) -> usize {
    let bytes = std::fs::read(wal).unwrap();
    let page = u32::from_be_bytes(bytes[8..12].try_into().unwrap()) as usize;
    bytes[32..].chunks(24 + page).filter(|frame| frame[4..8] != [0; 4]).count()
}

#[test]
fn uploads_of_many_clients_share_one_commit() {
    let mut realm = Realm::with_files(5);
    realm.run(vec![one(2, 2, 0, 1, make_class())]);
    let wal = realm.folder.path().join("x.realm-wal");
    let before = commits(&wal);
    let answers = realm.run((3..7).map(|file| one(file, 2, 1, file, create(file as i64))).collect());
    assert!(answers.iter().all(|answer| *answer == RealmAnswer::Uploaded), "{answers:?}");
    assert_eq!(commits(&wal), before + 1);
    assert_eq!(realm.read_versions(2), [2, 3, 4, 5]);
}

#[test]
fn one_bad_client_does_not_spoil_the_commit_of_the_others() {
    let mut realm = Realm::with_files(3);
    realm.run(vec![one(2, 2, 0, 1, make_class())]);
    let answers = realm.run(vec![
        one(2, 3, 0, 2, create(1)),
        one(3, 2, 1, 3, set(99, 1)),
        one(4, 2, 1, 4, create(2)),
        after(2, one(3, 3, 1, 5, create(3))),
    ]);
    assert_eq!(answers[0], RealmAnswer::Uploaded);
    assert_eq!(answers[2], RealmAnswer::Uploaded);
    assert!(is_bad_changeset(&answers[1]) && is_bad_changeset(&answers[3]), "{answers:?}");
    assert_eq!(realm.log.latest().version, ServerVersion(3));
    realm.reopen();
    assert_eq!(realm.log.latest().version, ServerVersion(3));
    // The state did not keep anything of the refused one either: its object can be made and written now.
    let answers = realm.run(vec![one(4, 3, 1, 6, create(99)), one(4, 4, 1, 7, set(99, 1))]);
    assert_eq!(answers, [RealmAnswer::Uploaded, RealmAnswer::Uploaded]);
}

#[test]
fn a_changeset_is_never_integrated_twice() {
    let mut realm = Realm::with_files(1);
    let class = one(2, 2, 0, 1, make_class());
    assert_eq!(realm.run(vec![class.clone(), class.clone()]), [RealmAnswer::Uploaded, RealmAnswer::Uploaded]);
    assert_eq!(realm.run(vec![class.clone()]), [RealmAnswer::Uploaded]);
    realm.reopen();
    assert_eq!(realm.run(vec![class]), [RealmAnswer::Uploaded]);
    assert_eq!(realm.log.latest().version, ServerVersion(1));
}

#[test]
fn what_follows_a_refused_upload_is_refused_whenever_it_comes() {
    let mut realm = Realm::with_files(1);
    realm.run(vec![one(2, 2, 0, 1, make_class())]);
    let refused = realm.run(vec![after(2, one(2, 3, 0, 2, set(99, 1)))]);
    // Sent before the client could know, and a transaction later.
    let following = realm.run(vec![after(3, one(2, 4, 0, 3, create(1)))]);
    assert!(is_bad_changeset(&refused[0]) && is_bad_changeset(&following[0]), "{refused:?} {following:?}");
    let again = realm.run(vec![after(2, one(2, 3, 0, 4, create(99))), after(3, one(2, 4, 0, 5, create(1)))]);
    assert_eq!(again, [RealmAnswer::Uploaded, RealmAnswer::Uploaded]);
}

#[test]
fn a_new_changeset_on_a_base_that_was_acknowledged_away_is_refused() {
    let mut realm = Realm::with_files(2);
    realm.run(vec![one(2, 2, 0, 1, make_class()), one(3, 5, 1, 2, create(1))]);
    let answers = realm.run(vec![one(3, 6, 0, 3, create(2))]);
    assert_eq!(answers, [RealmAnswer::Refused(Refusal::BadServerVersion)]);
}

#[test]
fn versions_of_before_a_restart_are_still_of_this_history() {
    let mut realm = Realm::with_files(1);
    realm.run(vec![one(2, 2, 0, 1, make_class())]);
    realm.reopen();
    realm.run(vec![one(2, 3, 0, 2, create(1))]);
    let identify = |salt, version| {
        RealmRequest::Identify(Claim {
            file: SaltedFileIdent { ident: FileIdent(2), salt: Salt(1) },
            download: DownloadCursor::default(),
            latest: SaltedServerVersion { version: ServerVersion(version), salt: Salt(salt) },
        })
    };
    for (salt, version, is_known) in [(77, 1, true), (78, 2, true), (78, 1, false), (77, 2, false)] {
        let answer = realm.run(vec![identify(salt, version)]).remove(0);
        assert_eq!(matches!(answer, RealmAnswer::Identified(_)), is_known, "{salt} {version}: {answer:?}");
    }
}

#[test]
fn an_emptied_reciprocal_is_not_taken_for_a_missing_one() {
    let mut realm = Realm::with_files(2);
    // Client 2 makes the class and an object; client 3, not knowing it, makes the class too and later writes.
    realm.run(vec![one(2, 2, 0, 1, make_class())]);
    realm.run(vec![one(3, 2, 0, 2, make_class())]);
    // For client 3 the first entry is now empty, so its next changeset on the same base must merge with nothing:
    // merging with the original once more would drop this definition, which is a different one.
    let answers = realm.run(vec![one(3, 3, 0, 3, create(1)), one(3, 4, 0, 4, set(1, 5))]);
    assert_eq!(answers, [RealmAnswer::Uploaded, RealmAnswer::Uploaded]);
    let file = rusqlite_rows(&realm.file(), "SELECT length(changeset) FROM _realm_reciprocals");
    assert_eq!(file, [0]);
}

/// The first column of a query on a realm's file, read as any SQLite tool does.
fn rusqlite_rows(file: &Path, query: &str) -> Vec<i64> {
    let connection = rusqlite::Connection::open(file).unwrap();
    let mut select = connection.prepare(query).unwrap();
    let rows = select.query_map([], |row| row.get(0)).unwrap();
    rows.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_server_realm_opens_with_any_sqlite_tool() {
    let mut realm = Realm::with_files(1);
    realm.run(vec![one(2, 2, 0, 1, make_class()), one(2, 3, 0, 2, create(41)), one(2, 4, 0, 3, set(41, 7))]);
    assert_eq!(rusqlite_rows(&realm.file(), "SELECT v FROM P WHERE _id = 41"), [7]);
    assert_eq!(rusqlite_rows(&realm.file(), "SELECT count(*) FROM _realm_log"), [3]);
}

#[test]
fn everything_acknowledged_is_there_after_a_restart() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    assert_eq!(world.hear(id), ["download 1 at 1 2 of 1 up 2 0: "]);
    world.restart();
    let id = world.connect();
    world.say(id, bind(1, "/x", false));
    world.say(id, format!("ident 1 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["download 1 at 1 2 of 1 up 2 0: "]);
    assert_eq!(world.bind_new(id, 2, "/x").split(' ').next(), Some("3"), "idents are not given twice");
}

#[test]
fn a_damaged_file_stops_its_own_realm_only() {
    let mut world = World::new();
    let file = RealmPath::new("/broken").unwrap().file(world.folder.path());
    std::fs::write(&file, vec![7; 8192]).unwrap();
    let id = world.connect();
    world.say(id, bind(1, "/broken", true));
    assert_eq!(world.hear(id), ["error 201 1"]);
    world.bind_new(id, 2, "/sound");
    // The file is replaced, and the client, which tries again, is served.
    std::fs::remove_file(&file).unwrap();
    world.say(id, "unbind 1\n");
    world.bind_new(id, 3, "/broken");
}

#[test]
fn a_file_of_another_realm_or_a_newer_format_is_refused() {
    let realm = Realm::with_files(1);
    let other = RealmLog::open(&realm.file(), &RealmPath::new("/y").unwrap(), Salt(1));
    assert!(matches!(other, Err(LogError::OtherRealm { stored }) if stored == "x"));
    rusqlite::Connection::open(realm.file()).unwrap().execute("UPDATE _realm_server SET format = 99", []).unwrap();
    let newer = RealmLog::open(&realm.file(), &path(), Salt(1));
    assert!(matches!(newer, Err(LogError::UnknownFormat { found: 99, .. })));
}

#[test]
fn a_data_folder_has_one_server() {
    let folder = tempfile::tempdir().unwrap();
    let first = DataFolder::open(folder.path()).unwrap();
    assert!(matches!(DataFolder::open(folder.path()), Err(LogError::FolderInUse)));
    drop(first);
    DataFolder::open(folder.path()).unwrap();
}
