//! Changes of a write transaction: the rows change, and the same changes are recorded.

use crate::schema::{ClassKind, PropertyType};
use crate::store::column::{Cell, KeyView, Scalar};
use crate::store::database::FileKind;
use crate::store::error::{Failure, StoreError};
use crate::store::progress;
use crate::store::refusal::Refusal;
use crate::store::state::{
    Addition, ClassKey, ClassState, Content, Field, Holder, ObjectKey, PropertyKey, PropertyState, Shape, State,
};
use crate::value::{Link, PrimaryKey, Value};

use super::read::{find_class, refused};
use super::record::Written;
use super::transaction::Write;
use super::Realm;

#[derive(Clone, Copy)]
enum Emphasis {
    Explicit,
    /// The value a new object gets from its class's declaration; loses against every explicit one.
    Default,
}

impl Realm {
    /// Finds the object of that key or makes it, with default values; tells whether it was made.
    pub fn create(&mut self, class: ClassKey, key: PrimaryKey) -> Result<(ObjectKey, bool), StoreError> {
        self.change(|realm| realm.create_within(class, &key))
    }

    fn create_within(&mut self, class: ClassKey, key: &PrimaryKey) -> Result<(ObjectKey, bool), StoreError> {
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = find_class(&self.state, class)?;
        let failed = |failure: Failure| failure.of(|| class.name.clone());
        if class.key_property.is_none() {
            return Err(refused(class.name.clone(), Refusal::KeyNotAllowed));
        }
        let cell = class.new_key(key).map_err(|reason| failed(reason.into()))?;
        let by_number = match cell {
            Cell::Int(number) if class.is_key_row_id() => Some(number),
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => None,
        };
        let is_new = match by_number {
            Some(number) => write.heights.is_above(class, &self.connection, number)?,
            None => false,
        };
        let pending = write.pending.get_mut();
        if !is_new {
            if let Some(number) = pending.find(class.key, &cell) {
                return Ok((ObjectKey(number), false));
            }
            if let Some(object) = class.find_cell(&self.connection, &cell)? {
                return Ok((object, false));
            }
        }
        let number = match by_number {
            Some(number) => number,
            None => write.heights.next(class, &self.connection)?,
        };
        pending.begin_new(&self.state, &self.connection, class.key, number, cell.into_owned()).map_err(failed)?;
        write.made = Some((class.key, ObjectKey(number), key.clone()));
        if let Some(record) = &mut write.record {
            record.create(&class.name, key);
        }
        Ok((ObjectKey(number), true))
    }

    /// Makes an object of a class without primary key.
    pub fn create_without_key(&mut self, class: ClassKey) -> Result<ObjectKey, StoreError> {
        self.change(|realm| realm.create_keyless_within(class))
    }

    fn create_keyless_within(&mut self, class: ClassKey) -> Result<ObjectKey, StoreError> {
        self.settle()?;
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = find_class(&self.state, class)?;
        class.check_not_embedded().map_err(|reason| refused(class.name.clone(), reason))?;
        if class.key_property.is_some() {
            return Err(refused(class.name.clone(), Refusal::KeyRequired));
        }
        let hi = match self.access.kind() {
            FileKind::Local => 0,
            FileKind::Synced => progress::read(&self.connection)?.file_ident.ident.0,
        };
        let (object, key) = class.insert_keyless(&self.connection, hi)?;
        self.state.note_made(class, object);
        if let Some(record) = &mut write.record {
            record.create(&class.name, &key);
        }
        Ok(object)
    }

    /// A link's object must exist. Recorded even where the value stays the same.
    pub fn set(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: Value,
    ) -> Result<(), StoreError> {
        self.change(|realm| realm.assign(class, object, property, &value, Emphasis::Explicit))
    }

    /// Sets the value that a new object's class declares, which gives way to any other device's explicit value.
    pub fn set_default(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: Value,
    ) -> Result<(), StoreError> {
        self.change(|realm| realm.assign(class, object, property, &value, Emphasis::Default))
    }

    fn assign(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: &Value,
        emphasis: Emphasis,
    ) -> Result<(), StoreError> {
        let (class, at, property) = writable(&self.state, class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        let scalar = Scalar::of_value(value);
        let cell = self.state.encode(property.value_type(), scalar).map_err(|reason| failed(reason.into()))?;
        if let Value::Link(_) = value {
            self.settle()?;
            self.state.check_target(&self.connection, value).map_err(failed)?;
        }
        let field = Field { class, object, property };
        if self.is_untouched_link(field, value, emphasis)? {
            return Ok(());
        }
        // Before it is changed: afterwards an embedded object may be gone, and the way to it.
        let is_recorded = self.write.as_ref().is_some_and(|write| write.record.is_some());
        let route = match class.kind {
            ClassKind::Embedded if is_recorded => {
                Some(self.state.route_to_field(&self.connection, field).map_err(failed)?)
            }
            ClassKind::TopLevel | ClassKind::Asymmetric | ClassKind::Embedded => None,
        };
        let can_wait = match self.state.shape(property) {
            Shape::Plain | Shape::Mixed => true,
            Shape::Embedded(_) | Shape::Collection(_) => false,
        };
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let pending = write.pending.get_mut();
        if can_wait && pending.is_open(class.key, object.0) {
            pending.set(at, cell.into_owned());
        } else {
            pending.flush(&self.state, &self.connection).map_err(failed)?;
            self.state.assign_field(&self.connection, field, &cell).map_err(failed)?;
        }
        let Write { record, made, .. } = write;
        if let Some(record) = record {
            let is_default = match emphasis {
                Emphasis::Explicit => false,
                Emphasis::Default => true,
            };
            match route {
                Some(route) => record.update_at(&route, Written::Value(value), is_default),
                None => match made {
                    Some((of, last, key)) if (*of, *last) == (class.key, object) => {
                        record.update(&class.name, key, &property.name, value, is_default);
                    }
                    Some(_) | None => {
                        let key = class.existing_key(&self.connection, object).map_err(failed)?;
                        record.update(&class.name, &key, &property.name, value, is_default);
                    }
                },
            }
        }
        Ok(())
    }

    /// A link that is null by default and is null already is not recorded.
    fn is_untouched_link(&self, field: Field<'_>, value: &Value, emphasis: Emphasis) -> Result<bool, StoreError> {
        let is_default = match emphasis {
            Emphasis::Explicit => false,
            Emphasis::Default => true,
        };
        if !is_default || *value != Value::Null || !matches!(field.property.property_type, PropertyType::Link { .. }) {
            return Ok(false);
        }
        self.settle()?;
        Ok(self.state.content(&self.connection, field)? == Some(Content::Value(Value::Null)))
    }

    /// Adds to an int, wrapping around at the ends; null is an error.
    pub fn add_int(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: i64,
    ) -> Result<(), StoreError> {
        self.change(|realm| realm.add_within(class, object, property, value))
    }

    fn add_within(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: i64,
    ) -> Result<(), StoreError> {
        self.settle()?;
        let (class, _, property) = writable(&self.state, class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        let field = Field { class, object, property };
        match self.state.add_integer(&self.connection, field, value).map_err(failed)? {
            Addition::Done => {}
            Addition::WasNull => return Err(failed(Refusal::AddToNull.into())),
        }
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            let route = self.state.route_to_field(&self.connection, field).map_err(failed)?;
            record.add_integer_at(&route, value);
        }
        Ok(())
    }

    /// Deletes the object and all it owns. Links to it go first: they become null in properties and dictionaries, and
    /// leave lists and sets. An embedded object leaves its owner: a list loses the element, a property or a dictionary's
    /// key becomes null.
    pub fn erase(&mut self, class: ClassKey, object: ObjectKey) -> Result<(), StoreError> {
        self.change(|realm| {
            realm.settle()?;
            match find_class(&realm.state, class)?.kind {
                ClassKind::TopLevel | ClassKind::Asymmetric => realm.erase_within(class, object),
                ClassKind::Embedded => realm.erase_embedded(class, object),
            }
        })
    }

    fn erase_within(&mut self, class: ClassKey, object: ObjectKey) -> Result<(), StoreError> {
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = find_class(&self.state, class)?;
        let failed = |failure: Failure| failure.of(|| class.name.clone());
        let key = class.primary_key(&self.connection, object)?;
        let key = key.ok_or_else(|| refused(class.name.clone(), Refusal::NoSuchObject))?;
        let connection = &self.connection;
        match &mut write.record {
            None => self.state.unlink(connection, class, KeyView::of_key(&key), None).map_err(failed)?,
            Some(record) => {
                let link = Value::Link(Link { class: class.name.clone(), key: key.clone() });
                let mut unlinked = |holder: Holder| record.unlink(&holder, &link);
                self.state.unlink(connection, class, KeyView::of_key(&key), Some(&mut unlinked)).map_err(failed)?;
                match class.kind {
                    // What is made there is for the server, and made is made.
                    ClassKind::Asymmetric => {}
                    ClassKind::TopLevel | ClassKind::Embedded => record.erase(&class.name, &key),
                }
            }
        }
        self.state.erase_object(connection, class, object).map_err(failed)?;
        Ok(())
    }
}

/// The property, and its index within its class, unless it is a primary key.
pub(super) fn writable(
    state: &State,
    class: ClassKey,
    property: PropertyKey,
) -> Result<(&ClassState, usize, &PropertyState), StoreError> {
    let class = find_class(state, class)?;
    let (at, property) = class.property_by_key(property).map_err(|reason| refused(class.name.clone(), reason))?;
    if property.is_primary_key {
        return Err(refused(format!("{}.{}", class.name, property.name), Refusal::PrimaryKeyProperty));
    }
    Ok((class, at, property))
}
