//! Reading objects.

use crate::store::column::KeyView;
use crate::store::error::{DatabaseError, StoreError};
use crate::store::refusal::Refusal;
use crate::store::state::{ClassKey, ClassState, Content, Field, ObjectKey, PropertyKey, State};
use crate::value::{PrimaryKey, Value};

use super::Realm;

impl Realm {
    pub fn size(&self, class: ClassKey) -> Result<u64, StoreError> {
        self.readable(class)?.size(&self.connection).map_err(|error| self.explain(class, error))
    }

    /// By rising key: primary keys that are ints in their order, others in the order they came into this file.
    pub fn object_keys(&self, class: ClassKey) -> Result<Vec<ObjectKey>, StoreError> {
        self.readable(class)?.object_keys(&self.connection).map_err(|error| self.explain(class, error))
    }

    pub fn find(&self, class: ClassKey, key: &PrimaryKey) -> Result<Option<ObjectKey>, StoreError> {
        let class = self.readable(class)?;
        class.find(&self.connection, KeyView::of_key(key)).map_err(|failure| failure.of(|| class.name.clone()))
    }

    pub fn exists(&self, class: ClassKey, object: ObjectKey) -> Result<bool, StoreError> {
        self.readable(class)?.exists(&self.connection, object).map_err(|error| self.explain(class, error))
    }

    /// For an object without primary key, what names it on every device.
    pub fn primary_key(&self, class: ClassKey, object: ObjectKey) -> Result<PrimaryKey, StoreError> {
        let class = self.readable(class)?;
        class.check_not_embedded().map_err(|reason| refused(class.name.clone(), reason))?;
        let key = class.primary_key(&self.connection, object)?;
        key.ok_or_else(|| refused(class.name.clone(), Refusal::NoSuchObject))
    }

    /// A link to an object that does not exist reads as null. A property that holds a collection or an embedded object
    /// has no such value: see `content`.
    pub fn get(&self, class: ClassKey, object: ObjectKey, property: PropertyKey) -> Result<Value, StoreError> {
        match self.content(class, object, property)? {
            Content::Value(value) => Ok(value),
            other @ (Content::List(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..)) => {
                let reason = Refusal::TypeMismatch { expected: "single value", found: other.describe() };
                Err(refused(format!("property {}", property.0), reason))
            }
        }
    }

    /// What a property holds, whatever it is.
    pub fn content(
        &self,
        class_key: ClassKey,
        object: ObjectKey,
        property: PropertyKey,
    ) -> Result<Content, StoreError> {
        let class = self.readable(class_key)?;
        let (_, property) = class.property_by_key(property).map_err(|reason| refused(class.name.clone(), reason))?;
        let field = Field { class, object, property };
        let content = self.state.content(&self.connection, field).map_err(|error| self.explain(class_key, error))?;
        content.ok_or_else(|| refused(format!("{}.{}", class.name, property.name), Refusal::NoSuchObject))
    }

    /// What a session erased since this handle last looked is refused like everything that does not exist.
    fn explain(&self, class: ClassKey, error: DatabaseError) -> StoreError {
        match self.state.is_current(&self.connection) {
            Ok(false) => refused(format!("class {}", class.0), Refusal::Outdated),
            Ok(true) | Err(_) => StoreError::Database(error),
        }
    }

    /// The class, once everything written is in its table.
    fn readable(&self, class: ClassKey) -> Result<&ClassState, StoreError> {
        self.settle()?;
        find_class(&self.state, class)
    }
}

pub(super) fn find_class(state: &State, class: ClassKey) -> Result<&ClassState, StoreError> {
    state.class_by_key(class).map_err(|reason| refused(format!("class {}", class.0), reason))
}

pub(super) fn refused(subject: String, reason: Refusal) -> StoreError {
    StoreError::Refused { subject, reason }
}
