namespace Realms.Exceptions
{
    /// <summary>There is no write transaction where one is needed, or one already.</summary>
    public class RealmInvalidTransactionException : RealmException
    {
        internal RealmInvalidTransactionException(string message)
            : base(message)
        {
        }
    }

    /// <summary>The object was removed.</summary>
    public class RealmInvalidObjectException : RealmException
    {
        internal RealmInvalidObjectException(string message)
            : base(message)
        {
        }
    }

    /// <summary>There is an object of the class with this primary key already.</summary>
    public class RealmDuplicatePrimaryKeyValueException : RealmException
    {
        internal RealmDuplicatePrimaryKeyValueException(string message)
            : base(message)
        {
        }
    }
}
