//! A realm's state, just enough of it to apply instructions and to compare peers. It is strict:
//! whatever a store would refuse is an error here, so a wrong transform shows.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use realm_sync::changeset::{Changeset, CollectionKind, Instruction, PathElement, PathTarget, Payload, UpdateExtra};
use realm_sync::value::PrimaryKey;

use crate::script::primary_key;

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Node {
    Null,
    Int(i64),
    Text(String),
    Link(String, PrimaryKey),
    List(Vec<Node>),
    Dictionary(BTreeMap<String, Node>),
    Set(BTreeSet<Node>),
    Object(BTreeMap<String, Node>),
}

type ObjectKey = (String, PrimaryKey);

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Model {
    pub classes: BTreeMap<String, BTreeSet<String>>,
    pub objects: BTreeMap<ObjectKey, BTreeMap<String, Node>>,
}

/// What a property holds before anything is written to it.
pub fn default_of(property: &str) -> Node {
    match property {
        "ints" | "xs" | "embs" | "links" | "texts" | "anys" => Node::List(Vec::new()),
        "iset" | "sset" | "nset" | "mset" | "lset" => Node::Set(BTreeSet::new()),
        "dict" | "edict" | "ldict" => Node::Dictionary(BTreeMap::new()),
        "ni" | "emb" | "sub" | "any" | "link" | "b" => Node::Null,
        _ => Node::Int(0),
    }
}

impl Model {
    /// What is at a path of the script language, from an object named as there.
    pub fn node(&self, name: &str, path: &[&str]) -> Option<Node> {
        let (class, key) = name.split_at(1);
        let object = self.objects.get(&(class.to_owned(), primary_key(key)))?;
        let (property, path) = path.split_first()?;
        let mut node = object.get(*property).cloned().unwrap_or_else(|| default_of(property));
        for word in path {
            node = match node {
                Node::List(list) => list.get(word.parse::<usize>().ok()?)?.clone(),
                Node::Dictionary(entries) => entries.get(*word)?.clone(),
                Node::Object(fields) => fields.get(*word).cloned().unwrap_or_else(|| default_of(word)),
                Node::Null | Node::Int(_) | Node::Text(_) | Node::Link(..) | Node::Set(_) => return None,
            };
        }
        Some(node)
    }

    pub fn apply(&mut self, changeset: &Changeset) -> Result<(), String> {
        for instruction in changeset.instructions() {
            self.apply_one(changeset, instruction)
                .map_err(|error| format!("{}: {error}", changeset.print_instruction(instruction)))?;
        }
        Ok(())
    }

    fn apply_one(&mut self, changeset: &Changeset, instruction: &Instruction) -> Result<(), String> {
        let class = changeset.string(instruction.class()).to_owned();
        match instruction {
            Instruction::AddTable(_) => {
                self.classes.entry(class).or_default();
            }
            Instruction::EraseTable { .. } => {
                self.classes.remove(&class).ok_or("no such class")?;
                self.objects.retain(|(other, _), _| *other != class);
            }
            Instruction::AddColumn(column) => {
                let property = changeset.string(column.property).to_owned();
                self.classes.get_mut(&class).ok_or("no such class")?.insert(property);
            }
            Instruction::EraseColumn { property, .. } => {
                let property = changeset.string(*property);
                let found = self.classes.get_mut(&class).ok_or("no such class")?.remove(property);
                for ((other, _), fields) in &mut self.objects {
                    if *other == class {
                        fields.remove(property);
                    }
                }
                found.then_some(()).ok_or("no such property")?;
            }
            Instruction::CreateObject(object) => {
                self.classes.get(&class).ok_or("no such class")?;
                self.objects.entry((class, changeset.primary_key(object.key))).or_default();
            }
            Instruction::EraseObject(object) => {
                self.objects.remove(&(class, changeset.primary_key(object.key)));
            }
            Instruction::Update { target, .. }
            | Instruction::AddInteger { target, .. }
            | Instruction::ArrayInsert { target, .. }
            | Instruction::ArrayMove { target, .. }
            | Instruction::ArrayErase { target, .. }
            | Instruction::Clear { target, .. }
            | Instruction::SetInsert { target, .. }
            | Instruction::SetErase { target, .. } => self.apply_below(changeset, instruction, target)?,
        }
        Ok(())
    }

    fn apply_below(
        &mut self,
        changeset: &Changeset,
        instruction: &Instruction,
        target: &PathTarget,
    ) -> Result<(), String> {
        let path = changeset.path(target.path);
        match instruction {
            Instruction::Update { value, extra, .. } => self.update(changeset, target, *value, *extra),
            Instruction::AddInteger { value, .. } => match self.walk(changeset, target, path)? {
                Node::Null => Ok(()),
                Node::Int(int) => {
                    *int = int.wrapping_add(*value);
                    Ok(())
                }
                other => Err(format!("cannot add to {other}")),
            },
            Instruction::ArrayInsert { value, prior_size, .. } => {
                let value = node(changeset, *value)?;
                let (list, index) = self.list(changeset, target, *prior_size)?;
                (index <= list.len()).then_some(()).ok_or("index out of range")?;
                list.insert(index, value);
                Ok(())
            }
            Instruction::ArrayMove { to, prior_size, .. } => {
                let (list, index) = self.list(changeset, target, *prior_size)?;
                let to = *to as usize;
                (index < list.len() && to < list.len() && index != to).then_some(()).ok_or("bad move")?;
                let element = list.remove(index);
                list.insert(to, element);
                Ok(())
            }
            Instruction::ArrayErase { prior_size, .. } => {
                let (list, index) = self.list(changeset, target, *prior_size)?;
                (index < list.len()).then_some(()).ok_or("index out of range")?;
                list.remove(index);
                Ok(())
            }
            Instruction::Clear { collection, .. } => self.clear(changeset, target, *collection),
            Instruction::SetInsert { value, .. } => {
                let value = node(changeset, *value)?;
                self.set(changeset, target)?.insert(value);
                Ok(())
            }
            Instruction::SetErase { value, .. } => {
                let value = node(changeset, *value)?;
                self.set(changeset, target)?.remove(&value);
                Ok(())
            }
            other => Err(format!("{other:?} has no path")),
        }
    }

    fn update(
        &mut self,
        changeset: &Changeset,
        target: &PathTarget,
        value: Payload,
        extra: UpdateExtra,
    ) -> Result<(), String> {
        let path = changeset.path(target.path);
        if let Some((PathElement::Name(key), parents)) = path.split_last() {
            let key = changeset.string(*key).to_owned();
            if let Node::Dictionary(entries) = self.walk(changeset, target, parents)? {
                if value == Payload::Erased {
                    entries.remove(&key);
                    return Ok(());
                }
                let slot = entries.entry(key).or_insert(Node::Null);
                return write(changeset, slot, value);
            }
        }
        if let (Some((PathElement::Index(_), parents)), UpdateExtra::PriorSize(size)) = (path.split_last(), extra) {
            match self.walk(changeset, target, parents)? {
                Node::List(list) if list.len() == size as usize => {}
                other => return Err(format!("prior size does not fit {other}")),
            }
        }
        write(changeset, self.walk(changeset, target, path)?, value)
    }

    /// A Clear of something in a Mixed makes it that kind of collection, also where a concurrent
    /// removal took the dictionary key away.
    fn clear(&mut self, changeset: &Changeset, target: &PathTarget, collection: CollectionKind) -> Result<(), String> {
        let path = changeset.path(target.path);
        let mut slot = None;
        if let Some((PathElement::Name(key), parents)) = path.split_last() {
            let key = changeset.string(*key).to_owned();
            if let Node::Dictionary(entries) = self.walk(changeset, target, parents)? {
                slot = Some(entries.entry(key).or_insert(Node::Null));
            }
        }
        let slot = match slot {
            Some(slot) => slot,
            None => self.walk(changeset, target, path)?,
        };
        *slot = match collection {
            CollectionKind::List => Node::List(Vec::new()),
            CollectionKind::Dictionary => Node::Dictionary(BTreeMap::new()),
            CollectionKind::Set => Node::Set(BTreeSet::new()),
            CollectionKind::Single => return Err("kind of collection missing".into()),
        };
        Ok(())
    }

    fn list(
        &mut self,
        changeset: &Changeset,
        target: &PathTarget,
        prior_size: u32,
    ) -> Result<(&mut Vec<Node>, usize), String> {
        let Some((PathElement::Index(index), parents)) = changeset.path(target.path).split_last() else {
            return Err("no index".into());
        };
        match self.walk(changeset, target, parents)? {
            Node::List(list) => {
                let size = list.len();
                (size == prior_size as usize).then_some(()).ok_or(format!("the list has {size} elements"))?;
                Ok((list, *index as usize))
            }
            other => Err(format!("{other} is no list")),
        }
    }

    fn set(&mut self, changeset: &Changeset, target: &PathTarget) -> Result<&mut BTreeSet<Node>, String> {
        match self.walk(changeset, target, changeset.path(target.path))? {
            Node::Set(set) => Ok(set),
            other => Err(format!("{other} is no set")),
        }
    }

    fn walk(&mut self, changeset: &Changeset, target: &PathTarget, path: &[PathElement]) -> Result<&mut Node, String> {
        let class = changeset.string(target.object.class).to_owned();
        let property = changeset.string(target.property);
        let properties = self.classes.get(&class).ok_or("no such class")?;
        properties.contains(property).then_some(()).ok_or("no such property")?;
        let object = self.objects.get_mut(&(class, changeset.primary_key(target.object.key)));
        let fields = object.ok_or("no such object")?;
        let mut node = fields.entry(property.to_owned()).or_insert_with(|| default_of(property));
        for element in path {
            node = match (element, node) {
                (PathElement::Index(index), Node::List(list)) => {
                    list.get_mut(*index as usize).ok_or("index out of range")?
                }
                (PathElement::Name(key), Node::Dictionary(entries)) => {
                    entries.get_mut(changeset.string(*key)).ok_or("no such key")?
                }
                (PathElement::Name(name), Node::Object(fields)) => {
                    let name = changeset.string(*name);
                    fields.entry(name.to_owned()).or_insert_with(|| default_of(name))
                }
                (_, node) => return Err(format!("no way through {node}")),
            };
        }
        Ok(node)
    }
}

fn write(changeset: &Changeset, slot: &mut Node, value: Payload) -> Result<(), String> {
    match (value, &slot) {
        (Payload::ObjectValue, Node::Object(_))
        | (Payload::List, Node::List(_))
        | (Payload::Dictionary, Node::Dictionary(_)) => {}
        (value, _) => *slot = node(changeset, value)?,
    }
    Ok(())
}

fn node(changeset: &Changeset, value: Payload) -> Result<Node, String> {
    Ok(match value {
        Payload::Null => Node::Null,
        Payload::Int(int) => Node::Int(int),
        Payload::String(span) => Node::Text(changeset.text(span).to_owned()),
        Payload::Link { class, key } => Node::Link(changeset.string(class).to_owned(), changeset.primary_key(key)),
        Payload::ObjectValue => Node::Object(BTreeMap::new()),
        Payload::List => Node::List(Vec::new()),
        Payload::Dictionary => Node::Dictionary(BTreeMap::new()),
        other => return Err(format!("{other:?} is no value here")),
    })
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let joined = |parts: Vec<String>| parts.join(" ");
        match self {
            Node::Null => f.write_str("null"),
            Node::Int(int) => write!(f, "{int}"),
            Node::Text(text) => write!(f, "'{text}"),
            Node::Link(class, key) => write!(f, "->{class}{}", show_key(key)),
            Node::List(list) => write!(f, "[{}]", joined(list.iter().map(Node::to_string).collect())),
            Node::Set(set) => write!(f, "<{}>", joined(set.iter().map(Node::to_string).collect())),
            Node::Dictionary(entries) => {
                write!(f, "{{{}}}", joined(entries.iter().map(|(key, node)| format!("{key}:{node}")).collect()))
            }
            Node::Object(fields) => write!(f, "({})", show_fields(fields)),
        }
    }
}

pub fn show_key(key: &PrimaryKey) -> String {
    match key {
        PrimaryKey::Int(int) => int.to_string(),
        PrimaryKey::GlobalKey { hi, lo } => format!("{hi}-{lo}"),
        other => format!("{other:?}"),
    }
}

/// Properties that differ from their default.
fn show_fields(fields: &BTreeMap<String, Node>) -> String {
    let shown = fields.iter().filter(|(name, node)| **node != default_of(name));
    shown.map(|(name, node)| format!("{name}={node}")).collect::<Vec<_>>().join(" ")
}

/// One object a line, without what only the history of writes tells apart.
impl fmt::Display for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let objects = self.objects.iter().map(|((class, key), fields)| {
            format!("{class}{} {}", show_key(key), show_fields(fields)).trim_end().to_owned()
        });
        f.write_str(&objects.collect::<Vec<_>>().join("; "))
    }
}
