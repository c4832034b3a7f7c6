//! A server and its clients, as the protocol lets them meet: what each stores, which window each
//! merges in, what is sent on. Every changeset goes through its bytes on the way.

use std::collections::{BTreeMap, BTreeSet};

use realm_sync::changeset::{decode, encode, encode_merged, Changeset};
use realm_sync::merge::{merge_groups, Entry, MergeError};
use realm_sync::value::{FileIdent, OriginTimestamp};

use crate::model::Model;
use crate::script;

struct LogEntry {
    origin: u64,
    client_version: u64,
    timestamp: u64,
    bytes: Vec<u8>,
}

/// What the server keeps for one client file.
#[derive(Default)]
struct File {
    reciprocal_base: u64,
    reciprocals: BTreeMap<u64, Vec<u8>>,
}

struct Commit {
    version: u64,
    server_version: u64,
    timestamp: u64,
    original: Vec<u8>,
    reciprocal: Option<Vec<u8>>,
}

pub struct Client {
    pub ident: u64,
    pub model: Model,
    commits: Vec<Commit>,
    version: u64,
    uploaded: u64,
    server_version: u64,
    last_timestamp: u64,
    last_seen_timestamp: u64,
}

pub struct World {
    /// Clients date their commits after everything they have downloaded, whatever their clocks say.
    pub has_causal_clocks: bool,
    log: Vec<LogEntry>,
    files: BTreeMap<u64, File>,
    pub server: Model,
    pub clients: Vec<Client>,
}

impl World {
    pub fn new(clients: usize) -> World {
        let client = |number: usize| Client {
            ident: number as u64 + 2,
            model: with_classes(),
            commits: Vec::new(),
            version: 1,
            uploaded: 1,
            server_version: 0,
            last_timestamp: 0,
            last_seen_timestamp: 0,
        };
        World {
            has_causal_clocks: false,
            log: Vec::new(),
            files: (0..clients).map(|number| (number as u64 + 2, File::default())).collect(),
            server: with_classes(),
            clients: (0..clients).map(client).collect(),
        }
    }

    pub fn commit(&mut self, client: usize, timestamp: u64, lines: &[&str]) {
        let changeset = script::record(&mut self.clients[client].model, lines);
        self.record(client, timestamp, &changeset);
    }

    fn record(&mut self, client: usize, timestamp: u64, changeset: &Changeset) {
        let client = &mut self.clients[client];
        client.version += 1;
        client.last_timestamp = client.last_timestamp.max(timestamp);
        if self.has_causal_clocks {
            client.last_timestamp = client.last_timestamp.max(client.last_seen_timestamp + 1);
        }
        client.commits.push(Commit {
            version: client.version,
            server_version: client.server_version,
            timestamp: client.last_timestamp,
            original: encode(changeset),
            reciprocal: None,
        });
    }

    /// Sends up to `limit` commits and integrates them in the server.
    pub fn upload(&mut self, number: usize, limit: usize) -> Result<(), MergeError> {
        let client = &mut self.clients[number];
        let ident = client.ident;
        let waiting: Vec<&Commit> =
            client.commits.iter().filter(|commit| commit.version > client.uploaded).take(limit).collect();
        let mut theirs: Vec<Entry> = waiting
            .iter()
            .map(|commit| entry(&commit.original, commit.version, commit.server_version, commit.timestamp, ident))
            .collect();
        let is_all = theirs.len() < limit;
        let progress = match waiting.last() {
            Some(last) if !is_all => (last.version, last.server_version),
            Some(_) | None => (client.version, client.server_version),
        };
        client.uploaded = progress.0;
        let file = self.files.get_mut(&ident).unwrap();
        let base = theirs.first().map_or(0, |entry| entry.base);
        let mut ours: Vec<Entry> = Vec::new();
        for (main, version) in self.log.iter().zip(1..) {
            if version > base && main.origin != ident && !main.bytes.is_empty() {
                let bytes = file.reciprocals.get(&version).unwrap_or(&main.bytes);
                ours.push(entry(bytes, version, 0, main.timestamp, main.origin));
            }
        }
        merge_groups(&mut ours, &mut theirs)?;
        for own in ours.iter().filter(|own| own.changed()) {
            file.reciprocals.insert(own.version, encode_merged(&own.changeset));
        }
        for incoming in theirs {
            self.server.apply(&incoming.changeset).unwrap_or_else(|error| panic!("server: {error}"));
            self.log.push(LogEntry {
                origin: ident,
                client_version: incoming.version,
                timestamp: incoming.origin_timestamp.0,
                bytes: encode_merged(&incoming.changeset),
            });
        }
        if progress.1 > file.reciprocal_base {
            file.reciprocal_base = progress.1;
            file.reciprocals.retain(|version, _| *version > progress.1);
        }
        Ok(())
    }

    /// Fetches up to `limit` changesets of others and integrates them in the client.
    pub fn download(&mut self, number: usize, limit: usize) -> Result<(), MergeError> {
        let client = &mut self.clients[number];
        let mut theirs = Vec::new();
        let mut client_version = 1;
        let mut server_version = client.server_version;
        for (main, version) in self.log.iter().zip(1..) {
            if main.origin == client.ident {
                client_version = main.client_version;
            }
            if version <= client.server_version || theirs.len() == limit {
                continue;
            }
            server_version = version;
            if main.origin != client.ident && !main.bytes.is_empty() {
                theirs.push(entry(&main.bytes, version, client_version, main.timestamp, main.origin));
            }
        }
        let mut ours: Vec<Entry> = client
            .commits
            .iter()
            .filter(|commit| !commit.original.is_empty())
            .map(|commit| {
                let bytes = commit.reciprocal.as_ref().unwrap_or(&commit.original);
                entry(bytes, commit.version, 0, commit.timestamp, client.ident)
            })
            .collect();
        merge_groups(&mut ours, &mut theirs)?;
        for own in ours.iter().filter(|own| own.changed()) {
            let commit = client.commits.iter_mut().find(|commit| commit.version == own.version).unwrap();
            commit.reciprocal = Some(encode_merged(&own.changeset));
        }
        for incoming in &theirs {
            client.last_seen_timestamp = client.last_seen_timestamp.max(incoming.origin_timestamp.0);
            let applied = client.model.apply(&incoming.changeset);
            applied.unwrap_or_else(|error| panic!("client {}: {error} in {}", client.ident, client.model));
        }
        client.server_version = server_version;
        client.version += 1;
        Ok(())
    }

    /// Everybody uploads in this order, then everybody downloads in it.
    pub fn exchange(&mut self, order: &[usize]) -> Result<(), MergeError> {
        order.iter().try_for_each(|&client| self.upload(client, usize::MAX))?;
        order.iter().try_for_each(|&client| self.download(client, usize::MAX))
    }

    /// The state all agree on.
    pub fn agreed(&self) -> String {
        let server = self.server.to_string();
        for client in &self.clients {
            assert_eq!(client.model.to_string(), server, "client {} differs from the server", client.ident);
            assert_eq!(client.model.classes, self.server.classes, "client {} differs from the server", client.ident);
        }
        server
    }
}

fn entry(bytes: &[u8], version: u64, base: u64, timestamp: u64, ident: u64) -> Entry {
    Entry::new(decode(bytes).unwrap(), version, base, OriginTimestamp(timestamp), FileIdent(ident))
}

/// A realm whose classes `A` and `B` have properties of each kind, without an object.
pub fn with_classes() -> Model {
    let properties = ["i", "ni", "ints", "iset", "sset", "dict", "emb", "embs", "edict", "any", "link", "links"];
    let properties: BTreeSet<String> = properties.map(str::to_owned).into();
    let classes = [("A".to_owned(), properties.clone()), ("B".to_owned(), properties)];
    Model { classes: classes.into(), ..Model::default() }
}
