//! The realm file: a SQLite database of objects, the history of their changes, and the exchange with the server.
//!
//! Rules: `docs/STORE.md`.

mod changes;
mod column;
mod compact;
mod contact;
mod contents;
mod copy;
mod database;
mod error;
mod files;
mod gate;
mod history;
mod lock;
mod observers;
mod progress;
mod realm;
mod refusal;
mod reset;
mod snapshot;
mod state;
mod sync;
mod writers;

pub use changes::{Changes, ClassChanges, CollectionChanges, KeyChanges, ObjectChanges, Observed, PositionChanges};
pub use compact::compact;
pub use contact::Contact;
pub use copy::{Unsent, Unshared};
pub use error::{ApplyError, BadChangeset, DatabaseError, StoreError};
pub use files::delete_files;
pub use gate::{Cancelled, CommitGuard, Gate, Generation, Permit, Place};
pub use history::{LocalChangeset, PendingUploads, UploadScan};
pub use lock::SyncLock;
pub use observers::{Observation, Observer};
pub use realm::{Commit, Mode, NestedKind, OpenOptions, ReadStamp, Realm};
pub use refusal::Refusal;
pub use reset::{
    fresh_path, Requirement, ResetMode, ResetPlan, ResetReport, ResetStage, ResetStatus, Swap, SwapOptions,
};
pub use snapshot::Snapshot;
pub use state::{ClassKey, Container, ContainerKey, Content, ObjectKey, PropertyKey, State};
pub use sync::{Download, Integrated, RemoteChangeset, SyncReader, SyncStatus, SyncStore};
pub use writers::{WriteTurn, Writers};
