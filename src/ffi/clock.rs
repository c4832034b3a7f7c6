//! The real clock, for realms that are opened through this interface.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::value::{Clock, Instant, OriginTimestamp};

/// Monotonic time since it was made, and the system's wall time.
pub(super) struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    pub(super) fn new() -> SystemClock {
        SystemClock { start: std::time::Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_start(self.start.elapsed())
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        let unix_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        OriginTimestamp::from_unix_ms(u64::try_from(unix_ms).unwrap_or(u64::MAX)).unwrap_or_default()
    }
}
