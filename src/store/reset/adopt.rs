//! The file's state made equal to the fresh copy, object by object, so that objects on both sides keep their numbers.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Taking over".

use std::collections::HashSet;

use rusqlite::Connection;

use crate::schema::ClassKind;
use crate::store::error::StoreError;
use crate::store::realm::Record;
use crate::store::snapshot::write_object;
use crate::store::state::{ClassState, ObjectKey, Route, Shape, State};
use crate::value::PrimaryKey;

use super::fields::Side;

/// Bytes of changes that are applied at once.
const PART_BYTES: usize = 1 << 20;

/// An object by its names.
pub(super) type Name = (String, PrimaryKey);

pub(super) struct Adoption<'a> {
    state: &'a mut State,
    connection: &'a Connection,
    fresh: Side<'a>,
    /// Objects that local changes make again: they are emptied, not erased, so that they keep their numbers.
    remade: &'a HashSet<Name>,
    record: Record,
}

impl<'a> Adoption<'a> {
    pub(super) fn new(
        state: &'a mut State,
        connection: &'a Connection,
        fresh: Side<'a>,
        remade: &'a HashSet<Name>,
    ) -> Adoption<'a> {
        Adoption { state, connection, fresh, remade, record: Record::default() }
    }

    /// Classes and properties that only the file has stay, without objects and values. `StoreError::BadChangeset` where
    /// the two sides contradict each other.
    pub(super) fn carry_out(mut self) -> Result<(), StoreError> {
        self.add_schema()?;
        self.take_over_objects()?;
        self.remove_objects()?;
        self.apply_part()?;
        self.take_over_contents()?;
        self.apply_part()
    }

    fn add_schema(&mut self) -> Result<(), StoreError> {
        for class in self.fresh.state.classes() {
            self.record.add_table(&class.declaration());
        }
        for class in self.fresh.state.classes() {
            for property in class.properties.iter().filter(|property| !property.is_primary_key) {
                self.record.add_column(&class.name, &property.declaration());
            }
        }
        self.apply_part()
    }

    fn apply_part(&mut self) -> Result<(), StoreError> {
        let changeset = std::mem::take(&mut self.record).into_changeset();
        if !changeset.is_empty() {
            self.state.apply(self.connection, &changeset)?;
        }
        Ok(())
    }

    fn apply_when_large(&mut self) -> Result<(), StoreError> {
        match self.record.changeset().size_hint() > PART_BYTES {
            true => self.apply_part(),
            false => Ok(()),
        }
    }

    /// Objects and their plain values first, so that few links wait for their objects.
    fn take_over_objects(&mut self) -> Result<(), StoreError> {
        let fresh = self.fresh;
        for class in fresh.state.classes().iter().filter(|class| class.kind == ClassKind::TopLevel) {
            for object in class.object_keys(fresh.connection)? {
                self.take_over_object(class, object)?;
                self.apply_when_large()?;
            }
        }
        Ok(())
    }

    fn take_over_object(&mut self, class: &ClassState, object: ObjectKey) -> Result<(), StoreError> {
        let subject = || class.name.clone();
        let key = self.fresh.key(class, object)?;
        let own = Side { state: self.state, connection: self.connection };
        let own_class = own.state.class(&class.name).map_err(|reason| refused(&class.name, reason))?;
        let Some(own_object) = own.find(own_class, &key)? else {
            return write_object(self.fresh.state, self.fresh.connection, class, object, &mut self.record)
                .map_err(|failure| failure.of(subject));
        };
        let mut route = route_of(&class.name, key);
        for own_property in own_class.properties.iter().filter(|property| !property.is_primary_key) {
            route.property.clone_from(&own_property.name);
            let ours = own.property(own_class, own_object, own_property);
            match class.property(&own_property.name) {
                None => ours.write_emptied(&mut self.record, &route),
                Some(property) => match self.fresh.state.shape(property) {
                    Shape::Plain => {
                        let theirs = self.fresh.property(class, object, property);
                        if !theirs.has_same_value(&ours).map_err(|failure| failure.of(subject))? {
                            theirs.write_value(&mut self.record, &route).map_err(|failure| failure.of(subject))?;
                        }
                    }
                    Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => {}
                },
            }
        }
        Ok(())
    }

    /// What the fresh copy does not have.
    fn remove_objects(&mut self) -> Result<(), StoreError> {
        let names: Vec<String> = self
            .state
            .classes()
            .iter()
            .filter(|class| class.kind == ClassKind::TopLevel)
            .map(|class| class.name.clone())
            .collect();
        for name in names {
            let objects = self.own_class(&name)?.object_keys(self.connection)?;
            for object in objects {
                self.remove_object(&name, object)?;
                self.apply_when_large()?;
            }
        }
        Ok(())
    }

    fn remove_object(&mut self, name: &str, object: ObjectKey) -> Result<(), StoreError> {
        let own = Side { state: self.state, connection: self.connection };
        let class = own.state.class(name).map_err(|reason| refused(name, reason))?;
        // One that is written and not applied yet cannot be met: the list of objects is older.
        let key = own.key(class, object)?;
        if let Ok(fresh_class) = self.fresh.state.class(name) {
            if self.fresh.find(fresh_class, &key)?.is_some() {
                return Ok(());
            }
        }
        let named = (name.to_owned(), key);
        if !self.remade.contains(&named) {
            self.record.erase(name, &named.1);
            return Ok(());
        }
        let mut route = route_of(name, named.1);
        for property in class.properties.iter().filter(|property| !property.is_primary_key) {
            route.property.clone_from(&property.name);
            own.property(class, object, property).write_emptied(&mut self.record, &route);
        }
        Ok(())
    }

    /// What objects own: collections and embedded objects.
    fn take_over_contents(&mut self) -> Result<(), StoreError> {
        let fresh = self.fresh;
        let owns = |class: &ClassState| {
            class.properties.iter().any(|property| match fresh.state.shape(property) {
                Shape::Plain => false,
                Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => true,
            })
        };
        for class in fresh.state.classes().iter().filter(|class| class.kind == ClassKind::TopLevel && owns(class)) {
            for object in class.object_keys(fresh.connection)? {
                self.take_over_contents_of(class, object)?;
                self.apply_when_large()?;
            }
        }
        Ok(())
    }

    fn take_over_contents_of(&mut self, class: &ClassState, object: ObjectKey) -> Result<(), StoreError> {
        let subject = || class.name.clone();
        let key = self.fresh.key(class, object)?;
        let own = Side { state: self.state, connection: self.connection };
        let own_class = own.state.class(&class.name).map_err(|reason| refused(&class.name, reason))?;
        // Everything was applied before, so it is there.
        let Some(own_object) = own.find(own_class, &key)? else { return Ok(()) };
        let mut route = route_of(&class.name, key);
        for property in class.properties.iter().filter(|property| !property.is_primary_key) {
            match self.fresh.state.shape(property) {
                Shape::Plain => continue,
                Shape::Mixed | Shape::Embedded(_) | Shape::Collection(_) => {}
            }
            let Some(own_property) = own_class.property(&property.name) else { continue };
            let theirs = self.fresh.property(class, object, property);
            let ours = own.property(own_class, own_object, own_property);
            if theirs.has_same_contents(&ours, &route.key).map_err(|failure| failure.of(subject))? {
                continue;
            }
            route.property.clone_from(&property.name);
            ours.write_emptied(&mut self.record, &route);
            theirs.write_contents(&mut self.record, &route.key).map_err(|failure| failure.of(subject))?;
        }
        Ok(())
    }

    fn own_class(&self, name: &str) -> Result<&ClassState, StoreError> {
        self.state.class(name).map_err(|reason| refused(name, reason))
    }
}

fn route_of(class: &str, key: PrimaryKey) -> Route {
    Route { class: class.to_owned(), key, property: String::new(), steps: Vec::new() }
}

fn refused(subject: &str, reason: crate::store::refusal::Refusal) -> StoreError {
    StoreError::Refused { subject: subject.to_owned(), reason }
}
