//! What local writes leave in the history.

use realm_sync::changeset::decode;
use realm_sync::schema::{PropertyType, Schema};
use realm_sync::store::{Mode, Realm};
use realm_sync::value::{
    ClientVersion, FileIdent, ObjectId, OriginTimestamp, PrimaryKey, Salt, SaltedFileIdent, UploadCursor, Value,
};

use crate::support::{
    class, int, item_schema, keyless, link, link_to, mixed, property, recorded, schema, string, text, ByName, Home,
};

const SOFT_LIMIT: usize = 128 * 1024;
const HARD_LIMIT: usize = 16 * 1024 * 1024;

pub fn printed(home: &Home) -> Vec<String> {
    recorded(home).iter().map(|bytes| decode(bytes).unwrap().print().to_string()).collect()
}

#[track_caller]
fn assert_records(schema: Schema, prepare: impl FnOnce(&mut Realm), write: impl FnOnce(&mut Realm), wanted: &str) {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema);
    realm.write(prepare);
    realm.write(write);
    let wanted: Vec<&str> = wanted.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(printed(&home).last().unwrap().lines().collect::<Vec<_>>(), wanted);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn person_schema() -> Schema {
    let id = property("_id", PropertyType::ObjectId, false);
    let name = property("name", PropertyType::String, true);
    schema(vec![class("Person", vec![id, name, link("friend", "Person"), mixed("any")])])
}

fn object_id(hex: &str) -> PrimaryKey {
    PrimaryKey::ObjectId(hex.parse::<ObjectId>().unwrap())
}

#[test]
fn creating_an_object_writes_the_reference_bytes() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, person_schema());
    realm.write(|realm| {
        let joe = realm.put("Person", object_id("00112233445566778899aabb"));
        realm.assign("Person", joe, "name", text("Joe"));
    });
    let wanted = "3F0006506572736F6E02000A00112233445566778899AABB3F01046E616D6504000A00112233445566778899AABB\
                  010003034A6F6500";
    assert_eq!(hex(recorded(&home).last().unwrap()), wanted);
}

#[test]
fn deleting_a_linked_object_writes_the_reference_bytes() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, person_schema());
    let target = object_id("ffffffffffffffffffffffff");
    realm.write(|realm| {
        let friend = realm.put("Person", target.clone());
        let joe = realm.put("Person", object_id("00112233445566778899aabb"));
        realm.assign("Person", joe, "friend", link_to("Person", target.clone()));
        realm.assign("Person", joe, "any", link_to("Person", target.clone()));
        assert!(realm.exists(realm.class("Person"), friend).unwrap());
    });
    realm.write(|realm| {
        let class = realm.class("Person");
        let friend = realm.find(class, &target).unwrap().unwrap();
        realm.erase(class, friend).unwrap();
    });
    let wanted = "3F0006506572736F6E3F0106667269656E6404000A00112233445566778899AABB010000003F0203616E7904000A\
                  00112233445566778899AABB0200000003000AFFFFFFFFFFFFFFFFFFFFFFFF";
    assert_eq!(hex(recorded(&home).last().unwrap()), wanted);
}

#[test]
fn a_schema_is_recorded_with_classes_before_properties() {
    let home = Home::new();
    let classes = vec![
        class("A", vec![property("_id", PropertyType::Int, true), int("n"), link("b", "B"), mixed("any")]),
        class("B", vec![string("key")]),
        keyless("K", vec![property("d", PropertyType::Decimal, true)]),
    ];
    drop(home.open(Mode::Synced, schema(classes)));
    let lines: Vec<String> = printed(&home)[0].lines().map(str::to_owned).collect();
    let starts: Vec<&str> = lines.iter().map(|line| line.split_whitespace().nth(1).unwrap()).collect();
    assert_eq!(starts, ["A", "B", "K", "A.n", "A.b", "A.any", "K.d"], "{lines:?}");
    assert!(lines[..3].iter().all(|line| line.starts_with("AddTable")));
    assert!(lines[3..].iter().all(|line| line.starts_with("AddColumn")));
}

#[test]
fn an_existing_object_is_not_created_again_but_its_values_are_set_even_when_equal() {
    assert_records(
        item_schema(),
        |realm| {
            let object = realm.put("Item", 1);
            realm.assign("Item", object, "name", text("x"));
        },
        |realm| {
            let object = realm.put("Item", 1);
            realm.assign("Item", object, "name", text("x"));
        },
        r#"Update Item[1].name = "x""#,
    );
}

#[test]
fn defaults_say_so_and_a_link_null_by_default_says_nothing() {
    assert_records(
        item_schema(),
        |_| {},
        |realm| {
            let object = realm.put("Item", 1);
            let class = realm.class("Item");
            let defaults = [("name", text("")), ("count", Value::Null), ("next", Value::Null), ("any", Value::Null)];
            for (name, value) in defaults {
                let (_, property) = realm.at("Item", name);
                realm.set_default(class, object, property, value).unwrap();
            }
            realm.assign("Item", object, "next", Value::Null);
        },
        r#"CreateObject Item[1]
           Update Item[1].name = "" default
           Update Item[1].count = null default
           Update Item[1].any = null default
           Update Item[1].next = null"#,
    );
}

#[test]
fn additions_are_recorded_as_additions() {
    assert_records(
        item_schema(),
        |realm| {
            let object = realm.put("Item", 1);
            realm.assign("Item", object, "count", Value::Int(1));
        },
        |realm| {
            let (class, count) = realm.at("Item", "count");
            let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
            realm.add_int(class, object, count, -3).unwrap();
        },
        "AddInteger Item[1].count -3",
    );
}

#[test]
fn created_and_deleted_in_one_transaction_records_both() {
    assert_records(
        item_schema(),
        |_| {},
        |realm| {
            let object = realm.put("Item", 1);
            let class = realm.class("Item");
            realm.erase(class, object).unwrap();
        },
        "CreateObject Item[1]
         EraseObject Item[1]",
    );
}

#[test]
fn a_refused_change_is_not_recorded() {
    assert_records(
        item_schema(),
        |_| {},
        |realm| {
            let object = realm.put("Item", 1);
            let (class, next) = realm.at("Item", "next");
            realm.set(class, object, next, link_to("Item", PrimaryKey::Int(9))).unwrap_err();
            let (_, name) = realm.at("Item", "name");
            realm.set(class, object, name, Value::Null).unwrap_err();
        },
        "CreateObject Item[1]",
    );
}

#[test]
fn versions_begin_at_two_and_empty_commits_count_without_being_uploaded() {
    let home = Home::new();
    let mut realm = home.try_open(Mode::Synced, None).unwrap();
    assert_eq!(realm.version().unwrap(), ClientVersion(1));
    realm.begin().unwrap();
    let commit = realm.commit().unwrap();
    assert_eq!((commit.version, commit.has_changeset), (ClientVersion(2), false));
    drop(realm);
    let mut realm = home.open(Mode::Synced, item_schema());
    assert_eq!(realm.version().unwrap(), ClientVersion(3));
    realm.begin().unwrap();
    realm.put("Item", 1);
    let commit = realm.commit().unwrap();
    assert_eq!((commit.version, commit.has_changeset), (ClientVersion(4), true));
    let store = home.sync_store();
    let scan = store.scan_uploads(UploadCursor::default(), SOFT_LIMIT, HARD_LIMIT).unwrap();
    let versions: Vec<u64> = scan.changesets.iter().map(|changeset| changeset.client_version.0).collect();
    assert_eq!(versions, [3, 4]);
    assert_eq!(scan.scanned_to.client_version, ClientVersion(4));
    assert_eq!(store.uploaded_version().unwrap(), ClientVersion(2));
}

#[test]
fn time_never_goes_backwards_within_a_file() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    for now in [1000, 500, 2000] {
        home.clock.set(now);
        realm.write(|realm| {
            realm.put("Item", now as i64);
        });
    }
    drop(realm);
    home.clock.set(1);
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| {
        realm.put("Item", 1);
    });
    let scan = home.sync_store().scan_uploads(UploadCursor::default(), SOFT_LIMIT, HARD_LIMIT).unwrap();
    let stamps: Vec<OriginTimestamp> = scan.changesets.iter().map(|changeset| changeset.origin_timestamp).collect();
    assert_eq!(stamps, [0, 1000, 1000, 2000, 2000].map(OriginTimestamp));
}

#[test]
fn a_scan_stops_at_the_soft_limit_and_never_reaches_the_hard_one() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    for key in 0..5 {
        realm.write(|realm| {
            let object = realm.put("Item", key);
            realm.assign("Item", object, "name", text(&"x".repeat(1000)));
        });
    }
    let store = home.sync_store();
    let from = UploadCursor { client_version: ClientVersion(2), ..UploadCursor::default() };
    let versions = |soft, hard| {
        let scan = store.scan_uploads(from, soft, hard).unwrap();
        let versions: Vec<u64> = scan.changesets.iter().map(|changeset| changeset.client_version.0).collect();
        assert_eq!(scan.scanned_to.client_version.0, *versions.last().unwrap());
        versions
    };
    assert_eq!(versions(1, 100_000), [3]);
    assert_eq!(versions(1100, 100_000), [3, 4]);
    assert_eq!(versions(100_000, 2500), [3, 4]);
    assert_eq!(versions(100_000, 10), [3]);
    assert_eq!(versions(100_000, 100_000), [3, 4, 5, 6, 7]);
}

#[test]
fn objects_without_key_get_the_files_ident_when_it_arrives() {
    let home = Home::new();
    let classes = vec![keyless("K", vec![int("n"), link("next", "K"), mixed("any")]), class("A", vec![int("_id")])];
    let mut realm = home.open(Mode::Synced, schema(classes));
    let class = realm.class("K");
    realm.begin().unwrap();
    let first = realm.create_without_key(class).unwrap();
    let key = realm.primary_key(class, first).unwrap();
    assert!(matches!(key, PrimaryKey::GlobalKey { hi: 0, .. }));
    let second = realm.create_without_key(class).unwrap();
    realm.assign("K", second, "next", link_to("K", key.clone()));
    realm.assign("K", second, "any", link_to("K", key));
    realm.commit().unwrap();
    home.sync_store().set_file_ident(SaltedFileIdent { ident: FileIdent(300), salt: Salt(1) }).unwrap();
    let renamed = realm.primary_key(class, first).unwrap();
    assert!(matches!(renamed, PrimaryKey::GlobalKey { hi: 300, .. }), "{renamed:?}");
    assert_eq!(realm.find(class, &renamed).unwrap(), Some(first));
    assert_eq!(realm.read("K", second, "next"), link_to("K", renamed.clone()));
    assert_eq!(realm.read("K", second, "any"), link_to("K", renamed));
    realm.begin().unwrap();
    let third = realm.create_without_key(class).unwrap();
    assert!(matches!(realm.primary_key(class, third).unwrap(), PrimaryKey::GlobalKey { hi: 300, .. }));
    realm.commit().unwrap();
    for bytes in recorded(&home) {
        let changeset = decode(&bytes).unwrap();
        assert!(!format!("{:?}", changeset.instructions()).contains("hi: 0"), "{}", changeset.print());
    }
}
