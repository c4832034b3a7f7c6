//! PING and PONG: finds dead connections, and measures the round trip.
//!
//! Rules: `docs/SESSION.md`, "Keep-alive".

use std::time::Duration;

use crate::value::Instant;

use super::random::Random;

#[derive(Debug)]
enum State {
    /// The next PING goes out at this moment.
    Waiting { ping_at: Instant },
    /// A PING is due or sent; its PONG must arrive by `pong_by`.
    Pinging { sent: Option<Instant>, pong_by: Instant },
}

#[derive(Debug)]
pub(super) struct KeepAlive {
    period: Duration,
    timeout: Duration,
    last_round_trip: Duration,
    state: State,
}

/// The PONG answers no PING of ours.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct UnexpectedPong;

impl KeepAlive {
    /// The first PING comes at a random moment within the period, so that a crowd of clients spreads.
    pub fn new(now: Instant, period: Duration, timeout: Duration, random: &mut Random) -> KeepAlive {
        let first = random.below(u64::try_from(period.as_millis()).unwrap_or(u64::MAX));
        KeepAlive {
            period,
            timeout,
            last_round_trip: Duration::ZERO,
            state: State::Waiting { ping_at: now + Duration::from_millis(first) },
        }
    }

    /// Asks for a PING at once, to find out whether a silent connection still lives.
    pub fn hurry(&mut self, now: Instant) {
        match self.state {
            State::Waiting { .. } => self.state = State::Waiting { ping_at: now },
            State::Pinging { .. } => {}
        }
    }

    /// Whether the PONG is overdue.
    pub fn handle_timeout(&mut self, now: Instant) -> bool {
        match self.state {
            State::Waiting { ping_at } if ping_at <= now => {
                self.state = State::Pinging { sent: None, pong_by: now + self.timeout };
                false
            }
            State::Waiting { .. } => false,
            State::Pinging { pong_by, .. } => pong_by <= now,
        }
    }

    /// Timestamp and last round trip of a PING that is due now.
    pub fn poll_ping(&mut self, now: Instant) -> Option<(i64, i64)> {
        match &mut self.state {
            State::Pinging { sent: sent @ None, .. } => {
                *sent = Some(now);
                let round_trip = i64::try_from(self.last_round_trip.as_millis()).unwrap_or(i64::MAX);
                Some((now.as_millis(), round_trip))
            }
            State::Waiting { .. } | State::Pinging { sent: Some(_), .. } => None,
        }
    }

    pub fn handle_pong(&mut self, now: Instant, timestamp: i64, random: &mut Random) -> Result<(), UnexpectedPong> {
        match self.state {
            State::Pinging { sent: Some(sent), .. } if sent.as_millis() == timestamp => {
                self.last_round_trip = now.saturating_duration_since(sent);
                let period_ms = u64::try_from(self.period.as_millis()).unwrap_or(u64::MAX);
                let less = Duration::from_millis(random.below(period_ms / 10)) + self.last_round_trip;
                self.state = State::Waiting { ping_at: now + self.period.saturating_sub(less) };
                Ok(())
            }
            State::Pinging { .. } | State::Waiting { .. } => Err(UnexpectedPong),
        }
    }

    pub fn timeout(&self) -> Instant {
        match self.state {
            State::Waiting { ping_at } => ping_at,
            State::Pinging { pong_by, .. } => pong_by,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PERIOD: Duration = Duration::from_secs(60);
    const TIMEOUT: Duration = Duration::from_secs(120);

    #[test]
    fn a_ping_without_pong_is_overdue_after_the_timeout() {
        let mut random = Random::new(1);
        let mut keepalive = KeepAlive::new(Instant::default(), PERIOD, TIMEOUT, &mut random);
        let due = keepalive.timeout();
        assert!(due <= Instant::default() + PERIOD);
        assert_eq!(keepalive.poll_ping(due), None);
        assert!(!keepalive.handle_timeout(due));
        assert_eq!(keepalive.poll_ping(due), Some((due.as_millis(), 0)));
        assert_eq!(keepalive.timeout(), due + TIMEOUT);
        assert!(keepalive.handle_timeout(due + TIMEOUT));
    }

    #[test]
    fn only_the_pong_of_the_outstanding_ping_is_accepted() {
        let mut random = Random::new(1);
        let mut keepalive = KeepAlive::new(Instant::default(), PERIOD, TIMEOUT, &mut random);
        assert_eq!(keepalive.handle_pong(Instant::default(), 0, &mut random), Err(UnexpectedPong));
        let due = keepalive.timeout();
        keepalive.handle_timeout(due);
        let (timestamp, _) = keepalive.poll_ping(due).unwrap();
        assert_eq!(keepalive.handle_pong(due, timestamp + 1, &mut random), Err(UnexpectedPong));
        assert_eq!(keepalive.handle_pong(due, timestamp, &mut random), Ok(()));
        assert!(keepalive.timeout() <= due + PERIOD);
        assert!(keepalive.timeout() >= due + PERIOD.mul_f32(0.9));
    }
}
