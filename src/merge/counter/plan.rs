//! Which counters can be merged apart from everything else: those that both sides wrote or added
//! to, in a way that nothing else of either side interacts with.

use hashbrown::HashMap;

use crate::changeset::{Instruction, PathElement, Payload, UpdateExtra};

use super::super::lists::{free_fields, Field};
use super::super::side::Side;

/// The instructions of both sides on one counter, in their order.
#[derive(Default)]
pub(in crate::merge) struct CounterSteps {
    pub(in crate::merge) ours: Vec<u32>,
    pub(in crate::merge) theirs: Vec<u32>,
    writes: usize,
    additions: usize,
    has_others: bool,
}

/// The counters, and the steps of both sides that are on none of them.
pub(in crate::merge) struct Found {
    pub(in crate::merge) counters: Vec<CounterSteps>,
    pub(in crate::merge) ours: Vec<u32>,
    pub(in crate::merge) theirs: Vec<u32>,
}

/// Places in one field by their paths.
type Paths<'a> = HashMap<&'a [PathElement], CounterSteps>;

/// Fewer additions are not worth looking for.
const FEW_ADDITIONS: usize = 32;
/// Fields with more places than this are dictionaries, not counters.
const FEW_PLACES: usize = 16;

/// Whether it writes an integer or adds one, and which; `None` for anything else.
pub(super) fn write_or_addition(instruction: &Instruction) -> Option<(bool, i64)> {
    if let Instruction::AddInteger { value, .. } = instruction {
        return Some((false, *value));
    }
    if let Instruction::Update { value: Payload::Int(value), extra: UpdateExtra::IsDefault(false), .. } = instruction {
        return Some((true, *value));
    }
    None
}

/// Takes the counters out of these steps of both sides, whose paths agree before the place `from`.
pub(in crate::merge) fn split(
    our_side: &Side,
    their_side: &Side,
    our_steps: Vec<u32>,
    their_steps: Vec<u32>,
    from: usize,
) -> Found {
    let additions = additions(our_side, &our_steps) + additions(their_side, &their_steps);
    let none = Found { counters: Vec::new(), ours: our_steps, theirs: their_steps };
    if additions < FEW_ADDITIONS {
        return none;
    }
    let is_addition = |instruction: &Instruction| matches!(instruction, Instruction::AddInteger { .. });
    let Some(fields) = free_fields((our_side, &none.ours), (their_side, &none.theirs), is_addition) else {
        return none;
    };
    let mut places: HashMap<Field, Paths<'_>> = fields.into_iter().map(|field| (field, Paths::new())).collect();
    add(&mut places, our_side, &none.ours, from, |place| &mut place.ours);
    add(&mut places, their_side, &none.theirs, from, |place| &mut place.theirs);
    let mut counters = Vec::new();
    for paths in places.into_values() {
        if paths.len() <= FEW_PLACES {
            let apart: Vec<bool> = paths.keys().map(|path| is_apart(path, &paths)).collect();
            counters.extend(
                paths.into_values().zip(apart).filter(|(place, apart)| *apart && place.is_mixed()).map(|it| it.0),
            );
        }
    }
    let without = |steps: Vec<u32>, taken: Vec<u32>| {
        let taken: hashbrown::HashSet<u32> = taken.into_iter().collect();
        steps.into_iter().filter(|step| !taken.contains(step)).collect::<Vec<u32>>()
    };
    let ours = without(none.ours, counters.iter().flat_map(|counter| counter.ours.iter().copied()).collect());
    let theirs = without(none.theirs, counters.iter().flat_map(|counter| counter.theirs.iter().copied()).collect());
    Found { counters, ours, theirs }
}

fn additions(side: &Side, steps: &[u32]) -> usize {
    let is_addition = |step: &&u32| matches!(side.steps[**step as usize].instruction, Instruction::AddInteger { .. });
    steps.iter().filter(is_addition).count()
}

fn add<'a>(
    places: &mut HashMap<Field, Paths<'a>>,
    side: &'a Side,
    steps: &[u32],
    from: usize,
    list: impl Fn(&mut CounterSteps) -> &mut Vec<u32>,
) {
    for &number in steps {
        let instruction = &side.steps[number as usize].instruction;
        let Some(target) = instruction.path_target() else { continue };
        let Some(paths) = places.get_mut(&(target.object, target.property)) else { continue };
        let path = side.path(target.path);
        let place = paths.entry(path.get(from..).unwrap_or_default()).or_default();
        list(place).push(number);
        match write_or_addition(instruction) {
            Some((true, _)) => place.writes += 1,
            Some((false, _)) => place.additions += 1,
            None => place.has_others = true,
        }
    }
}

impl CounterSteps {
    /// Whether it is a counter that both sides used, and that was written, too: additions alone
    /// need not meet.
    fn is_mixed(&self) -> bool {
        let is_used = !self.ours.is_empty() && !self.theirs.is_empty();
        is_used && self.writes > 0 && self.additions > 0 && !self.has_others
    }
}

/// Whether the path goes by names, and every other one in the field parts from it at a name.
fn is_apart(path: &[PathElement], paths: &Paths<'_>) -> bool {
    let parts = |other: &&[PathElement]| {
        let parting = path.iter().zip(other.iter()).find(|(element, other)| element != other);
        *other == path || matches!(parting, Some((PathElement::Name(_), PathElement::Name(_))))
    };
    path.iter().all(|element| element.index().is_none()) && paths.keys().all(parts)
}
