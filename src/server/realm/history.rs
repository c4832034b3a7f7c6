//! The main history: entries are appended and never rewritten.

use rusqlite::{params, Connection, OptionalExtension};

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
        let (base, base_bytes) =
            connection.query_row("SELECT base_version, base_salt, base_bytes FROM _realm_server", [], |row| {
                Ok((salted(row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
            })?;
        let newest = connection
            .query_row("SELECT version, salt, bytes_until FROM _realm_log ORDER BY version DESC LIMIT 1", [], |row| {
                Ok((salted(row.get(0)?, row.get(1)?), row.get::<_, i64>(2)?))
            })
            .optional()?;
        let (latest, bytes) = newest.unwrap_or((base, base_bytes));
        Ok(Ends { base, latest, bytes: bytes as u64 })
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
    let mut select = connection.prepare_cached("SELECT salt FROM _realm_log WHERE version = ?1")?;
    Ok(select.query_row([version.0 as i64], |row| row.get(0).map(Salt)).optional()?)
}

/// Entries after `from` that `file` did not make and that do something, transformed for `file` where they were.
pub(super) fn window(
    connection: &Connection,
    file: FileIdent,
    from: ServerVersion,
) -> Result<Vec<WindowEntry>, LogError> {
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
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What `file` is to download after `from`: everything up to the end, or until `limit_bytes` are reached.
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
    let mut rows = select.query([file.0 as i64, from.server_version.0 as i64])?;
    let mut entries = Vec::new();
    let (mut end, mut size, mut bytes_until) = (from, 0, None);
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

fn salted(version: i64, salt: i64) -> SaltedServerVersion {
    SaltedServerVersion { version: ServerVersion(version as u64), salt: Salt(salt) }
}
