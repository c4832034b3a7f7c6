//! The objects of a realm as SQLite tables, and changesets applied to them. The client's file and the server's realm
//! share it.
//!
//! Rules: `docs/STORE.md`, "Tables".

mod apply;
mod apply_path;
mod assign;
mod catalog;
mod class;
mod collection;
mod column_change;
mod container;
mod content;
mod dictionary;
mod hidden;
mod keyless;
mod link;
mod list;
mod name;
mod object;
mod owner;
mod place;
mod release;
mod route;
mod row;
mod set;
mod slot;
mod table_change;
mod tracker;
mod value;

use hashbrown::{HashMap, HashSet};
use rusqlite::Connection;

use crate::schema::Schema;

use super::error::DatabaseError;
use super::refusal::Refusal;
pub(crate) use class::{ClassState, PropertyState};
pub(crate) use collection::OpenCollection;
pub use container::{Container, ContainerKey};
pub(crate) use container::{ContainerKind, EntryKey};
pub use content::Content;
pub(crate) use link::Holder;
pub(crate) use object::Addition;
pub(crate) use owner::Field;
pub(crate) use place::Place;
pub(crate) use release::Shape;
pub(crate) use route::{Route, Step};
pub(crate) use row::{Heights, PendingObjects};
pub(crate) use table_change::{ClassDeclaration, NO_KEY};

/// Number of a class within one file; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassKey(pub i64);

/// Number of a property within one file; never used again for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PropertyKey(pub i64);

/// Number of an object within its class in one file; the primary key itself where that is an int that is never null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(pub i64);

/// No file has this schema version.
const NEVER: i64 = -1;

/// What the tables of a file are, read once. Works inside the caller's transaction on the caller's connection.
///
/// After a ROLLBACK of a transaction in which this state changed the schema it must be loaded again.
#[derive(Debug, Default)]
pub struct State {
    /// In the order of their keys.
    classes: Vec<ClassState>,
    by_name: HashMap<String, usize>,
    /// Indices of a property's class and of the property within it.
    by_property: HashMap<PropertyKey, (usize, usize)>,
    /// Classes whose objects some list or set of links can hold.
    collected: HashSet<String>,
    schema_version: i64,
    /// While a transaction is open that somebody observes.
    tracker: Option<tracker::Tracker>,
}

impl State {
    /// Whether no other connection changed the schema since this state was loaded.
    pub fn is_current(&self, connection: &Connection) -> Result<bool, DatabaseError> {
        Ok(schema_version(connection)? == self.schema_version)
    }

    /// Loads anew when another connection changed the schema; tells whether it did.
    pub fn refresh(&mut self, connection: &Connection) -> Result<bool, DatabaseError> {
        if self.is_current(connection)? {
            return Ok(false);
        }
        *self = State::load(connection)?;
        Ok(true)
    }

    /// Makes the next `refresh` load anew, whatever the file says.
    pub(crate) fn outdate(&mut self) {
        self.schema_version = NEVER;
    }

    pub fn schema(&self) -> Schema {
        Schema { classes: self.classes.iter().map(ClassState::declaration).collect() }
    }

    pub fn class_key(&self, name: &str) -> Option<ClassKey> {
        self.by_name.get(name).map(|&at| self.classes[at].key)
    }

    pub fn property_key(&self, class: ClassKey, name: &str) -> Option<PropertyKey> {
        self.class_by_key(class).ok()?.property(name).map(|property| property.key)
    }

    /// In the order of their keys.
    pub(crate) fn classes(&self) -> &[ClassState] {
        &self.classes
    }

    pub(crate) fn class(&self, name: &str) -> Result<&ClassState, Refusal> {
        self.by_name.get(name).map(|&at| &self.classes[at]).ok_or(Refusal::NoSuchClass)
    }

    pub(crate) fn class_by_key(&self, key: ClassKey) -> Result<&ClassState, Refusal> {
        match self.classes.binary_search_by_key(&key, |class| class.key) {
            Ok(at) => Ok(&self.classes[at]),
            Err(_) => Err(Refusal::NoSuchClass),
        }
    }

    fn class_mut(&mut self, name: &str) -> Result<&mut ClassState, Refusal> {
        let at = *self.by_name.get(name).ok_or(Refusal::NoSuchClass)?;
        self.classes.get_mut(at).ok_or(Refusal::NoSuchClass)
    }

    pub(crate) fn property_anywhere(&self, key: PropertyKey) -> Result<(&ClassState, &PropertyState), Refusal> {
        let &(class, property) = self.by_property.get(&key).ok_or(Refusal::NoSuchProperty)?;
        let class = self.classes.get(class).ok_or(Refusal::NoSuchClass)?;
        Ok((class, class.properties.get(property).ok_or(Refusal::NoSuchProperty)?))
    }

    /// To be called after every change of the classes.
    fn index(&mut self) {
        self.by_name = self.classes.iter().enumerate().map(|(at, class)| (class.name.clone(), at)).collect();
        self.by_property.clear();
        self.collected.clear();
        for (class_at, class) in self.classes.iter().enumerate() {
            for (at, property) in class.properties.iter().enumerate() {
                self.by_property.insert(property.key, (class_at, at));
                self.collected.extend(property.collected().map(str::to_owned));
            }
        }
    }

    /// Puts a new property, the last of its class, into the index alone.
    fn index_property(&mut self, class: &str) {
        let Some(&class_at) = self.by_name.get(class) else { return };
        let properties = self.classes.get(class_at).map_or(&[][..], |class| &class.properties);
        if let Some(property) = properties.last() {
            self.by_property.insert(property.key, (class_at, properties.len() - 1));
            self.collected.extend(property.collected().map(str::to_owned));
        }
    }
}

/// SQLite's own count of schema changes; part of the file, so other connections' changes show.
pub(super) fn schema_version(connection: &Connection) -> Result<i64, DatabaseError> {
    Ok(connection.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))?)
}
