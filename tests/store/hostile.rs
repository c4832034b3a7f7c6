//! Instructions that nobody checked: applied or refused, never anything else.

use realm_sync::changeset::{
    decode, Changeset, CollectionKind, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra,
};
use realm_sync::store::{ApplyError, Mode, State};
use realm_sync::value::{ObjectId, Timestamp};
use rusqlite::Connection;

use crate::dice::Dice;
use crate::support::{example_schema, recorded, Home};

const PROPERTIES: [&str; 24] = [
    "i", "ni", "ints", "iset", "nset", "sset", "mset", "dict", "emb", "embs", "edict", "any", "anys", "link", "links",
    "lset", "ldict", "x", "xs", "sub", "b", "_id", "v", "nope",
];

fn key(dice: &mut Dice, changeset: &mut Changeset) -> Key {
    match dice.roll(40) {
        0 => Key::Null,
        1 => Key::String(changeset.intern("k")),
        2 => Key::GlobalKey { hi: 1, lo: 2 },
        3 => Key::ObjectId(ObjectId::default()),
        n => Key::Int(1 + n as i64 / 30),
    }
}

fn payload(dice: &mut Dice, changeset: &mut Changeset) -> Payload {
    match dice.roll(20) {
        0 => Payload::Null,
        1 => Payload::Bool(true),
        2 => Payload::String(changeset.push_bytes("x".as_bytes())),
        3 => Payload::Binary(changeset.push_bytes(&[0xF0, 1])),
        4 => Payload::Timestamp(Timestamp::new(-1, -1).unwrap()),
        5 => Payload::Float(f32::NAN),
        6 => Payload::Double(-0.0),
        7..10 => {
            let class = ["A", "B", "E", "Z"][dice.roll(4)];
            Payload::Link { class: changeset.intern(class), key: key(dice, changeset) }
        }
        10..12 => Payload::ObjectValue,
        12..14 => Payload::List,
        14..16 => Payload::Dictionary,
        16 => Payload::Set,
        17 => Payload::Erased,
        n => Payload::Int(n as i64),
    }
}

fn collection(dice: &mut Dice) -> CollectionKind {
    [CollectionKind::Single, CollectionKind::List, CollectionKind::Dictionary, CollectionKind::Set][dice.roll(4)]
}

fn target(dice: &mut Dice, changeset: &mut Changeset, is_indexed: bool) -> PathTarget {
    let class = ["A", "B", "E"][dice.roll(20).saturating_sub(17)];
    let object = ObjectTarget { class: changeset.intern(class), key: key(dice, changeset) };
    let property = changeset.intern(PROPERTIES[dice.roll(17)]);
    let mut elements = Vec::new();
    for _ in 0..[0, 0, 0, 1, 1, 2][dice.roll(6)] {
        elements.push(match dice.roll(2) {
            0 => PathElement::Index(dice.roll(6) as u32 / 2),
            _ => PathElement::Name(changeset.intern(PROPERTIES[14 + dice.roll(10)])),
        });
    }
    if is_indexed {
        elements.push(PathElement::Index(dice.roll(6) as u32 / 2));
    }
    PathTarget { object, property, path: changeset.push_path(&elements) }
}

fn instruction(dice: &mut Dice, changeset: &mut Changeset) -> Instruction {
    let size = [0, 0, 0, 1, 1, 2, 3][dice.roll(7)];
    let class = changeset.intern(["A", "B", "E"][dice.roll(3)]);
    match dice.roll(20) {
        0 | 1 => Instruction::CreateObject(ObjectTarget { class, key: key(dice, changeset) }),
        2 => Instruction::EraseObject(ObjectTarget { class, key: key(dice, changeset) }),
        3 => Instruction::AddInteger { target: target(dice, changeset, false), value: i64::MAX },
        4..9 => {
            let target = target(dice, changeset, false);
            let is_indexed = matches!(changeset.path(target.path).last(), Some(PathElement::Index(_)));
            let extra =
                if is_indexed { UpdateExtra::PriorSize(size) } else { UpdateExtra::IsDefault(dice.roll(2) == 0) };
            Instruction::Update { target, value: payload(dice, changeset), extra }
        }
        9..13 => {
            let (target, value) = (target(dice, changeset, true), payload(dice, changeset));
            Instruction::ArrayInsert { target, value, prior_size: size }
        }
        13 => Instruction::ArrayMove { target: target(dice, changeset, true), to: size / 2, prior_size: size },
        14 => Instruction::ArrayErase { target: target(dice, changeset, true), prior_size: size },
        15 => Instruction::Clear { target: target(dice, changeset, false), collection: collection(dice) },
        16 | 17 => Instruction::SetInsert { target: target(dice, changeset, false), value: payload(dice, changeset) },
        18 => Instruction::SetErase { target: target(dice, changeset, false), value: payload(dice, changeset) },
        _ => {
            let property = changeset.intern(PROPERTIES[dice.roll(24)]);
            // Most of them must stay for the others to work on.
            if dice.roll(60) == 0 {
                Instruction::EraseColumn { class, property }
            } else {
                Instruction::CreateObject(ObjectTarget { class, key: Key::Int(1) })
            }
        }
    }
}

/// The changeset that declares the example schema.
pub fn declaration() -> Changeset {
    let home = Home::new();
    drop(home.open(Mode::Synced, example_schema()));
    decode(&recorded(&home)[0]).unwrap()
}

/// Up to so many changesets; how many were applied, and refused.
pub fn applied_or_refused(dice: &mut Dice, declaration: &Changeset, changesets: u64) -> [u64; 2] {
    let connection = Connection::open_in_memory().unwrap();
    State::create_tables(&connection).unwrap();
    let mut state = State::load(&connection).unwrap();
    state.apply(&connection, declaration).unwrap();
    let mut counts = [0; 2];
    while counts[0] + counts[1] < changesets && !dice.is_spent() {
        let mut changeset = Changeset::new();
        for _ in 0..1 + dice.roll(2) {
            let instruction = instruction(dice, &mut changeset);
            changeset.push(instruction);
        }
        connection.execute_batch("BEGIN").unwrap();
        match state.apply(&connection, &changeset) {
            Ok(()) => {
                connection.execute_batch("COMMIT").unwrap();
                counts[0] += 1;
            }
            Err(ApplyError::BadChangeset(_)) => {
                connection.execute_batch("ROLLBACK").unwrap();
                state = State::load(&connection).unwrap();
                counts[1] += 1;
            }
            Err(ApplyError::Database(error)) => panic!("{error}\n{}", changeset.print()),
        }
    }
    check(&connection);
    counts
}

#[test]
fn any_instruction_is_applied_or_refused() {
    let declaration = declaration();
    let mut counts = [0; 2];
    for seed in 0..20 {
        println!("seed {seed}");
        let [applied, refused] = applied_or_refused(&mut Dice::Seed(seed), &declaration, 1_500);
        counts = [counts[0] + applied, counts[1] + refused];
    }
    println!("{} applied, {} refused", counts[0], counts[1]);
    assert!(counts.into_iter().min() > Some(2_000), "{counts:?}");
}

/// Sizes are what is there, and everything has an owner.
fn check(connection: &Connection) {
    let none = |what: &str, sql: &str| {
        let found: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(found, 0, "{what}");
    };
    none(
        "chunks of a wrong size",
        "SELECT count(*) FROM _realm_chunk c
         WHERE size <> (SELECT count(*) FROM _realm_list_entry e WHERE e.chunk = c.chunk)",
    );
    none(
        "collections of a wrong size",
        "SELECT count(*) FROM _realm_container c WHERE size <>
            (SELECT coalesce(sum(size), 0) FROM _realm_chunk h WHERE h.container = c.container)
            + (SELECT count(*) FROM _realm_set_entry s WHERE s.container = c.container)
            + (SELECT count(*) FROM _realm_dictionary_entry d WHERE d.container = c.container)",
    );
    none(
        "elements without a collection",
        "SELECT (SELECT count(*) FROM _realm_list_entry WHERE chunk IS NULL OR chunk NOT IN (SELECT chunk FROM _realm_chunk))
            + (SELECT count(*) FROM _realm_chunk WHERE container NOT IN (SELECT container FROM _realm_container))
            + (SELECT count(*) FROM _realm_set_entry WHERE container NOT IN (SELECT container FROM _realm_container))",
    );
    none(
        "collections without an owner",
        "SELECT count(*) FROM _realm_container c WHERE owner_container IS NOT NULL AND (
            owner_container NOT IN (SELECT container FROM _realm_container)
            OR owner NOT IN (SELECT entry FROM _realm_list_entry UNION SELECT entry FROM _realm_dictionary_entry))",
    );
    none(
        "hidden elements that were miscounted",
        "SELECT count(*) FROM _realm_container c WHERE hidden <>
            (SELECT count(*) FROM _realm_list l WHERE l.container = c.container AND target IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM B WHERE B._id = l.value))
            + (SELECT count(*) FROM _realm_set_entry s WHERE s.container = c.container AND target IS NOT NULL
                AND NOT EXISTS (SELECT 1 FROM B WHERE B._id = s.value))",
    );
}
