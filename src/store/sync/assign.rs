//! The file gets its ident, and with it the objects without primary key that were made before.
//!
//! Rules: `docs/STORE.md`, "Tables".

use rusqlite::Connection;

use crate::changeset::{decode, encode};
use crate::store::error::{DatabaseError, StoreError};
use crate::store::state::State;
use crate::store::{database, history, progress};
use crate::value::{ClientVersion, FileIdent, SaltedFileIdent};

use super::SyncStore;

impl SyncStore {
    /// Stores the ident that the server assigned, for good; giving the same one again is fine.
    pub fn set_file_ident(&mut self, ident: SaltedFileIdent) -> Result<(), StoreError> {
        let turn = self.take_turn()?;
        database::begin(&self.connection)?;
        let result = assign(&self.connection, ident).and_then(|()| Ok(database::commit(&self.connection)?));
        if result.is_err() {
            database::rollback(&self.connection);
        }
        drop(turn);
        result
    }
}

fn assign(connection: &Connection, ident: SaltedFileIdent) -> Result<(), StoreError> {
    let mut exchange = progress::read(connection)?;
    if exchange.file_ident == ident {
        return Ok(());
    }
    if exchange.file_ident.ident.is_assigned() {
        return Err(StoreError::FileIdentAssigned { ident: exchange.file_ident.ident.0 });
    }
    exchange.file_ident = ident;
    exchange.progress.download.client_version = ClientVersion(0);
    exchange.progress.upload.client_version = ClientVersion(0);
    exchange.progress.upload.server_version = crate::value::ServerVersion(0);
    progress::write(connection, &exchange)?;
    let state = State::load(connection)?;
    if state.rename_keyless(connection, ident.ident.0)? {
        rename_in_history(connection, ident.ident)?;
    }
    Ok(())
}

fn rename_in_history(connection: &Connection, ident: FileIdent) -> Result<(), StoreError> {
    for entry in history::window(connection, ClientVersion(0))? {
        let mut changeset = decode(&entry.changeset)
            .map_err(|error| DatabaseError::corrupt(format!("the history's version {}: {error}", entry.version)))?;
        if changeset.name_keyless(ident) {
            history::store_changeset(connection, ClientVersion(entry.version), &encode(&changeset))?;
        }
    }
    Ok(())
}
