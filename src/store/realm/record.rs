//! What a write transaction did, as a changeset.
//!
//! Rules: `docs/STORE.md`, "What local writes record".

use crate::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, EncodedParts, Instruction, ObjectTarget, PathElement,
    PathTarget, Payload, TableKind, UpdateExtra,
};
use crate::schema::{Class, ClassKind, Collection, Property, PropertyType, SchemaChange};
use crate::store::state::{ClassDeclaration, ContainerKind, Holder, Route, Step};
use crate::value::{PrimaryKey, Value};

use super::NestedKind;

/// What an instruction writes.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Written<'a> {
    Value(&'a Value),
    Object,
    Collection(NestedKind),
    Erased,
}

/// Instructions after which a part is encoded.
const PART: usize = 4_096;

#[derive(Debug, Default)]
pub(in crate::store) struct Record {
    /// What was recorded; of one in parts, what is not encoded yet.
    changeset: Changeset,
    encoded: Option<EncodedParts>,
}

impl Record {
    /// One of which only the bytes are wanted; they take a tenth of the room.
    pub(in crate::store) fn in_parts() -> Record {
        Record { changeset: Changeset::default(), encoded: Some(EncodedParts::default()) }
    }

    pub(in crate::store) fn into_bytes(mut self) -> Vec<u8> {
        let mut encoded = self.encoded.unwrap_or_default();
        encoded.append(&mut self.changeset);
        encoded.into_bytes()
    }

    fn push(&mut self, instruction: Instruction) {
        self.changeset.push(instruction);
        if let Some(encoded) = self.encoded.as_mut().filter(|_| self.changeset.instructions().len() >= PART) {
            encoded.append(&mut self.changeset);
        }
    }

    pub(in crate::store) fn changeset(&self) -> &Changeset {
        &self.changeset
    }

    /// Writes behind what the changeset holds.
    pub(in crate::store) fn onto(changeset: Changeset) -> Record {
        Record { changeset, encoded: None }
    }

    pub(in crate::store) fn changeset_mut(&mut self) -> &mut Changeset {
        &mut self.changeset
    }

    pub(in crate::store) fn into_changeset(self) -> Changeset {
        self.changeset
    }

    pub(in crate::store) fn schema_change(&mut self, change: &SchemaChange) {
        match change {
            SchemaChange::AddClass(class) => self.add_table(class),
            SchemaChange::AddProperty { class, property } => self.add_column(class, property),
            SchemaChange::SetIndexed { .. } => {}
        }
    }

    pub(in crate::store) fn create(&mut self, class: &str, key: &PrimaryKey) {
        let target = self.object(class, key);
        self.push(Instruction::CreateObject(target));
    }

    pub(in crate::store) fn erase(&mut self, class: &str, key: &PrimaryKey) {
        let target = self.object(class, key);
        self.push(Instruction::EraseObject(target));
    }

    pub(in crate::store) fn update(
        &mut self,
        class: &str,
        key: &PrimaryKey,
        property: &str,
        value: &Value,
        is_default: bool,
    ) {
        let target = self.property(class, key, property);
        let value = self.changeset.push_value(value);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(is_default) });
    }

    /// Sets a property, or the key of a dictionary, that the route leads to.
    pub(in crate::store) fn update_at(&mut self, route: &Route, written: Written<'_>, is_default: bool) {
        let target = self.target(route);
        let value = self.payload(written);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(is_default) });
    }

    pub(in crate::store) fn add_integer_at(&mut self, route: &Route, value: i64) {
        let target = self.target(route);
        self.push(Instruction::AddInteger { target, value });
    }

    /// Sets the element of a list that the route leads to.
    pub(in crate::store) fn array_update(&mut self, route: &Route, value: &Value, prior_size: u64) {
        let target = self.target(route);
        let value = self.changeset.push_value(value);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::PriorSize(short(prior_size)) });
    }

    pub(in crate::store) fn array_insert(&mut self, route: &Route, written: Written<'_>, prior_size: u64) {
        let target = self.target(route);
        let value = self.payload(written);
        self.push(Instruction::ArrayInsert { target, value, prior_size: short(prior_size) });
    }

    pub(in crate::store) fn array_move(&mut self, route: &Route, to: u64, prior_size: u64) {
        let target = self.target(route);
        self.push(Instruction::ArrayMove { target, to: short(to), prior_size: short(prior_size) });
    }

    pub(in crate::store) fn array_erase(&mut self, route: &Route, prior_size: u64) {
        let target = self.target(route);
        self.push(Instruction::ArrayErase { target, prior_size: short(prior_size) });
    }

    pub(in crate::store) fn clear(&mut self, route: &Route, kind: ContainerKind) {
        let collection = match kind {
            ContainerKind::List => CollectionKind::List,
            ContainerKind::Set => CollectionKind::Set,
            ContainerKind::Dictionary => CollectionKind::Dictionary,
        };
        let target = self.target(route);
        self.push(Instruction::Clear { target, collection });
    }

    pub(in crate::store) fn set_insert(&mut self, route: &Route, value: &Value) {
        let target = self.target(route);
        let value = self.changeset.push_value(value);
        self.push(Instruction::SetInsert { target, value });
    }

    pub(in crate::store) fn set_erase(&mut self, route: &Route, value: &Value) {
        let target = self.target(route);
        let value = self.changeset.push_value(value);
        self.push(Instruction::SetErase { target, value });
    }

    /// A link that went because its object is about to go.
    pub(in crate::store) fn unlink(&mut self, holder: &Holder, link: &Value) {
        match holder {
            Holder::Property(route) | Holder::Entry(route) => {
                self.update_at(route, Written::Value(&Value::Null), false);
            }
            Holder::Element { route, prior_size } => self.array_erase(route, *prior_size),
            Holder::Set(route) => self.set_erase(route, link),
        }
    }

    fn payload(&mut self, written: Written<'_>) -> Payload {
        match written {
            Written::Value(value) => self.changeset.push_value(value),
            Written::Object => Payload::ObjectValue,
            Written::Collection(NestedKind::List) => Payload::List,
            Written::Collection(NestedKind::Dictionary) => Payload::Dictionary,
            Written::Erased => Payload::Erased,
        }
    }

    fn target(&mut self, route: &Route) -> PathTarget {
        let object = self.object(&route.class, &route.key);
        let property = self.changeset.intern(&route.property);
        let changeset = &mut self.changeset;
        let steps = route.steps.iter().map(|step| match step {
            Step::Index(index) => PathElement::Index(short(*index)),
            Step::Name(name) => PathElement::Name(changeset.intern(name)),
        });
        let elements: Vec<PathElement> = steps.collect();
        PathTarget { object, property, path: self.changeset.push_path(&elements) }
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

    pub(in crate::store) fn add_table(&mut self, class: &Class) {
        let key = ClassDeclaration::of_class(class);
        let name = self.changeset.intern(&class.name);
        let (key_type, key_nullable) = (key.column.key_type, key.column.nullable);
        let key_property = key.property.unwrap_or_default();
        let kind = match key.kind {
            ClassKind::Embedded => TableKind::Embedded,
            ClassKind::TopLevel => {
                TableKind::TopLevel { key_property: self.changeset.intern(key_property), key_type, key_nullable }
            }
            ClassKind::Asymmetric => {
                TableKind::Asymmetric { key_property: self.changeset.intern(key_property), key_type, key_nullable }
            }
        };
        self.push(Instruction::AddTable(AddTable { class: name, kind }));
    }

    pub(in crate::store) fn add_column(&mut self, class: &str, property: &Property) {
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
        self.push(Instruction::AddColumn(column));
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

/// A list has fewer than 2^32 elements: each of them was an instruction.
fn short(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
