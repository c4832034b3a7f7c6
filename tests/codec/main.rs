//! Bytes to values and back.

mod messages;
mod messages_errors;
mod messages_hostile;
mod messages_recorded;
