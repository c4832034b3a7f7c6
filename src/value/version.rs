//! Versions, idents and cursors: the numbers two histories are compared by.
//!
//! Rules: `docs/PROTOCOL.md`, "Cursors".

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $inner:ty) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub $inner);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

number!(
    /// Position in a server realm's history; 0 is before the first entry.
    ServerVersion,
    u64
);
number!(
    /// Position in a client file's history; a fresh file is at 1, its first commit makes 2.
    ClientVersion,
    u64
);
number!(
    /// Number the server gave one client file; 0 is "not assigned", 1 the server itself.
    FileIdent,
    u64
);
number!(
    /// Secret that goes with a file ident or a server version.
    Salt,
    i64
);
number!(
    /// Number a client gives one binding of a session; 0 is the connection itself.
    SessionIdent,
    u64
);
number!(
    /// Number of a MARK request within a session.
    RequestIdent,
    u64
);
number!(
    /// Milliseconds since 2015-01-01T00:00:00Z; decides conflicts.
    OriginTimestamp,
    u64
);

impl FileIdent {
    /// A file that has not been given an ident, or "this client" inside its own history.
    pub const NONE: FileIdent = FileIdent(0);
    /// The server's own ident.
    pub const SERVER: FileIdent = FileIdent(1);

    pub fn is_assigned(self) -> bool {
        self.0 != 0
    }
}

impl OriginTimestamp {
    /// Unix time of 2015-01-01T00:00:00Z in milliseconds.
    pub const EPOCH_UNIX_MS: u64 = 1_420_070_400_000;

    /// `None` when the time is before 2015.
    pub fn from_unix_ms(unix_ms: u64) -> Option<OriginTimestamp> {
        unix_ms.checked_sub(Self::EPOCH_UNIX_MS).map(OriginTimestamp)
    }
}

/// A file ident with the secret that proves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SaltedFileIdent {
    pub ident: FileIdent,
    pub salt: Salt,
}

/// A server version with the salt of the server history it belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SaltedServerVersion {
    pub version: ServerVersion,
    pub salt: Salt,
}

/// Everything up to `server_version` was downloaded; there, the last integrated changeset of this
/// client was `client_version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct DownloadCursor {
    pub server_version: ServerVersion,
    pub client_version: ClientVersion,
}

/// Everything up to `client_version` was scanned or integrated; there, the client had integrated
/// server changesets up to `server_version`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct UploadCursor {
    pub client_version: ClientVersion,
    pub server_version: ServerVersion,
}

impl UploadCursor {
    /// The server part must be 0 where the client part is.
    pub fn is_consistent(self) -> bool {
        self.client_version.0 != 0 || self.server_version.0 == 0
    }

    /// Two cursors agree when both parts order the same way, and an equal client part has an equal
    /// server part.
    pub fn is_mutually_consistent(self, other: UploadCursor) -> bool {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match self.client_version.cmp(&other.client_version) {
            Less => self.server_version <= other.server_version,
            Equal => self.server_version == other.server_version,
            Greater => self.server_version >= other.server_version,
        }
    }
}

/// What a client file remembers of its exchange with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct SyncProgress {
    pub latest_server_version: SaltedServerVersion,
    pub download: DownloadCursor,
    pub upload: UploadCursor,
}
