using System;

namespace Realms.Exceptions
{
    /// <summary>Something that a realm was asked to do failed; the message says what and why.</summary>
    public class RealmException : Exception
    {
        /// <summary>Makes an exception with a message.</summary>
        public RealmException(string message)
            : base(message)
        {
        }

        /// <summary>Makes an exception with a message and its cause.</summary>
        public RealmException(string message, Exception? innerException)
            : base(message, innerException)
        {
        }
    }
}
