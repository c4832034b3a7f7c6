//! A collection at hand: what is in it, found and changed by raw position, key or value.
//!
//! Rules: `docs/STORE.md`, "Collections" and "Applying".

use rusqlite::types::ValueRef;
use rusqlite::Connection;

use crate::store::column::Cell;
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;

use super::container::{self, Container, ContainerKey, ContainerKind, ContainerRow, EntryKey};
use super::owner::Field;
use super::slot::{read_entry, write_entry, Slot, MAX_DEPTH};
use super::value::{check_string, Stored, ValueType};
use super::{dictionary, list, set, Content, State};

/// Sizes and positions are raw: hidden elements count.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OpenCollection<'s> {
    pub(crate) kind: ContainerKind,
    pub(crate) value_type: ValueType<'s>,
    pub(crate) size: u64,
    pub(super) hidden: u64,
    /// `None` for one that has held nothing yet and has no row.
    pub(super) key: Option<ContainerKey>,
    depth: u32,
    /// The property that the collection is; `None` for one in a mixed value.
    pub(super) field: Option<Field<'s>>,
}

impl State {
    pub(crate) fn open(&self, connection: &Connection, container: Container) -> Result<OpenCollection<'_>, Failure> {
        match container {
            Container::Nested(key) => self.open_nested(connection, key),
            Container::Property { class, object, property } => {
                let class = self.class_by_key(class)?;
                let (_, property) = class.property_by_key(property)?;
                self.open_field(connection, Field { class, object, property })
            }
        }
    }

    pub(super) fn open_field<'s>(
        &'s self,
        connection: &Connection,
        field: Field<'s>,
    ) -> Result<OpenCollection<'s>, Failure> {
        let kind = ContainerKind::of(field.property.collection)
            .ok_or(Refusal::TypeMismatch { expected: "collection", found: field.property.property_type.name() })?;
        let mut statement = connection.prepare_cached(&field.property.sql.open)?;
        let mut rows = statement.query([field.object.0])?;
        let row = rows.next()?.ok_or(Refusal::NoSuchObject)?;
        let key = row.get::<_, Option<i64>>(0)?.map(ContainerKey);
        let size = row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs);
        let hidden = row.get::<_, Option<i64>>(2)?.map_or(0, i64::unsigned_abs);
        let size = match (key, size) {
            (Some(_), Some(size)) => size,
            (Some(_), None) => return Err(DatabaseError::corrupt("a collection is missing").into()),
            (None, _) => 0,
        };
        let value_type = field.property.value_type();
        Ok(OpenCollection { kind, value_type, size, hidden, key, depth: 1, field: Some(field) })
    }

    pub(super) fn open_nested(
        &self,
        connection: &Connection,
        key: ContainerKey,
    ) -> Result<OpenCollection<'_>, Failure> {
        let ContainerRow { kind, size, hidden, depth, .. } =
            container::read(connection, key)?.ok_or(Refusal::NoSuchCollection)?;
        Ok(OpenCollection { kind, value_type: ValueType::MIXED, size, hidden, key: Some(key), depth, field: None })
    }

    /// What an element holds.
    pub(crate) fn entry_content(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
    ) -> Result<Content, DatabaseError> {
        let stored = read_entry(connection, collection.kind, entry)?;
        self.decode(connection, collection.value_type, stored.value.value(), stored.target)
    }

    /// The same, a link to an object that does not exist as what it is.
    pub(crate) fn raw_entry_content(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
    ) -> Result<Content, DatabaseError> {
        let stored = read_entry(connection, collection.kind, entry)?;
        self.decode_raw(collection.value_type, stored.value.value(), stored.target)
    }

    /// Overwrites an element.
    pub(crate) fn overwrite(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
        stored: &Stored<'_>,
    ) -> Result<(), Failure> {
        let old = read_entry(connection, collection.kind, entry)?;
        if let Some(key) = collection.key {
            self.note_overwrite(connection, key, entry)?;
        }
        write_entry(connection, collection.kind, entry, stored)?;
        if let Some(key) = collection.key.filter(|_| collection.can_hide()) {
            let hidden = i64::from(self.is_dangling(connection, stored)?);
            let was_hidden = i64::from(collection.hidden > 0 && self.is_dangling(connection, &old)?);
            if hidden != was_hidden {
                container::resize(connection, key, 0, hidden - was_hidden)?;
            }
        }
        self.release(connection, self.orphan(collection.value_type, old.value.value()))
    }

    /// Erases an element with all it owns.
    pub(crate) fn erase_entry(
        &self,
        connection: &Connection,
        collection: &mut OpenCollection<'_>,
        entry: EntryKey,
    ) -> Result<(), Failure> {
        let old = read_entry(connection, collection.kind, entry)?;
        let hidden = collection.hidden > 0 && self.is_dangling(connection, &old)?;
        if let Some(key) = collection.key {
            self.note_erase(connection, key, entry)?;
        }
        match collection.kind {
            ContainerKind::List => list::erase(connection, entry)?,
            ContainerKind::Set => set::erase(connection, entry)?,
            ContainerKind::Dictionary => dictionary::erase(connection, entry)?,
        }
        collection.grow(connection, -1, -i64::from(hidden))?;
        self.release(connection, self.orphan(collection.value_type, old.value.value()))
    }

    /// Erases all elements with all they own.
    pub(crate) fn clear(&self, connection: &Connection, collection: &OpenCollection<'_>) -> Result<(), Failure> {
        match collection.key {
            None => Ok(()),
            Some(key) => self.clear_container(connection, key),
        }
    }

    pub(crate) fn list_insert(
        &self,
        connection: &Connection,
        list: &mut OpenCollection<'_>,
        index: u64,
        stored: &Stored<'_>,
    ) -> Result<EntryKey, Failure> {
        if index > list.size {
            return Err(Refusal::IndexOutOfRange { index, size: list.size }.into());
        }
        let key = list.ensure(connection)?;
        let hidden = list.can_hide() && self.is_dangling(connection, stored)?;
        self.note_insert(connection, key, index)?;
        let entry = list::insert(connection, key, list.size, index, stored)?;
        list.grow(connection, 1, i64::from(hidden))?;
        Ok(entry)
    }

    pub(crate) fn relocate(
        &self,
        connection: &Connection,
        list: &OpenCollection<'_>,
        from: u64,
        to: u64,
    ) -> Result<(), Failure> {
        let size = list.size;
        if from == to {
            return Err(Refusal::MoveToItself.into());
        }
        let entry = list.entry_at(connection, from)?;
        match list.key {
            Some(key) if to < size => {
                self.note_move(connection, list, entry, from, to)?;
                Ok(list::relocate(connection, key, size, entry, to)?)
            }
            Some(_) | None => Err(Refusal::IndexOutOfRange { index: to, size }.into()),
        }
    }

    /// The new element's or, where the key exists, the old one's entry; what it held is released.
    pub(crate) fn dictionary_put(
        &self,
        connection: &Connection,
        dictionary: &mut OpenCollection<'_>,
        key: &str,
        stored: &Stored<'_>,
    ) -> Result<EntryKey, Failure> {
        check_string(key)?;
        if let Some(entry) = dictionary.find_key(connection, key)? {
            self.overwrite(connection, dictionary, entry, stored)?;
            return Ok(entry);
        }
        let container = dictionary.ensure(connection)?;
        self.note_key(connection, container, key)?;
        let entry = dictionary::insert(connection, container, key, stored)?;
        dictionary.grow(connection, 1, 0)?;
        Ok(entry)
    }

    /// Tells whether the element was new.
    pub(crate) fn set_insert(
        &self,
        connection: &Connection,
        set: &mut OpenCollection<'_>,
        identity: &Cell<'_>,
        stored: &Stored<'_>,
    ) -> Result<bool, Failure> {
        if set.find_element(connection, identity)?.is_some() {
            return Ok(false);
        }
        let key = set.ensure(connection)?;
        let hidden = set.can_hide() && self.is_dangling(connection, stored)?;
        self.note_element(connection, key, identity)?;
        set::insert(connection, key, identity, stored)?;
        set.grow(connection, 1, i64::from(hidden))?;
        Ok(true)
    }

    /// Every element, in order, hidden ones left out.
    pub(crate) fn contents(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
    ) -> Result<Vec<Content>, DatabaseError> {
        let mut contents = Vec::new();
        self.for_each_element(connection, collection, |value, target| {
            let content = self.decode(connection, collection.value_type, value, target)?;
            // A link in a list of links is never null, so one that reads as null is hidden.
            if !collection.can_hide() || content != Content::Value(crate::value::Value::Null) {
                contents.push(content);
            }
            Ok(())
        })?;
        Ok(contents)
    }

    /// Every element, in order, hidden ones as what they are.
    pub(crate) fn raw_contents(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
    ) -> Result<Vec<Content>, DatabaseError> {
        let mut contents = Vec::new();
        self.for_each_element(connection, collection, |value, target| {
            contents.push(self.decode_raw(collection.value_type, value, target)?);
            Ok(())
        })?;
        Ok(contents)
    }

    fn for_each_element(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        mut add: impl FnMut(ValueRef<'_>, Option<i64>) -> Result<(), DatabaseError>,
    ) -> Result<(), DatabaseError> {
        let Some(key) = collection.key else { return Ok(()) };
        match collection.kind {
            ContainerKind::List => list::for_each(connection, key, |_, value, target| add(value, target)),
            ContainerKind::Set => set::for_each(connection, key, add),
            ContainerKind::Dictionary => dictionary::for_each(connection, key, |_, value, target| add(value, target)),
        }
    }
}

impl<'s> OpenCollection<'s> {
    pub(crate) fn require(self, kind: ContainerKind) -> Result<OpenCollection<'s>, Refusal> {
        if self.kind == kind {
            Ok(self)
        } else {
            Err(Refusal::TypeMismatch { expected: kind.name(), found: self.kind.name() })
        }
    }

    /// Elements that the application sees.
    pub(crate) fn visible_size(&self) -> u64 {
        self.size.saturating_sub(self.hidden)
    }

    /// Whether links to objects that do not exist are hidden here, instead of reading as null.
    pub(crate) fn can_hide(&self) -> bool {
        let is_link = self.value_type.property_type.name() == "link" && !self.value_type.nullable;
        match self.kind {
            ContainerKind::List | ContainerKind::Set => is_link && self.field.is_some(),
            ContainerKind::Dictionary => false,
        }
    }

    pub(crate) fn entry_at(&self, connection: &Connection, index: u64) -> Result<EntryKey, Failure> {
        match self.key {
            Some(key) if index < self.size => Ok(list::entry_at(connection, key, self.size, index)?),
            Some(_) | None => Err(Refusal::IndexOutOfRange { index, size: self.size }.into()),
        }
    }

    pub(crate) fn find_key(&self, connection: &Connection, key: &str) -> Result<Option<EntryKey>, DatabaseError> {
        match self.key {
            None => Ok(None),
            Some(container) => dictionary::find(connection, container, key),
        }
    }

    pub(crate) fn find_element(
        &self,
        connection: &Connection,
        identity: &Cell<'_>,
    ) -> Result<Option<EntryKey>, DatabaseError> {
        match self.key {
            None => Ok(None),
            Some(key) => set::find(connection, key, identity),
        }
    }

    /// By bytes.
    pub(crate) fn keys(&self, connection: &Connection) -> Result<Vec<String>, DatabaseError> {
        match self.key {
            None => Ok(Vec::new()),
            Some(key) => dictionary::keys(connection, key),
        }
    }

    /// The slot of an element of a list or dictionary.
    pub(super) fn slot(&self, entry: EntryKey) -> Result<Slot<'s>, Failure> {
        let container = self.key.ok_or(Refusal::NoSuchCollection)?;
        Ok(Slot::Entry { kind: self.kind, container, depth: self.depth, entry })
    }

    /// The row of the collection, made where there is none.
    fn ensure(&mut self, connection: &Connection) -> Result<ContainerKey, Failure> {
        let (key, field) = match (self.key, self.field) {
            (Some(key), _) => return Ok(key),
            (None, None) => return Err(Refusal::NoSuchCollection.into()),
            (None, Some(field)) => {
                (container::insert(connection, self.kind, self.can_hide(), self.depth, field.owner())?, field)
            }
        };
        field.property.store(connection, field.object, &Cell::Int(key.0))?;
        self.key = Some(key);
        Ok(key)
    }

    /// Whether a collection may be made in an element.
    pub(super) fn check_depth(&self) -> Result<(), Refusal> {
        if self.depth < MAX_DEPTH {
            Ok(())
        } else {
            Err(Refusal::TooDeep { limit: MAX_DEPTH })
        }
    }

    fn grow(&mut self, connection: &Connection, elements: i64, hidden: i64) -> Result<(), DatabaseError> {
        if let Some(key) = self.key {
            container::resize(connection, key, elements, hidden)?;
        }
        self.size = self.size.saturating_add_signed(elements);
        self.hidden = self.hidden.saturating_add_signed(hidden);
        Ok(())
    }
}
