//! Worlds whose server goes back to a backup, or to nothing, while devices write, stop, die and lose connections.

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

#[test]
fn devices_of_a_server_that_was_restored_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, true));
}

#[test]
fn lesson_26_devices_of_a_server_that_lost_everything_in_the_middle_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, false));
}
