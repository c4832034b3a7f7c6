//! Sets: of a property.

use std::sync::Arc;

use super::collection::{not_a, position_to_c, Collection, Walk};
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_realm::OpenRealm;
use super::realm::realm_t;
use super::value::{content_to_c, realm_value_t, value_from_c};
use crate::store::Content;

/// A set. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_set_t {
    header: Header,
    pub(super) collection: Collection,
    walk: Walk<Content>,
}

impl Handle for realm_set_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_set_t {
    /// The handle of the set that was found.
    pub(super) fn of(realm: &Arc<realm_t>, content: Content) -> Result<Arc<realm_set_t>> {
        match content {
            Content::Set(set) => {
                let collection = Collection::new(realm.clone(), set, "set");
                Ok(Arc::new(realm_set_t { header: Header::new(), collection, walk: Walk::new() }))
            }
            other @ (Content::Value(_) | Content::List(_) | Content::Dictionary(_) | Content::Object(..)) => {
                Err(not_a("a set", &other))
            }
        }
    }

    fn size(&self) -> Result<usize> {
        self.collection.read(|open| Ok(position_to_c(open.realm.set_size(self.collection.container)?)))
    }

    fn get_value(&self, index: usize) -> Result<realm_value_t> {
        let set = self.collection.container;
        self.collection.read(|open| {
            let elements = |open: &OpenRealm| Ok(open.realm.set_contents(set)?);
            self.walk.lend(open, index, elements, |content| content_to_c(content, open))
        })
    }

    unsafe fn find(&self, value: &realm_value_t) -> Result<bool> {
        self.collection.read(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.set_contains(self.collection.container, &value)?)
        })
    }

    unsafe fn insert(&self, value: &realm_value_t) -> Result<bool> {
        self.collection.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.set_insert(self.collection.container, value)?)
        })
    }

    unsafe fn erase(&self, value: &realm_value_t) -> Result<bool> {
        self.collection.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.set_erase(self.collection.container, &value)?)
        })
    }

    fn clear(&self) -> Result<()> {
        self.collection.write(|open| Ok(open.realm.set_clear(self.collection.container)?))
    }
}

/// Counts the elements of a set.
///
/// @param set      The set, as realm_object_get_set() gave it.
/// @param out_size Gets the number of elements.
/// @return false when the set is gone: its object was erased.
///
/// In a set of links those to objects that do not exist (yet, or any more) are hidden: no function
/// of sets counts, finds or returns them.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_set_size(set: *const realm_set_t, out_size: *mut usize) -> bool {
    guard(|call| call.write(out_size, "out_size", call.handle(set, "set")?.size()?))
}

/// Reads an element of a set.
///
/// @param set       The set.
/// @param index     Which element, from 0. The order is by type, then by value; changes of the set move elements.
/// @param out_value Gets the value. Strings and bytes in it are borrowed until the next
///                  realm_set_get_value() on this handle, or until it is released.
/// @return false when the index is at or beyond the size, or the set is gone.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_set_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_set_get_value(
    set: *const realm_set_t,
    index: usize,
    out_value: *mut realm_value_t,
) -> bool {
    guard(|call| {
        call.check_out(out_value, "out_value")?;
        call.write(out_value, "out_value", call.handle(set, "set")?.get_value(index)?)
    })
}

/// Asks whether a value is in a set.
///
/// @param set       The set.
/// @param value     The value.
/// @param out_found Gets whether it is in the set.
/// @return false when the set cannot hold such a value, or is gone.
///
/// Values of different types differ; 0.0 and -0.0 are the same, as are NaNs of the same bits.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_set_size(); RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_PROPERTY_NOT_NULLABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_set_find(
    set: *const realm_set_t,
    value: *const realm_value_t,
    out_found: *mut bool,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.write(out_found, "out_found", call.handle(set, "set")?.find(&value)?)
    })
}

/// Inserts a value into a set.
///
/// @param set          The set; its realm must have a write transaction open.
/// @param value        The value; strings and bytes in it are copied.
/// @param out_inserted Gets whether it was new; may be NULL.
/// @return false when the set does not take the value; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_set_find(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_NO_SUCH_OBJECT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_set_insert(
    set: *mut realm_set_t,
    value: *const realm_value_t,
    out_inserted: *mut bool,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.write_optional(out_inserted, call.handle(set, "set")?.insert(&value)?)
    })
}

/// Erases a value from a set.
///
/// @param set        The set; its realm must have a write transaction open.
/// @param value      The value.
/// @param out_erased Gets whether it was in the set; may be NULL.
/// @return false when the set cannot hold such a value, or is gone.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_set_find(); RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_set_erase(
    set: *mut realm_set_t,
    value: *const realm_value_t,
    out_erased: *mut bool,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.write_optional(out_erased, call.handle(set, "set")?.erase(&value)?)
    })
}

/// Erases all elements of a set.
///
/// @param set The set; its realm must have a write transaction open.
/// @return false when there is no write transaction, or the set is gone.
///
/// Elements that another device adds at the same time without knowing of it are erased, too.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_set_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_set_clear(set: *mut realm_set_t) -> bool {
    guard(|call| call.handle(set, "set")?.clear())
}

/// Asks whether a set exists still.
///
/// @param set       The set.
/// @param out_valid Gets false when its object was erased, by whomever, or its realm was closed.
/// @return false when a pointer is NULL.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_set_is_valid(set: *const realm_set_t, out_valid: *mut bool) -> bool {
    guard(|call| call.write(out_valid, "out_valid", call.handle(set, "set")?.collection.is_valid()?))
}

/// Adds a reference to a set.
///
/// @param set The set, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_set_release(). The handle lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_set_retain(set: *mut realm_set_t) -> *mut realm_set_t {
    guard(|_call| retain(set))
}

/// Gives up a reference to a set.
///
/// @param set The set, or NULL.
///
/// The set itself stays in the realm.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_set_release(set: *mut realm_set_t) {
    guard(|_call| release(set))
}
