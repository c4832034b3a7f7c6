//! Walking from an object down a path, as instructions name places.
//!
//! Rules: `docs/STORE.md`, "Applying".

use rusqlite::types::ValueRef;
use rusqlite::Connection;

use crate::changeset::{Changeset, PathElement};
use crate::store::column::{decode_mixed, MixedContent};
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;

use super::class::ClassState;
use super::container::{ContainerKey, ContainerKind, EntryKey};
use super::owner::Field;
use super::release::Shape;
use super::slot::read_entry;
use super::value::ValueType;
use super::{ObjectKey, OpenCollection, State};

/// Where an instruction works.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place<'s, 'p> {
    Field(Field<'s>),
    /// A raw index in a list, which may be out of range.
    Element {
        list: OpenCollection<'s>,
        index: u64,
    },
    /// A key of a dictionary, which may not be there.
    Entry {
        dictionary: OpenCollection<'s>,
        key: &'p str,
    },
}

/// What can be entered.
enum Inside<'s> {
    Collection(OpenCollection<'s>),
    Object(&'s ClassState, ObjectKey),
}

impl State {
    pub(super) fn walk<'s, 'p>(
        &'s self,
        connection: &Connection,
        root: Field<'s>,
        changeset: &'p Changeset,
        path: &[PathElement],
    ) -> Result<Place<'s, 'p>, Failure> {
        let mut place = Place::Field(root);
        for element in path {
            place = self.enter(connection, &place, changeset, *element)?;
        }
        Ok(place)
    }

    fn enter<'s, 'p>(
        &'s self,
        connection: &Connection,
        place: &Place<'s, 'p>,
        changeset: &'p Changeset,
        element: PathElement,
    ) -> Result<Place<'s, 'p>, Failure> {
        match (self.inside(connection, place)?, element) {
            (Inside::Object(class, object), PathElement::Name(name)) => {
                let (_, property) = class.property_at(changeset.string(name))?;
                Ok(Place::Field(Field { class, object, property }))
            }
            (Inside::Object(..), PathElement::Index(_)) => {
                Err(Refusal::TypeMismatch { expected: "list", found: "embedded object" }.into())
            }
            (Inside::Collection(collection), element) => match (collection.kind, element) {
                (ContainerKind::List, PathElement::Index(index)) => {
                    Ok(Place::Element { list: collection, index: u64::from(index) })
                }
                (ContainerKind::Dictionary, PathElement::Name(key)) => {
                    Ok(Place::Entry { dictionary: collection, key: changeset.string(key) })
                }
                (ContainerKind::List | ContainerKind::Set, PathElement::Name(_)) => {
                    Err(Refusal::TypeMismatch { expected: "dictionary", found: collection.kind.name() }.into())
                }
                (ContainerKind::Dictionary | ContainerKind::Set, PathElement::Index(_)) => {
                    Err(Refusal::TypeMismatch { expected: "list", found: collection.kind.name() }.into())
                }
            },
        }
    }

    fn inside<'s>(&'s self, connection: &Connection, place: &Place<'s, '_>) -> Result<Inside<'s>, Failure> {
        match place {
            Place::Field(field) => match self.shape(field.property) {
                Shape::Collection(_) => Ok(Inside::Collection(self.open_field(connection, *field)?)),
                Shape::Plain | Shape::Mixed | Shape::Embedded(_) => {
                    let mut statement = connection.prepare_cached(&field.property.sql.get)?;
                    let mut rows = statement.query([field.object.0])?;
                    let row = rows.next()?.ok_or(Refusal::NoSuchObject)?;
                    self.inside_of_cell(connection, field.property.value_type(), row.get_ref(0)?)
                }
            },
            Place::Element { list, index } => {
                let entry = list.entry_at(connection, *index)?;
                self.inside_of_entry(connection, list, entry)
            }
            Place::Entry { dictionary, key } => {
                let entry = dictionary.find_key(connection, key)?.ok_or(Refusal::NoSuchEntry)?;
                self.inside_of_entry(connection, dictionary, entry)
            }
        }
    }

    fn inside_of_entry<'s>(
        &'s self,
        connection: &Connection,
        collection: &OpenCollection<'s>,
        entry: EntryKey,
    ) -> Result<Inside<'s>, Failure> {
        let stored = read_entry(connection, collection.kind, entry)?;
        self.inside_of_cell(connection, collection.value_type, stored.value.value())
    }

    fn inside_of_cell<'s>(
        &'s self,
        connection: &Connection,
        value_type: ValueType<'_>,
        cell: ValueRef<'_>,
    ) -> Result<Inside<'s>, Failure> {
        if value_type.is_mixed() {
            return match nested(cell)? {
                Some((_, key)) => Ok(Inside::Collection(self.open_nested(connection, key)?)),
                None => Err(Refusal::TypeMismatch { expected: "collection", found: "value" }.into()),
            };
        }
        let class = self.embedded_class(value_type.property_type).ok_or(Refusal::TypeMismatch {
            expected: "collection or embedded object",
            found: value_type.property_type.name(),
        })?;
        match cell {
            ValueRef::Integer(object) => Ok(Inside::Object(class, ObjectKey(object))),
            ValueRef::Null | ValueRef::Real(_) | ValueRef::Text(_) | ValueRef::Blob(_) => {
                Err(Refusal::NoEmbeddedObject.into())
            }
        }
    }
}

/// The collection that a mixed cell holds.
pub(super) fn nested(cell: ValueRef<'_>) -> Result<Option<(ContainerKind, ContainerKey)>, DatabaseError> {
    let ValueRef::Blob(_) = cell else { return Ok(None) };
    match decode_mixed(cell).ok_or_else(|| DatabaseError::corrupt("a mixed value is malformed"))? {
        MixedContent::List(key) => Ok(Some((ContainerKind::List, ContainerKey(key)))),
        MixedContent::Dictionary(key) => Ok(Some((ContainerKind::Dictionary, ContainerKey(key)))),
        MixedContent::Value(_) | MixedContent::Link(_) => Ok(None),
    }
}
