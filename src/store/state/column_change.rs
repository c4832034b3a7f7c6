//! Properties come and go.

use rusqlite::Connection;

use crate::schema::{ClassKind, Collection, Property, PropertyType, MAX_PROPERTIES, MAX_PROPERTY_NAME_BYTES};
use crate::store::column::default_literal;
use crate::store::error::Failure;
use crate::store::refusal::Refusal;

use super::class::{mixed_link_condition, ClassSql, PropertySql, PropertyState};
use super::name::{column_name, quote};
use super::{catalog, schema_version, PropertyKey, State};

impl State {
    /// Adds the property, or accepts one of the same type. Objects that exist get the type's default value.
    pub(crate) fn add_property(
        &mut self,
        connection: &Connection,
        class_name: &str,
        wanted: &Property,
    ) -> Result<(), Failure> {
        let class = self.class(class_name)?;
        if let Some(persisted) = class.property(&wanted.name) {
            let persisted = persisted.declaration();
            return if persisted.has_type_of(wanted) {
                Ok(())
            } else {
                Err(Refusal::PropertyDiffers { persisted: persisted.describe(), wanted: wanted.describe() }.into())
            };
        }
        self.check_property(wanted)?;
        if class.properties.len() >= MAX_PROPERTIES {
            return Err(Refusal::TooManyProperties.into());
        }
        let key = catalog::insert_property(connection, class.key, wanted)?;
        let column = column_name(class.properties.iter().map(|other| other.column.as_str()), &wanted.name, key);
        catalog::name_property(connection, key, &column)?;
        let mut property = PropertyState {
            key: PropertyKey(key),
            name: wanted.name.clone(),
            property_type: wanted.property_type.clone(),
            collection: wanted.collection,
            nullable: wanted.nullable,
            indexed: wanted.indexed,
            is_primary_key: false,
            column,
            sql: PropertySql::default(),
        };
        property.prepare(&class.sql);
        property.add_column(connection, &class.sql, self.embedded_class(&wanted.property_type).is_none())?;
        self.class_mut(class_name)?.add_property(property);
        self.index_property(class_name);
        self.schema_version = schema_version(connection)?;
        Ok(())
    }

    fn check_property(&self, wanted: &Property) -> Result<(), Refusal> {
        if wanted.name.is_empty() || wanted.name.len() > MAX_PROPERTY_NAME_BYTES {
            return Err(Refusal::InvalidName);
        }
        match &wanted.property_type {
            PropertyType::Link { target } => match self.class(target) {
                Err(_) => Err(Refusal::NoSuchTargetClass { class: target.clone() }),
                Ok(class) => match (class.kind, wanted.collection) {
                    (ClassKind::Asymmetric, _) | (ClassKind::Embedded, Collection::Set) => {
                        Err(Refusal::TargetNotTopLevel { class: target.clone(), kind: class.kind.name() })
                    }
                    (ClassKind::TopLevel | ClassKind::Embedded, _) => Ok(()),
                },
            },
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
            | PropertyType::Mixed => Ok(()),
        }
    }

    pub(crate) fn erase_property(
        &mut self,
        connection: &Connection,
        class_name: &str,
        name: &str,
    ) -> Result<(), Failure> {
        let class = self.class(class_name)?;
        let (_, property) = class.property_at(name)?;
        if property.is_primary_key {
            return Err(Refusal::PrimaryKeyProperty.into());
        }
        self.release_property(connection, class, property)?;
        connection.execute_batch(&format!(
            "DROP INDEX IF EXISTS {}; DROP INDEX IF EXISTS {}; ALTER TABLE {} DROP COLUMN {}",
            property.index_name(),
            property.search_index_name(),
            class.sql.table,
            property.sql.column
        ))?;
        catalog::delete_property(connection, property.key)?;
        self.class_mut(class_name)?.remove_property(name);
        self.index();
        self.schema_version = schema_version(connection)?;
        Ok(())
    }

    /// Builds or drops the search index of a property.
    pub(crate) fn set_indexed(
        &mut self,
        connection: &Connection,
        class_name: &str,
        name: &str,
        indexed: bool,
    ) -> Result<(), Failure> {
        let class = self.class(class_name)?;
        let (at, property) = class.property_at(name)?;
        if property.indexed != indexed && !property.is_primary_key {
            if indexed {
                property.create_search_index(connection, &class.sql)?;
            } else {
                connection.execute_batch(&format!("DROP INDEX IF EXISTS {}", property.search_index_name()))?;
            }
            catalog::mark_indexed(connection, property.key, indexed)?;
            if let Some(property) = self.class_mut(class_name)?.properties.get_mut(at) {
                property.indexed = indexed;
            }
            self.schema_version = schema_version(connection)?;
        }
        Ok(())
    }
}

impl PropertyState {
    fn add_column(&self, connection: &Connection, class: &ClassSql, can_link: bool) -> Result<(), Failure> {
        let (table, column) = (&class.table, quote(&self.column));
        // No type, so no affinity: SQLite keeps every value as it is given. A collection is NULL until it gets a number.
        let default = match self.collection {
            Collection::Single => default_literal(&self.property_type, self.nullable),
            Collection::List | Collection::Set | Collection::Dictionary => "NULL".to_owned(),
        };
        connection.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} DEFAULT {default}"))?;
        let links = match &self.property_type {
            PropertyType::Link { .. } => Some(format!("{column} IS NOT NULL")),
            PropertyType::Mixed => Some(mixed_link_condition(&column)),
            PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => None,
        };
        if let Some(links) = links.filter(|_| can_link && self.collection == Collection::Single) {
            // Finds the links to an object that is being deleted.
            let index = self.index_name();
            connection.execute_batch(&format!("CREATE INDEX {index} ON {table} ({column}) WHERE {links}"))?;
        }
        if self.indexed {
            self.create_search_index(connection, class)?;
        }
        Ok(())
    }

    fn create_search_index(&self, connection: &Connection, class: &ClassSql) -> Result<(), Failure> {
        let (table, column, index) = (&class.table, &self.sql.column, self.search_index_name());
        connection.execute_batch(&format!("CREATE INDEX {index} ON {table} ({column})"))?;
        Ok(())
    }
}
