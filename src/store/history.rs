//! The client's history: one row a version, from the oldest that is still needed to the newest.
//!
//! Rules: `docs/MERGE.md`, "What meets"; `docs/STORE.md`, "History".

use rusqlite::{params, Connection, OptionalExtension};

use crate::value::{ClientVersion, FileIdent, OriginTimestamp, ServerVersion, UploadCursor};

use super::error::DatabaseError;

/// `clock_floor` is the latest origin timestamp that a local change of this file had as of this version.
const TABLE: &str = "
    CREATE TABLE _realm_history (
        version INTEGER PRIMARY KEY,
        origin_timestamp INTEGER NOT NULL,
        origin_file_ident INTEGER NOT NULL,
        remote_version INTEGER NOT NULL,
        clock_floor INTEGER NOT NULL,
        changeset BLOB NOT NULL,
        reciprocal BLOB
    );
";

/// A fresh file is at this version, without a row.
const FIRST_VERSION: ClientVersion = ClientVersion(1);
/// Local changes that are not empty; the others are never uploaded and meet nothing in a merge.
const IS_UPLOADABLE: &str = "origin_file_ident = 0 AND length(changeset) > 0";

/// The end of the history, which trimming never takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Newest {
    pub(super) version: ClientVersion,
    clock_floor: OriginTimestamp,
}

/// What made a version.
#[derive(Debug, Clone, Copy)]
pub(super) enum Origin<'a> {
    /// A commit of this file; empty when nothing was changed.
    Local { now: OriginTimestamp, changeset: &'a [u8] },
    /// An integration; told by the last of its changesets.
    /// What is committed from now on is later than `latest`, the newest of them: it knew of them, so it wins.
    Remote { timestamp: OriginTimestamp, file_ident: FileIdent, latest: OriginTimestamp },
}

/// A local changeset that takes part in a merge, as earlier merges left it.
#[derive(Debug)]
pub(super) struct WindowEntry {
    pub(super) version: u64,
    pub(super) origin_timestamp: OriginTimestamp,
    pub(super) changeset: Vec<u8>,
}

/// A local changeset to upload, as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalChangeset {
    pub client_version: ClientVersion,
    /// The last server version this file had integrated when it was committed.
    pub server_version: ServerVersion,
    pub origin_timestamp: OriginTimestamp,
    pub changeset: Vec<u8>,
}

/// What one UPLOAD message takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UploadScan {
    /// By rising version; empty when there is nothing to upload.
    pub changesets: Vec<LocalChangeset>,
    /// Where the next scan begins.
    pub scanned_to: UploadCursor,
}

/// Local changes that the server has not acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PendingUploads {
    pub count: u64,
    pub bytes: u64,
    /// When the oldest one was committed.
    pub oldest: Option<OriginTimestamp>,
}

pub(super) fn drop_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch("DROP TABLE IF EXISTS _realm_history")?)
}

pub(super) fn create_table(connection: &Connection) -> Result<(), DatabaseError> {
    Ok(connection.execute_batch(TABLE)?)
}

pub(super) fn newest(connection: &Connection) -> Result<Newest, DatabaseError> {
    let newest = connection
        .prepare_cached("SELECT version, clock_floor FROM _realm_history ORDER BY version DESC LIMIT 1")?
        .query_row([], |row| {
            Ok(Newest {
                version: ClientVersion(number(row.get(0)?)),
                clock_floor: OriginTimestamp(number(row.get(1)?)),
            })
        })
        .optional()?;
    Ok(newest.unwrap_or(Newest { version: FIRST_VERSION, clock_floor: OriginTimestamp(0) }))
}

/// Adds the version after `newest`. A local change is stamped with the time, or where that is earlier with the last
/// stamp, or with what follows the newest remote change (`docs/MERGE.md`, "Older and newer").
pub(super) fn append(
    connection: &Connection,
    newest: Newest,
    remote_version: ServerVersion,
    origin: Origin<'_>,
) -> Result<ClientVersion, DatabaseError> {
    let version = ClientVersion(newest.version.0 + 1);
    let (timestamp, file_ident, clock_floor, changeset) = match origin {
        Origin::Local { now, changeset } => {
            let timestamp = now.max(newest.clock_floor);
            (timestamp, FileIdent::NONE, timestamp, changeset)
        }
        Origin::Remote { timestamp, file_ident, latest } => {
            let floor = newest.clock_floor.max(OriginTimestamp(latest.0.saturating_add(1)));
            (timestamp, file_ident, floor, &[][..])
        }
    };
    connection
        .prepare_cached(
            "INSERT INTO _realm_history
             (version, origin_timestamp, origin_file_ident, remote_version, clock_floor, changeset)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            signed(version.0),
            signed(timestamp.0),
            signed(file_ident.0),
            signed(remote_version.0),
            signed(clock_floor.0),
            changeset
        ])?;
    Ok(version)
}

/// Begins anew behind everything that this history and `other` had: one version that holds no local change.
pub(super) fn restart(
    connection: &Connection,
    own: Newest,
    other: Newest,
    remote_version: ServerVersion,
) -> Result<Newest, DatabaseError> {
    connection.execute("DELETE FROM _realm_history", [])?;
    let before =
        Newest { version: own.version.max(other.version), clock_floor: own.clock_floor.max(other.clock_floor) };
    append(connection, before, remote_version, Origin::Local { now: before.clock_floor, changeset: &[] })?;
    newest(connection)
}

/// The local changesets after `base`, as earlier merges left them.
pub(super) fn window(connection: &Connection, base: ClientVersion) -> Result<Vec<WindowEntry>, DatabaseError> {
    let sql = format!(
        "SELECT version, origin_timestamp, coalesce(reciprocal, changeset) FROM _realm_history
         WHERE version > ?1 AND {IS_UPLOADABLE} ORDER BY version"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let entries = statement.query_map([signed(base.0)], |row| {
        Ok(WindowEntry {
            version: number(row.get(0)?),
            origin_timestamp: OriginTimestamp(number(row.get(1)?)),
            changeset: row.get(2)?,
        })
    })?;
    Ok(entries.collect::<Result<_, _>>()?)
}

/// An empty reciprocal says that nothing is left of the changeset; none stored says that it is as it was.
pub(super) fn store_reciprocal(connection: &Connection, version: u64, reciprocal: &[u8]) -> Result<(), DatabaseError> {
    connection
        .prepare_cached("UPDATE _realm_history SET reciprocal = ?2 WHERE version = ?1")?
        .execute(params![signed(version), reciprocal])?;
    Ok(())
}

pub(super) fn store_changeset(
    connection: &Connection,
    version: ClientVersion,
    changeset: &[u8],
) -> Result<(), DatabaseError> {
    connection
        .prepare_cached("UPDATE _realm_history SET changeset = ?2 WHERE version = ?1")?
        .execute(params![signed(version.0), changeset])?;
    Ok(())
}

/// Drops what no merge needs any more: everything up to `integrated`, the last version of this file that the server
/// had integrated, and the versions right after it that hold no local change. The newest stays.
pub(super) fn trim(connection: &Connection, integrated: ClientVersion) -> Result<(), DatabaseError> {
    let sql = format!(
        "DELETE FROM _realm_history WHERE version < min(
            coalesce((SELECT min(version) FROM _realm_history WHERE version > ?1 AND {IS_UPLOADABLE}), 0x7fffffffffffffff),
            (SELECT max(version) FROM _realm_history))"
    );
    connection.prepare_cached(&sql)?.execute([signed(integrated.0)])?;
    Ok(())
}

/// Extends an acknowledged version over the versions right after it that hold nothing to upload.
pub(super) fn uploaded_version(
    connection: &Connection,
    acknowledged: ClientVersion,
) -> Result<ClientVersion, DatabaseError> {
    let sql = format!("SELECT min(version) FROM _realm_history WHERE version > ?1 AND {IS_UPLOADABLE}");
    let next: Option<i64> = connection.prepare_cached(&sql)?.query_row([signed(acknowledged.0)], |row| row.get(0))?;
    match next {
        Some(next) => Ok(ClientVersion(number(next).saturating_sub(1)).max(acknowledged)),
        None => Ok(newest(connection)?.version.max(acknowledged)),
    }
}

pub(super) fn pending_uploads(
    connection: &Connection,
    acknowledged: ClientVersion,
    newest: ClientVersion,
) -> Result<PendingUploads, DatabaseError> {
    let sql = format!(
        "SELECT count(*), coalesce(sum(length(changeset)), 0), min(origin_timestamp) FROM _realm_history
         WHERE version > ?1 AND version <= ?2 AND {IS_UPLOADABLE}"
    );
    Ok(connection.prepare_cached(&sql)?.query_row([signed(acknowledged.0), signed(newest.0)], |row| {
        Ok(PendingUploads {
            count: number(row.get(0)?),
            bytes: number(row.get(1)?),
            oldest: row.get::<_, Option<i64>>(2)?.map(|timestamp| OriginTimestamp(number(timestamp))),
        })
    })?)
}

/// Size of the local changesets above `after` up to `to`.
pub(super) fn local_bytes(
    connection: &Connection,
    after: ClientVersion,
    to: ClientVersion,
) -> Result<u64, DatabaseError> {
    let sql = format!(
        "SELECT coalesce(sum(length(changeset)), 0) FROM _realm_history
         WHERE version > ?1 AND version <= ?2 AND {IS_UPLOADABLE}"
    );
    let bytes: i64 = connection.prepare_cached(&sql)?.query_row([signed(after.0), signed(to.0)], |row| row.get(0))?;
    Ok(number(bytes))
}

/// Collects changesets after `from` until they have `soft_limit` bytes; never `hard_limit`, unless it is one alone.
pub(super) fn scan_uploads(
    connection: &Connection,
    from: UploadCursor,
    soft_limit: usize,
    hard_limit: usize,
) -> Result<UploadScan, DatabaseError> {
    let mut statement = connection.prepare_cached(
        "SELECT version, remote_version, origin_timestamp, origin_file_ident, changeset FROM _realm_history
         WHERE version > ?1 ORDER BY version",
    )?;
    let mut rows = statement.query([signed(from.client_version.0)])?;
    let mut scan = UploadScan { changesets: Vec::new(), scanned_to: from };
    let mut size = 0_usize;
    while size < soft_limit {
        let Some(row) = rows.next()? else { break };
        let client_version = ClientVersion(number(row.get(0)?));
        let server_version = ServerVersion(number(row.get(1)?));
        let bytes = row.get_ref(4)?.as_blob().map_err(|_| DatabaseError::corrupt("a changeset is no blob"))?;
        let is_local = row.get::<_, i64>(3)? == 0;
        if is_local && !bytes.is_empty() {
            let sum = size.saturating_add(bytes.len());
            if sum >= hard_limit && !scan.changesets.is_empty() {
                break;
            }
            size = sum;
            scan.changesets.push(LocalChangeset {
                client_version,
                server_version,
                origin_timestamp: OriginTimestamp(number(row.get(2)?)),
                changeset: bytes.to_vec(),
            });
        }
        scan.scanned_to = UploadCursor { client_version, server_version };
    }
    Ok(scan)
}

/// SQLite's integers are signed; the numbers of the protocol stay below 2^63, and come back whole in any case.
pub(super) fn signed(number: u64) -> i64 {
    number.cast_signed()
}

pub(super) fn number(signed: i64) -> u64 {
    signed.cast_unsigned()
}
