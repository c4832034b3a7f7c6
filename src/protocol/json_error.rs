//! Bodies of JSON_ERROR (`docs/PROTOCOL.md`, "JSON_ERROR").

use serde::{Deserialize, Serialize};

use super::{Action, ErrorCode, RejectedKeyError, RejectedUpdate};
use crate::value::{ClientVersion, ServerVersion};

/// The body of a server's JSON_ERROR.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonErrorBody {
    pub message: String,
    pub try_again: bool,
    pub action: Action,
    pub log_url: String,
    pub should_client_reset: bool,
    pub is_recovery_mode_disabled: bool,
    pub backoff: Option<BackoffHint>,
    /// Goes with [`ErrorCode::MigrateToFlx`].
    pub partition_query: Option<String>,
    /// Goes with [`ErrorCode::SchemaVersionChanged`].
    pub previous_schema_version: Option<u64>,
    pub compensating_writes: Option<CompensatingWrites>,
}

/// Back-off values the server asks for, in place of the client's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BackoffHint {
    pub interval_sec: u32,
    pub max_delay_sec: u32,
    pub multiplier: u32,
}

/// Writes the server did not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompensatingWrites {
    pub rejected_client_version: ClientVersion,
    /// The server version that undoes them; absent where the writes were refused outright.
    pub server_version: Option<ServerVersion>,
    pub rejected_updates: Vec<RejectedUpdate>,
}

/// A JSON_ERROR's body is not what its code demands.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ErrorBodyError {
    #[error("the body of JSON_ERROR is no JSON object of the expected form: {detail}")]
    Malformed { detail: String },
    #[error("the body of JSON_ERROR lacks `{key}`")]
    Missing { key: &'static str },
    #[error("a rejected update in JSON_ERROR names no valid key: {0}")]
    RejectedKey(#[from] RejectedKeyError),
}

impl JsonErrorBody {
    /// What the table says about the code, with its default text where `message` is empty.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> JsonErrorBody {
        let message = Some(message.into()).filter(|message| !message.is_empty()).unwrap_or_else(|| code.text());
        let (action, try_again) =
            code.rule().map_or((Action::ApplicationBug, false), |rule| (rule.action, rule.try_again));
        JsonErrorBody {
            message,
            try_again,
            action,
            log_url: String::new(),
            should_client_reset: matches!(action, Action::ClientReset | Action::ClientResetNoRecovery),
            is_recovery_mode_disabled: action == Action::ClientResetNoRecovery,
            backoff: None,
            partition_query: None,
            previous_schema_version: None,
            compensating_writes: None,
        }
    }

    /// Reads the body that came with `code`. Unknown keys are ignored, an unknown action is [`Action::ApplicationBug`].
    pub fn decode(code: ErrorCode, json: &[u8]) -> Result<JsonErrorBody, ErrorBodyError> {
        let mut wire: Wire =
            serde_json::from_slice(json).map_err(|error| ErrorBodyError::Malformed { detail: error.to_string() })?;
        let backoff = wire.backoff()?;
        let compensating_writes = wire.take_compensating_writes()?;
        let body = JsonErrorBody {
            message: wire.message,
            try_again: wire.try_again,
            action: Action::from_text(&wire.action),
            log_url: wire.log_url,
            should_client_reset: wire.should_client_reset,
            is_recovery_mode_disabled: wire.is_recovery_mode_disabled,
            backoff,
            partition_query: wire.partition_query.filter(|query| !query.is_empty()),
            previous_schema_version: wire.previous_schema_version,
            compensating_writes,
        };
        match body.missing_for(code) {
            Some(key) => Err(ErrorBodyError::Missing { key }),
            None => Ok(body),
        }
    }

    /// The key that this code demands and the body lacks.
    fn missing_for(&self, code: ErrorCode) -> Option<&'static str> {
        let demands = |code_of_key, is_missing: bool, key| (code == code_of_key && is_missing).then_some(key);
        let writes = self.compensating_writes.as_ref();
        demands(ErrorCode::MigrateToFlx, self.partition_query.is_none(), "partitionQuery")
            .or(demands(
                ErrorCode::SchemaVersionChanged,
                self.previous_schema_version.is_none(),
                "previousSchemaVersion",
            ))
            .or(demands(ErrorCode::CompensatingWrite, writes.is_none(), "rejectedUpdates"))
            .or(demands(
                ErrorCode::CompensatingWrite,
                writes.is_some_and(|writes| writes.server_version.is_none()),
                "compensatingWriteServerVersion",
            ))
    }

    /// JSON with all six mandatory keys.
    pub fn encode(&self) -> String {
        let writes = self.compensating_writes.as_ref();
        let wire = Wire {
            message: self.message.clone(),
            try_again: self.try_again,
            log_url: self.log_url.clone(),
            should_client_reset: self.should_client_reset,
            is_recovery_mode_disabled: self.is_recovery_mode_disabled,
            action: self.action.text().to_owned(),
            backoff_interval_sec: self.backoff.map(|backoff| backoff.interval_sec),
            backoff_max_delay_sec: self.backoff.map(|backoff| backoff.max_delay_sec),
            backoff_multiplier: self.backoff.map(|backoff| backoff.multiplier),
            partition_query: self.partition_query.clone(),
            previous_schema_version: self.previous_schema_version,
            rejected_updates: writes
                .map(|writes| writes.rejected_updates.iter().map(WireUpdate::from_update).collect()),
            rejected_client_version: writes.map(|writes| writes.rejected_client_version.0),
            compensating_write_server_version: writes.and_then(|writes| writes.server_version.map(|version| version.0)),
        };
        to_json(&wire)
    }
}

/// Plain structs of strings, numbers and lists always serialize; an empty object stands in for the impossible case.
pub(super) fn to_json(wire: &impl Serialize) -> String {
    serde_json::to_string(wire).unwrap_or_else(|_| "{}".to_owned())
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Wire {
    message: String,
    try_again: bool,
    #[serde(rename = "logURL")]
    log_url: String,
    should_client_reset: bool,
    is_recovery_mode_disabled: bool,
    action: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backoff_interval_sec: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backoff_max_delay_sec: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    backoff_multiplier: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    partition_query: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    previous_schema_version: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected_updates: Option<Vec<WireUpdate>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    rejected_client_version: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    compensating_write_server_version: Option<u64>,
}

impl Wire {
    fn backoff(&self) -> Result<Option<BackoffHint>, ErrorBodyError> {
        let Some(interval_sec) = self.backoff_interval_sec else { return Ok(None) };
        let max_delay_sec = self.backoff_max_delay_sec.ok_or(ErrorBodyError::Missing { key: "backoffMaxDelaySec" })?;
        let multiplier = self.backoff_multiplier.ok_or(ErrorBodyError::Missing { key: "backoffMultiplier" })?;
        Ok(Some(BackoffHint { interval_sec, max_delay_sec, multiplier }))
    }

    fn take_compensating_writes(&mut self) -> Result<Option<CompensatingWrites>, ErrorBodyError> {
        let Some(updates) = self.rejected_updates.take() else { return Ok(None) };
        let rejected_client_version =
            self.rejected_client_version.ok_or(ErrorBodyError::Missing { key: "rejectedClientVersion" })?;
        Ok(Some(CompensatingWrites {
            rejected_client_version: ClientVersion(rejected_client_version),
            server_version: self.compensating_write_server_version.map(ServerVersion),
            rejected_updates: updates.into_iter().map(WireUpdate::into_update).collect::<Result<_, _>>()?,
        }))
    }
}

#[derive(Serialize, Deserialize)]
struct WireUpdate {
    reason: String,
    table: String,
    pk: String,
}

impl WireUpdate {
    fn from_update(update: &RejectedUpdate) -> WireUpdate {
        WireUpdate { reason: update.reason.clone(), table: update.class.clone(), pk: update.key_text() }
    }

    fn into_update(self) -> Result<RejectedUpdate, RejectedKeyError> {
        RejectedUpdate::from_key_text(self.reason, self.table, &self.pk)
    }
}

/// The body of a client's JSON_ERROR.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientErrorBody {
    pub message: String,
}

impl ClientErrorBody {
    pub fn decode(json: &[u8]) -> Result<ClientErrorBody, ErrorBodyError> {
        serde_json::from_slice(json).map_err(|error| ErrorBodyError::Malformed { detail: error.to_string() })
    }

    pub fn encode(&self) -> String {
        to_json(self)
    }
}
