//! Any bytes as a changeset: refused, or it survives its bytes.

use realm_sync::changeset::{decode, encode, encode_merged};

/// What is accepted must print, and encode to the same instructions; and those bytes are final.
pub fn run(bytes: &[u8]) {
    let Ok(changeset) = decode(bytes) else { return };
    let printed = changeset.print().to_string();
    for encode in [encode, encode_merged] {
        let encoded = encode(&changeset);
        let decoded = decode(&encoded).unwrap();
        assert_eq!(decoded.print().to_string(), printed);
        assert_eq!(encode(&decoded), encoded);
    }
}
