//! Objects: made, found, read, written, erased.

use super::error::unavailable;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::realm::realm_t;
use super::value::{realm_class_key_t, realm_link_t, realm_property_key_t, realm_value_t};

/// One object of a realm. One thread at a time, for the realm and all that is of it; release: any thread.
pub struct realm_object_t {
    header: Header,
}

impl Handle for realm_object_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

/// Makes an object, with the default of its type in each property: null, 0, false, empty or the epoch.
///
/// @param realm       The realm; it must have a write transaction open.
/// @param class_key   The class.
/// @param primary_key The primary key; NULL when the class has none. May be a null value where the key is nullable.
/// @return The object; release it with realm_object_release(). NULL when it exists already.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_find(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_TOP_LEVEL_OBJECT,
///         RLM_ERR_MISSING_PRIMARY_KEY, RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_OBJECT_ALREADY_EXISTS.
#[no_mangle]
pub unsafe extern "C" fn realm_object_create(
    realm: *mut realm_t,
    class_key: realm_class_key_t,
    primary_key: *const realm_value_t,
) -> *mut realm_object_t {
    guard(|call| unavailable::<std::sync::Arc<realm_object_t>>())
}

/// Finds an object by its primary key.
///
/// @param realm       The realm.
/// @param class_key   The class; it must have a primary key.
/// @param primary_key The primary key.
/// @return The object, to be released with realm_object_release(); NULL when there is none.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_UNEXPECTED_PRIMARY_KEY,
///         RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_NO_SUCH_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_find(
    realm: *const realm_t,
    class_key: realm_class_key_t,
    primary_key: *const realm_value_t,
) -> *mut realm_object_t {
    guard(|call| unavailable::<std::sync::Arc<realm_object_t>>())
}

/// Finds the object a link names.
///
/// @param realm The realm.
/// @param link  The link, as realm_object_get_value() or realm_object_get_link() gave it.
/// @return The object, to be released with realm_object_release(); NULL when there is none (yet, or
///         any more).
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_NO_SUCH_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_find_linked(
    realm: *const realm_t,
    link: *const realm_link_t,
) -> *mut realm_object_t {
    guard(|call| unavailable::<std::sync::Arc<realm_object_t>>())
}

/// Erases an object.
///
/// @param object The object; its realm must have a write transaction open. It stays to be released.
/// @return false when there is no write transaction, or the object was erased before.
///
/// Links to it become null; objects it owns are erased with it.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
///         RLM_ERR_INVALIDATED_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_erase(object: *mut realm_object_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the value of a property.
///
/// @param object       The object.
/// @param property_key A property of its class that is no collection.
/// @param out_value    Gets the value. Strings and bytes in it are borrowed until the next
///                     realm_object_get_... on this object, or until it is released.
/// @return false when the object was erased or there is no such property.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
///         RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_value(
    object: *const realm_object_t,
    property_key: realm_property_key_t,
    out_value: *mut realm_value_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Writes the value of a property.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A property of its class that is neither a collection nor the primary key.
/// @param value        The value; strings and bytes in it are copied.
/// @return false when the property does not take the value; nothing is changed then.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
///         RLM_ERR_INVALIDATED_OBJECT, RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH,
///         RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_MODIFY_PRIMARY_KEY.
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_value(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    value: *const realm_value_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Writes the default value of a property of an object that was just made.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key A property of its class that is neither a collection nor the primary key.
/// @param value        The value; strings and bytes in it are copied.
/// @return false when the property does not take the value; nothing is changed then.
///
/// It is realm_object_set_value(), save that a value another device really set wins over it,
/// whichever of the two is the later.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_value().
#[no_mangle]
pub unsafe extern "C" fn realm_object_set_default_value(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    value: *const realm_value_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Adds to an integer property.
///
/// @param object       The object; its realm must have a write transaction open.
/// @param property_key An integer property, or a mixed one that holds an integer.
/// @param summand      What to add; may be negative. The sum wraps around at 64 bits.
/// @return false when the property holds no integer.
///
/// Additions of several devices all count, where plain writes would overwrite each other.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: as realm_object_set_value(); RLM_ERR_PROPERTY_TYPE_MISMATCH also when the value is null.
#[no_mangle]
pub unsafe extern "C" fn realm_object_add_int(
    object: *mut realm_object_t,
    property_key: realm_property_key_t,
    summand: i64,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Asks whether an object exists still.
///
/// @param object    The object.
/// @param out_valid Gets false when it was erased, by whomever, or its realm was closed.
/// @return false when a pointer is NULL.
///
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_is_valid(object: *const realm_object_t, out_valid: *mut bool) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the primary key of an object.
///
/// @param object          The object.
/// @param out_primary_key Gets the key. A string in it is borrowed until the next realm_object_get_...
///                        on this object, or until it is released.
/// @return false when its class has no primary key.
///
/// It works for an object that was erased, too.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_MISSING_PRIMARY_KEY.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_primary_key(
    object: *const realm_object_t,
    out_primary_key: *mut realm_value_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the link that names an object.
///
/// @param object   The object.
/// @param out_link Gets the link. A string in it is borrowed until the next realm_object_get_...
///                 on this object, or until it is released.
/// @return false when a pointer is NULL, or the object is embedded: nothing may link to it.
///
/// Put it into a realm_value_t of the type link to point at the object.
/// Threads: one at a time, for the realm and all that is of it.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_TOP_LEVEL_OBJECT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_link(object: *const realm_object_t, out_link: *mut realm_link_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the class of an object.
///
/// @param object        The object.
/// @param out_class_key Gets the class, as realm_find_class() would.
/// @return false when a pointer is NULL.
///
/// It works for an object that was erased, too.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_object_get_class(
    object: *const realm_object_t,
    out_class_key: *mut realm_class_key_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Adds a reference to an object.
///
/// @param object The object, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_object_release(). The object lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_retain(object: *mut realm_object_t) -> *mut realm_object_t {
    guard(|_call| retain(object))
}

/// Gives up a reference to an object.
///
/// @param object The object, or NULL.
///
/// The object itself stays in the realm; realm_object_erase() would erase it.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_object_release(object: *mut realm_object_t) {
    guard(|_call| release(object))
}
