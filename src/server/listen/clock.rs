//! The machine's clock.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::value::{Clock, Instant, OriginTimestamp};

#[derive(Debug, Clone, Copy)]
pub struct SystemClock {
    start: std::time::Instant,
}

impl SystemClock {
    pub fn start() -> SystemClock {
        SystemClock { start: std::time::Instant::now() }
    }

    /// The same moment for the runtime's timers.
    pub(super) fn to_tokio(self, at: Instant) -> tokio::time::Instant {
        tokio::time::Instant::from_std(self.start + at.since_start())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::from_start(self.start.elapsed())
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        let unix_ms = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_millis());
        u64::try_from(unix_ms).ok().and_then(OriginTimestamp::from_unix_ms).unwrap_or_default()
    }
}
