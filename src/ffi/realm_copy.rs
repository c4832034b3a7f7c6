//! Realms copied, out of sync or into a new identity, and compacted.

use std::path::Path;

use super::error::{Error, Result};
use super::guard::guard;
use super::realm::realm_t;
use super::string::realm_string_t;
use crate::store::{self, Unsent, Unshared};

fn path_of<'a>(path: &'a str, what: &str) -> Result<&'a Path> {
    match path.is_empty() {
        true => Err(Error::argument(format!("{what} is empty; name a file"))),
        false => Ok(Path::new(path)),
    }
}

fn unsent(keep: bool) -> Unsent {
    match keep {
        true => Unsent::Keep,
        false => Unsent::Refuse,
    }
}

fn unshared(begin_empty: bool) -> Unshared {
    match begin_empty {
        true => Unshared::BeginEmpty,
        false => Unshared::Refuse,
    }
}

/// Copies the last committed state of a realm, local or synced, into a new local realm, to leave sync for good.
///
/// @param realm       The realm; it must not have a write transaction open. It and its session stay as they are.
/// @param path        Where the copy goes; UTF-8. Nothing may be there.
/// @param keep_unsent Whether to copy although changes are not uploaded: no server gets them from the copy.
/// @return false when no copy was made; then nothing is left at path. The copy is on disk when this returns.
///
/// Threads: one at a time.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_OUT_OF_DISK_SPACE,
///         RLM_ERR_FILE_ALREADY_EXISTS, RLM_ERR_ILLEGAL_OPERATION for unsent changes, other RLM_ERR_FILE_... numbers.
#[no_mangle]
pub unsafe extern "C" fn realm_copy_to_local(realm: *mut realm_t, path: realm_string_t, keep_unsent: bool) -> bool {
    guard(|call| {
        let target = path_of(path.text("path")?, "path")?;
        call.handle(realm, "realm")?.with(|open| Ok(open.realm.copy_to_local(target, unsent(keep_unsent))?))
    })
}

/// Copies the last committed state of a synced realm into a new synced realm, which gets an identity of its own.
///
/// @param realm       The realm; it must not have a write transaction open. It and its session stay as they are.
/// @param path        Where the copy goes; UTF-8. Nothing may be there.
/// @param begin_empty Whether to make one though changes are not uploaded, or not come back with a download yet. It has
///                    the classes and no objects, which its first session downloads; the changes stay in this realm.
/// @return false when no copy was made; then nothing is left at path. The copy is on disk when this returns.
///
/// Sync it with the same server and partition: it goes on from what this realm had downloaded.
/// Threads: one at a time.
/// Errors: as realm_copy_to_local(); RLM_ERR_ILLEGAL_OPERATION for such changes, RLM_ERR_INCOMPATIBLE_HISTORIES for
///         a local realm.
#[no_mangle]
pub unsafe extern "C" fn realm_copy_to_synced(realm: *mut realm_t, path: realm_string_t, begin_empty: bool) -> bool {
    guard(|call| {
        let target = path_of(path.text("path")?, "path")?;
        call.handle(realm, "realm")?.with(|open| Ok(open.realm.copy_to_synced(target, unshared(begin_empty))?))
    })
}

/// Gives the space of what was deleted back to the file system.
///
/// @param path          The path of a realm that is not open, local or synced; UTF-8.
/// @param out_compacted Gets whether the file is smaller now; may be NULL.
/// @return false when the realm is open or synced in this process, or synced by another one.
///
/// Objects, history and identity stay. Opening the realm meanwhile is fine; its first write waits.
/// Threads: any thread; it takes as long as writing the file anew.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_DELETE_OPENED_REALM, RLM_ERR_MULTIPLE_SYNC_AGENTS,
///         RLM_ERR_FILE_NOT_FOUND, RLM_ERR_INVALID_DATABASE, RLM_ERR_OUT_OF_DISK_SPACE,
///         RLM_ERR_FILE_PERMISSION_DENIED, RLM_ERR_FILE_OPERATION_FAILED.
#[no_mangle]
pub unsafe extern "C" fn realm_compact(path: realm_string_t, out_compacted: *mut bool) -> bool {
    guard(|call| {
        let compacted = store::compact(path_of(path.text("path")?, "path")?)?;
        call.write_optional(out_compacted, compacted)
    })
}
