//! Stopping once everything is uploaded, or time is over; and what is not uploaded yet.
//!
//! Rules: `docs/SESSION.md`, "Stop after upload".

use std::sync::Arc;
use std::time::Duration;

use crate::store::{PendingUploads, StoreError, SyncReader};
use crate::sync::ConnectionState;
use crate::value::Instant;

use super::command::{Acknowledged, Acknowledgement, Command};
use super::session::{Inner, Session, SessionState};
use super::wait::{Target, Wait};
use super::worker::Worker;

impl Session {
    /// Waits until everything committed before the call is acknowledged, at most for `patience`, and stops the session as
    /// [`Session::stop`] does. Returns what of that is left: with a count of 0 everything was uploaded.
    ///
    /// A session that is stopped, or ended, waits for nothing. It may be called from inside a callback. Inside a write
    /// transaction no acknowledgement can be stored, so that it may wait until time is over.
    pub fn stop_after_upload(&self, patience: Duration) -> Result<PendingUploads, StoreError> {
        let committed = SyncReader::open(self.path()).and_then(|file| file.newest_version());
        self.begin_flush(patience).wait();
        self.stop();
        SyncReader::open(self.path())?.pending_uploads_to(committed?)
    }

    /// The wait of [`Session::stop_after_upload`], for a caller that drives the worker itself.
    pub fn begin_flush(&self, patience: Duration) -> Acknowledged {
        let (acknowledgement, acknowledged) = Acknowledgement::new();
        self.inner.tell(Command::Flush(self.inner.clone(), patience, acknowledgement));
        acknowledged
    }

    /// Local changes that the server has not acknowledged, read from the file: the same while the session runs, is
    /// stopped or offline.
    pub fn pending_uploads(&self) -> Result<PendingUploads, StoreError> {
        SyncReader::open(self.path())?.pending_uploads()
    }
}

impl Worker {
    pub(super) fn flush(
        &mut self,
        now: Instant,
        session: &Arc<Inner>,
        patience: Duration,
        acknowledgement: Acknowledgement,
    ) {
        let (state, connection) = {
            let status = session.status.lock();
            (status.state, status.connection)
        };
        match state {
            SessionState::Active | SessionState::WaitingForAccessToken => {}
            SessionState::Dying | SessionState::Inactive | SessionState::Paused => return,
        }
        let Some(hosted) = self.hosted.get_mut(&session.number()) else { return };
        let newest = hosted.newest_version().filter(|_| hosted.file.is_some());
        hosted.waits.add(Wait::flush(Target::Upload(newest), now + patience, acknowledgement));
        let file = hosted.file;
        if let Some(file) = file {
            self.complete_uploads(session, file.uploaded_version);
        }
        self.tell_waits(now, session.number());
        match connection {
            ConnectionState::Disconnected => self.reconnect(now, session),
            ConnectionState::Connecting | ConnectionState::Connected => {}
        }
    }

    /// Ends flushes whose time is over.
    pub(super) fn end_overdue_flushes(&mut self, now: Instant) {
        let is_over = |end_by: Instant| end_by <= now;
        let has_overdue = |waits: &super::wait::Waits| waits.flush_by().is_some_and(is_over);
        let overdue = self.hosted.iter().filter(|(_, hosted)| has_overdue(&hosted.waits));
        let overdue: Vec<u64> = overdue.map(|(session, _)| *session).collect();
        for session in overdue {
            if let Some(hosted) = self.hosted.get_mut(&session) {
                hosted.waits.end_flushes(is_over);
            }
            self.tell_waits(now, session);
        }
    }
}
