//! What goes with the value that held it: collections and embedded objects, and all they hold in turn.
//!
//! Rules: `docs/STORE.md`, "Collections" and "Applying".

use rusqlite::types::ValueRef;
use rusqlite::Connection;

use crate::store::column::{decode_mixed, MixedContent};
use crate::store::error::{DatabaseError, Failure};

use super::class::{ClassState, PropertyState};
use super::container::{self, ContainerKey, ContainerKind, ContainerRow};
use super::owner::Owner;
use super::value::ValueType;
use super::{dictionary, list, set, ClassKey, ObjectKey, State};

/// What a property can hold.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape<'s> {
    /// A value that owns nothing.
    Plain,
    Mixed,
    /// An embedded object of the class.
    Embedded(&'s ClassState),
    Collection(ContainerKind),
}

/// What has lost its owner.
#[derive(Debug, Clone, Copy)]
pub(super) enum Orphan {
    Object { class: ClassKey, object: ObjectKey },
    Container(ContainerKey),
}

impl State {
    pub(crate) fn shape(&self, property: &PropertyState) -> Shape<'_> {
        if let Some(kind) = ContainerKind::of(property.collection) {
            return Shape::Collection(kind);
        }
        if property.value_type().is_mixed() {
            return Shape::Mixed;
        }
        self.embedded_class(&property.property_type).map_or(Shape::Plain, Shape::Embedded)
    }

    /// What is left alone when an element or a property with one value loses this cell.
    pub(super) fn orphan(&self, value_type: ValueType<'_>, cell: ValueRef<'_>) -> Option<Orphan> {
        if value_type.is_mixed() {
            let ValueRef::Blob(_) = cell else { return None };
            return match decode_mixed(cell)? {
                MixedContent::List(key) | MixedContent::Dictionary(key) => Some(Orphan::Container(ContainerKey(key))),
                MixedContent::Value(_) | MixedContent::Link(_) => None,
            };
        }
        let ValueRef::Integer(object) = cell else { return None };
        let class = self.embedded_class(value_type.property_type)?;
        Some(Orphan::Object { class: class.key, object: ObjectKey(object) })
    }

    /// What is left alone when a property loses this cell.
    fn orphan_of_property(&self, property: &PropertyState, cell: ValueRef<'_>) -> Option<Orphan> {
        match self.shape(property) {
            Shape::Plain => None,
            Shape::Collection(_) => cell.as_i64().ok().map(|key| Orphan::Container(ContainerKey(key))),
            Shape::Mixed | Shape::Embedded(_) => self.orphan(property.value_type(), cell),
        }
    }

    /// What the property of the object owns now.
    pub(super) fn owned(
        &self,
        connection: &Connection,
        property: &PropertyState,
        object: ObjectKey,
    ) -> Result<Option<Orphan>, DatabaseError> {
        let mut statement = connection.prepare_cached(&property.sql.get)?;
        let mut rows = statement.query([object.0])?;
        match rows.next()? {
            None => Ok(None),
            Some(row) => Ok(self.orphan_of_property(property, row.get_ref(0)?)),
        }
    }

    /// Erases the object and all it owns; tells whether it existed.
    pub(crate) fn erase_object(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
    ) -> Result<bool, Failure> {
        let mut orphans = Vec::new();
        let existed = self.erase_row(connection, class, object, &mut orphans)?;
        self.release(connection, orphans)?;
        Ok(existed)
    }

    /// Erases everything that a property which is to be erased owns, in all objects.
    pub(super) fn release_property(
        &self,
        connection: &Connection,
        class: &ClassState,
        property: &PropertyState,
    ) -> Result<(), Failure> {
        match self.shape(property) {
            Shape::Plain => return Ok(()),
            Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => {}
        }
        for object in class.object_keys(connection)? {
            let owned = self.owned(connection, property, object)?;
            self.release(connection, owned)?;
        }
        Ok(())
    }

    /// Erases the orphans and all they own. Not by recursion: embedded objects nest as deep as a changeset says.
    pub(super) fn release(
        &self,
        connection: &Connection,
        orphans: impl IntoIterator<Item = Orphan>,
    ) -> Result<(), Failure> {
        let mut orphans: Vec<Orphan> = orphans.into_iter().collect();
        while let Some(orphan) = orphans.pop() {
            match orphan {
                Orphan::Object { class, object } => {
                    self.erase_row(connection, self.class_by_key(class)?, object, &mut orphans)?;
                }
                Orphan::Container(key) => {
                    if let Some(row) = container::read(connection, key)? {
                        self.note_gone(key);
                        self.empty(connection, key, &row, &mut orphans)?;
                        container::delete(connection, key)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Erases all elements and what they own; the collection stays.
    pub(crate) fn clear_container(&self, connection: &Connection, key: ContainerKey) -> Result<(), Failure> {
        let Some(row) = container::read(connection, key)? else { return Ok(()) };
        self.note_clear(connection, key, &row)?;
        let mut orphans = Vec::new();
        self.empty(connection, key, &row, &mut orphans)?;
        container::mark_empty(connection, key)?;
        self.release(connection, orphans)
    }

    fn erase_row(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
        orphans: &mut Vec<Orphan>,
    ) -> Result<bool, DatabaseError> {
        self.note_erased(connection, class, object)?;
        for property in &class.properties {
            match self.shape(property) {
                Shape::Plain => {}
                Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => {
                    orphans.extend(self.owned(connection, property, object)?);
                }
            }
        }
        class.erase(connection, object)
    }

    fn empty(
        &self,
        connection: &Connection,
        key: ContainerKey,
        row: &ContainerRow,
        orphans: &mut Vec<Orphan>,
    ) -> Result<(), DatabaseError> {
        let value_type = self.element_type(row)?;
        let owns = value_type.is_mixed() || self.embedded_class(value_type.property_type).is_some();
        match row.kind {
            ContainerKind::List => {
                if owns {
                    list::for_each(connection, key, |_, value, _| {
                        orphans.extend(self.orphan(value_type, value));
                        Ok::<(), DatabaseError>(())
                    })?;
                }
                list::clear(connection, key)
            }
            ContainerKind::Dictionary => {
                if owns {
                    dictionary::for_each(connection, key, |_, value, _| {
                        orphans.extend(self.orphan(value_type, value));
                        Ok(())
                    })?;
                }
                dictionary::clear(connection, key)
            }
            // A set owns nothing: it holds neither collections nor embedded objects.
            ContainerKind::Set => set::clear(connection, key),
        }
    }

    /// What the elements of a collection are.
    pub(super) fn element_type(&self, row: &ContainerRow) -> Result<ValueType<'_>, DatabaseError> {
        let property = match row.owner {
            Owner::Entry { .. } => return Ok(ValueType::MIXED),
            Owner::Property { property, .. } => property,
        };
        let (_, property) = self
            .property_anywhere(property)
            .map_err(|_| DatabaseError::corrupt("a collection's property is missing"))?;
        Ok(property.value_type())
    }
}
