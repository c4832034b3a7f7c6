//! Realms in a temporary folder, and a clock that stands still until it is set.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use realm_sync::schema::{PropertyType, Schema};
use realm_sync::store::{
    ClassKey, Container, Content, Download, Mode, ObjectKey, OpenOptions, PropertyKey, Realm, Refusal, RemoteChangeset,
    StoreError, SyncStore,
};
use realm_sync::value::{
    ClientVersion, Clock, DownloadCursor, FileIdent, Instant, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent,
    SaltedServerVersion, ServerVersion, SyncProgress, UploadCursor, Value,
};
use tempfile::TempDir;

pub use crate::declare::{class, embedded, example_schema, int, keyless, link, many, mixed, property, schema, string};
use crate::dump::dump_content;

#[derive(Default)]
pub struct ManualClock(AtomicU64);

impl ManualClock {
    pub fn set(&self, timestamp: u64) {
        self.0.store(timestamp, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        Instant::default()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        OriginTimestamp(self.0.load(Ordering::SeqCst))
    }
}

/// What the server would send: the changesets after `from`, made on top of the client's version `base`.
pub fn changesets(commits: Vec<(OriginTimestamp, Vec<u8>)>, from: u64, base: u64) -> Download {
    let changesets: Vec<RemoteChangeset> = commits
        .into_iter()
        .zip(from + 1..)
        .map(|((origin_timestamp, bytes), version)| RemoteChangeset {
            server_version: ServerVersion(version),
            client_version: ClientVersion(base),
            origin_timestamp,
            origin_file_ident: FileIdent(3),
            original_size: bytes.len() as u64,
            bytes,
        })
        .collect();
    let to = from + changesets.len() as u64;
    Download { progress: progress(to, base), changesets }
}

pub fn progress(server: u64, client: u64) -> SyncProgress {
    SyncProgress {
        latest_server_version: SaltedServerVersion { version: ServerVersion(server), salt: Salt(7) },
        download: DownloadCursor { server_version: ServerVersion(server), client_version: ClientVersion(client) },
        upload: UploadCursor { client_version: ClientVersion(client), server_version: ServerVersion(0) },
    }
}

/// Every local changeset of the file, oldest first.
pub fn recorded(home: &Home) -> Vec<Vec<u8>> {
    let scan = home.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    scan.changesets.into_iter().map(|changeset| changeset.changeset).collect()
}

/// A folder with one realm, `test.realm`.
pub struct Home {
    folder: PathBuf,
    pub clock: Arc<ManualClock>,
    _temporary: Option<TempDir>,
}

impl Home {
    pub fn new() -> Home {
        let temporary = tempfile::tempdir().unwrap();
        Home { folder: temporary.path().to_owned(), clock: Arc::default(), _temporary: Some(temporary) }
    }

    /// A folder that somebody else removes.
    pub fn at(folder: &Path) -> Home {
        Home { folder: folder.to_owned(), clock: Arc::default(), _temporary: None }
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    pub fn path(&self) -> PathBuf {
        self.folder.join("test.realm")
    }

    pub fn open(&self, mode: Mode, schema: Schema) -> Realm {
        self.try_open(mode, Some(schema)).unwrap()
    }

    pub fn try_open(&self, mode: Mode, schema: Option<Schema>) -> Result<Realm, StoreError> {
        Realm::open(OpenOptions { path: self.path(), schema, mode, clock: self.clock.clone() })
    }

    pub fn sync_store(&self) -> SyncStore {
        SyncStore::open(&self.path(), self.clock.clone()).unwrap()
    }

    /// The session's side, of a file with the ident 2.
    pub fn sync_store_with_ident(&self) -> SyncStore {
        let mut store = self.sync_store();
        store.set_file_ident(SaltedFileIdent { ident: FileIdent(2), salt: Salt(99) }).unwrap();
        store
    }

    /// The file as any SQLite tool sees it.
    pub fn sqlite(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }
}

/// `Item` with the key `_id`, a name, a count that may be null, and a link to another item.
pub fn item_schema() -> Schema {
    let count = property("count", PropertyType::Int, true);
    schema(vec![class("Item", vec![int("_id"), string("name"), count, link("next", "Item"), mixed("any")])])
}

pub fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

pub fn link_to(class: &str, key: PrimaryKey) -> Value {
    Value::Link(realm_sync::value::Link { class: class.to_owned(), key })
}

/// Names instead of keys, for tests that read like the changes they make.
pub trait ByName {
    fn class(&self, class: &str) -> ClassKey;
    fn at(&self, class: &str, property: &str) -> (ClassKey, PropertyKey);
    fn put(&mut self, class: &str, key: impl Into<Key>) -> ObjectKey;
    fn assign(&mut self, class: &str, object: ObjectKey, property: &str, value: Value);
    fn read(&self, class: &str, object: ObjectKey, property: &str) -> Value;
    fn write(&mut self, write: impl FnOnce(&mut Self));
    /// The collection that a property is or holds.
    fn at_collection(&self, class: &str, object: ObjectKey, property: &str) -> Container;
    /// What the property holds, as JSON.
    fn shown(&self, class: &str, object: ObjectKey, property: &str) -> String;
}

/// A primary key out of a literal.
pub struct Key(pub PrimaryKey);

impl From<i64> for Key {
    fn from(int: i64) -> Key {
        Key(PrimaryKey::Int(int))
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Key {
        Key(PrimaryKey::String(text.to_owned()))
    }
}

impl From<PrimaryKey> for Key {
    fn from(key: PrimaryKey) -> Key {
        Key(key)
    }
}

impl ByName for Realm {
    fn class(&self, class: &str) -> ClassKey {
        self.class_key(class).unwrap()
    }

    fn at(&self, class: &str, property: &str) -> (ClassKey, PropertyKey) {
        let class = self.class_key(class).unwrap();
        (class, self.property_key(class, property).unwrap())
    }

    fn put(&mut self, class: &str, key: impl Into<Key>) -> ObjectKey {
        let class = self.class_key(class).unwrap();
        self.create(class, key.into().0).unwrap().0
    }

    fn assign(&mut self, class: &str, object: ObjectKey, property: &str, value: Value) {
        let (class, property) = self.at(class, property);
        self.set(class, object, property, value).unwrap();
    }

    fn read(&self, class: &str, object: ObjectKey, property: &str) -> Value {
        let (class, property) = self.at(class, property);
        self.get(class, object, property).unwrap()
    }

    fn at_collection(&self, class: &str, object: ObjectKey, property: &str) -> Container {
        let (class, property) = self.at(class, property);
        collection(self.content(class, object, property).unwrap())
    }

    fn shown(&self, class: &str, object: ObjectKey, property: &str) -> String {
        let (class, property) = self.at(class, property);
        dump_content(self, &self.content(class, object, property).unwrap()).to_string()
    }

    fn write(&mut self, write: impl FnOnce(&mut Realm)) {
        self.begin().unwrap();
        write(self);
        self.commit().unwrap();
    }
}

#[track_caller]
pub fn collection(content: Content) -> Container {
    match content {
        Content::List(container) | Content::Set(container) | Content::Dictionary(container) => container,
        Content::Value(_) | Content::Object(..) => panic!("{content:?} is no collection"),
    }
}

#[track_caller]
pub fn assert_refused<T: std::fmt::Debug>(result: Result<T, StoreError>, wanted: &Refusal) {
    match result {
        Err(StoreError::Refused { reason, .. }) => assert_eq!(reason, *wanted),
        other => panic!("expected a refusal, got {other:?}"),
    }
}

pub fn files_in(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}
