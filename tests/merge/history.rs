//! Histories of two and three clients that commit, upload and download as they like: in the end everybody must have the
//! same realm, and nothing on the way may fail.

use realm_sync::value::PrimaryKey;

use crate::model::{default_of, Model, Node};
use crate::script::record;
use crate::world::World;

#[derive(Debug, Clone)]
pub enum Step {
    Commit { client: usize, writes: Vec<[u8; 4]>, pause: u64 },
    Upload { client: usize, limit: usize },
    Download { client: usize, limit: usize },
}

/// What a history writes: lines for the state a client is in, from random numbers.
pub type Writer = fn(&Model, [u8; 4]) -> Vec<String>;

/// What everybody starts with, what is written then, and whether commits must be dated after what they build on: kinds of
/// collections in a Mixed converge only so (`docs/MERGE.md`, "Where realm-core goes wrong").
pub struct Area {
    base: &'static [&'static str],
    writer: Writer,
    has_causal_clocks: bool,
}

const fn area(base: &'static [&'static str], writer: Writer) -> Area {
    Area { base, writer, has_causal_clocks: false }
}

const fn causal(base: &'static [&'static str], writer: Writer) -> Area {
    Area { base, writer, has_causal_clocks: true }
}

pub const VALUES: Area = area(&["create"], values);
pub const OBJECTS: Area = area(&[], objects);
pub const LISTS: Area = area(&["create", "ints add 10", "ints add 20", "ints add 30"], lists);
pub const SETS: Area = area(&["create", "iset put 1", "sset put '1"], sets);
pub const DICTIONARIES: Area = area(&["create", "dict/k = 1"], dictionaries);
pub const EMBEDDED: Area = area(&["create", "embs add new", "embs add new"], embedded);
pub const EMBEDDED_KEYS: Area = area(&["create", "edict/k = new"], embedded_keys);
pub const MIXED: Area = causal(&["create"], mixed);
pub const NESTED_LISTS: Area = area(&["create", "any = list", "any add list", "any add list"], nested_lists);
pub const NESTED_KEYS: Area = causal(&["create"], nested_keys);

/// Each client's clock is ahead by its skew.
pub fn run(clients: usize, area: &Area, skews: [u64; 3], steps: &[Step]) {
    let mut world = World::new(clients);
    world.has_causal_clocks = area.has_causal_clocks;
    let everybody: Vec<usize> = (0..clients).collect();
    world.commit(0, 0, area.base);
    world.exchange(&everybody).unwrap();
    let mut clock = 1;
    for step in steps {
        match step {
            Step::Commit { client, writes, pause } => {
                clock += pause;
                let mut ahead = world.clients[*client].model.clone();
                let mut lines: Vec<String> = Vec::new();
                for numbers in writes {
                    let more = (area.writer)(&ahead, *numbers);
                    record(&mut ahead, &more.iter().map(String::as_str).collect::<Vec<_>>());
                    lines.extend(more);
                }
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                world.commit(*client, clock + skews[*client], &lines);
            }
            Step::Upload { client, limit } => world.upload(*client, *limit).unwrap(),
            Step::Download { client, limit } => world.download(*client, *limit).unwrap(),
        }
    }
    world.exchange(&everybody).unwrap();
    world.agreed();
}

fn field(model: &Model, object: i64, property: &str) -> Option<Node> {
    let fields = model.objects.get(&("A".to_string(), PrimaryKey::Int(object)))?;
    Some(fields.get(property).cloned().unwrap_or_else(|| default_of(property)))
}

fn list_writes(path: &str, size: usize, [kind, a, b, value]: [u8; 4], element: &str) -> Vec<String> {
    let (a, b) = (a as usize, b as usize);
    let line = match kind % 6 {
        0 | 1 => format!("{path} insert {} {element}", a % (size + 1)),
        2 => format!("{path} add {element}"),
        3 if size > 0 => format!("{path} remove {}", a % size),
        4 if size > 1 => {
            let from = a % size;
            let to = (from + 1 + b % (size - 1)) % size;
            format!("{path} move {from} {to}")
        }
        5 if size > 0 && value > 200 => format!("{path} clear"),
        _ => return Vec::new(),
    };
    vec![line]
}

fn values(model: &Model, [kind, which, _, value]: [u8; 4]) -> Vec<String> {
    let object = format!("@A{}", which % 2 + 1);
    if field(model, i64::from(which % 2 + 1), "i").is_none() {
        return vec![format!("{object} create")];
    }
    vec![match kind % 6 {
        0 => format!("{object} i = {value}"),
        1 => format!("{object} i += {value}"),
        2 => format!("{object} i default {value}"),
        3 => format!("{object} ni = null"),
        4 => format!("{object} ni = {value}"),
        _ => format!("{object} ni += {value}"),
    }]
}

fn objects(model: &Model, [kind, which, _, value]: [u8; 4]) -> Vec<String> {
    let key = i64::from(which % 3 + 1);
    let object = format!("@A{key}");
    match (field(model, key, "i").is_some(), kind % 3) {
        (false, _) => vec![format!("{object} create")],
        (true, 0) => vec![format!("{object} erase")],
        (true, 1) => vec![format!("{object} i = {value}")],
        (true, _) => vec![format!("{object} link = ->A{}", value % 3 + 1)],
    }
}

fn lists(model: &Model, numbers: [u8; 4]) -> Vec<String> {
    let Some(Node::List(list)) = field(model, 1, "ints") else { panic!("no list") };
    let [kind, a, _, value] = numbers;
    if kind > 200 && !list.is_empty() {
        return vec![format!("ints/{} = {value}", a as usize % list.len())];
    }
    list_writes("ints", list.len(), numbers, &value.to_string())
}

fn sets(model: &Model, [kind, which, clears, value]: [u8; 4]) -> Vec<String> {
    let (property, text, node) = match which % 2 {
        0 => ("iset", (value % 4).to_string(), Node::Int(i64::from(value % 4))),
        _ => ("sset", format!("'{}", value % 4), Node::Text((value % 4).to_string())),
    };
    let Some(Node::Set(set)) = field(model, 1, property) else { panic!("no set") };
    match (set.contains(&node), kind % 3) {
        (_, 0) if !set.is_empty() && clears > 200 => vec![format!("{property} clear")],
        (false, _) => vec![format!("{property} put {text}")],
        (true, _) => vec![format!("{property} del {text}")],
    }
}

fn dictionaries(model: &Model, [kind, key, clears, value]: [u8; 4]) -> Vec<String> {
    let Some(Node::Dictionary(entries)) = field(model, 1, "dict") else { panic!("no dictionary") };
    let key = ["k", "l", "m"][key as usize % 3];
    match kind % 3 {
        0 if !entries.is_empty() && clears > 200 => vec!["dict clear".into()],
        1 if entries.contains_key(key) => vec![format!("dict/{key} = erased")],
        _ => vec![format!("dict/{key} = {value}")],
    }
}

fn embedded(model: &Model, numbers: [u8; 4]) -> Vec<String> {
    let [kind, a, b, value] = numbers;
    if kind % 2 == 0 {
        let Some(Node::List(list)) = field(model, 1, "embs") else { panic!("no list") };
        if b % 2 == 0 && !list.is_empty() {
            return vec![format!("embs/{}/x = {value}", a as usize % list.len())];
        }
        return list_writes("embs", list.len(), [kind / 2, a, b / 2, value], "new");
    }
    match (field(model, 1, "emb"), a % 4) {
        (Some(Node::Null), _) => vec!["emb = new".into(), format!("emb/x = {value}")],
        (_, 0) if b > 128 => vec!["emb = null".into()],
        (_, 1) if b > 128 => vec!["emb = null".into(), "emb = new".into()],
        (_, 2) => vec![format!("emb/xs add {value}")],
        (_, _) => vec![format!("emb/x = {value}")],
    }
}

fn embedded_keys(model: &Model, [kind, key, b, value]: [u8; 4]) -> Vec<String> {
    let Some(Node::Dictionary(entries)) = field(model, 1, "edict") else { panic!("no dictionary") };
    let key = ["k", "l"][key as usize % 2];
    match (entries.contains_key(key), kind % 4) {
        (false, _) => vec![format!("edict/{key} = new"), format!("edict/{key}/x = {value}")],
        (true, 0) => vec![format!("edict/{key} = erased")],
        (true, 1) if b > 128 => vec![format!("edict/{key} = erased"), format!("edict/{key} = new")],
        (true, _) => vec![format!("edict/{key}/x = {value}")],
    }
}

/// Collections in a Mixed, assigned as SDKs do: kind, Clear, elements.
fn mixed(model: &Model, numbers: [u8; 4]) -> Vec<String> {
    let [kind, a, _, value] = numbers;
    match kind % 8 {
        0 => return vec![format!("any = {value}")],
        1 => return vec!["any = list".into(), "any clear".into(), format!("any add {value}")],
        2 => return vec!["any = dict".into(), "any clear".into(), format!("any/k = {value}")],
        _ => {}
    }
    match field(model, 1, "any") {
        Some(Node::List(list)) => list_writes("any", list.len(), [kind / 8, numbers[1], numbers[2], value], "7"),
        Some(Node::Dictionary(_)) => vec![format!("any/{} = {value}", ["k", "l"][a as usize % 2])],
        Some(Node::Int(_)) => vec![format!("any += {value}")],
        _ => Vec::new(),
    }
}

/// A list of lists in a Mixed, whose elements are moved, erased, cleared and written to.
fn nested_lists(model: &Model, numbers: [u8; 4]) -> Vec<String> {
    let [kind, a, b, value] = numbers;
    let Some(Node::List(list)) = field(model, 1, "any") else { panic!("no list") };
    if kind % 2 == 0 && !list.is_empty() {
        let at = a as usize % list.len();
        let Node::List(inner) = &list[at] else { panic!("no list") };
        return match b % 4 {
            0 => vec![format!("any/{at} clear")],
            1 if !inner.is_empty() => vec![format!("any/{at} remove 0")],
            _ => vec![format!("any/{at} add {value}")],
        };
    }
    list_writes("any", list.len(), [kind / 2, a, b, value], "list")
}

/// Lists under dictionary keys, assigned as SDKs do.
fn nested_keys(model: &Model, [kind, key, _, value]: [u8; 4]) -> Vec<String> {
    let Some(Node::Dictionary(entries)) = field(model, 1, "dict") else { panic!("no dictionary") };
    let key = ["k", "l"][key as usize % 2];
    let place = format!("dict/{key}");
    match (entries.get(key), kind % 4) {
        (Some(_), 0) => vec![format!("{place} = erased")],
        (_, 1) => vec![format!("{place} = {value}")],
        (Some(Node::List(_)), 2 | 3) => vec![format!("{place} add {value}")],
        (_, _) => vec![format!("{place} = list"), format!("{place} clear"), format!("{place} add {value}")],
    }
}
