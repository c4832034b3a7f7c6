//! What a session is doing, and why.

use std::time::Duration;

use realm_sync::client::{ConnectionState, Network, Reachability, Reason, SessionState};

use crate::rig::{folder, Net, Rig};

fn not_reachable() -> Network {
    Network { reachability: Reachability::NotReachable, is_metered: false }
}

#[test]
fn the_reason_tells_opened_stopped_and_started_apart() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    let status = device.session.status();
    assert_eq!(
        (status.state, status.reason, status.connection),
        (SessionState::Active, Reason::Opened, ConnectionState::Connected)
    );
    rig.stop(&device);
    let status = device.session.status();
    assert_eq!(
        (status.state, status.reason, status.connection),
        (SessionState::Paused, Reason::Stopped, ConnectionState::Disconnected)
    );
    rig.start(&device);
    assert_eq!(device.session.status().reason, Reason::Started);
}

#[test]
fn a_session_that_backs_off_says_when_it_tries_again_and_how_often_it_failed() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let device = rig.open("a");
    rig.pass(Duration::from_secs(1));
    let status = device.session.status();
    assert_eq!((status.reason, status.failures), (Reason::BacksOff, 2));
    assert_eq!(status.next_attempt_in(), Some(Duration::from_secs(2)));
    assert_eq!(status.last_error.map(|error| error.number), Some(1034));
    rig.pass(Duration::from_millis(500));
    assert_eq!(device.session.status().next_attempt_in(), Some(Duration::from_millis(1500)));
    rig.stop(&device);
    let status = device.session.status();
    assert_eq!((status.reason, status.next_attempt), (Reason::Stopped, None));
    rig.net = Net::Up;
    rig.start(&device);
    let status = device.session.status();
    assert_eq!((status.reason, status.failures, status.next_attempt), (Reason::Started, 0, None));
}

#[test]
fn start_attempts_at_once_in_the_middle_of_a_backoff() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let device = rig.open("a");
    rig.pass(Duration::from_secs(100));
    rig.net = Net::Up;
    rig.stop(&device);
    let before = rig.attempts;
    rig.start(&device);
    assert_eq!(rig.attempts, before + 1);
    assert_eq!(device.session.connection_state(), ConnectionState::Connected);
}

#[test]
fn a_session_without_network_says_so_and_sets_no_timer() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Silent;
    let device = rig.open("a");
    assert_eq!(device.session.connection_state(), ConnectionState::Connecting);
    rig.client.set_network(not_reachable());
    rig.run();
    let status = device.session.status();
    assert_eq!((status.reason, status.failures), (Reason::AwaitsNetwork, 0));
    assert_eq!(rig.worker.poll_timeout(), None);
    assert_eq!(rig.attempts, 1);
    rig.net = Net::Up;
    rig.client.set_network(Network { reachability: Reachability::Reachable, is_metered: false });
    rig.run();
    assert_eq!(rig.attempts, 2);
    assert_eq!(device.session.connection_state(), ConnectionState::Connected);
}

#[test]
fn a_start_counts_for_more_than_the_host_that_says_there_is_no_network_and_an_open_does_not() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.client.set_network(not_reachable());
    let device = rig.open("a");
    assert_eq!((rig.attempts, device.session.status().reason), (0, Reason::AwaitsNetwork));
    rig.stop(&device);
    rig.start(&device);
    assert_eq!((rig.attempts, device.session.connection_state()), (1, ConnectionState::Connected));
    rig.cut();
    assert_eq!((rig.attempts, device.session.status().reason), (1, Reason::AwaitsNetwork));
    device.session.reconnect();
    rig.run();
    assert_eq!((rig.attempts, device.session.connection_state()), (2, ConnectionState::Connected));
}

#[test]
fn a_stopped_session_stays_stopped_whatever_the_network_does_or_a_reconnect_asks() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    rig.stop(&device);
    let (attempts, frames) = (rig.attempts, rig.frames);
    for reachability in [Reachability::NotReachable, Reachability::Reachable, Reachability::Unknown] {
        for is_metered in [true, false] {
            rig.client.set_network(Network { reachability, is_metered });
            rig.client.reconnect_all();
            device.session.reconnect();
            rig.run();
        }
    }
    assert_eq!((rig.attempts, rig.frames, rig.worker.poll_timeout()), (attempts, frames, None));
    assert_eq!(device.session.status().reason, Reason::Stopped);
}

#[test]
fn reconnect_moves_one_session_and_reconnect_all_every_one() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let (a, b) = (rig.open("a"), rig.open_with("b", |config| config.partition = "b".into()));
    rig.pass(Duration::from_secs(20));
    let planned = b.session.status().next_attempt;
    let attempts = rig.attempts;
    a.session.reconnect();
    rig.run();
    assert_eq!((rig.attempts, b.session.status().next_attempt), (attempts + 1, planned));
    assert_eq!(a.session.status().next_attempt_in(), Some(Duration::from_secs(1)));
    rig.client.reconnect_all();
    rig.run();
    assert_eq!(rig.attempts, attempts + 3);
    assert_eq!(b.session.status().next_attempt_in(), Some(Duration::from_secs(1)));
}

#[test]
fn reconnect_probes_a_healthy_socket() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    let frames = rig.frames;
    device.session.reconnect();
    rig.run();
    rig.pass(Duration::ZERO);
    assert_eq!((rig.attempts, rig.frames), (1, frames + 1), "a PING, and no attempt");
}

#[test]
fn the_status_callback_tells_each_change_once_and_nothing_of_a_stopped_session() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.net = Net::Refuses;
    let device = rig.open("a");
    let (told, _token) = device.statuses();
    rig.pass(Duration::from_secs(1));
    let statuses = told.take();
    let last = statuses.last().unwrap();
    assert_eq!(
        (last.reason, last.failures, last.next_attempt_in()),
        (Reason::BacksOff, 2, Some(Duration::from_secs(2)))
    );
    rig.run();
    assert!(told.take().is_empty(), "nothing changed");
    rig.stop(&device);
    rig.client.set_network(not_reachable());
    rig.run();
    assert!(told.take().is_empty(), "no callback of a stopped session begins");
    rig.net = Net::Up;
    rig.start(&device);
    let reasons: Vec<Reason> = told.take().iter().map(|status| status.reason).collect();
    assert_eq!(reasons.last(), Some(&Reason::Started));
    assert_eq!(device.session.connection_state(), ConnectionState::Connected);
}

#[test]
fn nothing_starts_or_stops_a_session_whose_client_is_closed() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    let closed = rig.client.begin_shutdown();
    // On its way while the client closes.
    device.session.start();
    rig.run();
    closed.wait();
    let is_over = || (device.session.state(), device.session.connection_state());
    assert_eq!(is_over(), (SessionState::Inactive, ConnectionState::Disconnected));
    device.session.start();
    assert_eq!(is_over(), (SessionState::Inactive, ConnectionState::Disconnected));
    device.session.stop();
    device.session.initiate_client_reset();
    device.session.user().log_out();
    device.session.user().log_in("again".into());
    assert_eq!(is_over(), (SessionState::Inactive, ConnectionState::Disconnected));
    assert_eq!(device.session.status().reason, Reason::Closed);
}

#[test]
fn what_the_host_said_reads_back() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let device = rig.open("a");
    assert_eq!(rig.client.network(), Network::default());
    let network = Network { reachability: Reachability::Reachable, is_metered: true };
    rig.client.set_network(network);
    assert_eq!((rig.client.network(), device.session.status().network), (network, network));
}
