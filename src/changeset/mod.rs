//! Changesets: ordered instructions with a string table of their own, and their bytes.
//!
//! Rules: `docs/CHANGESET.md`.

mod code;
mod container;
mod decode;
mod encode;
mod instruction;
mod keyless;
mod print;
mod reader;
mod strings;
mod writer;

pub use code::{Opcode, MAX_BINARY_SIZE, MAX_STRING_SIZE};
pub use container::Changeset;
pub use decode::decode;
pub use encode::{encode, encode_merged, EncodedParts};
pub use instruction::{
    AddColumn, AddTable, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget, PathElement, PathRange,
    PathTarget, Payload, Span, StringId, TableKind, UpdateExtra,
};
pub use print::{PrintChangeset, PrintInstruction};
pub use reader::{DecodeError, DecodeReason, Reader};
pub use strings::StringTable;
pub use writer::Writer;
