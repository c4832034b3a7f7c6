//! The real clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::value::{Clock, Instant, OriginTimestamp};

/// Monotonic and wall time of this device. The moment 0 is when the clock was made.
#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    pub fn start() -> SystemClock {
        SystemClock { start: std::time::Instant::now() }
    }

    pub(super) fn to_tokio(self, at: Instant) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.start + at.since_start())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_start(self.start.elapsed())
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let unix_ms = u64::try_from(since_epoch.as_millis()).unwrap_or(u64::MAX);
        OriginTimestamp::from_unix_ms(unix_ms).unwrap_or_default()
    }
}
