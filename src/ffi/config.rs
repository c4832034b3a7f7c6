//! How a realm is opened.

use std::sync::Arc;

use parking_lot::Mutex;

use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::schema::realm_schema_t;
use super::string::realm_string_t;
use super::sync_config::{realm_sync_config_t, SyncOptions};
use crate::schema::Schema;

/// How a realm is opened. Any thread.
pub struct realm_config_t {
    header: Header,
    options: Mutex<Options>,
}

/// What the setters collect.
#[derive(Clone, Default)]
pub(super) struct Options {
    pub(super) path: String,
    pub(super) schema: Schema,
    pub(super) is_read_only: bool,
    pub(super) is_in_memory: bool,
    pub(super) sync_config: Option<SyncOptions>,
}

impl Handle for realm_config_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_config_t {
    fn new() -> Arc<realm_config_t> {
        Arc::new(realm_config_t { header: Header::new(), options: Mutex::default() })
    }

    /// A copy of what was set so far.
    pub(super) fn options(&self) -> Options {
        self.options.lock().clone()
    }

    fn set_path(&self, path: &str) -> Result<()> {
        if path.is_empty() {
            return Err(Error::argument("path is empty; name the file the realm is in"));
        }
        self.options.lock().path = path.to_string();
        Ok(())
    }

    fn path(&self) -> realm_string_t {
        realm_string_t::borrowed(&self.options.lock().path)
    }

    fn set_schema(&self, schema: Schema) -> Result<()> {
        schema.validate()?;
        self.options.lock().schema = schema;
        Ok(())
    }

    fn sync_config(&self) -> *mut realm_sync_config_t {
        let sync_config = self.options.lock().sync_config.clone();
        sync_config.map_or(std::ptr::null_mut(), |options| Arc::into_raw(realm_sync_config_t::new(options)).cast_mut())
    }
}

/// Makes a config without path, schema and sync.
///
/// @return The config; release it with realm_config_release().
///
/// A path is needed to open a realm; a schema is needed unless the file exists and keeps its own.
/// Opening copies the config, so changing it later has no effect on open realms.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_config_new() -> *mut realm_config_t {
    guard(|_call| Ok(realm_config_t::new()))
}

/// Sets the path of the realm file.
///
/// @param config The config.
/// @param path Where the file is or will be, UTF-8, not empty. Its folder must exist when the realm is opened.
/// @return false when the path is empty or not UTF-8.
///
/// The same path opened twice in one process is the same realm, with one sync session.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_set_path(config: *mut realm_config_t, path: realm_string_t) -> bool {
    guard(|call| call.handle(config, "config")?.set_path(path.text("path")?))
}

/// Reads the path of the realm file.
///
/// @param config The config.
/// @param out_path Gets the path, empty when none is set; borrowed until it is set again or the config is released.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_get_path(config: *const realm_config_t, out_path: *mut realm_string_t) -> bool {
    guard(|call| call.write(out_path, "out_path", call.handle(config, "config")?.path()))
}

/// Sets the schema the realm shall have.
///
/// @param config The config.
/// @param schema The schema; copied, so later changes to it have no effect here.
/// @return false when the schema does not validate, as realm_schema_validate() says.
///
/// Opening adds to the file the classes and properties it lacks. Nothing is ever removed or changed
/// by a schema: a schema that contradicts the file makes opening fail.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_SCHEMA_VALIDATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_config_set_schema(config: *mut realm_config_t, schema: *const realm_schema_t) -> bool {
    guard(|call| call.handle(config, "config")?.set_schema(call.handle(schema, "schema")?.schema()))
}

/// Reads the schema the realm shall have.
///
/// @param config The config.
/// @return A copy of the schema, empty when none is set; release it with realm_schema_release().
///         NULL when config is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_get_schema(config: *const realm_config_t) -> *mut realm_schema_t {
    guard(|call| Ok(realm_schema_t::new(call.handle(config, "config")?.options().schema)))
}

/// Sets whether the realm is opened for reading only.
///
/// @param config The config.
/// @param read_only true for reading only. The file must exist then.
/// @return false when config is NULL.
///
/// A read-only realm refuses write transactions, and cannot be synced.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_set_read_only(config: *mut realm_config_t, read_only: bool) -> bool {
    guard(|call| {
        call.handle(config, "config")?.options.lock().is_read_only = read_only;
        Ok(())
    })
}

/// Reads whether the realm is opened for reading only.
///
/// @param config The config.
/// @param out_read_only Gets whether it is read-only; false at first.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_get_read_only(config: *const realm_config_t, out_read_only: *mut bool) -> bool {
    guard(|call| call.write(out_read_only, "out_read_only", call.handle(config, "config")?.options.lock().is_read_only))
}

/// Sets whether the realm is kept in memory only.
///
/// @param config The config.
/// @param in_memory true for memory only: the path names the realm within this process, and no file is made.
/// @return false when config is NULL.
///
/// The content is gone when the last handle of that path is closed. It cannot be synced.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_set_in_memory(config: *mut realm_config_t, in_memory: bool) -> bool {
    guard(|call| {
        call.handle(config, "config")?.options.lock().is_in_memory = in_memory;
        Ok(())
    })
}

/// Reads whether the realm is kept in memory only.
///
/// @param config The config.
/// @param out_in_memory Gets whether it is in memory; false at first.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_get_in_memory(config: *const realm_config_t, out_in_memory: *mut bool) -> bool {
    guard(|call| call.write(out_in_memory, "out_in_memory", call.handle(config, "config")?.options.lock().is_in_memory))
}

/// Sets how the realm is synced.
///
/// @param config      The config.
/// @param sync_config How to sync; copied, so later changes to it have no effect here.
///                    May be NULL: the realm is local.
/// @return false when config is NULL.
///
/// Opening a synced realm starts its session.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_set_sync_config(
    config: *mut realm_config_t,
    sync_config: *const realm_sync_config_t,
) -> bool {
    guard(|call| {
        let sync_config = call.optional(sync_config, "sync_config")?.map(realm_sync_config_t::options);
        call.handle(config, "config")?.options.lock().sync_config = sync_config;
        Ok(())
    })
}

/// Reads how the realm is synced.
///
/// @param config          The config.
/// @param out_sync_config Gets a copy, to be released with realm_sync_config_release(),
///                        or NULL when the realm is local.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_config_get_sync_config(
    config: *const realm_config_t,
    out_sync_config: *mut *mut realm_sync_config_t,
) -> bool {
    guard(|call| {
        call.check_out(out_sync_config, "out_sync_config")?;
        call.write(out_sync_config, "out_sync_config", call.handle(config, "config")?.sync_config())
    })
}

/// Adds a reference to a config.
///
/// @param config The config, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_config_release(). The config lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_config_retain(config: *mut realm_config_t) -> *mut realm_config_t {
    guard(|_call| retain(config))
}

/// Gives up a reference to a config.
///
/// @param config The config, or NULL.
///
/// The last one ends the config. Realms opened with it go on.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_config_release(config: *mut realm_config_t) {
    guard(|_call| release(config))
}
