namespace Realms.Interop
{
    /// <summary>The numbers of realm_errno_e that have an exception of their own. Others come in as plain numbers.</summary>
    internal enum NativeErrno
    {
        OutOfDiskSpace = 1004,
        MultipleSyncAgents = 1012,
        ObjectAlreadyExists = 1013,
        FileOperationFailed = 1017,
        FilePermissionDenied = 1018,
        FileNotFound = 1019,
        FileAlreadyExists = 1020,
        InvalidDatabase = 1021,
        NotSupported = 2001,
        WrongTransactionState = 2005,
        InvalidatedObject = 2010,
        DeleteOpenedRealm = 2012,
        MismatchedConfig = 2013,
        ClosedRealm = 2014,
        SchemaValidationFailed = 2016,
        SchemaMismatch = 2017,
        InvalidSchemaChange = 2019,
        InvalidArgument = 3000,
        PropertyTypeMismatch = 3001,
        PropertyNotNullable = 3002,
        InvalidProperty = 3009,
        InvalidName = 3010,
        NoSuchObject = 3016,
        IndexOutOfBounds = 3017,
        LimitExceeded = 3018,
        BadServerUrl = 3023,
        ClosedSyncClient = 5000002,
        NoSyncSession = 5000003,
    }
}
