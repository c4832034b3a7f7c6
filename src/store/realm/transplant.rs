//! An element written down anew with all it holds, where moving it would be misunderstood.
//!
//! Rules: `docs/STORE.md`, "What local writes record".

use rusqlite::Connection;

use crate::store::contents::Contents;
use crate::store::error::Failure;
use crate::store::state::{EntryKey, OpenCollection, Route, State};

use super::record::Record;

/// Where the element is inserted.
pub(super) struct Insertion {
    pub(super) route: Route,
    pub(super) prior_size: u64,
}

/// Records the insertion of the element, as it is now, and of everything in it.
pub(super) fn transplant(
    state: &State,
    connection: &Connection,
    record: &mut Record,
    at: Insertion,
    list: &OpenCollection<'_>,
    entry: EntryKey,
) -> Result<(), Failure> {
    let content = state.raw_entry_content(connection, list, entry)?;
    let mut contents = Contents::of_element(at.route, at.prior_size, content);
    while contents.write_next(state, connection, record)? {}
    Ok(())
}
