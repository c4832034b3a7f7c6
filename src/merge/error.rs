//! Why two histories cannot be merged. Whoever made the incoming changesets made a bad one.

/// The sender's changesets contradict the receiver's history; nothing was changed on either side.
///
/// Source: `docs/MERGE.md`, "Errors".
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    #[error("class `{class}` is defined twice with different {difference}; rename one of them")]
    ClassMismatch { class: String, difference: ClassDifference },
    #[error("property `{class}.{property}` is defined twice with different {difference}; rename one of them")]
    PropertyMismatch { class: String, property: String, difference: PropertyDifference },
    /// Concurrent instructions disagree about a list's size, or name elements beyond it.
    #[error("instructions on the list `{class}.{property}` do not agree on its size or name elements outside of it")]
    ListMismatch { class: String, property: String },
    /// A name where a concurrent instruction has a list index.
    #[error("instructions below `{class}.{property}` take it for a list and for something else")]
    InconsistentPaths { class: String, property: String },
}

/// What two definitions of one class disagree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClassDifference {
    #[error("kinds (embedded, asymmetric or top-level)")]
    Kind,
    #[error("primary key names")]
    KeyProperty,
    #[error("primary key types")]
    KeyType,
    #[error("nullability of the primary key")]
    KeyNullability,
}

/// What two definitions of one property disagree on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PropertyDifference {
    #[error("types")]
    Type,
    #[error("nullability")]
    Nullability,
    #[error("kinds of collection")]
    Collection,
    #[error("link targets")]
    LinkTarget,
}
