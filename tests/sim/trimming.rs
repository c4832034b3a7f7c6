//! Days pass, history goes, and devices that were away find what they need or are told that it is gone.

use std::time::Duration;

use realm_sync::server::Limits;
use realm_sync::sync::Random;

use crate::world::World;

const DAY: Duration = Duration::from_secs(86_400);

/// Three devices that have all written and know everything; the server lets nobody be away for more than two days.
fn world(folder: &std::path::Path, seed: u64) -> World {
    let limits = Limits { max_offline: 2 * DAY, ..Limits::default() };
    let mut world = World::with_limits(folder, seed, 3, limits);
    write_all(&mut world, 3);
    world
}

fn write_all(world: &mut World, times: usize) {
    for _ in 0..times {
        for number in 0..world.devices.len() {
            world.write(number);
        }
    }
    world.settle();
    // The last acknowledgements arrive.
    world.run_until(world.now() + Duration::from_secs(5));
}

/// All devices that are up write and come to rest; the others stay as they are.
fn live_without(world: &mut World, away: usize) {
    for _ in 0..10 {
        for number in (0..world.devices.len()).filter(|number| *number != away) {
            world.write(number);
        }
        world.run_until(world.now() + Duration::from_secs(20));
    }
}

#[test]
fn a_new_device_gets_what_the_trimmed_history_made() {
    for seed in 0..20 {
        let folder = crate::folder();
        let mut world = world(folder.path(), seed);
        world.check_history();
        let trimmed = world.trim_point();
        assert!(trimmed > 0, "seed {seed}: nothing was trimmed");
        world.add_device();
        world.settle();
        world.check_converged();
        write_all(&mut world, 2);
        world.check_converged();
        world.check_history();
        assert!(world.trim_point() > trimmed, "seed {seed}: nothing more was trimmed");
        world.add_device();
        write_all(&mut world, 1);
        world.check_converged();
    }
}

#[test]
fn a_device_that_was_away_for_less_than_the_limit_comes_back_as_if_for_a_minute() {
    for seed in 0..10 {
        let folder = crate::folder();
        let mut world = world(folder.path(), seed);
        world.write(2);
        world.shut_down(2);
        let mut trim_points = Vec::new();
        for _ in 0..4 {
            live_without(&mut world, 2);
            world.run_until(world.now() + DAY * 9 / 20);
            trim_points.push(world.trim_point());
        }
        assert!(trim_points[0] > 0, "seed {seed}: nothing was trimmed");
        assert_eq!(trim_points, [trim_points[0]; 4], "seed {seed}");
        write_all(&mut world, 1);
        world.check_converged();
    }
}

#[test]
fn a_device_that_was_away_for_longer_resets_and_brings_what_it_wrote() {
    for seed in 0..10 {
        let folder = crate::folder();
        let mut world = world(folder.path(), seed);
        world.write(2);
        world.shut_down(2);
        live_without(&mut world, 2);
        world.run_until(world.now() + DAY * 3);
        live_without(&mut world, 2);
        assert!(world.trim_point() > 0, "seed {seed}: nothing was trimmed");
        world.boot(2);
        world.settle();
        let report = world.devices[2].running.as_ref().unwrap().session().last_client_reset();
        assert!(report.is_some_and(|report| report.did_recover), "seed {seed}");
        // What the server had stored without the device learning of it is added once more.
        world.check_equal();
    }
}

#[test]
fn devices_in_conflict_converge_while_history_goes_from_under_them() {
    for seed in 0..40 {
        let folder = crate::folder();
        let mut world = World::new(folder.path(), 10_000 + seed, 3);
        let mut random = Random::new(seed);
        for _ in 0..40 {
            world.step();
            world.check_history();
            if random.below(12) == 0 && world.devices.len() < 6 {
                world.add_device();
            }
        }
        world.settle();
        world.check_converged();
    }
}
