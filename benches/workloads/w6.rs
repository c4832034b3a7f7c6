//! W6: one synced file without a session: commits, and reads.

use std::path::Path;
use std::time::Instant;

use realm_sync::value::PrimaryKey;
use serde_json::{json, Value};

use crate::item::{Items, SplitMix64};

pub fn run(folder: &Path) -> Value {
    let few = commits_a_second(&folder.join("few.realm"), 3_000);
    let many = commits_a_second(&folder.join("many.realm"), 10_000);
    let updates = updates_a_second(&folder.join("many.realm"), 3_000);
    let mut items = Items::open(&folder.join("bulk.realm"));
    let start = Instant::now();
    items.commit(0..100_000);
    let created = 100_000.0 / start.elapsed().as_secs_f64();
    let Reads { by_key, alone, held } = reads_a_second(&mut items);
    json!({
        "commits_3000_s": few, "commits_10000_s": many, "updates_s": updates, "created_s": created,
        "reads_by_key_s": by_key, "reads_alone_s": alone, "reads_held_s": held,
    })
}

fn commits_a_second(path: &Path, commits: i64) -> f64 {
    let mut items = Items::open(path);
    let start = Instant::now();
    for i in 0..commits {
        items.commit(i..i + 1);
    }
    commits as f64 / start.elapsed().as_secs_f64()
}

fn updates_a_second(path: &Path, updates: i64) -> f64 {
    let mut items = Items::open(path);
    let start = Instant::now();
    for i in 0..updates {
        items.set_count(i % 1_000, i);
    }
    updates as f64 / start.elapsed().as_secs_f64()
}

/// Reads a second.
struct Reads {
    /// By primary key, inside one transaction.
    by_key: f64,
    /// By primary key, each in a transaction of its own.
    alone: f64,
    /// Of held objects, inside one transaction.
    held: f64,
}

fn reads_a_second(items: &mut Items) -> Reads {
    const READS: u32 = 2_000_000;
    let alone = by_key_a_second(items, 200_000);
    items.realm.begin().expect("beginning");
    let by_key = by_key_a_second(items, READS);
    let Items { realm, class, count, .. } = items;
    let held: Vec<_> = (0..1_000)
        .map(|i| realm.find(*class, &PrimaryKey::Int(i)).expect("finding").expect("the object is there"))
        .collect();
    let start = Instant::now();
    for i in 0..READS as usize {
        std::hint::black_box(realm.get(*class, held[i % held.len()], *count).expect("reading"));
    }
    let held = f64::from(READS) / start.elapsed().as_secs_f64();
    realm.rollback().expect("rolling back");
    Reads { by_key, alone, held }
}

fn by_key_a_second(items: &mut Items, reads: u32) -> f64 {
    let Items { realm, class, count, name, .. } = items;
    let mut random = SplitMix64::new(7);
    let start = Instant::now();
    for i in 0..reads {
        let key = PrimaryKey::Int((random.next() % 100_000) as i64);
        let object = realm.find(*class, &key).expect("finding").expect("the object is there");
        let property = if i % 2 == 0 { *count } else { *name };
        std::hint::black_box(realm.get(*class, object, property).expect("reading"));
    }
    f64::from(reads) / start.elapsed().as_secs_f64()
}
