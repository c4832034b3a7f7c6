using System;
using System.Linq;

namespace Realms.Tests
{
    internal static class Decimal128Tests
    {
        [Test]
        internal static void text_survives_parsing_and_printing()
        {
            var texts = new[]
            {
                "0", "-0", "1", "-1", "12.50", "0.001", "1.00", "1E+10", "1.5E+10", "1E-7", "0.000001", "1.23E-20",
                "9999999999999999999999999999999999", "9.999999999999999999999999999999999E+6144", "1E-6176", "0E+6111", "0E-6176",
                "NaN", "Infinity", "-Infinity",
            };
            foreach (var text in texts)
            {
                Check.Equal(text, Decimal128.Parse(text).ToString(), text);
            }
        }

        [Test]
        internal static void bits_are_those_of_the_standard()
        {
            Check.Equal(0x3040_0000_0000_0000UL, Decimal128.Parse("1").GetIEEEHighBits());
            Check.Equal(1UL, Decimal128.Parse("1").GetIEEELowBits());
            Check.Equal(0xB040_0000_0000_0000UL, Decimal128.Parse("-1").GetIEEEHighBits());
            Check.Equal(0x3040_0000_0000_0000UL - (1UL << 49), Decimal128.Parse("0.1").GetIEEEHighBits());
            Check.Equal(0x7C00_0000_0000_0000UL, Decimal128.Parse("NaN").GetIEEEHighBits());
            Check.Equal(0xF800_0000_0000_0000UL, Decimal128.Parse("-Infinity").GetIEEEHighBits());

            // The largest number: 34 nines and the exponent 6111.
            var largest = Decimal128.Parse("9.999999999999999999999999999999999E+6144");
            Check.Equal(0x5FFF_ED09_BEAD_87C0UL, largest.GetIEEEHighBits());
            Check.Equal(0x378D_8E63_FFFF_FFFFUL, largest.GetIEEELowBits());
        }

        [Test]
        internal static void an_exponent_outside_the_range_moves_into_the_digits_where_they_have_room()
        {
            Check.Equal(Decimal128.Parse("1000E+6111"), Decimal128.Parse("1E+6114"));
            Check.Equal(Decimal128.Parse("1E-6176"), Decimal128.Parse("1000E-6179"));
        }

        [Test]
        internal static void what_is_no_decimal_number_is_refused()
        {
            var texts = new[]
            {
                string.Empty, "-", ".", "1.2.3", "1e", "e5", "0x10", "1 ", " 1", "--1", "1E+6145", "1E-6177", "1E+99999999999",
                "99999999999999999999999999999999999", "Nan0",
            };
            foreach (var text in texts)
            {
                Check.Throws<FormatException>(() => Decimal128.Parse(text));
            }

            Check.Throws<ArgumentNullException>(() => Decimal128.Parse(null!));
        }

        [Test]
        internal static void a_system_decimal_comes_back_with_its_zeros()
        {
            foreach (var value in new[] { 0m, 1m, -1m, 1.00m, -12.50m, 0.0000000000000000000000000001m, decimal.MaxValue, decimal.MinValue })
            {
                var back = new Decimal128(value).ToDecimal();
                Check.True(decimal.GetBits(value).SequenceEqual(decimal.GetBits(back)), $"{value} has the bits of {back}");
            }
        }

        [Test]
        internal static void digits_that_a_system_decimal_has_no_room_for_are_rounded_once()
        {
            Check.Equal(0.1234567890123456789012345678m, Decimal128.Parse("0.12345678901234567890123456784999").ToDecimal());
            Check.Equal(0.1234567890123456789012345679m, Decimal128.Parse("0.12345678901234567890123456785").ToDecimal());
            Check.Equal(0m, Decimal128.Parse("1E-6176").ToDecimal());
            Check.Equal(1e28m, Decimal128.Parse("1E+28").ToDecimal());
            Check.Throws<OverflowException>(() => Decimal128.Parse("1E+29").ToDecimal());
            Check.Throws<OverflowException>(() => Decimal128.NaN.ToDecimal());
        }

        [Test]
        internal static void a_coefficient_beyond_34_digits_reads_as_zero()
        {
            Check.Equal("0", Decimal128.FromIEEEBits(0x3041_FFFF_FFFF_FFFF, ulong.MaxValue).ToString());
            Check.Equal("0", Decimal128.FromIEEEBits(0x6C10_0000_0000_0000, 5).ToString());
        }
    }
}
