//! The map from classes and properties to tables and columns, kept in the file.

use std::collections::HashMap;

use rusqlite::config::DbConfig;
use rusqlite::{params, Connection, Row};

use crate::changeset::KeyType;
use crate::schema::{ClassKind, Collection, PropertyType};
use crate::store::column::KeyColumn;
use crate::store::error::DatabaseError;

use super::class::{ClassState, PropertySql, PropertyState};
use super::{container, schema_version, ClassDeclaration, ClassKey, PropertyKey, State};

const TABLES: &str = "
    CREATE TABLE _realm_class (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        name TEXT NOT NULL UNIQUE,
        sql_name TEXT NOT NULL,
        kind TEXT NOT NULL,
        key_property TEXT,
        key_type TEXT NOT NULL,
        key_nullable INTEGER NOT NULL
    );
    CREATE TABLE _realm_property (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        class INTEGER NOT NULL,
        name TEXT NOT NULL,
        sql_name TEXT NOT NULL,
        type TEXT NOT NULL,
        target TEXT,
        collection TEXT NOT NULL,
        nullable INTEGER NOT NULL,
        indexed INTEGER NOT NULL,
        UNIQUE (class, name)
    );
";

const CLASSES: &str =
    "SELECT key, name, sql_name, kind, key_property, key_type, key_nullable FROM _realm_class ORDER BY key";
const PROPERTIES: &str = "SELECT key, class, name, sql_name, type, target, collection, nullable, indexed \
                          FROM _realm_property ORDER BY key";

impl State {
    /// Makes the tables of the map in a new file.
    pub fn create_tables(connection: &Connection) -> Result<(), DatabaseError> {
        connection.execute_batch(TABLES)?;
        container::create_tables(connection)
    }

    /// Reads the map; the tables must have been made.
    pub fn load(connection: &Connection) -> Result<State, DatabaseError> {
        // Or SQLite would take the quoted name of a column that is gone for a string.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
        // Or it would prepare statements with a parameter as LIMIT anew each time that another number is bound.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        let schema_version = schema_version(connection)?;
        let mut statement = connection.prepare_cached(CLASSES)?;
        let mut rows = statement.query([])?;
        let mut classes = Vec::new();
        while let Some(row) = rows.next()? {
            classes.push(read_class(row)?);
        }
        let at: HashMap<i64, usize> = classes.iter().enumerate().map(|(at, class)| (class.key.0, at)).collect();
        let mut statement = connection.prepare_cached(PROPERTIES)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let class = at.get(&row.get(1)?).and_then(|&at| classes.get_mut(at));
            let class = class.ok_or_else(|| DatabaseError::corrupt("_realm_property names a missing class"))?;
            let property = read_property(row, class.key_property.as_deref())?;
            class.add_property(property);
        }
        classes.iter_mut().for_each(ClassState::prepare);
        let mut state = State { classes, schema_version, ..State::default() };
        state.index();
        Ok(state)
    }
}

fn read_class(row: &Row<'_>) -> Result<ClassState, DatabaseError> {
    let unknown = |what: &str| DatabaseError::corrupt(format!("_realm_class has an unknown {what}"));
    let kind = kind_of(row.get_ref(3)?.as_str().unwrap_or_default()).ok_or_else(|| unknown("kind"))?;
    let key_type = key_type_of(row.get_ref(5)?.as_str().unwrap_or_default()).ok_or_else(|| unknown("key_type"))?;
    let key_property: Option<String> = row.get(4)?;
    let column = KeyColumn { key_type, nullable: row.get(6)? };
    let declaration = ClassDeclaration { kind, property: key_property.as_deref(), column };
    Ok(ClassState::new(ClassKey(row.get(0)?), row.get(1)?, row.get(2)?, declaration))
}

fn read_property(row: &Row<'_>, key_property: Option<&str>) -> Result<PropertyState, DatabaseError> {
    let unknown = |what: &str| DatabaseError::corrupt(format!("_realm_property has an unknown {what}"));
    let name: String = row.get(2)?;
    let target: Option<String> = row.get(5)?;
    let property_type = property_type_of(row.get_ref(4)?.as_str().unwrap_or_default(), target);
    let collection = collection_of(row.get_ref(6)?.as_str().unwrap_or_default());
    Ok(PropertyState {
        key: PropertyKey(row.get(0)?),
        is_primary_key: key_property == Some(name.as_str()),
        name,
        property_type: property_type.ok_or_else(|| unknown("type"))?,
        collection: collection.ok_or_else(|| unknown("collection"))?,
        nullable: row.get(7)?,
        indexed: row.get(8)?,
        column: row.get(3)?,
        sql: PropertySql::default(),
    })
}

/// A new class's row; gives its key. Its SQL name follows, as it may contain the key.
pub(super) fn insert_class(
    connection: &Connection,
    name: &str,
    class: ClassDeclaration<'_>,
) -> Result<i64, DatabaseError> {
    let ClassDeclaration { kind, property, column } = class;
    connection.execute(
        "INSERT INTO _realm_class (name, sql_name, kind, key_property, key_type, key_nullable)
         VALUES (?1, '', ?2, ?3, ?4, ?5)",
        params![name, kind.name(), property, key_type_name(column.key_type), column.nullable],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn name_class(connection: &Connection, key: i64, sql_name: &str) -> Result<(), DatabaseError> {
    connection.execute("UPDATE _realm_class SET sql_name = ?2 WHERE key = ?1", params![key, sql_name])?;
    Ok(())
}

pub(super) fn delete_class(connection: &Connection, key: ClassKey) -> Result<(), DatabaseError> {
    connection.execute("DELETE FROM _realm_property WHERE class = ?1", [key.0])?;
    connection.execute("DELETE FROM _realm_class WHERE key = ?1", [key.0])?;
    Ok(())
}

/// A new property's row; gives its key. Its SQL name follows, as it may contain the key.
pub(super) fn insert_property(
    connection: &Connection,
    class: ClassKey,
    property: &crate::schema::Property,
) -> Result<i64, DatabaseError> {
    let target = match &property.property_type {
        PropertyType::Link { target } => Some(target.as_str()),
        PropertyType::Int
        | PropertyType::Bool
        | PropertyType::String
        | PropertyType::Binary
        | PropertyType::Timestamp
        | PropertyType::Float
        | PropertyType::Double
        | PropertyType::Decimal
        | PropertyType::ObjectId
        | PropertyType::Uuid
        | PropertyType::Mixed => None,
    };
    connection.execute(
        "INSERT INTO _realm_property (class, name, sql_name, type, target, collection, nullable, indexed)
         VALUES (?1, ?2, '', ?3, ?4, ?5, ?6, ?7)",
        params![
            class.0,
            property.name,
            property.property_type.name(),
            target,
            collection_name(property.collection),
            property.nullable,
            property.indexed
        ],
    )?;
    Ok(connection.last_insert_rowid())
}

pub(super) fn name_property(connection: &Connection, key: i64, sql_name: &str) -> Result<(), DatabaseError> {
    connection.execute("UPDATE _realm_property SET sql_name = ?2 WHERE key = ?1", params![key, sql_name])?;
    Ok(())
}

pub(super) fn mark_indexed(connection: &Connection, key: PropertyKey, indexed: bool) -> Result<(), DatabaseError> {
    connection.execute("UPDATE _realm_property SET indexed = ?2 WHERE key = ?1", params![key.0, indexed])?;
    Ok(())
}

pub(super) fn delete_property(connection: &Connection, key: PropertyKey) -> Result<(), DatabaseError> {
    connection.execute("DELETE FROM _realm_property WHERE key = ?1", [key.0])?;
    Ok(())
}

fn kind_of(name: &str) -> Option<ClassKind> {
    [ClassKind::TopLevel, ClassKind::Embedded, ClassKind::Asymmetric].into_iter().find(|kind| kind.name() == name)
}

fn key_type_name(key_type: KeyType) -> &'static str {
    match key_type {
        KeyType::Int => "int",
        KeyType::String => "string",
        KeyType::ObjectId => "objectId",
        KeyType::Uuid => "uuid",
        KeyType::GlobalKey => "globalKey",
    }
}

fn key_type_of(name: &str) -> Option<KeyType> {
    [KeyType::Int, KeyType::String, KeyType::ObjectId, KeyType::Uuid, KeyType::GlobalKey]
        .into_iter()
        .find(|&key_type| key_type_name(key_type) == name)
}

fn collection_name(collection: Collection) -> &'static str {
    match collection {
        Collection::Single => "single",
        Collection::List => "list",
        Collection::Set => "set",
        Collection::Dictionary => "dictionary",
    }
}

fn collection_of(name: &str) -> Option<Collection> {
    [Collection::Single, Collection::List, Collection::Set, Collection::Dictionary]
        .into_iter()
        .find(|&collection| collection_name(collection) == name)
}

fn property_type_of(name: &str, target: Option<String>) -> Option<PropertyType> {
    match target {
        Some(target) => Some(PropertyType::Link { target }).filter(|link| link.name() == name),
        None => [
            PropertyType::Int,
            PropertyType::Bool,
            PropertyType::String,
            PropertyType::Binary,
            PropertyType::Timestamp,
            PropertyType::Float,
            PropertyType::Double,
            PropertyType::Decimal,
            PropertyType::ObjectId,
            PropertyType::Uuid,
            PropertyType::Mixed,
        ]
        .into_iter()
        .find(|property_type| property_type.name() == name),
    }
}
