//! Tokens of a message header and of an entry header (`docs/PROTOCOL.md`, "Framing").

use super::MessageError;

/// What must follow a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum End {
    /// Another field follows.
    Space,
    /// The header ends here.
    Line,
}

impl End {
    fn byte(self) -> u8 {
        match self {
            End::Space => b' ',
            End::Line => b'\n',
        }
    }
}

/// Why a token was refused; callers name the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenError {
    Syntax,
    OutOfRange,
}

/// Reads tokens from the front of a frame or body.
#[derive(Debug, Clone)]
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub fn new(bytes: &'a [u8]) -> Tokens<'a> {
        Tokens { rest: bytes }
    }

    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Everything up to the first space. Words are short, so the search is bounded.
    pub fn word(&mut self) -> Option<&'a [u8]> {
        const LONGEST_WORD: usize = 16;
        let at = self.rest.iter().take(LONGEST_WORD + 1).position(|&byte| byte == b' ')?;
        let (word, rest) = self.rest.split_at(at);
        self.rest = rest.get(1..)?;
        Some(word)
    }

    pub fn unsigned(&mut self, end: End) -> Result<u64, TokenError> {
        let mut value: u64 = 0;
        let mut overflow = false;
        let digits = self.rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (token, rest) = self.rest.split_at(digits);
        if token.is_empty() || rest.first() != Some(&end.byte()) {
            return Err(TokenError::Syntax);
        }
        for digit in token {
            match value.checked_mul(10).and_then(|value| value.checked_add(u64::from(digit - b'0'))) {
                Some(next) => value = next,
                None => overflow = true,
            }
        }
        if overflow {
            return Err(TokenError::OutOfRange);
        }
        self.rest = rest.get(1..).unwrap_or_default();
        Ok(value)
    }

    pub fn signed(&mut self, end: End) -> Result<i64, TokenError> {
        match self.rest.strip_prefix(b"-") {
            Some(rest) => {
                let mut tokens = Tokens { rest };
                let magnitude = tokens.unsigned(end)?;
                let value = 0i64.checked_sub_unsigned(magnitude).ok_or(TokenError::OutOfRange)?;
                *self = tokens;
                Ok(value)
            }
            None => {
                let mut tokens = self.clone();
                let value = i64::try_from(tokens.unsigned(end)?).map_err(|_| TokenError::OutOfRange)?;
                *self = tokens;
                Ok(value)
            }
        }
    }

    /// Takes `size` bytes; the error is how many there are.
    pub fn bytes(&mut self, size: u64) -> Result<&'a [u8], u64> {
        let available = self.rest.len() as u64;
        let (taken, rest) =
            usize::try_from(size).ok().and_then(|size| self.rest.split_at_checked(size)).ok_or(available)?;
        self.rest = rest;
        Ok(taken)
    }
}

/// Tokens of a message header: every refusal names the field.
#[derive(Debug, Clone)]
pub(super) struct Header<'a>(pub Tokens<'a>);

impl<'a> Header<'a> {
    pub fn unsigned(&mut self, field: &'static str, end: End) -> Result<u64, MessageError> {
        self.0.unsigned(end).map_err(|error| refuse(field, error))
    }

    pub fn signed(&mut self, field: &'static str, end: End) -> Result<i64, MessageError> {
        self.0.signed(end).map_err(|error| refuse(field, error))
    }

    /// 0 is false, any other number true.
    pub fn flag(&mut self, field: &'static str, end: End) -> Result<bool, MessageError> {
        self.signed(field, end).map(|number| number != 0)
    }

    pub fn code(&mut self, end: End) -> Result<super::ErrorCode, MessageError> {
        let number = self.unsigned("code", end)?;
        u32::try_from(number).map(super::ErrorCode::from_number).map_err(|_| MessageError::OutOfRange { field: "code" })
    }

    pub fn bytes(&mut self, declared: u64) -> Result<&'a [u8], MessageError> {
        self.0.bytes(declared).map_err(|available| MessageError::Truncated { declared, available })
    }

    /// What is left of the frame.
    pub fn take_rest(&mut self) -> &'a [u8] {
        std::mem::replace(&mut self.0, Tokens::new(&[])).rest()
    }
}

fn refuse(field: &'static str, error: TokenError) -> MessageError {
    match error {
        TokenError::Syntax => MessageError::Syntax { field },
        TokenError::OutOfRange => MessageError::OutOfRange { field },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn signed(text: &str) -> Result<i64, TokenError> {
        Tokens::new(text.as_bytes()).signed(End::Line)
    }

    #[test]
    fn numbers_take_leading_zeros_and_both_extremes() {
        assert_eq!(Tokens::new(b"0007 ").unsigned(End::Space), Ok(7));
        assert_eq!(Tokens::new(b"18446744073709551615\n").unsigned(End::Line), Ok(u64::MAX));
        assert_eq!(signed("9223372036854775807\n"), Ok(i64::MAX));
        assert_eq!(signed("-9223372036854775808\n"), Ok(i64::MIN));
        assert_eq!(signed("-0\n"), Ok(0));
    }

    #[test]
    fn numbers_outside_their_type_are_out_of_range() {
        for text in ["18446744073709551616\n", "99999999999999999999999999\n"] {
            assert_eq!(Tokens::new(text.as_bytes()).unsigned(End::Line), Err(TokenError::OutOfRange));
        }
        assert_eq!(signed("9223372036854775808\n"), Err(TokenError::OutOfRange));
        assert_eq!(signed("-9223372036854775809\n"), Err(TokenError::OutOfRange));
    }

    #[test]
    fn other_spellings_and_delimiters_are_refused() {
        for text in ["", "\n", " 1\n", "1", "1 ", "1\r\n", "+1\n", "0x1\n", "-\n", "--1\n", "1.0\n", "a\n"] {
            assert_eq!(signed(text), Err(TokenError::Syntax), "{text:?}");
        }
        assert_eq!(Tokens::new(b"-1\n").unsigned(End::Line), Err(TokenError::Syntax));
    }

    #[test]
    fn a_refused_number_leaves_the_reader_where_it_was() {
        let mut tokens = Tokens::new(b"-x");
        assert!(tokens.signed(End::Space).is_err());
        assert_eq!(tokens.rest(), b"-x");
    }
}
