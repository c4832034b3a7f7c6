//! Who holds a collection or an embedded object: a property, or an element of another collection.

use rusqlite::{Connection, OptionalExtension};

use crate::schema::ClassKind;
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;

use super::class::{ClassState, PropertyState};
use super::container::{ContainerKey, EntryKey};
use super::{Container, ObjectKey, PropertyKey};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Property { property: PropertyKey, object: ObjectKey },
    Entry { container: ContainerKey, entry: EntryKey },
}

/// A property of one object.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Field<'s> {
    pub(crate) class: &'s ClassState,
    pub(crate) object: ObjectKey,
    pub(crate) property: &'s PropertyState,
}

impl Owner {
    /// Property, container, and the object or entry.
    pub(super) fn columns(self) -> (Option<i64>, Option<i64>, i64) {
        match self {
            Owner::Property { property, object } => (Some(property.0), None, object.0),
            Owner::Entry { container, entry } => (None, Some(container.0), entry.0),
        }
    }

    pub(super) fn of_columns(
        property: Option<i64>,
        container: Option<i64>,
        owner: i64,
    ) -> Result<Owner, DatabaseError> {
        match (property, container) {
            (Some(property), None) => Ok(Owner::Property { property: PropertyKey(property), object: ObjectKey(owner) }),
            (None, Some(container)) => Ok(Owner::Entry { container: ContainerKey(container), entry: EntryKey(owner) }),
            (None, None) | (Some(_), Some(_)) => {
                Err(DatabaseError::corrupt("a collection or an embedded object has no owner"))
            }
        }
    }
}

impl Field<'_> {
    pub(super) fn owner(&self) -> Owner {
        Owner::Property { property: self.property.key, object: self.object }
    }

    /// The collection that the property is.
    pub(crate) fn container(&self) -> Container {
        Container::Property { class: self.class.key, object: self.object, property: self.property.key }
    }
}

impl ClassState {
    /// Makes an embedded object with default values.
    pub(super) fn embed(&self, connection: &Connection, owner: Owner) -> Result<ObjectKey, Failure> {
        match self.kind {
            ClassKind::Embedded => {}
            ClassKind::TopLevel | ClassKind::Asymmetric => {
                return Err(Refusal::TypeMismatch { expected: "embedded class", found: self.kind.name() }.into());
            }
        }
        connection.prepare_cached(&self.sql.embed)?.execute(owner.columns_in_table_order())?;
        Ok(ObjectKey(connection.last_insert_rowid()))
    }

    /// Of an embedded object; `None` when it does not exist.
    pub(super) fn owner_of(&self, connection: &Connection, object: ObjectKey) -> Result<Option<Owner>, DatabaseError> {
        let mut statement = connection.prepare_cached(&self.sql.owner)?;
        let columns = statement.query_row([object.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?))).optional()?;
        columns.map(|(property, container, owner)| Owner::of_columns(property, container, owner)).transpose()
    }
}

impl Owner {
    fn columns_in_table_order(self) -> [Option<i64>; 3] {
        let (property, container, owner) = self.columns();
        [property, container, Some(owner)]
    }
}
