//! What commits change in a list or set.

use std::ffi::c_void;
use std::sync::Arc;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Userdata};
use super::change_callback::change_slot;
use super::change_report::ChangeReport;
use super::collection::{position_to_c, Collection};
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::list::realm_list_t;
use super::set::realm_set_t;
use crate::store::{Changes, CollectionChanges, Observed};

/// What one commit changed in a list or set. It never changes. Any thread.
pub struct realm_collection_changes_t {
    header: Header,
    report: ChangeReport<IndexChanges>,
}

struct IndexChanges {
    deletions: Vec<usize>,
    insertions: Vec<usize>,
    modifications: Vec<usize>,
}

/// Gets what a commit changed in a list or set. `changes` is valid during the call; retain it to keep it. It
/// runs on the thread for changes, one at a time and in the order of the commits; every function may be
/// called from inside it.
pub type realm_collection_change_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, changes: *mut realm_collection_changes_t)>;

impl Handle for realm_collection_changes_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_collection_changes_t {
    /// `None` for changes of something else.
    fn of(changes: &Changes) -> Option<Arc<realm_collection_changes_t>> {
        let report = match changes {
            Changes::Collection(CollectionChanges::Deleted) => ChangeReport::Deleted,
            Changes::Collection(CollectionChanges::List(changes) | CollectionChanges::Set(changes)) => {
                let positions = [&changes.deletions, &changes.insertions, &changes.modifications];
                let indexes = positions.map(|positions| positions.iter().copied().map(position_to_c).collect());
                let [deletions, insertions, modifications] = indexes;
                ChangeReport::Changed(IndexChanges { deletions, insertions, modifications })
            }
            Changes::Collection(CollectionChanges::Dictionary(_)) | Changes::Object(_) | Changes::Class(_) => {
                return None;
            }
        };
        Some(Arc::new(realm_collection_changes_t { header: Header::new(), report }))
    }

    fn add_callback(
        collection: &Collection,
        callback: realm_collection_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let slot = change_slot(callback, userdata)?;
        let observed = Observed::Collection(collection.container);
        collection.read(|open| open.changes.add(&mut open.realm, observed, &slot, realm_collection_changes_t::of))
    }
}

impl realm_list_t {
    fn add_change_callback(
        &self,
        callback: realm_collection_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        realm_collection_changes_t::add_callback(&self.collection, callback, userdata)
    }
}

impl realm_set_t {
    fn add_change_callback(
        &self,
        callback: realm_collection_change_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        realm_collection_changes_t::add_callback(&self.collection, callback, userdata)
    }
}

/// Adds a callback for changes of a list, of what its elements own too.
///
/// @param list          The list; its realm must not have a write transaction open.
/// @param callback      Told of each commit that changes it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the list is gone.
/// It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
/// Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
/// Errors: as realm_object_add_change_callback().
#[no_mangle]
pub unsafe extern "C" fn realm_list_add_change_callback(
    list: *mut realm_list_t,
    callback: realm_collection_change_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(list, "list")?.add_change_callback(callback, userdata)
    })
}

/// Adds a callback for changes of a set.
///
/// @param set           The set; its realm must not have a write transaction open.
/// @param callback      Told of each commit that changes it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when the set is gone.
/// It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
/// Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
/// Errors: as realm_object_add_change_callback().
#[no_mangle]
pub unsafe extern "C" fn realm_set_add_change_callback(
    set: *mut realm_set_t,
    callback: realm_collection_change_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(set, "set")?.add_change_callback(callback, userdata)
    })
}

/// Asks whether the list or set is gone.
///
/// @param changes     The changes.
/// @param out_deleted Gets true in the last report on it: what held it was erased or overwritten, by whomever.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_is_deleted(
    changes: *const realm_collection_changes_t,
    out_deleted: *mut bool,
) -> bool {
    guard(|call| call.write(out_deleted, "out_deleted", call.handle(changes, "changes")?.report.is_deleted()))
}

/// Copies the indexes of the elements that were there before the commit and are no more.
///
/// @param changes     The changes.
/// @param out_indexes Gets the indexes from before the commit, rising; may be NULL when capacity is 0.
/// @param capacity    How many fit into it.
/// @param out_size    Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// An element that was moved is among these, and among the insertions.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_get_deletions(
    changes: *const realm_collection_changes_t,
    out_indexes: *mut usize,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let deletions = call.handle(changes, "changes")?.report.list(|changes| &changes.deletions).iter().copied();
        call.write_array((out_indexes, "out_indexes"), capacity, out_size, deletions)
    })
}

/// Copies the indexes of the elements that are there since the commit.
///
/// @param changes     The changes.
/// @param out_indexes Gets the indexes from after the commit, rising; may be NULL when capacity is 0.
/// @param capacity    How many fit into it.
/// @param out_size    Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// Erase the deletions from the end on, insert these from the start on, and the elements stand as they do now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_get_insertions(
    changes: *const realm_collection_changes_t,
    out_indexes: *mut usize,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let insertions = call.handle(changes, "changes")?.report.list(|changes| &changes.insertions).iter().copied();
        call.write_array((out_indexes, "out_indexes"), capacity, out_size, insertions)
    })
}

/// Copies the indexes of the elements that show or own something else since the commit.
///
/// @param changes     The changes.
/// @param out_indexes Gets the indexes from after the commit, rising; may be NULL when capacity is 0.
/// @param capacity    How many fit into it.
/// @param out_size    Gets how many there are, whether or not they fit.
/// @return false when a pointer is NULL.
///
/// None of them is among the insertions.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_get_modifications(
    changes: *const realm_collection_changes_t,
    out_indexes: *mut usize,
    capacity: usize,
    out_size: *mut usize,
) -> bool {
    guard(|call| {
        let modifications =
            call.handle(changes, "changes")?.report.list(|changes| &changes.modifications).iter().copied();
        call.write_array((out_indexes, "out_indexes"), capacity, out_size, modifications)
    })
}

/// Adds a reference to changes of a list or set.
///
/// @param changes The changes, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_collection_changes_release(). The changes live as long as one of them does.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_retain(
    changes: *mut realm_collection_changes_t,
) -> *mut realm_collection_changes_t {
    guard(|_call| retain(changes))
}

/// Gives up a reference to changes of a list or set.
///
/// @param changes The changes, or NULL.
///
/// The last one ends them, and what was borrowed from them.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_collection_changes_release(changes: *mut realm_collection_changes_t) {
    guard(|_call| release(changes))
}
