//! Realms: opened, written in transactions, closed.

use std::path::Path;
use std::sync::Arc;

use parking_lot::Mutex;

use super::config::{realm_config_t, Options};
use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::open_realm::OpenRealm;
use super::schema::realm_schema_t;
use super::string::realm_string_t;
use super::sync_session::realm_sync_session_t;
use super::value::{realm_class_key_t, realm_property_key_t};
use crate::store;

/// An open realm. One thread at a time, together with its objects and results; release: any thread.
pub struct realm_t {
    header: Header,
    path: String,
    open: Mutex<Option<OpenRealm>>,
}

impl Handle for realm_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_t {
    fn open(options: &Options) -> Result<Arc<realm_t>> {
        let open = OpenRealm::open(options)?;
        let path = match options.is_in_memory {
            true => options.path.clone(),
            false => open.realm.path().to_string_lossy().into_owned(),
        };
        Ok(Arc::new(realm_t { header: Header::new(), path, open: Mutex::new(Some(open)) }))
    }

    /// Works with the realm, unless it was closed.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut OpenRealm) -> Result<R>) -> Result<R> {
        match &mut *self.open.lock() {
            Some(open) => work(open),
            None => {
                let message = format!("the realm `{}` is closed; open it again", self.path);
                Err(Error::new(realm_errno_e::RLM_ERR_CLOSED_REALM, message))
            }
        }
    }

    /// A realm that C gets for the time of a callback.
    pub(super) fn lent(realm: store::Realm) -> Arc<realm_t> {
        let path = realm.path().to_string_lossy().into_owned();
        let open = OpenRealm::lent(realm);
        Arc::new(realm_t { header: Header::new(), path, open: Mutex::new(Some(open)) })
    }

    pub(super) fn close(&self) {
        let open = self.open.lock().take();
        // Closing the file takes time; nobody has to wait for the lock meanwhile.
        if let Some(open) = open {
            open.close();
        }
    }

    pub(super) fn is_closed(&self) -> bool {
        self.open.lock().is_none()
    }

    fn is_in_transaction(&self) -> bool {
        self.open.lock().as_ref().is_some_and(|open| open.realm.is_writing())
    }

    fn rollback(&self) -> Result<()> {
        self.with(|open| Ok(open.realm.rollback()?))
    }

    fn sync_session(&self) -> Result<Arc<realm_sync_session_t>> {
        self.with(|open| match &open.session {
            Some(hold) => Ok(realm_sync_session_t::of(hold.open_session())),
            None => {
                let message = format!("the realm `{}` is not synced; open it with a sync config", self.path);
                Err(Error::new(realm_errno_e::RLM_ERR_NO_SYNC_SESSION, message))
            }
        })
    }

    fn find_property(&self, class_key: realm_class_key_t, name: &str) -> Result<realm_property_key_t> {
        self.with(|open| {
            let class = open.class(class_key)?;
            let key = open.realm.property_key(class.key, name);
            key.map(|key| key.0).ok_or_else(|| {
                let message = format!("the class `{}` has no property `{name}`", class.name);
                Error::new(realm_errno_e::RLM_ERR_INVALID_PROPERTY, message)
            })
        })
    }
}

/// Deletes the files of a realm; whether there were any.
fn delete_files(path: &str) -> Result<bool> {
    if path.is_empty() {
        return Err(Error::argument("path is empty; name the realm to delete"));
    }
    let path = Path::new(path);
    let exists = path.exists();
    store::delete_files(path)?;
    Ok(exists)
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
    guard(|call| realm_t::open(&call.handle(config, "config")?.options()))
}

/// Closes a realm for all references to this handle.
///
/// @param realm The realm. It stays valid, refuses further work, and must still be released.
/// @return false when realm is NULL.
///
/// A write transaction that is open is rolled back. Change callbacks that were added through the handle end; one that runs
/// is waited for, unless this is called from inside it. When it was the last open handle of the path, the session ends as
/// its stop policy says; if that is now, as it is for a stopped one, the files can be deleted once this returns. It waits
/// for the disk, never for the network. Calling it twice is fine.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_close(realm: *mut realm_t) -> bool {
    guard(|call| {
        call.handle(realm, "realm")?.close();
        Ok(())
    })
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
    guard(|call| call.write(out_closed, "out_closed", call.handle(realm, "realm")?.is_closed()))
}

/// Begins a write transaction.
///
/// @param realm The realm; it must not have one open.
/// @return false when it has, or was opened for reading only, or was closed.
///
/// It waits for other writers of the same path, and then sees what they committed; a thread that writes
/// through two handles at once waits for itself. Stopping the session inside the transaction is fine.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_READ_ONLY_DB,
///         RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_FILE_OPERATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_begin(realm: *mut realm_t) -> bool {
    guard(|call| call.handle(realm, "realm")?.with(OpenRealm::begin))
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
    guard(|call| call.handle(realm, "realm")?.with(OpenRealm::commit))
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
    guard(|call| call.handle(realm, "realm")?.rollback())
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
    guard(|call| {
        let is_in_transaction = call.handle(realm, "realm")?.is_in_transaction();
        call.write(out_in_transaction, "out_in_transaction", is_in_transaction)
    })
}

/// Looks for what others committed.
///
/// @param realm       The realm; it must not have a write transaction open.
/// @param out_changed Gets whether anybody else committed since the last call; may be NULL.
/// @return false when a write transaction is open, or the realm was closed.
///
/// Each read sees the newest committed values, with or without it; inside a write transaction also that
/// transaction's own. Classes and properties that others added are found after it.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE.
#[no_mangle]
pub unsafe extern "C" fn realm_refresh(realm: *mut realm_t, out_changed: *mut bool) -> bool {
    guard(|call| {
        let changed = call.handle(realm, "realm")?.with(OpenRealm::refresh)?;
        call.write_optional(out_changed, changed)
    })
}

/// Reads the path of a realm.
///
/// @param realm    The realm, open or closed.
/// @param out_path Gets the path, absolute and without links; borrowed until the realm is released.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_get_path(realm: *const realm_t, out_path: *mut realm_string_t) -> bool {
    guard(|call| {
        let path = realm_string_t::borrowed(&call.handle(realm, "realm")?.path);
        call.write(out_path, "out_path", path)
    })
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
    guard(|call| call.handle(realm, "realm")?.with(|open| Ok(realm_schema_t::new(open.schema()?))))
}

/// Finds a class by name.
///
/// @param realm         The realm.
/// @param name          The name; UTF-8.
/// @param out_class_key Gets the key, to be used with this realm's functions.
/// @return false when there is no such class.
///
/// A key is valid for every handle of the same file.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
#[no_mangle]
pub unsafe extern "C" fn realm_find_class(
    realm: *const realm_t,
    name: realm_string_t,
    out_class_key: *mut realm_class_key_t,
) -> bool {
    guard(|call| {
        let name = name.text("name")?;
        let key = call.handle(realm, "realm")?.with(|open| open.find_class(name))?;
        call.write(out_class_key, "out_class_key", key)
    })
}

/// Finds a property of a class by name.
///
/// @param realm            The realm.
/// @param class_key        The class, as realm_find_class() gave it.
/// @param name             The name; UTF-8.
/// @param out_property_key Gets the key, to be used with objects of that class.
/// @return false when there is no such class or property.
///
/// A key is valid for every handle of the same file.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_INVALID_PROPERTY.
#[no_mangle]
pub unsafe extern "C" fn realm_find_property(
    realm: *const realm_t,
    class_key: realm_class_key_t,
    name: realm_string_t,
    out_property_key: *mut realm_property_key_t,
) -> bool {
    guard(|call| {
        let key = call.handle(realm, "realm")?.find_property(class_key, name.text("name")?)?;
        call.write(out_property_key, "out_property_key", key)
    })
}

/// Reads which version of the file the realm is at.
///
/// @param realm       The realm.
/// @param out_version Gets the version: of a synced realm a number that grows with each commit, local or
///                    downloaded; of other realms 1, always.
/// @return false when the realm was closed.
///
/// Numbers of two files do not compare.
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
#[no_mangle]
pub unsafe extern "C" fn realm_get_version(realm: *const realm_t, out_version: *mut u64) -> bool {
    guard(|call| {
        let version = call.handle(realm, "realm")?.with(|open| Ok(open.realm.version()?.0))?;
        call.write(out_version, "out_version", version)
    })
}

/// Gets the sync session of a realm.
///
/// @param realm The realm; it must be synced and open.
/// @return The session, to be released with realm_sync_session_release(); NULL when the realm is
///         local or closed.
///
/// Every realm handle of one path has the same session, and gets the same pointer as long as a reference
/// to it is held: sessions are equal when their pointers are.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SYNC_SESSION.
#[no_mangle]
pub unsafe extern "C" fn realm_get_sync_session(realm: *const realm_t) -> *mut realm_sync_session_t {
    guard(|call| call.handle(realm, "realm")?.sync_session())
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
    guard(|call| call.write_optional(out_deleted, delete_files(path.text("path")?)?))
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
