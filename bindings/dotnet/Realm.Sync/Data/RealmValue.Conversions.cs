using System;
using System.Buffers.Binary;

namespace Realms
{
    /// <content>Conversions from and to .NET types.</content>
    public readonly partial struct RealmValue
    {
        /// <summary>A value of the type <see cref="RealmValueType.Int"/>.</summary>
        public static implicit operator RealmValue(long value) => new RealmValue(RealmValueType.Int, (ulong)value);

        /// <summary>A value of the type <see cref="RealmValueType.Bool"/>.</summary>
        public static implicit operator RealmValue(bool value) => new RealmValue(RealmValueType.Bool, value ? 1UL : 0);

        /// <summary>A value of the type <see cref="RealmValueType.Float"/>.</summary>
        public static implicit operator RealmValue(float value) => new RealmValue(RealmValueType.Float, (uint)BitConverter.SingleToInt32Bits(value));

        /// <summary>A value of the type <see cref="RealmValueType.Double"/>.</summary>
        public static implicit operator RealmValue(double value) => new RealmValue(RealmValueType.Double, (ulong)BitConverter.DoubleToInt64Bits(value));

        /// <summary>A value of the type <see cref="RealmValueType.Date"/>.</summary>
        public static implicit operator RealmValue(DateTimeOffset value) => new RealmValue(RealmValueType.Date, (ulong)value.UtcTicks);

        /// <summary>A value of the type <see cref="RealmValueType.Int"/>.</summary>
        public static implicit operator RealmValue(int value) => (long)value;

        /// <summary>A value of the type <see cref="RealmValueType.Int"/>.</summary>
        public static implicit operator RealmValue(short value) => (long)value;

        /// <summary>A value of the type <see cref="RealmValueType.Int"/>.</summary>
        public static implicit operator RealmValue(byte value) => (long)value;

        /// <summary>A value of the type <see cref="RealmValueType.Int"/>.</summary>
        public static implicit operator RealmValue(char value) => (long)value;

        /// <summary>A value of the type <see cref="RealmValueType.String"/>, or none.</summary>
        public static implicit operator RealmValue(string? value) =>
            value is null ? Null : new RealmValue(RealmValueType.String, 0, 0, value);

        /// <summary>A value of the type <see cref="RealmValueType.Data"/>, or none; the bytes are not copied.</summary>
        public static implicit operator RealmValue(byte[]? value) =>
            value is null ? Null : new RealmValue(RealmValueType.Data, 0, 0, value);

        /// <summary>A value of the type <see cref="RealmValueType.Decimal128"/>.</summary>
        public static implicit operator RealmValue(Decimal128 value) =>
            new RealmValue(RealmValueType.Decimal128, value.High, value.Low);

        /// <summary>A value of the type <see cref="RealmValueType.Decimal128"/>.</summary>
        public static implicit operator RealmValue(decimal value) => new Decimal128(value);

        /// <summary>A value of the type <see cref="RealmValueType.ObjectId"/>.</summary>
        public static implicit operator RealmValue(ObjectId value)
        {
            Span<byte> bytes = stackalloc byte[16];
            value.CopyTo(bytes);
            return FromWords(RealmValueType.ObjectId, bytes);
        }

        /// <summary>A value of the type <see cref="RealmValueType.Guid"/>, its bytes in the order in which they are written.</summary>
        public static implicit operator RealmValue(Guid value)
        {
            Span<byte> bytes = stackalloc byte[16];
            value.TryWriteBytes(bytes);

            // .NET writes the first three fields with the lowest byte first.
            bytes.Slice(0, 4).Reverse();
            bytes.Slice(4, 2).Reverse();
            bytes.Slice(6, 2).Reverse();
            return FromWords(RealmValueType.Guid, bytes);
        }

        internal static RealmValue FromWords(RealmValueType type, ReadOnlySpan<byte> bytes) => new RealmValue(
            type,
            BinaryPrimitives.ReadUInt64BigEndian(bytes),
            BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(8)));

        /// <summary>A value of the type <see cref="RealmValueType.Int"/>, or none.</summary>
        public static implicit operator RealmValue(long? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Bool"/>, or none.</summary>
        public static implicit operator RealmValue(bool? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Float"/>, or none.</summary>
        public static implicit operator RealmValue(float? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Double"/>, or none.</summary>
        public static implicit operator RealmValue(double? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Date"/>, or none.</summary>
        public static implicit operator RealmValue(DateTimeOffset? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Decimal128"/>, or none.</summary>
        public static implicit operator RealmValue(Decimal128? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.ObjectId"/>, or none.</summary>
        public static implicit operator RealmValue(ObjectId? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>A value of the type <see cref="RealmValueType.Guid"/>, or none.</summary>
        public static implicit operator RealmValue(Guid? value) => value.HasValue ? (RealmValue)value.Value : Null;

        /// <summary>The value as <see cref="long"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator long(RealmValue value) => value.As<long>();

        /// <summary>The value as <see cref="int"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator int(RealmValue value) => value.As<int>();

        /// <summary>The value as <see cref="bool"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator bool(RealmValue value) => value.As<bool>();

        /// <summary>The value as <see cref="float"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator float(RealmValue value) => value.As<float>();

        /// <summary>The value as <see cref="double"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator double(RealmValue value) => value.As<double>();

        /// <summary>The value as <see cref="DateTimeOffset"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator DateTimeOffset(RealmValue value) => value.As<DateTimeOffset>();

        /// <summary>The value as <see cref="Decimal128"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator Decimal128(RealmValue value) => value.As<Decimal128>();

        /// <summary>The value as <see cref="decimal"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator decimal(RealmValue value) => value.As<decimal>();

        /// <summary>The value as <see cref="ObjectId"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator ObjectId(RealmValue value) => value.As<ObjectId>();

        /// <summary>The value as <see cref="Guid"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator Guid(RealmValue value) => value.As<Guid>();

        /// <summary>The value as <see cref="string"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator string?(RealmValue value) => value.As<string?>();

        /// <summary>The value as <see cref="byte"/>, see <see cref="As{T}"/>.</summary>
        public static explicit operator byte[]?(RealmValue value) => value.As<byte[]?>();
    }
}
