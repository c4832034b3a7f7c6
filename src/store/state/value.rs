//! Values into and out of the columns and elements of this state's classes.

use rusqlite::types::ValueRef;
use rusqlite::Connection;

use crate::changeset::{MAX_BINARY_SIZE, MAX_STRING_SIZE};
use crate::schema::{ClassKind, PropertyType};
use crate::store::column::{
    decode_link_key, decode_mixed, decode_scalar, encode_key, encode_link_key, encode_mixed, encode_scalar, Cell,
    KeyView, MixedContent, Scalar,
};
use crate::store::error::DatabaseError;
use crate::store::refusal::Refusal;
use crate::value::{Link, Value};

use super::class::{ClassState, PropertyState};
use super::{ClassKey, Container, ContainerKey, Content, ObjectKey, State};

/// What a property or the elements of a collection hold.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ValueType<'s> {
    pub(crate) property_type: &'s PropertyType,
    pub(crate) nullable: bool,
}

/// What an element holds, as its row does: a link is the target's key beside its class's number.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored<'a> {
    pub(crate) value: Cell<'a>,
    pub(crate) target: Option<i64>,
}

impl ValueType<'_> {
    /// What collections in mixed values hold.
    pub(crate) const MIXED: ValueType<'static> = ValueType { property_type: &PropertyType::Mixed, nullable: true };

    pub(crate) fn is_mixed(self) -> bool {
        *self.property_type == PropertyType::Mixed
    }
}

impl PropertyState {
    pub(crate) fn value_type(&self) -> ValueType<'_> {
        ValueType { property_type: &self.property_type, nullable: self.nullable }
    }
}

impl State {
    /// The cell of a property's value, once its type, nullability and link target are found right. Whether the object
    /// that a link names exists is not asked.
    pub(crate) fn encode<'a>(&self, value_type: ValueType<'_>, scalar: Scalar<'a>) -> Result<Cell<'a>, Refusal> {
        check_size(scalar)?;
        if matches!(scalar, Scalar::Null) {
            return if value_type.nullable { Ok(Cell::Null) } else { Err(Refusal::NullNotAllowed) };
        }
        match value_type.property_type {
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
            | PropertyType::Uuid => encode_scalar(scalar, value_type.property_type),
        }
    }

    /// The same for an element of a collection.
    pub(crate) fn encode_element<'a>(
        &self,
        value_type: ValueType<'_>,
        scalar: Scalar<'a>,
    ) -> Result<Stored<'a>, Refusal> {
        let cell = self.encode(value_type, scalar)?;
        Ok(match scalar {
            Scalar::Link { class, key } => {
                let class = self.link_target(class)?;
                Stored { value: encode_link_key(key, class.key_column)?, target: Some(class.key.0) }
            }
            Scalar::Null
            | Scalar::Int(_)
            | Scalar::Bool(_)
            | Scalar::String(_)
            | Scalar::Binary(_)
            | Scalar::Timestamp(_)
            | Scalar::Float(_)
            | Scalar::Double(_)
            | Scalar::Decimal(_)
            | Scalar::ObjectId(_)
            | Scalar::Uuid(_) => Stored { value: cell, target: None },
        })
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

    /// The class whose objects values of this type own; `None` for every other type.
    pub(crate) fn embedded_class(&self, property_type: &PropertyType) -> Option<&ClassState> {
        match property_type {
            PropertyType::Link { target } => match self.class(target) {
                Ok(class) if class.kind == ClassKind::Embedded => Some(class),
                Ok(_) | Err(_) => None,
            },
            PropertyType::Mixed
            | PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => None,
        }
    }

    /// What a property with one value or an element of a collection holds; `target` is beside an element that is a
    /// link. A link whose object does not exist reads as null until it does.
    pub(crate) fn decode(
        &self,
        connection: &Connection,
        value_type: ValueType<'_>,
        cell: ValueRef<'_>,
        target: Option<i64>,
    ) -> Result<Content, DatabaseError> {
        let content = self.decode_raw(value_type, cell, target)?;
        let Content::Value(Value::Link(link)) = &content else { return Ok(content) };
        let exists = match self.class(&link.class) {
            Err(_) => false,
            Ok(class) => {
                class.find(connection, KeyView::of_key(&link.key)).map_err(|_| malformed(value_type))?.is_some()
            }
        };
        Ok(if exists { content } else { Content::Value(Value::Null) })
    }

    /// The same, links to objects that do not exist included.
    pub(crate) fn decode_raw(
        &self,
        value_type: ValueType<'_>,
        cell: ValueRef<'_>,
        target: Option<i64>,
    ) -> Result<Content, DatabaseError> {
        let damaged = || malformed(value_type);
        let link = |class: &ClassState, key| Content::Value(Value::Link(Link { class: class.name.clone(), key }));
        if cell == ValueRef::Null {
            return Ok(Content::Value(Value::Null));
        }
        if let Some(class) = target {
            let Ok(class) = self.class_by_key(ClassKey(class)) else { return Ok(Content::Value(Value::Null)) };
            let key = decode_link_key(cell, class.key_column.key_type).ok_or_else(damaged)?;
            return Ok(link(class, key));
        }
        match value_type.property_type {
            PropertyType::Link { target } => {
                let class = self.class(target).map_err(|_| damaged())?;
                if class.kind == ClassKind::Embedded {
                    return Ok(Content::Object(class.key, ObjectKey(cell.as_i64().map_err(|_| damaged())?)));
                }
                let key = decode_link_key(cell, class.key_column.key_type).ok_or_else(damaged)?;
                Ok(link(class, key))
            }
            PropertyType::Mixed => match decode_mixed(cell).ok_or_else(damaged)? {
                MixedContent::Value(value) => Ok(Content::Value(value)),
                MixedContent::Link(found) => match self.class_by_key(ClassKey(found.class)) {
                    Ok(class) => Ok(link(class, found.key)),
                    Err(_) => Ok(Content::Value(Value::Null)),
                },
                MixedContent::List(key) => Ok(Content::List(Container::Nested(ContainerKey(key)))),
                MixedContent::Dictionary(key) => Ok(Content::Dictionary(Container::Nested(ContainerKey(key)))),
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
            | PropertyType::Uuid => {
                decode_scalar(cell, value_type.property_type).map(Content::Value).ok_or_else(damaged)
            }
        }
    }
}

/// A dictionary's key or a primary key.
pub(super) fn check_string(text: &str) -> Result<(), Refusal> {
    check_size(Scalar::String(text))
}

/// What is larger no device can be told of.
fn check_size(scalar: Scalar<'_>) -> Result<(), Refusal> {
    let (size, limit) = match scalar {
        Scalar::String(text) => (text.len(), MAX_STRING_SIZE),
        Scalar::Binary(bytes) => (bytes.len(), MAX_BINARY_SIZE),
        Scalar::Null
        | Scalar::Int(_)
        | Scalar::Bool(_)
        | Scalar::Timestamp(_)
        | Scalar::Float(_)
        | Scalar::Double(_)
        | Scalar::Decimal(_)
        | Scalar::ObjectId(_)
        | Scalar::Uuid(_)
        | Scalar::Link { .. } => return Ok(()),
    };
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if size <= limit {
        Ok(())
    } else {
        Err(Refusal::TooLarge { size, limit })
    }
}

fn malformed(value_type: ValueType<'_>) -> DatabaseError {
    DatabaseError::corrupt(format!("a {} is malformed", value_type.property_type.name()))
}
