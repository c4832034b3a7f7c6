//! Counters merged at once against the pairwise rules: the same writes, additions and changed
//! entries, for random histories of both sides.

use proptest::prelude::*;
use realm_sync::changeset::{Changeset, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra};
use realm_sync::merge::{merge_groups, merge_groups_by_pairs, Entry};
use realm_sync::value::{FileIdent, OriginTimestamp};

/// One edit of the counter, or of what is near it.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Add(i64),
    Write(i64),
    /// What needs the pairwise rules.
    Default,
    Null,
    Above,
    Beside,
}

fn edits(odd: bool) -> BoxedStrategy<Edit> {
    let number = || prop_oneof![Just(0), Just(1), Just(-5), Just(i64::MAX)];
    let plain = prop_oneof![3 => number().prop_map(Edit::Add), 1 => number().prop_map(Edit::Write)];
    match odd {
        false => plain.boxed(),
        true => prop_oneof![
            40 => plain, 1 => Just(Edit::Default), 1 => Just(Edit::Null), 1 => Just(Edit::Above), 3 => Just(Edit::Beside),
        ]
        .boxed(),
    }
}

/// Changesets with the distance of each timestamp from the one before.
type Side = Vec<(Vec<Edit>, u64)>;

fn sides() -> impl Strategy<Value = (Side, Side, usize, bool)> {
    (any::<bool>(), 0..3usize, any::<bool>()).prop_flat_map(|(odd, depth, is_steady)| {
        let side = || {
            let changeset = (prop::collection::vec(edits(odd), 1..16), 0..4u64);
            prop::collection::vec(changeset, 2..8)
        };
        (side(), side(), Just(depth), Just(is_steady))
    })
}

fn push(changeset: &mut Changeset, edit: Edit, depth: usize) {
    let object = ObjectTarget { class: changeset.intern("A"), key: Key::Int(1) };
    let property = changeset.intern("p");
    let names: &[&str] = match edit {
        Edit::Add(_) | Edit::Write(_) | Edit::Default | Edit::Null => &["k", "l"][..depth],
        Edit::Above => &["k"][..depth.saturating_sub(1)],
        Edit::Beside => &["k", "other", "third"],
    };
    let path: Vec<_> = names.iter().map(|name| PathElement::Name(changeset.intern(name))).collect();
    let target = PathTarget { object, property, path: changeset.push_path(&path) };
    let write = |value, is_default| Instruction::Update { target, value, extra: UpdateExtra::IsDefault(is_default) };
    changeset.push(match edit {
        Edit::Add(value) => Instruction::AddInteger { target, value },
        Edit::Write(value) => write(Payload::Int(value), false),
        Edit::Default => write(Payload::Int(7), true),
        Edit::Null => write(Payload::Null, false),
        Edit::Above => write(Payload::ObjectValue, false),
        Edit::Beside => write(Payload::Bool(true), false),
    });
}

/// The third changeset and later ones of the incoming side know the first of ours.
fn entries(side: &Side, ident: u64, depth: usize, is_steady: bool) -> Vec<Entry> {
    let mut timestamp = 0;
    let made = side.iter().zip(1..).map(|((edits, distance), version)| {
        let mut changeset = Changeset::new();
        edits.iter().for_each(|edit| push(&mut changeset, *edit, depth));
        timestamp = if is_steady { timestamp + distance } else { *distance };
        Entry::new(changeset, version, u64::from(version > 2), OriginTimestamp(timestamp), FileIdent(ident))
    });
    made.collect()
}

fn printed(entries: &[Entry]) -> Vec<(String, bool)> {
    entries.iter().map(|entry| (entry.changeset.print().to_string(), entry.changed())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(crate::lists::cases()) })]

    #[test]
    fn a_counter_merged_at_once_is_the_same_as_pair_by_pair(
        (ours, theirs, depth, is_steady) in sides(),
        is_incoming_steady in any::<bool>(),
    ) {
        let ours = entries(&ours, 2, depth, is_steady);
        let theirs = entries(&theirs, 3, depth, is_incoming_steady);
        let (mut ours_at_once, mut theirs_at_once) = (ours.clone(), theirs.clone());
        merge_groups(&mut ours_at_once, &mut theirs_at_once).unwrap();
        let (mut ours_by_pairs, mut theirs_by_pairs) = (ours, theirs);
        merge_groups_by_pairs(&mut ours_by_pairs, &mut theirs_by_pairs).unwrap();
        prop_assert_eq!(printed(&ours_at_once), printed(&ours_by_pairs));
        prop_assert_eq!(printed(&theirs_at_once), printed(&theirs_by_pairs));
    }
}
