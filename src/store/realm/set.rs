//! Sets: each value once.
//!
//! Rules: `docs/STORE.md`, "Collections" and "What local writes record".

use crate::store::column::{identity, Scalar};
use crate::store::error::{Failure, StoreError};
use crate::store::state::{Container, ContainerKind, Content};
use crate::value::Value;

use super::collection::{open, subject};
use super::Realm;

impl Realm {
    pub fn set_size(&self, set: Container) -> Result<u64, StoreError> {
        self.count(set, ContainerKind::Set)
    }

    /// Every element, by type and then by value.
    pub fn set_contents(&self, set: Container) -> Result<Vec<Content>, StoreError> {
        self.contents(set, ContainerKind::Set)
    }

    pub fn set_contains(&self, set: Container, value: &Value) -> Result<bool, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, set));
        let collection = open(state, connection, set, ContainerKind::Set)?;
        let stored = state.encode_element(collection.value_type, Scalar::of_value(value));
        let stored = stored.map_err(|reason| failed(reason.into()))?;
        let is_there =
            collection.find_element(connection, &identity(Scalar::of_value(value), stored.target))?.is_some();
        Ok(is_there && !(collection.can_hide() && state.is_dangling(connection, &stored)?))
    }

    /// Tells whether the value was new. A link's object must exist.
    pub fn set_insert(&mut self, set: Container, value: Value) -> Result<bool, StoreError> {
        self.change(|realm| realm.insert_value(set, &value))
    }

    fn insert_value(&mut self, set: Container, value: &Value) -> Result<bool, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, set));
        let mut collection = open(state, connection, set, ContainerKind::Set)?;
        let stored = state.encode_element(collection.value_type, Scalar::of_value(value));
        let stored = stored.map_err(|reason| failed(reason.into()))?;
        state.check_target(connection, value).map_err(failed)?;
        let identity = identity(Scalar::of_value(value), stored.target);
        if !state.set_insert(connection, &mut collection, &identity, &stored).map_err(failed)? {
            return Ok(false);
        }
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            record.set_insert(&state.route_to_collection(connection, &collection).map_err(failed)?, value);
        }
        Ok(true)
    }

    /// Tells whether the value was there.
    pub fn set_erase(&mut self, set: Container, value: &Value) -> Result<bool, StoreError> {
        self.change(|realm| realm.erase_value(set, value))
    }

    fn erase_value(&mut self, set: Container, value: &Value) -> Result<bool, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, set));
        let mut collection = open(state, connection, set, ContainerKind::Set)?;
        let stored = state.encode_element(collection.value_type, Scalar::of_value(value));
        let stored = stored.map_err(|reason| failed(reason.into()))?;
        let identity = identity(Scalar::of_value(value), stored.target);
        let Some(entry) = collection.find_element(connection, &identity)? else { return Ok(false) };
        state.erase_entry(connection, &mut collection, entry).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            record.set_erase(&state.route_to_collection(connection, &collection).map_err(failed)?, value);
        }
        Ok(true)
    }

    pub fn set_clear(&mut self, set: Container) -> Result<(), StoreError> {
        self.change(|realm| realm.clear_collection(set, ContainerKind::Set))
    }
}
