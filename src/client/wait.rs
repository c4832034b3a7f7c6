//! Waits for upload and for download. Each ends exactly once: done, failed, or cancelled with its session.

use crate::sync::SessionError;
use crate::value::{ClientVersion, RequestIdent};

/// Why a wait ended without what it waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    #[error("the realm was closed before the wait was over")]
    Cancelled,
    #[error("the session ended: {}", .0.message)]
    Failed(SessionError),
}

/// Called exactly once.
pub type Completion = Box<dyn FnOnce(Result<(), WaitError>) + Send>;

/// What a wait waits for; `None` until the session knows what "now" is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Upload(Option<ClientVersion>),
    Download(Option<RequestIdent>),
}

/// One wait; dropping it cancels it.
pub struct Wait {
    pub(super) target: Target,
    completion: Option<Completion>,
}

impl Wait {
    pub(super) fn new(target: Target, completion: Completion) -> Wait {
        Wait { target, completion: Some(completion) }
    }

    pub(super) fn complete(mut self, result: Result<(), WaitError>) {
        if let Some(completion) = self.completion.take() {
            completion(result);
        }
    }

    pub(super) fn cancel(self) {
        self.complete(Err(WaitError::Cancelled));
    }

    /// Gives up the wait without calling anybody: its caller is told otherwise.
    pub(super) fn refuse(mut self) {
        self.completion = None;
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        if let Some(completion) = self.completion.take() {
            completion(Err(WaitError::Cancelled));
        }
    }
}

/// The open waits of one session.
#[derive(Default)]
pub(super) struct Waits {
    open: Vec<Wait>,
}

impl Waits {
    pub fn add(&mut self, wait: Wait) {
        self.open.push(wait);
    }

    pub fn has_upload(&self) -> bool {
        self.open.iter().any(|wait| match wait.target {
            Target::Upload(_) => true,
            Target::Download(_) => false,
        })
    }

    /// Gives every upload wait that has no target yet this one.
    pub fn aim_uploads(&mut self, newest_version: ClientVersion) {
        for wait in &mut self.open {
            if let Target::Upload(target @ None) = &mut wait.target {
                *target = Some(newest_version);
            }
        }
    }

    /// Whether a download wait has no MARK yet.
    pub fn needs_mark(&self) -> bool {
        self.open.iter().any(|wait| wait.target == Target::Download(None))
    }

    pub fn aim_downloads(&mut self, request: RequestIdent) {
        for wait in &mut self.open {
            if let Target::Download(target @ None) = &mut wait.target {
                *target = Some(request);
            }
        }
    }

    /// MARKs are numbered within one start of the session: after it, open download waits ask again.
    pub fn forget_marks(&mut self) {
        for wait in &mut self.open {
            if let Target::Download(target) = &mut wait.target {
                *target = None;
            }
        }
    }

    pub fn take_uploaded(&mut self, uploaded: ClientVersion) -> Vec<Wait> {
        self.take(|target| matches!(target, Target::Upload(Some(version)) if version <= uploaded))
    }

    pub fn take_downloaded(&mut self, downloaded: RequestIdent) -> Vec<Wait> {
        self.take(|target| matches!(target, Target::Download(Some(request)) if request <= downloaded))
    }

    pub fn take_all(&mut self) -> Vec<Wait> {
        std::mem::take(&mut self.open)
    }

    fn take(&mut self, ends: impl Fn(Target) -> bool) -> Vec<Wait> {
        let (ended, open) = std::mem::take(&mut self.open).into_iter().partition(|wait| ends(wait.target));
        self.open = open;
        ended
    }
}
