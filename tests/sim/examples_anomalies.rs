//! Worked examples: where realm-core goes wrong.

use crate::example::{check, instructed, recorded, Transaction, A, B};

#[test]
fn example_82_erasures_of_two_texts_both_count() {
    check(
        &["create", "sset put 'a", "sset put 'b", "sset put 'c"],
        &[(A, 1, &["sset del 'a"]), (B, 2, &["sset del 'b"])],
        "A1 sset=<'c>",
    );
}

#[test]
fn example_83_write_below_follows_a_moved_element() {
    let base: Vec<String> = (0..4).flat_map(|at| ["embs add new".to_owned(), format!("embs/{at}/x = {at}")]).collect();
    let base: Vec<&str> = std::iter::once("create").chain(base.iter().map(String::as_str)).collect();
    let transactions: &[Transaction<'_>] = &[(A, 1, &["embs move 0 2"]), (B, 2, &["embs/0/x = 100"])];
    instructed(&base, transactions, "A1 embs=[(x=1) (x=2) (x=100) (x=3)]");
    // We erase and insert, and lose the write; in exchange realm-core's clients come to the same.
    recorded(&base, transactions, "A1 embs=[(x=1) (x=2) () (x=3)]");
}

#[test]
fn example_84_clear_follows_its_element() {
    check(
        &[
            "create",
            "any = list",
            "any add list",
            "any/0 add 1",
            "any add list",
            "any/1 add 2",
            "any add list",
            "any/2 add 3",
        ],
        &[(A, 1, &["any insert 0 9"]), (B, 2, &["any/0 clear"])],
        "A1 any=[9 [] [2] [3]]",
    );
}

#[test]
fn example_85_replacement_under_a_key_takes_writes_below() {
    check(
        &["create", "edict/k = new", "edict/k/x = 1"],
        &[(A, 1, &["edict/k = erased", "edict/k = new"]), (B, 2, &["edict/k/x = 5"])],
        "A1 edict={k:()}",
    );
}

#[test]
fn example_86_assignments_that_clear_converge() {
    check(
        &["create"],
        &[
            (A, 1, &["any = list", "any clear"]),
            (A, 5, &["any add 38"]),
            (A, 5, &["any = dict", "any clear"]),
            (B, 6, &["any = list", "any clear", "any add 40"]),
        ],
        "A1 any=[40]",
    );
}

#[test]
fn example_87_newer_clear_beats_removal_of_the_key() {
    check(
        &["create", "dict/k = list", "dict/k add 1"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k clear"])],
        "A1 dict={k:[]}",
    );
    check(
        &["create", "dict/k = list", "dict/k add 1"],
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k = list", "dict/k clear", "dict/k add 7"])],
        "A1 dict={k:[7]}",
    );
}

#[test]
fn example_88_null_leaves_a_set() {
    check(&["create", "nset put null", "nset put 1"], &[(A, 1, &["nset del null"])], "A1 nset=<1>");
}
