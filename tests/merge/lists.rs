//! Lists merged at once against the pairwise rules: the same instructions, the same changed
//! entries, the same errors, for random histories of both sides.

use proptest::prelude::*;
use realm_sync::changeset::{
    Changeset, CollectionKind, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra,
};
use realm_sync::merge::{merge_groups, merge_groups_by_pairs, Entry};
use realm_sync::value::{FileIdent, OriginTimestamp};

/// Sizes of the lists within the elements of a list.
type Model = Vec<u32>;

/// What a random history looks like.
#[derive(Debug, Clone)]
struct Plan {
    base: u32,
    /// Names that lead to the list.
    depth: usize,
    /// How likely an edit is an insert, an erasure, a set, anything else.
    weights: [u32; 4],
    /// How far from its middle the edits of each side reach; 0 for the whole list.
    reach: u32,
    /// Whether timestamps may go down within a side.
    is_steady: bool,
    /// One in so many edits is of a kind that needs the pairwise rules, or makes no sense; 0 for none.
    odd: u32,
    seed: u64,
}

fn plans() -> impl Strategy<Value = Plan> {
    let weights = prop_oneof![
        Just([1, 0, 0, 0]),
        Just([4, 1, 0, 0]),
        Just([2, 1, 1, 0]),
        Just([1, 1, 1, 1]),
        Just([3, 2, 1, 3]),
        Just([1, 3, 0, 1]),
        Just([0, 1, 2, 2]),
        Just([0, 0, 1, 9]),
    ];
    let base = prop_oneof![Just(0u32), 1..4u32, 4..20u32, 60..100u32];
    let odd = prop_oneof![6 => Just(0u32), 1 => 20..200u32];
    (base, 0..3usize, weights, prop_oneof![Just(0u32), 1..4u32], any::<bool>(), odd, any::<u64>()).prop_map(
        |(base, depth, weights, reach, is_steady, odd, seed)| Plan {
            base,
            depth,
            weights,
            reach,
            is_steady,
            odd,
            seed,
        },
    )
}

/// Any spread-out numbers.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % limit.max(1)
    }
}

struct Author<'a> {
    plan: &'a Plan,
    dice: Dice,
    ident: u64,
    timestamp: u64,
    model: Model,
}

impl Author<'_> {
    fn entry(&mut self, edits: usize, version: u64, base: u64) -> Entry {
        let mut changeset = Changeset::new();
        for _ in 0..edits {
            self.edit(&mut changeset);
        }
        self.timestamp = match self.plan.is_steady {
            true => self.timestamp + u64::from(self.dice.below(3)),
            false => u64::from(self.dice.below(6)),
        };
        Entry::new(changeset, version, base, OriginTimestamp(self.timestamp), FileIdent(self.ident))
    }

    fn target(&mut self, changeset: &mut Changeset, below: &[PathElement]) -> PathTarget {
        let object = ObjectTarget { class: changeset.intern("A"), key: Key::Int(1) };
        let property = changeset.intern("p");
        let mut path: Vec<PathElement> =
            ["k", "l"][..self.plan.depth].iter().map(|name| PathElement::Name(changeset.intern(name))).collect();
        path.extend(below);
        PathTarget { object, property, path: changeset.push_path(&path) }
    }

    fn index(&mut self, size: u32) -> u32 {
        match self.plan.reach {
            0 => self.dice.below(size),
            reach => (size / 2 + self.dice.below(2 * reach)).saturating_sub(reach).min(size.saturating_sub(1)),
        }
    }

    fn edit(&mut self, changeset: &mut Changeset) {
        if self.plan.odd > 0 && self.dice.below(self.plan.odd) == 0 {
            return self.odd(changeset);
        }
        let size = self.model.len() as u32;
        let total: u32 = self.plan.weights.iter().sum();
        let mut roll = self.dice.below(total);
        let kind = self.plan.weights.iter().position(|weight| {
            let is_it = roll < *weight;
            roll = roll.wrapping_sub(*weight);
            is_it
        });
        let kind = if size == 0 { Some(0) } else { kind };
        let value = Payload::Int(i64::from(self.dice.below(1000)));
        let instruction = match kind {
            Some(0) => {
                let index = self.index(size + 1);
                let value = if self.dice.below(2) == 0 { value } else { Payload::List };
                let target = self.target(changeset, &[PathElement::Index(index)]);
                Instruction::ArrayInsert { target, value, prior_size: size }
            }
            Some(1) => {
                let index = self.index(size);
                let target = self.target(changeset, &[PathElement::Index(index)]);
                Instruction::ArrayErase { target, prior_size: size }
            }
            Some(2) => {
                let index = self.index(size);
                let target = self.target(changeset, &[PathElement::Index(index)]);
                let value = match self.dice.below(4) {
                    0 => Payload::ObjectValue,
                    1 => Payload::List,
                    _ => value,
                };
                Instruction::Update { target, value, extra: UpdateExtra::PriorSize(size) }
            }
            _ => self.deeper(changeset, value),
        };
        apply(&mut self.model, changeset, &instruction, self.plan.depth);
        changeset.push(instruction);
    }

    /// An edit of what an element contains.
    fn deeper(&mut self, changeset: &mut Changeset, value: Payload) -> Instruction {
        let index = self.index(self.model.len() as u32);
        let size = self.model[index as usize];
        let here = PathElement::Index(index);
        let inner = self.dice.below(size + 1);
        let name = PathElement::Name(changeset.intern(["x", "y"][self.dice.below(2) as usize]));
        match self.dice.below(6) {
            0 => Instruction::Clear { target: self.target(changeset, &[here]), collection: CollectionKind::List },
            1 if inner < size => {
                let target = self.target(changeset, &[here, PathElement::Index(inner)]);
                Instruction::ArrayErase { target, prior_size: size }
            }
            1..=3 => {
                let target = self.target(changeset, &[here, PathElement::Index(inner)]);
                Instruction::ArrayInsert { target, value, prior_size: size }
            }
            4 => Instruction::AddInteger { target: self.target(changeset, &[here, name]), value: 3 },
            _ => {
                let target = self.target(changeset, &[here, name]);
                Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) }
            }
        }
    }

    /// What lists merged at once do not cover; applied to nothing.
    fn odd(&mut self, changeset: &mut Changeset) {
        let size = self.model.len() as u32;
        let index = PathElement::Index(self.dice.below(size + 1));
        let instruction = match self.dice.below(9) {
            0 => Instruction::ArrayMove {
                target: self.target(changeset, &[index]),
                to: self.dice.below(size),
                prior_size: size,
            },
            1 => Instruction::Clear { target: self.target(changeset, &[]), collection: CollectionKind::List },
            2 => {
                let extra = UpdateExtra::IsDefault(true);
                Instruction::Update { target: self.target(changeset, &[]), value: Payload::List, extra }
            }
            3 => Instruction::EraseObject(self.target(changeset, &[]).object),
            4 => {
                let object = self.target(changeset, &[]).object;
                Instruction::EraseColumn { class: object.class, property: changeset.intern("p") }
            }
            5 => Instruction::AddInteger { target: self.target(changeset, &[index]), value: 1 },
            6 => Instruction::ArrayErase { target: self.target(changeset, &[index]), prior_size: size + 1 },
            7 => {
                let name = PathElement::Name(changeset.intern("k"));
                let extra = UpdateExtra::IsDefault(false);
                Instruction::Update { target: self.target(changeset, &[name]), value: Payload::Null, extra }
            }
            _ => Instruction::ArrayInsert {
                target: self.target(changeset, &[PathElement::Index(size + 1)]),
                value: Payload::Null,
                prior_size: size,
            },
        };
        changeset.push(instruction);
    }
}

fn apply(model: &mut Model, changeset: &Changeset, instruction: &Instruction, depth: usize) {
    let Some(target) = instruction.path_target() else { return };
    let path = &changeset.path(target.path)[depth..];
    let Some(index) = path.first().and_then(|element| element.index()).map(|index| index as usize) else { return };
    match (instruction, path.len()) {
        (Instruction::ArrayInsert { .. }, 1) if index <= model.len() => model.insert(index, 0),
        (Instruction::ArrayErase { .. }, 1) if index < model.len() => {
            model.remove(index);
        }
        (Instruction::ArrayInsert { .. }, 2) if index < model.len() => model[index] += 1,
        (Instruction::ArrayErase { .. }, 2) if index < model.len() => model[index] = model[index].saturating_sub(1),
        (Instruction::Clear { .. }, 1) if index < model.len() => model[index] = 0,
        (Instruction::Update { value: Payload::Int(_), .. }, 1) if index < model.len() => model[index] = 0,
        _ => {}
    }
}

/// The entries of both sides; theirs came in so many batches, each of which knew more of ours.
fn histories(plan: &Plan, batches: u64) -> (Vec<Entry>, Vec<Entry>) {
    let mut dice = Dice(plan.seed);
    let model: Model = (0..plan.base).map(|_| dice.below(3)).collect();
    let mut author = |ident: u64| {
        let seed = u64::from(dice.below(u32::MAX)) << 20;
        Author { plan, dice: Dice(seed), ident, timestamp: 1, model: model.clone() }
    };
    let (mut own, mut incoming) = (author(2), author(3));
    let mut ours: Vec<Entry> = Vec::new();
    for version in 1..=6 {
        let edits = 1 + own.dice.below(14) as usize;
        ours.push(own.entry(edits, version, 0));
        if !plan.is_steady {
            own.ident = 2 + 2 * u64::from(own.dice.below(3));
        }
    }
    let mut theirs: Vec<Entry> = Vec::new();
    for batch in 0..batches {
        let base = batch * 2;
        if batch > 0 {
            // What the incoming side has by then: its own edits, then ours up to the base.
            let mut known = ours[..base as usize].to_vec();
            let mut sent = theirs.clone();
            if merge_groups_by_pairs(&mut known, &mut sent).is_ok() {
                for entry in &known[base as usize - 2..] {
                    for instruction in entry.changeset.instructions() {
                        apply(&mut incoming.model, &entry.changeset, instruction, plan.depth);
                    }
                }
            }
        }
        for _ in 0..2 + incoming.dice.below(3) {
            let edits = 1 + incoming.dice.below(14) as usize;
            theirs.push(incoming.entry(edits, theirs.len() as u64 + 1, base));
        }
    }
    (ours, theirs)
}

fn printed(entries: &[Entry]) -> Vec<(String, bool)> {
    entries.iter().map(|entry| (entry.changeset.print().to_string(), entry.changed())).collect()
}

fn cases() -> u32 {
    std::env::var("MERGE_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(1500)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn a_list_merged_at_once_is_the_same_as_pair_by_pair(plan in plans(), batches in 1..3u64) {
        let (ours, theirs) = histories(&plan, batches);
        let (mut ours_at_once, mut theirs_at_once) = (ours.clone(), theirs.clone());
        let at_once = merge_groups(&mut ours_at_once, &mut theirs_at_once);
        let (mut ours_by_pairs, mut theirs_by_pairs) = (ours, theirs);
        let by_pairs = merge_groups_by_pairs(&mut ours_by_pairs, &mut theirs_by_pairs);
        prop_assert_eq!(at_once, by_pairs);
        prop_assert_eq!(printed(&ours_at_once), printed(&ours_by_pairs));
        prop_assert_eq!(printed(&theirs_at_once), printed(&theirs_by_pairs));
    }
}
