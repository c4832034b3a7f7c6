//! What the file remembers of its exchange with the server, in one row.

use rusqlite::{params, Connection};

use crate::value::{
    ClientVersion, DownloadCursor, FileIdent, Salt, SaltedFileIdent, SaltedServerVersion, ServerVersion, SyncProgress,
    UploadCursor,
};

use super::error::DatabaseError;
use super::history::{number, signed};

const TABLE: &str = "
    CREATE TABLE _realm_sync (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        file_ident INTEGER NOT NULL DEFAULT 0,
        file_ident_salt INTEGER NOT NULL DEFAULT 0,
        latest_server_version INTEGER NOT NULL DEFAULT 0,
        latest_server_version_salt INTEGER NOT NULL DEFAULT 0,
        download_server_version INTEGER NOT NULL DEFAULT 0,
        download_client_version INTEGER NOT NULL DEFAULT 0,
        upload_client_version INTEGER NOT NULL DEFAULT 0,
        upload_server_version INTEGER NOT NULL DEFAULT 0,
        downloaded_bytes INTEGER NOT NULL DEFAULT 0,
        uploaded_bytes INTEGER NOT NULL DEFAULT 0
    );
    INSERT INTO _realm_sync (id) VALUES (1);
";

const READ: &str = "SELECT file_ident, file_ident_salt, latest_server_version, latest_server_version_salt,
    download_server_version, download_client_version, upload_client_version, upload_server_version,
    downloaded_bytes, uploaded_bytes FROM _realm_sync WHERE id = 1";

const WRITE: &str = "UPDATE _realm_sync SET file_ident = ?1, file_ident_salt = ?2, latest_server_version = ?3,
    latest_server_version_salt = ?4, download_server_version = ?5, download_client_version = ?6,
    upload_client_version = ?7, upload_server_version = ?8, downloaded_bytes = ?9, uploaded_bytes = ?10 WHERE id = 1";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Exchange {
    /// `FileIdent::NONE` until the server assigns one.
    pub(super) file_ident: SaltedFileIdent,
    pub(super) progress: SyncProgress,
    /// Original sizes of the changesets that were integrated.
    pub(super) downloaded_bytes: u64,
    /// Sizes of the local changesets that the server acknowledged.
    pub(super) uploaded_bytes: u64,
}

pub(super) fn drop_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch("DROP TABLE IF EXISTS _realm_sync")?)
}

pub(super) fn create_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch(TABLE)?)
}

pub(super) fn read(connection: &Connection) -> Result<Exchange, DatabaseError> {
    let exchange = connection.prepare_cached(READ)?.query_row([], |row| {
        Ok(Exchange {
            file_ident: SaltedFileIdent { ident: FileIdent(number(row.get(0)?)), salt: Salt(row.get(1)?) },
            progress: SyncProgress {
                latest_server_version: SaltedServerVersion {
                    version: ServerVersion(number(row.get(2)?)),
                    salt: Salt(row.get(3)?),
                },
                download: DownloadCursor {
                    server_version: ServerVersion(number(row.get(4)?)),
                    client_version: ClientVersion(number(row.get(5)?)),
                },
                upload: UploadCursor {
                    client_version: ClientVersion(number(row.get(6)?)),
                    server_version: ServerVersion(number(row.get(7)?)),
                },
            },
            downloaded_bytes: number(row.get(8)?),
            uploaded_bytes: number(row.get(9)?),
        })
    })?;
    Ok(exchange)
}

/// The server version up to which everything was downloaded.
pub(super) fn downloaded_to(connection: &Connection) -> Result<ServerVersion, DatabaseError> {
    let version = connection
        .prepare_cached("SELECT download_server_version FROM _realm_sync WHERE id = 1")?
        .query_row([], |row| row.get(0))?;
    Ok(ServerVersion(number(version)))
}

pub(super) fn write(connection: &Connection, exchange: &Exchange) -> Result<(), DatabaseError> {
    let Exchange { file_ident, progress, downloaded_bytes, uploaded_bytes } = exchange;
    connection.prepare_cached(WRITE)?.execute(params![
        signed(file_ident.ident.0),
        file_ident.salt.0,
        signed(progress.latest_server_version.version.0),
        progress.latest_server_version.salt.0,
        signed(progress.download.server_version.0),
        signed(progress.download.client_version.0),
        signed(progress.upload.client_version.0),
        signed(progress.upload.server_version.0),
        signed(*downloaded_bytes),
        signed(*uploaded_bytes),
    ])?;
    Ok(())
}
