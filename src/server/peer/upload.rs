//! The checks of an UPLOAD that need no log (`docs/PROTOCOL.md`, "Checks on UPLOAD").

use super::bound::Bound;
use crate::server::{Permission, Refusal, Upload};
use crate::value::UploadCursor;

/// Checks `upload` against where the session stands, names what it continues, and moves the session on.
pub(super) fn check(bound: &mut Bound, permission: Permission, upload: &mut Upload) -> Result<(), Refusal> {
    let progress = upload.progress;
    if progress.client_version < bound.progress.client_version {
        return Err(Refusal::BadClientVersion);
    }
    let is_consistent = progress.server_version <= bound.downloaded()
        && progress.is_consistent()
        && progress.is_mutually_consistent(bound.threshold)
        && progress.is_mutually_consistent(bound.progress);
    let is_lock_possible = bound.locked <= upload.locked && upload.locked <= bound.downloaded();
    if !is_consistent || !is_lock_possible {
        return Err(Refusal::BadServerVersion);
    }
    check_changesets(bound, upload)?;
    if !upload.changesets.is_empty() && permission < Permission::Write {
        return Err(Refusal::WriteNotAllowed);
    }
    upload.file = bound.file();
    upload.after = bound.progress.client_version;
    bound.progress = progress;
    bound.locked = upload.locked;
    Ok(())
}

fn check_changesets(bound: &Bound, upload: &Upload) -> Result<(), Refusal> {
    let mut previous = bound.progress;
    for changeset in &upload.changesets {
        let cursor = UploadCursor { client_version: changeset.client_version, server_version: changeset.base };
        if cursor.client_version <= previous.client_version {
            return Err(Refusal::BadClientVersion);
        }
        let is_consistent = cursor.is_consistent()
            && cursor.is_mutually_consistent(previous)
            && cursor.is_mutually_consistent(bound.threshold);
        if !is_consistent {
            return Err(Refusal::BadServerVersion);
        }
        previous = cursor;
    }
    if upload.changesets.is_empty() {
        return Ok(());
    }
    if previous.client_version > upload.progress.client_version {
        return Err(Refusal::BadClientVersion);
    }
    match previous.is_mutually_consistent(upload.progress) {
        true => Ok(()),
        false => Err(Refusal::BadServerVersion),
    }
}
