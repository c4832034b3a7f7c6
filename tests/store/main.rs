//! The realm file: values, schema, what is recorded, what is integrated, and what a crash leaves.

mod apply;
#[cfg(target_os = "linux")]
mod crash;
#[cfg(target_os = "linux")]
mod disk;
#[cfg(target_os = "linux")]
mod durability;
mod file;
mod gate;
mod integrate;
mod objects;
mod record;
mod schema;
mod support;
mod values;
