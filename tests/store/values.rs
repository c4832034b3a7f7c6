//! Every value comes back as it went in, and lies in the file in its order.

use realm_sync::schema::{PropertyType, Schema};
use realm_sync::store::Mode;
use realm_sync::value::{Decimal128, ObjectId, PrimaryKey, Timestamp, Uuid, Value};

use crate::support::{class, int, link_to, mixed, property, schema, text, ByName, Home};

const NAN: u128 = 0b11111 << 122;
const INFINITY: u128 = 0b11110 << 122;

fn decimal(coefficient: u128, exponent: i32) -> Decimal128 {
    Decimal128::from_bits(((exponent + 6176) as u128) << 113 | coefficient)
}

fn timestamp(seconds: i64, nanoseconds: i32) -> Value {
    Value::Timestamp(Timestamp::new(seconds, nanoseconds).unwrap())
}

fn ints() -> Vec<Value> {
    [i64::MIN, -1, 0, 1, i64::MAX].map(Value::Int).to_vec()
}

fn strings() -> Vec<Value> {
    let long = "x".repeat(1 << 20);
    ["", "\0", "a\0b", "\tTab", "it's \"quoted\"", "é", "😀🏳️‍🌈", &long].map(text).to_vec()
}

fn binaries() -> Vec<Value> {
    [vec![], vec![0], vec![9, 0, 0], vec![0xff; 1 << 20]].map(Value::Binary).to_vec()
}

fn timestamps() -> Vec<Value> {
    vec![
        timestamp(i64::MIN, -999_999_999),
        timestamp(-62_167_219_201, 0),
        timestamp(-1, -5),
        timestamp(0, -1),
        timestamp(0, 0),
        timestamp(1_700_000_000, 123_456_789),
        timestamp(253_402_300_800, 0),
        timestamp(i64::MAX, 999_999_999),
    ]
}

fn floats() -> Vec<Value> {
    let nans = [0x7fc0_0000, 0x7f80_0001, 0xffff_ffff].map(f32::from_bits);
    let plain = [f32::NEG_INFINITY, f32::MIN, -0.0, 0.0, f32::MIN_POSITIVE, f32::from_bits(1), 1.5, f32::INFINITY];
    nans.into_iter().chain(plain).map(Value::Float).collect()
}

fn doubles() -> Vec<Value> {
    let nans = [0x7ff8_0000_0000_0000, 0x7ff0_0000_0000_0001, u64::MAX].map(f64::from_bits);
    let plain = [f64::NEG_INFINITY, f64::MIN, -0.0, 0.0, 5.0, f64::from_bits(1), 0.1, 1e300, f64::INFINITY];
    nans.into_iter().chain(plain).map(Value::Double).collect()
}

fn decimals() -> Vec<Value> {
    let max = 10_u128.pow(34) - 1;
    let negative = 1 << 127;
    let odd = [0, NAN, NAN | 5, NAN | negative, INFINITY, INFINITY | negative, negative, u128::MAX];
    let plain = [(15, -1), (10, -1), (100, -2), (max, 6111), (1, -6176), (0, 0), (0, 7)];
    let plain = plain.map(|(coefficient, exponent)| decimal(coefficient, exponent));
    odd.map(Decimal128::from_bits).into_iter().chain(plain).map(Value::Decimal).collect()
}

fn object_ids() -> Vec<Value> {
    [[0; 12], [0xff; 12], [1; 12]].map(|bytes| Value::ObjectId(ObjectId(bytes))).to_vec()
}

fn uuids() -> Vec<Value> {
    [[0; 16], [0xff; 16], [1; 16]].map(|bytes| Value::Uuid(Uuid(bytes))).to_vec()
}

fn bools() -> Vec<Value> {
    vec![Value::Bool(false), Value::Bool(true)]
}

pub fn all_types() -> Vec<(PropertyType, Vec<Value>)> {
    vec![
        (PropertyType::Int, ints()),
        (PropertyType::Bool, bools()),
        (PropertyType::String, strings()),
        (PropertyType::Binary, binaries()),
        (PropertyType::Timestamp, timestamps()),
        (PropertyType::Float, floats()),
        (PropertyType::Double, doubles()),
        (PropertyType::Decimal, decimals()),
        (PropertyType::ObjectId, object_ids()),
        (PropertyType::Uuid, uuids()),
    ]
}

fn every_type_schema() -> Schema {
    let mut properties = vec![int("_id"), mixed("mixed")];
    for (property_type, _) in all_types() {
        let name = property_type.name().to_owned();
        properties.push(property(&format!("{name}?"), property_type.clone(), true));
        properties.push(property(&name, property_type, false));
    }
    schema(vec![class("Thing", properties)])
}

/// Equal to the last bit: by `==`, NaN is not itself and -0.0 is 0.0.
#[track_caller]
fn assert_same(found: &Value, wanted: &Value) {
    match (found, wanted) {
        (Value::Float(found), Value::Float(wanted)) => assert_eq!(found.to_bits(), wanted.to_bits()),
        (Value::Double(found), Value::Double(wanted)) => assert_eq!(found.to_bits(), wanted.to_bits()),
        _ => assert_eq!(found, wanted),
    }
}

#[test]
fn every_value_survives_in_its_column_and_in_mixed() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, every_type_schema());
    let mut written = Vec::new();
    realm.write(|realm| {
        for (property_type, values) in all_types() {
            for value in values {
                let object = realm.put("Thing", written.len() as i64);
                for property in [property_type.name(), &format!("{}?", property_type.name()), "mixed"] {
                    realm.assign("Thing", object, property, value.clone());
                }
                written.push((object, property_type.name(), value));
            }
        }
    });
    drop(realm);
    let realm = home.try_open(Mode::ReadOnly, None).unwrap();
    for (object, name, value) in written {
        for property in [name, &format!("{name}?"), "mixed"] {
            assert_same(&realm.read("Thing", object, property), &value);
        }
    }
}

#[test]
fn every_nullable_property_holds_null() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, every_type_schema());
    realm.write(|realm| {
        let object = realm.put("Thing", 1);
        for (property_type, values) in all_types() {
            let name = format!("{}?", property_type.name());
            assert_eq!(realm.read("Thing", object, &name), Value::Null);
            realm.assign("Thing", object, &name, values[0].clone());
            realm.assign("Thing", object, &name, Value::Null);
            assert_eq!(realm.read("Thing", object, &name), Value::Null);
        }
    });
}

#[test]
fn a_new_object_has_the_default_of_each_type() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, every_type_schema());
    realm.write(|realm| {
        let object = realm.put("Thing", 1);
        let wanted = [
            ("int", Value::Int(0)),
            ("bool", Value::Bool(false)),
            ("string", text("")),
            ("binary", Value::Binary(Vec::new())),
            ("timestamp", timestamp(0, 0)),
            ("float", Value::Float(0.0)),
            ("double", Value::Double(0.0)),
            ("decimal", Value::Decimal(decimal(0, 0))),
            ("objectId", Value::ObjectId(ObjectId::default())),
            ("uuid", Value::Uuid(Uuid::default())),
        ];
        for (name, value) in wanted {
            assert_same(&realm.read("Thing", object, name), &value);
        }
    });
}

#[test]
fn values_lie_in_the_file_in_their_order() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, every_type_schema());
    let ordered: Vec<(&str, Vec<Value>)> = vec![
        ("int", ints()),
        ("string", ["", "\0", "A", "a", "é", "😀"].map(text).to_vec()),
        ("timestamp", timestamps()),
        ("float", [f32::NEG_INFINITY, -1.5, 0.0, 0.1, f32::INFINITY].map(Value::Float).to_vec()),
        ("double", [f64::NEG_INFINITY, -1.5, 0.0, 0.1, f64::INFINITY].map(Value::Double).to_vec()),
        (
            "decimal",
            [(1, -6176), (9, -1), (10, -1), (2, 0), (1, 3)].map(|(c, e)| Value::Decimal(decimal(c, e))).to_vec(),
        ),
        ("objectId", [[0; 12], [1; 12], [0xff; 12]].map(|bytes| Value::ObjectId(ObjectId(bytes))).to_vec()),
    ];
    for (name, values) in ordered {
        realm.write(|realm| {
            let class = realm.class("Thing");
            for object in realm.object_keys(class).unwrap() {
                realm.erase(class, object).unwrap();
            }
            // Written backwards, so that only the column can put them in order.
            for (key, value) in values.iter().enumerate().rev() {
                let object = realm.put("Thing", key as i64);
                realm.assign("Thing", object, name, value.clone());
                realm.assign("Thing", object, "mixed", value.clone());
            }
        });
        for column in [name, "mixed"] {
            let sqlite = home.sqlite();
            let mut statement = sqlite.prepare(&format!("SELECT _id FROM Thing ORDER BY \"{column}\"")).unwrap();
            let keys: Vec<i64> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
            assert_eq!(keys, (0..values.len() as i64).collect::<Vec<_>>(), "{name} in {column}");
        }
    }
}

#[test]
fn ordinary_values_are_readable_in_the_file() {
    let home = Home::new();
    let mut realm = home.open(Mode::Local, every_type_schema());
    realm.write(|realm| {
        let object = realm.put("Thing", 7);
        realm.assign("Thing", object, "string", text("hello"));
        realm.assign("Thing", object, "timestamp", timestamp(1_700_000_000, 0));
        realm.assign("Thing", object, "double", Value::Double(1.5));
        realm.assign("Thing", object, "uuid", Value::Uuid(Uuid([0x11; 16])));
        realm.assign("Thing", object, "decimal", Value::Decimal(decimal(15, -1)));
    });
    let sql = "SELECT _id || ' ' || string || ' ' || timestamp || ' ' || double || ' ' || uuid || substr(decimal, 41) FROM Thing";
    let row: String = home.sqlite().query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(row, "7 hello 2023-11-14T22:13:20.000000000Z 1.5 11111111-1111-1111-1111-111111111111 1.5");
}

#[test]
fn every_kind_of_key_names_its_object() {
    let home = Home::new();
    let key = |name: &str, property_type, nullable| {
        class(name, vec![property("_id", property_type, nullable), int("n"), mixed("any")])
    };
    let classes = vec![
        key("Int", PropertyType::Int, false),
        key("IntOrNull", PropertyType::Int, true),
        key("String", PropertyType::String, false),
        key("StringOrNull", PropertyType::String, true),
        key("Id", PropertyType::ObjectId, false),
        key("IdOrNull", PropertyType::ObjectId, true),
        key("Uuid", PropertyType::Uuid, false),
        key("UuidOrNull", PropertyType::Uuid, true),
    ];
    let keys = |name: &str| {
        let mut keys = match &name[..2] {
            "In" => vec![PrimaryKey::Int(i64::MIN), PrimaryKey::Int(0), PrimaryKey::Int(i64::MAX)],
            "St" => ["", "a", "A", "a\0b", "1"].map(|text| PrimaryKey::String(text.to_owned())).to_vec(),
            "Id" => [[0; 12], [7; 12]].map(|bytes| PrimaryKey::ObjectId(ObjectId(bytes))).to_vec(),
            _ => [[0; 16], [7; 16]].map(|bytes| PrimaryKey::Uuid(Uuid(bytes))).to_vec(),
        };
        if name.ends_with("OrNull") {
            keys.push(PrimaryKey::Null);
        }
        keys
    };
    let mut realm = home.open(Mode::Synced, schema(classes.clone()));
    for class in &classes {
        let class_key = realm.class(&class.name);
        realm.write(|realm| {
            for (n, key) in keys(&class.name).into_iter().enumerate() {
                let object = realm.put(&class.name, key.clone());
                realm.assign(&class.name, object, "n", Value::Int(n as i64));
                realm.assign(&class.name, object, "any", link_to(&class.name, key.clone()));
                assert_eq!(realm.create(class_key, key).unwrap(), (object, false));
            }
        });
        assert_eq!(realm.size(class_key).unwrap(), keys(&class.name).len() as u64);
        for (n, key) in keys(&class.name).into_iter().enumerate() {
            let object = realm.find(class_key, &key).unwrap().unwrap();
            assert_eq!(realm.primary_key(class_key, object).unwrap(), key);
            assert_eq!(realm.read(&class.name, object, "_id"), key_value(&key));
            assert_eq!(realm.read(&class.name, object, "n"), Value::Int(n as i64));
            assert_eq!(realm.read(&class.name, object, "any"), link_to(&class.name, key));
        }
    }
}

fn key_value(key: &PrimaryKey) -> Value {
    match key {
        PrimaryKey::Null => Value::Null,
        PrimaryKey::Int(int) => Value::Int(*int),
        PrimaryKey::String(string) => text(string),
        PrimaryKey::ObjectId(id) => Value::ObjectId(*id),
        PrimaryKey::Uuid(uuid) => Value::Uuid(*uuid),
        PrimaryKey::GlobalKey { .. } => panic!("no key property"),
    }
}
