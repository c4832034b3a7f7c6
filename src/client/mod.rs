//! The client: joins the machines of `sync` to realm files, users, waits and callbacks. Free of tokio; `net` drives it.

mod budget;
mod callback;
mod command;
mod config;
mod flush;
mod hosted;
mod lifecycle;
mod network;
mod notice;
mod progress;
mod registry;
mod report;
mod session;
mod status;
mod store_slot;
mod user;
mod wait;
mod worker;

pub use crate::protocol::Endpoint;
pub use crate::store::PendingUploads;
pub use crate::sync::{Backoff, Cause, ConnectionState, Consequence, Reachability, SessionError};
pub use budget::{OfflineBudget, OfflineCallback, OfflineLevel};
pub use callback::CallbackToken;
pub use command::{Acknowledged, Acknowledgement};
pub use config::{ClientConfig, ConfigError, ErrorCallback, StopPolicy, SyncConfig};
pub use network::Network;
pub use notice::Notice;
pub use progress::{Direction, Progress, ProgressCallback, ProgressMode};
pub use registry::{Client, OpenError};
pub use session::{ClosedError, ConnectionStateCallback, Session, SessionState, StateCallback};
pub use status::{Reason, SessionStatus, StatusCallback};
pub use store_slot::{Job, JobDone};
pub use user::User;
pub use wait::{Completion, WaitError};
pub use worker::{ConnectionId, Input, Output, Target, Worker};
