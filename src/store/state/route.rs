//! The way from a top-level object to a place, as recorded instructions name it.

use rusqlite::Connection;

use crate::schema::ClassKind;
use crate::store::column::KeyView;
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;
use crate::value::PrimaryKey;

use super::container::{self, ContainerKey, ContainerKind, EntryKey};
use super::owner::{Field, Owner};
use super::{dictionary, list, ClassKey, ClassState, Content, ObjectKey, OpenCollection, State};

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    pub(crate) class: String,
    pub(crate) key: PrimaryKey,
    pub(crate) property: String,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Step {
    /// Raw.
    Index(u64),
    Name(String),
}

impl Route {
    pub(crate) fn then(mut self, step: Step) -> Route {
        self.steps.push(step);
        self
    }
}

impl State {
    pub(crate) fn route_to_field(&self, connection: &Connection, field: Field<'_>) -> Result<Route, Failure> {
        let mut field = field;
        let mut steps = Vec::new();
        loop {
            match field.class.kind {
                ClassKind::TopLevel | ClassKind::Asymmetric => break,
                ClassKind::Embedded => {}
            }
            steps.push(Step::Name(field.property.name.clone()));
            let owner = field.class.owner_of(connection, field.object)?.ok_or(Refusal::NoSuchObject)?;
            field = self.climb(connection, owner, &mut steps)?;
        }
        steps.reverse();
        Ok(Route {
            class: field.class.name.clone(),
            key: field.class.existing_key(connection, field.object)?,
            property: field.property.name.clone(),
            steps,
        })
    }

    /// What the route leads to, a link to an object that does not exist as what it is; `None` where that is nothing.
    pub(crate) fn find_content(&self, connection: &Connection, route: &Route) -> Result<Option<Content>, Failure> {
        let class = self.class(&route.class)?;
        let Some(object) = class.find(connection, KeyView::of_key(&route.key))? else { return Ok(None) };
        let (_, property) = class.property_at(&route.property)?;
        let mut content = self.raw_content(connection, Field { class, object, property })?;
        for step in &route.steps {
            content = match (content, step) {
                (Content::Object(class, object), Step::Name(name)) => {
                    let class = self.class_by_key(class)?;
                    let (_, property) = class.property_at(name)?;
                    self.raw_content(connection, Field { class, object, property })?
                }
                (Content::Dictionary(container), Step::Name(key)) => {
                    let dictionary = self.open(connection, container)?;
                    let Some(entry) = dictionary.find_key(connection, key)? else { return Ok(None) };
                    self.raw_entry_content(connection, &dictionary, entry)?
                }
                (Content::List(container), Step::Index(index)) => {
                    let list = self.open(connection, container)?;
                    let entry = list.entry_at(connection, *index)?;
                    self.raw_entry_content(connection, &list, entry)?
                }
                (Content::Value(_) | Content::Set(_), _)
                | (Content::List(_), Step::Name(_))
                | (Content::Dictionary(_) | Content::Object(..), Step::Index(_)) => return Ok(None),
            };
        }
        Ok(Some(content))
    }

    pub(crate) fn route_to_collection(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
    ) -> Result<Route, Failure> {
        match (collection.field, collection.key) {
            (Some(field), _) => self.route_to_field(connection, field),
            (None, Some(key)) => self.route_to_container(connection, key),
            (None, None) => Err(Refusal::NoSuchCollection.into()),
        }
    }

    pub(crate) fn route_to_container(&self, connection: &Connection, key: ContainerKey) -> Result<Route, Failure> {
        let row = container::read(connection, key)?.ok_or(Refusal::NoSuchCollection)?;
        let mut steps = Vec::new();
        let field = self.climb(connection, row.owner, &mut steps)?;
        let mut route = self.route_to_field(connection, field)?;
        route.steps.extend(steps.into_iter().rev());
        Ok(route)
    }

    /// The object that holds an embedded one, directly or in a collection.
    pub(crate) fn owning_object(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
    ) -> Result<(ClassKey, ObjectKey), Failure> {
        match class.kind {
            ClassKind::Embedded => {}
            ClassKind::TopLevel | ClassKind::Asymmetric => {
                return Err(Refusal::TypeMismatch { expected: "embedded object", found: class.kind.name() }.into());
            }
        }
        let owner = class.owner_of(connection, object)?.ok_or(Refusal::NoSuchObject)?;
        let field = self.climb(connection, owner, &mut Vec::new())?;
        Ok((field.class.key, field.object))
    }

    /// Goes up to the next property, noting the steps on the way from the last to the first.
    fn climb<'s>(&'s self, connection: &Connection, owner: Owner, steps: &mut Vec<Step>) -> Result<Field<'s>, Failure> {
        let mut owner = owner;
        loop {
            let (container, entry) = match owner {
                Owner::Property { property, object } => {
                    let (class, property) = self.property_anywhere(property)?;
                    return Ok(Field { class, object, property });
                }
                Owner::Entry { container, entry } => (container, entry),
            };
            let row = container::read(connection, container)?.ok_or_else(missing)?;
            steps.push(step(connection, row.kind, entry)?);
            owner = row.owner;
        }
    }
}

pub(super) fn step(connection: &Connection, kind: ContainerKind, entry: EntryKey) -> Result<Step, DatabaseError> {
    match kind {
        ContainerKind::List => Ok(Step::Index(list::index_of(connection, entry)?.ok_or_else(missing)?)),
        ContainerKind::Dictionary => Ok(Step::Name(dictionary::key_of(connection, entry)?.ok_or_else(missing)?)),
        ContainerKind::Set => Err(DatabaseError::corrupt("an element of a set owns something")),
    }
}

fn missing() -> DatabaseError {
    DatabaseError::corrupt("the owner of a collection or an embedded object is missing")
}
