//! Embedded objects: made, reached and erased through their owner.

use realm_sync::store::{Content, Mode, ObjectKey, Realm, Refusal};
use realm_sync::value::{PrimaryKey, Value};

use crate::lists::assert_nothing_left;
use crate::record::printed;
use crate::support::{assert_refused, example_schema, ByName, Home};

fn with_object() -> (Home, Realm, ObjectKey) {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    let mut object = ObjectKey(0);
    realm.write(|realm| object = realm.put("A", 1));
    (home, realm, object)
}

fn lines(home: &Home) -> Vec<String> {
    printed(home).last().unwrap().lines().map(str::to_owned).collect()
}

#[test]
fn an_embedded_object_is_written_by_its_own_key_and_recorded_by_its_path() {
    let (home, mut realm, object) = with_object();
    let (class, emb) = realm.at("A", "emb");
    let (e, sub) = realm.at("E", "sub");
    realm.write(|realm| {
        let outer = realm.set_embedded(class, object, emb).unwrap();
        let inner = realm.set_embedded(e, outer, sub).unwrap();
        realm.assign("E", inner, "x", Value::Int(5));
        let (_, x) = realm.at("E", "x");
        realm.add_int(e, inner, x, 2).unwrap();
        let xs = realm.at_collection("E", inner, "xs");
        realm.list_insert(xs, 0, Value::Int(7)).unwrap();
        // Over an existing one.
        let fresh = realm.set_embedded(class, object, emb).unwrap();
        assert_ne!(fresh, outer);
        assert_eq!(realm.owner(e, fresh).unwrap(), (class, object));
        assert!(!realm.exists(e, inner).unwrap());
        realm.assign("A", object, "emb", Value::Null);
    });
    assert_eq!(
        lines(&home),
        [
            "Update A[1].emb = ObjectValue",
            "Update A[1].emb.sub = ObjectValue",
            "Update A[1].emb.sub.x = 5",
            "AddInteger A[1].emb.sub.x +2",
            "ArrayInsert A[1].emb.sub.xs[0] = 7 size=0",
            "Update A[1].emb = null",
            "Update A[1].emb = ObjectValue",
            "Update A[1].emb = null",
        ]
    );
    assert_eq!(realm.size(e).unwrap(), 0);
    assert_nothing_left(&home);
}

#[test]
fn elements_of_lists_are_replaced_by_erasing_and_inserting() {
    let (home, mut realm, object) = with_object();
    let embs = realm.at_collection("A", object, "embs");
    let e = realm.class("E");
    realm.write(|realm| {
        for n in 0..3 {
            let element = realm.list_insert_embedded(embs, n).unwrap();
            realm.assign("E", element, "x", Value::Int(n as i64));
        }
    });
    realm.write(|realm| {
        let fresh = realm.list_set_embedded(embs, 1).unwrap();
        assert_eq!(realm.owner(e, fresh).unwrap(), (realm.class("A"), object));
        realm.assign("E", fresh, "x", Value::Int(9));
        let Content::Object(_, last) = realm.list_get(embs, 2).unwrap() else { panic!() };
        realm.list_move(embs, 2, 0).unwrap();
        realm.assign("E", last, "x", Value::Int(8));
        realm.erase(e, fresh).unwrap();
    });
    assert_eq!(
        lines(&home),
        [
            "ArrayErase A[1].embs[1] size=3",
            "ArrayInsert A[1].embs[1] = ObjectValue size=2",
            "Update A[1].embs[1].x = 9",
            // As a move of what others may be writing into is misunderstood by realm-core.
            "ArrayErase A[1].embs[2] size=3",
            "ArrayInsert A[1].embs[0] = ObjectValue size=2",
            "Update A[1].embs[0].x = 2",
            "Update A[1].embs[0].x = 8",
            "ArrayErase A[1].embs[2] size=3",
        ]
    );
    assert_eq!(realm.list_size(embs).unwrap(), 2);
    assert_eq!(realm.size(e).unwrap(), 2);
    realm.write(|realm| realm.list_clear(embs).unwrap());
    assert_eq!(realm.size(e).unwrap(), 0);
}

#[test]
fn a_key_with_an_object_is_erased_before_it_gets_another() {
    let (home, mut realm, object) = with_object();
    let edict = realm.at_collection("A", object, "edict");
    let e = realm.class("E");
    realm.write(|realm| {
        realm.dictionary_set_embedded(edict, "k").unwrap();
        let second = realm.dictionary_set_embedded(edict, "k").unwrap();
        realm.erase(e, second).unwrap();
        assert_eq!(realm.dictionary_get(edict, "k").unwrap(), Some(Content::Value(Value::Null)));
        realm.dictionary_set_embedded(edict, "k").unwrap();
        realm.dictionary_erase(edict, "k").unwrap();
    });
    assert_eq!(
        lines(&home),
        [
            "Update A[1].edict.k = ObjectValue",
            "Update A[1].edict.k = Erased",
            "Update A[1].edict.k = ObjectValue",
            "Update A[1].edict.k = null",
            "Update A[1].edict.k = ObjectValue",
            "Update A[1].edict.k = Erased",
        ]
    );
    assert_eq!(realm.size(e).unwrap(), 0);
}

#[test]
fn all_that_an_object_owns_goes_with_it() {
    let (home, mut realm, object) = with_object();
    let (class, emb) = realm.at("A", "emb");
    let (e, sub) = realm.at("E", "sub");
    realm.write(|realm| {
        let mut inner = realm.set_embedded(class, object, emb).unwrap();
        for _ in 0..300 {
            inner = realm.set_embedded(e, inner, sub).unwrap();
        }
        let (embs, edict) = (realm.at_collection("A", object, "embs"), realm.at_collection("A", object, "edict"));
        for n in 0..3 {
            let element = realm.list_insert_embedded(embs, n).unwrap();
            let xs = realm.at_collection("E", element, "xs");
            realm.list_insert(xs, 0, Value::Int(1)).unwrap();
            realm.dictionary_set_embedded(edict, &n.to_string()).unwrap();
        }
    });
    assert_eq!(realm.size(e).unwrap(), 307);
    realm.write(|realm| realm.erase(class, object).unwrap());
    assert_eq!(lines(&home), ["EraseObject A[1]"]);
    assert_eq!(realm.size(e).unwrap(), 0);
    assert_nothing_left(&home);
}

#[test]
fn embedded_objects_have_no_life_of_their_own() {
    let (_home, mut realm, object) = with_object();
    let e = realm.class("E");
    let (class, i) = realm.at("A", "i");
    let (_, emb) = realm.at("A", "emb");
    let refusal = Refusal::EmbeddedClass { class: "E".to_owned() };
    realm.begin().unwrap();
    assert_refused(realm.create_without_key(e), &refusal);
    assert_refused(realm.find(e, &PrimaryKey::Int(1)), &refusal);
    assert_refused(realm.primary_key(e, ObjectKey(1)), &refusal);
    assert_refused(realm.erase(e, ObjectKey(1)), &Refusal::NoSuchObject);
    assert_refused(
        realm.set_embedded(class, object, i),
        &Refusal::TypeMismatch { expected: "embedded object", found: "int" },
    );
    let wrong = Refusal::TypeMismatch { expected: "link", found: "int" };
    assert_refused(realm.set(class, object, emb, Value::Int(1)), &wrong);
    realm.commit().unwrap();
}
