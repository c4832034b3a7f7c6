//! A state written down as changesets makes the same state again.

use realm_sync::changeset::{decode, encode, Changeset};
use realm_sync::schema::{Class, ClassKind, Collection, Schema};
use realm_sync::store::{Download, Gate, Mode, Realm, Snapshot, State};
use realm_sync::value::{OriginTimestamp, PrimaryKey, UploadCursor, Uuid, Value};

use crate::changes::change;
use crate::dice::Dice;
use crate::dump::dump;
use crate::support::{
    changesets, class, example_schema, int, keyless, link, link_to, many, mixed, property, schema, text, ByName, Home,
};
use crate::values::all_types;

fn snapshot(home: &Home, limit_bytes: usize) -> Vec<Changeset> {
    let connection = home.sqlite();
    let state = State::load(&connection).unwrap();
    let mut snapshot = Snapshot::new(limit_bytes);
    std::iter::from_fn(|| snapshot.next_changeset(&state, &connection).unwrap()).collect()
}

fn printed(home: &Home) -> String {
    print_all(&snapshot(home, usize::MAX))
}

fn print_all(changesets: &[Changeset]) -> String {
    changesets.iter().map(|changeset| changeset.print().to_string()).collect::<Vec<_>>().join("\n")
}

/// Another device that has been told nothing else.
fn copy(changesets_of_it: &[Changeset]) -> (Home, Realm) {
    let there = Home::new();
    let mut store = there.sync_store_with_ident();
    let sent = changesets_of_it.iter().map(|changeset| (OriginTimestamp(0), encode(changeset))).collect();
    store.integrate(&changesets(sent, 0, 0), &Gate::new().permit()).unwrap();
    let realm = there.try_open(Mode::Synced, None).unwrap();
    (there, realm)
}

/// Sizes of all collections and the links that hide in them.
fn counts(home: &Home) -> (i64, i64) {
    let sql = "SELECT coalesce(sum(size), 0), coalesce(sum(hidden), 0) FROM _realm_container";
    home.sqlite().query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap()
}

#[track_caller]
fn assert_copied(home: &Home, realm: &Realm, limit_bytes: usize) -> (Home, Realm) {
    let (there, copied) = copy(&snapshot(home, limit_bytes));
    assert_eq!(dump(realm), dump(&copied));
    assert_eq!(counts(home), counts(&there));
    assert_eq!(printed(home), printed(&there));
    (there, copied)
}

/// Makes `B` 0 to 3, as far as they do not exist.
fn put_all(realm: &mut Realm) {
    realm.write(|realm| {
        for key in 0..4 {
            realm.put("B", key);
        }
    });
}

/// What a device with the same schema says when it erases `B` 0 to 3, which it alone has.
fn erasures() -> Download {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    put_all(&mut realm);
    let from = home.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap().scanned_to;
    realm.write(|realm| {
        let class = realm.class("B");
        for object in realm.object_keys(class).unwrap() {
            realm.erase(class, object).unwrap();
        }
    });
    let sent = home.sync_store().scan_uploads(from, usize::MAX, usize::MAX).unwrap().changesets;
    changesets(sent.into_iter().map(|sent| (OriginTimestamp(9), sent.changeset)).collect(), 0, 1_000_000)
}

#[test]
fn a_copy_of_any_state_is_equal_with_all_that_is_hidden_in_it() {
    let mut hidden = 0;
    for seed in 0..12 {
        let mut dice = Dice::Seed(seed);
        let home = Home::new();
        let mut realm = home.open(Mode::Synced, example_schema());
        realm.write(|realm| (0..250).for_each(|_| change(realm, &mut dice)));
        if seed % 2 == 0 {
            home.sync_store_with_ident().integrate(&erasures(), &Gate::new().permit()).unwrap();
        }
        let limit_bytes = [1, 100, 2_000, usize::MAX][seed as usize % 4];
        let (_there, mut copied) = assert_copied(&home, &realm, limit_bytes);
        hidden += counts(&home).1;
        // What was hidden shows itself again, in both.
        put_all(&mut realm);
        put_all(&mut copied);
        assert_eq!(dump(&realm), dump(&copied), "seed {seed}");
    }
    assert!(hidden > 0, "no seed hid anything");
}

#[test]
fn every_value_of_every_type_is_copied_wherever_it_is() {
    let home = Home::new();
    let mut properties = vec![int("_id"), mixed("mixed"), many(Collection::List, mixed("mixed[]"))];
    for (property_type, _) in all_types() {
        let name = property_type.name();
        for nullable in [false, true] {
            let mark = if nullable { "?" } else { "" };
            let of = |name: String| property(&name, property_type.clone(), nullable);
            properties.push(of(format!("{name}{mark}")));
            properties.push(many(Collection::List, of(format!("{name}{mark}[]"))));
            properties.push(many(Collection::Set, of(format!("{name}{mark}<>"))));
            properties.push(many(Collection::Dictionary, of(format!("{name}{mark}{{}}"))));
        }
    }
    let mut realm = home.open(Mode::Synced, schema(vec![class("Thing", properties)]));
    realm.write(|realm| {
        let mut next = 0;
        for (property_type, values) in all_types() {
            let name = property_type.name();
            for value in values.into_iter().map(Some).chain([None]) {
                next += 1;
                let object = realm.put("Thing", next);
                let mark = if value.is_none() { "?" } else { "" };
                let value = value.unwrap_or(Value::Null);
                realm.assign("Thing", object, &format!("{name}{mark}"), value.clone());
                realm.assign("Thing", object, "mixed", value.clone());
                let at = |realm: &Realm, kind| realm.at_collection("Thing", object, &format!("{name}{mark}{kind}"));
                for index in 0..2 {
                    let mixed = realm.at_collection("Thing", object, "mixed[]");
                    realm.list_insert(mixed, index, value.clone()).unwrap();
                    realm.list_insert(at(realm, "[]"), index, value.clone()).unwrap();
                }
                realm.set_insert(at(realm, "<>"), value.clone()).unwrap();
                for key in ["", "a\0", "é"] {
                    realm.dictionary_set(at(realm, "{}"), key, value.clone()).unwrap();
                }
            }
        }
    });
    assert_copied(&home, &realm, 10_000);
}

#[test]
fn objects_are_copied_under_every_kind_of_key_and_those_without_keep_their_identity() {
    let home = Home::new();
    let uuid = |name: &str| property(name, realm_sync::schema::PropertyType::Uuid, true);
    let texts =
        class("Text", vec![property("_id", realm_sync::schema::PropertyType::String, true), link("free", "Free")]);
    let free = keyless("Free", vec![int("n"), link("next", "Free"), many(Collection::Set, link("all", "Free"))]);
    let asymmetric = Class { kind: ClassKind::Asymmetric, ..class("Event", vec![int("_id")]) };
    let empty = class("Empty", vec![uuid("_id")]);
    let embedded = Class { kind: ClassKind::Embedded, ..keyless("Leaf", vec![int("x")]) };
    let uuids = class("Id", vec![uuid("_id"), mixed("any")]);
    let mut realm = home.open(Mode::Synced, schema(vec![free, texts, asymmetric, empty, embedded, uuids]));
    home.sync_store_with_ident();
    realm.write(|realm| {
        let class = realm.class("Free");
        let made: Vec<_> = (0..3).map(|_| realm.create_without_key(class).unwrap()).collect();
        let keys: Vec<_> = made.iter().map(|&object| realm.primary_key(class, object).unwrap()).collect();
        realm.assign("Free", made[0], "next", link_to("Free", keys[1].clone()));
        let all = realm.at_collection("Free", made[1], "all");
        for key in &keys {
            realm.set_insert(all, link_to("Free", key.clone())).unwrap();
        }
        let null = realm.put("Text", PrimaryKey::Null);
        realm.assign("Text", null, "free", link_to("Free", keys[2].clone()));
        realm.put("Text", "");
        let id = realm.put("Id", PrimaryKey::Uuid(Uuid([7; 16])));
        realm.assign("Id", id, "any", link_to("Text", PrimaryKey::Null));
        realm.put("Id", PrimaryKey::Null);
        realm.put("Event", 1);
        // Numbers that are not used again must not shift what follows.
        realm.erase(class, made[0]).unwrap();
    });
    assert_copied(&home, &realm, 50);
}

#[test]
fn changesets_keep_to_their_size_and_together_say_the_same() {
    let home = Home::new();
    let mut realm =
        home.open(Mode::Synced, schema(vec![class("A", vec![int("_id"), many(Collection::List, mixed("l"))])]));
    realm.write(|realm| {
        for key in 0..20 {
            let object = realm.put("A", key);
            let list = realm.at_collection("A", object, "l");
            (0..200).for_each(|at| realm.list_insert(list, at, text("0123456789")).unwrap());
        }
    });
    let limit_bytes = 4_000;
    let cut = snapshot(&home, limit_bytes);
    assert!(cut.len() > 20, "{}", cut.len());
    for changeset in &cut {
        let bytes = encode(changeset);
        assert!(bytes.len() < limit_bytes + 100, "{}", bytes.len());
        assert_eq!(decode(&bytes).unwrap().print().to_string(), changeset.print().to_string());
    }
    assert_eq!(print_all(&cut), printed(&home));
    assert_copied(&home, &realm, limit_bytes);
}

#[test]
fn nothing_is_said_of_an_empty_state() {
    let home = Home::new();
    drop(home.open(Mode::Synced, Schema { classes: Vec::new() }));
    assert!(snapshot(&home, 1).is_empty());
}
