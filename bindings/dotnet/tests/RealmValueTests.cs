using System;
using System.Collections.Generic;

namespace Realms.Tests
{
    internal static class RealmValueTests
    {
        [Test]
        internal static void every_type_comes_back_as_it_went_in()
        {
            Check.Equal(long.MinValue, ((RealmValue)long.MinValue).AsInt64());
            Check.Equal(true, ((RealmValue)true).AsBool());
            Check.Equal("text", ((RealmValue)"text").AsString());
            Check.Equal(-0.0f, ((RealmValue)(-0.0f)).AsFloat());
            Check.Equal(double.Epsilon, ((RealmValue)double.Epsilon).AsDouble());
            Check.Equal(1.50m, ((RealmValue)1.50m).AsDecimal());
            var guid = Guid.NewGuid();
            Check.Equal(guid, ((RealmValue)guid).AsGuid());
            var id = ObjectId.GenerateNewId();
            Check.Equal(id, ((RealmValue)id).AsObjectId());
            var date = new DateTimeOffset(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(5));
            Check.Equal(date, ((RealmValue)date).AsDate());
        }

        [Test]
        internal static void a_value_is_read_as_a_nullable_and_as_a_number_that_holds_it()
        {
            Check.Equal<int?>(5, ((RealmValue)5L).As<int?>());
            Check.Equal<int?>(null, RealmValue.Null.As<int?>());
            Check.Equal(null, RealmValue.Null.As<string?>());
            Check.Equal((short)5, ((RealmValue)5).As<short>());
            Check.Equal(0.5, ((RealmValue)0.5f).As<double>());
            Check.Equal(2.5m, ((RealmValue)Decimal128.Parse("2.5")).As<decimal>());
            Check.Equal((RealmValue)5, ((RealmValue)5).As<RealmValue>());
            Check.Throws<OverflowException>(() => ((RealmValue)long.MaxValue).As<int>());
            Check.Throws<InvalidCastException>(() => RealmValue.Null.As<int>());
            Check.Throws<InvalidCastException>(() => ((RealmValue)"5").As<int>());
            Check.Throws<InvalidCastException>(() => ((RealmValue)5).AsString());
        }

        [Test]
        internal static void equality_is_of_type_and_value()
        {
            var values = new List<RealmValue>
            {
                RealmValue.Null, 1, true, 1f, 1.0, 1m, "1", new byte[] { 1 }, DateTimeOffset.UnixEpoch, ObjectId.Empty, Guid.Empty,
            };
            for (var i = 0; i < values.Count; i++)
            {
                for (var j = 0; j < values.Count; j++)
                {
                    Check.Equal(i == j, values[i] == values[j], $"{values[i].Type} and {values[j].Type}");
                }
            }

            Check.Equal((RealmValue)new byte[] { 1, 2 }, (RealmValue)new byte[] { 1, 2 });
            Check.Equal(((RealmValue)new byte[] { 1, 2 }).GetHashCode(), ((RealmValue)new byte[] { 1, 2 }).GetHashCode());
            Check.Equal((RealmValue)double.NaN, (RealmValue)double.NaN);
        }

        [Test]
        internal static void a_null_of_a_nullable_type_is_the_null_value()
        {
            Check.Equal(RealmValue.Null, (RealmValue)(long?)null);
            Check.Equal(RealmValue.Null, (RealmValue)(string?)null);
            Check.Equal(RealmValue.Null, (RealmValue)(byte[]?)null);
            Check.Equal(RealmValue.Null, RealmValue.FromObject(null));
            Check.Throws<NotSupportedException>(() => RealmValue.FromObject(new object()));
        }

        [Test]
        internal static void object_ids_are_written_and_read_as_hexadecimal_digits()
        {
            const string text = "5f63e882536de46d71877979";
            Check.Equal(text, ObjectId.Parse(text.ToUpperInvariant()).ToString());
            Check.Equal(0x5f, ObjectId.Parse(text).ToByteArray()[0]);
            Check.True(!ObjectId.TryParse(text.Substring(1), out _) && !ObjectId.TryParse("g" + text.Substring(1), out _), "others are refused");
            Check.True(ObjectId.GenerateNewId() != ObjectId.GenerateNewId(), "two new ids differ");
        }
    }
}
