//! W5: from one device to another, and how fast a session stops and comes back.

use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::mpsc::{channel, Receiver};
use std::thread::{Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

use realm_sync::client::Session;
use serde_json::{json, Value};

use crate::item::Items;
use crate::rig::{Device, Link, Server};
use crate::Size;

const WARM_UPS: i64 = 20;
const CHANGES: i64 = 500;
const CYCLES: i64 = 100;
const PAUSE: Duration = Duration::from_millis(5);
/// How long the other device's thread sleeps between two looks at its file.
const LOOK_EVERY: Duration = Duration::from_micros(20);
const STATE_READS: u32 = 5_000_000;

pub fn run(folder: &Path, size: Size) -> Value {
    let changes = size.or(CHANGES);
    let server = Server::start(folder);
    let mut a = Device::open(folder.join("a.realm"), &server);
    a.commit(0..2);
    a.upload();
    let before = server.sockets().open;
    let b = Device::open(folder.join("b.realm"), &server);
    b.download();
    let b_port = move |server: &Server| server.sockets().open.into_iter().find(|port| !before.contains(port));
    let Device { items, link } = b;
    let mode = AtomicU8::new(READ);
    std::thread::scope(|scope| {
        let (reader, seen) = Reader::start(scope, items, &link, &mode);
        let mut world = World { a, b: &link, seen, next: 1_000 };
        let one_way = world.one_way(changes);
        mode.store(ECHO, Ordering::Release);
        let echo = world.echo(changes);
        mode.store(READ, Ordering::Release);
        let stop_and_resume = world.stop_and_resume(&server, b_port);
        let resume_under_load = world.resume_under_load();
        let missed = world.missed();
        let state_ns = state_cost(&link.session);
        mode.store(QUIT, Ordering::Release);
        let _items = reader.join().expect("the reader ends");
        world.a.close();
        json!({
            "one_way": one_way, "echo": echo, "stop_and_resume": stop_and_resume,
            "resume_under_load": resume_under_load, "missed_change": missed, "state_ns": state_ns,
        })
    })
}

const READ: u8 = 0;
const ECHO: u8 = 1;
const QUIT: u8 = 2;

/// The other device's thread: looks at its file again and again, tells of every new `count` of item 0, and answers it if asked to.
struct Reader;

impl Reader {
    fn start<'scope>(
        scope: &'scope Scope<'scope, '_>,
        mut items: Items,
        link: &'scope Link,
        mode: &'scope AtomicU8,
    ) -> (ScopedJoinHandle<'scope, Items>, Receiver<(i64, Instant)>) {
        let (sender, seen) = channel();
        let handle = scope.spawn(move || {
            let mut known = items.read_count(0);
            loop {
                let mode = mode.load(Ordering::Acquire);
                if mode == QUIT {
                    return items;
                }
                if items.realm.refresh().expect("refreshing") {
                    let count = items.read_count(0);
                    if count != known {
                        known = count;
                        sender.send((count, Instant::now())).expect("somebody listens");
                        if mode == ECHO {
                            link.session.notify_commit(items.set_count(1, count));
                        }
                    }
                }
                std::thread::sleep(LOOK_EVERY);
            }
        });
        (handle, seen)
    }
}

struct World<'a> {
    a: Device,
    b: &'a Link,
    seen: Receiver<(i64, Instant)>,
    next: i64,
}

impl World<'_> {
    /// A writes; returns what, and when it began.
    fn write(&mut self) -> (i64, Instant) {
        self.next += 1;
        let start = Instant::now();
        self.a.set_count(0, self.next);
        (self.next, start)
    }

    fn when_seen(&self, count: i64) -> Instant {
        loop {
            let (found, at) = self.seen.recv().expect("the other device reads");
            if found == count {
                return at;
            }
        }
    }

    fn one_way(&mut self, changes: i64) -> Value {
        self.repeat(changes, |world| {
            let (count, start) = world.write();
            world.when_seen(count) - start
        })
    }

    fn echo(&mut self, changes: i64) -> Value {
        self.repeat(changes, |world| {
            let (count, start) = world.write();
            loop {
                if world.a.items.realm.refresh().expect("refreshing") && world.a.items.read_count(1) == count {
                    return start.elapsed();
                }
                std::thread::sleep(LOOK_EVERY);
            }
        })
    }

    fn repeat(&mut self, changes: i64, mut once: impl FnMut(&mut Self) -> Duration) -> Value {
        let mut times = Vec::new();
        for i in 0..WARM_UPS + changes {
            let time = once(self);
            if i >= WARM_UPS {
                times.push(time);
            }
            std::thread::sleep(PAUSE);
        }
        percentiles(times)
    }

    /// How long the call to stop takes; in how many cycles the socket was not closed then, and how long until the other end had
    /// acknowledged all of it; and from start to caught up.
    fn stop_and_resume(&mut self, server: &Server, b_port: impl Fn(&Server) -> Option<u16>) -> Value {
        let (mut calls, mut last_bytes, mut resumes) = (Vec::new(), Vec::new(), Vec::new());
        let mut open = 0;
        for _ in 0..CYCLES {
            // A change on its way makes it harder.
            self.write();
            let port = b_port(server).expect("the device is connected");
            let start = Instant::now();
            self.b.session.stop();
            calls.push(start.elapsed());
            let stopped = Instant::now();
            let mut sockets = server.sockets();
            open += u64::from(sockets.open.contains(&port));
            let mut until = Duration::ZERO;
            while sockets.open.contains(&port) || sockets.closing.contains(&port) {
                until = stopped.elapsed();
                sockets = server.sockets();
            }
            last_bytes.push(until);
            self.a.upload();
            std::thread::sleep(PAUSE);
            let start = Instant::now();
            self.b.session.start();
            self.b.download();
            resumes.push(start.elapsed());
            std::thread::sleep(PAUSE);
        }
        json!({
            "stop_call": percentiles(calls), "open_after_stop": open, "unacknowledged_after_stop": percentiles(last_bytes),
            "resume": percentiles(resumes),
        })
    }

    /// From start to caught up, while A goes on writing every two milliseconds.
    fn resume_under_load(&mut self) -> Value {
        const WRITE_EVERY: Duration = Duration::from_millis(2);
        let b = self.b;
        let (sender, done) = channel();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                for _ in 0..CYCLES {
                    b.session.stop();
                    std::thread::sleep(PAUSE);
                    let start = Instant::now();
                    b.session.start();
                    b.download();
                    sender.send(start.elapsed()).expect("somebody collects");
                }
            });
            let mut times = Vec::new();
            while times.len() < CYCLES as usize {
                self.write();
                times.extend(done.try_iter());
                std::thread::sleep(WRITE_EVERY);
            }
            percentiles(times)
        })
    }

    /// From start until a change that was made while stopped is read.
    fn missed(&mut self) -> Value {
        self.a.upload();
        let mut times = Vec::new();
        for _ in 0..CYCLES {
            self.b.session.stop();
            let (count, _) = self.write();
            self.a.upload();
            let start = Instant::now();
            self.b.session.start();
            times.push(self.when_seen(count) - start);
            std::thread::sleep(PAUSE);
        }
        percentiles(times)
    }
}

/// Nanoseconds to read the session's state.
fn state_cost(session: &Session) -> f64 {
    let start = Instant::now();
    for _ in 0..STATE_READS {
        std::hint::black_box(std::hint::black_box(session).state());
    }
    start.elapsed().as_nanos() as f64 / f64::from(STATE_READS)
}

/// In milliseconds.
fn percentiles(mut times: Vec<Duration>) -> Value {
    times.sort();
    let at = |part: usize| times[(times.len() - 1) * part / 100].as_secs_f64() * 1_000.0;
    json!({ "p50_ms": at(50), "p99_ms": at(99), "max_ms": at(100) })
}
