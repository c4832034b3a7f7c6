//! Objects: made, found, changed, linked, erased, and every wrong call refused.

use realm_sync::schema::PropertyType;
use realm_sync::store::{Mode, ObjectKey, Refusal, StoreError};
use realm_sync::value::{PrimaryKey, Value};

use crate::support::{
    assert_refused, class, int, item_schema, keyless, link, link_to, mixed, property, schema, string, text, ByName,
    Home,
};

#[test]
fn a_write_sees_its_own_changes_and_others_see_them_after_the_commit() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let other = home.open(Mode::Synced, item_schema());
    realm.begin().unwrap();
    let object = realm.put("Item", 1);
    assert!(realm.exists(realm.class("Item"), object).unwrap());
    realm.assign("Item", object, "name", text("x"));
    assert_eq!(realm.read("Item", object, "name"), text("x"));
    assert_eq!(other.size(other.class("Item")).unwrap(), 0);
    realm.commit().unwrap();
    assert_eq!(other.read("Item", object, "name"), text("x"));
}

#[test]
fn a_rollback_leaves_nothing() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let version = realm.version().unwrap();
    realm.begin().unwrap();
    realm.put("Item", 1);
    realm.rollback().unwrap();
    assert_eq!(realm.size(realm.class("Item")).unwrap(), 0);
    assert_eq!(realm.version().unwrap(), version);
}

#[test]
fn a_dropped_handle_rolls_back_and_lets_the_next_writer_in() {
    let home = Home::new();
    let mut first = home.open(Mode::Local, item_schema());
    let mut second = home.open(Mode::Local, item_schema());
    first.begin().unwrap();
    first.put("Item", 1);
    drop(first);
    second.write(|realm| {
        assert_eq!(realm.size(realm.class("Item")).unwrap(), 0);
    });
}

#[test]
fn refresh_tells_of_others_commits_only() {
    let home = Home::new();
    let mut first = home.open(Mode::Local, item_schema());
    let mut second = home.open(Mode::Local, item_schema());
    assert!(!first.refresh().unwrap());
    first.write(|realm| {
        realm.put("Item", 1);
    });
    assert!(!first.refresh().unwrap());
    assert!(second.refresh().unwrap());
    assert!(!second.refresh().unwrap());
}

#[test]
fn the_last_of_several_values_of_a_new_object_stays() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.write(|realm| {
        let first = realm.put("Item", 1);
        realm.assign("Item", first, "name", text("a"));
        realm.assign("Item", first, "name", text("b"));
        let second = realm.put("Item", 2);
        realm.assign("Item", first, "count", Value::Int(1));
        realm.assign("Item", second, "name", text("c"));
        realm.assign("Item", second, "next", link_to("Item", PrimaryKey::Int(2)));
    });
    let class = realm.class("Item");
    let keys = realm.object_keys(class).unwrap();
    assert_eq!(keys, [ObjectKey(1), ObjectKey(2)]);
    assert_eq!(realm.read("Item", keys[0], "name"), text("b"));
    assert_eq!(realm.read("Item", keys[0], "count"), Value::Int(1));
    assert_eq!(realm.read("Item", keys[1], "name"), text("c"));
    assert_eq!(realm.read("Item", keys[1], "next"), link_to("Item", PrimaryKey::Int(2)));
}

#[test]
fn additions_wrap_around_and_null_takes_none() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    realm.begin().unwrap();
    let object = realm.put("Item", 1);
    let (class, count) = realm.at("Item", "count");
    assert_refused(realm.add_int(class, object, count, 1), &Refusal::AddToNull);
    realm.assign("Item", object, "count", Value::Int(i64::MAX));
    realm.add_int(class, object, count, 1).unwrap();
    assert_eq!(realm.read("Item", object, "count"), Value::Int(i64::MIN));
    let (_, any) = realm.at("Item", "any");
    realm.assign("Item", object, "any", Value::Int(40));
    realm.add_int(class, object, any, 2).unwrap();
    assert_eq!(realm.read("Item", object, "any"), Value::Int(42));
    realm.assign("Item", object, "any", text("forty"));
    assert_refused(realm.add_int(class, object, any, 2), &Refusal::NotAnInteger { found: "string" });
    let (_, name) = realm.at("Item", "name");
    assert_refused(realm.add_int(class, object, name, 2), &Refusal::NotAnInteger { found: "string" });
}

#[test]
fn wrong_values_and_wrong_places_are_refused() {
    let home = Home::new();
    let classes = vec![
        class("A", vec![int("_id"), int("n"), link("b", "B"), mixed("any")]),
        class("B", vec![string("_id")]),
        keyless("K", vec![int("n")]),
    ];
    let mut realm = home.open(Mode::Synced, schema(classes));
    let (a, n) = realm.at("A", "n");
    let (_, b) = realm.at("A", "b");
    let (_, any) = realm.at("A", "any");
    let (_, id) = realm.at("A", "_id");
    let keyless = realm.class("K");
    assert!(matches!(realm.create(a, PrimaryKey::Int(1)), Err(StoreError::NotWriting)));
    assert!(matches!(realm.commit(), Err(StoreError::NotWriting)));
    realm.begin().unwrap();
    assert!(matches!(realm.begin(), Err(StoreError::AlreadyWriting)));
    let object = realm.put("A", 1);
    assert_refused(realm.set(a, object, id, Value::Int(2)), &Refusal::PrimaryKeyProperty);
    assert_refused(realm.set(a, object, n, Value::Null), &Refusal::NullNotAllowed);
    assert_refused(realm.set(a, object, n, text("1")), &Refusal::TypeMismatch { expected: "int", found: "string" });
    assert_refused(realm.set(a, ObjectKey(9), n, Value::Int(1)), &Refusal::NoSuchObject);
    assert_refused(
        realm.create(a, PrimaryKey::String("x".to_owned())),
        &Refusal::KeyMismatch { expected: "int", found: "string" },
    );
    assert_refused(realm.create(a, PrimaryKey::Null), &Refusal::KeyMismatch { expected: "int", found: "null" });
    assert_refused(realm.create_without_key(a), &Refusal::KeyRequired);
    assert_refused(realm.create(keyless, PrimaryKey::Int(1)), &Refusal::KeyNotAllowed);
    let to_b = |key: &str| link_to("B", PrimaryKey::String(key.to_owned()));
    assert_refused(realm.set(a, object, b, to_b("x")), &Refusal::NoSuchTarget { class: "B".to_owned() });
    assert_refused(realm.set(a, object, any, to_b("x")), &Refusal::NoSuchTarget { class: "B".to_owned() });
    let wrong = Refusal::WrongTargetClass { expected: "B".to_owned(), found: "A".to_owned() };
    assert_refused(realm.set(a, object, b, link_to("A", PrimaryKey::Int(1))), &wrong);
    assert_refused(
        realm.set(a, object, b, link_to("C", PrimaryKey::Int(1))),
        &Refusal::NoSuchTargetClass { class: "C".to_owned() },
    );
    assert_refused(
        realm.set(a, object, b, link_to("B", PrimaryKey::Int(1))),
        &Refusal::KeyMismatch { expected: "string", found: "int" },
    );
    // Nothing of this broke the transaction.
    realm.assign("A", object, "n", Value::Int(3));
    realm.commit().unwrap();
    assert_eq!(realm.read("A", object, "n"), Value::Int(3));
}

#[test]
fn deleting_an_object_nulls_the_links_to_it() {
    let home = Home::new();
    let nullable = property("_id", PropertyType::Int, true);
    let classes =
        vec![class("A", vec![int("_id"), link("b", "B"), mixed("any")]), class("B", vec![nullable, link("self", "B")])];
    let mut realm = home.open(Mode::Local, schema(classes));
    for key in [PrimaryKey::Int(7), PrimaryKey::Null] {
        realm.begin().unwrap();
        let target = realm.put("B", key.clone());
        realm.assign("B", target, "self", link_to("B", key.clone()));
        let holder = realm.put("A", 1);
        realm.assign("A", holder, "b", link_to("B", key.clone()));
        realm.assign("A", holder, "any", link_to("B", key.clone()));
        assert_eq!(realm.read("A", holder, "b"), link_to("B", key.clone()));
        let b = realm.class("B");
        realm.erase(b, target).unwrap();
        // Made again, it is not what was linked to.
        realm.put("B", key);
        assert_eq!(realm.read("A", holder, "b"), Value::Null);
        assert_eq!(realm.read("A", holder, "any"), Value::Null);
        realm.commit().unwrap();
    }
}

#[test]
fn the_number_of_an_erased_object_is_not_used_again() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, schema(vec![class("S", vec![string("_id")]), keyless("K", vec![int("n")])]));
    let (strings, keyless) = (realm.class("S"), realm.class("K"));
    realm.begin().unwrap();
    let first = realm.put("S", "a");
    realm.erase(strings, first).unwrap();
    assert_ne!(realm.put("S", "b"), first);
    assert!(!realm.exists(strings, first).unwrap());
    let first = realm.create_without_key(keyless).unwrap();
    let key = realm.primary_key(keyless, first).unwrap();
    realm.erase(keyless, first).unwrap();
    let second = realm.create_without_key(keyless).unwrap();
    assert_ne!(second, first);
    assert_ne!(realm.primary_key(keyless, second).unwrap(), key);
    realm.commit().unwrap();
}

#[test]
fn finding_links_for_a_deletion_uses_an_index() {
    let home = Home::new();
    drop(home.open(Mode::Local, item_schema()));
    let sqlite = home.sqlite();
    let plan =
        |sql: &str| -> String { sqlite.query_row(&format!("EXPLAIN QUERY PLAN {sql}"), [], |row| row.get(3)).unwrap() };
    let by_link = plan("SELECT _id FROM Item WHERE \"next\" = 1");
    assert!(by_link.contains("INDEX _realm_link"), "{by_link}");
    let by_mixed = plan("SELECT _id FROM Item WHERE substr(\"any\", 1, 1) = x'09' AND \"any\" = x'0901'");
    assert!(by_mixed.contains("INDEX _realm_link"), "{by_mixed}");
}

#[test]
fn a_read_only_handle_reads_and_refuses_to_write() {
    let home = Home::new();
    let mut writer = home.open(Mode::Synced, item_schema());
    let mut reader = home.try_open(Mode::ReadOnly, Some(item_schema())).unwrap();
    writer.write(|realm| {
        realm.put("Item", 1);
    });
    assert_eq!(reader.size(reader.class("Item")).unwrap(), 1);
    assert!(matches!(reader.begin(), Err(StoreError::ReadOnlyRealm)));
    let more = schema(vec![class("More", vec![int("_id")])]);
    assert!(matches!(home.try_open(Mode::ReadOnly, Some(more)), Err(StoreError::ReadOnlySchema)));
}

#[test]
fn an_object_is_made_once_while_others_are_made_before_and_after() {
    let home = Home::new();
    let classes = vec![
        class("N", vec![int("_id"), int("n"), mixed("any")]),
        class("T", vec![string("_id"), int("n"), mixed("any")]),
    ];
    let mut realm = home.open(Mode::Synced, schema(classes));
    let mut made = Vec::new();
    // Longer than what goes into a table at once, forwards and backwards, in one transaction and in two.
    for round in [(0..50).collect::<Vec<i64>>(), (0..100).rev().collect()] {
        realm.write(|realm| {
            for key in round {
                for name in ["N", "T"] {
                    let (object, is_new) = realm.create(realm.class(name), key_value_of(name, key)).unwrap();
                    assert_eq!(is_new, !made.contains(&(name, key)), "{name} {key}");
                    made.push((name, key));
                    realm.assign(name, object, "n", Value::Int(key));
                    realm.assign(name, object, "any", text("x"));
                    let earlier = key_value_of(name, key / 2);
                    let (again, is_new) = realm.create(realm.class(name), earlier).unwrap();
                    if !is_new {
                        assert_eq!(realm.read(name, again, "n"), Value::Int(key / 2), "{name} {key}");
                    }
                    made.push((name, key / 2));
                    realm.assign(name, again, "n", Value::Int(key / 2));
                }
            }
        });
    }
    for (name, key) in made {
        let class = realm.class(name);
        let object = realm.find(class, &key_value_of(name, key)).unwrap().unwrap();
        assert_eq!(realm.read(name, object, "n"), Value::Int(key), "{name} {key}");
        assert_eq!(realm.primary_key(class, object).unwrap(), key_value_of(name, key));
    }
    assert_eq!(realm.size(realm.class("N")).unwrap(), 100);
    assert_eq!(realm.size(realm.class("T")).unwrap(), 100);
}

fn key_value_of(class: &str, key: i64) -> PrimaryKey {
    match class {
        "N" => PrimaryKey::Int(key),
        _ => PrimaryKey::String(format!("key {key}")),
    }
}

#[test]
fn objects_with_more_values_than_a_statement_takes_for_many_are_made_one_after_another() {
    const PROPERTIES: i64 = 1_200;
    let names: Vec<String> = (0..PROPERTIES).map(|at| format!("p{at}")).collect();
    let properties = std::iter::once(int("_id")).chain(names.iter().map(|name| int(name))).collect();
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema(vec![class("Wide", properties)]));
    realm.write(|realm| {
        for id in 0..40 {
            let object = realm.put("Wide", id);
            for (name, at) in names.iter().zip(0..) {
                realm.assign("Wide", object, name, Value::Int(id * PROPERTIES + at));
            }
        }
    });
    for id in 0..40 {
        assert_eq!(realm.read("Wide", ObjectKey(id), "p1199"), Value::Int(id * PROPERTIES + 1_199));
    }
}
