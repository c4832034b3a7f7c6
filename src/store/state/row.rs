//! An object being made: its creation and the values that follow become one INSERT.

use std::fmt::Write;

use rusqlite::{params_from_iter, Connection};

use crate::store::column::Cell;
use crate::store::error::{DatabaseError, Failure};
use crate::store::refusal::Refusal;

use super::class::ClassState;
use super::container;
use super::hidden::Visibility;
use super::owner::Field;
use super::{ClassKey, State};

/// At most one object that is not in its table yet; whoever reads the table must flush first.
#[derive(Debug, Default)]
pub(crate) struct PendingObject<'a> {
    row: Option<Row<'a>>,
    statement: Option<Statement>,
}

#[derive(Debug)]
struct Row<'a> {
    class: ClassKey,
    key: Cell<'a>,
    /// Index of the property, and its cell.
    cells: Vec<(usize, Cell<'a>)>,
}

/// The statement of the last row; objects made in a row have one shape.
#[derive(Debug)]
struct Statement {
    class: ClassKey,
    columns: Vec<usize>,
    sql: String,
}

impl<'a> PendingObject<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.row.is_none()
    }

    /// The class and key of the object, if there is one.
    pub(crate) fn key(&self) -> Option<(ClassKey, &Cell<'a>)> {
        self.row.as_ref().map(|row| (row.class, &row.key))
    }

    /// Begins an object; the one before must have been flushed.
    pub(crate) fn begin(&mut self, class: ClassKey, key: Cell<'a>) {
        self.row = Some(Row { class, key, cells: Vec::new() });
    }

    pub(crate) fn set(&mut self, property: usize, cell: Cell<'a>) {
        if let Some(row) = &mut self.row {
            match row.cells.iter_mut().find(|(other, _)| *other == property) {
                Some((_, old)) => *old = cell,
                None => row.cells.push((property, cell)),
            }
        }
    }

    /// Puts the object into its table; one that exists keeps the values it was not given.
    pub(crate) fn flush(&mut self, state: &State, connection: &Connection) -> Result<(), Failure> {
        let Some(row) = self.row.take() else { return Ok(()) };
        let class = state.class_by_key(row.class)?;
        if state.is_tracking() || row.must_look(state, class, connection)? {
            return row.merge(state, class, connection);
        }
        let is_of_shape = |statement: &Statement| {
            statement.class == row.class
                && statement.columns.iter().copied().eq(row.cells.iter().map(|&(property, _)| property))
        };
        let statement = match self.statement.take().filter(is_of_shape) {
            Some(statement) => statement,
            None => Statement::of_row(&row, class)?,
        };
        let cells = std::iter::once(&row.key).chain(row.cells.iter().map(|(_, cell)| cell));
        connection.prepare_cached(&statement.sql)?.execute(params_from_iter(cells))?;
        self.statement = Some(statement);
        Ok(())
    }
}

impl Row<'_> {
    /// Whether one INSERT is not enough: null keys conflict in no unique index that an upsert could name, a mixed value
    /// may take the place of a collection, and a new object may reveal links to it.
    fn must_look(&self, state: &State, class: &ClassState, connection: &Connection) -> Result<bool, DatabaseError> {
        let is_mixed = |&(property, _): &(usize, Cell<'_>)| {
            class.properties.get(property).is_some_and(|property| property.value_type().is_mixed())
        };
        Ok(self.key == Cell::Null
            || self.cells.iter().any(is_mixed)
            || (state.is_collected(class) && container::is_any_hidden(connection)?))
    }

    fn merge(&self, state: &State, class: &ClassState, connection: &Connection) -> Result<(), Failure> {
        let found = class.find_cell(connection, &self.key)?;
        let object = match found {
            Some(object) => object,
            None => {
                state.note_holders(connection, class, &self.key)?;
                connection.prepare_cached(&class.sql.insert)?.execute([&self.key])?;
                let object = super::ObjectKey(connection.last_insert_rowid());
                state.note_made(class, object);
                state.recount(connection, class, &self.key, Visibility::Reveal)?;
                object
            }
        };
        for (property, cell) in &self.cells {
            let Some(property) = class.properties.get(*property) else { continue };
            let owned = match found {
                Some(_) if property.value_type().is_mixed() => state.owned(connection, property, object)?,
                Some(_) | None => None,
            };
            state.note_property(connection, Field { class, object, property })?;
            property.store(connection, object, cell)?;
            state.release(connection, owned)?;
        }
        Ok(())
    }
}

impl Statement {
    fn of_row(row: &Row<'_>, class: &ClassState) -> Result<Statement, Refusal> {
        let key = &class.sql.key_column;
        let (mut columns, mut values, mut updates) = (key.clone(), "?1".to_owned(), String::new());
        for (at, (property, _)) in row.cells.iter().enumerate() {
            let column = &class.properties.get(*property).ok_or(Refusal::NoSuchProperty)?.sql.column;
            let separator = if at == 0 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(columns, ", {column}");
            let _ = write!(values, ", ?{}", at + 2);
            let _ = write!(updates, "{separator}{column} = excluded.{column}");
        }
        let conflict = if updates.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {updates}") };
        let table = &class.sql.table;
        Ok(Statement {
            class: row.class,
            columns: row.cells.iter().map(|&(property, _)| property).collect(),
            sql: format!("INSERT INTO {table} ({columns}) VALUES ({values}) ON CONFLICT ({key}) DO {conflict}"),
        })
    }
}
