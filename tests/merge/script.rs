//! A small language for writes. Each line is applied to a model and recorded as the instruction a
//! client would write, with prior sizes from the model.
//!
//! `@B2 create`, `erase` (object A1 unless named); `i = 1`, `i default 2`, `i += 4`;
//! `ints insert 2 9`, `ints add 9`, `ints remove 0`, `ints move 0 3`, `ints clear`; `iset put 1`,
//! `iset del 1`; paths go on with `/`: `ints/2 = 9`, `dict/k = erased`, `embs/0/x = 1`. Values:
//! numbers, `'text`, `->B1`, `null`, `new`, `list`, `dict`, `erased`.

use realm_sync::changeset::{
    Changeset, CollectionKind, Instruction, Key, ObjectTarget, PathElement, PathTarget, Payload, UpdateExtra,
};
use realm_sync::value::PrimaryKey;

use crate::model::{default_of, Model, Node};

pub fn record(model: &mut Model, lines: &[&str]) -> Changeset {
    let mut changeset = Changeset::new();
    for line in lines {
        let instruction = instruction(model, &mut changeset, line);
        let mut single = changeset.clone();
        single.set_instructions(vec![instruction]);
        model.apply(&single).unwrap_or_else(|error| panic!("{line}: {error} in {model}"));
        changeset.push(instruction);
    }
    changeset
}

/// One line as an instruction of `changeset`, for this state.
pub fn instruction(model: &Model, changeset: &mut Changeset, line: &str) -> Instruction {
    let (name, rest) = match line.strip_prefix('@') {
        Some(rest) => rest.split_once(' ').unwrap(),
        None => ("A1", line),
    };
    let object = object(changeset, name);
    let words: Vec<&str> = rest.split(' ').collect();
    match words[..] {
        ["create"] => return Instruction::CreateObject(object),
        ["erase"] => return Instruction::EraseObject(object),
        _ => {}
    }
    let place = Place { model, name, path: words[0].split('/').collect() };
    match words[1..] {
        ["=", text] => {
            let extra = match place.parent_size() {
                Some(size) => UpdateExtra::PriorSize(size),
                None => UpdateExtra::IsDefault(false),
            };
            Instruction::Update {
                value: payload(changeset, text),
                target: place.target(changeset, object, None),
                extra,
            }
        }
        ["default", text] => Instruction::Update {
            value: payload(changeset, text),
            target: place.target(changeset, object, None),
            extra: UpdateExtra::IsDefault(true),
        },
        ["+=", number] => {
            Instruction::AddInteger { target: place.target(changeset, object, None), value: number.parse().unwrap() }
        }
        ["add", text] => {
            let size = place.size();
            let target = place.target(changeset, object, Some(size));
            Instruction::ArrayInsert { target, value: payload(changeset, text), prior_size: size }
        }
        ["insert", index, text] => {
            let target = place.target(changeset, object, index.parse().ok());
            Instruction::ArrayInsert { target, value: payload(changeset, text), prior_size: place.size() }
        }
        ["move", from, to] => {
            let target = place.target(changeset, object, from.parse().ok());
            Instruction::ArrayMove { target, to: to.parse().unwrap(), prior_size: place.size() }
        }
        ["remove", index] => {
            let target = place.target(changeset, object, index.parse().ok());
            Instruction::ArrayErase { target, prior_size: place.size() }
        }
        ["clear"] => Instruction::Clear { target: place.target(changeset, object, None), collection: place.kind() },
        ["put", text] => {
            Instruction::SetInsert { target: place.target(changeset, object, None), value: payload(changeset, text) }
        }
        ["del", text] => {
            Instruction::SetErase { target: place.target(changeset, object, None), value: payload(changeset, text) }
        }
        _ => panic!("not understood: {line}"),
    }
}

pub fn object(changeset: &mut Changeset, name: &str) -> ObjectTarget {
    let (class, key) = name.split_at(1);
    ObjectTarget { class: changeset.intern(class), key: Key::Int(key.parse().unwrap()) }
}

fn payload(changeset: &mut Changeset, text: &str) -> Payload {
    if let Some(text) = text.strip_prefix('\'') {
        return Payload::String(changeset.push_bytes(text.as_bytes()));
    }
    if let Some(name) = text.strip_prefix("->") {
        let ObjectTarget { class, key } = object(changeset, name);
        return Payload::Link { class, key };
    }
    match text {
        "null" => Payload::Null,
        "new" => Payload::ObjectValue,
        "list" => Payload::List,
        "dict" => Payload::Dictionary,
        "erased" => Payload::Erased,
        number => Payload::Int(number.parse().unwrap()),
    }
}

/// Where a line works, in the state it finds.
struct Place<'a> {
    model: &'a Model,
    name: &'a str,
    path: Vec<&'a str>,
}

impl Place<'_> {
    fn target(&self, changeset: &mut Changeset, object: ObjectTarget, index: Option<u32>) -> PathTarget {
        let property = changeset.intern(self.path[0]);
        let mut path: Vec<PathElement> = self.path[1..]
            .iter()
            .map(|word| match word.parse() {
                Ok(index) => PathElement::Index(index),
                Err(_) => PathElement::Name(changeset.intern(word)),
            })
            .collect();
        path.extend(index.map(PathElement::Index));
        PathTarget { object, property, path: changeset.push_path(&path) }
    }

    fn node(&self, depth: usize) -> Option<Node> {
        let (class, key) = self.name.split_at(1);
        let object = self.model.objects.get(&(class.into(), PrimaryKey::Int(key.parse().unwrap())))?;
        let mut node = object.get(self.path[0]).cloned().unwrap_or_else(|| default_of(self.path[0]));
        for word in &self.path[1..depth] {
            node = match node {
                Node::List(list) => list.get(word.parse::<usize>().ok()?)?.clone(),
                Node::Dictionary(entries) => entries.get(*word)?.clone(),
                Node::Object(fields) => fields.get(*word).cloned().unwrap_or_else(|| default_of(word)),
                _ => return None,
            };
        }
        Some(node)
    }

    fn size(&self) -> u32 {
        match self.node(self.path.len()) {
            Some(Node::List(list)) => list.len() as u32,
            other => panic!("{:?} of {} is no list: {other:?}", self.path, self.model),
        }
    }

    /// Size of the list that the last element of the path is in, if it is in one.
    fn parent_size(&self) -> Option<u32> {
        self.path.last()?.parse::<u32>().ok()?;
        match self.node(self.path.len() - 1) {
            Some(Node::List(list)) => Some(list.len() as u32),
            other => panic!("{:?} of {} is in no list: {other:?}", self.path, self.model),
        }
    }

    fn kind(&self) -> CollectionKind {
        match self.node(self.path.len()) {
            Some(Node::List(_)) => CollectionKind::List,
            Some(Node::Dictionary(_)) => CollectionKind::Dictionary,
            Some(Node::Set(_)) => CollectionKind::Set,
            other => panic!("{:?} of {} is no collection: {other:?}", self.path, self.model),
        }
    }
}
