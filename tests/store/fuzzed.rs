//! What the fuzzer kept (CONTRIBUTING.md, "Fuzzing").

#[path = "../../fuzz/bodies/corpus.rs"]
mod corpus;
#[path = "../../fuzz/bodies/store.rs"]
mod store;

#[test]
fn whatever_was_kept_leaves_realms_whole_and_equal() {
    corpus::replay("store", store::run);
}
