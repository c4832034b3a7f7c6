using System;
using System.Buffers.Binary;

namespace Realms.Interop
{
    /// <summary>Copies values out of what the library lends.</summary>
    internal static unsafe class ValueResult
    {
        private const int NanosecondsPerTick = 100;

        internal static RealmValue Copy(in NativeValue native, Realm realm)
        {
            switch (native.Type)
            {
                case NativeValueType.Null: return RealmValue.Null;
                case NativeValueType.Int: return native.Data.Integer;
                case NativeValueType.Bool: return native.Data.Boolean != 0;
                case NativeValueType.String: return native.Data.String.Copy();
                case NativeValueType.Binary: return native.Data.Binary.Copy();
                case NativeValueType.Timestamp: return Copy(native.Data.Timestamp);
                case NativeValueType.Float: return native.Data.SingleFloat;
                case NativeValueType.Double: return native.Data.DoubleFloat;
                case NativeValueType.Decimal128: return Copy(native.Data.Decimal128);
                case NativeValueType.ObjectId: return Copy(native.Data.ObjectId);
                case NativeValueType.Link: return RealmValue.Object(realm.FindLinked(native.Data.Link));
                case NativeValueType.Uuid: return Copy(native.Data.Uuid);
                default: throw new InvalidOperationException($"The library reported the unknown value type {native.Type}.");
            }
        }

        /// <summary>The key of a link as a value that equals only itself within its class.</summary>
        internal static RealmValue CopyKey(in NativeLink link)
        {
            switch (link.KeyType)
            {
                case NativeLinkKeyType.Null: return RealmValue.Null;
                case NativeLinkKeyType.Int: return link.Key.Integer;
                case NativeLinkKeyType.String: return link.Key.String.Copy();
                case NativeLinkKeyType.ObjectId: return Copy(link.Key.ObjectId);
                case NativeLinkKeyType.Uuid: return Copy(link.Key.Uuid);
                case NativeLinkKeyType.GlobalKey: return $"{link.Key.GlobalKey.High:x}-{link.Key.GlobalKey.Low:x}";
                default: throw new InvalidOperationException($"The library reported the unknown key type {link.KeyType}.");
            }
        }

        private static DateTimeOffset Copy(NativeTimestamp timestamp)
        {
            // Ticks are coarser than nanoseconds: the rest is cut off, towards 1970.
            var ticks = timestamp.Seconds * (decimal)TimeSpan.TicksPerSecond + timestamp.Nanoseconds / NanosecondsPerTick
                + DateTimeOffset.UnixEpoch.UtcTicks;
            return ticks >= DateTimeOffset.MinValue.UtcTicks && ticks <= DateTimeOffset.MaxValue.UtcTicks
                ? new DateTimeOffset((long)ticks, TimeSpan.Zero)
                : throw new OverflowException(
                    $"The point in time, {timestamp.Seconds} seconds from 1970, is outside the years 1 to 9999 of a DateTimeOffset.");
        }

        private static RealmValue Copy(NativeDecimal128 value)
        {
            var bytes = new ReadOnlySpan<byte>(value.Bytes, 16);
            return Decimal128.FromIEEEBits(
                BinaryPrimitives.ReadUInt64LittleEndian(bytes.Slice(8)),
                BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        private static RealmValue Copy(NativeObjectId value) => new ObjectId(new ReadOnlySpan<byte>(value.Bytes, ObjectId.Size));

        private static RealmValue Copy(NativeUuid value) =>
            RealmValue.FromWords(RealmValueType.Guid, new ReadOnlySpan<byte>(value.Bytes, 16));
    }
}
