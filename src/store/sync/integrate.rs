//! A download becomes part of the file: merged, applied and remembered in one transaction.
//!
//! Rules: `docs/MERGE.md`, "What meets"; `docs/STORE.md`, "Integrating a download".

use rusqlite::Connection;

use crate::changeset::{decode, encode_merged};
use crate::merge::{merge_groups, Entry};
use crate::store::contact;
use crate::store::error::StoreError;
use crate::store::gate::Permit;
use crate::store::history::{self, Origin};
use crate::store::progress::{self, Exchange};
use crate::store::state::State;
use crate::store::{database, DatabaseError};
use crate::value::{ClientVersion, FileIdent};

use super::{Download, Integrated, RemoteChangeset, SyncStore};

impl SyncStore {
    /// Integrates the download, or leaves the file as it was. It gives up with `StoreError::Cancelled` when the gate
    /// has moved on, also while it waits for another writer. A download that brings nothing makes no version.
    pub fn integrate(&mut self, download: &Download, permit: &Permit) -> Result<Integrated, StoreError> {
        let mut theirs = decode_all(&download.changesets)?;
        let turn = self.file.writers.acquire(permit)?;
        database::begin(&self.connection)?;
        let result = self.integrate_within(download, &mut theirs, permit);
        if result.is_err() {
            database::rollback(&self.connection);
            self.state = None;
        }
        drop(turn);
        result
    }

    fn integrate_within(
        &mut self,
        download: &Download,
        theirs: &mut [Entry],
        permit: &Permit,
    ) -> Result<Integrated, StoreError> {
        let connection = &self.connection;
        let mut exchange = progress::read(connection)?;
        let newest = history::newest(connection)?;
        let now = self.clock.origin_timestamp();
        let is_news = contact::is_news(&contact::read(connection)?, now, self.max_offline);
        if is_news {
            contact::write(connection, now, self.max_offline)?;
        }
        if download.changesets.is_empty() && exchange.progress == download.progress {
            let integrated = describe(connection, newest.version, &exchange)?;
            match is_news {
                true => commit(connection, permit)?,
                false => database::rollback(connection),
            }
            return Ok(integrated);
        }
        let origin = match download.changesets.last() {
            None => Origin::Local { now, changeset: &[] },
            Some(last) => {
                merge(connection, &exchange, theirs)?;
                let state = State::current(&mut self.state, connection)?;
                state.track(self.file.observers.interest());
                for entry in theirs.iter() {
                    state.apply(connection, &entry.changeset)?;
                }
                let latest = theirs.iter().map(|entry| entry.origin_timestamp).max().unwrap_or_default();
                Origin::Remote { timestamp: last.origin_timestamp, file_ident: last.origin_file_ident, latest }
            }
        };
        let remote_version = match download.changesets.last() {
            None => download.progress.download.server_version,
            Some(last) => last.server_version,
        };
        let version = history::append(connection, newest, remote_version, origin)?;
        let acknowledged = (exchange.progress.upload.client_version, download.progress.upload.client_version);
        let uploaded_bytes = history::local_bytes(connection, acknowledged.0, acknowledged.1)?;
        exchange.uploaded_bytes = exchange.uploaded_bytes.saturating_add(uploaded_bytes);
        exchange.downloaded_bytes = download
            .changesets
            .iter()
            .fold(exchange.downloaded_bytes, |sum, changeset| sum.saturating_add(changeset.original_size));
        exchange.progress = download.progress;
        progress::write(connection, &exchange)?;
        history::trim(connection, download.progress.download.client_version)?;
        let integrated = describe(connection, version, &exchange)?;
        let changes = match &mut self.state {
            Some(state) => state.net_changes(connection)?,
            None => Vec::new(),
        };
        commit(connection, permit)?;
        // Within the turn, so that observers are told of commits in their order.
        self.file.observers.publish(changes);
        Ok(integrated)
    }
}

/// Asks the gate once more, right before what cannot be taken back.
fn commit(connection: &Connection, permit: &Permit) -> Result<(), StoreError> {
    let committing = permit.enter_commit()?;
    database::commit(connection)?;
    drop(committing);
    Ok(())
}

impl State {
    /// The state, loaded where there is none or another connection changed the schema.
    fn current<'a>(slot: &'a mut Option<State>, connection: &Connection) -> Result<&'a mut State, DatabaseError> {
        let state = match slot.take() {
            Some(mut state) => {
                state.refresh(connection)?;
                state
            }
            None => State::load(connection)?,
        };
        Ok(slot.insert(state))
    }
}

fn decode_all(changesets: &[RemoteChangeset]) -> Result<Vec<Entry>, StoreError> {
    changesets
        .iter()
        .map(|remote| {
            Ok(Entry::new(
                decode(&remote.bytes)?,
                remote.server_version.0,
                remote.client_version.0,
                remote.origin_timestamp,
                remote.origin_file_ident,
            ))
        })
        .collect()
}

/// Merges with the local changes that the sender had not seen, and keeps what became of those.
fn merge(connection: &Connection, exchange: &Exchange, theirs: &mut [Entry]) -> Result<(), StoreError> {
    let own_ident = exchange.file_ident.ident;
    if own_ident == FileIdent::NONE {
        return Err(StoreError::NoFileIdent);
    }
    let base = theirs.iter().map(|entry| entry.base).min().unwrap_or_default();
    let mut ours = Vec::new();
    for local in history::window(connection, ClientVersion(base))? {
        let changeset = decode(&local.changeset)
            .map_err(|error| DatabaseError::corrupt(format!("the history's version {}: {error}", local.version)))?;
        ours.push(Entry::new(changeset, local.version, 0, local.origin_timestamp, own_ident));
    }
    if ours.is_empty() {
        return Ok(());
    }
    merge_groups(&mut ours, theirs)?;
    for entry in ours.iter().filter(|entry| entry.changed()) {
        history::store_reciprocal(connection, entry.version, &encode_merged(&entry.changeset))?;
    }
    Ok(())
}

fn describe(
    connection: &Connection,
    newest_version: ClientVersion,
    exchange: &Exchange,
) -> Result<Integrated, StoreError> {
    let acknowledged = exchange.progress.upload.client_version;
    Ok(Integrated {
        newest_version,
        uploaded_version: history::uploaded_version(connection, acknowledged)?,
        progress: exchange.progress,
        downloaded_bytes: exchange.downloaded_bytes,
        uploaded_bytes: exchange.uploaded_bytes,
    })
}
