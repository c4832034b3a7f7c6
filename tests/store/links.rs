//! Links in collections, to objects that go and come back.

use realm_sync::schema::Collection;
use realm_sync::store::{Download, Gate, Mode, ObjectKey, Realm, Refusal};
use realm_sync::value::{OriginTimestamp, PrimaryKey, UploadCursor, Value};

use crate::record::printed;
use crate::support::{
    assert_refused, changesets, class, example_schema, int, keyless, link, link_to, many, mixed, schema, ByName, Home,
};

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

#[test]
fn links_to_objects_without_key_follow_them_to_their_ident() {
    let home = Home::new();
    let target = keyless("K", vec![int("n")]);
    let holder = class(
        "A",
        vec![
            int("_id"),
            many(Collection::List, link("links", "K")),
            many(Collection::Set, link("lset", "K")),
            many(Collection::Dictionary, mixed("dict")),
        ],
    );
    let mut realm = home.open(Mode::Synced, schema(vec![holder, target]));
    let mut object = ObjectKey(0);
    realm.write(|realm| {
        let class = realm.class("K");
        let made = realm.create_without_key(class).unwrap();
        let to = link_to("K", realm.primary_key(class, made).unwrap());
        object = realm.put("A", 1);
        let links = realm.at_collection("A", object, "links");
        realm.list_insert(links, 0, to.clone()).unwrap();
        realm.set_insert(realm.at_collection("A", object, "lset"), to.clone()).unwrap();
        realm.dictionary_set(realm.at_collection("A", object, "dict"), "k", to).unwrap();
    });
    home.sync_store_with_ident();
    let class = realm.class("K");
    let made = realm.object_keys(class).unwrap()[0];
    let key = realm.primary_key(class, made).unwrap();
    assert_eq!(key, PrimaryKey::GlobalKey { hi: 2, lo: 1 });
    let shown = r#"{"$link":["K",{"$key":[2,1]}]}"#;
    assert_eq!(realm.shown("A", object, "links"), format!("[{shown}]"));
    assert_eq!(realm.shown("A", object, "dict"), format!(r#"{{"$dict":{{"k":{shown}}}}}"#));
    let lset = realm.at_collection("A", object, "lset");
    assert!(realm.set_contains(lset, &link_to("K", key.clone())).unwrap());
    realm.write(|realm| assert!(realm.set_erase(lset, &link_to("K", key)).unwrap()));
    assert!(printed(&home).join("").contains("ArrayInsert A[1].links[0] = K[2-1] size=0"));
}

#[test]
fn finding_links_in_collections_uses_their_indexes() {
    let (home, _realm, _) = device(fill);
    for table in ["_realm_list_entry", "_realm_set_entry", "_realm_dictionary_entry"] {
        let sql = format!("EXPLAIN QUERY PLAN SELECT entry FROM {table} WHERE target = ?1 AND value = ?2");
        let plan: String = home.sqlite().query_row(&sql, [1, 2], |row| row.get(3)).unwrap();
        assert!(plan.contains(&format!("INDEX {table}_link")), "{plan}");
    }
}

#[test]
fn what_is_too_large_to_be_sent_is_refused() {
    let (_home, mut realm, object) = device(|_, _| {});
    let dict = realm.at_collection("A", object, "dict");
    let (class, any) = realm.at("A", "any");
    let limit = 16_777_199;
    let long = "x".repeat(limit + 1);
    realm.begin().unwrap();
    let refusal = Refusal::TooLarge { size: limit + 1, limit };
    assert_refused(realm.set(class, object, any, Value::String(long.clone())), &refusal);
    assert_refused(realm.dictionary_set(dict, &long, Value::Null), &refusal);
    realm.set(class, object, any, Value::String(long[1..].to_owned())).unwrap();
    realm.commit().unwrap();
}
