//! The file itself: what it is opened as, what it is not, who else has it.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use realm_sync::store::{delete_files, DatabaseError, Mode, OpenOptions, Realm, StoreError, SyncLock, SyncStore};

#[cfg(target_os = "linux")]
use crate::disk::{child_folder, run_child, Disk};
use crate::support::{class, files_in, int, item_schema, schema, ByName, Home, ManualClock};

fn open_at(path: &Path, mode: Mode) -> Result<Realm, StoreError> {
    Realm::open(OpenOptions { path: path.to_owned(), schema: None, mode, clock: Arc::new(ManualClock::default()) })
}

#[track_caller]
fn error_of(result: Result<Realm, StoreError>) -> StoreError {
    match result {
        Ok(_) => panic!("it opened"),
        Err(error) => error,
    }
}

#[test]
fn a_file_that_is_no_realm_is_refused_and_left_alone() {
    let home = Home::new();
    for content in [&b"just some text"[..], &[0xab; 10_000], b"SQLite format 3\0 but not really"] {
        fs::write(home.path(), content).unwrap();
        for mode in [Mode::Local, Mode::Synced, Mode::ReadOnly] {
            let error = error_of(open_at(&home.path(), mode));
            assert!(matches!(error, StoreError::NotARealm { .. }), "{error}");
        }
        assert_eq!(fs::read(home.path()).unwrap(), content);
        assert_eq!(files_in(home.folder()), ["test.realm"]);
    }
}

#[test]
fn another_sqlite_database_is_refused_and_left_alone() {
    let home = Home::new();
    home.sqlite().execute_batch("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')").unwrap();
    let before = fs::read(home.path()).unwrap();
    let error = error_of(open_at(&home.path(), Mode::Synced));
    assert!(matches!(error, StoreError::NotARealm { .. }), "{error}");
    assert_eq!(fs::read(home.path()).unwrap(), before);
}

#[test]
fn an_empty_file_becomes_a_realm() {
    let home = Home::new();
    fs::write(home.path(), b"").unwrap();
    drop(home.open(Mode::Local, item_schema()));
    assert_eq!(home.try_open(Mode::ReadOnly, None).unwrap().schema(), item_schema());
}

#[test]
fn a_newer_format_is_refused_by_number() {
    let home = Home::new();
    drop(home.open(Mode::Synced, item_schema()));
    home.sqlite().pragma_update(None, "user_version", 99).unwrap();
    let error = error_of(open_at(&home.path(), Mode::Synced));
    assert!(matches!(error, StoreError::NewerFormat { found: 99, supported: 1, .. }), "{error}");
}

#[test]
fn local_and_synced_are_not_mixed_up() {
    let home = Home::new();
    drop(home.open(Mode::Local, item_schema()));
    assert!(matches!(error_of(open_at(&home.path(), Mode::Synced)), StoreError::LocalFile { .. }));
    assert!(matches!(
        SyncStore::open(&home.path(), Arc::new(ManualClock::default())).err().unwrap(),
        StoreError::LocalFile { .. }
    ));
    drop(open_at(&home.path(), Mode::Local).unwrap());
    delete_files(&home.path()).unwrap();
    drop(home.open(Mode::Synced, item_schema()));
    assert!(matches!(error_of(open_at(&home.path(), Mode::Local)), StoreError::SyncedFile { .. }));
    open_at(&home.path(), Mode::ReadOnly).unwrap();
}

#[test]
fn places_where_no_file_can_be_are_told_apart() {
    let home = Home::new();
    let missing = home.folder().join("nowhere").join("test.realm");
    assert!(matches!(error_of(open_at(&missing, Mode::Local)), StoreError::NoSuchFolder { .. }));
    assert!(matches!(error_of(open_at(&home.path(), Mode::ReadOnly)), StoreError::NoSuchFile { .. }));
    let error = error_of(open_at(home.folder(), Mode::Local));
    assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
}

/// In a child, on a disk that cannot be written.
#[cfg(target_os = "linux")]
#[test]
fn a_read_only_disk_is_named_as_such_and_can_be_read() {
    const TEST: &str = "file::a_read_only_disk_is_named_as_such_and_can_be_read";
    if let Some(folder) = child_folder() {
        let home = Home::at(&folder);
        for (mode, path) in [(Mode::Local, home.folder().join("new")), (Mode::Synced, home.path())] {
            let error = error_of(open_at(&path, mode));
            assert!(matches!(error, StoreError::ReadOnlyFolder { .. }), "{error}");
        }
        let lock = SyncLock::acquire(&home.path(), 1);
        assert!(matches!(lock, Err(StoreError::ReadOnlyFolder { .. })), "{lock:?}");
        let realm = home.try_open(Mode::ReadOnly, Some(item_schema())).unwrap();
        assert_eq!(realm.size(realm.class("Item")).unwrap(), 1);
        return;
    }
    let home = Home::at(&std::env::temp_dir().join(format!("realm %?# {}", std::process::id())));
    fs::create_dir(home.folder()).unwrap();
    home.open(Mode::Synced, item_schema()).write(|realm| {
        realm.put("Item", 1);
    });
    let status = run_child(TEST, home.folder(), Disk::IsReadOnly);
    fs::remove_dir_all(home.folder()).unwrap();
    assert!(status.success());
}

#[test]
fn one_path_has_one_name() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, item_schema());
    let roundabout = home.folder().join(".").join("test.realm");
    let other = open_at(&roundabout, Mode::Local).unwrap();
    assert_eq!(realm.path(), other.path());
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    assert_eq!(other.size(other.class("Item")).unwrap(), 1);
}

#[test]
fn deleting_waits_for_nobody_and_takes_every_file() {
    let home = Home::new();
    let realm = home.open(Mode::Synced, item_schema());
    assert!(matches!(delete_files(&home.path()), Err(StoreError::InUse { .. })));
    drop(realm);
    let store = home.sync_store();
    assert!(matches!(delete_files(&home.path()), Err(StoreError::InUse { .. })));
    drop(store);
    let lock = SyncLock::acquire(&home.path(), 1).unwrap();
    assert!(matches!(delete_files(&home.path()), Err(StoreError::InUse { .. })));
    drop(lock);
    delete_files(&home.path()).unwrap();
    assert_eq!(files_in(home.folder()), Vec::<String>::new());
    delete_files(&home.path()).unwrap();
}

#[test]
fn an_in_memory_realm_is_shared_by_its_handles_and_gone_after_them() {
    let home = Home::new();
    let mut first = home.open(Mode::InMemory, item_schema());
    let second = home.open(Mode::InMemory, item_schema());
    first.write(|realm| {
        realm.put("Item", 1);
    });
    assert_eq!(second.size(second.class("Item")).unwrap(), 1);
    let temporary = first.path().to_owned();
    assert!(temporary.exists());
    drop(first);
    drop(second);
    assert!(!temporary.exists());
    assert_eq!(files_in(home.folder()), Vec::<String>::new());
    let again = home.open(Mode::InMemory, schema(vec![class("Other", vec![int("_id")])]));
    assert_eq!(again.class_key("Item"), None);
}

/// Acts as the other process where the path is given, as the test otherwise.
#[test]
fn one_process_syncs_a_file() {
    const OTHER: &str = "REALM_SYNC_TEST_LOCK";
    if let Ok(path) = std::env::var(OTHER) {
        let is_refused = matches!(SyncLock::acquire(Path::new(&path), 1), Err(StoreError::SyncedElsewhere { .. }));
        std::process::exit(if is_refused { 17 } else { 18 });
    }
    let home = Home::new();
    let try_in_another_process = || {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let status = command.args(["--exact", "file::one_process_syncs_a_file"]).env(OTHER, home.path()).status();
        status.unwrap().code()
    };
    let first = SyncLock::acquire(&home.path(), 1).unwrap();
    let second = SyncLock::acquire(&home.path(), 1).unwrap();
    drop(first);
    assert_eq!(try_in_another_process(), Some(17));
    drop(second);
    assert_eq!(try_in_another_process(), Some(18));
}

#[test]
fn many_threads_make_one_file() {
    let home = Home::new();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut realm = home.open(Mode::Synced, item_schema());
                realm.begin().unwrap();
                let name = realm.size(realm.class("Item")).unwrap() as i64;
                realm.put("Item", name);
                realm.commit().unwrap();
            });
        }
    });
    let realm = home.try_open(Mode::Synced, None).unwrap();
    assert_eq!(realm.size(realm.class("Item")).unwrap(), 8);
    assert_eq!(realm.version().unwrap().0, 1 + 1 + 8);
}

#[test]
fn another_process_that_writes_makes_a_writer_busy_not_stuck() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let other = home.sqlite();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let error = realm.begin().unwrap_err();
    assert!(matches!(error, StoreError::Database(DatabaseError::Busy)), "{error}");
    assert!(!realm.is_writing());
    other.execute_batch("ROLLBACK").unwrap();
    realm.write(|realm| {
        realm.put("Item", 1);
    });
}

#[test]
fn handles_go_from_thread_to_thread() {
    fn is_send<T: Send>() {}
    is_send::<Realm>();
    is_send::<SyncStore>();
    is_send::<SyncLock>();
}
