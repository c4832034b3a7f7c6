//! Lists: found, inserted, moved and erased at any place, and recorded so.

use realm_sync::store::{Container, Content, Mode, NestedKind, ObjectKey, Realm, Refusal};
use realm_sync::value::Value;

use crate::dice::Dice;
use crate::record::printed;
use crate::support::{assert_refused, example_schema, text, ByName, Home};

fn ints(realm: &Realm, list: Container) -> Vec<i64> {
    let contents = realm.list_contents(list).unwrap();
    contents
        .into_iter()
        .map(|content| match content {
            Content::Value(Value::Int(int)) => int,
            other => panic!("{other:?}"),
        })
        .collect()
}

fn with_list(mode: Mode) -> (Home, Realm, ObjectKey, Container) {
    let home = Home::new();
    let mut realm = home.open(mode, example_schema());
    let mut object = ObjectKey(0);
    realm.write(|realm| object = realm.put("A", 1));
    let list = realm.at_collection("A", object, "ints");
    (home, realm, object, list)
}

#[test]
fn a_list_is_what_a_vector_would_be_after_any_changes() {
    let (home, mut realm, object, list) = with_list(Mode::Local);
    let mut wanted: Vec<i64> = Vec::new();
    let mut dice = Dice::Seed(7);
    // A few places get most of the changes, so that chunks are cut there again and again.
    realm.write(|realm| {
        for n in 0..6_000 {
            let size = wanted.len();
            let at = match dice.roll(4) {
                0 => 0,
                1 => size,
                2 => (size / 3).min(size),
                _ => dice.roll(size + 1),
            };
            match dice.roll(10) {
                0..6 => {
                    realm.list_insert(list, at as u64, Value::Int(n)).unwrap();
                    wanted.insert(at, n);
                }
                6 if at < size => {
                    realm.list_set(list, at as u64, Value::Int(-n)).unwrap();
                    wanted[at] = -n;
                }
                7 if at < size => {
                    realm.list_erase(list, at as u64).unwrap();
                    wanted.remove(at);
                }
                8 | 9 if at < size => {
                    let to = dice.roll(size);
                    realm.list_move(list, at as u64, to as u64).unwrap();
                    let moved = wanted.remove(at);
                    wanted.insert(to, moved);
                }
                _ => {}
            }
            assert_eq!(realm.list_size(list).unwrap(), wanted.len() as u64);
        }
    });
    assert_eq!(ints(&realm, list), wanted);
    assert_eq!(realm.list_find(list, &Value::Int(wanted[77])).unwrap(), Some(77));
    assert_eq!(realm.list_find(list, &Value::Int(i64::MAX)).unwrap(), None);
    for at in (0..wanted.len()).step_by(97) {
        assert_eq!(realm.list_get(list, at as u64).unwrap(), Content::Value(Value::Int(wanted[at])));
    }
    // As any SQLite tool sees it.
    let sql = "SELECT value FROM A JOIN _realm_list ON container = A.ints ORDER BY position";
    let sqlite = home.sqlite();
    let mut statement = sqlite.prepare(sql).unwrap();
    let seen: Vec<i64> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    assert_eq!(seen, wanted);
    realm.write(|realm| {
        let class = realm.class("A");
        realm.erase(class, object).unwrap();
    });
    assert_nothing_left(&home);
}

#[track_caller]
pub fn assert_nothing_left(home: &Home) {
    for table in
        ["_realm_container", "_realm_chunk", "_realm_list_entry", "_realm_dictionary_entry", "_realm_set_entry"]
    {
        let sql = format!("SELECT count(*) FROM {table}");
        let left: i64 = home.sqlite().query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(left, 0, "{table}");
    }
}

#[test]
fn inserting_at_one_place_again_and_again_keeps_the_order() {
    let (_home, mut realm, _, list) = with_list(Mode::Local);
    realm.write(|realm| {
        realm.list_insert(list, 0, Value::Int(-1)).unwrap();
        realm.list_insert(list, 1, Value::Int(-2)).unwrap();
        for n in 0..2_000 {
            realm.list_insert(list, 1, Value::Int(n)).unwrap();
        }
    });
    let wanted: Vec<i64> = std::iter::once(-1).chain((0..2_000).rev()).chain([-2]).collect();
    assert_eq!(ints(&realm, list), wanted);
}

#[test]
fn chunks_stay_filled_wherever_runs_of_insertions_go() {
    for (start, step) in [(0, 0), (0, 1), (256, 0), (256, 1), (255, 0), (1_000, 1), (500, 0)] {
        let (home, mut realm, _, list) = with_list(Mode::Local);
        let mut wanted: Vec<i64> = (0..1_024).collect();
        realm.write(|realm| {
            for n in 0..1_024 {
                realm.list_insert(list, n as u64, Value::Int(n)).unwrap();
            }
            for n in 0..2_000 {
                let at = start + step * n as usize;
                realm.list_insert(list, at as u64, Value::Int(-n)).unwrap();
                wanted.insert(at, -n);
            }
        });
        assert_eq!(ints(&realm, list), wanted, "from {start} by {step}");
        let chunks: i64 = home.sqlite().query_row("SELECT count(*) FROM _realm_chunk", [], |row| row.get(0)).unwrap();
        assert!(chunks <= 26, "from {start} by {step}: {chunks} chunks for 3,024 elements");
    }
}

#[test]
fn every_change_of_a_list_is_recorded_with_its_size() {
    let (home, mut realm, _, list) = with_list(Mode::Synced);
    realm.write(|realm| {
        for (at, n) in [(0, 10), (1, 20), (2, 30)] {
            realm.list_insert(list, at, Value::Int(n)).unwrap();
        }
        realm.list_set(list, 1, Value::Int(20)).unwrap();
        realm.list_move(list, 0, 2).unwrap();
        realm.list_move(list, 1, 1).unwrap();
        realm.list_erase(list, 0).unwrap();
        realm.list_clear(list).unwrap();
        // Empty already: nothing to say.
        realm.list_clear(list).unwrap();
    });
    assert_eq!(
        printed(&home).last().unwrap().lines().collect::<Vec<_>>(),
        [
            "ArrayInsert A[1].ints[0] = 10 size=0",
            "ArrayInsert A[1].ints[1] = 20 size=1",
            "ArrayInsert A[1].ints[2] = 30 size=2",
            "Update A[1].ints[1] = 20 size=3",
            "ArrayMove A[1].ints[0] to 2 size=3",
            "ArrayErase A[1].ints[0] size=3",
            "Clear A[1].ints List",
        ]
    );
}

#[test]
fn what_does_not_fit_a_list_is_refused_and_not_recorded() {
    let (home, mut realm, object, list) = with_list(Mode::Synced);
    realm.begin().unwrap();
    realm.list_insert(list, 0, Value::Int(1)).unwrap();
    assert_refused(realm.list_insert(list, 2, Value::Int(1)), &Refusal::IndexOutOfRange { index: 2, size: 1 });
    assert_refused(realm.list_set(list, 1, Value::Int(1)), &Refusal::IndexOutOfRange { index: 1, size: 1 });
    assert_refused(realm.list_erase(list, 1), &Refusal::IndexOutOfRange { index: 1, size: 1 });
    assert_refused(realm.list_move(list, 0, 1), &Refusal::IndexOutOfRange { index: 1, size: 1 });
    assert_refused(realm.list_get(list, u64::MAX), &Refusal::IndexOutOfRange { index: u64::MAX, size: 1 });
    let mismatch = Refusal::TypeMismatch { expected: "int", found: "string" };
    assert_refused(realm.list_insert(list, 0, text("x")), &mismatch);
    assert_refused(realm.list_insert(list, 0, Value::Null), &Refusal::NullNotAllowed);
    let (class, property) = realm.at("A", "ints");
    let whole = Refusal::TypeMismatch { expected: "list", found: "value" };
    assert_refused(realm.set(class, object, property, Value::Int(1)), &whole);
    assert_refused(realm.add_int(class, object, property, 1), &Refusal::NotAnInteger { found: "list" });
    assert_refused(
        realm.get(class, object, property),
        &Refusal::TypeMismatch { expected: "single value", found: "list" },
    );
    assert_refused(realm.set_insert(list, Value::Int(1)), &Refusal::TypeMismatch { expected: "set", found: "list" });
    realm.commit().unwrap();
    assert_eq!(printed(&home).last().unwrap().lines().count(), 1);
}

#[test]
fn a_list_goes_with_its_object_and_a_rollback_takes_changes_back() {
    let (home, mut realm, object, list) = with_list(Mode::Local);
    realm.write(|realm| realm.list_insert(list, 0, Value::Int(1)).unwrap());
    realm.begin().unwrap();
    realm.list_insert(list, 1, Value::Int(2)).unwrap();
    realm.rollback().unwrap();
    assert_eq!(ints(&realm, list), [1]);
    assert!(realm.is_valid(list).unwrap());
    realm.write(|realm| {
        let class = realm.class("A");
        realm.erase(class, object).unwrap();
    });
    assert!(!realm.is_valid(list).unwrap());
    assert_refused(realm.list_size(list), &Refusal::NoSuchObject);
    assert_nothing_left(&home);
}

#[test]
fn the_lists_of_an_object_that_waits_for_its_values_are_there_and_empty() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    let out = Refusal::IndexOutOfRange { index: 0, size: 0 };
    realm.begin().unwrap();
    for (id, name) in (0..).zip(["anys", "embs"]) {
        let object = realm.put("A", id);
        let (class, property) = realm.at("A", name);
        let list = Container::Property { class, object, property };
        match name {
            "anys" => assert_refused(realm.list_set_collection(list, 0, NestedKind::List), &out),
            _ => assert_refused(realm.list_set_embedded(list, 0), &out),
        }
    }
}
