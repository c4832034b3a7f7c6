//! Instructions on collections and embedded objects, applied as the server's realm does it.

use realm_sync::changeset::{
    Changeset, CollectionKind, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra,
};
use realm_sync::store::{Gate, Mode, Realm, Refusal, StoreError};
use realm_sync::value::{OriginTimestamp, PrimaryKey};

use crate::lists::assert_nothing_left;
use crate::support::{changesets, example_schema, ByName, Home};

/// A step of a path.
#[derive(Clone, Copy)]
enum P {
    At(u32),
    Key(&'static str),
}

use P::{At, Key as K};

/// Instructions on the object `A` 1.
#[derive(Default)]
struct Script(Changeset);

impl Script {
    fn target(&mut self, property: &str, path: &[P]) -> PathTarget {
        let object = ObjectTarget { class: self.0.intern("A"), key: Key::Int(1) };
        let property = self.0.intern(property);
        let elements: Vec<PathElement> = path
            .iter()
            .map(|step| match step {
                At(index) => PathElement::Index(*index),
                K(name) => PathElement::Name(self.0.intern(name)),
            })
            .collect();
        PathTarget { object, property, path: self.0.push_path(&elements) }
    }

    fn update(mut self, property: &str, path: &[P], value: Payload) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) })
    }

    fn set(mut self, property: &str, path: &[P], value: Payload, prior_size: u32) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::PriorSize(prior_size) })
    }

    fn insert(mut self, property: &str, path: &[P], value: Payload, prior_size: u32) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::ArrayInsert { target, value, prior_size })
    }

    fn erase(mut self, property: &str, path: &[P], prior_size: u32) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::ArrayErase { target, prior_size })
    }

    fn move_to(mut self, property: &str, path: &[P], to: u32, prior_size: u32) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::ArrayMove { target, to, prior_size })
    }

    fn clear(mut self, property: &str, path: &[P], collection: CollectionKind) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::Clear { target, collection })
    }

    fn add(mut self, property: &str, path: &[P], value: i64) -> Script {
        let target = self.target(property, path);
        self.push(Instruction::AddInteger { target, value })
    }

    fn set_insert(mut self, property: &str, value: Payload) -> Script {
        let target = self.target(property, &[]);
        self.push(Instruction::SetInsert { target, value })
    }

    fn set_erase(mut self, property: &str, value: Payload) -> Script {
        let target = self.target(property, &[]);
        self.push(Instruction::SetErase { target, value })
    }

    fn push(mut self, instruction: Instruction) -> Script {
        self.0.push(instruction);
        self
    }

    /// A link to `B` 7, which does not exist.
    fn link(&mut self) -> Payload {
        Payload::Link { class: self.0.intern("B"), key: Key::Int(7) }
    }
}

fn script() -> Script {
    Script::default()
}

/// `ints` and `any` are [10, 20, 30], `embs` two objects, `edict.k` one, `dict.k` is [1].
fn device() -> (Home, Realm) {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, example_schema());
    realm.write(|realm| {
        realm.put("A", 1);
    });
    let mut setup = script().update("any", &[], Payload::List).update("dict", &[K("k")], Payload::List);
    for (at, int) in [(0, 10), (1, 20), (2, 30)] {
        setup = setup.insert("ints", &[At(at)], Payload::Int(int), at);
        setup = setup.insert("any", &[At(at)], Payload::Int(int), at);
    }
    setup = setup.insert("dict", &[K("k"), At(0)], Payload::Int(1), 0);
    setup = setup.insert("embs", &[At(0)], Payload::ObjectValue, 0).insert("embs", &[At(1)], Payload::ObjectValue, 1);
    setup = setup.update("edict", &[K("k")], Payload::ObjectValue).update("edict", &[K("k"), K("x")], Payload::Int(1));
    apply(&home, setup).unwrap();
    (home, realm)
}

fn apply(home: &Home, script: Script) -> Result<(), StoreError> {
    let mut store = home.sync_store_with_ident();
    let bytes = realm_sync::changeset::encode(&script.0);
    // Later than all the device did itself, so that nothing is merged.
    let download = changesets(vec![(OriginTimestamp(5), bytes)], 0, 1_000);
    store.integrate(&download, &Gate::new().permit()).map(|_| ())
}

fn shown(realm: &Realm, property: &str) -> String {
    let object = realm.find(realm.class("A"), &PrimaryKey::Int(1)).unwrap().unwrap();
    realm.shown("A", object, property)
}

#[track_caller]
fn assert_shows(script: Script, property: &str, wanted: &str) {
    let (home, realm) = device();
    apply(&home, script).unwrap();
    assert_eq!(shown(&realm, property), wanted);
}

#[track_caller]
fn assert_bad(script: Script, wanted: &Refusal) {
    let (home, realm) = device();
    let before = crate::dump::dump(&realm);
    match apply(&home, script) {
        Err(StoreError::BadChangeset(bad)) => assert_eq!(bad.reason, *wanted, "{bad}"),
        other => panic!("expected {wanted:?}, got {other:?}"),
    }
    assert_eq!(crate::dump::dump(&realm), before);
}

const ONE: Payload = Payload::Int(1);

#[test]
fn list_operations_check_index_and_size() {
    let out = |index, size| Refusal::IndexOutOfRange { index, size };
    let sizes = |stated| Refusal::PriorSizeDiffers { stated, found: 3 };
    assert_bad(script().insert("ints", &[At(4)], ONE, 3), &out(4, 3));
    assert_bad(script().insert("ints", &[At(0)], ONE, 2), &sizes(2));
    assert_bad(script().erase("ints", &[At(3)], 3), &out(3, 3));
    assert_bad(script().erase("ints", &[At(0)], 4), &sizes(4));
    assert_bad(script().move_to("ints", &[At(0)], 3, 3), &out(3, 3));
    assert_bad(script().move_to("ints", &[At(1)], 1, 3), &Refusal::MoveToItself);
    assert_bad(script().move_to("ints", &[At(1)], 2, 2), &sizes(2));
    // realm-core does not check these two as it applies.
    assert_bad(script().set("ints", &[At(0)], ONE, 2), &sizes(2));
    assert_bad(script().set("ints", &[At(3)], ONE, 3), &out(3, 3));
    assert_shows(script().move_to("ints", &[At(0)], 2, 3).set("ints", &[At(0)], ONE, 3), "ints", "[1,30,10]");
}

#[test]
fn values_that_do_not_fit_a_collection_are_bad() {
    let mismatch = |expected, found| Refusal::TypeMismatch { expected, found };
    assert_bad(script().insert("ints", &[At(0)], Payload::Null, 3), &Refusal::NullNotAllowed);
    assert_bad(script().insert("ints", &[At(0)], Payload::Bool(true), 3), &mismatch("int", "bool"));
    assert_bad(script().insert("ints", &[At(0)], Payload::ObjectValue, 3), &mismatch("embedded object", "int"));
    assert_bad(script().insert("ints", &[At(0)], Payload::List, 3), &mismatch("int", "list"));
    assert_bad(script().insert("embs", &[At(0)], Payload::Null, 2), &Refusal::NullNotAllowed);
    assert_bad(script().insert("ints", &[At(0)], Payload::Erased, 3), &Refusal::ErasedOutsideDictionary);
    assert_bad(script().update("ints", &[], ONE), &mismatch("list", "value"));
    assert_bad(script().update("ints", &[], Payload::List), &mismatch("int", "list"));
    assert_bad(script().update("any", &[], Payload::Set), &Refusal::Unsupported { what: "a set in a mixed value" });
    assert_bad(script().set_insert("iset", Payload::Null), &Refusal::NullNotAllowed);
    assert_bad(script().set_insert("ints", ONE), &mismatch("set", "list"));
    assert_bad(script().set_insert("sset", Payload::List), &mismatch("value", "list"));
    assert_bad(script().add("ints", &[At(0)], 1), &Refusal::AddToElement);
    assert_bad(script().clear("ints", &[], CollectionKind::Set), &mismatch("list", "set"));
    assert_bad(script().clear("any", &[], CollectionKind::Single), &mismatch("collection", "single value"));
}

#[test]
fn paths_that_lead_nowhere_are_bad() {
    let mismatch = |expected, found| Refusal::TypeMismatch { expected, found };
    assert_bad(script().update("emb", &[K("x")], ONE), &Refusal::NoEmbeddedObject);
    assert_bad(script().update("edict", &[K("z"), K("x")], ONE), &Refusal::NoSuchEntry);
    assert_bad(script().update("edict", &[K("k"), K("z")], ONE), &Refusal::NoSuchProperty);
    assert_bad(script().update("embs", &[At(2), K("x")], ONE), &Refusal::IndexOutOfRange { index: 2, size: 2 });
    assert_bad(script().update("ints", &[K("x")], ONE), &mismatch("dictionary", "list"));
    assert_bad(script().set("dict", &[At(0)], ONE, 1), &mismatch("list", "dictionary"));
    assert_bad(script().set("embs", &[At(0), At(0)], ONE, 1), &mismatch("list", "embedded object"));
    assert_bad(script().update("i", &[K("x")], ONE), &mismatch("collection or embedded object", "int"));
    assert_bad(script().update("any", &[At(0), K("x")], ONE), &mismatch("collection", "value"));
    assert_bad(script().update("nope", &[K("x")], ONE), &Refusal::NoSuchProperty);
}

#[test]
fn creating_what_exists_changes_nothing() {
    let x = r#"{"$dict":{"k":{"$embedded":{"any":null,"b":null,"sub":null,"x":1,"xs":[]}}}}"#;
    assert_shows(script().update("edict", &[K("k")], Payload::ObjectValue), "edict", x);
    let emb = script().update("emb", &[], Payload::ObjectValue).update("emb", &[K("x")], Payload::Int(2));
    let again = emb.update("emb", &[], Payload::ObjectValue).add("emb", &[K("x")], 3);
    assert_shows(again, "emb", r#"{"$embedded":{"any":null,"b":null,"sub":null,"x":5,"xs":[]}}"#);
    assert_shows(script().update("any", &[], Payload::List), "any", "[10,20,30]");
    assert_shows(script().update("dict", &[K("k")], Payload::List), "dict", r#"{"$dict":{"k":[1]}}"#);
    assert_shows(
        script().set("embs", &[At(0)], Payload::ObjectValue, 2).erase("embs", &[At(0)], 2),
        "embs",
        &shown_x0(),
    );
    assert_shows(script().set_insert("iset", ONE).set_insert("iset", ONE), "iset", r#"{"$set":[1]}"#);
    assert_shows(script().set_erase("iset", ONE), "iset", r#"{"$set":[]}"#);
    assert_shows(script().update("dict", &[K("z")], Payload::Erased), "dict", r#"{"$dict":{"k":[1]}}"#);
}

fn shown_x0() -> String {
    r#"[{"$embedded":{"any":null,"b":null,"sub":null,"x":0,"xs":[]}}]"#.to_owned()
}

#[test]
fn another_kind_replaces_a_collection_by_an_empty_one() {
    assert_shows(script().update("any", &[], Payload::Dictionary), "any", r#"{"$dict":{}}"#);
    let inner = script().set("any", &[At(1)], Payload::List, 3).set("any", &[At(1)], Payload::Dictionary, 3);
    assert_shows(inner.update("any", &[At(1), K("a")], ONE), "any", r#"[10,{"$dict":{"a":1}},30]"#);
}

#[test]
fn clear_empties_and_makes_the_kind_it_names() {
    assert_shows(script().clear("ints", &[], CollectionKind::Single), "ints", "[]");
    assert_shows(script().clear("any", &[], CollectionKind::List), "any", "[]");
    assert_shows(script().clear("any", &[], CollectionKind::Dictionary), "any", r#"{"$dict":{}}"#);
    assert_shows(script().clear("any", &[At(1)], CollectionKind::List), "any", "[10,[],30]");
    assert_shows(script().clear("dict", &[K("k")], CollectionKind::List), "dict", r#"{"$dict":{"k":[]}}"#);
    // A newer Clear beats the erasing of its key, which is gone here then.
    assert_shows(script().clear("dict", &[K("new")], CollectionKind::List), "dict", r#"{"$dict":{"k":[1],"new":[]}}"#);
    let out = Refusal::IndexOutOfRange { index: 3, size: 3 };
    assert_bad(script().clear("any", &[At(3)], CollectionKind::List), &out);
}

#[test]
fn null_leaves_a_set_of_values_like_any_other() {
    let null = script().set_insert("nset", Payload::Null).set_insert("nset", ONE).set_erase("nset", Payload::Null);
    assert_shows(null, "nset", r#"{"$set":[1]}"#);
}

#[test]
fn links_to_what_does_not_exist_are_hidden_or_null() {
    let mut links = script();
    let link = links.link();
    let links = links.insert("links", &[At(0)], link, 0).insert("links", &[At(1)], link, 1).set_insert("lset", link);
    let links = links.update("ldict", &[K("k")], link).insert("anys", &[At(0)], link, 0);
    let (home, realm) = device();
    apply(&home, links).unwrap();
    assert_eq!(shown(&realm, "links"), "[]");
    assert_eq!(shown(&realm, "lset"), r#"{"$set":[]}"#);
    assert_eq!(shown(&realm, "ldict"), r#"{"$dict":{"k":null}}"#);
    assert_eq!(shown(&realm, "anys"), "[null]");
}

#[test]
fn a_path_may_be_deep_but_collections_may_not() {
    let mut deep = script().update("any", &[], Payload::List).clear("any", &[], CollectionKind::List);
    let mut path = vec![At(0)];
    for _ in 1..100 {
        deep = deep.insert("any", &path, Payload::List, 0);
        path.push(At(0));
    }
    let (home, realm) = device();
    apply(&home, deep).unwrap();
    assert_eq!(shown(&realm, "any"), format!("{}{}", "[".repeat(100), "]".repeat(100)));
    match apply(&home, script().insert("any", &path, Payload::List, 0)) {
        Err(StoreError::BadChangeset(bad)) => assert_eq!(bad.reason, Refusal::TooDeep { limit: 100 }),
        other => panic!("{other:?}"),
    }
    let (mut embedded, mut path) = (script().update("emb", &[], Payload::ObjectValue), vec![]);
    for _ in 0..500 {
        path.push(K("sub"));
        embedded = embedded.update("emb", &path, Payload::ObjectValue);
    }
    apply(&home, embedded).unwrap();
    assert_eq!(realm.size(realm.class("E")).unwrap(), 501 + 3);
}

#[test]
fn erasing_an_object_or_property_erases_what_it_owned() {
    let (home, realm) = device();
    let mut erase = script();
    let object = ObjectTarget { class: erase.0.intern("A"), key: Key::Int(1) };
    apply(&home, erase.push(Instruction::EraseObject(object))).unwrap();
    assert_nothing_left(&home);
    assert_eq!(realm.size(realm.class("E")).unwrap(), 0);

    let (home, realm) = device();
    let mut erase = script();
    let class = erase.0.intern("A");
    for property in ["ints", "any", "dict", "embs", "edict"] {
        let property = erase.0.intern(property);
        erase = erase.push(Instruction::EraseColumn { class, property });
    }
    apply(&home, erase).unwrap();
    assert_nothing_left(&home);
    assert_eq!(realm.size(realm.class("E")).unwrap(), 0);
}
