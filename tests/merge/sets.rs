//! Elements of sets that equal each other in several forms.

use std::str::FromStr;

use realm_sync::changeset::{Changeset, Instruction, Key, ObjectTarget, PathTarget, Payload};
use realm_sync::merge::{merge, Entry};
use realm_sync::value::{Decimal128, FileIdent, OriginTimestamp};

fn insert(path: &[&str], value: Payload, timestamp: u64) -> [Entry; 1] {
    let mut changeset = Changeset::new();
    let object = ObjectTarget { class: changeset.intern("A"), key: Key::Int(1) };
    let property = changeset.intern("set");
    let path: Vec<_> =
        path.iter().map(|name| realm_sync::changeset::PathElement::Name(changeset.intern(name))).collect();
    let target = PathTarget { object, property, path: changeset.push_path(&path) };
    changeset.push(Instruction::SetInsert { target, value });
    [Entry::new(changeset, 1, 0, OriginTimestamp(timestamp), FileIdent(timestamp))]
}

/// Whether the older of two concurrent inserts is dropped.
fn are_equal(left: Payload, right: Payload) -> bool {
    let mut outcomes = Vec::new();
    for path in [&[][..], &["k"], &["k", "l"]] {
        let (mut ours, mut theirs) = (insert(path, left, 2), insert(path, right, 3));
        merge(&mut ours, &mut theirs).unwrap();
        assert!(!theirs[0].changed());
        outcomes.push(ours[0].changeset.is_empty());
    }
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]), "the depth of the set matters");
    outcomes[0]
}

fn decimal(text: &str) -> Payload {
    Payload::Decimal(Decimal128::from_str(text).unwrap())
}

#[test]
fn numbers_are_equal_by_what_they_mean() {
    assert!(are_equal(Payload::Float(0.0), Payload::Float(-0.0)));
    assert!(are_equal(Payload::Double(0.0), Payload::Double(-0.0)));
    assert!(are_equal(Payload::Double(f64::INFINITY), Payload::Double(f64::INFINITY)));
    assert!(are_equal(decimal("1.50"), decimal("1.5")));
    assert!(are_equal(decimal("-0E+3"), decimal("0")));
    assert!(are_equal(decimal("Infinity"), decimal("Infinity")));
}

#[test]
fn different_numbers_and_kinds_are_not_equal() {
    assert!(!are_equal(Payload::Double(1.0), Payload::Double(-1.0)));
    assert!(!are_equal(Payload::Float(1.0), Payload::Double(1.0)));
    assert!(!are_equal(Payload::Double(1.0), Payload::Int(1)));
    assert!(!are_equal(decimal("Infinity"), decimal("-Infinity")));
    assert!(!are_equal(decimal("15"), decimal("1.5")));
}

#[test]
fn not_a_number_is_equal_to_the_same_bits_only() {
    let (float, double) = (Payload::Float(f32::NAN), Payload::Double(f64::NAN));
    for nan in [float, double, decimal("NaN")] {
        assert!(are_equal(nan, nan));
    }
    assert!(!are_equal(float, double));
    assert!(!are_equal(float, Payload::Float(-f32::NAN)));
    assert!(!are_equal(double, Payload::Double(f64::from_bits(f64::NAN.to_bits() + 1))));
    assert!(!are_equal(decimal("NaN"), Payload::Decimal(Decimal128::from_bits(Decimal128::NAN.to_bits() + 1))));
    assert!(!are_equal(double, Payload::Double(0.0)));
}
