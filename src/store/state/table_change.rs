//! Classes come and go.

use rusqlite::Connection;

use crate::changeset::KeyType;
use crate::schema::{
    Class, ClassKind, Collection, Property, PropertyType, MAX_CLASS_NAME_BYTES, MAX_PROPERTY_NAME_BYTES,
};
use crate::store::column::KeyColumn;
use crate::store::error::Failure;
use crate::store::refusal::Refusal;

use super::class::{ClassState, PropertySql, PropertyState, OBJECT_COLUMN, OWNER_COLUMNS};
use super::name::{column_name, quote, table_name};
use super::{catalog, schema_version, ClassKey, PropertyKey, State};

/// What a new class is, and its primary key; `property` is `None` for a class without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ClassDeclaration<'a> {
    pub(crate) kind: ClassKind,
    pub(crate) property: Option<&'a str>,
    pub(crate) column: KeyColumn,
}

/// The key of a class that has none.
pub(crate) const NO_KEY: KeyColumn = KeyColumn { key_type: KeyType::GlobalKey, nullable: false };

impl<'a> ClassDeclaration<'a> {
    /// What a valid class declares.
    pub(crate) fn of_class(class: &'a Class) -> ClassDeclaration<'a> {
        let Some(property) = class.primary_key.as_ref().and_then(|name| class.property(name)) else {
            return ClassDeclaration { kind: class.kind, property: None, column: NO_KEY };
        };
        let key_type = match property.property_type {
            PropertyType::Int => KeyType::Int,
            PropertyType::String => KeyType::String,
            PropertyType::ObjectId => KeyType::ObjectId,
            PropertyType::Uuid => KeyType::Uuid,
            PropertyType::Bool
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::Mixed
            | PropertyType::Link { .. } => KeyType::GlobalKey,
        };
        let column = KeyColumn { key_type, nullable: property.nullable };
        ClassDeclaration { kind: class.kind, property: Some(&property.name), column }
    }

    fn describe(self) -> String {
        let kind = match self.kind {
            ClassKind::TopLevel => "",
            ClassKind::Embedded => return "embedded objects".to_owned(),
            ClassKind::Asymmetric => "asymmetric objects, ",
        };
        match self.property {
            Some(name) => format!("{kind}the primary key `{name}`, {}", self.column.describe()),
            None => format!("{kind}no primary key"),
        }
    }
}

impl State {
    /// Adds the class, or accepts an equal one.
    pub(crate) fn add_class(
        &mut self,
        connection: &Connection,
        name: &str,
        wanted: ClassDeclaration<'_>,
    ) -> Result<(), Failure> {
        if let Ok(class) = self.class(name) {
            let property = class.key_property.as_deref();
            let persisted = ClassDeclaration { kind: class.kind, property, column: class.key_column };
            return if persisted == wanted {
                Ok(())
            } else {
                Err(Refusal::ClassDiffers { persisted: persisted.describe(), wanted: wanted.describe() }.into())
            };
        }
        let key_name_size = wanted.property.map_or(1, str::len);
        let is_named = !name.is_empty() && name.len() <= MAX_CLASS_NAME_BYTES;
        if !is_named || key_name_size == 0 || key_name_size > MAX_PROPERTY_NAME_BYTES {
            return Err(Refusal::InvalidName.into());
        }
        let key = catalog::insert_class(connection, name, wanted)?;
        let table = table_name(connection, name, key)?;
        catalog::name_class(connection, key, &table)?;
        let mut class = ClassState::new(ClassKey(key), name.to_owned(), table, wanted);
        if let Some(property) = key_property_state(connection, ClassKey(key), wanted)? {
            class.add_property(property);
        }
        class.prepare();
        class.create_table(connection)?;
        self.classes.push(class);
        self.index();
        self.schema_version = schema_version(connection)?;
        Ok(())
    }

    pub(crate) fn erase_class(&mut self, connection: &Connection, name: &str) -> Result<(), Failure> {
        let class = self.class(name)?;
        let links_here = |other: &&ClassState| other.name != name;
        for other in self.classes.iter().filter(links_here) {
            if let Some(property) = other.properties.iter().find(|property| property.links_to(name)) {
                let (class, property) = (other.name.clone(), property.name.clone());
                return Err(Refusal::StillLinked { class, property }.into());
            }
        }
        if self.tracks_class(class) {
            for object in class.object_keys(connection)? {
                self.note_erased(connection, class, object)?;
            }
        }
        for property in &class.properties {
            self.release_property(connection, class, property)?;
        }
        connection.execute_batch(&format!("DROP TABLE {}", class.sql.table))?;
        catalog::delete_class(connection, class.key)?;
        self.classes.retain(|class| class.name != name);
        self.index();
        self.schema_version = schema_version(connection)?;
        Ok(())
    }
}

impl ClassState {
    fn create_table(&self, connection: &Connection) -> Result<(), Failure> {
        let (table, key) = (&self.sql.table, &self.sql.key_column);
        if self.is_key_row_id() {
            connection.execute_batch(&format!("CREATE TABLE {table} ({key} INTEGER PRIMARY KEY)"))?;
            return Ok(());
        }
        // Numbers are not used twice, or the key of an erased object would be that of a new one.
        let object = quote(OBJECT_COLUMN);
        if self.kind == ClassKind::Embedded {
            let owner = OWNER_COLUMNS.map(quote).join(", ");
            connection.execute_batch(&format!(
                "CREATE TABLE {table} ({object} INTEGER PRIMARY KEY AUTOINCREMENT, {owner})"
            ))?;
            return Ok(());
        }
        let index = quote(&format!("_realm_key_{}", self.key.0));
        connection.execute_batch(&format!(
            "CREATE TABLE {table} ({object} INTEGER PRIMARY KEY AUTOINCREMENT, {key});
             CREATE UNIQUE INDEX {index} ON {table} ({key});"
        ))?;
        if self.key_column.nullable {
            // To a unique index all NULLs are different.
            let null_index = quote(&format!("_realm_null_key_{}", self.key.0));
            connection.execute_batch(&format!(
                "CREATE UNIQUE INDEX {null_index} ON {table} ({key} IS NULL) WHERE {key} IS NULL"
            ))?;
        }
        Ok(())
    }
}

impl PropertyState {
    pub(super) fn links_to(&self, class: &str) -> bool {
        matches!(&self.property_type, PropertyType::Link { target } if target == class)
    }
}

fn key_property_state(
    connection: &Connection,
    class: ClassKey,
    wanted: ClassDeclaration<'_>,
) -> Result<Option<PropertyState>, Failure> {
    let property_type = match wanted.column.key_type {
        KeyType::Int => PropertyType::Int,
        KeyType::String => PropertyType::String,
        KeyType::ObjectId => PropertyType::ObjectId,
        KeyType::Uuid => PropertyType::Uuid,
        KeyType::GlobalKey => return Ok(None),
    };
    let Some(name) = wanted.property else { return Ok(None) };
    let declaration = Property {
        name: name.to_owned(),
        property_type,
        collection: Collection::Single,
        nullable: wanted.column.nullable,
        indexed: false,
    };
    let key = catalog::insert_property(connection, class, &declaration)?;
    let column = column_name(std::iter::empty(), name, key);
    catalog::name_property(connection, key, &column)?;
    Ok(Some(PropertyState {
        key: PropertyKey(key),
        name: declaration.name,
        property_type: declaration.property_type,
        collection: declaration.collection,
        nullable: declaration.nullable,
        indexed: declaration.indexed,
        is_primary_key: true,
        column,
        sql: PropertySql::default(),
    }))
}
