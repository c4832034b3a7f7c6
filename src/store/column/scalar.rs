//! Values as cells, one column type at a time.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use crate::changeset::{Changeset, Key, Payload};
use crate::schema::PropertyType;
use crate::store::refusal::Refusal;
use crate::value::{Decimal128, ObjectId, PrimaryKey, Timestamp, Uuid, Value};

use super::{decimal_text, mixed, timestamp_text, Cell};

/// A primary key, borrowed from a changeset or a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum KeyView<'a> {
    Null,
    Int(i64),
    String(&'a str),
    GlobalKey { hi: u64, lo: u64 },
    ObjectId(ObjectId),
    Uuid(Uuid),
}

/// A value, borrowed from a changeset or a value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scalar<'a> {
    Null,
    Int(i64),
    Bool(bool),
    String(&'a str),
    Binary(&'a [u8]),
    Timestamp(Timestamp),
    Float(f32),
    Double(f64),
    Decimal(Decimal128),
    ObjectId(ObjectId),
    Uuid(Uuid),
    Link { class: &'a str, key: KeyView<'a> },
}

impl<'a> KeyView<'a> {
    pub(crate) fn of_key(key: &'a PrimaryKey) -> KeyView<'a> {
        match key {
            PrimaryKey::Null => KeyView::Null,
            PrimaryKey::Int(int) => KeyView::Int(*int),
            PrimaryKey::String(text) => KeyView::String(text),
            PrimaryKey::GlobalKey { hi, lo } => KeyView::GlobalKey { hi: *hi, lo: *lo },
            PrimaryKey::ObjectId(id) => KeyView::ObjectId(*id),
            PrimaryKey::Uuid(uuid) => KeyView::Uuid(*uuid),
        }
    }

    pub(crate) fn of_changeset(changeset: &'a Changeset, key: Key) -> KeyView<'a> {
        match key {
            Key::Null => KeyView::Null,
            Key::Int(int) => KeyView::Int(int),
            Key::String(id) => KeyView::String(changeset.string(id)),
            Key::GlobalKey { hi, lo } => KeyView::GlobalKey { hi, lo },
            Key::ObjectId(id) => KeyView::ObjectId(id),
            Key::Uuid(uuid) => KeyView::Uuid(uuid),
        }
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            KeyView::Null => "null",
            KeyView::Int(_) => "int",
            KeyView::String(_) => "string",
            KeyView::GlobalKey { .. } => "object without primary key",
            KeyView::ObjectId(_) => "object id",
            KeyView::Uuid(_) => "uuid",
        }
    }
}

impl<'a> Scalar<'a> {
    pub(crate) fn of_value(value: &'a Value) -> Scalar<'a> {
        match value {
            Value::Null => Scalar::Null,
            Value::Int(int) => Scalar::Int(*int),
            Value::Bool(bool) => Scalar::Bool(*bool),
            Value::String(text) => Scalar::String(text),
            Value::Binary(bytes) => Scalar::Binary(bytes),
            Value::Timestamp(timestamp) => Scalar::Timestamp(*timestamp),
            Value::Float(float) => Scalar::Float(*float),
            Value::Double(double) => Scalar::Double(*double),
            Value::Decimal(decimal) => Scalar::Decimal(*decimal),
            Value::ObjectId(id) => Scalar::ObjectId(*id),
            Value::Uuid(uuid) => Scalar::Uuid(*uuid),
            Value::Link(link) => Scalar::Link { class: &link.class, key: KeyView::of_key(&link.key) },
        }
    }

    /// Refuses the payloads that are no value of a property.
    pub(crate) fn of_payload(changeset: &'a Changeset, payload: Payload) -> Result<Scalar<'a>, Refusal> {
        Ok(match payload {
            Payload::Null => Scalar::Null,
            Payload::Int(int) => Scalar::Int(int),
            Payload::Bool(bool) => Scalar::Bool(bool),
            Payload::String(span) => Scalar::String(changeset.text(span)),
            Payload::Binary(span) => Scalar::Binary(changeset.bytes(span)),
            Payload::Timestamp(timestamp) => Scalar::Timestamp(timestamp),
            Payload::Float(float) => Scalar::Float(float),
            Payload::Double(double) => Scalar::Double(double),
            Payload::Decimal(decimal) => Scalar::Decimal(decimal),
            Payload::Link { class, key } => {
                Scalar::Link { class: changeset.string(class), key: KeyView::of_changeset(changeset, key) }
            }
            Payload::ObjectId(id) => Scalar::ObjectId(id),
            Payload::Uuid(uuid) => Scalar::Uuid(uuid),
            Payload::ObjectValue => {
                return Err(Refusal::TypeMismatch { expected: "value", found: "embedded object" });
            }
            Payload::List => return Err(Refusal::TypeMismatch { expected: "value", found: "list" }),
            Payload::Dictionary => return Err(Refusal::TypeMismatch { expected: "value", found: "dictionary" }),
            Payload::Set => return Err(Refusal::Unsupported { what: "a set in a mixed value" }),
            Payload::Erased => return Err(Refusal::ErasedOutsideDictionary),
        })
    }

    pub(crate) fn describe(self) -> &'static str {
        match self {
            Scalar::Null => "null",
            Scalar::Int(_) => "int",
            Scalar::Bool(_) => "bool",
            Scalar::String(_) => "string",
            Scalar::Binary(_) => "binary",
            Scalar::Timestamp(_) => "timestamp",
            Scalar::Float(_) => "float",
            Scalar::Double(_) => "double",
            Scalar::Decimal(_) => "decimal",
            Scalar::ObjectId(_) => "objectId",
            Scalar::Uuid(_) => "uuid",
            Scalar::Link { .. } => "link",
        }
    }
}

/// The value as a column of `property_type` holds it. Links and mixed values need the classes they point into and
/// have functions of their own.
pub(crate) fn encode_scalar<'a>(scalar: Scalar<'a>, property_type: &PropertyType) -> Result<Cell<'a>, Refusal> {
    let owned = |text: String| Cell::Text(Cow::Owned(text));
    Ok(match (property_type, scalar) {
        (_, Scalar::Null) => Cell::Null,
        (PropertyType::Int, Scalar::Int(int)) => Cell::Int(int),
        (PropertyType::Bool, Scalar::Bool(bool)) => Cell::Int(i64::from(bool)),
        (PropertyType::String, Scalar::String(text)) => Cell::Text(Cow::Borrowed(text)),
        (PropertyType::Binary, Scalar::Binary(bytes)) => Cell::Blob(Cow::Borrowed(bytes)),
        (PropertyType::Timestamp, Scalar::Timestamp(timestamp)) => owned(timestamp_text::encode(timestamp)),
        // SQLite stores a NaN as NULL; a tagged blob keeps it, with its payload.
        (PropertyType::Float, Scalar::Float(float)) if float.is_nan() => mixed::float_blob(float),
        (PropertyType::Double, Scalar::Double(double)) if double.is_nan() => mixed::double_blob(double),
        (PropertyType::Float, Scalar::Float(float)) => Cell::Real(f64::from(float)),
        (PropertyType::Double, Scalar::Double(double)) => Cell::Real(double),
        (PropertyType::Decimal, Scalar::Decimal(decimal)) => owned(decimal_text::encode(decimal)),
        (PropertyType::ObjectId, Scalar::ObjectId(id)) => owned(id.to_string()),
        (PropertyType::Uuid, Scalar::Uuid(uuid)) => owned(uuid.to_string()),
        (
            PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid
            | PropertyType::Mixed
            | PropertyType::Link { .. },
            found,
        ) => return Err(Refusal::TypeMismatch { expected: property_type.name(), found: found.describe() }),
    })
}

/// `None` when the cell is none that `encode_scalar` makes.
pub(crate) fn decode_scalar(cell: ValueRef<'_>, property_type: &PropertyType) -> Option<Value> {
    let text = || match cell {
        ValueRef::Text(text) => std::str::from_utf8(text).ok(),
        ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Blob(_) => None,
    };
    if cell == ValueRef::Null {
        return Some(Value::Null);
    }
    Some(match property_type {
        PropertyType::Int => Value::Int(cell.as_i64().ok()?),
        PropertyType::Bool => Value::Bool(cell.as_i64().ok()? != 0),
        PropertyType::String => Value::String(text()?.to_owned()),
        PropertyType::Binary => Value::Binary(cell.as_blob().ok()?.to_vec()),
        PropertyType::Timestamp => Value::Timestamp(timestamp_text::decode(text()?)?),
        PropertyType::Float => match cell {
            ValueRef::Real(real) => Value::Float(real as f32),
            ValueRef::Blob(blob) => mixed::decode_nan(blob)?,
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Text(_) => return None,
        },
        PropertyType::Double => match cell {
            ValueRef::Real(real) => Value::Double(real),
            ValueRef::Blob(blob) => mixed::decode_nan(blob)?,
            ValueRef::Null | ValueRef::Integer(_) | ValueRef::Text(_) => return None,
        },
        PropertyType::Decimal => Value::Decimal(decimal_text::decode(text()?)?),
        PropertyType::ObjectId => Value::ObjectId(text()?.parse().ok()?),
        PropertyType::Uuid => Value::Uuid(text()?.parse().ok()?),
        PropertyType::Mixed | PropertyType::Link { .. } => return None,
    })
}

/// SQL literal of the value that objects get which nobody gave one.
/// What a new object holds in a property.
pub(crate) fn default_value(property_type: &PropertyType, nullable: bool) -> Value {
    if nullable {
        return Value::Null;
    }
    match property_type {
        PropertyType::Int => Value::Int(0),
        PropertyType::Bool => Value::Bool(false),
        PropertyType::String => Value::String(String::new()),
        PropertyType::Binary => Value::Binary(Vec::new()),
        PropertyType::Timestamp => Value::Timestamp(Timestamp::default()),
        PropertyType::Float => Value::Float(0.0),
        PropertyType::Double => Value::Double(0.0),
        PropertyType::Decimal => Value::Decimal(Decimal128::from_bits(decimal_text::ZERO_BITS)),
        PropertyType::ObjectId => Value::ObjectId(ObjectId::default()),
        PropertyType::Uuid => Value::Uuid(Uuid::default()),
        PropertyType::Mixed | PropertyType::Link { .. } => Value::Null,
    }
}

pub(crate) fn default_literal(property_type: &PropertyType, nullable: bool) -> String {
    if nullable {
        return "NULL".to_owned();
    }
    match property_type {
        PropertyType::Int | PropertyType::Bool => "0".to_owned(),
        PropertyType::String => "''".to_owned(),
        PropertyType::Binary => "x''".to_owned(),
        PropertyType::Timestamp => format!("'{}'", timestamp_text::encode(Timestamp::default())),
        PropertyType::Float | PropertyType::Double => "0.0".to_owned(),
        PropertyType::Decimal => format!("'{}'", decimal_text::encode(Decimal128::from_bits(decimal_text::ZERO_BITS))),
        PropertyType::ObjectId => format!("'{}'", ObjectId::default()),
        PropertyType::Uuid => format!("'{}'", Uuid::default()),
        PropertyType::Mixed | PropertyType::Link { .. } => "NULL".to_owned(),
    }
}
