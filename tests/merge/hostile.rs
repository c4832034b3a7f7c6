//! Changesets that decode but make no sense: merging refuses them or not, it never panics, and
//! what it leaves has bytes.

use proptest::prelude::*;
use realm_sync::changeset::{
    decode, encode, encode_merged, AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key,
    KeyType, ObjectTarget, PathElement, PathTarget, Payload, TableKind, UpdateExtra,
};
use realm_sync::merge::{merge_groups, Entry};
use realm_sync::value::{FileIdent, OriginTimestamp};

const NUMBERS: [u32; 6] = [0, 1, 2, 3, u32::MAX - 1, u32::MAX];

fn target(changeset: &mut Changeset, numbers: &[u8; 8], needs_index: bool) -> PathTarget {
    let class = changeset.intern(["A", "B"][numbers[1] as usize % 2]);
    let object = ObjectTarget { class, key: Key::Int(i64::from(numbers[2] % 2)) };
    let property = changeset.intern(["p", "q"][numbers[3] as usize % 2]);
    let mut path = Vec::new();
    for digit in [numbers[4] % 8, numbers[5] % 8] {
        match digit {
            6 => path.push(PathElement::Name(changeset.intern("k"))),
            7 => {}
            index => path.push(PathElement::Index(NUMBERS[index as usize])),
        }
    }
    if needs_index {
        path.push(PathElement::Index(NUMBERS[numbers[6] as usize % 6]));
    }
    PathTarget { object, property, path: changeset.push_path(&path) }
}

fn push(changeset: &mut Changeset, numbers: &[u8; 8]) {
    let prior_size = NUMBERS[numbers[7] as usize % 6];
    let flag = numbers[7].is_multiple_of(2);
    let value = [Payload::Int(i64::MAX), Payload::List, Payload::Dictionary, Payload::ObjectValue, Payload::Erased]
        [numbers[7] as usize % 5];
    let collection = [CollectionKind::Single, CollectionKind::List, CollectionKind::Dictionary, CollectionKind::Set]
        [numbers[7] as usize % 4];
    let is_list_operation = (8..=10).contains(&(numbers[0] % 14));
    let target = target(changeset, numbers, is_list_operation);
    let PathTarget { object, property, path } = target;
    let is_indexed = matches!(changeset.path(path).last(), Some(PathElement::Index(_)));
    let instruction = match numbers[0] % 14 {
        0 => {
            let kind = TableKind::TopLevel { key_property: property, key_type: KeyType::Int, key_nullable: flag };
            Instruction::AddTable(AddTable { class: object.class, kind })
        }
        1 => Instruction::EraseTable { class: object.class },
        2 => Instruction::CreateObject(object),
        3 => Instruction::EraseObject(object),
        4 => {
            let extra = if is_indexed { UpdateExtra::PriorSize(prior_size) } else { UpdateExtra::IsDefault(flag) };
            Instruction::Update { target, value, extra }
        }
        5 => Instruction::AddInteger { target, value: i64::MAX },
        6 => Instruction::AddColumn(AddColumn {
            class: object.class,
            property,
            column_type: ColumnType::Link { target: changeset.intern(["A", "B"][numbers[4] as usize % 2]) },
            nullable: true,
            collection: CollectionKind::Single,
            key_type: None,
        }),
        7 => Instruction::EraseColumn { class: object.class, property },
        8 => Instruction::ArrayInsert { target, value, prior_size },
        9 => Instruction::ArrayMove { target, to: NUMBERS[numbers[7] as usize / 6 % 6], prior_size },
        10 => Instruction::ArrayErase { target, prior_size },
        11 => Instruction::Clear { target, collection },
        12 => Instruction::SetInsert { target, value },
        _ => Instruction::SetErase { target, value },
    };
    changeset.push(instruction);
}

fn entries(ident: u64) -> impl Strategy<Value = Vec<Entry>> {
    let changeset = prop::collection::vec(any::<[u8; 8]>(), 0..8);
    prop::collection::vec((changeset, 0..4u64), 1..4).prop_map(move |all| {
        let made = all.iter().zip(1..).map(|((instructions, base), version)| {
            let mut changeset = Changeset::new();
            instructions.iter().for_each(|numbers| push(&mut changeset, numbers));
            let changeset = decode(&encode(&changeset)).unwrap();
            Entry::new(changeset, version, *base, OriginTimestamp(version), FileIdent(ident))
        });
        made.collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

    #[test]
    fn senseless_changesets_never_panic(mut ours in entries(2), mut theirs in entries(3)) {
        let before: Vec<String> = ours.iter().chain(&theirs).map(|entry| entry.changeset.print().to_string()).collect();
        let outcome = merge_groups(&mut ours, &mut theirs);
        for (entry, before) in ours.iter().chain(&theirs).zip(before) {
            let after = entry.changeset.print().to_string();
            prop_assert_eq!(decode(&encode_merged(&entry.changeset)).unwrap().print().to_string(), &*after);
            if outcome.is_err() || !entry.changed() {
                prop_assert_eq!(after, before);
            }
        }
    }
}
