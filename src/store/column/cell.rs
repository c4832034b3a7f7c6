//! One SQLite value, borrowed where it can be.

use std::borrow::Cow;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(Cow<'a, str>),
    Blob(Cow<'a, [u8]>),
}

impl Cell<'_> {
    /// A copy of what a row holds. Text that is not UTF-8, which this library never writes, comes back as a blob.
    pub(crate) fn owned(value: ValueRef<'_>) -> Cell<'static> {
        match value {
            ValueRef::Null => Cell::Null,
            ValueRef::Integer(int) => Cell::Int(int),
            ValueRef::Real(real) => Cell::Real(real),
            ValueRef::Text(text) => match std::str::from_utf8(text) {
                Ok(text) => Cell::Text(Cow::Owned(text.to_owned())),
                Err(_) => Cell::Blob(Cow::Owned(text.to_vec())),
            },
            ValueRef::Blob(blob) => Cell::Blob(Cow::Owned(blob.to_vec())),
        }
    }

    pub(crate) fn value(&self) -> ValueRef<'_> {
        match self {
            Cell::Null => ValueRef::Null,
            Cell::Int(int) => ValueRef::Integer(*int),
            Cell::Real(real) => ValueRef::Real(*real),
            Cell::Text(text) => ValueRef::Text(text.as_bytes()),
            Cell::Blob(bytes) => ValueRef::Blob(bytes),
        }
    }

    /// Of a text or blob.
    pub(crate) fn bytes(&self) -> usize {
        match self {
            Cell::Null | Cell::Int(_) | Cell::Real(_) => 0,
            Cell::Text(text) => text.len(),
            Cell::Blob(bytes) => bytes.len(),
        }
    }

    /// Equal to the bit: floating-point zeros differ by their sign.
    pub(crate) fn is_identical(&self, other: &Cell<'_>) -> bool {
        match (self, other) {
            (Cell::Real(a), Cell::Real(b)) => a.to_bits() == b.to_bits(),
            (a, b) => a == b,
        }
    }

    pub(crate) fn into_owned(self) -> Cell<'static> {
        match self {
            Cell::Null => Cell::Null,
            Cell::Int(int) => Cell::Int(int),
            Cell::Real(real) => Cell::Real(real),
            Cell::Text(text) => Cell::Text(Cow::Owned(text.into_owned())),
            Cell::Blob(bytes) => Cell::Blob(Cow::Owned(bytes.into_owned())),
        }
    }
}

impl ToSql for Cell<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.value()))
    }
}
