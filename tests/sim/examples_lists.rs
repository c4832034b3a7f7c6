//! Worked examples: lists.

use crate::example::{check, check_sent, instructed, recorded, Transaction, A, B, C, TENS_3, TENS_5};

#[test]
fn example_21_older_insert_at_one_place_comes_first() {
    check(TENS_5, &[(A, 1, &["ints insert 2 1"]), (B, 2, &["ints insert 2 2"])], "A1 ints=[10 20 1 2 30 40 50]");
}

#[test]
fn example_22_runs_of_additions_stay_together() {
    check(
        &["create"],
        &[(A, 1, &["ints add 1", "ints add 2"]), (B, 2, &["ints add 3", "ints add 4"])],
        "A1 ints=[1 2 3 4]",
    );
}

#[test]
fn example_23_runs_at_the_front_stay_together() {
    check(
        &["create"],
        &[(A, 1, &["ints insert 0 1", "ints insert 0 2"]), (B, 2, &["ints insert 0 3", "ints insert 0 4"])],
        "A1 ints=[2 1 4 3]",
    );
    check(
        &["create"],
        &[(A, 2, &["ints insert 0 1", "ints insert 0 2"]), (B, 1, &["ints insert 0 3", "ints insert 0 4"])],
        "A1 ints=[4 3 2 1]",
    );
}

#[test]
fn example_24_removal_beats_set() {
    check(TENS_5, &[(A, 1, &["ints remove 2"]), (B, 2, &["ints/2 = 99"])], "A1 ints=[10 20 40 50]");
}

#[test]
fn example_25_removal_shifts_set() {
    check(TENS_5, &[(A, 1, &["ints remove 1"]), (B, 2, &["ints/3 = 99"])], "A1 ints=[10 30 99 50]");
}

#[test]
fn example_26_two_removals_remove_once() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["ints remove 2"]), (B, 2, &["ints remove 2"])];
    check(TENS_5, transactions, "A1 ints=[10 20 40 50]");
    check_sent(TENS_5, transactions, &[], &[]);
}

#[test]
fn example_27_both_replacements_are_kept() {
    check(
        TENS_5,
        &[(A, 1, &["ints remove 2", "ints insert 2 7"]), (B, 2, &["ints remove 2", "ints insert 2 8"])],
        "A1 ints=[10 20 7 8 40 50]",
    );
}

#[test]
fn example_28_replacement_and_insert() {
    check(
        TENS_5,
        &[(A, 1, &["ints remove 1", "ints insert 1 7"]), (B, 2, &["ints insert 1 8"])],
        "A1 ints=[10 7 8 30 40 50]",
    );
}

#[test]
fn example_29_newer_set_wins() {
    check(TENS_3, &[(A, 3, &["ints/1 = 7"]), (B, 2, &["ints/1 = 8"])], "A1 ints=[10 7 30]");
}

#[test]
fn example_30_insert_remove_and_set() {
    check(
        TENS_5,
        &[(A, 1, &["ints insert 5 60", "ints remove 0"]), (B, 2, &["ints/4 = 55", "ints insert 0 5"])],
        "A1 ints=[5 20 30 40 55 60]",
    );
}

#[test]
fn example_31_list_instructions_are_rewritten() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["ints insert 1 11"]), (B, 2, &["ints insert 0 5", "ints/2 = 99", "ints remove 3"])];
    check(TENS_3, transactions, "A1 ints=[5 10 11 99]");
    let to_a =
        ["ArrayInsert A[1].ints[0] = 5 size=4", "Update A[1].ints[3] = 99 size=5", "ArrayErase A[1].ints[4] size=5"];
    check_sent(TENS_3, transactions, &to_a, &["ArrayInsert A[1].ints[2] = 11 size=3"]);
}

#[test]
fn example_32_three_clients_in_one_list() {
    check(
        TENS_3,
        &[(A, 1, &["ints remove 0"]), (B, 2, &["ints/1 = 21"]), (C, 3, &["ints insert 1 15"])],
        "A1 ints=[15 21 30]",
    );
}

#[test]
fn example_33_clear_beats_newer_insert() {
    check(TENS_5, &[(A, 1, &["ints clear"]), (B, 2, &["ints add 99"])], "A1");
}

#[test]
fn example_34_what_follows_a_clear_stays() {
    check(TENS_5, &[(A, 1, &["ints clear", "ints add 3"]), (B, 2, &["ints insert 0 99"])], "A1 ints=[3]");
}

#[test]
fn example_35_newer_clear_takes_what_followed_the_older() {
    check(TENS_5, &[(A, 1, &["ints clear", "ints add 3"]), (B, 2, &["ints clear", "ints add 5"])], "A1 ints=[5]");
}

#[test]
fn example_36_only_what_follows_the_clear_stays() {
    check(
        TENS_5,
        &[(B, 1, &["ints add 8"]), (A, 2, &["ints add 3", "ints clear", "ints add 4"]), (B, 3, &["ints add 5"])],
        "A1 ints=[4]",
    );
}

#[test]
fn example_37_clearing_an_empty_list_writes_nothing() {
    let cleared: &[Transaction<'_>] = &[(A, 1, &["ints clear", "ints add 1"]), (B, 2, &["ints clear", "ints add 2"])];
    recorded(&["create"], cleared, "A1 ints=[1 2]");
    instructed(&["create"], &[(A, 1, &["ints add 1"]), (B, 2, &["ints add 2"])], "A1 ints=[1 2]");
}

#[test]
fn example_38_move_and_insert() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints insert 2 99"])], "A1 ints=[20 99 30 40 10 50]");
}

#[test]
fn example_39_newer_comes_first_where_a_move_and_an_insert_meet() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints insert 3 99"])], "A1 ints=[20 30 99 40 10 50]");
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints insert 4 99"])], "A1 ints=[20 30 40 99 10 50]");
}

#[test]
fn example_40_move_and_removal() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints remove 0"])], "A1 ints=[20 30 40 50]");
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints remove 2"])], "A1 ints=[20 40 10 50]");
}

#[test]
fn example_41_set_follows_the_move() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints/0 = 99"])], "A1 ints=[20 30 40 99 50]");
}

#[test]
fn example_42_newer_move_of_one_element_wins() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints move 0 1"])], "A1 ints=[20 10 30 40 50]");
}

#[test]
fn example_43_moves_of_two_elements_to_one_place() {
    check(TENS_5, &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints move 4 3"])], "A1 ints=[20 30 50 40 10]");
}

#[test]
fn example_44_two_exchanges_undo_each_other() {
    check(TENS_5, &[(A, 1, &["ints move 0 1"]), (B, 2, &["ints move 1 0"])], "A1 ints=[10 20 30 40 50]");
}

#[test]
fn example_45_equal_moves_move_once() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["ints move 0 3"]), (B, 2, &["ints move 0 3"])];
    check(TENS_5, transactions, "A1 ints=[20 30 40 10 50]");
    check_sent(TENS_5, transactions, &[], &[]);
}

#[test]
fn example_46_removal_of_the_moves_neighbour() {
    check(TENS_5, &[(A, 1, &["ints move 1 2"]), (B, 2, &["ints remove 2"])], "A1 ints=[10 20 40 50]");
}
