//! Arbitrary changesets survive their bytes.

use proptest::prelude::*;
use realm_sync::changeset::{
    decode, encode, encode_merged, AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, KeyType,
    ObjectTarget, PathElement, PathTarget, Payload, TableKind, UpdateExtra,
};
use realm_sync::value::{Decimal128, Link, ObjectId, PrimaryKey, Timestamp, Uuid, Value};

fn name() -> impl Strategy<Value = String> {
    prop_oneof![Just(String::new()), "[a-dA-D]{1,3}", "\\PC{0,12}"]
}

fn key() -> impl Strategy<Value = PrimaryKey> {
    prop_oneof![
        Just(PrimaryKey::Null),
        any::<i64>().prop_map(PrimaryKey::Int),
        name().prop_map(PrimaryKey::String),
        any::<(u64, u64)>().prop_map(|(hi, lo)| PrimaryKey::GlobalKey { hi, lo }),
        any::<[u8; 12]>().prop_map(|bytes| PrimaryKey::ObjectId(ObjectId(bytes))),
        any::<[u8; 16]>().prop_map(|bytes| PrimaryKey::Uuid(Uuid(bytes))),
    ]
}

fn timestamp() -> impl Strategy<Value = Timestamp> {
    (any::<i64>(), 0..1_000_000_000i32).prop_map(|(seconds, nanoseconds)| {
        Timestamp::new(seconds, if seconds < 0 { -nanoseconds } else { nanoseconds }).unwrap()
    })
}

#[derive(Debug, Clone)]
enum Written {
    Value(Value),
    Marker(Payload),
}

fn written() -> impl Strategy<Value = Written> {
    prop_oneof![
        Just(Written::Value(Value::Null)),
        any::<i64>().prop_map(|int| Written::Value(Value::Int(int))),
        any::<bool>().prop_map(|bool| Written::Value(Value::Bool(bool))),
        "\\PC{0,40}".prop_map(|text| Written::Value(Value::String(text))),
        prop::collection::vec(any::<u8>(), 0..40).prop_map(|bytes| Written::Value(Value::Binary(bytes))),
        timestamp().prop_map(|timestamp| Written::Value(Value::Timestamp(timestamp))),
        any::<u32>().prop_map(|bits| Written::Value(Value::Float(f32::from_bits(bits)))),
        any::<u64>().prop_map(|bits| Written::Value(Value::Double(f64::from_bits(bits)))),
        any::<u128>().prop_map(|bits| Written::Value(Value::Decimal(Decimal128::from_bits(bits)))),
        any::<[u8; 12]>().prop_map(|bytes| Written::Value(Value::ObjectId(ObjectId(bytes)))),
        any::<[u8; 16]>().prop_map(|bytes| Written::Value(Value::Uuid(Uuid(bytes)))),
        (name(), key()).prop_map(|(class, key)| Written::Value(Value::Link(Link { class, key }))),
        prop::sample::select(vec![
            Payload::ObjectValue,
            Payload::List,
            Payload::Dictionary,
            Payload::Set,
            Payload::Erased,
        ])
        .prop_map(Written::Marker),
    ]
}

/// One instruction's operands, whichever it uses.
#[derive(Debug, Clone)]
struct Operands {
    opcode: u8,
    class: String,
    property: String,
    other: String,
    key: PrimaryKey,
    path: Vec<Result<u32, String>>,
    written: Written,
    numbers: (u32, u32, i64),
    kinds: (u8, u8, u8),
    flag: bool,
}

fn operands() -> impl Strategy<Value = Operands> {
    let path = prop::collection::vec(prop_oneof![any::<u32>().prop_map(Ok), name().prop_map(Err)], 0..4);
    let names = (name(), name(), name());
    (0..14u8, names, key(), path, written(), any::<(u32, u32, i64)>(), any::<(u8, u8, u8)>(), any::<bool>()).prop_map(
        |(opcode, (class, property, other), key, path, written, numbers, kinds, flag)| Operands {
            opcode,
            class,
            property,
            other,
            key,
            path,
            written,
            numbers,
            kinds,
            flag,
        },
    )
}

const KEY_TYPES: [KeyType; 5] = [KeyType::Int, KeyType::String, KeyType::ObjectId, KeyType::Uuid, KeyType::GlobalKey];
const COLLECTIONS: [CollectionKind; 4] =
    [CollectionKind::Single, CollectionKind::List, CollectionKind::Dictionary, CollectionKind::Set];
const COLUMNS: [ColumnType; 11] = [
    ColumnType::Mixed,
    ColumnType::Int,
    ColumnType::Bool,
    ColumnType::String,
    ColumnType::Binary,
    ColumnType::Timestamp,
    ColumnType::Float,
    ColumnType::Double,
    ColumnType::Decimal,
    ColumnType::ObjectId,
    ColumnType::Uuid,
];

impl Operands {
    fn object(&self, changeset: &mut Changeset) -> ObjectTarget {
        ObjectTarget { class: changeset.intern(&self.class), key: changeset.push_key(&self.key) }
    }

    fn target(&self, changeset: &mut Changeset, needs_index: bool) -> PathTarget {
        let object = self.object(changeset);
        let property = changeset.intern(&self.property);
        let mut path: Vec<PathElement> = self
            .path
            .iter()
            .map(|element| match element {
                Ok(index) => PathElement::Index(*index),
                Err(name) => PathElement::Name(changeset.intern(name)),
            })
            .collect();
        if needs_index {
            path.push(PathElement::Index(self.numbers.0));
        }
        PathTarget { object, property, path: changeset.push_path(&path) }
    }

    fn payload(&self, changeset: &mut Changeset) -> Payload {
        match &self.written {
            Written::Value(value) => changeset.push_value(value),
            Written::Marker(marker) => *marker,
        }
    }

    fn add_table(&self, changeset: &mut Changeset) -> AddTable {
        let class = changeset.intern(&self.class);
        let key_type = KEY_TYPES[self.kinds.0 as usize % KEY_TYPES.len()];
        let key_nullable = self.flag;
        let key_property = changeset.intern(&self.property);
        let kind = match self.kinds.1 % 3 {
            0 => TableKind::TopLevel { key_property, key_type, key_nullable },
            1 => TableKind::Asymmetric { key_property, key_type, key_nullable },
            _ => TableKind::Embedded,
        };
        AddTable { class, kind }
    }

    fn add_column(&self, changeset: &mut Changeset) -> AddColumn {
        let (class, property) = (changeset.intern(&self.class), changeset.intern(&self.property));
        let column = |number: u8| COLUMNS[number as usize % COLUMNS.len()];
        let column_type = match self.kinds.0 % 3 {
            0 => ColumnType::Link { target: changeset.intern(&self.other) },
            _ => column(self.kinds.1),
        };
        let collection = COLLECTIONS[self.kinds.2 as usize % COLLECTIONS.len()];
        let key_type = (collection == CollectionKind::Dictionary).then_some(column(self.kinds.1));
        AddColumn { class, property, column_type, nullable: self.flag, collection, key_type }
    }

    fn push_to(&self, changeset: &mut Changeset) {
        let (size, to, int) = self.numbers;
        let instruction = match self.opcode {
            0 => Instruction::AddTable(self.add_table(changeset)),
            1 => Instruction::EraseTable { class: changeset.intern(&self.class) },
            2 => Instruction::CreateObject(self.object(changeset)),
            3 => Instruction::EraseObject(self.object(changeset)),
            4 => {
                let extra = match self.path.last() {
                    Some(Ok(_)) => UpdateExtra::PriorSize(size),
                    Some(Err(_)) | None => UpdateExtra::IsDefault(self.flag),
                };
                let target = self.target(changeset, false);
                Instruction::Update { target, value: self.payload(changeset), extra }
            }
            5 => Instruction::AddInteger { target: self.target(changeset, false), value: int },
            6 => Instruction::AddColumn(self.add_column(changeset)),
            7 => Instruction::EraseColumn {
                class: changeset.intern(&self.class),
                property: changeset.intern(&self.property),
            },
            8 => Instruction::ArrayInsert {
                target: self.target(changeset, true),
                value: self.payload(changeset),
                prior_size: size,
            },
            9 => Instruction::ArrayMove { target: self.target(changeset, true), to, prior_size: size },
            10 => Instruction::ArrayErase { target: self.target(changeset, true), prior_size: size },
            11 => Instruction::Clear {
                target: self.target(changeset, false),
                collection: COLLECTIONS[self.kinds.0 as usize % COLLECTIONS.len()],
            },
            12 => Instruction::SetInsert { target: self.target(changeset, false), value: self.payload(changeset) },
            _ => Instruction::SetErase { target: self.target(changeset, false), value: self.payload(changeset) },
        };
        changeset.push(instruction);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1000) })]

    #[test]
    fn any_changeset_survives_its_bytes(all in prop::collection::vec(operands(), 0..12)) {
        let mut changeset = Changeset::new();
        all.iter().for_each(|operands| operands.push_to(&mut changeset));
        let printed = changeset.print().to_string();
        let bytes = encode(&changeset);
        let decoded = decode(&bytes).unwrap();
        prop_assert_eq!(decoded.print().to_string(), &*printed);
        prop_assert_eq!(encode(&decoded), bytes);
        let merged = encode_merged(&changeset);
        let decoded = decode(&merged).unwrap();
        prop_assert_eq!(decoded.print().to_string(), &*printed);
        prop_assert_eq!(encode_merged(&decoded), merged);
    }
}
