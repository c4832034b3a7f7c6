//! Schemas: valid ones, additions, and contradictions.

use realm_sync::schema::{Class, Property, PropertyType, Schema, SchemaError};
use realm_sync::store::{Mode, StoreError};
use realm_sync::value::{ClientVersion, Value};

use crate::support::{class, int, keyless, link, mixed, property, schema, string, text, ByName, Home};

fn refusal(classes: Vec<Class>) -> SchemaError {
    schema(classes).validate().unwrap_err()
}

#[test]
fn a_schema_with_a_mistake_is_refused_by_name() {
    let name = |text: &str| text.to_owned();
    let with = |wrong: Property| vec![class("A", vec![int("_id"), wrong])];
    assert_eq!(refusal(vec![class("", vec![int("_id")])]), SchemaError::EmptyClassName);
    assert_eq!(
        refusal(vec![class(&"x".repeat(58), vec![int("_id")])]),
        SchemaError::ClassNameTooLong { class: "x".repeat(58), size: 58, limit: 57 }
    );
    assert_eq!(
        refusal(vec![keyless("A", vec![]), keyless("A", vec![])]),
        SchemaError::DuplicateClass { class: name("A") }
    );
    assert_eq!(refusal(with(int(""))), SchemaError::EmptyPropertyName { class: name("A") });
    assert!(matches!(
        refusal(with(int(&"x".repeat(64)))),
        SchemaError::PropertyNameTooLong { size: 64, limit: 63, .. }
    ));
    assert_eq!(refusal(with(int("_id"))), SchemaError::DuplicateProperty { class: name("A"), property: name("_id") });
    assert_eq!(
        refusal(with(link("b", "B"))),
        SchemaError::MissingTarget { class: name("A"), property: name("b"), target: name("B") }
    );
    assert_eq!(
        refusal(with(property("any", PropertyType::Mixed, false))),
        SchemaError::MustBeNullable { class: name("A"), property: name("any") }
    );
    let target = PropertyType::Link { target: name("A") };
    assert_eq!(
        refusal(with(property("a", target, false))),
        SchemaError::MustBeNullable { class: name("A"), property: name("a") }
    );
    assert_eq!(
        refusal(vec![class("A", vec![property("_id", PropertyType::Double, false)])]),
        SchemaError::InvalidPrimaryKey { class: name("A"), property: name("_id") }
    );
    let lost = Class { primary_key: Some(name("id")), ..keyless("A", vec![int("_id")]) };
    assert_eq!(refusal(vec![lost]), SchemaError::MissingPrimaryKey { class: name("A"), property: name("id") });
}

#[test]
fn names_at_the_limit_are_fine() {
    let home = Home::new();
    let (class_name, property_name) = ("C".repeat(57), "p".repeat(63));
    let mut realm = home.open(Mode::Synced, schema(vec![class(&class_name, vec![int("_id"), int(&property_name)])]));
    realm.write(|realm| {
        let object = realm.put(&class_name, 1);
        realm.assign(&class_name, object, &property_name, Value::Int(5));
        assert_eq!(realm.read(&class_name, object, &property_name), Value::Int(5));
    });
}

#[test]
fn a_schema_reads_back_as_it_was_declared() {
    let home = Home::new();
    let count = Property { indexed: true, ..property("count", PropertyType::Int, true) };
    let wanted = schema(vec![
        class("Person", vec![string("_id"), count, link("dog", "Dog"), mixed("any")]),
        class("Dog", vec![property("_id", PropertyType::ObjectId, true), link("owner", "Person")]),
        keyless("Note", vec![string("text")]),
    ]);
    drop(home.open(Mode::Local, wanted.clone()));
    assert_eq!(home.try_open(Mode::ReadOnly, None).unwrap().schema(), wanted);
}

#[test]
fn additions_give_old_objects_the_default_and_keep_their_values() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, schema(vec![class("A", vec![int("_id"), int("n")])]));
    realm.write(|realm| {
        let object = realm.put("A", 1);
        realm.assign("A", object, "n", Value::Int(5));
    });
    drop(realm);
    let more = vec![class("A", vec![int("_id"), int("n"), string("s"), link("b", "B")]), class("B", vec![int("_id")])];
    let realm = home.open(Mode::Local, schema(more));
    let object = realm.object_keys(realm.class("A")).unwrap()[0];
    assert_eq!(realm.read("A", object, "n"), Value::Int(5));
    assert_eq!(realm.read("A", object, "s"), text(""));
    assert_eq!(realm.read("A", object, "b"), Value::Null);
}

#[test]
fn a_smaller_schema_takes_nothing_away() {
    let home = Home::new();
    drop(home.open(Mode::Local, schema(vec![class("A", vec![int("_id"), int("n")]), class("B", vec![int("_id")])])));
    let realm = home.open(Mode::Local, schema(vec![class("A", vec![int("_id")])]));
    assert_eq!(realm.schema().classes.len(), 2);
    assert!(realm.schema().class("A").unwrap().property("n").is_some());
}

#[test]
fn a_contradiction_names_the_property_and_changes_nothing() {
    let home = Home::new();
    drop(home.open(Mode::Synced, schema(vec![class("A", vec![int("_id"), int("n")])])));
    let before = home.sync_store().status().unwrap().newest_version;
    let refused = |wanted: Schema| match home.try_open(Mode::Synced, Some(wanted)) {
        Err(StoreError::Schema(error)) => error,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a contradiction was accepted"),
    };
    let changed = schema(vec![class("New", vec![int("_id")]), class("A", vec![int("_id"), string("n"), int("new")])]);
    assert_eq!(
        refused(changed),
        SchemaError::PropertyChanged {
            class: "A".to_owned(),
            property: "n".to_owned(),
            persisted: "int".to_owned(),
            wanted: "string".to_owned()
        }
    );
    let nullable = property("n", PropertyType::Int, true);
    assert!(matches!(
        refused(schema(vec![class("A", vec![int("_id"), nullable])])),
        SchemaError::PropertyChanged { .. }
    ));
    assert!(matches!(
        refused(schema(vec![class("A", vec![string("_id"), int("n")])])),
        SchemaError::PrimaryKeyChanged { .. }
    ));
    assert!(matches!(refused(schema(vec![keyless("A", vec![int("n")])])), SchemaError::PrimaryKeyChanged { .. }));
    let realm = home.try_open(Mode::Synced, None).unwrap();
    assert_eq!(realm.schema(), schema(vec![class("A", vec![int("_id"), int("n")])]));
    assert_eq!(realm.version().unwrap(), before);
    assert_eq!(before, ClientVersion(2));
}

#[test]
fn names_that_sqlite_cannot_tell_apart_or_reserves_are_kept_apart() {
    let home = Home::new();
    let classes = ["Foo", "foo", "FOO", "sqlite_x", "_realm_class", "a\"b", "a b", "naïve", "n\0l", "Foo__", "rowid"];
    let properties =
        ["Bar", "bar", "BAR", "sqlite_y", "_realm_object", "_realm_key", "rowid", "oid", "q\"q", "n\0l", "select"];
    let declared: Vec<Class> = classes
        .iter()
        .flat_map(|name| {
            let columns: Vec<Property> = properties.iter().map(|name| int(name)).collect();
            [class(name, columns.clone()), keyless(&format!("{name}!"), columns)]
        })
        .collect();
    let mut realm = home.open(Mode::Synced, schema(declared.clone()));
    realm.write(|realm| {
        for (n, class) in declared.iter().enumerate() {
            let key = realm.class(&class.name);
            let object = match &class.primary_key {
                Some(_) => realm.put(&class.name, n as i64),
                None => realm.create_without_key(key).unwrap(),
            };
            for (p, name) in
                properties.iter().enumerate().filter(|(_, name)| class.primary_key.as_deref() != Some(name))
            {
                realm.assign(&class.name, object, name, Value::Int((n * 100 + p) as i64));
            }
        }
    });
    drop(realm);
    let realm = home.open(Mode::Synced, schema(declared.clone()));
    for (n, class) in declared.iter().enumerate() {
        let key = realm.class(&class.name);
        assert_eq!(realm.size(key).unwrap(), 1, "{}", class.name);
        let object = realm.object_keys(key).unwrap()[0];
        for (p, name) in properties.iter().enumerate().filter(|(_, name)| class.primary_key.as_deref() != Some(name)) {
            assert_eq!(
                realm.read(&class.name, object, name),
                Value::Int((n * 100 + p) as i64),
                "{}.{name}",
                class.name
            );
        }
    }
    // The first of its kind keeps its name.
    let table: i64 = home.sqlite().query_row("SELECT Bar FROM Foo", [], |row| row.get(0)).unwrap();
    assert_eq!(table, 0);
}

#[test]
fn a_search_index_comes_and_goes_without_being_recorded() {
    let home = Home::new();
    let plain = schema(vec![class("A", vec![int("_id"), string("name")])]);
    let indexed = schema(vec![class("A", vec![int("_id"), Property { indexed: true, ..string("name") }])]);
    let plan = || -> String {
        let sql = "EXPLAIN QUERY PLAN SELECT * FROM A WHERE name = 'x'";
        home.sqlite().query_row(sql, [], |row| row.get(3)).unwrap()
    };
    drop(home.open(Mode::Synced, plain.clone()));
    assert!(plan().contains("SCAN"), "{}", plan());
    drop(home.open(Mode::Synced, indexed.clone()));
    assert!(plan().contains("INDEX _realm_search"), "{}", plan());
    assert_eq!(home.sync_store().pending_uploads().unwrap().count, 1);
    drop(home.open(Mode::Synced, plain));
    assert!(plan().contains("SCAN"), "{}", plan());
}

#[test]
fn another_handle_sees_an_added_class_after_refresh() {
    let home = Home::new();
    let mut first = home.open(Mode::Local, schema(vec![class("A", vec![int("_id")])]));
    drop(home.open(Mode::Local, schema(vec![class("B", vec![int("_id")])])));
    assert_eq!(first.class_key("B"), None);
    assert!(first.refresh().unwrap());
    assert!(first.class_key("B").is_some());
    assert!(!first.refresh().unwrap());
}
