//! What kind of failure the application is told, numbered as realm-core's C API numbers it.

/// `docs/PROTOCOL.md`, "Client statuses".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(i32)]
pub enum Status {
    RuntimeError = 1000,
    ObjectAlreadyExists = 1013,
    BadChangeset = 1015,
    OperationAborted = 1027,
    AutoClientResetFailed = 1028,
    BadSyncPartitionValue = 1029,
    ConnectionClosed = 1030,
    InvalidSubscriptionQuery = 1031,
    SyncClientResetRequired = 1032,
    SyncCompensatingWrite = 1033,
    SyncConnectFailed = 1034,
    SyncConnectTimeout = 1035,
    SyncPermissionDenied = 1037,
    SyncProtocolInvariantFailed = 1038,
    SyncProtocolNegotiationFailed = 1039,
    SyncServerPermissionsChanged = 1040,
    SyncUserMismatch = 1041,
    TlsHandshakeFailed = 1042,
    WrongSyncType = 1043,
    SyncWriteNotAllowed = 1044,
    SyncLocalClockBeforeEpoch = 1045,
    SyncSchemaMigrationError = 1046,
    InvalidSchemaChange = 2019,
    LimitExceeded = 3018,
    AuthError = 4346,
    UnknownError = 2_000_000,
}

impl Status {
    pub fn number(self) -> i32 {
        self as i32
    }

    pub fn name(self) -> &'static str {
        match self {
            Status::RuntimeError => "RuntimeError",
            Status::ObjectAlreadyExists => "ObjectAlreadyExists",
            Status::BadChangeset => "BadChangeset",
            Status::OperationAborted => "OperationAborted",
            Status::AutoClientResetFailed => "AutoClientResetFailed",
            Status::BadSyncPartitionValue => "BadSyncPartitionValue",
            Status::ConnectionClosed => "ConnectionClosed",
            Status::InvalidSubscriptionQuery => "InvalidSubscriptionQuery",
            Status::SyncClientResetRequired => "SyncClientResetRequired",
            Status::SyncCompensatingWrite => "SyncCompensatingWrite",
            Status::SyncConnectFailed => "SyncConnectFailed",
            Status::SyncConnectTimeout => "SyncConnectTimeout",
            Status::SyncPermissionDenied => "SyncPermissionDenied",
            Status::SyncProtocolInvariantFailed => "SyncProtocolInvariantFailed",
            Status::SyncProtocolNegotiationFailed => "SyncProtocolNegotiationFailed",
            Status::SyncServerPermissionsChanged => "SyncServerPermissionsChanged",
            Status::SyncUserMismatch => "SyncUserMismatch",
            Status::TlsHandshakeFailed => "TlsHandshakeFailed",
            Status::WrongSyncType => "WrongSyncType",
            Status::SyncWriteNotAllowed => "SyncWriteNotAllowed",
            Status::SyncLocalClockBeforeEpoch => "SyncLocalClockBeforeEpoch",
            Status::SyncSchemaMigrationError => "SyncSchemaMigrationError",
            Status::InvalidSchemaChange => "InvalidSchemaChange",
            Status::LimitExceeded => "LimitExceeded",
            Status::AuthError => "AuthError",
            Status::UnknownError => "UnknownError",
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}
