//! How a world ends: everything comes to rest, and everybody has the same.

use std::sync::atomic::Ordering;
use std::time::Duration;

use realm_sync::client::Network;

use crate::device::Open;
use crate::thing::{self, Snapshot};
use crate::world::World;

impl World {
    /// Everything is up and started; all that is written travels, and every wait ends.
    pub fn settle(&mut self) {
        for number in 0..self.devices.len() {
            self.boot_if_down(number);
            self.on_device(number, |running, now, wishes, random| {
                running.tell_network(Network::default(), now, wishes, random);
                running.log_in(now, wishes, random);
                (0..running.open.len()).for_each(|realm| running.start(realm, now, wishes, random));
            });
        }
        for upload in [true, false] {
            (0..self.devices.len()).for_each(|number| self.begin_wait(number, upload));
            self.end_waits();
        }
    }

    /// The device is to upload all that it has, or to download all that the server has.
    pub fn begin_wait(&mut self, number: usize, upload: bool) {
        self.on_device(number, |running, now, wishes, random| {
            running.wait(upload);
            running.wake(now, wishes, random);
        });
    }

    pub fn end_waits(&mut self) {
        let limit = self.now() + Duration::from_secs(4000);
        while !self.all_waits_ended() {
            let due = self.next_due().expect("something is due while a wait is open");
            assert!(due < limit, "waits do not end: {}", self.describe());
            self.run_until(due);
        }
    }

    fn all_waits_ended(&self) -> bool {
        self.devices.iter().filter_map(|device| device.running.as_ref()).all(|running| {
            let waits = &running.waits;
            assert_eq!(waits.failed.load(Ordering::Relaxed), 0, "a wait failed: {}", self.describe());
            waits.begun.load(Ordering::Relaxed) == waits.ended.load(Ordering::Relaxed)
        })
    }

    fn open(&self) -> impl Iterator<Item = &Open> {
        self.devices.iter().filter_map(|device| device.running.as_ref()).flat_map(|running| &running.open)
    }

    fn describe(&self) -> String {
        let states = self.open().map(|Open { session, .. }| {
            format!("{:?} {:?} {:?}", session.state(), session.connection_state(), session.last_error())
        });
        states.collect::<Vec<_>>().join("; ")
    }

    /// Whether a client reset is what some device did last to a realm.
    pub fn had_resets(&self) -> bool {
        self.open().any(|open| open.session.last_client_reset().is_some())
    }

    /// Every device has the same objects.
    pub fn check_equal(&mut self) {
        for realm in 0..self.devices[0].realm_count {
            self.check_realm_equal(realm);
        }
    }

    fn check_realm_equal(&self, realm: usize) -> Snapshot {
        let snapshots: Vec<_> = self
            .devices
            .iter()
            .map(|device| thing::snapshot(&device.running.as_ref().expect("every device is up").open[realm].realm))
            .collect();
        for (number, snapshot) in snapshots.iter().enumerate() {
            assert_eq!(*snapshot, snapshots[0], "device {number} differs from device 0");
        }
        snapshots[0].clone()
    }

    /// And every amount that was added is there once.
    pub fn check_converged(&mut self) {
        for realm in 0..self.devices[0].realm_count {
            let snapshot = self.check_realm_equal(realm);
            let added: i64 = self.devices.iter().map(|device| device.added[realm]).sum();
            let counted = snapshot.get(&0).map_or("Int(0)", |values| values[1].as_str());
            assert_eq!(counted, format!("Int({added})"), "the sum of what was added");
        }
    }
}
