//! Sockets and threads of the client side: one network thread, one dispatcher thread, a few for database work; and one
//! thread of the process for callbacks of realms.
//!
//! Rules: `docs/ARCHITECTURE.md`, "Threads".

mod change_thread;
mod clock;
mod dispatcher;
mod driver;
mod pool;
mod socket;
mod sync_client;

pub use change_thread::ChangeThread;
pub use clock::SystemClock;
pub use dispatcher::{call_application, Call};
pub use sync_client::{ClientError, SyncClient};
