using Realms.Schema;

namespace Realms.Tests
{
    /// <summary>The classes that tests use.</summary>
    internal static class Schemas
    {
        internal static readonly RealmValueType[] Primitives =
        {
            RealmValueType.Int, RealmValueType.Bool, RealmValueType.String, RealmValueType.Data, RealmValueType.Date, RealmValueType.Float,
            RealmValueType.Double, RealmValueType.Decimal128, RealmValueType.ObjectId, RealmValueType.Guid,
        };

        /// <summary>Person by number; people know each other. Note without primary key.</summary>
        internal static RealmSchema People => new RealmSchema.Builder
        {
            new ObjectSchema.Builder("Person")
            {
                Property.Primitive("_id", RealmValueType.Int, isPrimaryKey: true),
                Property.Primitive("name", RealmValueType.String),
                Property.Primitive("visits", RealmValueType.Int),
                Property.Object("friend", "Person"),
            },
            new ObjectSchema.Builder("Note")
            {
                Property.Primitive("text", RealmValueType.String, isNullable: true),
                Property.Object("author", "Person"),
                Property.RealmValue("extra"),
            },
        };

        /// <summary>One property of each primitive type, named after it, and one more that takes null.</summary>
        internal static RealmSchema EveryType
        {
            get
            {
                var every = new ObjectSchema.Builder("Every") { Property.Primitive("_id", RealmValueType.Int, isPrimaryKey: true) };
                foreach (var type in Primitives)
                {
                    every.Add(Property.Primitive(type.ToString(), type));
                    every.Add(Property.Primitive("Maybe" + type, type, isNullable: true));
                }

                every.Add(Property.RealmValue("Mixed"));
                return new RealmSchema.Builder { every };
            }
        }

        /// <summary>A class whose primary key is of the type.</summary>
        internal static RealmSchema KeyedBy(RealmValueType type, bool isNullable) => new RealmSchema.Builder
        {
            new ObjectSchema.Builder("Keyed")
            {
                Property.Primitive("_id", type, isPrimaryKey: true, isNullable: isNullable),
                Property.Object("other", "Keyed"),
            },
        };
    }
}
