//! Which sessions keep their file open between two jobs: the few that worked last.
//!
//! A connection to a file costs memory and descriptors for as long as it is open, and far less time to open again than
//! a session of many is idle.
//!
//! Rules: `docs/STORE.md`, "Synchronising".

use std::collections::VecDeque;

/// Sessions of one client that keep their file open while they have nothing to do.
const LIMIT: usize = 16;

/// Sessions by number whose file was open after their last job; the one that worked longest ago first.
#[derive(Debug, Default)]
pub(super) struct OpenFiles(VecDeque<u64>);

impl OpenFiles {
    /// Notes how a session's job left its file. The session returned, if any, is to close its own unless it is at work.
    pub fn note(&mut self, session: u64, is_open: bool) -> Option<u64> {
        self.0.retain(|other| *other != session);
        if !is_open {
            return None;
        }
        self.0.push_back(session);
        if self.0.len() > LIMIT {
            self.0.pop_front()
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_that_worked_longest_ago_closes_its_file_when_too_many_are_open() {
        let mut files = OpenFiles::default();
        let limit = LIMIT as u64;
        assert!((0..limit).all(|session| files.note(session, true).is_none()));
        assert_eq!(files.note(0, true), None, "it is open already");
        assert_eq!(files.note(limit, true), Some(1));
        assert_eq!(files.note(2, false), None, "closed by itself");
        assert_eq!(files.note(limit + 1, true), None, "in the place of the one that closed");
        assert_eq!(files.note(limit + 2, true), Some(3));
    }
}
