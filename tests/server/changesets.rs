//! Small changesets to upload: a class `P` with an integer key `_id`, and what happens to its objects.

use realm_sync::changeset::{
    encode, AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget,
    PathTarget, Payload, TableKind, UpdateExtra,
};

/// Makes class `P` with the property `v`, an integer.
pub fn make_class() -> Vec<u8> {
    make_class_with(ColumnType::Int)
}

pub fn make_class_with(column_type: ColumnType) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let (class, key, property) = (changeset.intern("P"), changeset.intern("_id"), changeset.intern("v"));
    let kind = TableKind::TopLevel { key_property: key, key_type: KeyType::Int, key_nullable: false };
    changeset.push(Instruction::AddTable(AddTable { class, kind }));
    changeset.push(Instruction::AddColumn(AddColumn {
        class,
        property,
        column_type,
        nullable: false,
        collection: CollectionKind::Single,
        key_type: None,
    }));
    encode(&changeset)
}

/// Makes class `Q` with one object that has a text of this size.
pub fn make_text(size: usize) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let (class, key, property) = (changeset.intern("Q"), changeset.intern("_id"), changeset.intern("text"));
    let kind = TableKind::TopLevel { key_property: key, key_type: KeyType::Int, key_nullable: false };
    changeset.push(Instruction::AddTable(AddTable { class, kind }));
    changeset.push(Instruction::AddColumn(AddColumn {
        class,
        property,
        column_type: ColumnType::String,
        nullable: false,
        collection: CollectionKind::Single,
        key_type: None,
    }));
    let object = ObjectTarget { class, key: Key::Int(1) };
    changeset.push(Instruction::CreateObject(object));
    let path = changeset.push_path(&[]);
    let value = Payload::String(changeset.push_bytes("x".repeat(size).as_bytes()));
    let target = PathTarget { object, property, path };
    changeset.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) });
    encode(&changeset)
}

pub fn create(key: i64) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let class = changeset.intern("P");
    changeset.push(Instruction::CreateObject(ObjectTarget { class, key: Key::Int(key) }));
    encode(&changeset)
}

pub fn set(key: i64, value: i64) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let (class, property) = (changeset.intern("P"), changeset.intern("v"));
    let path = changeset.push_path(&[]);
    let target = PathTarget { object: ObjectTarget { class, key: Key::Int(key) }, property, path };
    changeset.push(Instruction::Update { target, value: Payload::Int(value), extra: UpdateExtra::IsDefault(false) });
    encode(&changeset)
}

/// Makes class `R`, which has no primary key.
pub fn make_keyless_class() -> Vec<u8> {
    let mut changeset = Changeset::new();
    let (class, key, property) = (changeset.intern("R"), changeset.intern(""), changeset.intern("v"));
    let kind = TableKind::TopLevel { key_property: key, key_type: KeyType::GlobalKey, key_nullable: false };
    changeset.push(Instruction::AddTable(AddTable { class, kind }));
    changeset.push(Instruction::AddColumn(AddColumn {
        class,
        property,
        column_type: ColumnType::Int,
        nullable: false,
        collection: CollectionKind::Single,
        key_type: None,
    }));
    encode(&changeset)
}

/// Makes the first object of `R` that a file makes; `hi` is the file's ident, or 0.
pub fn create_keyless(hi: u64) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let class = changeset.intern("R");
    changeset.push(Instruction::CreateObject(ObjectTarget { class, key: Key::GlobalKey { hi, lo: 0 } }));
    encode(&changeset)
}

pub fn set_keyless(hi: u64, value: i64) -> Vec<u8> {
    let mut changeset = Changeset::new();
    let (class, property) = (changeset.intern("R"), changeset.intern("v"));
    let path = changeset.push_path(&[]);
    let object = ObjectTarget { class, key: Key::GlobalKey { hi, lo: 0 } };
    let target = PathTarget { object, property, path };
    changeset.push(Instruction::Update { target, value: Payload::Int(value), extra: UpdateExtra::IsDefault(false) });
    encode(&changeset)
}
