using System;
using System.Globalization;
using System.Numerics;

namespace Realms
{
    /// <summary>
    /// A decimal floating-point number of up to 34 digits and exponents from -6176 to 6111 (IEEE 754-2008, binary-integer form).
    /// Equality is of bits: 1.0 and 1.00 differ.
    /// </summary>
    public readonly struct Decimal128 : IEquatable<Decimal128>
    {
        private const int ExponentBias = 6176;
        private const int MaxExponent = 6111;
        private const int MaxDigits = 34;
        private const ulong SignBit = 0x8000_0000_0000_0000;
        private const ulong InfinityBits = 0x7800_0000_0000_0000;
        private const ulong NaNBits = 0x7C00_0000_0000_0000;
        private static readonly BigInteger MaxCoefficient = BigInteger.Pow(10, MaxDigits) - 1;

        private Decimal128(ulong high, ulong low)
        {
            High = high;
            Low = low;
        }

        /// <summary>Takes over the value of a <see cref="decimal"/>, its trailing zeros too.</summary>
        public Decimal128(decimal value)
        {
            var parts = decimal.GetBits(value);
            var scale = parts[3] >> 16 & 0xFF;
            High = (parts[3] < 0 ? SignBit : 0) | (ulong)(ExponentBias - scale) << 49 | (uint)parts[2];
            Low = (ulong)(uint)parts[1] << 32 | (uint)parts[0];
        }

        /// <summary>The number that is not a number.</summary>
        public static Decimal128 NaN => new Decimal128(NaNBits, 0);

        /// <summary>Infinity above zero.</summary>
        public static Decimal128 PositiveInfinity => new Decimal128(InfinityBits, 0);

        /// <summary>Infinity below zero.</summary>
        public static Decimal128 NegativeInfinity => new Decimal128(InfinityBits | SignBit, 0);

        /// <summary>Whether this is not a number.</summary>
        public bool IsNaN => (High & NaNBits) == NaNBits;

        /// <summary>Whether this is infinity, of either sign.</summary>
        public bool IsInfinity => (High & NaNBits) == InfinityBits;

        internal ulong High { get; }

        internal ulong Low { get; }

        private bool IsNegative => (High & SignBit) != 0;

        /// <summary>Makes a number from the 64 upper and 64 lower bits of its IEEE 754-2008 form.</summary>
        public static Decimal128 FromIEEEBits(ulong highBits, ulong lowBits) => new Decimal128(highBits, lowBits);

        /// <summary>The 64 upper bits of the IEEE 754-2008 form.</summary>
        public ulong GetIEEEHighBits() => High;

        /// <summary>The 64 lower bits of the IEEE 754-2008 form.</summary>
        public ulong GetIEEELowBits() => Low;

        /// <summary>Reads a number such as <c>-12.50</c>, <c>1E+10</c>, <c>NaN</c> or <c>-Infinity</c>.</summary>
        /// <exception cref="FormatException">The text is no decimal number, or does not fit.</exception>
        public static Decimal128 Parse(string text)
        {
            if (text is null)
            {
                throw new ArgumentNullException(nameof(text));
            }

            var rest = text.AsSpan();
            var negative = rest.Length > 0 && rest[0] == '-';
            if (negative || rest.Length > 0 && rest[0] == '+')
            {
                rest = rest.Slice(1);
            }

            if (rest.Equals("NaN", StringComparison.OrdinalIgnoreCase))
            {
                return NaN;
            }

            if (rest.Equals("Infinity", StringComparison.OrdinalIgnoreCase) || rest.Equals("Inf", StringComparison.OrdinalIgnoreCase))
            {
                return negative ? NegativeInfinity : PositiveInfinity;
            }

            return ParseFinite(rest, negative) ?? throw new FormatException(
                "Not a decimal number of at most 34 digits with an exponent between -6176 and 6111.");
        }

        private static Decimal128? ParseFinite(ReadOnlySpan<char> text, bool negative)
        {
            var exponent = 0;
            var mark = text.IndexOfAny('e', 'E');
            if (mark >= 0)
            {
                const NumberStyles style = NumberStyles.AllowLeadingSign;
                if (!int.TryParse(text.Slice(mark + 1), style, CultureInfo.InvariantCulture, out exponent) || Math.Abs((long)exponent) > 100_000)
                {
                    return null;
                }

                text = text.Slice(0, mark);
            }

            var coefficient = BigInteger.Zero;
            var digits = 0;
            var sawPoint = false;
            foreach (var c in text)
            {
                if (c == '.' && !sawPoint)
                {
                    sawPoint = true;
                    continue;
                }

                if (c < '0' || c > '9')
                {
                    return null;
                }

                coefficient = coefficient * 10 + (c - '0');
                digits++;
                exponent -= sawPoint ? 1 : 0;
                if (coefficient > MaxCoefficient)
                {
                    return null;
                }
            }

            return digits == 0 ? null : FromParts(negative, coefficient, exponent);
        }

        private static Decimal128? FromParts(bool negative, BigInteger coefficient, int exponent)
        {
            // A number such as 1E+6144 has no exponent of its own: its coefficient takes zeros until it fits.
            while (exponent > MaxExponent && coefficient * 10 <= MaxCoefficient && !coefficient.IsZero)
            {
                coefficient *= 10;
                exponent--;
            }

            while (exponent < -ExponentBias && coefficient % 10 == 0 && !coefficient.IsZero)
            {
                coefficient /= 10;
                exponent++;
            }

            if (coefficient.IsZero)
            {
                exponent = Math.Min(Math.Max(exponent, -ExponentBias), MaxExponent);
            }

            if (exponent > MaxExponent || exponent < -ExponentBias)
            {
                return null;
            }

            var high = (ulong)(coefficient >> 64) | (ulong)(exponent + ExponentBias) << 49 | (negative ? SignBit : 0);
            return new Decimal128(high, (ulong)(coefficient & ulong.MaxValue));
        }

        private (BigInteger Coefficient, int Exponent) Parts()
        {
            // With both upper exponent bits set the coefficient would have more than 34 digits: by the standard it then reads as zero.
            if ((High & 0x6000_0000_0000_0000) == 0x6000_0000_0000_0000)
            {
                return (BigInteger.Zero, (int)(High >> 47 & 0x3FFF) - ExponentBias);
            }

            var coefficient = (new BigInteger(High & 0x0001_FFFF_FFFF_FFFF) << 64) + Low;
            return (coefficient > MaxCoefficient ? BigInteger.Zero : coefficient, (int)(High >> 49 & 0x3FFF) - ExponentBias);
        }

        /// <summary>The value as a <see cref="decimal"/>, rounded to the digits that it has room for.</summary>
        /// <exception cref="OverflowException">The value is not finite, or larger than a decimal can be.</exception>
        public decimal ToDecimal()
        {
            if (IsNaN || IsInfinity)
            {
                throw new OverflowException("The value is not finite, so it is no System.Decimal.");
            }

            var (coefficient, exponent) = Parts();
            var max = new BigInteger(decimal.MaxValue);
            if (exponent > 0)
            {
                coefficient = coefficient.IsZero ? coefficient : coefficient * BigInteger.Pow(10, exponent);
                exponent = 0;
            }

            // Digits that a decimal has no room for go in one rounding; past 35 of them nothing is left to round.
            var drop = Math.Min(Math.Max(-28 - exponent, 0), MaxDigits + 1);
            while (exponent + drop < 0 && Divide(coefficient, drop) > max)
            {
                drop++;
            }

            coefficient = Divide(coefficient, drop);
            exponent = coefficient.IsZero ? Math.Max(exponent, -28) : exponent + drop;
            if (coefficient > max)
            {
                throw new OverflowException("The value is larger than a System.Decimal can be.");
            }

            var low = (uint)(coefficient & uint.MaxValue);
            var middle = (uint)(coefficient >> 32 & uint.MaxValue);
            var upper = (uint)(coefficient >> 64 & uint.MaxValue);
            return new decimal((int)low, (int)middle, (int)upper, IsNegative, (byte)-exponent);
        }

        private static BigInteger Divide(BigInteger coefficient, int digits)
        {
            var unit = BigInteger.Pow(10, digits);
            return (coefficient + unit / 2) / unit;
        }

        /// <summary>The number in the notation that <see cref="Parse"/> reads; keeps trailing zeros.</summary>
        public override string ToString()
        {
            if (IsNaN)
            {
                return "NaN";
            }

            var sign = IsNegative ? "-" : string.Empty;
            if (IsInfinity)
            {
                return sign + "Infinity";
            }

            var (coefficient, exponent) = Parts();
            var digits = coefficient.ToString(CultureInfo.InvariantCulture);
            var scientific = exponent + digits.Length - 1;
            if (exponent > 0 || scientific < -6)
            {
                var fraction = digits.Length > 1 ? "." + digits.Substring(1) : string.Empty;
                return $"{sign}{digits[0]}{fraction}E{(scientific < 0 ? "-" : "+")}{Math.Abs(scientific)}";
            }

            if (exponent == 0)
            {
                return sign + digits;
            }

            var padded = digits.PadLeft(1 - exponent, '0');
            return sign + padded.Substring(0, padded.Length + exponent) + "." + padded.Substring(padded.Length + exponent);
        }

        /// <inheritdoc/>
        public bool Equals(Decimal128 other) => High == other.High && Low == other.Low;

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Decimal128 other && Equals(other);

        /// <inheritdoc/>
        public override int GetHashCode() => HashCode.Combine(High, Low);

        /// <summary>Whether both have the same bits.</summary>
        public static bool operator ==(Decimal128 left, Decimal128 right) => left.Equals(right);

        /// <summary>Whether their bits differ.</summary>
        public static bool operator !=(Decimal128 left, Decimal128 right) => !left.Equals(right);

        /// <summary>Takes over a <see cref="decimal"/>.</summary>
        public static implicit operator Decimal128(decimal value) => new Decimal128(value);

        /// <summary>See <see cref="ToDecimal"/>.</summary>
        public static explicit operator decimal(Decimal128 value) => value.ToDecimal();
    }
}
