using System;
using System.Threading.Tasks;
using Realms;
using Realms.Schema;
using Realms.Sync;

namespace SuspendOrResume
{
    /// <summary>
    /// Opens a synced realm, suspends its session, writes meanwhile, and resumes it.
    /// <code>
    /// realm-sync-server --dev --listen 127.0.0.1:9090 --data server-data
    /// dotnet run -- ws://127.0.0.1:9090 app-data
    /// </code>
    /// </summary>
    internal static class Program
    {
        private static readonly RealmSchema Schema = new RealmSchema.Builder
        {
            new ObjectSchema.Builder("Task")
            {
                Property.Primitive("_id", RealmValueType.ObjectId, isPrimaryKey: true),
                Property.Primitive("title", RealmValueType.String),
            },
        };

        private static async Task<int> Main(string[] arguments)
        {
            if (arguments.Length != 2)
            {
                Console.Error.WriteLine("usage: SuspendOrResume SERVER-URL DATA-FOLDER");
                return 2;
            }

            var configuration = new AppConfiguration("suspend-or-resume")
            {
                BaseUri = new Uri(arguments[0]),
                BaseFilePath = arguments[1],
            };
            using var app = App.Create(configuration);
            var user = new User(app, "ann", "development");
            var config = new PartitionSyncConfiguration("tasks", user) { Schema = Schema };
            using var realm = await Realm.GetInstanceAsync(config);
            Add(realm, "written while active");
            await realm.SyncSession.WaitForUploadAsync();

            var session = realm.SyncSession;
            session.Stop();
            Add(realm, "written while stopped");
            Console.WriteLine($"stopped: {session.State}, {session.ConnectionState}");
            session.Start();

            await session.WaitForUploadAsync();
            Console.WriteLine($"started: {session.State}, {realm.DynamicApi.All("Task").Count} tasks are on the server");
            return 0;
        }

        private static void Add(Realm realm, string title) => realm.Write(() =>
            realm.DynamicApi.CreateObject("Task", ObjectId.GenerateNewId()).DynamicApi.Set("title", title));
    }
}
