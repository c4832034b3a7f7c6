//! Worked examples: concurrent transactions on a synced base, and what everybody must end with,
//! in whatever order the clients reach the server.

use crate::world::{orders, World};

pub const A: usize = 0;
pub const B: usize = 1;
pub const C: usize = 2;

pub const TENS_3: &[&str] = &["create", "ints add 10", "ints add 20", "ints add 30"];
pub const TENS_5: &[&str] = &["create", "ints add 10", "ints add 20", "ints add 30", "ints add 40", "ints add 50"];

/// A transaction: client, origin timestamp, writes.
pub type Transaction<'a> = (usize, u64, &'a [&'a str]);

/// A world in which everybody has the base and made their transactions.
fn prepared(base: &[&str], transactions: &[Transaction<'_>]) -> World {
    let clients = transactions.iter().map(|(client, ..)| client + 1).max().unwrap().max(2);
    let mut world = World::new(clients);
    let everybody: Vec<usize> = (0..clients).collect();
    world.commit(A, 0, base);
    world.exchange(&everybody).unwrap();
    for client in &mut world.clients {
        client.applied.clear();
    }
    for (client, timestamp, lines) in transactions {
        world.commit(*client, *timestamp, lines);
    }
    world
}

pub fn check(base: &[&str], transactions: &[Transaction<'_>], expected: &str) {
    let clients = transactions.iter().map(|(client, ..)| client + 1).max().unwrap().max(2);
    for order in orders(clients) {
        let mut world = prepared(base, transactions);
        world.exchange(&order).unwrap();
        assert_eq!(world.agreed(), expected, "upload order {order:?}");
    }
}

/// What each of two clients applies, for both upload orders.
fn check_applied(base: &[&str], transactions: &[Transaction<'_>], by_a: &[&str], by_b: &[&str]) {
    for order in orders(2) {
        let mut world = prepared(base, transactions);
        world.exchange(&order).unwrap();
        world.agreed();
        assert_eq!(world.clients[A].applied, by_a, "upload order {order:?}");
        assert_eq!(world.clients[B].applied, by_b, "upload order {order:?}");
    }
}

#[test]
fn example_06_newer_addition_goes_on_top_of_a_write() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["i = 100"]), (B, 2, &["i += 4"])];
    check(&["create"], transactions, "A1 i=104");
    check_applied(&["create"], transactions, &["AddInteger A[1].i +4"], &["Update A[1].i = 104"]);
}

#[test]
fn example_06_the_server_sends_on_what_a_uploaded_first() {
    let mut world = prepared(&["create"], &[(A, 1, &["i = 100"]), (B, 2, &["i += 4"])]);
    world.upload(A, 9).unwrap();
    assert_eq!(world.server.to_string(), "A1 i=100");
    world.upload(B, 9).unwrap();
    assert_eq!(world.server.to_string(), "A1 i=104");
}

#[test]
fn example_11_addition_counts_once_an_integer_comes_between() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["ni = null"]), (B, 3, &["ni += 1"]), (C, 2, &["ni = 10"])];
    check(&["create", "ni = 0"], transactions, "A1 ni=11");
    let mut world = prepared(&["create", "ni = 0"], transactions);
    world.exchange(&[A, B]).unwrap();
    world.exchange(&[A, B]).unwrap();
    world.exchange(&[C, A, B]).unwrap();
    assert_eq!(world.agreed(), "A1 ni=11");
}

#[test]
fn example_17_newer_generation_survives_as_a_whole() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["erase", "create", "i = 1"]), (B, 2, &["erase", "create", "i = 2"])];
    check(&["create"], transactions, "A1 i=2");
    check_applied(&["create"], transactions, &["EraseObject A[1]", "CreateObject A[1]", "Update A[1].i = 2"], &[]);
}

#[test]
fn example_31_list_instructions_are_rewritten() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["ints insert 1 11"]), (B, 2, &["ints insert 0 5", "ints/2 = 99", "ints remove 3"])];
    check(TENS_3, transactions, "A1 ints=[5 10 11 99]");
    check_applied(
        TENS_3,
        transactions,
        &["ArrayInsert A[1].ints[0] = 5 size=4", "Update A[1].ints[3] = 99 size=5", "ArrayErase A[1].ints[4] size=5"],
        &["ArrayInsert A[1].ints[2] = 11 size=3"],
    );
}

#[test]
fn example_75_instructions_use_raw_indices() {
    let base: &[&str] =
        &["create", "@B1 create", "@B2 create", "@B3 create", "links add ->B1", "links add ->B2", "links add ->B3"];
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["links remove 0", "@B1 erase"]), (B, 2, &["links insert 1 ->B1"])];
    let applied_by_b = ["ArrayErase A[1].links[0] size=4", "EraseObject B[1]"];
    check_applied(base, transactions, &["ArrayInsert A[1].links[0] = B[1] size=2"], &applied_by_b);
}
