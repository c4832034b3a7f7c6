//! The body of LOG_MESSAGE (`docs/PROTOCOL.md`, "LOG_MESSAGE").

use serde::{Deserialize, Serialize};

use super::json_error::to_json;

/// Text for the client's log, and the name the server gave the connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LogMessageBody {
    /// Adopted once per connection.
    pub connection_id: Option<String>,
    /// Absent means [`LogLevel::Debug`].
    pub level: Option<LogLevel>,
    /// Nothing is logged without a text.
    pub text: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogLevel {
    Fatal,
    Error,
    Warn,
    Info,
    Detail,
    Debug,
    Trace,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogBodyError {
    #[error("the body of LOG_MESSAGE is no JSON object of the expected form: {detail}")]
    Malformed { detail: String },
    #[error("LOG_MESSAGE has a text of the unknown level `{level}`")]
    UnknownLevel { level: String },
}

impl LogMessageBody {
    /// Unknown keys are ignored, and so is an unknown level where there is no text.
    pub fn decode(json: &[u8]) -> Result<LogMessageBody, LogBodyError> {
        let wire: Wire =
            serde_json::from_slice(json).map_err(|error| LogBodyError::Malformed { detail: error.to_string() })?;
        let level = match wire.level {
            Some(level) => match LogLevel::from_text(&level) {
                Some(known) => Some(known),
                None if wire.msg.as_ref().is_none_or(String::is_empty) => None,
                None => return Err(LogBodyError::UnknownLevel { level }),
            },
            None => None,
        };
        Ok(LogMessageBody { connection_id: wire.co_id, level, text: wire.msg })
    }

    pub fn encode(&self) -> String {
        let level = self.level.map(|level| level.text().to_owned());
        to_json(&Wire { co_id: self.connection_id.clone(), level, msg: self.text.clone() })
    }
}

impl LogLevel {
    const ALL: [LogLevel; 7] = [
        LogLevel::Fatal,
        LogLevel::Error,
        LogLevel::Warn,
        LogLevel::Info,
        LogLevel::Detail,
        LogLevel::Debug,
        LogLevel::Trace,
    ];

    pub fn text(self) -> &'static str {
        match self {
            LogLevel::Fatal => "fatal",
            LogLevel::Error => "error",
            LogLevel::Warn => "warn",
            LogLevel::Info => "info",
            LogLevel::Detail => "detail",
            LogLevel::Debug => "debug",
            LogLevel::Trace => "trace",
        }
    }

    pub fn from_text(text: &str) -> Option<LogLevel> {
        LogLevel::ALL.into_iter().find(|level| level.text() == text)
    }
}

#[derive(Serialize, Deserialize)]
struct Wire {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    co_id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    msg: Option<String>,
}
