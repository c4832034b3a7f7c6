using System;
using System.Net;
using Realms.Sync;

namespace Realms.Tests.Network
{
    /// <summary>One installation of an application: an app, a user, and a folder of realms.</summary>
    internal sealed class Device : IDisposable
    {
        internal Device(IPEndPoint server, string user = "ann")
        {
            App = App.Create(new AppConfiguration("tests")
            {
                BaseUri = new Uri($"ws://{server}"),
                BaseFilePath = TestFolder.New(),
            });
            User = new User(App, user, "development");
        }

        internal App App { get; }

        internal User User { get; }

        internal PartitionSyncConfiguration Config(string partition) => new PartitionSyncConfiguration(partition, User) { Schema = Schemas.People };

        internal Realm Open(string partition) => Realm.GetInstance(Config(partition));

        public void Dispose() => App.Dispose();
    }
}
