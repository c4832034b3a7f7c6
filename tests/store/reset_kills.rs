//! Killed at any disk operation, or with the disk full from there on, the file is before or after its client reset.

use std::fs;

use realm_sync::store::{DatabaseError, Gate, Mode, ResetMode, ResetStage, StoreError, Swap, SwapOptions, SyncStore};
use realm_sync::value::{FileIdent, PrimaryKey};

use crate::disk::{child_folder, run_child, Disk};
use crate::reset::{erase, items, put};
use crate::support::{text, ByName, Home};

/// A folder in which the fresh copy is complete, all closed.
fn prepared() -> Home {
    let mut world = items();
    world.local(|realm| {
        put(realm, 1, "local");
        put(realm, 7, "new");
    });
    world.server(|realm| erase(realm, 2));
    world.device.sync_store().begin_reset(ResetMode::RecoverOrDiscard, true, None).unwrap();
    world.download();
    world.device
}

fn copy(template: &Home) -> Home {
    let home = Home::new();
    for entry in fs::read_dir(template.folder()).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), home.folder().join(entry.file_name())).unwrap();
    }
    home
}

fn swap(home: &Home) -> Result<(), StoreError> {
    let mut store = SyncStore::open(&home.path(), home.clock.clone())?;
    match store.swap_reset(SwapOptions::default(), &Gate::new().permit())? {
        Swap::Done { .. } => {}
        Swap::Required { reason, .. } => panic!("{reason}"),
    }
    store.remove_fresh()
}

/// Everything says the same; whether the reset has happened.
fn has_happened(home: &Home) -> bool {
    let realm = home.try_open(Mode::Synced, None).unwrap();
    let name = |key| {
        let object = realm.find(realm.class("Item"), &PrimaryKey::Int(key)).unwrap()?;
        Some(realm.read("Item", object, "name"))
    };
    assert_eq!((name(1), name(7)), (Some(text("local")), Some(text("new"))));
    let has_happened = name(2).is_none();
    let store = home.sync_store();
    let ident = store.status().unwrap().file_ident.unwrap().ident;
    let stage = store.reset_status().unwrap().stage;
    match has_happened {
        true => assert_eq!((ident, stage), (FileIdent(9), ResetStage::Swapped)),
        false => assert_eq!((ident, stage), (FileIdent(2), ResetStage::Downloading)),
    }
    has_happened
}

#[test]
fn a_swap_killed_anywhere_is_before_or_after_and_goes_on() {
    if let Some(folder) = child_folder() {
        return swap(&Home::at(&folder)).unwrap();
    }
    let template = prepared();
    let mut found = Vec::new();
    for operation in 1..2_000 {
        let home = copy(&template);
        let test = "reset_kills::a_swap_killed_anywhere_is_before_or_after_and_goes_on";
        let status = run_child(test, home.folder(), Disk::DiesAt(operation));
        found.push(has_happened(&home));
        if status.success() {
            break;
        }
        assert_eq!(status.code(), None, "killed at {operation}, it should have died");
        if found.last() == Some(&false) {
            swap(&home).unwrap();
            assert!(has_happened(&home));
        }
    }
    let after = found.iter().position(|happened| *happened).unwrap();
    assert!(after > 10 && found[after..].iter().all(|happened| *happened), "{found:?}");
}

#[test]
fn a_swap_on_a_full_disk_changes_nothing_and_goes_on_when_there_is_room() {
    const FULL: i32 = 3;
    if let Some(folder) = child_folder() {
        match swap(&Home::at(&folder)) {
            Ok(()) => return,
            Err(StoreError::Database(DatabaseError::DiskFull)) => std::process::exit(FULL),
            Err(other) => panic!("{other:?}"),
        }
    }
    let template = prepared();
    let mut refused = 0;
    for operation in 1..2_000 {
        let test = "reset_kills::a_swap_on_a_full_disk_changes_nothing_and_goes_on_when_there_is_room";
        let home = copy(&template);
        let status = run_child(test, home.folder(), Disk::IsFullAt(operation));
        if status.success() {
            assert!(has_happened(&home));
            break;
        }
        assert_eq!(status.code(), Some(FULL), "full at {operation}");
        assert!(!has_happened(&home), "full at {operation}");
        refused += 1;
        swap(&home).unwrap();
        assert!(has_happened(&home));
    }
    assert!(refused > 10, "the disk was full {refused} times only");
}
