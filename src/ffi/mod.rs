//! The C ABI. `docs/C_API.md` is its contract; every export is one `guard` around a few lines.
//!
//! The names are those of the header, so that one search finds a function in every language.
#![allow(non_camel_case_types)]
// The header is the documentation of these functions, and its readers do not write Rust.
#![allow(clippy::missing_safety_doc)]

mod callback;
mod config;
mod debug;
mod errno;
mod error;
mod guard;
mod handle;
mod log;
mod object;
mod open_realm;
mod open_session;
mod property;
mod realm;
mod results;
mod schema;
mod store_error;
mod string;
mod sync_client;
mod sync_client_config;
mod sync_config;
mod sync_session;
mod user;
mod value;
mod version;
