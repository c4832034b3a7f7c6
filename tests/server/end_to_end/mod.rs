//! Applications, their sessions and the server together: processes of their own, real files, real sockets.

mod bad_input;
mod disks;
mod durability;
mod fake;
mod host;
mod independence;
mod kills;
mod promises;
mod proxy;
mod realm_core;
mod reset;
mod rig;
mod stop;
mod tokens;
mod waits;
