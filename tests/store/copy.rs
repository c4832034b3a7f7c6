//! A realm copied into a local one, and compacted.

use std::path::{Path, PathBuf};
use std::sync::Arc;

#[cfg(target_os = "linux")]
use realm_sync::store::DatabaseError;
use realm_sync::store::{compact, ClassKey, Download, Gate, Mode, OpenOptions, Realm, StoreError, SyncLock, Unsent};
use realm_sync::value::ClientVersion;

use crate::changes::change;
use crate::dice::Dice;
#[cfg(target_os = "linux")]
use crate::disk::{child_folder, run_child, Disk};
use crate::dump::dump;
use crate::support::{
    example_schema, files_in, item_schema, keyless, progress, schema, text, ByName, Home, ManualClock,
};

fn target(home: &Home) -> PathBuf {
    home.folder().join("copy.realm")
}

fn open_copy(path: &Path) -> Realm {
    let clock = Arc::new(ManualClock::default());
    Realm::open(OpenOptions { path: path.to_owned(), schema: None, mode: Mode::Local, clock }).unwrap()
}

fn create(realm: &mut Realm, class: ClassKey) {
    realm.create_without_key(class).unwrap();
}

/// The server has everything.
fn acknowledge(home: &Home) {
    let mut store = home.sync_store_with_ident();
    let ClientVersion(newest) = store.status().unwrap().newest_version;
    let download = Download { progress: progress(1, newest), changesets: Vec::new() };
    store.integrate(&download, &Gate::new().permit()).unwrap();
}

#[test]
fn a_copy_has_the_content_of_a_synced_realm_and_nothing_of_sync() {
    for seed in 0..6 {
        let mut dice = Dice::Seed(seed);
        let home = Home::new();
        let mut realm = home.open(Mode::Synced, example_schema());
        realm.write(|realm| (0..250).for_each(|_| change(realm, &mut dice)));
        acknowledge(&home);
        realm.copy_to_local(&target(&home), Unsent::Refuse).unwrap();
        let mut copied = open_copy(&target(&home));
        assert_eq!(dump(&realm), dump(&copied), "seed {seed}");
        assert_eq!(realm.schema(), copied.schema());
        let mut dice = (Dice::Seed(seed + 100), Dice::Seed(seed + 100));
        realm.write(|realm| (0..50).for_each(|_| change(realm, &mut dice.0)));
        copied.write(|realm| (0..50).for_each(|_| change(realm, &mut dice.1)));
        assert_eq!(dump(&realm), dump(&copied), "seed {seed}, written to");
        drop(copied);
        let sqlite = rusqlite::Connection::open(target(&home)).unwrap();
        let left =
            "SELECT count(*) FROM sqlite_master WHERE name IN ('_realm_sync', '_realm_history', '_realm_contact', '_realm_reset')";
        assert_eq!(sqlite.query_row(left, [], |row| row.get::<_, i64>(0)).unwrap(), 0);
    }
}

#[test]
fn objects_without_key_keep_theirs_in_a_copy_and_new_ones_get_others() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema(vec![keyless("Note", Vec::new())]));
    acknowledge(&home);
    let class = realm.class("Note");
    realm.write(|realm| (0..3).for_each(|_| create(realm, class)));
    realm.copy_to_local(&target(&home), Unsent::Keep).unwrap();
    let mut copied = open_copy(&target(&home));
    assert_eq!(dump(&realm), dump(&copied));
    copied.write(|realm| (0..3).for_each(|_| create(realm, class)));
    assert_eq!(copied.size(class).unwrap(), 6);
}

#[test]
fn unsent_changes_refuse_a_copy_unless_it_is_asked_for() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    acknowledge(&home);
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    let refused = realm.copy_to_local(&target(&home), Unsent::Refuse);
    assert!(matches!(refused, Err(StoreError::UnsentChanges { count: 1 })), "{refused:?}");
    assert!(!files_in(home.folder()).iter().any(|file| file.contains("copy")));
    realm.copy_to_local(&target(&home), Unsent::Keep).unwrap();
    assert_eq!(dump(&realm), dump(&open_copy(&target(&home))));
}

#[test]
fn a_copy_overwrites_nothing_and_takes_no_half_done_changes() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, item_schema());
    for taken in ["copy.realm", "copy.realm-wal"] {
        std::fs::write(home.folder().join(taken), b"mine").unwrap();
        let refused = realm.copy_to_local(&target(&home), Unsent::Refuse);
        assert!(matches!(refused, Err(StoreError::TargetExists { .. })), "{refused:?}");
        assert_eq!(std::fs::read(home.folder().join(taken)).unwrap(), b"mine");
        std::fs::remove_file(home.folder().join(taken)).unwrap();
    }
    assert!(matches!(realm.copy_to_local(&home.path(), Unsent::Keep), Err(StoreError::TargetExists { .. })));
    let nowhere = home.folder().join("nowhere").join("copy.realm");
    assert!(matches!(realm.copy_to_local(&nowhere, Unsent::Keep), Err(StoreError::NoSuchFolder { .. })));
    realm.begin().unwrap();
    assert!(matches!(realm.copy_to_local(&target(&home), Unsent::Keep), Err(StoreError::AlreadyWriting)));
    realm.rollback().unwrap();
    assert!(!files_in(home.folder()).iter().any(|file| file.contains("copy")));
    realm.copy_to_local(&target(&home), Unsent::Refuse).unwrap();
    let files = files_in(home.folder());
    assert_eq!(files.iter().filter(|file| file.contains("copy")).collect::<Vec<_>>(), ["copy.realm"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_copy_onto_a_full_disk_says_so_and_leaves_nothing() {
    const FULL: i32 = 3;
    if let Some(folder) = child_folder() {
        let opened = Home::at(&folder).try_open(Mode::Synced, None);
        match opened.and_then(|realm| realm.copy_to_local(&folder.join("copy.realm"), Unsent::Keep)) {
            Ok(()) => return,
            Err(StoreError::Database(DatabaseError::DiskFull)) => std::process::exit(FULL),
            Err(other) => panic!("{other:?}"),
        }
    }
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| {
        for key in 0..20 {
            let object = realm.put("Item", key);
            realm.assign("Item", object, "name", text(&"long".repeat(500)));
        }
    });
    let before = dump(&realm);
    drop(realm);
    for (refused, operation) in (1..2_000).enumerate() {
        let test = "copy::a_copy_onto_a_full_disk_says_so_and_leaves_nothing";
        let status = run_child(test, home.folder(), Disk::IsFullAt(operation));
        if status.success() {
            assert_eq!(dump(&open_copy(&target(&home))), before);
            assert!(refused > 10, "the disk was full {refused} times only");
            return;
        }
        assert_eq!(status.code(), Some(FULL), "full at {operation}");
        assert!(!files_in(home.folder()).iter().any(|file| file.contains("copy")), "full at {operation}");
    }
    panic!("no copy was ever made");
}

#[test]
fn compacting_gives_space_back_and_keeps_everything() {
    for mode in [Mode::Local, Mode::Synced] {
        let home = Home::new();
        let mut realm = home.open(mode, item_schema());
        realm.write(|realm| {
            for key in 0..500 {
                let object = realm.put("Item", key);
                realm.assign("Item", object, "name", text(&"long".repeat(500)));
            }
        });
        if mode == Mode::Synced {
            acknowledge(&home);
        }
        realm.write(|realm| {
            let class = realm.class("Item");
            for object in realm.object_keys(class).unwrap().into_iter().skip(3) {
                realm.erase(class, object).unwrap();
            }
        });
        let before = (dump(&realm), realm.version().unwrap());
        assert!(matches!(compact(&home.path()), Err(StoreError::InUse { .. })));
        drop(realm);
        let large = std::fs::metadata(home.path()).unwrap().len();
        assert!(compact(&home.path()).unwrap());
        assert!(std::fs::metadata(home.path()).unwrap().len() < large / 4);
        assert!(!compact(&home.path()).unwrap());
        let realm = home.try_open(mode, None).unwrap();
        assert_eq!((dump(&realm), realm.version().unwrap()), before);
    }
}

#[test]
fn compacting_refuses_what_is_synced_or_no_realm() {
    let home = Home::new();
    assert!(matches!(compact(&home.path()), Err(StoreError::NoSuchFile { .. })));
    std::fs::write(home.path(), b"text").unwrap();
    assert!(matches!(compact(&home.path()), Err(StoreError::NotARealm { .. })));
    std::fs::remove_file(home.path()).unwrap();
    drop(home.open(Mode::Synced, item_schema()));
    let lock = SyncLock::acquire(&home.path(), 1).unwrap();
    assert!(matches!(compact(&home.path()), Err(StoreError::InUse { .. })));
    drop(lock);
    compact(&home.path()).unwrap();
}
