//! The error numbers. `docs/C_API.md`, "Error numbers".

/// What went wrong, as a number. Numbers below 5000000 are those of realm-core for the same case;
/// 5000000 and above are this library's own. A number is never reused, and new ones may be added:
/// treat one you do not know as RLM_ERR_RUNTIME. The number 0 means success.
#[repr(i32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_errno_e {
    /// No error.
    RLM_ERR_NONE = 0,
    /// Something failed while running; the message says what.
    RLM_ERR_RUNTIME = 1000,
    /// The disk is full.
    RLM_ERR_OUT_OF_DISK_SPACE = 1004,
    /// The file was written by another, unknown version of this library.
    RLM_ERR_UNSUPPORTED_FILE_FORMAT_VERSION = 1011,
    /// Another process already syncs this file.
    RLM_ERR_MULTIPLE_SYNC_AGENTS = 1012,
    /// An object with this primary key exists already.
    RLM_ERR_OBJECT_ALREADY_EXISTS = 1013,
    /// A changeset could not be decoded or applied.
    RLM_ERR_BAD_CHANGESET = 1015,
    /// Reading or writing a file failed.
    RLM_ERR_FILE_OPERATION_FAILED = 1017,
    /// The file system denies access to the file.
    RLM_ERR_FILE_PERMISSION_DENIED = 1018,
    /// There is no such file.
    RLM_ERR_FILE_NOT_FOUND = 1019,
    /// A file of this name exists already.
    RLM_ERR_FILE_ALREADY_EXISTS = 1020,
    /// The file is not a realm, or is damaged.
    RLM_ERR_INVALID_DATABASE = 1021,
    /// The file was made for another kind of use: local instead of synced, or the reverse.
    RLM_ERR_INCOMPATIBLE_HISTORIES = 1023,
    /// The operation was given up before it completed: its realm, session or client was closed.
    RLM_ERR_CANCELLED = 1027,
    /// The automatic client reset failed.
    RLM_ERR_AUTO_CLIENT_RESET_FAILED = 1028,
    /// The server does not accept the partition.
    RLM_ERR_BAD_SYNC_PARTITION_VALUE = 1029,
    /// The connection to the server was closed.
    RLM_ERR_CONNECTION_CLOSED = 1030,
    /// The server does not accept the subscription.
    RLM_ERR_INVALID_SUBSCRIPTION_QUERY = 1031,
    /// The server no longer knows this file: a client reset is needed.
    RLM_ERR_SYNC_CLIENT_RESET_REQUIRED = 1032,
    /// The server undid some of the uploaded changes.
    RLM_ERR_SYNC_COMPENSATING_WRITE = 1033,
    /// The server could not be reached.
    RLM_ERR_SYNC_CONNECT_FAILED = 1034,
    /// The server did not answer in time.
    RLM_ERR_SYNC_CONNECT_TIMEOUT = 1035,
    /// The server does not accept the change of the schema.
    RLM_ERR_SYNC_INVALID_SCHEMA_CHANGE = 1036,
    /// The user may not sync this realm.
    RLM_ERR_SYNC_PERMISSION_DENIED = 1037,
    /// The other side broke a rule of the protocol.
    RLM_ERR_SYNC_PROTOCOL_INVARIANT_FAILED = 1038,
    /// Client and server have no protocol version in common.
    RLM_ERR_SYNC_PROTOCOL_NEGOTIATION_FAILED = 1039,
    /// The user's permissions on the server changed.
    RLM_ERR_SYNC_SERVER_PERMISSIONS_CHANGED = 1040,
    /// The file belongs to another user.
    RLM_ERR_SYNC_USER_MISMATCH = 1041,
    /// The TLS handshake failed.
    RLM_ERR_TLS_HANDSHAKE_FAILED = 1042,
    /// The server syncs this realm in another way than was asked for.
    RLM_ERR_WRONG_SYNC_TYPE = 1043,
    /// The user may read this realm, not write it.
    RLM_ERR_SYNC_WRITE_NOT_ALLOWED = 1044,
    /// The clock of this device is before 2015.
    RLM_ERR_SYNC_LOCAL_CLOCK_BEFORE_EPOCH = 1045,
    /// The server could not migrate the schema.
    RLM_ERR_SYNC_SCHEMA_MIGRATION_ERROR = 1046,
    /// The operating system refused something other than a file.
    RLM_ERR_SYSTEM_ERROR = 1999,
    /// The call makes no sense at this point.
    RLM_ERR_LOGIC = 2000,
    /// This library does not offer what was asked for.
    RLM_ERR_NOT_SUPPORTED = 2001,
    /// There is no write transaction where one is needed, or there is one already.
    RLM_ERR_WRONG_TRANSACTION_STATE = 2005,
    /// The call is not allowed from where it was made.
    RLM_ERR_ILLEGAL_OPERATION = 2007,
    /// The object was erased.
    RLM_ERR_INVALIDATED_OBJECT = 2010,
    /// The realm was opened for reading only.
    RLM_ERR_READ_ONLY_DB = 2011,
    /// The realm is open or synced, so its files cannot be deleted or compacted.
    RLM_ERR_DELETE_OPENED_REALM = 2012,
    /// The realm is open already, with other settings.
    RLM_ERR_MISMATCHED_CONFIG = 2013,
    /// The realm was closed.
    RLM_ERR_CLOSED_REALM = 2014,
    /// The schema contradicts itself.
    RLM_ERR_SCHEMA_VALIDATION_FAILED = 2016,
    /// The schema does not fit the file.
    RLM_ERR_SCHEMA_MISMATCH = 2017,
    /// The schema change is not an addition.
    RLM_ERR_INVALID_SCHEMA_CHANGE = 2019,
    /// The class is embedded: its objects are made by the property that owns them.
    RLM_ERR_TOP_LEVEL_OBJECT = 2021,
    /// An argument is invalid; the message names it.
    RLM_ERR_INVALID_ARGUMENT = 3000,
    /// The value is not of the property's type.
    RLM_ERR_PROPERTY_TYPE_MISMATCH = 3001,
    /// The property takes no null.
    RLM_ERR_PROPERTY_NOT_NULLABLE = 3002,
    /// The class has a primary key, and none was given.
    RLM_ERR_MISSING_PRIMARY_KEY = 3005,
    /// The class has no primary key, and one was given.
    RLM_ERR_UNEXPECTED_PRIMARY_KEY = 3006,
    /// The primary key of an object cannot change.
    RLM_ERR_MODIFY_PRIMARY_KEY = 3007,
    /// There is no such property.
    RLM_ERR_INVALID_PROPERTY = 3009,
    /// The name of a class or property is not allowed.
    RLM_ERR_INVALID_NAME = 3010,
    /// There is no such object.
    RLM_ERR_NO_SUCH_OBJECT = 3016,
    /// The index is at or beyond the size.
    RLM_ERR_INDEX_OUT_OF_BOUNDS = 3017,
    /// The value is beyond a limit; the message says the limit.
    RLM_ERR_LIMIT_EXCEEDED = 3018,
    /// There is no such class.
    RLM_ERR_NO_SUCH_TABLE = 3020,
    /// The server URL cannot be used.
    RLM_ERR_BAD_SERVER_URL = 3023,
    /// The server does not accept the user's token.
    RLM_ERR_AUTH_ERROR = 4346,
    /// The server reported an error that this library has no better number for; the message says what.
    RLM_ERR_UNKNOWN = 2000000,
    /// A defect in this library; the handle involved refuses further work.
    RLM_ERR_PANIC = 5000000,
    /// The handle was involved in an earlier RLM_ERR_PANIC: release it and make another.
    RLM_ERR_POISONED_HANDLE = 5000001,
    /// The sync client was closed.
    RLM_ERR_CLOSED_SYNC_CLIENT = 5000002,
    /// The realm is not synced, so it has no session.
    RLM_ERR_NO_SYNC_SESSION = 5000003,
    /// What was waited for had not happened when the time was over.
    RLM_ERR_DEADLINE_EXCEEDED = 5000004,
}

/// Groups of errors; realm_error_t::categories is a union of these bits, numbered as in realm-core.
#[repr(u32)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum realm_error_category_e {
    /// The caller did something at the wrong time or place.
    RLM_ERR_CAT_LOGIC = 0x0002,
    /// The environment made the call fail.
    RLM_ERR_CAT_RUNTIME = 0x0004,
    /// An argument is wrong.
    RLM_ERR_CAT_INVALID_ARG = 0x0008,
    /// A file could not be used.
    RLM_ERR_CAT_FILE_ACCESS = 0x0010,
    /// The operating system refused something.
    RLM_ERR_CAT_SYSTEM_ERROR = 0x0020,
    /// The error is about syncing.
    RLM_ERR_CAT_SYNC_ERROR = 0x2000,
}

use realm_error_category_e::*;

/// The union of category bits that goes with an error number.
pub(super) fn categories_of(number: i32) -> u32 {
    match number {
        1017..=1024 => RLM_ERR_CAT_RUNTIME as u32 | RLM_ERR_CAT_FILE_ACCESS as u32,
        1028..=1046 | 4346 | 2_000_000 => RLM_ERR_CAT_RUNTIME as u32 | RLM_ERR_CAT_SYNC_ERROR as u32,
        1999 => RLM_ERR_CAT_RUNTIME as u32 | RLM_ERR_CAT_SYSTEM_ERROR as u32,
        2000..=2999 | 5_000_001..=5_000_003 => RLM_ERR_CAT_LOGIC as u32,
        3000..=3999 => RLM_ERR_CAT_LOGIC as u32 | RLM_ERR_CAT_INVALID_ARG as u32,
        0 => 0,
        _ => RLM_ERR_CAT_RUNTIME as u32,
    }
}
