using System;

namespace Realms.Schema
{
    /// <summary>Whether the local file keeps an index of a property's values; never synchronised.</summary>
    public enum IndexType : byte
    {
        /// <summary>No index.</summary>
        None = 0,

        /// <summary>An index that finds equal values.</summary>
        General = 1,
    }

    /// <summary>One property of a class.</summary>
    public readonly struct Property : IEquatable<Property>
    {
        private Property(string name, PropertyType type, string? objectType = null, bool isPrimaryKey = false, IndexType indexType = IndexType.None)
        {
            Name = string.IsNullOrEmpty(name) ? throw new ArgumentException("A property needs a name.", nameof(name)) : name;
            Type = type;
            ObjectType = objectType;
            IsPrimaryKey = isPrimaryKey;
            IndexType = indexType;
        }

        /// <summary>The name.</summary>
        public string Name { get; }

        /// <summary>The type and its flags.</summary>
        public PropertyType Type { get; }

        /// <summary>The class that is linked to, for the type <see cref="PropertyType.Object"/>.</summary>
        public string? ObjectType { get; }

        /// <summary>Whether this is the primary key of its class.</summary>
        public bool IsPrimaryKey { get; }

        /// <summary>The index that the file keeps.</summary>
        public IndexType IndexType { get; }

        internal static Property FromFile(string name, PropertyType type, string? objectType, bool isPrimaryKey, IndexType indexType) =>
            new Property(name, type, objectType, isPrimaryKey, indexType);

        /// <summary>A single value.</summary>
        public static Property Primitive(string name, RealmValueType type, bool isPrimaryKey = false, IndexType indexType = IndexType.None, bool isNullable = false) =>
            new Property(name, FromValueType(type) | Nullable(isNullable), null, isPrimaryKey, indexType);

        /// <summary>A list of values.</summary>
        public static Property PrimitiveList(string name, RealmValueType type, bool areElementsNullable = false) =>
            new Property(name, FromValueType(type) | PropertyType.Array | Nullable(areElementsNullable));

        /// <summary>A set of values.</summary>
        public static Property PrimitiveSet(string name, RealmValueType type, bool areElementsNullable = false) =>
            new Property(name, FromValueType(type) | PropertyType.Set | Nullable(areElementsNullable));

        /// <summary>A dictionary of values by text key.</summary>
        public static Property PrimitiveDictionary(string name, RealmValueType type, bool areElementsNullable = false) =>
            new Property(name, FromValueType(type) | PropertyType.Dictionary | Nullable(areElementsNullable));

        /// <summary>A link to an object of the class, or an embedded object when the class is embedded.</summary>
        public static Property Object(string name, string objectType) =>
            new Property(name, PropertyType.Object | PropertyType.Nullable, objectType);

        /// <summary>A list of links or of embedded objects.</summary>
        public static Property ObjectList(string name, string objectType) =>
            new Property(name, PropertyType.Object | PropertyType.Array, objectType);

        /// <summary>A set of links.</summary>
        public static Property ObjectSet(string name, string objectType) =>
            new Property(name, PropertyType.Object | PropertyType.Set, objectType);

        /// <summary>A dictionary of links or of embedded objects by text key.</summary>
        public static Property ObjectDictionary(string name, string objectType) =>
            new Property(name, PropertyType.Object | PropertyType.Dictionary | PropertyType.Nullable, objectType);

        /// <summary>A single value of any type.</summary>
        public static Property RealmValue(string name) =>
            new Property(name, PropertyType.RealmValue | PropertyType.Nullable);

        /// <summary>A list of values of any type.</summary>
        public static Property RealmValueList(string name) =>
            new Property(name, PropertyType.RealmValue | PropertyType.Array | PropertyType.Nullable);

        /// <summary>A set of values of any type.</summary>
        public static Property RealmValueSet(string name) =>
            new Property(name, PropertyType.RealmValue | PropertyType.Set | PropertyType.Nullable);

        /// <summary>A dictionary of values of any type by text key.</summary>
        public static Property RealmValueDictionary(string name) =>
            new Property(name, PropertyType.RealmValue | PropertyType.Dictionary | PropertyType.Nullable);

        /// <inheritdoc/>
        public bool Equals(Property other) => Name == other.Name && Type == other.Type && ObjectType == other.ObjectType
            && IsPrimaryKey == other.IsPrimaryKey && IndexType == other.IndexType;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Property other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(Name, Type, ObjectType, IsPrimaryKey, IndexType);

        private static PropertyType Nullable(bool nullable) => nullable ? PropertyType.Nullable : 0;

        private static PropertyType FromValueType(RealmValueType type) => type switch
        {
            RealmValueType.Int => PropertyType.Int,
            RealmValueType.Bool => PropertyType.Bool,
            RealmValueType.String => PropertyType.String,
            RealmValueType.Data => PropertyType.Data,
            RealmValueType.Date => PropertyType.Date,
            RealmValueType.Float => PropertyType.Float,
            RealmValueType.Double => PropertyType.Double,
            RealmValueType.Decimal128 => PropertyType.Decimal,
            RealmValueType.ObjectId => PropertyType.ObjectId,
            RealmValueType.Guid => PropertyType.Guid,
            _ => throw new ArgumentException($"{type} is no primitive type; links are made with Property.Object.", nameof(type)),
        };
    }
}
