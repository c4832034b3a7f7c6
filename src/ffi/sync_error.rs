//! What the error callback of a session gets, and what can be read of it during the call.

use std::cell::RefCell;
use std::ffi::c_void;
use std::sync::Arc;

use super::errno::realm_errno_e;
use super::error::{realm_error_t, Error, Result};
use super::guard::guard;
use super::open_session::error_of_session;
use super::string::realm_string_t;
use super::value::{primary_key_to_c, realm_value_t};
use crate::client::{CompensatingWrites, Consequence, SessionError};

/// Describes an error of a session. Valid, with its strings, during the callback. The layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_sync_error_t {
    /// Number, categories and message.
    pub error: realm_error_t,
    /// The path of the realm.
    pub path: realm_string_t,
    /// The number the server sent, as the protocol has it; 0 when the error arose on this side.
    pub wire_code: u32,
    /// 1 when the session does not go on by itself, else 0.
    pub is_fatal: u8,
}

/// One object that a client wrote and the server did not accept. The layout is frozen.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_sync_compensating_write_t {
    /// The object's class.
    pub class_name: realm_string_t,
    /// The object's primary key.
    pub primary_key: realm_value_t,
    /// Why the server did not accept the write; its text, for people.
    pub reason: realm_string_t,
}

/// Gets an error of a session. `error` is valid during the call. It runs on the client's dispatcher
/// thread, one at a time per session and in order; every function may be called from inside it.
pub type realm_sync_session_error_func_t =
    Option<unsafe extern "C" fn(userdata: *mut c_void, error: *const realm_sync_error_t)>;

/// An error that a callback of this thread is being told.
struct Told {
    error: *const realm_sync_error_t,
    rejected: Option<Arc<CompensatingWrites>>,
}

thread_local! {
    /// The innermost last. The struct that C sees has no room for what was added to it.
    static TOLD: RefCell<Vec<Told>> = const { RefCell::new(Vec::new()) };
}

/// Ends with the callbacks that are told.
struct Telling;

impl Drop for Telling {
    fn drop(&mut self) {
        TOLD.with_borrow_mut(Vec::pop);
    }
}

/// Describes the error as C sees it, for as long as `tell` runs.
pub(super) fn tell(path: &str, error: &SessionError, tell: impl FnOnce(&realm_sync_error_t)) {
    let described = error_of_session(error);
    let is_fatal = match error.consequence {
        Consequence::Retries | Consequence::GoesOn => 0,
        Consequence::NeedsToken | Consequence::Ends | Consequence::NeedsReset { .. } => 1,
    };
    let as_c = realm_sync_error_t {
        error: described.as_c(),
        path: realm_string_t::borrowed(path),
        wire_code: error.wire_code.unwrap_or(0),
        is_fatal,
    };
    let told = Told { error: &as_c, rejected: error.rejected.clone() };
    TOLD.with_borrow_mut(|telling| telling.push(told));
    let _telling = Telling;
    tell(&as_c);
}

/// The writes that the error is about; none where it is about something else.
fn rejected(error: *const realm_sync_error_t) -> Result<Option<Arc<CompensatingWrites>>> {
    if error.is_null() {
        return Err(Error::null("error"));
    }
    let told =
        TOLD.with_borrow(|telling| telling.iter().find(|told| told.error == error).map(|told| told.rejected.clone()));
    told.ok_or_else(|| {
        Error::argument("error is not the one that the callback running on this thread got; ask inside the callback")
    })
}

fn compensating_write(error: *const realm_sync_error_t, index: usize) -> Result<realm_sync_compensating_write_t> {
    let rejected = rejected(error)?;
    let updates = rejected.as_ref().map_or(&[][..], |rejected| &rejected.rejected_updates);
    let update = updates.get(index).ok_or_else(|| {
        let message = format!("index is {index}; the error is about {} writes", updates.len());
        Error::new(realm_errno_e::RLM_ERR_INDEX_OUT_OF_BOUNDS, message)
    })?;
    let primary_key = primary_key_to_c(update.key())
        .ok_or_else(|| Error::new(realm_errno_e::RLM_ERR_RUNTIME, "the object has no primary key"))?;
    Ok(realm_sync_compensating_write_t {
        class_name: realm_string_t::borrowed(&update.class),
        primary_key,
        reason: realm_string_t::borrowed(&update.reason),
    })
}

/// Reads how many objects the error is about whose writes the server did not accept.
///
/// @param error     The error, as the callback got it; not a copy of it.
/// @param out_count Gets the number; 0 where the error is about something else.
/// @return false outside the callback that got the error, or when a pointer is NULL.
///
/// An error numbered RLM_ERR_SYNC_COMPENSATING_WRITE comes once the download that undoes the writes is
/// integrated: the realm shows the objects as the server has them.
/// Threads: the one that the callback runs on.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_error_get_compensating_write_count(
    error: *const realm_sync_error_t,
    out_count: *mut usize,
) -> bool {
    guard(|call| {
        let count = rejected(error)?.map_or(0, |rejected| rejected.rejected_updates.len());
        call.write(out_count, "out_count", count)
    })
}

/// Reads one of the objects whose writes the server did not accept.
///
/// @param error     The error, as the callback got it; not a copy of it.
/// @param index     Which one, from 0.
/// @param out_write Gets class, primary key and reason; its strings are borrowed until the callback returns.
/// @return false outside the callback that got the error, or when there is no such object.
///
/// The object need not exist in the realm, nor its class.
/// Threads: the one that the callback runs on.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INDEX_OUT_OF_BOUNDS.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_error_get_compensating_write(
    error: *const realm_sync_error_t,
    index: usize,
    out_write: *mut realm_sync_compensating_write_t,
) -> bool {
    guard(|call| call.write(out_write, "out_write", compensating_write(error, index)?))
}

/// Reads which version of this realm the server did not accept, or not all of.
///
/// @param error       The error, as the callback got it; not a copy of it.
/// @param out_version Gets the version, as realm_get_version() told it after the write was committed; 0 where
///                    the error is about something else.
/// @return false outside the callback that got the error, or when a pointer is NULL.
///
/// Threads: the one that the callback runs on.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_error_get_rejected_version(
    error: *const realm_sync_error_t,
    out_version: *mut u64,
) -> bool {
    guard(|call| {
        let version = rejected(error)?.map_or(0, |rejected| rejected.rejected_client_version.0);
        call.write(out_version, "out_version", version)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::RejectedUpdate;
    use crate::value::{ClientVersion, ObjectId, PrimaryKey, ServerVersion, Uuid};

    fn error(rejected: Option<CompensatingWrites>) -> SessionError {
        SessionError {
            number: realm_errno_e::RLM_ERR_SYNC_COMPENSATING_WRITE as i32,
            wire_code: Some(231),
            message: "undone".into(),
            consequence: Consequence::GoesOn,
            rejected: rejected.map(Arc::new),
        }
    }

    fn writes(keys: impl IntoIterator<Item = PrimaryKey>) -> CompensatingWrites {
        let updates = keys.into_iter().map(|key| RejectedUpdate::new("not yours", "Note", key).unwrap());
        CompensatingWrites {
            rejected_client_version: ClientVersion(7),
            server_version: Some(ServerVersion(9)),
            rejected_updates: updates.collect(),
        }
    }

    fn count(error: *const realm_sync_error_t) -> Option<usize> {
        let mut count = 0;
        unsafe { realm_sync_error_get_compensating_write_count(error, &mut count) }.then_some(count)
    }

    fn version(error: *const realm_sync_error_t) -> Option<u64> {
        let mut version = 0;
        unsafe { realm_sync_error_get_rejected_version(error, &mut version) }.then_some(version)
    }

    fn write(error: *const realm_sync_error_t, index: usize) -> Option<realm_sync_compensating_write_t> {
        let mut write = std::mem::MaybeUninit::uninit();
        let is_there = unsafe { realm_sync_error_get_compensating_write(error, index, write.as_mut_ptr()) };
        is_there.then(|| unsafe { write.assume_init() })
    }

    fn last_error() -> i32 {
        let mut error = realm_error_t::none();
        assert!(unsafe { crate::ffi::error::realm_error_get_last(&mut error) });
        error.number
    }

    #[test]
    fn a_callback_reads_every_write_that_was_not_accepted_with_its_key_of_any_kind() {
        let keys = [
            PrimaryKey::Null,
            PrimaryKey::Int(-3),
            PrimaryKey::String("ä".into()),
            PrimaryKey::ObjectId(ObjectId([1; 12])),
            PrimaryKey::Uuid(Uuid([2; 16])),
        ];
        let mut read = Vec::new();
        tell("/a", &error(Some(writes(keys.clone()))), |error| unsafe {
            assert_eq!((count(error), version(error)), (Some(5), Some(7)));
            for index in 0..keys.len() {
                let write = write(error, index).unwrap();
                assert_eq!(write.class_name.text("class_name").unwrap(), "Note");
                assert_eq!(write.reason.text("reason").unwrap(), "not yours");
                read.push(crate::ffi::value::primary_key_from_c(&write.primary_key, "primary_key").unwrap());
            }
            assert!(write(error, keys.len()).is_none());
            assert_eq!(last_error(), realm_errno_e::RLM_ERR_INDEX_OUT_OF_BOUNDS as i32);
        });
        assert_eq!(read, keys);
    }

    #[test]
    fn an_error_about_something_else_has_no_writes() {
        tell("/a", &error(None), |error| {
            assert_eq!((count(error), version(error)), (Some(0), Some(0)));
            assert!(write(error, 0).is_none());
        });
    }

    #[test]
    fn a_copy_of_an_error_or_one_whose_callback_returned_is_refused() {
        let mut kept = std::ptr::null();
        tell("/a", &error(Some(writes([PrimaryKey::Int(1)]))), |error| {
            let copy = *error;
            assert_eq!(count(&copy), None);
            assert_eq!(last_error(), realm_errno_e::RLM_ERR_INVALID_ARGUMENT as i32);
            kept = error;
            tell("/b", &super::tests::error(None), |inner| {
                assert_eq!((count(inner), count(error)), (Some(0), Some(1)))
            });
            assert_eq!(count(error), Some(1));
        });
        assert_eq!((count(kept), version(kept), count(std::ptr::null())), (None, None, None));
    }
}
