//! Objects without primary key get the file's ident once there is one.

use rusqlite::{params, Connection};

use crate::changeset::KeyType;
use crate::schema::{ClassKind, Collection, PropertyType};
use crate::store::column::{decode_key, decode_mixed, encode_key, identity, mixed_link, KeyView, MixedContent, Scalar};
use crate::store::error::{DatabaseError, Failure};
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
                rename_elements(connection, class.key, hi)?;
            }
            for property in class.properties.iter().filter(|property| property.collection == Collection::Single) {
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
            let Some(MixedContent::Link(link)) = decode_mixed(rusqlite::types::ValueRef::Blob(&blob)) else { continue };
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
    /// Gives one object without primary key another identity; links to it stay as they are.
    pub(crate) fn rename_object(
        &self,
        connection: &Connection,
        old: &PrimaryKey,
        new: &PrimaryKey,
    ) -> Result<(), Failure> {
        let cell = |key| encode_key(KeyView::of_key(key), self.key_column);
        let (table, column) = (&self.sql.table, &self.sql.key_column);
        let sql = format!("UPDATE {table} SET {column} = ?2 WHERE {column} = ?1");
        connection.prepare_cached(&sql)?.execute(params![cell(old)?, cell(new)?])?;
        Ok(())
    }

    fn is_keyless(&self) -> bool {
        match self.key_column.key_type {
            // Embedded objects have no identity at all.
            KeyType::GlobalKey => self.kind != ClassKind::Embedded,
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

/// Links to objects of the class in collections.
fn rename_elements(connection: &Connection, class: ClassKey, hi: u64) -> Result<(), DatabaseError> {
    let value = format!("?1 || substr(value, {})", UNNAMED.len());
    for table in ["_realm_list_entry", "_realm_dictionary_entry", "_realm_set_entry"] {
        let sql = format!("UPDATE {table} SET value = {value} WHERE target = ?4 AND value >= ?2 AND value < ?3");
        connection.execute(&sql, params![format!("{hi:016x}"), UNNAMED, AFTER_UNNAMED, class.0])?;
    }
    let mut sets = connection.prepare("SELECT entry, value FROM _realm_set_entry WHERE target = ?1")?;
    let links = sets.query_map([class.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for (entry, value) in links.collect::<Result<Vec<(i64, String)>, _>>()? {
        let Some(PrimaryKey::GlobalKey { hi, lo }) =
            decode_key(rusqlite::types::ValueRef::Text(value.as_bytes()), KeyType::GlobalKey)
        else {
            continue;
        };
        let link = Scalar::Link { class: "", key: KeyView::GlobalKey { hi, lo } };
        let sql = "UPDATE _realm_set_entry SET identity = ?2 WHERE entry = ?1";
        connection.execute(sql, params![entry, identity(link, Some(class.0))])?;
    }
    Ok(())
}
