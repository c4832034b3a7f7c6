//! W2: 100,000 objects in 100 commits, to upload complete; then a fresh client downloads them.

use std::path::Path;
use std::time::Instant;

use serde_json::{json, Value};

use crate::rig::{own_cpu_s, Device, Server};

const COMMITS: i64 = 100;
const OBJECTS: i64 = 1_000;

pub fn run(folder: &Path) -> Value {
    let server = Server::start(folder);
    let mut writer = Device::open(folder.join("a.realm"), &server);
    writer.upload();
    writer.download();
    let (client_cpu, server_cpu) = (own_cpu_s(), server.cpu_s());
    let wire_before = server.wire_bytes();
    let start = Instant::now();
    for i in 0..COMMITS {
        writer.commit(i * OBJECTS..(i + 1) * OBJECTS);
    }
    let written_s = start.elapsed().as_secs_f64();
    writer.upload();
    let upload_s = start.elapsed().as_secs_f64();
    let (client_cpu, server_cpu) = (own_cpu_s() - client_cpu, server.cpu_s() - server_cpu);
    let wire = wire_before.zip(server.wire_bytes()).map(|(before, after)| (after.0 - before.0, after.1 - before.1));
    writer.close();
    let start = Instant::now();
    let mut reader = Device::open(folder.join("b.realm"), &server);
    reader.download();
    let download_s = start.elapsed().as_secs_f64();
    let download_wire = server.wire_bytes();
    assert_eq!(reader.count(), (COMMITS * OBJECTS) as u64, "the second client has every object");
    reader.close();
    let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len());
    json!({
        "upload_s": upload_s, "written_s": written_s, "download_s": download_s, "client_cpu_s": client_cpu,
        "server_cpu_s": server_cpu, "upload_wire_bytes": wire, "download_wire_bytes": download_wire, "file_a_bytes": size("a.realm"), "file_b_bytes": size("b.realm"),
    })
}
