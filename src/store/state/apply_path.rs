//! Instructions on a property or below it.
//!
//! Rules: `docs/STORE.md`, "Applying".

use crate::changeset::{CollectionKind, PathTarget, Payload, UpdateExtra};
use crate::store::column::{identity, Cell, Scalar};
use crate::store::error::Failure;
use crate::store::refusal::Refusal;

use super::apply::Application;
use super::container::ContainerKind;
use super::object::Addition;
use super::owner::Field;
use super::release::Shape;
use super::value::Stored;
use super::{OpenCollection, Place};

/// What an instruction puts somewhere.
enum New<'a> {
    Scalar(Scalar<'a>),
    Object,
    Collection(ContainerKind),
    Erased,
}

impl<'a> Application<'a> {
    pub(super) fn update(&mut self, target: &PathTarget, value: Payload, extra: UpdateExtra) -> Result<(), Failure> {
        let new = self.new_content(value)?;
        if self.changeset.path(target.path).is_empty() {
            if let New::Scalar(scalar) = new {
                return self.update_property(target, scalar);
            }
        }
        self.flush()?;
        match self.place(target)? {
            Place::Field(field) => self.update_field(field, new),
            Place::Element { list, index } => self.update_element(&list, index, &new, extra),
            Place::Entry { mut dictionary, key } => self.update_entry(&mut dictionary, key, new),
        }
    }

    /// The most common instruction of all: a value of a property of a top-level object, often of one just made.
    fn update_property(&mut self, target: &PathTarget, scalar: Scalar<'a>) -> Result<(), Failure> {
        let class = self.state.class(self.changeset.string(target.object.class))?;
        let (at, property) = class.property_at(self.changeset.string(target.property))?;
        let can_wait = match self.state.shape(property) {
            Shape::Plain | Shape::Mixed => true,
            Shape::Embedded(_) | Shape::Collection(_) => false,
        };
        if can_wait && self.target == Some(target.object) {
            if property.is_primary_key {
                return Err(Refusal::PrimaryKeyProperty.into());
            }
            let cell = self.state.encode(property.value_type(), scalar)?;
            self.pending.set(at, cell);
            return Ok(());
        }
        self.flush()?;
        let field = self.root(target)?;
        self.update_field(field, New::Scalar(scalar))
    }

    fn update_field(&self, field: Field<'_>, new: New<'_>) -> Result<(), Failure> {
        if field.property.is_primary_key {
            return Err(Refusal::PrimaryKeyProperty.into());
        }
        match new {
            New::Scalar(scalar) => {
                let cell = self.state.encode(field.property.value_type(), scalar)?;
                self.state.assign_field(self.connection, field, &cell)
            }
            New::Object => self.state.embed_in_field(self.connection, field).map(|_| ()),
            New::Collection(kind) => self.state.nest_in_field(self.connection, field, kind).map(|_| ()),
            New::Erased => Err(Refusal::ErasedOutsideDictionary.into()),
        }
    }

    fn update_element(
        &self,
        list: &OpenCollection<'_>,
        index: u64,
        new: &New<'_>,
        extra: UpdateExtra,
    ) -> Result<(), Failure> {
        match extra {
            UpdateExtra::PriorSize(prior_size) => check_size(list, prior_size)?,
            // An instruction without the size cannot have come from bytes.
            UpdateExtra::IsDefault(_) => {}
        }
        let entry = list.entry_at(self.connection, index)?;
        match new {
            New::Scalar(scalar) => {
                let stored = self.state.encode_element(list.value_type, *scalar)?;
                self.state.overwrite(self.connection, list, entry, &stored)
            }
            // The element is an embedded object already.
            New::Object => self.state.embedded_element(list).map(|_| ()),
            New::Collection(kind) => self.state.nest_in_entry(self.connection, list, entry, *kind).map(|_| ()),
            New::Erased => Err(Refusal::ErasedOutsideDictionary.into()),
        }
    }

    fn update_entry(&self, dictionary: &mut OpenCollection<'_>, key: &str, new: New<'_>) -> Result<(), Failure> {
        let (state, connection) = (&*self.state, self.connection);
        match new {
            New::Scalar(scalar) => {
                let stored = state.encode_element(dictionary.value_type, scalar)?;
                state.dictionary_put(connection, dictionary, key, &stored).map(|_| ())
            }
            // Where there is an object it stays: merging takes the creation for idempotent.
            New::Object => state.embed_at_key(connection, dictionary, key).map(|_| ()),
            New::Collection(kind) => state.nest_at_key(connection, dictionary, key, kind).map(|_| ()),
            New::Erased => match dictionary.find_key(connection, key)? {
                Some(entry) => state.erase_entry(connection, dictionary, entry),
                None => Ok(()),
            },
        }
    }

    pub(super) fn add_integer(&mut self, target: &PathTarget, value: i64) -> Result<(), Failure> {
        self.flush()?;
        let field = match self.place(target)? {
            Place::Field(field) => field,
            Place::Element { .. } | Place::Entry { .. } => return Err(Refusal::AddToElement.into()),
        };
        match self.state.add_integer(self.connection, field, value)? {
            Addition::Done | Addition::WasNull => Ok(()),
        }
    }

    pub(super) fn array_insert(&mut self, target: &PathTarget, value: Payload, prior_size: u32) -> Result<(), Failure> {
        let new = self.new_content(value)?;
        self.flush()?;
        let (mut list, index) = self.element(target)?;
        check_size(&list, prior_size)?;
        let (state, connection) = (&*self.state, self.connection);
        match new {
            New::Scalar(scalar) => {
                let stored = state.encode_element(list.value_type, scalar)?;
                state.list_insert(connection, &mut list, index, &stored)?;
            }
            New::Object => {
                state.embedded_element(&list)?;
                let entry = state.list_insert_empty(connection, &mut list, index)?;
                state.embed_in_entry(connection, &list, entry)?;
            }
            New::Collection(kind) => {
                state.check_mixed(&list, kind)?;
                let entry = state.list_insert_empty(connection, &mut list, index)?;
                state.nest_in_entry(connection, &list, entry, kind)?;
            }
            New::Erased => return Err(Refusal::ErasedOutsideDictionary.into()),
        }
        Ok(())
    }

    pub(super) fn array_move(&mut self, target: &PathTarget, to: u32, prior_size: u32) -> Result<(), Failure> {
        self.flush()?;
        let (list, index) = self.element(target)?;
        check_size(&list, prior_size)?;
        self.state.relocate(self.connection, &list, index, u64::from(to))
    }

    pub(super) fn array_erase(&mut self, target: &PathTarget, prior_size: u32) -> Result<(), Failure> {
        self.flush()?;
        let (mut list, index) = self.element(target)?;
        check_size(&list, prior_size)?;
        let entry = list.entry_at(self.connection, index)?;
        self.state.erase_entry(self.connection, &mut list, entry)
    }

    pub(super) fn clear(&mut self, target: &PathTarget, collection: CollectionKind) -> Result<(), Failure> {
        self.flush()?;
        let wanted = match collection {
            CollectionKind::Single => None,
            CollectionKind::List => Some(ContainerKind::List),
            CollectionKind::Dictionary => Some(ContainerKind::Dictionary),
            CollectionKind::Set => Some(ContainerKind::Set),
        };
        let (state, connection) = (&*self.state, self.connection);
        let place = self.place(target)?;
        if let Place::Field(field) = place {
            if let Shape::Collection(kind) = state.shape(field.property) {
                return match wanted {
                    Some(wanted) if wanted != kind => {
                        Err(Refusal::TypeMismatch { expected: kind.name(), found: wanted.name() }.into())
                    }
                    Some(_) | None => state.clear(connection, &state.open_field(connection, field)?),
                };
            }
        }
        let kind = wanted.ok_or(Refusal::TypeMismatch { expected: "collection", found: "single value" })?;
        let key = match place {
            Place::Field(field) => state.nest_in_field(connection, field, kind)?,
            Place::Element { list, index } => {
                let entry = list.entry_at(connection, index)?;
                state.nest_in_entry(connection, &list, entry, kind)?
            }
            // One that is not there is made: a newer Clear beats the erasing of the key.
            Place::Entry { mut dictionary, key } => state.nest_at_key(connection, &mut dictionary, key, kind)?,
        };
        state.clear_container(connection, key)
    }

    pub(super) fn set_insert(&mut self, target: &PathTarget, value: Payload) -> Result<(), Failure> {
        self.flush()?;
        let (mut set, identity, stored) = self.set_element(target, value)?;
        if self.state.set_insert(self.connection, &mut set, &identity, &stored)? {
            return Ok(());
        }
        // Equal, but perhaps not the same, as -0.0 and 0.0: of two such, merging kept the newer one.
        match set.find_element(self.connection, &identity)? {
            Some(entry) => self.state.overwrite(self.connection, &set, entry, &stored),
            None => Ok(()),
        }
    }

    pub(super) fn set_erase(&mut self, target: &PathTarget, value: Payload) -> Result<(), Failure> {
        self.flush()?;
        let (mut set, identity, _) = self.set_element(target, value)?;
        match set.find_element(self.connection, &identity)? {
            Some(entry) => self.state.erase_entry(self.connection, &mut set, entry),
            None => Ok(()),
        }
    }

    fn set_element(
        &self,
        target: &PathTarget,
        value: Payload,
    ) -> Result<(OpenCollection<'_>, Cell<'static>, Stored<'a>), Failure> {
        let scalar = Scalar::of_payload(self.changeset, value)?;
        let field = match self.place(target)? {
            Place::Field(field) => field,
            Place::Element { .. } | Place::Entry { .. } => {
                return Err(Refusal::Unsupported { what: "a set in a mixed value" }.into());
            }
        };
        let set = self.state.open_field(self.connection, field)?.require(ContainerKind::Set)?;
        let stored = self.state.encode_element(set.value_type, scalar)?;
        Ok((set, identity(scalar, stored.target), stored))
    }

    fn new_content(&self, payload: Payload) -> Result<New<'a>, Refusal> {
        Ok(match payload {
            Payload::ObjectValue => New::Object,
            Payload::List => New::Collection(ContainerKind::List),
            Payload::Dictionary => New::Collection(ContainerKind::Dictionary),
            Payload::Erased => New::Erased,
            Payload::Null
            | Payload::Int(_)
            | Payload::Bool(_)
            | Payload::String(_)
            | Payload::Binary(_)
            | Payload::Timestamp(_)
            | Payload::Float(_)
            | Payload::Double(_)
            | Payload::Decimal(_)
            | Payload::Link { .. }
            | Payload::ObjectId(_)
            | Payload::Uuid(_)
            | Payload::Set => New::Scalar(Scalar::of_payload(self.changeset, payload)?),
        })
    }

    fn root(&self, target: &PathTarget) -> Result<Field<'_>, Failure> {
        let object = self.object_key(target.object)?;
        let class = self.state.class(self.changeset.string(target.object.class))?;
        let (_, property) = class.property_at(self.changeset.string(target.property))?;
        Ok(Field { class, object, property })
    }

    fn place(&self, target: &PathTarget) -> Result<Place<'_, 'a>, Failure> {
        let path = self.changeset.path(target.path);
        self.state.walk(self.connection, self.root(target)?, self.changeset, path)
    }

    /// The list and raw index that a list operation names.
    fn element(&self, target: &PathTarget) -> Result<(OpenCollection<'_>, u64), Failure> {
        match self.place(target)? {
            Place::Element { list, index } => Ok((list, index)),
            Place::Field(field) => {
                let found = field.property.property_type.name();
                Err(Refusal::TypeMismatch { expected: "list", found }.into())
            }
            Place::Entry { .. } => Err(Refusal::TypeMismatch { expected: "list", found: "dictionary" }.into()),
        }
    }
}

fn check_size(list: &OpenCollection<'_>, stated: u32) -> Result<(), Refusal> {
    if u64::from(stated) == list.size {
        Ok(())
    } else {
        Err(Refusal::PriorSizeDiffers { stated: u64::from(stated), found: list.size })
    }
}
