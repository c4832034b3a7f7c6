//! Bytes both ways: golden, round trips, recorded, and hostile ones.

mod changeset;
mod changeset_golden;
mod changeset_hostile;
mod changeset_round_trip;
mod fuzzed;
mod messages;
mod messages_errors;
mod messages_hostile;
mod messages_recorded;
