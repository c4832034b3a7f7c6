//! Links to an object, which the application's deletion of it removes first.

use rusqlite::Connection;

use crate::schema::PropertyType;
use crate::store::column::{encode_link_key, mixed_link, Cell, KeyView};
use crate::store::error::Failure;
use crate::value::PrimaryKey;

use super::class::{ClassState, PropertyState};
use super::State;

impl State {
    /// Nulls every link to the object, calling `each` with the holder's key beforehand, grouped by property.
    pub(crate) fn unlink(
        &self,
        connection: &Connection,
        target: &ClassState,
        key: KeyView<'_>,
        mut each: impl FnMut(&ClassState, &PropertyState, PrimaryKey),
    ) -> Result<(), Failure> {
        for class in &self.classes {
            for property in &class.properties {
                let Some(link) = property.link_cell(target, key)? else { continue };
                let mut holders = connection.prepare_cached(&property.sql.holders)?;
                let mut rows = holders.query([&link])?;
                let mut is_linked = false;
                while let Some(row) = rows.next()? {
                    each(class, property, class.decode_key(row.get_ref(0)?)?);
                    is_linked = true;
                }
                drop(rows);
                if is_linked {
                    connection.prepare_cached(&property.sql.unlink)?.execute([&link])?;
                }
            }
        }
        Ok(())
    }
}

impl PropertyState {
    /// What this property holds where it links to the object; `None` when it never can.
    fn link_cell<'a>(&self, target: &ClassState, key: KeyView<'a>) -> Result<Option<Cell<'a>>, Failure> {
        Ok(match &self.property_type {
            PropertyType::Link { target: class } if *class == target.name => {
                Some(encode_link_key(key, target.key_column)?)
            }
            PropertyType::Mixed => Some(mixed_link(target.key.0, key)),
            PropertyType::Link { .. }
            | PropertyType::Int
            | PropertyType::Bool
            | PropertyType::String
            | PropertyType::Binary
            | PropertyType::Timestamp
            | PropertyType::Float
            | PropertyType::Double
            | PropertyType::Decimal
            | PropertyType::ObjectId
            | PropertyType::Uuid => None,
        })
    }
}
