//! Time as an argument: the only place that names a clock, and none is real here.

use std::time::Duration;

use super::version::OriginTimestamp;

/// A monotonic moment, counted from an arbitrary start of the process or the simulated world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(Duration);

impl Instant {
    pub const fn from_start(since_start: Duration) -> Instant {
        Instant(since_start)
    }

    pub const fn since_start(self) -> Duration {
        self.0
    }

    /// Whole milliseconds since the start; what PING carries.
    pub fn as_millis(self) -> i64 {
        i64::try_from(self.0.as_millis()).unwrap_or(i64::MAX)
    }

    pub fn saturating_duration_since(self, earlier: Instant) -> Duration {
        self.0.saturating_sub(earlier.0)
    }
}

impl std::ops::Add<Duration> for Instant {
    type Output = Instant;

    fn add(self, duration: Duration) -> Instant {
        Instant(self.0.saturating_add(duration))
    }
}

/// Source of both times. Real only where `net`, `server` or `ffi` builds one.
pub trait Clock: Send + Sync {
    /// Monotonic time, for timers.
    fn now(&self) -> Instant;

    /// Wall time, for conflict resolution; 0 when the device's clock is before 2015.
    fn origin_timestamp(&self) -> OriginTimestamp;
}
