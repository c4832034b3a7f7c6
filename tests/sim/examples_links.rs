//! Worked examples: links and deletion.

use realm_sync::store::Content;
use realm_sync::value::PrimaryKey;

use crate::example::{check, check_sent, prepared, Transaction, A, B};
use crate::peers::{Maker, Peers};

const LINKS: &[&str] =
    &["create", "@B1 create", "@B2 create", "@B3 create", "links add ->B1", "links add ->B2", "links add ->B3"];

/// What the application finds in a property of the object.
fn seen(peers: &Peers, device: usize, property: &str) -> String {
    let realm = &peers.world.devices[device].running.as_ref().unwrap().open[0].realm;
    let class = realm.class_key("A").unwrap();
    let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
    let content = realm.content(class, object, realm.property_key(class, property).unwrap()).unwrap();
    let shown = |contents: Vec<Content>| contents.iter().map(one).collect::<Vec<_>>().join(" ");
    match content {
        Content::List(list) => {
            assert_eq!(realm.list_size(list).unwrap(), realm.list_contents(list).unwrap().len() as u64);
            shown(realm.list_contents(list).unwrap())
        }
        Content::Set(set) => {
            assert_eq!(realm.set_size(set).unwrap(), realm.set_contents(set).unwrap().len() as u64);
            shown(realm.set_contents(set).unwrap())
        }
        other @ (Content::Value(_) | Content::Object(..) | Content::Dictionary(_)) => one(&other),
    }
}

fn one(content: &Content) -> String {
    match content {
        Content::Value(realm_sync::value::Value::Link(link)) => format!("{}{:?}", link.class, link.key),
        Content::Value(realm_sync::value::Value::Null) => "null".to_owned(),
        other => panic!("no link: {other:?}"),
    }
}

/// Both devices' applications see this, whoever uploads first.
fn check_seen(base: &[&str], transactions: &[Transaction<'_>], property: &str, expected: &str) {
    for order in [[A, B], [B, A]] {
        let mut peers = prepared(base, transactions, Maker::Application);
        peers.exchange(&order);
        assert_eq!([seen(&peers, A, property), seen(&peers, B, property)], [expected, expected], "{order:?}");
    }
}

#[test]
fn example_73_link_to_an_erased_object_stays() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["@B1 erase"]), (B, 2, &["link = ->B1"])];
    check(&["create", "@B1 create"], transactions, "A1 link=->B1");
    check_seen(&["create", "@B1 create"], transactions, "link", "null");
}

#[test]
fn example_74_list_keeps_the_place_of_an_erased_object() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["links remove 0", "@B1 erase"]), (B, 2, &["links insert 0 ->B1", "links add ->B2"])];
    check(LINKS, transactions, "A1 links=[->B1 ->B2 ->B3 ->B2]; B2; B3");
    check_seen(LINKS, transactions, "links", "BInt(2) BInt(3) BInt(2)");
}

#[test]
fn example_74_deleting_writes_the_removal_of_links_first() {
    let mut peers = prepared(LINKS, &[(A, 1, &["links remove 0"])], Maker::Application);
    let realm = peers.world.devices[B].running.as_mut().unwrap().realm();
    realm.begin().unwrap();
    let class = realm.class_key("B").unwrap();
    let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().unwrap();
    realm.erase(class, object).unwrap();
    realm.commit().unwrap();
    peers.exchange(&[B, A]);
    assert_eq!(peers.agreed().to_string(), "A1 links=[->B2 ->B3]; B2; B3");
    assert_eq!(peers.sent_to(A), ["ArrayErase A[1].links[0] size=3", "EraseObject B[1]"]);
}

#[test]
fn example_75_instructions_use_raw_indices() {
    let transactions: &[Transaction<'_>] =
        &[(A, 1, &["links remove 0", "@B1 erase"]), (B, 2, &["links insert 1 ->B1"])];
    check(LINKS, transactions, "A1 links=[->B1 ->B2 ->B3]; B2; B3");
    let to_b = ["ArrayErase A[1].links[0] size=4", "EraseObject B[1]"];
    check_sent(LINKS, transactions, &["ArrayInsert A[1].links[0] = B[1] size=2"], &to_b);
    for order in [[A, B], [B, A]] {
        let mut peers = prepared(LINKS, transactions, Maker::Application);
        peers.exchange(&order);
        peers.world.heard.clear();
        // Of its application's list [B2 B3 B2], B removes the first.
        peers.commit(B, 3_000, &["links add ->B2", "links remove 1"], Maker::Application);
        peers.exchange(&order);
        assert_eq!(peers.sent_to(A), ["ArrayInsert A[1].links[3] = B[2] size=3", "ArrayErase A[1].links[1] size=4"]);
        assert_eq!(peers.agreed().to_string(), "A1 links=[->B1 ->B3 ->B2]; B2; B3");
    }
}

#[test]
fn example_76_links_come_back_with_their_object() {
    let transactions: &[Transaction<'_>] = &[
        (A, 1, &["links remove 0", "@B1 erase"]),
        (B, 2, &["link = ->B1", "links insert 0 ->B1"]),
        (A, 3, &["@B1 create", "@B1 v = 5"]),
    ];
    check(LINKS, transactions, "A1 link=->B1 links=[->B1 ->B2 ->B3]; B1 v=5; B2; B3");
    check_seen(LINKS, transactions, "link", "BInt(1)");
    check_seen(LINKS, transactions, "links", "BInt(1) BInt(2) BInt(3)");
}

#[test]
fn example_77_set_hides_a_link_to_an_erased_object() {
    let transactions: &[Transaction<'_>] = &[(A, 1, &["@B1 erase"]), (B, 2, &["lset put ->B1"])];
    check(&["create", "@B1 create"], transactions, "A1 lset=<->B1>");
    check_seen(&["create", "@B1 create"], transactions, "lset", "");
}
