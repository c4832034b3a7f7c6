//! Write transactions: the rows change, and the same changes are recorded.

use std::cell::RefCell;

use crate::changeset::encode;
use crate::schema::PropertyType;
use crate::store::column::{encode_key, Cell, KeyView, Scalar};
use crate::store::database::{self, FileKind};
use crate::store::error::{Failure, StoreError};
use crate::store::history::{self, Origin};
use crate::store::progress;
use crate::store::refusal::Refusal;
use crate::store::state::{Addition, ClassKey, ClassState, ObjectKey, PendingObject, PropertyKey, PropertyState};
use crate::store::writers::WriteTurn;
use crate::value::{ClientVersion, PrimaryKey, Value};

use super::read::refused;
use super::record::Record;
use super::{data_version, Access, Realm};

/// An open write transaction.
pub(super) struct Write {
    /// `None` where changes are not recorded.
    pub(super) record: Option<Record>,
    /// The object made last, so that its first values go with it into its table. Reads put it there first.
    pending: RefCell<PendingObject<'static>>,
    _turn: WriteTurn,
}

/// What a commit made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commit {
    pub version: ClientVersion,
    /// Whether there is something to upload.
    pub has_changeset: bool,
}

#[derive(Clone, Copy)]
enum Emphasis {
    Explicit,
    /// The value a new object gets from its class's declaration; loses against every explicit one.
    Default,
}

impl Realm {
    /// Waits for other writers of this file in this process, however long they take: one thread that writes through
    /// two handles at once waits for itself.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        let kind = match self.access {
            Access::ReadOnly(_) => return Err(StoreError::ReadOnlyRealm),
            Access::Write(kind) => kind,
        };
        if self.write.is_some() {
            return Err(StoreError::AlreadyWriting);
        }
        let turn = self.file.writers.acquire_uncancelled();
        database::begin(&self.connection)?;
        if let Err(error) = self.state.refresh(&self.connection) {
            database::rollback(&self.connection);
            return Err(error.into());
        }
        let record = match kind {
            FileKind::Local => None,
            FileKind::Synced => Some(Record::default()),
        };
        self.write = Some(Write { record, pending: RefCell::default(), _turn: turn });
        Ok(())
    }

    pub fn is_writing(&self) -> bool {
        self.write.is_some()
    }

    /// Ends the write transaction; it is on disk when this returns. After an error it is rolled back.
    pub fn commit(&mut self) -> Result<Commit, StoreError> {
        let result = self.try_commit();
        match result {
            Ok(_) => self.write = None,
            Err(_) if self.write.is_some() => self.rollback()?,
            Err(_) => {}
        }
        result
    }

    pub fn rollback(&mut self) -> Result<(), StoreError> {
        // The turn goes last: the next writer must find the transaction gone.
        let write = self.write.take().ok_or(StoreError::NotWriting)?;
        database::rollback(&self.connection);
        drop(write);
        if self.state.refresh(&self.connection).is_err() {
            // The next transaction will say what is wrong.
            self.state.outdate();
        }
        Ok(())
    }

    fn try_commit(&mut self) -> Result<Commit, StoreError> {
        self.settle()?;
        let write = self.write.as_ref().ok_or(StoreError::NotWriting)?;
        let commit = match &write.record {
            None => Commit { version: ClientVersion(1), has_changeset: false },
            Some(record) => {
                let connection = &self.connection;
                let changeset = encode(record.changeset());
                let newest = history::newest(connection)?;
                let remote_version = progress::downloaded_to(connection)?;
                let origin = Origin::Local { now: self.clock.origin_timestamp(), changeset: &changeset };
                let version = history::append(connection, newest, remote_version, origin)?;
                Commit { version, has_changeset: !changeset.is_empty() }
            }
        };
        // Before COMMIT, so that what is seen as new afterwards is never this transaction's own past.
        self.data_version = data_version(&self.connection)?;
        database::commit(&self.connection)?;
        Ok(commit)
    }

    /// Finds the object of that key or makes it, with default values; tells whether it was made.
    pub fn create(&mut self, class: ClassKey, key: PrimaryKey) -> Result<(ObjectKey, bool), StoreError> {
        self.settle()?;
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = self.state.class_by_key(class).map_err(|reason| refused(format!("class {}", class.0), reason))?;
        let failed = |failure: Failure| failure.of(|| class.name.clone());
        if class.key_property.is_none() {
            return Err(refused(class.name.clone(), Refusal::KeyNotAllowed));
        }
        if let Some(object) = class.find(&self.connection, KeyView::of_key(&key)).map_err(failed)? {
            return Ok((object, false));
        }
        let object = match &key {
            PrimaryKey::Int(int) if class.is_key_row_id() => {
                write.pending.get_mut().begin(class.key, Cell::Int(*int));
                ObjectKey(*int)
            }
            PrimaryKey::Int(_)
            | PrimaryKey::Null
            | PrimaryKey::String(_)
            | PrimaryKey::GlobalKey { .. }
            | PrimaryKey::ObjectId(_)
            | PrimaryKey::Uuid(_) => class.insert(&self.connection, KeyView::of_key(&key)).map_err(failed)?,
        };
        if let Some(record) = &mut write.record {
            record.create(&class.name, &key);
        }
        Ok((object, true))
    }

    /// Makes an object of a class without primary key.
    pub fn create_without_key(&mut self, class: ClassKey) -> Result<ObjectKey, StoreError> {
        self.settle()?;
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = self.state.class_by_key(class).map_err(|reason| refused(format!("class {}", class.0), reason))?;
        if class.key_property.is_some() {
            return Err(refused(class.name.clone(), Refusal::KeyRequired));
        }
        let hi = match self.access.kind() {
            FileKind::Local => 0,
            FileKind::Synced => progress::read(&self.connection)?.file_ident.ident.0,
        };
        let (object, key) = class.insert_keyless(&self.connection, hi)?;
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
        self.assign(class, object, property, value, Emphasis::Explicit)
    }

    /// Sets the value that a new object's class declares, which gives way to any other device's explicit value.
    pub fn set_default(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: Value,
    ) -> Result<(), StoreError> {
        self.assign(class, object, property, value, Emphasis::Default)
    }

    fn assign(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: Value,
        emphasis: Emphasis,
    ) -> Result<(), StoreError> {
        let (class, at, property) = self.writable(class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        let cell = self.state.encode(property, Scalar::of_value(&value)).map_err(|reason| failed(reason.into()))?;
        if let Value::Link(link) = &value {
            self.check_target(&link.class, &link.key).map_err(failed)?;
        }
        if self.is_untouched_link(property, object, &value, emphasis)? {
            return Ok(());
        }
        let write = self.write.as_ref().ok_or(StoreError::NotWriting)?;
        let mut pending = write.pending.borrow_mut();
        if pending.key() == Some((class.key, &Cell::Int(object.0))) {
            pending.set(at, cell.into_owned());
        } else {
            pending.flush(&self.state, &self.connection).map_err(failed)?;
            if !property.store(&self.connection, object, &cell)? {
                return Err(failed(Refusal::NoSuchObject.into()));
            }
        }
        drop(pending);
        if write.record.is_some() {
            let key = self.key_of(class, object)?;
            let (class, property) = (class.name.clone(), property.name.clone());
            if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
                let is_default = match emphasis {
                    Emphasis::Explicit => false,
                    Emphasis::Default => true,
                };
                record.update(&class, &key, &property, &value, is_default);
            }
        }
        Ok(())
    }

    /// A link that is null by default and is null already is not recorded.
    fn is_untouched_link(
        &self,
        property: &PropertyState,
        object: ObjectKey,
        value: &Value,
        emphasis: Emphasis,
    ) -> Result<bool, StoreError> {
        let is_default = match emphasis {
            Emphasis::Explicit => false,
            Emphasis::Default => true,
        };
        if !is_default || *value != Value::Null || !matches!(property.property_type, PropertyType::Link { .. }) {
            return Ok(false);
        }
        self.settle()?;
        Ok(self.state.get(&self.connection, property, object)? == Some(Value::Null))
    }

    /// Adds to an int; null is an error.
    pub fn add_int(
        &mut self,
        class: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
        value: i64,
    ) -> Result<(), StoreError> {
        self.settle()?;
        let (class, _, property) = self.writable(class, property)?;
        let failed = |failure: Failure| failure.of(|| format!("{}.{}", class.name, property.name));
        match self.state.add_integer(&self.connection, property, object, value).map_err(failed)? {
            Addition::Done => {}
            Addition::WasNull => return Err(failed(Refusal::AddToNull.into())),
        }
        let key = self.key_of(class, object)?;
        let (class, property) = (class.name.clone(), property.name.clone());
        if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
            record.add_integer(&class, &key, &property, value);
        }
        Ok(())
    }

    /// Deletes the object; links to it become null first.
    pub fn erase(&mut self, class: ClassKey, object: ObjectKey) -> Result<(), StoreError> {
        self.settle()?;
        let key = self.primary_key(class, object)?;
        let write = self.write.as_mut().ok_or(StoreError::NotWriting)?;
        let class = self.state.class_by_key(class).map_err(|reason| refused(format!("class {}", class.0), reason))?;
        let mut record = write.record.as_mut();
        let unlinked = |holder: &ClassState, property: &PropertyState, holder_key: PrimaryKey| {
            if let Some(record) = &mut record {
                record.update(&holder.name, &holder_key, &property.name, &Value::Null, false);
            }
        };
        self.state
            .unlink(&self.connection, class, KeyView::of_key(&key), unlinked)
            .map_err(|failure| failure.of(|| class.name.clone()))?;
        class.erase(&self.connection, object)?;
        if let Some(record) = &mut write.record {
            record.erase(&class.name, &key);
        }
        Ok(())
    }

    /// Puts the pending object into its table.
    pub(super) fn settle(&self) -> Result<(), StoreError> {
        let Some(write) = &self.write else { return Ok(()) };
        let mut pending = write.pending.borrow_mut();
        if pending.is_empty() {
            return Ok(());
        }
        pending.flush(&self.state, &self.connection).map_err(|failure| failure.of(|| "new object".to_owned()))
    }

    fn writable(
        &self,
        class: ClassKey,
        property: PropertyKey,
    ) -> Result<(&ClassState, usize, &PropertyState), StoreError> {
        if self.write.is_none() {
            return Err(StoreError::NotWriting);
        }
        let class = self.class(class)?;
        let (at, property) = class.property_by_key(property).map_err(|reason| refused(class.name.clone(), reason))?;
        if property.is_primary_key {
            return Err(refused(format!("{}.{}", class.name, property.name), Refusal::PrimaryKeyProperty));
        }
        Ok((class, at, property))
    }

    fn check_target(&self, class: &str, key: &PrimaryKey) -> Result<(), Failure> {
        let Some(write) = &self.write else { return Ok(()) };
        write.pending.borrow_mut().flush(&self.state, &self.connection)?;
        let target = self.state.link_target(class)?;
        encode_key(KeyView::of_key(key), target.key_column)?;
        match target.find(&self.connection, KeyView::of_key(key))? {
            Some(_) => Ok(()),
            None => Err(Refusal::NoSuchTarget { class: class.to_owned() }.into()),
        }
    }

    fn key_of(&self, class: &ClassState, object: ObjectKey) -> Result<PrimaryKey, StoreError> {
        if class.is_key_row_id() {
            return Ok(PrimaryKey::Int(object.0));
        }
        let key = class.primary_key(&self.connection, object)?;
        key.ok_or_else(|| refused(class.name.clone(), Refusal::NoSuchObject))
    }
}
