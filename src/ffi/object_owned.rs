//! What the properties of an object own: collections and embedded objects.

use std::sync::Arc;

use super::collection::embedded;
use super::dictionary::realm_dictionary_t;
use super::error::Result;
use super::guard::guard;
use super::list::realm_list_t;
use super::object::realm_object_t;
use super::set::realm_set_t;
use super::value::realm_property_key_t;
use crate::store::{Container, Content, NestedKind, PropertyKey};

impl realm_object_t {
    fn content(&self, property: realm_property_key_t) -> Result<Content> {
        self.read(|open| Ok(open.realm.content(self.class.key, self.object, PropertyKey(property))?))
    }

    fn set_collection(&self, property: realm_property_key_t, kind: NestedKind) -> Result<Container> {
        self.write(|open| Ok(open.realm.set_collection(self.class.key, self.object, PropertyKey(property), kind)?))
    }

    fn get_embedded(&self, property: realm_property_key_t) -> Result<Arc<realm_object_t>> {
        let content = self.content(property)?;
        self.read(|open| embedded(&self.realm, open, content))
    }

    fn set_embedded(&self, property: realm_property_key_t) -> Result<Arc<realm_object_t>> {
        self.write(|open| {
            open.realm.set_embedded(self.class.key, self.object, PropertyKey(property))?;
            Ok(())
        })?;
        self.get_embedded(property)
    }

    fn owner(&self) -> Result<Arc<realm_object_t>> {
        self.read(|open| {
            let (class, object) = open.realm.owner(self.class.key, self.object)?;
            let class = open.class_of(class)?;
            let key = open.key_of_object(&class, object)?;
            Ok(realm_object_t::new(self.realm.clone(), class, object, key))
        })
    }
}

/// Gets the list of a property.
///
/// @param object       The object.
/// @param property_key A property that is a list, or a mixed one that holds a list.
/// @return The list, to be released with realm_list_release(); NULL when there is none.
///
/// The handle shows what is in the list now, whoever changes it. The list of a property is there as long as its
/// object is, one in a mixed value until that is overwritten.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT, RLM_ERR_INVALID_PROPERTY,
///         RLM_ERR_PROPERTY_TYPE_MISMATCH; RLM_ERR_NO_SUCH_OBJECT when the value is null.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_list(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_list_t {
    guard(|call| {
        let object = call.handle(object, "object")?;
        realm_list_t::of(&object.realm, object.content(property_key)?)
    })
}

/// Gets the set of a property.
///
/// @param object       The object.
/// @param property_key A property that is a set.
/// @return The set, to be released with realm_set_release(); NULL when the property is none.
///
/// The handle shows what is in the set now, whoever changes it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_set(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_set_t {
    guard(|call| {
        let object = call.handle(object, "object")?;
        realm_set_t::of(&object.realm, object.content(property_key)?)
    })
}

/// Gets the dictionary of a property.
///
/// @param object       The object.
/// @param property_key A property that is a dictionary, or a mixed one that holds a dictionary.
/// @return The dictionary, to be released with realm_dictionary_release(); NULL when there is none.
///
/// The handle shows what is in the dictionary now, whoever changes it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_get_list().
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_dictionary(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_dictionary_t {
    guard(|call| {
        let object = call.handle(object, "object")?;
        realm_dictionary_t::of(&object.realm, object.content(property_key)?)
    })
}

/// Gets the embedded object of a property.
///
/// @param object       The object.
/// @param property_key A property whose target class is embedded.
/// @return The embedded object, to be released with realm_object_release(); NULL when there is none.
///
/// It is read and written like any object, save that it has no key and nothing links to it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_get_list(); RLM_ERR_NO_SUCH_OBJECT when the property is null.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_embedded(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_object_t {
    guard(|call| call.handle(object, "object")?.get_embedded(property_key))
}

/// Makes a mixed property an empty list.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A mixed property.
/// @return The list, to be released with realm_list_release(); NULL when the property takes none.
///
/// What the property held goes; where it was a list, that list is emptied.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_get_list(); RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_list(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_list_t {
    guard(|call| {
        let object = call.handle(object, "object")?;
        Ok(realm_list_t::new(&object.realm, object.set_collection(property_key, NestedKind::List)?))
    })
}

/// Makes a mixed property an empty dictionary.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A mixed property.
/// @return The dictionary, to be released with realm_dictionary_release(); NULL when the property takes none.
///
/// What the property held goes; where it was a dictionary, that dictionary is emptied.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_list().
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_dictionary(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_dictionary_t {
    guard(|call| {
        let object = call.handle(object, "object")?;
        Ok(realm_dictionary_t::new(&object.realm, object.set_collection(property_key, NestedKind::Dictionary)?))
    })
}

/// Makes the embedded object of a property, with the default of its type in each property.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A property whose target class is embedded.
/// @return The embedded object, to be released with realm_object_release(); NULL when the property takes none.
///
/// It replaces one that is there. To remove it, write null with realm_object_set_value(), or erase it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_list().
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_embedded(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
) -> *mut realm_object_t {
    guard(|call| call.handle(object, "object")?.set_embedded(property_key))
}

/// Gets the object that an embedded one belongs to.
///
/// @param object The embedded object.
/// @return The object whose property, list or dictionary holds it, to be released with realm_object_release();
///         NULL when it was erased, or is not embedded.
///
/// The owner may be embedded itself.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
///         RLM_ERR_PROPERTY_TYPE_MISMATCH.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_owner(object: *const realm_object_t) -> *mut realm_object_t {
    guard(|call| call.handle(object, "object")?.owner())
}
