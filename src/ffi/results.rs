//! Results: the objects of a class.

use std::sync::Arc;

use parking_lot::Mutex;

use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::object::{erased, realm_object_t};
use super::open_realm::{KnownClass, OpenRealm};
use super::realm::realm_t;
use super::schema::out_of_bounds;
use super::value::realm_class_key_t;
use crate::store::ObjectKey;

/// The objects of a class. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_results_t {
    header: Header,
    realm: Arc<realm_t>,
    class: KnownClass,
    /// The objects there were at the first use.
    seen: Mutex<Option<Vec<ObjectKey>>>,
}

impl Handle for realm_results_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_results_t {
    fn new(realm: Arc<realm_t>, class_key: realm_class_key_t) -> Result<Arc<realm_results_t>> {
        let class = realm.with(|open| open.class(class_key))?;
        Ok(Arc::new(realm_results_t { header: Header::new(), realm, class, seen: Mutex::new(None) }))
    }

    /// Reads what `read` asks from the objects there were at the first use.
    fn with_objects<R>(&self, read: impl FnOnce(&OpenRealm, &[ObjectKey]) -> Result<R>) -> Result<R> {
        self.realm.with(|open| {
            let mut seen = self.seen.lock();
            let objects = match seen.take() {
                Some(objects) => objects,
                None => open.realm.object_keys(self.class.key)?,
            };
            read(open, seen.insert(objects))
        })
    }

    fn size(&self) -> Result<usize> {
        self.with_objects(|_open, objects| Ok(objects.len()))
    }

    fn object(&self, index: usize) -> Result<Arc<realm_object_t>> {
        let (object, key) = self.with_objects(|open, objects| {
            let object = *objects.get(index).ok_or_else(|| out_of_bounds(index, objects.len()))?;
            if !open.realm.exists(self.class.key, object)? {
                return Err(erased(&self.class.name));
            }
            Ok((object, open.key_of_object(&self.class, object)?))
        })?;
        Ok(realm_object_t::new(self.realm.clone(), self.class.clone(), object, key))
    }
}

/// Makes the results that are all objects of a class.
///
/// @param realm     The realm.
/// @param class_key The class.
/// @return The results; release them with realm_results_release(). NULL when there is no such class.
///
/// Which objects these are is settled at the first call that asks, and stays, whatever is made or erased
/// after it; make new results to see that. The values of the objects are those of now.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_results_new(realm: *mut realm_t, class_key: realm_class_key_t) -> *mut realm_results_t {
    guard(|call| realm_results_t::new(call.shared(realm, "realm")?, class_key))
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
    guard(|call| call.write(out_size, "out_size", call.handle(results, "results")?.size()?))
}

/// Reads one of the objects.
///
/// @param results The results.
/// @param index   Which one, from 0. The order is that of integer primary keys, else that in which the
///                objects came into the file.
/// @return The object, to be released with realm_object_release(); NULL when the index is at or
///         beyond the size, or the object was erased since: skip it then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INDEX_OUT_OF_BOUNDS,
///         RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_results_get_object(
    results: *const realm_results_t,
    index: usize,
) -> *mut realm_object_t {
    guard(|call| call.handle(results, "results")?.object(index))
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
