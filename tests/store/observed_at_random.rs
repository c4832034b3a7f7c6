//! What observers are told, compared with how everything was before and is after.

use std::collections::{BTreeMap, BTreeSet};

use realm_sync::changeset::encode_merged;
use realm_sync::merge::merge;
use realm_sync::store::{
    Changes, ClassChanges, CollectionChanges, Container, Content, ObjectChanges, Observed, PositionChanges, Realm,
};
use realm_sync::value::PrimaryKey;
use serde_json::{json, Value as Json};

use crate::changes::{change, find_all};
use crate::dice::Dice;
use crate::dump::dump_content;
use crate::mirror::{entries, Device};
use crate::observed::Watch;
use crate::support::ByName;

/// How something observed looks. What elements and properties own is named by its number as well, so that another in
/// its place is not taken for it.
#[derive(Debug, Clone, PartialEq)]
enum Look {
    Gone,
    /// By property.
    Object(BTreeMap<String, Json>),
    Elements(Vec<Json>),
    Entries(BTreeMap<String, Json>),
    Class(BTreeSet<PrimaryKey>),
}

fn look_of_content(realm: &Realm, content: &Content) -> Json {
    let number = match content {
        Content::Object(_, object) => json!(object.0),
        Content::List(Container::Nested(key)) | Content::Dictionary(Container::Nested(key)) => json!(key.0),
        Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Value(_) => Json::Null,
    };
    json!([number, dump_content(realm, content)])
}

fn look(realm: &Realm, observed: Observed) -> Look {
    match observed {
        Observed::Class(class) => {
            let objects = realm.object_keys(class).unwrap();
            Look::Class(objects.into_iter().map(|object| realm.primary_key(class, object).unwrap()).collect())
        }
        Observed::Object(class, object) if !realm.exists(class, object).unwrap() => Look::Gone,
        Observed::Object(class, object) => {
            let schema = realm.schema();
            let declared = schema.classes.iter().find(|declared| realm.class_key(&declared.name) == Some(class));
            let properties = declared.unwrap().properties.iter().map(|property| {
                let key = realm.property_key(class, &property.name).unwrap();
                (property.name.clone(), look_of_content(realm, &realm.content(class, object, key).unwrap()))
            });
            Look::Object(properties.collect())
        }
        Observed::Collection(container) if !realm.is_valid(container).unwrap() => Look::Gone,
        Observed::Collection(container) => {
            let all = |contents: Vec<Content>| contents.iter().map(|each| look_of_content(realm, each)).collect();
            if let Ok(contents) = realm.list_contents(container) {
                return Look::Elements(all(contents));
            }
            if let Ok(contents) = realm.set_contents(container) {
                return Look::Elements(all(contents));
            }
            let values: Vec<Json> = all(realm.dictionary_contents(container).unwrap());
            Look::Entries(realm.dictionary_keys(container).unwrap().into_iter().zip(values).collect())
        }
    }
}

/// Everything there is, watched.
struct Everything {
    watches: Vec<(Watch, Look)>,
}

impl Everything {
    fn watch(realm: &mut Realm) -> Everything {
        let found = find_all(realm);
        let (a, b) = (realm.class("A"), realm.class("B"));
        let mut observed = vec![Observed::Class(a), Observed::Class(b)];
        observed.extend(found.objects.iter().map(|&(class, object)| Observed::Object(class, object)));
        observed.extend(realm.object_keys(b).unwrap().into_iter().map(|object| Observed::Object(b, object)));
        let collections = found.lists.iter().chain(&found.sets).chain(&found.dictionaries);
        observed.extend(collections.map(|(container, _)| Observed::Collection(*container)));
        let watches = observed.into_iter().map(|observed| {
            let before = look(realm, observed);
            (Watch::new(realm, observed), before)
        });
        Everything { watches: watches.collect() }
    }

    /// Compares what was told with what is seen; `at` says where in the history that is. Tells how much was told.
    fn check(self, realm: &Realm, at: &str) -> usize {
        let told: Vec<(Observed, Look, Option<Changes>)> = self
            .watches
            .into_iter()
            .map(|(watch, before)| {
                let mut reports = watch.take();
                assert!(reports.len() <= 1, "{at}: {:?} twice: {reports:?}", watch.observed);
                (watch.observed, before, reports.pop())
            })
            .collect();
        for (observed, before, changes) in &told {
            let after = look(realm, *observed);
            let context = format!("{at}: {observed:?} was told {changes:?}\nbefore {before:?}\nafter {after:?}");
            match (observed, changes) {
                (_, None) => assert_eq!(*before, after, "{context}"),
                (Observed::Object(..), Some(Changes::Object(changes))) => {
                    check_object(realm, *observed, before, &after, changes, &told, &context);
                }
                (Observed::Collection(_), Some(Changes::Collection(changes))) => {
                    check_collection(before, &after, changes, &context);
                }
                (Observed::Class(class), Some(Changes::Class(changes))) => {
                    let replaced = told.iter().filter_map(|(other, _, changes)| match (other, changes) {
                        (Observed::Object(of, object), Some(Changes::Object(ObjectChanges::Deleted)))
                            if of == class =>
                        {
                            realm.primary_key(*class, *object).ok()
                        }
                        _ => None,
                    });
                    let modified = told.iter().filter_map(|(other, _, changes)| match (other, changes) {
                        (Observed::Object(of, object), Some(Changes::Object(ObjectChanges::Modified(_)))) => {
                            (of == class).then(|| realm.primary_key(*class, *object).unwrap())
                        }
                        _ => None,
                    });
                    check_class(before, &after, changes, &replaced.collect(), &modified.collect(), &context);
                }
                (Observed::Object(..) | Observed::Collection(_) | Observed::Class(_), Some(_)) => panic!("{context}"),
            }
        }
        told.iter().filter(|(_, _, changes)| changes.is_some()).count()
    }
}

fn check_object(
    realm: &Realm,
    observed: Observed,
    before: &Look,
    after: &Look,
    changes: &ObjectChanges,
    told: &[(Observed, Look, Option<Changes>)],
    context: &str,
) {
    let Observed::Object(class, object) = observed else { panic!("{context}") };
    let modified = match changes {
        // Or another object has its number by now.
        ObjectChanges::Deleted => return,
        ObjectChanges::Modified(modified) => modified,
    };
    let (Look::Object(before), Look::Object(after)) = (before, after) else { panic!("{context}") };
    assert!(!modified.is_empty() && modified.is_sorted(), "{context}");
    for (name, was) in before {
        let property = realm.property_key(class, name).unwrap();
        let is_told = modified.contains(&property);
        let differs = *was != after[name];
        assert!(is_told || !differs, "{context}\n{name} is missing");
        if is_told && !differs {
            // Then an element of it went, and another that looks the same came.
            let content = realm.content(class, object, property).unwrap();
            let is_inside = told.iter().any(|(other, _, changes)| {
                changes.is_some() && *other != observed && is_within(realm, &content, *other)
            });
            assert!(is_inside, "{context}\n{name} is the same");
        }
    }
}

/// Whether the observed thing is the content, or somewhere in it.
fn is_within(realm: &Realm, content: &Content, observed: Observed) -> bool {
    let parts = match content {
        Content::Value(_) => return false,
        Content::Object(class, object) if observed == Observed::Object(*class, *object) => return true,
        Content::Object(class, object) => {
            let properties = realm.schema().class("E").unwrap().properties.clone();
            let parts = properties.iter().map(|property| realm.property_key(*class, &property.name).unwrap());
            parts.map(|property| realm.content(*class, *object, property).unwrap()).collect()
        }
        Content::List(container) | Content::Set(container) | Content::Dictionary(container)
            if observed == Observed::Collection(*container) =>
        {
            return true
        }
        Content::List(list) => realm.list_contents(*list).unwrap(),
        Content::Dictionary(dictionary) => realm.dictionary_contents(*dictionary).unwrap(),
        Content::Set(_) => return false,
    };
    parts.iter().any(|part| is_within(realm, part, observed))
}

fn check_collection(before: &Look, after: &Look, changes: &CollectionChanges, context: &str) {
    assert!(!changes.is_empty(), "{context}");
    match (changes, before, after) {
        // Or another object has the number of its owner by now.
        (CollectionChanges::Deleted, _, _) => {}
        (
            CollectionChanges::List(changes) | CollectionChanges::Set(changes),
            Look::Elements(before),
            Look::Elements(after),
        ) => check_positions(before, after, changes, context),
        (CollectionChanges::Dictionary(changes), Look::Entries(before), Look::Entries(after)) => {
            let gone: Vec<_> = before.keys().filter(|key| !after.contains_key(*key)).cloned().collect();
            let new: Vec<_> = after.keys().filter(|key| !before.contains_key(*key)).cloned().collect();
            assert_eq!((&changes.deletions, &changes.insertions), (&gone, &new), "{context}");
            for (key, value) in after {
                if let Some(was) = before.get(key) {
                    assert!(changes.modifications.contains(key) || was == value, "{context}\n{key:?} is missing");
                }
            }
        }
        _ => panic!("{context}"),
    }
}

/// Without what was deleted and inserted, the elements are the same, but for those that were modified.
fn check_positions(before: &[Json], after: &[Json], changes: &PositionChanges, context: &str) {
    let PositionChanges { deletions, insertions, modifications } = changes;
    for (positions, size) in [(deletions, before.len()), (insertions, after.len()), (modifications, after.len())] {
        assert!(positions.windows(2).all(|pair| pair[0] < pair[1]), "{context}");
        assert!(positions.iter().all(|&position| position < size as u64), "{context}");
    }
    let kept = |all: &[Json], without: &[u64]| -> Vec<(u64, Json)> {
        (0..).zip(all.iter().cloned()).filter(|(at, _)| !without.contains(at)).collect()
    };
    let (before, after) = (kept(before, deletions), kept(after, insertions));
    assert_eq!(before.len(), after.len(), "{context}");
    let mut missing: BTreeSet<u64> = modifications.iter().copied().collect();
    for ((_, was), (at, is)) in before.iter().zip(&after) {
        let is_told = missing.remove(at);
        assert!(is_told || was == is, "{context}\n{at} is missing");
    }
    assert!(missing.is_empty(), "{context}\n{missing:?} are insertions as well");
}

fn check_class(
    before: &Look,
    after: &Look,
    changes: &ClassChanges,
    replaced: &BTreeSet<PrimaryKey>,
    modified: &BTreeSet<PrimaryKey>,
    context: &str,
) {
    let (Look::Class(before), Look::Class(after)) = (before, after) else { panic!("{context}") };
    let set = |keys: &[PrimaryKey]| -> BTreeSet<PrimaryKey> { keys.iter().cloned().collect() };
    let with_replaced = |keys: BTreeSet<PrimaryKey>| -> BTreeSet<PrimaryKey> { &keys | replaced };
    assert_eq!(set(&changes.deletions), with_replaced(before - after), "{context}");
    assert_eq!(set(&changes.insertions), with_replaced(after - before), "{context}");
    assert_eq!(set(&changes.modifications), *modified, "{context}");
}

#[test]
fn what_is_told_is_the_difference_whoever_commits() {
    let seeds = std::env::var("REALM_SYNC_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(4);
    let mut told = 0;
    for seed in 0..seeds {
        let mut dice = Dice::Seed(5_000 + seed);
        let mut devices = [Device::new(2), Device::new(3)];
        for round in 1..=10 {
            for device in &mut devices {
                device.home.clock.set(round * 100 + dice.roll(50) as u64);
                for commit in 0..1 + dice.roll(2) {
                    let everything = Everything::watch(&mut device.realm);
                    device.realm.write(|realm| (0..dice.roll(9)).for_each(|_| change(realm, &mut dice)));
                    told += everything.check(&device.realm, &format!("seed {seed}, round {round}, commit {commit}"));
                }
            }
            let [first, second] = &mut devices;
            let ((_, first_did), (base, second_did)) = (first.upload(), second.upload());
            let (mut ours, mut theirs) = (entries(&first_did, 2), entries(&second_did, 3));
            merge(&mut ours, &mut theirs).unwrap();
            let timestamps = second_did.iter().map(|(timestamp, _)| *timestamp);
            let merged = timestamps.zip(&theirs).map(|(at, entry)| (at, encode_merged(&entry.changeset))).collect();
            let newest = first.store.status().unwrap().newest_version.0;
            let everything = [&mut first.realm, &mut second.realm].map(Everything::watch);
            first.integrate(merged, newest, 3).unwrap();
            second.integrate(first_did, base, 2).unwrap();
            for (everything, realm) in everything.into_iter().zip([&first.realm, &second.realm]) {
                told += everything.check(realm, &format!("seed {seed}, round {round}, integration"));
            }
        }
    }
    assert!(told > 100 * seeds as usize, "{told} reports");
}
