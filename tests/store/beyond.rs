//! Changesets at the limits of sizes (`docs/STORE.md`, "Limits"), and one step beyond: nobody takes the latter.

use realm_sync::changeset::{
    encode, AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget,
    PathElement, PathTarget, Payload, TableKind, UpdateExtra,
};

/// What has a limit, the limit, and the changeset that has a thing of that size and works on an empty realm.
pub type Limited = (&'static str, usize, fn(usize) -> Vec<u8>);

pub const LIMITED: [Limited; 8] = [
    ("class name", 57, |size| declared(&"C".repeat(size), "_id", &[])),
    ("name of a primary key", 63, |size| declared("C", &"k".repeat(size), &[])),
    ("property name", 63, |size| declared("C", "_id", &["p".repeat(size)])),
    ("text", 16_777_199, |size| {
        with_object(|changeset| {
            let text = changeset.push_bytes("x".repeat(size).as_bytes());
            update(changeset, &[], Payload::String(text));
        })
    }),
    ("binary", 16_777_200, |size| {
        with_object(|changeset| {
            let bytes = changeset.push_bytes(&vec![0xFF; size]);
            update(changeset, &[], Payload::Binary(bytes));
        })
    }),
    ("text of a primary key", 16_777_199, |size| {
        let mut changeset = declaration("C", "_id", KeyType::String, &[]);
        let object =
            ObjectTarget { class: changeset.intern("C"), key: Key::String(changeset.intern(&"k".repeat(size))) };
        changeset.push(Instruction::CreateObject(object));
        encode(&changeset)
    }),
    ("key of a dictionary", 16_777_199, |size| {
        with_object(|changeset| {
            update(changeset, &[], Payload::Dictionary);
            let key = PathElement::Name(changeset.intern(&"k".repeat(size)));
            update(changeset, &[key], Payload::Int(1));
        })
    }),
    ("depth of collections", 100, |depth| {
        with_object(|changeset| {
            update(changeset, &[], Payload::List);
            let mut path = Vec::new();
            for _ in 1..depth {
                path.push(PathElement::Index(0));
                let target = target(changeset, &path);
                changeset.push(Instruction::ArrayInsert { target, value: Payload::List, prior_size: 0 });
            }
        })
    }),
];

fn declared(class: &str, key: &str, properties: &[String]) -> Vec<u8> {
    encode(&declaration(class, key, KeyType::Int, properties))
}

/// A class with this key and these mixed properties.
fn declaration(class: &str, key: &str, key_type: KeyType, properties: &[String]) -> Changeset {
    let mut changeset = Changeset::new();
    let (class, key_property) = (changeset.intern(class), changeset.intern(key));
    let kind = TableKind::TopLevel { key_property, key_type, key_nullable: false };
    changeset.push(Instruction::AddTable(AddTable { class, kind }));
    for property in properties {
        let property = changeset.intern(property);
        changeset.push(Instruction::AddColumn(AddColumn {
            class,
            property,
            column_type: ColumnType::Mixed,
            nullable: true,
            collection: CollectionKind::Single,
            key_type: None,
        }));
    }
    changeset
}

/// A class with a mixed property, an object, and what is done to it.
fn with_object(write: impl FnOnce(&mut Changeset)) -> Vec<u8> {
    let mut changeset = declaration("C", "_id", KeyType::Int, &["any".to_owned()]);
    let object = object(&mut changeset);
    changeset.push(Instruction::CreateObject(object));
    write(&mut changeset);
    encode(&changeset)
}

fn object(changeset: &mut Changeset) -> ObjectTarget {
    ObjectTarget { class: changeset.intern("C"), key: Key::Int(1) }
}

fn target(changeset: &mut Changeset, path: &[PathElement]) -> PathTarget {
    PathTarget { object: object(changeset), property: changeset.intern("any"), path: changeset.push_path(path) }
}

fn update(changeset: &mut Changeset, path: &[PathElement], value: Payload) {
    let target = target(changeset, path);
    changeset.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) });
}
