using System;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Linq;
using System.Net;
using System.Threading.Tasks;

namespace Realms.Tests.Network
{
    /// <summary>A real realm-sync-server on a port of its own; ends with this object.</summary>
    internal sealed class ServerProcess : IDisposable
    {
        private const string Announcement = "listening on ";

        private static readonly ConcurrentDictionary<ServerProcess, bool> Running = new ConcurrentDictionary<ServerProcess, bool>();

        private readonly Process process;

        private ServerProcess(Process process, IPEndPoint address)
        {
            this.process = process;
            Address = address;
            Running.TryAdd(this, true);
        }

        internal IPEndPoint Address { get; }

        internal static async Task<ServerProcess> StartAsync()
        {
            var path = Environment.GetEnvironmentVariable("REALM_SYNC_SERVER");
            Check.True(!string.IsNullOrEmpty(path), "REALM_SYNC_SERVER names the server");
            var start = new ProcessStartInfo(path!, $"serve --dev --listen 127.0.0.1:0 --data {TestFolder.New()}") { RedirectStandardOutput = true };
            var process = Process.Start(start)!;
            for (string? line; (line = await process.StandardOutput.ReadLineAsync()) != null;)
            {
                var at = line.IndexOf(Announcement, StringComparison.Ordinal);
                if (at >= 0)
                {
                    // Later lines are read and dropped, so that the server never waits for room in the pipe.
                    _ = process.StandardOutput.ReadToEndAsync();
                    return new ServerProcess(process, IPEndPoint.Parse(line.Substring(at + Announcement.Length).Trim()));
                }
            }

            throw new CheckFailedException("the server ended without saying where it listens");
        }

        /// <summary>For servers of tests that did not end.</summary>
        internal static void EndAll() => Running.Keys.ToList().ForEach(server => server.Dispose());

        public void Dispose()
        {
            Running.TryRemove(this, out _);
            process.Kill();
            process.WaitForExit();
            process.Dispose();
        }
    }
}
