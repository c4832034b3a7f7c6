using System;
using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Realms.Interop;
using Realms.Schema;
using Realms.Sync;

namespace Realms
{
    /// <summary>
    /// An open realm. A realm, its objects and results are for one thread at a time; each instance reads and writes on its own,
    /// also those of the same file. Each read sees the newest committed values, inside a transaction also its own.
    /// </summary>
    public partial class Realm : IDisposable
    {
        private readonly SessionOwner? sessionOwner;
        private long generation;
        private bool hasUnreportedChange;

        private Realm(RealmConfigurationBase config, RealmHandle handle, SessionOwner? sessionOwner)
        {
            Config = config;
            Handle = handle;
            this.sessionOwner = sessionOwner;
            classes = new Classes(this);
            DynamicApi = new Dynamic(this);
        }

        /// <summary>How the realm was opened.</summary>
        public RealmConfigurationBase Config { get; }

        /// <summary>Makes, finds and walks objects by the names of their classes.</summary>
        public Dynamic DynamicApi { get; }

        /// <summary>Whether <see cref="Dispose"/> was called.</summary>
        public bool IsClosed => Handle.IsClosed;

        /// <summary>Whether a write transaction is open on this instance.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public bool IsInTransaction
        {
            get
            {
                ThrowIfClosed();
                return Handle.IsInTransaction;
            }
        }

        /// <summary>The classes of the file; other devices may have added some to what <see cref="Config"/> asks for.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public RealmSchema Schema
        {
            get
            {
                ThrowIfClosed();
                return Handle.ReadSchema();
            }
        }

        /// <summary>The sync session of the file. Opening a synced realm has started it.</summary>
        /// <exception cref="NotSupportedException">The realm is local.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public Session SyncSession
        {
            get
            {
                ThrowIfClosed();
                return sessionOwner?.Session
                    ?? throw new NotSupportedException("A local realm has no sync session: open it with a PartitionSyncConfiguration.");
            }
        }

        internal RealmHandle Handle { get; }

        /// <summary>Opens or makes the local realm at a path, see <see cref="RealmConfiguration(string)"/>.</summary>
        public static Realm GetInstance(string databasePath) => GetInstance(new RealmConfiguration(databasePath));

        /// <summary>Opens or makes a realm; the default local one when there is no configuration. Starts the session of a synced one.</summary>
        /// <exception cref="Exceptions.RealmFileAccessErrorException">The file cannot be used.</exception>
        /// <exception cref="Exceptions.RealmMigrationNeededException">The schema contradicts the file.</exception>
        /// <exception cref="Exceptions.RealmException">Another reason, which the message says.</exception>
        public static Realm GetInstance(RealmConfigurationBase? config = null)
        {
            config ??= new RealmConfiguration();
            using var native = ConfigHandle.New();
            native.SetPath(config.DatabasePath);
            if (config.Schema is RealmSchema schema)
            {
                using var nativeSchema = SchemaHandle.New(schema);
                native.SetSchema(nativeSchema);
            }

            return config.Open(native);
        }

        /// <summary>Opens a realm; a synced one completes when it has everything the server had at the time of the call.</summary>
        /// <exception cref="Exceptions.RealmException">The download failed; its inner exception says why. The realm is closed then.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled. The realm is closed then.</exception>
        public static async Task<Realm> GetInstanceAsync(RealmConfigurationBase? config = null, CancellationToken cancellationToken = default)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var realm = GetInstance(config);
            if (realm.sessionOwner is null)
            {
                return realm;
            }

            try
            {
                await realm.SyncSession.WaitForDownloadAsync(cancellationToken).ConfigureAwait(false);
                return realm;
            }
            catch
            {
                realm.Dispose();
                throw;
            }
        }

        /// <summary>
        /// Deletes the files of a realm that is not open. What was not uploaded is lost. A session finishes its uploads after its
        /// realm was closed, for at most 30 seconds, unless it was stopped before or its app is disposed of.
        /// </summary>
        /// <exception cref="Exceptions.RealmInUseException">The realm, or its session, is open.</exception>
        /// <exception cref="Exceptions.RealmFileAccessErrorException">A file cannot be deleted.</exception>
        public static void DeleteRealm(RealmConfigurationBase configuration) => RealmHandle.DeleteFiles(configuration.DatabasePath);

        /// <summary>
        /// Closes the realm and the <see cref="Session"/> got from it. A running transaction is rolled back. The session of the
        /// file ends with its last open realm.
        /// </summary>
        public void Dispose()
        {
            if (Handle.IsClosed)
            {
                return;
            }

            try
            {
                sessionOwner?.Close();
                Handle.End();
            }
            finally
            {
                Handle.Dispose();
            }
        }

        /// <summary>
        /// Says whether anybody else committed since the last call, and takes over classes and properties they added. Values need no
        /// refresh. Inside a transaction nobody else commits.
        /// </summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public bool Refresh()
        {
            ThrowIfClosed();
            NoticeOthers();
            var changed = hasUnreportedChange;
            hasUnreportedChange = false;
            return changed;
        }

        /// <summary>Begins a write transaction; waits for other writers of the file, and then sees what they committed.</summary>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">This instance has a write transaction already.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public Transaction BeginWrite()
        {
            ThrowIfClosed();
            Handle.Begin();
            ObjectsChanged();
            return new Transaction(this);
        }

        /// <summary>Runs <paramref name="action"/> in a write transaction, which is rolled back if it throws.</summary>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">This instance has a write transaction already.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public void Write(Action action)
        {
            if (action is null)
            {
                throw new ArgumentNullException(nameof(action));
            }

            using var transaction = BeginWrite();
            action();
            transaction.Commit();
        }

        /// <summary>The same, with a result.</summary>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">This instance has a write transaction already.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public T Write<T>(Func<T> function)
        {
            if (function is null)
            {
                throw new ArgumentNullException(nameof(function));
            }

            using var transaction = BeginWrite();
            var result = function();
            transaction.Commit();
            return result;
        }

        /// <summary>Removes an object; needs a write transaction. Links to it become null.</summary>
        /// <exception cref="ArgumentException">The object is of another realm.</exception>
        /// <exception cref="Exceptions.RealmInvalidTransactionException">There is no write transaction.</exception>
        /// <exception cref="Exceptions.RealmInvalidObjectException">The object was removed before.</exception>
        public void Remove(IRealmObjectBase obj)
        {
            ThrowIfClosed();
            if (!(obj is RealmObject mine) || !ReferenceEquals(mine.Realm, this))
            {
                throw new ArgumentException("The object is not of this realm.", nameof(obj));
            }

            mine.Handle.Erase();
            ObjectsChanged();
        }

        /// <summary>Another number than before when the objects of a class may be others than before.</summary>
        internal long Generation
        {
            get
            {
                ThrowIfClosed();
                NoticeOthers();
                return generation;
            }
        }

        /// <summary>To be called after what this instance itself does.</summary>
        internal void ObjectsChanged() => generation++;

        internal void ThrowIfClosed()
        {
            if (Handle.IsClosed)
            {
                throw new ObjectDisposedException(nameof(Realm), "The realm was closed.");
            }
        }

        private void NoticeOthers()
        {
            if (!Handle.IsInTransaction && Handle.Refresh())
            {
                generation++;
                hasUnreportedChange = true;
            }
        }

        internal RealmObject? FindLinked(in NativeLink link)
        {
            var found = ObjectHandle.FindLinked(Handle, link);
            return found is null ? null : new RealmObject(this, classes.Get(link.ClassKey), found);
        }

        /// <summary>Opens what the configuration describes.</summary>
        internal static Realm Open(RealmConfigurationBase config, ConfigHandle native, SessionOwner? sessionOwner = null)
        {
            var handle = RealmHandle.Open(native);
            try
            {
                sessionOwner?.Attach(handle);
                return new Realm(config, handle, sessionOwner);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }

        internal static void MakeFolderOf(string path) => Directory.CreateDirectory(Path.GetDirectoryName(path)!);
    }
}
