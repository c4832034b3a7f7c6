//! What an application wants of client resets.

use std::path::PathBuf;
use std::sync::Arc;

use crate::store::{Realm, ResetMode, ResetReport};

/// Sees the realm as it is before a reset; `false` keeps the reset from happening. On the dispatcher thread.
pub type BeforeResetCallback = Arc<dyn Fn(Realm) -> bool + Send + Sync>;

/// Sees the realm as it was right before a reset, and as it is after it. On the dispatcher thread.
pub type AfterResetCallback = Arc<dyn Fn(Realm, Realm, &ResetReport) + Send + Sync>;

/// How a session meets the server's wish for a client reset (`docs/CLIENT_RESET.md`).
#[derive(Clone)]
pub struct ResetConfig {
    pub mode: ResetMode,
    /// Where copies of the file go; `None` is a folder beside it.
    pub recovery_folder: Option<PathBuf>,
    pub on_before: Option<BeforeResetCallback>,
    pub on_after: Option<AfterResetCallback>,
}

impl Default for ResetConfig {
    fn default() -> ResetConfig {
        ResetConfig { mode: ResetMode::Manual, recovery_folder: None, on_before: None, on_after: None }
    }
}
