//! Bytes that are no changeset: each refused for its reason, and none ever a panic.

use proptest::prelude::*;
use realm_sync::changeset::{decode, encode, DecodeReason as Reason};

use crate::changeset::unhex;
use crate::changeset_golden::{INSTRUCTIONS, TRANSACTIONS};
use crate::fuzzed::changeset::run;

/// Three strings: 0 "Foo", 1 "f", 2 "".
const STRINGS: &str = "3F0003466F6F 3F010166 3F0200";

#[track_caller]
fn refused(bytes: &str, offset: usize, reason: Reason) {
    let error = decode(&unhex(bytes)).expect_err(bytes);
    assert_eq!((error.offset, error.reason), (offset, reason), "{bytes}");
}

/// Refused at this offset after the three strings.
#[track_caller]
fn refused_after_strings(bytes: &str, offset: usize, reason: Reason) {
    refused(&format!("{STRINGS}{bytes}"), unhex(STRINGS).len() + offset, reason);
}

#[test]
fn unknown_instructions_are_refused_without_narrowing() {
    refused("3E", 0, Reason::UnknownInstruction { code: 0x3E });
    refused("0E", 0, Reason::UnknownInstruction { code: 14 });
    refused("808400", 0, Reason::UnknownInstruction { code: 512 });
    refused("40", 0, Reason::IntegerOutOfRange);
}

#[test]
fn strings_must_come_in_order_and_once() {
    refused("3F", 1, Reason::Truncated);
    refused("3F0103466F6F", 1, Reason::InternOutOfOrder { found: 1, expected: 0 });
    refused("3F000341", 3, Reason::Truncated);
    refused("3F0003466F6F 3F0103466F6F", 7, Reason::InternTwice);
    refused("3F0001FF", 2, Reason::NotUtf8);
    refused("0400", 1, Reason::InternUndefined { id: 0 });
    refused_after_strings("0103", 1, Reason::InternUndefined { id: 3 });
}

#[test]
fn sizes_are_bounded_before_anything_is_allocated() {
    let too_long = |size| Reason::StringTooLong { size, limit: 16_777_199 };
    refused("3F00 80808010", 2, too_long(1 << 25));
    refused("3F00 FFFFFFFFFFFFFFFFFF01", 2, too_long(u64::MAX));
    refused("3F00 EFFFFF07", 6, Reason::Truncated);
    refused_after_strings("04 00 00 01 00 03 80808010", 6, too_long(1 << 25));
    let limit = 16_777_200;
    refused_after_strings("04 00 00 01 00 04 80808010", 6, Reason::StringTooLong { size: 1 << 25, limit });
    refused_after_strings("04 00 00 01 FFFFFFFF0F", 9, Reason::Truncated);
}

#[test]
fn codes_of_types_are_refused_where_they_do_not_belong() {
    refused_after_strings("04 00 00 01 00 0C", 5, Reason::UnknownType { code: 12 });
    refused_after_strings("04 00 00 01 00 46", 5, Reason::UnknownType { code: -7 });
    refused_after_strings("04 00 00 01 00 8002", 5, Reason::UnknownType { code: 256 });
    refused_after_strings("04 00 00 01 00 40 00 00", 5, Reason::NotAPayload { code: -1 });
    refused_after_strings("02 00 02 01", 2, Reason::NotAKey { code: 2 });
    refused_after_strings("00 00 00 01 09 00", 4, Reason::NotAKey { code: 9 });
    refused_after_strings("00 00 00 01 00 00", 4, Reason::NotAKey { code: 0 });
    for (byte, code) in [("40", -1), ("41", -2), ("42", -3), ("43", -4), ("44", -5), ("45", -6)] {
        refused_after_strings(&format!("06 00 01 {byte} 00 00"), 3, Reason::NotAColumn { code });
    }
    refused_after_strings("06 00 01 01 00 02 41", 6, Reason::NotAColumn { code: -2 });
    refused_after_strings("06 00 01 01 00 02 09", 6, Reason::NotAColumn { code: 9 });
}

#[test]
fn kinds_are_refused_beyond_the_known_ones() {
    refused_after_strings("00 00 03", 2, Reason::UnknownTableKind { code: 3 });
    refused_after_strings("06 00 01 01 00 04", 5, Reason::UnknownCollection { code: 4 });
    refused_after_strings("0B 00 00 01 00 04", 5, Reason::UnknownCollection { code: 4 });
}

#[test]
fn list_instructions_need_an_index() {
    for opcode in ["08", "09", "0A"] {
        refused_after_strings(&format!("{opcode} 00 00 01 00 00 00"), 1, Reason::NoIndex);
        refused_after_strings(&format!("{opcode} 00 00 01 01 40 01 00 00"), 1, Reason::NoIndex);
    }
    refused_after_strings("0A 00 00 01 01 8080808010 00", 5, Reason::IntegerOutOfRange);
}

#[test]
fn timestamps_must_be_consistent() {
    let seconds_and_nanoseconds = |bytes: &str| format!("04 00 00 01 00 05 {bytes} 00");
    for bytes in ["01 40", "40 01", "00 8094EBDC03", "00 FFFFFFFF1F", "40 FF93EBDC43"] {
        refused_after_strings(&seconds_and_nanoseconds(bytes), 6, Reason::BadTimestamp);
    }
    for bytes in ["00 40", "00 01", "40 40", "40 00", "01 FF93EBDC03", "40 FE93EBDC43"] {
        let bytes = unhex(&format!("{STRINGS}{}", seconds_and_nanoseconds(bytes)));
        assert_eq!(encode(&decode(&bytes).unwrap())[..14], unhex("3F0003466F6F 3F010166 04 00 00 01")[..14]);
    }
}

#[test]
fn decimals_must_fit_their_bits() {
    let decimal = |bytes: &str| format!("04 00 00 01 00 08 {bytes} 00");
    // 2^113; 18 bytes; exponents one below and one above.
    refused_after_strings(&decimal("80808080808080808080808080808080 02 00 00"), 6, Reason::BadDecimal);
    refused_after_strings(&decimal("8080808080808080808080808080808080 00 00 00"), 6, Reason::IntegerTooLong);
    refused_after_strings(&decimal("00 A0F040 00"), 6, Reason::BadDecimal);
    refused_after_strings(&decimal("00 E0CF00 00"), 6, Reason::BadDecimal);
}

#[test]
fn every_truncation_is_refused_or_a_shorter_changeset() {
    let all = INSTRUCTIONS.iter().map(|(_, bytes, _)| *bytes).chain(TRANSACTIONS.iter().map(|(_, bytes, _)| *bytes));
    for bytes in all {
        let bytes = unhex(bytes);
        let whole = decode(&bytes).unwrap().instructions().len();
        for size in 0..bytes.len() {
            if let Ok(changeset) = decode(&bytes[..size]) {
                assert!(changeset.instructions().len() < whole);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        run(&bytes);
    }

    #[test]
    fn mutated_transactions_never_panic(
        which in 0..TRANSACTIONS.len(),
        mutations in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut bytes = unhex(TRANSACTIONS[which].1);
        for (at, byte) in mutations {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        run(&bytes);
    }
}
