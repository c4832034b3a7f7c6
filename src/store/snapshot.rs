//! A whole state as changesets that make it from nothing.
//!
//! Rules: `docs/STORE.md`, "A state as changesets".

use rusqlite::Connection;

use crate::changeset::Changeset;
use crate::schema::{ClassKind, Collection};
use crate::value::Value;

use super::contents::Contents;
use super::error::{DatabaseError, Failure};
use super::realm::{Record, Written};
use super::state::{ClassKey, ClassState, Content, Field, ObjectKey, Route, Shape, State};

/// Reads a state piece by piece. Applied one after the other to an empty state, the changesets make an equal one: every
/// class, property, object and value, hidden elements and links to objects that do not exist included, objects without
/// primary key under the identity they have. Search indexes are no part of it.
#[derive(Debug)]
pub struct Snapshot {
    limit_bytes: usize,
    position: Position,
}

#[derive(Debug)]
enum Position {
    Schema,
    /// Objects and their plain values, all before the first that holds others: so few links wait for their objects.
    Objects(Walk),
    /// What objects own.
    Contents(Walk, Contents),
    End,
}

/// The objects that are still to come: of this class, and of all after it.
#[derive(Debug)]
struct Walk {
    class: ClassKey,
    objects: std::vec::IntoIter<ObjectKey>,
}

impl Snapshot {
    /// A changeset ends when it has about this many bytes; one value is never cut.
    pub fn new(limit_bytes: usize) -> Snapshot {
        Snapshot { limit_bytes, position: Position::Schema }
    }

    /// The next changeset, none of them empty; `None` at the end. All calls must see the same state: in one
    /// transaction, or while nobody writes.
    pub fn next_changeset(
        &mut self,
        state: &State,
        connection: &Connection,
    ) -> Result<Option<Changeset>, DatabaseError> {
        let mut record = Record::default();
        while record.changeset().size_hint() < self.limit_bytes.max(1) {
            let position = std::mem::replace(&mut self.position, Position::End);
            self.position = match position {
                Position::End => break,
                position => position.write(state, connection, &mut record).map_err(damaged)?,
            };
        }
        Ok(Some(record.into_changeset()).filter(|changeset| !changeset.is_empty()))
    }
}

impl Position {
    /// Writes what comes next, and goes on behind it.
    fn write(self, state: &State, connection: &Connection, record: &mut Record) -> Result<Position, Failure> {
        match self {
            Position::Schema => {
                write_schema(state, record);
                Ok(Walk::start(state, connection, holds_objects)?.map_or(Position::End, Position::Objects))
            }
            Position::Objects(mut walk) => match walk.objects.next() {
                Some(object) => {
                    write_object(state, connection, state.class_by_key(walk.class)?, object, record)?;
                    Ok(Position::Objects(walk))
                }
                None => match walk.next_class(state, connection, holds_objects)? {
                    Some(walk) => Ok(Position::Objects(walk)),
                    None => {
                        let owners = Walk::start(state, connection, |class| can_own(state, class))?;
                        Ok(owners.map_or(Position::End, |walk| Position::Contents(walk, Contents::nothing())))
                    }
                },
            },
            Position::Contents(mut walk, mut contents) => {
                if contents.write_next(state, connection, record)? {
                    return Ok(Position::Contents(walk, contents));
                }
                match walk.objects.next() {
                    Some(object) => {
                        let class = state.class_by_key(walk.class)?;
                        let key = class.existing_key(connection, object)?;
                        let contents = Contents::of_object(state, connection, class, object, key)?;
                        Ok(Position::Contents(walk, contents))
                    }
                    None => {
                        let walk = walk.next_class(state, connection, |class| can_own(state, class))?;
                        Ok(walk.map_or(Position::End, |walk| Position::Contents(walk, Contents::nothing())))
                    }
                }
            }
            Position::End => Ok(Position::End),
        }
    }
}

impl Walk {
    fn start(
        state: &State,
        connection: &Connection,
        wanted: impl Fn(&ClassState) -> bool,
    ) -> Result<Option<Walk>, DatabaseError> {
        Walk::of_first(state.classes(), connection, wanted)
    }

    fn next_class(
        &self,
        state: &State,
        connection: &Connection,
        wanted: impl Fn(&ClassState) -> bool,
    ) -> Result<Option<Walk>, DatabaseError> {
        let done = state.classes().partition_point(|class| class.key <= self.class);
        Walk::of_first(state.classes().get(done..).unwrap_or_default(), connection, wanted)
    }

    fn of_first(
        classes: &[ClassState],
        connection: &Connection,
        wanted: impl Fn(&ClassState) -> bool,
    ) -> Result<Option<Walk>, DatabaseError> {
        let Some(class) = classes.iter().find(|class| wanted(class)) else { return Ok(None) };
        Ok(Some(Walk { class: class.key, objects: class.object_keys(connection)?.into_iter() }))
    }
}

fn holds_objects(class: &ClassState) -> bool {
    match class.kind {
        ClassKind::TopLevel => true,
        // Embedded objects come with their owners, asymmetric ones are not kept.
        ClassKind::Embedded | ClassKind::Asymmetric => false,
    }
}

fn can_own(state: &State, class: &ClassState) -> bool {
    let is_owner = |property| match state.shape(property) {
        Shape::Plain => false,
        Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => true,
    };
    holds_objects(class) && class.properties.iter().any(is_owner)
}

/// All classes, then their properties, as those may link to any class.
fn write_schema(state: &State, record: &mut Record) {
    for class in state.classes() {
        record.add_table(&class.declaration());
    }
    for class in state.classes() {
        for property in class.properties.iter().filter(|property| !property.is_primary_key) {
            record.add_column(&class.name, &property.declaration());
        }
    }
}

/// The object and its values that own nothing. Null is left out, which a new object has, and which would beat an embedded
/// object that another device makes there.
pub(super) fn write_object(
    state: &State,
    connection: &Connection,
    class: &ClassState,
    object: ObjectKey,
    record: &mut Record,
) -> Result<(), Failure> {
    let key = class.existing_key(connection, object)?;
    record.create(&class.name, &key);
    let mut route = Route { class: class.name.clone(), key, property: String::new(), steps: Vec::new() };
    for property in class.properties.iter().filter(|property| !property.is_primary_key) {
        match property.collection {
            Collection::Single => {}
            Collection::List | Collection::Set | Collection::Dictionary => continue,
        }
        match state.raw_content(connection, Field { class, object, property })? {
            Content::Value(Value::Null) => {}
            Content::Value(value) => {
                route.property.clone_from(&property.name);
                record.update_at(&route, Written::Value(&value), false);
            }
            Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..) => {}
        }
    }
    Ok(())
}

/// A state that is read refuses nothing, unless its tables disagree.
fn damaged(failure: Failure) -> DatabaseError {
    match failure {
        Failure::Database(error) => error,
        Failure::Refusal(refusal) => DatabaseError::corrupt(refusal.to_string()),
    }
}
