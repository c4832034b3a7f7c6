//! Session control on virtual time: a client with real files, and the real server without sockets, in one thread.

mod budget;
mod flush;
mod metered;
mod open_files;
mod progress;
mod rig;
mod status;
