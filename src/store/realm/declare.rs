//! The schema a realm is opened with, added to what the file has.

use crate::schema::{Schema, SchemaChange};
use crate::store::error::StoreError;
use crate::store::state::ClassDeclaration;

use super::{Access, Realm};

impl Realm {
    pub(super) fn declare(&mut self, wanted: &Schema) -> Result<(), StoreError> {
        let changes = self.state.schema().additive_difference(wanted)?;
        if changes.is_empty() {
            return Ok(());
        }
        match self.access {
            Access::Write(_) => {}
            Access::ReadOnly(_) => {
                return if adds_nothing(&changes) { Ok(()) } else { Err(StoreError::ReadOnlySchema) }
            }
        }
        self.begin()?;
        match self.add_to_schema(wanted) {
            Ok(true) => self.commit().map(|_| ()),
            Ok(false) => self.rollback(),
            Err(error) => {
                self.rollback()?;
                Err(error)
            }
        }
    }

    /// Tells whether there was anything to add: another connection may have done it meanwhile.
    fn add_to_schema(&mut self, wanted: &Schema) -> Result<bool, StoreError> {
        let changes = self.state.schema().additive_difference(wanted)?;
        for change in &changes {
            let connection = &self.connection;
            let subject = || match change {
                SchemaChange::AddClass(class) => class.name.clone(),
                SchemaChange::AddProperty { class, property } => format!("{class}.{}", property.name),
                SchemaChange::SetIndexed { class, property, .. } => format!("{class}.{property}"),
            };
            let done = match change {
                SchemaChange::AddClass(class) => {
                    self.state.add_class(connection, &class.name, ClassDeclaration::of_class(class))
                }
                SchemaChange::AddProperty { class, property } => self.state.add_property(connection, class, property),
                SchemaChange::SetIndexed { class, property, indexed } => {
                    self.state.set_indexed(connection, class, property, *indexed)
                }
            };
            done.map_err(|failure| failure.of(subject))?;
            if let Some(record) = self.write.as_mut().and_then(|write| write.record.as_mut()) {
                record.schema_change(change);
            }
        }
        Ok(!changes.is_empty())
    }
}

fn adds_nothing(changes: &[SchemaChange]) -> bool {
    changes.iter().all(|change| match change {
        SchemaChange::AddClass(_) | SchemaChange::AddProperty { .. } => false,
        // A search index changes no answer.
        SchemaChange::SetIndexed { .. } => true,
    })
}
