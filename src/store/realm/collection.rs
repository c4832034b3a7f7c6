//! What lists, sets and dictionaries have in common.

use rusqlite::Connection;

use crate::store::error::{Failure, StoreError};
use crate::store::refusal::Refusal;
use crate::store::state::{Container, ContainerKind, Content, OpenCollection, State, Step};

use super::read::refused;
use super::record::Written;
use super::Realm;

/// What a mixed value can become, besides a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NestedKind {
    List,
    Dictionary,
}

impl NestedKind {
    pub(super) fn container_kind(self) -> ContainerKind {
        match self {
            NestedKind::List => ContainerKind::List,
            NestedKind::Dictionary => ContainerKind::Dictionary,
        }
    }
}

impl Realm {
    /// Whether the collection still exists: one in a mixed value goes with the value, any with its object.
    pub fn is_valid(&self, container: Container) -> Result<bool, StoreError> {
        self.settle()?;
        match self.state.open(&self.connection, container) {
            Ok(_) => Ok(true),
            Err(Failure::Refusal(_)) => Ok(false),
            Err(Failure::Database(error)) => Err(error.into()),
        }
    }

    /// How many elements the application sees: links to objects that do not exist are hidden in lists and sets of links.
    pub(super) fn count(&self, container: Container, kind: ContainerKind) -> Result<u64, StoreError> {
        self.settle()?;
        Ok(open(&self.state, &self.connection, container, kind)?.visible_size())
    }

    pub(super) fn contents(&self, container: Container, kind: ContainerKind) -> Result<Vec<Content>, StoreError> {
        self.settle()?;
        let collection = open(&self.state, &self.connection, container, kind)?;
        Ok(self.state.contents(&self.connection, &collection)?)
    }

    /// Erases all elements. Nothing is recorded for an empty collection that a property is; for one in a mixed value
    /// something always is, as another device may have put something in.
    pub(super) fn clear_collection(&mut self, container: Container, kind: ContainerKind) -> Result<(), StoreError> {
        self.settle()?;
        let collection = open(&self.state, &self.connection, container, kind)?;
        let failed = |failure: Failure| failure.of(|| subject(&self.state, container));
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = self.state.route_to_collection(&self.connection, &collection).map_err(failed)?;
            match (container, route.steps.last()) {
                // realm-core clears the wrong element when the list around is changed concurrently.
                (Container::Nested(_), Some(Step::Index(_))) => match kind {
                    ContainerKind::List => {
                        for index in (0..collection.size).rev() {
                            record.array_erase(&route.clone().then(Step::Index(index)), index + 1);
                        }
                    }
                    ContainerKind::Dictionary => {
                        for key in collection.keys(&self.connection)? {
                            record.update_at(&route.clone().then(Step::Name(key)), Written::Erased, false);
                        }
                    }
                    ContainerKind::Set => {}
                },
                (Container::Property { .. }, _) if collection.size == 0 => {}
                (Container::Property { .. } | Container::Nested(_), _) => record.clear(&route, kind),
            }
        }
        self.state.clear(&self.connection, &collection).map_err(failed)
    }
}

pub(super) fn open<'s>(
    state: &'s State,
    connection: &Connection,
    container: Container,
    kind: ContainerKind,
) -> Result<OpenCollection<'s>, StoreError> {
    let collection = state.open(connection, container).map_err(|failure| failure.of(|| subject(state, container)))?;
    collection.require(kind).map_err(|reason| refused(subject(state, container), reason))
}

/// The collection in words.
pub(super) fn subject(state: &State, container: Container) -> String {
    match container {
        Container::Nested(key) => format!("collection {}", key.0),
        Container::Property { property, .. } => match state.property_anywhere(property) {
            Ok((class, property)) => format!("{}.{}", class.name, property.name),
            Err(_) => format!("property {}", property.0),
        },
    }
}

/// Refuses an index that the application does not see.
pub(super) fn check_index(index: u64, size: u64) -> Result<(), Refusal> {
    if index < size {
        Ok(())
    } else {
        Err(Refusal::IndexOutOfRange { index, size })
    }
}
