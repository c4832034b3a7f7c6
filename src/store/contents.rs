//! What a value holds, written down as the instructions that make it.
//!
//! Rules: `docs/STORE.md`, "A state as changesets".

use rusqlite::Connection;

use crate::schema::Collection;
use crate::value::{PrimaryKey, Value};

use super::error::Failure;
use super::realm::{NestedKind, Record, Written};
use super::state::{
    ClassState, Container, ContainerKind, Content, Field, ObjectKey, PropertyState, Route, Shape, State, Step,
};

/// How a value gets to its place.
#[derive(Debug, Clone, Copy)]
enum Way {
    Insert {
        prior_size: u64,
    },
    Update,
    /// An element of the set that the place is.
    SetInsert,
    /// The value is a collection that a property is: it is there already, and empty.
    Fill,
}

#[derive(Debug)]
struct Task {
    /// From the frame's place; `None` where the place is that itself.
    step: Option<Step>,
    way: Way,
    content: Content,
}

/// The parts of one value that are still to be written, the next one last.
#[derive(Debug)]
struct Frame {
    place: Place,
    tasks: Vec<Task>,
}

#[derive(Debug)]
enum Place {
    Object { class: String, key: PrimaryKey },
    Inside(Route),
}

/// Whether another device can have written to the same place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// A new element of a list.
    New,
    /// A property. What becomes a collection there is cleared, or what another device put into one of its own would stay.
    Shared,
}

/// Everything on the way down from a value, one instruction after the other. Not by recursion: embedded objects nest as
/// deep as a changeset says.
#[derive(Debug)]
pub(super) struct Contents {
    frames: Vec<Frame>,
    reach: Reach,
}

impl Contents {
    pub(super) fn nothing() -> Contents {
        Contents { frames: Vec::new(), reach: Reach::New }
    }

    /// A new element of a list, to be inserted at the route's end.
    pub(super) fn of_element(route: Route, prior_size: u64, content: Content) -> Contents {
        let tasks = vec![Task { step: None, way: Way::Insert { prior_size }, content }];
        Contents { frames: vec![Frame { place: Place::Inside(route), tasks }], reach: Reach::New }
    }

    /// What a top-level object owns: collections and embedded objects.
    pub(super) fn of_object(
        state: &State,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
        key: PrimaryKey,
    ) -> Result<Contents, Failure> {
        let mut tasks = properties(state, connection, class, object, |property| match state.shape(property) {
            Shape::Plain => false,
            Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => true,
        })?;
        tasks.retain(|task| !matches!(task.content, Content::Value(_)));
        let place = Place::Object { class: class.name.clone(), key };
        Ok(Contents { frames: vec![Frame { place, tasks }], reach: Reach::Shared })
    }

    /// What one property of a top-level object holds, for a place where it is empty.
    pub(super) fn of_property(
        state: &State,
        connection: &Connection,
        field: Field<'_>,
        key: PrimaryKey,
    ) -> Result<Contents, Failure> {
        let place = Place::Object { class: field.class.name.clone(), key };
        let tasks = task_of(state, connection, field)?.into_iter().collect();
        Ok(Contents { frames: vec![Frame { place, tasks }], reach: Reach::Shared })
    }

    /// Writes the next instructions, a few at most; `false` when nothing is left.
    pub(super) fn write_next(
        &mut self,
        state: &State,
        connection: &Connection,
        record: &mut Record,
    ) -> Result<bool, Failure> {
        let Some(frame) = self.frames.last_mut() else { return Ok(false) };
        let Some(Task { step, way, content }) = frame.tasks.pop() else {
            self.frames.pop();
            return Ok(true);
        };
        let route = frame.place.route(step);
        self.reach.write(record, &route, way, &content);
        let tasks = match content {
            Content::Value(_) => return Ok(true),
            Content::Object(class, object) => {
                properties(state, connection, state.class_by_key(class)?, object, |_| true)?
            }
            Content::List(container) | Content::Set(container) | Content::Dictionary(container) => {
                elements(state, connection, container)?
            }
        };
        self.frames.push(Frame { place: Place::Inside(route), tasks });
        Ok(true)
    }
}

impl Place {
    fn route(&self, step: Option<Step>) -> Route {
        match (self, step) {
            (Place::Inside(route), None) => route.clone(),
            (Place::Inside(route), Some(step)) => route.clone().then(step),
            (Place::Object { class, key }, step) => {
                let property = match step {
                    Some(Step::Name(name)) => name,
                    Some(Step::Index(_)) | None => String::new(),
                };
                Route { class: class.clone(), key: key.clone(), property, steps: Vec::new() }
            }
        }
    }
}

impl Reach {
    fn write(self, record: &mut Record, route: &Route, way: Way, content: &Content) {
        let (written, kind) = match content {
            Content::Value(value) => (Written::Value(value), None),
            Content::List(_) => (Written::Collection(NestedKind::List), Some(ContainerKind::List)),
            Content::Dictionary(_) => (Written::Collection(NestedKind::Dictionary), Some(ContainerKind::Dictionary)),
            // Only a property is one, and it is filled.
            Content::Set(_) => (Written::Value(&Value::Null), None),
            Content::Object(..) => (Written::Object, None),
        };
        match way {
            Way::Insert { prior_size } => record.array_insert(route, written, prior_size),
            Way::Update => {
                record.update_at(route, written, false);
                if let (Some(kind), Reach::Shared) = (kind, self) {
                    record.clear(route, kind);
                }
            }
            Way::SetInsert => match content {
                Content::Value(value) => record.set_insert(route, value),
                Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..) => {}
            },
            Way::Fill => {}
        }
    }
}

/// What an object holds, of the wanted properties, that a new one does not.
fn properties(
    state: &State,
    connection: &Connection,
    class: &ClassState,
    object: ObjectKey,
    wanted: impl Fn(&PropertyState) -> bool,
) -> Result<Vec<Task>, Failure> {
    let mut tasks = Vec::new();
    for property in class.properties.iter().rev().filter(|property| !property.is_primary_key && wanted(property)) {
        tasks.extend(task_of(state, connection, Field { class, object, property })?);
    }
    Ok(tasks)
}

/// `None` where the property holds what a new object's does.
fn task_of(state: &State, connection: &Connection, field: Field<'_>) -> Result<Option<Task>, Failure> {
    let content = state.raw_content(connection, field)?;
    let way = match field.property.collection {
        Collection::Single if content == Content::Value(Value::Null) => return Ok(None),
        Collection::Single => Way::Update,
        Collection::List | Collection::Set | Collection::Dictionary => Way::Fill,
    };
    Ok(Some(Task { step: Some(Step::Name(field.property.name.clone())), way, content }))
}

fn elements(state: &State, connection: &Connection, container: Container) -> Result<Vec<Task>, Failure> {
    let collection = state.open(connection, container)?;
    let contents = state.raw_contents(connection, &collection)?;
    let mut tasks: Vec<Task> = match collection.kind {
        ContainerKind::List => (0..)
            .zip(contents)
            .map(|(index, content)| Task {
                step: Some(Step::Index(index)),
                way: Way::Insert { prior_size: index },
                content,
            })
            .collect(),
        ContainerKind::Dictionary => collection
            .keys(connection)?
            .into_iter()
            .zip(contents)
            .map(|(key, content)| Task { step: Some(Step::Name(key)), way: Way::Update, content })
            .collect(),
        ContainerKind::Set => {
            contents.into_iter().map(|content| Task { step: None, way: Way::SetInsert, content }).collect()
        }
    };
    tasks.reverse();
    Ok(tasks)
}
