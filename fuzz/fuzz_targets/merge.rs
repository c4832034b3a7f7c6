//! Any bytes as a history of clients in conflict.

#![no_main]

#[path = "../bodies/merge.rs"]
mod body;
#[path = "../../tests/merge/history.rs"]
mod history;
#[path = "../../tests/merge/model.rs"]
mod model;
#[path = "../../tests/merge/script.rs"]
mod script;
#[path = "../../tests/merge/world.rs"]
mod world;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::converge(bytes));
