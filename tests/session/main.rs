//! Scripts against the client's machines: every message order, error codes and what they lead to, timers.

mod connecting;
mod errors;
mod messages;
mod network;
mod script;
mod stopping;
