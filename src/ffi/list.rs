//! Lists: of a property, or in a mixed value.

use std::sync::Arc;

use super::collection::{not_a, position, position_to_c, Collection};
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::realm::realm_t;
use super::value::{realm_value_t, value_from_c};
use crate::store::{Container, Content};

/// A list. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_list_t {
    header: Header,
    pub(super) collection: Collection,
}

impl Handle for realm_list_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_list_t {
    pub(super) fn new(realm: &Arc<realm_t>, list: Container) -> Arc<realm_list_t> {
        let collection = Collection::new(realm.clone(), list, "list");
        Arc::new(realm_list_t { header: Header::new(), collection })
    }

    /// The handle of the list that was found.
    pub(super) fn of(realm: &Arc<realm_t>, content: Content) -> Result<Arc<realm_list_t>> {
        match content {
            Content::List(list) => Ok(realm_list_t::new(realm, list)),
            other @ (Content::Value(_) | Content::Set(_) | Content::Dictionary(_) | Content::Object(..)) => {
                Err(not_a("a list", &other))
            }
        }
    }

    fn size(&self) -> Result<usize> {
        self.collection.read(|open| Ok(position_to_c(open.realm.list_size(self.collection.container)?)))
    }

    pub(super) fn content(&self, index: usize) -> Result<Content> {
        self.collection.read(|open| Ok(open.realm.list_get(self.collection.container, position(index))?))
    }

    fn get_value(&self, index: usize) -> Result<realm_value_t> {
        self.collection.lend(|open| Ok(open.realm.list_get(self.collection.container, position(index))?))
    }

    unsafe fn set_value(&self, index: usize, value: &realm_value_t) -> Result<()> {
        self.collection.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.list_set(self.collection.container, position(index), value)?)
        })
    }

    unsafe fn insert_value(&self, index: usize, value: &realm_value_t) -> Result<()> {
        self.collection.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.list_insert(self.collection.container, position(index), value)?)
        })
    }

    /// The position of a value, `None` where it is not in the list.
    unsafe fn find(&self, value: &realm_value_t) -> Result<Option<usize>> {
        self.collection.read(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.list_find(self.collection.container, &value)?.map(position_to_c))
        })
    }

    fn move_to(&self, from: usize, to: usize) -> Result<()> {
        let list = self.collection.container;
        self.collection.write(|open| Ok(open.realm.list_move(list, position(from), position(to))?))
    }

    fn erase(&self, index: usize) -> Result<()> {
        self.collection.write(|open| Ok(open.realm.list_erase(self.collection.container, position(index))?))
    }

    fn clear(&self) -> Result<()> {
        self.collection.write(|open| Ok(open.realm.list_clear(self.collection.container)?))
    }
}

/// Counts the elements of a list.
///
/// @param list     The list, as realm_object_get_list() gave it.
/// @param out_size Gets the number of elements.
/// @return false when the list is gone: what held it was erased or overwritten.
///
/// In a list of links those to objects that do not exist (yet, or any more) are hidden: no function
/// of lists counts, finds or returns them.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_list_size(list: *const realm_list_t, out_size: *mut usize) -> bool {
    guard(|call| call.write(out_size, "out_size", call.handle(list, "list")?.size()?))
}

/// Reads an element of a list.
///
/// @param list      The list.
/// @param index     Which element, from 0.
/// @param out_value Gets the value. Strings and bytes in it are borrowed until the next
///                  realm_list_get_value() on this handle, or until it is released.
/// @return false when the index is at or beyond the size, or the list is gone.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_list_get_value(
    list: *const realm_list_t,
    index: usize,
    out_value: *mut realm_value_t,
) -> bool {
    guard(|call| {
        call.check_out(out_value, "out_value")?;
        call.write(out_value, "out_value", call.handle(list, "list")?.get_value(index)?)
    })
}

/// Overwrites an element of a list.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Which element, from 0.
/// @param value The value; strings and bytes in it are copied.
/// @return false when the list does not take the value or has no such element; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_INDEX_OUT_OF_BOUNDS,
///         RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_NO_SUCH_OBJECT,
///         RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_list_set_value(
    list: *mut realm_list_t,
    index: usize,
    value: *const realm_value_t,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.handle(list, "list")?.set_value(index, &value)
    })
}

/// Inserts an element into a list.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Where it will be, from 0; the size of the list to add it at the end.
/// @param value The value; strings and bytes in it are copied.
/// @return false when the list does not take the value or the index is beyond its size; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_insert_value(
    list: *mut realm_list_t,
    index: usize,
    value: *const realm_value_t,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.handle(list, "list")?.insert_value(index, &value)
    })
}

/// Finds a value in a list.
///
/// @param list      The list.
/// @param value     The value.
/// @param out_index Gets the first position of the value, SIZE_MAX when it is not in the list; may be NULL.
/// @param out_found Gets whether it is in the list; may be NULL.
/// @return false when the list is gone.
///
/// Values of different types differ; 0.0 and -0.0 are the same, as are NaNs of the same bits.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_size().
#[no_mangle]
pub unsafe extern "C" fn realm_list_find(
    list: *const realm_list_t,
    value: *const realm_value_t,
    out_index: *mut usize,
    out_found: *mut bool,
) -> bool {
    guard(|call| {
        let index = call.handle(list, "list")?.find(&call.read(value, "value")?)?;
        call.write_optional(out_found, index.is_some())?;
        call.write_optional(out_index, index.unwrap_or(usize::MAX))
    })
}

/// Moves an element of a list.
///
/// @param list       The list; its realm must have a write transaction open.
/// @param from_index Where the element is.
/// @param to_index   Where it will be when it has been moved.
/// @return false when an index is at or beyond the size, or the list is gone.
///
/// Handles of what the element holds stay valid.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_list_move(list: *mut realm_list_t, from_index: usize, to_index: usize) -> bool {
    guard(|call| call.handle(list, "list")?.move_to(from_index, to_index))
}

/// Erases an element of a list.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Which element, from 0.
/// @return false when the index is at or beyond the size, or the list is gone.
///
/// An embedded object or a collection in it is erased with it; the object of a link is not.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_move().
#[no_mangle]
pub unsafe extern "C" fn realm_list_erase(list: *mut realm_list_t, index: usize) -> bool {
    guard(|call| call.handle(list, "list")?.erase(index))
}

/// Erases all elements of a list.
///
/// @param list The list; its realm must have a write transaction open.
/// @return false when there is no write transaction, or the list is gone.
///
/// Elements that another device adds at the same time without knowing of it are erased, too.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_list_clear(list: *mut realm_list_t) -> bool {
    guard(|call| call.handle(list, "list")?.clear())
}

/// Asks whether a list exists still.
///
/// @param list      The list.
/// @param out_valid Gets false when what held it was erased or overwritten, by whomever, or its realm was closed.
/// @return false when a pointer is NULL.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_list_is_valid(list: *const realm_list_t, out_valid: *mut bool) -> bool {
    guard(|call| call.write(out_valid, "out_valid", call.handle(list, "list")?.collection.is_valid()?))
}

/// Adds a reference to a list.
///
/// @param list The list, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_list_release(). The handle lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_list_retain(list: *mut realm_list_t) -> *mut realm_list_t {
    guard(|_call| retain(list))
}

/// Gives up a reference to a list.
///
/// @param list The list, or NULL.
///
/// The list itself stays in the realm.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_list_release(list: *mut realm_list_t) {
    guard(|_call| release(list))
}
