using System;

namespace Realms.Sync.Exceptions
{
    /// <summary>An error of a sync session.</summary>
    public class SessionException : Exception
    {
        internal SessionException(string message, ErrorCode errorCode)
            : base(message) => ErrorCode = errorCode;

        /// <summary>What kind of error it is; a number without a name is one that this version of the SDK does not know.</summary>
        public ErrorCode ErrorCode { get; }
    }
}
