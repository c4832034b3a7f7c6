//! Logging: a level per category, and sinks. `docs/C_API.md`, "Logging".

use std::cell::Cell;
use std::ffi::c_void;
use std::fmt::Write;
use std::sync::atomic::{AtomicI32, Ordering};
use std::sync::{Arc, OnceLock};

use parking_lot::Mutex;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::Interest;
use tracing::{Event, Level, Metadata, Subscriber};

use super::callback::{realm_callback_token_t, realm_userdata_free_func_t, Registration, Slot, Userdata};
use super::errno::realm_errno_e;
use super::error::{Error, Result};
use super::guard::guard;
use super::string::realm_string_t;
use crate::net::call_application;

/// What a log message is about.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_log_category_e {
    /// Every category; only for setting a level.
    RLM_LOG_CATEGORY_ALL = 0,
    /// Files, transactions, integration of downloads.
    RLM_LOG_CATEGORY_STORE = 1,
    /// Sessions: what they decide, and why; what the server says for their log.
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

/// Gets a log message. `message` is borrowed for the call. It runs on the thread that logs, or on the
/// client's dispatcher thread where that is a thread of a client, so on several at once; every function
/// may be called from inside it, and what it logs itself is dropped.
pub type realm_log_message_func_t = Option<
    unsafe extern "C" fn(
        userdata: *mut c_void,
        category: realm_log_category_e,
        level: realm_log_level_e,
        message: realm_string_t,
    ),
>;

use realm_log_category_e::*;
use realm_log_level_e::*;

type Sink = Slot<LogFunction>;
type LogFunction = unsafe extern "C" fn(*mut c_void, realm_log_category_e, realm_log_level_e, realm_string_t);

/// The level of each category, by its number. The first is that of no category and stays unused.
static LEVELS: [AtomicI32; 5] = [const { AtomicI32::new(RLM_LOG_LEVEL_INFO as i32) }; 5];
static SINKS: Mutex<Vec<Arc<Sink>>> = Mutex::new(Vec::new());
/// Whether this library became the process's consumer of log events.
static IS_CONSUMER: OnceLock<bool> = OnceLock::new();

thread_local! {
    /// Whether this thread is inside a sink: what a sink logs itself is dropped.
    static IS_INSIDE: Cell<bool> = const { Cell::new(false) };
}

fn set_level(category: i32, level: i32) -> Result<()> {
    let level = level_from_c(level)? as i32;
    let chosen = match category {
        0 => &LEVELS[1..],
        1..=4 => std::slice::from_ref(level_cell(category)?),
        unknown => return Err(no_category(unknown)),
    };
    chosen.iter().for_each(|cell| cell.store(level, Ordering::Relaxed));
    tracing::callsite::rebuild_interest_cache();
    Ok(())
}

fn level_of(category: i32) -> Result<realm_log_level_e> {
    level_from_c(level_cell(category)?.load(Ordering::Relaxed))
}

fn level_cell(category: i32) -> Result<&'static AtomicI32> {
    let index = usize::try_from(category).ok().filter(|&index| index != 0);
    index.and_then(|index| LEVELS.get(index)).ok_or_else(|| no_category(category))
}

fn no_category(number: i32) -> Error {
    Error::argument(format!("category is {number}, which is no realm_log_category_e that fits here"))
}

fn level_from_c(number: i32) -> Result<realm_log_level_e> {
    match number {
        1 => Ok(RLM_LOG_LEVEL_TRACE),
        2 => Ok(RLM_LOG_LEVEL_DEBUG),
        4 => Ok(RLM_LOG_LEVEL_INFO),
        5 => Ok(RLM_LOG_LEVEL_WARNING),
        6 => Ok(RLM_LOG_LEVEL_ERROR),
        8 => Ok(RLM_LOG_LEVEL_OFF),
        unknown => Err(Error::argument(format!("level is {unknown}, which is no realm_log_level_e"))),
    }
}

fn add_sink(callback: realm_log_message_func_t, userdata: Userdata) -> Result<Arc<realm_callback_token_t>> {
    let callback = callback.ok_or_else(|| Error::null("callback"))?;
    if !*IS_CONSUMER.get_or_init(|| tracing::subscriber::set_global_default(Consumer).is_ok()) {
        let message = "this process has a consumer of log events already; read the library's events there";
        return Err(Error::new(realm_errno_e::RLM_ERR_ILLEGAL_OPERATION, message));
    }
    let sink = Slot::new(callback, userdata);
    SINKS.lock().push(sink.clone());
    Ok(realm_callback_token_t::new(SinkRegistration(sink)))
}

struct SinkRegistration(Arc<Sink>);

impl SinkRegistration {
    fn forget(&self) {
        let mut sinks = SINKS.lock();
        let at = sinks.iter().position(|sink| Arc::ptr_eq(sink, &self.0));
        let forgotten = at.map(|at| sinks.remove(at));
        // The userdata may be freed here, which C may answer with any call.
        drop(sinks);
        drop(forgotten);
    }
}

impl Registration for SinkRegistration {
    fn remove(&self) {
        self.0.gate().end_and_wait();
        self.forget();
    }
}

impl Drop for SinkRegistration {
    fn drop(&mut self) {
        self.0.gate().end();
        self.forget();
    }
}

/// The process's consumer of log events, from the first sink on.
struct Consumer;

/// `None` for events of other libraries.
fn category_of(target: &str) -> Option<realm_log_category_e> {
    let module = target.strip_prefix("realm_sync::")?;
    match module.split("::").next()? {
        "store" | "merge" | "changeset" | "schema" => Some(RLM_LOG_CATEGORY_STORE),
        "client" | "sync" | "protocol" => Some(RLM_LOG_CATEGORY_SYNC),
        "net" => Some(RLM_LOG_CATEGORY_NETWORK),
        "ffi" => Some(RLM_LOG_CATEGORY_API),
        _ => None,
    }
}

fn is_wanted(category: realm_log_category_e, level: realm_log_level_e) -> bool {
    level as i32 >= LEVELS[category as usize].load(Ordering::Relaxed)
}

fn level_to_c(level: Level) -> realm_log_level_e {
    match level {
        Level::TRACE => RLM_LOG_LEVEL_TRACE,
        Level::DEBUG => RLM_LOG_LEVEL_DEBUG,
        Level::INFO => RLM_LOG_LEVEL_INFO,
        Level::WARN => RLM_LOG_LEVEL_WARNING,
        Level::ERROR => RLM_LOG_LEVEL_ERROR,
    }
}

impl Subscriber for Consumer {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let Some(category) = category_of(metadata.target()) else { return false };
        metadata.is_event() && is_wanted(category, level_to_c(*metadata.level()))
    }

    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        match category_of(metadata.target()) {
            Some(_) => Interest::sometimes(),
            None => Interest::never(),
        }
    }

    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _span: &Id, _values: &Record<'_>) {}

    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let Some(category) = category_of(event.metadata().target()) else { return };
        if IS_INSIDE.get() || SINKS.lock().is_empty() {
            return;
        }
        let level = level_to_c(*event.metadata().level());
        let mut text = Text::default();
        event.record(&mut text);
        call_application(Box::new(move || tell_sinks(category, level, &text.0)));
    }

    fn enter(&self, _span: &Id) {}

    fn exit(&self, _span: &Id) {}
}

/// Tells the sinks that there are now, as their levels are now: the event may be a while ago.
fn tell_sinks(category: realm_log_category_e, level: realm_log_level_e, text: &str) {
    if !is_wanted(category, level) {
        return;
    }
    let message = realm_string_t::borrowed(text);
    let sinks = SINKS.lock().clone();
    IS_INSIDE.set(true);
    for sink in sinks {
        sink.call(|callback, userdata| unsafe { callback(userdata, category, level, message) });
    }
    IS_INSIDE.set(false);
}

/// The message of an event, and its fields behind it.
#[derive(Default)]
struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let separator = if self.0.is_empty() { "" } else { " " };
        let written = match field.name() {
            "message" => write!(self.0, "{separator}{value:?}"),
            name => write!(self.0, "{separator}{name}={value:?}"),
        };
        // Writing to a String fails only where a Debug implementation does; the message is then shorter.
        let _ = written;
    }
}

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
    guard(|_call| set_level(category, level))
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
    guard(|call| call.write(out_level, "out_level", level_of(category)?))
}

/// Adds a sink for log messages.
///
/// @param callback      Runs for each message that is at or above the level of its category.
/// @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
/// @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
/// @return A token that ends the sink, or NULL when callback is NULL or the process has a log
///         consumer of another kind already.
///
/// Threads: any thread. The callback runs on the thread that logs or, in place of a client's own threads,
///          on its dispatcher thread; possibly on several at once.
/// Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_ILLEGAL_OPERATION.
#[no_mangle]
pub unsafe extern "C" fn realm_log_add_callback(
    callback: realm_log_message_func_t,
    userdata: *mut c_void,
    userdata_free: realm_userdata_free_func_t,
) -> *mut realm_callback_token_t {
    guard(|_call| add_sink(callback, Userdata::new(userdata, userdata_free)))
}
