//! Joins connections and realms: carries requests to the logs and answers back, spreads news, and sees to it that a
//! client file is bound once. Pure: jobs and frames come out, whoever owns the router carries them.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::protocol::handshake::ProtocolVersion;
use crate::value::{Clock, FileIdent, Instant, Salt};

use super::job::{Answered, Work};
use super::peer::{Ask, Input, Output, Peer, Request};
use super::realm::{check_interval, RealmLog, SaltedRequest};
use super::{Access, Done, Job, Limits, Random, RealmPath};

/// Number of a connection, never used twice by one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

pub struct Router {
    limits: Arc<Limits>,
    clock: Arc<dyn Clock>,
    random: Box<dyn Random>,
    peers: BTreeMap<ConnectionId, Peer>,
    next_connection: u64,
    /// Connections that may have something to send, each once.
    ready: VecDeque<ConnectionId>,
    is_ready: HashSet<ConnectionId>,
    realms: HashMap<RealmPath, Realm>,
    /// Realms that may have a job to give.
    due: VecDeque<RealmPath>,
    /// When realms look for history to trim; an entry that its realm does not name any more is passed over.
    checks: BTreeMap<(Instant, u64), RealmPath>,
    next_check: u64,
}

/// One realm that is followed or worked on.
#[derive(Default)]
struct Realm {
    log: Slot,
    waiting: Vec<(ConnectionId, Ask)>,
    /// Sessions per connection.
    followers: BTreeMap<ConnectionId, usize>,
    /// The connection through which a client file was bound last.
    bound: HashMap<FileIdent, ConnectionId>,
    check: Check,
}

/// Whether a realm is to look for history to trim.
#[derive(Default, PartialEq, Eq)]
enum Check {
    #[default]
    Due,
    Running,
    /// By the entry of that number.
    Scheduled(u64),
}

#[derive(Default)]
enum Slot {
    #[default]
    Shut,
    Parked(Box<RealmLog>),
    /// A job has it.
    Away,
}

impl Router {
    pub fn new(limits: Limits, clock: Arc<dyn Clock>, random: Box<dyn Random>) -> Router {
        Router {
            limits: Arc::new(limits),
            clock,
            random,
            peers: BTreeMap::new(),
            next_connection: 1,
            ready: VecDeque::new(),
            is_ready: HashSet::new(),
            realms: HashMap::new(),
            due: VecDeque::new(),
            checks: BTreeMap::new(),
            next_check: 0,
        }
    }

    /// A connection whose handshake ended with this protocol version.
    pub fn connect(&mut self, now: Instant, version: ProtocolVersion, access: Access) -> ConnectionId {
        let id = ConnectionId(self.next_connection);
        self.next_connection += 1;
        let name = format!("{:08x}{:016x}", self.next_connection as u32, self.random.next_u64());
        self.peers.insert(id, Peer::new(now, Arc::clone(&self.limits), version, access, &name));
        self.mark_ready(id);
        id
    }

    /// An input that concerns one connection; nothing happens when it is gone.
    pub fn handle_input(&mut self, now: Instant, id: ConnectionId, input: Input<'_>) {
        self.begin_checks(now);
        if let Some(peer) = self.peers.get_mut(&id) {
            peer.handle_input(now, input);
            self.take_requests(id);
            self.mark_ready(id);
        }
    }

    /// The socket is gone. What the client had uploaded is integrated all the same.
    pub fn disconnect(&mut self, id: ConnectionId) {
        self.is_ready.remove(&id);
        let Some(peer) = self.peers.remove(&id) else { return };
        for realm in peer.followed() {
            self.unfollow(id, realm);
        }
    }

    /// Every connection is to be closed. Jobs that are not begun can be left: nothing of them was acknowledged.
    pub fn shut_down(&mut self, now: Instant) {
        let ids: Vec<_> = self.peers.keys().copied().collect();
        for id in ids {
            self.handle_input(now, id, Input::ShutDown);
        }
    }

    /// Takes a job's outcome: answers go to those who asked, news to all who follow the realm.
    pub fn handle_done(&mut self, now: Instant, done: Done) {
        let Done { realm: path, log, answers, grown_to } = done;
        let Some(realm) = self.realms.get_mut(&path) else { return };
        realm.log = log.map_or(Slot::Shut, Slot::Parked);
        let is_idle = !matches!(&realm.log, Slot::Parked(log) if log.is_busy());
        if realm.check == Check::Running && is_idle {
            self.next_check += 1;
            realm.check = Check::Scheduled(self.next_check);
            let due = now + check_interval(self.limits.max_offline);
            self.checks.insert((due, self.next_check), path.clone());
        }
        let followers: Vec<_> = realm.followers.keys().copied().collect();
        for Answered { connection, ask, answer, identified } in answers {
            if let Some(file) = identified {
                self.supersede(now, &path, file, connection);
            }
            self.handle_input(now, connection, Input::Answer(ask, answer));
        }
        if let Some(latest) = grown_to {
            for id in followers {
                self.handle_input(now, id, Input::News { realm: &path, latest });
            }
        }
        self.due.push_back(path);
    }

    /// The next job. It must be run, and its outcome handed to [`Router::handle_done`].
    pub fn poll_job(&mut self) -> Option<Job> {
        while let Some(path) = self.due.pop_front() {
            if let Some(job) = self.make_job(path) {
                return Some(job);
            }
        }
        None
    }

    /// The next connection that may have something to send: poll it until it has nothing.
    pub fn poll_ready(&mut self) -> Option<ConnectionId> {
        loop {
            let id = self.ready.pop_front()?;
            if self.is_ready.remove(&id) {
                return Some(id);
            }
        }
    }

    /// The next frame for a connection, when its socket can take one.
    pub fn poll_connection(&mut self, id: ConnectionId) -> Output {
        let Some(peer) = self.peers.get_mut(&id) else { return Output::Close };
        let output = peer.poll_output();
        self.take_requests(id);
        output
    }

    /// Whether the connection's socket should not be read for now.
    pub fn is_full(&self, id: ConnectionId) -> bool {
        self.peers.get(&id).is_some_and(Peer::is_full)
    }

    /// When the first connection will have been silent for too long.
    pub fn next_timeout(&self) -> Option<Instant> {
        self.peers.values().map(Peer::idle_at).min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        let due: Vec<_> = self.peers.iter().filter(|(_, peer)| peer.idle_at() <= now).map(|(id, _)| *id).collect();
        for id in due {
            self.handle_input(now, id, Input::Timeout);
        }
    }

    /// Lets every open realm look for history to trim.
    pub fn check_history(&mut self) {
        for (path, realm) in &mut self.realms {
            realm.check = Check::Due;
            self.due.push_back(path.clone());
        }
    }

    /// Clients are heard every minute, so this needs no timer of its own.
    fn begin_checks(&mut self, now: Instant) {
        while let Some(entry) = self.checks.first_entry().filter(|entry| entry.key().0 <= now) {
            let number = entry.key().1;
            let path = entry.remove();
            if let Some(realm) = self.realms.get_mut(&path).filter(|realm| realm.check == Check::Scheduled(number)) {
                realm.check = Check::Due;
                self.due.push_back(path);
            }
        }
    }

    pub fn connections(&self) -> usize {
        self.peers.len()
    }

    pub(super) fn mark_ready(&mut self, id: ConnectionId) {
        if self.is_ready.insert(id) {
            self.ready.push_back(id);
        }
    }

    fn take_requests(&mut self, id: ConnectionId) {
        while let Some(request) = self.peers.get_mut(&id).and_then(Peer::poll_request) {
            match request {
                Request::Follow(path) => {
                    *self.realms.entry(path).or_default().followers.entry(id).or_default() += 1;
                }
                Request::Unfollow(path) => self.unfollow(id, &path),
                Request::Ask(ask) => {
                    let path = ask.realm.clone();
                    self.realms.entry(path.clone()).or_default().waiting.push((id, ask));
                    self.due.push_back(path);
                }
            }
        }
    }

    fn unfollow(&mut self, id: ConnectionId, path: &RealmPath) {
        let Some(realm) = self.realms.get_mut(path) else { return };
        if let Some(sessions) = realm.followers.get_mut(&id) {
            *sessions -= 1;
            if *sessions == 0 {
                realm.followers.remove(&id);
            }
        }
        if realm.followers.is_empty() {
            realm.bound.clear();
            self.due.push_back(path.clone());
        }
    }

    /// Notes through which connection a client file is bound; an older one that still has it is taken for dead.
    fn supersede(&mut self, now: Instant, path: &RealmPath, file: FileIdent, id: ConnectionId) {
        if !self.peers.contains_key(&id) {
            return;
        }
        let older = self.realms.get_mut(path).and_then(|realm| realm.bound.insert(file, id));
        let Some(older) = older.filter(|older| *older != id) else { return };
        if self.peers.get(&older).is_some_and(|peer| peer.is_bound_as(path, file)) {
            tracing::info!(connection = older.0, realm = %path, file = file.0, "a connection is superseded");
            self.handle_input(now, older, Input::Superseded);
        }
    }

    /// What there is to do on a realm, unless a job is at it.
    fn make_job(&mut self, path: RealmPath) -> Option<Job> {
        let realm = self.realms.get_mut(&path)?;
        let mut log = match std::mem::replace(&mut realm.log, Slot::Away) {
            Slot::Away => return None,
            Slot::Shut => None,
            Slot::Parked(log) => Some(log),
        };
        if realm.waiting.is_empty() {
            let is_due = |log: &RealmLog| realm.check == Check::Due || log.is_busy();
            if let Some(log) = log.take_if(|log| is_due(log)) {
                realm.check = Check::Running;
                let is_bound = |(file, id): &(&FileIdent, &ConnectionId)| {
                    self.peers.get(id).is_some_and(|peer| peer.is_bound_as(&path, **file))
                };
                let connected = realm.bound.iter().filter(is_bound).map(|(file, _)| *file).collect();
                let (seen, max_offline) = (self.clock.origin_timestamp(), self.limits.max_offline);
                return Some(Job {
                    realm: path,
                    log: Some(log),
                    work: Work::Maintain { seen, connected, max_offline },
                });
            }
            if !realm.followers.is_empty() {
                realm.log = log.map_or(Slot::Shut, Slot::Parked);
                return None;
            }
            let Some(log) = log else {
                self.realms.remove(&path);
                return None;
            };
            return Some(Job { realm: path, log: Some(log), work: Work::Close });
        }
        let random = &mut self.random;
        let mut salt = || Salt(i64::try_from(random.next_u64() >> 1).unwrap_or(i64::MAX).max(1));
        let version_salt = salt();
        let (askers, requests) = std::mem::take(&mut realm.waiting)
            .into_iter()
            .map(|(id, ask)| ((id, ask.ident), SaltedRequest { request: ask.request, salt: salt() }))
            .unzip();
        let seen = self.clock.origin_timestamp();
        Some(Job { realm: path, log, work: Work::Answer { askers, requests, version_salt, seen } })
    }
}
