namespace Realms.Exceptions
{
    /// <summary>The schema contradicts itself.</summary>
    public class RealmSchemaValidationException : RealmException
    {
        internal RealmSchemaValidationException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The schema contradicts the file: only additions are made without a migration.</summary>
    public class RealmMigrationNeededException : RealmException
    {
        internal RealmMigrationNeededException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The realm is open already, with other settings.</summary>
    public class RealmMismatchedConfigException : RealmException
    {
        internal RealmMismatchedConfigException(string message)
            : base(message)
        {
        }
    }
}
