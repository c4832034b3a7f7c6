//! What other clients are told.

use crate::changesets::{create, make_class, set};
use crate::world::{upload, World};

#[test]
fn one_clients_upload_is_the_others_download() {
    let mut world = World::new();
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    world.bind_new(b, 1, "/x");
    world.say(a, upload(1, &[(2, 0, 1, &make_class()), (3, 0, 2, &create(1))], (3, 0), 0));
    assert_eq!(world.hear(a), ["download 1 at 2 3 of 2 up 3 0: "]);
    assert_eq!(world.hear(b), ["download 1 at 2 0 of 2 up 0 0: 1 2"]);
    world.say(b, upload(1, &[(3, 2, 5, &set(1, 7))], (3, 2), 2));
    assert_eq!(world.hear(a), ["download 1 at 3 3 of 3 up 3 0: 3"]);
    assert_eq!(world.hear(b), ["download 1 at 3 3 of 3 up 3 2: "]);
}

#[test]
fn entries_that_merging_emptied_are_skipped_and_the_position_moves_on() {
    let mut world = World::new();
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    world.bind_new(b, 1, "/x");
    let class = make_class();
    world.say(a, upload(1, &[(2, 0, 1, &class)], (2, 0), 0));
    world.hear(b);
    // The same class again: merging drops both definitions, so there is nothing to tell.
    world.say(b, upload(1, &[(2, 0, 2, &class)], (2, 0), 0));
    world.hear(a);
    let c = world.connect();
    world.say(c, crate::world::bind(1, "/x", true));
    let file = world.hear(c)[0].clone();
    world.say(c, format!("{file} 0 0 0 0\n"));
    assert_eq!(world.hear(c), ["download 1 at 2 0 of 2 up 0 0: 1"]);
}

#[test]
fn a_concurrent_write_that_lost_is_not_passed_on() {
    let mut world = World::new();
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    world.bind_new(b, 1, "/x");
    world.say(a, upload(1, &[(2, 0, 1, &make_class()), (3, 0, 2, &create(1))], (3, 0), 0));
    world.say(b, upload(1, &[], (2, 2), 2));
    world.say(a, upload(1, &[(5, 2, 20, &set(1, 1))], (5, 2), 2));
    world.hear(a);
    // Older than what A wrote, and made without knowing it.
    world.say(b, upload(1, &[(3, 2, 10, &set(1, 2))], (3, 2), 2));
    assert_eq!(world.hear(a), ["download 1 at 4 5 of 4 up 5 2: "]);
    // Newer than what A wrote: it wins.
    world.say(b, upload(1, &[(4, 2, 30, &set(1, 3))], (4, 2), 2));
    assert_eq!(world.hear(a), ["download 1 at 5 5 of 5 up 5 2: 5"]);
}

#[test]
fn realms_do_not_hear_of_each_other() {
    let mut world = World::new();
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    world.bind_new(b, 1, "/y");
    world.say(a, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    assert_eq!(world.hear(b), [""; 0]);
}
