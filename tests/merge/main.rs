//! The operational transform: the rules pair by pair, worked examples, and histories that must
//! converge.

mod counters;
mod examples;
mod examples_collections;
mod examples_lists;
mod examples_values;
mod fuzzed;
mod groups;
mod histories;
mod history;
mod hostile;
mod lists;
mod model;
mod pairs;
mod schema;
mod script;
mod sets;
mod world;
