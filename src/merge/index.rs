//! Which instructions of ours an incoming one has to meet: only those on the same field, object,
//! property or class. Building costs one look at each instruction, a lookup what it finds.

use hashbrown::{HashMap, HashSet};

use crate::changeset::{AddColumn, ColumnType, Instruction, ObjectTarget, PathElement, PathTarget, StringId};

use super::side::{Fate, Side, Step};

/// What an instruction is about, as narrow as it says. Each step is in exactly one chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Scope {
    Class(StringId),
    Column(StringId, StringId),
    Object(ObjectTarget),
    /// What has no part to itself: writes of the whole field, list operations.
    Field(ObjectTarget, StringId),
    Part(ObjectTarget, StringId, Part),
}

/// Parts of a field whose instructions do not interact with those of another such part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    /// Additions to the property itself. They commute, so they need not meet each other either.
    Counter,
    /// Likewise to what lies right below it at this name.
    KeyCounter(StringId),
    /// What goes through this dictionary key or property of an embedded object.
    Key(StringId),
    /// Operations on one element of a set, by the hash of the element.
    Element(u64),
    /// Likewise of the set right below the field at this name.
    KeyElement(StringId, u64),
}

/// What an erasing instruction is about: everything within. Only those that an incoming
/// instruction will ask for are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Whole {
    /// With the properties of other classes that link to the class.
    Class(StringId),
    Column(StringId, StringId),
    Object(ObjectTarget),
    /// All keys of a field.
    Keys(ObjectTarget, StringId),
    /// All elements of a field that is a set.
    Elements(ObjectTarget, StringId),
    /// All elements of the set right below the field at this name.
    KeyElements(ObjectTarget, StringId, StringId),
}

/// Links of one scope in the order of their steps.
struct Chain {
    first: u32,
    last: u32,
}

const END: u32 = u32::MAX;

/// A step in its chain.
#[derive(Clone, Copy)]
struct Link {
    step: u32,
    next: u32,
}

pub(super) struct Index {
    /// The place in the paths where they may begin to differ.
    from: usize,
    chains: HashMap<Scope, Chain>,
    links: Vec<Link>,
    wholes: HashMap<Whole, Vec<u32>>,
}

impl Index {
    /// An index of these steps of ours that answers for these incoming ones. All paths agree
    /// before the place `from`.
    pub(super) fn build(ours: &Side, our_steps: &[u32], theirs: &Side, their_steps: &[u32], from: usize) -> Index {
        let mut index = Index {
            from,
            chains: HashMap::with_capacity(our_steps.len().min(1 << 16)),
            links: Vec::with_capacity(our_steps.len()),
            wholes: HashMap::new(),
        };
        for whole in wanted((ours, our_steps), (theirs, their_steps), from) {
            index.wholes.insert(whole, Vec::new());
        }
        for &at in our_steps {
            index.append(ours, &ours.steps[at as usize], at);
        }
        index
    }

    fn append(&mut self, ours: &Side, step: &Step, at: u32) {
        let scope = scope(ours, step, self.from);
        let link = self.link(at, END);
        let chain = self.chains.entry(scope).or_insert(Chain { first: link, last: link });
        if chain.last != link {
            self.links[chain.last as usize].next = link;
            chain.last = link;
        }
        if self.wholes.is_empty() {
            return;
        }
        for whole in wholes(scope, &step.instruction).into_iter().flatten() {
            if let Some(steps) = self.wholes.get_mut(&whole) {
                steps.push(at);
            }
        }
    }

    fn link(&mut self, step: u32, next: u32) -> u32 {
        self.links.push(Link { step, next });
        self.links.len() as u32 - 1
    }

    /// Takes up a step that was put in between.
    pub(super) fn insert(&mut self, ours: &Side, at: usize) {
        let Some(step) = ours.steps.get(at) else { return };
        let at = at as u32;
        let scope = scope(ours, step, self.from);
        let mut previous = END;
        let mut following = self.chains.get(&scope).map_or(END, |chain| chain.first);
        while following != END {
            let link = &self.links[following as usize];
            if ours.steps[link.step as usize].order >= step.order {
                break;
            }
            previous = following;
            following = link.next;
        }
        let link = self.link(at, following);
        let chain = self.chains.entry(scope).or_insert(Chain { first: link, last: link });
        match previous {
            END => chain.first = link,
            _ => self.links[previous as usize].next = link,
        }
        if following == END {
            chain.last = link;
        }
        for whole in wholes(scope, &step.instruction).into_iter().flatten() {
            if let Some(steps) = self.wholes.get_mut(&whole) {
                let place = steps.partition_point(|&other| ours.steps[other as usize].order < step.order);
                steps.insert(place, at);
            }
        }
    }

    /// Fills `found` with the steps of ours, from the order `floor` on, that an incoming step may
    /// interact with, in their order.
    pub(super) fn find(&mut self, ours: &Side, theirs: &Side, incoming: usize, floor: u64, found: &mut Vec<u32>) {
        found.clear();
        let Some(incoming) = theirs.steps.get(incoming) else { return };
        let mut sources = Sources { ours: &ours.steps, floor, found, runs: 0 };
        self.chain(Scope::Class(incoming.instruction.class()), &mut sources);
        match (scope(theirs, incoming, self.from), &incoming.instruction) {
            (Scope::Class(class), Instruction::EraseTable { .. }) => {
                sources.start_over();
                self.whole(Whole::Class(class), &mut sources);
            }
            (Scope::Class(_), _) => {}
            (Scope::Column(class, property), Instruction::EraseColumn { .. }) => {
                self.whole(Whole::Column(class, property), &mut sources);
            }
            (column, Instruction::AddColumn(added)) => {
                self.chain(column, &mut sources);
                if let Some(target) = link_target(added) {
                    self.chain(Scope::Class(target), &mut sources);
                }
            }
            (Scope::Column(..), _) => {}
            (Scope::Object(object), Instruction::EraseObject(_)) => self.whole(Whole::Object(object), &mut sources),
            (object @ Scope::Object(_), _) => self.chain(object, &mut sources),
            (Scope::Field(object, property), _) => self.field(object, property, None, &mut sources),
            (Scope::Part(object, property, part), _) => self.field(object, property, Some(part), &mut sources),
        }
        if sources.runs > 1 {
            found.sort_unstable_by_key(|&at| ours.steps[at as usize].order);
        }
    }

    /// What an instruction on a field, or on this part of it, may interact with.
    fn field(&mut self, object: ObjectTarget, property: StringId, part: Option<Part>, sources: &mut Sources<'_>) {
        self.chain(Scope::Object(object), sources);
        self.chain(Scope::Column(object.class, property), sources);
        self.chain(Scope::Field(object, property), sources);
        let counter = Scope::Part(object, property, Part::Counter);
        let scope = part.map_or(Scope::Field(object, property), |part| Scope::Part(object, property, part));
        match part {
            None => {
                self.chain(counter, sources);
                self.whole(Whole::Keys(object, property), sources);
                self.whole(Whole::Elements(object, property), sources);
            }
            Some(Part::Counter) => self.whole(Whole::Keys(object, property), sources),
            Some(Part::Key(name)) => {
                self.chain(counter, sources);
                self.chain(Scope::Part(object, property, Part::Key(name)), sources);
                self.chain(Scope::Part(object, property, Part::KeyCounter(name)), sources);
                self.whole(Whole::KeyElements(object, property, name), sources);
            }
            Some(Part::KeyElement(name, _)) => {
                self.chain(counter, sources);
                self.chain(Scope::Part(object, property, Part::Key(name)), sources);
                self.chain(scope, sources);
            }
            Some(Part::KeyCounter(name)) => {
                self.chain(counter, sources);
                self.chain(Scope::Part(object, property, Part::Key(name)), sources);
            }
            Some(Part::Element(_)) => self.chain(scope, sources),
        }
    }

    /// Collects a chain, and unlinks what was dropped meanwhile.
    fn chain(&mut self, scope: Scope, sources: &mut Sources<'_>) {
        let Some(chain) = self.chains.get_mut(&scope) else { return };
        let before = sources.found.len();
        let mut previous = END;
        let mut at = chain.first;
        while at != END {
            let Link { step, next: following } = self.links[at as usize];
            if sources.take(step) {
                previous = at;
            } else {
                match previous {
                    END => chain.first = following,
                    _ => self.links[previous as usize].next = following,
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

    /// Forgets what was found: a whole that follows contains it.
    fn start_over(&mut self) {
        self.found.clear();
        self.runs = 0;
    }

    fn end_run(&mut self, before: usize) {
        if self.found.len() > before {
            self.runs += 1;
        }
    }
}

/// The wholes that incoming instructions will ask for. An incoming EraseTable may turn into the
/// erasure of one of our properties that links to the class.
fn wanted((ours, our_steps): (&Side, &[u32]), (theirs, their_steps): (&Side, &[u32]), from: usize) -> HashSet<Whole> {
    let mut wanted = HashSet::new();
    let mut erases_class = false;
    for &at in their_steps {
        let step = &theirs.steps[at as usize];
        match (scope(theirs, step, from), &step.instruction) {
            (Scope::Class(class), Instruction::EraseTable { .. }) => {
                erases_class = true;
                wanted.insert(Whole::Class(class));
            }
            (Scope::Column(class, property), Instruction::EraseColumn { .. }) => {
                wanted.insert(Whole::Column(class, property));
            }
            (Scope::Object(object), Instruction::EraseObject(_)) => {
                wanted.insert(Whole::Object(object));
            }
            (Scope::Field(object, property), _) => {
                wanted.extend(ours.has_keys.then_some(Whole::Keys(object, property)));
                wanted.extend(ours.has_elements.then_some(Whole::Elements(object, property)));
            }
            (Scope::Part(object, property, Part::Counter), _) => {
                wanted.extend(ours.has_keys.then_some(Whole::Keys(object, property)));
            }
            (Scope::Part(object, property, Part::Key(name)), _) => {
                wanted.extend(ours.has_elements.then_some(Whole::KeyElements(object, property, name)));
            }
            (Scope::Part(_, _, Part::KeyCounter(_) | Part::Element(_) | Part::KeyElement(..)), _)
            | (Scope::Class(_) | Scope::Column(..) | Scope::Object(_), _) => {}
        }
    }
    if erases_class {
        for &at in our_steps {
            if let Instruction::AddColumn(column) = &ours.steps[at as usize].instruction {
                if link_target(column).is_some_and(|target| wanted.contains(&Whole::Class(target))) {
                    wanted.insert(Whole::Column(column.class, column.property));
                }
            }
        }
    }
    wanted
}

fn scope(side: &Side, step: &Step, from: usize) -> Scope {
    match &step.instruction {
        Instruction::AddTable(table) => Scope::Class(table.class),
        Instruction::EraseTable { class } => Scope::Class(*class),
        Instruction::CreateObject(object) | Instruction::EraseObject(object) => Scope::Object(*object),
        Instruction::AddColumn(column) => Scope::Column(column.class, column.property),
        Instruction::EraseColumn { class, property } => Scope::Column(*class, *property),
        Instruction::Update { target, .. }
        | Instruction::ArrayInsert { target, .. }
        | Instruction::ArrayMove { target, .. }
        | Instruction::ArrayErase { target, .. }
        | Instruction::Clear { target, .. } => below(side, target, from, None, Part::Key),
        Instruction::AddInteger { target, .. } => below(side, target, from, Some(Part::Counter), Part::KeyCounter),
        Instruction::SetInsert { target, .. } | Instruction::SetErase { target, .. } => {
            let element = step.element;
            below(side, target, from, Some(Part::Element(element)), |name| Part::KeyElement(name, element))
        }
    }
}

/// Scope of a path instruction; `part` is what it is about where its path ends, `key` where one
/// name is left of it.
fn below(side: &Side, target: &PathTarget, from: usize, part: Option<Part>, key: impl Fn(StringId) -> Part) -> Scope {
    let path = side.path(target.path);
    let part = match path.get(from) {
        Some(PathElement::Name(name)) if path.len() == from + 1 => Some(key(*name)),
        Some(PathElement::Name(name)) => Some(Part::Key(*name)),
        Some(PathElement::Index(_)) => None,
        None => part,
    };
    match part {
        Some(part) => Scope::Part(target.object, target.property, part),
        None => Scope::Field(target.object, target.property),
    }
}

/// The wholes that an instruction of this scope belongs to.
fn wholes(scope: Scope, instruction: &Instruction) -> [Option<Whole>; 5] {
    let class = Some(Whole::Class(instruction.class()));
    let on_field = |object: ObjectTarget, property, parts: [Option<Whole>; 2]| {
        let column = Whole::Column(object.class, property);
        [class, Some(Whole::Object(object)), Some(column), parts[0], parts[1]]
    };
    match scope {
        Scope::Class(_) => [class, None, None, None, None],
        Scope::Column(owner, property) => {
            let target = if let Instruction::AddColumn(column) = instruction { link_target(column) } else { None };
            [class, Some(Whole::Column(owner, property)), target.map(Whole::Class), None, None]
        }
        Scope::Object(object) => [class, Some(Whole::Object(object)), None, None, None],
        Scope::Field(object, property) | Scope::Part(object, property, Part::Counter) => {
            on_field(object, property, [None, None])
        }
        Scope::Part(object, property, Part::Key(_) | Part::KeyCounter(_)) => {
            on_field(object, property, [Some(Whole::Keys(object, property)), None])
        }
        Scope::Part(object, property, Part::KeyElement(name, _)) => {
            let elements = Whole::KeyElements(object, property, name);
            on_field(object, property, [Some(Whole::Keys(object, property)), Some(elements)])
        }
        Scope::Part(object, property, Part::Element(_)) => {
            on_field(object, property, [Some(Whole::Elements(object, property)), None])
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::order::Older;
    use super::super::party::Party;
    use super::super::rules::{self, Verdict};
    use super::super::Entry;
    use super::*;
    use crate::changeset::{AddTable, Changeset, CollectionKind, Key, Payload, StringTable, TableKind, UpdateExtra};
    use crate::value::{FileIdent, OriginTimestamp};

    /// An instruction of any kind in a world of two classes, objects, properties and paths.
    fn push(changeset: &mut Changeset, [kind, class, other, key, property, path]: [u8; 6]) {
        let class = changeset.intern(["A", "B"][class as usize % 2]);
        let other = changeset.intern(["A", "B"][other as usize % 2]);
        let property = changeset.intern(["p", "q"][property as usize % 2]);
        let object = ObjectTarget { class, key: Key::Int(i64::from(key % 2)) };
        let mut elements = Vec::new();
        for digit in [path % 4, path / 4 % 4] {
            match digit {
                0 => elements.push(PathElement::Index(0)),
                1 => elements.push(PathElement::Name(changeset.intern("k"))),
                2 => elements.push(PathElement::Name(changeset.intern("l"))),
                _ => {}
            }
        }
        if (8..=10).contains(&(kind % 14)) {
            elements.push(PathElement::Index(1));
        }
        let target = PathTarget { object, property, path: changeset.push_path(&elements) };
        let extra = match elements.last() {
            Some(PathElement::Index(_)) => UpdateExtra::PriorSize(3),
            Some(PathElement::Name(_)) | None => UpdateExtra::IsDefault(false),
        };
        let text = Payload::String(changeset.push_bytes(["a", "b"][other.0 as usize % 2].as_bytes()));
        changeset.push(match kind % 14 {
            0 => Instruction::AddTable(AddTable { class, kind: TableKind::Embedded }),
            1 => Instruction::EraseTable { class },
            2 => Instruction::CreateObject(object),
            3 => Instruction::EraseObject(object),
            4 => Instruction::Update { target, value: Payload::Int(1), extra },
            5 => Instruction::AddInteger { target, value: 2 },
            6 => Instruction::AddColumn(AddColumn {
                class,
                property,
                column_type: ColumnType::Link { target: other },
                nullable: true,
                collection: CollectionKind::Single,
                key_type: None,
            }),
            7 => Instruction::EraseColumn { class, property },
            8 => Instruction::ArrayInsert { target, value: Payload::Null, prior_size: 3 },
            9 => Instruction::ArrayMove { target, to: 2, prior_size: 3 },
            10 => Instruction::ArrayErase { target, prior_size: 3 },
            11 => Instruction::Clear { target, collection: CollectionKind::List },
            12 => Instruction::SetInsert { target, value: text },
            _ => Instruction::SetErase { target, value: text },
        });
    }

    fn entry(instructions: &[[u8; 6]], timestamp: u64) -> [Entry; 1] {
        let mut changeset = Changeset::new();
        instructions.iter().for_each(|numbers| push(&mut changeset, *numbers));
        [Entry::new(changeset, 1, 0, OriginTimestamp(timestamp), FileIdent(timestamp))]
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(3000) })]

        #[test]
        fn whatever_would_interact_is_found(
            ours in prop::collection::vec(any::<[u8; 6]>(), 1..30),
            incoming in any::<[u8; 6]>(),
        ) {
            let (our_entries, their_entries) = (entry(&ours, 2), entry(&[incoming], 3));
            let mut names = StringTable::default();
            let our_side = Side::load(&our_entries, &mut names);
            let their_side = Side::load(&their_entries, &mut names);
            let mut found = Vec::new();
            let all: Vec<u32> = (0..ours.len() as u32).collect();
            let mut index = Index::build(&our_side, &all, &their_side, &[0], 0);
            index.find(&our_side, &their_side, 0, 0, &mut found);
            prop_assert!(found.is_sorted());
            for own in 0..our_side.steps.len() {
                let mut our_side = Side::load(&our_entries, &mut names);
                let mut their_side = Side::load(&their_entries, &mut names);
                let mut first = Party::new(&mut our_side, own, &our_entries[0].changeset, &names);
                let mut second = Party::new(&mut their_side, 0, &their_entries[0].changeset, &names);
                let verdict = rules::meet(&mut first, &mut second, Older::First);
                let is_untouched = our_side.steps[own].fate == Fate::Untouched && their_side.steps[0].fate == Fate::Untouched;
                if !(is_untouched && matches!(verdict, Ok(Verdict::Keep))) {
                    prop_assert!(found.contains(&(own as u32)), "{:?}", our_side.steps[own].instruction);
                }
            }
        }
    }
}
