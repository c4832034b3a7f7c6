//! An element written down anew with all it holds, where moving it would be misunderstood.
//!
//! Rules: `docs/STORE.md`, "What local writes record".

use rusqlite::Connection;

use crate::schema::Collection;
use crate::store::error::Failure;
use crate::store::state::{
    ClassKey, Container, ContainerKind, Content, EntryKey, Field, ObjectKey, OpenCollection, Route, State, Step,
};
use crate::value::Value;

use super::record::{Record, Written};
use super::NestedKind;

/// Where the element is inserted.
pub(super) struct Insertion {
    pub(super) route: Route,
    pub(super) prior_size: u64,
}

/// How a value gets to its place.
enum Way {
    Insert {
        prior_size: u64,
    },
    Update,
    /// The value is a collection that a property is: it is there already, and empty.
    Fill,
}

struct Task {
    route: Route,
    way: Way,
    content: Content,
}

/// Records the insertion of the element, as it is now, and of everything in it. Not by recursion: embedded objects
/// nest as deep as a changeset says.
pub(super) fn transplant(
    state: &State,
    connection: &Connection,
    record: &mut Record,
    at: Insertion,
    list: &OpenCollection<'_>,
    entry: EntryKey,
) -> Result<(), Failure> {
    let content = state.raw_entry_content(connection, list, entry)?;
    let mut tasks = vec![Task { route: at.route, way: Way::Insert { prior_size: at.prior_size }, content }];
    while let Some(Task { route, way, content }) = tasks.pop() {
        let written = match &content {
            Content::Value(value) => Written::Value(value),
            Content::List(_) => Written::Collection(NestedKind::List),
            Content::Dictionary(_) => Written::Collection(NestedKind::Dictionary),
            // Only a property is one, and it is filled.
            Content::Set(_) => Written::Value(&Value::Null),
            Content::Object(..) => Written::Object,
        };
        match way {
            Way::Insert { prior_size } => record.array_insert(&route, written, prior_size),
            Way::Update => record.update_at(&route, written, false),
            Way::Fill => {}
        }
        let parts = match content {
            Content::Value(_) => Vec::new(),
            Content::Object(class, object) => properties(state, connection, &route, class, object)?,
            Content::List(container) | Content::Set(container) | Content::Dictionary(container) => {
                elements(state, connection, record, &route, container)?
            }
        };
        tasks.extend(parts.into_iter().rev());
    }
    Ok(())
}

/// What an embedded object holds that a new one does not.
fn properties(
    state: &State,
    connection: &Connection,
    route: &Route,
    class: ClassKey,
    object: ObjectKey,
) -> Result<Vec<Task>, Failure> {
    let class = state.class_by_key(class)?;
    let mut tasks = Vec::new();
    for property in &class.properties {
        let content = state.raw_content(connection, Field { class, object, property })?;
        let way = match property.collection {
            Collection::Single if content == Content::Value(Value::Null) => continue,
            Collection::Single => Way::Update,
            Collection::List | Collection::Set | Collection::Dictionary => Way::Fill,
        };
        tasks.push(Task { route: route.clone().then(Step::Name(property.name.clone())), way, content });
    }
    Ok(tasks)
}

fn elements(
    state: &State,
    connection: &Connection,
    record: &mut Record,
    route: &Route,
    container: Container,
) -> Result<Vec<Task>, Failure> {
    let collection = state.open(connection, container)?;
    let contents = state.raw_contents(connection, &collection)?;
    Ok(match collection.kind {
        ContainerKind::List => (0..)
            .zip(contents)
            .map(|(index, content)| Task {
                route: route.clone().then(Step::Index(index)),
                way: Way::Insert { prior_size: index },
                content,
            })
            .collect(),
        ContainerKind::Dictionary => collection
            .keys(connection)?
            .into_iter()
            .zip(contents)
            .map(|(key, content)| Task { route: route.clone().then(Step::Name(key)), way: Way::Update, content })
            .collect(),
        ContainerKind::Set => {
            for content in contents {
                match content {
                    Content::Value(value) => record.set_insert(route, &value),
                    Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..) => {}
                }
            }
            Vec::new()
        }
    })
}
