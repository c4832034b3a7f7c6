//! A world: devices, a server, and a network that delays, cuts and loses connections, all by one seed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use realm_sync::client::{ConnectionId, Job, Network};
use realm_sync::protocol::handshake::ProtocolVersion;
use realm_sync::server::{self, Access, Hub, HubOutput, Limits, SeededRandom};
use realm_sync::store::{StoreError, Unshared};
use realm_sync::sync::{Cause, Random, Reachability};
use realm_sync::value::Instant;

use crate::authority::Authority;
use crate::clock::WorldTime;
use crate::device::{Device, Running, Wish};
use crate::intervention::{Action, Interventions, Moment};
use crate::thing;
use crate::work::{AskingDisk, LeftBehind};

/// The end of a socket on a device: the device, its boot, the number the device gave it.
type DeviceEnd = (usize, u64, ConnectionId);

enum Delivery {
    /// The upgrade arrives at the server, with this access token.
    Upgrade(String),
    /// The upgrade's answer arrives at the device.
    Upgraded(server::ConnectionId),
    /// The upgrade's answer is that the server wants another token.
    Refused,
    ToServer(server::ConnectionId, Vec<u8>),
    ToDevice(Vec<u8>),
    /// The device learns that the socket is gone.
    Lost,
    /// The server learns that the socket is gone.
    Gone(server::ConnectionId),
}

pub struct World {
    folder: PathBuf,
    time: WorldTime,
    random: Random,
    pub devices: Vec<Device>,
    boots: Vec<u64>,
    hub: Option<Hub>,
    server_boots: u64,
    /// What is under way; the order within one socket and direction is kept.
    deliveries: BTreeMap<(Instant, u64), (DeviceEnd, Delivery)>,
    next_delivery: u64,
    /// When the last delivery of a socket is due, for each direction.
    last: BTreeMap<(DeviceEnd, bool), Instant>,
    sockets: BTreeMap<server::ConnectionId, DeviceEnd>,
    pub interventions: Interventions,
    limits: Limits,
    /// Without one, the server takes any access token.
    authority: Option<Arc<Authority>>,
    /// Whether the network now and then keeps a frame for long.
    stalls: bool,
    /// Where there is one, the first device's database work goes through it.
    pub disk: Option<&'static AskingDisk>,
    /// By a process that was killed in the middle of database work.
    left_behind: Option<LeftBehind>,
    /// What the server sent and a device took, in this order.
    pub heard: Vec<(usize, Vec<u8>)>,
}

impl World {
    pub fn new(folder: &Path, seed: u64, devices: usize) -> World {
        World::with_limits(folder, seed, devices, Limits::default())
    }

    /// Devices with two realms each on one client, a server that takes tokens of the present only, and a network that
    /// stalls.
    pub fn rough(folder: &Path, seed: u64, devices: usize, limits: Limits) -> World {
        let time = WorldTime::default();
        let mut random = Random::new(seed);
        let authority = Arc::new(Authority::default());
        let of = |number| {
            let clock = time.clock(random.below(4000) as i64 - 2000);
            let mut device = Device::new(number, folder, thing::schema(), clock);
            device.realm_count = 2;
            device.authority = Some(authority.clone());
            device
        };
        let devices = (0..devices).map(of).collect();
        let mut world = World::of(folder, time, random, devices, limits);
        (world.authority, world.stalls) = (Some(authority), true);
        world
    }

    pub fn with_limits(folder: &Path, seed: u64, devices: usize, limits: Limits) -> World {
        let time = WorldTime::default();
        let mut random = Random::new(seed);
        let devices: Vec<Device> = (0..devices)
            .map(|number| Device::new(number, folder, thing::schema(), time.clock(random.below(4000) as i64 - 2000)))
            .collect();
        World::of(folder, time, random, devices, limits)
    }

    /// A world of these devices, all of them up.
    pub fn of(folder: &Path, time: WorldTime, random: Random, devices: Vec<Device>, limits: Limits) -> World {
        let boots = vec![0; devices.len()];
        let mut world = World {
            folder: folder.to_owned(),
            time,
            random,
            devices,
            boots,
            hub: None,
            server_boots: 0,
            deliveries: BTreeMap::new(),
            next_delivery: 0,
            last: BTreeMap::new(),
            sockets: BTreeMap::new(),
            interventions: Interventions::default(),
            limits,
            authority: None,
            stalls: false,
            disk: None,
            left_behind: None,
            heard: Vec::new(),
        };
        world.boot_server();
        for number in 0..world.devices.len() {
            world.boot(number);
        }
        world
    }

    /// Does to a device what is planned for now.
    fn intervene(&mut self) {
        while let Some((number, action)) = self.interventions.take_due(self.time.now()) {
            match action {
                Action::Stop => self.on_device(number, |running, now, wishes, random| {
                    running.stop(0, now, wishes, random);
                }),
                Action::Start => self.on_device(number, |running, now, wishes, random| {
                    running.start(0, now, wishes, random);
                }),
                Action::Close => self.shut_down(number),
                Action::Kill => self.kill(number),
                Action::Boot => self.boot_if_down(number),
                Action::Write => self.write(number),
            }
        }
    }

    fn boot_server(&mut self) {
        self.server_boots += 1;
        let random = Box::new(SeededRandom::new(self.random.draw()));
        let hub = Hub::open(&self.folder.join("server"), self.limits.clone(), self.time.clock(0), random);
        self.hub = Some(hub.unwrap());
    }

    /// A device that was not there before; its number.
    pub fn add_device(&mut self) -> usize {
        let number = self.devices.len();
        self.devices.push(Device::new(number, &self.folder, thing::schema(), self.time.clock(0)));
        self.boots.push(0);
        self.boot(number);
        number
    }

    /// A device more, which has a copy of this one's realm; whether it could be made.
    pub fn copy_device(&mut self, number: usize) -> bool {
        let copy = Device::new(self.devices.len(), &self.folder, thing::schema(), self.time.clock(0));
        let Some(running) = &self.devices[number].running else { return false };
        match running.open[0].realm.copy_to_synced(&copy.path, Unshared::Refuse) {
            Ok(()) => {}
            Err(StoreError::UnsharedChanges { .. }) => return false,
            Err(error) => panic!("{error}"),
        }
        let number = self.devices.len();
        self.devices.push(copy);
        self.boots.push(0);
        self.boot(number);
        true
    }

    /// The server looks for history to trim.
    pub fn check_history(&mut self) {
        if let Some(hub) = &mut self.hub {
            hub.check_history();
        }
        self.serve();
    }

    /// The trim point of the world's realm, as any SQLite tool reads it.
    pub fn trim_point(&self) -> i64 {
        let realm = rusqlite::Connection::open(self.folder.join("server").join("world.realm")).unwrap();
        realm.query_row("SELECT base_version FROM _realm_server", [], |row| row.get(0)).unwrap()
    }

    pub fn boot(&mut self, number: usize) {
        let seed = self.random.draw();
        self.boots[number] += 1;
        self.devices[number].boot(seed);
        self.on_device(number, |running, now, wishes, random| running.wake(now, wishes, random));
    }

    /// Does something with a device that is up, and carries out what it wants of the network.
    pub fn on_device(&mut self, number: usize, act: impl FnOnce(&mut Running, Instant, &mut Vec<Wish>, &mut Random)) {
        let boot = self.boots[number];
        self.carry_out(number, act);
        self.interventions.pass(number, Moment::Boundary, self.time.now());
        self.intervene();
        let open: Vec<ConnectionId> = self
            .sockets
            .values()
            .filter(|(device, of, _)| (*device, *of) == (number, boot))
            .map(|(_, _, id)| *id)
            .collect();
        for id in open {
            let mut sent = true;
            while sent && self.boots[number] == boot {
                sent = false;
                self.carry_out(number, |running, now, wishes, random| {
                    sent = running.transmit(now, id, wishes, random);
                });
                if sent {
                    self.interventions.pass(number, Moment::Boundary, self.time.now());
                    self.intervene();
                }
            }
        }
    }

    fn carry_out(&mut self, number: usize, act: impl FnOnce(&mut Running, Instant, &mut Vec<Wish>, &mut Random)) {
        let now = self.time.now();
        let Some(running) = &mut self.devices[number].running else { return };
        let mut wishes = Vec::new();
        act(running, now, &mut wishes, &mut self.random);
        let boot = self.boots[number];
        for wish in wishes {
            match wish {
                Wish::Connect(id, token) => self.send((number, boot, id), true, Delivery::Upgrade(token)),
                Wish::Disconnect(id) => self.hang_up((number, boot, id)),
                Wish::Send(id, frame) => {
                    if let Some(socket) = self.socket((number, boot, id)) {
                        self.send((number, boot, id), true, Delivery::ToServer(socket, frame));
                    }
                }
            }
        }
    }

    fn socket(&self, end: DeviceEnd) -> Option<server::ConnectionId> {
        self.sockets.iter().find(|(_, known)| **known == end).map(|(socket, _)| *socket)
    }

    fn send(&mut self, end: DeviceEnd, to_server: bool, delivery: Delivery) {
        let stall = if self.stalls && self.random.below(60) == 0 { self.random.below(2_000_000) } else { 0 };
        let delay = Duration::from_micros(200 + self.random.below(40_000) + stall);
        let last = self.last.entry((end, to_server)).or_default();
        let due = (self.time.now() + delay).max(*last);
        *last = due;
        self.next_delivery += 1;
        self.deliveries.insert((due, self.next_delivery), (end, delivery));
    }

    /// The device drops its socket: what it sent still arrives, and then its end.
    fn hang_up(&mut self, end: DeviceEnd) {
        self.deliveries.retain(|_, (other, delivery)| {
            *other != end || !matches!(delivery, Delivery::Upgrade(_) | Delivery::Upgraded(_) | Delivery::ToDevice(_))
        });
        if let Some(socket) = self.socket(end) {
            self.sockets.remove(&socket);
            self.send(end, true, Delivery::Gone(socket));
        }
    }

    /// The network loses a socket, and everything under way on it.
    fn cut(&mut self, end: DeviceEnd) {
        self.deliveries.retain(|_, (other, _)| *other != end);
        if let Some(socket) = self.socket(end) {
            self.sockets.remove(&socket);
            self.send(end, true, Delivery::Gone(socket));
        }
        self.send(end, false, Delivery::Lost);
    }

    fn serve(&mut self) {
        let now = self.time.now();
        while let Some(output) = self.hub.as_mut().map(|hub| hub.poll_output(now)) {
            match output {
                HubOutput::Send(socket, frame) => {
                    if let Some(end) = self.sockets.get(&socket).copied() {
                        self.send(end, false, Delivery::ToDevice(frame));
                    }
                }
                HubOutput::Close(socket) => {
                    if let Some(end) = self.sockets.remove(&socket) {
                        self.send(end, false, Delivery::Lost);
                    }
                }
                HubOutput::Timeout(_) => return,
            }
        }
    }

    fn deliver(&mut self, end: DeviceEnd, delivery: Delivery) {
        let now = self.time.now();
        let (number, boot, id) = end;
        let is_up = self.boots[number] == boot && self.devices[number].running.is_some();
        match delivery {
            Delivery::Upgrade(token) if self.authority.as_ref().is_some_and(|authority| !authority.takes(&token)) => {
                self.send(end, false, Delivery::Refused);
            }
            Delivery::Upgrade(_) => {
                let Some(hub) = &mut self.hub else { return self.send(end, false, Delivery::Lost) };
                let socket = hub.connect(now, ProtocolVersion::CURRENT, Access::unrestricted());
                self.send(end, false, Delivery::Upgraded(socket));
            }
            Delivery::Upgraded(socket) if is_up => {
                self.sockets.insert(socket, end);
                self.on_device(number, |running, now, wishes, random| running.connected(now, id, wishes, random));
            }
            Delivery::ToServer(socket, frame) => {
                if let Some(hub) = &mut self.hub {
                    hub.handle_message(now, socket, &frame);
                }
            }
            Delivery::ToDevice(frame) if is_up => {
                self.heard.push((number, frame.clone()));
                self.on_device(number, |running, now, wishes, random| {
                    running.message(now, id, &frame, wishes, random);
                });
            }
            Delivery::Lost if is_up => self.disconnect(number, id, Cause::ReadOrWrite("the network was cut".into())),
            Delivery::Refused if is_up => {
                self.disconnect(number, id, Cause::Refused { status: 401, text: "another token".into() });
            }
            Delivery::Gone(socket) => {
                if let Some(hub) = &mut self.hub {
                    hub.disconnect(socket);
                }
            }
            Delivery::Upgraded(_) | Delivery::Refused | Delivery::ToDevice(_) | Delivery::Lost => {}
        }
        self.serve();
    }

    fn disconnect(&mut self, number: usize, id: ConnectionId, cause: Cause) {
        self.on_device(number, |running, now, wishes, random| running.disconnected(now, id, cause, wishes, random));
    }

    pub fn next_due(&self) -> Option<Instant> {
        let devices = self.devices.iter().filter_map(|device| device.running.as_ref()?.next_due());
        let deliveries = self.deliveries.keys().next().map(|(due, _)| *due);
        devices.chain(deliveries).chain(self.interventions.next_due()).min()
    }

    pub fn now(&self) -> Instant {
        self.time.now()
    }

    /// Lets everything happen that is due until then.
    pub fn run_until(&mut self, until: Instant) {
        while let Some(due) = self.next_due().filter(|due| *due <= until) {
            self.time.advance_to(due.max(self.time.now()));
            let now = self.time.now();
            while let Some(entry) = self.deliveries.first_entry().filter(|entry| entry.key().0 <= now) {
                let (end, delivery) = entry.remove();
                self.deliver(end, delivery);
            }
            self.intervene();
            for number in 0..self.devices.len() {
                while self.devices[number].running.as_ref().is_some_and(|running| running.is_due(now)) {
                    self.handle_due(number);
                }
            }
        }
        self.time.advance_to(until.max(self.time.now()));
    }

    /// One step of what is due on a device.
    fn handle_due(&mut self, number: usize) {
        let now = self.time.now();
        if let Some(disk) = self.disk.filter(|_| number == 0) {
            let job = self.devices[number].running.as_mut().and_then(|running| running.take_work(now));
            if let Some(job) = job {
                return self.work(disk, number, job);
            }
        }
        self.on_device(number, |running, now, wishes, random| running.handle_due(now, wishes, random));
    }

    fn work(&mut self, disk: &AskingDisk, number: usize, job: Job) {
        let done = disk.run(job, || {
            self.interventions.pass(number, Moment::DiskOperation, self.time.now());
            self.intervene();
        });
        if let Some(left_behind) = self.left_behind.take() {
            // What it opened is closed before.
            drop(done);
            return left_behind.restore(&self.devices[number].path);
        }
        self.on_device(number, |running, now, _, _| running.end_work(now, done));
    }

    /// One random event, and some time.
    pub fn step(&mut self) {
        let number = self.random.below(self.devices.len() as u64) as usize;
        let realm = self.random.below(self.devices[number].realm_count as u64) as usize;
        match self.random.below(28) {
            0..=9 => self.write_to(number, realm),
            10 | 11 => self.on_device(number, |running, now, wishes, random| running.stop(realm, now, wishes, random)),
            12..=14 => self.on_device(number, |running, now, wishes, random| running.start(realm, now, wishes, random)),
            15 => self.cut_any(),
            16 => self.kill(number),
            17 => self.shut_down(number),
            18 => self.restart_server(),
            19 => self.check_history(),
            20 | 21 => self.boot_if_down(number),
            22 => self.tell_network(number),
            23 => self.on_device(number, |running, now, wishes, random| running.reconnect(now, wishes, random)),
            24 => self.on_device(number, |running, now, wishes, random| running.log_out(now, wishes, random)),
            25 | 26 => self.on_device(number, |running, now, wishes, random| running.log_in(now, wishes, random)),
            _ => self.authority.iter().for_each(|authority| authority.revoke_all()),
        }
        let pause = Duration::from_millis(self.random.below(200));
        self.run_until(self.time.now() + pause);
    }

    fn cut_any(&mut self) {
        let ends: Vec<DeviceEnd> = self.sockets.values().copied().collect();
        if !ends.is_empty() {
            let end = ends[self.random.below(ends.len() as u64) as usize];
            self.cut(end);
        }
    }

    fn tell_network(&mut self, number: usize) {
        let reachability = match self.random.below(3) {
            0 => Reachability::Unknown,
            1 => Reachability::Reachable,
            _ => Reachability::NotReachable,
        };
        let network = Network { reachability, is_metered: self.random.below(2) == 0 };
        self.on_device(number, |running, now, wishes, random| running.tell_network(network, now, wishes, random));
    }

    /// Some device goes away while the others stay and write, for longer than history is kept.
    pub fn outlast_history(&mut self, limit: Duration) {
        let away = self.random.below(self.devices.len() as u64) as usize;
        match self.random.below(3) {
            0 => self.kill(away),
            1 => self.shut_down(away),
            _ => self.on_device(away, |running, now, wishes, random| running.stop(0, now, wishes, random)),
        }
        for number in (0..self.devices.len()).filter(|number| *number != away) {
            self.write(number);
        }
        self.run_until(self.time.now() + limit + Duration::from_secs(120));
        self.check_history();
    }

    pub fn write(&mut self, number: usize) {
        self.write_to(number, 0);
    }

    fn write_to(&mut self, number: usize, realm: usize) {
        let mut random = Random::new(self.random.draw());
        self.devices[number].write(realm, &mut random);
        self.on_device(number, |running, now, wishes, random| running.wake(now, wishes, random));
    }

    fn drop_sockets_of(&mut self, number: usize) {
        let ends: Vec<DeviceEnd> = self.sockets.values().filter(|end| end.0 == number).copied().collect();
        ends.into_iter().for_each(|end| self.hang_up(end));
    }

    pub fn kill(&mut self, number: usize) {
        let device = &mut self.devices[number];
        if device.running.as_ref().is_some_and(Running::is_working) {
            self.left_behind = Some(LeftBehind::now(&device.path));
        }
        device.kill();
        self.drop_sockets_of(number);
    }

    pub fn shut_down(&mut self, number: usize) {
        let now = self.time.now();
        if let Some(running) = self.devices[number].running.take() {
            running.shut_down(now, &mut self.random);
        }
        self.drop_sockets_of(number);
    }

    pub fn boot_if_down(&mut self, number: usize) {
        if self.devices[number].running.is_none() {
            self.boot(number);
        }
    }

    /// Keeps a copy of everything that the server has now.
    pub fn back_up_server(&mut self) {
        self.halt_server();
        copy(&self.folder.join("server"), &self.folder.join("backup"));
        self.boot_server();
    }

    /// The server goes back to the copy, or to nothing where there is none.
    pub fn restore_server(&mut self) {
        self.halt_server();
        std::fs::remove_dir_all(self.folder.join("server")).unwrap();
        copy(&self.folder.join("backup"), &self.folder.join("server"));
        self.boot_server();
    }

    pub fn restart_server(&mut self) {
        self.halt_server();
        self.boot_server();
    }

    fn halt_server(&mut self) {
        self.hub = None;
        let ends: Vec<DeviceEnd> = self.sockets.values().copied().collect();
        ends.into_iter().for_each(|end| self.cut(end));
        self.deliveries.retain(|_, (_, delivery)| !matches!(delivery, Delivery::ToServer(..) | Delivery::Gone(_)));
        let lost: Vec<DeviceEnd> = self
            .deliveries
            .values()
            .filter(|(_, delivery)| matches!(delivery, Delivery::Upgraded(_)))
            .map(|(end, _)| *end)
            .collect();
        lost.into_iter().for_each(|end| self.cut(end));
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).into_iter().flatten().map(Result::unwrap) {
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}
