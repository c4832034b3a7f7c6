//! Realms that are copied into synced ones: files of their own to the server, with the same content from then on.

use std::time::Duration;

use realm_sync::store::{Realm, StoreError, Unshared};
use realm_sync::sync::Random;
use realm_sync::value::PrimaryKey;

use crate::process::{config, Process};
use crate::thing::CLASS;
use crate::world::World;

const MINUTE: Duration = Duration::from_secs(60);

fn realm<'a>(process: &'a mut Process, file: &str) -> &'a mut Realm {
    &mut process.realms.get_mut(file).unwrap().realm
}

fn copy(process: &mut Process, from: &str, to: &str) -> Result<(), StoreError> {
    let target = process.realms[from].realm.path().with_file_name(format!("{to}.realm"));
    process.realms[from].realm.copy_to_synced(&target, Unshared::Refuse)
}

/// Adds to the count of the first object.
fn add(process: &mut Process, file: &str, amount: i64) {
    let realm = realm(process, file);
    let class = realm.class_key(CLASS).unwrap();
    let count = realm.property_key(class, "count").unwrap();
    realm.begin().unwrap();
    let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().expect("the first object is there");
    realm.add_int(class, object, count, amount).unwrap();
    let commit = realm.commit().unwrap();
    process.session(file).notify_commit(commit.version);
    process.wake();
}

fn counted(process: &mut Process, file: &str) -> String {
    let realm = realm(process, file);
    let class = realm.class_key(CLASS).unwrap();
    let count = realm.property_key(class, "count").unwrap();
    let object = realm.find(class, &PrimaryKey::Int(1)).unwrap().expect("the first object is there");
    format!("{:?}", realm.get(class, object, count).unwrap())
}

#[test]
fn two_copies_and_their_original_converge_and_nothing_comes_twice() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.open("original", "notes");
    process.open("other", "notes");
    process.write("original", "first");
    add(&mut process, "original", 1);
    process.run_for(MINUTE);
    let downloads = |process: &Process| process.frames.len();
    copy(&mut process, "original", "one").unwrap();
    copy(&mut process, "original", "two").unwrap();
    // The original goes on before the copies meet their server, and all at once.
    add(&mut process, "original", 10);
    process.write("original", "of the original");
    process.run_for(MINUTE);
    process.open("one", "notes");
    process.open("two", "notes");
    add(&mut process, "one", 100);
    add(&mut process, "two", 1_000);
    add(&mut process, "original", 10_000);
    process.write("one", "of the first copy");
    process.write("two", "of the second copy");
    process.run_for(MINUTE);
    let idents: std::collections::BTreeSet<u64> = ["original", "other", "one", "two"]
        .map(|file| process.session(file).file_ident().expect("the server gave it an ident").ident.0)
        .into();
    assert_eq!(idents.len(), 4, "each has an ident of its own");
    let names = ["first", "of the first copy", "of the original", "of the second copy"];
    for file in ["original", "other", "one", "two"] {
        assert_eq!(process.names(file), names, "{file}");
        assert_eq!(counted(&mut process, file), "Int(11111)", "{file}");
    }
    let before = downloads(&process);
    process.run_for(10 * MINUTE);
    assert!(process.frames[before..].iter().all(|frame| frame.kind == "ping"), "everybody is done");
}

#[test]
fn a_copy_is_refused_until_its_changes_are_with_the_server_and_may_be_made_right_after_the_wait() {
    let folder = crate::folder();
    let mut process = Process::new(folder.path(), config());
    process.open("original", "notes");
    process.run_for(MINUTE);
    process.write("original", "first");
    let refused = copy(&mut process, "original", "one");
    assert!(matches!(refused, Err(StoreError::UnsharedChanges { count: 1 })), "{refused:?}");
    process.begin_wait("original");
    process.run_until(|process| process.ended_waits("original") == [true]);
    copy(&mut process, "original", "one").unwrap();
    process.open("one", "notes");
    assert_eq!(process.names("one"), ["first"]);
    process.run_for(MINUTE);
    assert_eq!(process.names("one"), ["first"]);
}

#[test]
fn worlds_in_which_realms_are_copied_converge_and_nothing_comes_twice() {
    let (mut copies, mut resets) = (0, 0);
    for seed in 0..60 {
        let folder = crate::folder();
        let mut world = World::new(folder.path(), seed, 2);
        let mut random = Random::new(seed ^ 0xc0b1e5);
        for _ in 0..40 {
            world.step();
            let number = random.below(world.devices.len() as u64) as usize;
            if world.devices.len() < 5 && random.below(4) == 0 && world.copy_device(number) {
                copies += 1;
            }
        }
        world.settle();
        // Behind a reset, what the server had stored without the device learning of it is there twice.
        if world.had_resets() {
            resets += 1;
            world.check_equal();
        } else {
            world.check_converged();
        }
    }
    println!("{copies} copies; {resets} worlds with a client reset");
    assert!(resets < 20, "{resets} worlds had a client reset");
    assert!(copies > 60, "only {copies} copies were made");
}
