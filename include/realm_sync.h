/*
 * realm-sync: local realms, and a sync session for each.
 *
 * Results     An action returns bool, a constructor a handle or NULL. Other results come through out_ parameters, which
 *             are written only on success, save where their comment says otherwise.
 * Errors      After a failure, realm_error_get_last() describes it on the same thread.
 * NULL        is an error (RLM_ERR_INVALID_ARGUMENT) where a comment does not say "may be NULL".
 * Strings     are UTF-8 with a size, not NUL-terminated. Those going in are borrowed for the call; those coming out
 *             are borrowed as long as the comment says. There is no general free function.
 * Handles     are reference-counted. Each keeps alive what it needs: release them in any order, each with its own
 *             realm_..._release(). After a release the pointer must not be used.
 * Callbacks   come as (callback, userdata, userdata_free). The library owns the userdata from the call on, also when
 *             the call fails, and frees it once. No lock is held during a callback: every function may be called from
 *             inside one. A callback must not throw.
 * Threads     Each comment says which thread may call. Sessions, clients, users and configs: any thread.
 * Enums       come in as int32_t and are checked.
 * Evolution   Structs never change and numbers are never reused. Compare RLM_ABI_VERSION with realm_version_get_abi().
 */


#ifndef REALM_SYNC_H
#define REALM_SYNC_H

/* Generated from src/ffi. Update it with: UPDATE_HEADER=1 cargo test --test header */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The ABI this header describes. It changes when a function or struct changes or goes, never when one is added.
 */
#define RLM_ABI_VERSION 1

/**
 * How much a log message matters. Numbered as in realm-core, which has more levels.
 */
enum realm_log_level_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Every step.
     */
    RLM_LOG_LEVEL_TRACE = 1,
    /**
     * For finding mistakes.
     */
    RLM_LOG_LEVEL_DEBUG = 2,
    /**
     * What an operator wants to know.
     */
    RLM_LOG_LEVEL_INFO = 4,
    /**
     * Something is odd, and work goes on.
     */
    RLM_LOG_LEVEL_WARNING = 5,
    /**
     * Something failed.
     */
    RLM_LOG_LEVEL_ERROR = 6,
    /**
     * Nothing; only for setting a level.
     */
    RLM_LOG_LEVEL_OFF = 8,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_log_level_e realm_log_level_e;
#else
typedef int32_t realm_log_level_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a log message is about.
 */
enum realm_log_category_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Every category; only for setting a level.
     */
    RLM_LOG_CATEGORY_ALL = 0,
    /**
     * Files, transactions, integration of downloads.
     */
    RLM_LOG_CATEGORY_STORE = 1,
    /**
     * Sessions: what they decide, and why; what the server says for their log.
     */
    RLM_LOG_CATEGORY_SYNC = 2,
    /**
     * Connections and sockets.
     */
    RLM_LOG_CATEGORY_NETWORK = 3,
    /**
     * This interface.
     */
    RLM_LOG_CATEGORY_API = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_log_category_e realm_log_category_e;
#else
typedef int32_t realm_log_category_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What becomes of a session when the last handle of its realm is closed.
 */
enum realm_sync_stop_policy_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It ends at once. What was not uploaded stays in the file.
     */
    RLM_SYNC_STOP_POLICY_IMMEDIATELY = 0,
    /**
     * It goes on until all is uploaded, at most until the deadline.
     */
    RLM_SYNC_STOP_POLICY_AFTER_UPLOAD = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_stop_policy_e realm_sync_stop_policy_e;
#else
typedef int32_t realm_sync_stop_policy_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a session is doing. Numbered as in realm-core.
 */
enum realm_sync_session_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * It syncs, or tries to.
     */
    RLM_SYNC_SESSION_STATE_ACTIVE = 0,
    /**
     * Its realm is closed, and it goes on until all is uploaded.
     */
    RLM_SYNC_SESSION_STATE_DYING = 1,
    /**
     * It has ended, by an error or because its realm was closed.
     */
    RLM_SYNC_SESSION_STATE_INACTIVE = 2,
    /**
     * It waits for realm_user_set_access_token().
     */
    RLM_SYNC_SESSION_STATE_WAITING_FOR_ACCESS_TOKEN = 3,
    /**
     * It was stopped; realm_sync_session_start() makes it active.
     */
    RLM_SYNC_SESSION_STATE_PAUSED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_session_state_e realm_sync_session_state_e;
#else
typedef int32_t realm_sync_session_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How a session is connected. Numbered as in realm-core.
 */
enum realm_sync_session_connection_state_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Not connected, and not trying.
     */
    RLM_SYNC_SESSION_CONNECTION_STATE_DISCONNECTED = 0,
    /**
     * Trying to connect.
     */
    RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTING = 1,
    /**
     * Connected.
     */
    RLM_SYNC_SESSION_CONNECTION_STATE_CONNECTED = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_session_connection_state_e realm_sync_session_connection_state_e;
#else
typedef int32_t realm_sync_session_connection_state_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Whether a server can be reached, as far as the host knows.
 */
enum realm_sync_reachability_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The host does not say: attempts find out.
     */
    RLM_SYNC_REACHABILITY_UNKNOWN = 0,
    /**
     * There is a network.
     */
    RLM_SYNC_REACHABILITY_REACHABLE = 1,
    /**
     * There is none: no attempt is made by itself.
     */
    RLM_SYNC_REACHABILITY_NOT_REACHABLE = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_reachability_e realm_sync_reachability_e;
#else
typedef int32_t realm_sync_reachability_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Why a session is in its state. New reasons may be added: treat one you do not know by its state.
 */
enum realm_sync_session_reason_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Its realm was opened.
     */
    RLM_SYNC_SESSION_REASON_OPENED = 0,
    /**
     * realm_sync_session_start() started it.
     */
    RLM_SYNC_SESSION_REASON_STARTED = 1,
    /**
     * realm_sync_session_stop() stopped it.
     */
    RLM_SYNC_SESSION_REASON_STOPPED = 2,
    /**
     * An error ended it; realm_sync_session_start() brings it back.
     */
    RLM_SYNC_SESSION_REASON_ENDED_BY_ERROR = 3,
    /**
     * The server wants another access token.
     */
    RLM_SYNC_SESSION_REASON_AWAITS_ACCESS_TOKEN = 4,
    /**
     * Its realm or its client was closed.
     */
    RLM_SYNC_SESSION_REASON_CLOSED = 5,
    /**
     * It failed, and waits until it tries again.
     */
    RLM_SYNC_SESSION_REASON_BACKS_OFF = 6,
    /**
     * realm_sync_client_set_network() said that no network is reachable.
     */
    RLM_SYNC_SESSION_REASON_AWAITS_NETWORK = 7,
    /**
     * The network is metered, and the session is not to use it.
     */
    RLM_SYNC_SESSION_REASON_AWAITS_UNMETERED_NETWORK = 8,
    /**
     * Its realm was closed, and it finishes its uploads.
     */
    RLM_SYNC_SESSION_REASON_FINISHES_UPLOADS = 9,
    /**
     * Its user logged out; realm_user_log_in() brings it back.
     */
    RLM_SYNC_SESSION_REASON_LOGGED_OUT = 10,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_session_reason_e realm_sync_session_reason_e;
#else
typedef int32_t realm_sync_session_reason_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How much of the time a server lets a realm be away is used up.
 */
enum realm_sync_offline_level_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Less than 75 percent, or the server has not said what it allows.
     */
    RLM_SYNC_OFFLINE_LEVEL_WITHIN = 0,
    /**
     * 75 percent.
     */
    RLM_SYNC_OFFLINE_LEVEL_THREE_QUARTERS = 1,
    /**
     * 90 percent.
     */
    RLM_SYNC_OFFLINE_LEVEL_NINE_TENTHS = 2,
    /**
     * All of it: the next connection may ask for a client reset.
     */
    RLM_SYNC_OFFLINE_LEVEL_EXCEEDED = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_offline_level_e realm_sync_offline_level_e;
#else
typedef int32_t realm_sync_offline_level_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What a session does when the server asks for a client reset. Numbered as in realm-core.
 */
enum realm_sync_client_reset_mode_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Nothing by itself: the session ends, and realm_sync_session_initiate_client_reset() goes on.
     */
    RLM_SYNC_CLIENT_RESET_MODE_MANUAL = 0,
    /**
     * Local changes that were not uploaded are given up.
     */
    RLM_SYNC_CLIENT_RESET_MODE_DISCARD_LOCAL = 1,
    /**
     * They are made again on top of the server's state.
     */
    RLM_SYNC_CLIENT_RESET_MODE_RECOVER = 2,
    /**
     * They are made again, or given up where that is impossible.
     */
    RLM_SYNC_CLIENT_RESET_MODE_RECOVER_OR_DISCARD = 3,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_client_reset_mode_e realm_sync_client_reset_mode_e;
#else
typedef int32_t realm_sync_client_reset_mode_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What went wrong, as a number. Numbers below 5000000 are those of realm-core for the same case;
 * 5000000 and above are this library's own. A number is never reused, and new ones may be added:
 * treat one you do not know as RLM_ERR_RUNTIME. The number 0 means success.
 */
enum realm_errno_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * No error.
     */
    RLM_ERR_NONE = 0,
    /**
     * Something failed while running; the message says what.
     */
    RLM_ERR_RUNTIME = 1000,
    /**
     * The disk is full.
     */
    RLM_ERR_OUT_OF_DISK_SPACE = 1004,
    /**
     * The file was written by another, unknown version of this library.
     */
    RLM_ERR_UNSUPPORTED_FILE_FORMAT_VERSION = 1011,
    /**
     * Another process already syncs this file.
     */
    RLM_ERR_MULTIPLE_SYNC_AGENTS = 1012,
    /**
     * An object with this primary key exists already.
     */
    RLM_ERR_OBJECT_ALREADY_EXISTS = 1013,
    /**
     * A changeset could not be decoded or applied.
     */
    RLM_ERR_BAD_CHANGESET = 1015,
    /**
     * Reading or writing a file failed.
     */
    RLM_ERR_FILE_OPERATION_FAILED = 1017,
    /**
     * The file system denies access to the file.
     */
    RLM_ERR_FILE_PERMISSION_DENIED = 1018,
    /**
     * There is no such file.
     */
    RLM_ERR_FILE_NOT_FOUND = 1019,
    /**
     * A file of this name exists already.
     */
    RLM_ERR_FILE_ALREADY_EXISTS = 1020,
    /**
     * The file is not a realm, or is damaged.
     */
    RLM_ERR_INVALID_DATABASE = 1021,
    /**
     * The file was made for another kind of use: local instead of synced, or the reverse.
     */
    RLM_ERR_INCOMPATIBLE_HISTORIES = 1023,
    /**
     * The operation was given up before it completed: its realm, session or client was closed.
     */
    RLM_ERR_CANCELLED = 1027,
    /**
     * The automatic client reset failed.
     */
    RLM_ERR_AUTO_CLIENT_RESET_FAILED = 1028,
    /**
     * The server does not accept the partition.
     */
    RLM_ERR_BAD_SYNC_PARTITION_VALUE = 1029,
    /**
     * The connection to the server was closed.
     */
    RLM_ERR_CONNECTION_CLOSED = 1030,
    /**
     * The server does not accept the subscription.
     */
    RLM_ERR_INVALID_SUBSCRIPTION_QUERY = 1031,
    /**
     * The server no longer knows this file: a client reset is needed.
     */
    RLM_ERR_SYNC_CLIENT_RESET_REQUIRED = 1032,
    /**
     * The server undid some of the uploaded changes.
     */
    RLM_ERR_SYNC_COMPENSATING_WRITE = 1033,
    /**
     * The server could not be reached.
     */
    RLM_ERR_SYNC_CONNECT_FAILED = 1034,
    /**
     * The server did not answer in time.
     */
    RLM_ERR_SYNC_CONNECT_TIMEOUT = 1035,
    /**
     * The server does not accept the change of the schema.
     */
    RLM_ERR_SYNC_INVALID_SCHEMA_CHANGE = 1036,
    /**
     * The user may not sync this realm.
     */
    RLM_ERR_SYNC_PERMISSION_DENIED = 1037,
    /**
     * The other side broke a rule of the protocol.
     */
    RLM_ERR_SYNC_PROTOCOL_INVARIANT_FAILED = 1038,
    /**
     * Client and server have no protocol version in common.
     */
    RLM_ERR_SYNC_PROTOCOL_NEGOTIATION_FAILED = 1039,
    /**
     * The user's permissions on the server changed.
     */
    RLM_ERR_SYNC_SERVER_PERMISSIONS_CHANGED = 1040,
    /**
     * The file belongs to another user.
     */
    RLM_ERR_SYNC_USER_MISMATCH = 1041,
    /**
     * The TLS handshake failed.
     */
    RLM_ERR_TLS_HANDSHAKE_FAILED = 1042,
    /**
     * The server syncs this realm in another way than was asked for.
     */
    RLM_ERR_WRONG_SYNC_TYPE = 1043,
    /**
     * The user may read this realm, not write it.
     */
    RLM_ERR_SYNC_WRITE_NOT_ALLOWED = 1044,
    /**
     * The clock of this device is before 2015.
     */
    RLM_ERR_SYNC_LOCAL_CLOCK_BEFORE_EPOCH = 1045,
    /**
     * The server could not migrate the schema.
     */
    RLM_ERR_SYNC_SCHEMA_MIGRATION_ERROR = 1046,
    /**
     * The operating system refused something other than a file.
     */
    RLM_ERR_SYSTEM_ERROR = 1999,
    /**
     * The call makes no sense at this point.
     */
    RLM_ERR_LOGIC = 2000,
    /**
     * This library does not offer what was asked for.
     */
    RLM_ERR_NOT_SUPPORTED = 2001,
    /**
     * There is no write transaction where one is needed, or there is one already.
     */
    RLM_ERR_WRONG_TRANSACTION_STATE = 2005,
    /**
     * The call is not allowed from where it was made.
     */
    RLM_ERR_ILLEGAL_OPERATION = 2007,
    /**
     * The object was erased.
     */
    RLM_ERR_INVALIDATED_OBJECT = 2010,
    /**
     * The realm was opened for reading only.
     */
    RLM_ERR_READ_ONLY_DB = 2011,
    /**
     * The realm is open or synced, so its files cannot be deleted or compacted.
     */
    RLM_ERR_DELETE_OPENED_REALM = 2012,
    /**
     * The realm is open already, with other settings.
     */
    RLM_ERR_MISMATCHED_CONFIG = 2013,
    /**
     * The realm was closed.
     */
    RLM_ERR_CLOSED_REALM = 2014,
    /**
     * The schema contradicts itself.
     */
    RLM_ERR_SCHEMA_VALIDATION_FAILED = 2016,
    /**
     * The schema does not fit the file.
     */
    RLM_ERR_SCHEMA_MISMATCH = 2017,
    /**
     * The schema change is not an addition.
     */
    RLM_ERR_INVALID_SCHEMA_CHANGE = 2019,
    /**
     * The class is embedded: its objects are made by the property that owns them.
     */
    RLM_ERR_TOP_LEVEL_OBJECT = 2021,
    /**
     * An argument is invalid; the message names it.
     */
    RLM_ERR_INVALID_ARGUMENT = 3000,
    /**
     * The value is not of the property's type.
     */
    RLM_ERR_PROPERTY_TYPE_MISMATCH = 3001,
    /**
     * The property takes no null.
     */
    RLM_ERR_PROPERTY_NOT_NULLABLE = 3002,
    /**
     * The class has a primary key, and none was given.
     */
    RLM_ERR_MISSING_PRIMARY_KEY = 3005,
    /**
     * The class has no primary key, and one was given.
     */
    RLM_ERR_UNEXPECTED_PRIMARY_KEY = 3006,
    /**
     * The primary key of an object cannot change.
     */
    RLM_ERR_MODIFY_PRIMARY_KEY = 3007,
    /**
     * There is no such property.
     */
    RLM_ERR_INVALID_PROPERTY = 3009,
    /**
     * The name of a class or property is not allowed.
     */
    RLM_ERR_INVALID_NAME = 3010,
    /**
     * There is no such object.
     */
    RLM_ERR_NO_SUCH_OBJECT = 3016,
    /**
     * The index is at or beyond the size.
     */
    RLM_ERR_INDEX_OUT_OF_BOUNDS = 3017,
    /**
     * The value is beyond a limit; the message says the limit.
     */
    RLM_ERR_LIMIT_EXCEEDED = 3018,
    /**
     * There is no such class.
     */
    RLM_ERR_NO_SUCH_TABLE = 3020,
    /**
     * The server URL cannot be used.
     */
    RLM_ERR_BAD_SERVER_URL = 3023,
    /**
     * The server does not accept the user's token.
     */
    RLM_ERR_AUTH_ERROR = 4346,
    /**
     * The server reported an error that this library has no better number for; the message says what.
     */
    RLM_ERR_UNKNOWN = 2000000,
    /**
     * A defect in this library; the handle involved refuses further work.
     */
    RLM_ERR_PANIC = 5000000,
    /**
     * The handle was involved in an earlier RLM_ERR_PANIC: release it and make another.
     */
    RLM_ERR_POISONED_HANDLE = 5000001,
    /**
     * The sync client was closed.
     */
    RLM_ERR_CLOSED_SYNC_CLIENT = 5000002,
    /**
     * The realm is not synced, so it has no session.
     */
    RLM_ERR_NO_SYNC_SESSION = 5000003,
    /**
     * What was waited for had not happened when the time was over.
     */
    RLM_ERR_DEADLINE_EXCEEDED = 5000004,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_errno_e realm_errno_e;
#else
typedef int32_t realm_errno_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which way data travels. Numbered as in realm-core.
 */
enum realm_sync_progress_direction_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * To the server.
     */
    RLM_SYNC_PROGRESS_DIRECTION_UPLOAD = 0,
    /**
     * From the server.
     */
    RLM_SYNC_PROGRESS_DIRECTION_DOWNLOAD = 1,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_progress_direction_e realm_sync_progress_direction_e;
#else
typedef int32_t realm_sync_progress_direction_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What is counted of a session, since the session began: its realm was opened and no other was open at
 * its path. A stop, a start and a lost connection reset nothing. More may be added.
 */
enum realm_sync_session_statistic_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Attempts to connect that were made for this session, perhaps for others as well.
     */
    RLM_SYNC_SESSION_STATISTIC_CONNECTION_ATTEMPTS = 0,
    /**
     * How often it was connected.
     */
    RLM_SYNC_SESSION_STATISTIC_CONNECTIONS = 1,
    /**
     * Frames of this session that were sent; those of a whole connection, such as PING, are nobody's.
     */
    RLM_SYNC_SESSION_STATISTIC_FRAMES_SENT = 2,
    /**
     * Their bytes, compressed as they were, without what WebSocket and TLS add.
     */
    RLM_SYNC_SESSION_STATISTIC_BYTES_SENT = 3,
    /**
     * Frames for this session that arrived.
     */
    RLM_SYNC_SESSION_STATISTIC_FRAMES_RECEIVED = 4,
    /**
     * Their bytes.
     */
    RLM_SYNC_SESSION_STATISTIC_BYTES_RECEIVED = 5,
    /**
     * Changesets that were sent. One that is sent again after a lost connection counts again.
     */
    RLM_SYNC_SESSION_STATISTIC_CHANGESETS_SENT = 6,
    /**
     * Changesets that arrived.
     */
    RLM_SYNC_SESSION_STATISTIC_CHANGESETS_RECEIVED = 7,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_sync_session_statistic_e realm_sync_session_statistic_e;
#else
typedef int32_t realm_sync_session_statistic_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Groups of errors; realm_error_t::categories is a union of these bits, numbered as in realm-core.
 */
enum realm_error_category_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The caller did something at the wrong time or place.
     */
    RLM_ERR_CAT_LOGIC = 2,
    /**
     * The environment made the call fail.
     */
    RLM_ERR_CAT_RUNTIME = 4,
    /**
     * An argument is wrong.
     */
    RLM_ERR_CAT_INVALID_ARG = 8,
    /**
     * A file could not be used.
     */
    RLM_ERR_CAT_FILE_ACCESS = 16,
    /**
     * The operating system refused something.
     */
    RLM_ERR_CAT_SYSTEM_ERROR = 32,
    /**
     * The error is about syncing.
     */
    RLM_ERR_CAT_SYNC_ERROR = 8192,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_error_category_e realm_error_category_e;
#else
typedef uint32_t realm_error_category_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which member of realm_value_t::data is meant. Numbered as in realm-core.
 */
enum realm_value_type_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Null; no member.
     */
    RLM_VALUE_TYPE_NULL = 0,
    /**
     * `integer`.
     */
    RLM_VALUE_TYPE_INT = 1,
    /**
     * `boolean`: 0 is false, 1 is true.
     */
    RLM_VALUE_TYPE_BOOL = 2,
    /**
     * `string`.
     */
    RLM_VALUE_TYPE_STRING = 3,
    /**
     * `binary`.
     */
    RLM_VALUE_TYPE_BINARY = 4,
    /**
     * `timestamp`.
     */
    RLM_VALUE_TYPE_TIMESTAMP = 5,
    /**
     * `single_float`.
     */
    RLM_VALUE_TYPE_FLOAT = 6,
    /**
     * `double_float`.
     */
    RLM_VALUE_TYPE_DOUBLE = 7,
    /**
     * `decimal128`.
     */
    RLM_VALUE_TYPE_DECIMAL128 = 8,
    /**
     * `object_id`.
     */
    RLM_VALUE_TYPE_OBJECT_ID = 9,
    /**
     * `link`.
     */
    RLM_VALUE_TYPE_LINK = 10,
    /**
     * `uuid`.
     */
    RLM_VALUE_TYPE_UUID = 11,
    /**
     * A list in a mixed value; no member. It is read and made with functions of its own.
     */
    RLM_VALUE_TYPE_LIST = 12,
    /**
     * A dictionary in a mixed value; no member. It is read and made with functions of its own.
     */
    RLM_VALUE_TYPE_DICTIONARY = 13,
    /**
     * An embedded object; no member. It is read and made with functions of its own.
     */
    RLM_VALUE_TYPE_EMBEDDED = 100,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_value_type_e realm_value_type_e;
#else
typedef int32_t realm_value_type_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Which member of realm_link_key_t is meant. Those that are also value types have their numbers.
 */
enum realm_link_key_type_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The primary key is null; no member.
     */
    RLM_LINK_KEY_TYPE_NULL = 0,
    /**
     * `integer`.
     */
    RLM_LINK_KEY_TYPE_INT = 1,
    /**
     * `string`.
     */
    RLM_LINK_KEY_TYPE_STRING = 3,
    /**
     * `object_id`.
     */
    RLM_LINK_KEY_TYPE_OBJECT_ID = 9,
    /**
     * `uuid`.
     */
    RLM_LINK_KEY_TYPE_UUID = 11,
    /**
     * `global_key`: the class has no primary key.
     */
    RLM_LINK_KEY_TYPE_GLOBAL_KEY = 100,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_link_key_type_e realm_link_key_type_e;
#else
typedef int32_t realm_link_key_type_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * What the objects of a class are. Numbered as in realm-core.
 */
enum realm_class_kind_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * Objects of their own.
     */
    RLM_CLASS_KIND_TOP_LEVEL = 0,
    /**
     * Objects owned by one property of another object.
     */
    RLM_CLASS_KIND_EMBEDDED = 1,
    /**
     * Objects that are uploaded and not kept: gone when the transaction that made them is committed.
     */
    RLM_CLASS_KIND_ASYMMETRIC = 2,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_class_kind_e realm_class_kind_e;
#else
typedef int32_t realm_class_kind_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * The type of a property's values, or of its elements. Numbered as in realm-core.
 */
enum realm_property_type_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * 64-bit integer.
     */
    RLM_PROPERTY_TYPE_INT = 0,
    /**
     * True or false.
     */
    RLM_PROPERTY_TYPE_BOOL = 1,
    /**
     * UTF-8 text.
     */
    RLM_PROPERTY_TYPE_STRING = 2,
    /**
     * Bytes.
     */
    RLM_PROPERTY_TYPE_BINARY = 4,
    /**
     * Any of the other types; always nullable.
     */
    RLM_PROPERTY_TYPE_MIXED = 6,
    /**
     * A point in time.
     */
    RLM_PROPERTY_TYPE_TIMESTAMP = 8,
    /**
     * 32-bit floating point.
     */
    RLM_PROPERTY_TYPE_FLOAT = 9,
    /**
     * 64-bit floating point.
     */
    RLM_PROPERTY_TYPE_DOUBLE = 10,
    /**
     * Decimal floating point.
     */
    RLM_PROPERTY_TYPE_DECIMAL128 = 11,
    /**
     * A link to an object of the target class, or an embedded object when that class is embedded.
     */
    RLM_PROPERTY_TYPE_OBJECT = 12,
    /**
     * An object id.
     */
    RLM_PROPERTY_TYPE_OBJECT_ID = 15,
    /**
     * A UUID.
     */
    RLM_PROPERTY_TYPE_UUID = 17,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_property_type_e realm_property_type_e;
#else
typedef int32_t realm_property_type_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * How many values a property holds. Numbered as in realm-core.
 */
enum realm_collection_type_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * One value.
     */
    RLM_COLLECTION_TYPE_NONE = 0,
    /**
     * A list.
     */
    RLM_COLLECTION_TYPE_LIST = 1,
    /**
     * A set.
     */
    RLM_COLLECTION_TYPE_SET = 2,
    /**
     * A dictionary with string keys.
     */
    RLM_COLLECTION_TYPE_DICTIONARY = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_collection_type_e realm_collection_type_e;
#else
typedef int32_t realm_collection_type_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Bits of realm_property_t::flags. Numbered as in realm-core.
 */
enum realm_property_flag_e
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : uint32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
    /**
     * The value, or an element of the collection, may be null.
     */
    RLM_PROPERTY_FLAG_NULLABLE = 1,
    /**
     * The property is the primary key of its class.
     */
    RLM_PROPERTY_FLAG_PRIMARY_KEY = 2,
    /**
     * The local file keeps a search index.
     */
    RLM_PROPERTY_FLAG_INDEXED = 4,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum realm_property_flag_e realm_property_flag_e;
#else
typedef uint32_t realm_property_flag_e;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

/**
 * Stands for a registered callback. Keep it as long as the callback shall run: releasing the last
 * reference ends the registration. Any thread.
 */
typedef struct realm_callback_token_t realm_callback_token_t;

/**
 * What one commit changed in the objects of a class. It never changes. Any thread.
 */
typedef struct realm_class_changes_t realm_class_changes_t;

/**
 * What one commit changed in a list or set. It never changes. Any thread.
 */
typedef struct realm_collection_changes_t realm_collection_changes_t;

/**
 * How a realm is opened. Any thread.
 */
typedef struct realm_config_t realm_config_t;

/**
 * What one commit changed in a dictionary. It never changes. Any thread.
 */
typedef struct realm_dictionary_changes_t realm_dictionary_changes_t;

/**
 * A dictionary. One thread at a time, for the realm and all that is of it; release: any thread.
 */
typedef struct realm_dictionary_t realm_dictionary_t;

/**
 * A list. One thread at a time, for the realm and all that is of it; release: any thread.
 */
typedef struct realm_list_t realm_list_t;

/**
 * What one commit changed in an object. It never changes. Any thread.
 */
typedef struct realm_object_changes_t realm_object_changes_t;

/**
 * One object of a realm. One thread at a time, for the realm and all that is of it; release: any thread.
 */
typedef struct realm_object_t realm_object_t;

/**
 * The objects of a class. One thread at a time, for the realm and all that is of it; release: any thread.
 */
typedef struct realm_results_t realm_results_t;

/**
 * Classes and properties. Any thread, but nobody may read it while it is changed.
 */
typedef struct realm_schema_t realm_schema_t;

/**
 * A set. One thread at a time, for the realm and all that is of it; release: any thread.
 */
typedef struct realm_set_t realm_set_t;

/**
 * The options of a sync client. Any thread.
 */
typedef struct realm_sync_client_config_t realm_sync_client_config_t;

/**
 * Owns the connections and threads of any number of sessions. Any thread.
 */
typedef struct realm_sync_client_t realm_sync_client_t;

/**
 * How one realm is synced. Any thread.
 */
typedef struct realm_sync_config_t realm_sync_config_t;

/**
 * A session at one moment. It never changes. Any thread.
 */
typedef struct realm_sync_session_status_t realm_sync_session_status_t;

/**
 * The sync session of a path, started and stopped on its own. Any thread.
 */
typedef struct realm_sync_session_t realm_sync_session_t;

/**
 * An open realm. One thread at a time, together with its objects and results; release: any thread.
 */
typedef struct realm_t realm_t;

/**
 * Wants an access token. Answer it once, from any thread, now or later. Releasing its last reference
 * unanswered counts as a failure. Any thread.
 */
typedef struct realm_token_request_t realm_token_request_t;

/**
 * An identity and its access token. Any thread.
 */
typedef struct realm_user_t realm_user_t;

/**
 * Text in UTF-8, not NUL-terminated; `size` counts bytes. `data` may be NULL when `size` is 0.
 * Going in it is borrowed for the call. Coming out it is borrowed as long as the function says.
 */
typedef struct realm_string_t {
    /**
     * The first byte.
     */
    const char *data;
    /**
     * Number of bytes.
     */
    size_t size;
} realm_string_t;

/**
 * Describes one failure. `number` is a realm_errno_e, `categories` a union of
 * realm_error_category_e bits, `message` English text that says what to do, without a final
 * line break. The layout is frozen; C never fills this struct.
 */
typedef struct realm_error_t {
    /**
     * A realm_errno_e; RLM_ERR_NONE when nothing failed.
     */
    int32_t number;
    /**
     * Bits of realm_error_category_e.
     */
    uint32_t categories;
    /**
     * Borrowed: until the next failing call on the thread, or until the callback returns.
     */
    struct realm_string_t message;
} realm_error_t;

/**
 * Gets a log message. `message` is borrowed for the call. It runs on the thread that logs, or on the
 * client's dispatcher thread where that is a thread of a client, so on several at once; every function
 * may be called from inside it, and what it logs itself is dropped.
 */
typedef void (*realm_log_message_func_t)(void *userdata,
                                         realm_log_category_e category,
                                         realm_log_level_e level,
                                         struct realm_string_t message);

/**
 * Frees the userdata of a callback. It runs exactly once, after the last use of the userdata, on
 * whichever thread that use ended; also when the registration fails. It must not wait for a callback.
 */
typedef void (*realm_userdata_free_func_t)(void *userdata);

/**
 * One property of a class. The layout is frozen.
 */
typedef struct realm_property_t {
    /**
     * Its name.
     */
    struct realm_string_t name;
    /**
     * The class that a property of the type object refers to; empty for the other types.
     */
    struct realm_string_t target_class;
    /**
     * A realm_property_type_e.
     */
    int32_t type;
    /**
     * A realm_collection_type_e.
     */
    int32_t collection_type;
    /**
     * Bits of realm_property_flag_e.
     */
    uint32_t flags;
} realm_property_t;

/**
 * One class of a schema. The layout is frozen.
 */
typedef struct realm_class_t {
    /**
     * Its name.
     */
    struct realm_string_t name;
    /**
     * The property that is the primary key; empty when there is none.
     */
    struct realm_string_t primary_key;
    /**
     * Number of its properties.
     */
    size_t property_count;
    /**
     * A realm_class_kind_e.
     */
    int32_t kind;
} realm_class_t;

/**
 * Completes a wait of a client: `error` is NULL when what was waited for has happened, else it says why
 * not; it is valid during the call. It runs exactly once, on the client's dispatcher thread; every
 * function may be called from inside it.
 */
typedef void (*realm_sync_client_wait_func_t)(void *userdata, const struct realm_error_t *error);

/**
 * Gets a request for an access token. `request` is valid during the call; retain it to answer later. It
 * runs on a client's dispatcher thread; every function may be called from inside it.
 */
typedef void (*realm_user_token_func_t)(void *userdata, struct realm_token_request_t *request);

/**
 * Describes an error of a session. Valid, with its strings, during the callback. The layout is frozen.
 */
typedef struct realm_sync_error_t {
    /**
     * Number, categories and message.
     */
    struct realm_error_t error;
    /**
     * The path of the realm.
     */
    struct realm_string_t path;
    /**
     * The number the server sent, as the protocol has it; 0 when the error arose on this side.
     */
    uint32_t wire_code;
    /**
     * 1 when the session does not go on by itself, else 0.
     */
    uint8_t is_fatal;
} realm_sync_error_t;

/**
 * Bytes; `data` may be NULL when `size` is 0. Borrowed like realm_string_t.
 */
typedef struct realm_binary_t {
    /**
     * The first byte.
     */
    const uint8_t *data;
    /**
     * Number of bytes.
     */
    size_t size;
} realm_binary_t;

/**
 * A point in time: seconds and nanoseconds from 1970-01-01T00:00:00Z. Both have the same sign, and
 * the nanoseconds are less than 1000000000 in magnitude.
 */
typedef struct realm_timestamp_t {
    /**
     * Whole seconds.
     */
    int64_t seconds;
    /**
     * The rest, in nanoseconds.
     */
    int32_t nanoseconds;
} realm_timestamp_t;

/**
 * The 128 bits of an IEEE 754-2008 decimal in binary-integer form, least significant byte first.
 */
typedef struct realm_decimal128_t {
    /**
     * Least significant byte first, on every machine.
     */
    uint8_t bytes[16];
} realm_decimal128_t;

/**
 * An object id: 12 bytes in the order in which they are written.
 */
typedef struct realm_object_id_t {
    /**
     * In the order in which they are written.
     */
    uint8_t bytes[12];
} realm_object_id_t;

/**
 * A UUID: 16 bytes in the order in which they are written.
 */
typedef struct realm_uuid_t {
    /**
     * In the order in which they are written.
     */
    uint8_t bytes[16];
} realm_uuid_t;

/**
 * Names a class of a realm, as realm_find_class() gave it. Valid for every handle of the same file; never 0.
 */
typedef uint32_t realm_class_key_t;

/**
 * Names an object of a class without primary key.
 */
typedef struct realm_global_key_t {
    /**
     * Which file made the object.
     */
    uint64_t high;
    /**
     * A counter within that file.
     */
    uint64_t low;
} realm_global_key_t;

/**
 * The key of a link, as realm_link_t::key_type says.
 */
typedef union realm_link_key_t {
    /**
     * RLM_LINK_KEY_TYPE_INT
     */
    int64_t integer;
    /**
     * RLM_LINK_KEY_TYPE_STRING
     */
    struct realm_string_t string;
    /**
     * RLM_LINK_KEY_TYPE_OBJECT_ID
     */
    struct realm_object_id_t object_id;
    /**
     * RLM_LINK_KEY_TYPE_UUID
     */
    struct realm_uuid_t uuid;
    /**
     * RLM_LINK_KEY_TYPE_GLOBAL_KEY
     */
    struct realm_global_key_t global_key;
} realm_link_key_t;

/**
 * Names an object: its class and its key. The object need not exist (yet, or any more).
 */
typedef struct realm_link_t {
    /**
     * The class, as realm_find_class() gave it.
     */
    realm_class_key_t class_key;
    /**
     * A realm_link_key_type_e.
     */
    int32_t key_type;
    /**
     * The member that key_type says.
     */
    union realm_link_key_t key;
} realm_link_t;

/**
 * The content of a value, as realm_value_t::type says.
 */
typedef union realm_value_data_t {
    /**
     * RLM_VALUE_TYPE_INT
     */
    int64_t integer;
    /**
     * RLM_VALUE_TYPE_BOOL: 0 or 1
     */
    uint8_t boolean;
    /**
     * RLM_VALUE_TYPE_STRING
     */
    struct realm_string_t string;
    /**
     * RLM_VALUE_TYPE_BINARY
     */
    struct realm_binary_t binary;
    /**
     * RLM_VALUE_TYPE_TIMESTAMP
     */
    struct realm_timestamp_t timestamp;
    /**
     * RLM_VALUE_TYPE_FLOAT
     */
    float single_float;
    /**
     * RLM_VALUE_TYPE_DOUBLE
     */
    double double_float;
    /**
     * RLM_VALUE_TYPE_DECIMAL128
     */
    struct realm_decimal128_t decimal128;
    /**
     * RLM_VALUE_TYPE_OBJECT_ID
     */
    struct realm_object_id_t object_id;
    /**
     * RLM_VALUE_TYPE_UUID
     */
    struct realm_uuid_t uuid;
    /**
     * RLM_VALUE_TYPE_LINK
     */
    struct realm_link_t link;
} realm_value_data_t;

/**
 * One value of a property. `type` says which member of `data` is meant. Strings and bytes going in
 * are borrowed for the call; coming out, as long as the function says. The layout is frozen:
 * `type` at offset 0, `data` at offset 8, 32 bytes where pointers have 8.
 */
typedef struct realm_value_t {
    /**
     * A realm_value_type_e.
     */
    int32_t type;
    /**
     * The member that type says.
     */
    union realm_value_data_t data;
} realm_value_t;

/**
 * One object that a client wrote and the server did not accept. The layout is frozen.
 */
typedef struct realm_sync_compensating_write_t {
    /**
     * The object's class.
     */
    struct realm_string_t class_name;
    /**
     * The object's primary key.
     */
    struct realm_value_t primary_key;
    /**
     * Why the server did not accept the write; its text, for people.
     */
    struct realm_string_t reason;
} realm_sync_compensating_write_t;

/**
 * Gets an error of a session. `error` is valid during the call. It runs on the client's dispatcher
 * thread, one at a time per session and in order; every function may be called from inside it.
 */
typedef void (*realm_sync_session_error_func_t)(void *userdata, const struct realm_sync_error_t *error);

/**
 * Names a property of a class, as realm_find_property() gave it. Valid like realm_class_key_t; never 0.
 */
typedef int64_t realm_property_key_t;

/**
 * Gets what a commit changed in an object. `changes` is valid during the call; retain it to keep it. It
 * runs on the thread for changes, one at a time and in the order of the commits; every function may be
 * called from inside it.
 */
typedef void (*realm_object_change_func_t)(void *userdata, struct realm_object_changes_t *changes);

/**
 * Gets what a commit changed in a list or set. `changes` is valid during the call; retain it to keep it. It
 * runs on the thread for changes, one at a time and in the order of the commits; every function may be
 * called from inside it.
 */
typedef void (*realm_collection_change_func_t)(void *userdata, struct realm_collection_changes_t *changes);

/**
 * Gets what a commit changed in a dictionary. `changes` is valid during the call; retain it to keep it. It
 * runs on the thread for changes, one at a time and in the order of the commits; every function may be
 * called from inside it.
 */
typedef void (*realm_dictionary_change_func_t)(void *userdata, struct realm_dictionary_changes_t *changes);

/**
 * Gets what a commit changed in the objects of a class. `changes` is valid during the call; retain it to keep it. It
 * runs on the thread for changes, one at a time and in the order of the commits; every function may be
 * called from inside it.
 */
typedef void (*realm_class_change_func_t)(void *userdata, struct realm_class_changes_t *changes);

/**
 * Completes a wait: `error` is NULL when what was waited for has happened, else it says why it never
 * will; it is valid during the call. It runs exactly once, on the client's dispatcher thread; every
 * function may be called from inside it.
 */
typedef void (*realm_sync_session_wait_func_t)(void *userdata, const struct realm_error_t *error);

/**
 * Gets a change of a session's state. It runs on the client's dispatcher thread, one at a time per
 * session and in order; every function may be called from inside it.
 */
typedef void (*realm_sync_session_state_func_t)(void *userdata,
                                                realm_sync_session_state_e old_state,
                                                realm_sync_session_state_e new_state);

/**
 * Gets a change of a session's connection state. It runs on the client's dispatcher thread, one at a
 * time per session and in order; every function may be called from inside it.
 */
typedef void (*realm_sync_session_connection_state_func_t)(void *userdata,
                                                           realm_sync_session_connection_state_e old_state,
                                                           realm_sync_session_connection_state_e new_state);

/**
 * Gets what a session is doing now. `status` is valid during the call; retain it to keep it. It runs
 * on the client's dispatcher thread, one at a time per session and in order; every function may be
 * called from inside it.
 */
typedef void (*realm_sync_session_status_func_t)(void *userdata, struct realm_sync_session_status_t *status);

/**
 * Local changes that the server has not acknowledged. The layout is frozen.
 */
typedef struct realm_sync_pending_uploads_t {
    /**
     * Number of changesets: one for each write transaction that changed something.
     */
    uint64_t count;
    /**
     * Their size in bytes.
     */
    uint64_t bytes;
    /**
     * When the oldest one was committed: milliseconds from 1970-01-01T00:00:00Z; -1 when there is none.
     */
    int64_t oldest_ms;
} realm_sync_pending_uploads_t;

/**
 * Gets how many bytes are transferred, of how many, and their ratio from 0 to 1. It runs on the
 * client's dispatcher thread, one at a time per session and in order; every function may be called
 * from inside it.
 */
typedef void (*realm_sync_session_progress_func_t)(void *userdata,
                                                   uint64_t transferred_bytes,
                                                   uint64_t transferable_bytes,
                                                   double estimate);

/**
 * Warns that a realm of the client has been away for long. `path` is valid during the call,
 * `deadline_ms` counts from 1970-01-01T00:00:00Z. It runs on the client's dispatcher thread, also
 * for a session that is stopped; every function may be called from inside it.
 */
typedef void (*realm_sync_client_offline_func_t)(void *userdata,
                                                 struct realm_string_t path,
                                                 realm_sync_offline_level_e level,
                                                 int64_t deadline_ms);

/**
 * Sees the realm as it is before a client reset; false keeps the reset from happening. `before` is
 * read-only and valid during the call. It runs on the client's dispatcher thread; every function may
 * be called from inside it.
 */
typedef bool (*realm_sync_before_client_reset_func_t)(void *userdata, struct realm_t *before);

/**
 * Sees the realm as it was right before a client reset, read-only, and as it is after it; both are
 * valid during the call. What is committed to `after` is uploaded. It runs on the client's dispatcher
 * thread; every function may be called from inside it.
 */
typedef void (*realm_sync_after_client_reset_func_t)(void *userdata,
                                                     struct realm_t *before,
                                                     struct realm_t *after,
                                                     bool did_recover);

/**
 * What a client reset came to. Changes are instructions that the server had not acknowledged. The
 * layout is frozen.
 */
typedef struct realm_sync_client_reset_report_t {
    /**
     * Changes that were made again.
     */
    uint64_t kept_changes;
    /**
     * Changes that were given up.
     */
    uint64_t discarded_changes;
    /**
     * Objects all of whose changes were kept.
     */
    uint64_t kept_objects;
    /**
     * Objects of which at least one change was given up.
     */
    uint64_t discarded_objects;
    /**
     * Path of a copy of the file as it was before; empty where none was made.
     */
    struct realm_string_t backup;
    /**
     * 1 when changes were made again rather than given up, else 0.
     */
    uint8_t did_recover;
} realm_sync_client_reset_report_t;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The ABI of the loaded library.
 *
 * @return The library's RLM_ABI_VERSION, or 0 when the library failed in itself.
 *
 * Compare it with the RLM_ABI_VERSION of the header you compiled against, before any other call;
 * where they differ, unload the library: functions or structs are not what you expect.
 * Threads: any thread.
 * Errors: none.
 */
uint32_t realm_version_get_abi(void);

/**
 * The version of the loaded library, such as "0.1.0".
 *
 * @param out_version Gets the version; borrowed, valid as long as the library is loaded.
 * @return false when out_version is NULL.
 *
 * The three parts are major, minor and patch, as semantic versioning means them.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_version_get_library(struct realm_string_t *out_version);

/**
 * Describes the last call that failed on this thread.
 *
 * @param out_error Gets the error; its number is RLM_ERR_NONE when no call has failed yet.
 *                  The message is borrowed until the next failing call on this thread.
 * @return false when out_error is NULL.
 *
 * Calls that succeed leave the last error as it is: ask only after a failure.
 * Threads: any thread; each has a last error of its own.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_error_get_last(struct realm_error_t *out_error);

/**
 * Forgets the last error of this thread.
 *
 * @return true, always.
 *
 * After it realm_error_get_last() reports RLM_ERR_NONE on this thread, until a call fails.
 * The message of the forgotten error is no longer valid.
 * Threads: any thread; the other threads keep theirs.
 * Errors: none.
 */
bool realm_error_clear(void);

/**
 * Counts the handles of this process that still exist, of every kind.
 *
 * @param out_count Gets the number of handles. A handle exists until its last reference is
 *                  released and nothing that needs it exists: an object keeps its realm.
 * @return false when out_count is NULL.
 *
 * A test that released all it made reads 0. The number is for tests: it may be stale at once.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_debug_get_live_handles(size_t *out_count);

/**
 * Ends a callback and waits until it is not running.
 *
 * @param token The registration to end. The token stays valid and must still be released.
 * @return false when token is NULL.
 *
 * When it returns, the callback is neither running nor will it run again. Called from inside that
 * callback it does not wait: the callback runs to its end, and not again. Calling it twice is fine.
 * Threads: any thread; must not be called while holding a lock that the callback takes.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_callback_token_remove(struct realm_callback_token_t *token);

/**
 * Adds a reference to a token.
 *
 * @param token The token, or NULL.
 * @return The same pointer, for convenience.
 *
 * The callback stays registered until realm_callback_token_remove(), or until every reference
 * is released with realm_callback_token_release().
 * Threads: any thread.
 * Errors: none.
 */
struct realm_callback_token_t *realm_callback_token_retain(struct realm_callback_token_t *token);

/**
 * Gives up a reference to a token; the last one ends the callback.
 *
 * @param token The token, or NULL.
 *
 * It never waits, so a finalizer may call it: a call that is running on another thread goes on to
 * its end, and the userdata is freed after it. To wait, call realm_callback_token_remove() first.
 * Threads: any thread, also from inside the callback.
 * Errors: none.
 */
void realm_callback_token_release(struct realm_callback_token_t *token);

/**
 * Sets from which level on messages of a category reach the sinks.
 *
 * @param category A realm_log_category_e; RLM_LOG_CATEGORY_ALL sets every category.
 * @param level    A realm_log_level_e; RLM_LOG_LEVEL_OFF silences the category.
 * @return false when a number is none of these.
 *
 * The level is one for the whole process, and RLM_LOG_LEVEL_INFO at first.
 * Threads: any thread; it takes effect at once.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_log_set_level(int32_t category, int32_t level);

/**
 * Reads from which level on messages of a category reach the sinks.
 *
 * @param category  A realm_log_category_e, not RLM_LOG_CATEGORY_ALL.
 * @param out_level Gets the level in effect.
 * @return false when the category is none of these, or out_level is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_log_get_level(int32_t category, realm_log_level_e *out_level);

/**
 * Adds a sink for log messages.
 *
 * @param callback      Runs for each message that is at or above the level of its category.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the sink, or NULL when callback is NULL or the process has a log
 *         consumer of another kind already.
 *
 * Threads: any thread. The callback runs on the thread that logs or, in place of a client's own threads,
 *          on its dispatcher thread; possibly on several at once.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_ILLEGAL_OPERATION.
 */
struct realm_callback_token_t *realm_log_add_callback(realm_log_message_func_t callback,
                                                      void *userdata,
                                                      realm_userdata_free_func_t userdata_free);

/**
 * Makes an empty schema.
 *
 * @return The schema; release it with realm_schema_release().
 *
 * Add classes with realm_schema_add_class() and their properties with realm_schema_add_property(),
 * then hand it to realm_config_set_schema(), which copies it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_schema_t *realm_schema_new(void);

/**
 * Adds a class without properties.
 *
 * @param schema The schema.
 * @param name   The name of the class: UTF-8, not empty, new to the schema.
 * @param kind   A realm_class_kind_e.
 * @return false when the name is taken or not allowed, or kind is none of these.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INVALID_NAME.
 */
bool realm_schema_add_class(struct realm_schema_t *schema, struct realm_string_t name, int32_t kind);

/**
 * Adds a property to a class of the schema.
 *
 * @param schema     The schema.
 * @param class_name A class that was added before.
 * @param property   The property; copied. Its target class may be added later.
 * @return false when there is no such class, the name is taken or not allowed, a number is
 *         unknown, or the class has a primary key already.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INVALID_NAME, RLM_ERR_NO_SUCH_TABLE.
 */
bool realm_schema_add_property(struct realm_schema_t *schema,
                               struct realm_string_t class_name,
                               const struct realm_property_t *property);

/**
 * Checks that the schema as a whole makes sense.
 *
 * @param schema The schema.
 * @return false when it does not; the message names the class and property.
 *
 * It checks names, link targets, types of primary keys, and what embedded classes may not have.
 * Opening a realm checks the same. Calling it is optional.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_SCHEMA_VALIDATION_FAILED.
 */
bool realm_schema_validate(const struct realm_schema_t *schema);

/**
 * Counts the classes of a schema.
 *
 * @param schema   The schema.
 * @param out_size Gets the number of classes.
 * @return false when a pointer is NULL.
 *
 * Classes are numbered from 0 in the order in which they were added.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_schema_size(const struct realm_schema_t *schema, size_t *out_size);

/**
 * Reads one class of a schema.
 *
 * @param schema    The schema.
 * @param index     Which class, from 0.
 * @param out_class Gets the class. Its strings are borrowed until the schema is changed or released.
 * @return false when the index is at or beyond the size.
 *
 * Threads: any thread that does not race with a change of the schema.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_schema_get_class(const struct realm_schema_t *schema,
                            size_t index,
                            struct realm_class_t *out_class);

/**
 * Reads one property of a class.
 *
 * @param schema       The schema.
 * @param class_name   The class.
 * @param index        Which property, from 0, in the order in which they were added.
 * @param out_property Gets the property. Its strings are borrowed until the schema is changed or released.
 * @return false when there is no such class, or the index is at or beyond its number of properties.
 *
 * Threads: any thread that does not race with a change of the schema.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_schema_get_property(const struct realm_schema_t *schema,
                               struct realm_string_t class_name,
                               size_t index,
                               struct realm_property_t *out_property);

/**
 * Adds a reference to a schema.
 *
 * @param schema The schema, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_schema_release(). The schema lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_schema_t *realm_schema_retain(struct realm_schema_t *schema);

/**
 * Gives up a reference to a schema.
 *
 * @param schema The schema, or NULL.
 *
 * The last one ends the schema. A realm or config that uses it has a copy of its own.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_schema_release(struct realm_schema_t *schema);

/**
 * Makes a config with every option at its default.
 *
 * @return The config; release it with realm_sync_client_config_release().
 *
 * Every option can be read back, so a fresh config shows the defaults.
 * A value out of range is refused by its setter, which names the limit; none is silently changed.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_client_config_t *realm_sync_client_config_new(void);

/**
 * Sets how long an attempt to connect may take.
 *
 * @param config The config.
 * @param connect_timeout_ms Milliseconds for name look-up, connection and handshakes together.
 * @return false when it is out of range; the message names the limit.
 *
 * An attempt that takes longer fails with RLM_ERR_SYNC_CONNECT_TIMEOUT, and is made again later.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_connect_timeout_ms(struct realm_sync_client_config_t *config,
                                                     uint64_t connect_timeout_ms);

/**
 * Reads how long an attempt to connect may take.
 *
 * @param config The config.
 * @param out_connect_timeout_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_connect_timeout_ms(const struct realm_sync_client_config_t *config,
                                                     uint64_t *out_connect_timeout_ms);

/**
 * Sets how long a connection stays open after its last session was closed.
 *
 * @param config The config.
 * @param linger_ms Milliseconds; 0 closes the connection at once.
 * @return false when it is out of range; the message names the limit.
 *
 * Stopped sessions do not linger: when all are stopped, the connection is closed at once.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_linger_ms(struct realm_sync_client_config_t *config, uint64_t linger_ms);

/**
 * Reads how long a connection stays open after its last session was closed.
 *
 * @param config The config.
 * @param out_linger_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_linger_ms(const struct realm_sync_client_config_t *config,
                                            uint64_t *out_linger_ms);

/**
 * Sets how often a connection that is silent is probed.
 *
 * @param config The config.
 * @param ping_period_ms Milliseconds between a PONG and the next PING.
 * @return false when it is out of range; the message names the limit.
 *
 * Longer periods save battery, shorter ones find a dead connection earlier.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_ping_period_ms(struct realm_sync_client_config_t *config,
                                                 uint64_t ping_period_ms);

/**
 * Reads how often a connection that is silent is probed.
 *
 * @param config The config.
 * @param out_ping_period_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_ping_period_ms(const struct realm_sync_client_config_t *config,
                                                 uint64_t *out_ping_period_ms);

/**
 * Sets how long the server may take to answer a probe.
 *
 * @param config The config.
 * @param pong_timeout_ms Milliseconds from a PING to its PONG.
 * @return false when it is out of range; the message names the limit.
 *
 * After that the connection counts as dead, and a new one is made.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_pong_timeout_ms(struct realm_sync_client_config_t *config,
                                                  uint64_t pong_timeout_ms);

/**
 * Reads how long the server may take to answer a probe.
 *
 * @param config The config.
 * @param out_pong_timeout_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_pong_timeout_ms(const struct realm_sync_client_config_t *config,
                                                  uint64_t *out_pong_timeout_ms);

/**
 * Sets the wait after the first failed attempt.
 *
 * @param config The config.
 * @param backoff_first_delay_ms Milliseconds.
 * @return false when it is out of range; the message names the limit.
 *
 * Each later failure multiplies the wait, up to the maximum, which must not be less: set that first.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_backoff_first_delay_ms(struct realm_sync_client_config_t *config,
                                                         uint64_t backoff_first_delay_ms);

/**
 * Reads the wait after the first failed attempt.
 *
 * @param config The config.
 * @param out_backoff_first_delay_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_backoff_first_delay_ms(const struct realm_sync_client_config_t *config,
                                                         uint64_t *out_backoff_first_delay_ms);

/**
 * Sets the longest wait between attempts.
 *
 * @param config The config.
 * @param backoff_max_delay_ms Milliseconds.
 * @return false when it is out of range; the message names the limit.
 *
 * It must not be less than the first delay. realm_sync_session_start() cuts any wait short.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_backoff_max_delay_ms(struct realm_sync_client_config_t *config,
                                                       uint64_t backoff_max_delay_ms);

/**
 * Reads the longest wait between attempts.
 *
 * @param config The config.
 * @param out_backoff_max_delay_ms Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_backoff_max_delay_ms(const struct realm_sync_client_config_t *config,
                                                       uint64_t *out_backoff_max_delay_ms);

/**
 * Sets by what each further failure multiplies the wait.
 *
 * @param config The config.
 * @param backoff_multiplier A factor.
 * @return false when it is out of range; the message names the limit.
 *
 * 1 keeps the wait constant.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_backoff_multiplier(struct realm_sync_client_config_t *config,
                                                     uint32_t backoff_multiplier);

/**
 * Reads by what each further failure multiplies the wait.
 *
 * @param config The config.
 * @param out_backoff_multiplier Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_backoff_multiplier(const struct realm_sync_client_config_t *config,
                                                     uint32_t *out_backoff_multiplier);

/**
 * Sets how much of a wait is left to chance.
 *
 * @param config The config.
 * @param backoff_jitter_divisor The wait is shortened by up to 1/divisor of it; 0 means no chance at all.
 * @return false when it is out of range; the message names the limit.
 *
 * Chance keeps many devices from coming back at the same moment.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_backoff_jitter_divisor(struct realm_sync_client_config_t *config,
                                                         uint32_t backoff_jitter_divisor);

/**
 * Reads how much of a wait is left to chance.
 *
 * @param config The config.
 * @param out_backoff_jitter_divisor Gets it in the same unit.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_backoff_jitter_divisor(const struct realm_sync_client_config_t *config,
                                                         uint32_t *out_backoff_jitter_divisor);

/**
 * Sets whether sessions with the same server share a connection.
 *
 * @param config The config.
 * @param multiplex true to share one connection per server and user.
 * @return false when config is NULL.
 *
 * Sessions stay independent of one another either way.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_set_multiplex(struct realm_sync_client_config_t *config, bool multiplex);

/**
 * Reads whether sessions with the same server share a connection.
 *
 * @param config The config.
 * @param out_multiplex Gets whether they share.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_multiplex(const struct realm_sync_client_config_t *config,
                                            bool *out_multiplex);

/**
 * Sets what is sent to servers as the name of this application.
 *
 * @param config The config.
 * @param user_agent Visible ASCII and spaces, at most 1024 bytes; empty sends the name of the library alone.
 * @return false when it has other characters or is longer.
 *
 * It follows the name and version of the library in the User-Agent header.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_client_config_set_user_agent(struct realm_sync_client_config_t *config,
                                             struct realm_string_t user_agent);

/**
 * Reads what is sent to servers as the name of this application.
 *
 * @param config The config.
 * @param out_user_agent Gets it; borrowed until it is set again or the config is released.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_config_get_user_agent(const struct realm_sync_client_config_t *config,
                                             struct realm_string_t *out_user_agent);

/**
 * Adds a reference to a config.
 *
 * @param config The config, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_sync_client_config_release(). The config lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_client_config_t *realm_sync_client_config_retain(struct realm_sync_client_config_t *config);

/**
 * Gives up a reference to a config.
 *
 * @param config The config, or NULL.
 *
 * The last one ends the config. Clients opened with it go on.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_sync_client_config_release(struct realm_sync_client_config_t *config);

/**
 * Starts a sync client.
 *
 * @param config Its options; copied. May be NULL: every option at its default.
 * @return The client; release it with realm_sync_client_release(). NULL when the options
 *         contradict each other or its threads cannot be started.
 *
 * One client serves any number of realms; its number of threads does not grow with them.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_SYSTEM_ERROR.
 */
struct realm_sync_client_t *realm_sync_client_open(const struct realm_sync_client_config_t *config);

/**
 * Reads the options that a client was opened with.
 *
 * @param client The client, open or closed.
 * @return A config with every option as it is in effect; release it with realm_sync_client_config_release().
 *         NULL when client is NULL.
 *
 * The config is a copy: setting an option in it changes nothing in the client, and may open another one.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_sync_client_config_t *realm_sync_client_get_config(const struct realm_sync_client_t *client);

/**
 * Ends every session of a client, its connections and its threads.
 *
 * @param client The client. It stays valid and must still be released.
 * @return false when client is NULL.
 *
 * Realms that were synced by it stay open, and no longer sync; waits end with RLM_ERR_CANCELLED.
 * When it returns no thread of the client is left, except when called from inside one of its
 * callbacks: then the last thread ends after that callback. Calling it twice is fine.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_close(struct realm_sync_client_t *client);

/**
 * Starts every session of a client, as realm_sync_session_start() does.
 *
 * @param client The client.
 * @return false when the client was closed.
 *
 * Sessions that are active stay as they are. Sessions opened later are not concerned.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_start_all(struct realm_sync_client_t *client);

/**
 * Stops every session of a client, as realm_sync_session_stop() does.
 *
 * @param client The client.
 * @return false when the client was closed.
 *
 * When it returns all are stopped and the connections are closed. A session whose realm was closed, and that finishes
 * its uploads, ends; what is left goes up after the next open. Sessions opened later are started.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_stop_all(struct realm_sync_client_t *client);

/**
 * Adds a reference to a sync client.
 *
 * @param client The sync client, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_sync_client_release(). The sync client lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_client_t *realm_sync_client_retain(struct realm_sync_client_t *client);

/**
 * Gives up a reference to a sync client.
 *
 * @param client The sync client, or NULL.
 *
 * The last one closes the client as realm_sync_client_close() does. Synced realms that are open keep it.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_sync_client_release(struct realm_sync_client_t *client);

/**
 * Tells whether a session of a client has not ended yet.
 *
 * @param client           The client, open or closed.
 * @param out_has_sessions Gets whether a realm of the client is open, or was closed and its session still
 *                         finishes its uploads or releases its file.
 * @return false when a pointer is NULL.
 *
 * When there is none, every file of the client can be deleted, compacted, or synced by another client.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_client_has_sessions(const struct realm_sync_client_t *client, bool *out_has_sessions);

/**
 * Waits until every session of a client has ended and its file is released.
 *
 * @param client        The client. It ends no session: realms that are open keep theirs.
 * @param deadline_ms   Milliseconds to wait at most, 0 to 86400000.
 * @param callback      Completes the wait, exactly once; with RLM_ERR_DEADLINE_EXCEEDED when the deadline passed,
 *                      with RLM_ERR_CANCELLED when the client was closed.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when the wait could not be begun: then the callback does not run.
 *
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_wait_for_sessions(struct realm_sync_client_t *client,
                                         uint64_t deadline_ms,
                                         realm_sync_client_wait_func_t callback,
                                         void *userdata,
                                         realm_userdata_free_func_t userdata_free);

/**
 * Makes a user.
 *
 * @param identity     Names the user; UTF-8, not empty.
 * @param access_token The token the server asks for: visible ASCII without `#`; the server checks it.
 * @return The user; release it with realm_user_release(). NULL when identity is empty, or a string
 *         has other characters.
 *
 * Nothing is sent. The same identity made twice is two users, with a token each.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_user_t *realm_user_new(struct realm_string_t identity, struct realm_string_t access_token);

/**
 * Replaces the access token of a user.
 *
 * @param user         The user.
 * @param access_token The new token: visible ASCII without `#`.
 * @return false when the token has other characters.
 *
 * Sessions of the user that wait for a token go on with it; others use it from their next
 * connection on. It never starts a session that was stopped.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_set_access_token(struct realm_user_t *user, struct realm_string_t access_token);

/**
 * Sets who supplies an access token when the one at hand is nearly expired, or refused by the server.
 *
 * @param user          The user.
 * @param callback      Gets a request to answer; NULL for nobody.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when user is NULL.
 *
 * It takes the place of the one before, whose running call goes on. Sessions that wait for a token ask at once.
 * Threads: any thread. The callback runs on the dispatcher thread of the client that needs the token.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_set_token_callback(struct realm_user_t *user,
                                   realm_user_token_func_t callback,
                                   void *userdata,
                                   realm_userdata_free_func_t userdata_free);

/**
 * Logs a user out: its sessions end, until it logs in.
 *
 * @param user The user.
 * @return false when user is NULL.
 *
 * When it returns nothing of these sessions is sent, integrated or called any more, as after
 * realm_sync_session_stop(). They are inactive; those that were stopped stay so. The token is forgotten,
 * and a request for one that is open is answered in vain. Calling it twice is fine.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_log_out(struct realm_user_t *user);

/**
 * Logs a user in, with a token.
 *
 * @param user         The user.
 * @param access_token The token: visible ASCII without `#`.
 * @return false when the token has other characters.
 *
 * Sessions that the log out ended run again, and so do those that were opened or started since. Those
 * that were stopped stay stopped. For a user that is logged in it is realm_user_set_access_token().
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_log_in(struct realm_user_t *user, struct realm_string_t access_token);

/**
 * Tells whether a user is logged in; it is from the beginning.
 *
 * @param user          The user.
 * @param out_logged_in Gets whether it is.
 * @return false when a pointer is NULL.
 *
 * Only realm_user_log_out() and realm_user_log_in() change it.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_is_logged_in(const struct realm_user_t *user, bool *out_logged_in);

/**
 * Reads the identity of a user.
 *
 * @param user         The user.
 * @param out_identity Gets the identity; borrowed until the user is released.
 * @return false when a pointer is NULL.
 *
 * The identity is what realm_user_new() got; it never changes.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_user_get_identity(const struct realm_user_t *user, struct realm_string_t *out_identity);

/**
 * Adds a reference to a user.
 *
 * @param user The user, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_user_release(). The user lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_user_t *realm_user_retain(struct realm_user_t *user);

/**
 * Gives up a reference to a user.
 *
 * @param user The user, or NULL.
 *
 * The last one ends the user. Sessions of the user go on.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_user_release(struct realm_user_t *user);

/**
 * Answers a request with a token.
 *
 * @param request      The request.
 * @param access_token The token: visible ASCII without `#`.
 * @return false when the token has other characters; the request is still to be answered then.
 *
 * Sessions that wait for it go on. The first answer counts; one that comes when nobody waits any more,
 * since the user logged out or the sessions were stopped or closed, does nothing.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_token_request_complete(struct realm_token_request_t *request, struct realm_string_t access_token);

/**
 * Answers a request with the news that there is no token now.
 *
 * @param request The request.
 * @param message Why; the sessions' error callbacks get it. UTF-8, may be empty.
 * @return false when the message is not UTF-8.
 *
 * The sessions ask again by their schedule: after the same waits as after a failed connection.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_token_request_fail(struct realm_token_request_t *request, struct realm_string_t message);

/**
 * Adds a reference to a request.
 *
 * @param request The request, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_token_request_release().
 * Threads: any thread.
 * Errors: none.
 */
struct realm_token_request_t *realm_token_request_retain(struct realm_token_request_t *request);

/**
 * Gives up a reference to a request.
 *
 * @param request The request, or NULL.
 *
 * The last one, when nobody has answered, is a failure as realm_token_request_fail() reports.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_token_request_release(struct realm_token_request_t *request);

/**
 * Reads how many objects the error is about whose writes the server did not accept.
 *
 * @param error     The error, as the callback got it; not a copy of it.
 * @param out_count Gets the number; 0 where the error is about something else.
 * @return false outside the callback that got the error, or when a pointer is NULL.
 *
 * An error numbered RLM_ERR_SYNC_COMPENSATING_WRITE comes once the download that undoes the writes is
 * integrated: the realm shows the objects as the server has them.
 * Threads: the one that the callback runs on.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_error_get_compensating_write_count(const struct realm_sync_error_t *error, size_t *out_count);

/**
 * Reads one of the objects whose writes the server did not accept.
 *
 * @param error     The error, as the callback got it; not a copy of it.
 * @param index     Which one, from 0.
 * @param out_write Gets class, primary key and reason; its strings are borrowed until the callback returns.
 * @return false outside the callback that got the error, or when there is no such object.
 *
 * The object need not exist in the realm, nor its class.
 * Threads: the one that the callback runs on.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_sync_error_get_compensating_write(const struct realm_sync_error_t *error,
                                             size_t index,
                                             struct realm_sync_compensating_write_t *out_write);

/**
 * Reads which version of this realm the server did not accept, or not all of.
 *
 * @param error       The error, as the callback got it; not a copy of it.
 * @param out_version Gets the version, as realm_get_version() told it after the write was committed; 0 where
 *                    the error is about something else.
 * @return false outside the callback that got the error, or when a pointer is NULL.
 *
 * Threads: the one that the callback runs on.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_error_get_rejected_version(const struct realm_sync_error_t *error, uint64_t *out_version);

/**
 * Makes a config for a synced realm.
 *
 * @param client    The client that shall sync it; it must be open when the realm is opened.
 * @param user      The user to sync as.
 * @param url       The server: ws://host:port or realm://host:port, with or without a path; UTF-8.
 * @param partition Which realm of the server; UTF-8, 1 to 1024 bytes.
 * @return The config; release it with realm_sync_config_release(). It keeps client and user alive.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_BAD_SERVER_URL, RLM_ERR_LIMIT_EXCEEDED.
 */
struct realm_sync_config_t *realm_sync_config_new(struct realm_sync_client_t *client,
                                                  struct realm_user_t *user,
                                                  struct realm_string_t url,
                                                  struct realm_string_t partition);

/**
 * Reads the client that shall sync the realm.
 *
 * @param config The config.
 * @return The client, to be released with realm_sync_client_release(); NULL when config is NULL.
 *
 * It is the client that realm_sync_config_new() got; it cannot be changed.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_sync_client_t *realm_sync_config_get_client(const struct realm_sync_config_t *config);

/**
 * Reads the user to sync as.
 *
 * @param config The config.
 * @return The user, to be released with realm_user_release(); NULL when config is NULL.
 *
 * It is the user that realm_sync_config_new() got; it cannot be changed.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_user_t *realm_sync_config_get_user(const struct realm_sync_config_t *config);

/**
 * Reads the server's address.
 *
 * @param config  The config.
 * @param out_url Gets the URL as it was given; borrowed until the config is released.
 * @return false when a pointer is NULL.
 *
 * It is what realm_sync_config_new() got; it cannot be changed.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_url(const struct realm_sync_config_t *config, struct realm_string_t *out_url);

/**
 * Reads which realm of the server is synced.
 *
 * @param config        The config.
 * @param out_partition Gets the partition as it was given; borrowed until the config is released.
 * @return false when a pointer is NULL.
 *
 * It is what realm_sync_config_new() got; it cannot be changed.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_partition(const struct realm_sync_config_t *config,
                                     struct realm_string_t *out_partition);

/**
 * Sets what becomes of the session when the last handle of the realm is closed.
 *
 * @param config      The config.
 * @param policy      A realm_sync_stop_policy_e.
 * @param deadline_ms Milliseconds, 1 to 86400000, for RLM_SYNC_STOP_POLICY_AFTER_UPLOAD; 0 for the other.
 * @return false when the policy is none of these, or the deadline does not fit it.
 *
 * A session that is stopped ends at once and sends nothing, whatever the policy.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_sync_config_set_stop_policy(struct realm_sync_config_t *config,
                                       int32_t policy,
                                       uint64_t deadline_ms);

/**
 * Reads what becomes of the session when the last handle of the realm is closed.
 *
 * @param config          The config.
 * @param out_policy      Gets the policy.
 * @param out_deadline_ms Gets the deadline in milliseconds; 0 for RLM_SYNC_STOP_POLICY_IMMEDIATELY.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_stop_policy(const struct realm_sync_config_t *config,
                                       realm_sync_stop_policy_e *out_policy,
                                       uint64_t *out_deadline_ms);

/**
 * Adds a callback for the errors of the sessions opened with this config.
 *
 * @param config        The config. Realms opened with it before this call are not concerned.
 * @param callback      Runs once per error, after the session has acted on it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when callback or config is NULL.
 *
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_callback_token_t *realm_sync_config_add_error_callback(struct realm_sync_config_t *config,
                                                                    realm_sync_session_error_func_t callback,
                                                                    void *userdata,
                                                                    realm_userdata_free_func_t userdata_free);

/**
 * Adds a reference to a config.
 *
 * @param config The config, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_sync_config_release(). The config lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_config_t *realm_sync_config_retain(struct realm_sync_config_t *config);

/**
 * Gives up a reference to a config.
 *
 * @param config The config, or NULL.
 *
 * The last one ends the config. Realms opened with it go on.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_sync_config_release(struct realm_sync_config_t *config);

/**
 * Makes a config without path, schema and sync.
 *
 * @return The config; release it with realm_config_release().
 *
 * A path is needed to open a realm; a schema is needed unless the file exists and keeps its own.
 * Opening copies the config, so changing it later has no effect on open realms.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_config_t *realm_config_new(void);

/**
 * Sets the path of the realm file.
 *
 * @param config The config.
 * @param path Where the file is or will be, UTF-8, not empty. Its folder must exist when the realm is opened.
 * @return false when the path is empty or not UTF-8.
 *
 * The same path opened twice in one process is the same realm, with one sync session.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_set_path(struct realm_config_t *config, struct realm_string_t path);

/**
 * Reads the path of the realm file.
 *
 * @param config The config.
 * @param out_path Gets the path, empty when none is set; borrowed until it is set again or the config is released.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_get_path(const struct realm_config_t *config,
                           struct realm_string_t *out_path);

/**
 * Sets the schema the realm shall have.
 *
 * @param config The config.
 * @param schema The schema; copied, so later changes to it have no effect here.
 * @return false when the schema does not validate, as realm_schema_validate() says.
 *
 * Opening adds to the file the classes and properties it lacks. Nothing is ever removed or changed
 * by a schema: a schema that contradicts the file makes opening fail.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_SCHEMA_VALIDATION_FAILED.
 */
bool realm_config_set_schema(struct realm_config_t *config, const struct realm_schema_t *schema);

/**
 * Reads the schema the realm shall have.
 *
 * @param config The config.
 * @return A copy of the schema, empty when none is set; release it with realm_schema_release().
 *         NULL when config is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_schema_t *realm_config_get_schema(const struct realm_config_t *config);

/**
 * Sets whether the realm is opened for reading only.
 *
 * @param config The config.
 * @param read_only true for reading only. The file must exist then.
 * @return false when config is NULL.
 *
 * A read-only realm refuses write transactions, and cannot be synced.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_set_read_only(struct realm_config_t *config, bool read_only);

/**
 * Reads whether the realm is opened for reading only.
 *
 * @param config The config.
 * @param out_read_only Gets whether it is read-only; false at first.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_get_read_only(const struct realm_config_t *config, bool *out_read_only);

/**
 * Sets whether the realm is kept in memory only.
 *
 * @param config The config.
 * @param in_memory true for memory only: the path names the realm within this process, and no file is made.
 * @return false when config is NULL.
 *
 * The content is gone when the last handle of that path is closed. It cannot be synced.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_set_in_memory(struct realm_config_t *config, bool in_memory);

/**
 * Reads whether the realm is kept in memory only.
 *
 * @param config The config.
 * @param out_in_memory Gets whether it is in memory; false at first.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_get_in_memory(const struct realm_config_t *config, bool *out_in_memory);

/**
 * Sets how the realm is synced.
 *
 * @param config      The config.
 * @param sync_config How to sync; copied, so later changes to it have no effect here.
 *                    May be NULL: the realm is local.
 * @return false when config is NULL.
 *
 * Opening a synced realm starts its session.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_set_sync_config(struct realm_config_t *config,
                                  const struct realm_sync_config_t *sync_config);

/**
 * Reads how the realm is synced.
 *
 * @param config          The config.
 * @param out_sync_config Gets a copy, to be released with realm_sync_config_release(),
 *                        or NULL when the realm is local.
 * @return false when a pointer is NULL.
 *
 * What is read is what opening would use now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_config_get_sync_config(const struct realm_config_t *config,
                                  struct realm_sync_config_t **out_sync_config);

/**
 * Adds a reference to a config.
 *
 * @param config The config, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_config_release(). The config lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_config_t *realm_config_retain(struct realm_config_t *config);

/**
 * Gives up a reference to a config.
 *
 * @param config The config, or NULL.
 *
 * The last one ends the config. Realms opened with it go on.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_config_release(struct realm_config_t *config);

/**
 * Opens a realm.
 *
 * @param config How to open it; copied.
 * @return The realm; release it with realm_release(). NULL when it cannot be opened.
 *
 * The file is made when it does not exist. A synced realm's session is started, or found when the
 * path is open already. Each handle reads and writes on its own, also those of the same path.
 * Threads: any thread. The handle is for one thread at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, the schema errors 2016 to 2019, the file errors 1004 to 1023,
 *         RLM_ERR_MISMATCHED_CONFIG, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_t *realm_open(const struct realm_config_t *config);

/**
 * Closes a realm for all references to this handle.
 *
 * @param realm The realm. It stays valid, refuses further work, and must still be released.
 * @return false when realm is NULL.
 *
 * A write transaction that is open is rolled back. Change callbacks that were added through the handle end; one that runs
 * is waited for, unless this is called from inside it. When it was the last open handle of the path, the session ends as
 * its stop policy says; if that is now, as it is for a stopped one, the files can be deleted once this returns. It waits
 * for the disk, never for the network. Calling it twice is fine.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_close(struct realm_t *realm);

/**
 * Asks whether a realm was closed.
 *
 * @param realm      The realm.
 * @param out_closed Gets true after realm_close().
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_is_closed(const struct realm_t *realm, bool *out_closed);

/**
 * Begins a write transaction.
 *
 * @param realm The realm; it must not have one open.
 * @return false when it has, or was opened for reading only, or was closed.
 *
 * It waits for other writers of the same path, and then sees what they committed; a thread that writes
 * through two handles at once waits for itself. Stopping the session inside the transaction is fine.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_READ_ONLY_DB,
 *         RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_FILE_OPERATION_FAILED.
 */
bool realm_begin(struct realm_t *realm);

/**
 * Commits the write transaction.
 *
 * @param realm The realm; it must have a write transaction open.
 * @return false when it has none, or the commit failed: then the transaction was rolled back.
 *
 * When it returns the changes are on disk, and queued for upload if the realm is synced.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
 *         RLM_ERR_OUT_OF_DISK_SPACE, RLM_ERR_FILE_OPERATION_FAILED.
 */
bool realm_commit(struct realm_t *realm);

/**
 * Undoes the write transaction.
 *
 * @param realm The realm; it must have a write transaction open.
 * @return false when it has none.
 *
 * The realm is then as it was when the transaction began. Objects made in it are no longer valid.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_rollback(struct realm_t *realm);

/**
 * Asks whether a write transaction is open on this handle.
 *
 * @param realm              The realm.
 * @param out_in_transaction Gets true between realm_begin() and realm_commit() or realm_rollback().
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_is_in_transaction(const struct realm_t *realm, bool *out_in_transaction);

/**
 * Looks for what others committed.
 *
 * @param realm       The realm; it must not have a write transaction open.
 * @param out_changed Gets whether anybody else committed since the last call; may be NULL.
 * @return false when a write transaction is open, or the realm was closed.
 *
 * Each read sees the newest committed values, with or without it; inside a write transaction also that
 * transaction's own. Classes and properties that others added are found after it.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_refresh(struct realm_t *realm, bool *out_changed);

/**
 * Reads the path of a realm.
 *
 * @param realm    The realm, open or closed.
 * @param out_path Gets the path, absolute and without links; borrowed until the realm is released.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_get_path(const struct realm_t *realm, struct realm_string_t *out_path);

/**
 * Reads the schema of a realm.
 *
 * @param realm The realm.
 * @return A copy of the schema of the file, to be released with realm_schema_release();
 *         NULL when the realm was closed.
 *
 * It may hold more than was asked for on opening: other devices add classes and properties.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
 */
struct realm_schema_t *realm_get_schema(const struct realm_t *realm);

/**
 * Finds a class by name.
 *
 * @param realm         The realm.
 * @param name          The name; UTF-8.
 * @param out_class_key Gets the key, to be used with this realm's functions.
 * @return false when there is no such class.
 *
 * A key is valid for every handle of the same file.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
 */
bool realm_find_class(const struct realm_t *realm,
                      struct realm_string_t name,
                      realm_class_key_t *out_class_key);

/**
 * Finds a property of a class by name.
 *
 * @param realm            The realm.
 * @param class_key        The class, as realm_find_class() gave it.
 * @param name             The name; UTF-8.
 * @param out_property_key Gets the key, to be used with objects of that class.
 * @return false when there is no such class or property.
 *
 * A key is valid for every handle of the same file.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_INVALID_PROPERTY.
 */
bool realm_find_property(const struct realm_t *realm,
                         realm_class_key_t class_key,
                         struct realm_string_t name,
                         realm_property_key_t *out_property_key);

/**
 * Reads which version of the file the realm is at.
 *
 * @param realm       The realm.
 * @param out_version Gets the version: of a synced realm a number that grows with each commit, local or
 *                    downloaded; of other realms 1, always.
 * @return false when the realm was closed.
 *
 * Numbers of two files do not compare.
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
 */
bool realm_get_version(const struct realm_t *realm, uint64_t *out_version);

/**
 * Gets the sync session of a realm.
 *
 * @param realm The realm; it must be synced and open.
 * @return The session, to be released with realm_sync_session_release(); NULL when the realm is
 *         local or closed.
 *
 * Every realm handle of one path has the same session, and gets the same pointer as long as a reference
 * to it is held: sessions are equal when their pointers are.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SYNC_SESSION.
 */
struct realm_sync_session_t *realm_get_sync_session(const struct realm_t *realm);

/**
 * Deletes the files of a realm that is not open.
 *
 * @param path        The path of the realm; UTF-8.
 * @param out_deleted Gets whether there was anything to delete; may be NULL.
 * @return false when the realm is open in this process, or a file cannot be deleted.
 *
 * What was not uploaded is lost.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_DELETE_OPENED_REALM, RLM_ERR_FILE_PERMISSION_DENIED,
 *         RLM_ERR_FILE_OPERATION_FAILED.
 */
bool realm_delete_files(struct realm_string_t path, bool *out_deleted);

/**
 * Adds a reference to a realm.
 *
 * @param realm The realm, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_release(). The realm lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_t *realm_retain(struct realm_t *realm);

/**
 * Gives up a reference to a realm.
 *
 * @param realm The realm, or NULL.
 *
 * The last one closes the realm, as realm_close() does, once the objects and results of it are released too.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_release(struct realm_t *realm);

/**
 * Copies the last committed state of a realm, local or synced, into a new local realm, to leave sync for good.
 *
 * @param realm       The realm; it must not have a write transaction open. It and its session stay as they are.
 * @param path        Where the copy goes; UTF-8. Nothing may be there.
 * @param keep_unsent Whether to copy although changes are not uploaded: no server gets them from the copy.
 * @return false when no copy was made; then nothing is left at path. The copy is on disk when this returns.
 *
 * Threads: one at a time.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_OUT_OF_DISK_SPACE,
 *         RLM_ERR_FILE_ALREADY_EXISTS, RLM_ERR_ILLEGAL_OPERATION for unsent changes, other RLM_ERR_FILE_... numbers.
 */
bool realm_copy_to_local(struct realm_t *realm,
                         struct realm_string_t path,
                         bool keep_unsent);

/**
 * Copies the last committed state of a synced realm into a new synced realm, which gets an identity of its own.
 *
 * @param realm       The realm; it must not have a write transaction open. It and its session stay as they are.
 * @param path        Where the copy goes; UTF-8. Nothing may be there.
 * @param begin_empty Whether to make one though changes are not uploaded, or not come back with a download yet. It has
 *                    the classes and no objects, which its first session downloads; the changes stay in this realm.
 * @return false when no copy was made; then nothing is left at path. The copy is on disk when this returns.
 *
 * Sync it with the same server and partition: it goes on from what this realm had downloaded.
 * Threads: one at a time.
 * Errors: as realm_copy_to_local(); RLM_ERR_ILLEGAL_OPERATION for such changes, RLM_ERR_INCOMPATIBLE_HISTORIES for
 *         a local realm.
 */
bool realm_copy_to_synced(struct realm_t *realm,
                          struct realm_string_t path,
                          bool begin_empty);

/**
 * Gives the space of what was deleted back to the file system.
 *
 * @param path          The path of a realm that is not open, local or synced; UTF-8.
 * @param out_compacted Gets whether the file is smaller now; may be NULL.
 * @return false when the realm is open or synced in this process, or synced by another one.
 *
 * Objects, history and identity stay. Opening the realm meanwhile is fine; its first write waits.
 * Threads: any thread; it takes as long as writing the file anew.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_DELETE_OPENED_REALM, RLM_ERR_MULTIPLE_SYNC_AGENTS,
 *         RLM_ERR_FILE_NOT_FOUND, RLM_ERR_INVALID_DATABASE, RLM_ERR_OUT_OF_DISK_SPACE,
 *         RLM_ERR_FILE_PERMISSION_DENIED, RLM_ERR_FILE_OPERATION_FAILED.
 */
bool realm_compact(struct realm_string_t path, bool *out_compacted);

/**
 * Makes an object, with the default of its type in each property: null, 0, false, empty or the epoch.
 *
 * @param realm       The realm; it must have a write transaction open.
 * @param class_key   The class.
 * @param primary_key The primary key; NULL when the class has none. May be a null value where the key is nullable.
 * @return The object; release it with realm_object_release(). NULL when it exists already.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_find(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_TOP_LEVEL_OBJECT,
 *         RLM_ERR_MISSING_PRIMARY_KEY, RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_OBJECT_ALREADY_EXISTS.
 */
struct realm_object_t *realm_object_create(struct realm_t *realm,
                                           realm_class_key_t class_key,
                                           const struct realm_value_t *primary_key);

/**
 * Finds an object by its primary key.
 *
 * @param realm       The realm.
 * @param class_key   The class; it must have a primary key.
 * @param primary_key The primary key.
 * @return The object, to be released with realm_object_release(); NULL when there is none.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_UNEXPECTED_PRIMARY_KEY,
 *         RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_NO_SUCH_OBJECT.
 */
struct realm_object_t *realm_object_find(const struct realm_t *realm,
                                         realm_class_key_t class_key,
                                         const struct realm_value_t *primary_key);

/**
 * Finds the object a link names.
 *
 * @param realm The realm.
 * @param link  The link, as realm_object_get_value() or realm_object_get_link() gave it.
 * @return The object, to be released with realm_object_release(); NULL when there is none (yet, or
 *         any more).
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE, RLM_ERR_NO_SUCH_OBJECT.
 */
struct realm_object_t *realm_object_find_linked(const struct realm_t *realm, const struct realm_link_t *link);

/**
 * Erases an object.
 *
 * @param object The object; its realm must have a write transaction open. It stays to be released.
 * @return false when there is no write transaction, or the object was erased before.
 *
 * Links to it become null; objects it owns are erased with it.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
 *         RLM_ERR_INVALIDATED_OBJECT.
 */
bool realm_object_erase(struct realm_object_t *object);

/**
 * Reads the value of a property.
 *
 * @param object       The object.
 * @param property_key A property of its class that is no collection.
 * @param out_value    Gets the value. Strings and bytes in it are borrowed until the next
 *                     realm_object_get_value() on this object, or until it is released.
 * @return false when the object was erased or there is no such property.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
 *         RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH.
 */
bool realm_object_get_value(const struct realm_object_t *object,
                            realm_property_key_t property_key,
                            struct realm_value_t *out_value);

/**
 * Writes the value of a property.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key A property of its class that is neither a collection nor the primary key.
 * @param value        The value; strings and bytes in it are copied.
 * @return false when the property does not take the value; nothing is changed then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_WRONG_TRANSACTION_STATE,
 *         RLM_ERR_INVALIDATED_OBJECT, RLM_ERR_INVALID_PROPERTY, RLM_ERR_PROPERTY_TYPE_MISMATCH,
 *         RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_MODIFY_PRIMARY_KEY.
 */
bool realm_object_set_value(struct realm_object_t *object,
                            realm_property_key_t property_key,
                            const struct realm_value_t *value);

/**
 * Writes the default value of a property of an object that was just made.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key A property of its class that is neither a collection nor the primary key.
 * @param value        The value; strings and bytes in it are copied.
 * @return false when the property does not take the value; nothing is changed then.
 *
 * It is realm_object_set_value(), save that a value another device really set wins over it,
 * whichever of the two is the later.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_set_value().
 */
bool realm_object_set_default_value(struct realm_object_t *object,
                                    realm_property_key_t property_key,
                                    const struct realm_value_t *value);

/**
 * Adds to an integer property.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key An integer property, or a mixed one that holds an integer.
 * @param summand      What to add; may be negative. The sum wraps around at 64 bits.
 * @return false when the property holds no integer.
 *
 * Additions of several devices all count, where plain writes would overwrite each other.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_set_value(); RLM_ERR_PROPERTY_TYPE_MISMATCH also when the value is null.
 */
bool realm_object_add_int(struct realm_object_t *object, realm_property_key_t property_key, int64_t summand);

/**
 * Asks whether an object exists still.
 *
 * @param object    The object.
 * @param out_valid Gets false when it was erased, by whomever, or its realm was closed.
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_object_is_valid(const struct realm_object_t *object, bool *out_valid);

/**
 * Reads the primary key of an object.
 *
 * @param object          The object.
 * @param out_primary_key Gets the key. A string in it is borrowed until the object is released.
 * @return false when its class has no primary key.
 *
 * It works for an object that was erased, too.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_MISSING_PRIMARY_KEY.
 */
bool realm_object_get_primary_key(const struct realm_object_t *object, struct realm_value_t *out_primary_key);

/**
 * Reads the link that names an object.
 *
 * @param object   The object.
 * @param out_link Gets the link. A string in it is borrowed until the object is released.
 * @return false when a pointer is NULL.
 *
 * Put it into a realm_value_t of the type link to point at the object.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_object_get_link(const struct realm_object_t *object, struct realm_link_t *out_link);

/**
 * Reads the class of an object.
 *
 * @param object        The object.
 * @param out_class_key Gets the class, as realm_find_class() would.
 * @return false when a pointer is NULL.
 *
 * It works for an object that was erased, too.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_object_get_class(const struct realm_object_t *object, realm_class_key_t *out_class_key);

/**
 * Adds a reference to an object.
 *
 * @param object The object, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_object_release(). The object lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_object_t *realm_object_retain(struct realm_object_t *object);

/**
 * Gives up a reference to an object.
 *
 * @param object The object, or NULL.
 *
 * The object itself stays in the realm; realm_object_erase() would erase it.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_object_release(struct realm_object_t *object);

/**
 * Gets the list of a property.
 *
 * @param object       The object.
 * @param property_key A property that is a list, or a mixed one that holds a list.
 * @return The list, to be released with realm_list_release(); NULL when there is none.
 *
 * The handle shows what is in the list now, whoever changes it. The list of a property is there as long as its
 * object is, one in a mixed value until that is overwritten.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT, RLM_ERR_INVALID_PROPERTY,
 *         RLM_ERR_PROPERTY_TYPE_MISMATCH; RLM_ERR_NO_SUCH_OBJECT when the value is null.
 */
struct realm_list_t *realm_object_get_list(const struct realm_object_t *object,
                                           realm_property_key_t property_key);

/**
 * Gets the set of a property.
 *
 * @param object       The object.
 * @param property_key A property that is a set.
 * @return The set, to be released with realm_set_release(); NULL when the property is none.
 *
 * The handle shows what is in the set now, whoever changes it.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_get_list().
 */
struct realm_set_t *realm_object_get_set(const struct realm_object_t *object,
                                         realm_property_key_t property_key);

/**
 * Gets the dictionary of a property.
 *
 * @param object       The object.
 * @param property_key A property that is a dictionary, or a mixed one that holds a dictionary.
 * @return The dictionary, to be released with realm_dictionary_release(); NULL when there is none.
 *
 * The handle shows what is in the dictionary now, whoever changes it.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_get_list().
 */
struct realm_dictionary_t *realm_object_get_dictionary(const struct realm_object_t *object,
                                                       realm_property_key_t property_key);

/**
 * Gets the embedded object of a property.
 *
 * @param object       The object.
 * @param property_key A property whose target class is embedded.
 * @return The embedded object, to be released with realm_object_release(); NULL when there is none.
 *
 * It is read and written like any object, save that it has no key and nothing links to it.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_get_list(); RLM_ERR_NO_SUCH_OBJECT when the property is null.
 */
struct realm_object_t *realm_object_get_embedded(const struct realm_object_t *object,
                                                 realm_property_key_t property_key);

/**
 * Makes a mixed property an empty list.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key A mixed property.
 * @return The list, to be released with realm_list_release(); NULL when the property takes none.
 *
 * What the property held goes; where it was a list, that list is emptied.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_get_list(); RLM_ERR_WRONG_TRANSACTION_STATE.
 */
struct realm_list_t *realm_object_set_list(struct realm_object_t *object, realm_property_key_t property_key);

/**
 * Makes a mixed property an empty dictionary.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key A mixed property.
 * @return The dictionary, to be released with realm_dictionary_release(); NULL when the property takes none.
 *
 * What the property held goes; where it was a dictionary, that dictionary is emptied.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_set_list().
 */
struct realm_dictionary_t *realm_object_set_dictionary(struct realm_object_t *object,
                                                       realm_property_key_t property_key);

/**
 * Makes the embedded object of a property, with the default of its type in each property.
 *
 * @param object       The object; its realm must have a write transaction open.
 * @param property_key A property whose target class is embedded.
 * @return The embedded object, to be released with realm_object_release(); NULL when the property takes none.
 *
 * It replaces one that is there. To remove it, write null with realm_object_set_value(), or erase it.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_object_set_list().
 */
struct realm_object_t *realm_object_set_embedded(struct realm_object_t *object,
                                                 realm_property_key_t property_key);

/**
 * Gets the object that an embedded one belongs to.
 *
 * @param object The embedded object.
 * @return The object whose property, list or dictionary holds it, to be released with realm_object_release();
 *         NULL when it was erased, or is not embedded.
 *
 * The owner may be embedded itself.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
 *         RLM_ERR_PROPERTY_TYPE_MISMATCH.
 */
struct realm_object_t *realm_object_get_owner(const struct realm_object_t *object);

/**
 * Counts the elements of a list.
 *
 * @param list     The list, as realm_object_get_list() gave it.
 * @param out_size Gets the number of elements.
 * @return false when the list is gone: what held it was erased or overwritten.
 *
 * In a list of links those to objects that do not exist (yet, or any more) are hidden: no function
 * of lists counts, finds or returns them.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
 */
bool realm_list_size(const struct realm_list_t *list, size_t *out_size);

/**
 * Reads an element of a list.
 *
 * @param list      The list.
 * @param index     Which element, from 0.
 * @param out_value Gets the value. Strings and bytes in it are borrowed until the next
 *                  realm_list_get_value() on this handle, or until it is released.
 * @return false when the index is at or beyond the size, or the list is gone.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_list_get_value(const struct realm_list_t *list, size_t index, struct realm_value_t *out_value);

/**
 * Overwrites an element of a list.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Which element, from 0.
 * @param value The value; strings and bytes in it are copied.
 * @return false when the list does not take the value or has no such element; nothing is changed then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_INDEX_OUT_OF_BOUNDS,
 *         RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_NO_SUCH_OBJECT,
 *         RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_list_set_value(struct realm_list_t *list, size_t index, const struct realm_value_t *value);

/**
 * Inserts an element into a list.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Where it will be, from 0; the size of the list to add it at the end.
 * @param value The value; strings and bytes in it are copied.
 * @return false when the list does not take the value or the index is beyond its size; nothing is changed then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
bool realm_list_insert_value(struct realm_list_t *list,
                             size_t index,
                             const struct realm_value_t *value);

/**
 * Finds a value in a list.
 *
 * @param list      The list.
 * @param value     The value.
 * @param out_index Gets the first position of the value, SIZE_MAX when it is not in the list; may be NULL.
 * @param out_found Gets whether it is in the list; may be NULL.
 * @return false when the list is gone.
 *
 * Values of different types differ; 0.0 and -0.0 are the same, as are NaNs of the same bits.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_size().
 */
bool realm_list_find(const struct realm_list_t *list,
                     const struct realm_value_t *value,
                     size_t *out_index,
                     bool *out_found);

/**
 * Moves an element of a list.
 *
 * @param list       The list; its realm must have a write transaction open.
 * @param from_index Where the element is.
 * @param to_index   Where it will be when it has been moved.
 * @return false when an index is at or beyond the size, or the list is gone.
 *
 * Handles of what the element holds stay valid.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_list_move(struct realm_list_t *list, size_t from_index, size_t to_index);

/**
 * Erases an element of a list.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Which element, from 0.
 * @return false when the index is at or beyond the size, or the list is gone.
 *
 * An embedded object or a collection in it is erased with it; the object of a link is not.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_move().
 */
bool realm_list_erase(struct realm_list_t *list, size_t index);

/**
 * Erases all elements of a list.
 *
 * @param list The list; its realm must have a write transaction open.
 * @return false when there is no write transaction, or the list is gone.
 *
 * Elements that another device adds at the same time without knowing of it are erased, too.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_list_clear(struct realm_list_t *list);

/**
 * Asks whether a list exists still.
 *
 * @param list      The list.
 * @param out_valid Gets false when what held it was erased or overwritten, by whomever, or its realm was closed.
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_list_is_valid(const struct realm_list_t *list,
                         bool *out_valid);

/**
 * Adds a reference to a list.
 *
 * @param list The list, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_list_release(). The handle lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_list_t *realm_list_retain(struct realm_list_t *list);

/**
 * Gives up a reference to a list.
 *
 * @param list The list, or NULL.
 *
 * The list itself stays in the realm.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_list_release(struct realm_list_t *list);

/**
 * Gets the list that an element of a list of mixed values is.
 *
 * @param list  The list.
 * @param index Which element, from 0.
 * @return The list in it, to be released with realm_list_release(); NULL when the element is none.
 *
 * It is there until the element is overwritten or erased, wherever it moves.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_get_value(); RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_NO_SUCH_OBJECT for null.
 */
struct realm_list_t *realm_list_get_list(const struct realm_list_t *list, size_t index);

/**
 * Gets the dictionary that an element of a list of mixed values is.
 *
 * @param list  The list.
 * @param index Which element, from 0.
 * @return The dictionary in it, to be released with realm_dictionary_release(); NULL when the element is none.
 *
 * It is there until the element is overwritten or erased, wherever it moves.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_get_list().
 */
struct realm_dictionary_t *realm_list_get_dictionary(const struct realm_list_t *list,
                                                     size_t index);

/**
 * Gets the embedded object that an element of a list is.
 *
 * @param list  The list, of embedded objects.
 * @param index Which element, from 0.
 * @return The object, to be released with realm_object_release(); NULL when the element is none.
 *
 * It is there until the element is replaced or erased, wherever it moves.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_get_list().
 */
struct realm_object_t *realm_list_get_embedded(const struct realm_list_t *list, size_t index);

/**
 * Replaces an element of a list of mixed values by an empty list.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Which element, from 0.
 * @return The list in it, to be released with realm_list_release(); NULL when there is no such element, or
 *         it takes none.
 *
 * Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_list_t *realm_list_set_list(struct realm_list_t *list, size_t index);

/**
 * Replaces an element of a list of mixed values by an empty dictionary.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Which element, from 0.
 * @return The dictionary in it, to be released with realm_dictionary_release(); NULL when there is no
 *         such element, or it takes none.
 *
 * Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_dictionary_t *realm_list_set_dictionary(struct realm_list_t *list, size_t index);

/**
 * Replaces an embedded object of a list by a new one, with the default of its type in each property.
 *
 * @param list  The list, of embedded objects; its realm must have a write transaction open.
 * @param index Which element, from 0.
 * @return The new object, to be released with realm_object_release(); NULL when there is no such element.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_object_t *realm_list_set_embedded(struct realm_list_t *list, size_t index);

/**
 * Inserts an empty list into a list of mixed values.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Where it will be, from 0; the size of the list to add it at the end.
 * @return The list in it, to be released with realm_list_release(); NULL when it cannot be inserted.
 *
 * Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_list_t *realm_list_insert_list(struct realm_list_t *list, size_t index);

/**
 * Inserts an empty dictionary into a list of mixed values.
 *
 * @param list  The list; its realm must have a write transaction open.
 * @param index Where it will be, from 0; the size of the list to add it at the end.
 * @return The dictionary in it, to be released with realm_dictionary_release(); NULL when it cannot be inserted.
 *
 * Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_dictionary_t *realm_list_insert_dictionary(struct realm_list_t *list,
                                                        size_t index);

/**
 * Inserts an embedded object into a list, with the default of its type in each property.
 *
 * @param list  The list, of embedded objects; its realm must have a write transaction open.
 * @param index Where it will be, from 0; the size of the list to add it at the end.
 * @return The new object, to be released with realm_object_release(); NULL when it cannot be inserted.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_list_set_value().
 */
struct realm_object_t *realm_list_insert_embedded(struct realm_list_t *list, size_t index);

/**
 * Counts the elements of a set.
 *
 * @param set      The set, as realm_object_get_set() gave it.
 * @param out_size Gets the number of elements.
 * @return false when the set is gone: its object was erased.
 *
 * In a set of links those to objects that do not exist (yet, or any more) are hidden: no function
 * of sets counts, finds or returns them.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
 */
bool realm_set_size(const struct realm_set_t *set, size_t *out_size);

/**
 * Reads an element of a set.
 *
 * @param set       The set.
 * @param index     Which element, from 0. The order is by type, then by value; changes of the set move elements.
 * @param out_value Gets the value. Strings and bytes in it are borrowed until the next
 *                  realm_set_get_value() on this handle, or until it is released.
 * @return false when the index is at or beyond the size, or the set is gone.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_set_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_set_get_value(const struct realm_set_t *set,
                         size_t index,
                         struct realm_value_t *out_value);

/**
 * Asks whether a value is in a set.
 *
 * @param set       The set.
 * @param value     The value.
 * @param out_found Gets whether it is in the set.
 * @return false when the set cannot hold such a value, or is gone.
 *
 * Values of different types differ; 0.0 and -0.0 are the same, as are NaNs of the same bits.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_set_size(); RLM_ERR_PROPERTY_TYPE_MISMATCH, RLM_ERR_PROPERTY_NOT_NULLABLE.
 */
bool realm_set_find(const struct realm_set_t *set, const struct realm_value_t *value, bool *out_found);

/**
 * Inserts a value into a set.
 *
 * @param set          The set; its realm must have a write transaction open.
 * @param value        The value; strings and bytes in it are copied.
 * @param out_inserted Gets whether it was new; may be NULL.
 * @return false when the set does not take the value; nothing is changed then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_set_find(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_NO_SUCH_OBJECT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_set_insert(struct realm_set_t *set,
                      const struct realm_value_t *value,
                      bool *out_inserted);

/**
 * Erases a value from a set.
 *
 * @param set        The set; its realm must have a write transaction open.
 * @param value      The value.
 * @param out_erased Gets whether it was in the set; may be NULL.
 * @return false when the set cannot hold such a value, or is gone.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_set_find(); RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_set_erase(struct realm_set_t *set, const struct realm_value_t *value, bool *out_erased);

/**
 * Erases all elements of a set.
 *
 * @param set The set; its realm must have a write transaction open.
 * @return false when there is no write transaction, or the set is gone.
 *
 * Elements that another device adds at the same time without knowing of it are erased, too.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_set_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_set_clear(struct realm_set_t *set);

/**
 * Asks whether a set exists still.
 *
 * @param set       The set.
 * @param out_valid Gets false when its object was erased, by whomever, or its realm was closed.
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_set_is_valid(const struct realm_set_t *set, bool *out_valid);

/**
 * Adds a reference to a set.
 *
 * @param set The set, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_set_release(). The handle lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_set_t *realm_set_retain(struct realm_set_t *set);

/**
 * Gives up a reference to a set.
 *
 * @param set The set, or NULL.
 *
 * The set itself stays in the realm.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_set_release(struct realm_set_t *set);

/**
 * Counts the entries of a dictionary.
 *
 * @param dictionary The dictionary, as realm_object_get_dictionary() gave it.
 * @param out_size   Gets the number of entries.
 * @return false when the dictionary is gone: what held it was erased or overwritten.
 *
 * A link to an object that does not exist (yet, or any more) counts, and reads as null.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT.
 */
bool realm_dictionary_size(const struct realm_dictionary_t *dictionary, size_t *out_size);

/**
 * Reads the value under a key.
 *
 * @param dictionary The dictionary.
 * @param key        The key; UTF-8.
 * @param out_value  Gets the value, null when there is no such key; may be NULL. Strings and bytes in it are
 *                   borrowed until the next realm_dictionary_get_value() on this handle, or its release.
 * @param out_found  Gets whether there is such a key; may be NULL.
 * @return false when the dictionary is gone.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_size().
 */
bool realm_dictionary_get_value(const struct realm_dictionary_t *dictionary,
                                struct realm_string_t key,
                                struct realm_value_t *out_value,
                                bool *out_found);

/**
 * Reads an entry by its index.
 *
 * @param dictionary The dictionary.
 * @param index      Which entry, from 0, by the bytes of the keys; changes of the dictionary move entries.
 * @param out_key    Gets the key, and out_value the value; borrowed until the next
 *                   realm_dictionary_get_entry() on this handle, or its release. May be NULL.
 * @param out_value  Gets the value; may be NULL.
 * @return false when the index is at or beyond the size, or the dictionary is gone.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_size(); RLM_ERR_INDEX_OUT_OF_BOUNDS.
 */
bool realm_dictionary_get_entry(const struct realm_dictionary_t *dictionary,
                                size_t index,
                                struct realm_string_t *out_key,
                                struct realm_value_t *out_value);

/**
 * Writes the value under a key, which is made where it is missing.
 *
 * @param dictionary The dictionary; its realm must have a write transaction open.
 * @param key        The key; UTF-8, copied.
 * @param value      The value; strings and bytes in it are copied.
 * @return false when the dictionary does not take the value; nothing is changed then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_size(); RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_PROPERTY_TYPE_MISMATCH,
 *         RLM_ERR_PROPERTY_NOT_NULLABLE, RLM_ERR_NO_SUCH_OBJECT, RLM_ERR_LIMIT_EXCEEDED.
 */
bool realm_dictionary_set_value(struct realm_dictionary_t *dictionary,
                                struct realm_string_t key,
                                const struct realm_value_t *value);

/**
 * Erases a key and its value.
 *
 * @param dictionary The dictionary; its realm must have a write transaction open.
 * @param key        The key; UTF-8.
 * @param out_erased Gets whether there was such a key; may be NULL.
 * @return false when there is no write transaction, or the dictionary is gone.
 *
 * An embedded object or a collection under it is erased with it; the object of a link is not.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_size(); RLM_ERR_WRONG_TRANSACTION_STATE.
 */
bool realm_dictionary_erase(struct realm_dictionary_t *dictionary,
                            struct realm_string_t key,
                            bool *out_erased);

/**
 * Erases all entries of a dictionary.
 *
 * @param dictionary The dictionary; its realm must have a write transaction open.
 * @return false when there is no write transaction, or the dictionary is gone.
 *
 * Entries that another device adds at the same time without knowing of it are erased, too.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_erase().
 */
bool realm_dictionary_clear(struct realm_dictionary_t *dictionary);

/**
 * Asks whether a dictionary exists still.
 *
 * @param dictionary The dictionary.
 * @param out_valid  Gets false when what held it was erased or overwritten, by whomever, or its realm was closed.
 * @return false when a pointer is NULL.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_dictionary_is_valid(const struct realm_dictionary_t *dictionary,
                               bool *out_valid);

/**
 * Adds a reference to a dictionary.
 *
 * @param dictionary The dictionary, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_dictionary_release(). The handle lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_dictionary_t *realm_dictionary_retain(struct realm_dictionary_t *dictionary);

/**
 * Gives up a reference to a dictionary.
 *
 * @param dictionary The dictionary, or NULL.
 *
 * The dictionary itself stays in the realm.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_dictionary_release(struct realm_dictionary_t *dictionary);

/**
 * Gets the list under a key of a dictionary of mixed values.
 *
 * @param dictionary The dictionary.
 * @param key        The key; UTF-8.
 * @return The list under it, to be released with realm_list_release(); NULL when there is none.
 *
 * It is there until the key is overwritten or erased.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_size(); RLM_ERR_PROPERTY_TYPE_MISMATCH, and RLM_ERR_NO_SUCH_OBJECT where the
 *         value is null or there is no such key.
 */
struct realm_list_t *realm_dictionary_get_list(const struct realm_dictionary_t *dictionary,
                                               struct realm_string_t key);

/**
 * Gets the dictionary under a key of a dictionary of mixed values.
 *
 * @param dictionary The dictionary.
 * @param key        The key; UTF-8.
 * @return The one under it, to be released with realm_dictionary_release(); NULL when there is none.
 *
 * It is there until the key is overwritten or erased.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_get_list().
 */
struct realm_dictionary_t *realm_dictionary_get_dictionary(const struct realm_dictionary_t *dictionary,
                                                           struct realm_string_t key);

/**
 * Gets the embedded object under a key.
 *
 * @param dictionary The dictionary, of embedded objects.
 * @param key        The key; UTF-8.
 * @return The object, to be released with realm_object_release(); NULL when there is none.
 *
 * It is there until the key is replaced or erased.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_get_list().
 */
struct realm_object_t *realm_dictionary_get_embedded(const struct realm_dictionary_t *dictionary,
                                                     struct realm_string_t key);

/**
 * Puts an empty list under a key of a dictionary of mixed values.
 *
 * @param dictionary The dictionary; its realm must have a write transaction open.
 * @param key        The key; UTF-8, copied.
 * @return The list under it, to be released with realm_list_release(); NULL when the dictionary takes none.
 *
 * What the key held goes; where it was a list, that list is emptied. Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_set_value().
 */
struct realm_list_t *realm_dictionary_set_list(struct realm_dictionary_t *dictionary,
                                               struct realm_string_t key);

/**
 * Puts an empty dictionary under a key of a dictionary of mixed values.
 *
 * @param dictionary The dictionary; its realm must have a write transaction open.
 * @param key        The key; UTF-8, copied.
 * @return The one under it, to be released with realm_dictionary_release(); NULL when the dictionary takes none.
 *
 * What the key held goes; where it was a dictionary, that is emptied. Collections nest at most 100 deep.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_set_value().
 */
struct realm_dictionary_t *realm_dictionary_set_dictionary(struct realm_dictionary_t *dictionary,
                                                           struct realm_string_t key);

/**
 * Puts an embedded object under a key, with the default of its type in each property.
 *
 * @param dictionary The dictionary, of embedded objects; its realm must have a write transaction open.
 * @param key        The key; UTF-8, copied.
 * @return The new object, to be released with realm_object_release(); NULL when the dictionary takes none.
 *
 * It replaces one that is there.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: as realm_dictionary_set_value().
 */
struct realm_object_t *realm_dictionary_set_embedded(struct realm_dictionary_t *dictionary,
                                                     struct realm_string_t key);

/**
 * Makes the results that are all objects of a class.
 *
 * @param realm     The realm.
 * @param class_key The class.
 * @return The results; release them with realm_results_release(). NULL when there is no such class.
 *
 * Which objects these are is settled at the first call that asks, and stays, whatever is made or erased
 * after it; make new results to see that. The values of the objects are those of now.
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_NO_SUCH_TABLE.
 */
struct realm_results_t *realm_results_new(struct realm_t *realm, realm_class_key_t class_key);

/**
 * Counts the objects.
 *
 * @param results  The results.
 * @param out_size Gets the number of objects.
 * @return false when the realm was closed.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM.
 */
bool realm_results_size(const struct realm_results_t *results, size_t *out_size);

/**
 * Reads one of the objects.
 *
 * @param results The results.
 * @param index   Which one, from 0. The order is that of integer primary keys, else that in which the
 *                objects came into the file.
 * @return The object, to be released with realm_object_release(); NULL when the index is at or
 *         beyond the size, or the object was erased since: skip it then.
 *
 * Threads: one at a time, for the realm and all that is of it.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INDEX_OUT_OF_BOUNDS,
 *         RLM_ERR_INVALIDATED_OBJECT.
 */
struct realm_object_t *realm_results_get_object(const struct realm_results_t *results, size_t index);

/**
 * Adds a reference to results.
 *
 * @param results The results, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_results_release(). The results lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_results_t *realm_results_retain(struct realm_results_t *results);

/**
 * Gives up a reference to results.
 *
 * @param results The results, or NULL.
 *
 * The objects got from them live on.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_results_release(struct realm_results_t *results);

/**
 * Adds a callback for changes of an object, of what it owns too.
 *
 * @param object        The object; its realm must not have a write transaction open.
 * @param callback      Told of each commit that changes it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the object was erased.
 * It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
 * Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_INVALIDATED_OBJECT,
 *         RLM_ERR_WRONG_TRANSACTION_STATE, RLM_ERR_SYSTEM_ERROR.
 */
struct realm_callback_token_t *realm_object_add_change_callback(struct realm_object_t *object,
                                                                realm_object_change_func_t callback,
                                                                void *userdata,
                                                                realm_userdata_free_func_t userdata_free);

/**
 * Asks whether the object was erased.
 *
 * @param changes     The changes.
 * @param out_deleted Gets true in the last report on an object: it was erased, by whomever.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_object_changes_is_deleted(const struct realm_object_changes_t *changes, bool *out_deleted);

/**
 * Copies the keys of the properties that differ from before the commit.
 *
 * @param changes           The changes.
 * @param out_property_keys Gets the keys, rising; may be NULL when capacity is 0.
 * @param capacity          How many fit into it.
 * @param out_size          Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * A property differs when what it owns does: a collection or an embedded object, however deep inside.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_object_changes_get_modifications(const struct realm_object_changes_t *changes,
                                            realm_property_key_t *out_property_keys,
                                            size_t capacity,
                                            size_t *out_size);

/**
 * Adds a reference to changes of an object.
 *
 * @param changes The changes, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_object_changes_release(). The changes live as long as one of them does.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_object_changes_t *realm_object_changes_retain(struct realm_object_changes_t *changes);

/**
 * Gives up a reference to changes of an object.
 *
 * @param changes The changes, or NULL.
 *
 * The last one ends them, and what was borrowed from them.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_object_changes_release(struct realm_object_changes_t *changes);

/**
 * Adds a callback for changes of a list, of what its elements own too.
 *
 * @param list          The list; its realm must not have a write transaction open.
 * @param callback      Told of each commit that changes it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the list is gone.
 * It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
 * Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
 * Errors: as realm_object_add_change_callback().
 */
struct realm_callback_token_t *realm_list_add_change_callback(struct realm_list_t *list,
                                                              realm_collection_change_func_t callback,
                                                              void *userdata,
                                                              realm_userdata_free_func_t userdata_free);

/**
 * Adds a callback for changes of a set.
 *
 * @param set           The set; its realm must not have a write transaction open.
 * @param callback      Told of each commit that changes it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the set is gone.
 * It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
 * Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
 * Errors: as realm_object_add_change_callback().
 */
struct realm_callback_token_t *realm_set_add_change_callback(struct realm_set_t *set,
                                                             realm_collection_change_func_t callback,
                                                             void *userdata,
                                                             realm_userdata_free_func_t userdata_free);

/**
 * Asks whether the list or set is gone.
 *
 * @param changes     The changes.
 * @param out_deleted Gets true in the last report on it: what held it was erased or overwritten, by whomever.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_collection_changes_is_deleted(const struct realm_collection_changes_t *changes, bool *out_deleted);

/**
 * Copies the indexes of the elements that were there before the commit and are no more.
 *
 * @param changes     The changes.
 * @param out_indexes Gets the indexes from before the commit, rising; may be NULL when capacity is 0.
 * @param capacity    How many fit into it.
 * @param out_size    Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * An element that was moved is among these, and among the insertions.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_collection_changes_get_deletions(const struct realm_collection_changes_t *changes,
                                            size_t *out_indexes,
                                            size_t capacity,
                                            size_t *out_size);

/**
 * Copies the indexes of the elements that are there since the commit.
 *
 * @param changes     The changes.
 * @param out_indexes Gets the indexes from after the commit, rising; may be NULL when capacity is 0.
 * @param capacity    How many fit into it.
 * @param out_size    Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * Erase the deletions from the end on, insert these from the start on, and the elements stand as they do now.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_collection_changes_get_insertions(const struct realm_collection_changes_t *changes,
                                             size_t *out_indexes,
                                             size_t capacity,
                                             size_t *out_size);

/**
 * Copies the indexes of the elements that show or own something else since the commit.
 *
 * @param changes     The changes.
 * @param out_indexes Gets the indexes from after the commit, rising; may be NULL when capacity is 0.
 * @param capacity    How many fit into it.
 * @param out_size    Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * None of them is among the insertions.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_collection_changes_get_modifications(const struct realm_collection_changes_t *changes,
                                                size_t *out_indexes,
                                                size_t capacity,
                                                size_t *out_size);

/**
 * Adds a reference to changes of a list or set.
 *
 * @param changes The changes, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_collection_changes_release(). The changes live as long as one of them does.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_collection_changes_t *realm_collection_changes_retain(struct realm_collection_changes_t *changes);

/**
 * Gives up a reference to changes of a list or set.
 *
 * @param changes The changes, or NULL.
 *
 * The last one ends them, and what was borrowed from them.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_collection_changes_release(struct realm_collection_changes_t *changes);

/**
 * Adds a callback for changes of a dictionary, of what its values own too.
 *
 * @param dictionary    The dictionary; its realm must not have a write transaction open.
 * @param callback      Told of each commit that changes it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the dictionary is gone.
 * It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
 * Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
 * Errors: as realm_object_add_change_callback().
 */
struct realm_callback_token_t *realm_dictionary_add_change_callback(struct realm_dictionary_t *dictionary,
                                                                    realm_dictionary_change_func_t callback,
                                                                    void *userdata,
                                                                    realm_userdata_free_func_t userdata_free);

/**
 * Asks whether the dictionary is gone.
 *
 * @param changes     The changes.
 * @param out_deleted Gets true in the last report on it: what held it was erased or overwritten, by whomever.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_dictionary_changes_is_deleted(const struct realm_dictionary_changes_t *changes, bool *out_deleted);

/**
 * Copies the keys that were there before the commit and are no more.
 *
 * @param changes  The changes.
 * @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
 * @param capacity How many fit into it.
 * @param out_size Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * The keys are borrowed until the changes are released.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_dictionary_changes_get_deletions(const struct realm_dictionary_changes_t *changes,
                                            struct realm_string_t *out_keys,
                                            size_t capacity,
                                            size_t *out_size);

/**
 * Copies the keys that are there since the commit.
 *
 * @param changes  The changes.
 * @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
 * @param capacity How many fit into it.
 * @param out_size Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * The keys are borrowed until the changes are released.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_dictionary_changes_get_insertions(const struct realm_dictionary_changes_t *changes,
                                             struct realm_string_t *out_keys,
                                             size_t capacity,
                                             size_t *out_size);

/**
 * Copies the keys whose values are or own something else since the commit.
 *
 * @param changes  The changes.
 * @param out_keys Gets the keys, by their bytes; may be NULL when capacity is 0.
 * @param capacity How many fit into it.
 * @param out_size Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * The keys are borrowed until the changes are released.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_dictionary_changes_get_modifications(const struct realm_dictionary_changes_t *changes,
                                                struct realm_string_t *out_keys,
                                                size_t capacity,
                                                size_t *out_size);

/**
 * Adds a reference to changes of a dictionary.
 *
 * @param changes The changes, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_dictionary_changes_release(). The changes live as long as one of them does.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_dictionary_changes_t *realm_dictionary_changes_retain(struct realm_dictionary_changes_t *changes);

/**
 * Gives up a reference to changes of a dictionary.
 *
 * @param changes The changes, or NULL.
 *
 * The last one ends them, and what was borrowed from them.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_dictionary_changes_release(struct realm_dictionary_changes_t *changes);

/**
 * Adds a callback for objects of a class that come, go or change, with what they own.
 *
 * @param realm         The realm; it must not have a write transaction open.
 * @param class_key     A class of top-level objects.
 * @param callback      Told of each commit that changes it.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the realm is closed.
 * It waits for a writer at work. The callback ends with the realm handle, too: docs/C_API.md, "Change callbacks".
 * Threads: one at a time, for the realm and all that is of it. The callback runs on the thread for changes.
 * Errors: as realm_object_add_change_callback(); RLM_ERR_NO_SUCH_TABLE, RLM_ERR_TOP_LEVEL_OBJECT.
 */
struct realm_callback_token_t *realm_add_class_change_callback(struct realm_t *realm,
                                                               realm_class_key_t class_key,
                                                               realm_class_change_func_t callback,
                                                               void *userdata,
                                                               realm_userdata_free_func_t userdata_free);

/**
 * Copies the names of the objects that were erased.
 *
 * @param changes   The changes.
 * @param out_links Gets links that name the objects; may be NULL when capacity is 0.
 * @param capacity  How many fit into it.
 * @param out_size  Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * An object that was erased and made anew is here, and among the insertions. Strings are borrowed as long as the changes live.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_class_changes_get_deletions(const struct realm_class_changes_t *changes,
                                       struct realm_link_t *out_links,
                                       size_t capacity,
                                       size_t *out_size);

/**
 * Copies the names of the objects that were made.
 *
 * @param changes   The changes.
 * @param out_links Gets links that name the objects; may be NULL when capacity is 0.
 * @param capacity  How many fit into it.
 * @param out_size  Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * realm_object_find_linked() finds them. Strings are borrowed as long as the changes live.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_class_changes_get_insertions(const struct realm_class_changes_t *changes,
                                        struct realm_link_t *out_links,
                                        size_t capacity,
                                        size_t *out_size);

/**
 * Copies the names of the objects that differ from before the commit, or what they own.
 *
 * @param changes   The changes.
 * @param out_links Gets links that name the objects; may be NULL when capacity is 0.
 * @param capacity  How many fit into it.
 * @param out_size  Gets how many there are, whether or not they fit.
 * @return false when a pointer is NULL.
 *
 * None of them is among the insertions. Strings are borrowed as long as the changes live.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_class_changes_get_modifications(const struct realm_class_changes_t *changes,
                                           struct realm_link_t *out_links,
                                           size_t capacity,
                                           size_t *out_size);

/**
 * Adds a reference to changes of a class.
 *
 * @param changes The changes, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_class_changes_release(). The changes live as long as one of them does.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_class_changes_t *realm_class_changes_retain(struct realm_class_changes_t *changes);

/**
 * Gives up a reference to changes of a class.
 *
 * @param changes The changes, or NULL.
 *
 * The last one ends them, and what was borrowed from them.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_class_changes_release(struct realm_class_changes_t *changes);

/**
 * Starts a session that was stopped.
 *
 * @param session The session. Starting one that is active is fine.
 * @return false when the session has ended because its realm or client was closed.
 *
 * It connects now: a wait between attempts that was running is cut short. Everything written while
 * it was stopped is synced, and waits that were kept go on.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_start(struct realm_sync_session_t *session);

/**
 * Stops a session in both directions.
 *
 * @param session The session. Stopping one that is stopped is fine.
 * @return false when the session has ended because its realm or client was closed.
 *
 * When it returns, nothing more is uploaded, no remote change is integrated, and no callback of the
 * session begins. It never waits for the network or another writer of the file. The session stays
 * stopped until realm_sync_session_start(), or until the path is closed and opened again.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_stop(struct realm_sync_session_t *session);

/**
 * Reads the state of a session.
 *
 * @param session   The session.
 * @param out_state Gets the state; inactive once every handle of the realm is closed.
 * @return false when a pointer is NULL.
 *
 * It never blocks.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_get_state(const struct realm_sync_session_t *session,
                                  realm_sync_session_state_e *out_state);

/**
 * Reads how a session is connected.
 *
 * @param session   The session.
 * @param out_state Gets the connection state.
 * @return false when a pointer is NULL.
 *
 * A stopped session is always disconnected. It never blocks.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_get_connection_state(const struct realm_sync_session_t *session,
                                             realm_sync_session_connection_state_e *out_state);

/**
 * Waits, without blocking, until the server has everything committed before the call.
 *
 * @param session       The session.
 * @param callback      Completes the wait, exactly once.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when the wait could not be begun: then the callback does not run.
 *
 * While the session is stopped the wait is kept, and goes on after realm_sync_session_start().
 * When the realm or client is closed first, it ends with RLM_ERR_CANCELLED.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_wait_for_upload(struct realm_sync_session_t *session,
                                        realm_sync_session_wait_func_t callback,
                                        void *userdata,
                                        realm_userdata_free_func_t userdata_free);

/**
 * Waits, without blocking, until the realm has everything the server had at the time of the call.
 *
 * @param session       The session.
 * @param callback      Completes the wait, exactly once.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when the wait could not be begun: then the callback does not run.
 *
 * While the session is stopped the wait is kept, and goes on after realm_sync_session_start().
 * When the realm or client is closed first, it ends with RLM_ERR_CANCELLED.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_wait_for_download(struct realm_sync_session_t *session,
                                          realm_sync_session_wait_func_t callback,
                                          void *userdata,
                                          realm_userdata_free_func_t userdata_free);

/**
 * Adds a callback for changes of a session's state.
 *
 * @param session       The session.
 * @param callback      Gets the old state and the new one.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the realm or client was closed.
 *
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_callback_token_t *realm_sync_session_add_state_callback(struct realm_sync_session_t *session,
                                                                     realm_sync_session_state_func_t callback,
                                                                     void *userdata,
                                                                     realm_userdata_free_func_t userdata_free);

/**
 * Adds a callback for changes of a session's connection state.
 *
 * @param session       The session.
 * @param callback      Gets the old connection state and the new one.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the realm or client was closed.
 *
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_callback_token_t *realm_sync_session_add_connection_state_callback(struct realm_sync_session_t *session,
                                                                                realm_sync_session_connection_state_func_t callback,
                                                                                void *userdata,
                                                                                realm_userdata_free_func_t userdata_free);

/**
 * Reads the path of a session's realm.
 *
 * @param session  The session.
 * @param out_path Gets the path; borrowed until the session is released.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_get_path(const struct realm_sync_session_t *session, struct realm_string_t *out_path);

/**
 * Reads which realm of the server a session syncs.
 *
 * @param session       The session.
 * @param out_partition Gets the partition; borrowed until the session is released.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_get_partition(const struct realm_sync_session_t *session,
                                      struct realm_string_t *out_partition);

/**
 * Reads the user a session syncs as.
 *
 * @param session The session.
 * @return The user, to be released with realm_user_release(); NULL when session is NULL.
 *
 * It is the user of the config that opened the path first.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_user_t *realm_sync_session_get_user(const struct realm_sync_session_t *session);

/**
 * Reads the number by which the server knows this file.
 *
 * @param session        The session.
 * @param out_file_ident Gets the number; 0 before the server has given one.
 * @return false when the realm or client was closed.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_get_file_ident(const struct realm_sync_session_t *session, uint64_t *out_file_ident);

/**
 * Adds a reference to a session.
 *
 * @param session The session, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_sync_session_release(). The session lives as long as one of them
 * does, or anything that needs it.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_session_t *realm_sync_session_retain(struct realm_sync_session_t *session);

/**
 * Gives up a reference to a session.
 *
 * @param session The session, or NULL.
 *
 * The session goes on as long as a handle of its realm is open.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_sync_session_release(struct realm_sync_session_t *session);

/**
 * Tells a client what the host knows of the network.
 *
 * @param client       The client.
 * @param reachability A realm_sync_reachability_e.
 * @param is_metered   Whether traffic costs money or is limited.
 * @return false when the reachability is none of these, or the client was closed.
 *
 * Not reachable: attempts under way are given up, and none is made until this changes, but for those
 * that start and reconnect ask for. Reachable: sessions that wait because of the network attempt at
 * once. Metered: sessions whose config says so leave the network. Stopped sessions stay stopped.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_set_network(struct realm_sync_client_t *client, int32_t reachability, bool is_metered);

/**
 * Reads what a client was told of the network last.
 *
 * @param client           The client.
 * @param out_reachability Gets the reachability; unknown before the host has said anything.
 * @param out_is_metered   Gets whether the network is metered; false before that.
 * @return false when a pointer is NULL, or the client was closed.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_get_network(const struct realm_sync_client_t *client,
                                   realm_sync_reachability_e *out_reachability,
                                   bool *out_is_metered);

/**
 * Makes every session of a client attempt now, as realm_sync_session_reconnect() does.
 *
 * @param client The client.
 * @return false when the client was closed.
 *
 * Sessions that are stopped stay stopped.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_client_reconnect_all(struct realm_sync_client_t *client);

/**
 * Makes a session attempt to connect now, whatever wait between attempts was running.
 *
 * @param session The session. One that is stopped, or that an error ended, is left as it is.
 * @return false when the session has ended because its realm or client was closed.
 *
 * Where it is connected already, the connection is probed with a PING. The waits of other sessions
 * stay as they are. It returns without waiting for the attempt.
 * Threads: any thread, also from inside a callback or a write transaction.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_reconnect(struct realm_sync_session_t *session);

/**
 * Sets whether the session uses a network that realm_sync_client_set_network() says is metered.
 *
 * @param config              The config.
 * @param sync_while_metered  false to keep the session waiting while the network is metered.
 * @return false when config is NULL.
 *
 * It is true at first. Waiting is not being stopped: the session goes on when the network changes.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_set_sync_while_metered(struct realm_sync_config_t *config, bool sync_while_metered);

/**
 * Reads whether the session uses a network that is metered.
 *
 * @param config                 The config.
 * @param out_sync_while_metered Gets whether it does.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_sync_while_metered(const struct realm_sync_config_t *config,
                                              bool *out_sync_while_metered);

/**
 * Reads what a session is doing, and why.
 *
 * @param session The session; it may be that of a closed realm.
 * @return A snapshot; release it with realm_sync_session_status_release(). NULL when session is NULL.
 *
 * The snapshot stays as it is, whatever the session does. It never waits for the network.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
struct realm_sync_session_status_t *realm_sync_session_get_status(const struct realm_sync_session_t *session);

/**
 * Adds a callback for changes of what a session is doing: state, reason, connection, attempts, errors.
 *
 * @param session       The session.
 * @param callback      Gets the new status.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the realm or client was closed.
 *
 * No callback tells of a stop; the next start does.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_callback_token_t *realm_sync_session_add_status_callback(struct realm_sync_session_t *session,
                                                                      realm_sync_session_status_func_t callback,
                                                                      void *userdata,
                                                                      realm_userdata_free_func_t userdata_free);

/**
 * Reads the state in a status.
 *
 * @param status    The status.
 * @param out_state Gets the state.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_state(const struct realm_sync_session_status_t *status,
                                         realm_sync_session_state_e *out_state);

/**
 * Reads why the session is in its state.
 *
 * @param status     The status.
 * @param out_reason Gets the reason.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_reason(const struct realm_sync_session_status_t *status,
                                          realm_sync_session_reason_e *out_reason);

/**
 * Reads the connection state in a status.
 *
 * @param status    The status.
 * @param out_state Gets the connection state.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_connection_state(const struct realm_sync_session_status_t *status,
                                                    realm_sync_session_connection_state_e *out_state);

/**
 * Reads how many attempts failed in a row since the session last worked.
 *
 * @param status              The status.
 * @param out_failed_attempts Gets the number; realm_sync_session_start() begins at 0 again.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_failed_attempts(const struct realm_sync_session_status_t *status,
                                                   uint32_t *out_failed_attempts);

/**
 * Reads how long it was until the next attempt when the status was taken.
 *
 * @param status              The status.
 * @param out_next_attempt_ms Gets milliseconds; -1 where the session does not wait for a moment.
 * @return false when a pointer is NULL.
 *
 * It is set while the reason is RLM_SYNC_SESSION_REASON_BACKS_OFF.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_next_attempt_ms(const struct realm_sync_session_status_t *status,
                                                   int64_t *out_next_attempt_ms);

/**
 * Reads the last error of the session, whether or not it works since.
 *
 * @param status    The status.
 * @param out_error Gets the error; its number is RLM_ERR_NONE when there was none. Its message is
 *                  borrowed until the status is released.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_last_error(const struct realm_sync_session_status_t *status,
                                              struct realm_error_t *out_error);

/**
 * Reads what the host had said of the network.
 *
 * @param status           The status.
 * @param out_reachability Gets whether a server can be reached.
 * @param out_is_metered   Gets whether the network is metered.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_network(const struct realm_sync_session_status_t *status,
                                           realm_sync_reachability_e *out_reachability,
                                           bool *out_is_metered);

/**
 * Adds a reference to a status.
 *
 * @param status The status, or NULL.
 * @return The same pointer, for convenience.
 *
 * Each reference is given up with realm_sync_session_status_release(). The status lives as long as one
 * of them does.
 * Threads: any thread.
 * Errors: none.
 */
struct realm_sync_session_status_t *realm_sync_session_status_retain(struct realm_sync_session_status_t *status);

/**
 * Gives up a reference to a status.
 *
 * @param status The status, or NULL.
 *
 * The last one ends it, and what was borrowed from it.
 * It cannot fail, and handles may be released in any order.
 * Threads: any thread, a finalizer and a callback among them.
 * Errors: none.
 */
void realm_sync_session_status_release(struct realm_sync_session_status_t *status);

/**
 * Reads a count of what a session has exchanged with its server.
 *
 * @param session   The session; running, stopped or offline.
 * @param statistic A realm_sync_session_statistic_e.
 * @param out_count Gets the count. It only grows as long as a realm of the session's path is open.
 * @return false when the realm or client was closed, or there is no such statistic.
 *
 * Two counts that are read one after the other may be of two moments.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_get_statistic(const struct realm_sync_session_t *session,
                                      int32_t statistic,
                                      uint64_t *out_count);

/**
 * Stops a session once everything committed before the call is uploaded, or the deadline is over.
 *
 * @param session     The session. One that is stopped, or that an error ended, is not waited for.
 * @param deadline_ms Milliseconds to wait for the uploads at most, 0 to 86400000.
 * @param out_left    Gets what of it the server has not acknowledged: a count of 0 when all is uploaded. May be NULL.
 * @return false when it could not be begun, or what is left could not be read; see the error.
 *
 * It blocks, whatever the network does no longer than the deadline, and attempts to connect at once.
 * Then it stops as realm_sync_session_stop() does. In the thread's own write transaction it waits to the end.
 * Threads: any thread, also from inside a callback.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_LIMIT_EXCEEDED, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_stop_after_upload(struct realm_sync_session_t *session,
                                          uint64_t deadline_ms,
                                          struct realm_sync_pending_uploads_t *out_left);

/**
 * Reads what of the local changes the server has not acknowledged.
 *
 * @param session     The session; running, stopped or offline.
 * @param out_pending Gets number, size and age of the changesets that are not uploaded.
 * @return false when the realm or client was closed, or its file cannot be read.
 *
 * It reads the file, and waits neither for the network nor for a writer.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_get_pending_uploads(const struct realm_sync_session_t *session,
                                            struct realm_sync_pending_uploads_t *out_pending);

/**
 * Adds a callback for the progress of uploads or downloads, called at once where something is known.
 *
 * @param session       The session.
 * @param direction     A realm_sync_progress_direction_e.
 * @param is_streaming  true: told as long as it is registered; false: until what the first call tells is done.
 * @param callback      Gets the progress.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback; NULL when it could not be added.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_callback_token_t *realm_sync_session_add_progress_callback(struct realm_sync_session_t *session,
                                                                        int32_t direction,
                                                                        bool is_streaming,
                                                                        realm_sync_session_progress_func_t callback,
                                                                        void *userdata,
                                                                        realm_userdata_free_func_t userdata_free);

/**
 * Adds a callback that warns before a realm has been away from its server for too long.
 *
 * @param client        The client.
 * @param callback      Gets the realm's path, how much time is used up, and when it is over.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return A token that ends the callback, or NULL when the client was closed.
 *
 * It is looked at when a realm is opened, committed to, stopped, started, or asked for its status.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
struct realm_callback_token_t *realm_sync_client_add_offline_callback(struct realm_sync_client_t *client,
                                                                      realm_sync_client_offline_func_t callback,
                                                                      void *userdata,
                                                                      realm_userdata_free_func_t userdata_free);

/**
 * Reads when the realm last heard from its server.
 *
 * @param status             The status.
 * @param out_last_synced_ms Gets the time of the last good download, in milliseconds from 1970-01-01T00:00:00Z;
 *                           -1 when there was none.
 * @return false when a pointer is NULL.
 *
 * It is kept in the file, to the second, and by the clock of this device.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_last_synced_ms(const struct realm_sync_session_status_t *status,
                                                  int64_t *out_last_synced_ms);

/**
 * Reads how long the realm may be away, and when that is over.
 *
 * @param status             The status.
 * @param out_level          Gets how much of it is used up.
 * @param out_max_offline_ms Gets what the server allows, in milliseconds; 0 when it has not said so.
 * @param out_deadline_ms    Gets when it is over, in milliseconds from 1970-01-01T00:00:00Z; -1 when the server
 *                           has not said what it allows.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_session_status_get_offline_budget(const struct realm_sync_session_status_t *status,
                                                  realm_sync_offline_level_e *out_level,
                                                  uint64_t *out_max_offline_ms,
                                                  int64_t *out_deadline_ms);

/**
 * Sets what a session does when the server asks for a client reset.
 *
 * @param config The config.
 * @param mode   A realm_sync_client_reset_mode_e; RLM_SYNC_CLIENT_RESET_MODE_MANUAL unless set.
 * @return false when the mode is none of these.
 *
 * It counts when the first realm of a path is opened.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_set_client_reset_mode(struct realm_sync_config_t *config, int32_t mode);

/**
 * Reads what a session does when the server asks for a client reset.
 *
 * @param config   The config.
 * @param out_mode Gets the mode.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_client_reset_mode(const struct realm_sync_config_t *config,
                                             realm_sync_client_reset_mode_e *out_mode);

/**
 * Sets the folder for copies of files that a client reset makes.
 *
 * @param config The config.
 * @param folder A path; UTF-8. Empty: the folder recovered-realms beside the realm, as without this call.
 * @return false when the folder is no UTF-8.
 *
 * The folder is made when the first copy is. No copy ever overwrites a file.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_set_recovery_folder(struct realm_sync_config_t *config, struct realm_string_t folder);

/**
 * Reads the folder for copies of files that a client reset makes.
 *
 * @param config     The config.
 * @param out_folder Gets the path, borrowed until the config is released; empty where none was set.
 * @return false when a pointer is NULL.
 *
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_get_recovery_folder(const struct realm_sync_config_t *config,
                                           struct realm_string_t *out_folder);

/**
 * Sets the callback that sees a realm before a client reset, and can refuse it.
 *
 * @param config        The config.
 * @param callback      Runs when the fresh copy is complete, before the realm takes it over; NULL for none.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when config is NULL.
 *
 * A refusal ends the session with RLM_ERR_AUTO_CLIENT_RESET_FAILED. It counts when the first realm of a path is opened.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_set_before_client_reset_callback(struct realm_sync_config_t *config,
                                                        realm_sync_before_client_reset_func_t callback,
                                                        void *userdata,
                                                        realm_userdata_free_func_t userdata_free);

/**
 * Sets the callback that sees a realm before and after a client reset.
 *
 * @param config        The config.
 * @param callback      Runs after the realm took over the fresh copy; NULL for none.
 * @param userdata      First argument of the callback; may be NULL. Owned by the library from now on.
 * @param userdata_free Frees the userdata, once, also when this call fails; may be NULL.
 * @return false when config is NULL.
 *
 * It counts when the first realm of a path is opened.
 * Threads: any thread. The callback runs on the client's dispatcher thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT.
 */
bool realm_sync_config_set_after_client_reset_callback(struct realm_sync_config_t *config,
                                                       realm_sync_after_client_reset_func_t callback,
                                                       void *userdata,
                                                       realm_userdata_free_func_t userdata_free);

/**
 * Carries out the client reset that a session ended for.
 *
 * @param session The session.
 * @return false when the realm or client was closed.
 *
 * The file is copied, its changes that were not uploaded are given up, it takes over the server's state, and the session
 * starts. Open realms stay valid. It returns without waiting; a session that is stopped goes on when it is started.
 * Where no reset waits to be initiated, nothing is given up.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_initiate_client_reset(struct realm_sync_session_t *session);

/**
 * Reads where the file is copied to when a client reset is initiated.
 *
 * @param session    The session.
 * @param out_backup Gets the path, borrowed until the session is released; empty where no reset waits for
 *                   realm_sync_session_initiate_client_reset().
 * @return false when the realm or client was closed.
 *
 * Should something else take the name meanwhile, the report of the reset tells the one that was used.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_get_client_reset_backup(const struct realm_sync_session_t *session,
                                                struct realm_string_t *out_backup);

/**
 * Reads what the last client reset of a session's realm came to.
 *
 * @param session    The session.
 * @param out_found  Gets whether there was one, as far as the session has read the file.
 * @param out_report Gets the report; its path is borrowed until the session is released.
 * @return false when the realm or client was closed.
 *
 * The report stays in the file until the next client reset.
 * Threads: any thread.
 * Errors: RLM_ERR_INVALID_ARGUMENT, RLM_ERR_CLOSED_REALM, RLM_ERR_CLOSED_SYNC_CLIENT.
 */
bool realm_sync_session_get_client_reset_report(const struct realm_sync_session_t *session,
                                                bool *out_found,
                                                struct realm_sync_client_reset_report_t *out_report);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* REALM_SYNC_H */
