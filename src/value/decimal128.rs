//! Decimal128: the 128 bits of an IEEE 754-2008 decimal in its binary-integer form.

use std::fmt;

/// A decimal floating-point number of up to 34 digits. Equality is of bits: 1.0 and 1.00 differ.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal128 {
    bits: u128,
}

/// The text is no decimal number, or does not fit 34 digits and exponents of -6176 to 6111.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a decimal number of at most 34 digits with an exponent between -6176 and 6111")]
pub struct ParseDecimal128Error;

impl Decimal128 {
    pub fn from_bits(bits: u128) -> Decimal128 {
        Decimal128 { bits }
    }

    pub fn to_bits(self) -> u128 {
        self.bits
    }
}

impl fmt::Debug for Decimal128 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Decimal128({:#034x})", self.bits)
    }
}
