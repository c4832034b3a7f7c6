//! Links to an object, which the application's deletion of it removes first.
//!
//! Rules: `docs/STORE.md`, "What local writes record".

use rusqlite::{params, Connection};

use crate::schema::{Collection, PropertyType};
use crate::store::column::{encode_link_key, mixed_link, Cell, KeyView};
use crate::store::error::Failure;

use super::class::{ClassState, PropertyState};
use super::container::{ContainerKey, ContainerKind, EntryKey};
use super::owner::Field;
use super::route::{step, Route};
use super::value::Stored;
use super::{ObjectKey, State};

/// A link that was removed.
#[derive(Debug)]
pub(crate) enum Holder {
    /// A property that is null now.
    Property(Route),
    /// An element of a list, erased.
    Element { route: Route, prior_size: u64 },
    /// An element of the set, erased.
    Set(Route),
    /// An entry of a dictionary that is null now.
    Entry(Route),
}

/// Is told of each link before it goes; `None` where nobody wants to know.
pub(crate) type OnUnlink<'a> = Option<&'a mut dyn FnMut(Holder)>;

impl State {
    /// Removes every link to the object: nulled in properties and dictionaries, erased from lists and sets.
    pub(crate) fn unlink(
        &self,
        connection: &Connection,
        target: &ClassState,
        key: KeyView<'_>,
        mut each: OnUnlink<'_>,
    ) -> Result<(), Failure> {
        for class in &self.classes {
            for property in &class.properties {
                let Some(link) = property.link_cell(target, key)? else { continue };
                self.unlink_property(connection, class, property, &link, &mut each)?;
            }
        }
        let link = encode_link_key(key, target.key_column)?;
        for (kind, sql) in HOLDERS {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![target.key.0, link], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for (container, entry) in rows.collect::<Result<Vec<(i64, i64)>, _>>()? {
                self.unlink_entry(connection, kind, ContainerKey(container), EntryKey(entry), &mut each)?;
            }
        }
        Ok(())
    }

    /// To be called before an object comes or goes and links to it stay; `key` is its cell in its class. What they show
    /// changes: a link to an object that does not exist is null, or hidden.
    pub(super) fn note_holders(
        &self,
        connection: &Connection,
        target: &ClassState,
        key: &Cell<'_>,
    ) -> Result<(), Failure> {
        if !self.is_tracking() {
            return Ok(());
        }
        let key = target.decode_key(key.value())?;
        let key = KeyView::of_key(&key);
        for class in self.classes.iter().filter(|class| self.tracks_class(class)) {
            for property in &class.properties {
                let Some(link) = property.link_cell(target, key)? else { continue };
                let mut holders = connection.prepare_cached(&property.sql.holders)?;
                let objects = holders.query_map([link], |row| Ok(ObjectKey(row.get(0)?)))?;
                for object in objects.collect::<Result<Vec<_>, _>>()? {
                    self.note_property(connection, Field { class, object, property })?;
                }
            }
        }
        let link = encode_link_key(key, target.key_column)?;
        for (_, sql) in HOLDERS {
            let mut statement = connection.prepare_cached(sql)?;
            let rows = statement.query_map(params![target.key.0, link], |row| Ok((row.get(0)?, row.get(1)?)))?;
            for (container, entry) in rows.collect::<Result<Vec<(i64, i64)>, _>>()? {
                self.note_link(connection, ContainerKey(container), EntryKey(entry))?;
            }
        }
        Ok(())
    }

    fn unlink_property(
        &self,
        connection: &Connection,
        class: &ClassState,
        property: &PropertyState,
        link: &Cell<'_>,
        each: &mut OnUnlink<'_>,
    ) -> Result<(), Failure> {
        let mut holders = connection.prepare_cached(&property.sql.holders)?;
        let objects = holders.query_map([link], |row| Ok(ObjectKey(row.get(0)?)))?;
        let objects = objects.collect::<Result<Vec<_>, _>>()?;
        if let Some(each) = each {
            for &object in &objects {
                each(Holder::Property(self.route_to_field(connection, Field { class, object, property })?));
            }
        }
        for &object in &objects {
            self.note_property(connection, Field { class, object, property })?;
        }
        if !objects.is_empty() {
            connection.prepare_cached(&property.sql.unlink)?.execute([link])?;
        }
        Ok(())
    }

    fn unlink_entry(
        &self,
        connection: &Connection,
        kind: ContainerKind,
        container: ContainerKey,
        entry: EntryKey,
        each: &mut OnUnlink<'_>,
    ) -> Result<(), Failure> {
        let mut collection = self.open_nested(connection, container)?;
        if let Some(each) = each {
            let route = self.route_to_container(connection, container)?;
            each(match kind {
                ContainerKind::Set => Holder::Set(route),
                ContainerKind::Dictionary => Holder::Entry(route.then(step(connection, kind, entry)?)),
                ContainerKind::List => {
                    let route = route.then(step(connection, kind, entry)?);
                    Holder::Element { route, prior_size: collection.size }
                }
            });
        }
        match kind {
            ContainerKind::List | ContainerKind::Set => self.erase_entry(connection, &mut collection, entry),
            ContainerKind::Dictionary => self.overwrite(connection, &collection, entry, &Stored::NOTHING),
        }
    }
}

/// Collection and entry of each link, lists in order.
const HOLDERS: [(ContainerKind, &str); 3] = [
    (
        ContainerKind::List,
        "SELECT c.container, e.entry FROM _realm_list_entry e JOIN _realm_chunk c ON c.chunk = e.chunk
         WHERE e.target = ?1 AND e.value = ?2 ORDER BY c.container, c.place, e.place",
    ),
    (
        ContainerKind::Set,
        "SELECT container, entry FROM _realm_set_entry WHERE target = ?1 AND value = ?2 ORDER BY container",
    ),
    (
        ContainerKind::Dictionary,
        "SELECT container, entry FROM _realm_dictionary_entry WHERE target = ?1 AND value = ?2
         ORDER BY container, key",
    ),
];

impl PropertyState {
    /// What this property holds where it links to the object; `None` when it never can.
    fn link_cell<'a>(&self, target: &ClassState, key: KeyView<'a>) -> Result<Option<Cell<'a>>, Failure> {
        match self.collection {
            Collection::Single => {}
            Collection::List | Collection::Set | Collection::Dictionary => return Ok(None),
        }
        Ok(match &self.property_type {
            PropertyType::Link { target: class } if *class == target.name => {
                Some(encode_link_key(key, target.key_column)?)
            }
            PropertyType::Mixed => Some(mixed_link(target.key.0, key)),
            PropertyType::Link { .. }
            | PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => None,
        })
    }
}
