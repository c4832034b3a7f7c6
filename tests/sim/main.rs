//! Whole worlds on virtual time: devices with real files, the real server without sockets, a network that misbehaves.
//! A world is a seed; a failing one is printed and replays with `REALM_SYNC_SIM_SEED`.

mod asymmetric;
mod authority;
mod away;
mod boundaries;
#[path = "../store/child.rs"]
mod child;
mod clock;
mod copies;
mod cursors;
#[path = "../store/declare.rs"]
mod declare;
mod defects;
mod device;
mod drawing;
mod ending;
mod example;
mod examples_anomalies;
mod examples_embedded;
mod examples_links;
mod examples_lists;
mod examples_mixed;
mod examples_schema;
mod examples_sets;
mod examples_values;
mod histories;
mod intervention;
mod lessons;
#[path = "../merge/model.rs"]
mod model;
mod outcome;
mod peers;
mod process;
mod promises;
mod rejected;
mod restored;
#[path = "../merge/script.rs"]
mod script;
mod sharing;
mod tables;
mod thing;
mod tokens;
mod trimming;
mod versions;
mod work;
mod world;
mod write;
mod writer;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use realm_sync::server::Limits;
use world::World;

/// Worlds in a normal run; `REALM_SYNC_SIM_WORLDS` asks for another number.
const WORLDS: u64 = 1_000;

/// In memory where there is such a folder: these files need no disk.
fn folder() -> tempfile::TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        tempfile::tempdir_in(memory).unwrap()
    } else {
        tempfile::tempdir().unwrap()
    }
}

/// How long the server of a world may keep history that a device needs.
const MAX_OFFLINE: Duration = Duration::from_secs(600);
/// Worlds in which some device went through a client reset.
static RESETS: AtomicU64 = AtomicU64::new(0);

/// What a world meets beside devices that write, stop, start, close, die and log out, tokens and networks that come and go,
/// and a server that restarts.
#[derive(Clone, Copy)]
enum Fate {
    Nothing,
    /// History is trimmed from under devices that are away.
    Trims,
    /// The server goes back to a backup.
    IsRestored,
}

fn live_through(seed: u64) {
    let folder = folder();
    let devices = 2 + (seed % 3) as usize;
    let fate = [Fate::Nothing, Fate::Trims, Fate::Nothing, Fate::IsRestored][(seed / 3 % 4) as usize];
    let limits = Limits { max_offline: MAX_OFFLINE, ..Limits::default() };
    let mut world = World::rough(folder.path(), seed, devices, limits);
    for step in 0..40 {
        match (fate, step) {
            (Fate::Trims, 15 | 30) => world.outlast_history(MAX_OFFLINE),
            (Fate::IsRestored, 12) => world.back_up_server(),
            (Fate::IsRestored, 28) => world.restore_server(),
            (Fate::Nothing | Fate::Trims | Fate::IsRestored, _) => {}
        }
        world.step();
    }
    world.settle();
    // Behind a reset, what the server had stored without the device learning of it is there twice.
    if world.had_resets() {
        RESETS.fetch_add(1, Ordering::Relaxed);
        world.check_equal();
    } else {
        world.check_converged();
    }
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} must be a whole number")))
}

/// The last part of a world's life asserts it of every frame that a device sends (`cursors.rs`).
#[test]
fn lesson_27_no_cursor_on_the_wire_moves_back() {
    for seed in 0..20 {
        live_through(seed);
    }
}

#[test]
fn random_worlds_converge_and_lose_nothing() {
    if let Some(seed) = number("REALM_SYNC_SIM_SEED") {
        return live_through(seed);
    }
    let worlds = number("REALM_SYNC_SIM_WORLDS").unwrap_or(WORLDS);
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let failed: Vec<u64> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                scope.spawn(move || {
                    let seeds = (0..worlds).filter(|seed| seed % threads == part);
                    let fails =
                        |seed: &u64| std::panic::catch_unwind(AssertUnwindSafe(|| live_through(*seed))).is_err();
                    seeds.filter(fails).take(1).collect::<Vec<u64>>()
                })
            })
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "replay with REALM_SYNC_SIM_SEED={}", failed[0]);
    let resets = RESETS.load(Ordering::Relaxed);
    println!("{worlds} worlds converged, {resets} of them with a client reset");
    assert!(worlds < 100 || resets > 0, "no device went through a client reset");
}
