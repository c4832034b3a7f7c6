//! Up to where history may go: a decision on facts, with the time as an argument.
//!
//! Rules: `docs/SERVER.md`, "Trimming".

use std::time::Duration;

use crate::value::{OriginTimestamp, ServerVersion};

/// Bytes that an entry is worth besides its changeset.
const ENTRY_BYTES: u64 = 64;

/// What is known of one client file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FileNeed {
    /// The history after this version is needed for what the file may upload and download.
    pub after: ServerVersion,
    /// The file has neither uploaded nor acknowledged anything: it can begin again at the baseline.
    pub is_blank: bool,
    /// A session has it bound right now.
    pub is_connected: bool,
    pub last_seen: OriginTimestamp,
}

impl FileNeed {
    /// Whether the file still holds history back.
    fn counts(&self, now: OriginTimestamp, max_offline: Duration) -> bool {
        let max_offline_ms = u64::try_from(max_offline.as_millis()).unwrap_or(u64::MAX);
        let is_away_too_long = now.0.saturating_sub(self.last_seen.0) > max_offline_ms;
        self.is_connected || !(self.is_blank || is_away_too_long)
    }
}

/// The last version that nobody needs any more of those who count.
pub(super) fn trim_point(
    files: impl IntoIterator<Item = FileNeed>,
    latest: ServerVersion,
    now: OriginTimestamp,
    max_offline: Duration,
) -> ServerVersion {
    let needs = files.into_iter().filter(|file| file.counts(now, max_offline)).map(|file| file.after);
    needs.min().map_or(latest, |after| after.min(latest))
}

/// Whether trimming pays: a baseline costs about as much as it is large, so there must be enough to put into it. This
/// keeps the cost of all trimming proportional to what was ever uploaded.
pub(super) fn is_worthwhile(entries: u64, entry_bytes: u64, baseline_bytes: u64) -> bool {
    entries > 0 && entry_bytes.saturating_add(entries.saturating_mul(ENTRY_BYTES)) >= baseline_bytes / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY_MS: u64 = 86_400_000;
    const MONTH: Duration = Duration::from_secs(30 * 86_400);
    const NOW: OriginTimestamp = OriginTimestamp(100 * DAY_MS);

    fn file(after: u64, days_ago: u64) -> FileNeed {
        FileNeed {
            after: ServerVersion(after),
            is_blank: false,
            is_connected: false,
            last_seen: OriginTimestamp(NOW.0 - days_ago * DAY_MS),
        }
    }

    fn point(files: &[FileNeed]) -> u64 {
        trim_point(files.iter().copied(), ServerVersion(50), NOW, MONTH).0
    }

    #[test]
    fn the_slowest_file_within_the_maximum_offline_time_holds_history_back() {
        assert_eq!(point(&[file(40, 0), file(20, 30), file(30, 2)]), 20);
        assert_eq!(point(&[file(40, 0), file(20, 31), file(30, 2)]), 30);
        assert_eq!(point(&[file(0, 29)]), 0);
    }

    #[test]
    fn without_anybody_who_counts_all_of_it_may_go() {
        assert_eq!(point(&[]), 50);
        assert_eq!(point(&[file(3, 31)]), 50);
        assert_eq!(point(&[file(70, 1)]), 50, "nothing is trimmed that is not there");
    }

    #[test]
    fn who_is_connected_counts_however_long_nothing_was_heard() {
        assert_eq!(point(&[FileNeed { is_connected: true, ..file(5, 90) }]), 5);
    }

    #[test]
    fn a_blank_file_counts_only_while_it_is_connected() {
        let blank = FileNeed { is_blank: true, ..file(0, 0) };
        assert_eq!(point(&[blank, file(7, 0)]), 7);
        assert_eq!(point(&[FileNeed { is_connected: true, ..blank }, file(7, 0)]), 0);
    }

    #[test]
    fn a_file_seen_in_the_future_is_not_away() {
        let ahead = FileNeed { last_seen: OriginTimestamp(NOW.0 + DAY_MS), ..file(9, 0) };
        assert_eq!(point(&[ahead]), 9);
    }

    #[test]
    fn a_little_history_is_not_worth_a_large_baseline() {
        assert!(!is_worthwhile(0, 0, 0));
        assert!(is_worthwhile(1, 0, 0));
        assert!(!is_worthwhile(10, 1_000, 1 << 20));
        assert!(is_worthwhile(1_000, 1 << 19, 1 << 20));
    }
}
