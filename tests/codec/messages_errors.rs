//! Error codes, what each means and asks for, and the bodies that carry them.

use std::collections::HashSet;

use realm_sync::protocol::{
    Action, BackoffHint, ClientErrorBody, ClientFailure, CompensatingWrites, Consequence, ErrorBodyError, ErrorCode,
    JsonErrorBody, Level, LogBodyError, LogLevel, LogMessageBody, RejectedUpdate, Sending, ServerMessage, Status,
};
use realm_sync::value::{ClientVersion, PrimaryKey, ServerVersion, SessionIdent};

#[test]
fn the_table_has_one_line_for_each_code() {
    let numbers: HashSet<u32> = ErrorCode::rules().iter().map(|rule| rule.number).collect();
    let expected: HashSet<u32> = (100..=114).chain(200..=236).collect();
    assert_eq!(numbers, expected);
    assert_eq!(ErrorCode::rules().len(), numbers.len());
    for rule in ErrorCode::rules() {
        assert_eq!(ErrorCode::from_number(rule.number), rule.code);
        assert_eq!(rule.code.number(), rule.number);
        assert_eq!(rule.level == Level::Session, rule.number >= 200, "{}", rule.code);
        assert!(!rule.text.is_empty() && !rule.name.is_empty());
    }
}

#[test]
fn codes_that_end_a_client_process_are_never_sent() {
    for number in [104, 202, 203, 205, 207, 214, 215, 218, 219, 220, 221, 224] {
        assert_eq!(ErrorCode::from_number(number).rule().unwrap().sending, Sending::Never, "{number}");
    }
    for number in [231, 232, 236] {
        assert_eq!(ErrorCode::from_number(number).rule().unwrap().sending, Sending::JsonOnly, "{number}");
    }
}

#[test]
fn codes_of_lost_history_ask_for_a_client_reset() {
    for number in [208, 209, 210, 211, 217, 222] {
        let code = ErrorCode::from_number(number);
        assert_eq!(code.status(), Status::SyncClientResetRequired, "{number}");
        let body = JsonErrorBody::new(code, "");
        assert_eq!((body.action, body.should_client_reset, body.try_again), (Action::ClientReset, true, false));
        assert_eq!(body.message, code.text());
    }
}

#[test]
fn codes_fit_the_level_they_belong_to() {
    let (connection, session) = (SessionIdent(0), SessionIdent(3));
    assert!(ErrorCode::BadSyntax.fits(connection) && !ErrorCode::BadSyntax.fits(session));
    assert!(ErrorCode::BadChangeset.fits(session) && !ErrorCode::BadChangeset.fits(connection));
    let unknown = ErrorCode::from_number(299);
    assert_eq!(unknown, ErrorCode::Unknown(299));
    assert!(unknown.fits(session) && !unknown.fits(connection));
    assert_eq!(unknown.status(), Status::UnknownError);
}

#[test]
fn statuses_have_the_documented_numbers() {
    for (code, status, number) in [
        (ErrorCode::ConnectionClosed, Status::ConnectionClosed, 1030),
        (ErrorCode::OtherError, Status::RuntimeError, 1000),
        (ErrorCode::BadSyntax, Status::SyncProtocolInvariantFailed, 1038),
        (ErrorCode::SwitchToPbs, Status::WrongSyncType, 1043),
        (ErrorCode::IllegalRealmPath, Status::BadSyncPartitionValue, 1029),
        (ErrorCode::PermissionDenied, Status::SyncPermissionDenied, 1037),
        (ErrorCode::BadChangeset, Status::BadChangeset, 1015),
        (ErrorCode::UserMismatch, Status::SyncUserMismatch, 1041),
        (ErrorCode::InvalidSchemaChange, Status::InvalidSchemaChange, 2019),
        (ErrorCode::BadQuery, Status::InvalidSubscriptionQuery, 1031),
        (ErrorCode::ServerPermissionsChanged, Status::SyncServerPermissionsChanged, 1040),
        (ErrorCode::InitialSyncNotCompleted, Status::ConnectionClosed, 1030),
        (ErrorCode::WriteNotAllowed, Status::SyncWriteNotAllowed, 1044),
        (ErrorCode::CompensatingWrite, Status::SyncCompensatingWrite, 1033),
        (ErrorCode::BadSchemaVersion, Status::SyncSchemaMigrationError, 1046),
    ] {
        assert_eq!((code.status(), code.status().number()), (status, number));
        assert_eq!(status.name(), status.to_string());
    }
}

#[test]
fn actions_have_the_documented_texts() {
    for action in Action::ALL {
        assert_eq!(Action::from_text(action.text()), action);
    }
    assert_eq!(Action::MigrateToFlx.text(), "MigrateToFLX");
    assert_eq!(Action::RevertToPbs.text(), "RevertToPBS");
    assert_eq!(Action::from_text("BackupRealm"), Action::ApplicationBug);
}

const MANDATORY: [&str; 6] = ["message", "tryAgain", "action", "logURL", "shouldClientReset", "isRecoveryModeDisabled"];

fn json_of(body: &JsonErrorBody) -> serde_json::Map<String, serde_json::Value> {
    serde_json::from_str(&body.encode()).unwrap()
}

fn decode(code: ErrorCode, json: &serde_json::Map<String, serde_json::Value>) -> Result<JsonErrorBody, ErrorBodyError> {
    JsonErrorBody::decode(code, serde_json::to_string(json).unwrap().as_bytes())
}

#[test]
fn each_of_the_six_mandatory_keys_is_written_and_demanded() {
    let code = ErrorCode::BadClientFileIdent;
    let json = json_of(&JsonErrorBody::new(code, "m"));
    assert_eq!(json.len(), MANDATORY.len());
    for key in MANDATORY {
        for wrong in [None, Some(serde_json::json!(7)), Some(serde_json::Value::Null)] {
            let mut json = json.clone();
            match wrong {
                Some(wrong) => json.insert(key.into(), wrong),
                None => Some(json.remove(key).unwrap()),
            };
            assert!(matches!(decode(code, &json), Err(ErrorBodyError::Malformed { .. })), "{key}");
        }
    }
}

#[test]
fn unknown_keys_are_ignored_and_unknown_actions_are_bugs_of_the_application() {
    let mut json = json_of(&JsonErrorBody::new(ErrorCode::SessionClosed, "m"));
    json.insert("weather".into(), "fine".into());
    json.insert("action".into(), "Dance".into());
    assert_eq!(decode(ErrorCode::SessionClosed, &json).unwrap().action, Action::ApplicationBug);
}

#[test]
fn back_off_values_come_together_or_not_at_all() {
    let code = ErrorCode::SessionClosed;
    let mut body = JsonErrorBody::new(code, "m");
    body.backoff = Some(BackoffHint { interval_sec: 2, max_delay_sec: 60, multiplier: 3 });
    let json = json_of(&body);
    assert_eq!(decode(code, &json), Ok(body));
    for key in ["backoffMaxDelaySec", "backoffMultiplier"] {
        let mut json = json.clone();
        json.remove(key).unwrap();
        assert_eq!(decode(code, &json), Err(ErrorBodyError::Missing { key }));
    }
    let mut alone = json.clone();
    alone.remove("backoffIntervalSec");
    assert_eq!(decode(code, &alone).unwrap().backoff, None);
}

#[test]
fn migrations_demand_their_data() {
    let mut body = JsonErrorBody::new(ErrorCode::MigrateToFlx, "m");
    assert_eq!(
        decode(ErrorCode::MigrateToFlx, &json_of(&body)),
        Err(ErrorBodyError::Missing { key: "partitionQuery" })
    );
    body.partition_query = Some("p == 1".into());
    assert_eq!(decode(ErrorCode::MigrateToFlx, &json_of(&body)), Ok(body));
    let mut body = JsonErrorBody::new(ErrorCode::SchemaVersionChanged, "m");
    assert_eq!(
        decode(ErrorCode::SchemaVersionChanged, &json_of(&body)),
        Err(ErrorBodyError::Missing { key: "previousSchemaVersion" })
    );
    body.previous_schema_version = Some(4);
    assert_eq!(decode(ErrorCode::SchemaVersionChanged, &json_of(&body)), Ok(body));
}

#[test]
fn compensating_writes_come_back_with_their_objects() {
    let code = ErrorCode::CompensatingWrite;
    let mut body = JsonErrorBody::new(code, "m");
    assert_eq!(decode(code, &json_of(&body)), Err(ErrorBodyError::Missing { key: "rejectedUpdates" }));
    let update = RejectedUpdate::new("not yours", "Person", PrimaryKey::Int(123)).unwrap();
    body.compensating_writes = Some(CompensatingWrites {
        rejected_client_version: ClientVersion(5),
        server_version: Some(ServerVersion(9)),
        rejected_updates: vec![update],
    });
    let json = json_of(&body);
    assert_eq!(json["rejectedUpdates"][0]["pk"], "AfsA");
    assert_eq!(decode(code, &json), Ok(body));
    let mut broken = json.clone();
    broken["rejectedUpdates"][0]["pk"] = "?".into();
    assert!(matches!(decode(code, &broken), Err(ErrorBodyError::RejectedKey(_))));
    let mut broken = json.clone();
    broken.remove("rejectedClientVersion");
    assert_eq!(decode(code, &broken), Err(ErrorBodyError::Missing { key: "rejectedClientVersion" }));
    let mut broken = json;
    broken.remove("compensatingWriteServerVersion");
    assert_eq!(decode(code, &broken), Err(ErrorBodyError::Missing { key: "compensatingWriteServerVersion" }));
    assert!(decode(ErrorCode::WriteNotAllowed, &broken).is_ok());
}

#[test]
fn a_malformed_body_is_an_error_and_no_message() {
    for json in ["", "{", "[]", "null", "\"x\"", "{\"message\":1}", &"[".repeat(100_000)] {
        assert!(JsonErrorBody::decode(ErrorCode::BadChangeset, json.as_bytes()).is_err());
        let frame = format!("json_error 212 {} 1\n{json}", json.len());
        assert!(ServerMessage::decode(frame.as_bytes()).is_err());
        assert!(ClientErrorBody::decode(json.as_bytes()).is_err());
    }
}

#[test]
fn log_bodies_may_lack_everything_and_must_not_be_of_an_unknown_level() {
    assert_eq!(LogMessageBody::decode(b"{}"), Ok(LogMessageBody::default()));
    let body = LogMessageBody::decode(br#"{"level":"warn","msg":"m","co_id":"c","extra":[1]}"#).unwrap();
    assert_eq!(body.level, Some(LogLevel::Warn));
    assert_eq!((body.connection_id.as_deref(), body.text.as_deref()), (Some("c"), Some("m")));
    assert_eq!(LogMessageBody::decode(body.encode().as_bytes()), Ok(body));
    assert_eq!(LogMessageBody::decode(br#"{"level":"loud"}"#), Ok(LogMessageBody::default()));
    assert_eq!(
        LogMessageBody::decode(br#"{"level":"loud","msg":"m"}"#),
        Err(LogBodyError::UnknownLevel { level: "loud".into() })
    );
    assert!(LogMessageBody::decode(b"{\"msg\":\"\xff\"}").is_err());
}

#[test]
fn refused_upgrades_ask_for_what_their_status_says() {
    let of = |status, verified| {
        let consequence = Consequence::of_http_status(status, verified);
        (consequence.status, consequence.is_fatal, consequence.action)
    };
    assert_eq!(of(401, true), (Status::AuthError, false, Some(Action::RefreshUser)));
    assert_eq!(of(403, true), (Status::AuthError, true, Some(Action::LogOutUser)));
    for status in [301, 308] {
        assert_eq!(of(status, true), (Status::ConnectionClosed, false, Some(Action::RefreshLocation)));
    }
    for status in [302, 500, 503] {
        assert_eq!(of(status, true), (Status::ConnectionClosed, false, None));
    }
    for status in [200, 400, 404, 410] {
        assert_eq!(of(status, true), (Status::SyncConnectFailed, true, None));
        assert_eq!(of(status, false), (Status::SyncConnectFailed, false, Some(Action::RefreshLocation)));
    }
}

#[test]
fn close_codes_ask_for_what_they_say() {
    let of = |code| Consequence::of_close_code(code).map(|it| (it.status, it.is_fatal, it.action));
    assert_eq!(of(1000), None);
    for code in [1001, 1002, 1003, 1004, 1005, 1007, 1008, 1010, 4400, 4405, 9999] {
        assert_eq!(of(code), Some((Status::SyncProtocolInvariantFailed, false, None)), "{code}");
    }
    assert_eq!(of(1006), Some((Status::ConnectionClosed, false, Some(Action::RefreshUser))));
    assert_eq!(of(1009), Some((Status::LimitExceeded, false, Some(Action::ClientReset))));
    assert_eq!(of(1011), Some((Status::ConnectionClosed, false, None)));
    assert_eq!(of(1015), Some((Status::TlsHandshakeFailed, false, None)));
    assert_eq!(of(4001), Some((Status::AuthError, false, Some(Action::RefreshUser))));
    assert_eq!(of(4002), Some((Status::AuthError, true, Some(Action::LogOutUser))));
    assert_eq!(of(4003), Some((Status::ConnectionClosed, false, Some(Action::RefreshLocation))));
}

#[test]
fn failures_the_client_detects_have_their_status_and_action() {
    let of = |failure: ClientFailure| {
        let consequence = failure.consequence();
        (consequence.status, consequence.is_fatal, consequence.action)
    };
    let reset = ClientFailure::ClientResetFailed;
    assert_eq!(
        of(ClientFailure::ConnectFailed { endpoint_verified: false }),
        (Status::SyncConnectFailed, false, Some(Action::RefreshLocation))
    );
    assert_eq!(
        of(ClientFailure::ConnectTimeout { endpoint_verified: true }),
        (Status::SyncConnectTimeout, false, None)
    );
    assert_eq!(of(ClientFailure::ConnectionLost), (Status::ConnectionClosed, false, Some(Action::Transient)));
    assert_eq!(of(ClientFailure::PongOverdue), (Status::ConnectionClosed, false, Some(Action::Transient)));
    assert_eq!(of(ClientFailure::BadSubProtocol), (Status::SyncProtocolNegotiationFailed, true, None));
    assert_eq!(of(ClientFailure::IntegrationFailed), (Status::BadChangeset, false, Some(Action::Warning)));
    assert_eq!(of(reset), (Status::AutoClientResetFailed, true, None));
}
