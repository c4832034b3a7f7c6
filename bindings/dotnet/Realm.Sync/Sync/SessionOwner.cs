using System.Collections.Generic;
using Realms.Interop;
using Realms.Sync.Exceptions;

namespace Realms.Sync
{
    /// <summary>
    /// The session of one open realm, and the way of its errors to the application. Knows nothing of the <see cref="Realm"/>:
    /// the library holds this object, and would keep a realm alive that nobody else does.
    /// </summary>
    internal sealed class SessionOwner : ISessionErrorSink
    {
        private readonly SyncConfigurationBase config;
        private readonly object attaching = new object();
        private readonly List<SessionException> early = new List<SessionException>();
        private TokenHandle? errors;
        private Session? session;

        internal SessionOwner(SyncConfigurationBase config) => this.config = config;

        internal Session Session => session!;

        internal void ReportErrorsOf(SyncConfigHandle native) => errors = native.AddErrorCallback(this);

        /// <summary>An error can be there before the realm is open; the application gets it with its session, after that.</summary>
        internal void Attach(RealmHandle realm)
        {
            var opened = new Session(realm.GetSyncSession(), config.User);
            lock (attaching)
            {
                session = opened;
                early.ForEach(error => config.OnSessionError?.Invoke(opened, error));
                early.Clear();
            }
        }

        internal void Close()
        {
            errors?.Dispose();
            session?.Close();
        }

        void ISessionErrorSink.OnError(LastError error, bool isFatal)
        {
            var exception = new SessionException(error.Message, (ErrorCode)error.Number);
            lock (attaching)
            {
                if (session is null)
                {
                    early.Add(exception);
                    return;
                }
            }

            config.OnSessionError?.Invoke(session, exception);
        }
    }
}
