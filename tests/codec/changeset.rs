//! Integers and changesets against fixed bytes.

use std::path::PathBuf;

use realm_sync::changeset::{
    decode, encode, encode_merged, AddColumn, Changeset, CollectionKind, ColumnType, DecodeError, DecodeReason,
    Instruction, Reader, Writer,
};

use crate::changeset_golden::{INSTRUCTIONS, TRANSACTIONS};
use crate::messages_recorded::say;

pub fn unhex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(|digit| !digit.is_ascii_whitespace()).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

fn signed(value: i64) -> String {
    let mut writer = Writer::default();
    writer.signed(value);
    hex(&writer.into_bytes())
}

fn unsigned(value: u64) -> String {
    let mut writer = Writer::default();
    writer.unsigned(value);
    hex(&writer.into_bytes())
}

const SIGNED: &[(i64, &str)] = &[
    (0, "00"),
    (1, "01"),
    (63, "3F"),
    (64, "C000"),
    (127, "FF00"),
    (128, "8001"),
    (8191, "FF3F"),
    (8192, "80C000"),
    (1_000_000, "C0843D"),
    (i64::MAX, "FFFFFFFFFFFFFFFFFF00"),
    (-1, "40"),
    (-2, "41"),
    (-64, "7F"),
    (-65, "C040"),
    (-1_000_000, "BF847D"),
    (i64::MIN, "FFFFFFFFFFFFFFFFFF40"),
];

const UNSIGNED: &[(u64, &str)] =
    &[(0, "00"), (64, "C000"), (1 << 63, "80808080808080808001"), (u64::MAX, "FFFFFFFFFFFFFFFFFF01")];

#[test]
fn signed_integers_have_fixed_bytes() {
    for (value, bytes) in SIGNED {
        assert_eq!(signed(*value), *bytes);
        assert_eq!(Reader::new(&unhex(bytes)).i64(), Ok(*value));
    }
}

#[test]
fn unsigned_integers_have_fixed_bytes() {
    for (value, bytes) in UNSIGNED {
        assert_eq!(unsigned(*value), *bytes);
        assert_eq!(Reader::new(&unhex(bytes)).u64(), Ok(*value));
    }
}

#[test]
fn over_long_integers_are_read() {
    for (bytes, value) in [("8000", 0), ("818000", 1), ("80808080808080808000", 0)] {
        assert_eq!(Reader::new(&unhex(bytes)).i64(), Ok(value));
    }
    assert_eq!(Reader::new(&unhex("8040")).i64(), Ok(-1));
    assert_eq!(Reader::new(&unhex("FF01")).u8(), Ok(255));
}

#[test]
fn negative_numbers_are_no_unsigned_ones() {
    let refused = Err(DecodeError { offset: 0, reason: DecodeReason::IntegerOutOfRange });
    for bytes in ["40", "41", "7F"] {
        let bytes = unhex(bytes);
        assert_eq!(Reader::new(&bytes).u64(), refused);
        assert_eq!(Reader::new(&bytes).u32().map(u64::from), refused);
        assert_eq!(Reader::new(&bytes).u8().map(u64::from), refused);
    }
}

#[test]
fn integers_beyond_their_type_are_refused() {
    let error = |reason| DecodeError { offset: 0, reason };
    assert_eq!(Reader::new(&unhex("FF03")).u8(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("8002")).u8(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("808000")).u8(), Err(error(DecodeReason::IntegerTooLong)));
    assert_eq!(Reader::new(&unhex("FFFFFFFF1F")).u32(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("808080808000")).u32(), Err(error(DecodeReason::IntegerTooLong)));
    assert_eq!(Reader::new(&unhex("FFFFFFFF0F")).u32(), Ok(u32::MAX));
    assert_eq!(Reader::new(&unhex("FFFFFFFF07")).i32(), Ok(i32::MAX));
    assert_eq!(Reader::new(&unhex("8080808008")).i32(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("80808080808080808001")).i64(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("80808080808080808002")).u64(), Err(error(DecodeReason::IntegerOutOfRange)));
    assert_eq!(Reader::new(&unhex("8080808080808080808000")).u64(), Err(error(DecodeReason::IntegerTooLong)));
    assert_eq!(Reader::new(&unhex("80")).i64(), Err(error(DecodeReason::Truncated)));
    assert_eq!(Reader::new(&[]).u64(), Err(error(DecodeReason::Truncated)));
}

#[test]
fn each_instruction_has_fixed_bytes() {
    for (name, bytes, printed) in INSTRUCTIONS {
        let changeset = decode(&unhex(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(changeset.print().to_string(), *printed, "{name}");
        assert_eq!(hex(&encode(&changeset)), *bytes, "{name}");
    }
}

#[test]
fn whole_transactions_have_fixed_bytes() {
    for (name, bytes, lines) in TRANSACTIONS {
        let changeset = decode(&unhex(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(changeset.print().to_string(), lines.join("\n"), "{name}");
        assert_eq!(encode(&changeset), unhex(bytes), "{name}");
    }
}

#[test]
fn merged_changesets_define_all_strings_first() {
    for (name, bytes, lines) in TRANSACTIONS {
        let merged = encode_merged(&decode(&unhex(bytes)).unwrap());
        let again = decode(&merged).unwrap();
        assert_eq!(again.print().to_string(), lines.join("\n"), "{name}");
        let mut reader = Reader::new(&merged);
        for index in 0..again.strings().len() {
            assert_eq!(reader.u64(), Ok(0x3F), "{name}");
            assert_eq!(reader.u64(), Ok(index as u64), "{name}");
            reader.text(1000).unwrap();
        }
        assert_ne!(reader.u64(), Ok(0x3F), "{name}");
    }
}

#[test]
fn merged_changesets_keep_strings_that_nobody_uses() {
    let mut changeset = Changeset::new();
    changeset.intern("unused");
    let class = changeset.intern("Foo");
    changeset.push(Instruction::EraseTable { class });
    changeset.intern("trailing");
    assert_eq!(decode(&encode_merged(&changeset)).unwrap().strings().len(), 3);
    assert_eq!(decode(&encode(&changeset)).unwrap().strings().len(), 2);
}

#[test]
fn without_instructions_there_are_no_bytes() {
    let mut changeset = Changeset::new();
    changeset.intern("left over");
    assert!(encode(&changeset).is_empty());
    assert!(encode_merged(&changeset).is_empty());
    assert!(decode(&[]).unwrap().is_empty());
    let only_strings = decode(&unhex("3F0003466F6F")).unwrap();
    assert!(only_strings.is_empty() && only_strings.strings().is_empty());
}

#[test]
fn columns_built_without_the_empty_string_encode_without_it() {
    let mut changeset = Changeset::new();
    let (class, property) = (changeset.intern("Foo"), changeset.intern("f"));
    let (column_type, collection) = (ColumnType::Int, CollectionKind::Single);
    let column = AddColumn { class, property, column_type, nullable: false, collection, key_type: None };
    changeset.push(Instruction::AddColumn(column));
    assert_eq!(hex(&encode(&changeset)), "3F0003466F6F3F0101660600010100".to_owned() + "00");
}

/// Where the recorded vectors lie, when they are there.
fn vectors() -> Option<String> {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/spec/vectors");
    let folder = std::env::var_os("REALM_SYNC_VECTORS").map_or(beside, PathBuf::from);
    std::fs::read_to_string(folder.join("changesets.txt")).ok()
}

/// The bytes for an integer of the vectors, by the name of its line.
fn integer(name: &str) -> String {
    match name {
        "i64 max" => signed(i64::MAX),
        "i64 min" => signed(i64::MIN),
        "u64 max" => unsigned(u64::MAX),
        "u64 2^63" => unsigned(1 << 63),
        _ => signed(name.trim_start_matches("i64 ").parse().unwrap()),
    }
}

#[test]
fn recorded_vectors_encode_to_the_same_bytes() {
    let Some(text) = vectors() else {
        say("no recorded vectors found: set REALM_SYNC_VECTORS to their folder; none were run");
        return;
    };
    let (mut integers, mut changesets, mut readings) = (0, 0, 0);
    for line in text.lines() {
        if line.contains("<-") {
            check_reading(line);
            readings += 1;
            continue;
        }
        let (name, bytes) = line.split_at_checked(35).unwrap_or((line, ""));
        let (name, bytes) = (name.trim(), bytes.trim());
        if name.starts_with("i64") || name.starts_with("u64") {
            assert_eq!(integer(name), bytes, "{name}");
            integers += 1;
        } else if !name.starts_with("->") {
            let changeset = decode(&unhex(bytes)).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(hex(&encode(&changeset)), bytes, "{name}");
            changesets += 1;
        }
    }
    say(&format!("recorded vectors: {integers} integers, {changesets} changesets, {readings} readings are the same"));
    assert!(integers > 10 && changesets > 50 && readings > 5);
}

/// A recorded reading: what realm-core's reader made of bytes. Ours differs for negatives alone,
/// which it never takes for unsigned numbers.
fn check_reading(line: &str) {
    let (kind, rest) = line.split_once(" <- ").unwrap();
    let (bytes, outcome) = rest.split_once("consumed=").unwrap();
    let bytes = unhex(bytes.split('(').next().unwrap());
    let (consumed, value) = outcome.split_once(" value=").unwrap();
    let mut reader = Reader::new(&bytes);
    let read = match kind {
        "i64" => reader.i64().map(i128::from),
        "u64" => reader.u64().map(i128::from),
        "u32" => reader.u32().map(i128::from),
        "u8" => reader.u8().map(i128::from),
        other => panic!("unknown kind {other}"),
    };
    let is_negative_unsigned = kind != "i64" && Reader::new(&bytes).i64().is_ok_and(|value| value < 0);
    match consumed {
        "0" => assert!(read.is_err(), "{line}"),
        _ if is_negative_unsigned => assert!(read.is_err(), "{line}"),
        _ => assert_eq!(read, Ok(value.parse().unwrap()), "{line}"),
    }
}
