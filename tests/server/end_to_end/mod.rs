//! Applications, their sessions and the server together: processes of their own, real files, real sockets.

mod host;
mod independence;
mod kills;
mod proxy;
mod rig;
mod stop;
mod tokens;
mod waits;
