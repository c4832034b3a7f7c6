//! The client's machines: connection, session, backoff. Pure: inputs and the time go in, outputs come out.
//!
//! Rules: `docs/SESSION.md`, `docs/PROTOCOL.md`.

mod backoff;
mod connection;
mod download;
mod event;
mod failure;
mod inbound;
mod keepalive;
mod live;
mod network;
mod random;
mod session;
mod store_request;
mod traffic;
mod turns;

pub use backoff::{Backoff, FailureKind};
pub use connection::{Connection, Input, Output, Timing};
pub use event::{Attempts, ConnectionState, Consequence, Event, SessionError};
pub use failure::Cause;
pub use network::Reachability;
pub use random::Random;
pub use store_request::{
    Download, FileStatus, LocalChangeset, RemoteChangeset, StoreAnswer, StoreFailure, StoreRequest, UploadScan,
};
pub use traffic::Traffic;
