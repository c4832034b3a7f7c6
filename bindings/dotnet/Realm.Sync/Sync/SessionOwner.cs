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

        // An error can be there before the realm is open; the application gets it with its session, after that.
        private readonly Queue<SessionException> undelivered = new Queue<SessionException>();
        private TokenHandle? errors;
        private Session? session;
        private bool isDelivering;

        internal SessionOwner(SyncConfigurationBase config) => this.config = config;

        internal Session Session => session!;

        internal void ReportErrorsOf(SyncConfigHandle native) => errors = native.AddErrorCallback(this);

        internal void Attach(RealmHandle realm)
        {
            var opened = new Session(realm.GetSyncSession(), config.User);
            lock (undelivered)
            {
                session = opened;
            }

            Deliver();
        }

        internal void Close()
        {
            errors?.Dispose();
            session?.Close();
        }

        void ISessionErrorSink.OnError(LastError error, bool isFatal)
        {
            lock (undelivered)
            {
                undelivered.Enqueue(new SessionException(error.Message, (ErrorCode)error.Number));
            }

            Deliver();
        }

        /// <summary>In order, by one thread at a time, and holding no lock while the application runs.</summary>
        private void Deliver()
        {
            while (true)
            {
                SessionException next;
                lock (undelivered)
                {
                    if (session is null || isDelivering || undelivered.Count == 0)
                    {
                        return;
                    }

                    isDelivering = true;
                    next = undelivered.Dequeue();
                }

                try
                {
                    config.OnSessionError?.Invoke(session, next);
                }
                finally
                {
                    lock (undelivered)
                    {
                        isDelivering = false;
                    }
                }
            }
        }
    }
}
