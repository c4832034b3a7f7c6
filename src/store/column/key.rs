//! Primary keys as cells: in the key column of their own class, and in a link column of another.

use std::borrow::Cow;

use rusqlite::types::ValueRef;

use crate::changeset::KeyType;
use crate::value::PrimaryKey;

use super::scalar::KeyView;
use super::Cell;
use crate::store::refusal::Refusal;

/// What a class's key column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct KeyColumn {
    pub(crate) key_type: KeyType,
    pub(crate) nullable: bool,
}

impl KeyColumn {
    pub(crate) fn describe(self) -> &'static str {
        match (self.key_type, self.nullable) {
            (KeyType::Int, false) => "int",
            (KeyType::Int, true) => "nullable int",
            (KeyType::String, false) => "string",
            (KeyType::String, true) => "nullable string",
            (KeyType::ObjectId, false) => "object id",
            (KeyType::ObjectId, true) => "nullable object id",
            (KeyType::Uuid, false) => "uuid",
            (KeyType::Uuid, true) => "nullable uuid",
            (KeyType::GlobalKey, _) => "object without primary key",
        }
    }
}

/// The key as its own class's key column holds it.
pub(crate) fn encode_key(key: KeyView<'_>, column: KeyColumn) -> Result<Cell<'_>, Refusal> {
    Ok(match (key, column.key_type) {
        (KeyView::Null, _) if column.nullable => Cell::Null,
        (KeyView::Int(int), KeyType::Int) => Cell::Int(int),
        (KeyView::String(text), KeyType::String) => Cell::Text(Cow::Borrowed(text)),
        (KeyView::ObjectId(id), KeyType::ObjectId) => Cell::Text(Cow::Owned(id.to_string())),
        (KeyView::Uuid(uuid), KeyType::Uuid) => Cell::Text(Cow::Owned(uuid.to_string())),
        (KeyView::GlobalKey { hi, lo }, KeyType::GlobalKey) => Cell::Text(Cow::Owned(global_key_text(hi, lo))),
        (
            KeyView::Null
            | KeyView::Int(_)
            | KeyView::String(_)
            | KeyView::ObjectId(_)
            | KeyView::Uuid(_)
            | KeyView::GlobalKey { .. },
            KeyType::Int | KeyType::String | KeyType::ObjectId | KeyType::Uuid | KeyType::GlobalKey,
        ) => return Err(Refusal::KeyMismatch { expected: column.describe(), found: key.describe() }),
    })
}

/// The key as a link column holds it: an empty blob is the object whose key is null, NULL is no link.
pub(crate) fn encode_link_key(key: KeyView<'_>, column: KeyColumn) -> Result<Cell<'_>, Refusal> {
    Ok(match encode_key(key, column)? {
        Cell::Null => Cell::Blob(Cow::Borrowed(&[])),
        cell @ (Cell::Int(_) | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_)) => cell,
    })
}

/// `None` when the cell is none that `encode_key` makes.
pub(crate) fn decode_key(cell: ValueRef<'_>, key_type: KeyType) -> Option<PrimaryKey> {
    let text = match cell {
        ValueRef::Null => return Some(PrimaryKey::Null),
        ValueRef::Integer(int) => return matches!(key_type, KeyType::Int).then_some(PrimaryKey::Int(int)),
        ValueRef::Text(text) => std::str::from_utf8(text).ok()?,
        ValueRef::Real(_) | ValueRef::Blob(_) => return None,
    };
    Some(match key_type {
        KeyType::Int => return None,
        KeyType::String => PrimaryKey::String(text.to_owned()),
        KeyType::ObjectId => PrimaryKey::ObjectId(text.parse().ok()?),
        KeyType::Uuid => PrimaryKey::Uuid(text.parse().ok()?),
        KeyType::GlobalKey => {
            let (hi, lo) = text.split_once('-')?;
            PrimaryKey::GlobalKey { hi: u64::from_str_radix(hi, 16).ok()?, lo: u64::from_str_radix(lo, 16).ok()? }
        }
    })
}

/// The key in a link column; NULL, no link, is not for this function.
pub(crate) fn decode_link_key(cell: ValueRef<'_>, key_type: KeyType) -> Option<PrimaryKey> {
    match cell {
        ValueRef::Blob(bytes) => bytes.is_empty().then_some(PrimaryKey::Null),
        ValueRef::Null => None,
        ValueRef::Integer(_) | ValueRef::Real(_) | ValueRef::Text(_) => decode_key(cell, key_type),
    }
}

fn global_key_text(hi: u64, lo: u64) -> String {
    format!("{hi:016x}-{lo:016x}")
}
