//! Options of a client and of a session. What is out of range is an error that names the limit; nothing is ignored.

use std::sync::Arc;
use std::time::Duration;

use crate::sync::{Backoff, SessionError, Timing};

use super::reset_config::ResetConfig;
use super::user::User;

/// Options of a client (`docs/SESSION.md`, "Options").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientConfig {
    pub connect_timeout: Duration,
    /// How long a socket is kept after its last session was closed; stopped sessions give it up at once.
    pub linger: Duration,
    pub ping_period: Duration,
    pub pong_timeout: Duration,
    pub backoff: Backoff,
    /// Whether sessions of one server and user share a connection.
    pub multiplex: bool,
    /// Put behind the library's own name in the upgrade request.
    pub user_agent: String,
}

impl Default for ClientConfig {
    fn default() -> Self {
        ClientConfig {
            connect_timeout: Duration::from_secs(120),
            linger: Duration::from_secs(30),
            ping_period: Duration::from_secs(60),
            pong_timeout: Duration::from_secs(120),
            backoff: Backoff::default(),
            multiplex: true,
            user_agent: String::new(),
        }
    }
}

/// An option that is out of range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    #[error("{option} must be between {least_ms} and {most_ms} milliseconds")]
    Duration { option: &'static str, least_ms: u64, most_ms: u64 },
    #[error("the backoff's maximum delay must not be less than its first delay")]
    BackoffOrder,
    #[error("the backoff's multiplier must be between 1 and 100")]
    Multiplier,
    #[error("the user agent must be at most 1,024 visible ASCII characters and spaces")]
    UserAgent,
}

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

impl ClientConfig {
    /// Names the first option that is out of range.
    pub fn validate(&self) -> Result<(), ConfigError> {
        duration("connect_timeout", self.connect_timeout, 1)?;
        duration("linger", self.linger, 0)?;
        duration("ping_period", self.ping_period, 100)?;
        duration("pong_timeout", self.pong_timeout, 100)?;
        duration("backoff first delay", self.backoff.first_delay, 1)?;
        duration("backoff maximum delay", self.backoff.max_delay, 1)?;
        if self.backoff.max_delay < self.backoff.first_delay {
            return Err(ConfigError::BackoffOrder);
        }
        if !(1..=100).contains(&self.backoff.multiplier) {
            return Err(ConfigError::Multiplier);
        }
        let visible = self.user_agent.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if !visible || self.user_agent.len() > 1024 {
            return Err(ConfigError::UserAgent);
        }
        Ok(())
    }

    pub(super) fn timing(&self) -> Timing {
        Timing {
            connect_timeout: self.connect_timeout,
            linger: self.linger,
            ping_period: self.ping_period,
            pong_timeout: self.pong_timeout,
            backoff: self.backoff,
        }
    }
}

fn duration(option: &'static str, value: Duration, least_ms: u64) -> Result<(), ConfigError> {
    let in_range = value >= Duration::from_millis(least_ms) && value <= Duration::from_millis(DAY_MS);
    in_range.then_some(()).ok_or(ConfigError::Duration { option, least_ms, most_ms: DAY_MS })
}

/// What becomes of a session when its last handle goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StopPolicy {
    /// It ends; unsent writes stay in the file and go up after the next open.
    Immediately,
    /// It goes on until everything is acknowledged, at most this long.
    AfterUpload { deadline: Duration },
}

impl Default for StopPolicy {
    fn default() -> Self {
        StopPolicy::AfterUpload { deadline: Duration::from_secs(30) }
    }
}

/// Told of every error of a session, on the dispatcher thread.
pub type ErrorCallback = Arc<dyn Fn(&SessionError) + Send + Sync>;

/// What a realm is synchronised with.
#[derive(Clone)]
pub struct SyncConfig {
    pub user: User,
    /// `ws://host:port/path`; `docs/PROTOCOL.md`, "Endpoint".
    pub url: String,
    /// Names the realm on the server: 1 to 1,024 bytes.
    pub partition: String,
    pub stop_policy: StopPolicy,
    /// Whether the session uses a network that the host says is metered.
    pub syncs_while_metered: bool,
    pub on_error: Option<ErrorCallback>,
    pub reset: ResetConfig,
}
