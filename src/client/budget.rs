//! How long a session may stay away before the server forgets its file, and who is told before that.
//!
//! Rules: `docs/SESSION.md`, "The offline budget".

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::store::{Contact, SyncReader};
use crate::sync::ConnectionState;
use crate::value::OriginTimestamp;

use super::callback::CallbackToken;
use super::command::Command;
use super::registry::Client;
use super::session::{Inner, Status};

/// How much of the budget is used up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum OfflineLevel {
    #[default]
    Within = 0,
    /// 75 percent.
    ThreeQuarters = 1,
    /// 90 percent.
    NineTenths = 2,
    /// All of it: the next connection may ask for a client reset.
    Exceeded = 3,
}

/// The budget of a file whose server has said what it allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OfflineBudget {
    pub max_offline: Duration,
    /// Time of the last good download, or of the end of the connection that it came on, by this device's clock.
    pub away_since: OriginTimestamp,
    /// From then on the server may have forgotten the file.
    pub deadline: OriginTimestamp,
    pub level: OfflineLevel,
}

/// Called on the dispatcher thread with the path of the realm, also when its session is stopped: it is the client that
/// warns.
pub type OfflineCallback = dyn Fn(&Path, &OfflineBudget) + Send + Sync;

/// Until when the session was in touch with its server: a download had come on its connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum InTouch {
    Now,
    Until(OriginTimestamp),
    /// Not since the realm was opened.
    Never,
}

impl OfflineBudget {
    /// `None` when the file never heard from a server that says what it allows.
    fn evaluate(contact: &Contact, in_touch: InTouch, now: OriginTimestamp) -> Option<OfflineBudget> {
        let (downloaded_at, max_offline) = (contact.downloaded_at?, contact.max_offline?);
        let away_since = match in_touch {
            InTouch::Now => now.max(downloaded_at),
            InTouch::Until(moment) => moment.max(downloaded_at),
            InTouch::Never => downloaded_at,
        };
        let max_ms = u64::try_from(max_offline.as_millis()).unwrap_or(u64::MAX);
        let level = level(now.0.saturating_sub(away_since.0), max_ms);
        let deadline = OriginTimestamp(away_since.0.saturating_add(max_ms));
        Some(OfflineBudget { max_offline, away_since, deadline, level })
    }
}

fn level(away_ms: u64, max_ms: u64) -> OfflineLevel {
    let percent_used = u128::from(away_ms) * 100;
    let reaches = |percent: u128| percent_used >= u128::from(max_ms) * percent;
    match (reaches(100), reaches(90), reaches(75)) {
        (true, _, _) => OfflineLevel::Exceeded,
        (false, true, _) => OfflineLevel::NineTenths,
        (false, false, true) => OfflineLevel::ThreeQuarters,
        (false, false, false) => OfflineLevel::Within,
    }
}

impl Status {
    pub(super) fn offline_budget(&self, now: OriginTimestamp) -> Option<OfflineBudget> {
        OfflineBudget::evaluate(self.contact.as_ref()?, self.in_touch, now)
    }
}

impl Inner {
    /// A download came on the connection: until that ends nothing of the budget is used up.
    pub(super) fn note_contact(&self) {
        let mut status = self.status.lock();
        match status.connection {
            ConnectionState::Connected => status.in_touch = InTouch::Now,
            ConnectionState::Disconnected | ConnectionState::Connecting => {}
        }
    }

    /// Reads the file's last contact where the session has not done so yet.
    pub(super) fn learn_contact(&self) {
        if self.status.lock().contact.is_some() {
            return;
        }
        // A file that cannot be read now is read by the session later, which tells of the error.
        if let Ok(contact) = SyncReader::open(self.path()).and_then(|file| file.contact()) {
            self.status.lock().contact.get_or_insert(contact);
        }
    }

    /// Warns when more of the budget is used up than was told before.
    pub(super) fn check_offline_budget(self: &Arc<Self>) {
        let now = self.facts.clock.origin_timestamp();
        let budget = {
            let mut status = self.status.lock();
            let Some(budget) = status.offline_budget(now) else { return };
            let told = std::mem::replace(&mut status.told_level, budget.level);
            if budget.level <= told {
                return;
            }
            budget
        };
        self.tell(Command::WarnOffline(self.clone(), budget));
    }

    /// Warns on the dispatcher thread: who looked at the budget may hold locks.
    pub(super) fn warn_offline(&self, budget: &OfflineBudget) {
        let path = self.path().display();
        match budget.level {
            OfflineLevel::Within => {}
            OfflineLevel::ThreeQuarters => {
                tracing::warn!(target: "realm_sync::sync", %path, "75 percent of the offline time are over: sync soon");
            }
            OfflineLevel::NineTenths => {
                tracing::warn!(target: "realm_sync::sync", %path, "90 percent of the offline time are over: sync now");
            }
            OfflineLevel::Exceeded => {
                tracing::warn!(target: "realm_sync::sync", %path, "the offline time is over: expect a client reset");
            }
        }
        self.facts.offline_callbacks.call(|callback| callback(self.path(), budget));
    }
}

impl Client {
    /// Called when a session of this client has used up 75 percent, 90 percent, or all of its offline budget.
    pub fn add_offline_callback(&self, callback: Arc<OfflineCallback>) -> CallbackToken {
        self.facts().offline_callbacks.add(callback)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_levels_begin_at_75_90_and_100_percent() {
        let levels = [0, 749, 750, 899, 900, 999, 1000, u64::MAX].map(|away_ms| level(away_ms, 1000));
        use OfflineLevel::{Exceeded, NineTenths, ThreeQuarters, Within};
        assert_eq!(levels, [Within, Within, ThreeQuarters, ThreeQuarters, NineTenths, NineTenths, Exceeded, Exceeded]);
    }

    #[test]
    fn a_clock_that_was_set_back_uses_up_nothing() {
        let contact = Contact { downloaded_at: Some(OriginTimestamp(5000)), max_offline: Some(Duration::from_secs(1)) };
        let budget = OfflineBudget::evaluate(&contact, InTouch::Never, OriginTimestamp(4000)).unwrap();
        assert_eq!((budget.level, budget.deadline), (OfflineLevel::Within, OriginTimestamp(6000)));
    }

    #[test]
    fn a_server_that_says_nothing_leaves_no_budget() {
        let contact = Contact { downloaded_at: Some(OriginTimestamp(5000)), max_offline: None };
        assert_eq!(OfflineBudget::evaluate(&contact, InTouch::Never, OriginTimestamp(9000)), None);
    }
}
