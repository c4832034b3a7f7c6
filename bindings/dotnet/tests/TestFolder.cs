using System;
using System.IO;
using System.Threading;

namespace Realms.Tests
{
    /// <summary>Paths of their own for each test, in one temporary folder.</summary>
    internal static class TestFolder
    {
        private static readonly string Root = Path.Combine(Path.GetTempPath(), "realm-dotnet-" + Guid.NewGuid().ToString("N"));
        private static int count;

        internal static string New()
        {
            var folder = Path.Combine(Root, Interlocked.Increment(ref count).ToString());
            Directory.CreateDirectory(folder);
            return folder;
        }

        internal static string NewRealm() => Path.Combine(New(), "test.realm");

        internal static void DeleteAll()
        {
            if (Directory.Exists(Root))
            {
                Directory.Delete(Root, true);
            }
        }
    }
}
