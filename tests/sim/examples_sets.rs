//! Worked examples: sets and dictionaries.

use crate::example::{check, A, B};

#[test]
fn example_47_newer_operation_on_an_element_wins() {
    check(&["create", "iset put 1"], &[(A, 1, &["iset del 1"]), (B, 2, &["iset del 1", "iset put 1"])], "A1 iset=<1>");
    check(&["create", "iset put 1"], &[(A, 1, &["iset del 1", "iset put 1"]), (B, 2, &["iset del 1"])], "A1");
}

#[test]
fn example_48_insert_meets_insert_and_erase() {
    check(&["create"], &[(A, 1, &["iset put 999"]), (B, 2, &["iset put 999", "iset del 999"])], "A1");
}

#[test]
fn example_49_clear_of_a_set_beats_newer_insert() {
    check(&["create", "iset put 1"], &[(A, 1, &["iset clear"]), (B, 2, &["iset put 2"])], "A1");
    check(
        &["create", "iset put 1"],
        &[(A, 1, &["iset clear", "iset put 3"]), (B, 2, &["iset clear", "iset put 4"])],
        "A1 iset=<4>",
    );
}

#[test]
fn example_50_removal_of_a_key_is_a_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict/k = 2"]), (B, 2, &["dict/k = erased"])], "A1");
    check(&["create", "dict/k = 1"], &[(A, 2, &["dict/k = 2"]), (B, 1, &["dict/k = erased"])], "A1 dict={k:2}");
}

#[test]
fn example_51_clear_of_a_dictionary_beats_newer_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict clear"]), (B, 2, &["dict/z = 2"])], "A1");
    check(
        &["create", "dict/k = 1"],
        &[(A, 1, &["dict clear", "dict/a = 1"]), (B, 2, &["dict/b = 2"])],
        "A1 dict={a:1}",
    );
}

#[test]
fn example_52_newer_removal_beats_removal_and_write() {
    check(&["create", "dict/k = 1"], &[(A, 1, &["dict/k = erased", "dict/k = 5"]), (B, 2, &["dict/k = erased"])], "A1");
}

#[test]
fn example_53_removal_and_list_under_a_key() {
    check(
        &["create", "dict/k = 3"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k = list", "dict/k add 1"])],
        "A1 dict={k:[1]}",
    );
    check(&["create", "dict/k = 3"], &[(A, 2, &["dict/k = erased"]), (B, 1, &["dict/k = list", "dict/k add 1"])], "A1");
}
