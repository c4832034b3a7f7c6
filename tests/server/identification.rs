//! The checks of IDENT, in their order.

use crate::changesets::make_class;
use crate::world::{bind, upload, World};

/// A realm with one version, whose latest salt is returned with the file that made it.
fn realm_with_one_version(world: &mut World) -> (String, String) {
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.say(id, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    let frames = world.hear_frames(id);
    let text = String::from_utf8_lossy(frames.last().unwrap()).into_owned();
    let fields: Vec<_> = text.split([' ', '\n']).collect();
    assert_eq!(fields[..5], ["download", "1", "1", "2", "1"]);
    let salt = fields[5].to_owned();
    world.disconnect(id);
    (file, salt)
}

/// What an IDENT with these fields is answered with.
fn answer_to(world: &mut World, fields: &str) -> String {
    let id = world.connect();
    world.say(id, bind(1, "/x", false));
    world.say(id, format!("ident 1 {fields}\n"));
    let answer = world.hear(id).remove(0);
    world.disconnect(id);
    answer
}

#[test]
fn each_disagreement_has_its_code() {
    let mut world = World::new();
    let (file, salt) = realm_with_one_version(&mut world);
    let good = format!("{file} 1 2 1 {salt}");
    assert_eq!(answer_to(&mut world, &good), "download 1 at 1 2 of 1 up 2 0: ");
    let cases = [
        // Ahead of the server, whatever the ident says.
        ("999 5 2 0 2 5".to_owned(), 209),
        ("999 5 0 0 0 0".to_owned(), 208),
        ("0 0 0 0 0 0".to_owned(), 208),
        ("1 1 0 0 0 0".to_owned(), 208),
        ("2 12345 0 0 0 0".to_owned(), 211),
        (format!("{file} 2 0 1 {salt}"), 209),
        (format!("{file} 1 3 1 {salt}"), 210),
        (format!("{file} 1 2 0 0"), 209),
        (format!("{file} 1 2 1 4711"), 211),
        (format!("{file} 0 0 0 4711"), 211),
    ];
    for (fields, code) in cases {
        assert_eq!(answer_to(&mut world, &fields), format!("error {code} 1"), "{fields}");
    }
}

#[test]
fn a_client_behind_what_it_acknowledged_is_refused() {
    let mut world = World::new();
    let (file, salt) = realm_with_one_version(&mut world);
    let id = world.connect();
    world.say(id, bind(1, "/x", false));
    world.say(id, format!("ident 1 {file} 1 2 1 {salt}\n"));
    world.say(id, upload(1, &[], (3, 1), 1));
    world.disconnect(id);
    assert_eq!(answer_to(&mut world, &format!("{file} 0 0 1 {salt}")), "error 209 1");
}

#[test]
fn a_reset_client_takes_over_the_ident_of_its_fresh_copy() {
    let mut world = World::new();
    let (_, salt) = realm_with_one_version(&mut world);
    let fresh = world.connect();
    world.say(fresh, bind(1, "/x", true));
    let file = world.hear(fresh)[0].strip_prefix("ident 1 ").unwrap().to_owned();
    world.say(fresh, format!("ident 1 {file} 0 0 0 0\n"));
    world.say(fresh, "unbind 1\n");
    assert_eq!(answer_to(&mut world, &format!("{file} 1 0 1 {salt}")), "download 1 at 1 0 of 1 up 0 0: ");
}

#[test]
fn what_was_sent_before_the_ident_was_accepted_counts() {
    let mut world = World::new();
    let (file, salt) = realm_with_one_version(&mut world);
    let id = world.connect();
    let class = make_class();
    world.put(id, bind(1, "/x", false));
    world.put(id, format!("ident 1 {file} 1 2 1 {salt}\n"));
    world.put(id, upload(1, &[(3, 1, 5, &class)], (3, 1), 1));
    world.put(id, "mark 1 1\n");
    let heard = world.hear(id);
    assert_eq!(heard.last().map(String::as_str), Some("mark 1 1"), "{heard:?}");
    assert!(heard.contains(&"download 1 at 2 3 of 2 up 3 1: ".to_owned()), "{heard:?}");
}
