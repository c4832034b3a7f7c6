//! One class: its table, its columns, and the statements that work on them.

use hashbrown::HashMap;

use crate::changeset::KeyType;
use crate::schema::{Class, ClassKind, Collection, Property, PropertyType};
use crate::store::column::KeyColumn;
use crate::store::refusal::Refusal;

use super::name::quote;
use super::{ClassDeclaration, ClassKey, PropertyKey};

/// Column that numbers the objects of a class whose primary key cannot be SQLite's row id.
pub(super) const OBJECT_COLUMN: &str = "_realm_object";
/// Column of the identity of objects without primary key.
pub(super) const GLOBAL_KEY_COLUMN: &str = "_realm_key";
/// Columns of an embedded object's owner: the property or the collection that holds it, and the object or the
/// collection's entry.
pub(super) const OWNER_COLUMNS: [&str; 3] = ["_realm_property", "_realm_container", "_realm_owner"];

#[derive(Debug)]
pub(crate) struct ClassState {
    pub(crate) key: ClassKey,
    pub(crate) name: String,
    pub(crate) kind: ClassKind,
    /// `None` for a class without primary key.
    pub(crate) key_property: Option<String>,
    pub(crate) key_column: KeyColumn,
    pub(super) table: String,
    /// In the order of their keys.
    pub(crate) properties: Vec<PropertyState>,
    by_name: HashMap<String, usize>,
    pub(super) sql: ClassSql,
}

#[derive(Debug)]
pub(crate) struct PropertyState {
    pub(crate) key: PropertyKey,
    pub(crate) name: String,
    pub(crate) property_type: PropertyType,
    pub(crate) collection: Collection,
    pub(crate) nullable: bool,
    pub(crate) indexed: bool,
    pub(crate) is_primary_key: bool,
    pub(super) column: String,
    pub(super) sql: PropertySql,
}

/// Statements that do not change while the class lives; `?1` is the object or the key.
#[derive(Debug, Default)]
pub(super) struct ClassSql {
    pub(super) table: String,
    pub(super) object_column: String,
    pub(super) key_column: String,
    pub(super) find: String,
    pub(super) exists: String,
    pub(super) key_of: String,
    pub(super) size: String,
    /// The highest number of an object.
    pub(super) highest: String,
    pub(super) objects: String,
    pub(super) insert: String,
    /// `?1` is the number, `?2` the key.
    pub(super) insert_numbered: String,
    /// Of embedded classes: `?1` to `?3` are the owner.
    pub(super) embed: String,
    /// Of embedded classes.
    pub(super) owner: String,
    pub(super) erase: String,
}

#[derive(Debug, Default)]
pub(super) struct PropertySql {
    pub(super) column: String,
    pub(super) get: String,
    /// `?2` is the value.
    pub(super) set: String,
    /// Of a collection: its number, size and hidden elements; NULLs where it has no row.
    pub(super) open: String,
    /// `?1` is the value; gives the objects.
    pub(super) holders: String,
    /// `?1` is the value.
    pub(super) unlink: String,
}

impl ClassState {
    pub(super) fn new(key: ClassKey, name: String, table: String, declaration: ClassDeclaration<'_>) -> ClassState {
        ClassState {
            key,
            name,
            kind: declaration.kind,
            key_property: declaration.property.map(str::to_owned),
            key_column: declaration.column,
            table,
            properties: Vec::new(),
            by_name: HashMap::new(),
            sql: ClassSql::default(),
        }
    }

    pub(crate) fn property(&self, name: &str) -> Option<&PropertyState> {
        self.by_name.get(name).map(|&at| &self.properties[at])
    }

    pub(crate) fn property_at(&self, name: &str) -> Result<(usize, &PropertyState), Refusal> {
        let at = *self.by_name.get(name).ok_or(Refusal::NoSuchProperty)?;
        self.properties.get(at).map(|property| (at, property)).ok_or(Refusal::NoSuchProperty)
    }

    pub(crate) fn property_by_key(&self, key: PropertyKey) -> Result<(usize, &PropertyState), Refusal> {
        match self.properties.binary_search_by_key(&key, |property| property.key) {
            Ok(at) => Ok((at, &self.properties[at])),
            Err(_) => Err(Refusal::NoSuchProperty),
        }
    }

    /// Whether the primary key is SQLite's row id, and so the object's key.
    pub(crate) fn is_key_row_id(&self) -> bool {
        match self.key_column.key_type {
            KeyType::Int => !self.key_column.nullable,
            KeyType::String | KeyType::ObjectId | KeyType::Uuid | KeyType::GlobalKey => false,
        }
    }

    pub(crate) fn declaration(&self) -> Class {
        Class {
            name: self.name.clone(),
            kind: self.kind,
            primary_key: self.key_property.clone(),
            properties: self.properties.iter().map(PropertyState::declaration).collect(),
        }
    }

    pub(super) fn add_property(&mut self, property: PropertyState) {
        self.by_name.insert(property.name.clone(), self.properties.len());
        self.properties.push(property);
    }

    pub(super) fn remove_property(&mut self, name: &str) {
        self.properties.retain(|property| property.name != name);
        self.by_name = self.properties.iter().enumerate().map(|(at, property)| (property.name.clone(), at)).collect();
    }

    /// Writes the statements once the key's column is known.
    pub(super) fn prepare(&mut self) {
        let table = quote(&self.table);
        let key_column = match &self.key_property {
            Some(name) => self.property(name).map_or_else(String::new, |property| quote(&property.column)),
            None => quote(GLOBAL_KEY_COLUMN),
        };
        let object = if self.is_key_row_id() { key_column.clone() } else { quote(OBJECT_COLUMN) };
        let owner = OWNER_COLUMNS.map(quote).join(", ");
        // `IS` finds a null key as well; `=` is what finds a row id.
        let finds = if self.key_column.nullable { "IS" } else { "=" };
        self.sql = ClassSql {
            find: format!("SELECT {object} FROM {table} WHERE {key_column} {finds} ?1"),
            exists: format!("SELECT 1 FROM {table} WHERE {object} = ?1"),
            key_of: format!("SELECT {key_column} FROM {table} WHERE {object} = ?1"),
            size: format!("SELECT count(*) FROM {table}"),
            highest: format!("SELECT max({object}) FROM {table}"),
            objects: format!("SELECT {object} FROM {table} ORDER BY {object}"),
            insert: format!("INSERT INTO {table} ({key_column}) VALUES (?1)"),
            insert_numbered: format!("INSERT INTO {table} ({object}, {key_column}) VALUES (?1, ?2)"),
            embed: format!("INSERT INTO {table} ({owner}) VALUES (?1, ?2, ?3)"),
            owner: format!("SELECT {owner} FROM {table} WHERE {object} = ?1"),
            erase: format!("DELETE FROM {table} WHERE {object} = ?1"),
            table,
            object_column: object,
            key_column,
        };
        for property in &mut self.properties {
            property.prepare(&self.sql);
        }
    }
}

impl PropertyState {
    pub(crate) fn declaration(&self) -> Property {
        Property {
            name: self.name.clone(),
            property_type: self.property_type.clone(),
            collection: self.collection,
            nullable: self.nullable,
            indexed: self.indexed,
        }
    }

    pub(super) fn prepare(&mut self, class: &ClassSql) {
        let (table, object) = (&class.table, &class.object_column);
        let column = quote(&self.column);
        // The same words as in the index, or SQLite would not use it.
        let holds = if self.property_type == PropertyType::Mixed {
            format!("{} AND {column} = ?1", mixed_link_condition(&column))
        } else {
            format!("{column} = ?1")
        };
        self.sql = PropertySql {
            get: format!("SELECT {column} FROM {table} WHERE {object} = ?1"),
            open: format!(
                "SELECT t.{column}, c.size, c.hidden FROM {table} t
                 LEFT JOIN _realm_container c ON c.container = t.{column} WHERE t.{object} = ?1"
            ),
            set: format!("UPDATE {table} SET {column} = ?2 WHERE {object} = ?1"),
            holders: format!("SELECT {object} FROM {table} WHERE {holds} ORDER BY {object}"),
            unlink: format!("UPDATE {table} SET {column} = NULL WHERE {holds}"),
            column,
        };
    }

    /// The class whose objects this list or set of links can hold.
    pub(super) fn collected(&self) -> Option<&str> {
        match (&self.property_type, self.collection) {
            (PropertyType::Link { target }, Collection::List | Collection::Set) => Some(target),
            (_, Collection::Single | Collection::List | Collection::Set | Collection::Dictionary) => None,
        }
    }

    pub(super) fn index_name(&self) -> String {
        quote(&format!("_realm_link_{}", self.key.0))
    }

    pub(super) fn search_index_name(&self) -> String {
        quote(&format!("_realm_search_{}", self.key.0))
    }
}

/// True for the rows whose mixed value is a link.
pub(super) fn mixed_link_condition(column: &str) -> String {
    format!("substr({column}, 1, 1) = x'{:02x}'", crate::store::column::LINK_TAG)
}
