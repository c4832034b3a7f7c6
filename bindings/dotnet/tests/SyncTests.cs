using System;
using System.Linq;
using System.Threading.Tasks;
using Realms.Sync;
using Realms.Tests.Network;

namespace Realms.Tests
{
    /// <summary>Two devices and a real server.</summary>
    internal static class SyncTests
    {
        [Test]
        internal static async Task the_sample_of_the_documentation_stops_and_starts_and_sends_nothing_in_between()
        {
            using var server = await ServerProcess.StartAsync();
            using var proxy = new CountingProxy(server.Address);
            using var device = new Device(proxy.Address);
            using var direct = new Device(server.Address, "bob");
            using var realm = device.Open("sample");
            using var other = direct.Open("sample");
            await Exchange(realm, other);

            // Later is when Stop announces what it did: both sides write, and the other one talks to the server.
            var meanwhile = (string?)null;
            realm.SyncSession.PropertyChanged += (sender, e) =>
            {
                if (meanwhile is null && realm.SyncSession.State == SessionState.Inactive)
                {
                    proxy.WaitUntilNobodyIsConnected();
                    var before = proxy.FromClients.Count;
                    realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
                    other.Write(() => other.DynamicApi.CreateObject("Person", 2));
                    Task.WaitAll(other.SyncSession.WaitForUploadAsync(), other.SyncSession.WaitForDownloadAsync());
                    Check.Equal(string.Empty, string.Join(", ", proxy.FromClients.Skip(before)), "what was sent while stopped");
                    meanwhile = $"{realm.DynamicApi.All("Person").Count} here, {other.DynamicApi.All("Person").Count} there";
                }
            };
            Sample(realm);
            Check.Equal("1 here, 1 there", meanwhile, "objects while stopped");

            await Exchange(realm, other);
            Check.Equal(2, realm.DynamicApi.All("Person").Count);
            Check.Equal(2, other.DynamicApi.All("Person").Count);
            Check.Equal(SessionState.Active, realm.SyncSession.State);
            Check.Equal(ConnectionState.Connected, realm.SyncSession.ConnectionState);
        }

        private static void Sample(Realm realm)
        {
            var session = realm.SyncSession;
            session.Stop();
            //later...
            session.Start();
        }

        [Test]
        internal static async Task two_devices_converge()
        {
            using var server = await ServerProcess.StartAsync();
            using var first = new Device(server.Address);
            using var second = new Device(server.Address, "bob");
            using var here = first.Open("shared");
            using var there = second.Open("shared");
            for (var round = 0; round < 5; round++)
            {
                here.Write(() => here.DynamicApi.CreateObject("Person", 2 * round).DynamicApi.Set("name", "here"));
                there.Write(() => there.DynamicApi.CreateObject("Person", 2 * round + 1).DynamicApi.Set("name", "there"));
                await Exchange(here, there);
            }

            Check.Equal(10, here.DynamicApi.All("Person").Count);
            Check.Equal(Content(here), Content(there));
        }

        [Test]
        internal static async Task counters_of_two_devices_add_up()
        {
            using var server = await ServerProcess.StartAsync();
            using var first = new Device(server.Address);
            using var second = new Device(server.Address, "bob");
            using var here = first.Open("counter");
            using var there = second.Open("counter");
            here.Write(() => here.DynamicApi.CreateObject("Person", 1));
            await Exchange(here, there);
            here.SyncSession.Stop();
            there.SyncSession.Stop();
            here.Write(() => here.DynamicApi.Find("Person", 1)!.DynamicApi.Increment("visits", 3));
            there.Write(() => there.DynamicApi.Find("Person", 1)!.DynamicApi.Increment("visits", 4));
            here.SyncSession.Start();
            there.SyncSession.Start();
            await Exchange(here, there);
            Check.Equal(7L, here.DynamicApi.Find("Person", 1)!.DynamicApi.Get<long>("visits"));
            Check.Equal(7L, there.DynamicApi.Find("Person", 1)!.DynamicApi.Get<long>("visits"));
        }

        [Test]
        internal static async Task a_realm_opened_asynchronously_has_what_the_server_had()
        {
            using var server = await ServerProcess.StartAsync();
            using var first = new Device(server.Address);
            using var second = new Device(server.Address, "bob");
            using var here = first.Open("async");
            here.Write(() => here.DynamicApi.CreateObject("Person", 1));
            await here.SyncSession.WaitForUploadAsync();
            using var there = await Realm.GetInstanceAsync(second.Config("async"));
            Check.Equal(1, there.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static async Task a_class_that_another_device_added_can_be_used()
        {
            using var server = await ServerProcess.StartAsync();
            using var first = new Device(server.Address);
            using var second = new Device(server.Address, "bob");
            using var here = first.Open("classes");
            here.Write(() => here.DynamicApi.CreateObject("Person", 1).DynamicApi.Set("name", "ann"));
            await here.SyncSession.WaitForUploadAsync();
            using var there = await Realm.GetInstanceAsync(new PartitionSyncConfiguration("classes", second.User));
            Check.Equal("ann", there.DynamicApi.Find("Person", 1)!.DynamicApi.Get<string>("name"));
        }

        [Test]
        internal static async Task what_was_not_uploaded_goes_up_after_the_next_open()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using (var realm = device.Open("later"))
            {
                await realm.SyncSession.WaitForDownloadAsync();
                realm.SyncSession.Stop();
                realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            }

            using var again = device.Open("later");
            Check.Equal(SessionState.Active, again.SyncSession.State);
            await again.SyncSession.WaitForUploadAsync();
            using var other = new Device(server.Address, "bob");
            using var there = await Realm.GetInstanceAsync(other.Config("later"));
            Check.Equal(1, there.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static async Task partitions_of_different_types_are_different_realms()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            var configs = new[]
            {
                new PartitionSyncConfiguration("5", device.User), new PartitionSyncConfiguration(5, device.User),
                new PartitionSyncConfiguration(ObjectId.Empty, device.User), new PartitionSyncConfiguration(Guid.Empty, device.User),
                new PartitionSyncConfiguration("../5", device.User),
            };
            Check.Equal(configs.Length, configs.Select(c => c.DatabasePath).Distinct().Count());
            foreach (var config in configs)
            {
                config.Schema = Schemas.People;
                using var realm = await Realm.GetInstanceAsync(config);
                Check.Equal(0, realm.DynamicApi.All("Person").Count);
                realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
                await realm.SyncSession.WaitForUploadAsync();
            }
        }

        internal static async Task Exchange(Realm one, Realm two)
        {
            await one.SyncSession.WaitForUploadAsync();
            await two.SyncSession.WaitForUploadAsync();
            await one.SyncSession.WaitForDownloadAsync();
            await two.SyncSession.WaitForDownloadAsync();
        }

        private static string Content(Realm realm) => string.Join(
            ",", realm.DynamicApi.All("Person").Select(p => $"{p.DynamicApi.Get<long>("_id")}:{p.DynamicApi.Get<string>("name")}").OrderBy(text => text));
    }
}
