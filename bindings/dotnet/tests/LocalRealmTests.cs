using System;
using System.IO;
using System.Linq;
using Realms.Exceptions;
using Realms.Schema;

namespace Realms.Tests
{
    internal static class LocalRealmTests
    {
        [Test]
        internal static void the_schema_reads_back_as_it_was_given()
        {
            using var realm = OpenPeople();
            var schema = realm.Schema;
            Check.Equal(2, schema.Count);
            foreach (var expected in Schemas.People)
            {
                Check.True(schema.TryFindObjectSchema(expected.Name, out var actual), expected.Name + " is there");
                Check.Equal(expected.BaseType, actual!.BaseType);
                Check.True(expected.OrderBy(p => p.Name).SequenceEqual(actual.OrderBy(p => p.Name)), expected.Name + " has its properties");
            }
        }

        [Test]
        internal static void a_collection_is_declared_and_kept_and_reading_it_as_a_value_is_refused()
        {
            var collections = Schemas.Primitives.SelectMany(type => new[]
            {
                Property.PrimitiveList("items", type), Property.PrimitiveSet("items", type, areElementsNullable: true),
                Property.PrimitiveDictionary("items", type),
            });
            foreach (var property in collections.Append(Property.ObjectList("items", "Bag")).Append(Property.RealmValueDictionary("items")))
            {
                var config = new RealmConfiguration(TestFolder.NewRealm())
                {
                    Schema = new RealmSchema.Builder { new ObjectSchema.Builder("Bag") { property } },
                };
                using var realm = Realm.GetInstance(config);
                Check.True(realm.Schema.Single().Contains(property), "the file keeps the collection");
                var bag = realm.Write(() => realm.DynamicApi.CreateObject("Bag"));
                Check.Throws<ArgumentException>(() => bag.DynamicApi.Get("items"));
            }
        }

        [Test]
        internal static void a_realm_opened_without_a_schema_has_the_one_of_its_file()
        {
            var path = TestFolder.NewRealm();
            using (OpenPeople(path))
            {
            }

            using var again = Realm.GetInstance(path);
            Check.Equal(2, again.Schema.Count);
            Check.Equal(0, again.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static void a_schema_that_contradicts_the_file_is_refused()
        {
            var path = TestFolder.NewRealm();
            using (OpenPeople(path))
            {
            }

            var other = new RealmConfiguration(path)
            {
                Schema = new RealmSchema.Builder
                {
                    new ObjectSchema.Builder("Person")
                    {
                        Property.Primitive("_id", RealmValueType.Int, isPrimaryKey: true),
                        Property.Primitive("name", RealmValueType.Int),
                    },
                },
            };
            Check.Throws<RealmMigrationNeededException>(() => Realm.GetInstance(other));
        }

        [Test]
        internal static void objects_are_made_found_walked_and_removed()
        {
            using var realm = OpenPeople();
            realm.Write(() =>
            {
                for (var i = 0; i < 10; i++)
                {
                    realm.DynamicApi.CreateObject("Person", i).DynamicApi.Set("name", "n" + i);
                }
            });

            var people = realm.DynamicApi.All("Person");
            Check.Equal(10, people.Count);
            Check.Equal("n7", realm.DynamicApi.Find("Person", 7)!.DynamicApi.Get<string>("name"));
            Check.Equal(null, realm.DynamicApi.Find("Person", 77));
            Check.Equal(45L, people.Sum(p => p.DynamicApi.Get<long>("_id")));

            realm.Write(() => realm.Remove(realm.DynamicApi.Find("Person", 7)!));
            Check.Equal(9, people.Count);
            Check.Equal(null, realm.DynamicApi.Find("Person", 7));

            realm.Write(() => realm.DynamicApi.RemoveAll("Person"));
            Check.Equal(0, people.Count);
        }

        [Test]
        internal static void content_is_there_after_closing_and_opening_again()
        {
            var path = TestFolder.NewRealm();
            using (var realm = OpenPeople(path))
            {
                realm.Write(() => realm.DynamicApi.CreateObject("Note").DynamicApi.Set("text", "kept"));
            }

            using var again = OpenPeople(path);
            Check.Equal("kept", again.DynamicApi.All("Note").Single().DynamicApi.Get<string>("text"));
        }

        [Test]
        internal static void links_lead_to_objects_and_turn_null_with_them()
        {
            using var realm = OpenPeople();
            var note = realm.Write(() =>
            {
                var ann = realm.DynamicApi.CreateObject("Person", 1);
                var bob = realm.DynamicApi.CreateObject("Person", 2);
                ann.DynamicApi.Set("friend", RealmValue.Object(bob));
                var made = realm.DynamicApi.CreateObject("Note");
                made.DynamicApi.Set("author", RealmValue.Object(ann));
                made.DynamicApi.Set("extra", RealmValue.Object(made));
                return made;
            });

            var author = note.DynamicApi.Get<IRealmObject>("author");
            Check.Equal(1L, author.DynamicApi.Get<long>("_id"));
            Check.Equal(2L, author.DynamicApi.Get<IRealmObject>("friend").DynamicApi.Get<long>("_id"));
            Check.Equal((IRealmObjectBase)note, note.DynamicApi.Get<IRealmObjectBase>("extra"));
            Check.Equal(author, realm.DynamicApi.Find("Person", 1));
            Check.True(!author.Equals(realm.DynamicApi.Find("Person", 2)), "different rows differ");

            realm.Write(() => realm.Remove(author));
            Check.True(!author.IsValid, "the object is gone");
            Check.Equal(null, note.DynamicApi.Get<IRealmObject?>("author"));
            Check.Throws<RealmInvalidObjectException>(() => author.DynamicApi.Get<string>("name"));
        }

        [Test]
        internal static void increments_add_up_and_wrap()
        {
            using var realm = OpenPeople();
            var person = realm.Write(() => realm.DynamicApi.CreateObject("Person", 1));
            realm.Write(() =>
            {
                person.DynamicApi.Increment("visits");
                person.DynamicApi.Increment("visits", 41);
                person.DynamicApi.Increment("visits", -2);
            });
            Check.Equal(40L, person.DynamicApi.Get<long>("visits"));
            realm.Write(() => person.DynamicApi.Increment("visits", long.MaxValue));
            Check.Equal(long.MinValue + 39, person.DynamicApi.Get<long>("visits"));
            realm.Write(() => Check.Throws<ArgumentException>(() => person.DynamicApi.Increment("name")));
        }

        [Test]
        internal static void mistakes_have_the_exception_of_their_kind()
        {
            using var realm = OpenPeople();
            Check.Throws<RealmInvalidTransactionException>(() => realm.DynamicApi.CreateObject("Person", 1));
            Check.Throws<ArgumentException>(() => realm.DynamicApi.All("Nobody"));
            realm.Write(() =>
            {
                var person = realm.DynamicApi.CreateObject("Person", 1);
                Check.Throws<RealmDuplicatePrimaryKeyValueException>(() => realm.DynamicApi.CreateObject("Person", 1));
                Check.Throws<RealmException>(() => realm.DynamicApi.CreateObject("Person"));
                Check.Throws<RealmException>(() => realm.DynamicApi.CreateObject("Note", 1));
                Check.Throws<MissingMemberException>(() => person.DynamicApi.Get<string>("nope"));
                Check.Throws<MissingMemberException>(() => person.DynamicApi.Set("nope", 1));
                Check.Throws<ArgumentException>(() => person.DynamicApi.Set("name", 1));
                Check.Throws<ArgumentException>(() => person.DynamicApi.Set("name", RealmValue.Null));
                Check.Throws<InvalidCastException>(() => person.DynamicApi.Get<string>("visits"));
                Check.Throws<ArgumentException>(() => person.DynamicApi.Set("name", "lone \ud800 surrogate"));
            });
            Check.Throws<ArgumentOutOfRangeException>(() => _ = realm.DynamicApi.All("Person")[1]);
            Check.Throws<ArgumentOutOfRangeException>(() => _ = realm.DynamicApi.All("Person")[-1]);
        }

        [Test]
        internal static void an_object_of_another_realm_is_refused()
        {
            using var one = OpenPeople();
            using var two = OpenPeople();
            var person = one.Write(() => one.DynamicApi.CreateObject("Person", 1));
            two.Write(() =>
            {
                var note = two.DynamicApi.CreateObject("Note");
                Check.Throws<ArgumentException>(() => note.DynamicApi.Set("author", RealmValue.Object(person)));
                Check.Throws<ArgumentException>(() => two.Remove(person));
            });
        }

        [Test]
        internal static void a_read_only_realm_refuses_to_write()
        {
            var path = TestFolder.NewRealm();
            Check.Throws<RealmFileAccessErrorException>(() => Realm.GetInstance(new RealmConfiguration(path) { IsReadOnly = true }));
            using (OpenPeople(path))
            {
            }

            using var realm = Realm.GetInstance(new RealmConfiguration(path) { IsReadOnly = true });
            Check.Throws<RealmException>(() => realm.Write(() => { }));
        }

        [Test]
        internal static void a_realm_in_memory_leaves_no_file_and_ends_with_its_last_instance()
        {
            var path = TestFolder.NewRealm();
            InMemoryConfiguration Config() => new InMemoryConfiguration(path) { Schema = Schemas.People };
            using (var one = Realm.GetInstance(Config()))
            using (var two = Realm.GetInstance(Config()))
            {
                one.Write(() => one.DynamicApi.CreateObject("Person", 1));
                Check.Equal(1, two.DynamicApi.All("Person").Count);
            }

            Check.True(!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).Any(), "no file was made");
            using var again = Realm.GetInstance(Config());
            Check.Equal(0, again.DynamicApi.All("Person").Count);
        }

        [Test]
        internal static void the_session_of_a_local_realm_is_not_supported()
        {
            using var realm = OpenPeople();
            Check.Throws<NotSupportedException>(() => _ = realm.SyncSession);
        }

        [Test]
        internal static void an_open_realm_is_not_deleted_and_a_closed_one_is()
        {
            var path = TestFolder.NewRealm();
            var config = new RealmConfiguration(path) { Schema = Schemas.People };
            using (Realm.GetInstance(config))
            {
                Check.Throws<RealmInUseException>(() => Realm.DeleteRealm(config));
            }

            Check.True(File.Exists(path), "the file is there");
            Realm.DeleteRealm(config);
            Check.True(!Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(path)!).Any(), "every file of it is gone");
            Realm.DeleteRealm(config);
        }

        internal static Realm OpenPeople(string? path = null) =>
            Realm.GetInstance(new RealmConfiguration(path ?? TestFolder.NewRealm()) { Schema = Schemas.People });
    }
}
