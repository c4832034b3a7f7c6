//! W3 and W3b: two devices that worked offline, on the same objects or on one list, and come back at once.

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use realm_sync::net::SyncClient;
use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{Container, Content, Mode, OpenOptions, Realm};
use realm_sync::value::{Clock, PrimaryKey, Value as RealmValue};
use serde_json::{json, Value};

use crate::item::SplitMix64;
use crate::rig::{download_all, own_cpu_s, upload_all, Device, Link, Server};
use crate::Size;

const EDITS: i64 = 8_000;
const SEEDS: [u64; 2] = [11, 22];

pub fn update(folder: &Path, size: Size) -> Value {
    updates(folder, size.or(EDITS), 1_000)
}

pub fn hot(folder: &Path, size: Size) -> Value {
    updates(folder, size.or(EDITS), 1)
}

fn updates(folder: &Path, edits: i64, objects: i64) -> Value {
    let server = Server::start(folder);
    let mut a = Device::open(folder.join("a.realm"), &server);
    a.commit(0..objects);
    a.upload();
    let b = Device::open(folder.join("b.realm"), &server);
    b.download();
    let mut devices = [a, b];
    devices.iter().for_each(|device| device.link.session.stop());
    for (device, tag) in devices.iter_mut().zip(1..) {
        let mut random = SplitMix64::new(SEEDS[tag as usize - 1]);
        for i in 0..edits {
            device.set_count((random.next() % objects as u64) as i64, tag * 1_000_000 + i);
        }
    }
    let figures = meet(&server, devices.each_ref().map(|device| &device.link));
    for id in 0..objects {
        let [a, b] = devices.each_ref().map(|device| device.items.read_count(id));
        assert_eq!(a, b, "both devices have the same item {id}");
    }
    devices.into_iter().for_each(Device::close);
    figures
}

/// Starts both sessions and waits until each has everything of the other.
fn meet(server: &Server, links: [&Link; 2]) -> Value {
    let (client_cpu, server_cpu) = (own_cpu_s(), server.cpu_s());
    let sessions = links.map(|link| &link.session);
    let start = Instant::now();
    sessions.iter().for_each(|session| session.start());
    upload_all(sessions);
    let uploaded_s = start.elapsed().as_secs_f64();
    download_all(sessions);
    let total_s = start.elapsed().as_secs_f64();
    let (client_cpu, server_cpu) = (own_cpu_s() - client_cpu, server.cpu_s() - server_cpu);
    json!({ "total_s": total_s, "uploaded_s": uploaded_s, "client_cpu_s": client_cpu, "server_cpu_s": server_cpu })
}

/// Where the next element goes.
type Place = fn(&mut SplitMix64, u64) -> u64;

pub fn list_front(folder: &Path, size: Size) -> Value {
    inserts(folder, size.or(EDITS), |_, _| 0)
}

pub fn list_random(folder: &Path, size: Size) -> Value {
    inserts(folder, size.or(EDITS), |random, size| random.next() % (size + 1))
}

fn inserts(folder: &Path, edits: i64, place: Place) -> Value {
    let server = Server::start(folder);
    let mut a = Holder::open(&folder.join("a.realm"), &server);
    a.fill();
    a.link.upload();
    let b = Holder::open(&folder.join("b.realm"), &server);
    b.link.download();
    let mut holders = [a, b];
    holders.iter().for_each(|holder| holder.link.session.stop());
    for (holder, tag) in holders.iter_mut().zip(1..) {
        let mut random = SplitMix64::new(SEEDS[tag as usize - 1]);
        let list = holder.list();
        for i in 0..edits {
            let at = place(&mut random, 10 + i as u64);
            holder.commit(|realm| {
                realm.list_insert(list, at, RealmValue::Int(tag * 1_000_000 + i)).expect("inserting");
            });
        }
    }
    let figures = meet(&server, holders.each_ref().map(|holder| &holder.link));
    let [a, b] = holders.each_ref().map(|holder| holder.realm.list_contents(holder.list()).expect("reading"));
    assert_eq!(a.len() as i64, 2 * edits + 10, "nothing is lost");
    assert!(a == b, "both lists are equal");
    holders.into_iter().for_each(|holder| holder.link.close());
    figures
}

/// A device with the class `Holder`.
struct Holder {
    realm: Realm,
    link: Link,
}

impl Holder {
    fn open(path: &Path, server: &Server) -> Holder {
        let property = |name: &str, collection| Property {
            name: name.into(),
            property_type: PropertyType::Int,
            collection,
            nullable: false,
            indexed: false,
        };
        let class = Class {
            name: "Holder".into(),
            kind: ClassKind::TopLevel,
            primary_key: Some("_id".into()),
            properties: vec![property("_id", Collection::Single), property("items", Collection::List)],
        };
        let clock: Arc<dyn Clock> = SyncClient::clock();
        let schema = Some(Schema { classes: vec![class] });
        let options = OpenOptions { path: path.to_owned(), schema, mode: Mode::Synced, clock };
        let realm = Realm::open(options).expect("opening the realm");
        Holder { realm, link: Link::open(path, server) }
    }

    fn list(&self) -> Container {
        let class = self.realm.class_key("Holder").expect("the class is there");
        let items = self.realm.property_key(class, "items").expect("the property is there");
        let object = self.realm.find(class, &PrimaryKey::Int(0)).expect("finding").expect("the object is there");
        match self.realm.content(class, object, items).expect("reading") {
            Content::List(list) => list,
            other => unreachable!("{other:?}"),
        }
    }

    /// Makes the object, with ten elements.
    fn fill(&mut self) {
        let class = self.realm.class_key("Holder").expect("the class is there");
        self.commit(|realm| {
            realm.create(class, PrimaryKey::Int(0)).expect("creating");
        });
        let list = self.list();
        self.commit(|realm| {
            for i in 0..10 {
                realm.list_insert(list, i, RealmValue::Int(-1 - i as i64)).expect("inserting");
            }
        });
    }

    fn commit(&mut self, write: impl FnOnce(&mut Realm)) {
        self.realm.begin().expect("beginning");
        write(&mut self.realm);
        let commit = self.realm.commit().expect("committing");
        self.link.session.notify_commit(commit.version);
    }
}
