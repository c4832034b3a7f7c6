//! The checks of an IDENT against the log, in the order of `docs/PROTOCOL.md`, "Checks on IDENT".

use rusqlite::Connection;

use super::client_file::ClientFile;
use super::history::{self, Ends};
use super::LogError;
use crate::server::{Claim, RealmAnswer, Refusal, Standing};
use crate::value::{DownloadCursor, OriginTimestamp, Salt, SaltedServerVersion};

pub(super) fn identify(
    connection: &Connection,
    ends: &Ends,
    claim: &Claim,
    seen: OriginTimestamp,
) -> Result<RealmAnswer, LogError> {
    let current = ends.latest.version;
    // First of all: a client that is ahead of a restored server learns that, whatever its ident says.
    if claim.latest.version > current {
        return Ok(RealmAnswer::Refused(Refusal::BadServerVersion));
    }
    let Some(mut file) = ClientFile::load(connection, claim.file.ident)? else {
        return Ok(RealmAnswer::Refused(Refusal::BadClientFileIdent));
    };
    if file.salt != claim.file.salt {
        return Ok(RealmAnswer::Refused(Refusal::DivergingHistories));
    }
    let download = claim.download;
    if download.server_version < file.upload.server_version {
        return Ok(RealmAnswer::Refused(Refusal::BadServerVersion));
    }
    if download.server_version < ends.base.version && !continues_baseline(&mut file, connection, ends, download)? {
        return Ok(RealmAnswer::Refused(Refusal::ClientFileExpired));
    }
    if download.server_version > current {
        return Ok(RealmAnswer::Refused(Refusal::BadServerVersion));
    }
    if download.client_version > file.upload.client_version {
        return Ok(RealmAnswer::Refused(Refusal::BadClientVersion));
    }
    if claim.latest.version < download.server_version {
        return Ok(RealmAnswer::Refused(Refusal::BadServerVersion));
    }
    if !is_of_this_history(connection, ends, claim.latest)? {
        return Ok(RealmAnswer::Refused(Refusal::DivergingHistories));
    }
    file.advance(connection, file.upload, file.locked, seen)?;
    Ok(RealmAnswer::Identified(Standing { upload: file.upload, locked: file.locked, latest: current }))
}

/// Whether a file that stands before the trim point has nothing but a part of the present baseline.
fn continues_baseline(
    file: &mut ClientFile,
    connection: &Connection,
    ends: &Ends,
    download: DownloadCursor,
) -> Result<bool, LogError> {
    if file.start != ends.base.version && file.is_blank() && download == DownloadCursor::default() {
        file.restart(connection, ends.base.version)?;
    }
    Ok(file.start == ends.base.version && ends.baseline.has_position(download.server_version))
}

fn is_of_this_history(connection: &Connection, ends: &Ends, claimed: SaltedServerVersion) -> Result<bool, LogError> {
    if claimed.version.0 == 0 {
        return Ok(claimed.salt == Salt(0));
    }
    Ok(history::salt_of(connection, ends, claimed.version)? == Some(claimed.salt))
}
