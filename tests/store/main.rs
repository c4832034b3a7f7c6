//! The realm file: values, schema, what is recorded, what is integrated, and what a crash leaves.

mod apply;
mod crash;
mod durability;
mod file;
mod gate;
mod integrate;
mod objects;
mod record;
mod schema;
mod support;
mod values;
