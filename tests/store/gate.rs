//! The queue of writers, and the gate that `stop` closes.

use std::sync::mpsc::{channel, RecvTimeoutError};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use realm_sync::store::{Cancelled, Download, Gate, Mode, StoreError, SyncStore, Writers};
use realm_sync::value::{Clock, Instant, OriginTimestamp, ServerVersion, SyncProgress};

use crate::support::{item_schema, ByName, Home};

/// Long enough that only a deadlock reaches it.
const PATIENCE: Duration = Duration::from_secs(30);

fn wait_until(condition: impl Fn() -> bool) {
    while !condition() {
        thread::yield_now();
    }
}

fn advanced_download() -> Download {
    let mut progress = SyncProgress::default();
    progress.latest_server_version.version = ServerVersion(1);
    progress.download.server_version = ServerVersion(1);
    Download { progress, changesets: Vec::new() }
}

#[test]
fn writers_take_turns_in_the_order_they_came() {
    let writers = Writers::new();
    let (sender, receiver) = channel();
    let first = writers.acquire_uncancelled();
    thread::scope(|scope| {
        for number in 0..4 {
            let (waiting, sender, in_line) = (writers.clone(), sender.clone(), writers.clone());
            scope.spawn(move || {
                let turn = waiting.acquire_uncancelled();
                sender.send(number).unwrap();
                drop(turn);
            });
            wait_until(|| in_line.waiting() == number + 1);
        }
        drop(first);
    });
    drop(sender);
    assert_eq!(receiver.iter().collect::<Vec<_>>(), [0, 1, 2, 3]);
}

#[test]
fn advancing_the_gate_cancels_who_waits_for_a_turn_and_lets_the_next_through() {
    let (writers, gate) = (Writers::new(), Gate::new());
    let held = writers.acquire_uncancelled();
    let permit = gate.permit();
    thread::scope(|scope| {
        let waiter = scope.spawn(|| writers.acquire(&permit).map(drop));
        wait_until(|| writers.waiting() == 1);
        let next = scope.spawn(|| drop(writers.acquire_uncancelled()));
        wait_until(|| writers.waiting() == 2);
        // On the thread that holds the turn: a stop inside the application's own write transaction.
        gate.advance();
        assert_eq!(waiter.join().unwrap(), Err(Cancelled));
        drop(held);
        next.join().unwrap();
    });
    assert_eq!(writers.acquire(&gate.permit()).map(drop), Ok(()));
}

#[test]
fn an_old_permit_gets_neither_a_turn_nor_a_commit() {
    let (writers, gate) = (Writers::new(), Gate::new());
    let (old, generation) = (gate.permit(), gate.generation());
    gate.advance();
    assert!(old.is_cancelled());
    assert_eq!(writers.acquire(&old).map(drop), Err(Cancelled));
    assert_eq!(old.enter_commit().map(drop), Err(Cancelled));
    assert!(gate.permit_of(generation).is_cancelled());
    assert!(gate.generation() > generation);
    assert_eq!(gate.permit().enter_commit().map(drop), Ok(()));
}

#[test]
fn advancing_waits_for_a_commit_past_the_point_of_no_return_only() {
    let gate = Gate::new();
    let permit = gate.permit();
    let (advanced, is_advanced) = channel();
    thread::scope(|scope| {
        let committing = permit.enter_commit().unwrap();
        scope.spawn(|| {
            gate.advance();
            advanced.send(()).unwrap();
        });
        wait_until(|| permit.is_cancelled());
        assert_eq!(is_advanced.recv_timeout(Duration::from_millis(20)), Err(RecvTimeoutError::Timeout));
        drop(committing);
        is_advanced.recv_timeout(PATIENCE).unwrap();
    });
}

#[test]
fn an_integration_waiting_behind_the_application_gives_up_when_the_session_stops() {
    let home = Home::new();
    let mut realm = home.open(Mode::Synced, item_schema());
    let mut store = home.sync_store_with_ident();
    let gate = Gate::new();
    realm.begin().unwrap();
    let before = realm.version().unwrap();
    let (started, is_started) = channel();
    thread::scope(|scope| {
        let permit = gate.permit();
        let integration = scope.spawn(move || {
            started.send(()).unwrap();
            let result = store.integrate(&advanced_download(), &permit);
            (store, result)
        });
        is_started.recv_timeout(PATIENCE).unwrap();
        gate.advance();
        let (mut store, result) = integration.join().unwrap();
        assert!(matches!(result, Err(StoreError::Cancelled(_))), "{result:?}");
        realm.put("Item", 1);
        let commit = realm.commit().unwrap();
        assert_eq!(commit.version.0, before.0 + 1);
        // Started again, the same download goes in.
        let integrated = store.integrate(&advanced_download(), &gate.permit()).unwrap();
        assert_eq!(integrated.newest_version.0, commit.version.0 + 1);
    });
}

#[test]
fn a_stopped_session_changes_nothing() {
    let home = Home::new();
    drop(home.open(Mode::Synced, item_schema()));
    let mut store = home.sync_store_with_ident();
    let before = store.status().unwrap();
    let gate = Gate::new();
    let permit = gate.permit();
    gate.advance();
    let result = store.integrate(&advanced_download(), &permit);
    assert!(matches!(result, Err(StoreError::Cancelled(_))), "{result:?}");
    assert_eq!(store.status().unwrap(), before);
}

#[test]
fn two_sessions_gates_have_nothing_to_do_with_each_other() {
    let (first, second) = (Gate::new(), Gate::new());
    let permit = second.permit();
    let committing = permit.enter_commit().unwrap();
    first.advance();
    assert!(!permit.is_cancelled());
    drop(committing);
}

/// Tells the time, and stops the session whenever it is asked: in the middle of an integration.
struct StoppingClock(Gate);

impl Clock for StoppingClock {
    fn now(&self) -> Instant {
        Instant::default()
    }

    fn origin_timestamp(&self) -> OriginTimestamp {
        self.0.advance();
        OriginTimestamp(1)
    }
}

#[test]
fn a_stop_in_the_middle_of_an_integration_takes_it_back() {
    let home = Home::new();
    drop(home.open(Mode::Synced, item_schema()));
    let before = home.sync_store_with_ident().status().unwrap();
    let gate = Gate::new();
    let mut store = SyncStore::open(&home.path(), Arc::new(StoppingClock(gate.clone()))).unwrap();
    let result = store.integrate(&advanced_download(), &gate.permit());
    assert!(matches!(result, Err(StoreError::Cancelled(_))), "{result:?}");
    assert_eq!(store.status().unwrap(), before);
    // The turn is free.
    home.open(Mode::Synced, item_schema()).write(|realm| {
        realm.put("Item", 1);
    });
}
