//! The C ABI. `docs/C_API.md` is its contract; every export is one `guard` around a few lines.
//!
//! The names are those of the header, so that one search finds a function in every language.
#![allow(non_camel_case_types)]
// The header is the documentation of these functions, and its readers do not write Rust.
#![allow(clippy::missing_safety_doc)]

pub mod callback;
mod change_callback;
mod change_report;
pub mod class_changes;
pub mod client_reset;
mod collection;
pub mod collection_changes;
mod config;
pub mod debug;
pub mod dictionary;
pub mod dictionary_changes;
pub mod dictionary_owned;
pub mod errno;
pub mod error;
mod guard;
mod handle;
pub mod list;
pub mod list_owned;
pub mod log;
pub mod object;
pub mod object_changes;
pub mod object_owned;
mod open_realm;
mod open_session;
mod property;
pub mod realm;
pub mod realm_copy;
pub mod results;
pub mod schema;
pub mod set;
mod store_error;
pub mod string;
pub mod sync_client;
pub mod sync_client_config;
pub mod sync_client_sessions;
pub mod sync_config;
pub mod sync_error;
pub mod sync_network;
pub mod sync_offline;
pub mod sync_session;
pub mod sync_session_progress;
pub mod sync_session_statistic;
pub mod sync_session_status;
pub mod sync_session_upload;
pub mod token_request;
pub mod user;
pub mod value;
pub mod version;
