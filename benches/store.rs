//! What the file costs: `cargo bench --bench store -- [objects] [list] [edits]`; one line of JSON a measurement. The
//! cases are in `docs/BENCHMARKS.md`, "The file".

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{Container, Download, Gate, Mode, OpenOptions, Realm, RemoteChangeset, SyncStore};
use realm_sync::value::{
    clock, ClientVersion, Clock, DownloadCursor, FileIdent, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent,
    SaltedServerVersion, ServerVersion, SyncProgress, UploadCursor, Value,
};
use serde_json::json;

const OBJECTS: i64 = 100_000;
const ELEMENTS: u64 = 100_000;
const INSERTIONS: u64 = 1_000;
const EDITS: u64 = 8_000;
const NAME: &str = "0123456789abcdef0123456789abcdef";

struct Standing;

impl Clock for Standing {
    fn now(&self) -> clock::Instant {
        clock::Instant::default()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        OriginTimestamp(1)
    }
}

fn schema() -> Schema {
    let property = |name: &str, property_type, collection| Property {
        name: name.to_owned(),
        property_type,
        collection,
        nullable: false,
        indexed: false,
    };
    let properties = vec![
        property("_id", PropertyType::Int, Collection::Single),
        property("name", PropertyType::String, Collection::Single),
        property("count", PropertyType::Int, Collection::Single),
        property("value", PropertyType::Double, Collection::Single),
        property("done", PropertyType::Bool, Collection::Single),
        property("numbers", PropertyType::Int, Collection::List),
    ];
    let primary_key = Some("_id".to_owned());
    let class = Class { name: "Item".to_owned(), kind: ClassKind::TopLevel, primary_key, properties };
    Schema { classes: vec![class] }
}

fn open(folder: &Path, mode: Mode) -> Realm {
    let options =
        OpenOptions { path: folder.join("bench.realm"), schema: Some(schema()), mode, clock: Arc::new(Standing) };
    Realm::open(options).expect("a new realm")
}

fn report(case: &str, what: &str, count: u64, run: impl FnOnce()) {
    let started = Instant::now();
    run();
    print(case, what, count, started.elapsed().as_secs_f64(), None);
}

fn print(case: &str, what: &str, count: u64, seconds: f64, of_bare: Option<f64>) {
    let micros = seconds * 1e6 / count as f64;
    let figures = json!({ "case": case, "what": what, "seconds": seconds, "us_each": micros, "of_bare": of_bare });
    println!("{figures}");
}

fn bare_inserts(folder: &Path) {
    let mut connection = rusqlite::Connection::open(folder.join("bare.sqlite")).expect("a new database");
    let table = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
        CREATE TABLE Item (_id INTEGER PRIMARY KEY, name, count, value, done);";
    connection.execute_batch(table).expect("a new table");
    let transaction = connection.transaction().expect("a transaction");
    let sql = "INSERT INTO Item (_id, name, count, value, done) VALUES (?1, ?2, ?3, ?4, ?5)";
    for id in 0..OBJECTS {
        let row = rusqlite::params![id, NAME, id * 7, id as f64 + 0.25, id % 2];
        transaction.prepare_cached(sql).and_then(|mut statement| statement.execute(row)).expect("a new row");
    }
    transaction.commit().expect("room on the disk");
}

fn write_objects(realm: &mut Realm) {
    let class = realm.class_key("Item").expect("the class");
    let [name, count, value, done] =
        ["name", "count", "value", "done"].map(|name| realm.property_key(class, name).expect("the property"));
    realm.begin().expect("a transaction");
    for id in 0..OBJECTS {
        let (object, _) = realm.create(class, PrimaryKey::Int(id)).expect("a new object");
        let values = [
            (name, Value::String(NAME.to_owned())),
            (count, Value::Int(id * 7)),
            (value, Value::Double(id as f64 + 0.25)),
            (done, Value::Bool(id % 2 == 1)),
        ];
        for (property, value) in values {
            realm.set(class, object, property, value).expect("a value that fits");
        }
    }
    realm.commit().expect("room on the disk");
}

/// Everything that the realm in the folder recorded, as the server would send it.
fn download_of(folder: &Path) -> Download {
    let store = SyncStore::open(&folder.join("bench.realm"), Arc::new(Standing)).expect("the realm");
    let scan = store.scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).expect("its history");
    let changesets: Vec<RemoteChangeset> = (1..)
        .zip(scan.changesets)
        .map(|(version, sent)| RemoteChangeset {
            server_version: ServerVersion(version),
            client_version: ClientVersion(0),
            origin_timestamp: sent.origin_timestamp,
            origin_file_ident: FileIdent(3),
            original_size: sent.changeset.len() as u64,
            bytes: sent.changeset,
        })
        .collect();
    let version = ServerVersion(changesets.len() as u64);
    let progress = SyncProgress {
        latest_server_version: SaltedServerVersion { version, salt: Salt(1) },
        download: DownloadCursor { server_version: version, client_version: ClientVersion(0) },
        upload: UploadCursor::default(),
    };
    Download { progress, changesets }
}

fn integrate(folder: &Path, download: &Download) {
    let mut store = SyncStore::open(&folder.join("other.realm"), Arc::new(Standing)).expect("a new realm");
    store.set_file_ident(SaltedFileIdent { ident: FileIdent(2), salt: Salt(1) }).expect("no ident yet");
    store.integrate(download, &Gate::new().permit()).expect("changesets that fit");
}

fn objects() {
    let folder = || tempfile::tempdir().expect("a temporary folder");
    let (bare, local, synced) = (folder(), folder(), folder());
    let mut of_bare = None;
    let mut report = |what: &str, run: &mut dyn FnMut()| {
        let started = Instant::now();
        run();
        let seconds = started.elapsed().as_secs_f64();
        let bare = *of_bare.get_or_insert(seconds);
        print("objects", what, OBJECTS as u64, seconds, Some(seconds / bare));
    };
    report("bare INSERT", &mut || bare_inserts(bare.path()));
    let mut realm = open(local.path(), Mode::Local);
    report("write, local", &mut || write_objects(&mut realm));
    let mut realm = open(synced.path(), Mode::Synced);
    report("write, synced", &mut || write_objects(&mut realm));
    let download = download_of(synced.path());
    report("integrate", &mut || integrate(synced.path(), &download));
}

fn list_of(realm: &mut Realm) -> Container {
    let class = realm.class_key("Item").expect("the class");
    let property = realm.property_key(class, "numbers").expect("the property");
    realm.begin().expect("a transaction");
    let (object, _) = realm.create(class, PrimaryKey::Int(1)).expect("a new object");
    realm.commit().expect("room on the disk");
    Container::Property { class, object, property }
}

fn insert(realm: &mut Realm, list: Container, index: u64) {
    realm.list_insert(list, index, Value::Int(7)).expect("an index in range");
}

fn lists() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut realm = open(folder.path(), Mode::Synced);
    let list = list_of(&mut realm);
    realm.begin().expect("a transaction");
    report("list", "fill", ELEMENTS, || (0..ELEMENTS).for_each(|index| insert(&mut realm, list, index)));
    realm.commit().expect("room on the disk");
    for (what, index) in [("insert at front", 0), ("insert in middle", ELEMENTS / 2), ("insert at end", ELEMENTS)] {
        realm.begin().expect("a transaction");
        report("list", what, INSERTIONS, || (0..INSERTIONS).for_each(|at| insert(&mut realm, list, index + at)));
        realm.rollback().expect("a transaction");
    }
}

fn edits() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut realm = open(folder.path(), Mode::Synced);
    let list = list_of(&mut realm);
    for edit in 0..EDITS {
        realm.begin().expect("a transaction");
        insert(&mut realm, list, edit / 2);
        realm.commit().expect("room on the disk");
    }
    let download = download_of(folder.path());
    report("edits", "integrate", EDITS, || integrate(folder.path(), &download));
}

const CASES: [(&str, fn()); 3] = [("objects", objects), ("list", lists), ("edits", edits)];

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if wanted.iter().any(|name| !CASES.iter().any(|case| case.0 == name)) {
        eprintln!("usage: cargo bench --bench store -- [objects] [list] [edits]");
        return ExitCode::from(2);
    }
    for (name, run) in CASES {
        if wanted.is_empty() || wanted.iter().any(|wanted| wanted == name) {
            run();
        }
    }
    ExitCode::SUCCESS
}
