//! Limits of sizes: what is beyond them is an error, and nothing of it is written.

use realm_sync::schema::{Class, ClassKind, Collection, SchemaError};
use realm_sync::store::{Gate, Mode, StoreError};
use realm_sync::value::{ClientVersion, OriginTimestamp, Value};

use crate::beyond::LIMITED;
use crate::support::{changesets, class, embedded, int, link, many, mixed, schema, ByName, Home};

#[test]
fn a_download_at_a_limit_is_integrated_and_one_beyond_it_is_a_bad_changeset_that_leaves_nothing() {
    for (name, limit, changeset) in LIMITED {
        let home = Home::new();
        let mut store = home.sync_store_with_ident();
        let download = |size| changesets(vec![(OriginTimestamp(5), changeset(size))], 0, 0);
        match store.integrate(&download(limit + 1), &Gate::new().permit()) {
            Err(error) => assert!(error.is_bad_changeset(), "{name}: {error}"),
            Ok(_) => panic!("a {name} of {} was integrated", limit + 1),
        }
        assert_eq!(store.status().unwrap().newest_version, ClientVersion(1), "{name}");
        assert!(home.try_open(Mode::Synced, None).unwrap().schema().classes.is_empty(), "{name}");
        store.integrate(&download(limit), &Gate::new().permit()).unwrap_or_else(|error| panic!("{name}: {error}"));
    }
}

#[test]
fn a_transaction_that_no_server_would_take_is_refused_as_a_whole_and_says_what_to_do() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema(vec![class("A", vec![int("_id"), mixed("any")])]));
    let before = realm.version().unwrap();
    realm.begin().unwrap();
    for id in 0..8 {
        let object = realm.put("A", id);
        realm.assign("A", object, "any", Value::Binary(vec![1; 16_000_000]));
    }
    let error = realm.commit().unwrap_err();
    assert!(matches!(error, StoreError::TransactionTooLarge { limit: 125_829_120, .. }), "{error}");
    assert!(error.to_string().contains("in several transactions"), "{error}");
    assert_eq!(realm.version().unwrap(), before);
    assert_eq!(realm.size(realm.class("A")).unwrap(), 0);
    realm.write(|realm| {
        realm.put("A", 1);
    });
    assert_eq!(realm.size(realm.class("A")).unwrap(), 1);
}

#[test]
fn an_asymmetric_class_is_linked_to_by_none_and_a_set_holds_no_embedded_objects() {
    let event = Class { kind: ClassKind::Asymmetric, ..class("Event", vec![int("_id")]) };
    let refusal = |property| {
        let classes = vec![event.clone(), embedded("E", vec![]), class("A", vec![int("_id"), property])];
        schema(classes).validate().unwrap_err()
    };
    let (class, property) = ("A".to_owned(), "p".to_owned());
    assert_eq!(
        refusal(link("p", "Event")),
        SchemaError::AsymmetricTarget { class: class.clone(), property: property.clone(), target: "Event".to_owned() }
    );
    assert_eq!(refusal(many(Collection::Set, link("p", "E"))), SchemaError::SetOfEmbedded { class, property });
}
