//! What commits change in the objects of a class.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::change_callback::change_slot;
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_realm::class_key_to_c;
use super::realm::realm_t;
use super::value::{link_to_c, realm_class_key_t, realm_link_t};
use crate::store::{Changes, ClassChanges, Observed};
use crate::value::PrimaryKey;

/// What one commit changed in the objects of a class. It never changes. Any thread.
pub struct realm_class_changes_t {
    header: Header,
    class: realm_class_key_t,
    keys: ClassChanges,
}

/// Gets what a commit changed in the objects of a class. `changes` is valid during the call; retain it to keep it. It
/// runs on the thread for changes, one at a time and in the order of the commits; every function may be
/// called from inside it.
pub type realm_class_change_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, changes: *mut realm_class_changes_t)>;

impl Handle for realm_class_changes_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_class_changes_t {
    /// `None` for changes of something else.
    fn of(class: realm_class_key_t, changes: &Changes) -> Option<Arc<realm_class_changes_t>> {
        match changes {
            Changes::Class(keys) => {
                let keys = keys.clone();
                Some(Arc::new(realm_class_changes_t { header: Header::new(), class, keys }))
            }
            Changes::Object(_) | Changes::Collection(_) => None,
        }
    }

    fn links(&self, of: fn(&ClassChanges) -> &[PrimaryKey]) -> impl ExactSizeIterator<Item = realm_link_t> + '_ {
        of(&self.keys).iter().map(|key| link_to_c(self.class, key))
    }
}

impl realm_t {
    fn add_class_change_callback(
        &self,
        class_key: realm_class_key_t,
        callback: realm_class_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let slot = change_slot(callback, userdata)?;
        self.with(|open| {
            let class = open.class(class_key)?.key;
            let class_key = class_key_to_c(class)?;
            let report = move |changes: &Changes| realm_class_changes_t::of(class_key, changes);
            open.changes.add(&mut open.realm, Observed::Class(class), &slot, report)
        })
    }
}

/// Adds a callback for objects of a class that come, go or change, with what they own.
///
/// @param realm         The realm; it must not have a write transaction open.
/// @param class_key     A class of top-level objects.
/// @param callback      Told of each commit that changes it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the realm is closed.
/// It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
/// Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
/// Errors: as realm_object_add_change_callback(); RLM_ERR_NO_SUCH_TABLE, RLM_ERR_TOP_LEVEL_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_add_class_change_callback(
    realm: *mut realm_t,
    class_key: realm_class_key_t,
    callback: realm_class_change_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(realm, "realm")?.add_class_change_callback(class_key, callback, userdata)
    })
}

/// Copies the names of the objects that were erased.
///
/// @param changes   The changes.
/// @param out_links Gets links that name the objects; may be NULL when capacity is 0.
/// @param capacity  How many fit into it.
/// @param out_size  Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// An object that was erased and made anew is here, and among the insertions. Strings are borrowed as long as the changes live.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_class_changes_get_deletions(
    changes: *const realm_class_changes_t,
    out_links: *mut realm_link_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let deletions = call.handle(changes, "changes")?.links(|keys| &keys.deletions);
        call.write_array((out_links, "out_links"), capacity, out_size, deletions)
    })
}

/// Copies the names of the objects that were made.
///
/// @param changes   The changes.
/// @param out_links Gets links that name the objects; may be NULL when capacity is 0.
/// @param capacity  How many fit into it.
/// @param out_size  Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// realm_object_find_linked() finds them. Strings are borrowed as long as the changes live.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_class_changes_get_insertions(
    changes: *const realm_class_changes_t,
    out_links: *mut realm_link_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let insertions = call.handle(changes, "changes")?.links(|keys| &keys.insertions);
        call.write_array((out_links, "out_links"), capacity, out_size, insertions)
    })
}

/// Copies the names of the objects that differ from before the commit, or what they own.
///
/// @param changes   The changes.
/// @param out_links Gets links that name the objects; may be NULL when capacity is 0.
/// @param capacity  How many fit into it.
/// @param out_size  Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// None of them is among the insertions. Strings are borrowed as long as the changes live.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_class_changes_get_modifications(
    changes: *const realm_class_changes_t,
    out_links: *mut realm_link_t,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let modifications = call.handle(changes, "changes")?.links(|keys| &keys.modifications);
        call.write_array((out_links, "out_links"), capacity, out_size, modifications)
    })
}

/// Adds a reference to changes of a class.
///
/// @param changes The changes, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_class_changes_release(). The changes live as long as one of them does.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_class_changes_retain(changes: *mut realm_class_changes_t) -> *mut realm_class_changes_t {
    guard(|_call| retain(changes))
}

/// Gives up a reference to changes of a class.
///
/// @param changes The changes, or NULL.
///
/// The last one ends them, and what was borrowed from them.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_class_changes_release(changes: *mut realm_class_changes_t) {
    guard(|_call| release(changes))
}
