//! Error codes of ERROR and JSON_ERROR: one table of what each means (`docs/PROTOCOL.md`, "Error codes").

use super::{Action, Status};
use crate::value::SessionIdent;

/// What an error ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    Connection,
    Session,
}

/// How a server may send a code to clients in the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sending {
    /// As ERROR or JSON_ERROR.
    Any,
    /// Only as JSON_ERROR, with the data that belongs to the code.
    JsonOnly,
    /// Only from client to server.
    FromClient,
    /// Never: clients in the field end their process, or the code is obsolete.
    Never,
}

/// One line of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ErrorRule {
    pub code: ErrorCode,
    pub number: u32,
    pub name: &'static str,
    pub level: Level,
    /// What the application of the client that receives it is told.
    pub status: Status,
    /// What a server asks for when it sends the code.
    pub action: Action,
    /// Whether the client should try again by itself.
    pub try_again: bool,
    pub sending: Sending,
    /// Text a server sends when it has nothing more precise to say.
    pub text: &'static str,
}

macro_rules! error_codes {
    ($($name:ident $number:literal $wire:literal $level:ident $status:ident $action:ident $again:literal $sending:ident
       $text:literal;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum ErrorCode {
            $($name,)*
            /// A number this version has no name for.
            Unknown(u32),
        }

        const RULES: &[ErrorRule] = &[
            $(ErrorRule {
                code: ErrorCode::$name,
                number: $number,
                name: $wire,
                level: Level::$level,
                status: Status::$status,
                action: Action::$action,
                try_again: $again,
                sending: Sending::$sending,
                text: $text,
            },)*
        ];

        impl ErrorCode {
            pub fn from_number(number: u32) -> ErrorCode {
                match number {
                    $($number => ErrorCode::$name,)*
                    unknown => ErrorCode::Unknown(unknown),
                }
            }

            pub fn number(self) -> u32 {
                match self {
                    $(ErrorCode::$name => $number,)*
                    ErrorCode::Unknown(number) => number,
                }
            }
        }
    };
}

error_codes! {
    ConnectionClosed 100 "connection_closed" Connection ConnectionClosed Transient true Any
        "The server closes the connection; try again later";
    OtherError 101 "other_error" Connection RuntimeError ProtocolViolation false Any
        "The server cannot go on with this connection";
    UnknownMessage 102 "unknown_message" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "The message is of an unknown kind";
    BadSyntax 103 "bad_syntax" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "The message is malformed";
    LimitsExceeded 104 "limits_exceeded" Connection LimitExceeded ProtocolViolation false Never
        "The message exceeds a limit";
    WrongProtocolVersion 105 "wrong_protocol_version" Connection SyncProtocolInvariantFailed ProtocolViolation false Never
        "The protocol version is not supported";
    BadSessionIdent 106 "bad_session_ident" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "The message names a session that is not bound";
    ReuseOfSessionIdent 107 "reuse_of_session_ident" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "BIND names a session that is bound already";
    BoundInOtherSession 108 "bound_in_other_session" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "The client file is bound in another session of this connection";
    BadMessageOrder 109 "bad_message_order" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "The message is not allowed at this point of the session";
    BadDecompression 110 "bad_decompression" Connection RuntimeError ProtocolViolation false Any
        "The message body cannot be decompressed";
    BadChangesetHeaderSyntax 111 "bad_changeset_header_syntax" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "A changeset header is malformed";
    BadChangesetSize 112 "bad_changeset_size" Connection SyncProtocolInvariantFailed ProtocolViolation false Any
        "A changeset's size does not fit its message";
    SwitchToFlxSync 113 "switch_to_flx_sync" Connection WrongSyncType ApplicationBug false Any
        "The server speaks flexible sync; the client connected for partition-based sync";
    SwitchToPbs 114 "switch_to_pbs" Connection WrongSyncType ApplicationBug false Any
        "The server speaks partition-based sync; the client connected for flexible sync";

    SessionClosed 200 "session_closed" Session ConnectionClosed Transient true Any
        "The server closes the session; it may be bound again";
    OtherSessionError 201 "other_session_error" Session RuntimeError Transient true Any
        "The server cannot go on with this session for now";
    TokenExpired 202 "token_expired" Session AuthError RefreshUser true Never
        "The access token has expired";
    BadAuthentication 203 "bad_authentication" Session AuthError LogOutUser false Never
        "The access token is not accepted";
    IllegalRealmPath 204 "illegal_realm_path" Session BadSyncPartitionValue ApplicationBug false Any
        "The partition or path is not acceptable";
    NoSuchRealm 205 "no_such_realm" Session UnknownError ApplicationBug false Never
        "The realm does not exist";
    PermissionDenied 206 "permission_denied" Session SyncPermissionDenied ApplicationBug false Any
        "The user may not access this realm";
    BadServerFileIdent 207 "bad_server_file_ident" Session UnknownError ProtocolViolation false Never
        "The server file ident is wrong";
    BadClientFileIdent 208 "bad_client_file_ident" Session SyncClientResetRequired ClientReset false Any
        "The server does not know this client file; it needs a client reset";
    BadServerVersion 209 "bad_server_version" Session SyncClientResetRequired ClientReset false Any
        "The client and the server disagree about the server's version; the client file needs a client reset";
    BadClientVersion 210 "bad_client_version" Session SyncClientResetRequired ClientReset false Any
        "The client and the server disagree about the client's version; the client file needs a client reset";
    DivergingHistories 211 "diverging_histories" Session SyncClientResetRequired ClientReset false Any
        "The client file belongs to another history of this realm; it needs a client reset";
    BadChangeset 212 "bad_changeset" Session BadChangeset ProtocolViolation false Any
        "A changeset cannot be integrated";
    Superseded 213 "superseded" Session UnknownError ApplicationBug false Never
        "The code is no longer in use";
    PartialSyncDisabled 214 "partial_sync_disabled" Session UnknownError ApplicationBug false Never
        "Query-based sync is off";
    UnsupportedSessionFeature 215 "unsupported_session_feature" Session UnknownError ApplicationBug false Never
        "The session asks for a feature the server lacks";
    BadOriginFileIdent 216 "bad_origin_file_ident" Session SyncProtocolInvariantFailed ProtocolViolation false Any
        "A changeset names an origin that this client does not speak for";
    BadClientFile 217 "bad_client_file" Session SyncClientResetRequired ClientReset false Any
        "The client file cannot be synced any further; it needs a client reset";
    ServerFileDeleted 218 "server_file_deleted" Session UnknownError ApplicationBug false Never
        "The realm was deleted on the server";
    ClientFileBlacklisted 219 "client_file_blacklisted" Session UnknownError ApplicationBug false Never
        "The client file is locked out";
    UserBlacklisted 220 "user_blacklisted" Session UnknownError ApplicationBug false Never
        "The user is locked out";
    TransactBeforeUpload 221 "transact_before_upload" Session UnknownError ProtocolViolation false Never
        "A transaction came before the uploads were complete";
    ClientFileExpired 222 "client_file_expired" Session SyncClientResetRequired ClientReset false Any
        "The client was offline for longer than the server keeps history; it needs a client reset";
    UserMismatch 223 "user_mismatch" Session SyncUserMismatch ApplicationBug false Any
        "The client file belongs to another user";
    TooManySessions 224 "too_many_sessions" Session UnknownError Transient true Never
        "The connection has too many sessions";
    InvalidSchemaChange 225 "invalid_schema_change" Session InvalidSchemaChange ApplicationBug false Any
        "The schema change is not additive";
    BadQuery 226 "bad_query" Session InvalidSubscriptionQuery ApplicationBug false Any
        "The subscription's query is not acceptable";
    ObjectAlreadyExists 227 "object_already_exists" Session ObjectAlreadyExists ApplicationBug false Any
        "An object with this primary key exists outside of the client's view";
    ServerPermissionsChanged 228 "server_permissions_changed" Session SyncServerPermissionsChanged ClientReset false Any
        "The user's permissions changed; the client file needs a client reset";
    InitialSyncNotCompleted 229 "initial_sync_not_completed" Session ConnectionClosed Transient true Any
        "The server is not ready for this realm yet; try again later";
    WriteNotAllowed 230 "write_not_allowed" Session SyncWriteNotAllowed ClientReset false Any
        "The user may not write to this realm; the client file needs a client reset";
    CompensatingWrite 231 "compensating_write" Session SyncCompensatingWrite Warning true JsonOnly
        "The server undid writes it does not allow";
    MigrateToFlx 232 "migrate_to_flx" Session WrongSyncType MigrateToFlx false JsonOnly
        "The realm moved to flexible sync";
    BadProgress 233 "bad_progress" Session SyncProtocolInvariantFailed ProtocolViolation false FromClient
        "The sync progress in a message is inconsistent";
    RevertToPbs 234 "revert_to_pbs" Session WrongSyncType RevertToPbs false Any
        "The realm moved back to partition-based sync";
    BadSchemaVersion 235 "bad_schema_version" Session SyncSchemaMigrationError ApplicationBug false Any
        "The schema version is not known to the server";
    SchemaVersionChanged 236 "schema_version_changed" Session SyncSchemaMigrationError MigrateSchema true JsonOnly
        "The schema version changed";
}

impl ErrorCode {
    /// The whole table, by number.
    pub fn rules() -> &'static [ErrorRule] {
        RULES
    }

    /// `None` for a number this version has no name for.
    pub fn rule(self) -> Option<&'static ErrorRule> {
        RULES.iter().find(|rule| rule.code == self)
    }

    /// What a client reports; [`Status::UnknownError`] for a number it has no name for.
    pub fn status(self) -> Status {
        self.rule().map_or(Status::UnknownError, |rule| rule.status)
    }

    /// The default text, or one that names the number.
    pub fn text(self) -> String {
        match self.rule() {
            Some(rule) => rule.text.to_owned(),
            None => format!("Error {}", self.number()),
        }
    }

    /// Whether a client accepts the code for this session; if not, the server violates the protocol. An unknown code
    /// is an ordinary error of a session, but says nothing about a connection.
    pub fn fits(self, session: SessionIdent) -> bool {
        let is_connection = session.0 == 0;
        match self.rule().map(|rule| rule.level) {
            Some(Level::Connection) => is_connection,
            Some(Level::Session) | None => !is_connection,
        }
    }

    /// Whether the session goes on after this error. All others end what they name.
    pub fn keeps_session(self) -> bool {
        matches!(self, ErrorCode::CompensatingWrite | ErrorCode::SchemaVersionChanged)
    }
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.rule() {
            Some(rule) => write!(f, "{} ({})", rule.number, rule.name),
            None => write!(f, "{}", self.number()),
        }
    }
}
