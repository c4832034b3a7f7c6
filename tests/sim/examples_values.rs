//! Worked examples: values, counters and objects.

use crate::example::{check, check_sent, prepared, Transaction, A, B, C};
use crate::peers::Maker;

#[test]
fn example_01_newer_write_wins() {
    check(&["create"], &[(A, 5, &["i = 1"]), (B, 3, &["i = 2"])], "A1 i=1");
}

#[test]
fn example_02_higher_ident_wins_a_tie() {
    check(&["create"], &[(A, 5, &["i = 1"]), (B, 5, &["i = 2"])], "A1 i=2");
    check(&["create"], &[(A, 5, &["i = 1"]), (B, 5, &["i = 2"]), (C, 4, &["i = 3"])], "A1 i=2");
}

#[test]
fn example_03_different_properties_do_not_meet() {
    check(&["create"], &[(A, 5, &["i = 1"]), (B, 3, &["ni = 2"])], "A1 i=1 ni=2");
}

#[test]
fn example_04_default_loses_to_any_write() {
    check(&["create"], &[(A, 1, &["i = 1"]), (B, 9, &["i default 2"])], "A1 i=1");
    check(&["create"], &[(A, 1, &["i default 1"]), (B, 9, &["i default 2"])], "A1 i=2");
}

#[test]
fn example_05_additions_sum() {
    check(&["create"], &[(A, 1, &["i += 5"]), (B, 9, &["i += 4"])], "A1 i=9");
}

#[test]
fn example_06_newer_addition_goes_on_top_of_a_write() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["i = 100"]), (B, 2, &["i += 4"])];
    check(&["create"], transactions, "A1 i=104");
    check_sent(&["create"], transactions, &["AddInteger A[1].i +4"], &["Update A[1].i = 104"]);
    let mut peers = prepared(&["create"], transactions, Maker::Application);
    peers.exchange(&[A, B]);
    assert_eq!(peers.sent_to(B), ["Update A[1].i = 100"], "what went into the log first stays as it was");
}

#[test]
fn example_07_addition_older_than_a_write_is_lost() {
    check(&["create"], &[(A, 2, &["i = 100"]), (B, 1, &["i += 4"])], "A1 i=100");
}

#[test]
fn example_08_only_additions_newer_than_a_write_count() {
    check(&["create"], &[(B, 1, &["i += 2"]), (A, 2, &["i = 100"]), (B, 3, &["i += 3"])], "A1 i=103");
}

#[test]
fn example_09_addition_counts_on_a_default() {
    check(&["create"], &[(A, 9, &["i default 10"]), (B, 1, &["i += 1"])], "A1 i=11");
}

#[test]
fn example_10_addition_to_null_is_null() {
    check(&["create", "ni = 7"], &[(A, 1, &["ni = null"]), (B, 2, &["ni += 1"])], "A1");
}

#[test]
fn example_11_addition_counts_once_an_integer_comes_between() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["ni = null"]), (B, 3, &["ni += 1"]), (C, 2, &["ni = 10"])];
    check(&["create", "ni = 0"], transactions, "A1 ni=11");
    let mut peers = prepared(&["create", "ni = 0"], transactions, Maker::Application);
    peers.exchange(&[A, B]);
    peers.exchange(&[A, B]);
    peers.exchange(&[C, A, B]);
    assert_eq!(peers.agreed().to_string(), "A1 ni=11");
}

#[test]
fn example_12_write_addition_and_default() {
    check(&["create"], &[(A, 1, &["i = 1"]), (B, 2, &["i += 1"]), (C, 3, &["i default 10"])], "A1 i=2");
}

#[test]
fn example_13_addition_and_text_in_mixed() {
    check(&["create", "any = 0"], &[(A, 2, &["any += 42"]), (B, 1, &["any = 't"])], "A1 any='t");
    check(&["create", "any = 0"], &[(A, 1, &["any += 42"]), (B, 2, &["any = 't"])], "A1 any='t");
}

#[test]
fn example_14_concurrent_creations_are_one_object() {
    check(&[], &[(A, 1, &["create", "i = 1"]), (B, 2, &["create", "ni = 2"])], "A1 i=1 ni=2");
}

#[test]
fn example_15_erasure_beats_newer_write() {
    check(&["create"], &[(A, 1, &["erase"]), (B, 9, &["i = 4"])], "");
}

#[test]
fn example_16_erasure_beats_newer_creation() {
    check(&[], &[(A, 1, &["create", "erase"]), (B, 2, &["create", "ni = 2"])], "");
}

#[test]
fn example_17_newer_generation_survives_as_a_whole() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["erase", "create", "i = 1"]), (B, 2, &["erase", "create", "i = 2"])];
    check(&["create"], transactions, "A1 i=2");
    let to_a = ["EraseObject A[1]", "CreateObject A[1]", "Update A[1].i = 2"];
    check_sent(&["create"], transactions, &to_a, &[]);
}

#[test]
fn example_18_newer_erasure_decides_about_recreation() {
    check(&["create"], &[(A, 1, &["erase", "create", "i = 1"]), (B, 2, &["erase"])], "");
    check(&["create"], &[(A, 2, &["erase", "create", "i = 1"]), (B, 1, &["erase"])], "A1 i=1");
}

#[test]
fn example_19_recreation_after_the_newer_erasure_stays() {
    check(&["create", "i = 1"], &[(A, 1, &["erase"]), (B, 2, &["erase"]), (B, 3, &["create", "i = 9"])], "A1 i=9");
}

#[test]
fn example_20_two_recreations_in_one_transaction() {
    check(
        &["create"],
        &[(A, 1, &["erase", "create", "i = 1", "erase", "create", "i = 11"]), (B, 2, &["erase", "create", "i = 2"])],
        "A1 i=2",
    );
}
