//! Who speaks next: sessions take turns, one frame each.

use std::collections::{HashSet, VecDeque};

use crate::value::SessionIdent;

/// Sessions that may have something to say, in the order of their turns, each at most once.
#[derive(Debug, Default)]
pub(super) struct Turns {
    line: VecDeque<SessionIdent>,
    queued: HashSet<SessionIdent>,
}

impl Turns {
    pub fn push(&mut self, session: SessionIdent) {
        if self.queued.insert(session) {
            self.line.push_back(session);
        }
    }

    pub fn pop(&mut self) -> Option<SessionIdent> {
        let session = self.line.pop_front()?;
        self.queued.remove(&session);
        Some(session)
    }
}

impl Extend<SessionIdent> for Turns {
    fn extend<T: IntoIterator<Item = SessionIdent>>(&mut self, sessions: T) {
        sessions.into_iter().for_each(|session| self.push(session));
    }
}
