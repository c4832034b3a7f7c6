//! Observers are told exactly what a commit changes.

use std::sync::Arc;

use parking_lot::Mutex;
use realm_sync::schema::{Collection, PropertyType};
use realm_sync::store::{
    Changes, ClassChanges, CollectionChanges, Container, Gate, KeyChanges, Mode, NestedKind, ObjectChanges, ObjectKey,
    Observation, Observed, Observer, PositionChanges, Realm, Refusal, ResetMode, StoreError,
};
use realm_sync::value::{PrimaryKey, Value};

use crate::reset::World;
use crate::support::{
    assert_refused, changesets, class, example_schema, int, link_to, many, property, schema, text, ByName, Home,
};

/// Collects what an observer is told.
#[derive(Default)]
pub struct Reports(Mutex<Vec<Changes>>);

impl Observer for Reports {
    fn notify(&self, changes: &Arc<Changes>) {
        self.0.lock().push(Changes::clone(changes));
    }
}

pub struct Watch {
    pub observed: Observed,
    reports: Arc<Reports>,
    _observation: Observation,
}

impl Watch {
    pub fn new(realm: &mut Realm, observed: Observed) -> Watch {
        let reports = Arc::<Reports>::default();
        let _observation = realm.observe(observed, reports.clone()).unwrap();
        Watch { observed, reports, _observation }
    }

    pub fn take(&self) -> Vec<Changes> {
        std::mem::take(&mut self.reports.0.lock())
    }

    #[track_caller]
    fn assert(&self, wanted: impl Into<Changes>) {
        assert_eq!(self.take(), [wanted.into()]);
    }

    #[track_caller]
    fn assert_nothing(&self) {
        assert_eq!(self.take(), []);
    }
}

/// `Changes` out of its parts.
struct Positions<'a>(&'a [u64], &'a [u64], &'a [u64]);

impl Positions<'_> {
    fn changes(&self) -> PositionChanges {
        let Positions(deletions, insertions, modifications) = *self;
        PositionChanges {
            deletions: deletions.to_vec(),
            insertions: insertions.to_vec(),
            modifications: modifications.to_vec(),
        }
    }
}

impl From<Positions<'_>> for Changes {
    fn from(positions: Positions<'_>) -> Changes {
        Changes::Collection(CollectionChanges::List(positions.changes()))
    }
}

struct OfSet<'a>(Positions<'a>);

impl From<OfSet<'_>> for Changes {
    fn from(of_set: OfSet<'_>) -> Changes {
        Changes::Collection(CollectionChanges::Set(of_set.0.changes()))
    }
}

struct Keys<'a>(&'a [&'a str], &'a [&'a str], &'a [&'a str]);

impl From<Keys<'_>> for Changes {
    fn from(Keys(deletions, insertions, modifications): Keys<'_>) -> Changes {
        let owned = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect();
        let changes = KeyChanges {
            deletions: owned(deletions),
            insertions: owned(insertions),
            modifications: owned(modifications),
        };
        Changes::Collection(CollectionChanges::Dictionary(changes))
    }
}

struct Objects<'a>(&'a [i64], &'a [i64], &'a [i64]);

impl From<Objects<'_>> for Changes {
    fn from(Objects(deletions, insertions, modifications): Objects<'_>) -> Changes {
        let keys = |keys: &[i64]| keys.iter().map(|&key| PrimaryKey::Int(key)).collect();
        Changes::Class(ClassChanges {
            deletions: keys(deletions),
            insertions: keys(insertions),
            modifications: keys(modifications),
        })
    }
}

struct Modified<'a>(&'a Realm, &'a str, &'a [&'a str]);

impl From<Modified<'_>> for Changes {
    fn from(Modified(realm, class, names): Modified<'_>) -> Changes {
        Changes::Object(ObjectChanges::Modified(names.iter().map(|name| realm.at(class, name).1).collect()))
    }
}

const DELETED: Changes = Changes::Object(ObjectChanges::Deleted);
const COLLECTION_DELETED: Changes = Changes::Collection(CollectionChanges::Deleted);

/// A realm with one `A` and two `B`.
fn example(mode: Mode) -> (Home, Realm, ObjectKey) {
    let home = Home::new();
    let mut realm = home.open(mode, example_schema());
    realm.begin().unwrap();
    let object = realm.put("A", 1);
    realm.put("B", 1);
    realm.put("B", 2);
    realm.commit().unwrap();
    (home, realm, object)
}

fn watch_object(realm: &mut Realm, class: &str, object: ObjectKey) -> Watch {
    let class = realm.class(class);
    Watch::new(realm, Observed::Object(class, object))
}

fn watch_collection(realm: &mut Realm, object: ObjectKey, property: &str) -> (Watch, Container) {
    let container = realm.at_collection("A", object, property);
    (Watch::new(realm, Observed::Collection(container)), container)
}

fn watch_class(realm: &mut Realm, class: &str) -> Watch {
    let class = realm.class(class);
    Watch::new(realm, Observed::Class(class))
}

#[test]
fn an_objects_observer_is_told_the_properties_that_differ() {
    for mode in [Mode::Local, Mode::InMemory, Mode::Synced] {
        let (_home, mut realm, object) = example(mode);
        let watch = watch_object(&mut realm, "A", object);
        realm.write(|realm| {
            realm.assign("A", object, "i", Value::Int(4));
            realm.assign("A", object, "ni", Value::Int(5));
            realm.assign("A", object, "ni", Value::Null);
            realm.assign("A", object, "any", Value::Double(-0.0));
        });
        watch.assert(Modified(&realm, "A", &["i", "any"]));
        realm.write(|realm| realm.assign("A", object, "any", Value::Double(0.0)));
        watch.assert(Modified(&realm, "A", &["any"]));
        realm.write(|realm| {
            let (class, property) = realm.at("A", "i");
            realm.add_int(class, object, property, 2).unwrap();
            realm.add_int(class, object, property, -2).unwrap();
        });
        watch.assert_nothing();
        realm.begin().unwrap();
        realm.assign("A", object, "i", Value::Int(9));
        realm.rollback().unwrap();
        watch.assert_nothing();
        realm.write(|realm| realm.erase(realm.class("A"), object).unwrap());
        watch.assert(DELETED);
        realm.write(|realm| {
            realm.put("A", 1);
        });
        watch.assert_nothing();
    }
}

#[test]
fn a_class_observer_is_told_the_objects_that_come_go_and_change() {
    let (_home, mut realm, object) = example(Mode::Synced);
    let watch = watch_class(&mut realm, "A");
    realm.write(|realm| {
        let second = realm.put("A", 2);
        realm.assign("A", second, "i", Value::Int(4));
        let third = realm.put("A", 3);
        realm.erase(realm.class("A"), third).unwrap();
        realm.put("B", 3);
    });
    watch.assert(Objects(&[], &[2], &[]));
    realm.write(|realm| {
        realm.list_insert(realm.at_collection("A", object, "ints"), 0, Value::Int(1)).unwrap();
        realm.erase(realm.class("A"), ObjectKey(2)).unwrap();
        realm.put("A", 4);
    });
    watch.assert(Objects(&[2], &[4], &[1]));
    realm.write(|realm| {
        realm.erase(realm.class("A"), object).unwrap();
        realm.put("A", 1);
    });
    watch.assert(Objects(&[1], &[1], &[]));
}

#[test]
fn other_keys_than_ints_name_the_objects_of_a_class() {
    let home = Home::new();
    let name = property("name", PropertyType::String, true);
    let mut realm = home.open(Mode::Local, schema(vec![class("N", vec![name, int("i")])]));
    let watch = watch_class(&mut realm, "N");
    realm.write(|realm| {
        realm.put("N", "a");
        realm.put("N", PrimaryKey::Null);
    });
    let a = PrimaryKey::String("a".to_owned());
    watch.assert(Changes::Class(ClassChanges { insertions: vec![a.clone(), PrimaryKey::Null], ..Default::default() }));
    realm.write(|realm| {
        let object = realm.find(realm.class("N"), &a).unwrap().unwrap();
        realm.assign("N", object, "i", Value::Int(1));
        let object = realm.find(realm.class("N"), &PrimaryKey::Null).unwrap().unwrap();
        realm.erase(realm.class("N"), object).unwrap();
    });
    let (deletions, modifications) = (vec![PrimaryKey::Null], vec![a]);
    watch.assert(Changes::Class(ClassChanges { deletions, modifications, ..Default::default() }));
}

#[test]
fn a_lists_positions_are_those_before_for_what_goes_and_after_for_the_rest() {
    let (_home, mut realm, object) = example(Mode::Synced);
    let (watch, list) = watch_collection(&mut realm, object, "ints");
    realm.write(|realm| (0..6).for_each(|n| realm.list_insert(list, n, Value::Int(n as i64)).unwrap()));
    watch.assert(Positions(&[], &[0, 1, 2, 3, 4, 5], &[]));
    realm.write(|realm| {
        realm.list_erase(list, 1).unwrap();
        realm.list_erase(list, 1).unwrap();
        realm.list_insert(list, 0, Value::Int(10)).unwrap();
        realm.list_set(list, 2, Value::Int(30)).unwrap();
        realm.list_set(list, 3, Value::Int(4)).unwrap();
    });
    watch.assert(Positions(&[1, 2], &[0], &[2]));
    // 10 0 30 4 5
    realm.write(|realm| realm.list_move(list, 0, 3).unwrap());
    watch.assert(Positions(&[0], &[3], &[]));
    realm.write(|realm| {
        realm.list_move(list, 1, 4).unwrap();
        realm.list_insert(list, 0, Value::Int(7)).unwrap();
        realm.list_move(list, 5, 2).unwrap();
        realm.list_erase(list, 0).unwrap();
    });
    watch.assert_nothing();
    realm.write(|realm| {
        realm.list_insert(list, 2, Value::Int(7)).unwrap();
        realm.list_clear(list).unwrap();
        realm.list_insert(list, 0, Value::Int(8)).unwrap();
    });
    watch.assert(Positions(&[0, 1, 2, 3, 4], &[0], &[]));
    realm.write(|realm| realm.list_set(list, 0, Value::Int(8)).unwrap());
    watch.assert_nothing();
    realm.write(|realm| realm.erase(realm.class("A"), object).unwrap());
    watch.assert(COLLECTION_DELETED);
}

#[test]
fn sets_and_dictionaries_report_what_differs_in_the_end() {
    let (_home, mut realm, object) = example(Mode::Local);
    let (set_watch, set) = watch_collection(&mut realm, object, "iset");
    let (watch, dictionary) = watch_collection(&mut realm, object, "dict");
    let all = watch_object(&mut realm, "A", object);
    realm.write(|realm| {
        [5, 1, 3].into_iter().for_each(|n| assert!(realm.set_insert(set, Value::Int(n)).unwrap()));
        ["b", "a"].into_iter().for_each(|key| realm.dictionary_set(dictionary, key, Value::Int(1)).unwrap());
    });
    set_watch.assert(OfSet(Positions(&[], &[0, 1, 2], &[])));
    watch.assert(Keys(&[], &["a", "b"], &[]));
    all.assert(Modified(&realm, "A", &["iset", "dict"]));
    realm.write(|realm| {
        realm.set_erase(set, &Value::Int(3)).unwrap();
        realm.set_insert(set, Value::Int(4)).unwrap();
        realm.set_erase(set, &Value::Int(5)).unwrap();
        realm.set_insert(set, Value::Int(5)).unwrap();
        realm.dictionary_set(dictionary, "b", text("x")).unwrap();
        realm.dictionary_set(dictionary, "c", Value::Null).unwrap();
        realm.dictionary_erase(dictionary, "a").unwrap();
    });
    set_watch.assert(OfSet(Positions(&[1], &[1], &[])));
    watch.assert(Keys(&["a"], &["c"], &["b"]));
    all.assert(Modified(&realm, "A", &["iset", "dict"]));
    realm.write(|realm| {
        realm.set_clear(set).unwrap();
        [1, 4, 5].into_iter().for_each(|n| assert!(realm.set_insert(set, Value::Int(n)).unwrap()));
        realm.dictionary_clear(dictionary).unwrap();
        realm.dictionary_set(dictionary, "b", text("x")).unwrap();
        realm.dictionary_set(dictionary, "c", Value::Null).unwrap();
    });
    set_watch.assert_nothing();
    watch.assert_nothing();
    all.assert_nothing();
}

#[test]
fn an_element_of_a_set_that_becomes_an_equal_one_is_modified() {
    let (_home, mut realm, object) = example(Mode::Local);
    let (watch, set) = watch_collection(&mut realm, object, "mset");
    let all = watch_object(&mut realm, "A", object);
    realm.write(|realm| {
        [Value::Int(1), Value::Double(0.0)]
            .into_iter()
            .for_each(|value| assert!(realm.set_insert(set, value).unwrap()));
    });
    watch.assert(OfSet(Positions(&[], &[0, 1], &[])));
    all.assert(Modified(&realm, "A", &["mset"]));
    for (zero, is_other) in [(-0.0, true), (-0.0, false), (0.0, true)] {
        realm.write(|realm| {
            realm.set_erase(set, &Value::Double(0.0)).unwrap();
            realm.set_insert(set, Value::Double(zero)).unwrap();
        });
        match is_other {
            true => {
                watch.assert(OfSet(Positions(&[], &[], &[1])));
                all.assert(Modified(&realm, "A", &["mset"]));
            }
            false => {
                watch.assert_nothing();
                all.assert_nothing();
            }
        }
    }
    realm.write(|realm| {
        realm.set_clear(set).unwrap();
        [Value::Int(1), Value::Double(-0.0)]
            .into_iter()
            .for_each(|value| assert!(realm.set_insert(set, value).unwrap()));
    });
    watch.assert(OfSet(Positions(&[], &[], &[1])));
}

#[test]
fn a_change_inside_is_one_of_every_owner() {
    let (_home, mut realm, object) = example(Mode::Synced);
    let a = realm.class("A");
    let (embs, anys) = (realm.at_collection("A", object, "embs"), realm.at_collection("A", object, "anys"));
    let (mut embedded, mut inner) = (ObjectKey(0), embs);
    realm.write(|realm| {
        realm.list_insert_embedded(embs, 0).unwrap();
        embedded = realm.list_insert_embedded(embs, 1).unwrap();
        realm.list_insert(anys, 0, Value::Int(1)).unwrap();
        let outer = realm.list_insert_collection(anys, 1, NestedKind::Dictionary).unwrap();
        inner = realm.dictionary_set_collection(outer, "k", NestedKind::List).unwrap();
    });
    let watches = [
        watch_object(&mut realm, "A", object),
        watch_collection(&mut realm, object, "embs").0,
        watch_collection(&mut realm, object, "anys").0,
        watch_object(&mut realm, "E", embedded),
        Watch::new(&mut realm, Observed::Collection(inner)),
        watch_class(&mut realm, "A"),
    ];
    let [top, list, mixed, of_embedded, innermost, of_class] = &watches;
    realm.write(|realm| realm.assign("E", embedded, "x", Value::Int(3)));
    top.assert(Modified(&realm, "A", &["embs"]));
    list.assert(Positions(&[], &[], &[1]));
    of_embedded.assert(Modified(&realm, "E", &["x"]));
    of_class.assert(Objects(&[], &[], &[1]));
    realm.write(|realm| {
        realm.list_insert(inner, 0, Value::Int(9)).unwrap();
        realm.list_erase(anys, 0).unwrap();
    });
    top.assert(Modified(&realm, "A", &["anys"]));
    mixed.assert(Positions(&[0], &[], &[0]));
    innermost.assert(Positions(&[], &[0], &[]));
    of_class.assert(Objects(&[], &[], &[1]));
    realm.write(|realm| {
        realm.list_insert(inner, 0, Value::Int(9)).unwrap();
        realm.list_erase(inner, 0).unwrap();
        realm.assign("E", embedded, "x", Value::Int(4));
        realm.assign("E", embedded, "x", Value::Int(3));
    });
    watches.iter().for_each(Watch::assert_nothing);
    realm.write(|realm| realm.erase(a, object).unwrap());
    top.assert(DELETED);
    of_embedded.assert(DELETED);
    [list, mixed, innermost].into_iter().for_each(|watch| watch.assert(COLLECTION_DELETED));
}

#[test]
fn a_link_whose_object_goes_or_comes_back_changes_what_holds_it() {
    let (home, mut realm, object) = example(Mode::Synced);
    let b = realm.class("B");
    let [links, anys, lset, mset, ldict] =
        ["links", "anys", "lset", "mset", "ldict"].map(|name| realm.at_collection("A", object, name));
    realm.write(|realm| {
        realm.assign("A", object, "link", link_to("B", PrimaryKey::Int(1)));
        for key in [2, 1, 2] {
            let link = link_to("B", PrimaryKey::Int(key));
            realm.list_insert(links, 0, link.clone()).unwrap();
            realm.list_insert(anys, 0, link.clone()).unwrap();
            realm.set_insert(lset, link.clone()).unwrap();
            realm.set_insert(mset, link.clone()).unwrap();
            realm.dictionary_set(ldict, &key.to_string(), link).unwrap();
        }
    });
    let top = watch_object(&mut realm, "A", object);
    let watches = [links, anys, lset, mset, ldict].map(|each| Watch::new(&mut realm, Observed::Collection(each)));
    let mut store = home.sync_store_with_ident();
    let erasing = {
        let other = Home::new();
        let mut elsewhere = other.open(Mode::Synced, example_schema());
        elsewhere.write(|realm| {
            realm.put("B", 1);
        });
        elsewhere.write(|realm| realm.erase(b, ObjectKey(1)).unwrap());
        elsewhere.write(|realm| {
            realm.put("B", 1);
        });
        let scan = other.sync_store().scan_uploads(Default::default(), usize::MAX, usize::MAX).unwrap();
        scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset)).collect::<Vec<_>>()
    };
    let base = store.status().unwrap().newest_version.0;
    for (version, sent) in (2..).zip(&erasing[2..]) {
        store.integrate(&changesets(vec![sent.clone()], version, base), &Gate::new().permit()).unwrap();
        top.assert(Modified(&realm, "A", &["mset", "anys", "link", "links", "lset", "ldict"]));
        let (of_links, of_set) = match version {
            2 => (Positions(&[1], &[], &[]), Positions(&[0], &[], &[])),
            _ => (Positions(&[], &[1], &[]), Positions(&[], &[0], &[])),
        };
        watches[0].assert(of_links);
        watches[1].assert(Positions(&[], &[], &[1]));
        watches[2].assert(OfSet(of_set));
        watches[3].assert(OfSet(Positions(&[], &[], &[0])));
        watches[4].assert(Keys(&[], &[], &["1"]));
    }
    realm.write(|realm| realm.erase(b, ObjectKey(2)).unwrap());
    watches[0].assert(Positions(&[0, 2], &[], &[]));
    watches[4].assert(Keys(&[], &[], &["2"]));
}

#[test]
fn hidden_elements_count_in_no_position() {
    let (home, mut realm, object) = example(Mode::Synced);
    let links = realm.at_collection("A", object, "links");
    realm.write(|realm| {
        for key in [1, 2, 1, 2] {
            realm.list_insert(links, 0, link_to("B", PrimaryKey::Int(key))).unwrap();
        }
    });
    let hide = "UPDATE _realm_list_entry SET value = 7 WHERE value = 1; UPDATE _realm_container SET hidden = 2";
    home.sqlite().execute_batch(hide).unwrap();
    // Seen are the first and the third, both 2.
    let watch = Watch::new(&mut realm, Observed::Collection(links));
    realm.write(|realm| {
        realm.list_insert(links, 1, link_to("B", PrimaryKey::Int(1))).unwrap();
        realm.list_erase(links, 0).unwrap();
    });
    watch.assert(Positions(&[0], &[0], &[]));
    realm.write(|realm| {
        realm.put("B", 7);
        realm.list_set(links, 0, link_to("B", PrimaryKey::Int(2))).unwrap();
    });
    assert_eq!(realm.list_size(links).unwrap(), 4);
    watch.assert(Positions(&[], &[0, 3], &[]));
}

#[test]
fn every_handle_and_the_session_report_once_and_in_their_order() {
    let (home, mut realm, object) = example(Mode::Synced);
    let mut other = home.try_open(Mode::Synced, None).unwrap();
    let (first, second) = (watch_object(&mut realm, "A", object), watch_object(&mut other, "A", object));
    let class = watch_class(&mut other, "A");
    let wanted: Vec<Changes> = vec![Modified(&realm, "A", &["i"]).into(); 3];
    realm.write(|realm| realm.assign("A", object, "i", Value::Int(1)));
    other.write(|realm| realm.assign("A", object, "i", Value::Int(2)));
    let mut store = home.sync_store_with_ident();
    let elsewhere = Home::new();
    let mut far = elsewhere.open(Mode::Synced, example_schema());
    far.write(|realm| {
        let object = realm.put("A", 1);
        realm.assign("A", object, "i", Value::Int(3));
        realm.put("A", 2);
    });
    let scan = elsewhere.sync_store().scan_uploads(Default::default(), usize::MAX, usize::MAX).unwrap();
    elsewhere.clock.set(9);
    let sent = scan.changesets.into_iter().map(|sent| (realm_sync::value::OriginTimestamp(9), sent.changeset));
    let base = store.status().unwrap().newest_version.0;
    let download = changesets(sent.collect(), 0, base);
    let gate = Gate::new();
    let permit = gate.permit();
    gate.advance();
    assert!(store.integrate(&download, &permit).is_err());
    store.integrate(&download, &gate.permit()).unwrap();
    assert_eq!(first.take(), wanted);
    assert_eq!(second.take(), wanted);
    let modified: Changes = Objects(&[], &[], &[1]).into();
    assert_eq!(class.take(), [modified.clone(), modified, Objects(&[], &[2], &[1]).into()]);
}

#[test]
fn an_observation_that_ends_is_told_no_more() {
    let (_home, mut realm, object) = example(Mode::Local);
    let watch = watch_object(&mut realm, "A", object);
    let reports = watch.reports.clone();
    let staying = watch_object(&mut realm, "A", object);
    drop(watch);
    realm.write(|realm| realm.assign("A", object, "i", Value::Int(1)));
    assert!(reports.0.lock().is_empty());
    assert_eq!(Arc::strong_count(&reports), 1);
    assert_eq!(staying.take().len(), 1);
}

#[test]
fn what_does_not_exist_or_is_being_written_cannot_be_observed() {
    let (_home, mut realm, object) = example(Mode::Local);
    let (a, e) = (realm.class("A"), realm.class("E"));
    let observe = |realm: &mut Realm, observed| realm.observe(observed, Arc::<Reports>::default()).map(drop);
    assert_refused(observe(&mut realm, Observed::Object(a, ObjectKey(9))), &Refusal::NoSuchObject);
    let reason = Refusal::ClassNotTopLevel { class: "E".to_owned(), kind: "embedded" };
    assert_refused(observe(&mut realm, Observed::Class(e)), &reason);
    realm.begin().unwrap();
    assert!(matches!(observe(&mut realm, Observed::Object(a, object)), Err(StoreError::AlreadyWriting)));
    realm.rollback().unwrap();
    observe(&mut realm, Observed::Object(a, object)).unwrap();
}

#[test]
fn a_class_or_property_that_goes_ends_what_was_observed_of_it() {
    let home = Home::new();
    let classes = vec![class("K", vec![int("_id"), many(Collection::List, int("ints"))]), class("L", vec![int("_id")])];
    let mut realm = home.open(Mode::Synced, schema(classes));
    let mut keys = (ObjectKey(0), ObjectKey(0));
    realm.write(|realm| keys = (realm.put("K", 1), realm.put("L", 1)));
    let list = Watch::new(&mut realm, Observed::Collection(realm_list(&keys, &home)));
    let (object, of_class) = (watch_object(&mut realm, "L", keys.1), watch_class(&mut realm, "L"));
    let kept = watch_object(&mut realm, "K", keys.0);
    let mut changeset = realm_sync::changeset::Changeset::default();
    let [k, ints, l] = ["K", "ints", "L"].map(|name| changeset.intern(name));
    changeset.push(realm_sync::changeset::Instruction::EraseColumn { class: k, property: ints });
    changeset.push(realm_sync::changeset::Instruction::EraseTable { class: l });
    let bytes = realm_sync::changeset::encode(&changeset);
    let mut store = home.sync_store_with_ident();
    let base = store.status().unwrap().newest_version.0;
    let sent = vec![(realm_sync::value::OriginTimestamp(9), bytes)];
    store.integrate(&changesets(sent, 0, base), &Gate::new().permit()).unwrap();
    list.assert(COLLECTION_DELETED);
    object.assert(DELETED);
    of_class.assert(Objects(&[1], &[], &[]));
    kept.assert_nothing();
}

fn realm_list(keys: &(ObjectKey, ObjectKey), home: &Home) -> Container {
    home.try_open(Mode::Synced, None).unwrap().at_collection("K", keys.0, "ints")
}

#[test]
fn what_a_client_reset_makes_again_is_reported_once_where_some_of_it_does_not_fit() {
    let classes =
        vec![class("L", vec![int("_id"), many(Collection::List, int("ints"))]), class("B", vec![int("_id"), int("i")])];
    let mut world = World::new(schema(classes), |realm| {
        let object = realm.put("L", 1);
        let list = realm.at_collection("L", object, "ints");
        (0..3).for_each(|at| realm.list_insert(list, at, Value::Int(at as i64)).unwrap());
        realm.put("B", 1);
    });
    let object = ObjectKey(1);
    let list = world.realm.at_collection("L", object, "ints");
    world.local(|realm| {
        realm.list_insert(list, 3, Value::Int(30)).unwrap();
        realm.put("B", 2);
        // Which the server erased: the whole is taken back, and made again one by one.
        realm.assign("B", object, "i", Value::Int(1));
        realm.put("B", 3);
    });
    world.server(|realm| realm.erase(realm.class("B"), object).unwrap());
    let watch = Watch::new(&mut world.realm, Observed::Collection(list));
    let class = watch_class(&mut world.realm, "B");
    let report = world.reset(ResetMode::Recover);
    assert_eq!(report.discarded_changes, 1);
    // A list that differs from the server's is taken over whole.
    watch.assert(Positions(&[0, 1, 2, 3], &[0, 1, 2, 3], &[]));
    class.assert(Objects(&[1], &[], &[]));
}
