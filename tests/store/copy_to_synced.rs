//! A realm copied into a synced one, which is another file to the server.

use std::path::PathBuf;

use realm_sync::store::{
    ClassKey, Download, Gate, Mode, OpenOptions, PendingUploads, Realm, StoreError, SyncStatus, SyncStore, Unshared,
};
use realm_sync::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent, ServerVersion,
    SyncProgress, UploadCursor,
};

use crate::changes::change;
use crate::dice::Dice;
use crate::dump::dump;
use crate::support::{
    changesets, example_schema, files_in, item_schema, keyless, progress, schema, text, ByName, Home,
};

fn target(home: &Home) -> PathBuf {
    home.folder().join("copy.realm")
}

fn open_copy(home: &Home) -> Realm {
    let (path, clock) = (target(home), home.clock.clone());
    Realm::open(OpenOptions { path, schema: None, mode: Mode::Synced, clock }).unwrap()
}

fn store_of_copy(home: &Home) -> SyncStore {
    SyncStore::open(&target(home), home.clock.clone()).unwrap()
}

fn create(realm: &mut Realm, class: ClassKey) {
    realm.create_without_key(class).unwrap();
}

/// The server has everything of the file, up to its own version `server`.
fn share(home: &Home, server: u64) {
    let mut store = home.sync_store_with_ident();
    let ClientVersion(newest) = store.status().unwrap().newest_version;
    let download = Download { progress: progress(server, newest), changesets: Vec::new() };
    store.integrate(&download, &Gate::new().permit()).unwrap();
}

#[test]
fn a_copy_has_the_content_and_the_download_cursor_and_nothing_of_the_identity() {
    for seed in 0..6 {
        let mut dice = Dice::Seed(seed);
        let home = Home::new();
        let mut realm = home.open(Mode::Synced, example_schema());
        realm.write(|realm| (0..250).for_each(|_| change(realm, &mut dice)));
        share(&home, 5);
        realm.copy_to_synced(&target(&home), Unshared::Refuse).unwrap();
        let copied = open_copy(&home);
        assert_eq!(dump(&realm), dump(&copied), "seed {seed}");
        assert_eq!(realm.schema(), copied.schema());
        let store = store_of_copy(&home);
        let SyncStatus { file_ident, progress, downloaded_bytes, uploaded_bytes, .. } = store.status().unwrap();
        assert_eq!((file_ident, downloaded_bytes, uploaded_bytes), (None, 0, 0));
        let download = DownloadCursor { server_version: ServerVersion(5), client_version: ClientVersion(0) };
        let expected = SyncProgress { download, upload: UploadCursor::default(), ..crate::support::progress(5, 0) };
        assert_eq!(progress, expected);
        assert_eq!(store.pending_uploads().unwrap(), PendingUploads::default());
        assert!(store.scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap().changesets.is_empty());
    }
}

#[test]
fn a_copy_goes_on_from_where_the_realm_was_under_an_ident_of_its_own() {
    let home = Home::new();
    home.clock.set(1_000);
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    share(&home, 5);
    realm.copy_to_synced(&target(&home), Unshared::Refuse).unwrap();
    // A clock that was put back makes nothing older than what the copy knows.
    home.clock.set(10);
    let mut copied = open_copy(&home);
    copied.write(|realm| {
        realm.put("Item", 2);
    });
    let mut store = store_of_copy(&home);
    store.set_file_ident(SaltedFileIdent { ident: FileIdent(8), salt: Salt(3) }).unwrap();
    assert_eq!(store.status().unwrap().progress.download.server_version, ServerVersion(5));
    let scan = store.scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    assert_eq!(scan.changesets.len(), 1);
    assert_eq!(scan.changesets[0].server_version, ServerVersion(5));
    assert!(scan.changesets[0].origin_timestamp >= OriginTimestamp(1_000));
    // What comes next is what the realm itself made after the copy, as another file's.
    realm.write(|realm| {
        let object = realm.put("Item", 1);
        realm.assign("Item", object, "name", text("later"));
    });
    let commits = home.sync_store().scan_uploads(
        UploadCursor { client_version: ClientVersion(3), server_version: ServerVersion(5) },
        usize::MAX,
        usize::MAX,
    );
    let commits =
        commits.unwrap().changesets.into_iter().map(|changeset| (changeset.origin_timestamp, changeset.changeset));
    store.integrate(&changesets(commits.collect(), 5, 0), &Gate::new().permit()).unwrap();
    let object = copied.find(copied.class("Item"), &PrimaryKey::Int(1)).unwrap().unwrap();
    assert_eq!(copied.read("Item", object, "name"), text("later"));
    assert_eq!(copied.size(copied.class("Item")).unwrap(), 2);
    assert_eq!(realm.size(realm.class("Item")).unwrap(), 1, "the realm has nothing of the copy");
}

#[test]
fn changes_that_did_not_come_back_with_a_download_refuse_a_copy() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let refused = |realm: &Realm, count: u64| {
        let refused = realm.copy_to_synced(&target(&home), Unshared::Refuse);
        assert!(
            matches!(refused, Err(StoreError::UnsharedChanges { count: found }) if found == count),
            "{refused:?} instead of {count}"
        );
        assert!(!files_in(home.folder()).iter().any(|file| file.contains("copy")));
    };
    refused(&realm, 1);
    share(&home, 5);
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    refused(&realm, 1);
    // The server acknowledged it, at a version that is not downloaded yet: it would send it to the copy once more.
    let mut store = home.sync_store();
    let before = store.status().unwrap();
    let mut acknowledged = progress(6, before.progress.download.client_version.0);
    acknowledged.latest_server_version.version = ServerVersion(9);
    acknowledged.upload.client_version = before.newest_version;
    let download = Download { progress: acknowledged, changesets: Vec::new() };
    store.integrate(&download, &Gate::new().permit()).unwrap();
    assert_eq!(store.pending_uploads().unwrap().count, 0);
    refused(&realm, 1);
    share(&home, 9);
    realm.copy_to_synced(&target(&home), Unshared::Refuse).unwrap();
}

#[test]
fn a_copy_may_begin_empty_instead_of_losing_or_doubling_changes() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    share(&home, 5);
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    let before = (dump(&realm), home.sync_store().pending_uploads().unwrap());
    realm.copy_to_synced(&target(&home), Unshared::BeginEmpty).unwrap();
    let copied = open_copy(&home);
    assert_eq!(copied.schema(), realm.schema());
    assert_eq!(copied.size(copied.class("Item")).unwrap(), 0);
    let status = store_of_copy(&home).status().unwrap();
    assert_eq!((status.file_ident, status.progress), (None, SyncProgress::default()));
    assert_eq!((dump(&realm), home.sync_store().pending_uploads().unwrap()), before);
    drop(copied);
    let files = files_in(home.folder());
    assert_eq!(files.iter().filter(|file| file.contains("copy")).collect::<Vec<_>>(), ["copy.realm"]);
    // Where nothing is missing, it is a copy like any other.
    share(&home, 6);
    realm_sync::store::delete_files(&target(&home)).unwrap();
    realm.copy_to_synced(&target(&home), Unshared::BeginEmpty).unwrap();
    assert_eq!(dump(&realm), dump(&open_copy(&home)));
}

#[test]
fn a_local_realm_has_no_synced_copy_and_a_copy_overwrites_nothing() {
    let home = Home::new();
    let local = home.open(Mode::Local, item_schema());
    let refused = local.copy_to_synced(&target(&home), Unshared::Refuse);
    assert!(matches!(refused, Err(StoreError::LocalFile { .. })), "{refused:?}");
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    share(&home, 5);
    std::fs::write(target(&home), b"mine").unwrap();
    for unshared in [Unshared::Refuse, Unshared::BeginEmpty] {
        let refused = realm.copy_to_synced(&target(&home), unshared);
        assert!(matches!(refused, Err(StoreError::TargetExists { .. })), "{refused:?}");
    }
    assert_eq!(std::fs::read(target(&home)).unwrap(), b"mine");
    std::fs::remove_file(target(&home)).unwrap();
    realm.begin().unwrap();
    let refused = realm.copy_to_synced(&target(&home), Unshared::Refuse);
    assert!(matches!(refused, Err(StoreError::AlreadyWriting)), "{refused:?}");
    realm.rollback().unwrap();
}

#[test]
fn objects_without_key_keep_theirs_in_a_copy_and_new_ones_get_its_ident() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema(vec![keyless("Note", Vec::new())]));
    home.sync_store_with_ident();
    let class = realm.class("Note");
    realm.write(|realm| (0..3).for_each(|_| create(realm, class)));
    share(&home, 5);
    realm.copy_to_synced(&target(&home), Unshared::Refuse).unwrap();
    let mut copied = open_copy(&home);
    copied.write(|realm| (0..2).for_each(|_| create(realm, class)));
    store_of_copy(&home).set_file_ident(SaltedFileIdent { ident: FileIdent(8), salt: Salt(3) }).unwrap();
    copied.write(|realm| create(realm, class));
    let keys = copied.object_keys(class).unwrap().into_iter().map(|object| copied.primary_key(class, object).unwrap());
    let mut idents: Vec<u64> = keys
        .map(|key| match key {
            PrimaryKey::GlobalKey { hi, lo: _ } => hi,
            other => panic!("{other:?}"),
        })
        .collect();
    idents.sort_unstable();
    assert_eq!(idents, [2, 2, 2, 8, 8, 8]);
}
