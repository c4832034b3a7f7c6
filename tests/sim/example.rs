//! Worked examples: concurrent transactions on a synced base, and what everybody must end with, in whatever order the
//! devices reach the server.

use crate::peers::{Maker, Peers};

pub const A: usize = 0;
pub const B: usize = 1;
pub const C: usize = 2;

pub const TENS_3: &[&str] = &["create", "ints add 10", "ints add 20", "ints add 30"];
pub const TENS_5: &[&str] = &["create", "ints add 10", "ints add 20", "ints add 30", "ints add 40", "ints add 50"];

/// A transaction: device, origin timestamp, writes.
pub type Transaction<'a> = (usize, u64, &'a [&'a str]);

/// Example timestamps count from here, after all that made the base.
const START: u64 = 1_000;

pub fn count(transactions: &[Transaction<'_>]) -> usize {
    transactions.iter().map(|(device, ..)| device + 1).max().unwrap().max(2)
}

/// Peers that all have the base and made their transactions.
pub fn prepared(base: &[&str], transactions: &[Transaction<'_>], maker: Maker) -> Peers {
    let devices = count(transactions);
    let mut peers = Peers::new(devices, 1);
    if !base.is_empty() {
        peers.commit(A, 1, base, Maker::Application);
        peers.exchange(&(0..devices).collect::<Vec<_>>());
    }
    peers.world.heard.clear();
    for (device, timestamp, lines) in transactions {
        peers.commit(*device, START + timestamp, lines, maker);
    }
    peers
}

fn comes_to(base: &[&str], transactions: &[Transaction<'_>], expected: &str, maker: Maker) {
    for order in orders(count(transactions)) {
        let mut peers = prepared(base, transactions, maker);
        peers.exchange(&order);
        assert_eq!(peers.agreed().to_string(), expected, "{maker:?}, upload order {order:?}");
    }
}

/// Our own writes and another client's instructions come to this.
pub fn check(base: &[&str], transactions: &[Transaction<'_>], expected: &str) {
    recorded(base, transactions, expected);
    instructed(base, transactions, expected);
}

/// Our own writes come to this.
pub fn recorded(base: &[&str], transactions: &[Transaction<'_>], expected: &str) {
    comes_to(base, transactions, expected, Maker::Application);
}

/// These instructions, as a client of another make may send them, come to this.
pub fn instructed(base: &[&str], transactions: &[Transaction<'_>], expected: &str) {
    comes_to(base, transactions, expected, Maker::Foreign);
}

/// What the server sends to the device that uploaded first, of what the other one did meanwhile. The other one makes
/// the same of it for itself, or they would not agree.
pub fn check_sent(base: &[&str], transactions: &[Transaction<'_>], to_a: &[&str], to_b: &[&str]) {
    check_sent_by(&[Maker::Application, Maker::Foreign], base, transactions, to_a, to_b);
}

pub fn check_sent_by(makers: &[Maker], base: &[&str], transactions: &[Transaction<'_>], to_a: &[&str], to_b: &[&str]) {
    for (first, sent) in [(A, to_a), (B, to_b)] {
        for maker in makers {
            let mut peers = prepared(base, transactions, *maker);
            peers.exchange(&[first, 1 - first]);
            peers.agreed();
            assert_eq!(peers.sent_to(first), sent, "{maker:?}, sent to device {first}");
        }
    }
}

/// All orders of so many devices.
pub fn orders(devices: usize) -> Vec<Vec<usize>> {
    match devices {
        0 => vec![Vec::new()],
        _ => {
            let mut all = Vec::new();
            for shorter in orders(devices - 1) {
                for place in 0..devices {
                    let mut order = shorter.clone();
                    order.insert(place, devices - 1);
                    all.push(order);
                }
            }
            all
        }
    }
}
