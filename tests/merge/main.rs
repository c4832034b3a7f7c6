//! The operational transform: the rules pair by pair, and histories that must converge. `tests/sim` has the worked examples.

mod counters;
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
