//! The wire protocol, version 14 of the partition-based kind: messages to bytes and back, the handshake, error codes and
//! what each asks for. Pure; `docs/PROTOCOL.md` states the rules.

mod action;
mod body;
mod client_message;
mod consequence;
mod download;
mod endpoint;
mod entry;
mod error_code;
pub mod handshake;
mod header;
mod json_error;
mod log_message;
mod max_offline;
mod message_error;
mod rejected_update;
mod server_message;
mod status;
mod upload;

pub use action::Action;
pub use body::Body;
pub use client_message::ClientMessage;
pub use consequence::{ClientFailure, Consequence};
pub use download::{Download, DownloadEntries, DownloadEntry};
pub use endpoint::{access_token, is_sync_route, Endpoint, EndpointError};
pub use error_code::{ErrorCode, ErrorRule, Level, Sending};
pub use json_error::{BackoffHint, ClientErrorBody, CompensatingWrites, ErrorBodyError, JsonErrorBody};
pub use log_message::{LogBodyError, LogLevel, LogMessageBody};
pub use max_offline::{format_max_offline, parse_max_offline, MAX_OFFLINE_HEADER};
pub use message_error::{InflateError, MessageError};
pub use rejected_update::{RejectedKeyError, RejectedUpdate};
pub use server_message::ServerMessage;
pub use status::Status;
pub use upload::{Upload, UploadEntries, UploadEntry};

/// Longest partition or path in BIND, in bytes.
pub const MAX_PATH_SIZE: u64 = 1024;
/// Longest access token in BIND, in bytes.
pub const MAX_TOKEN_SIZE: u64 = 2048;
