//! What merging costs: `cargo bench --bench merge -- [case] [--max EDITS] [--pairs EDITS]`; one
//! line of JSON a measurement. Up to the second number the pairwise rules alone are measured, too.
//! The cases are in `docs/BENCHMARKS.md`, "Merging".

use std::process::ExitCode;
use std::time::Instant;

use realm_sync::changeset::{Changeset, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra};
use realm_sync::merge::{merge_groups, merge_groups_by_pairs, Entry, MergeError};
use realm_sync::value::{FileIdent, OriginTimestamp};
use serde_json::json;

const OBJECTS: i64 = 1000;

/// How both sides spend their edits.
#[derive(Clone, Copy)]
enum Edits {
    /// Writes of one property of many objects.
    Objects,
    /// Inserts at the front, at the end, anywhere.
    Front,
    Back,
    Anywhere,
    /// Inserts, sets and erasures anywhere in a list that begins with so many elements.
    Mixed {
        base: u32,
    },
    /// Everything is erased, then as much is added.
    Replace,
    /// New embedded objects at the front, three properties each.
    Embedded,
    /// Additions to one property, to one in an embedded object.
    Counter,
    EmbeddedCounter,
    /// Different numbers into one set.
    Set,
}

/// Whether a side's edits are one changeset, or one each, with timestamps that alternate.
#[derive(Clone, Copy)]
enum Commits {
    One,
    Each,
}

const CASES: [(&str, Edits, Commits); 14] = [
    ("objects", Edits::Objects, Commits::One),
    ("front", Edits::Front, Commits::One),
    ("front-commits", Edits::Front, Commits::Each),
    ("back", Edits::Back, Commits::One),
    ("back-commits", Edits::Back, Commits::Each),
    ("anywhere", Edits::Anywhere, Commits::One),
    ("anywhere-commits", Edits::Anywhere, Commits::Each),
    ("mixed-in-many", Edits::Mixed { base: 100_000 }, Commits::Each),
    ("mixed-in-few", Edits::Mixed { base: 100 }, Commits::Each),
    ("replace", Edits::Replace, Commits::Each),
    ("embedded", Edits::Embedded, Commits::Each),
    ("counter", Edits::Counter, Commits::One),
    ("embedded-counter", Edits::EmbeddedCounter, Commits::One),
    ("set-of-doubles", Edits::Set, Commits::One),
];

/// Any spread-out numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % limit.max(1)
    }
}

struct Author {
    dice: Dice,
    edits: Edits,
    size: u32,
    count: u32,
}

impl Author {
    fn new(edits: Edits, count: u32, seed: u64) -> Author {
        let size = match edits {
            Edits::Mixed { base } => base,
            Edits::Replace => count / 2,
            _ => 0,
        };
        Author { dice: Dice(seed), edits, size, count }
    }

    fn target(changeset: &mut Changeset, key: i64, path: &[PathElement]) -> PathTarget {
        let object = ObjectTarget { class: changeset.intern("Item"), key: Key::Int(key) };
        let property = changeset.intern("property");
        PathTarget { object, property, path: changeset.push_path(path) }
    }

    fn insert(&mut self, changeset: &mut Changeset, index: u32, value: Payload) {
        let target = Author::target(changeset, 1, &[PathElement::Index(index)]);
        changeset.push(Instruction::ArrayInsert { target, value, prior_size: self.size });
        self.size += 1;
    }

    fn erase(&mut self, changeset: &mut Changeset, index: u32) {
        let target = Author::target(changeset, 1, &[PathElement::Index(index)]);
        changeset.push(Instruction::ArrayErase { target, prior_size: self.size });
        self.size -= 1;
    }

    fn edit(&mut self, changeset: &mut Changeset, number: u32) {
        let value = Payload::Int(i64::from(number));
        let extra = UpdateExtra::IsDefault(false);
        match self.edits {
            Edits::Objects => {
                let target = Author::target(changeset, i64::from(number) * 7 % OBJECTS, &[]);
                changeset.push(Instruction::Update { target, value, extra });
            }
            Edits::Front => self.insert(changeset, 0, value),
            Edits::Back => self.insert(changeset, self.size, value),
            Edits::Anywhere => {
                let index = self.dice.below(self.size + 1);
                self.insert(changeset, index, value);
            }
            Edits::Mixed { .. } => self.mixed(changeset, value),
            Edits::Replace if number < self.count / 2 => self.erase(changeset, self.size - 1),
            Edits::Replace => self.insert(changeset, self.size, value),
            Edits::Embedded if number % 4 == 0 => self.insert(changeset, 0, Payload::ObjectValue),
            Edits::Embedded => {
                let name = PathElement::Name(changeset.intern(["a", "b", "c"][number as usize % 4 - 1]));
                let target = Author::target(changeset, 1, &[PathElement::Index(0), name]);
                changeset.push(Instruction::Update { target, value, extra });
            }
            Edits::Counter => {
                let target = Author::target(changeset, 1, &[]);
                changeset.push(Instruction::AddInteger { target, value: 1 });
            }
            Edits::EmbeddedCounter => {
                let name = PathElement::Name(changeset.intern("count"));
                let target = Author::target(changeset, 1, &[name]);
                changeset.push(Instruction::AddInteger { target, value: 1 });
            }
            Edits::Set => {
                let target = Author::target(changeset, 1, &[]);
                let value = Payload::Double(f64::from(number) + f64::from(self.dice.below(1000)) / 1000.0);
                changeset.push(Instruction::SetInsert { target, value });
            }
        }
    }

    fn mixed(&mut self, changeset: &mut Changeset, value: Payload) {
        let index = self.dice.below(self.size);
        match self.dice.below(4) {
            0 if self.size > 0 => self.erase(changeset, index),
            1 if self.size > 0 => {
                let target = Author::target(changeset, 1, &[PathElement::Index(index)]);
                let extra = UpdateExtra::PriorSize(self.size);
                changeset.push(Instruction::Update { target, value, extra });
            }
            _ => self.insert(changeset, index, value),
        }
    }
}

fn side(edits: Edits, commits: Commits, count: u32, ident: u64) -> Vec<Entry> {
    let mut author = Author::new(edits, count, ident);
    let entry = |changeset, number: u64| {
        Entry::new(changeset, number + 1, 0, OriginTimestamp(2 * number + ident), FileIdent(ident))
    };
    match commits {
        Commits::One => {
            let mut changeset = Changeset::new();
            (0..count).for_each(|number| author.edit(&mut changeset, number));
            vec![entry(changeset, 0)]
        }
        Commits::Each => {
            let made = (0..count).map(|number| {
                let mut changeset = Changeset::new();
                author.edit(&mut changeset, number);
                entry(changeset, u64::from(number))
            });
            made.collect()
        }
    }
}

type Merge = fn(&mut [Entry], &mut [Entry]) -> Result<(), MergeError>;

fn measure((name, edits, commits): (&str, Edits, Commits), count: u32, way: &str, merge: Merge) {
    let (mut ours, mut theirs) = (side(edits, commits, count, 2), side(edits, commits, count, 3));
    let started = Instant::now();
    merge(&mut ours, &mut theirs).expect("histories that fit together");
    let seconds = started.elapsed().as_secs_f64();
    let kept: usize = ours.iter().chain(&theirs).map(|entry| entry.changeset.instructions().len()).sum();
    let figures = json!({
        "case": name, "way": way, "edits_a_side": count, "kept": kept,
        "ms": (seconds * 1e5).round() / 100.0, "ns_an_edit": (seconds * 1e9 / f64::from(2 * count)).round(),
    });
    println!("{figures}");
}

fn main() -> ExitCode {
    let (mut most, mut most_by_pairs, mut wanted) = (64_000, 2_000, Vec::new());
    let mut arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    while let Some(argument) = arguments.next() {
        let limit = match argument.as_str() {
            "--max" => &mut most,
            "--pairs" => &mut most_by_pairs,
            name if CASES.iter().any(|case| case.0 == name) => {
                wanted.push(argument);
                continue;
            }
            _ => {
                eprintln!("usage: cargo bench --bench merge -- [case] [--max EDITS] [--pairs EDITS]");
                return ExitCode::from(2);
            }
        };
        if let Some(edits) = arguments.next().and_then(|edits| edits.parse().ok()) {
            *limit = edits;
        }
    }
    for case in CASES.into_iter().filter(|case| wanted.is_empty() || wanted.iter().any(|name| name == case.0)) {
        for count in [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 64_000].into_iter().filter(|count| *count <= most) {
            measure(case, count, "merge", merge_groups);
            if count <= most_by_pairs {
                measure(case, count, "by pairs", merge_groups_by_pairs);
            }
        }
    }
    ExitCode::SUCCESS
}
