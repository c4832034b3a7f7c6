//! Mixed values as cells: null, int, double and string stay SQLite's own, everything else is a blob that begins with
//! the type's code on the wire and sorts within its type.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use crate::store::refusal::Refusal;
use crate::value::{ObjectId, PrimaryKey, Uuid, Value};

use super::scalar::{KeyView, Scalar};
use super::{decimal_text, timestamp_text, Cell};

const BOOL: u8 = 2;
const BINARY: u8 = 4;
const TIMESTAMP: u8 = 5;
const FLOAT: u8 = 6;
const DOUBLE: u8 = 7;
const DECIMAL: u8 = 8;
/// First byte of a link in a mixed column.
pub(crate) const LINK_TAG: u8 = 9;
const OBJECT_ID: u8 = 10;
const UUID: u8 = 11;
/// First bytes of what holds a collection; behind every value.
const LIST_TAG: u8 = 0xF0;
const DICTIONARY_TAG: u8 = 0xF1;

const KEY_NULL: u8 = 0;
const KEY_INT: u8 = 1;
const KEY_STRING: u8 = 3;
const KEY_OBJECT_ID: u8 = 10;
const KEY_UUID: u8 = 11;
const KEY_GLOBAL: u8 = 0x40;

/// Makes the earliest timestamp's nanoseconds positive in 96 bits.
const TIMESTAMP_BIAS: i128 = 1 << 95;
const TIMESTAMP_BYTES: usize = 12;

/// A link as a mixed column holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MixedLink {
    pub(crate) class: i64,
    pub(crate) key: PrimaryKey,
}

/// What a mixed cell holds.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum MixedContent {
    Value(Value),
    /// Apart, as its class is a number here.
    Link(MixedLink),
    /// The number of a list.
    List(i64),
    /// The number of a dictionary.
    Dictionary(i64),
}

/// The value as a mixed column holds it; `class_key` finds the number of a link's class and checks the link's key.
pub(crate) fn encode_mixed<'a>(
    scalar: Scalar<'a>,
    class_key: impl FnOnce(&str, KeyView<'_>) -> Result<i64, Refusal>,
) -> Result<Cell<'a>, Refusal> {
    Ok(match scalar {
        Scalar::Null => Cell::Null,
        Scalar::Int(int) => Cell::Int(int),
        Scalar::Double(double) if double.is_nan() => double_blob(double),
        Scalar::Double(double) => Cell::Real(double),
        Scalar::String(text) => Cell::Text(Cow::Borrowed(text)),
        Scalar::Bool(bool) => tagged(BOOL, &[u8::from(bool)]),
        Scalar::Binary(bytes) => tagged(BINARY, bytes),
        Scalar::Timestamp(timestamp) => {
            let biased = timestamp_text::nanoseconds(timestamp) + TIMESTAMP_BIAS;
            tagged(TIMESTAMP, &biased.to_be_bytes()[16 - TIMESTAMP_BYTES..])
        }
        Scalar::Float(float) => float_blob(float),
        Scalar::Decimal(decimal) => tagged(DECIMAL, decimal_text::encode(decimal).as_bytes()),
        Scalar::ObjectId(id) => tagged(OBJECT_ID, &id.0),
        Scalar::Uuid(uuid) => tagged(UUID, &uuid.0),
        Scalar::Link { class, key } => mixed_link(class_key(class, key)?, key),
    })
}

/// `None` when the cell is none that a mixed column holds.
pub(crate) fn decode_mixed(cell: ValueRef<'_>) -> Option<MixedContent> {
    let value = match cell {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(int) => Value::Int(int),
        ValueRef::Real(real) => Value::Double(real),
        ValueRef::Text(text) => Value::String(std::str::from_utf8(text).ok()?.to_owned()),
        ValueRef::Blob(blob) => return decode_blob(blob),
    };
    Some(MixedContent::Value(value))
}

fn decode_blob(blob: &[u8]) -> Option<MixedContent> {
    let (&tag, rest) = blob.split_first()?;
    Some(MixedContent::Value(match tag {
        BOOL => Value::Bool(*rest.first()? != 0),
        BINARY => Value::Binary(rest.to_vec()),
        TIMESTAMP => {
            let bytes: [u8; TIMESTAMP_BYTES] = rest.try_into().ok()?;
            let mut wide = [0; 16];
            wide[16 - TIMESTAMP_BYTES..].copy_from_slice(&bytes);
            Value::Timestamp(timestamp_text::from_nanoseconds(i128::from_be_bytes(wide) - TIMESTAMP_BIAS)?)
        }
        FLOAT => Value::Float(f32::from_bits(unsorted_32(u32::from_be_bytes(rest.try_into().ok()?)))),
        DOUBLE => Value::Double(f64::from_bits(unsorted_64(u64::from_be_bytes(rest.try_into().ok()?)))),
        DECIMAL => Value::Decimal(decimal_text::decode(std::str::from_utf8(rest).ok()?)?),
        LINK_TAG => return Some(MixedContent::Link(decode_link(rest)?)),
        OBJECT_ID => Value::ObjectId(ObjectId(rest.try_into().ok()?)),
        UUID => Value::Uuid(Uuid(rest.try_into().ok()?)),
        LIST_TAG => return Some(MixedContent::List(i64::from_be_bytes(rest.try_into().ok()?))),
        DICTIONARY_TAG => return Some(MixedContent::Dictionary(i64::from_be_bytes(rest.try_into().ok()?))),
        _ => return None,
    }))
}

/// What a mixed cell holds that has become the list numbered `key`.
pub(crate) fn mixed_list(key: i64) -> Cell<'static> {
    tagged(LIST_TAG, &key.to_be_bytes())
}

/// What a mixed cell holds that has become the dictionary numbered `key`.
pub(crate) fn mixed_dictionary(key: i64) -> Cell<'static> {
    tagged(DICTIONARY_TAG, &key.to_be_bytes())
}

/// What tells a set's elements apart and sorts them: equal for values of one type that are equal, so 0.0 and -0.0,
/// and decimals of one value, are one element. `class` is the number of a link's class.
pub(crate) fn identity(scalar: Scalar<'_>, class: Option<i64>) -> Cell<'static> {
    match scalar {
        Scalar::Null => tagged(0, &[]),
        Scalar::Int(int) => tagged(1, &(int ^ i64::MIN).to_be_bytes()),
        Scalar::Bool(bool) => tagged(BOOL, &[u8::from(bool)]),
        Scalar::String(text) => tagged(3, text.as_bytes()),
        Scalar::Binary(bytes) => tagged(BINARY, bytes),
        Scalar::Timestamp(timestamp) => {
            let biased = timestamp_text::nanoseconds(timestamp) + TIMESTAMP_BIAS;
            tagged(TIMESTAMP, &biased.to_be_bytes()[16 - TIMESTAMP_BYTES..])
        }
        // Adding 0.0 makes 0.0 of -0.0 and changes nothing else.
        Scalar::Float(float) if !float.is_nan() => float_blob(float + 0.0),
        Scalar::Float(nan) => float_blob(nan),
        Scalar::Double(double) if !double.is_nan() => double_blob(double + 0.0),
        Scalar::Double(nan) => double_blob(nan),
        Scalar::Decimal(decimal) => tagged(DECIMAL, decimal_text::identity(decimal).as_bytes()),
        Scalar::ObjectId(id) => tagged(OBJECT_ID, &id.0),
        Scalar::Uuid(uuid) => tagged(UUID, &uuid.0),
        Scalar::Link { class: _, key } => mixed_link(class.unwrap_or_default(), key),
    }
}

/// The blob of a link to the object `key` of the class numbered `class`.
pub(crate) fn mixed_link(class: i64, key: KeyView<'_>) -> Cell<'static> {
    let mut blob = vec![LINK_TAG];
    blob.extend_from_slice(&class.to_be_bytes());
    match key {
        KeyView::Null => blob.push(KEY_NULL),
        KeyView::Int(int) => {
            blob.push(KEY_INT);
            blob.extend_from_slice(&(int ^ i64::MIN).to_be_bytes());
        }
        KeyView::String(text) => {
            blob.push(KEY_STRING);
            blob.extend_from_slice(text.as_bytes());
        }
        KeyView::GlobalKey { hi, lo } => {
            blob.push(KEY_GLOBAL);
            blob.extend_from_slice(&hi.to_be_bytes());
            blob.extend_from_slice(&lo.to_be_bytes());
        }
        KeyView::ObjectId(id) => {
            blob.push(KEY_OBJECT_ID);
            blob.extend_from_slice(&id.0);
        }
        KeyView::Uuid(uuid) => {
            blob.push(KEY_UUID);
            blob.extend_from_slice(&uuid.0);
        }
    }
    Cell::Blob(Cow::Owned(blob))
}

fn decode_link(bytes: &[u8]) -> Option<MixedLink> {
    let (class, rest) = bytes.split_first_chunk::<8>()?;
    let (&kind, rest) = rest.split_first()?;
    let key = match kind {
        KEY_NULL => PrimaryKey::Null,
        KEY_INT => PrimaryKey::Int(i64::from_be_bytes(rest.try_into().ok()?) ^ i64::MIN),
        KEY_STRING => PrimaryKey::String(std::str::from_utf8(rest).ok()?.to_owned()),
        KEY_GLOBAL => {
            let (hi, lo) = rest.split_first_chunk::<8>()?;
            let lo = lo.try_into().ok()?;
            PrimaryKey::GlobalKey { hi: u64::from_be_bytes(*hi), lo: u64::from_be_bytes(lo) }
        }
        KEY_OBJECT_ID => PrimaryKey::ObjectId(ObjectId(rest.try_into().ok()?)),
        KEY_UUID => PrimaryKey::Uuid(Uuid(rest.try_into().ok()?)),
        _ => return None,
    };
    Some(MixedLink { class: i64::from_be_bytes(*class), key })
}

pub(super) fn float_blob(float: f32) -> Cell<'static> {
    tagged(FLOAT, &sorted_32(float.to_bits()).to_be_bytes())
}

pub(super) fn double_blob(double: f64) -> Cell<'static> {
    tagged(DOUBLE, &sorted_64(double.to_bits()).to_be_bytes())
}

/// The NaN of a float or double column.
pub(super) fn decode_nan(blob: &[u8]) -> Option<Value> {
    match decode_mixed(ValueRef::Blob(blob))? {
        MixedContent::Value(number @ (Value::Float(_) | Value::Double(_))) => Some(number),
        MixedContent::Value(_) | MixedContent::Link(_) | MixedContent::List(_) | MixedContent::Dictionary(_) => None,
    }
}

fn tagged(tag: u8, bytes: &[u8]) -> Cell<'static> {
    let mut blob = Vec::with_capacity(1 + bytes.len());
    blob.push(tag);
    blob.extend_from_slice(bytes);
    Cell::Blob(Cow::Owned(blob))
}

/// Bits whose unsigned order is the order of the numbers: negative ones count backwards.
fn sorted_32(bits: u32) -> u32 {
    if bits >> 31 == 1 {
        !bits
    } else {
        bits | 1 << 31
    }
}

fn unsorted_32(bits: u32) -> u32 {
    if bits >> 31 == 1 {
        bits & !(1 << 31)
    } else {
        !bits
    }
}

fn sorted_64(bits: u64) -> u64 {
    if bits >> 63 == 1 {
        !bits
    } else {
        bits | 1 << 63
    }
}

fn unsorted_64(bits: u64) -> u64 {
    if bits >> 63 == 1 {
        bits & !(1 << 63)
    } else {
        !bits
    }
}
