//! Objects a server did not let a client write, with their keys as JSON_ERROR carries them.

use base64::engine::general_purpose::STANDARD;
use base64::Engine;

use crate::value::{ObjectId, PrimaryKey, Uuid};

/// One write the server did not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RejectedUpdate {
    pub reason: String,
    pub class: String,
    /// Never a global key: clients in the field end their process on one.
    key: PrimaryKey,
}

/// The key of a rejected update cannot be read, or cannot be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RejectedKeyError {
    #[error("the text is not base64")]
    Base64,
    #[error("the bytes are not one primary key")]
    Malformed,
    #[error("keys of classes without primary key cannot be sent")]
    GlobalKey,
}

const NULL: u8 = 0;
const INT: u8 = 1;
const STRING: u8 = 3;
const OBJECT_ID: u8 = 10;
const UUID: u8 = 11;
const GLOBAL_KEY: u8 = 0x40;

impl RejectedUpdate {
    pub fn new(
        reason: impl Into<String>,
        class: impl Into<String>,
        key: PrimaryKey,
    ) -> Result<RejectedUpdate, RejectedKeyError> {
        match key {
            PrimaryKey::GlobalKey { .. } => Err(RejectedKeyError::GlobalKey),
            PrimaryKey::Null
            | PrimaryKey::Int(_)
            | PrimaryKey::String(_)
            | PrimaryKey::ObjectId(_)
            | PrimaryKey::Uuid(_) => Ok(RejectedUpdate { reason: reason.into(), class: class.into(), key }),
        }
    }

    pub fn key(&self) -> &PrimaryKey {
        &self.key
    }

    /// Base64 of the key's type code and value; strings stand inline.
    pub(super) fn key_text(&self) -> String {
        let mut bytes = Vec::new();
        match &self.key {
            PrimaryKey::Null => bytes.push(NULL),
            PrimaryKey::Int(number) => {
                bytes.push(INT);
                append_integer(&mut bytes, *number);
            }
            PrimaryKey::String(text) => {
                bytes.push(STRING);
                append_integer(&mut bytes, text.len() as i64);
                bytes.extend_from_slice(text.as_bytes());
            }
            PrimaryKey::ObjectId(id) => {
                bytes.push(OBJECT_ID);
                bytes.extend_from_slice(&id.0);
            }
            PrimaryKey::Uuid(uuid) => {
                bytes.push(UUID);
                bytes.extend_from_slice(&uuid.0);
            }
            // Construction refuses it.
            PrimaryKey::GlobalKey { .. } => bytes.push(NULL),
        }
        STANDARD.encode(bytes)
    }

    pub(super) fn from_key_text(
        reason: String,
        class: String,
        key_text: &str,
    ) -> Result<RejectedUpdate, RejectedKeyError> {
        let bytes = STANDARD.decode(key_text).map_err(|_| RejectedKeyError::Base64)?;
        let (code, value) = bytes.split_first().ok_or(RejectedKeyError::Malformed)?;
        let key = match *code {
            NULL if value.is_empty() => PrimaryKey::Null,
            INT => match read_integer(value) {
                Some((number, [])) => PrimaryKey::Int(number),
                Some(_) | None => return Err(RejectedKeyError::Malformed),
            },
            STRING => PrimaryKey::String(read_string(value).ok_or(RejectedKeyError::Malformed)?),
            OBJECT_ID => PrimaryKey::ObjectId(ObjectId(value.try_into().map_err(|_| RejectedKeyError::Malformed)?)),
            UUID => PrimaryKey::Uuid(Uuid(value.try_into().map_err(|_| RejectedKeyError::Malformed)?)),
            GLOBAL_KEY => return Err(RejectedKeyError::GlobalKey),
            _ => return Err(RejectedKeyError::Malformed),
        };
        RejectedUpdate::new(reason, class, key)
    }
}

fn read_string(value: &[u8]) -> Option<String> {
    let (size, text) = read_integer(value)?;
    if usize::try_from(size).ok()? != text.len() {
        return None;
    }
    String::from_utf8(text.to_vec()).ok()
}

/// Groups of seven bits, lowest first; the last byte has six and the sign (`docs/CHANGESET.md`, "Integers").
fn append_integer(out: &mut Vec<u8>, number: i64) {
    let (sign, mut magnitude) = if number < 0 { (0x40, !number as u64) } else { (0, number as u64) };
    while magnitude >= 0x40 {
        out.push(0x80 | (magnitude & 0x7f) as u8);
        magnitude >>= 7;
    }
    out.push(sign | magnitude as u8);
}

fn read_integer(bytes: &[u8]) -> Option<(i64, &[u8])> {
    const LONGEST: usize = 10;
    let mut magnitude: u128 = 0;
    for (i, byte) in bytes.iter().take(LONGEST).enumerate() {
        if byte & 0x80 != 0 {
            magnitude |= u128::from(byte & 0x7f) << (7 * i);
            continue;
        }
        magnitude |= u128::from(byte & 0x3f) << (7 * i);
        let magnitude = i64::try_from(magnitude).ok()?;
        let number = if byte & 0x40 != 0 { !magnitude } else { magnitude };
        return Some((number, bytes.get(i + 1..)?));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(key: PrimaryKey) -> String {
        RejectedUpdate::new("", "", key).unwrap().key_text()
    }

    #[test]
    fn keys_have_the_documented_texts() {
        let id = "00112233445566778899aabb".parse().unwrap();
        for (key, text) in [
            (PrimaryKey::Int(123), "AfsA"),
            (PrimaryKey::String("abc".into()), "AwNhYmM="),
            (PrimaryKey::ObjectId(id), "CgARIjNEVWZ3iJmquw=="),
            (PrimaryKey::Null, "AA=="),
        ] {
            assert_eq!(text_of(key.clone()), text);
            assert_eq!(RejectedUpdate::from_key_text("r".into(), "t".into(), text).unwrap().key, key);
        }
    }

    #[test]
    fn every_key_comes_back() {
        let extremes = [i64::MIN, -65, -64, -1, 0, 63, 64, 8192, i64::MAX].map(PrimaryKey::Int);
        let others = [PrimaryKey::String("ä".repeat(100)), PrimaryKey::Uuid(Uuid([7; 16]))];
        for key in extremes.into_iter().chain(others) {
            let text = text_of(key.clone());
            assert_eq!(RejectedUpdate::from_key_text(String::new(), String::new(), &text).unwrap().key, key);
        }
    }

    #[test]
    fn malformed_keys_are_refused() {
        for text in ["", "!", "AAA=", "AQ==", "AfsAAA==", "AwRhYmM=", "CgAR", "QAEB", "Ag==", "AQD//////////////w=="] {
            assert!(RejectedUpdate::from_key_text(String::new(), String::new(), text).is_err(), "{text}");
        }
        let global = PrimaryKey::GlobalKey { hi: 1, lo: 2 };
        assert_eq!(RejectedUpdate::new("", "", global), Err(RejectedKeyError::GlobalKey));
    }
}
