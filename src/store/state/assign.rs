//! Overwriting what a property or an element holds, and what that owned.

use rusqlite::Connection;

use crate::schema::ClassKind;
use crate::store::column::{Cell, KeyView};
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;
use crate::value::Value;

use super::class::ClassState;
use super::container::{ContainerKey, ContainerKind, EntryKey};
use super::hidden::Visibility;
use super::link::Holder;
use super::owner::{Field, Owner};
use super::place::nested;
use super::release::Shape;
use super::route::step;
use super::slot::{read_entry, Slot};
use super::value::Stored;
use super::{Content, ObjectKey, OpenCollection, State};

impl State {
    /// Sets a property with one value.
    pub(crate) fn assign_field(
        &self,
        connection: &Connection,
        field: Field<'_>,
        cell: &Cell<'_>,
    ) -> Result<(), Failure> {
        let owned = match self.shape(field.property) {
            Shape::Plain => None,
            Shape::Mixed | Shape::Embedded(_) => self.owned(connection, field.property, field.object)?,
            Shape::Collection(kind) => {
                return Err(Refusal::TypeMismatch { expected: kind.name(), found: "value" }.into());
            }
        };
        self.note_property(connection, field)?;
        if !field.property.store(connection, field.object, cell)? {
            return Err(Refusal::NoSuchObject.into());
        }
        self.release(connection, owned)
    }

    /// The embedded object of a property; made where there is none.
    pub(crate) fn embed_in_field(&self, connection: &Connection, field: Field<'_>) -> Result<ObjectKey, Failure> {
        let Shape::Embedded(class) = self.shape(field.property) else {
            return Err(not_embedded(field.property.property_type.name()));
        };
        match self.field_cell(connection, field)? {
            Cell::Int(object) => Ok(ObjectKey(object)),
            Cell::Null | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => {
                self.make_embedded(connection, Slot::Field(field), class)
            }
        }
    }

    /// The embedded object of an element that holds none yet.
    pub(crate) fn embed_in_entry(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
    ) -> Result<ObjectKey, Failure> {
        let class = self.embedded_element(collection)?;
        self.make_embedded(connection, collection.slot(entry)?, class)
    }

    /// Whether instructions can reach into elements of the list: embedded objects, or mixed ones with a collection.
    pub(crate) fn holds_owners(&self, connection: &Connection, list: &OpenCollection<'_>) -> Result<bool, Failure> {
        if !list.value_type.is_mixed() {
            return Ok(self.embedded_class(list.value_type.property_type).is_some());
        }
        let contents = self.raw_contents(connection, list)?;
        Ok(contents.iter().any(|content| match content {
            Content::Value(_) => false,
            Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..) => true,
        }))
    }

    /// Whether an element is an embedded object, not null.
    pub(crate) fn holds_object(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
    ) -> Result<bool, DatabaseError> {
        Ok(read_entry(connection, collection.kind, entry)?.value != Cell::Null)
    }

    /// Nulls a property with an embedded object; tells whether there was one.
    pub(crate) fn clear_field(&self, connection: &Connection, field: Field<'_>) -> Result<bool, Failure> {
        let held = self.field_cell(connection, field)? != Cell::Null;
        self.assign_field(connection, field, &Cell::Null)?;
        Ok(held)
    }

    /// The embedded object under a key; made where there is none.
    pub(crate) fn embed_at_key(
        &self,
        connection: &Connection,
        dictionary: &mut OpenCollection<'_>,
        key: &str,
    ) -> Result<ObjectKey, Failure> {
        self.embedded_element(dictionary)?;
        let entry = match dictionary.find_key(connection, key)? {
            Some(entry) => match read_entry(connection, dictionary.kind, entry)?.value {
                Cell::Int(object) => return Ok(ObjectKey(object)),
                Cell::Null | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => entry,
            },
            None => self.dictionary_put(connection, dictionary, key, &Stored::NOTHING)?,
        };
        self.embed_in_entry(connection, dictionary, entry)
    }

    /// The collection under a key of a dictionary of mixed values; made where there is none of the kind.
    pub(crate) fn nest_at_key(
        &self,
        connection: &Connection,
        dictionary: &mut OpenCollection<'_>,
        key: &str,
        kind: ContainerKind,
    ) -> Result<ContainerKey, Failure> {
        self.check_mixed(dictionary, kind)?;
        let entry = match dictionary.find_key(connection, key)? {
            Some(entry) => entry,
            None => self.dictionary_put(connection, dictionary, key, &Stored::NOTHING)?,
        };
        self.nest_in_entry(connection, dictionary, entry, kind)
    }

    /// How an embedded object is held.
    pub(crate) fn holder_of(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
    ) -> Result<Holder, Failure> {
        let owner = class.owner_of(connection, object)?.ok_or(Refusal::NoSuchObject)?;
        let (container, entry) = match owner {
            Owner::Property { property, object } => {
                let (class, property) = self.property_anywhere(property)?;
                return Ok(Holder::Property(self.route_to_field(connection, Field { class, object, property })?));
            }
            Owner::Entry { container, entry } => (container, entry),
        };
        let collection = self.open_nested(connection, container)?;
        let route = self.route_to_container(connection, container)?;
        let route = route.then(step(connection, collection.kind, entry)?);
        Ok(match collection.kind {
            ContainerKind::List => Holder::Element { route, prior_size: collection.size },
            ContainerKind::Dictionary | ContainerKind::Set => Holder::Entry(route),
        })
    }

    /// Erases an embedded object and what it was held by: an element of a list goes, all else becomes null.
    pub(crate) fn erase_from_owner(
        &self,
        connection: &Connection,
        class: &ClassState,
        object: ObjectKey,
    ) -> Result<(), Failure> {
        match class.owner_of(connection, object)?.ok_or(Refusal::NoSuchObject)? {
            Owner::Property { property, object } => {
                let (class, property) = self.property_anywhere(property)?;
                self.assign_field(connection, Field { class, object, property }, &Cell::Null)
            }
            Owner::Entry { container, entry } => {
                // The elements' type is of no matter: what they hold is erased here.
                let mut collection = self.open_nested(connection, container)?;
                match collection.kind {
                    ContainerKind::List => self.erase_entry(connection, &mut collection, entry)?,
                    ContainerKind::Dictionary | ContainerKind::Set => {
                        self.overwrite(connection, &collection, entry, &Stored::NOTHING)?;
                    }
                }
                self.erase_object(connection, class, object).map(|_| ())
            }
        }
    }

    /// The class that the elements are embedded objects of; a refusal when they are not.
    pub(crate) fn embedded_element(&self, collection: &OpenCollection<'_>) -> Result<&ClassState, Failure> {
        let property_type = collection.value_type.property_type;
        self.embedded_class(property_type).ok_or_else(|| not_embedded(property_type.name()))
    }

    /// Makes a mixed property a collection; one of that kind stays as it is.
    pub(crate) fn nest_in_field(
        &self,
        connection: &Connection,
        field: Field<'_>,
        kind: ContainerKind,
    ) -> Result<ContainerKey, Failure> {
        match self.shape(field.property) {
            Shape::Mixed => {}
            Shape::Plain | Shape::Embedded(_) | Shape::Collection(_) => {
                let expected = field.property.property_type.name();
                return Err(Refusal::TypeMismatch { expected, found: kind.name() }.into());
            }
        }
        let old = self.field_cell(connection, field)?;
        self.nest(connection, Slot::Field(field), &old, kind)
    }

    /// Makes a mixed element a collection; one of that kind stays as it is.
    pub(crate) fn nest_in_entry(
        &self,
        connection: &Connection,
        collection: &OpenCollection<'_>,
        entry: EntryKey,
        kind: ContainerKind,
    ) -> Result<ContainerKey, Failure> {
        self.check_mixed(collection, kind)?;
        let old = read_entry(connection, collection.kind, entry)?;
        self.nest(connection, collection.slot(entry)?, &old.value, kind)
    }

    pub(crate) fn check_mixed(&self, collection: &OpenCollection<'_>, kind: ContainerKind) -> Result<(), Failure> {
        if collection.value_type.is_mixed() && collection.kind != ContainerKind::Set {
            return Ok(collection.check_depth()?);
        }
        let expected = collection.value_type.property_type.name();
        Err(Refusal::TypeMismatch { expected, found: kind.name() }.into())
    }

    fn nest(
        &self,
        connection: &Connection,
        slot: Slot<'_>,
        old: &Cell<'_>,
        kind: ContainerKind,
    ) -> Result<ContainerKey, Failure> {
        match nested(old.value())? {
            Some((found, key)) if found == kind => return Ok(key),
            Some((_, key)) => self.release(connection, [super::release::Orphan::Container(key)])?,
            None => {}
        }
        self.make_nested(connection, slot, kind)
    }

    /// Refuses a link to an object that does not exist, which only another device may have made.
    pub(crate) fn check_target(&self, connection: &Connection, value: &Value) -> Result<(), Failure> {
        let Value::Link(link) = value else { return Ok(()) };
        let target = self.link_target(&link.class)?;
        match target.find(connection, KeyView::of_key(&link.key))? {
            Some(_) => Ok(()),
            None => Err(Refusal::NoSuchTarget { class: link.class.clone() }.into()),
        }
    }

    /// Erases an object as another device did: links to it stay, and are dangling now.
    pub(super) fn erase_remotely(
        &self,
        connection: &Connection,
        class: &ClassState,
        key: &Cell<'_>,
    ) -> Result<(), Failure> {
        if let Some(object) = class.find_cell(connection, key)? {
            self.note_holders(connection, class, key)?;
            self.erase_object(connection, class, object)?;
            self.recount(connection, class, key, Visibility::Hide)?;
        }
        Ok(())
    }

    /// Erases the objects of asymmetric classes, which are uploaded and not kept.
    pub(crate) fn erase_asymmetric(&self, connection: &Connection) -> Result<(), Failure> {
        for class in &self.classes {
            match class.kind {
                ClassKind::TopLevel | ClassKind::Embedded => {}
                ClassKind::Asymmetric => {
                    for object in class.object_keys(connection)? {
                        self.erase_object(connection, class, object)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Puts an element's cell in a list for what is made in it next.
    pub(crate) fn list_insert_empty(
        &self,
        connection: &Connection,
        list: &mut OpenCollection<'_>,
        index: u64,
    ) -> Result<EntryKey, Failure> {
        self.list_insert(connection, list, index, &Stored::NOTHING)
    }
}

fn not_embedded(found: &'static str) -> Failure {
    Refusal::TypeMismatch { expected: "embedded object", found }.into()
}
