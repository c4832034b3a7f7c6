//! The checks of UPLOAD, and that nothing is integrated twice.

use realm_sync::changeset::ColumnType;

use crate::beyond::LIMITED;
use crate::changesets::{create, create_keyless, make_class, make_class_with, make_keyless_class, set, set_keyless};
use crate::world::{bind, upload, Change, World};

/// What an UPLOAD is answered with by a session that has uploaded client versions 2 and 3 and seen versions 1 and 2.
fn answer_to(changes: &[Change<'_>], progress: (u64, u64), locked: u64) -> Vec<String> {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.say(id, upload(1, &[(2, 0, 1, &make_class()), (3, 0, 2, &create(1))], (3, 0), 0));
    assert_eq!(world.hear(id), ["download 1 at 2 3 of 2 up 3 0: "]);
    world.say(id, upload(1, &[], (4, 2), 1));
    world.say(id, upload(1, changes, progress, locked));
    world.hear(id)
}

#[test]
fn an_upload_is_acknowledged_by_a_download() {
    let object = create(5);
    assert_eq!(answer_to(&[(5, 2, 9, &object)], (5, 2), 2), ["download 1 at 3 5 of 3 up 5 2: "]);
}

#[test]
fn progress_alone_is_stored_and_not_answered() {
    assert_eq!(answer_to(&[], (9, 2), 2), [""; 0]);
}

#[test]
fn cursors_that_contradict_the_session_are_refused() {
    let object = create(5);
    let one = |version, base| [(version, base, 9, object.as_slice())];
    let cases = vec![
        // Progress goes back.
        (Vec::<Change<'_>>::new(), (3, 2), 2, 210),
        // Progress claims what was never downloaded.
        (vec![], (5, 3), 2, 209),
        // Progress of the server goes back, or moves while the client's stands still.
        (vec![], (5, 1), 2, 209),
        (vec![], (4, 1), 2, 209),
        // The locked version goes back, or was never downloaded.
        (vec![], (5, 2), 0, 209),
        (vec![], (5, 2), 3, 209),
        // A changeset that is not newer than the last progress.
        (one(4, 2).to_vec(), (5, 2), 2, 210),
        // Changesets out of order.
        ([one(6, 2), one(5, 2)].concat(), (6, 2), 2, 210),
        // Bases that go back.
        (one(5, 1).to_vec(), (5, 2), 2, 209),
        // A changeset beyond the progress.
        (one(6, 2).to_vec(), (5, 2), 2, 210),
    ];
    for (changes, progress, locked, code) in cases {
        let answer = answer_to(&changes, progress, locked);
        assert_eq!(answer, [format!("error {code} 1")], "{changes:?} {progress:?} {locked}");
    }
}

#[test]
fn a_foreign_origin_is_refused() {
    let mut world = World::new();
    let id = world.connect();
    world.bind_new(id, 1, "/x");
    world.say(id, "upload 1 0 11 0 2 0 0\n2 0 5 3 1 x");
    assert_eq!(world.hear(id), ["error 216 1"]);
}

#[test]
fn bytes_that_are_no_changeset_are_refused_before_anyone_sees_them() {
    let mut world = World::new();
    let (good, bad) = (world.connect(), world.connect());
    world.bind_new(good, 1, "/x");
    world.bind_new(bad, 1, "/x");
    world.say(bad, upload(1, &[(2, 0, 1, b"\xff\xff\xff garbage")], (2, 0), 0));
    assert_eq!(world.hear(bad), ["error 212 1"]);
    assert_eq!(world.hear(good), [""; 0]);
    world.say(good, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    assert_eq!(world.hear(good), ["download 1 at 1 2 of 1 up 2 0: "]);
}

#[test]
fn a_changeset_that_does_not_apply_is_refused_whole() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    // The second one writes to an object that does not exist.
    world.say(id, upload(1, &[(2, 0, 1, &make_class()), (3, 0, 2, &set(9, 9))], (3, 0), 0));
    assert_eq!(world.hear(id), ["error 212 1"]);
    world.say(id, "unbind 1\n");
    world.say(id, bind(1, "/x", false));
    world.say(id, format!("ident 1 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["download 1 at 0 0 of 0 up 0 0: "], "nothing of the upload is in the log");
}

#[test]
fn a_changeset_at_a_limit_is_taken_and_one_beyond_it_is_refused_and_leaves_nothing() {
    for (name, limit, changeset) in LIMITED {
        let mut world = World::new();
        let (first, second) = (world.connect(), world.connect());
        world.bind_new(first, 1, "/x");
        world.say(first, upload(1, &[(2, 0, 1, &changeset(limit + 1))], (2, 0), 0));
        assert_eq!(world.hear(first), ["error 212 1"], "{name}");
        world.bind_new(second, 1, "/x");
        world.say(second, upload(1, &[(2, 0, 1, &changeset(limit))], (2, 0), 0));
        assert_eq!(world.hear(second), ["download 1 at 1 2 of 1 up 2 0: "], "{name}");
    }
}

#[test]
fn two_definitions_of_one_class_are_refused_for_the_second_uploader() {
    let mut world = World::new();
    let (first, second) = (world.connect(), world.connect());
    world.bind_new(first, 1, "/x");
    world.bind_new(second, 1, "/x");
    world.say(first, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    world.say(second, upload(1, &[(2, 0, 2, &make_class_with(ColumnType::String))], (2, 0), 0));
    assert_eq!(world.hear(second).last().map(String::as_str), Some("error 212 1"));
}

#[test]
fn an_object_whose_key_names_no_file_is_of_the_file_that_uploads_it() {
    let mut world = World::new();
    let (a, b) = (world.connect(), world.connect());
    world.bind_new(a, 1, "/x");
    world.bind_new(b, 1, "/x");
    let class = make_keyless_class();
    // Made before the file had an ident, and written to afterwards.
    world.say(
        a,
        upload(1, &[(2, 0, 1, &class), (3, 0, 2, &create_keyless(0)), (4, 0, 3, &set_keyless(2, 7))], (4, 0), 0),
    );
    assert_eq!(world.hear(a), ["download 1 at 3 4 of 3 up 4 0: "]);
    assert_eq!(world.hear(b), ["download 1 at 3 0 of 3 up 0 0: 1 2 3"]);
    // The other file's first object is another one: nothing of either is dropped, and each can be written to.
    let theirs = [(2, 0, 4, class.as_slice()), (3, 0, 5, &create_keyless(0)), (4, 0, 6, &set_keyless(3, 8))];
    world.say(b, upload(1, &theirs, (5, 3), 3));
    assert_eq!(world.hear(a), ["download 1 at 6 4 of 6 up 4 0: 5 6"]);
    assert_eq!(world.hear(b), ["download 1 at 6 4 of 6 up 5 3: "]);
    world.say(a, upload(1, &[(6, 6, 9, &set_keyless(3, 9))], (6, 6), 6));
    assert_eq!(world.hear(b), ["download 1 at 7 4 of 7 up 5 3: 7"]);
}

#[test]
fn what_was_integrated_is_skipped_when_it_comes_again() {
    let mut world = World::new();
    let first = world.connect();
    let file = world.bind_new(first, 1, "/x");
    let (class, object) = (make_class(), create(1));
    // The client loses the connection before it hears the acknowledgement, and sends again from the start.
    world.put(first, upload(1, &[(2, 0, 1, &class)], (2, 0), 0));
    world.pump();
    world.disconnect(first);
    let second = world.connect();
    world.say(second, bind(1, "/x", false));
    world.put(second, format!("ident 1 {file} 0 0 0 0\n"));
    world.put(second, upload(1, &[(2, 0, 1, &class)], (2, 0), 0));
    world.say(second, upload(1, &[(3, 0, 2, &object)], (3, 0), 0));
    let heard = world.hear(second);
    assert_eq!(heard.last().map(String::as_str), Some("download 1 at 2 3 of 2 up 3 0: "), "{heard:?}");
}

#[test]
fn an_upload_of_a_lost_connection_and_its_repetition_make_one_version() {
    let mut world = World::new();
    let (older, newer) = (world.connect(), world.connect());
    let file = world.bind_new(older, 1, "/x");
    world.say(newer, bind(1, "/x", false));
    let class = make_class();
    // Both connections' requests reach the log together: the threshold of the newer one was read first.
    world.put(newer, format!("ident 1 {file} 0 0 0 0\n"));
    world.put(older, upload(1, &[(2, 0, 1, &class)], (2, 0), 0));
    world.put(newer, upload(1, &[(2, 0, 1, &class)], (2, 0), 0));
    let heard = world.hear(newer);
    assert!(heard.last().unwrap().starts_with("download 1 at 1 2 of 1 up 2 0"), "{heard:?}");
}

#[test]
fn uploads_of_an_unbound_session_stay() {
    let mut world = World::new();
    let id = world.connect();
    let file = world.bind_new(id, 1, "/x");
    world.put(id, upload(1, &[(2, 0, 1, &make_class())], (2, 0), 0));
    world.put(id, "unbind 1\n");
    assert_eq!(world.hear(id), ["unbound 1"]);
    world.say(id, bind(2, "/x", false));
    world.say(id, format!("ident 2 {file} 0 0 0 0\n"));
    assert_eq!(world.hear(id), ["download 2 at 1 2 of 1 up 2 0: "]);
}
