//! Who wins: the one place that compares when and where changesets were made.
//!
//! Rules: `docs/MERGE.md`, "Older and newer".

use super::Entry;

/// Which of two instructions lies in the older changeset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Older {
    First,
    Second,
}

impl Older {
    /// The older one by origin timestamp, then by origin file ident. Two files never tie; should
    /// they, the incoming changeset counts as the older one.
    pub(super) fn of(ours: &Entry, theirs: &Entry) -> Older {
        let ours = (ours.origin_timestamp, ours.origin_file_ident);
        let theirs = (theirs.origin_timestamp, theirs.origin_file_ident);
        match ours < theirs {
            true => Older::First,
            false => Older::Second,
        }
    }

    pub(super) fn mirrored(self) -> Older {
        match self {
            Older::First => Older::Second,
            Older::Second => Older::First,
        }
    }
}
