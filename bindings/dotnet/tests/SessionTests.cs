using System;
using System.Collections.Concurrent;
using System.ComponentModel;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;
using Realms.Exceptions;
using Realms.Sync;
using Realms.Sync.Exceptions;
using Realms.Tests.Network;

namespace Realms.Tests
{
    /// <summary>Waits, events, errors, equality and the end of sessions.</summary>
    internal static class SessionTests
    {
        [Test]
        internal static async Task a_wait_begun_while_stopped_completes_after_start()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("kept");
            var session = realm.SyncSession;
            var before = session.WaitForDownloadAsync();
            session.Stop();
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            var upload = session.WaitForUploadAsync();
            var download = session.WaitForDownloadAsync();
            Check.True(!upload.IsCompleted && !download.IsCompleted, "the waits are kept");
            session.Start();
            await Task.WhenAll(before, upload, download);
        }

        [Test]
        internal static async Task a_wait_fails_when_its_realm_is_closed_first()
        {
            using var device = new Device(Nobody());
            var realm = device.Open("closed");
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            var connecting = realm.SyncSession.WaitForUploadAsync();
            realm.SyncSession.Stop();
            var stopped = realm.SyncSession.WaitForDownloadAsync();
            realm.Dispose();
            foreach (var wait in new[] { connecting, stopped })
            {
                var thrown = await Check.ThrowsAsync<RealmException>(() => wait);
                Check.Equal(ErrorCode.OperationAborted, ((SessionException)thrown.InnerException!).ErrorCode);
            }
        }

        [Test]
        internal static async Task a_wait_fails_when_its_app_is_closed_first()
        {
            var device = new Device(Nobody());
            using var realm = device.Open("closed");
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            var wait = realm.SyncSession.WaitForUploadAsync();
            device.Dispose();
            var thrown = await Check.ThrowsAsync<RealmException>(() => wait);
            Check.Equal(ErrorCode.OperationAborted, ((SessionException)thrown.InnerException!).ErrorCode);
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 2));
            Check.Equal(2, realm.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static async Task a_cancelled_token_ends_the_task_and_nothing_else()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("cancel");
            var session = realm.SyncSession;
            Check.True(session.WaitForUploadAsync(new CancellationToken(true)).IsCanceled, "a token cancelled before gives a cancelled task");

            session.Stop();
            using var source = new CancellationTokenSource();
            var waits = Enumerable.Range(0, 100).Select(_ => session.WaitForDownloadAsync(source.Token)).ToList();
            source.Cancel();
            foreach (var wait in waits)
            {
                await Check.ThrowsAsync<OperationCanceledException>(() => wait);
            }

            session.Start();
            await session.WaitForDownloadAsync();
        }

        [Test]
        internal static async Task a_continuation_does_not_run_on_the_thread_of_the_callbacks()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("continuation");
            await realm.SyncSession.WaitForDownloadAsync();

            // Were this the client's own thread, the wait below could never complete.
            Check.True(realm.SyncSession.WaitForDownloadAsync().Wait(TimeSpan.FromSeconds(30)), "a wait completes while a continuation blocks");
        }

        [Test]
        internal static async Task the_connection_state_is_announced_in_order()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("events");
            var session = realm.SyncSession;
            session.Stop();
            var seen = new BlockingCollection<(object? Sender, string? Name, ConnectionState State)>();
            PropertyChangedEventHandler handler = (sender, e) => seen.Add((sender, e.PropertyName, session.ConnectionState));
            session.PropertyChanged += handler;
            session.Start();
            var state = ConnectionState.Disconnected;
            while (state != ConnectionState.Connected)
            {
                var (sender, name, next) = Take(seen);
                Check.True(ReferenceEquals(session, sender), "the session is the sender");
                Check.Equal(nameof(Session.ConnectionState), name);
                Check.True(next >= state, $"{next} comes after {state}");
                state = next;
            }

            // The wait ends behind every change so far; the state may have been read before its own event came.
            await session.WaitForDownloadAsync();
            while (seen.TryTake(out var late))
            {
                Check.Equal(ConnectionState.Connected, late.State);
            }

            session.Stop();
            Check.Equal(1, seen.Count, "events when Stop returns");
            Check.Equal(ConnectionState.Disconnected, Take(seen).State);
            session.Stop();
            Check.Equal(0, seen.Count, "events of a second stop");

            session.PropertyChanged -= handler;
            session.Start();
            await session.WaitForDownloadAsync();
            Check.Equal(0, seen.Count, "events after the handler was removed");
        }

        [Test]
        internal static async Task a_stop_is_announced_to_every_session_of_the_file_on_the_calling_thread()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var realm = device.Open("events");
            using var again = device.Open("events");
            using var other = device.Open("other");
            var thread = 0;
            var stopped = new ConcurrentQueue<(Session Session, int Thread)>();
            foreach (var session in new[] { realm.SyncSession, again.SyncSession, other.SyncSession })
            {
                session.PropertyChanged += (sender, e) =>
                {
                    if (Volatile.Read(ref thread) != 0 && session.ConnectionState == ConnectionState.Disconnected)
                    {
                        stopped.Enqueue((session, Environment.CurrentManagedThreadId));
                    }
                };
            }

            await Task.WhenAll(realm.SyncSession.WaitForDownloadAsync(), other.SyncSession.WaitForDownloadAsync());
            Volatile.Write(ref thread, Environment.CurrentManagedThreadId);
            again.SyncSession.Stop();
            Check.Equal(2, stopped.Count, "events when Stop returns");
            Check.True(stopped.All(one => one.Thread == thread), "events are on the calling thread");
            Check.True(stopped.Any(one => ReferenceEquals(one.Session, realm.SyncSession)), "the other session of the file is told");
            Check.Equal(ConnectionState.Connected, other.SyncSession.ConnectionState);
        }

        [Test]
        internal static void sessions_of_one_file_are_equal_and_others_are_not()
        {
            using var device = new Device(Nobody());
            using var one = device.Open("one");
            using var again = device.Open("one");
            using var other = device.Open("other");
            Check.Equal(one.SyncSession, again.SyncSession);
            Check.Equal(one.SyncSession.GetHashCode(), again.SyncSession.GetHashCode());
            Check.True(!one.SyncSession.Equals(other.SyncSession), "another file has another session");
            Check.True(ReferenceEquals(one.SyncSession, one.SyncSession), "one realm has one object");
            Check.Equal(one.Config.DatabasePath, one.SyncSession.Path);
            Check.Equal(device.User, one.SyncSession.User);
        }

        [Test]
        internal static void a_session_is_closed_with_its_realm()
        {
            using var device = new Device(Nobody());
            var realm = device.Open("closed");
            var session = realm.SyncSession;
            session.PropertyChanged += (sender, e) => { };
            realm.Dispose();
            var uses = new Action[]
            {
                session.Stop, session.Start, () => _ = session.State, () => _ = session.ConnectionState,
                () => session.WaitForUploadAsync(), () => session.WaitForDownloadAsync(), () => session.PropertyChanged += (sender, e) => { },
            };
            foreach (var use in uses)
            {
                Check.Throws<ObjectDisposedException>(use);
            }

            Check.Equal(realm.Config.DatabasePath, session.Path);
            Check.Equal(session, session);
            using var reopened = device.Open("closed");
            Check.True(!session.Equals(reopened.SyncSession), "a closed session is not the one of the realm opened after it");
        }

        [Test]
        internal static void an_unreachable_server_is_reported_with_the_session()
        {
            using var device = new Device(Nobody());
            var reported = new BlockingCollection<(Session Session, SessionException Error)>();
            var config = device.Config("error");
            config.OnSessionError = (session, error) => reported.Add((session, error));
            using var realm = Realm.GetInstance(config);
            var (from, first) = Take(reported);
            Check.Equal(realm.SyncSession, from);
            Check.Equal(ErrorCode.ConnectFailed, first.ErrorCode);
            Check.Equal(SessionState.Active, realm.SyncSession.State);
        }

        [Test]
        internal static async Task callbacks_survive_a_collector_that_never_rests()
        {
            using var server = await ServerProcess.StartAsync();
            using var device = new Device(server.Address);
            using var over = new CancellationTokenSource();
            var collector = Task.Run(() =>
            {
                while (!over.IsCancellationRequested)
                {
                    GC.Collect();
                    GC.WaitForPendingFinalizers();
                }
            });
            for (var round = 0; round < 30; round++)
            {
                using var realm = device.Open("collector");
                var session = realm.SyncSession;
                for (var i = 0; i < 10; i++)
                {
                    session.PropertyChanged += (sender, e) => GC.KeepAlive(new byte[1000]);
                    _ = session.WaitForUploadAsync(over.Token);
                    session.Stop();
                    session.Start();
                }

                await session.WaitForDownloadAsync();
            }

            over.Cancel();
            await collector;
        }

        [Test]
        internal static void an_option_out_of_range_is_refused()
        {
            var address = Nobody();
            App Create(Action<SyncTimeoutOptions> change)
            {
                var config = new AppConfiguration("options") { BaseUri = new Uri($"ws://{address}") };
                change(config.SyncTimeoutOptions);
                return App.Create(config);
            }

            Check.Throws<ArgumentOutOfRangeException>(() => Create(o => o.ConnectTimeout = TimeSpan.FromSeconds(-1)));
            Check.Throws<ArgumentOutOfRangeException>(() => Create(o => o.ConnectTimeout = TimeSpan.FromDays(2)));
            Check.Throws<ArgumentOutOfRangeException>(() => Create(o => o.ReconnectBackoffOptions.ReconnectDelayBackoffMultiplier = 0));
            Check.Throws<ArgumentException>(() => App.Create(new AppConfiguration("options")));
            Create(o => o.ConnectTimeout = TimeSpan.FromSeconds(5)).Dispose();
        }

        [Test]
        internal static void a_synced_realm_is_deleted_when_it_and_its_app_are_closed()
        {
            var device = new Device(Nobody());
            var config = device.Config("deleted");
            using (var realm = Realm.GetInstance(config))
            {
                realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
                Check.Throws<RealmInUseException>(() => Realm.DeleteRealm(config));
            }

            device.Dispose();
            Realm.DeleteRealm(config);
            Check.True(!File.Exists(config.DatabasePath), "the file is gone");
        }

        [Test]
        internal static void a_stopped_realm_is_deleted_as_soon_as_it_is_closed()
        {
            using var device = new Device(Nobody());
            var config = device.Config("stopped");
            for (var round = 0; round < 20; round++)
            {
                using (var realm = Realm.GetInstance(config))
                {
                    realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
                    realm.SyncSession.Stop();
                }

                Realm.DeleteRealm(config);
                Check.True(!File.Exists(config.DatabasePath), "the file is gone");
            }
        }

        private static T Take<T>(BlockingCollection<T> seen)
        {
            Check.True(seen.TryTake(out var item, TimeSpan.FromSeconds(30)), "something was announced");
            return item!;
        }

        /// <summary>An address where nobody listens: a port that was just given back.</summary>
        private static IPEndPoint Nobody()
        {
            var listener = new TcpListener(IPAddress.Loopback, 0);
            listener.Start();
            var address = (IPEndPoint)listener.LocalEndpoint;
            listener.Stop();
            return address;
        }
    }
}
