using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading.Tasks;
using Realms.Exceptions;

namespace Realms.Tests
{
    internal static class TransactionTests
    {
        [Test]
        internal static void what_is_not_committed_is_undone()
        {
            using var realm = LocalRealmTests.OpenPeople();
            using (var transaction = realm.BeginWrite())
            {
                realm.DynamicApi.CreateObject("Person", 1);
                Check.True(realm.IsInTransaction, "the transaction is open");
                Check.Equal(1, realm.DynamicApi.All("Person").Count);
            }

            Check.True(!realm.IsInTransaction, "the transaction is over");
            Check.Equal(0, realm.DynamicApi.All("Person").Count);

            Check.Throws<CheckFailedException>(() => realm.Write(() =>
            {
                realm.DynamicApi.CreateObject("Person", 2);
                throw new CheckFailedException("on purpose");
            }));
            Check.Equal(0, realm.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static void a_transaction_knows_where_it_is()
        {
            using var realm = LocalRealmTests.OpenPeople();
            var committed = realm.BeginWrite();
            Check.Equal(TransactionState.Running, committed.State);
            Check.Throws<RealmInvalidTransactionException>(() => realm.BeginWrite());
            committed.Commit();
            Check.Equal(TransactionState.Committed, committed.State);
            Check.Throws<InvalidOperationException>(committed.Commit);
            Check.Throws<InvalidOperationException>(committed.Rollback);
            committed.Dispose();

            var undone = realm.BeginWrite();
            undone.Rollback();
            Check.Equal(TransactionState.RolledBack, undone.State);
            undone.Dispose();
        }

        [Test]
        internal static void another_instance_sees_a_commit_at_once_and_refresh_tells_of_it()
        {
            var path = TestFolder.NewRealm();
            using var writing = LocalRealmTests.OpenPeople(path);
            using var reading = LocalRealmTests.OpenPeople(path);
            var people = reading.DynamicApi.All("Person");
            Check.Equal(0, people.Count);
            writing.Write(() =>
            {
                writing.DynamicApi.CreateObject("Person", 1);
                Check.Equal(0, people.Count);
            });
            Check.Equal(1, people.Count);
            Check.True(reading.Refresh(), "somebody else committed");
            Check.True(!reading.Refresh(), "nobody else committed since");
            writing.Write(() => Check.True(!writing.Refresh(), "nobody else commits inside a transaction"));
        }

        [Test]
        internal static void a_walk_is_of_the_objects_that_were_there_at_its_beginning()
        {
            using var realm = LocalRealmTests.OpenPeople();
            realm.Write(() =>
            {
                for (var i = 0; i < 10; i++)
                {
                    realm.DynamicApi.CreateObject("Person", i);
                }

                foreach (var person in realm.DynamicApi.All("Person"))
                {
                    realm.DynamicApi.CreateObject("Person", 100 + person.DynamicApi.Get<long>("_id"));
                    realm.Remove(person);
                }
            });
            Check.Equal(10, realm.DynamicApi.All("Person").Count(p => p.DynamicApi.Get<long>("_id") >= 100));
            Check.Equal(10, realm.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static void a_walk_leaves_out_what_is_removed_before_its_turn_and_is_not_disturbed_by_others()
        {
            var path = TestFolder.NewRealm();
            using var reading = LocalRealmTests.OpenPeople(path);
            using var writing = LocalRealmTests.OpenPeople(path);
            writing.Write(() => Enumerable.Range(0, 6).ToList().ForEach(i => writing.DynamicApi.CreateObject("Person", i)));
            var people = reading.DynamicApi.All("Person");
            var met = new List<long>();
            foreach (var person in people)
            {
                var id = person.DynamicApi.Get<long>("_id");
                met.Add(id);
                writing.Write(() =>
                {
                    if (id == 2)
                    {
                        writing.Remove(writing.DynamicApi.Find("Person", 0)!);
                        writing.Remove(writing.DynamicApi.Find("Person", 3)!);
                    }

                    writing.DynamicApi.CreateObject("Person", -1 - id);
                });
                Check.Equal(writing.DynamicApi.All("Person").Count, people.Count, "the count meanwhile");
            }

            Check.Equal("0,1,2,4,5", string.Join(",", met));
            Check.True(reading.Refresh(), "somebody else committed");
        }

        [Test]
        internal static void results_see_what_a_transaction_does_and_undoes()
        {
            using var realm = LocalRealmTests.OpenPeople();
            var people = realm.DynamicApi.All("Person");
            using (realm.BeginWrite())
            {
                Check.Equal(0, people.Count);
                var person = realm.DynamicApi.CreateObject("Person", 1);
                Check.Equal(1, people.Count);
                Check.Equal(person, people[0]);
                realm.Remove(person);
                Check.Equal(0, people.Count);
                realm.DynamicApi.CreateObject("Person", 2);
                Check.Equal(1, people.Count);
            }

            Check.Equal(0, people.Count);
        }

        [Test]
        internal static void writers_of_many_threads_wait_for_each_other()
        {
            const int threads = 4;
            const int writes = 25;
            var path = TestFolder.NewRealm();
            using var realm = LocalRealmTests.OpenPeople(path);
            realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            var tasks = Enumerable.Range(0, threads).Select(_ => Task.Run(() =>
            {
                using var mine = LocalRealmTests.OpenPeople(path);
                for (var i = 0; i < writes; i++)
                {
                    mine.Write(() => mine.DynamicApi.Find("Person", 1)!.DynamicApi.Increment("visits"));
                }
            })).ToArray();
            Task.WaitAll(tasks);
            Check.Equal((long)threads * writes, realm.DynamicApi.Find("Person", 1)!.DynamicApi.Get<long>("visits"));
        }

        [Test]
        internal static void a_realm_closed_inside_its_transaction_undoes_it()
        {
            var path = TestFolder.NewRealm();
            var realm = LocalRealmTests.OpenPeople(path);
            Check.Throws<ObjectDisposedException>(() => realm.Write(() =>
            {
                realm.DynamicApi.CreateObject("Person", 1);
                realm.Dispose();
            }));
            using var again = LocalRealmTests.OpenPeople(path);
            Check.Equal(0, again.DynamicApi.All("Person").Count);
        }
    }
}
