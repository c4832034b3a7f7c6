//! How one realm is synced.

use std::ffi::c_void;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Slot, SlotRegistration, Userdata};
use super::client_reset::ResetOptions;
use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
use super::sync_client::realm_sync_client_t;
use super::sync_error::{realm_sync_error_t, realm_sync_session_error_func_t};
use super::user::realm_user_t;
use crate::client::{Endpoint, StopPolicy};

/// What becomes of a session when the last handle of its realm is closed.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_sync_stop_policy_e {
    /// It ends at once. What was not uploaded stays in the file.
    RLM_SYNC_STOP_POLICY_IMMEDIATELY = 0,
    /// It goes on until all is uploaded, at most until the deadline.
    RLM_SYNC_STOP_POLICY_AFTER_UPLOAD = 2,
}

/// How one realm is synced. Any thread.
pub struct realm_sync_config_t {
    header: Header,
    options: Mutex<SyncOptions>,
}

/// What the setters collect. What C may borrow from a config never changes in it.
#[derive(Clone)]
pub(super) struct SyncOptions {
    pub(super) client: Arc<realm_sync_client_t>,
    pub(super) user: Arc<realm_user_t>,
    pub(super) url: Arc<str>,
    pub(super) partition: Arc<str>,
    pub(super) stop_policy: StopPolicy,
    pub(super) syncs_while_metered: bool,
    pub(super) error_callbacks: Vec<Arc<ErrorSlot>>,
    pub(super) reset: ResetOptions,
}

pub(super) type ErrorSlot = Slot<unsafe extern "C" fn(*mut c_void, *const realm_sync_error_t)>;

impl Handle for realm_sync_config_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl realm_sync_config_t {
    pub(super) fn new(options: SyncOptions) -> Arc<realm_sync_config_t> {
        Arc::new(realm_sync_config_t { header: Header::new(), options: Mutex::new(options) })
    }

    fn checked(
        client: Arc<realm_sync_client_t>,
        user: Arc<realm_user_t>,
        url: &str,
        partition: &str,
    ) -> Result<Arc<realm_sync_config_t>> {
        Endpoint::parse(url).map_err(bad_url)?;
        if partition.is_empty() || partition.len() > PARTITION_BYTES {
            let message = format!("partition has {} bytes; it must have 1 to {PARTITION_BYTES}", partition.len());
            return Err(Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, message));
        }
        let (stop_policy, error_callbacks) = (StopPolicy::default(), Vec::new());
        let (url, partition, syncs_while_metered) = (url.into(), partition.into(), true);
        let reset = ResetOptions::default();
        Ok(Self::new(SyncOptions {
            client,
            user,
            url,
            partition,
            stop_policy,
            syncs_while_metered,
            error_callbacks,
            reset,
        }))
    }

    pub(super) fn options(&self) -> SyncOptions {
        self.options.lock().clone()
    }

    /// Changes an option that needs no check.
    pub(super) fn change(&self, change: impl FnOnce(&mut SyncOptions)) {
        change(&mut self.options.lock());
    }

    fn url(&self) -> realm_string_t {
        realm_string_t::borrowed(&self.options.lock().url)
    }

    fn partition(&self) -> realm_string_t {
        realm_string_t::borrowed(&self.options.lock().partition)
    }

    /// Changes what is wanted of client resets.
    pub(super) fn change_reset(&self, change: impl FnOnce(&mut ResetOptions) -> Result<()>) -> Result<()> {
        let mut options = self.options.lock();
        let mut changed = options.reset.clone();
        change(&mut changed)?;
        let before = std::mem::replace(&mut options.reset, changed);
        // Freeing what it held may call back into the library.
        drop(options);
        drop(before);
        Ok(())
    }

    fn set_stop_policy(&self, policy: i32, deadline_ms: u64) -> Result<()> {
        self.options.lock().stop_policy = stop_policy_from_c(policy, deadline_ms)?;
        Ok(())
    }

    fn add_error_callback(
        &self,
        callback: realm_sync_session_error_func_t,
        userdata: Userdata,
    ) -> Result<Arc<realm_callback_token_t>> {
        let callback = callback.ok_or_else(|| Error::null("callback"))?;
        let slot = Slot::new(callback, userdata);
        let registration = SlotRegistration(slot.gate().clone());
        self.options.lock().error_callbacks.push(slot);
        Ok(realm_callback_token_t::new(registration))
    }
}

/// Bytes of a partition, at most: the protocol's limit.
const PARTITION_BYTES: usize = 1024;
const MAX_DEADLINE_MS: u64 = 24 * 60 * 60 * 1000;

pub(super) fn bad_url(error: impl std::fmt::Display) -> Error {
    Error::new(realm_errno_e::RLM_ERR_BAD_SERVER_URL, format!("url: {error}"))
}

fn stop_policy_from_c(policy: i32, deadline_ms: u64) -> Result<StopPolicy> {
    match policy {
        0 if deadline_ms != 0 => Err(Error::argument("deadline_ms must be 0 where the session ends immediately")),
        0 => Ok(StopPolicy::Immediately),
        2 if !(1..=MAX_DEADLINE_MS).contains(&deadline_ms) => {
            let message = format!("deadline_ms is {deadline_ms}; it must be between 1 and {MAX_DEADLINE_MS}");
            Err(Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, message))
        }
        2 => Ok(StopPolicy::AfterUpload { deadline: Duration::from_millis(deadline_ms) }),
        unknown => Err(Error::argument(format!("policy is {unknown}, which is no realm_sync_stop_policy_e"))),
    }
}

fn stop_policy_to_c(policy: StopPolicy) -> (realm_sync_stop_policy_e, u64) {
    match policy {
        StopPolicy::Immediately => (realm_sync_stop_policy_e::RLM_SYNC_STOP_POLICY_IMMEDIATELY, 0),
        StopPolicy::AfterUpload { deadline } => {
            let deadline_ms = u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX);
            (realm_sync_stop_policy_e::RLM_SYNC_STOP_POLICY_AFTER_UPLOAD, deadline_ms)
        }
    }
}

/// Makes a config for a synced realm.
///
/// @param client    The client that shall sync it; it must be open when the realm is opened.
/// @param user      The user to sync as.
/// @param url       The server: ws://host:port or realm://host:port, with or without a path; UTF-8.
/// @param partition Which realm of the server; UTF-8, 1 to 1024 bytes.
/// @return The config; release it with realm_sync_config_release(). It keeps client and user alive.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_BAD_SERVER_URL, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_new(
    client: *mut realm_sync_client_t,
    user: *mut realm_user_t,
    url: realm_string_t,
    partition: realm_string_t,
) -> *mut realm_sync_config_t {
    guard(|call| {
        let (client, user) = (call.shared(client, "client")?, call.shared(user, "user")?);
        realm_sync_config_t::checked(client, user, url.text("url")?, partition.text("partition")?)
    })
}

/// Reads the client that shall sync the realm.
///
/// @param config The config.
/// @return The client, to be released with realm_sync_client_release(); NULL when config is NULL.
///
/// It is the client that realm_sync_config_new() got; it cannot be changed.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_client(config: *const realm_sync_config_t) -> *mut realm_sync_client_t {
    guard(|call| Ok(call.handle(config, "config")?.options().client))
}

/// Reads the user to sync as.
///
/// @param config The config.
/// @return The user, to be released with realm_user_release(); NULL when config is NULL.
///
/// It is the user that realm_sync_config_new() got; it cannot be changed.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_user(config: *const realm_sync_config_t) -> *mut realm_user_t {
    guard(|call| Ok(call.handle(config, "config")?.options().user))
}

/// Reads the server's address.
///
/// @param config  The config.
/// @param out_url Gets the URL as it was given; borrowed until the config is released.
/// @return false when a pointer is NULL.
///
/// It is what realm_sync_config_new() got; it cannot be changed.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_url(
    config: *const realm_sync_config_t,
    out_url: *mut realm_string_t,
) -> bool {
    guard(|call| call.write(out_url, "out_url", call.handle(config, "config")?.url()))
}

/// Reads which realm of the server is synced.
///
/// @param config        The config.
/// @param out_partition Gets the partition as it was given; borrowed until the config is released.
/// @return false when a pointer is NULL.
///
/// It is what realm_sync_config_new() got; it cannot be changed.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_partition(
    config: *const realm_sync_config_t,
    out_partition: *mut realm_string_t,
) -> bool {
    guard(|call| call.write(out_partition, "out_partition", call.handle(config, "config")?.partition()))
}

/// Sets what becomes of the session when the last handle of the realm is closed.
///
/// @param config      The config.
/// @param policy      A realm_sync_stop_policy_e.
/// @param deadline_ms Milliseconds, 1 to 86400000, for RLM_SYNC_STOP_POLICY_AFTER_UPLOAD; 0 for the other.
/// @return false when the policy is none of these, or the deadline does not fit it.
///
/// A session that is stopped ends at once and sends nothing, whatever the policy.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_set_stop_policy(
    config: *mut realm_sync_config_t,
    policy: i32,
    deadline_ms: u64,
) -> bool {
    guard(|call| call.handle(config, "config")?.set_stop_policy(policy, deadline_ms))
}

/// Reads what becomes of the session when the last handle of the realm is closed.
///
/// @param config          The config.
/// @param out_policy      Gets the policy.
/// @param out_deadline_ms Gets the deadline in milliseconds; 0 for RLM_SYNC_STOP_POLICY_IMMEDIATELY.
/// @return false when a pointer is NULL.
///
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_get_stop_policy(
    config: *const realm_sync_config_t,
    out_policy: *mut realm_sync_stop_policy_e,
    out_deadline_ms: *mut u64,
) -> bool {
    guard(|call| {
        let (policy, deadline_ms) = stop_policy_to_c(call.handle(config, "config")?.options().stop_policy);
        call.check_out(out_deadline_ms, "out_deadline_ms")?;
        call.write(out_policy, "out_policy", policy)?;
        call.write(out_deadline_ms, "out_deadline_ms", deadline_ms)
    })
}

/// Adds a callback for the errors of the sessions opened with this config.
///
/// @param config        The config. Realms opened with it before this call are not concerned.
/// @param callback      Runs once per error, after the session has acted on it.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the callback, or NULL when callback or config is NULL.
///
/// Threads: any thread. The callback runs on the client's dispatcher thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_add_error_callback(
    config: *mut realm_sync_config_t,
    callback: realm_sync_session_error_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|call| {
        let userdata = Userdata::new(userdata, userdata_free);
        call.handle(config, "config")?.add_error_callback(callback, userdata)
    })
}

/// Adds a reference to a config.
///
/// @param config The config, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_sync_config_release(). The config lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_config_retain(config: *mut realm_sync_config_t) -> *mut realm_sync_config_t {
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
pub unsafe extern "C" fn realm_sync_config_release(config: *mut realm_sync_config_t) {
    guard(|_call| release(config))
}
