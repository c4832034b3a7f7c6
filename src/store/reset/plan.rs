//! What follows from the server's wish for a reset, given how the last one went. Pure.
//!
//! Rules: `docs/CLIENT_RESET.md`, "Decision".

use super::record::{Action, Record, ResetStage};
use super::ResetMode;

/// Fresh copies that are begun for one reset.
const ATTEMPTS: u32 = 2;

/// Why only the application can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Requirement {
    /// The mode says so.
    Manual,
    /// The server forbids recovery, and the mode allows nothing else.
    NoRecovery,
    /// The callback before the reset said no.
    Vetoed,
    /// The server wants another reset, though nothing was synchronised since the last.
    Cycle,
    /// It was tried and failed.
    Failed,
}

impl Requirement {
    /// Whether the next wish of the server finds it as it is, until the application or a newer library acts.
    pub(super) fn is_lasting(self) -> bool {
        match self {
            Requirement::Manual | Requirement::NoRecovery | Requirement::Vetoed => false,
            Requirement::Cycle | Requirement::Failed => true,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decision {
    Run { action: Action, attempts: u32 },
    Require(Requirement),
}

pub(super) fn decide(previous: Option<&Record>, mode: ResetMode, may_recover: bool) -> Decision {
    let Some(record) = previous else { return first(mode, may_recover) };
    match record.stage {
        ResetStage::None | ResetStage::Settled => first(mode, may_recover),
        ResetStage::Downloading if record.attempts >= ATTEMPTS => Decision::Require(Requirement::Failed),
        ResetStage::Downloading => again(record, may_recover),
        ResetStage::Swapped => after_swap(record.action, mode),
        ResetStage::Required => match record.requirement() {
            Some(lasting) => Decision::Require(lasting),
            None => first(mode, may_recover),
        },
    }
}

fn first(mode: ResetMode, may_recover: bool) -> Decision {
    let action = match (mode, may_recover) {
        (ResetMode::Manual, _) => return Decision::Require(Requirement::Manual),
        (ResetMode::Recover, false) => return Decision::Require(Requirement::NoRecovery),
        (ResetMode::DiscardLocal, _) => Action::Discard { keeps_backup: false },
        (ResetMode::RecoverOrDiscard, false) => Action::Discard { keeps_backup: true },
        (ResetMode::Recover, true) => Action::Recover { may_discard: false },
        (ResetMode::RecoverOrDiscard, true) => Action::Recover { may_discard: true },
    };
    Decision::Run { action, attempts: 1 }
}

/// The fresh copy itself could not be had.
fn again(record: &Record, may_recover: bool) -> Decision {
    let action = match (record.action, may_recover) {
        (Action::Recover { may_discard: false }, false) => return Decision::Require(Requirement::NoRecovery),
        (Action::Recover { may_discard: true }, false) => Action::Discard { keeps_backup: true },
        (action @ (Action::Recover { .. } | Action::Discard { .. }), _) => action,
    };
    Decision::Run { action, attempts: record.attempts + 1 }
}

/// Nothing was synchronised since: the same would only happen again.
fn after_swap(done: Action, mode: ResetMode) -> Decision {
    match (done, mode) {
        (_, ResetMode::Manual) => Decision::Require(Requirement::Manual),
        (Action::Discard { .. }, _) | (Action::Recover { .. }, ResetMode::Recover) => {
            Decision::Require(Requirement::Cycle)
        }
        (Action::Recover { .. }, ResetMode::DiscardLocal) => {
            Decision::Run { action: Action::Discard { keeps_backup: false }, attempts: 1 }
        }
        (Action::Recover { .. }, ResetMode::RecoverOrDiscard) => {
            Decision::Run { action: Action::Discard { keeps_backup: true }, attempts: 1 }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECOVER: Action = Action::Recover { may_discard: true };
    const DISCARD: Action = Action::Discard { keeps_backup: true };

    fn record(stage: ResetStage, action: Action) -> Record {
        Record { stage, action, attempts: 1, ..Record::default() }
    }

    #[test]
    fn the_mode_decides_the_first_time_and_after_everything_went_well() {
        let settled = record(ResetStage::Settled, DISCARD);
        for previous in [None, Some(&settled)] {
            let run = |mode| decide(previous, mode, true);
            assert_eq!(run(ResetMode::Manual), Decision::Require(Requirement::Manual));
            assert_eq!(run(ResetMode::RecoverOrDiscard), Decision::Run { action: RECOVER, attempts: 1 });
        }
        assert_eq!(decide(None, ResetMode::Recover, false), Decision::Require(Requirement::NoRecovery));
        let discard = Decision::Run { action: DISCARD, attempts: 1 };
        assert_eq!(decide(None, ResetMode::RecoverOrDiscard, false), discard);
    }

    #[test]
    fn a_fresh_copy_is_begun_twice_at_most() {
        let mut downloading = record(ResetStage::Downloading, RECOVER);
        let again = Decision::Run { action: RECOVER, attempts: 2 };
        assert_eq!(decide(Some(&downloading), ResetMode::RecoverOrDiscard, true), again);
        downloading.attempts = 2;
        let failed = Decision::Require(Requirement::Failed);
        assert_eq!(decide(Some(&downloading), ResetMode::RecoverOrDiscard, true), failed);
    }

    #[test]
    fn lesson_23_a_reset_without_progress_since_the_last_falls_back_and_then_ends() {
        let recovered = record(ResetStage::Swapped, RECOVER);
        let discard = Decision::Run { action: DISCARD, attempts: 1 };
        assert_eq!(decide(Some(&recovered), ResetMode::RecoverOrDiscard, true), discard);
        assert_eq!(decide(Some(&recovered), ResetMode::Recover, true), Decision::Require(Requirement::Cycle));
        let discarded = record(ResetStage::Swapped, DISCARD);
        for mode in [ResetMode::DiscardLocal, ResetMode::Recover, ResetMode::RecoverOrDiscard] {
            assert_eq!(decide(Some(&discarded), mode, true), Decision::Require(Requirement::Cycle));
        }
    }

    #[test]
    fn a_failure_lasts_and_a_veto_does_not() {
        let failed = record(ResetStage::Downloading, RECOVER).required(Requirement::Failed);
        let mode = ResetMode::RecoverOrDiscard;
        assert_eq!(decide(Some(&failed), mode, true), Decision::Require(Requirement::Failed));
        let newer = Record { library: "another".to_owned(), ..failed };
        assert_eq!(decide(Some(&newer), mode, true), Decision::Run { action: RECOVER, attempts: 1 });
        let vetoed = record(ResetStage::Downloading, RECOVER).required(Requirement::Vetoed);
        assert_eq!(decide(Some(&vetoed), mode, true), Decision::Run { action: RECOVER, attempts: 1 });
    }
}
