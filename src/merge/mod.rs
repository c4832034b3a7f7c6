//! Merging concurrent histories: the operational transform.
//!
//! Rules: `docs/MERGE.md`.

mod entry;
mod error;

pub use entry::Entry;
pub use error::{ClassDifference, MergeError, PropertyDifference};

/// Merges changesets that all have one base: every entry of ours meets every entry of theirs.
pub fn merge(_ours: &mut [Entry], _theirs: &mut [Entry]) -> Result<(), MergeError> {
    Ok(())
}

/// Merges a batch of incoming changesets, each with the entries of ours above its base.
pub fn merge_groups(_ours: &mut [Entry], _theirs: &mut [Entry]) -> Result<(), MergeError> {
    Ok(())
}
