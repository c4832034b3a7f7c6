//! Sessions that are not to use a metered network.

use realm_sync::client::{ConnectionState, Network, Reachability, Reason, SessionState};

use crate::rig::{folder, Rig};

fn metered(is_metered: bool) -> Network {
    Network { reachability: Reachability::Unknown, is_metered }
}

#[test]
fn a_session_that_must_not_use_a_metered_network_leaves_it_and_comes_back_afterwards() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let mut thrifty = rig.open_with("a", |config| config.syncs_while_metered = false);
    rig.client.set_network(metered(true));
    rig.run();
    let status = thrifty.session.status();
    assert_eq!((status.state, status.reason), (SessionState::Active, Reason::AwaitsUnmeteredNetwork));
    assert_eq!(status.connection, ConnectionState::Disconnected);
    assert_eq!((rig.open_sockets(), rig.worker.poll_timeout()), (0, None), "it costs nothing");
    let uploads = rig.uploads;
    thrifty.commit(1, 10);
    rig.run();
    assert_eq!(rig.uploads, uploads);
    rig.client.set_network(metered(false));
    rig.run();
    assert_eq!(thrifty.session.status().connection, ConnectionState::Connected);
    assert!(rig.uploads > uploads);
}

#[test]
fn the_other_sessions_go_on_over_the_same_socket() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let user = realm_sync::client::User::new("ada".into(), String::new());
    let a = rig.open_with("a", |config| {
        config.user = user.clone();
        config.syncs_while_metered = false;
    });
    let mut b = rig.open_with("b", |config| {
        config.user = user.clone();
        config.partition = "b".into();
    });
    rig.client.set_network(metered(true));
    rig.run();
    assert_eq!((rig.open_sockets(), rig.attempts), (1, 1));
    assert_eq!(a.session.connection_state(), ConnectionState::Disconnected);
    let uploads = rig.uploads;
    b.commit(1, 10);
    rig.run();
    assert!(rig.uploads > uploads);
}

#[test]
fn neither_open_start_nor_reconnect_makes_it_use_the_metered_network() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    rig.client.set_network(metered(true));
    let a = rig.open_with("a", |config| config.syncs_while_metered = false);
    rig.start(&a);
    a.session.reconnect();
    rig.client.reconnect_all();
    rig.run();
    rig.stop(&a);
    rig.start(&a);
    assert_eq!((rig.attempts, a.session.status().reason), (0, Reason::AwaitsUnmeteredNetwork));
}

#[test]
fn a_session_that_was_stopped_while_it_waited_stays_stopped() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let a = rig.open_with("a", |config| config.syncs_while_metered = false);
    rig.client.set_network(metered(true));
    rig.run();
    rig.stop(&a);
    rig.client.set_network(metered(false));
    rig.run();
    assert_eq!((rig.attempts, a.session.state()), (1, SessionState::Paused));
    rig.start(&a);
    assert_eq!(a.session.connection_state(), ConnectionState::Connected);
}

#[test]
fn a_wait_survives_the_metered_network() {
    let folder = folder();
    let mut rig = Rig::new(folder.path());
    let a = rig.open_with("a", |config| config.syncs_while_metered = false);
    rig.client.set_network(metered(true));
    rig.run();
    let (told, tell) = crate::rig::Told::new();
    a.session.wait_for_download(Box::new(tell)).unwrap();
    rig.run();
    assert!(told.take().is_empty());
    rig.client.set_network(metered(false));
    rig.run();
    assert_eq!(told.take(), [Ok(())]);
}
