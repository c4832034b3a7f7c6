using System;
using Realms.Interop;
using Realms.Sync.Exceptions;

namespace Realms.Sync
{
    /// <summary>How a synced realm is opened.</summary>
    public abstract class SyncConfigurationBase : RealmConfigurationBase
    {
        private protected SyncConfigurationBase(User user, string databasePath)
            : base(databasePath) => User = user;

        /// <summary>Gets an error of a session.</summary>
        public delegate void SessionErrorCallback(Session session, SessionException error);

        /// <summary>The user to sync as.</summary>
        public User User { get; }

        /// <summary>
        /// Gets the errors of the session, also those that it gets over by itself; in order, on the thread that runs the client's
        /// callbacks. It must not block on a wait of this client.
        /// </summary>
        public SessionErrorCallback? OnSessionError { get; set; }

        private protected abstract string PartitionOnServer { get; }

        internal override Realm Open(ConfigHandle native)
        {
            using var sync = SyncConfigHandle.New(User.App.Client, User.Handle, ServerUrl(User.App.BaseUri), PartitionOnServer);
            var owner = new SessionOwner(this);
            owner.ReportErrorsOf(sync);
            try
            {
                native.SetSyncConfig(sync);
                Realm.MakeFolderOf(DatabasePath);
                return Realm.Open(this, native, owner);
            }
            catch
            {
                owner.Close();
                throw;
            }
        }

        private static string ServerUrl(Uri baseUri)
        {
            var url = baseUri.OriginalString;
            return baseUri.Scheme switch
            {
                "http" => "ws" + url.Substring("http".Length),
                "https" => "wss" + url.Substring("https".Length),
                _ => url,
            };
        }
    }
}
