//! Bytes both ways: golden, round trips, and hostile ones.

mod changeset;
mod changeset_golden;
mod changeset_hostile;
mod changeset_round_trip;
