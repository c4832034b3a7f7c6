//! What a transaction changes, noted while it is made where somebody observes the file. The notes say how things were
//! before; what has become of them is looked up once, before the commit.
//!
//! Rules: `docs/STORE.md`, "Change reports".

mod collections;
mod indices;
mod list_notes;
mod net;
mod positions;
mod undo;

use std::cell::RefCell;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rusqlite::Connection;

use crate::schema::ClassKind;
use crate::store::column::Cell;
use crate::store::error::DatabaseError;
use crate::store::observers::Interest;
use crate::value::{PrimaryKey, Value};

use self::collections::CollectionNotes;
use self::undo::Undo;
use super::class::{ClassState, PropertyState};
use super::container::ContainerKey;
use super::owner::Field;
use super::release::Shape;
use super::{ClassKey, Content, ObjectKey, PropertyKey, State};

#[derive(Debug)]
pub(super) struct Tracker {
    interest: Arc<Interest>,
    notes: RefCell<Notes>,
}

#[derive(Debug, Default)]
struct Notes {
    objects: BTreeMap<(ClassKey, ObjectKey), ObjectNotes>,
    /// `None` for one that nothing observed depends on.
    collections: BTreeMap<ContainerKey, Option<CollectionNotes>>,
    gone: HashSet<ContainerKey>,
    /// Within a savepoint.
    undo: Option<Undo>,
}

#[derive(Debug, Clone, Default)]
struct ObjectNotes {
    fate: Fate,
    /// What properties showed when they were first overwritten.
    before: BTreeMap<PropertyKey, Cell<'static>>,
}

/// What a transaction does to an object; the keys are those of objects that were there before.
#[derive(Debug, Clone, Default)]
enum Fate {
    #[default]
    Kept,
    Made,
    Erased(PrimaryKey),
    /// Erased, and another made of the same number.
    Replaced(PrimaryKey),
}

impl State {
    /// Notes what is changed from now on, for the observers of the file, if there are any.
    pub(crate) fn track(&mut self, interest: Option<Arc<Interest>>) {
        self.tracker = interest.map(|interest| Tracker { interest, notes: RefCell::default() });
    }

    pub(super) fn is_tracking(&self) -> bool {
        self.tracker.is_some()
    }

    /// Whether something observed may depend on objects of the class.
    pub(super) fn tracks_class(&self, class: &ClassState) -> bool {
        self.tracker.as_ref().is_some_and(|tracker| match class.kind {
            ClassKind::Embedded => true,
            ClassKind::TopLevel => tracker.interest.includes_class(class.key),
            ClassKind::Asymmetric => false,
        })
    }

    fn tracker_of(&self, class: &ClassState, object: ObjectKey) -> Option<&Tracker> {
        self.tracker.as_ref().filter(|tracker| match class.kind {
            // Its owner may be observed, however far up.
            ClassKind::Embedded => true,
            ClassKind::TopLevel => tracker.interest.includes(class.key, object),
            ClassKind::Asymmetric => false,
        })
    }

    pub(crate) fn note_made(&self, class: &ClassState, object: ObjectKey) {
        let Some(tracker) = self.tracker_of(class, object) else { return };
        let notes = &mut *tracker.notes.borrow_mut();
        notes.touch_object((class.key, object));
        let fate = &mut notes.objects.entry((class.key, object)).or_default().fate;
        *fate = match std::mem::take(fate) {
            Fate::Kept | Fate::Made => Fate::Made,
            Fate::Erased(key) | Fate::Replaced(key) => Fate::Replaced(key),
        };
    }

    /// To be called before the object is erased; one that does not exist is fine.
    pub(super) fn note_erased(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
    ) -> Result<(), DatabaseError> {
        let Some(tracker) = self.tracker_of(class, object) else { return Ok(()) };
        let key = match class.kind {
            ClassKind::Embedded if class.exists(connection, object)? => PrimaryKey::Null,
            ClassKind::Embedded => return Ok(()),
            ClassKind::TopLevel | ClassKind::Asymmetric => match class.primary_key(connection, object)? {
                Some(key) => key,
                None => return Ok(()),
            },
        };
        let notes = &mut *tracker.notes.borrow_mut();
        notes.touch_object((class.key, object));
        let found = notes.objects.remove(&(class.key, object)).unwrap_or_default();
        let fate = match found.fate {
            Fate::Made => return Ok(()),
            Fate::Kept => Fate::Erased(key),
            Fate::Erased(key) | Fate::Replaced(key) => Fate::Erased(key),
        };
        notes.objects.insert((class.key, object), ObjectNotes { fate, before: BTreeMap::new() });
        Ok(())
    }

    /// To be called before a property with one value is overwritten, or what it shows changes.
    pub(super) fn note_property(&self, connection: &Connection, field: Field<'_>) -> Result<(), DatabaseError> {
        let Some(tracker) = self.tracker_of(field.class, field.object) else { return Ok(()) };
        let notes = &mut *tracker.notes.borrow_mut();
        notes.touch_object((field.class.key, field.object));
        let object = notes.objects.entry((field.class.key, field.object)).or_default();
        match object.fate {
            Fate::Kept => {}
            Fate::Made | Fate::Erased(_) | Fate::Replaced(_) => return Ok(()),
        }
        if let std::collections::btree_map::Entry::Vacant(unseen) = object.before.entry(field.property.key) {
            // An object that does not exist is refused where it is written.
            if let Some(shown) = self.shown(connection, field.property, field.object)? {
                unseen.insert(shown);
            }
        }
        Ok(())
    }

    /// What the application sees of a property, comparable: a link to an object that does not exist is null.
    fn shown(
        &self,
        connection: &Connection,
        property: &PropertyState,
        object: ObjectKey,
    ) -> Result<Option<Cell<'static>>, DatabaseError> {
        let mut statement = connection.prepare_cached(&property.sql.get)?;
        let mut rows = statement.query([object.0])?;
        let Some(row) = rows.next()? else { return Ok(None) };
        let cell = row.get_ref(0)?;
        let is_null = match self.shape(property) {
            Shape::Plain | Shape::Mixed => {
                self.decode(connection, property.value_type(), cell, None)? == Content::Value(Value::Null)
            }
            Shape::Embedded(_) | Shape::Collection(_) => false,
        };
        Ok(Some(if is_null { Cell::Null } else { Cell::owned(cell) }))
    }
}
