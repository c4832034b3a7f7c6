//! What an application may write next, chosen by numbers: every kind of instruction, at every depth.

use realm_sync::value::PrimaryKey;

use crate::model::{default_of, show_key, Model, Node};
use crate::write::is_dangling;

/// How deep collections and embedded objects lie in each other.
const MOST_DEPTH: usize = 4;
const KEYS: [&str; 3] = ["k", "l", "m"];

/// A class that not every version of the application has.
pub const CLASS_T: [&str; 3] = ["table T _id", "int T i", "list T ints"];

/// Something that can be written to.
struct Place {
    /// Object and path, as a line has them.
    name: String,
    path: String,
    depth: usize,
    element: Element,
    node: Node,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Element {
    Int,
    NullableInt,
    Text,
    Mixed,
    Embedded,
    Link,
}

/// Numbers that make the choices, used up one by one; 0 when they are all gone.
pub struct Choices<'a> {
    numbers: std::slice::Iter<'a, u8>,
}

impl<'a> Choices<'a> {
    pub fn new(numbers: &'a [u8]) -> Choices<'a> {
        Choices { numbers: numbers.iter() }
    }

    fn below(&mut self, below: usize) -> usize {
        usize::from(self.numbers.next().copied().unwrap_or(0)) % below.max(1)
    }

    fn of<'t, T>(&mut self, all: &'t [T]) -> Option<&'t T> {
        all.get(self.below(all.len()))
    }
}

fn element_of(property: &str) -> Element {
    match property {
        "nset" | "ni" => Element::NullableInt,
        "sset" | "texts" => Element::Text,
        "embs" | "edict" | "emb" | "sub" => Element::Embedded,
        "links" | "lset" | "ldict" | "link" | "b" => Element::Link,
        "mset" | "dict" | "any" | "anys" => Element::Mixed,
        _ => Element::Int,
    }
}

/// The lines of one change; none where there is nothing to change that way.
pub fn lines(model: &Model, choices: &mut Choices<'_>) -> Vec<String> {
    match choices.below(17) {
        0 | 1 => create(model, choices),
        2 => erase(model, choices),
        16 => change_schema(model, choices),
        kind => {
            let places = places(model);
            let is_wanted = |place: &&Place| match (&place.node, kind) {
                (Node::List(_), 3..=7) | (Node::Dictionary(_), 8 | 9) | (Node::Set(_), 10 | 11) => true,
                (Node::List(_) | Node::Dictionary(_) | Node::Set(_), _) => kind > 11 && is_in_mixed(place),
                (Node::Null | Node::Int(_) | Node::Text(_) | Node::Link(..) | Node::Object(_), _) => kind > 11,
            };
            let wanted: Vec<&Place> = places.iter().filter(is_wanted).collect();
            let Some(place) = choices.of(&wanted) else { return Vec::new() };
            let written = match (&place.node, kind) {
                (Node::List(list), 3..=7) => in_list(model, place, list, choices),
                (Node::Dictionary(entries), 8 | 9) => {
                    in_dictionary(model, place, &entries.keys().cloned().collect::<Vec<_>>(), choices)
                }
                (Node::Set(_), 10 | 11) => in_set(model, place, choices),
                _ => value_of(model, place, choices),
            };
            written.into_iter().map(|line| format!("@{} {line}", place.name)).collect()
        }
    }
}

/// A collection that a mixed property holds, which can be overwritten like any value.
fn is_in_mixed(place: &Place) -> bool {
    let last = place.path.rsplit('/').next();
    place.element == Element::Mixed && last == Some("any")
}

fn create(model: &Model, choices: &mut Choices<'_>) -> Vec<String> {
    let class = ["A", "A", "B", "B", "K", "T"][choices.below(6)];
    if !model.classes.contains_key(class) {
        return Vec::new();
    }
    if class == "K" {
        return vec!["@K create".to_owned()];
    }
    let key = choices.below(3) as i64 + 1;
    match model.objects.contains_key(&(class.to_owned(), PrimaryKey::Int(key))) {
        true => Vec::new(),
        false => vec![format!("@{class}{key} create")],
    }
}

fn erase(model: &Model, choices: &mut Choices<'_>) -> Vec<String> {
    let keys: Vec<_> = model.objects.keys().collect();
    let Some((class, key)) = choices.of(&keys) else { return Vec::new() };
    let mut lines = Vec::new();
    let link = Node::Link(class.clone(), key.clone());
    for place in places(model) {
        let Place { name, path, node, .. } = &place;
        let text = node_text(&link);
        match node {
            Node::Link(..) if *node == link => lines.push(format!("@{name} {path} = null")),
            Node::List(list) => {
                let found = list.iter().enumerate().rev().filter(|(_, node)| **node == link);
                lines.extend(found.map(|(index, _)| format!("@{name} {path} remove {index}")));
            }
            Node::Dictionary(entries) => {
                let found = entries.iter().filter(|(_, node)| **node == link);
                lines.extend(found.map(|(key, _)| format!("@{name} {path}/{key} = null")));
            }
            Node::Set(set) if set.contains(&link) => lines.push(format!("@{name} {path} del {text}")),
            Node::Null | Node::Int(_) | Node::Text(_) | Node::Link(..) | Node::Set(_) | Node::Object(_) => {}
        }
    }
    lines.push(format!("@{class}{} erase", show_key(key)));
    lines
}

/// What only a client of another make writes: ours erases nothing of a schema.
fn change_schema(model: &Model, choices: &mut Choices<'_>) -> Vec<String> {
    let of = ["T", "T", "A i", "A ints", "A dict", "A emb", "A links", "A extra", "B y", "T"][choices.below(10)];
    match of.split_once(' ') {
        Some((class, property)) if model.classes[class].contains(property) => vec![format!("erase-column {of}")],
        Some(_) => Vec::new(),
        None if model.classes.contains_key(of) => vec![format!("erase-table {of}")],
        None => CLASS_T.map(str::to_owned).into(),
    }
}

/// Whether only a client of another make writes this.
pub fn is_foreign(line: &str) -> bool {
    line.starts_with("erase-") || CLASS_T.contains(&line)
}

fn node_text(node: &Node) -> String {
    node.to_string()
}

/// Every property of every object, and everything below that is not an element that is a plain value. What is deeper
/// comes before what it is in, so that lines about both do not disturb each other.
fn places(model: &Model) -> Vec<Place> {
    let mut places = Vec::new();
    for ((class, key), fields) in &model.objects {
        let name = format!("{class}{}", show_key(key));
        for property in model.classes[class].iter().filter(|property| *property != "_id") {
            let node = fields.get(property).cloned().unwrap_or_else(|| default_of(property));
            visit(model, &mut places, &name, property.clone(), 1, element_of(property), node);
        }
    }
    places
}

fn visit(model: &Model, places: &mut Vec<Place>, name: &str, path: String, depth: usize, element: Element, node: Node) {
    let below = |word: &str| format!("{path}/{word}");
    match &node {
        Node::Object(fields) => {
            for property in &model.classes["E"] {
                let node = fields.get(property).cloned().unwrap_or_else(|| default_of(property));
                visit(model, places, name, below(property), depth + 1, element_of(property), node);
            }
        }
        Node::List(list) => {
            for (index, node) in list.iter().enumerate().filter(|(_, node)| is_inner(node)) {
                visit(model, places, name, below(&index.to_string()), depth + 1, element, node.clone());
            }
        }
        Node::Dictionary(entries) => {
            for (key, node) in entries.iter().filter(|(_, node)| is_inner(node)) {
                visit(model, places, name, below(key), depth + 1, element, node.clone());
            }
        }
        Node::Null | Node::Int(_) | Node::Text(_) | Node::Link(..) | Node::Set(_) => {}
    }
    // An embedded object in a collection is no value of its own.
    let is_element = matches!(node, Node::Object(_)) && path.rsplit('/').next().is_some_and(|last| !is_property(last));
    if !is_element {
        places.push(Place { name: name.to_owned(), path, depth, element, node });
    }
}

fn is_inner(node: &Node) -> bool {
    matches!(node, Node::Object(_) | Node::List(_) | Node::Dictionary(_))
}

fn is_property(word: &str) -> bool {
    word == "emb" || word == "sub"
}

/// A value for a property or an element; `None` where there is nothing to link to.
fn value(model: &Model, element: Element, choices: &mut Choices<'_>) -> Option<String> {
    let link = |class: fn(&str) -> bool, choices: &mut Choices<'_>| {
        let keys: Vec<_> = model.objects.keys().filter(|(of, _)| class(of)).collect();
        choices.of(&keys).map(|(class, key)| format!("->{class}{}", show_key(key)))
    };
    match (element, choices.below(6)) {
        (Element::Int, n) => Some(n.to_string()),
        (Element::NullableInt | Element::Mixed, 0) => Some("null".to_owned()),
        (Element::NullableInt, n) => Some(n.to_string()),
        (Element::Text, n) => Some(format!("'{}", ["a", "b", "c"][n % 3])),
        (Element::Mixed, 1 | 2) => Some("'t".to_owned()),
        (Element::Mixed, 3) => link(|class| class == "B" || class == "K", choices),
        (Element::Mixed, n) => Some(n.to_string()),
        (Element::Link, _) => link(|class| class == "B", choices),
        (Element::Embedded, _) => None,
    }
}

fn value_of(model: &Model, place: &Place, choices: &mut Choices<'_>) -> Vec<String> {
    let path = &place.path;
    let is_top = !path.contains('/');
    match (place.element, &place.node, choices.below(6)) {
        (Element::Embedded, Node::Null, _) if place.depth < MOST_DEPTH => vec![format!("{path} = new")],
        (Element::Embedded, Node::Object(_), 0) => vec![format!("{path} = null"), format!("{path} = new")],
        (Element::Embedded, Node::Object(_), 1) => vec![format!("{path} = null")],
        (Element::Embedded, ..) => Vec::new(),
        (Element::Mixed, _, n @ (0 | 1)) => {
            let kind = ["list", "dict"][n];
            // Without the Clear, what was in between elsewhere could come back.
            vec![format!("{path} = {kind}"), format!("{path} clear")]
        }
        (Element::Link, _, 0) => vec![format!("{path} = null")],
        (_, Node::Int(_), 2 | 3) => vec![format!("{path} += {}", choices.below(9))],
        (Element::Int, _, 4) if is_top => vec![format!("{path} default {}", choices.below(9))],
        (element, ..) => value(model, element, choices).map(|text| format!("{path} = {text}")).into_iter().collect(),
    }
}

fn in_list(model: &Model, place: &Place, list: &[Node], choices: &mut Choices<'_>) -> Vec<String> {
    let Place { path, element, .. } = place;
    let is_hidden = |node: &Node| path == "links" && is_dangling(model, node);
    let seen: Vec<usize> = (0..list.len()).filter(|index| !is_hidden(&list[*index])).collect();
    let gaps: Vec<usize> = seen.iter().copied().chain([list.len()]).collect();
    let gap = gaps[choices.below(gaps.len())];
    let index = choices.of(&seen).copied();
    let is_deep = place.depth >= MOST_DEPTH;
    let nested = ["list", "dict"][choices.below(2)];
    match (choices.below(10), index, element) {
        (0..=3, _, Element::Embedded) if !is_deep => vec![format!("{path} insert {gap} new")],
        (0, _, Element::Mixed) if !is_deep => vec![format!("{path} insert {gap} {nested}")],
        (1, Some(index), Element::Mixed) if !is_deep => {
            vec![format!("{path}/{index} = {nested}"), format!("{path}/{index} clear")]
        }
        (0..=3, ..) => {
            value(model, *element, choices).map(|text| format!("{path} insert {gap} {text}")).into_iter().collect()
        }
        (4, Some(index), Element::Embedded) => {
            vec![format!("{path} remove {index}"), format!("{path} insert {index} new")]
        }
        (4 | 5, Some(index), _) => {
            value(model, *element, choices).map(|text| format!("{path}/{index} = {text}")).into_iter().collect()
        }
        (6 | 7, Some(from), _) if seen.len() == list.len() && list.len() > 1 => {
            let to = (from + 1 + choices.below(list.len() - 1)) % list.len();
            vec![format!("{path} move {from} {to}")]
        }
        (8, Some(index), _) => vec![format!("{path} remove {index}")],
        (9, _, _) if choices.below(3) == 0 => vec![format!("{path} clear")],
        _ => Vec::new(),
    }
}

fn in_dictionary(model: &Model, place: &Place, keys: &[String], choices: &mut Choices<'_>) -> Vec<String> {
    let Place { path, element, .. } = place;
    let key = KEYS[choices.below(KEYS.len())];
    let is_there = keys.iter().any(|other| other == key);
    let is_deep = place.depth >= MOST_DEPTH;
    match (choices.below(8), element) {
        (0, _) if choices.below(3) == 0 => vec![format!("{path} clear")],
        (1 | 2, _) if is_there => vec![format!("{path}/{key} = erased")],
        (_, Element::Embedded) if is_deep => Vec::new(),
        // Without the removal, its old values would stay elsewhere.
        (_, Element::Embedded) if is_there => vec![format!("{path}/{key} = erased"), format!("{path}/{key} = new")],
        (_, Element::Embedded) => vec![format!("{path}/{key} = new")],
        (n @ (3 | 4), Element::Mixed) if !is_deep => {
            let kind = ["list", "dict"][n - 3];
            vec![format!("{path}/{key} = {kind}"), format!("{path}/{key} clear")]
        }
        _ => value(model, *element, choices).map(|text| format!("{path}/{key} = {text}")).into_iter().collect(),
    }
}

fn in_set(model: &Model, place: &Place, choices: &mut Choices<'_>) -> Vec<String> {
    let Place { path, element, .. } = place;
    match (choices.below(6), value(model, *element, choices)) {
        (0, _) if choices.below(3) == 0 => vec![format!("{path} clear")],
        (1 | 2, Some(text)) => vec![format!("{path} del {text}")],
        (_, Some(text)) => vec![format!("{path} put {text}")],
        (_, None) => Vec::new(),
    }
}
