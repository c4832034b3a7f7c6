//! Links to objects that do not exist: in lists and sets of links they are hidden, and still there.
//!
//! Rules: `docs/STORE.md`, "Collections".

use rusqlite::{params, Connection};

use crate::store::column::Cell;
use crate::store::error::{DatabaseError, Failure};

use super::class::ClassState;
use super::container::{self, ContainerKey};
use super::value::Stored;
use super::{list, ClassKey, OpenCollection, State};

/// What happens to the links to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visibility {
    Hide,
    Reveal,
}

impl ClassState {
    /// The key, in the class's own column, of a link's cell.
    fn key_cell(cell: &Cell<'_>) -> Cell<'static> {
        match cell {
            Cell::Blob(bytes) if bytes.is_empty() => Cell::Null,
            Cell::Null | Cell::Int(_) | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => cell.clone().into_owned(),
        }
    }
}

impl State {
    /// Whether creating or erasing an object of the class can reveal or hide elements.
    pub(super) fn is_collected(&self, class: &ClassState) -> bool {
        self.collected.contains(&class.name)
    }

    /// Whether the element is a link to an object that does not exist.
    pub(crate) fn is_dangling(&self, connection: &Connection, stored: &Stored<'_>) -> Result<bool, DatabaseError> {
        let Some(class) = stored.target.and_then(|key| self.class_by_key(ClassKey(key)).ok()) else {
            return Ok(false);
        };
        Ok(class.find_cell(connection, &ClassState::key_cell(&stored.value))?.is_none())
    }

    /// Counts the links to an object anew that has come or gone; `key` is its cell in its class.
    pub(super) fn recount(
        &self,
        connection: &Connection,
        class: &ClassState,
        key: &Cell<'_>,
        visibility: Visibility,
    ) -> Result<(), DatabaseError> {
        if !self.is_collected(class) {
            return Ok(());
        }
        if visibility == Visibility::Reveal && !container::is_any_hidden(connection)? {
            return Ok(());
        }
        let link = match key {
            Cell::Null => Cell::Blob((&[]).into()),
            Cell::Int(_) | Cell::Real(_) | Cell::Text(_) | Cell::Blob(_) => key.clone(),
        };
        let holders = "SELECT c.container, count(*) FROM _realm_list_entry e JOIN _realm_chunk c ON c.chunk = e.chunk
            WHERE e.target = ?1 AND e.value = ?2 GROUP BY c.container
            UNION ALL
            SELECT container, count(*) FROM _realm_set_entry WHERE target = ?1 AND value = ?2 GROUP BY container";
        let mut statement = connection.prepare_cached(holders)?;
        let rows = statement.query_map(params![class.key.0, link], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let counts = rows.collect::<Result<Vec<(i64, i64)>, _>>()?;
        for (container, count) in counts {
            let hidden = match visibility {
                Visibility::Hide => count,
                Visibility::Reveal => -count,
            };
            container::resize(connection, ContainerKey(container), 0, hidden)?;
        }
        Ok(())
    }

    /// Raw index of the element that the application sees at `visible`; the raw size for one behind the last.
    pub(crate) fn raw_index(
        &self,
        connection: &Connection,
        list: &OpenCollection<'_>,
        visible: u64,
    ) -> Result<u64, Failure> {
        let visible_size = list.visible_size();
        if list.hidden == 0 || visible >= visible_size {
            // Also where it is out of range: whoever asked checks.
            return Ok(visible.saturating_add(list.hidden));
        }
        let Some(key) = list.key else { return Ok(visible) };
        let (mut raw, mut seen, mut found) = (0, 0, None);
        list::for_each(connection, key, |_, value, target| {
            if found.is_none() && !self.is_dangling(connection, &Stored { value: Cell::owned(value), target })? {
                if seen == visible {
                    found = Some(raw);
                }
                seen += 1;
            }
            raw += 1;
            Ok::<(), DatabaseError>(())
        })?;
        Ok(found.unwrap_or(raw))
    }
}
