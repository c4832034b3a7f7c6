//! A changeset applied to the tables.
//!
//! Rules: `docs/STORE.md`, "Applying".

use rusqlite::Connection;

use crate::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, KeyType, ObjectTarget, PathTarget,
    StringId, TableKind,
};
use crate::schema::{ClassKind, Collection, Property, PropertyType};
use crate::store::column::{encode_key, Cell, KeyColumn, KeyView};
use crate::store::error::{ApplyError, BadChangeset, Failure};
use crate::store::refusal::Refusal;

use super::row::PendingObjects;
use super::{ClassDeclaration, ClassState, ObjectKey, State, NO_KEY};

impl State {
    /// Applies the changeset inside the caller's transaction. After an error the transaction must be rolled back and
    /// the state loaded again.
    pub fn apply(&mut self, connection: &Connection, changeset: &Changeset) -> Result<(), ApplyError> {
        self.apply_instructions(connection, changeset, changeset.instructions())
    }

    /// The same for instructions in the changeset's terms.
    pub(crate) fn apply_instructions(
        &mut self,
        connection: &Connection,
        changeset: &Changeset,
        instructions: &[Instruction],
    ) -> Result<(), ApplyError> {
        let mut application = Application {
            state: self,
            connection,
            changeset,
            pending: PendingObjects::default(),
            target: None,
            has_asymmetric: false,
        };
        for (position, instruction) in instructions.iter().enumerate() {
            application.apply(instruction).map_err(|failure| describe(failure, changeset, position, instruction))?;
        }
        match application.finish() {
            Ok(()) => Ok(()),
            Err(Failure::Database(error)) => Err(ApplyError::Database(error)),
            Err(failure @ Failure::Refusal(_)) => match instructions.last() {
                Some(last) => Err(describe(failure, changeset, instructions.len() - 1, last)),
                None => Ok(()),
            },
        }
    }
}

pub(super) struct Application<'a> {
    pub(super) state: &'a mut State,
    pub(super) connection: &'a Connection,
    pub(super) changeset: &'a Changeset,
    pub(super) pending: PendingObjects<'a>,
    /// The pending object that takes values, as the changeset names it.
    pub(super) target: Option<ObjectTarget>,
    has_asymmetric: bool,
}

impl<'a> Application<'a> {
    fn apply(&mut self, instruction: &Instruction) -> Result<(), Failure> {
        match instruction {
            Instruction::AddTable(table) => self.add_table(table),
            Instruction::EraseTable { class } => {
                self.flush()?;
                self.state.erase_class(self.connection, self.changeset.string(*class))
            }
            Instruction::AddColumn(column) => self.add_column(column),
            Instruction::EraseColumn { class, property } => {
                self.flush()?;
                let (class, property) = (self.changeset.string(*class), self.changeset.string(*property));
                self.state.erase_property(self.connection, class, property)
            }
            Instruction::CreateObject(target) => self.create_object(*target),
            Instruction::EraseObject(target) => self.erase_object(*target),
            Instruction::Update { target, value, extra } => self.update(target, *value, *extra),
            Instruction::AddInteger { target, value } => self.add_integer(target, *value),
            Instruction::ArrayInsert { target, value, prior_size } => self.array_insert(target, *value, *prior_size),
            Instruction::ArrayMove { target, to, prior_size } => self.array_move(target, *to, *prior_size),
            Instruction::ArrayErase { target, prior_size } => self.array_erase(target, *prior_size),
            Instruction::Clear { target, collection } => self.clear(target, *collection),
            Instruction::SetInsert { target, value } => self.set_insert(target, *value),
            Instruction::SetErase { target, value } => self.set_erase(target, *value),
        }
    }

    /// What asymmetric classes got has been seen, and goes.
    fn finish(&mut self) -> Result<(), Failure> {
        self.flush()?;
        if self.has_asymmetric {
            self.state.erase_asymmetric(self.connection)?;
        }
        Ok(())
    }

    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        self.target = None;
        self.pending.flush(self.state, self.connection)
    }

    fn add_table(&mut self, table: &AddTable) -> Result<(), Failure> {
        self.flush()?;
        let (kind, key_property, key_type, key_nullable) = match table.kind {
            TableKind::TopLevel { key_property, key_type, key_nullable } => {
                (ClassKind::TopLevel, key_property, key_type, key_nullable)
            }
            TableKind::Asymmetric { key_property, key_type, key_nullable } => {
                (ClassKind::Asymmetric, key_property, key_type, key_nullable)
            }
            TableKind::Embedded => {
                let declaration = ClassDeclaration { kind: ClassKind::Embedded, property: None, column: NO_KEY };
                return self.state.add_class(self.connection, self.changeset.string(table.class), declaration);
            }
        };
        let property = match key_type {
            KeyType::GlobalKey => None,
            KeyType::Int | KeyType::String | KeyType::ObjectId | KeyType::Uuid => {
                Some(self.changeset.string(key_property))
            }
        };
        // Without a key there is nothing that could be null.
        let column = KeyColumn { key_type, nullable: key_nullable && property.is_some() };
        let declaration = ClassDeclaration { kind, property, column };
        self.state.add_class(self.connection, self.changeset.string(table.class), declaration)
    }

    fn add_column(&mut self, column: &AddColumn) -> Result<(), Failure> {
        self.flush()?;
        let collection = match column.collection {
            CollectionKind::Single => Collection::Single,
            CollectionKind::List => Collection::List,
            CollectionKind::Set => Collection::Set,
            CollectionKind::Dictionary if column.key_type != Some(ColumnType::String) => {
                return Err(Refusal::DictionaryKeyNotString.into());
            }
            CollectionKind::Dictionary => Collection::Dictionary,
        };
        let property = Property {
            name: self.changeset.string(column.property).to_owned(),
            property_type: self.property_type(column.column_type)?,
            collection,
            nullable: column.nullable,
            indexed: false,
        };
        self.state.add_property(self.connection, self.changeset.string(column.class), &property)
    }

    fn property_type(&self, column_type: ColumnType) -> Result<PropertyType, Refusal> {
        Ok(match column_type {
            ColumnType::Mixed => PropertyType::Mixed,
            ColumnType::Int => PropertyType::Int,
            ColumnType::Bool => PropertyType::Bool,
            ColumnType::String => PropertyType::String,
            ColumnType::Binary => PropertyType::Binary,
            ColumnType::Timestamp => PropertyType::Timestamp,
            ColumnType::Float => PropertyType::Float,
            ColumnType::Double => PropertyType::Double,
            ColumnType::Decimal => PropertyType::Decimal,
            ColumnType::Link { target } if self.changeset.string(target).is_empty() => {
                return Err(Refusal::Unsupported { what: "links without a target class" });
            }
            ColumnType::Link { target } => PropertyType::Link { target: self.changeset.string(target).to_owned() },
            ColumnType::ObjectId => PropertyType::ObjectId,
            ColumnType::Uuid => PropertyType::Uuid,
        })
    }

    /// The object's class and its key in the class's column.
    fn locate(&self, target: ObjectTarget) -> Result<(&ClassState, Cell<'a>), Refusal> {
        let class = self.state.class(self.changeset.string(target.class))?;
        class.check_not_embedded()?;
        let key = encode_key(KeyView::of_changeset(self.changeset, target.key), class.key_column)?;
        Ok((class, key))
    }

    fn create_object(&mut self, target: ObjectTarget) -> Result<(), Failure> {
        let (class, key) = self.locate(target)?;
        let is_asymmetric = class.kind == ClassKind::Asymmetric;
        let class = class.key;
        self.has_asymmetric |= is_asymmetric;
        self.pending.begin(self.state, self.connection, class, key)?;
        self.target = Some(target);
        Ok(())
    }

    fn erase_object(&mut self, target: ObjectTarget) -> Result<(), Failure> {
        self.flush()?;
        let (class, key) = self.locate(target)?;
        self.state.erase_remotely(self.connection, class, &key)
    }

    /// The object's key. Where that is the primary key itself, whoever uses it finds out whether the object exists.
    pub(super) fn object_key(&self, target: ObjectTarget) -> Result<ObjectKey, Failure> {
        let (class, key) = self.locate(target)?;
        if let (Cell::Int(key), true) = (&key, class.is_key_row_id()) {
            return Ok(ObjectKey(*key));
        }
        Ok(class.find_cell(self.connection, &key)?.ok_or(Refusal::NoSuchObject)?)
    }
}

fn describe(failure: Failure, changeset: &Changeset, position: usize, instruction: &Instruction) -> ApplyError {
    let reason = match failure {
        Failure::Refusal(reason) => reason,
        Failure::Database(error) => return ApplyError::Database(error),
    };
    let class = |class: StringId| changeset.string(class).to_owned();
    let property = |class: StringId, property| format!("{}.{}", changeset.string(class), changeset.string(property));
    let field = |target: &PathTarget| property(target.object.class, target.property);
    let (name, subject) = match instruction {
        Instruction::AddTable(table) => ("AddTable", class(table.class)),
        Instruction::EraseTable { class: erased } => ("EraseTable", class(*erased)),
        Instruction::CreateObject(target) => ("CreateObject", class(target.class)),
        Instruction::EraseObject(target) => ("EraseObject", class(target.class)),
        Instruction::Update { target, .. } => ("Update", field(target)),
        Instruction::AddInteger { target, .. } => ("AddInteger", field(target)),
        Instruction::AddColumn(column) => ("AddColumn", property(column.class, column.property)),
        Instruction::EraseColumn { class, property: erased } => ("EraseColumn", property(*class, *erased)),
        Instruction::ArrayInsert { target, .. } => ("ArrayInsert", field(target)),
        Instruction::ArrayMove { target, .. } => ("ArrayMove", field(target)),
        Instruction::ArrayErase { target, .. } => ("ArrayErase", field(target)),
        Instruction::Clear { target, .. } => ("Clear", field(target)),
        Instruction::SetInsert { target, .. } => ("SetInsert", field(target)),
        Instruction::SetErase { target, .. } => ("SetErase", field(target)),
    };
    ApplyError::BadChangeset(BadChangeset { position, instruction: name, subject, reason })
}
