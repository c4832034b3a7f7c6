//! The server: its replies message by message, its log, recorded exchanges, and real sockets.

mod backpressure;
#[path = "../store/beyond.rs"]
mod beyond;
mod bound_sessions;
mod changesets;
mod command_line;
mod downloads;
mod end_to_end;
mod identification;
mod log;
mod message_order;
mod permissions;
mod recordings;
mod resets;
mod sockets;
mod trimming;
mod uploads;
mod world;
