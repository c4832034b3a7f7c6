//! Decimal128: the 128 bits of an IEEE 754-2008 decimal in its binary-integer form.

use std::fmt;
use std::str::FromStr;

/// A decimal floating-point number of up to 34 digits. Equality is of bits: 1.0 and 1.00 differ;
/// [`Decimal128::is_same_number`] compares what the bits mean.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal128 {
    bits: u128,
}

/// The text is no decimal number, or does not fit 34 digits and exponents of -6176 to 6111.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 34 digits with an exponent between -6176 and 6111")]
pub struct ParseDecimal128Error;

/// The three fields of the bits, as changesets write them. For a number the value is
/// coefficient * 10^exponent; NaN and the infinities are patterns of the exponent.
///
/// Source: `docs/CHANGESET.md`, "Decimals".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DecimalParts {
    /// 113 bits.
    pub coefficient: u128,
    /// -6176 to 10207.
    pub exponent: i32,
    pub is_negative: bool,
}

/// What the bits stand for.
enum Meaning {
    Nan,
    Infinity,
    /// Coefficients that 34 digits cannot hold mean 0.
    Number {
        coefficient: u128,
        exponent: i32,
    },
}

const EXPONENT_BIAS: i32 = 6176;
const EXPONENT_SHIFT: u32 = 113;
const EXPONENT_BITS: u32 = 14;
const COEFFICIENT_MASK: u128 = (1 << EXPONENT_SHIFT) - 1;
const MAX_EXPONENT: i32 = 6111;
const MAX_DIGITS: usize = 34;
const MAX_COEFFICIENT: u128 = 10u128.pow(MAX_DIGITS as u32) - 1;

impl Decimal128 {
    pub const ZERO: Decimal128 = Decimal128 { bits: EXPONENT_BIAS_BITS };
    pub const NAN: Decimal128 = Decimal128 { bits: 0x7C << 120 };
    pub const INFINITY: Decimal128 = Decimal128 { bits: 0x78 << 120 };
    pub const NEG_INFINITY: Decimal128 = Decimal128 { bits: 0xF8 << 120 };

    pub fn from_bits(bits: u128) -> Decimal128 {
        Decimal128 { bits }
    }

    pub fn to_bits(self) -> u128 {
        self.bits
    }

    /// `None` when the coefficient has more than 113 bits or the exponent is not one of -6176 to
    /// 10207. Whatever fits is kept as it is, also what is no canonical number.
    pub fn from_parts(coefficient: u128, exponent: i32, is_negative: bool) -> Option<Decimal128> {
        let biased = u128::try_from(exponent.checked_add(EXPONENT_BIAS)?).ok()?;
        if coefficient > COEFFICIENT_MASK || biased >= 1 << EXPONENT_BITS {
            return None;
        }
        Some(Decimal128 { bits: u128::from(is_negative) << 127 | biased << EXPONENT_SHIFT | coefficient })
    }

    /// The fields of the bits; [`Decimal128::from_parts`] makes the same bits of them.
    pub fn parts(self) -> DecimalParts {
        let biased = (self.bits >> EXPONENT_SHIFT) as i32 & ((1 << EXPONENT_BITS) - 1);
        DecimalParts {
            coefficient: self.bits & COEFFICIENT_MASK,
            exponent: biased - EXPONENT_BIAS,
            is_negative: self.bits >> 127 != 0,
        }
    }

    pub fn is_nan(self) -> bool {
        matches!(self.meaning(), Meaning::Nan)
    }

    pub fn is_infinite(self) -> bool {
        matches!(self.meaning(), Meaning::Infinity)
    }

    /// Equality of numbers: 1.0 is 1.00, 0 is -0, and NaN is nothing.
    pub fn is_same_number(self, other: Decimal128) -> bool {
        self.number().is_some_and(|number| other.number() == Some(number))
    }

    /// What is equal for equal numbers, whatever their exponents; `None` for NaN.
    pub fn number(self) -> Option<DecimalParts> {
        let is_negative = self.parts().is_negative;
        match self.meaning() {
            Meaning::Nan => None,
            Meaning::Infinity => Some(DecimalParts { coefficient: 0, exponent: i32::MAX, is_negative }),
            Meaning::Number { coefficient: 0, .. } => {
                Some(DecimalParts { coefficient: 0, exponent: 0, is_negative: false })
            }
            Meaning::Number { coefficient, exponent } => {
                let (coefficient, exponent) = without_trailing_zeros(coefficient, exponent);
                Some(DecimalParts { coefficient, exponent, is_negative })
            }
        }
    }

    fn meaning(self) -> Meaning {
        let DecimalParts { coefficient, exponent, .. } = self.parts();
        match self.bits >> 122 & 0x1F {
            0b11111 => Meaning::Nan,
            0b11110 => Meaning::Infinity,
            // Two set bits here announce a coefficient of 2^113 or more, which no 34 digits hold.
            0b11000..=0b11101 => {
                let biased = (self.bits >> 111) as i32 & ((1 << EXPONENT_BITS) - 1);
                Meaning::Number { coefficient: 0, exponent: biased - EXPONENT_BIAS }
            }
            _ if coefficient > MAX_COEFFICIENT => Meaning::Number { coefficient: 0, exponent },
            _ => Meaning::Number { coefficient, exponent },
        }
    }
}

const EXPONENT_BIAS_BITS: u128 = (EXPONENT_BIAS as u128) << EXPONENT_SHIFT;

fn without_trailing_zeros(mut coefficient: u128, mut exponent: i32) -> (u128, i32) {
    while coefficient != 0 && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        exponent += 1;
    }
    (coefficient, exponent)
}

impl fmt::Debug for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal128({self}, {:#034x})", self.bits)
    }
}

/// The shortest text that keeps every digit: plain where that needs no zeros at the end and few at
/// the front, else with an exponent (`1.5E+40`); `NaN`, `Inf`, `-Inf`.
impl fmt::Display for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (coefficient, exponent) = match self.meaning() {
            Meaning::Nan => return f.write_str("NaN"),
            Meaning::Infinity => return f.write_str(if self.parts().is_negative { "-Inf" } else { "Inf" }),
            Meaning::Number { coefficient, exponent } => (coefficient, exponent),
        };
        if self.parts().is_negative {
            f.write_str("-")?;
        }
        let digits = coefficient.to_string();
        let leading_exponent = exponent + digits.len() as i32 - 1;
        if exponent > 0 || leading_exponent < -6 {
            let (first, rest) = digits.split_at(1);
            let point = if rest.is_empty() { "" } else { "." };
            return write!(f, "{first}{point}{rest}E{leading_exponent:+}");
        }
        match digits.len().checked_sub(exponent.unsigned_abs() as usize) {
            Some(whole) if whole > 0 && exponent == 0 => f.write_str(&digits),
            Some(whole) if whole > 0 => write!(f, "{}.{}", &digits[..whole], &digits[whole..]),
            Some(_) | None => write!(f, "0.{digits:0>width$}", width = exponent.unsigned_abs() as usize),
        }
    }
}

impl FromStr for Decimal128 {
    type Err = ParseDecimal128Error;

    /// Reads what `Display` writes and the usual spellings of it. Digits are never rounded away:
    /// a number that needs more than 34 is an error, unless the surplus is zeros.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (is_negative, unsigned) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            Some(_) | None => (false, text),
        };
        match unsigned.to_ascii_lowercase().as_str() {
            "nan" => return Ok(Decimal128::NAN),
            "inf" | "infinity" if is_negative => return Ok(Decimal128::NEG_INFINITY),
            "inf" | "infinity" => return Ok(Decimal128::INFINITY),
            _ => {}
        }
        let (number, exponent) = match unsigned.find(['e', 'E']) {
            Some(at) => (&unsigned[..at], unsigned[at + 1..].parse::<i32>().map_err(|_| ParseDecimal128Error)?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        let is_number = !(whole.is_empty() && fraction.is_empty())
            && whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit());
        if !is_number {
            return Err(ParseDecimal128Error);
        }
        let scale = i32::try_from(fraction.len()).map_err(|_| ParseDecimal128Error)?;
        let exponent = exponent.checked_sub(scale).ok_or(ParseDecimal128Error)?;
        fit(whole.bytes().chain(fraction.bytes()), exponent)
            .and_then(|(coefficient, exponent)| Decimal128::from_parts(coefficient, exponent, is_negative))
            .ok_or(ParseDecimal128Error)
    }
}

/// The digits as a coefficient and an exponent that both fit, moving zeros at the end between them.
fn fit(digits: impl Iterator<Item = u8>, exponent: i32) -> Option<(u128, i32)> {
    let mut coefficient: u128 = 0;
    let mut exponent = exponent;
    let mut skipped_zeros = 0;
    for digit in digits {
        let digit = u128::from(digit - b'0');
        let next = coefficient * 10 + digit;
        if skipped_zeros == 0 && next <= MAX_COEFFICIENT {
            coefficient = next;
        } else if digit == 0 {
            skipped_zeros += 1;
        } else {
            return None;
        }
    }
    exponent = exponent.checked_add(skipped_zeros)?;
    if coefficient == 0 {
        return Some((0, exponent.clamp(-EXPONENT_BIAS, MAX_EXPONENT)));
    }
    while exponent > MAX_EXPONENT && coefficient <= MAX_COEFFICIENT / 10 {
        coefficient *= 10;
        exponent -= 1;
    }
    while exponent < -EXPONENT_BIAS && coefficient.is_multiple_of(10) {
        coefficient /= 10;
        exponent += 1;
    }
    (-EXPONENT_BIAS..=MAX_EXPONENT).contains(&exponent).then_some((coefficient, exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(coefficient: u128, exponent: i32, is_negative: bool) -> String {
        Decimal128::from_parts(coefficient, exponent, is_negative).unwrap().to_string()
    }

    #[test]
    fn numbers_are_written_plainly_or_with_an_exponent() {
        assert_eq!(text(15, -1, false), "1.5");
        assert_eq!(text(150, -2, false), "1.50");
        assert_eq!(text(12345, 0, true), "-12345");
        assert_eq!(text(5, -7, false), "5E-7");
        assert_eq!(text(5, -3, false), "0.005");
        assert_eq!(text(1, -6176, false), "1E-6176");
        assert_eq!(text(15, 3, false), "1.5E+4");
        assert_eq!(text(0, 0, false), "0");
        assert_eq!(text(MAX_COEFFICIENT, 6111, false), "9.999999999999999999999999999999999E+6144");
    }

    #[test]
    fn every_written_number_reads_back_as_the_same_bits() {
        for coefficient in [0, 1, 9, 10, 1500, 12345, MAX_COEFFICIENT, MAX_COEFFICIENT - 9] {
            for exponent in [-6176, -6000, -40, -34, -7, -3, -1, 0, 1, 5, 6000, 6111] {
                let decimal = Decimal128::from_parts(coefficient, exponent, coefficient % 2 == 1).unwrap();
                assert_eq!(decimal.to_string().parse(), Ok(decimal), "{decimal}");
            }
        }
    }

    #[test]
    fn specials_have_names() {
        for (special, name) in
            [(Decimal128::NAN, "NaN"), (Decimal128::INFINITY, "Inf"), (Decimal128::NEG_INFINITY, "-Inf")]
        {
            assert_eq!(special.to_string(), name);
            assert_eq!(name.parse(), Ok(special));
        }
        assert_eq!(Decimal128::NAN.parts().exponent, 9696);
        assert_eq!(Decimal128::INFINITY.parts().exponent, 9184);
    }

    #[test]
    fn text_that_is_no_decimal_is_refused() {
        let long = "1".repeat(35);
        for text in ["", "-", ".", "1e", "e5", "1.2.3", "0x1", "1E+6145", "1E-6177", "--1", "é", long.as_str()] {
            assert_eq!(text.parse::<Decimal128>(), Err(ParseDecimal128Error), "{text}");
        }
    }

    #[test]
    fn zeros_move_to_where_a_number_fits() {
        let most = "1E+6144".parse::<Decimal128>().unwrap().parts();
        assert_eq!((most.coefficient, most.exponent), (10u128.pow(33), 6111));
        let least = "10E-6177".parse::<Decimal128>().unwrap().parts();
        assert_eq!((least.coefficient, least.exponent), (1, -6176));
        assert_eq!(format!("1{}", "0".repeat(40)).parse::<Decimal128>().unwrap().parts().exponent, 7);
    }

    #[test]
    fn all_bits_survive_their_parts() {
        for bits in [0, u128::MAX, 0x6C << 120 | 7, MAX_COEFFICIENT + 1, 1 << 127, 0x7FFF << 112] {
            let DecimalParts { coefficient, exponent, is_negative } = Decimal128::from_bits(bits).parts();
            assert_eq!(Decimal128::from_parts(coefficient, exponent, is_negative), Some(Decimal128::from_bits(bits)));
            let _ = Decimal128::from_bits(bits).to_string();
        }
        assert_eq!(Decimal128::from_parts(1 << 113, 0, false), None);
        assert_eq!(Decimal128::from_parts(0, 10208, false), None);
        assert_eq!(Decimal128::from_parts(0, -6177, false), None);
    }

    #[test]
    fn numbers_compare_by_value() {
        let decimal = |text: &str| text.parse::<Decimal128>().unwrap();
        assert!(decimal("1.0").is_same_number(decimal("1.00")));
        assert!(decimal("0").is_same_number(decimal("-0E+5")));
        assert!(!decimal("1").is_same_number(decimal("-1")));
        assert!(!decimal("NaN").is_same_number(decimal("NaN")));
        assert!(!decimal("Inf").is_same_number(decimal("-Inf")));
    }
}
