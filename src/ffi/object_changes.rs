//! What commits change in an object.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::change_callback::change_slot;
use super::change_report::ChangeReport;
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::object::realm_object_t;
use super::value::realm_property_key_t;
use crate::store::{Changes, ObjectChanges, Observed};

/// What one commit changed in an object. It never changes. Any thread.
pub struct realm_object_changes_t {
    header: Header,
    /// The properties that differ.
    report: ChangeReport<Vec<realm_property_key_t>>,
}

/// Gets what a commit changed in an object. `changes` is valid during the call; retain it to keep it. It
/// runs on the thread for changes, one at a time and in the order of the commits; every function may be
/// called from inside it.
pub type realm_object_change_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, changes: *mut realm_object_changes_t)>;

impl Handle for realm_object_changes_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_object_changes_t {
    /// `None` for changes of something else.
    fn of(changes: &Changes) -> Option<Arc<realm_object_changes_t>> {
        let report = match changes {
            Changes::Object(ObjectChanges::Deleted) => ChangeReport::Deleted,
            Changes::Object(ObjectChanges::Modified(keys)) => {
                ChangeReport::Changed(keys.iter().map(|key| key.0).collect())
            }
            Changes::Collection(_) | Changes::Class(_) => return None,
        };
        Some(Arc::new(realm_object_changes_t { header: Header::new(), report }))
    }
}

impl realm_object_t {
    fn add_change_callback(
        &self,
        callback: realm_object_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let slot = change_slot(callback, userdata)?;
        let observed = Observed::Object(self.class.key, self.object);
        self.read(|open| open.changes.add(&mut open.realm, observed, &slot, realm_object_changes_t::of))
    }
}

/// Adds a callback for changes of an object, of what it owns too.
///
/// @param object        The object; its realm must not have a write transaction open.
/// @param callback      Told of each commit that changes it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the object was erased.
/// It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
/// Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
///         RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_SYSTEM_ERROR.
#[no_mangle]
pub unsafe extern "C" fn realm_object_add_change_callback(
    object: *mut realm_object_t,
    callback: realm_object_change_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(object, "object")?.add_change_callback(callback, userdata)
    })
}

/// Asks whether the object was erased.
///
/// @param changes     The changes.
/// @param out_deleted Gets true in the last report on an object: it was erased, by whomever.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_changes_is_deleted(
    changes: *const realm_object_changes_t,
    out_deleted: *mut bool,
) -> bool {
    guard(|call| call.write(out_deleted, "out_deleted", call.handle(changes, "changes")?.report.is_deleted()))
}

/// Copies the keys of the properties that differ from before the commit.
///
/// @param changes           The changes.
/// @param out_property_keys Gets the keys, rising; may be NULL when capacity is 0.
/// @param capacity          How many fit into it.
/// @param out_size          Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// A property differs when what it owns does: a collection or an embedded object, however deep inside.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_changes_get_modifications(
    changes: *const realm_object_changes_t,
    out_property_keys: *mut realm_property_key_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let modifications = call.handle(changes, "changes")?.report.list(Vec::as_slice).iter().copied();
        call.write_array((out_property_keys, "out_property_keys"), capacity, out_size, modifications)
    })
}

/// Adds a reference to changes of an object.
///
/// @param changes The changes, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_object_changes_release(). The changes live as long as one of them does.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_changes_retain(
    changes: *mut realm_object_changes_t,
) -> *mut realm_object_changes_t {
    guard(|_call| retain(changes))
}

/// Gives up a reference to changes of an object.
///
/// @param changes The changes, or NULL.
///
/// The last one ends them, and what was borrowed from them.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_changes_release(changes: *mut realm_object_changes_t) {
    guard(|_call| release(changes))
}
