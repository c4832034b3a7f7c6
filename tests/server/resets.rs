//! Clients that must reset are told so in the one shape that makes them do it.

use realm_sync::protocol::{Action, ErrorCode, JsonErrorBody, ServerMessage};
use realm_sync::server::RealmPath;
use serde_json::Value as Json;

use crate::changesets::{create, make_class};
use crate::world::{bind, upload, World};

/// A client file and where it stands, as IDENT says it.
struct Client {
    file: String,
    download: (u64, u64),
    latest: (u64, String),
}

/// Makes the class and an object, in two versions, and acknowledges them.
fn make_realm(world: &mut World) -> Client {
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, upload(1, &[(2, 0, 1, &make_class()), (3, 0, 2, &create(1))], (3, 0), 0));
    let latest = latest(&world.hear_frames(id));
    world.say(id, upload(1, &[], (4, 2), 2));
    world.disconnect(id);
    Client { file, download: (2, 3), latest }
}

/// Latest version and salt of the last DOWNLOAD.
fn latest(frames: &[Vec<u8>]) -> (u64, String) {
    let text = String::from_utf8_lossy(frames.last().unwrap()).into_owned();
    let fields: Vec<_> = text.split([' ', '\n']).collect();
    assert_eq!(fields[0], "download", "{text}");
    (fields[4].parse().unwrap(), fields[5].to_owned())
}

/// The last frame that answers the IDENT.
fn answer(world: &mut World, client: &Client) -> Vec<u8> {
    let id = world.connect();
    world.say(id, bind(1, "/x", false));
    let ((server, client_version), (version, salt)) = (client.download, &client.latest);
    world.say(id, format!("ident 1 {} {server} {client_version} {version} {salt}\n", client.file));
    let frame = world.hear_frames(id).pop().unwrap();
    world.disconnect(id);
    frame
}

#[track_caller]
fn assert_reset(frame: &[u8], number: u32) {
    let ServerMessage::JsonError { code, body, .. } = ServerMessage::decode(frame).unwrap() else {
        panic!("{}", String::from_utf8_lossy(frame));
    };
    assert_eq!(code.number(), number);
    assert_eq!(body.action, Action::ClientReset);
    let at = frame.iter().position(|byte| *byte == b'\n').unwrap();
    let json: Json = serde_json::from_slice(&frame[at + 1..]).unwrap();
    for key in ["message", "tryAgain", "logURL", "shouldClientReset", "isRecoveryModeDisabled", "action"] {
        assert!(json.get(key).is_some(), "{key} is missing in {json}");
    }
    assert_eq!(json["action"], "ClientReset");
    assert_eq!(json["shouldClientReset"], true, "{json}");
    assert_eq!(json["isRecoveryModeDisabled"], false, "{json}");
}

#[track_caller]
fn assert_served(frame: &[u8]) {
    assert!(
        frame.starts_with(b"download ") || frame.starts_with(b"log_message "),
        "{}",
        String::from_utf8_lossy(frame)
    );
}

#[test]
fn every_code_that_asks_for_a_reset_says_so_with_all_keys() {
    for number in [208, 209, 210, 211, 217, 222] {
        let code = ErrorCode::from_number(number);
        let body = JsonErrorBody::new(code, "text".to_owned());
        let frame =
            ServerMessage::JsonError { session: realm_sync::value::SessionIdent(1), code, body: Box::new(body) };
        assert_reset(&frame.encode(), number);
    }
}

#[test]
fn an_unknown_or_changed_ident_resets() {
    let mut world = World::new();
    let client = make_realm(&mut world);
    assert_served(&answer(&mut world, &client));
    let of = |file: &str| Client { file: file.to_owned(), download: (0, 0), latest: (0, "0".to_owned()) };
    assert_reset(&answer(&mut world, &of("77 1")), 208);
    let ident = client.file.split(' ').next().unwrap();
    assert_reset(&answer(&mut world, &of(&format!("{ident} 12345"))), 211);
}

#[test]
fn a_client_version_that_was_never_integrated_resets() {
    let mut world = World::new();
    let client = make_realm(&mut world);
    assert_reset(&answer(&mut world, &Client { download: (2, 9), ..client }), 210);
}

#[test]
fn a_client_that_cannot_integrate_what_it_got_resets() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    let body = r#"{"message":"bad changeset"}"#;
    world.say(id, format!("json_error 212 {} 1\n{body}", body.len()));
    assert_reset(&world.hear_frames(id).pop().unwrap(), 217);
}

#[test]
fn clients_ahead_of_a_restored_backup_reset_also_after_it_has_grown_again() {
    let mut world = World::new();
    let client = make_realm(&mut world);
    let file = RealmPath::new("/x").unwrap().file(world.folder.path());
    let backup = world.folder.path().join("backup");
    world.restart_after(|| std::fs::copy(&file, &backup));
    // One more version, which the backup does not have.
    let ahead = {
        let id = world.connect();
        world.say(id, bind(1, "/x", false));
        world.say(id, format!("ident 1 {} 2 3 2 {}\n", client.file, client.latest.1));
        world.hear(id);
        world.say(id, upload(1, &[(5, 2, 3, &create(2))], (5, 2), 2));
        let latest = latest(&world.hear_frames(id));
        world.disconnect(id);
        Client { file: client.file.clone(), download: (3, 5), latest }
    };
    world.restart_after(|| std::fs::copy(&backup, &file));
    assert_reset(&answer(&mut world, &ahead), 209);
    // Who was not ahead goes on.
    assert_served(&answer(&mut world, &client));
    // The restored realm gets its own version 3, and a fourth.
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.say(id, upload(1, &[(2, 2, 9, &create(7)), (3, 2, 9, &create(8))], (3, 2), 2));
    world.disconnect(id);
    assert_reset(&answer(&mut world, &ahead), 210);
    assert_reset(&answer(&mut world, &Client { download: (3, 3), ..ahead }), 211);
}
