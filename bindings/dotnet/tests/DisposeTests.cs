using System;
using System.Linq;
using System.Threading.Tasks;

namespace Realms.Tests
{
    internal static class DisposeTests
    {
        [Test]
        internal static void a_closed_realm_says_so_and_refuses_everything()
        {
            var realm = LocalRealmTests.OpenPeople();
            var person = realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            var people = realm.DynamicApi.All("Person");
            realm.Dispose();
            realm.Dispose();
            Check.True(realm.IsClosed, "the realm is closed");
            Check.True(!person.IsValid, "its objects are not valid");
            var uses = new Action[]
            {
                () => realm.Refresh(), () => realm.BeginWrite(), () => realm.Write(() => { }), () => _ = realm.Schema, () => _ = realm.SyncSession,
                () => _ = realm.IsInTransaction, () => realm.DynamicApi.All("Person"), () => realm.DynamicApi.Find("Person", 1),
                () => realm.DynamicApi.CreateObject("Note"), () => realm.Remove(person), () => person.DynamicApi.Get<string>("name"),
                () => person.DynamicApi.Set("name", "x"), () => person.DynamicApi.Increment("visits"), () => _ = people.Count,
                () => _ = people[0], () => people.ToList(),
            };
            foreach (var use in uses)
            {
                Check.Throws<ObjectDisposedException>(use);
            }
        }

        [Test]
        internal static void objects_and_results_may_outlive_their_realm_in_any_order()
        {
            for (var order = 0; order < 6; order++)
            {
                var path = TestFolder.NewRealm();
                var realm = LocalRealmTests.OpenPeople(path);
                object? person = realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
                object? people = realm.DynamicApi.All("Person");
                switch (order)
                {
                    case 0: realm.Dispose(); break;
                    case 1: person = null; Collect(); realm.Dispose(); break;
                    case 2: people = null; Collect(); realm.Dispose(); break;
                    case 3: realm.Dispose(); person = null; Collect(); break;
                    case 4: realm.Dispose(); people = null; Collect(); break;
                    default: break; // Left to the finalizers, all of it.
                }

                GC.KeepAlive(person);
                GC.KeepAlive(people);
            }

            Collect();
        }

        [Test]
        internal static void a_realm_that_is_dropped_closes_itself()
        {
            var path = TestFolder.NewRealm();
            Drop(path);
            Collect();
            Realm.DeleteRealm(new RealmConfiguration(path));
        }

        [Test]
        internal static void finalizers_and_work_of_other_threads_do_not_disturb_each_other()
        {
            var workers = Enumerable.Range(0, 3).Select(worker => Task.Run(() =>
            {
                var path = TestFolder.NewRealm();
                for (var i = 0; i < 30; i++)
                {
                    Drop(path);
                    using var realm = LocalRealmTests.OpenPeople(path);
                    realm.Write(() => realm.DynamicApi.CreateObject("Person", 1000 * worker + i).DynamicApi.Set("name", "w"));
                    Check.Equal(i + 1, realm.DynamicApi.All("Person").Count(p => p.DynamicApi.Get<string>("name") == "w"));
                }
            })).ToArray();
            while (!Task.WaitAll(workers, TimeSpan.FromMilliseconds(1)))
            {
                Collect();
            }
        }

        private static void Drop(string path)
        {
            var realm = LocalRealmTests.OpenPeople(path);
            foreach (var person in realm.DynamicApi.All("Person"))
            {
                person.DynamicApi.Get<string>("name");
            }
        }

        private static void Collect()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
    }
}
