using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;

namespace Realms.Sync
{
    /// <summary>How a realm is opened that syncs one partition: all devices that name the same one share its data.</summary>
    public class PartitionSyncConfiguration : SyncConfigurationBase
    {
        private const int ReadableNameLength = 40;

        /// <summary>Names the partition by text, which is the name of the realm on the server.</summary>
        /// <param name="partition">The partition; its UTF-8 has 1 to 1024 bytes.</param>
        /// <param name="user">The user to sync as.</param>
        /// <param name="optionalPath">Where the file is; a path below AppConfiguration.BaseFilePath that follows from app, user and
        /// partition when there is none.</param>
        public PartitionSyncConfiguration(string partition, User user, string? optionalPath = null)
            : this((RealmValue)partition, partition, user, optionalPath)
        {
        }

        /// <summary>Names the partition by a number; on the server it is <c>{"$numberLong":"…"}</c>.</summary>
        public PartitionSyncConfiguration(long partition, User user, string? optionalPath = null)
            : this(partition, FormattableString.Invariant($"{{\"$numberLong\":\"{partition}\"}}"), user, optionalPath)
        {
        }

        /// <summary>Names the partition by an identifier; on the server it is <c>{"$oid":"…"}</c>.</summary>
        public PartitionSyncConfiguration(ObjectId partition, User user, string? optionalPath = null)
            : this(partition, $"{{\"$oid\":\"{partition}\"}}", user, optionalPath)
        {
        }

        /// <summary>Names the partition by an identifier; on the server it is <c>{"$uuid":"…"}</c>.</summary>
        public PartitionSyncConfiguration(Guid partition, User user, string? optionalPath = null)
            : this(partition, $"{{\"$uuid\":\"{partition}\"}}", user, optionalPath)
        {
        }

        private PartitionSyncConfiguration(RealmValue partition, string onServer, User user, string? optionalPath)
            : base(user, optionalPath is null ? DefaultPath(user, onServer) : GetPathToRealm(optionalPath))
        {
            Partition = partition;
            PartitionOnServer = onServer;
        }

        /// <summary>The partition.</summary>
        public RealmValue Partition { get; }

        private protected override string PartitionOnServer { get; }

        private static string DefaultPath(User user, string partition)
        {
            if (user is null)
            {
                throw new ArgumentNullException(nameof(user));
            }

            if (partition is null)
            {
                throw new ArgumentNullException(nameof(partition));
            }

            var app = user.App.Configuration;
            return Path.GetFullPath(
                Path.Combine(app.BaseFilePath, "realm-sync", FileName(app.AppId), FileName(user.Id), FileName(partition) + ".realm"));
        }

        /// <summary>Readable as far as it goes; the hash tells apart what a file system does not, and no text leaves the folder.</summary>
        private static string FileName(string text)
        {
            using var sha = SHA256.Create();
            var hash = sha.ComputeHash(Encoding.UTF8.GetBytes(text));
            var readable = new string(text.Where(c => c < 0x80 && char.IsLetterOrDigit(c)).Take(ReadableNameLength).ToArray());
            return readable + "-" + string.Concat(hash.Take(8).Select(b => b.ToString("x2")));
        }
    }
}
