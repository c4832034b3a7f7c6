//! Elements of sets that are equal without being the same, and NaN, which is one element though `==` says otherwise:
//! two devices that change them at once end alike, to the last bit.

use realm_sync::store::Realm;
use realm_sync::value::{Decimal128, Value};

use crate::mirror::{exchange, Device};
use crate::support::ByName;

enum Write {
    Put(Value),
    Erase(Value),
}
use Write::{Erase, Put};

fn write(device: &mut Device, now: u64, writes: &[Write]) {
    device.home.clock.set(now);
    device.realm.write(|realm: &mut Realm| {
        let object = realm.put("A", 1);
        let set = realm.at_collection("A", object, "mset");
        for write in writes {
            match write {
                Put(value) => realm.set_insert(set, value.clone()).unwrap(),
                Erase(value) => realm.set_erase(set, value).unwrap(),
            };
        }
    });
}

fn shown(device: &Device) -> String {
    let object = device.realm.find(device.realm.class("A"), &realm_sync::value::PrimaryKey::Int(1)).unwrap().unwrap();
    device.realm.shown("A", object, "mset")
}

/// What both have, after one wrote later than the other, whoever reaches the server first.
fn both_end_with(base: &[Write], older: &[Write], newer: &[Write]) -> String {
    let mut ends = Vec::new();
    for newer_is_first in [false, true] {
        let (mut one, mut other) = (Device::new(2), Device::new(3));
        write(&mut one, 1, base);
        exchange(&mut one, &mut other).unwrap();
        write(&mut one, 10, older);
        write(&mut other, 20, newer);
        match newer_is_first {
            false => exchange(&mut one, &mut other).unwrap(),
            true => exchange(&mut other, &mut one).unwrap(),
        }
        ends.extend([shown(&one), shown(&other)]);
    }
    assert!(ends.iter().all(|end| *end == ends[0]), "{ends:#?}");
    ends.swap_remove(0)
}

fn nans() -> [Value; 3] {
    [Value::Double(f64::NAN), Value::Float(f32::NAN), Value::Decimal(Decimal128::NAN)]
}

#[test]
fn the_newer_of_two_operations_on_nan_wins() {
    for nan in nans() {
        let (put, erase) = (|| Put(nan.clone()), || Erase(nan.clone()));
        let with_nan = both_end_with(&[put()], &[], &[]);
        let empty = both_end_with(&[put()], &[erase()], &[]);
        assert_ne!(with_nan, empty);
        assert_eq!(both_end_with(&[], &[put()], &[put()]), with_nan);
        assert_eq!(both_end_with(&[put()], &[erase()], &[erase(), put()]), with_nan);
        assert_eq!(both_end_with(&[put()], &[erase(), put()], &[erase()]), empty);
        assert_eq!(both_end_with(&[], &[put()], &[put(), erase()]), empty);
    }
}

#[test]
fn of_two_equal_elements_the_newer_stays_as_it_is() {
    let decimal = |text: &str| Value::Decimal(text.parse().unwrap());
    let equal = [
        (Value::Double(0.0), Value::Double(-0.0)),
        (Value::Float(-0.0), Value::Float(0.0)),
        (decimal("1.0"), decimal("1.00")),
        (decimal("-0"), decimal("0E+3")),
    ];
    for (older, newer) in equal {
        let alone = both_end_with(&[], &[], &[Put(newer.clone())]);
        assert_eq!(both_end_with(&[], &[Put(older.clone())], &[Put(newer.clone())]), alone);
        let replaced = &[Erase(older.clone()), Put(newer.clone())];
        assert_eq!(both_end_with(&[Put(older.clone())], &[Erase(older.clone())], replaced), alone);
    }
}
