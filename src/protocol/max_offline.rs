//! How long a client file may be away, which a server tells in its answer to the HTTP upgrade
//! (`docs/PROTOCOL.md`, "Maximum offline time").

use std::time::Duration;

/// Name of the header; clients that do not know it ignore it.
pub const MAX_OFFLINE_HEADER: &str = "Realm-Sync-Max-Offline-Seconds";

/// The header's value: whole seconds.
pub fn format_max_offline(max_offline: Duration) -> String {
    max_offline.as_secs().to_string()
}

/// `None` for anything but a decimal number of seconds.
pub fn parse_max_offline(value: &str) -> Option<Duration> {
    let digits = value.trim_matches([' ', '\t']);
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse().ok()).flatten().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_as_it_was_told() {
        for seconds in [0, 1, 2_592_000, u64::MAX] {
            let limit = Duration::from_secs(seconds);
            assert_eq!(parse_max_offline(&format_max_offline(limit)), Some(limit));
        }
        assert_eq!(parse_max_offline(" 60\t"), Some(Duration::from_secs(60)));
    }

    #[test]
    fn what_is_no_number_of_seconds_is_no_limit() {
        for value in ["", "-1", "+1", "1.5", "30d", "1 2", "99999999999999999999"] {
            assert_eq!(parse_max_offline(value), None, "{value:?}");
        }
    }
}
