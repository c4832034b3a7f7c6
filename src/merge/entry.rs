//! What takes part in a merge: a changeset, and where and when it was made.

use crate::changeset::Changeset;
use crate::value::{FileIdent, OriginTimestamp};

/// One changeset of either side.
///
/// Source: `docs/MERGE.md`, "What meets".
#[derive(Debug, Clone)]
pub struct Entry {
    pub changeset: Changeset,
    /// Version the changeset made in the history it comes from; ascending on either side.
    pub version: u64,
    /// Incoming changesets: the last version of the receiver's history that the sender had
    /// integrated when it made this. Not looked at on the receiver's own entries.
    pub base: u64,
    pub origin_timestamp: OriginTimestamp,
    /// The file the changeset was made in, never [`FileIdent::NONE`]: a client puts its own ident
    /// on its local entries, a server [`FileIdent::SERVER`] on its own.
    pub origin_file_ident: FileIdent,
    is_changed: bool,
}

impl Entry {
    pub fn new(
        changeset: Changeset,
        version: u64,
        base: u64,
        origin_timestamp: OriginTimestamp,
        origin_file_ident: FileIdent,
    ) -> Entry {
        Entry { changeset, version, base, origin_timestamp, origin_file_ident, is_changed: false }
    }

    /// Whether merging changed the changeset since the entry was made. An own entry that did must
    /// be stored as reciprocal, also when nothing is left of it: "empty" differs from "none stored".
    pub fn changed(&self) -> bool {
        self.is_changed
    }

    pub(super) fn set_changed(&mut self) {
        self.is_changed = true;
    }
}
