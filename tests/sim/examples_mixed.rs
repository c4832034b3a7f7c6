//! Worked examples: collections in Mixed.

use crate::example::{check, instructed, recorded, Transaction, A, B};

#[test]
fn example_63_concurrent_lists_in_mixed_merge() {
    let (ab, cd): (&[&str], &[&str]) =
        (&["any = list", "any add 'a", "any add 'b"], &["any = list", "any add 'c", "any add 'd"]);
    instructed(&["create"], &[(A, 1, ab), (B, 2, cd)], "A1 any=['a 'b 'c 'd]");
    instructed(&["create"], &[(A, 2, ab), (B, 1, cd)], "A1 any=['c 'd 'a 'b]");
    // We make sure that what becomes a list is empty.
    recorded(&["create"], &[(A, 1, ab), (B, 2, cd)], "A1 any=['c 'd]");
    recorded(&["create"], &[(A, 2, ab), (B, 1, cd)], "A1 any=['a 'b]");
}

#[test]
fn example_64_concurrent_dictionaries_in_mixed_merge() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["any = dict", "any/a = 1", "any/b = 2"]), (B, 2, &["any = dict", "any/b = 9", "any/c = 3"])];
    instructed(&["create"], transactions, "A1 any={a:1 b:9 c:3}");
    recorded(&["create"], transactions, "A1 any={b:9 c:3}");
}

#[test]
fn example_65_newer_kind_of_collection_wins() {
    check(&["create"], &[(A, 2, &["any = list", "any add 1"]), (B, 1, &["any = dict", "any/k = 1"])], "A1 any=[1]");
}

#[test]
fn example_66_list_and_number_in_mixed() {
    check(&["create"], &[(A, 1, &["any = list", "any add 1"]), (B, 2, &["any = 5"])], "A1 any=5");
    check(&["create"], &[(A, 2, &["any = list", "any add 1"]), (B, 1, &["any = 5"])], "A1 any=[1]");
}

#[test]
fn example_67_number_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 9, &["any add 3"]), (B, 1, &["any = 5"])],
        "A1 any=5",
    );
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 1, &["any clear"]), (B, 2, &["any = 5"])],
        "A1 any=5",
    );
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 2, &["any clear", "any add 3"]), (B, 1, &["any = 5"])],
        "A1 any=[3]",
    );
}

#[test]
fn example_68_list_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 9, &["any add 3"]), (B, 1, &["any = 5", "any = list", "any add 7"])],
        "A1 any=[7]",
    );
}

#[test]
fn example_69_two_lists_over_a_list_in_mixed() {
    check(
        &["create", "any = list", "any add 1", "any add 2"],
        &[(A, 1, &["any = 5", "any = list", "any add 7"]), (B, 2, &["any = 6", "any = list", "any add 8"])],
        "A1 any=[8]",
    );
}

#[test]
fn example_70_newer_assignment_of_a_list_wins() {
    check(
        &["create"],
        &[(A, 1, &["any = list", "any clear", "any add 1"]), (B, 2, &["any = list", "any clear", "any add 2"])],
        "A1 any=[2]",
    );
}

#[test]
fn example_71_clear_in_mixed_and_counter() {
    check(
        &["create", "any = dict", "any/k = 1"],
        &[(A, 9, &["any clear", "any/k2 = 2"]), (B, 1, &["any = 42", "any += 1"])],
        "A1 any={k2:2}",
    );
    check(
        &["create", "any = dict", "any/k = 1"],
        &[(A, 1, &["any clear", "any/k2 = 2"]), (B, 2, &["any = 42", "any += 1"])],
        "A1 any=43",
    );
}

#[test]
fn example_72_list_over_a_dictionary_takes_its_keys() {
    check(&["create", "any = dict"], &[(A, 1, &["any = list"]), (B, 1, &["any/key = 42"])], "A1 any=[]");
}
