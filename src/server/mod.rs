//! The self-hosted server: pure connections, one log per realm, and the shell that listens.
//!
//! [`Peer`] is the client machine's mirror, [`Router`] joins peers to realms, [`Hub`] is a whole server without
//! sockets for simulations, [`listen`] is the one with sockets and threads. Only `realm` names the database, only
//! `listen` names sockets, threads and the real clock. `docs/SERVER.md` is for those who run it.

mod access;
mod auth;
mod hub;
mod job;
mod limits;
pub mod listen;
mod path;
pub mod peer;
mod random;
mod realm;
mod refusal;
mod request;
mod router;

pub use access::{Access, Permission};
pub use auth::{Authenticator, SecretError, TokenError};
pub use hub::{Hub, HubOutput};
pub use job::{Done, Job};
pub use limits::Limits;
pub use path::{IllegalPath, RealmPath, MAX_PATH_BYTES};
pub use peer::{Ask, AskIdent, Peer};
pub use random::{OsRandom, Random, SeededRandom};
pub use realm::{DataFolder, LogError, Occasion, RealmLog, SaltedRequest};
pub use refusal::Refusal;
pub use request::{Batch, BatchEntry, Claim, RealmAnswer, RealmRequest, Standing, Upload, UploadedChangeset};
pub use router::{ConnectionId, Router};
