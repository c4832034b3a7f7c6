using System;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Realms.Interop
{
    /// <summary>A value as the library takes it; text and bytes stay in place until it is disposed of.</summary>
    internal unsafe ref struct ValueArgument
    {
        private const long TicksPerSecond = TimeSpan.TicksPerSecond;
        private const int NanosecondsPerTick = 100;

        internal NativeValue Native;
        private GCHandle pin;

        // A link borrows its key from the object's handle.
        private RealmObject? linked;

        internal ValueArgument(RealmValue value)
        {
            Native = default;
            pin = default;
            linked = null;
            switch (value.Type)
            {
                case RealmValueType.Null:
                    Native.Type = NativeValueType.Null;
                    break;
                case RealmValueType.Int:
                    Native.Type = NativeValueType.Int;
                    Native.Data.Integer = value.AsInt64();
                    break;
                case RealmValueType.Bool:
                    Native.Type = NativeValueType.Bool;
                    Native.Data.Boolean = value.AsBool() ? (byte)1 : (byte)0;
                    break;
                case RealmValueType.String:
                    Native.Type = NativeValueType.String;
                    SetBytes(Utf8.Encoding.GetBytes(value.AsString()));
                    break;
                case RealmValueType.Data:
                    Native.Type = NativeValueType.Binary;
                    SetBytes(value.AsData());
                    break;
                case RealmValueType.Date:
                    Native.Type = NativeValueType.Timestamp;
                    Native.Data.Timestamp = ToNative(value.AsDate());
                    break;
                case RealmValueType.Float:
                    Native.Type = NativeValueType.Float;
                    Native.Data.SingleFloat = value.AsFloat();
                    break;
                case RealmValueType.Double:
                    Native.Type = NativeValueType.Double;
                    Native.Data.DoubleFloat = value.AsDouble();
                    break;
                case RealmValueType.Decimal128:
                    Native.Type = NativeValueType.Decimal128;
                    Native.Data.Decimal128 = ToNative(value.AsDecimal128());
                    break;
                case RealmValueType.ObjectId:
                    Native.Type = NativeValueType.ObjectId;
                    CopyIdentifier(value, ObjectId.Size);
                    break;
                case RealmValueType.Guid:
                    Native.Type = NativeValueType.Uuid;
                    CopyIdentifier(value, 16);
                    break;
                case RealmValueType.Object:
                    Native.Type = NativeValueType.Link;
                    linked = (RealmObject)value.AsRealmObject();
                    Native.Data.Link = linked.Handle.GetLink();
                    break;
                default:
                    throw new ArgumentException($"There is no value type {value.Type}.", nameof(value));
            }
        }

        public void Dispose()
        {
            if (pin.IsAllocated)
            {
                pin.Free();
            }

            GC.KeepAlive(linked);
        }

        private void SetBytes(byte[] bytes)
        {
            pin = GCHandle.Alloc(bytes, GCHandleType.Pinned);
            Native.Data.String = new NativeString((byte*)pin.AddrOfPinnedObject(), bytes.Length);
        }

        private void CopyIdentifier(RealmValue value, int size)
        {
            Span<byte> words = stackalloc byte[16];
            value.CopyWords(words);
            fixed (byte* bytes = Native.Data.Uuid.Bytes)
            {
                words.Slice(0, size).CopyTo(new Span<byte>(bytes, size));
            }
        }

        private static NativeTimestamp ToNative(DateTimeOffset date)
        {
            var ticks = date.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks;
            return new NativeTimestamp
            {
                Seconds = ticks / TicksPerSecond,
                Nanoseconds = (int)(ticks % TicksPerSecond) * NanosecondsPerTick,
            };
        }

        private static NativeDecimal128 ToNative(Decimal128 value)
        {
            NativeDecimal128 native = default;
            var bytes = new Span<byte>(native.Bytes, 16);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, value.Low);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.Slice(8), value.High);
            return native;
        }
    }
}
