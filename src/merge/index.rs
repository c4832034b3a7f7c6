//! Which instructions of ours an incoming one has to meet: only those on the same field, object,
//! property or class. Building costs one look at each instruction, a lookup what it finds.

use hashbrown::{HashMap, HashSet};

use crate::changeset::{AddColumn, ColumnType, Instruction, ObjectTarget, StringId};

use super::side::{Fate, Side, Step};

/// What an instruction is about, as narrow as it says. Each step is in exactly one chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Class(StringId),
    Column(StringId, StringId),
    Object(ObjectTarget),
    Field(ObjectTarget, StringId),
}

/// What an erasing instruction is about: everything within. Only those that an incoming
/// instruction will ask for are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whole {
    /// With the properties of other classes that link to the class.
    Class(StringId),
    Column(StringId, StringId),
    Object(ObjectTarget),
}

/// Steps of one scope in their order, linked through [`Index::next`].
struct Chain {
    first: u32,
    last: u32,
}

const END: u32 = u32::MAX;

pub(super) struct Index {
    chains: HashMap<Scope, Chain>,
    next: Vec<u32>,
    wholes: HashMap<Whole, Vec<u32>>,
}

impl Index {
    /// An index of ours that answers for these incoming instructions.
    pub(super) fn build(ours: &Side, theirs: &Side) -> Index {
        let steps = ours.steps.len();
        let mut index = Index {
            chains: HashMap::with_capacity(steps.min(1 << 16)),
            next: vec![END; steps],
            wholes: HashMap::new(),
        };
        for whole in wanted(ours, theirs) {
            index.wholes.insert(whole, Vec::new());
        }
        for (step, at) in ours.steps.iter().zip(0..) {
            index.append(&step.instruction, at);
        }
        index
    }

    fn append(&mut self, instruction: &Instruction, at: u32) {
        let chain = self.chains.entry(scope(instruction)).or_insert(Chain { first: at, last: at });
        if chain.last != at {
            self.next[chain.last as usize] = at;
            chain.last = at;
        }
        if self.wholes.is_empty() {
            return;
        }
        for whole in wholes(instruction).into_iter().flatten() {
            if let Some(steps) = self.wholes.get_mut(&whole) {
                steps.push(at);
            }
        }
    }

    /// Takes up a step that was put in between.
    pub(super) fn insert(&mut self, ours: &Side, at: usize) {
        let Some(step) = ours.steps.get(at) else { return };
        let at = at as u32;
        self.next.resize(ours.steps.len(), END);
        let chain = self.chains.entry(scope(&step.instruction)).or_insert(Chain { first: END, last: END });
        let mut previous = END;
        let mut following = chain.first;
        while following != END && ours.steps[following as usize].order < step.order {
            previous = following;
            following = self.next[following as usize];
        }
        self.next[at as usize] = following;
        match previous {
            END => chain.first = at,
            _ => self.next[previous as usize] = at,
        }
        if following == END {
            chain.last = at;
        }
        for whole in wholes(&step.instruction).into_iter().flatten() {
            if let Some(steps) = self.wholes.get_mut(&whole) {
                let place = steps.partition_point(|&other| ours.steps[other as usize].order < step.order);
                steps.insert(place, at);
            }
        }
    }

    /// Fills `found` with the steps of ours, from the order `floor` on, that the incoming
    /// instruction may interact with, in their order.
    pub(super) fn find(&mut self, ours: &Side, incoming: &Instruction, floor: u64, found: &mut Vec<u32>) {
        found.clear();
        let mut sources = Sources { ours: &ours.steps, floor, found, runs: 0 };
        match incoming {
            Instruction::AddTable(table) => self.chain(Scope::Class(table.class), &mut sources),
            Instruction::EraseTable { class } => self.whole(Whole::Class(*class), &mut sources),
            Instruction::CreateObject(object) => {
                self.chain(Scope::Object(*object), &mut sources);
                self.chain(Scope::Class(object.class), &mut sources);
            }
            Instruction::EraseObject(object) => {
                self.whole(Whole::Object(*object), &mut sources);
                self.chain(Scope::Class(object.class), &mut sources);
            }
            Instruction::AddColumn(column) => {
                self.chain(Scope::Column(column.class, column.property), &mut sources);
                self.chain(Scope::Class(column.class), &mut sources);
                if let Some(target) = link_target(column) {
                    self.chain(Scope::Class(target), &mut sources);
                }
            }
            Instruction::EraseColumn { class, property } => {
                self.whole(Whole::Column(*class, *property), &mut sources);
                self.chain(Scope::Class(*class), &mut sources);
            }
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => {
                self.chain(Scope::Field(target.object, target.property), &mut sources);
                self.chain(Scope::Object(target.object), &mut sources);
                self.chain(Scope::Column(target.object.class, target.property), &mut sources);
                self.chain(Scope::Class(target.object.class), &mut sources);
            }
        }
        if sources.runs > 1 {
            found.sort_unstable_by_key(|&at| ours.steps[at as usize].order);
        }
    }

    /// Collects a chain, and unlinks what was dropped meanwhile.
    fn chain(&mut self, scope: Scope, sources: &mut Sources<'_>) {
        let Some(chain) = self.chains.get_mut(&scope) else { return };
        let before = sources.found.len();
        let mut previous = END;
        let mut at = chain.first;
        while at != END {
            let following = self.next[at as usize];
            if sources.take(at) {
                previous = at;
            } else {
                match previous {
                    END => chain.first = following,
                    _ => self.next[previous as usize] = following,
                }
            }
            at = following;
        }
        chain.last = previous;
        sources.end_run(before);
    }

    fn whole(&mut self, whole: Whole, sources: &mut Sources<'_>) {
        let Some(steps) = self.wholes.get_mut(&whole) else { return };
        let before = sources.found.len();
        steps.retain(|&at| sources.take(at));
        sources.end_run(before);
    }
}

/// Where found steps go.
struct Sources<'a> {
    ours: &'a [Step],
    floor: u64,
    found: &'a mut Vec<u32>,
    /// How many ascending runs `found` consists of.
    runs: usize,
}

impl Sources<'_> {
    /// False when the step is dropped and need not be looked at any more.
    fn take(&mut self, at: u32) -> bool {
        let step = &self.ours[at as usize];
        match step.fate {
            Fate::Dropped => false,
            Fate::Untouched | Fate::Changed => {
                if step.order >= self.floor {
                    self.found.push(at);
                }
                true
            }
        }
    }

    fn end_run(&mut self, before: usize) {
        if self.found.len() > before {
            self.runs += 1;
        }
    }
}

/// What incoming erasures will ask for. An incoming EraseTable may turn into the erasure of one of
/// our properties that links to the class.
fn wanted(ours: &Side, theirs: &Side) -> HashSet<Whole> {
    let mut wanted = HashSet::new();
    let mut erases_class = false;
    for step in &theirs.steps {
        match &step.instruction {
            Instruction::EraseTable { class } => {
                erases_class = true;
                wanted.insert(Whole::Class(*class));
            }
            Instruction::EraseColumn { class, property } => {
                wanted.insert(Whole::Column(*class, *property));
            }
            Instruction::EraseObject(object) => {
                wanted.insert(Whole::Object(*object));
            }
            Instruction::AddTable(_)
            | Instruction::CreateObject(_)
            | Instruction::AddColumn(_)
            | Instruction::Update { .. }
            | Instruction::AddInteger { .. }
            | Instruction::ArrayInsert { .. }
            | Instruction::ArrayMove { .. }
            | Instruction::ArrayErase { .. }
            | Instruction::Clear { .. }
            | Instruction::SetInsert { .. }
            | Instruction::SetErase { .. } => {}
        }
    }
    if erases_class {
        for step in &ours.steps {
            if let Instruction::AddColumn(column) = &step.instruction {
                if link_target(column).is_some_and(|target| wanted.contains(&Whole::Class(target))) {
                    wanted.insert(Whole::Column(column.class, column.property));
                }
            }
        }
    }
    wanted
}

fn scope(instruction: &Instruction) -> Scope {
    match instruction {
        Instruction::AddTable(table) => Scope::Class(table.class),
        Instruction::EraseTable { class } => Scope::Class(*class),
        Instruction::CreateObject(object) | Instruction::EraseObject(object) => Scope::Object(*object),
        Instruction::AddColumn(column) => Scope::Column(column.class, column.property),
        Instruction::EraseColumn { class, property } => Scope::Column(*class, *property),
        Instruction::Update { target, .. }
        | Instruction::AddInteger { target, .. }
        | Instruction::ArrayInsert { target, .. }
        | Instruction::ArrayMove { target, .. }
        | Instruction::ArrayErase { target, .. }
        | Instruction::Clear { target, .. }
        | Instruction::SetInsert { target, .. }
        | Instruction::SetErase { target, .. } => Scope::Field(target.object, target.property),
    }
}

fn wholes(instruction: &Instruction) -> [Option<Whole>; 3] {
    let class = Some(Whole::Class(instruction.class()));
    match scope(instruction) {
        Scope::Class(_) => [class, None, None],
        Scope::Column(owner, property) => {
            let target = if let Instruction::AddColumn(column) = instruction { link_target(column) } else { None };
            [class, Some(Whole::Column(owner, property)), target.map(Whole::Class)]
        }
        Scope::Object(object) => [class, Some(Whole::Object(object)), None],
        Scope::Field(object, property) => {
            [class, Some(Whole::Object(object)), Some(Whole::Column(object.class, property))]
        }
    }
}

/// The class another class's property links to.
fn link_target(column: &AddColumn) -> Option<StringId> {
    if let ColumnType::Link { target } = column.column_type {
        return (target != column.class).then_some(target);
    }
    None
}
