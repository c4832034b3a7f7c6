namespace Realms.Exceptions
{
    /// <summary>A realm file could not be read or written, or is no realm.</summary>
    public class RealmFileAccessErrorException : RealmException
    {
        internal RealmFileAccessErrorException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The file system denies access to a realm file.</summary>
    public class RealmPermissionDeniedException : RealmFileAccessErrorException
    {
        internal RealmPermissionDeniedException(string message)
            : base(message)
        {
        }
    }

    /// <summary>There is no such file.</summary>
    public class RealmFileNotFoundException : RealmFileAccessErrorException
    {
        internal RealmFileNotFoundException(string message)
            : base(message)
        {
        }
    }

    /// <summary>A file of this name exists already.</summary>
    public class RealmFileExistsException : RealmFileAccessErrorException
    {
        internal RealmFileExistsException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The disk is full.</summary>
    public class RealmOutOfDiskSpaceException : RealmException
    {
        internal RealmOutOfDiskSpaceException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The realm is open, here or in another process, and the operation needs it closed.</summary>
    public class RealmInUseException : RealmException
    {
        internal RealmInUseException(string message)
            : base(message)
        {
        }
    }
}
