//! What the host says of the network.
//!
//! Rules: `docs/SESSION.md`, "The network".

/// Whether a server can be reached at all, as far as the host knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Reachability {
    /// The host says nothing: attempts find out.
    #[default]
    Unknown,
    Reachable,
    /// No attempt is made but those that the application asks for.
    NotReachable,
}

impl Reachability {
    pub(super) fn lets_attempt(self) -> bool {
        match self {
            Reachability::Unknown | Reachability::Reachable => true,
            Reachability::NotReachable => false,
        }
    }
}
