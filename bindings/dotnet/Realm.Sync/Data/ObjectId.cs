using System;
using System.Security.Cryptography;
using System.Threading;

namespace Realms
{
    /// <summary>A 12-byte object identifier: seconds since 1970, a random part, a counter.</summary>
    public readonly struct ObjectId : IEquatable<ObjectId>, IComparable<ObjectId>
    {
        /// <summary>Number of bytes of an identifier.</summary>
        public const int Size = 12;

        private static readonly byte[] ProcessPart = RandomBytes(5);
        private static int counter = BitConverter.ToInt32(RandomBytes(4), 0);

        private readonly ulong high;
        private readonly uint low;

        /// <summary>Reads an identifier from 12 bytes.</summary>
        /// <exception cref="ArgumentException">The number of bytes is not 12.</exception>
        public ObjectId(ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length != Size)
            {
                throw new ArgumentException("An ObjectId is made from exactly 12 bytes.", nameof(bytes));
            }

            high = System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(bytes);
            low = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(bytes.Slice(8));
        }

        /// <summary>The identifier whose bytes are all zero.</summary>
        public static ObjectId Empty => default;

        /// <summary>Makes an identifier that no other call on any machine is expected to make.</summary>
        public static ObjectId GenerateNewId()
        {
            Span<byte> bytes = stackalloc byte[Size];
            var seconds = (uint)DateTimeOffset.UtcNow.ToUnixTimeSeconds();
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes, seconds);
            ProcessPart.CopyTo(bytes.Slice(4));
            var next = Interlocked.Increment(ref counter);
            bytes[9] = (byte)(next >> 16);
            bytes[10] = (byte)(next >> 8);
            bytes[11] = (byte)next;
            return new ObjectId(bytes);
        }

        /// <summary>Reads an identifier from 24 hexadecimal digits.</summary>
        /// <exception cref="FormatException">The text is not 24 hexadecimal digits.</exception>
        public static ObjectId Parse(string text) => TryParse(text, out var id)
            ? id
            : throw new FormatException("An ObjectId is written as 24 hexadecimal digits.");

        /// <summary>Reads an identifier from 24 hexadecimal digits, and says whether the text was one.</summary>
        public static bool TryParse(string? text, out ObjectId id)
        {
            id = default;
            if (text is null || text.Length != 2 * Size)
            {
                return false;
            }

            Span<byte> bytes = stackalloc byte[Size];
            for (var i = 0; i < Size; i++)
            {
                var upper = HexDigit(text[2 * i]);
                var lower = HexDigit(text[2 * i + 1]);
                if (upper < 0 || lower < 0)
                {
                    return false;
                }

                bytes[i] = (byte)(upper << 4 | lower);
            }

            id = new ObjectId(bytes);
            return true;
        }

        /// <summary>The 12 bytes.</summary>
        public byte[] ToByteArray()
        {
            var bytes = new byte[Size];
            CopyTo(bytes);
            return bytes;
        }

        internal void CopyTo(Span<byte> bytes)
        {
            System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(bytes, high);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(bytes.Slice(8), low);
        }

        /// <summary>24 hexadecimal digits.</summary>
        public override string ToString() => high.ToString("x16") + low.ToString("x8");

        /// <inheritdoc/>
        public int CompareTo(ObjectId other)
        {
            var upper = high.CompareTo(other.high);
            return upper != 0 ? upper : low.CompareTo(other.low);
        }

        /// <inheritdoc/>
        public bool Equals(ObjectId other) => high == other.high && low == other.low;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is ObjectId other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(high, low);

        /// <summary>Whether both are the same identifier.</summary>
        public static bool operator ==(ObjectId left, ObjectId right) => left.Equals(right);

        /// <summary>Whether they are different identifiers.</summary>
        public static bool operator !=(ObjectId left, ObjectId right) => !left.Equals(right);

        private static int HexDigit(char c)
        {
            if (c >= '0' && c <= '9')
            {
                return c - '0';
            }

            var lower = c | 0x20;
            return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
        }

        private static byte[] RandomBytes(int count)
        {
            var bytes = new byte[count];
            using var random = RandomNumberGenerator.Create();
            random.GetBytes(bytes);
            return bytes;
        }
    }
}
