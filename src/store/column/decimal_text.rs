//! Decimals as text: a prefix of fixed width that sorts by value, a space, and the exact literal.

use std::cmp::Ordering;

use crate::value::Decimal128;

/// Width of the sorting prefix: class, exponent, and 34 digits.
const PREFIX: usize = 1 + 5 + DIGITS;
const DIGITS: usize = 34;
const MAX_COEFFICIENT: u128 = 10_u128.pow(DIGITS as u32) - 1;
const SIGN_BIT: u128 = 1 << 127;
const EXPONENT_SHIFT: u32 = 113;
const COEFFICIENT_MASK: u128 = (1 << EXPONENT_SHIFT) - 1;
const EXPONENT_BIAS: i32 = 6176;
/// The two bits after the sign: set together in infinities, NaNs and the long-coefficient form.
const SPECIAL_BITS: u128 = 0b11 << 125;
const INFINITY: u128 = 0b11110 << 122;
const NAN: u128 = 0b11111 << 122;
/// Makes every exponent of a leading digit positive and five digits wide.
const ADJUSTED_BIAS: i32 = 20_000;

/// 0 with exponent 0; all bits zero would be 0E-6176.
pub(super) const ZERO_BITS: u128 = (EXPONENT_BIAS as u128) << EXPONENT_SHIFT;

enum Class {
    Nan,
    Infinity { is_negative: bool },
    Finite { is_negative: bool, coefficient: u128, exponent: i32, is_canonical: bool },
}

pub(super) fn encode(decimal: Decimal128) -> String {
    let bits = decimal.to_bits();
    let class = classify(bits);
    let mut text = prefix(&class);
    text.push(' ');
    text.push_str(&literal(&class, bits));
    text
}

/// Equal for decimals of one value, whatever their exponents; a NaN equals only its own bits.
pub(super) fn identity(decimal: Decimal128) -> String {
    match classify(decimal.to_bits()) {
        Class::Nan => encode(decimal),
        class @ (Class::Infinity { .. } | Class::Finite { .. }) => prefix(&class),
    }
}

pub(super) fn decode(text: &str) -> Option<Decimal128> {
    let literal = text.get(PREFIX..)?.strip_prefix(' ')?;
    let bits = match literal {
        "NaN" => NAN,
        "Infinity" => INFINITY,
        "-Infinity" => INFINITY | SIGN_BIT,
        finite => match finite.strip_prefix('x') {
            Some(hex) => u128::from_str_radix(hex, 16).ok()?,
            None => parse_finite(finite)?,
        },
    };
    Some(Decimal128::from_bits(bits))
}

fn classify(bits: u128) -> Class {
    let is_negative = bits & SIGN_BIT != 0;
    let is_special = bits & SPECIAL_BITS == SPECIAL_BITS;
    match (bits & NAN, is_special) {
        (NAN, _) => Class::Nan,
        (INFINITY, _) => Class::Infinity { is_negative },
        // The long form holds no coefficient of at most 34 digits: its value is zero.
        (_, true) => Class::Finite { is_negative, coefficient: 0, exponent: 0, is_canonical: false },
        (_, false) => {
            let exponent = (((bits & !SIGN_BIT) >> EXPONENT_SHIFT) as i32) - EXPONENT_BIAS;
            let coefficient = bits & COEFFICIENT_MASK;
            let is_canonical = coefficient <= MAX_COEFFICIENT;
            Class::Finite {
                is_negative,
                coefficient: if is_canonical { coefficient } else { 0 },
                exponent,
                is_canonical,
            }
        }
    }
}

/// NaN sorts first, then numbers by value; equal values of different exponents share a prefix.
fn prefix(class: &Class) -> String {
    let (rank, is_negative, magnitude) = match class {
        Class::Nan => ('0', false, None),
        Class::Infinity { is_negative: true } => ('1', false, None),
        Class::Infinity { is_negative: false } => ('5', false, None),
        Class::Finite { coefficient: 0, .. } => ('3', false, None),
        Class::Finite { is_negative, coefficient, exponent, .. } => {
            let digits = coefficient.to_string();
            let adjusted = exponent + digits.len() as i32 + ADJUSTED_BIAS;
            let rank = if *is_negative { '2' } else { '4' };
            (rank, *is_negative, Some(format!("{adjusted:05}{digits:0<DIGITS$}")))
        }
    };
    let magnitude = magnitude.unwrap_or_else(|| "0".repeat(PREFIX - 1));
    let mut prefix = String::with_capacity(PREFIX);
    prefix.push(rank);
    // The larger the magnitude, the smaller the negative number.
    prefix.extend(magnitude.bytes().map(|digit| char::from(if is_negative { b'9' - digit + b'0' } else { digit })));
    prefix
}

fn literal(class: &Class, bits: u128) -> String {
    let exact = match class {
        Class::Nan => (bits == NAN).then(|| "NaN".to_owned()),
        Class::Infinity { is_negative } => {
            (bits & !SIGN_BIT == INFINITY).then(|| if *is_negative { "-Infinity" } else { "Infinity" }.to_owned())
        }
        Class::Finite { is_negative, coefficient, exponent, is_canonical } => {
            is_canonical.then(|| finite_literal(*is_negative, *coefficient, *exponent))
        }
    };
    exact.unwrap_or_else(|| format!("x{bits:032x}"))
}

fn finite_literal(is_negative: bool, coefficient: u128, exponent: i32) -> String {
    let sign = if is_negative { "-" } else { "" };
    match exponent.cmp(&0) {
        Ordering::Equal => format!("{sign}{coefficient}"),
        Ordering::Less if exponent > -(DIGITS as i32) => {
            let decimals = exponent.unsigned_abs() as usize;
            let digits = format!("{coefficient:0width$}", width = decimals + 1);
            let (whole, fraction) = digits.split_at(digits.len() - decimals);
            format!("{sign}{whole}.{fraction}")
        }
        Ordering::Less | Ordering::Greater => format!("{sign}{coefficient}E{exponent}"),
    }
}

fn parse_finite(text: &str) -> Option<u128> {
    let (sign, text) = match text.strip_prefix('-') {
        Some(rest) => (SIGN_BIT, rest),
        None => (0, text),
    };
    let (coefficient, exponent) = match text.split_once('E') {
        Some((coefficient, exponent)) => (digits(coefficient)?, exponent.parse::<i32>().ok()?),
        None => match text.split_once('.') {
            Some((whole, fraction)) => (digits(&format!("{whole}{fraction}"))?, -i32::try_from(fraction.len()).ok()?),
            None => (digits(text)?, 0),
        },
    };
    let biased = u128::try_from(exponent.checked_add(EXPONENT_BIAS)?).ok()?;
    (coefficient <= MAX_COEFFICIENT && biased < 0b11 << 12).then_some(sign | biased << EXPONENT_SHIFT | coefficient)
}

fn digits(text: &str) -> Option<u128> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finite(coefficient: i128, exponent: i32) -> Decimal128 {
        let sign = if coefficient < 0 { SIGN_BIT } else { 0 };
        let biased = u128::try_from(exponent + EXPONENT_BIAS).unwrap();
        Decimal128::from_bits(sign | biased << EXPONENT_SHIFT | coefficient.unsigned_abs())
    }

    fn literal_of(decimal: Decimal128) -> String {
        encode(decimal)[PREFIX + 1..].to_owned()
    }

    #[test]
    fn literals_are_readable() {
        assert_eq!(literal_of(finite(15, -1)), "1.5");
        assert_eq!(literal_of(finite(10, -1)), "1.0");
        assert_eq!(literal_of(finite(-5, -3)), "-0.005");
        assert_eq!(literal_of(finite(12345, 0)), "12345");
        assert_eq!(literal_of(finite(1, -6176)), "1E-6176");
        assert_eq!(literal_of(finite(1, 3)), "1E3");
    }

    #[test]
    fn all_bits_survive() {
        let max = MAX_COEFFICIENT as i128;
        let mut decimals = vec![finite(0, 0), finite(0, -2), finite(0, 6111), finite(max, 6111), finite(-max, -6176)];
        decimals.extend((-40..40).flat_map(|exponent| [finite(1, exponent), finite(-100, exponent)]));
        let odd =
            [NAN, NAN | SIGN_BIT, NAN | 7, INFINITY, INFINITY | SIGN_BIT, INFINITY | 3, SIGN_BIT, SPECIAL_BITS | 9];
        decimals.extend(odd.map(Decimal128::from_bits));
        decimals.push(Decimal128::from_bits(MAX_COEFFICIENT + 1));
        decimals.push(Decimal128::from_bits(u128::MAX));
        for decimal in decimals {
            assert_eq!(decode(&encode(decimal)), Some(decimal), "{}", encode(decimal));
        }
    }

    #[test]
    fn text_sorts_by_value() {
        let max = MAX_COEFFICIENT as i128;
        let ordered = [
            Decimal128::from_bits(NAN),
            Decimal128::from_bits(INFINITY | SIGN_BIT),
            finite(-max, 6111),
            finite(-12, 0),
            finite(-2, 0),
            finite(-15, -1),
            finite(-1, -6176),
            finite(0, 0),
            finite(1, -6176),
            finite(1, -1),
            finite(9, -1),
            finite(10, -1),
            finite(11, -1),
            finite(2, 0),
            finite(1, 1),
            finite(1, 6111),
            finite(max, 6111),
            Decimal128::from_bits(INFINITY),
        ];
        let texts: Vec<String> = ordered.iter().map(|&decimal| encode(decimal)).collect();
        assert!(texts.windows(2).all(|pair| pair[0] < pair[1]), "{texts:#?}");
    }

    #[test]
    fn other_text_is_no_decimal() {
        for text in
            ["", "1.5", "NaN", &format!("{} 1.5.", "0".repeat(PREFIX)), &format!("{} 1E9999", "0".repeat(PREFIX))]
        {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
