//! What a write transaction did, as a changeset.
//!
//! Rules: `docs/MERGE.md`, "What local writes emit".

use crate::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, ObjectTarget, PathTarget, TableKind,
    UpdateExtra,
};
use crate::schema::{Class, Collection, Property, PropertyType, SchemaChange};
use crate::store::state::KeyDeclaration;
use crate::value::{PrimaryKey, Value};

#[derive(Debug, Default)]
pub(super) struct Record {
    changeset: Changeset,
}

impl Record {
    pub(super) fn changeset(&self) -> &Changeset {
        &self.changeset
    }

    pub(super) fn schema_change(&mut self, change: &SchemaChange) {
        match change {
            SchemaChange::AddClass(class) => self.add_table(class),
            SchemaChange::AddProperty { class, property } => self.add_column(class, property),
            SchemaChange::SetIndexed { .. } => {}
        }
    }

    pub(super) fn create(&mut self, class: &str, key: &PrimaryKey) {
        let target = self.object(class, key);
        self.changeset.push(Instruction::CreateObject(target));
    }

    pub(super) fn erase(&mut self, class: &str, key: &PrimaryKey) {
        let target = self.object(class, key);
        self.changeset.push(Instruction::EraseObject(target));
    }

    pub(super) fn update(&mut self, class: &str, key: &PrimaryKey, property: &str, value: &Value, is_default: bool) {
        let target = self.property(class, key, property);
        let value = self.changeset.push_value(value);
        self.changeset.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(is_default) });
    }

    pub(super) fn add_integer(&mut self, class: &str, key: &PrimaryKey, property: &str, value: i64) {
        let target = self.property(class, key, property);
        self.changeset.push(Instruction::AddInteger { target, value });
    }

    fn object(&mut self, class: &str, key: &PrimaryKey) -> ObjectTarget {
        ObjectTarget { class: self.changeset.intern(class), key: self.changeset.push_key(key) }
    }

    fn property(&mut self, class: &str, key: &PrimaryKey, property: &str) -> PathTarget {
        PathTarget {
            object: self.object(class, key),
            property: self.changeset.intern(property),
            path: self.changeset.push_path(&[]),
        }
    }

    fn add_table(&mut self, class: &Class) {
        let key = KeyDeclaration::of_class(class);
        let name = self.changeset.intern(&class.name);
        let kind = TableKind::TopLevel {
            key_property: self.changeset.intern(key.property.unwrap_or_default()),
            key_type: key.column.key_type,
            key_nullable: key.column.nullable,
        };
        self.changeset.push(Instruction::AddTable(AddTable { class: name, kind }));
    }

    fn add_column(&mut self, class: &str, property: &Property) {
        let (collection, key_type) = match property.collection {
            Collection::Single => (CollectionKind::Single, None),
            Collection::List => (CollectionKind::List, None),
            Collection::Set => (CollectionKind::Set, None),
            Collection::Dictionary => (CollectionKind::Dictionary, Some(ColumnType::String)),
        };
        let column = AddColumn {
            class: self.changeset.intern(class),
            property: self.changeset.intern(&property.name),
            column_type: self.column_type(&property.property_type),
            nullable: property.nullable,
            collection,
            key_type,
        };
        self.changeset.push(Instruction::AddColumn(column));
    }

    fn column_type(&mut self, property_type: &PropertyType) -> ColumnType {
        match property_type {
            PropertyType::Int => ColumnType::Int,
            PropertyType::Bool => ColumnType::Bool,
            PropertyType::String => ColumnType::String,
            PropertyType::Binary => ColumnType::Binary,
            PropertyType::Timestamp => ColumnType::Timestamp,
            PropertyType::Float => ColumnType::Float,
            PropertyType::Double => ColumnType::Double,
            PropertyType::Decimal => ColumnType::Decimal,
            PropertyType::ObjectId => ColumnType::ObjectId,
            PropertyType::Uuid => ColumnType::Uuid,
            PropertyType::Mixed => ColumnType::Mixed,
            PropertyType::Link { target } => ColumnType::Link { target: self.changeset.intern(target) },
        }
    }
}
