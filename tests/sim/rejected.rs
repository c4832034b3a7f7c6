//! Writes that the server does not accept: told with what it undid, and not before.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use realm_sync::client::SessionError;
use realm_sync::protocol::{CompensatingWrites, ErrorCode, JsonErrorBody, RejectedUpdate, ServerMessage};
use realm_sync::value::{ClientVersion, PrimaryKey, ServerVersion, SessionIdent};

use crate::process::{config, Process};
use crate::thing::CLASS;

const A: SessionIdent = SessionIdent(1);
const MINUTE: Duration = Duration::from_secs(60);

/// A call of the error callback.
#[derive(Debug, PartialEq, Eq)]
struct Told {
    class: String,
    key: PrimaryKey,
    reason: String,
    version: u64,
    /// How many objects the realm had then.
    objects: i64,
}

fn query(process: &Process, file: &str, sql: &str) -> i64 {
    let path = process.realms[file].realm.path();
    rusqlite::Connection::open(path).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
}

/// The realm `a` of a process, which wrote the object 1 in this version and hears that the next version of the server
/// takes it away; and what its callback is told.
fn hears_of_a_rejected_write(process: &mut Process) -> Arc<Mutex<Vec<Told>>> {
    let told: Arc<Mutex<Vec<Told>>> = Arc::default();
    let tell = told.clone();
    let path: Arc<Mutex<Option<std::path::PathBuf>>> = Arc::default();
    let path_of_a = path.clone();
    process.on_error = Some(Arc::new(move |error: &SessionError| {
        let Some(rejected) = &error.rejected else { return };
        let file = rusqlite::Connection::open(path_of_a.lock().as_ref().unwrap()).unwrap();
        let objects = file.query_row(&format!("SELECT count(*) FROM {CLASS}"), [], |row| row.get(0)).unwrap();
        tell.lock().extend(rejected.rejected_updates.iter().map(|update| Told {
            class: update.class.clone(),
            key: update.key().clone(),
            reason: update.reason.clone(),
            version: rejected.rejected_client_version.0,
            objects,
        }));
    }));
    process.open("a", "notes");
    *path.lock() = Some(process.realms["a"].realm.path().to_owned());
    process.open("b", "notes");
    process.write("a", "ours");
    process.run_for(MINUTE);
    process.names("b");
    let server_version = query(process, "a", "SELECT download_server_version FROM _realm_sync").cast_unsigned();
    process.hear(A, |session| {
        let update = RejectedUpdate::new("not yours", CLASS, PrimaryKey::Int(1)).unwrap();
        let writes = CompensatingWrites {
            rejected_client_version: ClientVersion(2),
            server_version: Some(ServerVersion(server_version + 1)),
            rejected_updates: vec![update],
        };
        let code = ErrorCode::CompensatingWrite;
        let body = JsonErrorBody { compensating_writes: Some(writes), ..JsonErrorBody::new(code, "") };
        ServerMessage::JsonError { session, code, body: Box::new(body) }
    });
    told
}

/// What the server does to undo it, through another device.
fn undo(process: &mut Process) {
    let open = process.realms.get_mut("b").unwrap();
    open.realm.begin().unwrap();
    let class = open.realm.class_key(CLASS).unwrap();
    let object = open.realm.find(class, &PrimaryKey::Int(1)).unwrap().expect("it came to the other device");
    open.realm.erase(class, object).unwrap();
    let commit = open.realm.commit().unwrap();
    open.session.notify_commit(commit.version);
    process.wake();
}

#[test]
fn a_rejected_write_is_told_with_its_object_once_the_realm_shows_what_undid_it() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    let told = hears_of_a_rejected_write(&mut process);
    process.run_for(MINUTE);
    assert_eq!(*told.lock(), [], "nothing has undone it yet");
    process.write("a", "meanwhile");
    undo(&mut process);
    process.run_for(MINUTE);
    let (class, key, reason) = (CLASS.into(), PrimaryKey::Int(1), "not yours".into());
    assert_eq!(*told.lock(), [Told { class, key, reason, version: 2, objects: 1 }]);
    assert_eq!(process.names("a"), ["meanwhile"], "the session goes on");
    assert_eq!(process.names("b"), ["meanwhile"]);
}

#[test]
fn a_rejected_write_is_not_told_after_a_stop() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    let told = hears_of_a_rejected_write(&mut process);
    process.stop("a");
    undo(&mut process);
    process.run_for(MINUTE);
    assert_eq!(*told.lock(), []);
    process.start("a");
    process.run_for(MINUTE);
    assert_eq!(*told.lock(), [], "the server says it again where it still holds");
    assert!(process.names("a").is_empty());
}
