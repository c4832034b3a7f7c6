//! Merging one upload into the log. Rules: `docs/MERGE.md`, "What meets".

use rusqlite::Connection;

use super::client_file::ClientFile;
use super::error::IntegrateError;
use super::history::{self, Ends, NewEntry};
use super::LogError;
use crate::changeset;
use crate::merge::{self, Entry};
use crate::server::{Refusal, Upload, UploadedChangeset};
use crate::store::{ApplyError, State};
use crate::value::{OriginTimestamp, Salt, ServerVersion, UploadCursor};

/// What integrating works on: one transaction of one realm.
pub(super) struct Integration<'a> {
    pub connection: &'a Connection,
    pub state: &'a mut State,
    pub ends: &'a mut Ends,
    pub version_salt: Salt,
    pub seen: OriginTimestamp,
}

impl Integration<'_> {
    /// Merges, applies and appends the changesets of `upload` that are new, and moves the client file's cursors on.
    pub fn integrate(&mut self, upload: &Upload) -> Result<(), IntegrateError> {
        let file = ClientFile::load(self.connection, upload.file)?;
        let mut file = file.ok_or(IntegrateError::Refused(Refusal::BadClientFileIdent))?;
        if file.upload.client_version < upload.after {
            let text = "an earlier upload was not integrated".to_owned();
            return Err(IntegrateError::Refused(Refusal::BadChangeset(text)));
        }
        let fresh = fresh_changesets(&file, upload)?;
        // What such a changeset must be merged with is gone.
        let is_too_old = |uploaded: &&UploadedChangeset| uploaded.base < self.ends.base.version;
        if file.start != self.ends.base.version && fresh.iter().any(is_too_old) {
            return Err(IntegrateError::Refused(Refusal::ClientFileExpired));
        }
        if !fresh.is_empty() {
            self.merge_and_append(&file, &fresh)?;
        }
        file.advance(self.connection, upload.progress, upload.locked, self.seen)?;
        Ok(())
    }

    fn merge_and_append(&mut self, file: &ClientFile, fresh: &[&UploadedChangeset]) -> Result<(), IntegrateError> {
        let mut theirs = Vec::with_capacity(fresh.len());
        for uploaded in fresh {
            let mut decoded = changeset::decode(&uploaded.bytes).map_err(|error| refused(&error))?;
            // Some clients leave a few keys unnamed in what they recorded before they had an ident.
            decoded.name_keyless(file.ident);
            let (version, base) = (uploaded.client_version.0, uploaded.base.0);
            theirs.push(Entry::new(decoded, version, base, uploaded.timestamp, file.ident));
        }
        let mut ours = self.load_window(file, fresh)?;
        merge::merge_groups(&mut ours, &mut theirs).map_err(|error| refused(&error))?;
        for entry in ours.iter().filter(|entry| entry.changed()) {
            let bytes = changeset::encode_merged(&entry.changeset);
            file.store_reciprocal(self.connection, ServerVersion(entry.version), &bytes)?;
        }
        for (uploaded, merged) in fresh.iter().zip(&theirs) {
            self.append(file, uploaded, merged)?;
        }
        Ok(())
    }

    /// The entries that the client had not seen when it made the first of its changesets.
    fn load_window(&self, file: &ClientFile, fresh: &[&UploadedChangeset]) -> Result<Vec<Entry>, IntegrateError> {
        let from = fresh.iter().map(|uploaded| uploaded.base).min().unwrap_or_default();
        let mut ours = Vec::new();
        for entry in history::window(self.connection, self.ends, file.ident, from)? {
            // Only what could be decoded was ever appended, so this is the file's trouble, not the client's.
            let decoded = changeset::decode(&entry.changeset)
                .map_err(|error| LogError::Damaged(format!("log entry {}: {error}", entry.version)))?;
            ours.push(Entry::new(decoded, entry.version.0, 0, entry.timestamp, entry.origin));
        }
        Ok(ours)
    }

    fn append(
        &mut self,
        file: &ClientFile,
        uploaded: &UploadedChangeset,
        merged: &Entry,
    ) -> Result<(), IntegrateError> {
        self.state.apply(self.connection, &merged.changeset).map_err(|error| match error {
            ApplyError::Database(error) => IntegrateError::Log(error.into()),
            ApplyError::BadChangeset(error) => refused(&error),
        })?;
        self.ends.append(
            self.connection,
            &NewEntry {
                salt: self.version_salt,
                origin: file.ident,
                client_version: uploaded.client_version,
                timestamp: uploaded.timestamp,
                original_size: uploaded.bytes.len() as u64,
                changeset: &changeset::encode_merged(&merged.changeset),
            },
        )?;
        Ok(())
    }
}

/// The changesets that were not integrated before, after checking them against what the log itself knows: the
/// session may have been bound when an older connection of the same file was still uploading.
fn fresh_changesets<'a>(file: &ClientFile, upload: &'a Upload) -> Result<Vec<&'a UploadedChangeset>, IntegrateError> {
    let is_fresh = |uploaded: &&UploadedChangeset| uploaded.client_version > file.upload.client_version;
    let fresh: Vec<_> = upload.changesets.iter().filter(is_fresh).collect();
    let fits = |uploaded: &&UploadedChangeset| {
        let cursor = UploadCursor { client_version: uploaded.client_version, server_version: uploaded.base };
        cursor.is_mutually_consistent(file.upload)
    };
    match fresh.iter().all(fits) {
        true => Ok(fresh),
        false => Err(IntegrateError::Refused(Refusal::BadServerVersion)),
    }
}

fn refused(error: &dyn std::fmt::Display) -> IntegrateError {
    IntegrateError::Refused(Refusal::BadChangeset(error.to_string()))
}
