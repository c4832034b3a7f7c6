using System.Linq;
using System.Threading.Tasks;
using Realms.Sync;
using Realms.Tests.Network;

namespace Realms.Tests
{
    /// <summary>What a stopped session does to the wire: nothing.</summary>
    internal static class StopStartTests
    {
        [Test]
        internal static async Task a_session_that_is_alone_closes_its_connection_and_sends_nothing_while_stopped()
        {
            using var server = await ServerProcess.StartAsync();
            using var proxy = new CountingProxy(server.Address);
            using var device = new Device(proxy.Address);
            using var direct = new Device(server.Address, "bob");
            using var realm = device.Open("alone");
            using var other = direct.Open("alone");
            await SyncTests.Exchange(realm, other);

            realm.SyncSession.Stop();
            proxy.WaitUntilNobodyIsConnected();
            var before = proxy.FromClients.Count;
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            other.Write(() => other.DynamicApi.CreateObject("Person", 2));
            await other.SyncSession.WaitForUploadAsync();
            await other.SyncSession.WaitForDownloadAsync();
            Check.Equal(string.Empty, string.Join(", ", proxy.FromClients.Skip(before)), "what was sent while stopped");
            Check.Equal(1, realm.DynamicApi.All("Person").Count);
            Check.Equal(1, other.DynamicApi.All("Person").Count);
            Check.Equal(SessionState.Inactive, realm.SyncSession.State);
            Check.Equal(ConnectionState.Disconnected, realm.SyncSession.ConnectionState);

            realm.SyncSession.Start();
            await SyncTests.Exchange(realm, other);
            Check.Equal(2, realm.DynamicApi.All("Person").Count);
            Check.Equal(2, other.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static async Task a_session_that_shares_its_connection_sends_nothing_while_stopped()
        {
            using var server = await ServerProcess.StartAsync();
            using var proxy = new CountingProxy(server.Address);
            using var device = new Device(proxy.Address);
            using var stopped = device.Open("stopped");
            using var running = device.Open("running");
            await stopped.SyncSession.WaitForDownloadAsync();
            await running.SyncSession.WaitForDownloadAsync();
            Check.Equal(1, proxy.FromClients.Count(line => line == "connect"), "connections");
            var idents = proxy.FromClients.Where(line => line.StartsWith("bind ")).Select(Ident).ToList();
            Check.Equal(2, idents.Distinct().Count(), "sessions on the wire");

            stopped.SyncSession.Stop();
            stopped.Write(() => stopped.DynamicApi.CreateObject("Person", 1));
            running.Write(() => running.DynamicApi.CreateObject("Person", 2));
            await running.SyncSession.WaitForUploadAsync();
            await running.SyncSession.WaitForDownloadAsync();

            // Unbinding is the last that the stopped session said on the connection that goes on.
            var sent = proxy.FromClients;
            var unbound = sent.Where(line => line.StartsWith("unbind ")).Select(Ident).ToList();
            Check.Equal(1, unbound.Count, "sessions that left");
            var last = sent.Last(line => Ident(line) == unbound[0]);
            Check.True(last.StartsWith("unbind "), $"{last} came after unbind");
            Check.Equal(2, sent.Count(line => line.StartsWith("bind ")), "binds while stopped");
            Check.Equal(1, sent.Count(line => line == "connect"), "connections while stopped");
            Check.Equal(SessionState.Active, running.SyncSession.State);

            stopped.SyncSession.Start();
            await stopped.SyncSession.WaitForUploadAsync();
        }

        [Test]
        internal static async Task only_start_resumes_a_stopped_session()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("sticky");
            await realm.SyncSession.WaitForDownloadAsync();
            realm.SyncSession.Stop();
            realm.SyncSession.Stop();
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            using (var second = device.Open("sticky"))
            {
                Check.Equal(SessionState.Inactive, second.SyncSession.State);
            }

            device.User.AccessToken = "another";
            Check.Equal(SessionState.Inactive, realm.SyncSession.State);
            realm.SyncSession.Start();
            realm.SyncSession.Start();
            Check.Equal(SessionState.Active, realm.SyncSession.State);
            await realm.SyncSession.WaitForUploadAsync();
        }

        [Test]
        internal static async Task ten_thousand_stops_and_starts_leave_a_session_that_syncs()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("often");
            var session = realm.SyncSession;
            Parallel.For(0, 10_000, _ =>
            {
                session.Stop();
                session.Start();
            });
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            await session.WaitForUploadAsync();
        }

        [Test]
        internal static async Task a_session_is_stopped_and_started_inside_a_transaction_and_inside_a_handler()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("inside");
            realm.Write(() =>
            {
                realm.SyncSession.Stop();
                realm.DynamicApi.CreateObject("Person", 1);
                realm.SyncSession.Start();
            });
            await realm.SyncSession.WaitForUploadAsync();

            var done = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var session = realm.SyncSession;
            session.Stop();
            session.PropertyChanged += (sender, e) =>
            {
                if (session.ConnectionState == ConnectionState.Connected && done.TrySetResult(true))
                {
                    session.Stop();
                    session.Start();
                }
            };
            session.Start();
            await done.Task;
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 2));
            await session.WaitForUploadAsync();
        }

        /// <summary>The session of a message such as "upload 2 …"; of "ping" and the like, none.</summary>
        private static string Ident(string line) => line.Split(' ').ElementAtOrDefault(1) ?? string.Empty;
    }
}
