//! Killed at any disk operation, or with the disk full from there on, a realm is as before or as after.

use std::fs;
use std::path::Path;

use realm_sync::changeset::decode;
use realm_sync::store::{
    DatabaseError, Download, Gate, Mode, OpenOptions, Realm, RemoteChangeset, StoreError, SyncLock,
};
use realm_sync::value::{
    ClientVersion, FileIdent, OriginTimestamp, PrimaryKey, ServerVersion, SyncProgress, UploadCursor, Value,
};

use crate::disk::{child_folder, run_child, Disk};
use crate::support::{item_schema, text, ByName, Home};

const ITEMS: i64 = 20;
/// The child's exit code for an error that is what it should be.
const FULL: i32 = 3;
/// A crash at this operation would come after the end; a test that gets there is looping.
const TOO_MANY: u32 = 2_000;

/// A folder with a realm of 20 items, each on a page of its own, all closed.
fn template() -> Home {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| rename_all(realm, "old"));
    drop(realm);
    home.sync_store_with_ident();
    let other = Home::new();
    other.open(Mode::Synced, item_schema()).write(|realm| rename_all(realm, "new"));
    let scan = other.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    fs::write(home.folder().join("download"), &scan.changesets.last().unwrap().changeset).unwrap();
    home
}

fn rename_all(realm: &mut Realm, name: &str) {
    for key in 0..ITEMS {
        let object = realm.put("Item", key);
        realm.assign("Item", object, "name", text(&name.repeat(1000)));
    }
}

fn copy(template: &Home) -> Home {
    let home = Home::new();
    for entry in fs::read_dir(template.folder()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), home.folder().join(entry.file_name())).unwrap();
    }
    home
}

fn open(home: &Home) -> Result<Realm, StoreError> {
    let clock = home.clock.clone();
    Realm::open(OpenOptions { path: home.path(), schema: None, mode: Mode::Synced, clock })
}

/// Renames every item in one commit, and closes the file.
fn commit(home: &Home) -> Result<(), StoreError> {
    let mut realm = open(home)?;
    realm.begin()?;
    let (class, name) = realm.at("Item", "name");
    for key in 0..ITEMS {
        let (object, _) = realm.create(class, PrimaryKey::Int(key))?;
        realm.set(class, object, name, text(&"new".repeat(1000)))?;
    }
    realm.commit()?;
    Ok(())
}

/// The same as a download.
fn integrate(home: &Home) -> Result<(), StoreError> {
    let bytes = fs::read(home.folder().join("download")).unwrap();
    let mut progress = SyncProgress::default();
    progress.latest_server_version.version = ServerVersion(1);
    progress.download.server_version = ServerVersion(1);
    let changeset = RemoteChangeset {
        server_version: ServerVersion(1),
        client_version: ClientVersion(0),
        origin_timestamp: OriginTimestamp(5),
        origin_file_ident: FileIdent(3),
        original_size: bytes.len() as u64,
        bytes,
    };
    let download = Download { progress, changesets: vec![changeset] };
    let mut store = realm_sync::store::SyncStore::open(&home.path(), home.clock.clone())?;
    store.integrate(&download, &Gate::new().permit())?;
    Ok(())
}

#[derive(Debug, PartialEq)]
enum Found {
    Before,
    After,
}

/// Everything says the same: the objects, the versions, the cursors, the stored changesets.
fn inspect(home: &Home, is_download: bool) -> Found {
    let realm = open(home).unwrap();
    let class = realm.class("Item");
    assert_eq!(realm.size(class).unwrap(), ITEMS as u64);
    let name = |key| realm.read("Item", realm.find(class, &PrimaryKey::Int(key)).unwrap().unwrap(), "name");
    let first = name(0);
    assert!((1..ITEMS).all(|key| name(key) == first), "a half of the change is there");
    let found = if first == text(&"new".repeat(1000)) { Found::After } else { Found::Before };
    let store = home.sync_store();
    let status = store.status().unwrap();
    let scan = store.scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    scan.changesets.iter().for_each(|changeset| assert!(!decode(&changeset.changeset).unwrap().is_empty()));
    let (version, uploads, downloaded) = match (&found, is_download) {
        (Found::Before, _) => (3, 2, 0),
        (Found::After, false) => (4, 3, 0),
        (Found::After, true) => (4, 2, 1),
    };
    assert_eq!(realm.version().unwrap(), ClientVersion(version));
    assert_eq!(status.newest_version, ClientVersion(version));
    assert_eq!(status.progress.download.server_version, ServerVersion(downloaded));
    assert_eq!(scan.changesets.len(), uploads);
    found
}

/// Kills children at one operation after the other, until one survives.
fn kill_everywhere(test: &str, change: fn(&Home) -> Result<(), StoreError>, is_download: bool) {
    if let Some(folder) = child_folder() {
        return change(&Home::at(&folder)).unwrap();
    }
    let template = template();
    assert_eq!(inspect(&copy(&template), is_download), Found::Before);
    let mut found = Vec::new();
    for operation in 1..TOO_MANY {
        let home = copy(&template);
        let status = run_child(test, home.folder(), Disk::DiesAt(operation));
        found.push(inspect(&home, is_download));
        if status.success() {
            break;
        }
        assert_eq!(status.code(), None, "killed at {operation}, it should have died");
        // Whatever was left, the change goes in once more.
        if found.last() == Some(&Found::Before) {
            change(&home).unwrap();
            assert_eq!(inspect(&home, is_download), Found::After);
        }
    }
    assert!(found.len() > 20, "only {} operations", found.len());
    let after = found.iter().position(|found| *found == Found::After).unwrap();
    assert!(after > 10 && found[after..].iter().all(|found| *found == Found::After), "{found:?}");
}

#[test]
fn a_commit_killed_anywhere_is_before_or_after() {
    kill_everywhere("crash::a_commit_killed_anywhere_is_before_or_after", commit, false);
}

#[test]
fn an_integration_killed_anywhere_is_before_or_after() {
    kill_everywhere("crash::an_integration_killed_anywhere_is_before_or_after", integrate, true);
}

/// Fills the disk at one operation after the other, until a child comes through.
fn fill_everywhere(test: &str, change: fn(&Home) -> Result<(), StoreError>, is_download: bool) {
    if let Some(folder) = child_folder() {
        match change(&Home::at(&folder)) {
            Ok(()) => return,
            Err(StoreError::Database(DatabaseError::DiskFull)) => std::process::exit(FULL),
            Err(other) => panic!("{other:?}"),
        }
    }
    let template = template();
    let mut refused = 0;
    for operation in 1..TOO_MANY {
        let home = copy(&template);
        let status = run_child(test, home.folder(), Disk::IsFullAt(operation));
        let found = inspect(&home, is_download);
        if status.success() {
            assert_eq!(found, Found::After);
            break;
        }
        assert_eq!(status.code(), Some(FULL), "full at {operation}");
        assert_eq!(found, Found::Before);
        refused += 1;
        change(&home).unwrap();
        assert_eq!(inspect(&home, is_download), Found::After);
    }
    assert!(refused > 10, "the disk was full {refused} times only");
}

#[test]
fn a_commit_on_a_full_disk_says_so_and_loses_nothing() {
    fill_everywhere("crash::a_commit_on_a_full_disk_says_so_and_loses_nothing", commit, false);
}

#[test]
fn an_integration_on_a_full_disk_says_so_and_loses_nothing() {
    fill_everywhere("crash::an_integration_on_a_full_disk_says_so_and_loses_nothing", integrate, true);
}

#[test]
fn a_realm_goes_on_after_a_commit_that_found_the_disk_full() {
    if let Some(folder) = child_folder() {
        return go_on_after_full_disk(&Home::at(&folder));
    }
    let template = template();
    let test = "crash::a_realm_goes_on_after_a_commit_that_found_the_disk_full";
    assert!(run_child(test, template.folder(), Disk::IsFullAt(12)).success());
    let realm = open(&template).unwrap();
    assert_eq!(realm.read("Item", realm.object_keys(realm.class("Item")).unwrap()[0], "count"), Value::Int(1));
}

fn go_on_after_full_disk(home: &Home) {
    let mut realm = open(home).unwrap();
    realm.begin().unwrap();
    rename_all(&mut realm, "new");
    let error = realm.commit().unwrap_err();
    assert!(matches!(error, StoreError::Database(DatabaseError::DiskFull)), "{error}");
    assert!(!realm.is_writing());
    let object = realm.object_keys(realm.class("Item")).unwrap()[0];
    assert_eq!(realm.read("Item", object, "name"), text(&"old".repeat(1000)));
    // Somebody made room.
    std::env::remove_var("DISK_FULL_AT");
    realm.write(|realm| realm.assign("Item", object, "count", Value::Int(1)));
}

#[test]
fn a_transaction_whose_change_found_the_disk_full_takes_nothing_more() {
    let test = "crash::a_transaction_whose_change_found_the_disk_full_takes_nothing_more";
    outgrow_the_disk(test, 1_000, 100_000);
}

/// Such objects go into their table together.
#[test]
fn a_transaction_whose_small_objects_found_the_disk_full_takes_nothing_more() {
    let test = "crash::a_transaction_whose_small_objects_found_the_disk_full_takes_nothing_more";
    outgrow_the_disk(test, 200_000, 1_000);
}

fn outgrow_the_disk(test: &str, objects: i64, size: usize) {
    if let Some(folder) = child_folder() {
        return outgrow_with(&Home::at(&folder), objects, size);
    }
    let template = template();
    assert!(run_child(test, template.folder(), Disk::IsFullAt(40)).success());
    assert_eq!(inspect(&template, false), Found::Before);
}

/// Writes more than SQLite keeps in memory, until there is no room for the rest.
fn outgrow_with(home: &Home, objects: i64, size: usize) {
    let mut realm = open(home).unwrap();
    realm.begin().unwrap();
    let (class, name) = realm.at("Item", "name");
    let (object, _) = realm.create(class, PrimaryKey::Int(1)).unwrap();
    let fill = |realm: &mut Realm, key: i64| {
        let (object, _) = realm.create(class, PrimaryKey::Int(100 + key))?;
        realm.set(class, object, name, text(&"x".repeat(size)))
    };
    let error = (0..objects).find_map(|key| fill(&mut realm, key).err()).unwrap();
    assert!(matches!(error, StoreError::Database(DatabaseError::DiskFull)), "{error}");
    let late = realm.set(class, object, name, text("late"));
    assert!(matches!(late, Err(StoreError::TransactionFailed)), "{late:?}");
    let commit = realm.commit();
    assert!(matches!(commit, Err(StoreError::TransactionFailed)), "{commit:?}");
    assert!(!realm.is_writing());
    std::env::remove_var("DISK_FULL_AT");
    realm.begin().unwrap();
    realm.rollback().unwrap();
}

#[test]
fn a_process_that_dies_gives_the_sync_lock_back() {
    const TEST: &str = "crash::a_process_that_dies_gives_the_sync_lock_back";
    if let Some(folder) = child_folder() {
        let home = Home::at(&folder);
        let lock = SyncLock::acquire(&home.path(), 1).unwrap();
        drop(open(&home));
        panic!("the disk should have killed this process, which holds {lock:?}");
    }
    let home = template();
    assert_eq!(run_child(TEST, home.folder(), Disk::DiesAt(1)).code(), None);
    SyncLock::acquire(Path::new(&home.path()), 1).unwrap();
}
