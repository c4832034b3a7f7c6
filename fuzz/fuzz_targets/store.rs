//! Any bytes as what happens to realm files.

#![no_main]

#[path = "../bodies/store.rs"]
mod body;
#[path = "../../tests/store/changes.rs"]
mod changes;
#[path = "../../tests/store/declare.rs"]
mod declare;
#[path = "../../tests/store/dice.rs"]
mod dice;
#[path = "../../tests/store/dump.rs"]
mod dump;
#[path = "../../tests/store/hostile.rs"]
mod hostile;
#[path = "../../tests/store/mirror.rs"]
mod mirror;
#[path = "../../tests/store/support.rs"]
mod support;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| body::run(bytes));
