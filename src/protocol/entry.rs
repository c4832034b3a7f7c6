//! Entries of a body: a line of numbers, each followed by one space, then the changeset.

use super::header::{End, Tokens};
use super::MessageError;

/// `fields` end in the changeset's size.
pub(super) fn append_entry(body: &mut Vec<u8>, fields: &[u64], changeset: &[u8]) {
    for field in fields {
        append_number(body, *field);
        body.push(b' ');
    }
    body.extend_from_slice(changeset);
}

fn append_number(out: &mut Vec<u8>, mut number: u64) {
    let start = out.len();
    loop {
        out.push(b'0' + (number % 10) as u8);
        number /= 10;
        if number == 0 {
            break;
        }
    }
    out.get_mut(start..).unwrap_or_default().reverse();
}

#[derive(Debug, Clone)]
pub(super) struct EntryReader<'a> {
    tokens: Tokens<'a>,
}

impl<'a> EntryReader<'a> {
    pub fn new(body: &'a [u8]) -> EntryReader<'a> {
        EntryReader { tokens: Tokens::new(body) }
    }

    /// `None` at the end of the body; nothing is read after an error.
    pub fn next_with<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, MessageError>,
    ) -> Option<Result<T, MessageError>> {
        if self.tokens.rest().is_empty() {
            return None;
        }
        let entry = read(self);
        if entry.is_err() {
            self.tokens = Tokens::new(&[]);
        }
        Some(entry)
    }

    pub fn number(&mut self, field: &'static str) -> Result<u64, MessageError> {
        self.tokens.unsigned(End::Space).map_err(|_| MessageError::EntryHeader { field })
    }

    pub fn changeset(&mut self) -> Result<&'a [u8], MessageError> {
        let declared = self.number("changeset_size")?;
        self.tokens.bytes(declared).map_err(|available| MessageError::EntrySize { declared, available })
    }
}
