//! Stop, start, close and kill at every boundary of a device's work, one after the other: nothing is lost, nothing
//! happens twice, and everything ends equal.

use std::time::Duration;

use crate::intervention::Action;
use crate::world::World;

const PAUSE: Duration = Duration::from_millis(35);
/// More boundaries than any of these scenes has.
const NEVER: u64 = u64::MAX;

/// What is done at a boundary.
const ENDINGS: [(&str, &[(Duration, Action)]); 5] = [
    ("stop, and start later", &[(Duration::ZERO, Action::Stop), (PAUSE, Action::Start)]),
    ("stop and start at once", &[(Duration::ZERO, Action::Stop), (Duration::ZERO, Action::Start)]),
    ("start what runs", &[(Duration::ZERO, Action::Start)]),
    ("close and open", &[(Duration::ZERO, Action::Close), (PAUSE, Action::Boot)]),
    ("kill and open", &[(Duration::ZERO, Action::Kill), (PAUSE, Action::Boot)]),
];

/// A device whose boundaries are visited, in a situation; the other device writes while it works.
type Scene = fn(&mut World);

/// It has no ident yet: BIND, IDENT, its first uploads, what the other has written.
fn fresh(world: &mut World) {
    for _ in 0..3 {
        world.write(1);
    }
    world.run_until(world.now() + Duration::from_millis(400));
}

/// It comes back with unsent changes, and the other has changed the same objects.
fn returning(world: &mut World) {
    world.boot_if_down(0);
    world.write(0);
    world.write(1);
    world.run_until(world.now() + Duration::from_millis(400));
    world.kill(0);
    for _ in 0..3 {
        world.write(1);
    }
    world.run_until(world.now() + Duration::from_millis(400));
}

/// Lives through the scene once; the number of boundaries that the device's work had.
fn live(scene: Scene, at: u64, actions: &[(Duration, Action)]) -> u64 {
    let folder = crate::folder();
    let mut world = World::new(folder.path(), 7, 2);
    world.kill(0);
    scene(&mut world);
    world.interventions.watch(0, at, actions.to_vec());
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
    world.run_until(start + Duration::from_millis(600));
    let passed = world.interventions.unwatch();
    world.settle();
    world.check_converged();
    passed
}

fn visit_every_boundary(scene: Scene) {
    let boundaries = live(scene, NEVER, &[]);
    assert!(boundaries > 20, "a scene without work shows nothing: {boundaries} boundaries");
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let failed: Vec<(u64, &str)> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| scope.spawn(move || failures(scene, (1..=boundaries).filter(|at| at % threads == part))))
            .collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    assert!(failed.is_empty(), "of {boundaries} boundaries, these fail: {failed:?}");
    println!("{boundaries} boundaries, {} endings each", ENDINGS.len());
}

fn failures(scene: Scene, boundaries: impl Iterator<Item = u64>) -> Vec<(u64, &'static str)> {
    let each = boundaries.flat_map(|at| ENDINGS.iter().map(move |(name, actions)| (at, *name, *actions)));
    each.filter(|(at, _, actions)| std::panic::catch_unwind(|| live(scene, *at, actions)).is_err())
        .map(|(at, name, _)| (at, name))
        .collect()
}

#[test]
fn every_boundary_of_a_first_synchronisation_survives_every_ending() {
    visit_every_boundary(fresh);
}

#[test]
fn every_boundary_of_a_return_survives_every_ending() {
    visit_every_boundary(returning);
}
