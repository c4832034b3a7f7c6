//! Names in SQL: the class's or property's own wherever SQLite can tell them apart.

use rusqlite::Connection;

use crate::store::error::DatabaseError;

/// Prefix of everything in the file that is ours and no class's.
const OURS: &str = "_realm_";
const SQLITES: &str = "sqlite_";

/// An identifier in quotes.
pub(super) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table's name for a class: its own, or an escaped one where that is reserved or, to SQLite, taken.
pub(super) fn table_name(connection: &Connection, class: &str, key: i64) -> Result<String, DatabaseError> {
    let is_taken: bool = connection
        .prepare_cached("SELECT EXISTS(SELECT 1 FROM sqlite_master WHERE name = ?1 COLLATE NOCASE)")?
        .query_row([class], |row| row.get(0))?;
    Ok(if is_taken || is_reserved(class) { escape(class, key) } else { class.to_owned() })
}

/// The column's name for a property; `others` are the columns that the table has.
pub(super) fn column_name<'a>(mut others: impl Iterator<Item = &'a str>, property: &str, key: i64) -> String {
    let is_taken = others.any(|other| other.eq_ignore_ascii_case(property));
    if is_taken || is_reserved(property) {
        escape(property, key)
    } else {
        property.to_owned()
    }
}

fn is_reserved(name: &str) -> bool {
    let starts_with = |prefix: &str| {
        name.as_bytes().get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    starts_with(OURS) || starts_with(SQLITES) || name.contains('\0')
}

/// Unique by its key, and no class or property can have the prefix unescaped.
fn escape(name: &str, key: i64) -> String {
    format!("{OURS}{}_{key}", name.replace('\0', "?"))
}
