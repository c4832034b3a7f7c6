//! Worked examples: embedded objects.

use crate::example::{check, instructed, recorded, Transaction, A, B};

#[test]
fn example_54_concurrent_embedded_creations_merge() {
    check(
        &["create"],
        &[(A, 1, &["emb = new", "emb/x = 1", "emb/xs add 1"]), (B, 2, &["emb = new", "emb/xs add 7"])],
        "A1 emb=(x=1 xs=[1 7])",
    );
}

#[test]
fn example_55_older_null_beats_newer_write_below() {
    check(&["create", "emb = new", "emb/x = 1"], &[(A, 1, &["emb = null"]), (B, 2, &["emb/x = 9"])], "A1");
}

#[test]
fn example_56_older_null_beats_newer_embedded_creation() {
    check(&["create"], &[(A, 1, &["emb = null"]), (B, 2, &["emb = new", "emb/x = 9"])], "A1");
}

#[test]
fn example_57_replacement_takes_what_is_below() {
    check(
        &["create", "emb = new", "emb/x = 1"],
        &[(A, 1, &["emb = null", "emb = new", "emb/x = 10"]), (B, 2, &["emb = null", "emb = new", "emb/xs add 5"])],
        "A1 emb=(xs=[5])",
    );
    check(
        &["create", "emb = new", "emb/x = 1"],
        &[(A, 1, &["emb = null", "emb = new"]), (B, 2, &["emb/x = 9"])],
        "A1 emb=()",
    );
}

#[test]
fn example_58_write_below_follows_its_element() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[(A, 1, &["embs insert 0 new", "embs/0/x = 50"]), (B, 2, &["embs/0/x = 100"])],
        "A1 embs=[(x=50) (x=100) (x=1)]",
    );
}

#[test]
fn example_59_removal_takes_writes_below() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1", "embs add new", "embs/2/x = 2"],
        &[(A, 1, &["embs remove 0"]), (B, 2, &["embs/0/x = 100", "embs/1/x = 101"])],
        "A1 embs=[(x=101) (x=2)]",
    );
}

#[test]
fn example_60_replacement_of_an_embedded_element() {
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[(A, 1, &["embs remove 0", "embs insert 0 new"]), (B, 2, &["embs/0/x = 100"])],
        "A1 embs=[() (x=1)]",
    );
    check(
        &["create", "embs add new", "embs/0/x = 0", "embs add new", "embs/1/x = 1"],
        &[
            (A, 1, &["embs remove 0", "embs insert 0 new", "embs/0/x = 7"]),
            (B, 2, &["embs remove 0", "embs insert 0 new", "embs/0/x = 8"]),
        ],
        "A1 embs=[(x=7) (x=8) (x=1)]",
    );
}

#[test]
fn example_61_embedded_inserts_at_one_place() {
    check(
        &["create"],
        &[(A, 1, &["embs insert 0 new", "embs/0/x = 1"]), (B, 2, &["embs insert 0 new", "embs/0/x = 2"])],
        "A1 embs=[(x=1) (x=2)]",
    );
}

#[test]
fn example_62_removal_of_a_key_takes_writes_below() {
    check(
        &["create", "edict/k = new", "edict/k/x = 1"],
        &[(A, 1, &["edict/k = erased"]), (B, 2, &["edict/k/x = 5"])],
        "A1",
    );
    let base: &[&str] = &["create", "edict/k = new", "edict/k/x = 1"];
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["edict/k = erased"]), (B, 2, &["edict/k = new", "edict/k/x = 5"])];
    instructed(base, transactions, "A1");
    // We erase the key before it gets another object, and that is newer than the other removal.
    recorded(base, transactions, "A1 edict={k:(x=5)}");
}
