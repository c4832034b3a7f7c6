//! Lists. Positions are those of the elements that the application sees; instructions count hidden ones too.
//!
//! Rules: `docs/STORE.md`, "Collections" and "What local writes record".

use crate::store::column::{identity, Scalar};
use crate::store::error::{Failure, StoreError};
use crate::store::refusal::Refusal;
use crate::store::state::{Container, ContainerKind, Content, ObjectKey, Step};
use crate::value::Value;

use super::collection::{check_index, open, subject};
use super::record::Written;
use super::transplant::{transplant, Insertion};
use super::{NestedKind, Realm};

impl Realm {
    pub fn list_size(&self, list: Container) -> Result<u64, StoreError> {
        self.count(list, ContainerKind::List)
    }

    pub fn list_get(&self, list: Container, index: u64) -> Result<Content, StoreError> {
        self.settle()?;
        let collection = open(&self.state, &self.connection, list, ContainerKind::List)?;
        let failed = |failure: Failure| failure.of(|| subject(&self.state, list));
        check_index(index, collection.visible_size()).map_err(|reason| failed(reason.into()))?;
        let raw = self.state.raw_index(&self.connection, &collection, index).map_err(failed)?;
        let entry = collection.entry_at(&self.connection, raw).map_err(failed)?;
        Ok(self.state.entry_content(&self.connection, &collection, entry)?)
    }

    /// Every element, in order.
    pub fn list_contents(&self, list: Container) -> Result<Vec<Content>, StoreError> {
        self.contents(list, ContainerKind::List)
    }

    /// The first position of a value, compared as the elements of sets are; a link to an object that does not exist is
    /// at none.
    pub fn list_find(&self, list: Container, value: &Value) -> Result<Option<u64>, StoreError> {
        let contents = self.list_contents(list)?;
        let wanted = identity(Scalar::of_value(value), None);
        let is_it = |content: &Content| match (content, value) {
            (Content::Value(Value::Link(found)), Value::Link(link)) => found == link,
            (Content::Value(found), _) => identity(Scalar::of_value(found), None) == wanted,
            (Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..), _) => false,
        };
        Ok((0..).zip(&contents).find(|(_, content)| is_it(content)).map(|(index, _)| index))
    }

    /// Inserts before the element at `index`, or at the end where that is the size. A link's object must exist.
    pub fn list_insert(&mut self, list: Container, index: u64, value: Value) -> Result<(), StoreError> {
        self.change(|realm| realm.insert_element(list, index, Written::Value(&value)).map(|_| ()))
    }

    /// Inserts an empty list or dictionary into a list of mixed values.
    pub fn list_insert_collection(
        &mut self,
        list: Container,
        index: u64,
        kind: NestedKind,
    ) -> Result<Container, StoreError> {
        self.change(|realm| realm.insert_nested(list, index, kind))
    }

    /// Inserts an embedded object, with default values.
    pub fn list_insert_embedded(&mut self, list: Container, index: u64) -> Result<ObjectKey, StoreError> {
        self.change(|realm| realm.insert_embedded(list, index))
    }

    fn insert_nested(&mut self, list: Container, index: u64, kind: NestedKind) -> Result<Container, StoreError> {
        match self.insert_element(list, index, Written::Collection(kind))? {
            Content::List(container) | Content::Dictionary(container) => Ok(container),
            Content::Value(_) | Content::Set(_) | Content::Object(..) => Err(self.gone(list)),
        }
    }

    fn insert_embedded(&mut self, list: Container, index: u64) -> Result<ObjectKey, StoreError> {
        match self.insert_element(list, index, Written::Object)? {
            Content::Object(_, object) => Ok(object),
            Content::Value(_) | Content::List(_) | Content::Set(_) | Content::Dictionary(_) => Err(self.gone(list)),
        }
    }

    /// Inserts, and says what the element holds now.
    fn insert_element(&mut self, list: Container, index: u64, written: Written<'_>) -> Result<Content, StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, list));
        let mut collection = open(state, connection, list, ContainerKind::List)?;
        let (prior_size, visible_size) = (collection.size, collection.visible_size());
        check_index(index, visible_size + 1)
            .map_err(|_| failed(Refusal::IndexOutOfRange { index, size: visible_size }.into()))?;
        let raw = state.raw_index(connection, &collection, index).map_err(failed)?;
        let made = || -> Result<Content, Failure> {
            let entry = match written {
                Written::Value(value) => {
                    let stored = state.encode_element(collection.value_type, Scalar::of_value(value))?;
                    state.check_target(connection, value)?;
                    state.list_insert(connection, &mut collection, raw, &stored)?;
                    return Ok(Content::Value(Value::Null));
                }
                Written::Object => {
                    state.embedded_element(&collection)?;
                    let entry = state.list_insert_empty(connection, &mut collection, raw)?;
                    state.embed_in_entry(connection, &collection, entry)?;
                    entry
                }
                Written::Collection(kind) => {
                    state.check_mixed(&collection, kind.container_kind())?;
                    let entry = state.list_insert_empty(connection, &mut collection, raw)?;
                    state.nest_in_entry(connection, &collection, entry, kind.container_kind())?;
                    entry
                }
                Written::Erased => return Err(Refusal::ErasedOutsideDictionary.into()),
            };
            Ok(state.entry_content(connection, &collection, entry)?)
        };
        let made = { made }().map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            record.array_insert(&route.then(Step::Index(raw)), written, prior_size);
        }
        Ok(made)
    }

    /// Recorded even where the element stays the same.
    pub fn list_set(&mut self, list: Container, index: u64, value: Value) -> Result<(), StoreError> {
        self.change(|realm| realm.set_element(list, index, &value))
    }

    fn set_element(&mut self, list: Container, index: u64, value: &Value) -> Result<(), StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, list));
        let collection = open(state, connection, list, ContainerKind::List)?;
        check_index(index, collection.visible_size()).map_err(|reason| failed(reason.into()))?;
        let stored = state.encode_element(collection.value_type, Scalar::of_value(value));
        let stored = stored.map_err(|reason| failed(reason.into()))?;
        state.check_target(connection, value).map_err(failed)?;
        let raw = state.raw_index(connection, &collection, index).map_err(failed)?;
        let entry = collection.entry_at(connection, raw).map_err(failed)?;
        state.overwrite(connection, &collection, entry, &stored).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            record.array_update(&route.then(Step::Index(raw)), value, collection.size);
        }
        Ok(())
    }

    /// Replaces an element of a list of mixed values by an empty list or dictionary.
    pub fn list_set_collection(
        &mut self,
        list: Container,
        index: u64,
        kind: NestedKind,
    ) -> Result<Container, StoreError> {
        self.change(|realm| {
            realm.settle()?;
            let collection = open(&realm.state, &realm.connection, list, ContainerKind::List)?;
            let failed = |failure: Failure| failure.of(|| subject(&realm.state, list));
            realm.state.check_mixed(&collection, kind.container_kind()).map_err(failed)?;
            realm.erase_element(list, index)?;
            realm.insert_nested(list, index, kind)
        })
    }

    /// Replaces an embedded object by a new one, with default values.
    pub fn list_set_embedded(&mut self, list: Container, index: u64) -> Result<ObjectKey, StoreError> {
        self.change(|realm| {
            realm.settle()?;
            let collection = open(&realm.state, &realm.connection, list, ContainerKind::List)?;
            let failed = |failure: Failure| failure.of(|| subject(&realm.state, list));
            realm.state.embedded_element(&collection).map_err(failed)?;
            realm.erase_element(list, index)?;
            realm.insert_embedded(list, index)
        })
    }

    /// Moves an element so that it is at `to` afterwards. Handles of what it holds stay valid.
    pub fn list_move(&mut self, list: Container, from: u64, to: u64) -> Result<(), StoreError> {
        self.change(|realm| realm.move_element(list, from, to))
    }

    fn move_element(&mut self, list: Container, from: u64, to: u64) -> Result<(), StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, list));
        let collection = open(state, connection, list, ContainerKind::List)?;
        for index in [from, to] {
            check_index(index, collection.visible_size()).map_err(|reason| failed(reason.into()))?;
        }
        if from == to {
            return Ok(());
        }
        let raw_from = state.raw_index(connection, &collection, from).map_err(failed)?;
        let raw_to = state.raw_index(connection, &collection, to).map_err(failed)?;
        state.relocate(connection, &collection, raw_from, raw_to).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            if state.holds_owners(connection, &collection).map_err(failed)? {
                // realm-core's clients lose track of what lies inside of an element that moves.
                record.array_erase(&route.clone().then(Step::Index(raw_from)), collection.size);
                let entry = collection.entry_at(connection, raw_to).map_err(failed)?;
                let moved = Insertion { route: route.then(Step::Index(raw_to)), prior_size: collection.size - 1 };
                transplant(state, connection, record, moved, &collection, entry).map_err(failed)?;
            } else {
                record.array_move(&route.then(Step::Index(raw_from)), raw_to, collection.size);
            }
        }
        Ok(())
    }

    pub fn list_erase(&mut self, list: Container, index: u64) -> Result<(), StoreError> {
        self.change(|realm| realm.erase_element(list, index))
    }

    fn erase_element(&mut self, list: Container, index: u64) -> Result<(), StoreError> {
        self.settle()?;
        let (state, connection) = (&self.state, &self.connection);
        let failed = |failure: Failure| failure.of(|| subject(state, list));
        let mut collection = open(state, connection, list, ContainerKind::List)?;
        check_index(index, collection.visible_size()).map_err(|reason| failed(reason.into()))?;
        let prior_size = collection.size;
        let raw = state.raw_index(connection, &collection, index).map_err(failed)?;
        let entry = collection.entry_at(connection, raw).map_err(failed)?;
        state.erase_entry(connection, &mut collection, entry).map_err(failed)?;
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = state.route_to_collection(connection, &collection).map_err(failed)?;
            record.array_erase(&route.then(Step::Index(raw)), prior_size);
        }
        Ok(())
    }

    pub fn list_clear(&mut self, list: Container) -> Result<(), StoreError> {
        self.change(|realm| realm.clear_collection(list, ContainerKind::List))
    }

    pub(super) fn gone(&self, container: Container) -> StoreError {
        super::read::refused(subject(&self.state, container), Refusal::NoSuchCollection)
    }
}
