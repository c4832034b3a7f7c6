//! Links in collections, to objects that go and come back.

use realm_sync::store::{Download, Gate, Mode, ObjectKey, Realm, Refusal};
use realm_sync::value::{OriginTimestamp, PrimaryKey, UploadCursor, Value};

use crate::record::printed;
use crate::support::{assert_refused, changesets, example_schema, link_to, ByName, Home};

/// A device with the schema, `A` 1, and `B` 1 to 3, and whatever else is done to it.
fn device(write: impl FnOnce(&mut Realm, ObjectKey)) -> (Home, Realm, ObjectKey) {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    let mut object = ObjectKey(0);
    realm.write(|realm| {
        object = realm.put("A", 1);
        for key in 1..=3 {
            realm.put("B", key);
        }
        write(realm, object);
    });
    (home, realm, object)
}

fn b(key: i64) -> Value {
    link_to("B", PrimaryKey::Int(key))
}

fn fill(realm: &mut Realm, object: ObjectKey) {
    let links = realm.at_collection("A", object, "links");
    for (at, key) in [1, 2, 3, 1].into_iter().enumerate() {
        realm.list_insert(links, at as u64, b(key)).unwrap();
    }
    let lset = realm.at_collection("A", object, "lset");
    realm.set_insert(lset, b(1)).unwrap();
    realm.set_insert(lset, b(2)).unwrap();
    let ldict = realm.at_collection("A", object, "ldict");
    realm.dictionary_set(ldict, "one", b(1)).unwrap();
    let anys = realm.at_collection("A", object, "anys");
    realm.list_insert(anys, 0, b(1)).unwrap();
    realm.list_insert(anys, 1, Value::Int(0)).unwrap();
    realm.assign("A", object, "link", b(1));
}

/// What another device with the same beginning records by this write.
fn elsewhere(write: impl FnOnce(&mut Realm)) -> Download {
    let (home, mut realm, _) = device(|_, _| {});
    let from = home.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap().scanned_to;
    realm.write(write);
    let sent = home.sync_store().scan_uploads(from, usize::MAX, usize::MAX).unwrap().changesets;
    changesets(sent.into_iter().map(|sent| (OriginTimestamp(9), sent.changeset)).collect(), 0, 100)
}

fn receive(home: &Home, mut download: Download, version: u64) {
    download.progress.download.server_version.0 = version;
    download.changesets.iter_mut().for_each(|changeset| changeset.server_version.0 = version);
    home.sync_store_with_ident().integrate(&download, &Gate::new().permit()).unwrap();
}

fn erase_b1(realm: &mut Realm) {
    let class = realm.class("B");
    let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
    realm.erase(class, object).unwrap();
}

#[test]
fn deleting_here_removes_the_links_first_and_records_it() {
    let (home, mut realm, object) = device(fill);
    realm.write(erase_b1);
    assert_eq!(
        printed(&home).last().unwrap().lines().collect::<Vec<_>>(),
        [
            "Update A[1].link = null",
            "ArrayErase A[1].links[0] size=4",
            "ArrayErase A[1].links[2] size=3",
            "ArrayErase A[1].anys[0] size=2",
            "SetErase A[1].lset B[1]",
            "Update A[1].ldict.one = null",
            "EraseObject B[1]",
        ]
    );
    assert_eq!(realm.shown("A", object, "links"), r#"[{"$link":["B",2]},{"$link":["B",3]}]"#);
    assert_eq!(realm.shown("A", object, "ldict"), r#"{"$dict":{"one":null}}"#);
}

#[test]
fn links_to_an_object_erased_elsewhere_hide_and_keep_their_place() {
    let (home, mut realm, object) = device(fill);
    receive(&home, elsewhere(erase_b1), 1);
    let links = realm.at_collection("A", object, "links");
    let lset = realm.at_collection("A", object, "lset");
    assert_eq!(realm.list_size(links).unwrap(), 2);
    assert_eq!(realm.shown("A", object, "links"), r#"[{"$link":["B",2]},{"$link":["B",3]}]"#);
    assert_eq!(realm.set_size(lset).unwrap(), 1);
    assert!(!realm.set_contains(lset, &b(1)).unwrap());
    assert_eq!(realm.shown("A", object, "ldict"), r#"{"$dict":{"one":null}}"#);
    assert_eq!(realm.shown("A", object, "anys"), "[null,0]");
    realm.write(|realm| {
        // Before the visible element, which is the third of the raw list then.
        realm.list_insert(links, 1, b(2)).unwrap();
        realm.list_insert(links, 3, b(3)).unwrap();
        realm.list_erase(links, 0).unwrap();
        realm.list_set(links, 1, b(2)).unwrap();
        assert_refused(realm.list_insert(links, 0, b(1)), &Refusal::NoSuchTarget { class: "B".to_owned() });
    });
    assert_eq!(
        printed(&home).last().unwrap().lines().collect::<Vec<_>>(),
        [
            "ArrayInsert A[1].links[2] = B[2] size=4",
            "ArrayInsert A[1].links[5] = B[3] size=5",
            "ArrayErase A[1].links[1] size=6",
            "Update A[1].links[2] = B[2] size=5",
        ]
    );
    // It comes back, and with it the links.
    receive(
        &home,
        elsewhere(|realm| {
            erase_b1(realm);
            realm.put("B", 1);
        }),
        2,
    );
    assert_eq!(realm.list_size(links).unwrap(), 5);
    let keys = r#"[{"$link":["B",1]},{"$link":["B",2]},{"$link":["B",2]},{"$link":["B",1]},{"$link":["B",3]}]"#;
    assert_eq!(realm.shown("A", object, "links"), keys);
    assert!(realm.set_contains(lset, &b(1)).unwrap());
    assert_eq!(realm.read("A", object, "link"), b(1));
}

#[test]
fn an_object_created_here_reveals_the_links_to_it() {
    let (home, mut realm, object) = device(fill);
    receive(&home, elsewhere(erase_b1), 1);
    let links = realm.at_collection("A", object, "links");
    realm.write(|realm| {
        assert_eq!(realm.list_size(links).unwrap(), 2);
        let made = realm.put("B", 1);
        realm.assign("B", made, "v", Value::Int(5));
        assert_eq!(realm.list_size(links).unwrap(), 4);
        realm.list_clear(links).unwrap();
        assert_eq!(realm.list_size(links).unwrap(), 0);
    });
    let hidden: i64 = home
        .sqlite()
        .query_row("SELECT count(*) FROM _realm_container WHERE hidden <> 0", [], |row| row.get(0))
        .unwrap();
    assert_eq!(hidden, 0);
}

#[test]
fn a_link_that_arrives_before_its_object_is_hidden_until_then() {
    let (home, realm, object) = device(|_, _| {});
    let links = realm.at_collection("A", object, "links");
    let both = elsewhere(|realm| {
        realm.put("B", 4);
        let (class, _) = realm.at("A", "links");
        let a = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
        let links = realm.at_collection("A", a, "links");
        realm.list_insert(links, 0, b(4)).unwrap();
    });
    // The insertion alone, as merging may leave it.
    let mut download = both.clone();
    let mut changeset = realm_sync::changeset::decode(&both.changesets[0].bytes).unwrap();
    let instructions = changeset.take_instructions();
    let (create, insert) = instructions.split_at(1);
    changeset.set_instructions(insert.to_vec());
    download.changesets[0].bytes = realm_sync::changeset::encode(&changeset);
    receive(&home, download.clone(), 1);
    assert_eq!(realm.list_size(links).unwrap(), 0);
    changeset.set_instructions(create.to_vec());
    download.changesets[0].bytes = realm_sync::changeset::encode(&changeset);
    receive(&home, download, 2);
    assert_eq!(realm.shown("A", object, "links"), r#"[{"$link":["B",4]}]"#);
}
