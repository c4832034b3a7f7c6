//! A small language for writes. Each line is applied to a model and recorded as the instruction a
//! client would write, with prior sizes from the model.
//!
//! `@B2 create`, `erase` (object A1 unless named); `i = 1`, `i default 2`, `i += 4`;
//! `ints insert 2 9`, `ints add 9`, `ints remove 0`, `ints move 0 3`, `ints clear`; `iset put 1`,
//! `iset del 1`; paths go on with `/`: `ints/2 = 9`, `dict/k = erased`, `embs/0/x = 1`. Values:
//! numbers, `'text`, `->B1`, `null`, `new`, `list`, `dict`, `erased`.
//!
//! Classes and properties: `table T id`, `text-table T id`, `embedded T`, `erase-table T`, `int T i`, `list T ints`,
//! `link T b B`, `erase-column T i`.

use realm_sync::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget, PathElement,
    PathTarget, Payload, TableKind, UpdateExtra,
};
use realm_sync::value::PrimaryKey;

use crate::model::{Model, Node};

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
    if let Some(instruction) = schema_instruction(changeset, line) {
        return instruction;
    }
    let (name, rest) = subject(line);
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

fn schema_instruction(changeset: &mut Changeset, line: &str) -> Option<Instruction> {
    let words: Vec<&str> = line.split(' ').collect();
    Some(match words[..] {
        ["table", class, key] => add_table(changeset, class, key, KeyType::Int),
        ["text-table", class, key] => add_table(changeset, class, key, KeyType::String),
        ["embedded", class] => {
            Instruction::AddTable(AddTable { class: changeset.intern(class), kind: TableKind::Embedded })
        }
        ["erase-table", class] => Instruction::EraseTable { class: changeset.intern(class) },
        ["int", class, property] => add_column(changeset, class, property, ColumnType::Int, CollectionKind::Single),
        ["list", class, property] => add_column(changeset, class, property, ColumnType::Int, CollectionKind::List),
        ["link", class, property, target] => {
            let target = changeset.intern(target);
            add_column(changeset, class, property, ColumnType::Link { target }, CollectionKind::Single)
        }
        ["erase-column", class, property] => {
            Instruction::EraseColumn { class: changeset.intern(class), property: changeset.intern(property) }
        }
        _ => return None,
    })
}

fn add_table(changeset: &mut Changeset, class: &str, key: &str, key_type: KeyType) -> Instruction {
    let key_property = changeset.intern(key);
    let kind = TableKind::TopLevel { key_property, key_type, key_nullable: false };
    Instruction::AddTable(AddTable { class: changeset.intern(class), kind })
}

fn add_column(
    changeset: &mut Changeset,
    class: &str,
    property: &str,
    column_type: ColumnType,
    collection: CollectionKind,
) -> Instruction {
    let class = changeset.intern(class);
    let property = changeset.intern(property);
    let nullable = matches!(column_type, ColumnType::Link { .. });
    Instruction::AddColumn(AddColumn { class, property, column_type, nullable, collection, key_type: None })
}

pub fn object(changeset: &mut Changeset, name: &str) -> ObjectTarget {
    let (class, key) = name.split_at(1);
    let key = match primary_key(key) {
        PrimaryKey::GlobalKey { hi, lo } => Key::GlobalKey { hi, lo },
        PrimaryKey::Int(int) => Key::Int(int),
        other => panic!("no key of a script: {other:?}"),
    };
    ObjectTarget { class: changeset.intern(class), key }
}

/// `1`, or `2-1` for an object without key.
pub fn primary_key(text: &str) -> PrimaryKey {
    match text.split_once('-') {
        Some((hi, lo)) => PrimaryKey::GlobalKey { hi: hi.parse().unwrap(), lo: lo.parse().unwrap() },
        None => PrimaryKey::Int(text.parse().unwrap()),
    }
}

/// The object that a line is about, and the line without it.
pub fn subject(line: &str) -> (&str, &str) {
    match line.strip_prefix('@') {
        Some(rest) => rest.split_once(' ').unwrap(),
        None => ("A1", line),
    }
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

    fn size(&self) -> u32 {
        match self.model.node(self.name, &self.path) {
            Some(Node::List(list)) => list.len() as u32,
            other => panic!("{:?} of {} is no list: {other:?}", self.path, self.model),
        }
    }

    /// Size of the list that the last element of the path is in, if it is in one.
    fn parent_size(&self) -> Option<u32> {
        self.path.last()?.parse::<u32>().ok()?;
        match self.model.node(self.name, &self.path[..self.path.len() - 1]) {
            Some(Node::List(list)) => Some(list.len() as u32),
            other => panic!("{:?} of {} is in no list: {other:?}", self.path, self.model),
        }
    }

    fn kind(&self) -> CollectionKind {
        match self.model.node(self.name, &self.path) {
            Some(Node::List(_)) => CollectionKind::List,
            Some(Node::Dictionary(_)) => CollectionKind::Dictionary,
            Some(Node::Set(_)) => CollectionKind::Set,
            other => panic!("{:?} of {} is no collection: {other:?}", self.path, self.model),
        }
    }
}
