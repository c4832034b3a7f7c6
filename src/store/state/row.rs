//! Objects being made: their creation and the values that follow become one INSERT.

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

/// Rows of one INSERT, unless they have more cells than a statement takes.
const BATCH: usize = 32;
/// Cells of one INSERT: SQLite's limit of parameters. A row of the widest class has some 1,900.
const BATCH_CELLS: usize = 32_766;
/// Bytes of texts and blobs that wait at most; with them an INSERT takes its time anyway.
const BATCH_BYTES: usize = 64 << 10;

/// Objects that are not in their table yet; whoever reads the table must flush first. Only the one made last takes values.
#[derive(Debug, Default)]
pub(crate) struct PendingObjects<'a> {
    open: Option<Row<'a>>,
    batch: Batch<'a>,
}

#[derive(Debug)]
struct Row<'a> {
    class: ClassKey,
    /// Of an object that is known to be new.
    number: Option<i64>,
    key: Cell<'a>,
    /// Index of the property, and its cell.
    cells: Vec<(usize, Cell<'a>)>,
}

/// Complete rows of one shape: objects made one after another mostly have the same.
#[derive(Debug, Default)]
struct Batch<'a> {
    shape: Option<Shape>,
    /// Row by row: the number, where it is not the key, the key, and the values.
    cells: Vec<Cell<'a>>,
    bytes: usize,
}

#[derive(Debug)]
struct Shape {
    class: ClassKey,
    is_numbered: bool,
    columns: Vec<usize>,
    /// Of `insert_batch`.
    rows: usize,
    insert_one: String,
    insert_batch: String,
}

/// The highest numbers of objects, by class, pending ones included: so that who makes objects by rising keys need not look
/// for each. Good for one transaction, in which nobody else makes any.
#[derive(Debug, Default)]
pub(crate) struct Heights(Vec<(ClassKey, i64)>);

impl Heights {
    /// Whether no object has the number yet, for sure; now one has.
    pub(crate) fn is_above(
        &mut self,
        class: &ClassState,
        connection: &Connection,
        number: i64,
    ) -> Result<bool, DatabaseError> {
        let height = self.height(class, connection)?;
        let is_above = number > *height;
        *height = number.max(*height);
        Ok(is_above)
    }

    /// A number that no object of the class ever had, where the primary key is another.
    pub(crate) fn next(&mut self, class: &ClassState, connection: &Connection) -> Result<i64, DatabaseError> {
        let height = self.height(class, connection)?;
        *height = height.saturating_add(1);
        Ok(*height)
    }

    fn height(&mut self, class: &ClassState, connection: &Connection) -> Result<&mut i64, DatabaseError> {
        let at = match self.0.iter().position(|&(known, _)| known == class.key) {
            Some(at) => at,
            None => {
                self.0.push((class.key, class.highest_number(connection)?));
                self.0.len() - 1
            }
        };
        Ok(&mut self.0[at].1)
    }
}

impl<'a> PendingObjects<'a> {
    pub(crate) fn is_empty(&self) -> bool {
        self.open.is_none() && self.batch.cells.is_empty()
    }

    /// Whether it is the object made last, which takes values.
    pub(crate) fn is_open(&self, class: ClassKey, number: i64) -> bool {
        self.open.as_ref().is_some_and(|row| row.class == class && row.number == Some(number))
    }

    /// The number of the new object with this key, if it is one of these.
    pub(crate) fn find(&self, class: ClassKey, key: &Cell<'_>) -> Option<i64> {
        match self.open.as_ref().filter(|row| row.class == class && row.key == *key) {
            Some(row) => row.number,
            None => self.batch.find(class, key),
        }
    }

    /// Begins an object that may exist.
    pub(crate) fn begin(
        &mut self,
        state: &State,
        connection: &Connection,
        class: ClassKey,
        key: Cell<'a>,
    ) -> Result<(), Failure> {
        let cells = self.complete(state, connection)?;
        self.open = Some(Row { class, number: None, key, cells });
        Ok(())
    }

    /// Begins an object that does not exist, neither in its table nor here.
    pub(crate) fn begin_new(
        &mut self,
        state: &State,
        connection: &Connection,
        class: ClassKey,
        number: i64,
        key: Cell<'a>,
    ) -> Result<(), Failure> {
        let cells = self.complete(state, connection)?;
        self.open = Some(Row { class, number: Some(number), key, cells });
        Ok(())
    }

    pub(crate) fn set(&mut self, property: usize, cell: Cell<'a>) {
        if let Some(row) = &mut self.open {
            match row.cells.iter_mut().find(|(other, _)| *other == property) {
                Some((_, old)) => *old = cell,
                None => row.cells.push((property, cell)),
            }
        }
    }

    /// Puts the objects into their table; one that exists keeps the values it was not given.
    pub(crate) fn flush(&mut self, state: &State, connection: &Connection) -> Result<(), Failure> {
        self.complete(state, connection)?;
        self.batch.insert(connection)
    }

    /// Moves the open row to the others; what it leaves has room for the cells of another.
    fn complete(&mut self, state: &State, connection: &Connection) -> Result<Vec<(usize, Cell<'a>)>, Failure> {
        let Some(mut row) = self.open.take() else { return Ok(Vec::new()) };
        let class = state.class_by_key(row.class)?;
        if state.is_tracking() || row.must_look(state, class, connection)? {
            self.batch.insert(connection)?;
            row.merge(state, class, connection)?;
            row.cells.clear();
            return Ok(row.cells);
        }
        let number = row.number.filter(|_| !class.is_key_row_id());
        if !self.batch.shape.as_ref().is_some_and(|shape| shape.is_of(&row, number.is_some())) {
            self.batch.insert(connection)?;
            self.batch.shape = Some(Shape::of(&row, class, number.is_some())?);
        }
        if let Some(number) = number {
            self.batch.push(Cell::Int(number));
        }
        self.batch.push(row.key);
        row.cells.drain(..).for_each(|(_, cell)| self.batch.push(cell));
        if self.batch.is_full() || self.batch.bytes >= BATCH_BYTES {
            self.batch.insert(connection)?;
        }
        Ok(row.cells)
    }
}

impl<'a> Batch<'a> {
    fn push(&mut self, cell: Cell<'a>) {
        self.bytes += cell.bytes();
        self.cells.push(cell);
    }

    fn is_full(&self) -> bool {
        self.shape.as_ref().is_some_and(|shape| self.cells.len() >= shape.rows * shape.width())
    }

    fn find(&self, class: ClassKey, key: &Cell<'_>) -> Option<i64> {
        let shape = self.shape.as_ref().filter(|shape| shape.class == class)?;
        let mut rows = self.cells.chunks(shape.width());
        let row = rows.find(|row| row.get(usize::from(shape.is_numbered)) == Some(key))?;
        match row.first() {
            Some(Cell::Int(number)) => Some(*number),
            Some(Cell::Null | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_)) | None => None,
        }
    }

    /// After an error the rows are gone: SQLite may have ended the transaction, and what came then would be outside of it.
    fn insert(&mut self, connection: &Connection) -> Result<(), Failure> {
        let is_full = self.is_full();
        let mut cells = std::mem::take(&mut self.cells);
        self.bytes = 0;
        let Some(shape) = self.shape.as_ref().filter(|_| !cells.is_empty()) else { return Ok(()) };
        if is_full {
            connection.prepare_cached(&shape.insert_batch)?.execute(params_from_iter(&cells))?;
        } else {
            let mut statement = connection.prepare_cached(&shape.insert_one)?;
            for row in cells.chunks(shape.width()) {
                statement.execute(params_from_iter(row))?;
            }
        }
        cells.clear();
        self.cells = cells;
        Ok(())
    }
}

impl Row<'_> {
    /// Whether one INSERT is not enough. Of one that may exist: null keys conflict in no unique index that an upsert could
    /// name, and a mixed value may take the place of a collection. Any new object may reveal links to it.
    fn must_look(&self, state: &State, class: &ClassState, connection: &Connection) -> Result<bool, DatabaseError> {
        let is_mixed = |&(property, _): &(usize, Cell<'_>)| {
            class.properties.get(property).is_some_and(|property| property.value_type().is_mixed())
        };
        let may_exist = self.number.is_none();
        Ok((may_exist && (self.key == Cell::Null || self.cells.iter().any(is_mixed)))
            || (state.is_collected(class) && container::is_any_hidden(connection)?))
    }

    fn merge(&self, state: &State, class: &ClassState, connection: &Connection) -> Result<(), Failure> {
        let found = match self.number {
            Some(_) => None,
            None => class.find_cell(connection, &self.key)?,
        };
        let object = match found {
            Some(object) => object,
            None => {
                state.note_holders(connection, class, &self.key)?;
                let object = match self.number.filter(|_| !class.is_key_row_id()) {
                    Some(number) => class.insert_numbered(connection, number, &self.key)?,
                    None => class.insert_row(connection, &self.key)?,
                };
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

impl Shape {
    fn of(row: &Row<'_>, class: &ClassState, is_numbered: bool) -> Result<Shape, Refusal> {
        let key = &class.sql.key_column;
        let number = if is_numbered { format!("{}, ", class.sql.object_column) } else { String::new() };
        let (mut columns, mut updates) = (format!("{number}{key}"), String::new());
        for (at, (property, _)) in row.cells.iter().enumerate() {
            let column = &class.properties.get(*property).ok_or(Refusal::NoSuchProperty)?.sql.column;
            let separator = if at == 0 { "" } else { ", " };
            // Writing to a String cannot fail.
            let _ = write!(columns, ", {column}");
            let _ = write!(updates, "{separator}{column} = excluded.{column}");
        }
        let conflict = if updates.is_empty() { "NOTHING".to_owned() } else { format!("UPDATE SET {updates}") };
        let table = &class.sql.table;
        let width = row.cells.len() + 1 + usize::from(is_numbered);
        let values = format!("(?{})", ", ?".repeat(width - 1));
        let rows = BATCH.min(BATCH_CELLS / width);
        let insert =
            |values: &str| format!("INSERT INTO {table} ({columns}) VALUES {values} ON CONFLICT ({key}) DO {conflict}");
        Ok(Shape {
            class: row.class,
            is_numbered,
            columns: row.cells.iter().map(|&(property, _)| property).collect(),
            insert_one: insert(&values),
            rows,
            insert_batch: insert(&vec![values.as_str(); rows].join(", ")),
        })
    }

    fn is_of(&self, row: &Row<'_>, is_numbered: bool) -> bool {
        self.class == row.class
            && self.is_numbered == is_numbered
            && self.columns.iter().copied().eq(row.cells.iter().map(|&(property, _)| property))
    }

    /// Cells of a row.
    fn width(&self) -> usize {
        self.columns.len() + 1 + usize::from(self.is_numbered)
    }
}
