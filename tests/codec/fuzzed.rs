//! What the fuzzers kept (CONTRIBUTING.md, "Fuzzing").

#[path = "../../fuzz/bodies/changeset.rs"]
pub mod changeset;
#[path = "../../fuzz/bodies/corpus.rs"]
mod corpus;
#[path = "../../fuzz/bodies/message.rs"]
pub mod message;

#[test]
fn every_changeset_that_was_kept_is_refused_or_survives_its_bytes() {
    corpus::replay("changeset", changeset::run);
}

#[test]
fn every_frame_that_was_kept_is_refused_or_survives_its_bytes() {
    corpus::replay("message", message::run);
}
