//! Classes and properties, in merges of more than one pair.

use realm_sync::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, KeyType, TableKind,
};
use realm_sync::merge::{merge, ClassDifference, Entry, MergeError, PropertyDifference};
use realm_sync::value::{FileIdent, OriginTimestamp};

use crate::examples::{A, B};
use crate::script;
use crate::world::{orders, World};

/// A changeset from lines: `table T key`, `erase-table T`, `link T p Target`, `int T p`, `list T p`,
/// `erase T p`, or a line of the script language for the state given.
fn changeset(world: &World, client: usize, lines: &[&str]) -> Changeset {
    let mut changeset = Changeset::new();
    let mut model = world.clients[client].model.clone();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let instruction = match words[..] {
            ["table", class, key] => add_table(&mut changeset, class, key, KeyType::Int),
            ["text-table", class, key] => add_table(&mut changeset, class, key, KeyType::String),
            ["embedded", class] => {
                let class = changeset.intern(class);
                Instruction::AddTable(AddTable { class, kind: TableKind::Embedded })
            }
            ["erase-table", class] => Instruction::EraseTable { class: changeset.intern(class) },
            ["link", class, property, target] => {
                let target = changeset.intern(target);
                add_column(&mut changeset, class, property, ColumnType::Link { target }, CollectionKind::Single)
            }
            ["int", class, property] => {
                add_column(&mut changeset, class, property, ColumnType::Int, CollectionKind::Single)
            }
            ["list", class, property] => {
                add_column(&mut changeset, class, property, ColumnType::Int, CollectionKind::List)
            }
            ["erase", class, property] => {
                Instruction::EraseColumn { class: changeset.intern(class), property: changeset.intern(property) }
            }
            _ => script::instruction(&model, &mut changeset, line),
        };
        let mut single = changeset.clone();
        single.set_instructions(vec![instruction]);
        model.apply(&single).unwrap();
        changeset.push(instruction);
    }
    changeset
}

fn add_table(changeset: &mut Changeset, class: &str, key: &str, key_type: KeyType) -> Instruction {
    let key_property = changeset.intern(key);
    let kind = TableKind::TopLevel { key_property, key_type, key_nullable: false };
    Instruction::AddTable(AddTable { class: changeset.intern(class), kind })
}

fn add_column(
    changeset: &mut Changeset,
    class: &str,
    property: &str,
    column_type: ColumnType,
    collection: CollectionKind,
) -> Instruction {
    let class = changeset.intern(class);
    let property = changeset.intern(property);
    let nullable = matches!(column_type, ColumnType::Link { .. });
    Instruction::AddColumn(AddColumn { class, property, column_type, nullable, collection, key_type: None })
}

/// A world with two clients that know this base.
fn world(base: &[&str]) -> World {
    let mut world = World::new(2);
    let base = changeset(&world, A, base);
    world.commit_changeset(A, 0, &base);
    world.exchange(&[A, B]).unwrap();
    world
}

fn check(base: &[&str], by_a: &[&str], by_b: &[&str], expected: &str, classes: &str) {
    for order in orders(2) {
        let mut world = world(base);
        for (client, lines) in [(A, by_a), (B, by_b)] {
            let changeset = changeset(&world, client, lines);
            world.commit_changeset(client, client as u64 + 1, &changeset);
        }
        world.exchange(&order).unwrap();
        assert_eq!(world.agreed(), expected);
        let tables: Vec<String> = world
            .server
            .classes
            .iter()
            .skip_while(|(name, _)| *name < &"T".to_string())
            .map(|(name, properties)| format!("{name}:{}", properties.iter().cloned().collect::<Vec<_>>().join(",")))
            .collect();
        assert_eq!(tables.join(" "), classes);
    }
}

fn refused(by_a: &[&str], by_b: &[&str]) -> MergeError {
    let world = World::new(2);
    let entry = |client: usize, lines: &[&str]| {
        let ident = client as u64 + 2;
        [Entry::new(changeset(&world, client, lines), 1, 0, OriginTimestamp(1), FileIdent(ident))]
    };
    let (mut ours, mut theirs) = (entry(A, by_a), entry(B, by_b));
    let before = ours[0].changeset.print().to_string();
    let error = merge(&mut ours, &mut theirs).unwrap_err();
    assert_eq!(ours[0].changeset.print().to_string(), before);
    assert!(!ours[0].changed() && !theirs[0].changed());
    error
}

#[test]
fn example_78_additive_schemas_merge() {
    check(
        &[],
        &["table T id", "int T a", "@T1 create", "@T1 a = 1"],
        &["table T id", "int T b", "@T1 create", "@T1 b = 2"],
        "T1 a=1 b=2",
        "T:a,b",
    );
}

#[test]
fn example_79_different_definitions_are_refused() {
    let class = |difference| MergeError::ClassMismatch { class: "T".into(), difference };
    assert_eq!(refused(&["table T id"], &["text-table T id"]), class(ClassDifference::KeyType));
    assert_eq!(refused(&["table T id"], &["table T _id"]), class(ClassDifference::KeyProperty));
    assert_eq!(refused(&["table T id"], &["embedded T"]), class(ClassDifference::Kind));
    let property = |difference| MergeError::PropertyMismatch { class: "B".into(), property: "p".into(), difference };
    assert_eq!(refused(&["int B p"], &["list B p"]), property(PropertyDifference::Collection));
    assert_eq!(refused(&["int B p"], &["link B p A"]), property(PropertyDifference::Type));
    assert_eq!(refused(&["link B p A"], &["link B p B"]), property(PropertyDifference::LinkTarget));
}

#[test]
fn example_80_erased_property_takes_its_writes() {
    check(
        &["@A1 create"],
        &["erase A i", "erase A ints", "erase A iset", "erase A ni"],
        &["i = 7", "ints add 1", "iset put 1", "ni += 1", "iset clear", "texts add 'x"],
        "A1 texts=['x]",
        "",
    );
}

#[test]
fn example_80_erased_class_takes_new_links_to_it() {
    for order in orders(2) {
        let mut world = world(&["table T id", "@A1 create", "@T1 create"]);
        let by_a = changeset(&world, A, &["erase-table T"]);
        let by_b = changeset(&world, B, &["link A fresh T", "fresh = ->T1", "@T2 create"]);
        world.commit_changeset(A, 1, &by_a);
        world.commit_changeset(B, 2, &by_b);
        for client in &mut world.clients {
            client.applied.clear();
        }
        world.exchange(&order).unwrap();
        assert_eq!(world.agreed(), "A1");
        assert_eq!(world.clients[A].applied, [""; 0]);
        assert_eq!(world.clients[B].applied, ["EraseColumn A.fresh", "EraseTable T"]);
    }
}

#[test]
fn example_81_erased_class_takes_its_objects() {
    check(
        &["table T id", "int T v", "@A1 create"],
        &["erase-table T"],
        &["@T5 create", "@T5 v = 1", "i = 3"],
        "A1 i=3",
        "",
    );
    check(&["table T id", "@A1 create"], &["erase-table T"], &["erase-table T"], "A1", "");
}

#[test]
fn schema_and_object_with_it_survive_an_unrelated_erasure() {
    check(&["table T id", "table U id"], &["erase-table T"], &["int U n", "@U1 create", "@U1 n = 4"], "U1 n=4", "U:n");
}
