//! Reading the parts that every operand is made of, from bytes nobody vouches for.

/// Why some bytes are no changeset, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("at byte {offset} of the changeset: {reason}")]
pub struct DecodeError {
    /// Start of the operand that is wrong.
    pub offset: usize,
    pub reason: DecodeReason,
}

/// Rules: `docs/CHANGESET.md`, "What is refused".
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeReason {
    #[error("the bytes end within an operand")]
    Truncated,
    #[error("an integer has more bytes than its type allows")]
    IntegerTooLong,
    #[error("an integer is outside the range of its type")]
    IntegerOutOfRange,
    #[error("a string has {size} bytes, at most {limit} are allowed")]
    StringTooLong { size: u64, limit: u64 },
    #[error("a string is not UTF-8")]
    NotUtf8,
    #[error("an intern string has number {found}, {expected} comes next")]
    InternOutOfOrder { found: u32, expected: u32 },
    #[error("an intern string is defined twice")]
    InternTwice,
    #[error("intern string {id} is used before it is defined")]
    InternUndefined { id: u32 },
    #[error("no instruction has number {code}")]
    UnknownInstruction { code: u64 },
    #[error("no type has code {code}")]
    UnknownType { code: i64 },
    #[error("type code {code} cannot be a payload")]
    NotAPayload { code: i64 },
    #[error("type code {code} cannot be a primary key")]
    NotAKey { code: i64 },
    #[error("type code {code} cannot be the type of a property")]
    NotAColumn { code: i64 },
    #[error("no kind of class has code {code}")]
    UnknownTableKind { code: u8 },
    #[error("no kind of collection has code {code}")]
    UnknownCollection { code: u8 },
    #[error("a timestamp's nanoseconds are a second or more, or of the other sign than its seconds")]
    BadTimestamp,
    #[error("a decimal does not fit 128 bits")]
    BadDecimal,
    #[error("an instruction on a list element has no index")]
    NoIndex,
}

/// A position in some bytes; every read checks what is left, and a failed one says where it began.
#[derive(Debug)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

/// An integer as it is written: sign and magnitude.
struct Magnitude {
    bits: u128,
    is_negative: bool,
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Reader<'a> {
        Reader { bytes, at: 0 }
    }

    pub fn offset(&self) -> usize {
        self.at
    }

    pub fn remaining(&self) -> usize {
        self.bytes.len() - self.at
    }

    pub fn u8(&mut self) -> Result<u8, DecodeError> {
        self.unsigned(2)
    }

    pub fn u32(&mut self) -> Result<u32, DecodeError> {
        self.unsigned(5)
    }

    pub fn u64(&mut self) -> Result<u64, DecodeError> {
        self.unsigned(10)
    }

    pub fn i32(&mut self) -> Result<i32, DecodeError> {
        self.signed(5)
    }

    pub fn i64(&mut self) -> Result<i64, DecodeError> {
        self.signed(10)
    }

    pub fn bool(&mut self) -> Result<bool, DecodeError> {
        Ok(self.u8()? != 0)
    }

    /// The coefficient of a Decimal128, in which the sign bit counts as a bit of the value.
    pub fn coefficient(&mut self) -> Result<u128, DecodeError> {
        let start = self.at;
        let mut value = 0;
        for group in 0..17 {
            let byte = self.byte(start)?;
            value |= u128::from(byte & 0x7F) << (7 * group);
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError { offset: start, reason: DecodeReason::IntegerTooLong })
    }

    /// `size` bytes, borrowed.
    pub fn raw(&mut self, size: usize) -> Result<&'a [u8], DecodeError> {
        let end = self.at.checked_add(size);
        match end.and_then(|end| self.bytes.get(self.at..end)) {
            Some(bytes) => {
                self.at += size;
                Ok(bytes)
            }
            None => Err(DecodeError { offset: self.at, reason: DecodeReason::Truncated }),
        }
    }

    pub fn array<const SIZE: usize>(&mut self) -> Result<[u8; SIZE], DecodeError> {
        let mut array = [0; SIZE];
        array.copy_from_slice(self.raw(SIZE)?);
        Ok(array)
    }

    /// Bytes after their size, which is at most `limit`.
    pub fn sized(&mut self, limit: u64) -> Result<&'a [u8], DecodeError> {
        let offset = self.at;
        let size = self.u64()?;
        if size > limit {
            return Err(DecodeError { offset, reason: DecodeReason::StringTooLong { size, limit } });
        }
        self.raw(usize::try_from(size).unwrap_or(usize::MAX))
    }

    pub fn text(&mut self, limit: u64) -> Result<&'a str, DecodeError> {
        let offset = self.at;
        let bytes = self.sized(limit)?;
        std::str::from_utf8(bytes).map_err(|_| DecodeError { offset, reason: DecodeReason::NotUtf8 })
    }

    fn byte(&mut self, start: usize) -> Result<u8, DecodeError> {
        let byte = self.bytes.get(self.at).copied();
        let byte = byte.ok_or(DecodeError { offset: start, reason: DecodeReason::Truncated })?;
        self.at += 1;
        Ok(byte)
    }

    fn unsigned<T: TryFrom<u128>>(&mut self, max_bytes: u32) -> Result<T, DecodeError> {
        let offset = self.at;
        let Magnitude { bits, is_negative } = self.magnitude(max_bytes)?;
        let value = (!is_negative).then_some(bits).and_then(|bits| T::try_from(bits).ok());
        value.ok_or(DecodeError { offset, reason: DecodeReason::IntegerOutOfRange })
    }

    fn signed<T: TryFrom<i128>>(&mut self, max_bytes: u32) -> Result<T, DecodeError> {
        let offset = self.at;
        let Magnitude { bits, is_negative } = self.magnitude(max_bytes)?;
        let magnitude = i128::try_from(bits).ok();
        let value = magnitude.map(|magnitude| if is_negative { !magnitude } else { magnitude });
        let value = value.and_then(|value| T::try_from(value).ok());
        value.ok_or(DecodeError { offset, reason: DecodeReason::IntegerOutOfRange })
    }

    fn magnitude(&mut self, max_bytes: u32) -> Result<Magnitude, DecodeError> {
        let start = self.at;
        let mut bits = 0;
        for group in 0..max_bytes {
            let byte = self.byte(start)?;
            if byte & 0x80 == 0 {
                bits |= u128::from(byte & 0x3F) << (7 * group);
                return Ok(Magnitude { bits, is_negative: byte & 0x40 != 0 });
            }
            bits |= u128::from(byte & 0x7F) << (7 * group);
        }
        Err(DecodeError { offset: start, reason: DecodeReason::IntegerTooLong })
    }
}
