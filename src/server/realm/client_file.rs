//! The registry of client files: who they are, how far they got, and the history as each must be told it.

use std::collections::HashSet;

use rusqlite::{params, Connection, OptionalExtension};

use super::trim_point::FileNeed;
use super::LogError;
use crate::value::{ClientVersion, FileIdent, OriginTimestamp, Salt, SaltedFileIdent, ServerVersion, UploadCursor};

/// One client file, as the registry has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ClientFile {
    pub ident: FileIdent,
    pub salt: Salt,
    /// Last client version integrated, and the base of the file's reciprocals.
    pub upload: UploadCursor,
    pub locked: ServerVersion,
    /// Trim point of the baseline that the file began with; 0 until it begins with one.
    pub start: ServerVersion,
}

/// Gives the next free ident to a new client file.
pub(super) fn allocate(
    connection: &Connection,
    salt: Salt,
    seen: OriginTimestamp,
) -> Result<SaltedFileIdent, LogError> {
    let mut advance =
        connection.prepare_cached("UPDATE _realm_server SET next_ident = next_ident + 1 RETURNING next_ident - 1")?;
    let ident: i64 = advance.query_row([], |row| row.get(0))?;
    let mut insert = connection.prepare_cached("INSERT INTO _realm_client_files VALUES (?1, ?2, 0, 0, 0, ?3, 0)")?;
    insert.execute(params![ident, salt.0, seen.0 as i64])?;
    Ok(SaltedFileIdent { ident: FileIdent(ident as u64), salt })
}

impl ClientFile {
    pub fn load(connection: &Connection, ident: FileIdent) -> Result<Option<ClientFile>, LogError> {
        let mut select = connection.prepare_cached(
            "SELECT salt, client_version, base_version, locked_version, start_version
             FROM _realm_client_files WHERE ident = ?1",
        )?;
        let file = select.query_row([ident.0 as i64], |row| {
            Ok(ClientFile {
                ident,
                salt: Salt(row.get(0)?),
                upload: UploadCursor {
                    client_version: ClientVersion(row.get::<_, i64>(1)? as u64),
                    server_version: ServerVersion(row.get::<_, i64>(2)? as u64),
                },
                locked: ServerVersion(row.get::<_, i64>(3)? as u64),
                start: ServerVersion(row.get::<_, i64>(4)? as u64),
            })
        });
        Ok(file.optional()?)
    }

    /// Whether the file has neither uploaded nor acknowledged anything.
    pub fn is_blank(&self) -> bool {
        self.upload == UploadCursor::default()
    }

    /// Lets a blank file begin with the baseline that is in force now.
    pub fn restart(&mut self, connection: &Connection, start: ServerVersion) -> Result<(), LogError> {
        self.start = start;
        let mut update =
            connection.prepare_cached("UPDATE _realm_client_files SET start_version = ?2 WHERE ident = ?1")?;
        update.execute([self.ident.0 as i64, start.0 as i64])?;
        Ok(())
    }

    /// Moves the file's cursors on, never back, and forgets the reciprocals that it will not need again.
    pub fn advance(
        &mut self,
        connection: &Connection,
        progress: UploadCursor,
        locked: ServerVersion,
        seen: OriginTimestamp,
    ) -> Result<(), LogError> {
        self.upload.client_version = self.upload.client_version.max(progress.client_version);
        self.locked = self.locked.max(locked);
        if progress.server_version > self.upload.server_version {
            self.upload.server_version = progress.server_version;
            let mut forget =
                connection.prepare_cached("DELETE FROM _realm_reciprocals WHERE ident = ?1 AND version <= ?2")?;
            forget.execute([self.ident.0 as i64, progress.server_version.0 as i64])?;
        }
        let mut update = connection.prepare_cached(
            "UPDATE _realm_client_files SET client_version = ?2, base_version = ?3, locked_version = ?4, last_seen = ?5
             WHERE ident = ?1",
        )?;
        update.execute([
            self.ident.0 as i64,
            self.upload.client_version.0 as i64,
            self.upload.server_version.0 as i64,
            self.locked.0 as i64,
            seen.0 as i64,
        ])?;
        Ok(())
    }

    /// Keeps the form that entry `version` has for this file; empty is a form too.
    pub fn store_reciprocal(
        &self,
        connection: &Connection,
        version: ServerVersion,
        changeset: &[u8],
    ) -> Result<(), LogError> {
        let mut insert = connection.prepare_cached("INSERT OR REPLACE INTO _realm_reciprocals VALUES (?1, ?2, ?3)")?;
        insert.execute(params![self.ident.0 as i64, version.0 as i64, changeset])?;
        Ok(())
    }
}

/// What each client file needs of the history.
pub(super) fn needs(connection: &Connection, connected: &[FileIdent]) -> Result<Vec<FileNeed>, LogError> {
    let connected: HashSet<FileIdent> = connected.iter().copied().collect();
    let mut select = connection.prepare_cached(
        "SELECT ident, max(base_version, start_version), client_version = 0 AND base_version = 0, last_seen
         FROM _realm_client_files",
    )?;
    let rows = select.query_map([], |row| {
        Ok(FileNeed {
            after: ServerVersion(row.get::<_, i64>(1)? as u64),
            is_blank: row.get(2)?,
            is_connected: connected.contains(&FileIdent(row.get::<_, i64>(0)? as u64)),
            last_seen: OriginTimestamp(row.get::<_, i64>(3)? as u64),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Notes that the files are bound now, where that was not noted for so long.
pub(super) fn touch(
    connection: &Connection,
    files: &[FileIdent],
    seen: OriginTimestamp,
    unless_since: OriginTimestamp,
) -> Result<(), LogError> {
    let mut update = connection
        .prepare_cached("UPDATE _realm_client_files SET last_seen = ?2 WHERE ident = ?1 AND last_seen < ?3")?;
    for file in files {
        update.execute([file.0 as i64, seen.0 as i64, unless_since.0 as i64])?;
    }
    Ok(())
}
