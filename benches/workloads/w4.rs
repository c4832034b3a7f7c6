//! W4: many sessions on one client: what they take open, idle and stopped, and how long they take to come and go.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use realm_sync::client::{ClientConfig, Session};
use realm_sync::net::SyncClient;
use serde_json::{json, Value};

use crate::item::Items;
use crate::process::{wake_ups, Usage};
use crate::rig::{download_all, own_cpu_s, upload_all, Server};
use crate::Size;

const SESSIONS: i64 = 500;
const IDLE: Duration = Duration::from_secs(30);

/// One realm with an open handle, and its session.
struct Open {
    items: Items,
    session: Session,
}

impl Open {
    fn new(client: &SyncClient, server: &Server, path: &Path) -> Open {
        let items = Items::open(path);
        let partition = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let session = client.session(path, server.sync_config(&partition)).expect("opening the session");
        Open { items, session }
    }

    /// A new file, with one object.
    fn make(client: &SyncClient, server: &Server, path: &Path) -> Open {
        let mut open = Open::new(client, server, path);
        let version = open.items.commit(0..1);
        open.session.notify_commit(version);
        open
    }
}

fn sessions(realms: &[Open]) -> impl Iterator<Item = &Session> {
    realms.iter().map(|realm| &realm.session)
}

pub fn run(folder: &Path, size: Size) -> Value {
    let count = size.or(SESSIONS) as u64;
    let server = Server::start(folder);
    let client = SyncClient::open(ClientConfig::default()).expect("opening the client");
    let first = Open::make(&client, &server, &folder.join("first.realm"));
    upload_all([&first.session]);
    download_all([&first.session]);
    let base = Usage::now();

    let paths: Vec<PathBuf> = (0..count).map(|i| folder.join(format!("{i}.realm"))).collect();
    let start = Instant::now();
    let mut realms: Vec<Open> = paths.iter().map(|path| Open::make(&client, &server, path)).collect();
    let created_s = start.elapsed().as_secs_f64();
    upload_all(sessions(&realms));
    download_all(sessions(&realms));
    let synced_s = start.elapsed().as_secs_f64();
    std::thread::sleep(Duration::from_secs(2));
    let open = Usage::now();
    let open_idle = idle(&server);

    let start = Instant::now();
    sessions(&realms).chain([&first.session]).for_each(Session::stop);
    let stopped_s = start.elapsed().as_secs_f64();
    let sockets_after_stop = server.sockets().open.len();
    std::thread::sleep(Duration::from_millis(2_500));
    let stopped = Usage::now();
    let stopped_idle = idle(&server);

    let start = Instant::now();
    sessions(&realms).chain([&first.session]).for_each(Session::start);
    download_all(sessions(&realms));
    let resumed_s = start.elapsed().as_secs_f64();

    // Stopped, and no handle but the sessions': what an application has that stopped what it does not show.
    sessions(&realms).for_each(Session::stop);
    let held: Vec<Session> = realms.drain(..).map(|realm| realm.session).collect();
    std::thread::sleep(Duration::from_secs(2));
    let without_handles = Usage::now();

    let start = Instant::now();
    held.into_iter().for_each(Session::close);
    let closed_s = start.elapsed().as_secs_f64();
    let start = Instant::now();
    realms.extend(paths.iter().map(|path| Open::new(&client, &server, path)));
    download_all(sessions(&realms));
    let reopened_s = start.elapsed().as_secs_f64();
    drop((realms, first));
    client.close();
    json!({
        "sessions": count, "created_s": created_s, "synced_s": synced_s, "stopped_s": stopped_s, "resumed_s": resumed_s,
        "closed_s": closed_s, "reopened_s": reopened_s, "base": base.to_json(), "open": open.to_json(),
        "stopped": stopped.to_json(), "without_handles": without_handles.to_json(),
        "open_a_session": open.a_session(base, count), "stopped_a_session": stopped.a_session(base, count),
        "without_handles_a_session": without_handles.a_session(base, count), "open_idle": open_idle,
        "stopped_idle": stopped_idle, "sockets_after_stop": sockets_after_stop,
    })
}

/// Does nothing for a while.
fn idle(server: &Server) -> Value {
    let (cpu, switches, wire) = (own_cpu_s(), wake_ups(), server.wire_bytes());
    std::thread::sleep(IDLE);
    let wire = wire.zip(server.wire_bytes()).map(|(before, after)| (after.0 - before.0, after.1 - before.1));
    json!({
        "seconds": IDLE.as_secs(), "wake_ups": wake_ups() - switches, "cpu_s": own_cpu_s() - cpu, "wire_bytes": wire,
        "sockets": server.sockets().open.len(),
    })
}
