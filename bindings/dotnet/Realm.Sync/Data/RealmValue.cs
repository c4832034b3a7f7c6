using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;

namespace Realms
{
    /// <summary>One value of a property or of an element of a collection, of any type that a realm can hold.</summary>
    public readonly partial struct RealmValue : IEquatable<RealmValue>
    {
        // Numbers and identifiers live in the two words; text, bytes and objects in the reference.
        private readonly ulong upper;
        private readonly ulong lower;
        private readonly object? reference;

        private RealmValue(RealmValueType type, ulong upper, ulong lower = 0, object? reference = null)
        {
            Type = type;
            this.upper = upper;
            this.lower = lower;
            this.reference = reference;
        }

        /// <summary>The type of the value.</summary>
        public RealmValueType Type { get; }

        /// <summary>No value.</summary>
        public static RealmValue Null => default;

        /// <summary>Makes a value from an object of a supported type.</summary>
        /// <exception cref="NotSupportedException">A realm holds no values of this type.</exception>
        public static RealmValue FromObject(object? value) => value switch
        {
            null => Null,
            RealmValue v => v,
            long v => v,
            int v => v,
            short v => v,
            byte v => v,
            char v => v,
            bool v => v,
            string v => v,
            byte[] v => v,
            DateTimeOffset v => v,
            float v => v,
            double v => v,
            decimal v => v,
            Decimal128 v => v,
            ObjectId v => v,
            Guid v => v,
            IRealmObjectBase v => Object(v),
            _ => throw new NotSupportedException($"A realm holds no values of the type {value.GetType()}."),
        };

        internal static RealmValue Create<T>(T value) => value is RealmValue already ? already : FromObject(value);

        /// <summary>A link to an object of the same realm.</summary>
        public static RealmValue Object(IRealmObjectBase? value) =>
            value is null ? Null : new RealmValue(RealmValueType.Object, 0, 0, value);

        /// <summary>The integer.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public long AsInt64() => (long)Expect(RealmValueType.Int).upper;

        /// <summary>The integer, if it fits 32 bits.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        /// <exception cref="OverflowException">The value does not fit.</exception>
        public int AsInt32() => checked((int)AsInt64());

        /// <summary>The truth value.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public bool AsBool() => Expect(RealmValueType.Bool).upper != 0;

        /// <summary>The text.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public string AsString() => (string)Expect(RealmValueType.String).reference!;

        /// <summary>The bytes, not copied.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public byte[] AsData() => (byte[])Expect(RealmValueType.Data).reference!;

        /// <summary>The point in time, in UTC.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public DateTimeOffset AsDate() => new DateTimeOffset((long)Expect(RealmValueType.Date).upper, TimeSpan.Zero);

        /// <summary>The 32-bit floating-point number.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public float AsFloat() => BitConverter.Int32BitsToSingle((int)Expect(RealmValueType.Float).upper);

        /// <summary>The 64-bit floating-point number.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public double AsDouble() => BitConverter.Int64BitsToDouble((long)Expect(RealmValueType.Double).upper);

        /// <summary>The decimal number.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public Decimal128 AsDecimal128()
        {
            Expect(RealmValueType.Decimal128);
            return Decimal128.FromIEEEBits(upper, lower);
        }

        /// <summary>The decimal number, see <see cref="Decimal128.ToDecimal"/>.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public decimal AsDecimal() => AsDecimal128().ToDecimal();

        /// <summary>The 12-byte identifier.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public ObjectId AsObjectId()
        {
            Expect(RealmValueType.ObjectId);
            Span<byte> bytes = stackalloc byte[16];
            CopyWords(bytes);
            return new ObjectId(bytes.Slice(0, ObjectId.Size));
        }

        /// <summary>The 16-byte identifier.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public Guid AsGuid()
        {
            Expect(RealmValueType.Guid);
            Span<byte> bytes = stackalloc byte[16];
            CopyWords(bytes);
            return new Guid(
                BinaryPrimitives.ReadInt32BigEndian(bytes),
                BinaryPrimitives.ReadInt16BigEndian(bytes.Slice(4)),
                BinaryPrimitives.ReadInt16BigEndian(bytes.Slice(6)),
                bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]);
        }

        /// <summary>The object that is linked to.</summary>
        /// <exception cref="InvalidCastException">The value is of another type.</exception>
        public IRealmObjectBase AsRealmObject() => (IRealmObjectBase)Expect(RealmValueType.Object).reference!;

        /// <summary>The value as an object of its .NET type; null if there is none.</summary>
        public object? AsAny() => Type switch
        {
            RealmValueType.Null => null,
            RealmValueType.Int => AsInt64(),
            RealmValueType.Bool => AsBool(),
            RealmValueType.String => AsString(),
            RealmValueType.Data => AsData(),
            RealmValueType.Date => AsDate(),
            RealmValueType.Float => AsFloat(),
            RealmValueType.Double => AsDouble(),
            RealmValueType.Decimal128 => AsDecimal128(),
            RealmValueType.ObjectId => AsObjectId(),
            RealmValueType.Object => AsRealmObject(),
            RealmValueType.Guid => AsGuid(),
            _ => throw new InvalidOperationException($"There is no value type {Type}."),
        };

        /// <summary>The value as <typeparamref name="T"/>: its own type, a nullable of it, or a number type that holds it.</summary>
        /// <exception cref="InvalidCastException">The value is of another type, or null where <typeparamref name="T"/> is not nullable.</exception>
        /// <exception cref="OverflowException">The integer does not fit.</exception>
        public T As<T>()
        {
            if (typeof(T) == typeof(RealmValue))
            {
                return (T)(object)this;
            }

            var any = AsAny();
            if (any is T same)
            {
                return same;
            }

            var target = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
            if (any is null)
            {
                return target.IsValueType && target == typeof(T)
                    ? throw new InvalidCastException($"The value is null, and {typeof(T)} is not nullable.")
                    : default(T)!;
            }

            return (T)ConvertNumber(any, target);
        }

        private object ConvertNumber(object any, Type target)
        {
            switch (any)
            {
                case long v when target == typeof(int): return checked((int)v);
                case long v when target == typeof(short): return checked((short)v);
                case long v when target == typeof(byte): return checked((byte)v);
                case long v when target == typeof(char): return checked((char)v);
                case float v when target == typeof(double): return (double)v;
                case Decimal128 v when target == typeof(decimal): return v.ToDecimal();
                default: throw new InvalidCastException($"The value is of the type {Type} and cannot be read as {target}.");
            }
        }

        private RealmValue Expect(RealmValueType type) => Type == type
            ? this
            : throw new InvalidCastException($"The value is of the type {Type}, not {type}.");

        internal void CopyWords(Span<byte> bytes)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes, upper);
            BinaryPrimitives.WriteUInt64BigEndian(bytes.Slice(8), lower);
        }

        /// <inheritdoc/>
        public bool Equals(RealmValue other)
        {
            if (Type != other.Type)
            {
                return false;
            }

            return Type switch
            {
                RealmValueType.Float => AsFloat().Equals(other.AsFloat()),
                RealmValueType.Double => AsDouble().Equals(other.AsDouble()),
                RealmValueType.Data => AsData().SequenceEqual(other.AsData()),
                _ => upper == other.upper && lower == other.lower && Equals(reference, other.reference),
            };
        }

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is RealmValue other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => Type switch
        {
            RealmValueType.Float => AsFloat().GetHashCode(),
            RealmValueType.Double => AsDouble().GetHashCode(),
            RealmValueType.Data => AsData().Aggregate(17, (hash, b) => unchecked(hash * 31 + b)),
            _ => HashCode.Combine(Type, upper, lower, reference),
        };

        /// <summary>The value as text, for people to read.</summary>
        public override string ToString() => AsAny()?.ToString() ?? "<null>";

        /// <summary>Whether both are the same value of the same type.</summary>
        public static bool operator ==(RealmValue left, RealmValue right) => left.Equals(right);

        /// <summary>Whether type or value differ.</summary>
        public static bool operator !=(RealmValue left, RealmValue right) => !left.Equals(right);
    }
}
