//! Classes and properties that contradict each other.

use realm_sync::merge::{merge, ClassDifference, Entry, MergeError, PropertyDifference};
use realm_sync::value::{FileIdent, OriginTimestamp};

use crate::script;
use crate::world::with_classes;

fn refused(by_a: &[&str], by_b: &[&str]) -> MergeError {
    let entry = |ident: u64, lines: &[&str]| {
        let changeset = script::record(&mut with_classes(), lines);
        [Entry::new(changeset, 1, 0, OriginTimestamp(1), FileIdent(ident))]
    };
    let (mut ours, mut theirs) = (entry(2, by_a), entry(3, by_b));
    let before = ours[0].changeset.print().to_string();
    let error = merge(&mut ours, &mut theirs).unwrap_err();
    assert_eq!(ours[0].changeset.print().to_string(), before);
    assert!(!ours[0].changed() && !theirs[0].changed());
    error
}

#[test]
fn definitions_that_differ_are_refused_by_what_differs() {
    let class = |difference| MergeError::ClassMismatch { class: "T".into(), difference };
    assert_eq!(refused(&["table T id"], &["text-table T id"]), class(ClassDifference::KeyType));
    assert_eq!(refused(&["table T id"], &["table T _id"]), class(ClassDifference::KeyProperty));
    assert_eq!(refused(&["table T id"], &["embedded T"]), class(ClassDifference::Kind));
    let property = |difference| MergeError::PropertyMismatch { class: "B".into(), property: "p".into(), difference };
    assert_eq!(refused(&["int B p"], &["list B p"]), property(PropertyDifference::Collection));
    assert_eq!(refused(&["int B p"], &["link B p A"]), property(PropertyDifference::Type));
    assert_eq!(refused(&["link B p A"], &["link B p B"]), property(PropertyDifference::LinkTarget));
}
