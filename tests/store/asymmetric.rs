//! Objects that are uploaded and not kept.

use realm_sync::schema::{Class, ClassKind, Collection};
use realm_sync::store::{Gate, Mode};
use realm_sync::value::{OriginTimestamp, UploadCursor, Value};

use crate::lists::assert_nothing_left;
use crate::record::printed;
use crate::support::{changesets, class, embedded, int, link, many, schema, ByName, Home};

#[test]
fn asymmetric_objects_are_recorded_and_gone_after_the_commit() {
    let event = class("Event", vec![int("_id"), int("n"), link("detail", "D"), many(Collection::List, int("ns"))]);
    let declared = schema(vec![embedded("D", vec![int("x")]), Class { kind: ClassKind::Asymmetric, ..event }]);
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, declared.clone());
    realm.write(|realm| {
        let object = realm.put("Event", 1);
        realm.assign("Event", object, "n", Value::Int(5));
        let (class, detail) = realm.at("Event", "detail");
        let embedded = realm.set_embedded(class, object, detail).unwrap();
        realm.assign("D", embedded, "x", Value::Int(6));
        let ns = realm.at_collection("Event", object, "ns");
        realm.list_insert(ns, 0, Value::Int(7)).unwrap();
        assert_eq!(realm.size(class).unwrap(), 1);
    });
    assert_eq!(
        printed(&home),
        [
            "AddTable D embedded\nAddTable Event asymmetric key \"_id\" Int\nAddColumn D.x Int Single\n\
             AddColumn Event.n Int Single\nAddColumn Event.detail Link<D>? Single\nAddColumn Event.ns Int List",
            "CreateObject Event[1]\nUpdate Event[1].n = 5\nUpdate Event[1].detail = ObjectValue\n\
             Update Event[1].detail.x = 6\nArrayInsert Event[1].ns[0] = 7 size=0",
        ]
    );
    assert_eq!(realm.size(realm.class("Event")).unwrap(), 0);
    assert_nothing_left(&home);

    let sent = home.sync_store().scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap();
    let sent = sent.changesets.into_iter().map(|sent| (OriginTimestamp(5), sent.changeset)).collect();
    let other = Home::new();
    other.sync_store_with_ident().integrate(&changesets(sent, 0, 0), &Gate::new().permit()).unwrap();
    let realm = other.try_open(Mode::Synced, None).unwrap();
    assert_eq!(realm.schema(), declared);
    assert_eq!(realm.size(realm.class("Event")).unwrap(), 0);
    assert_nothing_left(&other);
}

#[test]
fn erasing_an_asymmetric_object_takes_nothing_back() {
    let event = Class { kind: ClassKind::Asymmetric, ..class("Event", vec![int("_id")]) };
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, schema(vec![event]));
    realm.write(|realm| {
        let object = realm.put("Event", 1);
        realm.erase(realm.class("Event"), object).unwrap();
        assert_eq!(realm.size(realm.class("Event")).unwrap(), 0);
    });
    assert_eq!(printed(&home)[1..], ["CreateObject Event[1]"]);
}
