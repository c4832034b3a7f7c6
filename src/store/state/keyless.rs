//! Objects without primary key get the file's ident once there is one.

use rusqlite::{params, Connection};

use crate::changeset::KeyType;
use crate::schema::PropertyType;
use crate::store::column::{decode_mixed, mixed_link, KeyView};
use crate::store::error::DatabaseError;
use crate::value::PrimaryKey;

use super::class::mixed_link_condition;
use super::{ClassKey, ClassState, State};

/// Identities that were made before the file had an ident, and those after them.
const UNNAMED: &str = "0000000000000000-";
const AFTER_UNNAMED: &str = "0000000000000000.";

impl State {
    /// Replaces the missing ident in identities and in links to them; tells whether the file has a class without
    /// primary key at all.
    pub(crate) fn rename_keyless(&self, connection: &Connection, hi: u64) -> Result<bool, DatabaseError> {
        if !self.classes.iter().any(ClassState::is_keyless) {
            return Ok(false);
        }
        for class in &self.classes {
            let table = &class.sql.table;
            if class.is_keyless() {
                rename_column(connection, table, &class.sql.key_column, hi)?;
            }
            for property in &class.properties {
                match &property.property_type {
                    PropertyType::Link { target } if self.class(target).is_ok_and(ClassState::is_keyless) => {
                        rename_column(connection, table, &property.sql.column, hi)?;
                    }
                    PropertyType::Mixed => self.rename_mixed(connection, table, &property.sql.column, hi)?,
                    PropertyType::Link { .. }
                    | PropertyType::Int
                    | PropertyType::Bool
                    | PropertyType::String
                    | PropertyType::Binary
                    | PropertyType::Timestamp
                    | PropertyType::Float
                    | PropertyType::Double
                    | PropertyType::Decimal
                    | PropertyType::ObjectId
                    | PropertyType::Uuid => {}
                }
            }
        }
        Ok(true)
    }

    fn rename_mixed(&self, connection: &Connection, table: &str, column: &str, hi: u64) -> Result<(), DatabaseError> {
        let condition = mixed_link_condition(column);
        let mut links = connection.prepare(&format!("SELECT DISTINCT {column} FROM {table} WHERE {condition}"))?;
        let update = format!("UPDATE {table} SET {column} = ?2 WHERE {condition} AND {column} = ?1");
        let blobs: Vec<Vec<u8>> = links.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for blob in blobs {
            let Some(Err(link)) = decode_mixed(rusqlite::types::ValueRef::Blob(&blob)) else { continue };
            let is_keyless = self.class_by_key(ClassKey(link.class)).is_ok_and(ClassState::is_keyless);
            match link.key {
                PrimaryKey::GlobalKey { hi: 0, lo } if is_keyless => {
                    let renamed = mixed_link(link.class, KeyView::GlobalKey { hi, lo });
                    connection.execute(&update, params![blob, renamed])?;
                }
                PrimaryKey::GlobalKey { .. }
                | PrimaryKey::Null
                | PrimaryKey::Int(_)
                | PrimaryKey::String(_)
                | PrimaryKey::ObjectId(_)
                | PrimaryKey::Uuid(_) => {}
            }
        }
        Ok(())
    }
}

impl ClassState {
    fn is_keyless(&self) -> bool {
        match self.key_column.key_type {
            KeyType::GlobalKey => true,
            KeyType::Int | KeyType::String | KeyType::ObjectId | KeyType::Uuid => false,
        }
    }
}

fn rename_column(connection: &Connection, table: &str, column: &str, hi: u64) -> Result<(), DatabaseError> {
    let sql = format!(
        "UPDATE {table} SET {column} = ?1 || substr({column}, {}) WHERE {column} >= ?2 AND {column} < ?3",
        UNNAMED.len()
    );
    connection.execute(&sql, params![format!("{hi:016x}"), UNNAMED, AFTER_UNNAMED])?;
    Ok(())
}
