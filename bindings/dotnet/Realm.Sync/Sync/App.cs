using System;
using Realms.Interop;

namespace Realms.Sync
{
    /// <summary>
    /// A server and the connections to it. One app serves any number of realms and users; its number of threads does not grow
    /// with them. Usable from any thread.
    /// </summary>
    public sealed class App : IDisposable
    {
        private App(AppConfiguration config, Uri baseUri, SyncClientHandle client)
        {
            Configuration = config;
            BaseUri = baseUri;
            Client = client;
        }

        /// <summary>The name of the app.</summary>
        public string Id => Configuration.AppId;

        /// <summary>The address of the server.</summary>
        public Uri BaseUri { get; }

        internal AppConfiguration Configuration { get; }

        internal SyncClientHandle Client { get; }

        /// <summary>Makes an app. Connects to nothing until a synced realm is opened.</summary>
        /// <exception cref="ArgumentException">The address of the server is missing.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A time-out is out of range; the message says the limit.</exception>
        public static App Create(AppConfiguration config)
        {
            if (config is null)
            {
                throw new ArgumentNullException(nameof(config));
            }

            var baseUri = config.BaseUri
                ?? throw new ArgumentException("Set BaseUri to the address of the sync server, such as ws://localhost:9090.", nameof(config));
            using var native = SyncClientConfigHandle.New();
            config.SyncTimeoutOptions.ApplyTo(native);
            return new App(config, baseUri, SyncClientHandle.Open(native));
        }

        /// <summary>
        /// Ends every session of the app, its connections and its threads. Realms stay open, and no longer sync; waits fail.
        /// </summary>
        public void Dispose()
        {
            if (Client.IsClosed)
            {
                return;
            }

            try
            {
                Client.End();
            }
            finally
            {
                Client.Dispose();
            }
        }
    }
}
