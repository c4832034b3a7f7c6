//! What a session asks of its file. The machines never hold a database: a request goes out, and its answer comes back
//! as an input.

use crate::value::{
    ClientVersion, FileIdent, OriginTimestamp, SaltedFileIdent, ServerVersion, SyncProgress, UploadCursor,
};

/// A request of one session to its file. Requests of one session are carried out in order, one at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreRequest {
    /// Read what the file knows; answered with [`StoreAnswer::Status`].
    Load,
    /// Keep the ident that the server gave this file; answered with [`StoreAnswer::Status`].
    StoreIdent(SaltedFileIdent),
    /// Merge and apply a download in one transaction; answered with [`StoreAnswer::Status`].
    Integrate(Download),
    /// Collect local changesets after `from` for the binding numbered `binding`; answered with [`StoreAnswer::Scanned`].
    Scan { binding: u64, from: UploadCursor },
}

/// The outcome of a [`StoreRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAnswer {
    Status(FileStatus),
    Scanned { binding: u64, scan: UploadScan },
    Failed(StoreFailure),
}

/// Why a request could not be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreFailure {
    /// The download does not decode, merge or apply.
    BadChangeset(String),
    /// The file could not be read or written: a full disk, a lost folder. Worth another try.
    Unavailable(String),
    /// The session was stopped before the transaction committed; nothing happened.
    Cancelled,
}

/// What the file knows of its exchange with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FileStatus {
    /// `None` until the server gave the file an ident.
    pub file_ident: Option<SaltedFileIdent>,
    pub progress: SyncProgress,
    /// Newest version of the file, of local or remote origin.
    pub newest_version: ClientVersion,
    /// Everything of local origin up to here was acknowledged by the server.
    pub uploaded_version: ClientVersion,
}

/// A changeset of this device on its way to the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalChangeset {
    pub client_version: ClientVersion,
    pub server_version: ServerVersion,
    pub origin_timestamp: OriginTimestamp,
    pub bytes: Vec<u8>,
}

/// Local changesets for one UPLOAD, and how far the history was looked at for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UploadScan {
    pub changesets: Vec<LocalChangeset>,
    pub scanned_to: UploadCursor,
}

/// A changeset of another device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteChangeset {
    pub server_version: ServerVersion,
    /// Newest version of this file that the server had integrated before.
    pub client_version: ClientVersion,
    pub origin_timestamp: OriginTimestamp,
    pub origin_file_ident: FileIdent,
    /// Size in bytes before the server merged it; for progress only.
    pub original_size: u64,
    pub bytes: Vec<u8>,
}

/// One or several DOWNLOAD messages, to be integrated in one transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Download {
    pub progress: SyncProgress,
    /// Bytes still to come after this download.
    pub downloadable_bytes: u64,
    pub changesets: Vec<RemoteChangeset>,
}
