using System;
using Realms.Schema;

namespace Realms.Interop
{
    /// <summary>The types of properties, as the SDK and as the library number them.</summary>
    internal static class PropertyTypes
    {
        internal static NativePropertyType ToNative(PropertyType type) => (type & ~PropertyType.Flags) switch
        {
            PropertyType.Int => NativePropertyType.Int,
            PropertyType.Bool => NativePropertyType.Bool,
            PropertyType.String => NativePropertyType.String,
            PropertyType.Data => NativePropertyType.Binary,
            PropertyType.Date => NativePropertyType.Timestamp,
            PropertyType.Float => NativePropertyType.Float,
            PropertyType.Double => NativePropertyType.Double,
            PropertyType.Object => NativePropertyType.Object,
            PropertyType.RealmValue => NativePropertyType.Mixed,
            PropertyType.ObjectId => NativePropertyType.ObjectId,
            PropertyType.Decimal => NativePropertyType.Decimal128,
            PropertyType.Guid => NativePropertyType.Uuid,
            _ => throw new ArgumentException($"There is no property type {type}.", nameof(type)),
        };

        internal static NativeCollectionType ToNativeCollection(PropertyType type) => (type & PropertyType.Collections) switch
        {
            0 => NativeCollectionType.None,
            PropertyType.Array => NativeCollectionType.List,
            PropertyType.Set => NativeCollectionType.Set,
            PropertyType.Dictionary => NativeCollectionType.Dictionary,
            _ => throw new ArgumentException($"A property is one collection at most, not {type}.", nameof(type)),
        };

        internal static NativePropertyFlag ToNativeFlags(Property property) =>
            (property.Type.HasFlag(PropertyType.Nullable) ? NativePropertyFlag.Nullable : 0)
            | (property.IsPrimaryKey ? NativePropertyFlag.PrimaryKey : 0)
            | (property.IndexType == IndexType.General ? NativePropertyFlag.Indexed : 0);

        internal static Property FromNative(in NativeProperty native)
        {
            var flags = native.Flags;
            var type = FromNative(native.Type) | FromNative(native.CollectionType)
                | (flags.HasFlag(NativePropertyFlag.Nullable) ? PropertyType.Nullable : 0);
            var target = native.TargetClass.Copy();
            return Property.FromFile(
                native.Name.Copy(),
                type,
                target.Length == 0 ? null : target,
                flags.HasFlag(NativePropertyFlag.PrimaryKey),
                flags.HasFlag(NativePropertyFlag.Indexed) ? IndexType.General : IndexType.None);
        }

        private static PropertyType FromNative(NativePropertyType type) => type switch
        {
            NativePropertyType.Int => PropertyType.Int,
            NativePropertyType.Bool => PropertyType.Bool,
            NativePropertyType.String => PropertyType.String,
            NativePropertyType.Binary => PropertyType.Data,
            NativePropertyType.Timestamp => PropertyType.Date,
            NativePropertyType.Float => PropertyType.Float,
            NativePropertyType.Double => PropertyType.Double,
            NativePropertyType.Object => PropertyType.Object,
            NativePropertyType.Mixed => PropertyType.RealmValue,
            NativePropertyType.ObjectId => PropertyType.ObjectId,
            NativePropertyType.Decimal128 => PropertyType.Decimal,
            NativePropertyType.Uuid => PropertyType.Guid,
            _ => throw new InvalidOperationException($"The library reported the unknown property type {type}."),
        };

        private static PropertyType FromNative(NativeCollectionType type) => type switch
        {
            NativeCollectionType.None => 0,
            NativeCollectionType.List => PropertyType.Array,
            NativeCollectionType.Set => PropertyType.Set,
            NativeCollectionType.Dictionary => PropertyType.Dictionary,
            _ => throw new InvalidOperationException($"The library reported the unknown collection type {type}."),
        };
    }
}
