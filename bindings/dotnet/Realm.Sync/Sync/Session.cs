using System;
using System.ComponentModel;
using System.Threading;
using System.Threading.Tasks;
using Realms.Interop;

namespace Realms.Sync
{
    /// <summary>
    /// The sync session of one realm file, started and stopped on its own. Reached through <see cref="Realm.SyncSession"/>, usable
    /// from any thread, and closed with the realm that it was got from. Sessions are equal when they are of the same open file.
    /// </summary>
    public sealed class Session : INotifyPropertyChanged, IConnectionStateSink
    {
        private readonly SessionHandle handle;
        private readonly object subscription = new object();
        private PropertyChangedEventHandler? propertyChanged;
        private TokenHandle? token;

        // The connection state that handlers saw last.
        private int announced;

        internal Session(SessionHandle handle, User user)
        {
            this.handle = handle;
            User = user;
            Path = handle.Path;
        }

        /// <summary>
        /// Raised with the name ConnectionState when <see cref="ConnectionState"/> has changed: in order, on the thread that runs
        /// the client's callbacks, and for the change that a <see cref="Stop"/> makes on the thread that called it. A handler may call
        /// anything here, but must not block on a wait of this client.
        /// </summary>
        /// <exception cref="ObjectDisposedException">Adding a handler: the realm was closed.</exception>
        public event PropertyChangedEventHandler? PropertyChanged
        {
            add
            {
                lock (subscription)
                {
                    ThrowIfClosed();
                    propertyChanged += value;
                    if (propertyChanged != null && token is null)
                    {
                        token = handle.AddConnectionStateCallback(this);
                        Volatile.Write(ref announced, (int)handle.ConnectionState);
                        SubscribedSessions.Add(this);
                    }
                }
            }

            remove
            {
                lock (subscription)
                {
                    propertyChanged -= value;
                    if (propertyChanged is null)
                    {
                        EndSubscription();
                    }
                }
            }
        }

        /// <summary>Whether the session syncs.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public SessionState State => Open.State switch
        {
            NativeSyncSessionState.Active => SessionState.Active,
            NativeSyncSessionState.WaitingForAccessToken => SessionState.Active,
            NativeSyncSessionState.Dying => SessionState.Inactive,
            NativeSyncSessionState.Inactive => SessionState.Inactive,
            NativeSyncSessionState.Paused => SessionState.Inactive,
            var unknown => throw new InvalidOperationException($"The library reported the unknown session state {unknown}."),
        };

        /// <summary>Whether the session is connected to the server; a stopped one is not.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public ConnectionState ConnectionState => (ConnectionState)Open.ConnectionState;

        /// <summary>The user whom the session syncs as.</summary>
        public User User { get; }

        /// <summary>The path of the realm file.</summary>
        public string Path { get; }

        private SessionHandle Open
        {
            get
            {
                ThrowIfClosed();
                return handle;
            }
        }

        /// <summary>
        /// Stops syncing in both directions, and is done when it returns: nothing is uploaded or integrated after it. The session
        /// stays stopped until <see cref="Start"/>, or until the realm is closed everywhere and opened again. Idempotent. If it was
        /// not disconnected before, <see cref="PropertyChanged"/> is raised before this returns, for every session of the file.
        /// </summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public void Stop()
        {
            var wasDisconnected = ConnectionState == ConnectionState.Disconnected;
            Open.Stop();
            foreach (var session in SubscribedSessions.Of(this))
            {
                session.AnnounceStop(wasDisconnected);
            }
        }

        /// <summary>Starts a stopped session. It connects now, whatever wait between attempts was running. Idempotent.</summary>
        /// <exception cref="ObjectDisposedException">The realm was closed.</exception>
        public void Start() => Open.Start();

        /// <summary>
        /// Completes when the server has everything committed before the call. While the session is stopped the wait is kept, and
        /// goes on after <see cref="Start"/>; when the realm is closed first, it fails.
        /// </summary>
        /// <exception cref="Realms.Exceptions.RealmException">Its inner exception, a SessionException, says why it never will.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled; syncing goes on.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed before the call.</exception>
        public Task WaitForUploadAsync(CancellationToken? cancellationToken = null) =>
            Wait.Begin(Open.WaitForUpload, "upload", cancellationToken ?? CancellationToken.None);

        /// <summary>
        /// Completes when the file has everything that the server had at the time of the call. While the session is stopped the
        /// wait is kept, and goes on after <see cref="Start"/>; when the realm is closed first, it fails.
        /// </summary>
        /// <exception cref="Realms.Exceptions.RealmException">Its inner exception, a SessionException, says why it never will.</exception>
        /// <exception cref="OperationCanceledException">The token was cancelled; syncing goes on.</exception>
        /// <exception cref="ObjectDisposedException">The realm was closed before the call.</exception>
        public Task WaitForDownloadAsync(CancellationToken? cancellationToken = null) =>
            Wait.Begin(Open.WaitForDownload, "download", cancellationToken ?? CancellationToken.None);

        /// <summary>Whether both are of the same open file. A session that was closed equals only itself.</summary>
        public override bool Equals(object? obj) => ReferenceEquals(this, obj)
            || (obj is Session other && !handle.IsClosed && !other.handle.IsClosed && handle.Identity == other.handle.Identity);

        /// <inheritdoc/>
        public override int GetHashCode() => handle.Identity.GetHashCode();

        /// <inheritdoc/>
        void IConnectionStateSink.OnConnectionStateChanged(ConnectionState state)
        {
            Volatile.Write(ref announced, (int)state);
            Raise();
        }

        internal void Close()
        {
            lock (subscription)
            {
                EndSubscription();
                handle.Dispose();
            }
        }

        /// <summary>A change that the library had not told before the stop it never tells; handlers may have seen it all the same.</summary>
        private void AnnounceStop(bool wasDisconnected)
        {
            var seen = (ConnectionState)Interlocked.Exchange(ref announced, (int)ConnectionState.Disconnected);
            if (!wasDisconnected || seen != ConnectionState.Disconnected)
            {
                Raise();
            }
        }

        private void Raise() => propertyChanged?.Invoke(this, new PropertyChangedEventArgs(nameof(ConnectionState)));

        /// <summary>Never waits: the caller may hold a lock that a handler takes.</summary>
        private void EndSubscription()
        {
            token?.Dispose();
            token = null;
            SubscribedSessions.Remove(this);
        }

        private void ThrowIfClosed()
        {
            if (handle.IsClosed)
            {
                throw new ObjectDisposedException(nameof(Session), "The realm of the session was closed.");
            }
        }
    }
}
