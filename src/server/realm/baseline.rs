//! What stands in place of the history that was trimmed: changesets that make the state at the trim point. They have the
//! server versions from 1 on, up to the trim point at most, come from the server itself, and are older than any change.
//!
//! Rules: `docs/SERVER.md`, "Trimming".

use rusqlite::{params, Connection};

use super::history::{Ends, WindowEntry};
use super::LogError;
use crate::server::BatchEntry;
use crate::value::{ClientVersion, FileIdent, OriginTimestamp, ServerVersion};

/// Loses against every change that meets it. What meets it is a client's work from before it first synced: when that is
/// the newer work is not known any more, and what a person has just written is worth more than what stood there.
const TIMESTAMP: OriginTimestamp = OriginTimestamp(0);

/// A baseline that is written, but not in force yet, and then the one in force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Extent {
    /// Changesets; numbered from 1.
    pub pieces: u64,
    /// Sum of their sizes.
    pub bytes: u64,
}

/// How far reading a baseline came.
pub(super) struct Reached {
    pub position: ServerVersion,
    /// Bytes of the baseline behind the position.
    pub remaining_bytes: u64,
}

impl Extent {
    /// Adds a changeset to the baseline for the trim point `base`.
    pub fn append(&mut self, connection: &Connection, base: ServerVersion, changeset: &[u8]) -> Result<(), LogError> {
        self.pieces += 1;
        self.bytes += changeset.len() as u64;
        let mut insert = connection.prepare_cached("INSERT INTO _realm_baseline VALUES (?1, ?2, ?3, ?4)")?;
        insert.execute(params![base.0 as i64, self.pieces as i64, self.bytes as i64, changeset])?;
        Ok(())
    }

    /// Whether a client that has part of this baseline can stand there.
    pub fn has_position(&self, version: ServerVersion) -> bool {
        version.0 == 0 || version.0 < self.pieces
    }
}

/// The entries after `from` that merging meets, transformed for `file` where they were.
pub(super) fn window(
    connection: &Connection,
    ends: &Ends,
    file: FileIdent,
    from: ServerVersion,
) -> Result<Vec<WindowEntry>, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT piece.position, coalesce(reciprocal.changeset, piece.changeset)
         FROM _realm_baseline AS piece LEFT JOIN _realm_reciprocals AS reciprocal
             ON reciprocal.ident = ?1 AND reciprocal.version = piece.position
         WHERE piece.base = ?2 AND piece.position > ?3
         ORDER BY piece.position",
    )?;
    let keys = [file.0 as i64, ends.base.version.0 as i64, from.0 as i64];
    let rows = select.query_map(keys, |row| {
        Ok(WindowEntry {
            version: ServerVersion(row.get::<_, i64>(0)? as u64),
            origin: FileIdent::SERVER,
            timestamp: TIMESTAMP,
            changeset: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Adds the entries after `from` until `limit_bytes` are reached.
pub(super) fn read(
    connection: &Connection,
    ends: &Ends,
    from: ServerVersion,
    limit_bytes: usize,
    entries: &mut Vec<BatchEntry>,
) -> Result<Reached, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT position, bytes_until, changeset FROM _realm_baseline WHERE base = ?1 AND position > ?2
         ORDER BY position",
    )?;
    let mut rows = select.query([ends.base.version.0 as i64, from.0 as i64])?;
    let mut reached = Reached { position: from, remaining_bytes: ends.baseline.bytes };
    let mut size = 0;
    while size < limit_bytes {
        let Some(row) = rows.next()? else { break };
        reached.position = ServerVersion(row.get::<_, i64>(0)? as u64);
        reached.remaining_bytes = ends.baseline.bytes.saturating_sub(row.get::<_, i64>(1)? as u64);
        let bytes: Vec<u8> = row.get(2)?;
        size += bytes.len();
        entries.push(BatchEntry {
            server_version: reached.position,
            client_version: ClientVersion(0),
            timestamp: TIMESTAMP,
            origin: FileIdent::SERVER,
            original_size: bytes.len() as u64,
            bytes,
        });
    }
    if reached.position.0 >= ends.baseline.pieces {
        // All of the baseline is the whole history up to the trim point.
        reached.position = ends.base.version;
    }
    Ok(reached)
}

/// Changesets after `position`, a few of them: for making the state that they make.
pub(super) fn pieces_after(
    connection: &Connection,
    base: ServerVersion,
    position: u64,
    limit: usize,
) -> Result<Vec<(u64, Vec<u8>)>, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT position, changeset FROM _realm_baseline WHERE base = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )?;
    let rows = select.query_map(params![base.0 as i64, position as i64, limit as i64], |row| {
        Ok((row.get::<_, i64>(0)? as u64, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}
