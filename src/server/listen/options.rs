//! The command line. `docs/SERVER.md`, "Running", explains it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser};
use tracing_subscriber::filter::LevelFilter;

use super::Config;
use crate::server::{Authenticator, Limits, SecretError};

/// Environment variable that may hold the token secret.
const SECRET_VARIABLE: &str = "REALM_SYNC_JWT_SECRET";

/// A self-hosted sync server for realms: one binary, one data folder.
#[derive(Debug, Clone, Parser)]
#[command(name = "realm-sync-server", version)]
pub enum Invocation {
    /// Serve the realms of a data folder until SIGTERM or SIGINT.
    Serve(Options),
}

/// Options of `serve`.
#[derive(Debug, Clone, Args)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one, which is printed.
    #[arg(long, default_value = "127.0.0.1:7800", value_name = "ADDRESS:PORT")]
    pub listen: SocketAddr,
    /// Folder of the realms; made where it is missing, used by one server at a time.
    #[arg(long, value_name = "FOLDER")]
    pub data: PathBuf,
    /// No authentication: everybody may do everything. Listens on loopback only.
    #[arg(long, conflicts_with = "jwt_secret_file")]
    pub dev: bool,
    /// File with the secret that access tokens are signed with (HS256); REALM_SYNC_JWT_SECRET may hold it instead.
    #[arg(long, value_name = "FILE")]
    pub jwt_secret_file: Option<PathBuf>,
    /// What is logged to standard error: off, error, warn, info, debug or trace.
    #[arg(long, default_value = "info", value_name = "LEVEL")]
    pub log: LevelFilter,
    /// Largest message, and largest UPLOAD once inflated.
    #[arg(long, default_value_t = Limits::default().message_bytes, value_name = "BYTES")]
    pub max_message_bytes: usize,
    /// Changeset bytes after which a DOWNLOAD ends.
    #[arg(long, default_value_t = Limits::default().download_bytes, value_name = "BYTES")]
    pub max_download_bytes: usize,
    /// UPLOADs of one connection that may wait for the disk.
    #[arg(long, default_value_t = Limits::default().upload_backlog_bytes, value_name = "BYTES")]
    pub max_upload_backlog_bytes: usize,
    /// Sessions of one connection.
    #[arg(long, default_value_t = Limits::default().sessions_per_connection, value_name = "COUNT")]
    pub max_sessions: usize,
    /// Connections of the server.
    #[arg(long, default_value_t = Limits::default().connections, value_name = "COUNT")]
    pub max_connections: usize,
    /// Time from connecting to a complete upgrade.
    #[arg(long, default_value_t = Limits::default().handshake.as_secs(), value_name = "SECONDS")]
    pub handshake_timeout_s: u64,
    /// Silence after which a connection is closed; clients are heard every minute.
    #[arg(long, default_value_t = Limits::default().idle.as_secs(), value_name = "SECONDS")]
    pub idle_timeout_s: u64,
    /// Time for which a client file may be away, such as 30d, 12h, 90m or 45s; history that only files need which were
    /// away for longer is trimmed, and they must reset.
    #[arg(long, default_value = "30d", value_name = "TIME", value_parser = parse_time)]
    pub max_offline: Duration,
    /// Threads that work on realms.
    #[arg(long, default_value_t = 4, value_name = "COUNT", value_parser = clap::value_parser!(u16).range(1..))]
    pub realm_threads: u16,
}

/// The options do not make a server.
#[derive(Debug, thiserror::Error)]
pub enum OptionsError {
    #[error("say who may connect: --jwt-secret-file FILE (or {SECRET_VARIABLE}), or --dev for development")]
    NoAuthentication,
    #[error("--dev and {SECRET_VARIABLE} exclude each other: unset the variable, or leave out --dev")]
    TwoAuthentications,
    #[error("--dev lets everybody in, so it listens on loopback only: use --listen 127.0.0.1:PORT, not {0}")]
    OpenDevelopment(SocketAddr),
    #[error("cannot read {}: {error}", file.display())]
    SecretFile { file: PathBuf, error: std::io::Error },
    #[error(transparent)]
    Secret(#[from] SecretError),
}

impl Options {
    /// `secret_variable` is the value of REALM_SYNC_JWT_SECRET, which the file overrides.
    pub fn into_config(self, secret_variable: Option<String>) -> Result<Config, OptionsError> {
        let authenticator = match (self.dev, self.jwt_secret_file, secret_variable) {
            (true, _, Some(_)) => return Err(OptionsError::TwoAuthentications),
            (true, _, None) if !self.listen.ip().is_loopback() => {
                return Err(OptionsError::OpenDevelopment(self.listen));
            }
            (true, _, None) => Authenticator::Development,
            (false, Some(file), _) => match std::fs::read(&file) {
                Ok(secret) => Authenticator::with_secret(secret.trim_ascii())?,
                Err(error) => return Err(OptionsError::SecretFile { file, error }),
            },
            (false, None, Some(secret)) => Authenticator::with_secret(secret.as_bytes())?,
            (false, None, None) => return Err(OptionsError::NoAuthentication),
        };
        let limits = Limits {
            message_bytes: self.max_message_bytes,
            download_bytes: self.max_download_bytes,
            upload_backlog_bytes: self.max_upload_backlog_bytes,
            sessions_per_connection: self.max_sessions,
            connections: self.max_connections,
            handshake: Duration::from_secs(self.handshake_timeout_s),
            idle: Duration::from_secs(self.idle_timeout_s),
            max_offline: self.max_offline,
        };
        let realm_threads = usize::from(self.realm_threads);
        Ok(Config { listen: self.listen, data: self.data, authenticator, limits, realm_threads })
    }

    /// The value that [`Options::into_config`] wants.
    pub fn secret_variable() -> Option<String> {
        std::env::var(SECRET_VARIABLE).ok().filter(|secret| !secret.is_empty())
    }
}

/// A whole number of days, hours, minutes or seconds.
fn parse_time(text: &str) -> Result<Duration, String> {
    let unit_s = match text.chars().last() {
        Some('d') => 86_400,
        Some('h') => 3_600,
        Some('m') => 60,
        Some('s') => 1,
        Some(_) | None => return Err("give a unit: 30d, 12h, 90m or 45s".to_owned()),
    };
    let number = text.get(..text.len() - 1).and_then(|number| number.parse::<u64>().ok());
    match number.and_then(|number| number.checked_mul(unit_s)) {
        Some(0) => Err("at least one second, or no client could ever come back".to_owned()),
        Some(seconds) => Ok(Duration::from_secs(seconds)),
        None => Err("give a whole number and a unit: 30d, 12h, 90m or 45s".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_a_unit() {
        for (text, seconds) in [("30d", 2_592_000), ("12h", 43_200), ("90m", 5_400), ("45s", 45)] {
            assert_eq!(parse_time(text), Ok(Duration::from_secs(seconds)));
        }
        for text in ["", "d", "30", "1.5d", "-1d", "+1d ", "30 d", "0s", "30\u{fc}", "999999999999999999d"] {
            assert!(parse_time(text).is_err(), "{text}");
        }
    }
}
