//! Objects: made, found, read, written, erased.

use std::sync::Arc;

use parking_lot::Mutex;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::{guard, Call};
use super::handle::{release, retain, Handle, Header};
use super::open_realm::{class_key_to_c, KnownClass, OpenRealm};
use super::realm::realm_t;
use super::value::{
    content_to_c, link_key_from_c, link_to_c, primary_key_from_c, primary_key_to_c, realm_class_key_t, realm_link_t,
    realm_property_key_t, realm_value_t, value_from_c,
};
use crate::store::{Content, ObjectKey, PropertyKey};
use crate::value::{PrimaryKey, Value};

/// One object of a realm. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_object_t {
    header: Header,
    pub(super) realm: Arc<realm_t>,
    pub(super) class: KnownClass,
    pub(super) object: ObjectKey,
    /// What names it on every device; `None` for an embedded one.
    key: Option<PrimaryKey>,
    /// What C was last given; it borrows strings and bytes from here.
    lent: Mutex<Content>,
}

impl Handle for realm_object_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_object_t {
    /// The handle of an object that exists.
    pub(super) fn new(realm: Arc<realm_t>, class: KnownClass, object: ObjectKey, key: Option<PrimaryKey>) -> Arc<Self> {
        let lent = Mutex::new(Content::Value(Value::Null));
        Arc::new(realm_object_t { header: Header::new(), realm, class, object, key, lent })
    }

    fn create(realm: Arc<realm_t>, class_key: realm_class_key_t, key: Option<PrimaryKey>) -> Result<Arc<Self>> {
        let (class, object, key) = realm.with(|open| {
            open.expect_writing()?;
            let class = open.class(class_key)?;
            let (object, key) = open.create(&class, key)?;
            Ok((class, object, key))
        })?;
        Ok(realm_object_t::new(realm, class, object, Some(key)))
    }

    fn find(realm: Arc<realm_t>, class_key: realm_class_key_t, key: PrimaryKey) -> Result<Arc<Self>> {
        let (class, object) = realm.with(|open| {
            let class = open.class(class_key)?;
            let object = open.find(&class, &key)?;
            Ok((class, object))
        })?;
        let object = object.ok_or_else(|| {
            let message = format!("the class `{}` has no object with this key", class.name);
            Error::new(realm_errno_e::RLM_ERR_NO_SUCH_OBJECT, message)
        })?;
        Ok(realm_object_t::new(realm, class, object, Some(key)))
    }

    /// Works with the object in its realm; that it is gone is the object's own error.
    pub(super) fn read<R>(&self, work: impl FnOnce(&mut OpenRealm) -> Result<R>) -> Result<R> {
        self.realm.with(|open| self.explain(work(open), open))
    }

    /// The same, in a write transaction.
    pub(super) fn write<R>(&self, work: impl FnOnce(&mut OpenRealm) -> Result<R>) -> Result<R> {
        self.realm.with(|open| {
            open.expect_writing()?;
            self.explain(work(open), open)
        })
    }

    fn explain<R>(&self, result: Result<R>, open: &OpenRealm) -> Result<R> {
        match result {
            Err(_) if !open.realm.exists(self.class.key, self.object)? => Err(erased(&self.class.name)),
            result => result,
        }
    }

    fn erase(&self) -> Result<()> {
        self.write(|open| {
            open.realm.erase(self.class.key, self.object)?;
            Ok(())
        })
    }

    fn get_value(&self, property: realm_property_key_t) -> Result<realm_value_t> {
        self.read(|open| {
            let content = open.realm.content(self.class.key, self.object, PropertyKey(property))?;
            let mut lent = self.lent.lock();
            *lent = content;
            content_to_c(&lent, open)
        })
    }

    unsafe fn set_value(&self, property: realm_property_key_t, value: &realm_value_t, is_default: bool) -> Result<()> {
        self.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            let (class, property) = (self.class.key, PropertyKey(property));
            match is_default {
                true => open.realm.set_default(class, self.object, property, value)?,
                false => open.realm.set(class, self.object, property, value)?,
            }
            Ok(())
        })
    }

    fn add_int(&self, property: realm_property_key_t, summand: i64) -> Result<()> {
        self.write(|open| Ok(open.realm.add_int(self.class.key, self.object, PropertyKey(property), summand)?))
    }

    fn is_valid(&self) -> Result<bool> {
        match self.realm.is_closed() {
            true => Ok(false),
            false => self.realm.with(|open| Ok(open.realm.exists(self.class.key, self.object)?)),
        }
    }

    fn primary_key(&self) -> Result<realm_value_t> {
        self.key.as_ref().and_then(primary_key_to_c).ok_or_else(|| {
            let message = format!("the class `{}` has no primary key; use realm_object_get_link", self.class.name);
            Error::new(realm_errno_e::RLM_ERR_MISSING_PRIMARY_KEY, message)
        })
    }

    fn link(&self) -> Result<realm_link_t> {
        let class = class_key_to_c(self.class.key)?;
        self.key.as_ref().map(|key| link_to_c(class, key)).ok_or_else(|| {
            let message = format!("the class `{}` is embedded; its objects cannot be linked to", self.class.name);
            Error::new(realm_errno_e::RLM_ERR_TOP_LEVEL_OBJECT, message)
        })
    }
}

/// An object of this class was erased.
pub(super) fn erased(class: &str) -> Error {
    let message = format!("the object of the class `{class}` was erased");
    Error::new(realm_errno_e::RLM_ERR_INVALIDATED_OBJECT, message)
}

/// The key C passed, `None` for NULL.
unsafe fn optional_key_from_c(call: &Call, key: *const realm_value_t) -> Result<Option<PrimaryKey>> {
    match key.is_null() {
        true => Ok(None),
        false => unsafe { primary_key_from_c(&call.read(key, "primary_key")?, "primary_key") }.map(Some),
    }
}

/// Makes an object, with the default of its type in each property: null, 0, false, empty or the epoch.
///
/// @param realm       The realm; it must have a write transaction open.
/// @param class_key   The class.
/// @param primary_key The primary key; NULL when the class has none. May be a null value where the key is nullable.
/// @return The object; release it with realm_object_release(). NULL when it exists already.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_find(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_TOP_LEVEL_OBJECT,
///         RLM_ERR_MISSING_PRIMARY_KEY, RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_OBJECT_ALREADY_EXISTS.
#[no_mangle]
pub unsafe extern "C" fn realm_object_create(
    realm: *mut realm_t,
    class_key: realm_class_key_t,
    primary_key: *const realm_value_t,
) -> *mut realm_object_t {
    guard(|call| {
        let key = optional_key_from_c(call, primary_key)?;
        realm_object_t::create(call.shared(realm, "realm")?, class_key, key)
    })
}

/// Finds an object by its primary key.
///
/// @param realm       The realm.
/// @param class_key   The class; it must have a primary key.
/// @param primary_key The primary key.
/// @return The object, to be released with realm_object_release(); NULL when there is none.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_UNEXPECTED_PRIMARY_KEY,
///         RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_NO_SUCH_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_find(
    realm: *const realm_t,
    class_key: realm_class_key_t,
    primary_key: *const realm_value_t,
) -> *mut realm_object_t {
    guard(|call| {
        let key = primary_key_from_c(&call.read(primary_key, "primary_key")?, "primary_key")?;
        realm_object_t::find(call.shared(realm, "realm")?, class_key, key)
    })
}

/// Finds the object a link names.
///
/// @param realm The realm.
/// @param link  The link, as realm_object_get_value() or realm_object_get_link() gave it.
/// @return The object, to be released with realm_object_release(); NULL when there is none (yet, or
///         any more).
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_NO_SUCH_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_find_linked(
    realm: *const realm_t,
    link: *const realm_link_t,
) -> *mut realm_object_t {
    guard(|call| {
        let (realm, link) = (call.shared(realm, "realm")?, call.read(link, "link")?);
        realm_object_t::find(realm, link.class_key, link_key_from_c(&link, "link")?)
    })
}

/// Erases an object.
///
/// @param object The object; its realm must have a write transaction open. It stays to be released.
/// @return false when there is no write transaction, or the object was erased before.
///
/// Links to it become null; objects it owns are erased with it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
///         RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_erase(object: *mut realm_object_t) -> bool {
    guard(|call| call.handle(object, "object")?.erase())
}

/// Reads the value of a property.
///
/// @param object       The object.
/// @param property_key A property of its class that is no collection.
/// @param out_value    Gets the value. Strings and bytes in it are borrowed until the next
///                     realm_object_get_value() on this object, or until it is released.
/// @return false when the object was erased or there is no such property.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
///         RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_value(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
    out_value: *mut realm_value_t,
) -> bool {
    guard(|call| {
        call.check_out(out_value, "out_value")?;
        call.write(out_value, "out_value", call.handle(object, "object")?.get_value(property_key)?)
    })
}

/// Writes the value of a property.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A property of its class that is neither a collection nor the primary key.
/// @param value        The value; strings and bytes in it are copied.
/// @return false when the property does not take the value; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
///         RLM_ERR_INVALIDATED_OBJECT, RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH,
///         RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_MODIFY_PRIMARY_KEY.
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_value(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    value: *const realm_value_t,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.handle(object, "object")?.set_value(property_key, &value, false)
    })
}

/// Writes the default value of a property of an object that was just made.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A property of its class that is neither a collection nor the primary key.
/// @param value        The value; strings and bytes in it are copied.
/// @return false when the property does not take the value; nothing is changed then.
///
/// It is realm_object_set_value(), save that a value another device really set wins over it,
/// whichever of the two is the later.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_default_value(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    value: *const realm_value_t,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.handle(object, "object")?.set_value(property_key, &value, true)
    })
}

/// Adds to an integer property.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key An integer property, or a mixed one that holds an integer.
/// @param summand      What to add; may be negative. The sum wraps around at 64 bits.
/// @return false when the property holds no integer.
///
/// Additions of several devices all count, where plain writes would overwrite each other.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_value(); RLM_ERR_PROPERTY_TYPE_MISMATCH also when the value is null.
#[no_mangle]
pub unsafe extern "C" fn realm_object_add_int(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    summand: i64,
) -> bool {
    guard(|call| call.handle(object, "object")?.add_int(property_key, summand))
}

/// Asks whether an object exists still.
///
/// @param object    The object.
/// @param out_valid Gets false when it was erased, by whomever, or its realm was closed.
/// @return false when a pointer is NULL.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_is_valid(object: *const realm_object_t, out_valid: *mut bool) -> bool {
    guard(|call| call.write(out_valid, "out_valid", call.handle(object, "object")?.is_valid()?))
}

/// Reads the primary key of an object.
///
/// @param object          The object.
/// @param out_primary_key Gets the key. A string in it is borrowed until the object is released.
/// @return false when its class has no primary key.
///
/// It works for an object that was erased, too.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_MISSING_PRIMARY_KEY.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_primary_key(
    object: *const realm_object_t,
    out_primary_key: *mut realm_value_t,
) -> bool {
    guard(|call| {
        let key = call.handle(object, "object")?.primary_key()?;
        call.write(out_primary_key, "out_primary_key", key)
    })
}

/// Reads the link that names an object.
///
/// @param object   The object.
/// @param out_link Gets the link. A string in it is borrowed until the object is released.
/// @return false when a pointer is NULL.
///
/// Put it into a realm_value_t of the type link to point at the object.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_link(object: *const realm_object_t, out_link: *mut realm_link_t) -> bool {
    guard(|call| call.write(out_link, "out_link", call.handle(object, "object")?.link()?))
}

/// Reads the class of an object.
///
/// @param object        The object.
/// @param out_class_key Gets the class, as realm_find_class() would.
/// @return false when a pointer is NULL.
///
/// It works for an object that was erased, too.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_class(
    object: *const realm_object_t,
    out_class_key: *mut realm_class_key_t,
) -> bool {
    guard(|call| {
        let key = class_key_to_c(call.handle(object, "object")?.class.key)?;
        call.write(out_class_key, "out_class_key", key)
    })
}

/// Adds a reference to an object.
///
/// @param object The object, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_object_release(). The object lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_retain(object: *mut realm_object_t) -> *mut realm_object_t {
    guard(|_call| retain(object))
}

/// Gives up a reference to an object.
///
/// @param object The object, or NULL.
///
/// The object itself stays in the realm; realm_object_erase() would erase it.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_release(object: *mut realm_object_t) {
    guard(|_call| release(object))
}
