//! Batches: windows by base, reciprocals that outlive a batch, and what is reported as changed.

use realm_sync::changeset::{decode, encode_merged, Changeset};
use realm_sync::merge::{merge, merge_groups, Entry, MergeError};
use realm_sync::value::{FileIdent, OriginTimestamp};

use crate::model::Model;
use crate::script;
use crate::world::with_classes;

fn entry(changeset: Changeset, version: u64, base: u64, ident: u64) -> Entry {
    Entry::new(changeset, version, base, OriginTimestamp(version), FileIdent(ident))
}

fn list_of(size: usize) -> Model {
    let mut model = with_classes();
    script::record(&mut model, &["create"]);
    for _ in 0..size {
        script::record(&mut model, &["ints add 0"]);
    }
    model
}

fn recorded(size: usize, line: &str) -> Changeset {
    script::record(&mut list_of(size), &[line])
}

fn printed(entry: &Entry) -> String {
    entry.changeset.print().to_string()
}

#[test]
fn only_entries_above_the_base_meet() {
    let mut ours = [entry(recorded(3, "ints insert 0 1"), 5, 0, 2), entry(recorded(4, "ints insert 0 2"), 6, 0, 2)];
    let mut theirs = [entry(recorded(4, "ints add 9"), 1, 5, 3), entry(recorded(6, "ints add 8"), 2, 6, 3)];
    merge_groups(&mut ours, &mut theirs).unwrap();
    assert_eq!(printed(&theirs[0]), "ArrayInsert A[1].ints[5] = 9 size=5");
    assert_eq!(printed(&theirs[1]), "ArrayInsert A[1].ints[6] = 8 size=6");
    assert_eq!(printed(&ours[0]), "ArrayInsert A[1].ints[0] = 1 size=3");
    assert_eq!(printed(&ours[1]), "ArrayInsert A[1].ints[0] = 2 size=5");
    assert!(!ours[0].changed() && ours[1].changed());
    assert!(theirs[0].changed() && !theirs[1].changed());
}

#[test]
fn a_batch_is_the_same_in_one_go_and_changeset_by_changeset() {
    let ours = || [entry(recorded(3, "ints insert 1 1"), 5, 0, 2), entry(recorded(4, "ints remove 0"), 6, 0, 2)];
    let theirs = || [entry(recorded(3, "ints remove 1"), 1, 4, 3), entry(recorded(2, "ints insert 2 9"), 2, 4, 3)];
    let (mut ours_at_once, mut theirs_at_once) = (ours(), theirs());
    merge_groups(&mut ours_at_once, &mut theirs_at_once).unwrap();
    let (mut ours_by_one, mut theirs_by_one) = (ours(), theirs());
    for incoming in &mut theirs_by_one {
        let mut kept = ours_by_one.clone().map(|own| {
            let bytes = encode_merged(&own.changeset);
            Entry::new(decode(&bytes).unwrap(), own.version, 0, own.origin_timestamp, own.origin_file_ident)
        });
        merge_groups(&mut kept, std::slice::from_mut(incoming)).unwrap();
        ours_by_one = kept;
    }
    assert_eq!(ours_at_once.each_ref().map(printed), ours_by_one.each_ref().map(printed));
    assert_eq!(theirs_at_once.each_ref().map(printed), theirs_by_one.each_ref().map(printed));
}

#[test]
fn an_entry_that_lost_everything_is_changed_and_empty() {
    let mut ours = [entry(recorded(0, "i = 1"), 1, 0, 2)];
    let mut theirs = [entry(recorded(0, "i = 2"), 2, 0, 3)];
    merge(&mut ours, &mut theirs).unwrap();
    assert!(ours[0].changed());
    assert!(ours[0].changeset.is_empty() && encode_merged(&ours[0].changeset).is_empty());
    assert!(!theirs[0].changed());
}

#[test]
fn equal_discriminants_drop_the_incoming_one() {
    let make = |line| Entry::new(recorded(0, line), 1, 0, OriginTimestamp(7), FileIdent(2));
    let (mut ours, mut theirs) = ([make("i = 1")], [make("i = 2")]);
    merge(&mut ours, &mut theirs).unwrap();
    assert_eq!(printed(&ours[0]), "Update A[1].i = 1");
    assert!(theirs[0].changeset.is_empty());
}

#[test]
fn timestamps_compare_before_idents_and_unsigned() {
    let make =
        |line, timestamp, ident| Entry::new(recorded(0, line), 1, 0, OriginTimestamp(timestamp), FileIdent(ident));
    let (mut ours, mut theirs) = ([make("i = 1", u64::MAX, 2)], [make("i = 2", 1, u64::MAX)]);
    merge(&mut ours, &mut theirs).unwrap();
    assert!(theirs[0].changeset.is_empty());
}

#[test]
fn counters_wrap_instead_of_failing() {
    let mut ours = [entry(recorded(0, "i = 9223372036854775807"), 1, 0, 2)];
    let mut theirs = [entry(recorded(0, "i += 1"), 2, 0, 3)];
    merge(&mut ours, &mut theirs).unwrap();
    assert_eq!(printed(&ours[0]), "Update A[1].i = -9223372036854775808");
}

#[test]
fn disagreement_about_a_lists_size_is_refused() {
    for (own, incoming) in [
        ("ints insert 0 1", "ints insert 0 1"),
        ("ints insert 0 1", "ints/0 = 1"),
        ("ints remove 0", "ints/0 = 1"),
        ("ints remove 0", "ints insert 0 1"),
        ("ints remove 0", "ints remove 0"),
        ("ints move 0 1", "ints remove 0"),
        ("ints move 0 1", "ints move 0 1"),
        ("ints/0 = 1", "ints/0 = 2"),
    ] {
        let (mut ours, mut theirs) = ([entry(recorded(3, own), 1, 0, 2)], [entry(recorded(4, incoming), 2, 0, 3)]);
        let error = merge(&mut ours, &mut theirs).unwrap_err();
        assert_eq!(error, MergeError::ListMismatch { class: "A".into(), property: "ints".into() }, "{own}, {incoming}");
    }
}

#[test]
fn a_name_where_the_other_has_an_index_is_refused() {
    let mut list = with_classes();
    script::record(&mut list, &["create", "any = list"]);
    let own = script::record(&mut list, &["any add 1"]);
    let mut dictionary = with_classes();
    script::record(&mut dictionary, &["create", "any = dict", "any/k = dict"]);
    let incoming = script::record(&mut dictionary, &["any/k/z = 1"]);
    let (mut ours, mut theirs) = ([entry(own, 1, 0, 2)], [entry(incoming, 2, 0, 3)]);
    let error = merge(&mut ours, &mut theirs).unwrap_err();
    assert_eq!(error, MergeError::InconsistentPaths { class: "A".into(), property: "any".into() });
}

#[test]
fn names_compare_by_content_whatever_their_numbers() {
    let mut shifted = Changeset::new();
    shifted.intern("unused");
    shifted.intern("i");
    let instruction = script::instruction(&list_of(0), &mut shifted, "i = 2");
    shifted.push(instruction);
    let mut ours = [entry(recorded(0, "i = 1"), 1, 0, 2)];
    let mut theirs = [entry(shifted, 2, 0, 3)];
    merge(&mut ours, &mut theirs).unwrap();
    assert!(ours[0].changeset.is_empty());
}

#[test]
fn ten_thousand_updates_of_a_thousand_objects_merge_on_either_side() {
    let mut model = with_classes();
    let mut base = Changeset::new();
    for key in 0..1000 {
        let instruction = script::instruction(&model, &mut base, &format!("@A{key} create"));
        base.push(instruction);
    }
    model.apply(&base).unwrap();
    let side = |version: u64, ident: u64| {
        let mut changeset = Changeset::new();
        for number in 0..10_000u64 {
            let line = format!("@A{} i = {number}", number * 7 % 1000);
            let instruction = script::instruction(&model, &mut changeset, &line);
            changeset.push(instruction);
        }
        [entry(changeset, version, 0, ident)]
    };
    let (mut ours, mut theirs) = (side(1, 2), side(2, 3));
    merge(&mut ours, &mut theirs).unwrap();
    assert!(ours[0].changeset.is_empty());
    assert_eq!(theirs[0].changeset.instructions().len(), 10_000);
}
