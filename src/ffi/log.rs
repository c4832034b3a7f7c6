//! Logging: a level per category, and sinks. `docs/C_API.md`, "Logging".

use std::ffi::c_void;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t};
use super::error::unavailable;
use super::guard::guard;
use super::string::realm_string_t;

/// What a log message is about.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_log_category_e {
    /// Every category; only for setting a level.
    RLM_LOG_CATEGORY_ALL = 0,
    /// Files, transactions, integration of downloads.
    RLM_LOG_CATEGORY_STORE = 1,
    /// Sessions: what they decide, and why.
    RLM_LOG_CATEGORY_SYNC = 2,
    /// Connections and sockets.
    RLM_LOG_CATEGORY_NETWORK = 3,
    /// This interface.
    RLM_LOG_CATEGORY_API = 4,
}

/// How much a log message matters. Numbered as in realm-core, which has more levels.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum realm_log_level_e {
    /// Every step.
    RLM_LOG_LEVEL_TRACE = 1,
    /// For finding mistakes.
    RLM_LOG_LEVEL_DEBUG = 2,
    /// What an operator wants to know.
    RLM_LOG_LEVEL_INFO = 4,
    /// Something is odd, and work goes on.
    RLM_LOG_LEVEL_WARNING = 5,
    /// Something failed.
    RLM_LOG_LEVEL_ERROR = 6,
    /// Nothing; only for setting a level.
    RLM_LOG_LEVEL_OFF = 8,
}

/// Gets a log message. `message` is borrowed for the call. It runs on the thread that logs, so on any
/// thread and on several at once; it may call every function, and what it logs itself is dropped.
pub type realm_log_message_func_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        category: realm_log_category_e,
        level: realm_log_level_e,
        message: realm_string_t,
    ),
>;

/// Sets from which level on messages of a category reach the sinks.
///
/// @param category A realm_log_category_e; RLM_LOG_CATEGORY_ALL sets every category.
/// @param level    A realm_log_level_e; RLM_LOG_LEVEL_OFF silences the category.
/// @return false when a number is none of these.
///
/// The level is one for the whole process, and RLM_LOG_LEVEL_INFO at first.
/// Threads: any thread; it takes effect at once.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_log_set_level(category: i32, level: i32) -> bool {
    guard(|call| unavailable::<()>())
}

/// Reads from which level on messages of a category reach the sinks.
///
/// @param category  A realm_log_category_e, not RLM_LOG_CATEGORY_ALL.
/// @param out_level Gets the level in effect.
/// @return false when the category is none of these, or out_level is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_log_get_level(category: i32, out_level: *mut realm_log_level_e) -> bool {
    guard(|call| unavailable::<()>())
}

/// Adds a sink for log messages.
///
/// @param callback      Runs for each message that is at or above the level of its category.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the sink, or NULL when callback is NULL or the process has a log
///         consumer of another kind already.
///
/// Threads: any thread. The callback runs on the thread that logs, possibly on several at once.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_ILLEGAL_OPERATION.
#[no_mangle]
pub unsafe extern "C" fn realm_log_add_callback(
    callback: realm_log_message_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| unavailable::<std::sync::Arc<realm_callback_token_t>>())
}
