//! A commit is on disk when it returns, for the price of one sync.

use std::fs;
use std::path::Path;

use realm_sync::store::{Download, Gate, Mode};
use realm_sync::value::{ServerVersion, SyncProgress, Value};

use crate::disk::{child_folder, run_child, Disk};
use crate::support::{item_schema, ByName, Home};

const COMMITS: u64 = 50;

/// What the disk did since `from`, by its letters.
fn operations(log: &Path, from: usize) -> String {
    fs::read_to_string(log).unwrap_or_default().split_off(from)
}

fn syncs(operations: &str) -> usize {
    operations.chars().filter(|letter| matches!(letter, 's' | 'S')).count()
}

#[test]
fn a_commit_and_an_integration_take_one_sync_each() {
    if let Some(folder) = child_folder() {
        count_syncs(&folder);
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let status = run_child(
        "durability::a_commit_and_an_integration_take_one_sync_each",
        &folder.path().join("realm"),
        Disk::Logs(&log),
    );
    assert!(status.success());
    assert!(syncs(&operations(&log, 0)) as u64 >= 2 * COMMITS, "the disk was not in between");
}

fn count_syncs(folder: &Path) {
    fs::create_dir(folder).unwrap();
    let home = Home::at(folder);
    let log = Path::new(&std::env::var_os("DISK_LOG").unwrap()).to_owned();
    for mode in [Mode::Synced, Mode::Local] {
        let home = Home::at(&folder.join(format!("{mode:?}.realm")));
        fs::create_dir(home.folder()).unwrap();
        let mut realm = home.open(mode, item_schema());
        // The first commit after opening also makes the log.
        realm.write(|realm| {
            realm.put("Item", -1);
        });
        for key in 0..COMMITS as i64 {
            let before = operations(&log, 0).len();
            realm.write(|realm| {
                let object = realm.put("Item", key);
                realm.assign("Item", object, "count", Value::Int(7 * key));
            });
            let done = operations(&log, before);
            assert_eq!(syncs(&done), 1, "{done}");
            assert!(done.ends_with('s'), "the sync comes last, and is an fdatasync: {done}");
        }
    }
    drop(home.open(Mode::Synced, item_schema()));
    let mut store = home.sync_store_with_ident();
    for version in 1..=COMMITS {
        let mut progress = SyncProgress::default();
        progress.latest_server_version.version = ServerVersion(version);
        progress.download.server_version = ServerVersion(version);
        let before = operations(&log, 0).len();
        store.integrate(&Download { progress, changesets: Vec::new() }, &Gate::new().permit()).unwrap();
        let done = operations(&log, before);
        assert_eq!(syncs(&done), 1, "{done}");
    }
}

#[test]
fn the_cost_of_a_commit_does_not_grow_with_the_history() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| {
        realm.put("Item", 0);
    });
    let log = home.folder().join("test.realm-wal");
    let mut grown_by = |times: i64| {
        let before = fs::metadata(&log).unwrap().len();
        for count in 0..times {
            realm.write(|realm| {
                let object = realm.put("Item", 0);
                realm.assign("Item", object, "count", Value::Int(count));
            });
        }
        fs::metadata(&log).unwrap().len() - before
    };
    let young = grown_by(50);
    grown_by(200);
    let old = grown_by(50);
    assert!(old <= young + young / 4, "{young} bytes of log, then {old}");
}
