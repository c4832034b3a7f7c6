//! Values into and out of the columns of this state's classes.

use rusqlite::types::ValueRef;
use rusqlite::Connection;

use crate::schema::{ClassKind, PropertyType};
use crate::store::column::{
    decode_link_key, decode_mixed, decode_scalar, encode_key, encode_link_key, encode_mixed, encode_scalar, Cell,
    KeyView, Scalar,
};
use crate::store::error::DatabaseError;
use crate::store::refusal::Refusal;
use crate::value::{Link, PrimaryKey, Value};

use super::class::{ClassState, PropertyState};
use super::{ClassKey, State};

impl State {
    /// The cell of a value, once its type, nullability and link target are found right. Whether the object that a
    /// link names exists is not asked.
    pub(crate) fn encode<'a>(&self, property: &PropertyState, scalar: Scalar<'a>) -> Result<Cell<'a>, Refusal> {
        if matches!(scalar, Scalar::Null) {
            return if property.nullable { Ok(Cell::Null) } else { Err(Refusal::NullNotAllowed) };
        }
        match &property.property_type {
            PropertyType::Link { target } => match scalar {
                Scalar::Link { class, key } if class == target => {
                    encode_link_key(key, self.link_target(class)?.key_column)
                }
                Scalar::Link { class, .. } => {
                    self.link_target(class)?;
                    Err(Refusal::WrongTargetClass { expected: target.clone(), found: class.to_owned() })
                }
                other => Err(Refusal::TypeMismatch { expected: "link", found: other.describe() }),
            },
            PropertyType::Mixed => encode_mixed(scalar, |class, key| {
                let class = self.link_target(class)?;
                encode_key(key, class.key_column)?;
                Ok(class.key.0)
            }),
            PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => encode_scalar(scalar, &property.property_type),
        }
    }

    pub(crate) fn link_target(&self, class: &str) -> Result<&ClassState, Refusal> {
        let target = self.class(class).map_err(|_| Refusal::NoSuchTargetClass { class: class.to_owned() })?;
        match target.kind {
            ClassKind::TopLevel => Ok(target),
            ClassKind::Embedded | ClassKind::Asymmetric => {
                Err(Refusal::TargetNotTopLevel { class: class.to_owned(), kind: target.kind.name() })
            }
        }
    }

    /// The value of a cell. A link whose object does not exist reads as null until it does.
    pub(crate) fn decode(
        &self,
        connection: &Connection,
        property: &PropertyState,
        cell: ValueRef<'_>,
    ) -> Result<Value, DatabaseError> {
        let damaged = || DatabaseError::corrupt(format!("a value of the property `{}` is malformed", property.name));
        match &property.property_type {
            PropertyType::Link { .. } if cell == ValueRef::Null => Ok(Value::Null),
            PropertyType::Link { target } => {
                let class = self.class(target).map_err(|_| damaged())?;
                let key = decode_link_key(cell, class.key_column.key_type).ok_or_else(damaged)?;
                self.existing_link(connection, class, key)
            }
            PropertyType::Mixed => match decode_mixed(cell).ok_or_else(damaged)? {
                Ok(value) => Ok(value),
                Err(link) => match self.class_by_key(ClassKey(link.class)) {
                    Ok(class) => self.existing_link(connection, class, link.key),
                    Err(_) => Ok(Value::Null),
                },
            },
            PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => decode_scalar(cell, &property.property_type).ok_or_else(damaged),
        }
    }

    fn existing_link(
        &self,
        connection: &Connection,
        class: &ClassState,
        key: PrimaryKey,
    ) -> Result<Value, DatabaseError> {
        let exists = class
            .find(connection, KeyView::of_key(&key))
            .map_err(|_| DatabaseError::corrupt(format!("a link to `{}` has a key of another type", class.name)))?
            .is_some();
        Ok(if exists { Value::Link(Link { class: class.name.clone(), key }) } else { Value::Null })
    }
}
