using System;
using System.Collections.Generic;
using System.Linq;

namespace Realms.Tests
{
    /// <summary>Every type through a file and back, by a second instance that closed over nothing of the first.</summary>
    internal static class ValueRoundTripTests
    {
        private static readonly Dictionary<RealmValueType, RealmValue[]> Samples = new Dictionary<RealmValueType, RealmValue[]>
        {
            [RealmValueType.Int] = new RealmValue[] { 0, 1, -1, long.MinValue, long.MaxValue },
            [RealmValueType.Bool] = new RealmValue[] { true, false },
            [RealmValueType.String] = new RealmValue[]
            {
                string.Empty, "plain", "nul \0 inside", "emoji \U0001F600 e\u0301 \u202E", "line\r\nbreak", new string('x', 1 << 20),
            },
            [RealmValueType.Data] = new RealmValue[]
            {
                Array.Empty<byte>(), new byte[] { 0 }, Enumerable.Range(0, 256).Select(i => (byte)i).ToArray(), new byte[1 << 20],
            },
            [RealmValueType.Date] = new RealmValue[]
            {
                DateTimeOffset.UnixEpoch, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, DateTimeOffset.UnixEpoch.AddTicks(-1),
                new DateTimeOffset(2024, 2, 29, 12, 34, 56, 789, TimeSpan.FromHours(-7)).AddTicks(1234),
            },
            [RealmValueType.Float] = new RealmValue[]
            {
                0f, -0.0f, float.Epsilon, float.MinValue, float.MaxValue, float.NaN, float.PositiveInfinity, float.NegativeInfinity, 0.1f,
            },
            [RealmValueType.Double] = new RealmValue[]
            {
                0.0, -0.0, double.Epsilon, double.MinValue, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity, 0.1,
            },
            [RealmValueType.Decimal128] = new RealmValue[]
            {
                0m, 1.00m, decimal.MinValue, Decimal128.Parse("-0"), Decimal128.Parse("9.999999999999999999999999999999999E+6144"),
                Decimal128.Parse("1E-6176"), Decimal128.NaN, Decimal128.PositiveInfinity, Decimal128.NegativeInfinity,
            },
            [RealmValueType.ObjectId] = new RealmValue[] { ObjectId.Empty, ObjectId.Parse("00112233445566778899aabb"), ObjectId.Parse(new string('f', 24)) },
            [RealmValueType.Guid] = new RealmValue[] { Guid.Empty, Guid.Parse("00112233-4455-6677-8899-aabbccddeeff"), Guid.NewGuid() },
        };

        [Test]
        internal static void every_type_survives_in_a_property_of_its_type() => Survives(type => type.ToString());

        [Test]
        internal static void every_type_survives_in_a_property_that_takes_null() => Survives(type => "Maybe" + type);

        [Test]
        internal static void every_type_survives_in_a_mixed_property() => Survives(_ => "Mixed");

        [Test]
        internal static void null_survives_where_it_is_allowed_and_is_the_default()
        {
            var path = TestFolder.NewRealm();
            using var realm = Open(path);
            var obj = realm.Write(() => realm.DynamicApi.CreateObject("Every", 1));
            foreach (var type in Schemas.Primitives)
            {
                Check.Equal(RealmValue.Null, obj.DynamicApi.Get("Maybe" + type), "default of " + type);
                realm.Write(() =>
                {
                    obj.DynamicApi.Set("Maybe" + type, Samples[type][0]);
                    obj.DynamicApi.Set("Maybe" + type, RealmValue.Null);
                    Check.Throws<ArgumentException>(() => obj.DynamicApi.Set(type.ToString(), RealmValue.Null));
                });
                Check.Equal(RealmValue.Null, obj.DynamicApi.Get("Maybe" + type), type.ToString());
            }
        }

        [Test]
        internal static void every_type_of_primary_key_finds_its_object()
        {
            foreach (var type in new[] { RealmValueType.Int, RealmValueType.String, RealmValueType.ObjectId, RealmValueType.Guid })
            {
                using var realm = Realm.GetInstance(
                    new RealmConfiguration(TestFolder.NewRealm()) { Schema = Schemas.KeyedBy(type, isNullable: true) });
                var keys = Samples[type].Append(RealmValue.Null).ToList();
                realm.Write(() =>
                {
                    foreach (var key in keys)
                    {
                        var made = realm.DynamicApi.CreateObject("Keyed", key);
                        made.DynamicApi.Set("other", RealmValue.Object(made));
                    }
                });
                foreach (var key in keys)
                {
                    var found = realm.DynamicApi.Find("Keyed", key);
                    Check.Equal(key, found!.DynamicApi.Get("_id"));
                    Check.Equal(found, found.DynamicApi.Get<IRealmObject>("other"), $"the link by {type}");
                }

                Check.Equal(keys.Count, realm.DynamicApi.All("Keyed").Count);
            }
        }

        private static void Survives(Func<RealmValueType, string> property)
        {
            var path = TestFolder.NewRealm();
            using var writing = Open(path);
            var obj = writing.Write(() => writing.DynamicApi.CreateObject("Every", 1));
            using var reading = Open(path);
            foreach (var sample in Samples.SelectMany(s => s.Value))
            {
                writing.Write(() => obj.DynamicApi.Set(property(sample.Type), sample));
                var read = reading.DynamicApi.Find("Every", 1)!.DynamicApi.Get(property(sample.Type));
                Check.Equal(sample, read, $"{sample.Type} in {property(sample.Type)}");
                if (sample.Type == RealmValueType.Double)
                {
                    Check.Equal(BitConverter.DoubleToInt64Bits(sample.AsDouble()), BitConverter.DoubleToInt64Bits(read.AsDouble()), "bits");
                }
            }
        }

        private static Realm Open(string path) => Realm.GetInstance(new RealmConfiguration(path) { Schema = Schemas.EveryType });
    }
}
