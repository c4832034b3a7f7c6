//! `kill -9` of the application and of the server: no committed write is lost, and none is applied twice.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{channel, Sender};

use super::host::{self, Host};
use super::rig::{client, hasty, nobody, Device, Ends, Random, Server, PATIENCE};

const HOST: &str = "kills::a_killed_host_loses_no_commit_and_applies_none_twice";
const HOST_KILLS: i64 = 6;

/// What the killed process does: it says each commit once that is made.
fn write_until_killed(orders: &[String]) {
    let [url, path, first, stops_first] = orders else { panic!("{orders:?}") };
    let client = client(hasty());
    let mut device = Device::open(&client, Path::new(path), &nobody(), url, "kills");
    let stops_at: i64 = stops_first.parse().unwrap();
    let first: i64 = first.parse().unwrap();
    for (nth, key) in (first..).enumerate() {
        if nth as i64 == stops_at {
            device.upload();
            device.session.stop();
            host::say("stopped");
        }
        device.commit(key);
        host::say(&key.to_string());
    }
}

#[test]
fn a_killed_host_loses_no_commit_and_applies_none_twice() {
    if let Some(orders) = host::orders() {
        return write_until_killed(&orders);
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path());
    let mut random = Random::seeded(HOST);
    let path = folder.path().join("host.realm");
    let orders =
        |first: i64, stops_at: i64| [server.url(), path.display().to_string(), first.to_string(), stops_at.to_string()];
    let mut said = Vec::new();
    for life in 1..=HOST_KILLS {
        // In every other life the session is stopped before the kill.
        let stops_at = if life % 2 == 0 { random.below(20) as i64 } else { i64::MAX };
        let orders = orders(life * 1_000_000, stops_at);
        let mut host = Host::start(HOST, &orders.each_ref().map(String::as_str));
        for _ in 0..random.below(50) + 25 {
            said.push(host.hear().unwrap());
        }
        said.extend(host.kill());
    }
    let stops = said.iter().filter(|line| *line == "stopped").count() as i64;
    assert_eq!(stops, HOST_KILLS / 2);
    let said: Vec<i64> = said.iter().filter_map(|line| line.parse().ok()).collect();

    let client = client(hasty());
    let mut survivor = Device::open(&client, &path, &nobody(), &server.url(), "kills");
    survivor.sync();
    let keys = survivor.items.keys();
    assert!(said.iter().all(|key| keys.contains(key)), "a commit is lost");
    // A kill may come between a commit and its announcement.
    assert!(keys.len() as i64 <= said.len() as i64 + HOST_KILLS);
    survivor.items.assert_holds(&keys);
    let mut other = Device::open(&client, &folder.path().join("other.realm"), &nobody(), &server.url(), "kills");
    other.download();
    other.items.assert_holds(&keys);
}

const SERVER_KILLS: usize = 20;
const WRITERS: i64 = 3;

/// Commits until told to end, and tells of every commit that the server acknowledged.
fn write(mut device: Device, first: i64, ends: &AtomicBool, acknowledged: &Sender<i64>) -> (Device, i64) {
    let mut key = first;
    while !ends.load(Ordering::SeqCst) {
        for _ in 0..3 {
            device.commit(key);
            key += 1;
        }
        device.upload();
        acknowledged.send(key).unwrap();
    }
    (device, key)
}

#[test]
fn a_server_killed_at_random_moments_loses_nothing_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Server::start(folder.path());
    let mut random = Random::seeded("a_server_killed_at_random_moments_loses_nothing_it_acknowledged");
    let url = server.url();
    let client = client(hasty());
    let ends = AtomicBool::new(false);
    let (sender, acknowledged) = channel();
    let devices = std::thread::scope(|scope| {
        let writers: Vec<_> = (1..=WRITERS)
            .map(|number| {
                let path = folder.path().join(format!("{number}.realm"));
                let device = Device::open(&client, &path, &nobody(), &url, "kills");
                let (ends, sender) = (&ends, sender.clone());
                scope.spawn(move || write(device, number * 1_000_000, ends, &sender))
            })
            .collect();
        let told = Ends(&ends);
        for _ in 0..SERVER_KILLS {
            for _ in 0..random.below(12) {
                acknowledged.recv_timeout(PATIENCE).expect("the writers go on");
            }
            (0..random.below(2_000_000)).for_each(|_| std::hint::spin_loop());
            server.kill();
            server.run();
        }
        drop(told);
        writers.into_iter().map(|writer| writer.join().unwrap()).collect::<Vec<_>>()
    });
    let keys: Vec<i64> = (1..).zip(&devices).flat_map(|(number, (_, end))| number * 1_000_000..*end).collect();
    for (mut device, _) in devices {
        device.sync();
        device.items.assert_holds(&keys);
    }
    let mut fresh = Device::open(&client, &folder.path().join("fresh.realm"), &nobody(), &url, "kills");
    fresh.download();
    fresh.items.assert_holds(&keys);
}
