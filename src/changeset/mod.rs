//! Changesets: ordered instructions with a string table of their own, and their bytes.
//!
//! Rules: `docs/CHANGESET.md`.

mod container;
mod instruction;
mod strings;

pub use container::Changeset;
pub use instruction::{
    AddColumn, AddTable, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget, PathElement, PathRange,
    PathTarget, Payload, Span, StringId, TableKind, UpdateExtra,
};
pub use strings::StringTable;
