//! Elements of lists, cut into chunks so that any of them is found, inserted or erased by touching few rows.
//!
//! Rules: `docs/STORE.md`, "Collections".

use rusqlite::{params, Connection, OptionalExtension};

use crate::store::column::Cell;
use crate::store::error::DatabaseError;

use super::container::{ContainerKey, EntryKey};
use super::value::Stored;

/// Elements of a chunk before it is cut in two.
const CAPACITY: u64 = 256;
/// Between places of neighbours, so that others find room between them; a chunk's elements fit 64 bits with it.
const STEP: i64 = 1 << 50;
/// The same for chunks, of which a list may have many.
const CHUNK_STEP: i64 = 1 << 40;
/// Left towards the neighbour that came last, so that a run of insertions next to each other finds room for a chunk.
const RUN_STEP: i64 = 1 << 42;

const FORWARD: &str = "SELECT chunk, size, place FROM _realm_chunk WHERE container = ?1 ORDER BY place";
const BACKWARD: &str = "SELECT chunk, size, place FROM _realm_chunk WHERE container = ?1 ORDER BY place DESC";
const ENTRY_AT: &str = "SELECT entry FROM _realm_list_entry WHERE chunk = ?1 ORDER BY place LIMIT 1 OFFSET ?2";
const PLACES_AT: &str = "SELECT place, entry FROM _realm_list_entry WHERE chunk = ?1 ORDER BY place LIMIT ?2 OFFSET ?3";
const LAST_PLACE: &str = "SELECT place FROM _realm_list_entry WHERE chunk = ?1 ORDER BY place DESC LIMIT 1";
const INSERT: &str = "INSERT INTO _realm_list_entry (chunk, place, value, target) VALUES (?1, ?2, ?3, ?4)";
const PUT: &str = "UPDATE _realm_list_entry SET chunk = ?2, place = ?3 WHERE entry = ?1";

/// A chunk, and a position in it.
#[derive(Debug, Clone, Copy)]
struct Position {
    chunk: i64,
    size: u64,
    /// Of the chunk in its list.
    place: i64,
    offset: u64,
}

/// Which chunk an index between two of them belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Boundary {
    /// The later one, whose first element has that index.
    Start,
    /// The earlier one, behind whose last element there is a place.
    End,
}

/// Where an element goes.
struct Room {
    chunk: i64,
    place: i64,
}

/// The element at a raw index below the size.
pub(super) fn entry_at(
    connection: &Connection,
    list: ContainerKey,
    size: u64,
    index: u64,
) -> Result<EntryKey, DatabaseError> {
    let position = find(connection, list, size, index, Boundary::Start)?.ok_or_else(damaged)?;
    let mut statement = connection.prepare_cached(ENTRY_AT)?;
    let entry = statement.query_row([position.chunk, position.offset.cast_signed()], |row| row.get(0)).optional()?;
    Ok(EntryKey(entry.ok_or_else(damaged)?))
}

/// Inserts at a raw index up to the size.
pub(super) fn insert(
    connection: &Connection,
    list: ContainerKey,
    size: u64,
    index: u64,
    stored: &Stored<'_>,
) -> Result<EntryKey, DatabaseError> {
    let room = make_room(connection, list, size, index)?;
    connection.prepare_cached(INSERT)?.execute(params![room.chunk, room.place, stored.value, stored.target])?;
    Ok(EntryKey(connection.last_insert_rowid()))
}

/// Moves the element so that it has the raw index `to` afterwards.
pub(super) fn relocate(
    connection: &Connection,
    list: ContainerKey,
    size: u64,
    entry: EntryKey,
    to: u64,
) -> Result<(), DatabaseError> {
    leave_chunk(connection, entry)?;
    connection.prepare_cached(PUT)?.execute(params![entry.0, None::<i64>, None::<i64>])?;
    let room = make_room(connection, list, size.saturating_sub(1), to)?;
    connection.prepare_cached(PUT)?.execute(params![entry.0, room.chunk, room.place])?;
    Ok(())
}

pub(super) fn erase(connection: &Connection, entry: EntryKey) -> Result<(), DatabaseError> {
    leave_chunk(connection, entry)?;
    connection.prepare_cached("DELETE FROM _realm_list_entry WHERE entry = ?1")?.execute([entry.0])?;
    Ok(())
}

pub(super) fn clear(connection: &Connection, list: ContainerKey) -> Result<(), DatabaseError> {
    let elements = "DELETE FROM _realm_list_entry WHERE chunk IN (SELECT chunk FROM _realm_chunk WHERE container = ?1)";
    connection.prepare_cached(elements)?.execute([list.0])?;
    connection.prepare_cached("DELETE FROM _realm_chunk WHERE container = ?1")?.execute([list.0])?;
    Ok(())
}

/// The raw index of an element, `None` when it does not exist.
pub(super) fn index_of(connection: &Connection, entry: EntryKey) -> Result<Option<u64>, DatabaseError> {
    let sql = "SELECT
        (SELECT coalesce(sum(size), 0) FROM _realm_chunk WHERE container = c.container AND place < c.place)
        + (SELECT count(*) FROM _realm_list_entry WHERE chunk = e.chunk AND place < e.place)
        FROM _realm_list_entry e JOIN _realm_chunk c ON c.chunk = e.chunk WHERE e.entry = ?1";
    let index: Option<i64> = connection.prepare_cached(sql)?.query_row([entry.0], |row| row.get(0)).optional()?;
    Ok(index.map(i64::unsigned_abs))
}

fn find(
    connection: &Connection,
    list: ContainerKey,
    size: u64,
    index: u64,
    boundary: Boundary,
) -> Result<Option<Position>, DatabaseError> {
    let from_front = index < size / 2;
    let mut statement = connection.prepare_cached(if from_front { FORWARD } else { BACKWARD })?;
    let mut rows = statement.query([list.0])?;
    let mut before = if from_front { 0 } else { size };
    while let Some(row) = rows.next()? {
        let chunk_size = row.get::<_, i64>(1)?.unsigned_abs();
        let start = if from_front { before } else { before.checked_sub(chunk_size).ok_or_else(damaged)? };
        let is_inside = match (from_front, boundary) {
            (true, Boundary::Start) => index < start + chunk_size,
            (true, Boundary::End) => index <= start + chunk_size,
            (false, Boundary::Start) => index >= start,
            (false, Boundary::End) => index > start || start == 0,
        };
        if is_inside {
            let offset = index - start;
            return Ok(Some(Position { chunk: row.get(0)?, size: chunk_size, place: row.get(2)?, offset }));
        }
        before = if from_front { start + chunk_size } else { start };
    }
    Ok(None)
}

fn make_room(connection: &Connection, list: ContainerKey, size: u64, index: u64) -> Result<Room, DatabaseError> {
    let Some(mut position) = find(connection, list, size, index, Boundary::End)? else {
        return Ok(Room { chunk: add_chunk(connection, list, 0, 1)?, place: 0 });
    };
    if position.size >= CAPACITY {
        let is_behind = position.offset == position.size;
        let next = if is_behind { roomy_next(connection, list, &position)? } else { None };
        position = match next {
            Some(next) => next,
            None if is_behind || position.offset == 0 => {
                let place = chunk_place(connection, list, &position, is_behind)?;
                return Ok(Room { chunk: add_chunk(connection, list, place, 1)?, place: 0 });
            }
            None => split(connection, list, position)?,
        };
    }
    let place = match free_place(connection, &position)? {
        Some(place) => place,
        None => {
            spread(connection, position.chunk)?;
            free_place(connection, &position)?.ok_or_else(damaged)?
        }
    };
    let grow = "UPDATE _realm_chunk SET size = size + 1 WHERE chunk = ?1";
    connection.prepare_cached(grow)?.execute([position.chunk])?;
    Ok(Room { chunk: position.chunk, place })
}

/// The start of the chunk behind, if that is not full.
fn roomy_next(
    connection: &Connection,
    list: ContainerKey,
    position: &Position,
) -> Result<Option<Position>, DatabaseError> {
    let sql = "SELECT chunk, size, place FROM _realm_chunk WHERE container = ?1 AND place > ?2 ORDER BY place LIMIT 1";
    let mut statement = connection.prepare_cached(sql)?;
    let next = statement.query_row([list.0, position.place], |row| {
        let size = row.get::<_, i64>(1)?.unsigned_abs();
        Ok(Position { chunk: row.get(0)?, size, place: row.get(2)?, offset: 0 })
    });
    Ok(next.optional()?.filter(|next| next.size < CAPACITY))
}

fn add_chunk(connection: &Connection, list: ContainerKey, place: i64, size: u64) -> Result<i64, DatabaseError> {
    let size = size.cast_signed();
    let sql = "INSERT INTO _realm_chunk (container, place, size) VALUES (?1, ?2, ?3)";
    connection.prepare_cached(sql)?.execute(params![list.0, place, size])?;
    Ok(connection.last_insert_rowid())
}

/// A place for a chunk right before or behind another.
fn chunk_place(
    connection: &Connection,
    list: ContainerKey,
    position: &Position,
    behind: bool,
) -> Result<i64, DatabaseError> {
    let neighbour = |place: i64| -> Result<Option<i64>, DatabaseError> {
        let sql = if behind {
            "SELECT min(place) FROM _realm_chunk WHERE container = ?1 AND place > ?2"
        } else {
            "SELECT max(place) FROM _realm_chunk WHERE container = ?1 AND place < ?2"
        };
        Ok(connection.prepare_cached(sql)?.query_row([list.0, place], |row| row.get(0))?)
    };
    let between_neighbours = |place: i64| -> Result<Option<i64>, DatabaseError> {
        let other = neighbour(place)?;
        let (previous, next) = if behind { (Some(place), other) } else { (other, Some(place)) };
        Ok(between(previous, next, CHUNK_STEP))
    };
    if let Some(place) = between_neighbours(position.place)? {
        return Ok(place);
    }
    spread_chunks(connection, list)?;
    let sql = "SELECT place FROM _realm_chunk WHERE chunk = ?1";
    let place = connection.prepare_cached(sql)?.query_row([position.chunk], |row| row.get(0))?;
    between_neighbours(place)?.ok_or_else(damaged)
}

/// Cuts a full chunk in two, and says in which half the position is now.
fn split(connection: &Connection, list: ContainerKey, position: Position) -> Result<Position, DatabaseError> {
    let kept = position.size / 2;
    let moved = position.size - kept;
    let place = chunk_place(connection, list, &position, true)?;
    let chunk = add_chunk(connection, list, place, moved)?;
    let mut places = connection.prepare_cached(PLACES_AT)?;
    let first: i64 = places.query_row([position.chunk, 1, kept.cast_signed()], |row| row.get(0))?;
    let sql = "UPDATE _realm_list_entry SET chunk = ?2 WHERE chunk = ?1 AND place >= ?3";
    connection.prepare_cached(sql)?.execute([position.chunk, chunk, first])?;
    let shrink = "UPDATE _realm_chunk SET size = ?2 WHERE chunk = ?1";
    connection.prepare_cached(shrink)?.execute([position.chunk, kept.cast_signed()])?;
    Ok(match position.offset.checked_sub(kept) {
        Some(offset) if offset > 0 => Position { chunk, size: moved, place, offset },
        Some(_) | None => Position { size: kept, ..position },
    })
}

/// A place for an element at the position; `None` when its neighbours leave no room.
fn free_place(connection: &Connection, position: &Position) -> Result<Option<i64>, DatabaseError> {
    if position.offset >= position.size {
        let last = connection.prepare_cached(LAST_PLACE)?.query_row([position.chunk], |row| row.get(0)).optional()?;
        return Ok(between(last, None, STEP));
    }
    let (count, offset) = match position.offset.checked_sub(1) {
        Some(before) => (2, before.cast_signed()),
        None => (1, 0),
    };
    let mut statement = connection.prepare_cached(PLACES_AT)?;
    let places = statement.query_map([position.chunk, count, offset], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let places = places.collect::<Result<Vec<(i64, i64)>, _>>()?;
    match places.as_slice() {
        [(next, _)] if count == 1 => Ok(between(None, Some(*next), STEP)),
        [(previous, previous_entry), (next, next_entry)] => {
            let Some(middle) = between(Some(*previous), Some(*next), STEP) else { return Ok(None) };
            Ok(Some(if previous_entry > next_entry {
                middle.min(previous.saturating_add(RUN_STEP))
            } else {
                middle.max(next.saturating_sub(RUN_STEP))
            }))
        }
        _ => Err(damaged()),
    }
}

fn between(previous: Option<i64>, next: Option<i64>, step: i64) -> Option<i64> {
    match (previous, next) {
        (None, None) => Some(0),
        (Some(previous), None) => previous.checked_add(step),
        (None, Some(next)) => next.checked_sub(step),
        (Some(previous), Some(next)) => {
            let middle = i64::midpoint(previous, next);
            (previous < middle && middle < next).then_some(middle)
        }
    }
}

/// Gives the elements of a chunk room between each other again.
fn spread(connection: &Connection, chunk: i64) -> Result<(), DatabaseError> {
    let mut statement =
        connection.prepare_cached("SELECT entry FROM _realm_list_entry WHERE chunk = ?1 ORDER BY place")?;
    let entries = statement.query_map([chunk], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut update = connection.prepare_cached("UPDATE _realm_list_entry SET place = ?2 WHERE entry = ?1")?;
    let mut place = 0;
    for entry in entries {
        update.execute([entry, place])?;
        place += STEP;
    }
    Ok(())
}

fn spread_chunks(connection: &Connection, list: ContainerKey) -> Result<(), DatabaseError> {
    let mut statement =
        connection.prepare_cached("SELECT chunk FROM _realm_chunk WHERE container = ?1 ORDER BY place")?;
    let chunks = statement.query_map([list.0], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut update = connection.prepare_cached("UPDATE _realm_chunk SET place = ?2 WHERE chunk = ?1")?;
    let mut place = 0;
    for chunk in chunks {
        update.execute([chunk, place])?;
        place += CHUNK_STEP;
    }
    Ok(())
}

/// Counts an element out of its chunk; an empty chunk goes.
fn leave_chunk(connection: &Connection, entry: EntryKey) -> Result<(), DatabaseError> {
    let sql = "UPDATE _realm_chunk SET size = size - 1
        WHERE chunk = (SELECT chunk FROM _realm_list_entry WHERE entry = ?1) RETURNING chunk, size";
    let mut statement = connection.prepare_cached(sql)?;
    let (chunk, size): (i64, i64) = statement.query_row([entry.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if size == 0 {
        connection.prepare_cached("DELETE FROM _realm_chunk WHERE chunk = ?1")?.execute([chunk])?;
    }
    Ok(())
}

/// Every element in order: its key and what it holds.
pub(super) fn for_each<E: From<DatabaseError>>(
    connection: &Connection,
    list: ContainerKey,
    mut each: impl FnMut(EntryKey, rusqlite::types::ValueRef<'_>, Option<i64>) -> Result<(), E>,
) -> Result<(), E> {
    let database = |error: rusqlite::Error| E::from(DatabaseError::from(error));
    let sql = "SELECT e.entry, e.value, e.target FROM _realm_chunk c JOIN _realm_list_entry e ON e.chunk = c.chunk
        WHERE c.container = ?1 ORDER BY c.place, e.place";
    let mut statement = connection.prepare_cached(sql).map_err(database)?;
    let mut rows = statement.query([list.0]).map_err(database)?;
    while let Some(row) = rows.next().map_err(database)? {
        let entry = EntryKey(row.get(0).map_err(database)?);
        each(entry, row.get_ref(1).map_err(database)?, row.get(2).map_err(database)?)?;
    }
    Ok(())
}

fn damaged() -> DatabaseError {
    DatabaseError::corrupt("the chunks of a list do not add up")
}

impl Stored<'static> {
    /// What an element holds before it holds what it is made for.
    pub(super) const NOTHING: Stored<'static> = Stored { value: Cell::Null, target: None };
}
