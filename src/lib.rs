//! realm-sync: realms, sync sessions and the self-hosted sync server. `docs/ARCHITECTURE.md` draws the layers.

pub mod changeset;
pub mod client;
pub mod ffi;
pub mod merge;
pub mod net;
pub mod protocol;
pub mod schema;
#[cfg(feature = "server")]
pub mod server;
pub mod store;
pub mod sync;
pub mod value;
