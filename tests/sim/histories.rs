//! Random histories of devices that write, connect, disconnect and restart as they like: nothing on the way may fail,
//! and in the end every device and the server have the same.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::panic::AssertUnwindSafe;
use std::sync::Once;
use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};
use realm_sync::schema::{Collection, Schema};

use crate::declare::{class, example_schema, int, many};
use crate::peers::{Maker, Peers};
use crate::script;
use crate::writer::{is_foreign, lines, Choices, CLASS_T};

/// Histories in a normal run, of all numbers of devices together; `REALM_SYNC_SIM_HISTORIES` asks for another number.
const HISTORIES: u32 = 600;
/// Of so many histories each kind of instruction is in one.
const MANY: u32 = 200;
const KINDS: usize = 14;
/// Versions of the application, each of which declares more than the one before.
const APP_VERSIONS: usize = 3;

/// What everybody has from the beginning: something in most collections, so that there is something to disagree about.
const BASE: &[&str] = &[
    "@A1 create",
    "@A2 create",
    "@B1 create",
    "@B2 create",
    "@A1 ints add 10",
    "@A1 ints add 20",
    "@A1 ints add 30",
    "@A1 embs add new",
    "@A1 embs add new",
    "@A1 links add ->B1",
    "@A1 links add ->B2",
    "@A1 any = list",
    "@A1 any add list",
    "@A1 any add 1",
    "@A1 any/0 add 5",
    "@A2 dict/k = list",
    "@A2 dict/k add 1",
    "@A2 emb = new",
    "@A2 edict/k = new",
    "@A2 iset put 1",
    "@A2 sset put 'a",
    "@A2 texts add 'a",
    "@A2 texts add 'b",
];

#[derive(Debug, Clone)]
enum Step {
    Commit {
        device: usize,
        maker: Maker,
        changes: Vec<Vec<u8>>,
        pause: u64,
    },
    Connect(usize),
    Disconnect(usize),
    /// The process ends without a word, and starts again.
    Restart(usize),
    /// The device gets the next version of the application.
    Upgrade(usize),
    Pass {
        ms: u64,
    },
    RestartServer,
}

#[derive(Debug, Clone)]
struct History {
    devices: usize,
    /// By how much each device's clock is ahead.
    skews: Vec<u64>,
    seed: u64,
    steps: Vec<Step>,
}

fn histories(devices: usize) -> impl Strategy<Value = History> {
    let device = 0..devices;
    let change = prop::collection::vec(any::<u8>(), 8);
    let maker = prop_oneof![2 => Just(Maker::Application), 1 => Just(Maker::Foreign)];
    let step = prop_oneof![
        8 => (device.clone(), maker, prop::collection::vec(change, 1..5), 0..3u64)
            .prop_map(|(device, maker, changes, pause)| Step::Commit { device, maker, changes, pause }),
        2 => device.clone().prop_map(Step::Connect),
        1 => device.clone().prop_map(Step::Disconnect),
        1 => device.clone().prop_map(Step::Restart),
        1 => device.prop_map(Step::Upgrade),
        3 => (1..60u64).prop_map(|ms| Step::Pass { ms }),
        1 => Just(Step::RestartServer),
    ];
    let skews = prop::collection::vec(0..4u64, devices);
    (skews, 0..1_000u64, prop::collection::vec(step, 1..30)).prop_map(move |(skews, seed, steps)| History {
        devices,
        skews,
        seed,
        steps,
    })
}

fn schema(app_version: usize) -> Schema {
    let mut schema = example_schema();
    if app_version >= 1 {
        schema.classes[0].properties.push(int("extra"));
    }
    if app_version >= 2 {
        schema.classes.push(class("T", vec![int("_id"), int("i"), many(Collection::List, int("ints"))]));
    }
    if app_version >= APP_VERSIONS {
        schema.classes[1].properties.push(int("y"));
    }
    schema
}

fn name(device: usize) -> char {
    char::from(b'A' + u8::try_from(device).unwrap())
}

/// Lives through the history; `said` gets what happened, line by line. Returns the kinds of instructions that the server
/// sent.
fn live(history: &History, said: &RefCell<Vec<String>>) -> BTreeSet<String> {
    let say = |line: String| said.borrow_mut().push(line);
    let mut peers = Peers::new(history.devices, history.seed);
    peers.commit(0, 1, BASE, Maker::Application);
    if history.seed.is_multiple_of(2) {
        peers.commit(0, 1, &CLASS_T, Maker::Foreign);
    }
    peers.exchange(&(0..history.devices).collect::<Vec<_>>());
    peers.world.heard.clear();
    let mut app_versions = vec![0; history.devices];
    let mut now = 100;
    for step in &history.steps {
        match step {
            Step::Commit { device, maker, changes, pause } => {
                now += pause;
                let lines = transaction(&peers, *device, *maker, changes);
                let at = now + history.skews[*device];
                say(format!("{}@{at} {maker:?}: {}", name(*device), lines.join(", ")));
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                peers.commit(*device, at, &lines, *maker);
            }
            Step::Connect(device) => {
                say(format!("{} connects", name(*device)));
                peers.start(*device);
            }
            Step::Disconnect(device) => {
                say(format!("{} disconnects", name(*device)));
                peers.stop(*device);
            }
            Step::Restart(device) => {
                say(format!("{} restarts", name(*device)));
                peers.world.kill(*device);
                peers.world.boot_if_down(*device);
            }
            Step::Upgrade(device) => {
                let version = &mut app_versions[*device];
                if *version < APP_VERSIONS {
                    *version += 1;
                    say(format!("{} gets version {version} of the application", name(*device)));
                    peers.declare(*device, now + history.skews[*device], schema(*version));
                }
            }
            Step::Pass { ms } => {
                say(format!("{ms} ms pass"));
                peers.world.run_until(peers.world.now() + Duration::from_millis(*ms));
            }
            Step::RestartServer => {
                say("the server restarts".to_owned());
                peers.world.restart_server();
            }
        }
    }
    say("everybody connects".to_owned());
    peers.world.settle();
    peers.agreed();
    let sent = (0..history.devices).flat_map(|device| peers.sent_to(device));
    sent.filter_map(|line| line.split(' ').next().map(str::to_owned)).collect()
}

/// Lines for the state that the device is in.
fn transaction(peers: &Peers, device: usize, maker: Maker, changes: &[Vec<u8>]) -> Vec<String> {
    let mut model = peers.model(device);
    let mut all = Vec::new();
    for numbers in changes {
        for line in lines(&model, &mut Choices::new(numbers)) {
            // Its key is known only when it is made.
            let is_keyless = line == "@K create";
            match maker {
                Maker::Application if is_foreign(&line) => continue,
                Maker::Foreign if is_keyless => continue,
                Maker::Application | Maker::Foreign => {}
            }
            if !is_keyless {
                script::record(&mut model, &[&line]);
            }
            all.push(line);
        }
    }
    all
}

thread_local! {
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs it, and tells what kinds of instructions were in it; the script and what went wrong, where something did.
fn run(history: &History) -> Result<BTreeSet<String>, String> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let told = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            if !IS_QUIET.get() {
                told(info);
            }
        }));
    });
    let said = RefCell::new(Vec::new());
    IS_QUIET.set(true);
    let lived = std::panic::catch_unwind(AssertUnwindSafe(|| live(history, &said)));
    IS_QUIET.set(false);
    lived.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
        format!("\n{}\n{}", said.borrow().join("\n"), text.unwrap_or_default())
    })
}

fn converge(devices: usize) {
    let histories_of_each = crate::number("REALM_SYNC_SIM_HISTORIES").map_or(HISTORIES, |all| all as u32).div_ceil(3);
    let config = Config { failure_persistence: None, max_shrink_iters: 4_000, ..Config::with_cases(histories_of_each) };
    let kinds = RefCell::new(BTreeSet::new());
    let result = TestRunner::new(config).run(&histories(devices), |history| {
        kinds.borrow_mut().extend(run(&history).map_err(TestCaseError::fail)?);
        Ok(())
    });
    match result {
        Ok(()) => println!("{histories_of_each} histories of {devices} devices converged"),
        Err(TestError::Fail(reason, history)) => panic!("{reason}\n\n{history:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    let kinds = kinds.into_inner();
    assert!(kinds.len() == KINDS || histories_of_each < MANY, "not every kind of instruction was sent: {kinds:?}");
}

#[test]
fn histories_of_two_devices_converge() {
    converge(2);
}

#[test]
fn histories_of_three_devices_converge() {
    converge(3);
}

#[test]
fn histories_of_five_devices_converge() {
    converge(5);
}
