//! Which lists can be merged apart from everything else: those that both sides worked on, and that
//! no instruction of either side reaches from above.

use hashbrown::{HashMap, HashSet};

use crate::changeset::{Instruction, ObjectTarget, PathElement, PathTarget, StringId};

use super::super::side::Side;

/// The instructions of both sides on one list and below its elements, in their order.
pub(in crate::merge) struct ListSteps {
    /// Where in their paths the index of the list is.
    pub(in crate::merge) at: usize,
    pub(in crate::merge) ours: Vec<u32>,
    pub(in crate::merge) theirs: Vec<u32>,
}

/// The lists, and the steps of both sides that are on none of them.
pub(in crate::merge) struct Found {
    pub(in crate::merge) lists: Vec<ListSteps>,
    pub(in crate::merge) ours: Vec<u32>,
    pub(in crate::merge) theirs: Vec<u32>,
}

type Field = (ObjectTarget, StringId);

/// Takes the lists out of these steps of both sides, whose paths agree before the place `from`.
pub(in crate::merge) fn split(
    our_side: &Side,
    their_side: &Side,
    our_steps: &[u32],
    their_steps: &[u32],
    from: usize,
) -> Found {
    let mut places = Places { fields: HashMap::new(), names: HashMap::new(), places: Vec::new() };
    let fields = shared_fields(our_side, their_side, our_steps, their_steps, from);
    if !fields.is_empty() {
        let own = places.add(our_side, our_steps, from, &fields, |place| &mut place.ours);
        let incoming = places.add(their_side, their_steps, from, &fields, |place| &mut place.theirs);
        return places.take(our_steps, their_steps, &own, &incoming);
    }
    Found { lists: Vec::new(), ours: our_steps.to_vec(), theirs: their_steps.to_vec() }
}

/// Fields that both sides go through with an index, of objects that neither erases.
fn shared_fields(
    our_side: &Side,
    their_side: &Side,
    our_steps: &[u32],
    their_steps: &[u32],
    from: usize,
) -> HashSet<Field> {
    let none = HashSet::new();
    let Some(theirs) = fields(their_side, their_steps, from).filter(|theirs| !theirs.indexed.is_empty()) else {
        return none;
    };
    let Some(ours) = fields(our_side, our_steps, from) else { return none };
    let is_free = |field: &&Field| !ours.erased.contains(&field.0) && !theirs.erased.contains(&field.0);
    ours.indexed.intersection(&theirs.indexed).filter(is_free).copied().collect()
}

struct Fields {
    indexed: HashSet<Field>,
    erased: HashSet<ObjectTarget>,
}

/// `None` if a class or property is erased.
fn fields(side: &Side, steps: &[u32], from: usize) -> Option<Fields> {
    let mut fields = Fields { indexed: HashSet::new(), erased: HashSet::new() };
    for &step in steps {
        match &side.steps[step as usize].instruction {
            Instruction::EraseTable { .. } | Instruction::EraseColumn { .. } => return None,
            Instruction::EraseObject(object) => {
                fields.erased.insert(*object);
            }
            Instruction::AddTable(_) | Instruction::AddColumn(_) | Instruction::CreateObject(_) => {}
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => {
                if side.path(target.path).iter().skip(from).any(|element| element.index().is_some()) {
                    fields.indexed.insert((target.object, target.property));
                }
            }
        }
    }
    Some(fields)
}

/// The places that paths lead to by names alone: fields, and what lies below them.
struct Places {
    fields: HashMap<Field, u32>,
    names: HashMap<(u32, StringId), u32>,
    places: Vec<Place>,
}

struct Place {
    above: Option<u32>,
    /// Where in the paths the next element is.
    depth: usize,
    /// Whether an instruction is on all of it.
    is_whole: bool,
    /// Instructions that go on with an index.
    ours: Vec<u32>,
    theirs: Vec<u32>,
}

impl Places {
    /// Puts steps where they belong; the place of each that goes on with an index from there.
    fn add(
        &mut self,
        side: &Side,
        steps: &[u32],
        from: usize,
        fields: &HashSet<Field>,
        list: impl Fn(&mut Place) -> &mut Vec<u32>,
    ) -> Vec<Option<u32>> {
        let on_lists = steps.iter().map(|&step| {
            let target = side.steps[step as usize].instruction.path_target()?;
            if !fields.contains(&(target.object, target.property)) {
                return None;
            }
            let (at, is_whole) = self.walk(target, side.path(target.path), from);
            let place = &mut self.places[at as usize];
            if is_whole {
                place.is_whole = true;
                return None;
            }
            list(place).push(step);
            Some(at)
        });
        on_lists.collect()
    }

    /// Where the names of a path lead; whether that is all of the path.
    fn walk(&mut self, target: &PathTarget, path: &[PathElement], from: usize) -> (u32, bool) {
        let Places { fields, names, places } = self;
        let mut make = |above, depth| {
            places.push(Place { above, depth, is_whole: false, ours: Vec::new(), theirs: Vec::new() });
            places.len() as u32 - 1
        };
        let mut at = *fields.entry((target.object, target.property)).or_insert_with(|| make(None, from));
        for (element, depth) in path.iter().zip(1..).skip(from) {
            match element {
                PathElement::Name(name) => at = *names.entry((at, *name)).or_insert_with(|| make(Some(at), depth)),
                PathElement::Index(_) => return (at, false),
            }
        }
        (at, true)
    }

    fn take(mut self, our_steps: &[u32], their_steps: &[u32], own: &[Option<u32>], incoming: &[Option<u32>]) -> Found {
        let is_free: Vec<bool> = self.places.iter().map(|place| self.is_free(place)).collect();
        let rest = |steps: &[u32], places: &[Option<u32>]| {
            let is_on_list = |place: &Option<u32>| place.is_some_and(|place| is_free[place as usize]);
            let rest = steps.iter().zip(places).filter(|(_, place)| !is_on_list(place));
            rest.map(|(step, _)| *step).collect::<Vec<u32>>()
        };
        let (ours, theirs) = (rest(our_steps, own), rest(their_steps, incoming));
        let mut lists = Vec::new();
        for (place, is_free) in self.places.iter_mut().zip(&is_free) {
            if *is_free {
                let (ours, theirs) = (std::mem::take(&mut place.ours), std::mem::take(&mut place.theirs));
                lists.push(ListSteps { at: place.depth, ours, theirs });
            }
        }
        Found { lists, ours, theirs }
    }

    /// Whether only instructions on its elements concern the list at this place.
    fn is_free(&self, place: &Place) -> bool {
        if place.is_whole || place.ours.is_empty() || place.theirs.is_empty() {
            return false;
        }
        let mut above = place.above;
        while let Some(at) = above {
            let place = &self.places[at as usize];
            if place.is_whole || !place.ours.is_empty() || !place.theirs.is_empty() {
                return false;
            }
            above = place.above;
        }
        true
    }
}
