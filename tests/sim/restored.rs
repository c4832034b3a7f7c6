//! Worlds whose server goes back to a backup, or to nothing, while devices write, stop, die and lose connections.

use std::time::Duration;

use realm_sync::client::SessionState;
use realm_sync::protocol::{Body, Download, DownloadEntry, ServerMessage};
use realm_sync::store::{ResetMode, SyncStore};
use realm_sync::value::{FileIdent, ServerVersion, SessionIdent};

use crate::folder;
use crate::process::{config, Process};
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
            if !has_backup && seed % 2 == 1 {
                // Once more, in the middle of the resets that follow.
                world.run_until(world.now() + Duration::from_millis(seed * 37 % 400));
                world.restore_server();
            }
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

/// The server's next word to the first session is a changeset that is none.
fn hear_a_bad_changeset(process: &mut Process) {
    let path = process.session("a").path().to_owned();
    let mut progress = SyncStore::open(&path, process.clock()).unwrap().status().unwrap().progress;
    let next = ServerVersion(progress.latest_server_version.version.0 + 1);
    progress.latest_server_version.version = next;
    progress.download.server_version = next;
    let entry = DownloadEntry {
        server_version: next,
        client_version: progress.download.client_version,
        origin_timestamp: process.clock().origin_timestamp(),
        origin_file_ident: FileIdent(77),
        original_size: 7,
        changeset: (&b"nonsense"[..]).into(),
    };
    let mut body = Vec::new();
    entry.append_to(&mut body);
    process.hear(SessionIdent(1), |session| {
        ServerMessage::Download(Download { session, progress, downloadable_bytes: 0, body: Body::pack(body) })
    });
}

#[test]
fn a_changeset_that_does_not_fit_the_file_leads_to_the_reset_that_is_configured_and_its_neighbour_does_not_notice() {
    for mode in [ResetMode::Manual, ResetMode::DiscardLocal, ResetMode::Recover, ResetMode::RecoverOrDiscard] {
        let folder = folder();
        let mut process = Process::new(folder.path(), config());
        process.reset = mode;
        process.open("a", "notes");
        process.open("b", "notes");
        process.open("other", "others");
        process.write("a", "first");
        process.run_for(Duration::from_secs(5));
        hear_a_bad_changeset(&mut process);
        process.write("a", "ours");
        process.begin_wait("other");
        process.run_for(Duration::from_secs(60));
        let (report, names) = (process.session("a").last_client_reset(), process.names("a"));
        if mode == ResetMode::Manual {
            assert_eq!((process.session("a").state(), report), (SessionState::Inactive, None));
            assert!(process.session("a").client_reset_backup().is_some_and(|backup| !backup.exists()));
            assert_eq!(names, ["first", "ours"]);
            process.session("a").initiate_client_reset();
            process.wake();
            process.run_for(Duration::from_secs(60));
            assert!(process.session("a").last_client_reset().unwrap().backup.unwrap().exists());
        } else {
            let report = report.unwrap();
            assert_eq!(report.did_recover, mode != ResetMode::DiscardLocal, "{mode:?}: {report:?}");
        }
        assert_eq!(process.session("a").state(), SessionState::Active, "{mode:?}");
        assert_eq!(process.names("a"), process.names("b"), "{mode:?}");
        assert!(process.names("a").starts_with(&["first".into()]), "{mode:?}");
        assert_eq!(process.ended_waits("other"), [true], "{mode:?}");
        assert_eq!((process.session("other").last_error(), process.attempts.len()), (None, 1), "{mode:?}");
    }
}

#[test]
fn devices_of_a_server_that_was_restored_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, true));
}

#[test]
fn lesson_26_devices_of_a_server_that_lost_everything_in_the_middle_converge() {
    (0..WORLDS).for_each(|seed| live_through(seed, false));
}
