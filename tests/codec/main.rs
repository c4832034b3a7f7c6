//! Bytes: golden vectors both ways, round trips, hostile bytes.

mod changeset;
mod changeset_golden;
mod changeset_hostile;
mod changeset_round_trip;
mod messages;
mod messages_errors;
mod messages_hostile;
mod messages_recorded;
