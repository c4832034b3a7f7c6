//! What the devices of a world write: things that refer to each other, with collections.

use std::collections::BTreeMap;

use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{ClassKey, Container, Content, ObjectKey, Realm};
use realm_sync::sync::Random;
use realm_sync::value::{ClientVersion, Link, PrimaryKey, Value};

pub const CLASS: &str = "Thing";
/// Objects that devices write to; few, so that they meet.
const OBJECTS: u64 = 6;

/// A realm's objects: key to the printed values of its properties.
pub type Snapshot = BTreeMap<i64, Vec<String>>;

pub fn schema() -> Schema {
    let property = |name: &str, property_type, nullable| Property {
        name: name.into(),
        property_type,
        collection: Collection::Single,
        nullable,
        indexed: false,
    };
    let collection = |name: &str, property_type, collection| Property {
        name: name.into(),
        property_type,
        collection,
        nullable: false,
        indexed: false,
    };
    Schema {
        classes: vec![Class {
            name: CLASS.into(),
            kind: ClassKind::TopLevel,
            primary_key: Some("_id".into()),
            properties: vec![
                property("_id", PropertyType::Int, false),
                property("name", PropertyType::String, false),
                property("count", PropertyType::Int, false),
                property("maybe", PropertyType::Double, true),
                property("any", PropertyType::Mixed, true),
                property("friend", PropertyType::Link { target: CLASS.into() }, true),
                collection("tags", PropertyType::String, Collection::List),
                collection("marks", PropertyType::Int, Collection::Set),
                collection("notes", PropertyType::String, Collection::Dictionary),
            ],
        }],
    }
}

/// One transaction that makes an object, and adds 1 to the one that is never erased.
pub fn put(realm: &mut Realm, id: i64) -> ClientVersion {
    realm.begin().unwrap();
    let class = realm.class_key(CLASS).unwrap();
    let (object, _) = realm.create(class, PrimaryKey::Int(id)).unwrap();
    set(realm, class, object, "name", Value::String(format!("name {id}")));
    let (counter, _) = realm.create(class, PrimaryKey::Int(0)).unwrap();
    let count = realm.property_key(class, "count").unwrap();
    realm.add_int(class, counter, count, 1).unwrap();
    realm.commit().unwrap().version
}

/// One transaction of a few random writes, and how much they added to the object that is never erased.
pub fn write(realm: &mut Realm, random: &mut Random) -> (ClientVersion, i64) {
    realm.begin().unwrap();
    let class = realm.class_key(CLASS).unwrap();
    let mut added = 0;
    for _ in 0..=random.below(3) {
        let id = random.below(OBJECTS) as i64;
        let (object, _) = realm.create(class, PrimaryKey::Int(id)).unwrap();
        match random.below(10) {
            0 => set(realm, class, object, "name", Value::String(format!("name {}", random.below(100)))),
            1 => {
                let values = [Value::Null, Value::Double(random.below(10) as f64)];
                set(realm, class, object, "maybe", pick(random, &values));
            }
            2 => set(realm, class, object, "any", pick(random, &[Value::Null, Value::Int(1), Value::Bool(true)])),
            3 => {
                let friend = random.below(OBJECTS) as i64;
                realm.create(class, PrimaryKey::Int(friend)).unwrap();
                let link = Link { class: CLASS.into(), key: PrimaryKey::Int(friend) };
                set(realm, class, object, "friend", Value::Link(link));
            }
            4 if id != 0 => realm.erase(class, object).unwrap(),
            5 if id != 0 => set(realm, class, object, "count", Value::Int(random.below(1000) as i64)),
            6 => change_list(realm, class, object, random),
            7 => change_set(realm, class, object, random),
            8 => change_dictionary(realm, class, object, random),
            _ => {
                let amount = random.below(10) as i64;
                let count = realm.property_key(class, "count").unwrap();
                realm.add_int(class, object, count, amount).unwrap();
                if id == 0 {
                    added += amount;
                }
            }
        }
    }
    (realm.commit().unwrap().version, added)
}

fn pick(random: &mut Random, values: &[Value]) -> Value {
    values[random.below(values.len() as u64) as usize].clone()
}

fn set(realm: &mut Realm, class: ClassKey, object: ObjectKey, name: &str, value: Value) {
    let property = realm.property_key(class, name).unwrap();
    realm.set(class, object, property, value).unwrap();
}

fn container(realm: &Realm, class: ClassKey, object: ObjectKey, name: &str) -> Container {
    let property = realm.property_key(class, name).unwrap();
    match realm.content(class, object, property).unwrap() {
        Content::List(container) | Content::Set(container) | Content::Dictionary(container) => container,
        other @ (Content::Value(_) | Content::Object(..)) => panic!("{name} is {other:?}"),
    }
}

fn change_list(realm: &mut Realm, class: ClassKey, object: ObjectKey, random: &mut Random) {
    let list = container(realm, class, object, "tags");
    let size = realm.list_size(list).unwrap();
    let value = Value::String(format!("tag {}", random.below(100)));
    match (random.below(6), size) {
        (0..=2, _) | (_, 0) => realm.list_insert(list, random.below(size + 1), value).unwrap(),
        (3, _) => realm.list_set(list, random.below(size), value).unwrap(),
        (4, _) => realm.list_move(list, random.below(size), random.below(size)).unwrap(),
        _ => realm.list_erase(list, random.below(size)).unwrap(),
    }
}

fn change_set(realm: &mut Realm, class: ClassKey, object: ObjectKey, random: &mut Random) {
    let set = container(realm, class, object, "marks");
    let value = Value::Int(random.below(5) as i64);
    match random.below(6) {
        0..=3 => realm.set_insert(set, value).unwrap(),
        _ => realm.set_erase(set, &value).unwrap(),
    };
}

fn change_dictionary(realm: &mut Realm, class: ClassKey, object: ObjectKey, random: &mut Random) {
    let dictionary = container(realm, class, object, "notes");
    let key = format!("key {}", random.below(4));
    match random.below(6) {
        0..=3 => realm.dictionary_set(dictionary, &key, Value::String(format!("note {}", random.below(100)))).unwrap(),
        4 => {
            realm.dictionary_erase(dictionary, &key).unwrap();
        }
        _ => realm.dictionary_clear(dictionary).unwrap(),
    }
}

pub fn snapshot(realm: &Realm) -> Snapshot {
    let class = realm.class_key(CLASS).unwrap();
    let mut snapshot = Snapshot::new();
    for object in realm.object_keys(class).unwrap() {
        let PrimaryKey::Int(id) = realm.primary_key(class, object).unwrap() else { panic!("keys are integers") };
        let names = ["name", "count", "maybe", "any", "friend"];
        let mut values: Vec<String> = names
            .iter()
            .map(|name| {
                let property = realm.property_key(class, name).unwrap();
                format!("{:?}", realm.get(class, object, property).unwrap())
            })
            .collect();
        let at = |name| container(realm, class, object, name);
        values.push(format!("{:?}", realm.list_contents(at("tags")).unwrap()));
        let mut marks: Vec<String> =
            realm.set_contents(at("marks")).unwrap().iter().map(|it| format!("{it:?}")).collect();
        marks.sort();
        values.push(format!("{marks:?}"));
        let mut notes = realm.dictionary_entries(at("notes")).unwrap();
        notes.sort_by(|one, other| one.0.cmp(&other.0));
        values.push(format!("{notes:?}"));
        snapshot.insert(id, values);
    }
    snapshot
}
