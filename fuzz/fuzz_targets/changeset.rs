//! Any bytes as a changeset.

#![no_main]

#[path = "../bodies/changeset.rs"]
mod body;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
