//! Sets and dictionaries.

use realm_sync::store::{Content, Mode, ObjectKey, Realm, Refusal};
use realm_sync::value::{Decimal128, Value};

use crate::record::printed;
use crate::support::{assert_refused, example_schema, text, ByName, Home};

fn with_object(mode: Mode) -> (Home, Realm, ObjectKey) {
    let home = Home::new();
    let mut realm = home.open(mode, example_schema());
    let mut object = ObjectKey(0);
    realm.write(|realm| object = realm.put("A", 1));
    (home, realm, object)
}

#[test]
fn a_set_takes_each_value_once_and_records_only_what_changes() {
    let (home, mut realm, object) = with_object(Mode::Synced);
    let set = realm.at_collection("A", object, "nset");
    realm.write(|realm| {
        for (value, is_new) in
            [(Value::Int(3), true), (Value::Null, true), (Value::Int(-1), true), (Value::Int(3), false)]
        {
            assert_eq!(realm.set_insert(set, value).unwrap(), is_new);
        }
        assert!(!realm.set_erase(set, &Value::Int(7)).unwrap());
        assert!(realm.set_contains(set, &Value::Null).unwrap());
        assert!(realm.set_erase(set, &Value::Null).unwrap());
    });
    assert_eq!(realm.set_size(set).unwrap(), 2);
    assert_eq!(realm.set_contents(set).unwrap(), [Content::Value(Value::Int(-1)), Content::Value(Value::Int(3))]);
    realm.write(|realm| {
        realm.set_clear(set).unwrap();
        realm.set_clear(set).unwrap();
    });
    let recorded = printed(&home);
    let tail: Vec<&str> = recorded[recorded.len() - 2..].iter().flat_map(|text| text.lines()).collect();
    assert_eq!(
        tail,
        [
            "SetInsert A[1].nset 3",
            "SetInsert A[1].nset null",
            "SetInsert A[1].nset -1",
            "SetErase A[1].nset null",
            "Clear A[1].nset Set",
        ]
    );
}

#[test]
fn values_of_one_type_that_are_equal_are_one_element_and_others_are_not() {
    let (_home, mut realm, object) = with_object(Mode::Local);
    let set = realm.at_collection("A", object, "mset");
    let decimal = |text: &str| Value::Decimal(text.parse::<Decimal128>().unwrap());
    realm.write(|realm| {
        let mut insert = |value: Value| realm.set_insert(set, value).unwrap();
        assert!(insert(Value::Double(0.0)));
        assert!(!insert(Value::Double(-0.0)));
        assert!(insert(Value::Float(0.0)));
        assert!(insert(Value::Int(0)));
        assert!(insert(decimal("1.0")));
        assert!(!insert(decimal("1.00")));
        assert!(insert(decimal("10")));
        assert!(insert(text("a")));
        assert!(insert(Value::Binary(b"a".to_vec())));
        assert!(insert(Value::Bool(false)));
        assert!(insert(Value::Double(f64::NAN)));
        assert!(!insert(Value::Double(f64::NAN)));
    });
    assert_eq!(realm.set_size(set).unwrap(), 9);
    assert!(realm.set_contains(set, &decimal("1")).unwrap());
    assert!(!realm.set_contains(set, &text("b")).unwrap());
}

#[test]
fn a_dictionary_puts_overwrites_and_erases_keys() {
    let (home, mut realm, object) = with_object(Mode::Synced);
    let dictionary = realm.at_collection("A", object, "dict");
    realm.write(|realm| {
        realm.dictionary_clear(dictionary).unwrap();
        realm.dictionary_set(dictionary, "k", Value::Int(1)).unwrap();
        realm.dictionary_set(dictionary, "k", Value::Int(1)).unwrap();
        realm.dictionary_set(dictionary, "", Value::Null).unwrap();
        realm.dictionary_set(dictionary, "a\0b", text("x")).unwrap();
        assert!(realm.dictionary_erase(dictionary, "k").unwrap());
        assert!(!realm.dictionary_erase(dictionary, "k").unwrap());
    });
    assert_eq!(realm.dictionary_size(dictionary).unwrap(), 2);
    assert_eq!(realm.dictionary_keys(dictionary).unwrap(), ["", "a\0b"]);
    assert_eq!(realm.dictionary_get(dictionary, "").unwrap(), Some(Content::Value(Value::Null)));
    assert_eq!(realm.dictionary_get(dictionary, "k").unwrap(), None);
    realm.write(|realm| realm.dictionary_clear(dictionary).unwrap());
    let recorded = printed(&home);
    let tail: Vec<&str> = recorded[recorded.len() - 2..].iter().flat_map(|text| text.lines()).collect();
    assert_eq!(
        tail,
        [
            "Update A[1].dict.k = 1",
            "Update A[1].dict.k = 1",
            "Update A[1].dict. = null",
            "Update A[1].dict.a\0b = \"x\"",
            "Update A[1].dict.k = Erased",
            "Clear A[1].dict Dictionary",
        ]
    );
}

#[test]
fn wrong_values_are_refused() {
    let (_home, mut realm, object) = with_object(Mode::Synced);
    let (set, dictionary) = (realm.at_collection("A", object, "iset"), realm.at_collection("A", object, "ldict"));
    realm.begin().unwrap();
    assert_refused(realm.set_insert(set, Value::Null), &Refusal::NullNotAllowed);
    assert_refused(realm.set_erase(set, &text("x")), &Refusal::TypeMismatch { expected: "int", found: "string" });
    let mismatch = Refusal::TypeMismatch { expected: "link", found: "int" };
    assert_refused(realm.dictionary_set(dictionary, "k", Value::Int(1)), &mismatch);
    let mismatch = Refusal::TypeMismatch { expected: "embedded object", found: "link" };
    assert_refused(realm.dictionary_set_embedded(dictionary, "k"), &mismatch);
    let nested = realm.dictionary_set_collection(dictionary, "k", realm_sync::store::NestedKind::List);
    assert_refused(nested, &Refusal::TypeMismatch { expected: "link", found: "list" });
    realm.commit().unwrap();
}
