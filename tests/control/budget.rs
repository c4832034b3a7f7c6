//! How long a device may be away, and the warnings before that is over.

use std::sync::Arc;
use std::time::Duration;

use realm_sync::client::{CallbackToken, ConnectionState, OfflineBudget, OfflineLevel};

use crate::rig::{folder, Net, Rig, Told};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

fn warnings(rig: &Rig) -> (Told<OfflineLevel>, CallbackToken) {
    let (told, tell) = Told::new();
    let warn = move |path: &std::path::Path, budget: &OfflineBudget| {
        assert!(path.ends_with("a"));
        tell(budget.level);
    };
    (told, rig.client.add_offline_callback(Arc::new(warn)))
}

#[test]
fn the_budget_is_what_the_server_said_from_the_last_good_download_on() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(30 * DAY);
    let device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    let status = device.session.status();
    let budget = status.offline.unwrap();
    assert_eq!((budget.max_offline, budget.level), (30 * DAY, OfflineLevel::Within));
    // The connection has lasted a little longer than the download.
    assert!((0..1000).contains(&(budget.away_since.0 - status.last_synced.unwrap().0)), "{status:?}");
    assert_eq!(budget.deadline.0 - budget.away_since.0, 30 * DAY.as_millis() as u64);
}

#[test]
fn the_budget_survives_the_process() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(30 * DAY);
    let device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    let before = device.session.status();
    drop(device);
    rig.run();
    rig.net = Net::Refuses;
    rig.max_offline = None;
    rig.pass(10 * DAY);
    let device = rig.open("a");
    let after = device.session.status();
    assert!(before.last_synced.is_some());
    assert_eq!(after.last_synced, before.last_synced);
    let (before, after) = (before.offline.unwrap(), after.offline.unwrap());
    assert_eq!((after.max_offline, after.level), (before.max_offline, before.level));
    assert!((0..1000).contains(&(before.deadline.0 - after.deadline.0)), "{before:?}, {after:?}");
}

#[test]
fn a_connection_that_is_idle_uses_up_nothing_until_it_ends() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(10 * DAY);
    let mut device = rig.open("a");
    let (told, _token) = warnings(&rig);
    rig.pass(30 * DAY);
    rig.net = Net::Refuses;
    rig.cut();
    assert_eq!(device.session.status().offline.unwrap().level, OfflineLevel::Within);
    rig.net = Net::Up;
    rig.pass(30 * DAY);
    rig.stop(&device);
    rig.pass(7 * DAY);
    device.commit(1, 10);
    rig.run();
    assert_eq!(told.take(), []);
    rig.pass(DAY);
    device.commit(2, 10);
    rig.run();
    assert_eq!(told.take(), [OfflineLevel::ThreeQuarters]);
}

#[test]
fn promise_9_a_stopped_session_warns_once_at_each_level_when_it_is_written_to_and_sets_no_timer() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(100 * DAY);
    let mut device = rig.open("a");
    let (told, _token) = warnings(&rig);
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    let mut key = 0;
    let mut commit = |rig: &mut Rig| {
        key += 1;
        device.commit(key, 10);
        rig.run();
        told.take()
    };
    for (days, expected) in [
        (74, vec![]),
        (2, vec![OfflineLevel::ThreeQuarters]),
        (1, vec![]),
        (14, vec![OfflineLevel::NineTenths]),
        (10, vec![OfflineLevel::Exceeded]),
        (100, vec![]),
    ] {
        assert_eq!(rig.worker.poll_timeout(), None, "no timer runs for it");
        rig.pass(days * DAY);
        assert_eq!(commit(&mut rig), expected, "after {days} more days");
    }
}

#[test]
fn stop_start_open_and_a_look_at_the_status_warn_as_well() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(100 * DAY);
    let device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    let (told, _token) = warnings(&rig);
    rig.pass(80 * DAY);
    assert_eq!(device.session.status().offline.unwrap().level, OfflineLevel::ThreeQuarters);
    rig.run();
    assert_eq!(told.take(), [OfflineLevel::ThreeQuarters]);
    rig.pass(15 * DAY);
    rig.net = Net::Refuses;
    rig.start(&device);
    assert_eq!(told.take(), [OfflineLevel::NineTenths]);
    rig.pass(10 * DAY);
    rig.stop(&device);
    assert_eq!(told.take(), [OfflineLevel::Exceeded]);
    drop(device);
    rig.run();
    let _device = rig.open("a");
    rig.run();
    assert_eq!(told.take(), [OfflineLevel::Exceeded], "a process that opens the file hears of it");
}

#[test]
fn a_good_download_begins_the_budget_anew() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(100 * DAY);
    let device = rig.open("a");
    let (told, _token) = warnings(&rig);
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    rig.pass(95 * DAY);
    rig.start(&device);
    rig.pass(Duration::from_secs(1));
    assert_eq!(told.take(), [OfflineLevel::NineTenths]);
    rig.stop(&device);
    assert_eq!(device.session.status().offline.unwrap().level, OfflineLevel::Within);
    rig.pass(76 * DAY);
    device.session.status();
    rig.run();
    assert_eq!(told.take(), [OfflineLevel::ThreeQuarters]);
}

#[test]
fn a_connection_without_a_download_neither_ends_the_absence_nor_repeats_its_warnings() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.max_offline = Some(100 * DAY);
    let mut device = rig.open("a");
    let (told, _token) = warnings(&rig);
    rig.pass(Duration::from_secs(1));
    rig.stop(&device);
    rig.pass(80 * DAY);
    rig.net = Net::Mute;
    rig.start(&device);
    assert_eq!(told.take(), [OfflineLevel::ThreeQuarters]);
    assert_eq!(device.session.connection_state(), ConnectionState::Connected);
    device.commit(1, 10);
    rig.run();
    assert_eq!(device.session.status().offline.unwrap().level, OfflineLevel::ThreeQuarters);
    rig.stop(&device);
    device.commit(2, 10);
    rig.run();
    assert_eq!(told.take(), []);
}

#[test]
fn without_the_servers_word_there_is_no_budget_but_the_time_of_the_last_download() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    let status = device.session.status();
    assert_eq!(status.offline, None);
    assert!(status.last_synced.is_some());
}
