//! Waits for upload and for download. Each ends exactly once: done, failed, or cancelled with its session.

use crate::sync::SessionError;
use crate::value::{ClientVersion, Instant, RequestIdent};

use super::command::Acknowledgement;

/// Why a wait ended without what it waited for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaitError {
    #[error("the realm or its client was closed before the wait was over")]
    Cancelled,
    #[error("the session ended: {}", .0.message)]
    Failed(SessionError),
    #[error("time was over before every session had ended and released its file")]
    DeadlineExceeded,
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
    listener: Listener,
}

/// Who is told of the end of a wait.
enum Listener {
    /// The application, on the dispatcher thread.
    Application(Completion),
    /// A thread that waits for nothing else, and no longer than that: it goes on when this is dropped.
    Flush {
        end_by: Instant,
        _acknowledgement: Acknowledgement,
    },
    Nobody,
}

impl Wait {
    pub(super) fn new(target: Target, completion: Completion) -> Wait {
        Wait { target, listener: Listener::Application(completion) }
    }

    pub(super) fn flush(target: Target, end_by: Instant, acknowledgement: Acknowledgement) -> Wait {
        Wait { target, listener: Listener::Flush { end_by, _acknowledgement: acknowledgement } }
    }

    pub(super) fn complete(mut self, result: Result<(), WaitError>) {
        self.tell(result);
    }

    fn tell(&mut self, result: Result<(), WaitError>) {
        match std::mem::replace(&mut self.listener, Listener::Nobody) {
            Listener::Application(completion) => completion(result),
            Listener::Flush { .. } | Listener::Nobody => {}
        }
    }

    /// When its time is over, of a wait that is no application's.
    pub(super) fn flush_by(&self) -> Option<Instant> {
        match self.listener {
            Listener::Flush { end_by, .. } => Some(end_by),
            Listener::Application(_) | Listener::Nobody => None,
        }
    }

    pub(super) fn cancel(self) {
        self.complete(Err(WaitError::Cancelled));
    }

    /// Gives up the wait without calling anybody: its caller is told otherwise.
    pub(super) fn refuse(mut self) {
        self.listener = Listener::Nobody;
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.tell(Err(WaitError::Cancelled));
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

    /// The first moment at which a flush is over.
    pub fn flush_by(&self) -> Option<Instant> {
        self.open.iter().filter_map(Wait::flush_by).min()
    }

    /// Lets go who flushes.
    pub fn end_flushes(&mut self, ends: impl Fn(Instant) -> bool) {
        self.open.retain(|wait| !wait.flush_by().is_some_and(&ends));
    }

    /// Versions of before a client reset say nothing after it: open upload waits wait for everything again.
    pub fn forget_versions(&mut self) {
        for wait in &mut self.open {
            if let Target::Upload(target) = &mut wait.target {
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
