//! The class that the workloads write, and the generator of its names.

use std::path::Path;
use std::sync::Arc;

use realm_sync::net::SyncClient;
use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{ClassKey, Mode, ObjectKey, OpenOptions, PropertyKey, Realm};
use realm_sync::value::{Clock, PrimaryKey, Value};

/// SplitMix64 as `docs/BENCHMARKS.md` names it.
pub struct SplitMix64(u64);

impl SplitMix64 {
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// An open realm with the class `Item`.
pub struct Items {
    pub realm: Realm,
    pub class: ClassKey,
    pub name: PropertyKey,
    pub count: PropertyKey,
    pub value: PropertyKey,
    names: SplitMix64,
}

impl Items {
    pub fn open(path: &Path) -> Items {
        let clock: Arc<dyn Clock> = SyncClient::clock();
        let options = OpenOptions { path: path.to_owned(), schema: Some(schema()), mode: Mode::Synced, clock };
        let realm = Realm::open(options).expect("opening the realm");
        let class = realm.class_key("Item").expect("the class is there");
        let property = |name| realm.property_key(class, name).expect("the property is there");
        let (name, count, value) = (property("name"), property("count"), property("value"));
        Items { realm, class, name, count, value, names: SplitMix64::new(1) }
    }

    /// Creates item `i` inside the open transaction.
    pub fn create(&mut self, i: i64) {
        let name = format!("{:016x}{:016x}", self.names.next(), self.names.next());
        let (object, _) = self.realm.create(self.class, PrimaryKey::Int(i)).expect("creating");
        self.realm.set(self.class, object, self.name, Value::String(name)).expect("setting");
        self.realm.set(self.class, object, self.count, Value::Int(7 * i)).expect("setting");
        self.realm.set(self.class, object, self.value, Value::Double(i as f64 + 0.25)).expect("setting");
    }

    /// One transaction that creates the items of `range`.
    pub fn commit(&mut self, range: std::ops::Range<i64>) -> realm_sync::value::ClientVersion {
        self.realm.begin().expect("beginning");
        range.for_each(|i| self.create(i));
        self.realm.commit().expect("committing").version
    }

    pub fn set_count(&mut self, id: i64, count: i64) -> realm_sync::value::ClientVersion {
        self.realm.begin().expect("beginning");
        let object = self.object(id);
        self.realm.set(self.class, object, self.count, Value::Int(count)).expect("setting");
        self.realm.commit().expect("committing").version
    }

    pub fn read_count(&self, id: i64) -> i64 {
        match self.realm.get(self.class, self.object(id), self.count).expect("reading") {
            Value::Int(count) => count,
            other => unreachable!("{other:?}"),
        }
    }

    fn object(&self, id: i64) -> ObjectKey {
        self.realm.find(self.class, &PrimaryKey::Int(id)).expect("finding").expect("the object is there")
    }
}

fn schema() -> Schema {
    let property = |name: &str, property_type| Property {
        name: name.into(),
        property_type,
        collection: Collection::Single,
        nullable: false,
        indexed: false,
    };
    Schema {
        classes: vec![Class {
            name: "Item".into(),
            kind: ClassKind::TopLevel,
            primary_key: Some("_id".into()),
            properties: vec![
                property("_id", PropertyType::Int),
                property("name", PropertyType::String),
                property("count", PropertyType::Int),
                property("value", PropertyType::Double),
            ],
        }],
    }
}
