//! Properties that own what they hold: embedded objects, and collections in mixed values.
//!
//! Rules: `docs/STORE.md`, "Collections" and "What local writes record".

use crate::store::error::{Failure, StoreError};
use crate::store::refusal::Refusal;
use crate::store::state::{ClassKey, Container, Field, Holder, ObjectKey, PropertyKey, Shape};
use crate::value::Value;

use super::read::find_class;
use super::record::Written;
use super::write::writable;
use super::{NestedKind, Realm};

impl Realm {
    /// Makes the embedded object of a property, with default values; it replaces one that is there. It is read and
    /// written by its key like any other object.
    pub fn set_embedded(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
    ) -> Result<ObjectKey, StoreError> {
        self.change(|realm| realm.embed_within(class, object, property))
    }

    fn embed_within(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
    ) -> Result<ObjectKey, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let (class, _, property) = writable(state, class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        let field = Field { class, object, property };
        let made = || -> Result<(bool, ObjectKey), Failure> {
            let replaces = match state.shape(property) {
                Shape::Embedded(_) => state.clear_field(connection, field)?,
                // What follows refuses them.
                Shape::Plain | Shape::Mixed | Shape::Collection(_) => false,
            };
            Ok((replaces, state.embed_in_field(connection, field)?))
        };
        let (replaces, embedded) = made().map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_field(connection, field).map_err(failed)?;
            if replaces {
                record.update_at(&route, Written::Value(&Value::Null), false);
            }
            record.update_at(&route, Written::Object, false);
        }
        Ok(embedded)
    }

    /// Makes a mixed property an empty list or dictionary.
    pub fn set_collection(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        kind: NestedKind,
    ) -> Result<Container, StoreError> {
        self.change(|realm| realm.nest_within(class, object, property, kind))
    }

    fn nest_within(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        kind: NestedKind,
    ) -> Result<Container, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let (class, _, property) = writable(state, class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        let field = Field { class, object, property };
        let nested = state.nest_in_field(connection, field, kind.container_kind()).map_err(failed)?;
        state.clear_container(connection, nested).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_field(connection, field).map_err(failed)?;
            // Without the Clear, what was in between on another device could come back.
            record.update_at(&route, Written::Collection(kind), false);
            record.clear(&route, kind.container_kind());
        }
        Ok(Container::Nested(nested))
    }

    /// The object whose property or collection holds an embedded object.
    pub fn owner(&self, class: ClassKey, object: ObjectKey) -> Result<(ClassKey, ObjectKey), StoreError> {
        self.settle()?;
        let found = find_class(&self.state, class)?;
        let failed = |failure: Failure| failure.of(|| found.name.clone());
        self.state.owning_object(&self.connection, found, object).map_err(failed)
    }

    /// Takes an embedded object from its owner.
    pub(super) fn erase_embedded(&mut self, class: ClassKey, object: ObjectKey) -> Result<(), StoreError> {
        let (state, connection) = (&self.state, &self.connection);
        let class = find_class(state, class)?;
        let failed = |failure: Failure| failure.of(|| class.name.clone());
        let owner = state.holder_of(connection, class, object).map_err(failed)?;
        state.erase_from_owner(connection, class, object).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            match owner {
                Holder::Property(route) | Holder::Entry(route) => {
                    record.update_at(&route, Written::Value(&Value::Null), false);
                }
                Holder::Element { route, prior_size } => record.array_erase(&route, prior_size),
                Holder::Set(_) => return Err(failed(Refusal::NoEmbeddedObject.into())),
            }
        }
        Ok(())
    }
}
