//! What commits change in a dictionary.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::change_callback::change_slot;
use super::change_report::ChangeReport;
use super::dictionary::realm_dictionary_t;
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
use crate::store::{Changes, CollectionChanges, KeyChanges, Observed};

/// What one commit changed in a dictionary. It never changes. Any thread.
pub struct realm_dictionary_changes_t {
    header: Header,
    report: ChangeReport<KeyChanges>,
}

/// Gets what a commit changed in a dictionary. `changes` is valid during the call; retain it to keep it. It
/// runs on the thread for changes, one at a time and in the order of the commits; every function may be
/// called from inside it.
pub type realm_dictionary_change_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, changes: *mut realm_dictionary_changes_t)>;

impl Handle for realm_dictionary_changes_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_dictionary_changes_t {
    /// `None` for changes of something else.
    fn of(changes: &Changes) -> Option<Arc<realm_dictionary_changes_t>> {
        let report = match changes {
            Changes::Collection(CollectionChanges::Deleted) => ChangeReport::Deleted,
            Changes::Collection(CollectionChanges::Dictionary(keys)) => ChangeReport::Changed(keys.clone()),
            Changes::Collection(CollectionChanges::List(_) | CollectionChanges::Set(_))
            | Changes::Object(_)
            | Changes::Class(_) => return None,
        };
        Some(Arc::new(realm_dictionary_changes_t { header: Header::new(), report }))
    }
}

impl realm_dictionary_t {
    fn add_change_callback(
        &self,
        callback: realm_dictionary_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let slot = change_slot(callback, userdata)?;
        let observed = Observed::Collection(self.collection.container);
        self.collection.read(|open| open.changes.add(&mut open.realm, observed, &slot, realm_dictionary_changes_t::of))
    }
}

fn borrowed(keys: &[String]) -> impl ExactSizeIterator<Item = realm_string_t> + '_ {
    keys.iter().map(|key| realm_string_t::borrowed(key))
}

/// Adds a callback for changes of a dictionary, of what its values own too.
///
/// @param dictionary    The dictionary; its realm must not have a write transaction open.
/// @param callback      Told of each commit that changes it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the dictionary is gone.
/// It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
/// Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
/// Errors: as realm_object_add_change_callback().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_add_change_callback(
    dictionary: *mut realm_dictionary_t,
    callback: realm_dictionary_change_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(dictionary, "dictionary")?.add_change_callback(callback, userdata)
    })
}

/// Asks whether the dictionary is gone.
///
/// @param changes     The changes.
/// @param out_deleted Gets true in the last report on it: what held it was erased or overwritten, by whomever.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_is_deleted(
    changes: *const realm_dictionary_changes_t,
    out_deleted: *mut bool,
) -> bool {
    guard(|call| call.write(out_deleted, "out_deleted", call.handle(changes, "changes")?.report.is_deleted()))
}

/// Copies the keys that were there before the commit and are no more.
///
/// @param changes  The changes.
/// @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
/// @param capacity How many fit into it.
/// @param out_size Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// The keys are borrowed until the changes are released.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_get_deletions(
    changes: *const realm_dictionary_changes_t,
    out_keys: *mut realm_string_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let deletions = borrowed(call.handle(changes, "changes")?.report.list(|keys| &keys.deletions));
        call.write_array((out_keys, "out_keys"), capacity, out_size, deletions)
    })
}

/// Copies the keys that are there since the commit.
///
/// @param changes  The changes.
/// @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
/// @param capacity How many fit into it.
/// @param out_size Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// The keys are borrowed until the changes are released.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_get_insertions(
    changes: *const realm_dictionary_changes_t,
    out_keys: *mut realm_string_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let insertions = borrowed(call.handle(changes, "changes")?.report.list(|keys| &keys.insertions));
        call.write_array((out_keys, "out_keys"), capacity, out_size, insertions)
    })
}

/// Copies the keys whose values are or own something else since the commit.
///
/// @param changes  The changes.
/// @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
/// @param capacity How many fit into it.
/// @param out_size Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// The keys are borrowed until the changes are released.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_get_modifications(
    changes: *const realm_dictionary_changes_t,
    out_keys: *mut realm_string_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let modifications = borrowed(call.handle(changes, "changes")?.report.list(|keys| &keys.modifications));
        call.write_array((out_keys, "out_keys"), capacity, out_size, modifications)
    })
}

/// Adds a reference to changes of a dictionary.
///
/// @param changes The changes, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_dictionary_changes_release(). The changes live as long as one of them does.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_retain(
    changes: *mut realm_dictionary_changes_t,
) -> *mut realm_dictionary_changes_t {
    guard(|_call| retain(changes))
}

/// Gives up a reference to changes of a dictionary.
///
/// @param changes The changes, or NULL.
///
/// The last one ends them, and what was borrowed from them.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_changes_release(changes: *mut realm_dictionary_changes_t) {
    guard(|_call| release(changes))
}
