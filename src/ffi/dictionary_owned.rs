//! What the entries of a dictionary own: collections in mixed values, and embedded objects.

use std::sync::Arc;

use super::collection::embedded;
use super::dictionary::realm_dictionary_t;
use super::error::Result;
use super::guard::guard;
use super::list::realm_list_t;
use super::object::realm_object_t;
use super::string::realm_string_t;
use crate::store::{Container, NestedKind};

impl realm_dictionary_t {
    fn set_collection(&self, key: &str, kind: NestedKind) -> Result<Container> {
        let dictionary = self.collection.container;
        self.collection.write(|open| Ok(open.realm.dictionary_set_collection(dictionary, key, kind)?))
    }

    fn get_embedded(&self, key: &str) -> Result<Arc<realm_object_t>> {
        let content = self.content(key)?;
        self.collection.read(|open| embedded(&self.collection.realm, open, content))
    }

    fn set_embedded(&self, key: &str) -> Result<Arc<realm_object_t>> {
        self.collection.write(|open| Ok(open.realm.dictionary_set_embedded(self.collection.container, key)?))?;
        self.get_embedded(key)
    }
}

/// Gets the list under a key of a dictionary of mixed values.
///
/// @param dictionary The dictionary.
/// @param key        The key; UTF-8.
/// @return The list under it, to be released with realm_list_release(); NULL when there is none.
///
/// It is there until the key is overwritten or erased.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_size(); RLM_ERR_PROPERTY_TYPE_MISMATCH, and RLM_ERR_NO_SUCH_OBJECT where the
///         value is null or there is no such key.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_get_list(
    dictionary: *const realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_list_t {
    guard(|call| {
        let dictionary = call.handle(dictionary, "dictionary")?;
        realm_list_t::of(&dictionary.collection.realm, dictionary.content(key.text("key")?)?)
    })
}

/// Gets the dictionary under a key of a dictionary of mixed values.
///
/// @param dictionary The dictionary.
/// @param key        The key; UTF-8.
/// @return The one under it, to be released with realm_dictionary_release(); NULL when there is none.
///
/// It is there until the key is overwritten or erased.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_get_dictionary(
    dictionary: *const realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_dictionary_t {
    guard(|call| {
        let dictionary = call.handle(dictionary, "dictionary")?;
        realm_dictionary_t::of(&dictionary.collection.realm, dictionary.content(key.text("key")?)?)
    })
}

/// Gets the embedded object under a key.
///
/// @param dictionary The dictionary, of embedded objects.
/// @param key        The key; UTF-8.
/// @return The object, to be released with realm_object_release(); NULL when there is none.
///
/// It is there until the key is replaced or erased.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_get_embedded(
    dictionary: *const realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_object_t {
    guard(|call| call.handle(dictionary, "dictionary")?.get_embedded(key.text("key")?))
}

/// Puts an empty list under a key of a dictionary of mixed values.
///
/// @param dictionary The dictionary; its realm must have a write transaction open.
/// @param key        The key; UTF-8, copied.
/// @return The list under it, to be released with realm_list_release(); NULL when the dictionary takes none.
///
/// What the key held goes; where it was a list, that list is emptied. Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_set_list(
    dictionary: *mut realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_list_t {
    guard(|call| {
        let dictionary = call.handle(dictionary, "dictionary")?;
        let nested = dictionary.set_collection(key.text("key")?, NestedKind::List)?;
        Ok(realm_list_t::new(&dictionary.collection.realm, nested))
    })
}

/// Puts an empty dictionary under a key of a dictionary of mixed values.
///
/// @param dictionary The dictionary; its realm must have a write transaction open.
/// @param key        The key; UTF-8, copied.
/// @return The one under it, to be released with realm_dictionary_release(); NULL when the dictionary takes none.
///
/// What the key held goes; where it was a dictionary, that is emptied. Collections nest at most 100 deep.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_set_dictionary(
    dictionary: *mut realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_dictionary_t {
    guard(|call| {
        let dictionary = call.handle(dictionary, "dictionary")?;
        let nested = dictionary.set_collection(key.text("key")?, NestedKind::Dictionary)?;
        Ok(realm_dictionary_t::new(&dictionary.collection.realm, nested))
    })
}

/// Puts an embedded object under a key, with the default of its type in each property.
///
/// @param dictionary The dictionary, of embedded objects; its realm must have a write transaction open.
/// @param key        The key; UTF-8, copied.
/// @return The new object, to be released with realm_object_release(); NULL when the dictionary takes none.
///
/// It replaces one that is there.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_set_embedded(
    dictionary: *mut realm_dictionary_t,
    key: realm_string_t,
) -> *mut realm_object_t {
    guard(|call| call.handle(dictionary, "dictionary")?.set_embedded(key.text("key")?))
}
