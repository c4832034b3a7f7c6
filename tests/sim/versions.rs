//! Devices whose applications are of different versions, with different schemas.

use realm_sync::schema::{PropertyType, Schema, SchemaError};
use realm_sync::store::{Mode, OpenOptions, Realm, StoreError};
use realm_sync::value::{PrimaryKey, Value};

use crate::clock::StampClock;
use crate::declare::{class, example_schema, int, property};
use crate::example::{A, B};
use crate::peers::{Maker, Peers};

/// The next version of the application: a property and a class more.
fn newer() -> Schema {
    let mut schema = example_schema();
    schema.classes[0].properties.push(int("extra"));
    schema.classes.push(class("T", vec![int("_id"), int("i")]));
    schema
}

fn read(peers: &mut Peers, device: usize, key: i64, property: &str) -> Value {
    let realm = peers.world.devices[device].running.as_mut().unwrap().realm();
    realm.refresh().unwrap();
    let class = realm.class_key("A").unwrap();
    let object = realm.find(class, &PrimaryKey::Int(key)).unwrap().unwrap();
    realm.get(class, object, realm.property_key(class, property).unwrap()).unwrap()
}

#[test]
fn an_older_and_a_newer_version_of_an_application_work_on_one_realm() {
    let mut peers = Peers::new(2, 1);
    peers.commit(A, 1_000, &["@A1 create", "@A1 i = 1"], Maker::Application);
    peers.exchange(&[A, B]);
    // Both write while the other does: B has never heard of the property.
    peers.declare(A, 1_001, newer());
    peers.commit(A, 1_002, &["@A1 extra = 7", "@T1 create"], Maker::Application);
    peers.commit(B, 1_003, &["@A1 i = 2", "@A2 create"], Maker::Application);
    peers.exchange(&[A, B]);
    assert_eq!(peers.agreed().to_string(), "A1 extra=7 i=2; A2; T1");
    assert_eq!(read(&mut peers, A, 2, "extra"), Value::Int(0), "the type's default");
    // B goes on with objects that have what it does not know.
    peers.commit(B, 1_004, &["@A1 i += 5", "@A2 i = 3"], Maker::Application);
    peers.commit(A, 1_005, &["@A2 extra = 8"], Maker::Application);
    peers.exchange(&[B, A]);
    assert_eq!(peers.agreed().to_string(), "A1 extra=7 i=7; A2 extra=8 i=3; T1");
    // Its own update finds everything there, and has nothing to say of it.
    peers.world.heard.clear();
    peers.declare(B, 1_006, newer());
    assert_eq!(read(&mut peers, B, 2, "extra"), Value::Int(8));
    peers.exchange(&[B, A]);
    assert_eq!(peers.sent_to(A), Vec::<String>::new());
}

#[test]
fn a_default_that_a_newer_version_declares_gives_way_to_what_another_device_set() {
    let mut peers = Peers::new(2, 1);
    peers.declare(A, 1_001, newer());
    peers.declare(B, 1_002, newer());
    peers.commit(A, 1_003, &["@A1 create", "@A1 extra = 7"], Maker::Application);
    peers.commit(
        B,
        1_004,
        &["@A1 create", "@A1 extra default 100", "@A2 create", "@A2 extra default 100"],
        Maker::Application,
    );
    peers.exchange(&[A, B]);
    assert_eq!(peers.agreed().to_string(), "A1 extra=7; A2 extra=100");
}

#[test]
fn a_version_that_contradicts_what_another_device_declared_is_an_error_before_anything_is_written() {
    let mut peers = Peers::new(2, 1);
    peers.declare(A, 1_001, newer());
    peers.commit(A, 1_002, &["@A1 create", "@A1 extra = 7"], Maker::Application);
    peers.exchange(&[A, B]);
    let mut differing = example_schema();
    differing.classes[0].properties.push(property("extra", PropertyType::String, false));
    differing.classes.push(class("U", vec![int("_id")]));
    let (path, clock) = (peers.world.devices[B].path.clone(), StampClock::new(&Default::default()));
    let before = (peers.model(B), version(&mut peers));
    let options = OpenOptions { path, schema: Some(differing), mode: Mode::Synced, clock };
    match Realm::open(options) {
        Err(StoreError::Schema(SchemaError::PropertyChanged { class, property, persisted, wanted })) => {
            assert_eq!([class, property, persisted, wanted], ["A", "extra", "int", "string"]);
        }
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("a contradiction was accepted"),
    }
    assert_eq!((peers.model(B), version(&mut peers)), before);
    peers.commit(B, 1_003, &["@A1 i = 3"], Maker::Application);
    peers.exchange(&[B, A]);
    assert_eq!(peers.agreed().to_string(), "A1 extra=7 i=3");
}

fn version(peers: &mut Peers) -> realm_sync::value::ClientVersion {
    peers.world.devices[B].running.as_ref().unwrap().open[0].realm.version().unwrap()
}
