//! One property on both sides: the same or not, emptied, written.

use rusqlite::Connection;

use crate::changeset::encode;
use crate::store::column::default_value;
use crate::store::contents::Contents;
use crate::store::error::{Failure, StoreError};
use crate::store::realm::{Record, Written};
use crate::store::state::{ClassState, Field, ObjectKey, PropertyState, Route, Shape, State};
use crate::value::{PrimaryKey, Value};

/// A state and where it is read.
#[derive(Clone, Copy)]
pub(super) struct Side<'a> {
    pub(super) state: &'a State,
    pub(super) connection: &'a Connection,
}

/// A property of a top-level object on one side.
#[derive(Clone, Copy)]
pub(super) struct Holder<'a> {
    pub(super) side: Side<'a>,
    pub(super) field: Field<'a>,
}

impl<'a> Side<'a> {
    pub(super) fn find(&self, class: &ClassState, key: &PrimaryKey) -> Result<Option<ObjectKey>, StoreError> {
        let key = crate::store::column::KeyView::of_key(key);
        class.find(self.connection, key).map_err(|failure| failure.of(|| class.name.clone()))
    }

    pub(super) fn key(&self, class: &ClassState, object: ObjectKey) -> Result<PrimaryKey, StoreError> {
        class.existing_key(self.connection, object).map_err(|failure| failure.of(|| class.name.clone()))
    }

    pub(super) fn property(self, class: &'a ClassState, object: ObjectKey, property: &'a PropertyState) -> Holder<'a> {
        Holder { side: self, field: Field { class, object, property } }
    }
}

impl Holder<'_> {
    /// A property that owns nothing holds the same as its column does.
    pub(super) fn has_same_value(&self, other: &Holder<'_>) -> Result<bool, Failure> {
        let cell = |holder: &Holder<'_>| holder.side.state.field_cell(holder.side.connection, holder.field);
        Ok(cell(self)?.is_identical(&cell(other)?))
    }

    /// The value of a property that owns nothing.
    pub(super) fn write_value(&self, record: &mut Record, route: &Route) -> Result<(), Failure> {
        match self.side.state.raw_content(self.side.connection, self.field)? {
            crate::store::state::Content::Value(value) => record.update_at(route, Written::Value(&value), false),
            crate::store::state::Content::List(_)
            | crate::store::state::Content::Set(_)
            | crate::store::state::Content::Dictionary(_)
            | crate::store::state::Content::Object(..) => {}
        }
        Ok(())
    }

    /// Everything the property holds, put into a place that is empty.
    pub(super) fn write_contents(&self, record: &mut Record, key: &PrimaryKey) -> Result<(), Failure> {
        let Side { state, connection } = self.side;
        let mut contents = Contents::of_property(state, connection, self.field, key.clone())?;
        while contents.write_next(state, connection, record)? {}
        Ok(())
    }

    /// Whether both hold the same, all the way down.
    pub(super) fn has_same_contents(&self, other: &Holder<'_>, key: &PrimaryKey) -> Result<bool, Failure> {
        let bytes = |holder: &Holder<'_>| {
            let mut record = Record::default();
            holder.write_contents(&mut record, key)?;
            Ok::<_, Failure>(encode(record.changeset()))
        };
        Ok(bytes(self)? == bytes(other)?)
    }

    /// Leaves the property as a new object has it.
    pub(super) fn write_emptied(&self, record: &mut Record, route: &Route) {
        let property = self.field.property;
        match self.side.state.shape(property) {
            Shape::Plain => {
                let default = default_value(&property.property_type, property.nullable);
                record.update_at(route, Written::Value(&default), false);
            }
            Shape::Mixed | Shape::Embedded(_) => record.update_at(route, Written::Value(&Value::Null), false),
            Shape::Collection(kind) => record.clear(route, kind),
        }
    }
}
