//! Results: the objects of a class.

use super::error::unavailable;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::object::realm_object_t;
use super::realm::realm_t;
use super::value::realm_class_key_t;

/// The objects of a class. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_results_t {
    header: Header,
}

impl Handle for realm_results_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

/// Makes the results that are all objects of a class.
///
/// @param realm     The realm.
/// @param class_key The class.
/// @return The results; release them with realm_results_release(). NULL when there is no such class.
///
/// They are live: each call sees the realm as it is, inside a write transaction and after a refresh.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_results_new(realm: *mut realm_t, class_key: realm_class_key_t) -> *mut realm_results_t {
    guard(|call| unavailable::<std::sync::Arc<realm_results_t>>())
}

/// Counts the objects.
///
/// @param results  The results.
/// @param out_size Gets the number of objects.
/// @return false when the realm was closed.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
#[no_mangle]
pub unsafe extern "C" fn realm_results_size(results: *const realm_results_t, out_size: *mut usize) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads one of the objects.
///
/// @param results The results.
/// @param index   Which one, from 0. The order is that of the file: it is the same from one change
///                of the realm to the next.
/// @return The object, to be released with realm_object_release(); NULL when the index is at or
///         beyond the size.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_results_get_object(
    results: *const realm_results_t,
    index: usize,
) -> *mut realm_object_t {
    guard(|call| unavailable::<std::sync::Arc<realm_object_t>>())
}

/// Adds a reference to results.
///
/// @param results The results, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_results_release(). The results lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_results_retain(results: *mut realm_results_t) -> *mut realm_results_t {
    guard(|_call| retain(results))
}

/// Gives up a reference to results.
///
/// @param results The results, or NULL.
///
/// The objects got from them live on.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_results_release(results: *mut realm_results_t) {
    guard(|_call| release(results))
}
