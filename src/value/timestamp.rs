//! Timestamps: seconds and nanoseconds from the Unix epoch, both of one sign.

/// A point in time; `nanoseconds` has the sign of `seconds` and is less than 10^9 in magnitude.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Timestamp {
    seconds: i64,
    nanoseconds: i32,
}

impl Timestamp {
    pub const NANOSECONDS_PER_SECOND: i32 = 1_000_000_000;

    /// `None` when the nanoseconds are a second or more, or of the other sign than the seconds.
    pub fn new(seconds: i64, nanoseconds: i32) -> Option<Timestamp> {
        let in_range = nanoseconds.unsigned_abs() < Self::NANOSECONDS_PER_SECOND as u32;
        let one_sign = seconds == 0 || nanoseconds == 0 || (seconds < 0) == (nanoseconds < 0);
        (in_range && one_sign).then_some(Timestamp { seconds, nanoseconds })
    }

    pub fn seconds(self) -> i64 {
        self.seconds
    }

    pub fn nanoseconds(self) -> i32 {
        self.nanoseconds
    }
}
