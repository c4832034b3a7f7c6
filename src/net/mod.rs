//! Sockets and threads of the client side: one network thread, one dispatcher thread, a few for database work.
//!
//! Rules: `docs/ARCHITECTURE.md`, "Threads".

mod clock;
mod dispatcher;
mod driver;
mod pool;
mod socket;
mod sync_client;

pub use clock::SystemClock;
pub use sync_client::{ClientError, SyncClient};
