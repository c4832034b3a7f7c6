//! The options of a sync client.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::handle::{release, retain, Handle, Header};
use super::string::realm_string_t;
use crate::client::{ClientConfig, ConfigError};

/// The options of a sync client. Any thread.
pub struct realm_sync_client_config_t {
    header: Header,
    options: Mutex<ClientConfig>,
}

impl Handle for realm_sync_client_config_t {
    fn header(&self) -> &Header {
        &self.header
    }
}

impl From<ConfigError> for Error {
    fn from(error: ConfigError) -> Error {
        Error::new(realm_errno_e::RLM_ERR_LIMIT_EXCEEDED, error.to_string())
    }
}

impl realm_sync_client_config_t {
    pub(super) fn new(options: ClientConfig) -> Arc<realm_sync_client_config_t> {
        Arc::new(realm_sync_client_config_t { header: Header::new(), options: Mutex::new(options) })
    }

    /// A copy of what was set so far.
    pub(super) fn options(&self) -> ClientConfig {
        self.options.lock().clone()
    }

    /// Changes one option, unless the result is out of range.
    fn set(&self, change: impl FnOnce(&mut ClientConfig)) -> Result<()> {
        let mut options = self.options.lock();
        let mut changed = options.clone();
        change(&mut changed);
        changed.validate()?;
        *options = changed;
        Ok(())
    }

    fn user_agent(&self) -> realm_string_t {
        realm_string_t::borrowed(&self.options.lock().user_agent)
    }
}

fn in_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Makes a config with every option at its default.
///
/// @return The config; release it with realm_sync_client_config_release().
///
/// Every option can be read back, so a fresh config shows the defaults.
/// A value out of range is refused by its setter, which names the limit; none is silently changed.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_new() -> *mut realm_sync_client_config_t {
    guard(|_call| Ok(realm_sync_client_config_t::new(ClientConfig::default())))
}

/// Sets how long an attempt to connect may take.
///
/// @param config The config.
/// @param connect_timeout_ms Milliseconds for name look-up, connection and handshakes together.
/// @return false when it is out of range; the message names the limit.
///
/// An attempt that takes longer fails with RLM_ERR_SYNC_CONNECT_TIMEOUT, and is made again later.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_connect_timeout_ms(
    config: *mut realm_sync_client_config_t,
    connect_timeout_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(connect_timeout_ms);
        call.handle(config, "config")?.set(|options| options.connect_timeout = value)
    })
}

/// Reads how long an attempt to connect may take.
///
/// @param config The config.
/// @param out_connect_timeout_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_connect_timeout_ms(
    config: *const realm_sync_client_config_t,
    out_connect_timeout_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().connect_timeout);
        call.write(out_connect_timeout_ms, "out_connect_timeout_ms", value)
    })
}

/// Sets how long a connection stays open after its last session was closed.
///
/// @param config The config.
/// @param linger_ms Milliseconds; 0 closes the connection at once.
/// @return false when it is out of range; the message names the limit.
///
/// Stopped sessions do not linger: when all are stopped, the connection is closed at once.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_linger_ms(
    config: *mut realm_sync_client_config_t,
    linger_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(linger_ms);
        call.handle(config, "config")?.set(|options| options.linger = value)
    })
}

/// Reads how long a connection stays open after its last session was closed.
///
/// @param config The config.
/// @param out_linger_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_linger_ms(
    config: *const realm_sync_client_config_t,
    out_linger_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().linger);
        call.write(out_linger_ms, "out_linger_ms", value)
    })
}

/// Sets how often a connection that is silent is probed.
///
/// @param config The config.
/// @param ping_period_ms Milliseconds between a PONG and the next PING.
/// @return false when it is out of range; the message names the limit.
///
/// Longer periods save battery, shorter ones find a dead connection earlier.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_ping_period_ms(
    config: *mut realm_sync_client_config_t,
    ping_period_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(ping_period_ms);
        call.handle(config, "config")?.set(|options| options.ping_period = value)
    })
}

/// Reads how often a connection that is silent is probed.
///
/// @param config The config.
/// @param out_ping_period_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_ping_period_ms(
    config: *const realm_sync_client_config_t,
    out_ping_period_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().ping_period);
        call.write(out_ping_period_ms, "out_ping_period_ms", value)
    })
}

/// Sets how long the server may take to answer a probe.
///
/// @param config The config.
/// @param pong_timeout_ms Milliseconds from a PING to its PONG.
/// @return false when it is out of range; the message names the limit.
///
/// After that the connection counts as dead, and a new one is made.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_pong_timeout_ms(
    config: *mut realm_sync_client_config_t,
    pong_timeout_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(pong_timeout_ms);
        call.handle(config, "config")?.set(|options| options.pong_timeout = value)
    })
}

/// Reads how long the server may take to answer a probe.
///
/// @param config The config.
/// @param out_pong_timeout_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_pong_timeout_ms(
    config: *const realm_sync_client_config_t,
    out_pong_timeout_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().pong_timeout);
        call.write(out_pong_timeout_ms, "out_pong_timeout_ms", value)
    })
}

/// Sets the wait after the first failed attempt.
///
/// @param config The config.
/// @param backoff_first_delay_ms Milliseconds.
/// @return false when it is out of range; the message names the limit.
///
/// Each later failure multiplies the wait, up to the maximum, which must not be less: set that first.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_backoff_first_delay_ms(
    config: *mut realm_sync_client_config_t,
    backoff_first_delay_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(backoff_first_delay_ms);
        call.handle(config, "config")?.set(|options| options.backoff.first_delay = value)
    })
}

/// Reads the wait after the first failed attempt.
///
/// @param config The config.
/// @param out_backoff_first_delay_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_backoff_first_delay_ms(
    config: *const realm_sync_client_config_t,
    out_backoff_first_delay_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().backoff.first_delay);
        call.write(out_backoff_first_delay_ms, "out_backoff_first_delay_ms", value)
    })
}

/// Sets the longest wait between attempts.
///
/// @param config The config.
/// @param backoff_max_delay_ms Milliseconds.
/// @return false when it is out of range; the message names the limit.
///
/// It must not be less than the first delay. realm_sync_session_start() cuts any wait short.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_backoff_max_delay_ms(
    config: *mut realm_sync_client_config_t,
    backoff_max_delay_ms: u64,
) -> bool {
    guard(|call| {
        let value = Duration::from_millis(backoff_max_delay_ms);
        call.handle(config, "config")?.set(|options| options.backoff.max_delay = value)
    })
}

/// Reads the longest wait between attempts.
///
/// @param config The config.
/// @param out_backoff_max_delay_ms Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_backoff_max_delay_ms(
    config: *const realm_sync_client_config_t,
    out_backoff_max_delay_ms: *mut u64,
) -> bool {
    guard(|call| {
        let value = in_ms(call.handle(config, "config")?.options.lock().backoff.max_delay);
        call.write(out_backoff_max_delay_ms, "out_backoff_max_delay_ms", value)
    })
}

/// Sets by what each further failure multiplies the wait.
///
/// @param config The config.
/// @param backoff_multiplier A factor.
/// @return false when it is out of range; the message names the limit.
///
/// 1 keeps the wait constant.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_backoff_multiplier(
    config: *mut realm_sync_client_config_t,
    backoff_multiplier: u32,
) -> bool {
    guard(|call| call.handle(config, "config")?.set(|options| options.backoff.multiplier = backoff_multiplier))
}

/// Reads by what each further failure multiplies the wait.
///
/// @param config The config.
/// @param out_backoff_multiplier Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_backoff_multiplier(
    config: *const realm_sync_client_config_t,
    out_backoff_multiplier: *mut u32,
) -> bool {
    guard(|call| {
        let value = call.handle(config, "config")?.options.lock().backoff.multiplier;
        call.write(out_backoff_multiplier, "out_backoff_multiplier", value)
    })
}

/// Sets how much of a wait is left to chance.
///
/// @param config The config.
/// @param backoff_jitter_divisor The wait is shortened by up to 1/divisor of it; 0 means no chance at all.
/// @return false when it is out of range; the message names the limit.
///
/// Chance keeps many devices from coming back at the same moment.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_backoff_jitter_divisor(
    config: *mut realm_sync_client_config_t,
    backoff_jitter_divisor: u32,
) -> bool {
    guard(|call| call.handle(config, "config")?.set(|options| options.backoff.jitter_divisor = backoff_jitter_divisor))
}

/// Reads how much of a wait is left to chance.
///
/// @param config The config.
/// @param out_backoff_jitter_divisor Gets it in the same unit.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_backoff_jitter_divisor(
    config: *const realm_sync_client_config_t,
    out_backoff_jitter_divisor: *mut u32,
) -> bool {
    guard(|call| {
        let value = call.handle(config, "config")?.options.lock().backoff.jitter_divisor;
        call.write(out_backoff_jitter_divisor, "out_backoff_jitter_divisor", value)
    })
}

/// Sets whether sessions with the same server share a connection.
///
/// @param config The config.
/// @param multiplex true to share one connection per server and user.
/// @return false when config is NULL.
///
/// Sessions stay independent of one another either way.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_multiplex(
    config: *mut realm_sync_client_config_t,
    multiplex: bool,
) -> bool {
    guard(|call| call.handle(config, "config")?.set(|options| options.multiplex = multiplex))
}

/// Reads whether sessions with the same server share a connection.
///
/// @param config The config.
/// @param out_multiplex Gets whether they share.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_multiplex(
    config: *const realm_sync_client_config_t,
    out_multiplex: *mut bool,
) -> bool {
    guard(|call| {
        let value = call.handle(config, "config")?.options.lock().multiplex;
        call.write(out_multiplex, "out_multiplex", value)
    })
}

/// Sets what is sent to servers as the name of this application.
///
/// @param config The config.
/// @param user_agent Visible ASCII and spaces, at most 1024 bytes; empty sends the name of the library alone.
/// @return false when it has other characters or is longer.
///
/// It follows the name and version of the library in the User-Agent header.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_set_user_agent(
    config: *mut realm_sync_client_config_t,
    user_agent: realm_string_t,
) -> bool {
    guard(|call| {
        let value = user_agent.text("user_agent")?.to_string();
        call.handle(config, "config")?.set(|options| options.user_agent = value)
    })
}

/// Reads what is sent to servers as the name of this application.
///
/// @param config The config.
/// @param out_user_agent Gets it; borrowed until it is set again or the config is released.
/// @return false when a pointer is NULL.
///
/// What is read is what opening would use now.
/// Threads: any thread.
/// Errors: RLM_ERR_INVALID_ARGUMENT.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_get_user_agent(
    config: *const realm_sync_client_config_t,
    out_user_agent: *mut realm_string_t,
) -> bool {
    guard(|call| call.write(out_user_agent, "out_user_agent", call.handle(config, "config")?.user_agent()))
}

/// Adds a reference to a config.
///
/// @param config The config, or NULL.
/// @return The same pointer, for convenience.
///
/// Each reference is given up with realm_sync_client_config_release(). The config lives as long as one of them
/// does, or anything that needs it.
/// Threads: any thread.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_retain(
    config: *mut realm_sync_client_config_t,
) -> *mut realm_sync_client_config_t {
    guard(|_call| retain(config))
}

/// Gives up a reference to a config.
///
/// @param config The config, or NULL.
///
/// The last one ends the config. Clients opened with it go on.
/// It cannot fail, and handles may be released in any order.
/// Threads: any thread, a finalizer and a callback among them.
/// Errors: none.
#[no_mangle]
pub unsafe extern "C" fn realm_sync_client_config_release(config: *mut realm_sync_client_config_t) {
    guard(|_call| release(config))
}
