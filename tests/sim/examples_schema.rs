//! Worked examples: classes and properties.

use realm_sync::schema::{Class, Property, PropertyType};

use crate::declare::{class, embedded, example_schema, int, many, property};
use crate::defects::RESET_REQUIRED;
use crate::example::{check_sent_by, instructed, orders, prepared, Transaction, A, B};
use crate::peers::{Maker, Peers};
use realm_sync::schema::Collection;

/// Everything that links to `B` goes, and then `B`.
const ERASE_B: &[&str] = &[
    "erase-column A link",
    "erase-column A links",
    "erase-column A lset",
    "erase-column A ldict",
    "erase-column E b",
    "erase-column K b",
    "erase-table B",
];

/// Two devices whose applications declare one more class each.
fn declaring(of_a: Class, of_b: Class) -> Peers {
    let mut peers = Peers::new(2, 1);
    for (device, class) in [(A, of_a), (B, of_b)] {
        let mut schema = example_schema();
        schema.classes.push(class);
        peers.declare(device, 1_001 + device as u64, schema);
    }
    peers
}

#[test]
fn example_78_additive_schemas_merge() {
    for order in orders(2) {
        let t = |name| class("T", vec![int("_id"), int(name)]);
        let mut peers = declaring(t("a"), t("b"));
        peers.commit(A, 1_003, &["@T1 create", "@T1 a = 1"], Maker::Application);
        peers.commit(B, 1_004, &["@T1 create", "@T1 b = 2"], Maker::Application);
        peers.exchange(&order);
        let model = peers.agreed();
        assert_eq!(model.to_string(), "T1 a=1 b=2");
        assert_eq!(model.classes["T"].iter().collect::<Vec<_>>(), ["_id", "a", "b"]);
        let sent = peers.sent_to(order[0]);
        assert!(sent.iter().all(|line| !line.starts_with("AddTable")), "the second AddTable is dropped: {sent:?}");
    }
}

#[test]
fn example_79_different_definitions_are_refused_for_the_second_uploader() {
    let with = |property: Property| class("T", vec![int("_id"), property]);
    let ints = || many(Collection::List, int("p"));
    let definitions: [(Class, Class); 7] = [
        (class("T", vec![int("_id")]), class("T", vec![property("_id", PropertyType::String, false)])),
        (class("T", vec![int("_id")]), class("T", vec![property("_id", PropertyType::Int, true)])),
        (class("T", vec![int("_id")]), class("T", vec![int("id")])),
        (class("T", vec![int("_id")]), embedded("T", vec![int("p")])),
        (with(int("p")), with(property("p", PropertyType::String, false))),
        (with(int("p")), with(property("p", PropertyType::Int, true))),
        (with(ints()), with(many(Collection::Set, int("p")))),
    ];
    for (of_a, of_b) in definitions {
        for order in orders(2) {
            let mut peers = declaring(of_a.clone(), of_b.clone());
            peers.exchange(&order[..1]);
            let before = peers.server();
            let error = peers.fails(order[1]);
            assert!(error.message.contains("bad changeset"), "{error:?}");
            assert_eq!(error.number, RESET_REQUIRED, "{error:?} of {of_a:?} and {of_b:?}");
            assert_eq!(peers.server(), before);
            peers.exchange(&order[..1]);
        }
    }
}

#[test]
fn example_80_erased_property_takes_its_writes() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["erase-column A i"]), (B, 2, &["i = 7", "ni = 1"])];
    instructed(&["create"], transactions, "A1 ni=1");
    check_sent_by(&[Maker::Foreign], &["create"], transactions, &["Update A[1].ni = 1"], &["EraseColumn A.i"]);
}

#[test]
fn example_80_erased_class_takes_new_links_to_it() {
    let base: &[&str] = &["create", "@B1 create", "link = ->B1"];
    let transactions: &[Transaction<'_>] = &[(A, 1, ERASE_B), (B, 2, &["link A fresh B", "fresh = ->B1"])];
    instructed(base, transactions, "A1");
    let mut to_b: Vec<String> = ["A.link", "A.links", "A.lset", "A.ldict", "E.b", "K.b", "A.fresh"]
        .map(|name| format!("EraseColumn {name}"))
        .into();
    to_b.push("EraseTable B".into());
    let to_b: Vec<&str> = to_b.iter().map(String::as_str).collect();
    check_sent_by(&[Maker::Foreign], base, transactions, &[], &to_b);
}

#[test]
fn example_81_erased_class_takes_its_objects() {
    let by_b: &[&str] = &["@B5 create", "@B5 v = 1", "i = 3"];
    instructed(&["create"], &[(A, 1, ERASE_B), (B, 2, by_b)], "A1 i=3");
    instructed(&["create"], &[(A, 1, ERASE_B), (B, 2, ERASE_B)], "A1");
}

#[test]
fn what_has_nothing_to_do_with_an_erased_class_stays() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, ERASE_B), (B, 2, &["int A extra", "table T id", "@T1 create", "extra = 4"])];
    for order in orders(2) {
        let mut peers = prepared(&["create"], transactions, Maker::Foreign);
        peers.exchange(&order);
        let model = peers.agreed();
        assert_eq!(model.to_string(), "A1 extra=4; T1");
        assert!(!model.classes.contains_key("B"));
    }
}
