//! Stop, start, close and kill at every boundary of a device's work, and at every disk operation of its database work, one
//! after the other: nothing is lost, nothing happens twice, and everything ends equal.

use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use realm_sync::server::Limits;

use crate::child::{child, child_folder};
use crate::intervention::{Action, Moment};
use crate::work::AskingDisk;
use crate::world::World;

const PAUSE: Duration = Duration::from_millis(35);
const DAY: Duration = Duration::from_secs(86_400);
/// More moments than any of these scenes has.
const NEVER: u64 = u64::MAX;
/// Set in a child: which of how many parts of the visits it makes, as `1/2`.
const PART: &str = "BOUNDARIES_PART";

/// What is done at a moment.
const ENDINGS: [(&str, &[(Duration, Action)]); 5] = [
    ("stop, and start later", &[(Duration::ZERO, Action::Stop), (PAUSE, Action::Start)]),
    ("stop and start at once", &[(Duration::ZERO, Action::Stop), (Duration::ZERO, Action::Start)]),
    ("start what runs", &[(Duration::ZERO, Action::Start)]),
    ("close and open", &[(Duration::ZERO, Action::Close), (PAUSE, Action::Boot)]),
    ("kill and open", &[(Duration::ZERO, Action::Kill), (PAUSE, Action::Boot)]),
];

/// A device whose moments are visited, in a situation; the other device writes while it works.
#[derive(Clone, Copy)]
struct Scene {
    prepare: fn(&mut World),
    /// Whether its work includes a client reset.
    resets: bool,
}

/// It has no ident yet: BIND, IDENT, its first uploads, what the other has written.
const FRESH: Scene = Scene {
    prepare: |world| {
        for _ in 0..3 {
            world.write(1);
        }
        world.run_until(world.now() + Duration::from_millis(400));
    },
    resets: false,
};

/// It comes back with unsent changes, and the other has changed the same objects.
const RETURNING: Scene = Scene {
    prepare: |world| {
        world.boot_if_down(0);
        world.write(0);
        world.write(1);
        world.run_until(world.now() + Duration::from_millis(400));
        world.kill(0);
        for _ in 0..3 {
            world.write(1);
        }
        world.run_until(world.now() + Duration::from_millis(400));
    },
    resets: false,
};

/// It comes back with unsent changes, and the server has trimmed what it needs.
const TRIMMED: Scene = Scene {
    prepare: |world| {
        world.boot_if_down(0);
        world.write(0);
        world.write(1);
        synchronise(world, 0);
        synchronise(world, 1);
        leave_with_unsent_changes(world);
        for _ in 0..3 {
            world.write(1);
        }
        synchronise(world, 1);
        world.shut_down(1);
        world.run_until(world.now() + 3 * DAY);
        world.boot(1);
        world.write(1);
        synchronise(world, 1);
        world.run_until(world.now() + Duration::from_secs(60));
        world.check_history();
        assert!(world.trim_point() > 0, "nothing was trimmed");
    },
    resets: true,
};

/// It comes back with unsent changes, and the server is restored from a copy that is older than the device.
const UNKNOWN: Scene = Scene {
    prepare: |world| {
        world.write(1);
        synchronise(world, 1);
        world.shut_down(1);
        world.back_up_server();
        world.boot(0);
        synchronise(world, 0);
        leave_with_unsent_changes(world);
        world.restore_server();
        world.boot(1);
        for _ in 0..3 {
            world.write(1);
        }
        synchronise(world, 1);
    },
    resets: true,
};

fn synchronise(world: &mut World, number: usize) {
    for upload in [true, false] {
        world.begin_wait(number, upload);
        world.end_waits();
    }
}

fn leave_with_unsent_changes(world: &mut World) {
    world.on_device(0, |running, now, wishes, random| running.stop(0, now, wishes, random));
    world.write(0);
    world.write(0);
    world.shut_down(0);
}

/// Lives through the scene once; the number of moments that the device's work had.
fn live(scene: Scene, moment: Moment, at: u64, actions: &[(Duration, Action)]) -> u64 {
    let folder = match moment {
        Moment::Boundary => crate::folder(),
        Moment::DiskOperation => tempfile::tempdir_in(child_folder().unwrap()).unwrap(),
    };
    let limits = Limits { max_offline: 2 * DAY, ..Limits::default() };
    let mut world = World::with_limits(folder.path(), 7, 2, limits);
    world.kill(0);
    (scene.prepare)(&mut world);
    if moment == Moment::DiskOperation {
        world.disk = Some(AskingDisk::here());
    }
    world.interventions.watch(0, moment, at, actions.to_vec());
    let start = world.now();
    let events = [
        (0, 0, Action::Boot),
        (0, 0, Action::Write),
        (0, 0, Action::Write),
        (50, 1, Action::Write),
        (90, 0, Action::Write),
        (120, 1, Action::Write),
    ];
    for (after_ms, device, action) in events {
        world.interventions.plan(start + Duration::from_millis(after_ms), device, action);
    }
    world.run_until(start + Duration::from_millis(1200));
    let passed = world.interventions.unwatch();
    world.settle();
    world.check_converged();
    let reset = world.devices[0].running.as_ref().unwrap().session().last_client_reset();
    assert_eq!(reset.is_some_and(|report| report.did_recover), scene.resets);
    passed
}

/// The visits that fail, of those that this part makes.
fn failures(scene: Scene, moment: Moment, moments: u64, (part, parts): (u64, u64)) -> Vec<(u64, &'static str)> {
    let mine = (1..=moments).filter(|at| at % parts == part);
    let each = mine.flat_map(|at| ENDINGS.iter().map(move |(name, actions)| (at, *name, *actions)));
    each.filter(|(at, _, actions)| std::panic::catch_unwind(|| live(scene, moment, *at, actions)).is_err())
        .map(|(at, name, _)| (at, name))
        .collect()
}

fn parts() -> u64 {
    std::thread::available_parallelism().map_or(1, usize::from) as u64
}

fn visit_every_boundary(scene: Scene) {
    let boundaries = live(scene, Moment::Boundary, NEVER, &[]);
    assert!(boundaries > 20, "a scene without work shows nothing: {boundaries} boundaries");
    let parts = parts();
    let failed: Vec<(u64, &str)> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..parts)
            .map(|part| scope.spawn(move || failures(scene, Moment::Boundary, boundaries, (part, parts))))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "of {boundaries} boundaries, these fail: {failed:?}");
    println!("{boundaries} boundaries, {} endings each", ENDINGS.len());
}

/// In children, whose disk asks before each operation.
fn visit_every_disk_operation(test: &str, scene: Scene) {
    if child_folder().is_some() {
        return visit_a_part(scene);
    }
    let folder = crate::folder();
    let children: Vec<_> = (0..parts()).map(|part| start_part(test, folder.path(), part)).collect();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{out}\n{err}");
        out.lines().filter(|line| line.contains("endings each")).for_each(|line| println!("{line}"));
    }
}

fn start_part(test: &str, folder: &Path, part: u64) -> std::process::Child {
    let mut command = child(test, folder);
    command.env(PART, format!("{part}/{}", parts()));
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn visit_a_part(scene: Scene) {
    let text = std::env::var(PART).unwrap();
    let (part, parts) = text.split_once('/').unwrap();
    let operations = live(scene, Moment::DiskOperation, NEVER, &[]);
    assert!(operations > 20, "a scene without work shows nothing: {operations} operations");
    let part = (part.parse().unwrap(), parts.parse().unwrap());
    let failed = failures(scene, Moment::DiskOperation, operations, part);
    assert!(failed.is_empty(), "of {operations} disk operations, these fail: {failed:?}");
    println!("{operations} disk operations, {} endings each", ENDINGS.len());
}

#[test]
fn every_boundary_of_a_first_synchronisation_survives_every_ending() {
    visit_every_boundary(FRESH);
}

#[test]
fn every_boundary_of_a_return_survives_every_ending() {
    visit_every_boundary(RETURNING);
}

#[test]
fn every_boundary_of_a_reset_behind_trimmed_history_survives_every_ending() {
    visit_every_boundary(TRIMMED);
}

#[test]
fn every_boundary_of_a_reset_for_an_unknown_ident_survives_every_ending() {
    visit_every_boundary(UNKNOWN);
}

#[test]
fn every_disk_operation_of_a_first_synchronisation_survives_every_ending() {
    let test = "boundaries::every_disk_operation_of_a_first_synchronisation_survives_every_ending";
    visit_every_disk_operation(test, FRESH);
}

#[test]
fn every_disk_operation_of_a_return_survives_every_ending() {
    visit_every_disk_operation("boundaries::every_disk_operation_of_a_return_survives_every_ending", RETURNING);
}

#[test]
fn every_disk_operation_of_a_reset_behind_trimmed_history_survives_every_ending() {
    let test = "boundaries::every_disk_operation_of_a_reset_behind_trimmed_history_survives_every_ending";
    visit_every_disk_operation(test, TRIMMED);
}

#[test]
fn every_disk_operation_of_a_reset_for_an_unknown_ident_survives_every_ending() {
    let test = "boundaries::every_disk_operation_of_a_reset_for_an_unknown_ident_survives_every_ending";
    visit_every_disk_operation(test, UNKNOWN);
}

/// Stopped, closed and killed, again and again.
const NO_REST: [(Duration, Action); 8] = [
    (Duration::ZERO, Action::Close),
    (Duration::from_millis(10), Action::Boot),
    (Duration::from_millis(65), Action::Kill),
    (Duration::from_millis(75), Action::Boot),
    (Duration::from_millis(130), Action::Close),
    (Duration::from_millis(140), Action::Boot),
    (Duration::from_millis(195), Action::Stop),
    (Duration::from_millis(205), Action::Start),
];

#[test]
fn lesson_24_a_reset_that_is_ended_again_and_again_goes_on() {
    for scene in [TRIMMED, UNKNOWN] {
        let boundaries = live(scene, Moment::Boundary, NEVER, &[]);
        for at in 1..=boundaries {
            println!("boundary {at} of {boundaries}");
            live(scene, Moment::Boundary, at, &NO_REST);
        }
    }
}
