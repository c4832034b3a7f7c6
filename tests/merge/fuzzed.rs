//! What the fuzzer kept (CONTRIBUTING.md, "Fuzzing").

#[path = "../../fuzz/bodies/corpus.rs"]
mod corpus;
#[path = "../../fuzz/bodies/merge.rs"]
mod merge;

#[test]
fn every_history_that_was_kept_converges() {
    corpus::replay("merge", merge::converge);
}
