//! W1: 10,000 one-object commits, to upload complete.

use std::path::Path;
use std::time::Instant;

use serde_json::{json, Value};

use crate::rig::{own_cpu_s, Device, Server};

const COMMITS: i64 = 10_000;

pub fn run(folder: &Path) -> Value {
    let server = Server::start(folder);
    let mut writer = Device::open(folder.join("a.realm"), &server);
    writer.upload();
    writer.download();
    let (client_cpu, server_cpu) = (own_cpu_s(), server.cpu_s());
    let wire_before = server.wire_bytes();
    let start = Instant::now();
    for i in 0..COMMITS {
        writer.commit(i..i + 1);
    }
    let written_s = start.elapsed().as_secs_f64();
    writer.upload();
    let total_s = start.elapsed().as_secs_f64();
    let (client_cpu, server_cpu) = (own_cpu_s() - client_cpu, server.cpu_s() - server_cpu);
    let wire = wire_before.zip(server.wire_bytes()).map(|(before, after)| (after.0 - before.0, after.1 - before.1));
    writer.close();
    let mut reader = Device::open(folder.join("b.realm"), &server);
    reader.download();
    assert_eq!(reader.count(), COMMITS as u64, "the second client has every object");
    reader.close();
    json!({ "total_s": total_s, "written_s": written_s, "client_cpu_s": client_cpu, "server_cpu_s": server_cpu, "wire_bytes": wire })
}
