//! Whether a DOWNLOAD may follow what was downloaded before.
//!
//! Rules: `docs/PROTOCOL.md`, "Checks on DOWNLOAD".

use crate::value::{ClientVersion, FileIdent, SyncProgress};

use super::store_request::Download;

/// A rule of the protocol that the DOWNLOAD breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum DownloadViolation {
    #[error("the latest server version went backwards")]
    LatestServerVersion,
    #[error("the acknowledged client version went backwards, or beyond what this client has")]
    UploadClientVersion,
    #[error("the download server version went backwards, or beyond the latest")]
    DownloadServerVersion,
    #[error("the download client version went backwards, or beyond what was acknowledged")]
    DownloadClientVersion,
    #[error("the acknowledged server version is beyond what was downloaded")]
    UploadServerVersion,
    #[error("the server versions of the changesets are not increasing, or beyond the header's")]
    ChangesetServerVersion,
    #[error("the client versions of the changesets go backwards, or beyond the header's")]
    ChangesetClientVersion,
    #[error("a changeset names no origin, or this very file as its origin")]
    ChangesetOrigin,
}

/// `before` is the progress of the DOWNLOAD before, or what the file had persisted.
pub(super) fn check(
    before: &SyncProgress,
    newest_version: ClientVersion,
    own_ident: FileIdent,
    download: &Download,
) -> Result<(), DownloadViolation> {
    use DownloadViolation as V;
    let next = &download.progress;
    let ensure = |holds: bool, violation: V| if holds { Ok(()) } else { Err(violation) };
    ensure(next.latest_server_version.version >= before.latest_server_version.version, V::LatestServerVersion)?;
    let acknowledged = next.upload.client_version;
    ensure(acknowledged >= before.upload.client_version && acknowledged <= newest_version, V::UploadClientVersion)?;
    let downloaded = next.download.server_version;
    ensure(
        downloaded >= before.download.server_version && downloaded <= next.latest_server_version.version,
        V::DownloadServerVersion,
    )?;
    let integrated = next.download.client_version;
    ensure(integrated >= before.download.client_version && integrated <= acknowledged, V::DownloadClientVersion)?;
    ensure(downloaded >= next.upload.server_version, V::UploadServerVersion)?;

    let mut at = before.download;
    for changeset in &download.changesets {
        let version = changeset.server_version;
        ensure(version > at.server_version && version <= downloaded, V::ChangesetServerVersion)?;
        let base = changeset.client_version;
        ensure(base >= at.client_version && base <= integrated, V::ChangesetClientVersion)?;
        let origin = changeset.origin_file_ident;
        ensure(origin.is_assigned() && origin != own_ident, V::ChangesetOrigin)?;
        at.server_version = version;
        at.client_version = base;
    }
    Ok(())
}
