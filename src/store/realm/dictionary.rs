//! Dictionaries: values by string keys.
//!
//! Rules: `docs/STORE.md`, "Collections" and "What local writes record".

use crate::store::column::Scalar;
use crate::store::error::{Failure, StoreError};
use crate::store::state::{Container, ContainerKind, Content, ObjectKey, Step};
use crate::value::Value;

use super::collection::{open, subject};
use super::record::Written;
use super::{NestedKind, Realm};

impl Realm {
    pub fn dictionary_size(&self, dictionary: Container) -> Result<u64, StoreError> {
        self.count(dictionary, ContainerKind::Dictionary)
    }

    /// By the bytes of their UTF-8.
    pub fn dictionary_keys(&self, dictionary: Container) -> Result<Vec<String>, StoreError> {
        self.settle()?;
        let collection = open(&self.state, &self.connection, dictionary, ContainerKind::Dictionary)?;
        Ok(collection.keys(&self.connection)?)
    }

    /// `None` when there is no such key. A link to an object that does not exist is null.
    pub fn dictionary_get(&self, dictionary: Container, key: &str) -> Result<Option<Content>, StoreError> {
        self.settle()?;
        let collection = open(&self.state, &self.connection, dictionary, ContainerKind::Dictionary)?;
        match collection.find_key(&self.connection, key)? {
            None => Ok(None),
            Some(entry) => Ok(Some(self.state.entry_content(&self.connection, &collection, entry)?)),
        }
    }

    /// Every value, in the order of the keys.
    pub fn dictionary_contents(&self, dictionary: Container) -> Result<Vec<Content>, StoreError> {
        self.contents(dictionary, ContainerKind::Dictionary)
    }

    /// Every key with its value, in the order of the keys.
    pub fn dictionary_entries(&self, dictionary: Container) -> Result<Vec<(String, Content)>, StoreError> {
        let keys = self.dictionary_keys(dictionary)?;
        Ok(keys.into_iter().zip(self.dictionary_contents(dictionary)?).collect())
    }

    /// Inserts or overwrites; recorded even where the value stays the same. A link's object must exist.
    pub fn dictionary_set(&mut self, dictionary: Container, key: &str, value: Value) -> Result<(), StoreError> {
        self.change(|realm| realm.set_entry(dictionary, key, &value))
    }

    fn set_entry(&mut self, dictionary: Container, key: &str, value: &Value) -> Result<(), StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, dictionary));
        let mut collection = open(state, connection, dictionary, ContainerKind::Dictionary)?;
        let stored = state.encode_element(collection.value_type, Scalar::of_value(value));
        let stored = stored.map_err(|reason| failed(reason.into()))?;
        state.check_target(connection, value).map_err(failed)?;
        state.dictionary_put(connection, &mut collection, key, &stored).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            record.update_at(&route.then(Step::Name(key.to_owned())), Written::Value(value), false);
        }
        Ok(())
    }

    /// Puts an empty list or dictionary under a key of a dictionary of mixed values.
    pub fn dictionary_set_collection(
        &mut self,
        dictionary: Container,
        key: &str,
        kind: NestedKind,
    ) -> Result<Container, StoreError> {
        self.change(|realm| realm.nest_entry(dictionary, key, kind))
    }

    fn nest_entry(&mut self, dictionary: Container, key: &str, kind: NestedKind) -> Result<Container, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, dictionary));
        let mut collection = open(state, connection, dictionary, ContainerKind::Dictionary)?;
        let nested = state.nest_at_key(connection, &mut collection, key, kind.container_kind()).map_err(failed)?;
        state.clear_container(connection, nested).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            let route = route.then(Step::Name(key.to_owned()));
            record.update_at(&route, Written::Collection(kind), false);
            record.clear(&route, kind.container_kind());
        }
        Ok(Container::Nested(nested))
    }

    /// Puts an embedded object, with default values, under a key; it replaces one that is there.
    pub fn dictionary_set_embedded(&mut self, dictionary: Container, key: &str) -> Result<ObjectKey, StoreError> {
        self.change(|realm| realm.embed_entry(dictionary, key))
    }

    fn embed_entry(&mut self, dictionary: Container, key: &str) -> Result<ObjectKey, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, dictionary));
        let mut collection = open(state, connection, dictionary, ContainerKind::Dictionary)?;
        state.embedded_element(&collection).map_err(failed)?;
        let old = collection.find_key(connection, key)?;
        let replaces = match old {
            Some(entry) => state.holds_object(connection, &collection, entry)?,
            None => false,
        };
        let made = || -> Result<ObjectKey, Failure> {
            if let (Some(entry), true) = (old, replaces) {
                state.erase_entry(connection, &mut collection, entry)?;
            }
            state.embed_at_key(connection, &mut collection, key)
        };
        let object = { made }().map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            let route = route.then(Step::Name(key.to_owned()));
            if replaces {
                // Else the old object's values would stay on the other devices.
                record.update_at(&route, Written::Erased, false);
            }
            record.update_at(&route, Written::Object, false);
        }
        Ok(object)
    }

    /// Tells whether the key was there.
    pub fn dictionary_erase(&mut self, dictionary: Container, key: &str) -> Result<bool, StoreError> {
        self.change(|realm| realm.erase_key(dictionary, key))
    }

    fn erase_key(&mut self, dictionary: Container, key: &str) -> Result<bool, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, dictionary));
        let mut collection = open(state, connection, dictionary, ContainerKind::Dictionary)?;
        let Some(entry) = collection.find_key(connection, key)? else { return Ok(false) };
        state.erase_entry(connection, &mut collection, entry).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            record.update_at(&route.then(Step::Name(key.to_owned())), Written::Erased, false);
        }
        Ok(true)
    }

    pub fn dictionary_clear(&mut self, dictionary: Container) -> Result<(), StoreError> {
        self.change(|realm| realm.clear_collection(dictionary, ContainerKind::Dictionary))
    }
}
