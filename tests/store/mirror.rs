//! Whatever is done on one device and recorded there makes another device the same.

use realm_sync::changeset::{decode, encode_merged};
use realm_sync::merge::{merge, Entry};
use realm_sync::store::{Gate, Mode, Realm, StoreError, SyncStore};
use realm_sync::value::{FileIdent, OriginTimestamp, Salt, SaltedFileIdent, UploadCursor};

use crate::changes::change;
use crate::dice::Dice;
use crate::dump::dump;
use crate::support::{changesets, example_schema, ByName, Home};

/// Up to so many commits on one device, each brought to another one. Returns what was recorded, in words.
pub fn mirrored(dice: &mut Dice, commits: u64) -> String {
    let mut recorded = String::new();
    let (here, there) = (Home::new(), Home::new());
    let mut realm = here.open(Mode::Synced, example_schema());
    let mut store = there.sync_store_with_ident();
    let (mut seen, mut version) = (UploadCursor::default(), 0);
    for commit in 0..commits {
        here.clock.set(commit + 1);
        realm.write(|realm| (0..dice.roll(20)).for_each(|_| change(realm, dice)));
        let scan = here.sync_store().scan_uploads(seen, usize::MAX, usize::MAX).unwrap();
        seen = scan.scanned_to;
        let sent: Vec<_> = scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset)).collect();
        let count = sent.len() as u64;
        sent.iter().for_each(|(_, bytes)| recorded.push_str(&decode(bytes).unwrap().print().to_string()));
        store.integrate(&changesets(sent, version, 0), &Gate::new().permit()).unwrap();
        version += count;
        let mirrored = there.try_open(Mode::Synced, None).unwrap();
        assert_eq!(dump(&realm), dump(&mirrored), "commit {commit}");
        if dice.is_spent() {
            break;
        }
    }
    // Nothing is left behind either.
    for table in ["_realm_container", "_realm_list_entry", "_realm_dictionary_entry", "_realm_set_entry", "E"] {
        let rows = |home: &Home| -> i64 {
            let sql = format!(
                "SELECT count(*) FROM {table} {}",
                if table == "_realm_container" { "WHERE size > 0" } else { "" }
            );
            home.sqlite().query_row(&sql, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(rows(&here), rows(&there), "{table}");
    }
    recorded
}

#[test]
fn another_device_becomes_the_same_by_what_is_recorded() {
    let recorded: String = (0..6)
        .map(|seed| {
            println!("seed {seed}");
            mirrored(&mut Dice::Seed(seed), 25)
        })
        .collect();
    let all = ["CreateObject", "EraseObject", "Update", "ArrayInsert", "ArrayMove", "ArrayErase", "Clear", "SetInsert"];
    for instruction in all.into_iter().chain(["SetErase", "ObjectValue", "Erased", "= List", "= Dictionary", ".sub"]) {
        assert!(recorded.contains(instruction), "no {instruction} in it");
    }
}

/// One device of two, and how far the other knows it.
pub struct Device {
    pub home: Home,
    pub realm: Realm,
    pub store: SyncStore,
    ident: u64,
    seen: UploadCursor,
    received: u64,
}

impl Device {
    pub fn new(ident: u64) -> Device {
        let home = Home::new();
        let realm = home.open(Mode::Synced, example_schema());
        let mut store = home.sync_store();
        store.set_file_ident(SaltedFileIdent { ident: FileIdent(ident), salt: Salt(1) }).unwrap();
        let seen = store.scan_uploads(UploadCursor::default(), usize::MAX, usize::MAX).unwrap().scanned_to;
        Device { home, realm, store, ident, seen, received: 0 }
    }

    fn change(&mut self, now: u64, dice: &mut Dice) {
        self.home.clock.set(now);
        for _ in 0..1 + dice.roll(3) {
            self.realm.write(|realm| (0..dice.roll(6)).for_each(|_| change(realm, dice)));
        }
    }

    /// What it did since the last exchange, and the version before that.
    pub fn upload(&mut self) -> (u64, Vec<(OriginTimestamp, Vec<u8>)>) {
        let base = self.seen.client_version.0;
        let scan = self.store.scan_uploads(self.seen, usize::MAX, usize::MAX).unwrap();
        let changesets = scan.changesets.into_iter().map(|sent| (sent.origin_timestamp, sent.changeset)).collect();
        (base, changesets)
    }

    pub fn integrate(
        &mut self,
        changesets: Vec<(OriginTimestamp, Vec<u8>)>,
        base: u64,
        origin: u64,
    ) -> Result<(), StoreError> {
        let count = changesets.len() as u64;
        let mut download = crate::support::changesets(changesets, self.received, base);
        download.changesets.iter_mut().for_each(|changeset| changeset.origin_file_ident = FileIdent(origin));
        self.received += count;
        self.store.integrate(&download, &Gate::new().permit())?;
        self.seen = self.store.scan_uploads(self.seen, usize::MAX, usize::MAX).unwrap().scanned_to;
        Ok(())
    }
}

pub fn entries(changesets: &[(OriginTimestamp, Vec<u8>)], ident: u64) -> Vec<Entry> {
    let entry = |(version, (timestamp, bytes)): (u64, &(OriginTimestamp, Vec<u8>))| {
        Entry::new(decode(bytes).unwrap(), version, 0, *timestamp, FileIdent(ident))
    };
    (1..).zip(changesets).map(entry).collect()
}

/// Each gets what the other did; the server got the first one's first.
pub fn exchange(first: &mut Device, second: &mut Device) -> Result<(), StoreError> {
    let ((_, first_did), (base, second_did)) = (first.upload(), second.upload());
    let (mut ours, mut theirs) = (entries(&first_did, first.ident), entries(&second_did, second.ident));
    merge(&mut ours, &mut theirs).unwrap();
    let timestamps = second_did.iter().map(|(timestamp, _)| *timestamp);
    let merged = timestamps.zip(&theirs).map(|(at, entry)| (at, encode_merged(&entry.changeset))).collect();
    let newest = first.store.status().unwrap().newest_version.0;
    first.integrate(merged, newest, second.ident)?;
    second.integrate(first_did, base, first.ident)
}

/// Two devices that both make changes, and then exchange them, up to so many times.
pub fn in_conflict(dice: &mut Dice, rounds: u64) {
    let mut devices = [Device::new(2), Device::new(3)];
    for round in 1..=rounds {
        for device in &mut devices {
            device.change(round * 100 + dice.roll(50) as u64, dice);
        }
        let [first, second] = &mut devices;
        exchange(first, second).unwrap_or_else(|error| panic!("round {round}: {error}"));
        assert_eq!(dump(&first.realm), dump(&second.realm), "round {round}");
        if dice.is_spent() {
            break;
        }
    }
}

#[test]
fn devices_in_conflict_become_the_same() {
    let seeds = std::env::var("REALM_SYNC_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(6);
    for seed in 0..seeds {
        println!("seed {seed}");
        in_conflict(&mut Dice::Seed(1_000 + seed), 12);
    }
}
