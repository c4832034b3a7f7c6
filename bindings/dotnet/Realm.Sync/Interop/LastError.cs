using System;
using System.Runtime.InteropServices;
using Realms.Exceptions;

namespace Realms.Interop
{
    /// <summary>A failure as the library describes it: a number of realm_errno_e and a message.</summary>
    internal readonly struct LastError
    {
        private LastError(int number, string message)
        {
            Number = number;
            Message = message;
        }

        internal int Number { get; }

        internal string Message { get; }

        /// <summary>The last failure of this thread.</summary>
        internal static LastError Read() => NativeMethods.realm_error_get_last(out var error)
            ? From(error)
            : new LastError(0, "The library gave no reason.");

        internal static LastError From(in NativeError error) => new LastError(error.Number, error.Message.Copy());

        /// <summary>The exception that a .NET caller expects for this case; <see cref="RealmException"/> when none is usual.</summary>
        internal Exception ToException() => (NativeErrno)Number switch
        {
            NativeErrno.MultipleSyncAgents => new RealmInUseException(Message),
            NativeErrno.ObjectAlreadyExists => new RealmDuplicatePrimaryKeyValueException(Message),
            NativeErrno.OutOfDiskSpace => new RealmOutOfDiskSpaceException(Message),
            NativeErrno.FileOperationFailed => new RealmFileAccessErrorException(Message),
            NativeErrno.FilePermissionDenied => new RealmPermissionDeniedException(Message),
            NativeErrno.FileNotFound => new RealmFileNotFoundException(Message),
            NativeErrno.FileAlreadyExists => new RealmFileExistsException(Message),
            NativeErrno.InvalidDatabase => new RealmFileAccessErrorException(Message),
            NativeErrno.NotSupported => new NotSupportedException(Message),
            NativeErrno.WrongTransactionState => new RealmInvalidTransactionException(Message),
            NativeErrno.InvalidatedObject => new RealmInvalidObjectException(Message),
            NativeErrno.DeleteOpenedRealm => new RealmInUseException(Message),
            NativeErrno.MismatchedConfig => new RealmMismatchedConfigException(Message),
            NativeErrno.ClosedRealm => new ObjectDisposedException(nameof(Realm), Message),
            NativeErrno.SchemaValidationFailed => new RealmSchemaValidationException(Message),
            NativeErrno.SchemaMismatch => new RealmMigrationNeededException(Message),
            NativeErrno.InvalidSchemaChange => new RealmMigrationNeededException(Message),
            NativeErrno.InvalidArgument => new ArgumentException(Message),
            NativeErrno.PropertyTypeMismatch => new ArgumentException(Message),
            NativeErrno.PropertyNotNullable => new ArgumentException(Message),
            NativeErrno.InvalidProperty => new MissingMemberException(Message),
            NativeErrno.InvalidName => new ArgumentException(Message),
            NativeErrno.NoSuchObject => new RealmInvalidObjectException(Message),
            NativeErrno.IndexOutOfBounds => new ArgumentOutOfRangeException(null, Message),
            NativeErrno.LimitExceeded => new ArgumentOutOfRangeException(null, Message),
            NativeErrno.BadServerUrl => new ArgumentException(Message),
            NativeErrno.ClosedSyncClient => new ObjectDisposedException(nameof(Sync.App), Message),
            NativeErrno.NoSyncSession => new NotSupportedException(Message),
            _ => new RealmException(Message),
        };

        private static class NativeMethods
        {
            [DllImport(Library.Name, CallingConvention = CallingConvention.Cdecl)]
            [return: MarshalAs(UnmanagedType.U1)]
            internal static extern bool realm_error_get_last(out NativeError out_error);
        }
    }
}
