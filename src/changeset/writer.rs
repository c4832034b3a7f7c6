//! Writing the parts that every operand is made of.

/// Appends integers, sizes and raw bytes in the changeset format.
///
/// Rules: `docs/CHANGESET.md`, "Integers".
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

const SIGN: u8 = 0x40;
const MORE: u8 = 0x80;

impl Writer {
    pub fn with_capacity(size: usize) -> Writer {
        Writer { bytes: Vec::with_capacity(size) }
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// Any unsigned operand, and also any non-negative signed one.
    pub fn unsigned(&mut self, value: u64) {
        self.magnitude(value, 0);
    }

    pub fn signed(&mut self, value: i64) {
        match u64::try_from(value) {
            Ok(magnitude) => self.magnitude(magnitude, 0),
            Err(_) => self.magnitude(!value as u64, SIGN),
        }
    }

    pub fn bool(&mut self, value: bool) {
        self.bytes.push(u8::from(value));
    }

    /// The coefficient of a Decimal128.
    pub fn coefficient(&mut self, mut value: u128) {
        while value >= 64 {
            self.bytes.push(MORE | (value & 0x7F) as u8);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub fn raw(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes after their size: a string or a binary.
    pub fn sized(&mut self, bytes: &[u8]) {
        self.unsigned(bytes.len() as u64);
        self.raw(bytes);
    }

    fn magnitude(&mut self, mut magnitude: u64, sign: u8) {
        while magnitude >= 64 {
            self.bytes.push(MORE | (magnitude & 0x7F) as u8);
            magnitude >>= 7;
        }
        self.bytes.push(magnitude as u8 | sign);
    }
}
