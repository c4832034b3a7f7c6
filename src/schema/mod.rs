//! Classes and properties: what a realm may hold.

mod class;
mod property;

pub use class::{Class, ClassKind, Schema};
pub use property::{Collection, Property, PropertyType};
