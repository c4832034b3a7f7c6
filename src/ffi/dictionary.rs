//! Dictionaries: of a property, or in a mixed value.

use std::sync::Arc;

use super::collection::{not_a, position_to_c, Collection, Walk};
use super::error::Result;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_realm::OpenRealm;
use super::realm::realm_t;
use super::string::realm_string_t;
use super::value::{content_to_c, realm_value_t, value_from_c};
use crate::store::{Container, Content};
use crate::value::Value;

/// A dictionary. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_dictionary_t {
    header: Header,
    pub(super) collection: Collection,
    walk: Walk<(String, Content)>,
}

impl Handle for realm_dictionary_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_dictionary_t {
    pub(super) fn new(realm: &Arc<realm_t>, dictionary: Container) -> Arc<realm_dictionary_t> {
        let collection = Collection::new(realm.clone(), dictionary, "dictionary");
        Arc::new(realm_dictionary_t { header: Header::new(), collection, walk: Walk::new() })
    }

    /// The handle of the dictionary that was found.
    pub(super) fn of(realm: &Arc<realm_t>, content: Content) -> Result<Arc<realm_dictionary_t>> {
        match content {
            Content::Dictionary(dictionary) => Ok(realm_dictionary_t::new(realm, dictionary)),
            other @ (Content::Value(_) | Content::List(_) | Content::Set(_) | Content::Object(..)) => {
                Err(not_a("a dictionary", &other))
            }
        }
    }

    fn size(&self) -> Result<usize> {
        self.collection.read(|open| Ok(position_to_c(open.realm.dictionary_size(self.collection.container)?)))
    }

    /// What is under a key; a key that is not there holds null.
    pub(super) fn content(&self, key: &str) -> Result<Content> {
        let content = self.collection.read(|open| Ok(open.realm.dictionary_get(self.collection.container, key)?))?;
        Ok(content.unwrap_or(Content::Value(Value::Null)))
    }

    /// The value under a key, and whether the key is there.
    fn get_value(&self, key: &str) -> Result<(realm_value_t, bool)> {
        let mut is_there = false;
        let value = self.collection.lend(|open| {
            let content = open.realm.dictionary_get(self.collection.container, key)?;
            is_there = content.is_some();
            Ok(content.unwrap_or(Content::Value(Value::Null)))
        })?;
        Ok((value, is_there))
    }

    fn entry(&self, index: usize) -> Result<(realm_string_t, realm_value_t)> {
        let dictionary = self.collection.container;
        self.collection.read(|open| {
            let entries = |open: &OpenRealm| Ok(open.realm.dictionary_entries(dictionary)?);
            self.walk.lend(open, index, entries, |(key, content)| {
                Ok((realm_string_t::borrowed(key), content_to_c(content, open)?))
            })
        })
    }

    unsafe fn set_value(&self, key: &str, value: &realm_value_t) -> Result<()> {
        self.collection.write(|open| {
            let value = unsafe { value_from_c(value, open, "value") }?;
            Ok(open.realm.dictionary_set(self.collection.container, key, value)?)
        })
    }

    fn erase(&self, key: &str) -> Result<bool> {
        self.collection.write(|open| Ok(open.realm.dictionary_erase(self.collection.container, key)?))
    }

    fn clear(&self) -> Result<()> {
        self.collection.write(|open| Ok(open.realm.dictionary_clear(self.collection.container)?))
    }
}

/// Counts the entries of a dictionary.
///
/// @param dictionary The dictionary, as realm_object_get_dictionary() gave it.
/// @param out_size   Gets the number of entries.
/// @return false when the dictionary is gone: what held it was erased or overwritten.
///
/// A link to an object that does not exist (yet, or any more) counts, and reads as null.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_size(dictionary: *const realm_dictionary_t, out_size: *mut usize) -> bool {
    guard(|call| call.write(out_size, "out_size", call.handle(dictionary, "dictionary")?.size()?))
}

/// Reads the value under a key.
///
/// @param dictionary The dictionary.
/// @param key        The key; UTF-8.
/// @param out_value  Gets the value, null when there is no such key; may be NULL. Strings and bytes in it are
///                   borrowed until the next realm_dictionary_get_value() on this handle, or its release.
/// @param out_found  Gets whether there is such a key; may be NULL.
/// @return false when the dictionary is gone.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_size().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_get_value(
    dictionary: *const realm_dictionary_t,
    key: realm_string_t,
    out_value: *mut realm_value_t,
    out_found: *mut bool,
) -> bool {
    guard(|call| {
        let (value, is_there) = call.handle(dictionary, "dictionary")?.get_value(key.text("key")?)?;
        call.write_optional(out_value, value)?;
        call.write_optional(out_found, is_there)
    })
}

/// Reads an entry by its index.
///
/// @param dictionary The dictionary.
/// @param index      Which entry, from 0, by the bytes of the keys; changes of the dictionary move entries.
/// @param out_key    Gets the key, and out_value the value; borrowed until the next
///                   realm_dictionary_get_entry() on this handle, or its release. May be NULL.
/// @param out_value  Gets the value; may be NULL.
/// @return false when the index is at or beyond the size, or the dictionary is gone.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_get_entry(
    dictionary: *const realm_dictionary_t,
    index: usize,
    out_key: *mut realm_string_t,
    out_value: *mut realm_value_t,
) -> bool {
    guard(|call| {
        let (key, value) = call.handle(dictionary, "dictionary")?.entry(index)?;
        call.write_optional(out_key, key)?;
        call.write_optional(out_value, value)
    })
}

/// Writes the value under a key, which is made where it is missing.
///
/// @param dictionary The dictionary; its realm must have a write transaction open.
/// @param key        The key; UTF-8, copied.
/// @param value      The value; strings and bytes in it are copied.
/// @return false when the dictionary does not take the value; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_PROPERTY_TYPE_MISMATCH,
///         RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_NO_SUCH_OBJECT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_set_value(
    dictionary: *mut realm_dictionary_t,
    key: realm_string_t,
    value: *const realm_value_t,
) -> bool {
    guard(|call| {
        let value = call.read(value, "value")?;
        call.handle(dictionary, "dictionary")?.set_value(key.text("key")?, &value)
    })
}

/// Erases a key and its value.
///
/// @param dictionary The dictionary; its realm must have a write transaction open.
/// @param key        The key; UTF-8.
/// @param out_erased Gets whether there was such a key; may be NULL.
/// @return false when there is no write transaction, or the dictionary is gone.
///
/// An embedded object or a collection under it is erased with it; the object of a link is not.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_erase(
    dictionary: *mut realm_dictionary_t,
    key: realm_string_t,
    out_erased: *mut bool,
) -> bool {
    guard(|call| {
        let erased = call.handle(dictionary, "dictionary")?.erase(key.text("key")?)?;
        call.write_optional(out_erased, erased)
    })
}

/// Erases all entries of a dictionary.
///
/// @param dictionary The dictionary; its realm must have a write transaction open.
/// @return false when there is no write transaction, or the dictionary is gone.
///
/// Entries that another device adds at the same time without knowing of it are erased, too.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_dictionary_erase().
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_clear(dictionary: *mut realm_dictionary_t) -> bool {
    guard(|call| call.handle(dictionary, "dictionary")?.clear())
}

/// Asks whether a dictionary exists still.
///
/// @param dictionary The dictionary.
/// @param out_valid  Gets false when what held it was erased or overwritten, by whomever, or its realm was closed.
/// @return false when a pointer is NULL.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_is_valid(
    dictionary: *const realm_dictionary_t,
    out_valid: *mut bool,
) -> bool {
    guard(|call| {
        let is_valid = call.handle(dictionary, "dictionary")?.collection.is_valid()?;
        call.write(out_valid, "out_valid", is_valid)
    })
}

/// Adds a reference to a dictionary.
///
/// @param dictionary The dictionary, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_dictionary_release(). The handle lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_retain(dictionary: *mut realm_dictionary_t) -> *mut realm_dictionary_t {
    guard(|_call| retain(dictionary))
}

/// Gives up a reference to a dictionary.
///
/// @param dictionary The dictionary, or NULL.
///
/// The dictionary itself stays in the realm.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_dictionary_release(dictionary: *mut realm_dictionary_t) {
    guard(|_call| release(dictionary))
}
