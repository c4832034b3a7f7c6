//! How values lie in SQLite's columns: readable where possible, exact always, in the right order.
//!
//! Rules: `docs/STORE.md`, "Encodings".

mod cell;
mod decimal_text;
mod key;
mod mixed;
mod scalar;
mod timestamp_text;

pub(crate) use cell::Cell;
pub(crate) use key::{decode_key, decode_link_key, encode_key, encode_link_key, KeyColumn};
pub(crate) use mixed::{
    decode_mixed, encode_mixed, identity, mixed_dictionary, mixed_link, mixed_list, MixedContent, LINK_TAG,
};
pub(crate) use scalar::{decode_scalar, default_literal, default_value, encode_scalar, KeyView, Scalar};
