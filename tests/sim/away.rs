//! A device that is stopped for longer than the server keeps what it needs, and written all the time.

use std::path::Path;
use std::time::Duration;

use crate::world::World;
use crate::{folder, number, thing};

const DAY: Duration = Duration::from_secs(86_400);
const DAYS: u64 = 400;
/// Transactions of the device that is away; `REALM_SYNC_SIM_AWAY_WRITES` asks for another number.
const WRITES: u64 = 4_000;
/// Keys of its own objects.
const OWN: i64 = 1_000_000;

/// Of a realm, its log included.
fn file_bytes(folder: &Path, realm: &str) -> u64 {
    let sizes = ["", "-wal"].map(|suffix| std::fs::metadata(folder.join(format!("{realm}{suffix}"))));
    sizes.into_iter().flatten().map(|file| file.len()).sum()
}

/// Of this process; 0 where the system does not say.
fn resident_bytes() -> u64 {
    let pages = std::fs::read_to_string("/proc/self/statm").ok();
    let resident = pages.and_then(|pages| pages.split(' ').nth(1)?.parse::<u64>().ok());
    resident.unwrap_or(0) * 4096
}

#[test]
fn promise_10_everything_written_in_400_stopped_days_is_kept_although_the_server_trimmed_its_history() {
    let writes = number("REALM_SYNC_SIM_AWAY_WRITES").unwrap_or(WRITES);
    let folder = folder();
    let mut world = World::new(folder.path(), 400, 2);
    (0..20).for_each(|at| world.write(at % 2));
    world.settle();
    world.run_until(world.now() + Duration::from_secs(5));
    world.on_device(1, |running, now, wishes, random| running.stop(0, now, wishes, random));
    let (bytes_before, memory_before) = (file_bytes(folder.path(), "device-1.realm"), resident_bytes());
    let mut written = 0;
    for day in 0..DAYS {
        while written < writes * (day + 1) / DAYS {
            world.devices[1].put(OWN + written as i64);
            written += 1;
        }
        if day % 10 == 0 {
            world.on_device(0, |running, now, wishes, random| running.start(0, now, wishes, random));
            world.write(0);
            world.run_until(world.now() + Duration::from_secs(60));
            world.check_history();
            world.on_device(0, |running, now, wishes, random| running.stop(0, now, wishes, random));
        }
        world.run_until(world.now() + DAY);
    }
    let (bytes, memory) = (file_bytes(folder.path(), "device-1.realm"), resident_bytes());
    assert!(world.trim_point() > 0, "nothing was trimmed");
    let start = std::time::Instant::now();
    world.settle();
    let took = start.elapsed();
    let report = world.devices[1].running.as_ref().unwrap().session().last_client_reset().unwrap();
    assert!(report.did_recover && report.discarded_changes == 0, "{report:?}");
    let snapshot = thing::snapshot(world.devices[0].running.as_mut().unwrap().realm());
    assert_eq!(snapshot.keys().filter(|key| **key >= OWN).count() as u64, writes);
    world.check_converged();
    println!(
        "{writes} transactions in {DAYS} stopped days: file {bytes_before} -> {bytes} bytes, memory of the process \
         {memory_before} -> {memory} bytes; reset, upload and download {took:?}; {report:?}"
    );
}
