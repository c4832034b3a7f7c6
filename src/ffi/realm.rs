//! Realms: opened, written in transactions, closed.

use super::config::realm_config_t;
use super::error::unavailable;
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::schema::realm_schema_t;
use super::string::realm_string_t;
use super::sync_session::realm_sync_session_t;
use super::value::{realm_class_key_t, realm_property_key_t};

/// An open realm. One thread at a time, together with its objects and results; release: any thread.
pub struct realm_t {
    header: Header,
}

impl Handle for realm_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

/// Opens a realm.
///
/// @param config How to open it; copied.
/// @return The realm; release it with realm_release(). NULL when it cannot be opened.
///
/// The file is made when it does not exist. A synced realm's session is started, or found when the
/// path is open already. Each handle reads and writes on its own, also those of the same path.
/// Threads: any thread. The handle is for one thread at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, the schema errors 2016 to 2019, the file errors 1004 to 1023,
///         RLM_ERR_MISMATCHED_CONFIG, RLM_ERR_CLOSED_SYNC_CLIENT.
#[no_mangle]
pub unsafe extern "C" fn realm_open(config: *const realm_config_t) -> *mut realm_t {
    guard(|call| unavailable::<std::sync::Arc<realm_t>>())
}

/// Closes a realm for all references to this handle.
///
/// @param realm The realm. It stays valid, refuses further work, and must still be released.
/// @return false when realm is NULL.
///
/// A write transaction that is open is rolled back. When it was the last open handle of the path, the
/// session ends as its stop policy says. Calling it twice is fine.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_close(realm: *mut realm_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Asks whether a realm was closed.
///
/// @param realm      The realm.
/// @param out_closed Gets true after realm_close().
/// @return false when a pointer is NULL.
///
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_is_closed(realm: *const realm_t, out_closed: *mut bool) -> bool {
    guard(|call| unavailable::<()>())
}

/// Begins a write transaction.
///
/// @param realm The realm; it must not have one open.
/// @return false when it has, or was opened for reading only, or was closed.
///
/// It waits for other writers of the same path, and then sees what they committed. Stopping the
/// session from inside the transaction is fine.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_READ_ONLY_DB,
///         RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_FILE_OPERATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_begin(realm: *mut realm_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Commits the write transaction.
///
/// @param realm The realm; it must have a write transaction open.
/// @return false when it has none, or the commit failed: then the transaction was rolled back.
///
/// When it returns the changes are on disk, and queued for upload if the realm is synced.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
///         RLM_ERR_OUT_OF_DISK_SPACE, RLM_ERR_FILE_OPERATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_commit(realm: *mut realm_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Undoes the write transaction.
///
/// @param realm The realm; it must have a write transaction open.
/// @return false when it has none.
///
/// The realm is then as it was when the transaction began. Objects made in it are no longer valid.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_rollback(realm: *mut realm_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Asks whether a write transaction is open on this handle.
///
/// @param realm              The realm.
/// @param out_in_transaction Gets true between realm_begin() and realm_commit() or realm_rollback().
/// @return false when a pointer is NULL.
///
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_is_in_transaction(realm: *const realm_t, out_in_transaction: *mut bool) -> bool {
    guard(|call| unavailable::<()>())
}

/// Moves the realm to the newest version of the file.
///
/// @param realm       The realm; it must not have a write transaction open.
/// @param out_changed Gets whether there was a newer version; may be NULL.
/// @return false when a write transaction is open, or the realm was closed.
///
/// Reading sees one version of the file from one refresh, or transaction, to the next.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_refresh(realm: *mut realm_t, out_changed: *mut bool) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the path of a realm.
///
/// @param realm    The realm, open or closed.
/// @param out_path Gets the path as it was given; borrowed until the realm is released.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_get_path(realm: *const realm_t, out_path: *mut realm_string_t) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads the schema of a realm.
///
/// @param realm The realm.
/// @return A copy of the schema of the file, to be released with realm_schema_release();
///         NULL when the realm was closed.
///
/// It may hold more than was asked for on opening: other devices add classes and properties.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
#[no_mangle]
pub unsafe extern "C" fn realm_get_schema(realm: *const realm_t) -> *mut realm_schema_t {
    guard(|call| unavailable::<std::sync::Arc<realm_schema_t>>())
}

/// Finds a class by name.
///
/// @param realm         The realm.
/// @param name          The name; UTF-8.
/// @param out_class_key Gets the key, to be used with this realm's functions.
/// @return false when there is no such class.
///
/// A key stays valid, for this handle, until the realm is closed.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_find_class(
    realm: *const realm_t,
    name: realm_string_t,
    out_class_key: *mut realm_class_key_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Finds a property of a class by name.
///
/// @param realm            The realm.
/// @param class_key        The class, as realm_find_class() gave it.
/// @param name             The name; UTF-8.
/// @param out_property_key Gets the key, to be used with objects of that class.
/// @return false when there is no such class or property.
///
/// A key stays valid, for this handle, until the realm is closed.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_INVALID_PROPERTY.
#[no_mangle]
pub unsafe extern "C" fn realm_find_property(
    realm: *const realm_t,
    class_key: realm_class_key_t,
    name: realm_string_t,
    out_property_key: *mut realm_property_key_t,
) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads which version of the file the realm is at.
///
/// @param realm       The realm.
/// @param out_version Gets the version: a number that grows with each commit of any writer.
/// @return false when the realm was closed.
///
/// Numbers of a synced realm are those of its upload history; numbers of two files do not compare.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
#[no_mangle]
pub unsafe extern "C" fn realm_get_version(realm: *const realm_t, out_version: *mut u64) -> bool {
    guard(|call| unavailable::<()>())
}

/// Gets the sync session of a realm.
///
/// @param realm The realm; it must be synced and open.
/// @return The session, to be released with realm_sync_session_release(); NULL when the realm is
///         local or closed.
///
/// Every handle of one path has the same session.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SYNC_SESSION.
#[no_mangle]
pub unsafe extern "C" fn realm_get_sync_session(realm: *const realm_t) -> *mut realm_sync_session_t {
    guard(|call| unavailable::<std::sync::Arc<realm_sync_session_t>>())
}

/// Deletes the files of a realm that is not open.
///
/// @param path        The path of the realm; UTF-8.
/// @param out_deleted Gets whether there was anything to delete; may be NULL.
/// @return false when the realm is open in this process, or a file cannot be deleted.
///
/// What was not uploaded is lost.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_DELETE_OPENED_REALM, RLM_ERR_FILE_PERMISSION_DENIED,
///         RLM_ERR_FILE_OPERATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_delete_files(path: realm_string_t, out_deleted: *mut bool) -> bool {
    guard(|call| unavailable::<()>())
}

/// Adds a reference to a realm.
///
/// @param realm The realm, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_release(). The realm lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_retain(realm: *mut realm_t) -> *mut realm_t {
    guard(|_call| retain(realm))
}

/// Gives up a reference to a realm.
///
/// @param realm The realm, or NULL.
///
/// The last one closes the realm, as realm_close() does, once the objects and results of it are released too.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_release(realm: *mut realm_t) {
    guard(|_call| release(realm))
}
