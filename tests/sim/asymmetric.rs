//! Objects of asymmetric classes: uploaded, kept by nobody.

use realm_sync::schema::{Class, ClassKind, Collection, Schema};
use realm_sync::store::{ClassKey, Container, ObjectKey, Realm};
use realm_sync::value::{PrimaryKey, Value};
use rusqlite::Connection;

use crate::declare::{class, example_schema, int, link, many};
use crate::example::{A, B};
use crate::peers::Peers;

/// The schema of the examples, and a class of events that hold an embedded object and a list.
fn with_events() -> Schema {
    let mut schema = example_schema();
    let event = class("Event", vec![int("_id"), int("n"), link("detail", "E"), many(Collection::List, int("ns"))]);
    schema.classes.push(Class { kind: ClassKind::Asymmetric, ..event });
    schema
}

/// Everybody knows the class.
fn peers() -> Peers {
    let mut peers = Peers::new(2, 1);
    peers.declare(A, 1_001, with_events());
    peers.exchange(&[A, B]);
    peers.world.heard.clear();
    peers
}

fn realm(peers: &mut Peers, device: usize) -> &mut Realm {
    peers.world.devices[device].running.as_mut().unwrap().realm()
}

/// One transaction with an event; what else is written to it gets its class and object.
fn happen(realm: &mut Realm, id: i64, write: impl FnOnce(&mut Realm, ClassKey, ObjectKey)) {
    realm.refresh().unwrap();
    let event = realm.class_key("Event").unwrap();
    realm.begin().unwrap();
    let (object, _) = realm.create(event, PrimaryKey::Int(id)).unwrap();
    write(realm, event, object);
    assert_eq!(realm.size(event).unwrap(), 1);
    realm.commit().unwrap();
    assert_eq!(realm.size(event).unwrap(), 0);
    assert_eq!(realm.find(event, &PrimaryKey::Int(id)).unwrap(), None);
}

fn set_number(realm: &mut Realm, event: ClassKey, object: ObjectKey, n: i64) {
    let property = realm.property_key(event, "n").unwrap();
    realm.set(event, object, property, Value::Int(n)).unwrap();
}

/// All that an event can own.
fn fill(realm: &mut Realm, event: ClassKey, object: ObjectKey) {
    set_number(realm, event, object, 5);
    let detail = realm.property_key(event, "detail").unwrap();
    let detail = realm.set_embedded(event, object, detail).unwrap();
    let embedded = realm.class_key("E").unwrap();
    let x = realm.property_key(embedded, "x").unwrap();
    realm.set(embedded, detail, x, Value::Int(6)).unwrap();
    let property = realm.property_key(event, "ns").unwrap();
    realm.list_insert(Container::Property { class: event, object, property }, 0, Value::Int(7)).unwrap();
}

/// Neither a device nor the server has an event, or anything that one owned.
fn assert_nobody_keeps_any(peers: &Peers) {
    let devices = peers.world.devices.iter().map(|device| device.path.clone());
    for file in devices.chain([peers.server_file()]) {
        let connection = Connection::open(&file).unwrap();
        let sql =
            "SELECT (SELECT count(*) FROM Event), (SELECT count(*) FROM E), (SELECT count(*) FROM _realm_container)";
        let counts: [i64; 3] =
            connection.query_row(sql, [], |row| Ok([row.get(0)?, row.get(1)?, row.get(2)?])).unwrap();
        assert_eq!(counts, [0; 3], "{}", file.display());
    }
}

#[test]
fn asymmetric_objects_go_up_with_all_they_own_and_nobody_keeps_them() {
    let mut peers = peers();
    happen(realm(&mut peers, A), 1, fill);
    peers.exchange(&[A, B]);
    assert_eq!(
        peers.sent_to(B),
        [
            "CreateObject Event[1]",
            "Update Event[1].n = 5",
            "Update Event[1].detail = ObjectValue",
            "Update Event[1].detail.x = 6",
            "ArrayInsert Event[1].ns[0] = 7 size=0",
        ]
    );
    assert_nobody_keeps_any(&peers);
}

#[test]
fn asymmetric_objects_of_one_key_from_two_devices_at_once_do_no_harm() {
    for order in [[A, B], [B, A]] {
        let mut peers = peers();
        for (device, n) in [(A, 1), (B, 2), (A, 3)] {
            happen(realm(&mut peers, device), 1, |realm, event, object| set_number(realm, event, object, n));
        }
        peers.exchange(&order);
        assert_nobody_keeps_any(&peers);
        happen(realm(&mut peers, order[1]), 1, fill);
        peers.exchange(&order);
        assert_nobody_keeps_any(&peers);
    }
}
