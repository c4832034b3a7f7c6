//! The last error of each thread, and the error type of every body behind an export.

use std::cell::RefCell;
use std::ffi::c_char;

use super::errno::{categories_of, realm_errno_e};
use super::guard::guard;
use super::string::realm_string_t;

/// Describes one failure. `number` is a realm_errno_e, `categories` a union of
/// realm_error_category_e bits, `message` English text that says what to do, without a final
/// line break. The layout is frozen; C never fills this struct.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct realm_error_t {
    /// A realm_errno_e; RLM_ERR_NONE when nothing failed.
    pub number: i32,
    /// Bits of realm_error_category_e.
    pub categories: u32,
    /// Borrowed: until the next failing call on the thread, or until the callback returns.
    pub message: realm_string_t,
}

impl realm_error_t {
    /// Nothing failed.
    pub(super) fn none() -> realm_error_t {
        let message = realm_string_t { data: std::ptr::null::<c_char>(), size: 0 };
        realm_error_t { number: realm_errno_e::RLM_ERR_NONE as i32, categories: 0, message }
    }
}

/// Why a body failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Error {
    pub(super) number: i32,
    pub(super) message: String,
}

pub(super) type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(super) fn new(number: realm_errno_e, message: impl Into<String>) -> Error {
        Error { number: number as i32, message: message.into() }
    }

    pub(super) fn null(parameter: &str) -> Error {
        Error::argument(format!("{parameter} is NULL; pass a valid pointer"))
    }

    pub(super) fn argument(message: impl Into<String>) -> Error {
        Error::new(realm_errno_e::RLM_ERR_INVALID_ARGUMENT, message)
    }

    /// The struct C sees; it borrows from `self`.
    pub(super) fn as_c(&self) -> realm_error_t {
        realm_error_t {
            number: self.number,
            categories: categories_of(self.number),
            message: realm_string_t::borrowed(&self.message),
        }
    }
}

thread_local! {
    static LAST: RefCell<Error> = const { RefCell::new(Error { number: 0, message: String::new() }) };
}

/// Keeps `error` as the last one of this thread. At thread exit there is nobody left to read it.
pub(super) fn set_last(error: Error) {
    let _ = LAST.try_with(|last| last.replace(error));
}

fn last() -> realm_error_t {
    LAST.try_with(|last| last.borrow().as_c()).unwrap_or_else(|_| realm_error_t::none())
}

/// Describes the last call that failed on this thread.
///
/// @param out_error Gets the error; its number is RLM_ERR_NONE when no call has failed yet.
///                  The message is borrowed until the next failing call on this thread.
/// @return false when out_error is NULL.
///
/// Calls that succeed leave the last error as it is: ask only after a failure.
/// Threads: any thread; each has a last error of its own.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_error_get_last(out_error: *mut realm_error_t) -> bool {
    guard(|call| call.write(out_error, "out_error", last()))
}

/// Forgets the last error of this thread.
///
/// @return true, always.
///
/// After it realm_error_get_last() reports RLM_ERR_NONE on this thread, until a call fails.
/// The message of the forgotten error is no longer valid.
/// Threads: any thread; the other threads keep theirs.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_error_clear() -> bool {
    guard(|_call| {
        set_last(Error { number: 0, message: String::new() });
        Ok(())
    })
}
