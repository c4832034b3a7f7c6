//! Where realm-core goes wrong (`docs/MERGE.md`): by number, what its defects would do to us.

use realm_sync::schema::{Class, ClassKind, PropertyType};

use crate::declare::{class, example_schema, int, property};
use crate::example::{check, check_sent, check_sent_by, instructed, prepared, recorded, Transaction, A, B};
use crate::peers::{Maker, Peers};

const EMBS: &[&str] = &[
    "create",
    "embs add new",
    "embs/0/x = 0",
    "embs add new",
    "embs/1/x = 1",
    "embs add new",
    "embs/2/x = 2",
    "embs add new",
    "embs/3/x = 3",
];
/// Number of the error in realm-core's C interface.
/// A device uploaded what does not fit.
const BAD_CHANGESET: i32 = 1015;
/// A device got what does not fit with what it has.
pub const RESET_REQUIRED: i32 = 1032;
const LISTS: &[&str] = &[
    "create",
    "any = list",
    "any add list",
    "any/0 add 1",
    "any add list",
    "any/1 add 2",
    "any add list",
    "any/2 add 3",
];

/// What a device records of these lines, in words.
fn recorded_as(base: &[&str], lines: &[&str]) -> Vec<String> {
    let mut peers = prepared(base, &[(A, 1, lines)], Maker::Application);
    peers.exchange(&[A, B]);
    peers.agreed();
    peers.sent_to(B)
}

#[test]
fn defect_1_erased_elements_are_compared_by_content() {
    let base: &[&str] =
        &["create", "@B1 create", "@B2 create", "sset put 'a", "sset put 'b", "lset put ->B1", "lset put ->B2"];
    // Of equal size and at one place in their changesets.
    check(base, &[(A, 1, &["sset del 'a"]), (B, 2, &["sset del 'b"])], "A1 lset=<->B1 ->B2>; B1; B2");
    check(base, &[(A, 1, &["lset del ->B1"]), (B, 2, &["lset del ->B2"])], "A1 sset=<'a 'b>; B1; B2");
    // One string, at two places.
    let elsewhere: &[Transaction<'_>] = &[(A, 1, &["sset put 'xyz", "sset del 'a"]), (B, 2, &["sset del 'a"])];
    check(base, elsewhere, "A1 lset=<->B1 ->B2> sset=<'b 'xyz>; B1; B2");
    check_sent(base, elsewhere, &["SetErase A[1].sset \"a\""], &["SetInsert A[1].sset \"xyz\""]);
}

#[test]
fn defect_2_a_move_shifts_what_is_below() {
    let moved = |line: &'static str, write: &'static str, expected: &str| {
        instructed(EMBS, &[(A, 1, &[line]), (B, 2, &[write])], expected);
        instructed(EMBS, &[(A, 2, &[line]), (B, 1, &[write])], expected);
    };
    moved("embs move 0 2", "embs/0/x = 100", "A1 embs=[(x=1) (x=2) (x=100) (x=3)]");
    moved("embs move 0 2", "embs/1/x = 100", "A1 embs=[(x=100) (x=2) () (x=3)]");
    moved("embs move 3 1", "embs/1/xs add 7", "A1 embs=[() (x=3) (x=1 xs=[7]) (x=2)]");
    moved("embs move 1 2", "embs/3/x = 100", "A1 embs=[() (x=2) (x=1) (x=100)]");
    // Our own writes give realm-core's clients no occasion.
    for (base, line) in [(EMBS, "embs move 0 2"), (LISTS, "any move 0 2")] {
        let lines = recorded_as(base, &[line]);
        assert!(lines.iter().all(|line| !line.starts_with("ArrayMove")), "{lines:?}");
    }
}

#[test]
fn defect_3_a_clear_follows_its_element() {
    let clear: &[&str] = &["any/1 clear"];
    for (line, expected) in [
        ("any insert 0 9", "A1 any=[9 [1] [] [3]]"),
        ("any insert 2 9", "A1 any=[[1] [] 9 [3]]"),
        ("any remove 0", "A1 any=[[] [3]]"),
        ("any remove 1", "A1 any=[[1] [3]]"),
        ("any move 1 0", "A1 any=[[] [1] [3]]"),
        ("any move 0 2", "A1 any=[[] [3] [1]]"),
    ] {
        instructed(LISTS, &[(A, 1, &[line]), (B, 2, clear)], expected);
        // Our own move writes the element down anew, without what others did to it.
        if line != "any move 1 0" {
            recorded(LISTS, &[(A, 1, &[line]), (B, 2, clear)], expected);
        }
    }
    assert_eq!(recorded_as(LISTS, clear), ["ArrayErase A[1].any[1][0] size=1"]);
}

#[test]
fn defect_4_an_object_under_a_key_is_made_once() {
    let base: &[&str] = &["create", "edict/k = new", "edict/k/x = 1"];
    instructed(base, &[(A, 1, &["edict/k = new"]), (B, 2, &["edict/k/x = 5"])], "A1 edict={k:(x=5)}");
    let both: &[Transaction<'_>] =
        &[(A, 1, &["edict/l = new", "edict/l/x = 1"]), (B, 2, &["edict/l = new", "edict/l/xs add 7"])];
    check(base, both, "A1 edict={k:(x=1) l:(x=1 xs=[7])}");
}

#[test]
fn defect_5_an_erased_property_takes_every_instruction_on_it() {
    let base: &[&str] = &["create", "ints add 1", "ints add 2", "iset put 1", "dict/k = list", "emb = new"];
    let erased: &[&str] = &["i", "ni", "ints", "iset", "dict", "emb"];
    let erased: Vec<String> = erased.iter().map(|name| format!("erase-column A {name}")).collect();
    let erased: Vec<&str> = erased.iter().map(String::as_str).collect();
    let written: &[&str] = &[
        "i += 1",
        "ni = 3",
        "ints add 3",
        "ints move 0 1",
        "ints remove 0",
        "ints/0 = 9",
        "iset put 2",
        "iset del 1",
        "iset clear",
        "dict/k add 1",
        "dict/k clear",
        "emb/x = 1",
        "texts add 'x",
    ];
    let transactions: &[Transaction<'_>] = &[(A, 1, &erased), (B, 2, written)];
    instructed(base, transactions, "A1 texts=['x]");
    let to_b: Vec<String> =
        ["i", "ni", "ints", "iset", "dict", "emb"].iter().map(|name| format!("EraseColumn A.{name}")).collect();
    let to_b: Vec<&str> = to_b.iter().map(String::as_str).collect();
    check_sent_by(&[Maker::Foreign], base, transactions, &["ArrayInsert A[1].texts[0] = \"x\" size=0"], &to_b);
}

#[test]
fn defect_6_what_becomes_a_collection_is_emptied() {
    for (line, kind) in [("any = list", "List"), ("any = dict", "Dictionary")] {
        let lines = recorded_as(&["create"], &[line]);
        assert_eq!(lines, [format!("Update A[1].any = {kind}"), format!("Clear A[1].any {kind}")]);
    }
    let lines = recorded_as(&["create"], &["dict/k = list"]);
    assert_eq!(lines, ["Update A[1].dict.k = List", "Clear A[1].dict.k List"]);
    let transactions: &[Transaction<'_>] = &[
        (A, 1, &["any = list"]),
        (A, 5, &["any add 38"]),
        (A, 5, &["any = dict"]),
        (B, 6, &["any = list", "any add 40"]),
    ];
    recorded(&["create"], transactions, "A1 any=[40]");
}

#[test]
fn defect_6_stamps_of_a_device_never_fall() {
    // A's clock is set back between its two writes; the second is later nevertheless.
    recorded(&["create"], &[(A, 9, &["ni = 1"]), (A, 3, &["i = 2"]), (B, 5, &["i = 3"])], "A1 i=2 ni=1");
}

#[test]
fn defect_6_what_knew_of_a_change_is_later_than_it() {
    for order in [[A, B], [B, A]] {
        let mut peers = prepared(&["create"], &[(A, 9, &["any = list", "any add 1"])], Maker::Application);
        peers.exchange(&[A, B]);
        // B's clock is behind A's, but B has seen what A did.
        peers.commit(B, 1_001, &["any = dict", "any/k = 2"], Maker::Application);
        peers.commit(A, 1_010, &["any add 3"], Maker::Application);
        peers.exchange(&order);
        assert_eq!(peers.agreed().to_string(), "A1 any={k:2}");
    }
}

#[test]
fn defect_7_a_clear_makes_the_key_that_it_empties() {
    let base: &[&str] = &["create", "dict/k = list", "dict/k add 1"];
    check(base, &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k clear"])], "A1 dict={k:[]}");
    check(base, &[(A, 2, &["dict/k = erased"]), (B, 1, &["dict/k clear"])], "A1");
    check(
        base,
        &[(A, 1, &["dict/k = erased"]), (B, 2, &["dict/k = list", "dict/k clear", "dict/k add 7"])],
        "A1 dict={k:[7]}",
    );
}

#[test]
fn defect_8_null_is_erased_from_a_set_of_values() {
    let base: &[&str] = &["create", "nset put null", "nset put 1"];
    check(base, &[(A, 1, &["nset del null"])], "A1 nset=<1>");
    check(base, &[(A, 1, &["nset del null"]), (B, 2, &["nset del null", "nset put null"])], "A1 nset=<null 1>");
    check(base, &[(A, 2, &["nset del null"]), (B, 1, &["nset put null"])], "A1 nset=<1>");
}

#[test]
fn defect_9_a_move_and_an_insert_meet_the_other_way_round() {
    let base: &[&str] = &["create", "ints add 10", "ints add 20", "ints add 30"];
    // Of two inserts the older comes first, of a move and an insert the newer.
    check(base, &[(A, 1, &["ints insert 1 1"]), (B, 2, &["ints insert 1 2"])], "A1 ints=[10 1 2 20 30]");
    check(base, &[(A, 1, &["ints move 0 1"]), (B, 2, &["ints insert 2 9"])], "A1 ints=[20 9 10 30]");
    check(base, &[(A, 2, &["ints move 0 1"]), (B, 1, &["ints insert 2 9"])], "A1 ints=[20 10 9 30]");
}

/// What the server says to an instruction that does not fit, which B makes when it has seen `seen` and A did `meanwhile`.
fn refused(seen: &[&str], meanwhile: &[&str], prepare: &[&str], line: &str) {
    let mut peers = prepared(&[], &[(A, 1, seen)], Maker::Foreign);
    peers.exchange(&[A, B]);
    if !meanwhile.is_empty() {
        peers.commit(A, 1_001, meanwhile, Maker::Application);
        peers.exchange(&[A]);
    }
    let before = peers.server();
    peers.commit_unchecked(B, 1_002, prepare, line);
    let error = peers.fails(B);
    assert_eq!(error.number, BAD_CHANGESET, "{line}: {error:?}");
    assert_eq!(peers.server(), before, "{line}");
}

#[test]
fn defect_10_an_element_that_is_not_there_is_a_bad_changeset() {
    let base: &[&str] = &["create", "ints add 10", "ints add 20"];
    // B believes that there is one element more.
    for line in ["ints/0 = 1", "ints/2 = 1"] {
        refused(base, &[], &["ints add 30"], line);
        refused(base, &["ints remove 1"], &["ints add 30"], line);
        refused(base, &["ints insert 0 5"], &["ints add 30"], line);
        refused(base, &["ints/1 = 7"], &["ints add 30"], line);
    }
}

#[test]
fn defect_11_every_key_gets_the_ident_of_its_file() {
    let mut peers = Peers::fresh(2);
    peers.commit(A, 1, &["@B1 create", "@A1 create"], Maker::Application);
    // Keys that no server has given an ident to, several times in one changeset and in several ones.
    let first = peers.commit(A, 2, &["@K create", "@K create"], Maker::Application);
    assert_eq!(first, ["@K0-1 create", "@K0-2 create"]);
    peers.commit(
        A,
        3,
        &["@K0-1 i = 1", "@K0-2 i = 2", "any = ->K0-2", "anys add ->K0-1", "@K0-1 b = ->B1"],
        Maker::Application,
    );
    peers.commit(A, 4, &["dict/k = ->K0-1", "mset put ->K0-2", "@K0-2 i += 5"], Maker::Application);
    peers.exchange(&[A, B]);
    assert_eq!(
        peers.agreed().to_string(),
        "A1 any=->K2-2 anys=[->K2-1] dict={k:->K2-1} mset=<->K2-2>; B1; K2-1 b=->B1 i=1; K2-2 i=7"
    );
}

#[test]
fn defect_12_clearing_what_is_empty_says_so_only_in_mixed() {
    let base: &[&str] = &["create", "any = list", "dict/k = dict"];
    assert_eq!(recorded_as(base, &["ints clear", "iset clear", "ldict clear", "any clear"]), ["Clear A[1].any List"]);
    assert_eq!(recorded_as(base, &["dict/k clear"]), ["Clear A[1].dict.k Dictionary"]);
}

#[test]
fn defect_13_a_definition_that_differs_is_refused_in_merging_and_in_applying() {
    let mut schema = example_schema();
    schema.classes.push(class("T", vec![int("_id"), int("p")]));
    let key = property("_id", PropertyType::String, false);
    let nullable_key = property("_id", PropertyType::Int, true);
    let others = [
        class("T", vec![key, int("p")]),
        class("T", vec![nullable_key, int("p")]),
        class("T", vec![int("_id"), property("p", PropertyType::Int, true)]),
        Class { kind: ClassKind::Asymmetric, ..class("T", vec![int("_id"), int("p")]) },
    ];
    for other in others {
        // Both at once: they meet in the server's merge.
        let mut peers = Peers::new(2, 1);
        peers.declare(A, 1_001, schema.clone());
        peers.exchange(&[A]);
        let before = peers.server();
        let mut differing = example_schema();
        differing.classes.push(other);
        peers.declare(B, 1_002, differing);
        assert_eq!(peers.fails(B).number, RESET_REQUIRED);
        assert_eq!(peers.server(), before);
    }
    // B knows A's definition: nothing is left to merge with, and the server's state refuses it.
    for line in ["text-table T _id", "table T id", "embedded T", "list T p", "link T p B"] {
        refused(&["table T _id", "int T p"], &[], &[], line);
    }
}
