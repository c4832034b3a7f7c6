//! Worlds whose server goes back to a backup, or to nothing, while devices write, stop, die and lose connections.

use std::time::Duration;

use crate::folder;
use crate::world::World;

const WORLDS: u64 = 150;

fn live_through(seed: u64, has_backup: bool) {
    println!("seed {seed}, {}", if has_backup { "a backup" } else { "no backup" });
    let folder = folder();
    let mut world = World::new(folder.path(), seed, 2 + (seed % 3) as usize);
    for step in 0..40 {
        if step == 10 && has_backup {
            world.back_up_server();
        }
        if step == 20 + seed % 15 {
            world.restore_server();
        }
        world.step();
    }
    world.settle();
    world.check_equal();
}

/// Having downloaded leaves no trace in the log: version and salt of a server that forgot it are those that the device
/// knows, but not how much of the device's history it acknowledges.
#[test]
fn a_device_that_downloaded_before_the_server_went_back_resets_and_goes_on() {
    let folder = folder();
    let mut world = World::new(folder.path(), 1, 2);
    world.write(0);
    world.settle();
    world.run_until(world.now() + Duration::from_secs(5));
    world.on_device(0, |running, now, wishes, random| running.stop(0, now, wishes, random));
    world.write(1);
    world.begin_wait(1, true);
    world.end_waits();
    world.back_up_server();
    // It says that it has the download, and on the next binding it is told that the server knows.
    for _ in 0..2 {
        world.settle();
        world.run_until(world.now() + Duration::from_secs(5));
        world.on_device(0, |running, now, wishes, random| running.stop(0, now, wishes, random));
    }
    world.restore_server();
    world.write(0);
    world.settle();
    world.check_converged();
    let reset = world.devices[0].running.as_ref().unwrap().session().last_client_reset();
    assert!(reset.as_ref().is_some_and(|report| report.did_recover), "{reset:?}");
}

#[test]
fn devices_of_a_server_that_was_restored_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, true));
}

#[test]
fn lesson_26_devices_of_a_server_that_lost_everything_in_the_middle_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, false));
}
