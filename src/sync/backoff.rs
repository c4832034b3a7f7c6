//! When a session tries again: one schedule per session, so that no session waits for another's failures.
//!
//! Rules: `docs/SESSION.md`, "Backoff".

use std::time::Duration;

use crate::value::Instant;

use super::event::Attempts;

/// How long to wait between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first failure.
    pub first_delay: Duration,
    /// No wait is longer.
    pub max_delay: Duration,
    /// Growth from one failure to the next of the same kind.
    pub multiplier: u32,
    /// Up to one part in this many is taken off at random; 0 takes nothing off.
    pub jitter_divisor: u32,
}

impl Default for Backoff {
    fn default() -> Self {
        Backoff {
            first_delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(300),
            multiplier: 2,
            jitter_divisor: 4,
        }
    }
}

/// Kinds of failure; a failure of another kind starts again at the first delay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    ConnectFailed,
    ConnectTimeout,
    HttpRefused,
    ReadOrWrite,
    ProtocolViolation,
    PongTimeout,
    ServerSaidLater,
    ServerSaidNo,
    /// A session error of this wire code.
    Session(u32),
    /// The local file could not take or give data.
    Store,
    /// The host gave no access token, or none that the server accepts.
    Token,
}

/// The attempts of one session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Attempt {
    /// At once on the application's word, also where the host says that there is no network.
    Urged,
    /// At once, or as soon as the connection is up.
    Due,
    /// Not before this moment.
    At(Instant),
    /// Not before the host asks: `start`, `reconnect`, a new token.
    Held,
}

#[derive(Debug, Clone)]
pub(super) struct Schedule {
    pub attempt: Attempt,
    last: Option<(FailureKind, Duration)>,
    failures: u32,
}

impl Schedule {
    pub fn new() -> Schedule {
        Schedule { attempt: Attempt::Due, last: None, failures: 0 }
    }

    /// Forgets every failure: a new token, or a session that works.
    pub fn reset(&mut self) {
        *self = Schedule::new();
    }

    /// Forgets every failure, and attempts at once whatever the host says of the network: `start` and `reconnect`.
    pub fn urge(&mut self) {
        *self = Schedule { attempt: Attempt::Urged, ..Schedule::new() };
    }

    /// The network is back: forgets the failures that it may have caused, and attempts at once.
    pub fn forgive_network(&mut self) {
        match self.attempt {
            Attempt::At(_) if !self.waits_by_itself() => self.reset(),
            Attempt::At(_) | Attempt::Urged | Attempt::Due | Attempt::Held => {}
        }
    }

    /// Whether the last failure has nothing to do with the network: the session's own error, or its server's word.
    fn waits_by_itself(&self) -> bool {
        match self.last {
            Some((FailureKind::Session(_) | FailureKind::Store | FailureKind::ServerSaidNo, _)) => true,
            Some((
                FailureKind::ConnectFailed
                | FailureKind::ConnectTimeout
                | FailureKind::HttpRefused
                | FailureKind::ReadOrWrite
                | FailureKind::ProtocolViolation
                | FailureKind::PongTimeout
                | FailureKind::ServerSaidLater
                | FailureKind::Token,
                _,
            ))
            | None => false,
        }
    }

    pub fn attempts(&self) -> Attempts {
        let next = match self.attempt {
            Attempt::At(at) => Some(at),
            Attempt::Urged | Attempt::Due | Attempt::Held => None,
        };
        Attempts { failures: self.failures, next }
    }

    /// Whether the attempt is made whatever the host says of the network.
    pub fn is_urged(&self) -> bool {
        match self.attempt {
            Attempt::Urged => true,
            Attempt::Due | Attempt::At(_) | Attempt::Held => false,
        }
    }

    pub fn hold(&mut self) {
        self.attempt = Attempt::Held;
    }

    pub fn is_due(&self, now: Instant) -> bool {
        match self.attempt {
            Attempt::Urged | Attempt::Due => true,
            Attempt::At(at) => at <= now,
            Attempt::Held => false,
        }
    }

    /// The socket is open: waiting for it is over. A session that waits after an error of its own, or
    /// because the server told it to keep away, goes on waiting.
    pub fn join_open_socket(&mut self) {
        match self.attempt {
            Attempt::At(_) if !self.waits_by_itself() => self.attempt = Attempt::Due,
            Attempt::At(_) | Attempt::Urged | Attempt::Due | Attempt::Held => {}
        }
    }

    /// The attempt is made now; failures are remembered until the session works.
    pub fn take_up(&mut self) {
        self.attempt = Attempt::Due;
    }

    /// Plans the next attempt. `random` is uniform over all of `u64`.
    pub fn fail(&mut self, now: Instant, kind: FailureKind, backoff: &Backoff, random: u64) {
        let delay = match self.last {
            Some((last, delay)) if last == kind => (delay.saturating_mul(backoff.multiplier)).min(backoff.max_delay),
            Some(_) | None => backoff.first_delay.min(backoff.max_delay),
        };
        self.last = Some((kind, delay));
        self.failures = self.failures.saturating_add(1);
        self.attempt = Attempt::At(now + delay.saturating_sub(jitter(delay, backoff.jitter_divisor, random)));
    }
}

fn jitter(delay: Duration, divisor: u32, random: u64) -> Duration {
    let most = match divisor {
        0 => Duration::ZERO,
        divisor => delay / divisor,
    };
    let most_ns = u64::try_from(most.as_nanos()).unwrap_or(u64::MAX);
    Duration::from_nanos(((u128::from(most_ns) * u128::from(random)) >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delays(kinds: &[FailureKind], random: u64) -> Vec<u64> {
        let (mut schedule, now, backoff) = (Schedule::new(), Instant::default(), Backoff::default());
        kinds
            .iter()
            .map(|&kind| {
                schedule.fail(now, kind, &backoff, random);
                match schedule.attempt {
                    Attempt::At(at) => at.saturating_duration_since(now).as_millis() as u64,
                    Attempt::Urged | Attempt::Due | Attempt::Held => panic!("a failure plans a moment"),
                }
            })
            .collect()
    }

    #[test]
    fn delays_double_up_to_the_maximum() {
        assert_eq!(
            delays(&[FailureKind::ConnectFailed; 11], 0),
            [1000, 2000, 4000, 8000, 16000, 32000, 64000, 128_000, 256_000, 300_000, 300_000]
        );
    }

    #[test]
    fn another_kind_of_failure_starts_again() {
        use FailureKind::{ConnectFailed, PongTimeout};
        assert_eq!(delays(&[ConnectFailed, ConnectFailed, PongTimeout, ConnectFailed], 0), [1000, 2000, 1000, 1000]);
    }

    #[test]
    fn jitter_takes_off_at_most_a_quarter() {
        assert_eq!(delays(&[FailureKind::ConnectFailed; 2], u64::MAX), [750, 1500]);
    }
}
