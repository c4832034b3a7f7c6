//! Time that stands still until the world moves it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;
use std::time::Duration;

use realm_sync::value::{Clock, Instant, OriginTimestamp};

/// The moment at which virtual time starts, in seconds from 1970.
pub const START_S: u64 = 1_420_070_400 + TEN_YEARS_S;
/// From the first origin timestamp that there is, so that clocks may be wrong by much.
const TEN_YEARS_S: u64 = 10 * 365 * 86_400;

/// The world's time, and every clock made from it.
#[derive(Clone, Default)]
pub struct WorldTime {
    now_ns: Arc<AtomicU64>,
}

impl WorldTime {
    pub fn now(&self) -> Instant {
        Instant::from_start(Duration::from_nanos(self.now_ns.load(Ordering::Relaxed)))
    }

    pub fn advance_to(&self, at: Instant) {
        let at_ns = u64::try_from(at.since_start().as_nanos()).unwrap();
        assert!(at_ns >= self.now_ns.load(Ordering::Relaxed), "time does not run backwards");
        self.now_ns.store(at_ns, Ordering::Relaxed);
    }

    /// A device's clock, wrong by so much.
    pub fn clock(&self, skew_ms: i64) -> Arc<dyn Clock> {
        Arc::new(SkewedClock { time: self.clone(), skew_ms })
    }
}

struct SkewedClock {
    time: WorldTime,
    skew_ms: i64,
}

impl Clock for SkewedClock {
    fn now(&self) -> Instant {
        self.time.now()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        let now_ms = u64::try_from(self.time.now().since_start().as_millis()).unwrap();
        OriginTimestamp((TEN_YEARS_S * 1000 + now_ms).saturating_add_signed(self.skew_ms))
    }
}

/// A device's clock whose stamps are given; its instants are the world's.
pub struct StampClock {
    time: WorldTime,
    timestamp: AtomicU64,
}

impl StampClock {
    pub fn new(time: &WorldTime) -> Arc<StampClock> {
        Arc::new(StampClock { time: time.clone(), timestamp: AtomicU64::new(0) })
    }

    pub fn set(&self, timestamp: u64) {
        self.timestamp.store(timestamp, Ordering::Relaxed);
    }
}

impl Clock for StampClock {
    fn now(&self) -> Instant {
        self.time.now()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        OriginTimestamp(self.timestamp.load(Ordering::Relaxed))
    }
}
