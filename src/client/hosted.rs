//! A session as the worker holds it: whether it runs, its waits, and its database work in order.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::store::Generation;
use crate::sync::{FileStatus, StoreRequest};
use crate::value::{ClientVersion, Instant, SessionIdent};

use super::command::Acknowledgement;
use super::reset::{Reset, Settling};
use super::reset_job::{ResetOrder, ResetStep};
use super::session::Inner;
use super::store_slot::{Job, StoreFile};
use super::wait::Waits;
use super::worker::ConnectionId;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Run {
    Stopped,
    /// Active, and off its connection for as long as the network is metered.
    AwaitsUnmetered,
    Running {
        ident: SessionIdent,
        connection: ConnectionId,
    },
    /// Without handles: it finishes its uploads until then.
    Finishing {
        ident: SessionIdent,
        connection: ConnectionId,
        end_by: Instant,
    },
}

/// How the user's token stands with this session.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenUse {
    /// The server has not refused it since the session last worked, or was started.
    Good,
    /// Refused on a socket that is open: the session waits there for the answer of the application.
    Asks,
    /// Refused, and another one asked for: a further refusal makes the session wait.
    Renewed,
}

pub(super) struct Hosted {
    pub session: Arc<Inner>,
    /// Generation of the session's gate at its last start; a stop leaves it behind.
    pub generation: Generation,
    pub run: Run,
    pub waits: Waits,
    pub token: TokenUse,
    /// What the file was last seen to know since the session started.
    pub file: Option<FileStatus>,
    /// What the connection was last told about open upload waits.
    awaits_upload: bool,
    /// What the server still had after the last download of the present connection.
    pub downloadable_bytes: Option<u64>,
    pub reset: Option<Reset>,
    pub settling: Option<Settling>,
    /// The file of the session on the connection.
    store_file: StoreFile,
    jobs: VecDeque<Job>,
    has_job_running: bool,
}

impl Hosted {
    pub fn new(session: Arc<Inner>, generation: Generation) -> Hosted {
        Hosted {
            session,
            generation,
            run: Run::Stopped,
            waits: Waits::default(),
            token: TokenUse::Good,
            file: None,
            awaits_upload: false,
            downloadable_bytes: None,
            reset: None,
            settling: None,
            store_file: StoreFile::Realm,
            jobs: VecDeque::new(),
            has_job_running: false,
        }
    }

    /// Whether somebody waits for acknowledgements, where the connection was told otherwise.
    pub fn news_of_waits(&mut self) -> Option<bool> {
        let awaits_upload = match self.run {
            Run::Running { .. } => self.waits.has_upload(),
            Run::Finishing { .. } => true,
            Run::Stopped | Run::AwaitsUnmetered => false,
        };
        let was = std::mem::replace(&mut self.awaits_upload, awaits_upload);
        (was != awaits_upload).then_some(awaits_upload)
    }

    /// Forgets that a token was refused: the application wants an attempt. Where it is made.
    pub fn urge(&mut self) -> Option<(SessionIdent, ConnectionId)> {
        if self.token == TokenUse::Renewed {
            self.token = TokenUse::Good;
        }
        self.place()
    }

    /// Number on the wire, and connection, of a session that runs.
    pub fn place(&self) -> Option<(SessionIdent, ConnectionId)> {
        match self.run {
            Run::Running { ident, connection } | Run::Finishing { ident, connection, .. } => Some((ident, connection)),
            Run::Stopped | Run::AwaitsUnmetered => None,
        }
    }

    pub fn end_by(&self) -> Option<Instant> {
        match self.run {
            Run::Finishing { end_by, .. } => Some(end_by),
            Run::Running { .. } | Run::Stopped | Run::AwaitsUnmetered => None,
        }
    }

    /// When time has something to end.
    pub fn due(&self) -> Option<Instant> {
        self.end_by().into_iter().chain(self.waits.flush_by()).min()
    }

    pub fn ask(&mut self, ident: SessionIdent, request: StoreRequest) {
        let file = self.store_file;
        self.jobs.push_back(Job::ask(&self.session, self.generation, ident, file, request));
    }

    pub fn order_reset(&mut self, ident: SessionIdent, step: ResetStep) {
        let config = self.session.status.lock().reset.clone();
        let order = ResetOrder { step, config };
        self.jobs.push_back(Job::reset(&self.session, self.generation, ident, order));
    }

    pub fn store_file(&self) -> StoreFile {
        self.store_file
    }

    /// The next session on the connection works on this file; what was known is of the other.
    pub fn set_file(&mut self, file: StoreFile) {
        self.store_file = file;
        (self.file, self.downloadable_bytes) = (None, None);
    }

    /// Measures after everything that waits now, unless that ends with a measure anyway.
    pub fn ask_measure(&mut self) {
        if !self.jobs.back().is_some_and(Job::is_measure) {
            self.jobs.push_back(Job::measure(&self.session, self.generation));
        }
    }

    /// Drops the work that no running session waits for, and closes the file after the job that runs now.
    pub fn give_up_file(&mut self) {
        self.set_file(StoreFile::Realm);
        (self.reset, self.settling) = (None, None);
        self.jobs.clear();
        self.jobs.push_back(Job::give_up(&self.session, self.generation));
    }

    /// Closes the file until the next job, unless one is running: that one keeps it open.
    pub fn rest_file(&mut self) -> Option<Job> {
        if self.has_job_running {
            return None;
        }
        self.jobs.push_back(Job::rest(&self.session, self.generation));
        self.next_job()
    }

    /// The last job: closes the file after the one that runs now, which the file itself makes it wait for.
    pub fn end_file(&mut self, acknowledgement: Option<Acknowledgement>) -> Job {
        self.jobs.clear();
        Job::end(&self.session, self.generation, acknowledgement)
    }

    /// The next job, unless one is running.
    pub fn next_job(&mut self) -> Option<Job> {
        if self.has_job_running {
            return None;
        }
        let job = self.jobs.pop_front();
        self.has_job_running = job.is_some();
        job
    }

    pub fn finish_job(&mut self) -> Option<Job> {
        self.has_job_running = false;
        self.next_job()
    }

    /// Newest version known, whether this process or the session made it.
    pub fn newest_version(&self) -> Option<ClientVersion> {
        let committed = self.session.status.lock().committed;
        match &self.file {
            Some(file) => Some(file.newest_version.max(committed)),
            None => (committed.0 > 0).then_some(committed),
        }
    }

    /// Whether the server acknowledged everything that is in the file.
    pub fn is_uploaded(&self) -> bool {
        let uploaded = self.file.map(|file| file.uploaded_version);
        uploaded.is_some() && uploaded >= self.newest_version()
    }
}
