//! What the elements of a list own: collections in mixed values, and embedded objects.

use std::sync::Arc;

use super::collection::{embedded, position};
use super::dictionary::realm_dictionary_t;
use super::error::Result;
use super::guard::guard;
use super::list::realm_list_t;
use super::object::realm_object_t;
use crate::store::{Container, NestedKind};

impl realm_list_t {
    fn set_collection(&self, index: usize, kind: NestedKind) -> Result<Container> {
        let list = self.collection.container;
        self.collection.write(|open| Ok(open.realm.list_set_collection(list, position(index), kind)?))
    }

    fn insert_collection(&self, index: usize, kind: NestedKind) -> Result<Container> {
        let list = self.collection.container;
        self.collection.write(|open| Ok(open.realm.list_insert_collection(list, position(index), kind)?))
    }

    fn get_embedded(&self, index: usize) -> Result<Arc<realm_object_t>> {
        let content = self.content(index)?;
        self.collection.read(|open| embedded(&self.collection.realm, open, content))
    }

    fn set_embedded(&self, index: usize) -> Result<Arc<realm_object_t>> {
        let list = self.collection.container;
        self.collection.write(|open| Ok(open.realm.list_set_embedded(list, position(index))?))?;
        self.get_embedded(index)
    }

    fn insert_embedded(&self, index: usize) -> Result<Arc<realm_object_t>> {
        let list = self.collection.container;
        self.collection.write(|open| Ok(open.realm.list_insert_embedded(list, position(index))?))?;
        self.get_embedded(index)
    }
}

/// Gets the list that an element of a list of mixed values is.
///
/// @param list  The list.
/// @param index Which element, from 0.
/// @return The list in it, to be released with realm_list_release(); NULL when the element is none.
///
/// It is there until the element is overwritten or erased, wherever it moves.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_get_value(); RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_NO_SUCH_OBJECT for null.
#[no_mangle]
pub unsafe extern "C" fn realm_list_get_list(list: *const realm_list_t, index: usize) -> *mut realm_list_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        realm_list_t::of(&list.collection.realm, list.content(index)?)
    })
}

/// Gets the dictionary that an element of a list of mixed values is.
///
/// @param list  The list.
/// @param index Which element, from 0.
/// @return The dictionary in it, to be released with realm_dictionary_release(); NULL when the element is none.
///
/// It is there until the element is overwritten or erased, wherever it moves.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_list_get_dictionary(list: *const realm_list_t, index: usize) -> *mut realm_dictionary_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        realm_dictionary_t::of(&list.collection.realm, list.content(index)?)
    })
}

/// Gets the embedded object that an element of a list is.
///
/// @param list  The list, of embedded objects.
/// @param index Which element, from 0.
/// @return The object, to be released with realm_object_release(); NULL when the element is none.
///
/// It is there until the element is replaced or erased, wherever it moves.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_list_get_embedded(list: *const realm_list_t, index: usize) -> *mut realm_object_t {
    guard(|call| call.handle(list, "list")?.get_embedded(index))
}

/// Replaces an element of a list of mixed values by an empty list.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Which element, from 0.
/// @return The list in it, to be released with realm_list_release(); NULL when there is no such element, or
///         it takes none.
///
/// Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_set_list(list: *mut realm_list_t, index: usize) -> *mut realm_list_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        Ok(realm_list_t::new(&list.collection.realm, list.set_collection(index, NestedKind::List)?))
    })
}

/// Replaces an element of a list of mixed values by an empty dictionary.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Which element, from 0.
/// @return The dictionary in it, to be released with realm_dictionary_release(); NULL when there is no
///         such element, or it takes none.
///
/// Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_set_dictionary(list: *mut realm_list_t, index: usize) -> *mut realm_dictionary_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        Ok(realm_dictionary_t::new(&list.collection.realm, list.set_collection(index, NestedKind::Dictionary)?))
    })
}

/// Replaces an embedded object of a list by a new one, with the default of its type in each property.
///
/// @param list  The list, of embedded objects; its realm must have a write transaction open.
/// @param index Which element, from 0.
/// @return The new object, to be released with realm_object_release(); NULL when there is no such element.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_set_embedded(list: *mut realm_list_t, index: usize) -> *mut realm_object_t {
    guard(|call| call.handle(list, "list")?.set_embedded(index))
}

/// Inserts an empty list into a list of mixed values.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Where it will be, from 0; the size of the list to add it at the end.
/// @return The list in it, to be released with realm_list_release(); NULL when it cannot be inserted.
///
/// Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_insert_list(list: *mut realm_list_t, index: usize) -> *mut realm_list_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        Ok(realm_list_t::new(&list.collection.realm, list.insert_collection(index, NestedKind::List)?))
    })
}

/// Inserts an empty dictionary into a list of mixed values.
///
/// @param list  The list; its realm must have a write transaction open.
/// @param index Where it will be, from 0; the size of the list to add it at the end.
/// @return The dictionary in it, to be released with realm_dictionary_release(); NULL when it cannot be inserted.
///
/// Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_insert_dictionary(
    list: *mut realm_list_t,
    index: usize,
) -> *mut realm_dictionary_t {
    guard(|call| {
        let list = call.handle(list, "list")?;
        Ok(realm_dictionary_t::new(&list.collection.realm, list.insert_collection(index, NestedKind::Dictionary)?))
    })
}

/// Inserts an embedded object into a list, with the default of its type in each property.
///
/// @param list  The list, of embedded objects; its realm must have a write transaction open.
/// @param index Where it will be, from 0; the size of the list to add it at the end.
/// @return The new object, to be released with realm_object_release(); NULL when it cannot be inserted.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_list_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_list_insert_embedded(list: *mut realm_list_t, index: usize) -> *mut realm_object_t {
    guard(|call| call.handle(list, "list")?.insert_embedded(index))
}
