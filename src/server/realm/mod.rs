//! One server realm: its history, its client files, and the state the history folds to, in one SQLite file.
//!
//! The only part of the server that names the database. The interface is small on purpose: allocate an ident,
//! check a claim, append uploads at the end, read from a position.

mod baseline;
mod client_file;
mod error;
mod folder;
mod history;
mod identify;
mod integrate;
mod tables;
mod trim_point;
mod trimming;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, TransactionBehavior};

use crate::store::State;
use crate::value::{DownloadCursor, FileIdent, OriginTimestamp, Salt, SaltedServerVersion};

use super::{RealmAnswer, RealmPath, RealmRequest, Refusal, Upload};
use client_file::ClientFile;
use error::IntegrateError;
pub use error::LogError;
pub use folder::DataFolder;
use history::Ends;
use integrate::Integration;
pub use trimming::Occasion;
use trimming::Trimming;

/// The open log of one realm. Not shared: whoever holds it works on it.
#[derive(Debug)]
pub struct RealmLog {
    connection: Connection,
    state: State,
    ends: Ends,
    trimming: Trimming,
    /// Marks the versions made while this log is open, so that a restored backup is told apart.
    version_salt: Salt,
}

/// A request, with the salt that a new client file would get.
#[derive(Debug)]
pub struct SaltedRequest {
    pub request: RealmRequest,
    pub salt: Salt,
}

impl RealmLog {
    /// Opens the realm's file, or makes it. `version_salt` must not be 0.
    pub fn open(file: &Path, path: &RealmPath, version_salt: Salt) -> Result<RealmLog, LogError> {
        let mut connection = tables::open(file)?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if tables::prepare(&transaction, path)? {
            State::create_tables(&transaction)?;
        }
        let state = State::load(&transaction)?;
        let ends = Ends::load(&transaction)?;
        transaction.commit()?;
        Ok(RealmLog { connection, state, ends, trimming: Trimming::Sweep, version_salt })
    }

    pub fn latest(&self) -> SaltedServerVersion {
        self.ends.latest
    }

    /// Answers the requests, in their order. Everything that writes shares one transaction and so one disk sync,
    /// and no answer is given before it is done; reads see its result. `seen` is the wall time to note for the
    /// client files that take part.
    ///
    /// After an error nothing of the requests has happened, and the log must be opened anew.
    pub fn run(&mut self, requests: &[SaltedRequest], seen: OriginTimestamp) -> Result<Vec<RealmAnswer>, LogError> {
        let mut answers = self.write(requests, seen)?;
        requests
            .iter()
            .zip(answers.iter_mut())
            .map(|(salted, written)| match (&salted.request, written.take()) {
                (_, Some(answer)) => Ok(answer),
                (RealmRequest::Read { file, from, limit_bytes }, None) => self.read(*file, *from, *limit_bytes),
                (RealmRequest::AllocateIdent | RealmRequest::Identify(_) | RealmRequest::Upload(_), None) => {
                    Err(LogError::Damaged("a write was left out".to_owned()))
                }
            })
            .collect()
    }

    /// Makes one bounded step of what keeps the file small: decides, trims, deletes what was trimmed.
    ///
    /// After an error the log must be opened anew.
    pub fn maintain(&mut self, occasion: Occasion<'_>) -> Result<(), LogError> {
        let since = occasion.now.0.saturating_sub(check_interval(occasion.max_offline).as_millis() as u64);
        client_file::touch(&self.connection, occasion.connected, occasion.now, OriginTimestamp(since))?;
        let trimming = std::mem::replace(&mut self.trimming, Trimming::Idle);
        self.trimming = trimming.step(&mut self.connection, &mut self.ends, occasion)?;
        Ok(())
    }

    /// Whether there is another step to make now, and not only at the next occasion.
    pub fn is_busy(&self) -> bool {
        self.trimming.is_busy()
    }

    /// The answers of all requests but the reads.
    fn write(
        &mut self,
        requests: &[SaltedRequest],
        seen: OriginTimestamp,
    ) -> Result<Vec<Option<RealmAnswer>>, LogError> {
        if requests.iter().all(|salted| matches!(salted.request, RealmRequest::Read { .. })) {
            return Ok(requests.iter().map(|_| None).collect());
        }
        let RealmLog { connection, state, ends, version_salt, trimming: _ } = self;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut batch = WriteBatch { connection: &transaction, state, ends, version_salt: *version_salt, seen };
        let answers = requests.iter().map(|salted| batch.answer(salted)).collect::<Result<Vec<_>, _>>()?;
        transaction.commit()?;
        Ok(answers)
    }

    fn read(&self, file: FileIdent, from: DownloadCursor, limit_bytes: usize) -> Result<RealmAnswer, LogError> {
        let Some(reader) = ClientFile::load(&self.connection, file)? else {
            return Ok(RealmAnswer::Refused(Refusal::BadClientFileIdent));
        };
        let base = self.ends.base.version;
        if from.server_version < base && !(reader.start == base && self.ends.baseline.has_position(from.server_version))
        {
            return Ok(RealmAnswer::Refused(Refusal::ClientFileExpired));
        }
        let mut batch = history::read(&self.connection, &self.ends, file, from, limit_bytes)?;
        batch.upload = reader.upload;
        Ok(RealmAnswer::Batch(batch))
    }
}

/// Time between two occasions to trim: often enough that "last seen" is right within a small part of the limit.
pub fn check_interval(max_offline: Duration) -> Duration {
    (max_offline / 24).clamp(Duration::from_secs(1), Duration::from_secs(3600))
}

/// The writing requests of one transaction.
struct WriteBatch<'a> {
    connection: &'a Connection,
    state: &'a mut State,
    ends: &'a mut Ends,
    version_salt: Salt,
    seen: OriginTimestamp,
}

impl WriteBatch<'_> {
    fn answer(&mut self, salted: &SaltedRequest) -> Result<Option<RealmAnswer>, LogError> {
        match &salted.request {
            RealmRequest::AllocateIdent => {
                let file = client_file::allocate(self.connection, salted.salt, self.seen)?;
                Ok(Some(RealmAnswer::Allocated(file)))
            }
            RealmRequest::Identify(claim) => identify::identify(self.connection, self.ends, claim, self.seen).map(Some),
            RealmRequest::Upload(upload) => self.upload(upload).map(Some),
            RealmRequest::Read { .. } => Ok(None),
        }
    }

    /// Integrates one upload. A bad one leaves no trace, and the others of the transaction stand.
    fn upload(&mut self, upload: &Upload) -> Result<RealmAnswer, LogError> {
        let before = *self.ends;
        self.connection.execute_batch("SAVEPOINT upload")?;
        let mut integration = Integration {
            connection: self.connection,
            state: self.state,
            ends: self.ends,
            version_salt: self.version_salt,
            seen: self.seen,
        };
        match integration.integrate(upload) {
            Ok(()) => {
                self.connection.execute_batch("RELEASE upload")?;
                Ok(RealmAnswer::Uploaded)
            }
            Err(IntegrateError::Refused(refusal)) => {
                self.connection.execute_batch("ROLLBACK TO upload; RELEASE upload")?;
                *self.ends = before;
                *self.state = State::load(self.connection)?;
                Ok(RealmAnswer::Refused(refusal))
            }
            Err(IntegrateError::Log(error)) => Err(error),
        }
    }
}
