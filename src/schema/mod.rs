//! Classes and properties: what a realm may hold.
//!
//! Rules: `docs/STORE.md`, "Schema".

mod class;
mod difference;
mod error;
mod property;
mod validate;

pub use class::{Class, ClassKind, Schema};
pub use difference::SchemaChange;
pub use error::SchemaError;
pub use property::{Collection, Property, PropertyType};
pub use validate::{MAX_CLASS_NAME_BYTES, MAX_PROPERTIES, MAX_PROPERTY_NAME_BYTES};
