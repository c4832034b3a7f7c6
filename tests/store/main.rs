//! The realm file: values, schema, what is recorded, what is integrated, and what a crash leaves.

mod apply;
mod asymmetric;
mod below;
mod beyond;
mod changes;
#[cfg(target_os = "linux")]
mod child;
mod copy;
mod copy_to_synced;
#[cfg(target_os = "linux")]
mod crash;
mod declare;
mod dice;
#[cfg(target_os = "linux")]
mod disk;
mod dump;
#[cfg(target_os = "linux")]
mod durability;
mod embedded;
mod equals;
mod file;
mod fuzzed;
mod gate;
mod hostile;
mod integrate;
mod limits;
mod links;
mod lists;
mod maps;
mod mirror;
mod nested;
mod objects;
mod observed;
mod observed_at_random;
mod record;
mod recorded;
mod reset;
#[cfg(target_os = "linux")]
mod reset_kills;
mod schema;
mod script;
mod snapshot;
mod support;
mod values;
