//! The main history: entries are appended and never rewritten.

use std::ops::ControlFlow;

use rusqlite::{params, Connection, OptionalExtension};

use super::baseline::{self, Extent};
use super::LogError;
use crate::server::{Batch, BatchEntry};
use crate::value::{
    ClientVersion, DownloadCursor, FileIdent, OriginTimestamp, Salt, SaltedServerVersion, ServerVersion, UploadCursor,
};

/// Ends of the history: the part of it that is kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ends {
    /// The history begins after this version.
    pub base: SaltedServerVersion,
    /// Sum of all changeset sizes up to there.
    pub base_bytes: u64,
    /// What stands for the history up to there.
    pub baseline: Extent,
    pub latest: SaltedServerVersion,
    /// Sum of all changeset sizes up to `latest`, trimmed ones included.
    pub bytes: u64,
}

/// An entry to append.
pub(super) struct NewEntry<'a> {
    pub salt: Salt,
    pub origin: FileIdent,
    pub client_version: ClientVersion,
    pub timestamp: OriginTimestamp,
    pub original_size: u64,
    pub changeset: &'a [u8],
}

/// An entry as merging needs it.
pub(super) struct WindowEntry {
    pub version: ServerVersion,
    pub origin: FileIdent,
    pub timestamp: OriginTimestamp,
    pub changeset: Vec<u8>,
}

impl Ends {
    pub fn load(connection: &Connection) -> Result<Ends, LogError> {
        let sql = "SELECT base_version, base_salt, base_bytes, baseline_pieces, baseline_bytes FROM _realm_server";
        let (base, base_bytes, baseline) = connection.query_row(sql, [], |row| {
            let (pieces, bytes) = (row.get::<_, i64>(3)? as u64, row.get::<_, i64>(4)? as u64);
            Ok((salted(row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?, Extent { pieces, bytes }))
        })?;
        let newest = connection
            .query_row("SELECT version, salt, bytes_until FROM _realm_log ORDER BY version DESC LIMIT 1", [], |row| {
                Ok((salted(row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
            })
            .optional()?;
        let (latest, bytes) = newest.unwrap_or((base, base_bytes));
        Ok(Ends { base, base_bytes: base_bytes as u64, baseline, latest, bytes: bytes as u64 })
    }

    /// Appends at the position after `latest`; fails when somebody else has written there.
    pub fn append(&mut self, connection: &Connection, entry: &NewEntry<'_>) -> Result<(), LogError> {
        let version = ServerVersion(self.latest.version.0 + 1);
        let bytes = self.bytes + entry.changeset.len() as u64;
        let mut insert = connection.prepare_cached("INSERT INTO _realm_log VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")?;
        insert.execute(params![
            version.0 as i64,
            entry.salt.0,
            entry.origin.0 as i64,
            entry.client_version.0 as i64,
            entry.timestamp.0 as i64,
            entry.original_size as i64,
            bytes as i64,
            entry.changeset,
        ])?;
        self.latest = SaltedServerVersion { version, salt: entry.salt };
        self.bytes = bytes;
        Ok(())
    }
}

/// The salt of a version within the history or at its base; `None` outside.
pub(super) fn salt_of(connection: &Connection, ends: &Ends, version: ServerVersion) -> Result<Option<Salt>, LogError> {
    if version == ends.base.version {
        return Ok(Some(ends.base.salt));
    }
    if version < ends.base.version {
        return Ok(None);
    }
    let mut select = connection.prepare_cached("SELECT salt FROM _realm_log WHERE version = ?1")?;
    Ok(select.query_row([version.0 as i64], |row| row.get(0).map(Salt)).optional()?)
}

/// Entries after `from` that `file` did not make and that do something, transformed for `file` where they were. A `from`
/// before the trim point counts in the baseline.
pub(super) fn window(
    connection: &Connection,
    ends: &Ends,
    file: FileIdent,
    from: ServerVersion,
) -> Result<Vec<WindowEntry>, LogError> {
    let mut entries = match from < ends.base.version {
        true => baseline::window(connection, ends, file, from)?,
        false => Vec::new(),
    };
    let from = from.max(ends.base.version);
    // Whether an entry counts is judged on the main history, also where its reciprocal is empty.
    let mut select = connection.prepare_cached(
        "SELECT log.version, log.origin, log.timestamp, coalesce(reciprocal.changeset, log.changeset)
         FROM _realm_log AS log LEFT JOIN _realm_reciprocals AS reciprocal
             ON reciprocal.ident = ?1 AND reciprocal.version = log.version
         WHERE log.version > ?2 AND log.origin <> ?1 AND length(log.changeset) > 0
         ORDER BY log.version",
    )?;
    let rows = select.query_map([file.0 as i64, from.0 as i64], |row| {
        Ok(WindowEntry {
            version: ServerVersion(row.get::<_, i64>(0)? as u64),
            origin: FileIdent(row.get::<_, i64>(1)? as u64),
            timestamp: OriginTimestamp(row.get::<_, i64>(2)? as u64),
            changeset: row.get(3)?,
        })
    })?;
    for row in rows {
        entries.push(row?);
    }
    Ok(entries)
}

/// What `file` is to download after `from`: everything up to the end, or until `limit_bytes` are reached. A `from`
/// before the trim point counts in the baseline.
pub(super) fn read(
    connection: &Connection,
    ends: &Ends,
    file: FileIdent,
    from: DownloadCursor,
    limit_bytes: usize,
) -> Result<Batch, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT version, origin, client_version, timestamp, original_size, bytes_until,
             CASE origin WHEN ?1 THEN x'' ELSE changeset END
         FROM _realm_log WHERE version > ?2 ORDER BY version",
    )?;
    let (mut entries, mut end) = (Vec::new(), from);
    if from.server_version < ends.base.version {
        let reached = baseline::read(connection, ends, from.server_version, limit_bytes, &mut entries)?;
        end.server_version = reached.position;
        if reached.position < ends.base.version {
            let remaining_bytes = reached.remaining_bytes + ends.bytes.saturating_sub(ends.base_bytes);
            return Ok(Batch { entries, end, latest: ends.latest, upload: UploadCursor::default(), remaining_bytes });
        }
    }
    let mut size: usize = entries.iter().map(|entry| entry.bytes.len()).sum();
    let mut rows = select.query([file.0 as i64, end.server_version.0 as i64])?;
    let mut bytes_until = (size > 0).then_some(ends.base_bytes);
    while size < limit_bytes {
        let Some(row) = rows.next()? else { break };
        end.server_version = ServerVersion(row.get::<_, i64>(0)? as u64);
        bytes_until = Some(row.get::<_, i64>(5)? as u64);
        let origin = FileIdent(row.get::<_, i64>(1)? as u64);
        if origin == file {
            end.client_version = ClientVersion(row.get::<_, i64>(2)? as u64);
            continue;
        }
        let bytes: Vec<u8> = row.get(6)?;
        if bytes.is_empty() {
            continue;
        }
        size += bytes.len();
        entries.push(BatchEntry {
            server_version: end.server_version,
            client_version: end.client_version,
            timestamp: OriginTimestamp(row.get::<_, i64>(3)? as u64),
            origin,
            original_size: row.get::<_, i64>(4)? as u64,
            bytes,
        });
    }
    // Without a row the position was at the end.
    let remaining_bytes = bytes_until.map_or(0, |until| ends.bytes.saturating_sub(until));
    Ok(Batch { entries, end, latest: ends.latest, upload: UploadCursor::default(), remaining_bytes })
}

/// Where an entry stands.
pub(super) struct LogPosition {
    pub salt: Salt,
    pub bytes_until: u64,
}

pub(super) fn position_of(connection: &Connection, version: ServerVersion) -> Result<Option<LogPosition>, LogError> {
    let mut select = connection.prepare_cached("SELECT salt, bytes_until FROM _realm_log WHERE version = ?1")?;
    let found = select.query_row([version.0 as i64], |row| {
        Ok(LogPosition { salt: Salt(row.get(0)?), bytes_until: row.get::<_, i64>(1)? as u64 })
    });
    Ok(found.optional()?)
}

/// The changesets after one version and up to another, a number of them at most: for making the state that they make.
pub(super) fn for_each_between(
    connection: &Connection,
    (after, until): (ServerVersion, ServerVersion),
    limit: usize,
    mut each: impl FnMut(ServerVersion, &[u8]) -> Result<ControlFlow<()>, LogError>,
) -> Result<(), LogError> {
    let mut select = connection.prepare_cached(
        "SELECT version, changeset FROM _realm_log WHERE version > ?1 AND version <= ?2 ORDER BY version LIMIT ?3",
    )?;
    let mut rows = select.query(params![after.0 as i64, until.0 as i64, limit as i64])?;
    while let Some(row) = rows.next()? {
        let bytes =
            row.get_ref(1)?.as_blob().map_err(|_| LogError::Damaged("a log entry is no changeset".to_owned()))?;
        if each(ServerVersion(row.get::<_, i64>(0)? as u64), bytes)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Deletes entries up to a version, from the first on; tells how many.
pub(super) fn delete_until(
    connection: &Connection,
    until: ServerVersion,
    limit: usize,
    limit_bytes: usize,
) -> Result<usize, LogError> {
    let mut select = connection.prepare_cached(
        "SELECT version, length(changeset) FROM _realm_log WHERE version <= ?1 ORDER BY version LIMIT ?2",
    )?;
    let mut rows = select.query(params![until.0 as i64, limit as i64])?;
    let (mut last, mut size) = (None, 0);
    while size < limit_bytes {
        let Some(row) = rows.next()? else { break };
        last = Some(row.get::<_, i64>(0)?);
        size += usize::try_from(row.get::<_, i64>(1)?).unwrap_or(usize::MAX);
    }
    drop(rows);
    let Some(last) = last else { return Ok(0) };
    Ok(connection.prepare_cached("DELETE FROM _realm_log WHERE version <= ?1")?.execute([last])?)
}

fn salted(version: i64, salt: i64) -> SaltedServerVersion {
    SaltedServerVersion { version: ServerVersion(version as u64), salt: Salt(salt) }
}
