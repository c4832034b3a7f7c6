//! What a connection may bind and upload.

use realm_sync::server::{Access, Permission};

use crate::changesets::make_class;
use crate::world::{bind, upload, World};

#[test]
fn a_realm_without_permission_is_refused_and_others_go_on() {
    let mut world = World::new();
    let id = world.connect_as(14, Access::nothing().grant("/mine/*", Permission::Write));
    world.say(id, bind(1, "/yours/1", true));
    world.say(id, bind(2, "/mine/1", true));
    let heard = world.hear(id);
    assert_eq!(heard[0], "error 206 1");
    assert!(heard[1].starts_with("ident 2 2 "), "{heard:?}");
}

#[test]
fn a_refused_path_leaves_no_file() {
    let mut world = World::new();
    let id = world.connect_as(14, Access::nothing());
    world.say(id, bind(1, "/x", true));
    let files = std::fs::read_dir(world.folder.path()).unwrap();
    assert!(files.map(|file| file.unwrap().file_name()).all(|name| !name.to_str().unwrap().contains(".realm")));
}

#[test]
fn a_reader_downloads_and_acknowledges_but_does_not_upload() {
    let mut world = World::new();
    let reader = world.connect_as(14, Access::nothing().grant("x", Permission::Read));
    world.bind_new(reader, 1, "/x");
    world.say(reader, upload(1, &[], (3, 0), 0));
    assert_eq!(world.hear(reader), [""; 0]);
    world.say(reader, upload(1, &[(4, 0, 1, &make_class())], (4, 0), 0));
    assert_eq!(world.hear(reader), ["error 230 1"]);
}

#[test]
fn a_path_that_is_no_text_is_illegal() {
    let mut world = World::new();
    let id = world.connect();
    world.say(id, b"bind 1 2 0 1 0\n\xff\xfe");
    world.say(id, b"bind 2 2 0 1 0\nx\0");
    assert_eq!(world.hear(id), ["error 204 1", "error 204 2"]);
}
