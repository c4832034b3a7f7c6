using System;
using System.IO;
using Realms.Interop;
using Realms.Schema;

namespace Realms
{
    /// <summary>How a realm is opened.</summary>
    public abstract class RealmConfigurationBase
    {
        /// <summary>The name of the file when none is given.</summary>
        public const string DefaultRealmName = "default.realm";

        private protected RealmConfigurationBase(string databasePath) => DatabasePath = databasePath;

        /// <summary>The full path of the file.</summary>
        public string DatabasePath { get; }

        /// <summary>
        /// The classes that the realm shall have; opening adds what the file lacks. Null takes the file as it is.
        /// </summary>
        public RealmSchema? Schema { get; set; }

        internal abstract Realm Open(ConfigHandle native);

        /// <summary>A relative path is taken from the user's documents folder, a path that ends in a separator names a folder.</summary>
        private protected static string GetPathToRealm(string? optionalPath, string defaultName = DefaultRealmName)
        {
            var path = string.IsNullOrEmpty(optionalPath) ? defaultName : optionalPath!;
            var documents = Environment.GetFolderPath(Environment.SpecialFolder.Personal, Environment.SpecialFolderOption.Create);
            var full = Path.GetFullPath(path, documents);
            return full.EndsWith(Path.DirectorySeparatorChar) ? Path.Combine(full, defaultName) : full;
        }
    }
}
