//! Downloads become part of the file.

use realm_sync::changeset::{encode, Changeset};
use realm_sync::store::{Download, Gate, Integrated, Mode, Realm, Refusal, StoreError, SyncStore};
use realm_sync::value::{
    ClientVersion, FileIdent, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent, ServerVersion, UploadCursor, Value,
};

use crate::support::{
    assert_refused, changesets, class, int, item_schema, keyless, link_to, progress, schema, string, text, ByName, Home,
};

/// Another device, and the server between: what it commits comes down as changesets of the file 3.
struct Other {
    home: Home,
    realm: Realm,
    seen: UploadCursor,
}

impl Other {
    fn new() -> Other {
        let home = Home::new();
        let realm = home.open(Mode::Synced, item_schema());
        let mut other = Other { home, realm, seen: UploadCursor::default() };
        // The schema is what both have.
        other.commits();
        other
    }

    fn at(&mut self, timestamp: u64, write: impl FnOnce(&mut Realm)) -> &mut Other {
        self.home.clock.set(timestamp);
        self.realm.write(write);
        self
    }

    fn commits(&mut self) -> Vec<(OriginTimestamp, Vec<u8>)> {
        let scan = self.home.sync_store().scan_uploads(self.seen, usize::MAX, usize::MAX).unwrap();
        self.seen = scan.scanned_to;
        scan.changesets.into_iter().map(|changeset| (changeset.origin_timestamp, changeset.changeset)).collect()
    }
}

fn integrate(store: &mut SyncStore, download: &Download) -> Integrated {
    store.integrate(download, &Gate::new().permit()).unwrap()
}

fn name_of(realm: &Realm, key: i64) -> Option<Value> {
    let object = realm.find(realm.class("Item"), &PrimaryKey::Int(key)).unwrap()?;
    Some(realm.read("Item", object, "name"))
}

fn set_name(realm: &mut Realm, key: i64, name: &str) {
    let object = realm.put("Item", key);
    realm.assign("Item", object, "name", text(name));
}

fn history(home: &Home) -> Vec<(i64, i64, i64, i64, Option<i64>)> {
    let sqlite = home.sqlite();
    let sql =
        "SELECT version, origin_file_ident, remote_version, length(changeset), length(reciprocal) FROM _realm_history";
    let mut statement = sqlite.prepare(sql).unwrap();
    let rows =
        statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn a_download_is_one_version_with_an_empty_changeset() {
    let home = Home::new();
    let realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    let mut other = Other::new();
    other.at(10, |realm| set_name(realm, 1, "a")).at(20, |realm| set_name(realm, 2, "b"));
    let download = changesets(other.commits(), 0, 0);
    let integrated = integrate(&mut store, &download);
    assert_eq!(integrated.newest_version, ClientVersion(3));
    assert_eq!(integrated.progress, download.progress);
    assert_eq!(realm.version().unwrap(), ClientVersion(3));
    assert_eq!((name_of(&realm, 1), name_of(&realm, 2)), (Some(text("a")), Some(text("b"))));
    assert_eq!(history(&home).last(), Some(&(3, 3, 2, 0, None)));
    assert_eq!(store.pending_uploads().unwrap().count, 1);
    let status = store.status().unwrap();
    assert_eq!(status.file_ident, Some(SaltedFileIdent { ident: FileIdent(2), salt: Salt(99) }));
    assert_eq!(status.progress, download.progress);
    assert_eq!(status.downloaded_bytes, download.changesets.iter().map(|c| c.original_size).sum::<u64>());
}

#[test]
fn a_download_without_changesets_is_a_version_only_where_a_cursor_moves() {
    let home = Home::new();
    let realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    let moved = Download { progress: progress(1, 2), changesets: Vec::new() };
    assert_eq!(integrate(&mut store, &moved).newest_version, ClientVersion(3));
    assert_eq!(integrate(&mut store, &moved).newest_version, ClientVersion(3));
    assert_eq!(realm.version().unwrap(), ClientVersion(3));
    assert_eq!(store.uploaded_version().unwrap(), ClientVersion(3));
    assert_eq!(store.status().unwrap().progress, moved.progress);
}

#[test]
fn acknowledged_history_is_trimmed_and_the_newest_version_stays() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    for key in 0..3 {
        realm.write(|realm| set_name(realm, key, "x"));
    }
    // Versions 2 to 5; the server has integrated 3.
    let integrated = integrate(&mut store, &Download { progress: progress(2, 3), changesets: Vec::new() });
    assert_eq!(integrated.newest_version, ClientVersion(6));
    assert_eq!(integrated.uploaded_version, ClientVersion(3));
    assert_eq!(history(&home).iter().map(|row| row.0).collect::<Vec<_>>(), [4, 5, 6]);
    let pending = store.pending_uploads().unwrap();
    assert_eq!(pending.count, 2);
    assert!(pending.bytes > 0);
    let uploaded = store.status().unwrap().uploaded_bytes;
    let integrated = integrate(&mut store, &Download { progress: progress(4, 5), changesets: Vec::new() });
    assert_eq!((integrated.newest_version, integrated.uploaded_version), (ClientVersion(7), ClientVersion(7)));
    assert!(integrated.uploaded_bytes > uploaded);
    assert_eq!(history(&home).iter().map(|row| row.0).collect::<Vec<_>>(), [7]);
    realm.write(|realm| set_name(realm, 9, "x"));
    assert_eq!(realm.version().unwrap(), ClientVersion(8));
    let from = UploadCursor { client_version: ClientVersion(5), ..UploadCursor::default() };
    let scan = store.scan_uploads(from, 1 << 17, 1 << 24).unwrap();
    assert_eq!(scan.changesets.len(), 1);
    assert_eq!(scan.changesets[0].server_version, ServerVersion(4));
    assert_eq!(scan.scanned_to.client_version, ClientVersion(8));
}

#[test]
fn a_newer_local_change_survives_and_an_older_one_gives_way() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    home.clock.set(15);
    realm.write(|realm| {
        set_name(realm, 1, "mine");
        set_name(realm, 2, "mine");
    });
    let mut other = Other::new();
    other.at(10, |realm| set_name(realm, 1, "theirs")).at(20, |realm| set_name(realm, 2, "theirs"));
    integrate(&mut store, &changesets(other.commits(), 0, 2));
    assert_eq!(name_of(&realm, 1), Some(text("mine")));
    assert_eq!(name_of(&realm, 2), Some(text("theirs")));
}

#[test]
fn a_merged_changeset_is_uploaded_as_it_was_and_merged_further_as_it_became() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    home.clock.set(15);
    realm.write(|realm| set_name(realm, 1, "mine"));
    let from = UploadCursor { client_version: ClientVersion(2), ..UploadCursor::default() };
    let upload = |store: &SyncStore| store.scan_uploads(from, usize::MAX, usize::MAX).unwrap();
    let before = upload(&store);
    let mut other = Other::new();
    // The newer erase leaves nothing of the local change but, in the end, nothing at all.
    other.at(10, |realm| set_name(realm, 1, "theirs"));
    other.at(20, |realm| {
        let class = realm.class("Item");
        let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
        realm.erase(class, object).unwrap();
    });
    integrate(&mut store, &changesets(other.commits(), 0, 2));
    assert_eq!(name_of(&realm, 1), None);
    assert_eq!(upload(&store).changesets, before.changesets);
    // The reciprocal is stored and empty: the object that is made anew meets nothing of it.
    assert_eq!(history(&home).iter().find(|row| row.0 == 3).unwrap().4, Some(0));
    other.at(12, |realm| set_name(realm, 1, "again"));
    integrate(&mut store, &changesets(other.commits(), 2, 2));
    assert_eq!(name_of(&realm, 1), Some(text("again")));
}

#[test]
fn a_link_before_its_object_dangles_until_the_object_arrives() {
    let home = Home::new();
    let realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    let mut other = Other::new();
    other.at(1, |realm| {
        let target = realm.put("Item", 2);
        let holder = realm.put("Item", 1);
        realm.assign("Item", holder, "next", link_to("Item", PrimaryKey::Int(2)));
        realm.assign("Item", holder, "any", link_to("Item", PrimaryKey::Int(2)));
        assert_eq!(realm.primary_key(realm.class("Item"), target).unwrap(), PrimaryKey::Int(2));
    });
    integrate(&mut store, &changesets(other.commits(), 0, 0));
    let holder = realm.find(realm.class("Item"), &PrimaryKey::Int(1)).unwrap().unwrap();
    let both = |realm: &Realm| (realm.read("Item", holder, "next"), realm.read("Item", holder, "any"));
    let link = link_to("Item", PrimaryKey::Int(2));
    assert_eq!(both(&realm), (link.clone(), link.clone()));
    // An erase that arrives leaves the links where they are.
    let mut erase = Changeset::new();
    let target =
        realm_sync::changeset::ObjectTarget { class: erase.intern("Item"), key: realm_sync::changeset::Key::Int(2) };
    erase.push(realm_sync::changeset::Instruction::EraseObject(target));
    integrate(&mut store, &changesets(vec![(OriginTimestamp(2), encode(&erase))], 1, 0));
    assert_eq!(both(&realm), (Value::Null, Value::Null));
    let mut create = Changeset::new();
    let target = realm_sync::changeset::ObjectTarget { class: create.intern("Item"), ..target };
    create.push(realm_sync::changeset::Instruction::CreateObject(target));
    integrate(&mut store, &changesets(vec![(OriginTimestamp(3), encode(&create))], 2, 0));
    assert_eq!(both(&realm), (link.clone(), link));
}

#[test]
fn a_schema_that_arrives_is_there_for_every_handle() {
    let sender = Home::new();
    let classes = vec![class("New", vec![string("_id"), int("n")]), keyless("K", vec![int("n")])];
    let mut realm = sender.open(Mode::Synced, schema(classes.clone()));
    realm.write(|realm| {
        let object = realm.put("New", "x");
        realm.assign("New", object, "n", Value::Int(5));
    });
    let scan = sender.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    let commits = scan.changesets.into_iter().map(|c| (c.origin_timestamp, c.changeset)).collect();
    let home = Home::new();
    let mut receiver = home.try_open(Mode::Synced, None).unwrap();
    integrate(&mut home.sync_store_with_ident(), &changesets(commits, 0, 0));
    assert!(receiver.refresh().unwrap());
    assert_eq!(receiver.schema(), schema(classes));
    let object = receiver.find(receiver.class("New"), &PrimaryKey::String("x".to_owned())).unwrap().unwrap();
    assert_eq!(receiver.read("New", object, "n"), Value::Int(5));
}

#[test]
fn a_bad_changeset_leaves_the_file_as_it_was() {
    let home = Home::new();
    let realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    let mut other = Other::new();
    other.at(10, |realm| set_name(realm, 1, "a"));
    let good = other.commits();
    // An update of an object that does not exist, and bytes that are no changeset.
    other.at(20, |realm| set_name(realm, 1, "b"));
    let update_only = other.commits();
    let before = store.status().unwrap();
    for bad in [update_only.clone(), vec![(OriginTimestamp(1), vec![0x3e])]] {
        let error = store.integrate(&changesets(bad, 0, 0), &Gate::new().permit()).unwrap_err();
        assert!(error.is_bad_changeset(), "{error}");
        assert_eq!(store.status().unwrap(), before);
        assert_eq!(realm.size(realm.class("Item")).unwrap(), 0);
    }
    integrate(&mut store, &changesets([good, update_only].concat(), 0, 0));
    assert_eq!(name_of(&realm, 1), Some(text("b")));
}

#[test]
fn a_file_without_ident_integrates_nothing() {
    let home = Home::new();
    drop(home.open(Mode::Synced, item_schema()));
    let mut other = Other::new();
    other.at(10, |realm| set_name(realm, 1, "a"));
    let result = home.sync_store().integrate(&changesets(other.commits(), 0, 0), &Gate::new().permit());
    assert!(matches!(result, Err(StoreError::NoFileIdent)), "{result:?}");
}

#[test]
fn an_ident_is_given_once() {
    let home = Home::new();
    let mut store = home.sync_store_with_ident();
    store.set_file_ident(SaltedFileIdent { ident: FileIdent(2), salt: Salt(99) }).unwrap();
    let result = store.set_file_ident(SaltedFileIdent { ident: FileIdent(5), salt: Salt(1) });
    assert!(matches!(result, Err(StoreError::FileIdentAssigned { ident: 2 })), "{result:?}");
}

#[test]
fn a_handle_that_has_not_looked_yet_is_told_that_a_property_is_gone() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| set_name(realm, 1, "x"));
    let object = realm.object_keys(realm.class("Item")).unwrap()[0];
    let mut erase = Changeset::new();
    let (class, property) = (erase.intern("Item"), erase.intern("name"));
    erase.push(realm_sync::changeset::Instruction::EraseColumn { class, property });
    integrate(&mut home.sync_store_with_ident(), &changesets(vec![(OriginTimestamp(2), encode(&erase))], 0, 0));
    let (class, name) = realm.at("Item", "name");
    assert_refused(realm.get(class, object, name), &Refusal::Outdated);
    assert_eq!(realm.read("Item", object, "count"), Value::Null);
    assert!(realm.refresh().unwrap());
    assert_eq!(realm.property_key(class, "name"), None);
    assert_refused(realm.get(class, object, name), &Refusal::NoSuchProperty);
}
