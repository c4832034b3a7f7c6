//! When a synced file last heard from its server, and how long the server lets it be away.
//!
//! Rules: `docs/SESSION.md`, "The offline budget". The table is made when it is first needed, so that files of earlier
//! releases get it, too, and those releases read files that have it.

use std::time::Duration;

use rusqlite::{params, Connection, OptionalExtension};

use crate::value::OriginTimestamp;

use super::error::DatabaseError;
use super::history::{number, signed};

const TABLE: &str = "
    CREATE TABLE IF NOT EXISTS _realm_contact (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        downloaded_at INTEGER NOT NULL,
        max_offline_seconds INTEGER
    );
";

/// A contact that is known this exactly is not written again: an idle connection would write without end.
const PRECISION_MS: u64 = 1_000;

/// What the file knows of its last contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contact {
    /// Time of the last good download, by this device's clock.
    pub downloaded_at: Option<OriginTimestamp>,
    /// How long the server lets a file be away, if it said so.
    pub max_offline: Option<Duration>,
}

pub(super) fn drop_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch("DROP TABLE IF EXISTS _realm_contact")?)
}

pub(super) fn read(connection: &Connection) -> Result<Contact, DatabaseError> {
    let has_table: bool = connection
        .prepare_cached("SELECT count(*) FROM sqlite_master WHERE name = '_realm_contact'")?
        .query_row([], |row| row.get(0))?;
    if !has_table {
        return Ok(Contact::default());
    }
    let contact = connection
        .prepare_cached("SELECT downloaded_at, max_offline_seconds FROM _realm_contact WHERE id = 1")?
        .query_row([], |row| {
            Ok(Contact {
                downloaded_at: Some(OriginTimestamp(number(row.get(0)?))),
                max_offline: row.get::<_, Option<i64>>(1)?.map(|seconds| Duration::from_secs(number(seconds))),
            })
        })
        .optional()?;
    Ok(contact.unwrap_or_default())
}

/// Whether writing this contact would tell something that the file does not know.
pub(super) fn is_news(known: &Contact, now: OriginTimestamp, max_offline: Option<Duration>) -> bool {
    let is_later = known.downloaded_at.is_none_or(|at| at.0.abs_diff(now.0) >= PRECISION_MS);
    is_later || (max_offline.is_some() && max_offline != known.max_offline)
}

/// Inside a write transaction: a download was good. A server that says nothing leaves what was known.
pub(super) fn write(
    connection: &Connection,
    now: OriginTimestamp,
    max_offline: Option<Duration>,
) -> Result<(), DatabaseError> {
    connection.execute_batch(TABLE)?;
    connection
        .prepare_cached(
            "INSERT INTO _realm_contact (id, downloaded_at, max_offline_seconds) VALUES (1, ?1, ?2)
             ON CONFLICT (id) DO UPDATE SET downloaded_at = excluded.downloaded_at,
             max_offline_seconds = coalesce(excluded.max_offline_seconds, max_offline_seconds)",
        )?
        .execute(params![signed(now.0), max_offline.map(|limit| signed(limit.as_secs().min(i64::MAX as u64)))])?;
    Ok(())
}
