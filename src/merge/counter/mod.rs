//! Writes of and additions to one counter merged at once, where one side's never get older.
//!
//! Rules: `docs/MERGE.md`, "Counters".

mod plan;

pub(super) use plan::{split, CounterSteps};

use super::lists::Tally;
use super::side::Side;
use super::{Age, Entry};

/// One instruction on the counter.
#[derive(Clone, Copy)]
struct Deed {
    step: u32,
    age: Age,
    value: i64,
    is_write: bool,
}

/// Lets these instructions of both sides meet, all on one counter; false, and nothing done, if it
/// takes the pairwise rules.
pub(super) fn meet(
    (our_side, our_entries, our_steps): (&mut Side, &[Entry], &[u32]),
    (their_side, their_entries, their_steps): (&mut Side, &[Entry], &[u32]),
) -> bool {
    let ours = deeds(our_side, our_entries, our_steps);
    let theirs = deeds(their_side, their_entries, their_steps);
    let is_steady =
        |deeds: &[Deed]| deeds.windows(2).all(|pair| matches!(pair, [first, second] if first.age <= second.age));
    if is_steady(&ours) {
        Meeting::new(&ours, |ours, theirs| ours < theirs).run(our_side, &theirs, their_side);
    } else if is_steady(&theirs) {
        Meeting::new(&theirs, |theirs, ours| theirs <= ours).run(their_side, &ours, our_side);
    } else {
        return false;
    }
    true
}

fn deeds(side: &Side, entries: &[Entry], steps: &[u32]) -> Vec<Deed> {
    let mut deeds = Vec::with_capacity(steps.len());
    for &number in steps {
        let step = &side.steps[number as usize];
        let entry = &entries[step.entry as usize];
        let age = (entry.origin_timestamp, entry.origin_file_ident);
        if let Some((is_write, value)) = plan::write_or_addition(&step.instruction) {
            deeds.push(Deed { step: number, age, value, is_write });
        }
    }
    deeds
}

/// The steady side's instructions while the other side's pass, one after the other. Each of these
/// takes the older ones at the beginning, or none, so what is dropped is always the beginning.
struct Meeting<'a, F> {
    steady: &'a [Deed],
    is_older: F,
    /// How many from the beginning are dropped.
    dropped: usize,
    /// Of each, the first write from there on.
    next_writes: Vec<Option<usize>>,
    /// Sums of the steady additions, and how many are not 0.
    additions: Tally,
    changes: Tally,
    /// What to add to the steady writes: differences to the one before; and how many changes that are.
    shares: Tally,
    marks: Tally,
}

impl<F: Fn(Age, Age) -> bool> Meeting<'_, F> {
    fn new(steady: &[Deed], is_older: F) -> Meeting<'_, F> {
        let places = steady.len() + 1;
        let mut next_writes = vec![None; places];
        let (mut additions, mut changes) = (Tally::new(places), Tally::new(places));
        for (place, deed) in steady.iter().enumerate().rev() {
            next_writes[place] = if deed.is_write { Some(place) } else { next_writes[place + 1] };
            if !deed.is_write {
                additions.add(place, deed.value);
                changes.add(place, i64::from(deed.value != 0));
            }
        }
        let (shares, marks) = (Tally::new(places), Tally::new(places));
        Meeting { steady, is_older, dropped: 0, next_writes, additions, changes, shares, marks }
    }

    fn run(mut self, steady_side: &mut Side, others: &[Deed], other_side: &mut Side) {
        for other in others {
            let older = self.steady.partition_point(|steady| (self.is_older)(steady.age, other.age));
            match other.is_write {
                true => self.pass_write(other, older, other_side),
                false => self.pass_addition(other, older, other_side),
            }
        }
        for (place, deed) in self.steady.iter().enumerate() {
            if place < self.dropped {
                steady_side.drop_step(deed.step as usize);
            } else if deed.is_write && self.marks.before(place + 1) != 0 {
                let value = deed.value.wrapping_add(self.shares.before(place + 1));
                steady_side.set_integer(deed.step as usize, value);
            }
        }
    }

    /// A write drops all that is older; a newer write drops it, else newer additions count on top.
    fn pass_write(&mut self, write: &Deed, older: usize, side: &mut Side) {
        self.dropped = self.dropped.max(older);
        if self.next_writes[self.dropped].is_some() {
            return side.drop_step(write.step as usize);
        }
        let end = self.steady.len();
        if self.changes.before(end) != self.changes.before(self.dropped) {
            let sum = self.additions.before(end).wrapping_sub(self.additions.before(self.dropped));
            side.set_integer(write.step as usize, write.value.wrapping_add(sum));
        }
    }

    /// An addition counts on top of older writes; a newer one drops it.
    fn pass_addition(&mut self, addition: &Deed, older: usize, side: &mut Side) {
        if addition.value != 0 {
            self.shares.add(0, addition.value);
            self.shares.add(older, addition.value.wrapping_neg());
            self.marks.add(0, 1);
            self.marks.add(older, -1);
        }
        if self.next_writes[self.dropped.max(older)].is_some() {
            side.drop_step(addition.step as usize);
        }
    }
}
