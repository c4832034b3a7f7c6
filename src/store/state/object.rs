//! Objects as rows.

use rusqlite::types::ValueRef;
use rusqlite::{params, Connection, OptionalExtension};

use crate::schema::{ClassKind, PropertyType};
use crate::store::column::{decode_key, decode_mixed, encode_key, Cell, KeyView, MixedContent, Scalar};
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;
use crate::value::PrimaryKey;

use super::class::{ClassState, PropertyState};
use super::container::ContainerKind;
use super::owner::Field;
use super::value::check_string;
use super::{Content, ObjectKey, State};

/// What adding to a property came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Addition {
    Done,
    /// Null stays null.
    WasNull,
}

impl ClassState {
    pub(crate) fn find(&self, connection: &Connection, key: KeyView<'_>) -> Result<Option<ObjectKey>, Failure> {
        self.check_not_embedded()?;
        Ok(self.find_cell(connection, &encode_key(key, self.key_column)?)?)
    }

    /// Embedded objects have no key of their own.
    pub(crate) fn check_not_embedded(&self) -> Result<(), Refusal> {
        match self.kind {
            ClassKind::TopLevel | ClassKind::Asymmetric => Ok(()),
            ClassKind::Embedded => Err(Refusal::EmbeddedClass { class: self.name.clone() }),
        }
    }

    pub(crate) fn find_cell(
        &self,
        connection: &Connection,
        key: &Cell<'_>,
    ) -> Result<Option<ObjectKey>, DatabaseError> {
        let mut statement = connection.prepare_cached(&self.sql.find)?;
        Ok(statement.query_row([key], |row| Ok(ObjectKey(row.get(0)?))).optional()?)
    }

    pub(crate) fn exists(&self, connection: &Connection, object: ObjectKey) -> Result<bool, DatabaseError> {
        Ok(connection.prepare_cached(&self.sql.exists)?.exists([object.0])?)
    }

    pub(crate) fn size(&self, connection: &Connection) -> Result<u64, DatabaseError> {
        let size: i64 = connection.prepare_cached(&self.sql.size)?.query_row([], |row| row.get(0))?;
        Ok(size.unsigned_abs())
    }

    pub(crate) fn object_keys(&self, connection: &Connection) -> Result<Vec<ObjectKey>, DatabaseError> {
        let mut statement = connection.prepare_cached(&self.sql.objects)?;
        let keys = statement.query_map([], |row| Ok(ObjectKey(row.get(0)?)))?.collect::<Result<_, _>>()?;
        Ok(keys)
    }

    pub(crate) fn primary_key(
        &self,
        connection: &Connection,
        object: ObjectKey,
    ) -> Result<Option<PrimaryKey>, DatabaseError> {
        let mut statement = connection.prepare_cached(&self.sql.key_of)?;
        let mut rows = statement.query([object.0])?;
        match rows.next()? {
            None => Ok(None),
            Some(row) => self.decode_key(row.get_ref(0)?).map(Some),
        }
    }

    /// The primary key of an object that must exist.
    pub(crate) fn existing_key(&self, connection: &Connection, object: ObjectKey) -> Result<PrimaryKey, Failure> {
        if self.is_key_row_id() {
            return Ok(PrimaryKey::Int(object.0));
        }
        Ok(self.primary_key(connection, object)?.ok_or(Refusal::NoSuchObject)?)
    }

    pub(super) fn decode_key(&self, cell: ValueRef<'_>) -> Result<PrimaryKey, DatabaseError> {
        decode_key(cell, self.key_column.key_type)
            .ok_or_else(|| DatabaseError::corrupt(format!("a key of the class `{}` is malformed", self.name)))
    }

    /// The key of a new object as its column holds it.
    pub(crate) fn new_key<'k>(&self, key: &'k PrimaryKey) -> Result<Cell<'k>, Refusal> {
        self.check_not_embedded()?;
        if let PrimaryKey::String(text) = key {
            check_string(text)?;
        }
        encode_key(KeyView::of_key(key), self.key_column)
    }

    pub(super) fn insert_row(&self, connection: &Connection, key: &Cell<'_>) -> Result<ObjectKey, DatabaseError> {
        connection.prepare_cached(&self.sql.insert)?.execute([key])?;
        Ok(ObjectKey(connection.last_insert_rowid()))
    }

    pub(super) fn insert_numbered(
        &self,
        connection: &Connection,
        number: i64,
        key: &Cell<'_>,
    ) -> Result<ObjectKey, DatabaseError> {
        connection.prepare_cached(&self.sql.insert_numbered)?.execute(params![number, key])?;
        Ok(ObjectKey(number))
    }

    /// The highest number that an object ever had; of a class whose key is the number, that one has.
    pub(super) fn highest_number(&self, connection: &Connection) -> Result<i64, DatabaseError> {
        let highest: Option<i64> = if self.is_key_row_id() {
            connection.prepare_cached(&self.sql.highest)?.query_row([], |row| row.get(0))?
        } else {
            let sql = "SELECT max(seq) FROM sqlite_sequence WHERE name = ?1";
            connection.prepare_cached(sql)?.query_row([&self.table], |row| row.get(0))?
        };
        Ok(highest.unwrap_or(if self.is_key_row_id() { i64::MIN } else { 0 }))
    }

    /// Inserts an object of a class without primary key. Its identity is `hi` and its number, which is never used
    /// again in this file.
    pub(crate) fn insert_keyless(
        &self,
        connection: &Connection,
        hi: u64,
    ) -> Result<(ObjectKey, PrimaryKey), DatabaseError> {
        connection.prepare_cached(&self.sql.insert)?.execute([Cell::Null])?;
        let object = connection.last_insert_rowid();
        let lo = object.unsigned_abs();
        let key = encode_key(KeyView::GlobalKey { hi, lo }, self.key_column)
            .map_err(|_| DatabaseError::corrupt(format!("the class `{}` has a primary key", self.name)))?;
        let (table, column, number) = (&self.sql.table, &self.sql.key_column, &self.sql.object_column);
        let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {number} = ?1");
        connection.prepare_cached(&sql)?.execute(params![object, key])?;
        Ok((ObjectKey(object), PrimaryKey::GlobalKey { hi, lo }))
    }

    /// The row alone, not what it owns; tells whether the object existed.
    pub(super) fn erase(&self, connection: &Connection, object: ObjectKey) -> Result<bool, DatabaseError> {
        Ok(connection.prepare_cached(&self.sql.erase)?.execute([object.0])? != 0)
    }
}

impl PropertyState {
    /// Tells whether the object existed.
    pub(crate) fn store(
        &self,
        connection: &Connection,
        object: ObjectKey,
        cell: &Cell<'_>,
    ) -> Result<bool, DatabaseError> {
        Ok(connection.prepare_cached(&self.sql.set)?.execute(params![object.0, cell])? != 0)
    }
}

impl State {
    /// `None` when the object does not exist.
    pub(crate) fn content(&self, connection: &Connection, field: Field<'_>) -> Result<Option<Content>, DatabaseError> {
        let mut statement = connection.prepare_cached(&field.property.sql.get)?;
        let mut rows = statement.query([field.object.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        Ok(Some(match ContainerKind::of(field.property.collection) {
            None => self.decode(connection, field.property.value_type(), row.get_ref(0)?, None)?,
            Some(ContainerKind::List) => Content::List(field.container()),
            Some(ContainerKind::Set) => Content::Set(field.container()),
            Some(ContainerKind::Dictionary) => Content::Dictionary(field.container()),
        }))
    }

    /// What a property of an object that exists holds, a link to an object that does not exist as what it is.
    pub(crate) fn raw_content(&self, connection: &Connection, field: Field<'_>) -> Result<Content, Failure> {
        Ok(match ContainerKind::of(field.property.collection) {
            None => self.decode_raw(field.property.value_type(), self.field_cell(connection, field)?.value(), None)?,
            Some(ContainerKind::List) => Content::List(field.container()),
            Some(ContainerKind::Set) => Content::Set(field.container()),
            Some(ContainerKind::Dictionary) => Content::Dictionary(field.container()),
        })
    }

    /// What a property with one value holds now, as its column does.
    pub(crate) fn field_cell(&self, connection: &Connection, field: Field<'_>) -> Result<Cell<'static>, Failure> {
        let mut statement = connection.prepare_cached(&field.property.sql.get)?;
        let mut rows = statement.query([field.object.0])?;
        let row = rows.next()?.ok_or(Refusal::NoSuchObject)?;
        Ok(Cell::owned(row.get_ref(0)?))
    }

    /// Adds to an int, wrapping around at the ends.
    pub(crate) fn add_integer(
        &self,
        connection: &Connection,
        field: Field<'_>,
        value: i64,
    ) -> Result<Addition, Failure> {
        let Field { property, object, class: _ } = field;
        if property.is_primary_key {
            return Err(Refusal::PrimaryKeyProperty.into());
        }
        if let Some(kind) = ContainerKind::of(property.collection) {
            return Err(Refusal::NotAnInteger { found: kind.name() }.into());
        }
        if !matches!(property.property_type, PropertyType::Int | PropertyType::Mixed) {
            return Err(Refusal::NotAnInteger { found: property.property_type.name() }.into());
        }
        let mut statement = connection.prepare_cached(&property.sql.get)?;
        let mut rows = statement.query([object.0])?;
        let row = rows.next()?.ok_or(Refusal::NoSuchObject)?;
        let old = match row.get_ref(0)? {
            ValueRef::Integer(old) => old,
            ValueRef::Null => return Ok(Addition::WasNull),
            other @ (ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_)) => {
                return Err(Refusal::NotAnInteger { found: describe(other) }.into());
            }
        };
        drop(rows);
        self.note_property(connection, field)?;
        property.store(connection, object, &Cell::Int(old.wrapping_add(value)))?;
        Ok(Addition::Done)
    }
}

fn describe(cell: ValueRef<'_>) -> &'static str {
    match decode_mixed(cell) {
        Some(MixedContent::Value(value)) => Scalar::of_value(&value).describe(),
        Some(MixedContent::Link(_)) => "link",
        Some(MixedContent::List(_)) => "list",
        Some(MixedContent::Dictionary(_)) => "dictionary",
        None => "malformed",
    }
}
