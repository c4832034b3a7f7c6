//! What a session asks of its realm's log, and what the log answers. Plain data: a simulator may carry it.

use crate::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, SaltedFileIdent, SaltedServerVersion, ServerVersion,
    UploadCursor,
};

use super::Refusal;

#[derive(Debug, Clone, PartialEq)]
pub enum RealmRequest {
    /// A new client file wants its ident.
    AllocateIdent,
    /// A client file says who it is and where it stands.
    Identify(Claim),
    Upload(Upload),
    /// History after a position, as much as fits.
    Read {
        file: FileIdent,
        from: DownloadCursor,
        limit_bytes: usize,
    },
}

/// The content of a client's IDENT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    pub file: SaltedFileIdent,
    pub download: DownloadCursor,
    pub latest: SaltedServerVersion,
}

/// One UPLOAD whose form is checked; its changesets are still the client's bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Upload {
    pub file: FileIdent,
    /// Progress of the session before this upload. When the log is behind it, an upload in between was not
    /// integrated, and this one builds on it.
    pub after: ClientVersion,
    pub progress: UploadCursor,
    pub locked: ServerVersion,
    pub changesets: Vec<UploadedChangeset>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct UploadedChangeset {
    pub client_version: ClientVersion,
    /// Last server version that the client had integrated when it made the changeset.
    pub base: ServerVersion,
    pub timestamp: OriginTimestamp,
    pub bytes: Vec<u8>,
}

#[derive(Debug, Clone, PartialEq)]
pub enum RealmAnswer {
    Allocated(SaltedFileIdent),
    Identified(Standing),
    /// The upload is on disk, merged and in the log.
    Uploaded,
    Batch(Batch),
    /// The session ends with this error; the others of the realm go on.
    Refused(Refusal),
}

/// What the log knows of a client file that has identified itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Last client version integrated, and the server version the file had integrated by then.
    pub upload: UploadCursor,
    pub locked: ServerVersion,
    pub latest: ServerVersion,
}

/// A piece of history for one client file: the content of a DOWNLOAD.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    pub entries: Vec<BatchEntry>,
    /// Where the batch ends, and the newest version of the reading file that was integrated up to there.
    pub end: DownloadCursor,
    pub latest: SaltedServerVersion,
    /// The reading file's own upload cursor.
    pub upload: UploadCursor,
    /// Changeset bytes between the end of the batch and the end of the history.
    pub remaining_bytes: u64,
}

#[derive(Debug, Clone, PartialEq)]
pub struct BatchEntry {
    pub server_version: ServerVersion,
    /// Newest version of the reading file that was integrated before this entry.
    pub client_version: ClientVersion,
    pub timestamp: OriginTimestamp,
    pub origin: FileIdent,
    pub original_size: u64,
    pub bytes: Vec<u8>,
}
