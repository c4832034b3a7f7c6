//! Lists and dictionaries in mixed values.

use realm_sync::store::{Container, Mode, NestedKind, ObjectKey, Realm, Refusal};
use realm_sync::value::Value;

use crate::lists::assert_nothing_left;
use crate::record::printed;
use crate::support::{assert_refused, example_schema, text, ByName, Home};

fn with_object() -> (Home, Realm, ObjectKey) {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    let mut object = ObjectKey(0);
    realm.write(|realm| object = realm.put("A", 1));
    (home, realm, object)
}

fn make(realm: &mut Realm, object: ObjectKey, kind: NestedKind) -> Container {
    let (class, any) = realm.at("A", "any");
    realm.set_collection(class, object, any, kind).unwrap()
}

#[test]
fn collections_nest_and_are_recorded_by_their_path() {
    let (home, mut realm, object) = with_object();
    realm.write(|realm| {
        let outer = make(realm, object, NestedKind::List);
        realm.list_insert(outer, 0, text("a")).unwrap();
        let inner = realm.list_insert_collection(outer, 0, NestedKind::Dictionary).unwrap();
        let leaf = realm.dictionary_set_collection(inner, "k", NestedKind::List).unwrap();
        // The handle follows its element.
        realm.list_insert(outer, 0, Value::Int(1)).unwrap();
        realm.list_insert(leaf, 0, Value::Double(4.5)).unwrap();
        realm.list_clear(leaf).unwrap();
        realm.list_clear(leaf).unwrap();
        realm.dictionary_clear(inner).unwrap();
        realm.list_set_collection(outer, 2, NestedKind::List).unwrap();
    });
    assert_eq!(
        printed(&home).last().unwrap().lines().collect::<Vec<_>>(),
        [
            "Update A[1].any = List",
            "Clear A[1].any List",
            "ArrayInsert A[1].any[0] = \"a\" size=0",
            "ArrayInsert A[1].any[0] = Dictionary size=1",
            "Update A[1].any[0].k = List",
            "Clear A[1].any[0].k List",
            "ArrayInsert A[1].any[0] = 1 size=2",
            "ArrayInsert A[1].any[1].k[0] = 4.5 size=0",
            "Clear A[1].any[1].k List",
            "Clear A[1].any[1].k List",
            "Update A[1].any[1].k = Erased",
            "ArrayErase A[1].any[2] size=3",
            "ArrayInsert A[1].any[2] = List size=2",
        ]
    );
    assert_eq!(realm.shown("A", object, "any"), r#"[1,{"$dict":{}},[]]"#);
}

#[test]
fn what_is_overwritten_takes_its_collections_with_it() {
    let (home, mut realm, object) = with_object();
    realm.begin().unwrap();
    let list = make(&mut realm, object, NestedKind::List);
    let inner = realm.list_insert_collection(list, 0, NestedKind::List).unwrap();
    realm.list_insert(inner, 0, Value::Int(1)).unwrap();
    assert_eq!(make(&mut realm, object, NestedKind::List), list);
    assert!(!realm.is_valid(inner).unwrap());
    assert_refused(realm.list_insert(inner, 0, Value::Int(1)), &Refusal::NoSuchCollection);
    let dictionary = make(&mut realm, object, NestedKind::Dictionary);
    assert!(!realm.is_valid(list).unwrap());
    realm.dictionary_set_collection(dictionary, "k", NestedKind::List).unwrap();
    realm.dictionary_set(dictionary, "k", Value::Int(1)).unwrap();
    realm.assign("A", object, "any", Value::Int(5));
    realm.commit().unwrap();
    assert_eq!(realm.shown("A", object, "any"), "5");
    assert_nothing_left(&home);
}

#[test]
fn nesting_ends_at_a_hundred() {
    let (_home, mut realm, object) = with_object();
    realm.begin().unwrap();
    let mut list = make(&mut realm, object, NestedKind::List);
    for _ in 1..100 {
        list = realm.list_insert_collection(list, 0, NestedKind::List).unwrap();
    }
    realm.list_insert(list, 0, Value::Int(1)).unwrap();
    assert_refused(realm.list_insert_collection(list, 0, NestedKind::Dictionary), &Refusal::TooDeep { limit: 100 });
    realm.commit().unwrap();
    assert_eq!(realm.list_size(list).unwrap(), 1);
    assert_eq!(realm.shown("A", object, "any"), format!("{}1{}", "[".repeat(100), "]".repeat(100)));
    realm.write(|realm| realm.assign("A", object, "any", Value::Null));
    assert!(!realm.is_valid(list).unwrap());
}

#[test]
fn moving_among_collections_writes_the_element_down_anew() {
    let (home, mut realm, object) = with_object();
    let mut made = Vec::new();
    realm.write(|realm| {
        let outer = make(realm, object, NestedKind::List);
        realm.list_insert(outer, 0, text("a")).unwrap();
        realm.list_insert(outer, 1, text("b")).unwrap();
        realm.list_move(outer, 0, 1).unwrap();
        let inner = realm.list_insert_collection(outer, 2, NestedKind::Dictionary).unwrap();
        let leaf = realm.dictionary_set_collection(inner, "k", NestedKind::List).unwrap();
        realm.list_insert(leaf, 0, Value::Int(1)).unwrap();
        realm.list_insert(leaf, 1, Value::Int(2)).unwrap();
        made.extend([outer, inner, leaf]);
    });
    assert!(printed(&home).last().unwrap().contains("ArrayMove A[1].any[0] to 1 size=2"));
    realm.write(|realm| {
        realm.list_move(made[0], 2, 0).unwrap();
        realm.list_insert(made[2], 2, Value::Int(3)).unwrap();
    });
    assert_eq!(
        printed(&home).last().unwrap().lines().collect::<Vec<_>>(),
        [
            "ArrayErase A[1].any[2] size=3",
            "ArrayInsert A[1].any[0] = Dictionary size=2",
            "Update A[1].any[0].k = List",
            "ArrayInsert A[1].any[0].k[0] = 1 size=0",
            "ArrayInsert A[1].any[0].k[1] = 2 size=1",
            "ArrayInsert A[1].any[0].k[2] = 3 size=2",
        ]
    );
    assert_eq!(realm.shown("A", object, "any"), r#"[{"$dict":{"k":[1,2,3]}},"b","a"]"#);
}

#[test]
fn only_mixed_values_become_collections() {
    let (_home, mut realm, object) = with_object();
    let (class, i) = realm.at("A", "i");
    let ints = realm.at_collection("A", object, "ints");
    realm.begin().unwrap();
    let found = |expected| Refusal::TypeMismatch { expected, found: "list" };
    assert_refused(realm.set_collection(class, object, i, NestedKind::List), &found("int"));
    assert_refused(realm.list_insert_collection(ints, 0, NestedKind::List), &found("int"));
    realm.commit().unwrap();
    assert_eq!(realm.list_size(ints).unwrap(), 0);
}
