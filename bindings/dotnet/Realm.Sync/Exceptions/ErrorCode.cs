namespace Realms.Sync.Exceptions
{
    /// <summary>What kind of error a session had. The numbers are those of the native library, and are never reused.</summary>
    public enum ErrorCode
    {
        /// <summary>Something failed while running; the message says what.</summary>
        RuntimeError = 1000,

        /// <summary>Another process syncs the file.</summary>
        MultipleSyncAgents = 1012,

        /// <summary>A changeset could not be decoded or applied.</summary>
        BadChangeset = 1015,

        /// <summary>The operation was given up: its realm, session or app was closed.</summary>
        OperationAborted = 1027,

        /// <summary>The automatic client reset failed.</summary>
        AutoClientResetFailed = 1028,

        /// <summary>The server does not accept the partition.</summary>
        BadPartitionValue = 1029,

        /// <summary>The connection to the server was closed.</summary>
        ConnectionClosed = 1030,

        /// <summary>The server does not accept the subscription.</summary>
        BadQuery = 1031,

        /// <summary>The server no longer knows the file: a client reset is needed.</summary>
        ClientReset = 1032,

        /// <summary>The server undid some of the uploaded changes.</summary>
        CompensatingWrite = 1033,

        /// <summary>The server could not be reached.</summary>
        ConnectFailed = 1034,

        /// <summary>The server did not answer in time.</summary>
        ConnectTimeout = 1035,

        /// <summary>The server does not accept the change of the schema.</summary>
        InvalidSchemaChange = 1036,

        /// <summary>The user may not sync this realm.</summary>
        PermissionDenied = 1037,

        /// <summary>The other side broke a rule of the protocol.</summary>
        ProtocolInvariantFailed = 1038,

        /// <summary>Client and server have no protocol version in common.</summary>
        ProtocolNegotiationFailed = 1039,

        /// <summary>The user's permissions on the server changed.</summary>
        ServerPermissionsChanged = 1040,

        /// <summary>The file belongs to another user.</summary>
        UserMismatch = 1041,

        /// <summary>The TLS handshake failed.</summary>
        TlsHandshakeFailed = 1042,

        /// <summary>The server syncs this realm in another way than was asked for.</summary>
        WrongSyncType = 1043,

        /// <summary>The user may read this realm, not write it.</summary>
        WriteNotAllowed = 1044,

        /// <summary>The clock of this device is before 2015.</summary>
        LocalClockBeforeEpoch = 1045,

        /// <summary>The server could not migrate the schema.</summary>
        SchemaMigrationError = 1046,

        /// <summary>Something is too large; the message says the limit.</summary>
        LimitExceeded = 3018,

        /// <summary>The server does not accept the user's token.</summary>
        AuthError = 4346,

        /// <summary>The server reported an error that has no better number; the message says what.</summary>
        UnknownError = 2000000,
    }
}
