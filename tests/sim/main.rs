//! Whole worlds on virtual time: devices with real files, the real server without sockets, a network that misbehaves.
//! A world is a seed; a failing one is printed and replays with `REALM_SYNC_SIM_SEED`.

mod asymmetric;
mod away;
mod boundaries;
#[path = "../store/child.rs"]
mod child;
mod clock;
mod cursors;
#[path = "../store/declare.rs"]
mod declare;
mod defects;
mod device;
mod drawing;
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
mod peers;
mod process;
mod promises;
mod restored;
#[path = "../merge/script.rs"]
mod script;
mod sharing;
mod tables;
mod tokens;
mod trimming;
mod versions;
mod work;
mod world;
mod write;
mod writer;

use std::panic::AssertUnwindSafe;
use std::path::PathBuf;

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

fn live_through(seed: u64) {
    let folder = folder();
    let devices = 2 + (seed % 3) as usize;
    let mut world = World::new(folder.path(), seed, devices);
    for _ in 0..30 {
        world.step();
    }
    world.settle();
    world.check_converged();
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
    println!("{worlds} worlds converged");
}
