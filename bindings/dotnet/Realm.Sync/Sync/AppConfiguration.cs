using System;

namespace Realms.Sync
{
    /// <summary>What an <see cref="App"/> is made from.</summary>
    public class AppConfiguration
    {
        /// <summary>Names the app. Realm files of different apps have different default paths.</summary>
        /// <exception cref="ArgumentException">The name is empty.</exception>
        public AppConfiguration(string appId) =>
            AppId = string.IsNullOrEmpty(appId) ? throw new ArgumentException("An app needs a name.", nameof(appId)) : appId;

        /// <summary>The name of the app.</summary>
        public string AppId { get; }

        /// <summary>The address of the sync server: ws, wss, http, https, realm or realms, a host, and a port. Must be set.</summary>
        public Uri? BaseUri { get; set; }

        /// <summary>The folder of realm files without a path of their own; the user's documents folder at first.</summary>
        public string BaseFilePath { get; set; } =
            Environment.GetFolderPath(Environment.SpecialFolder.Personal, Environment.SpecialFolderOption.Create);

        /// <summary>Time-outs of the connections.</summary>
        public SyncTimeoutOptions SyncTimeoutOptions { get; set; } = new SyncTimeoutOptions();
    }
}
