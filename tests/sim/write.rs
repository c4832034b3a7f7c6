//! Lines of the script language as an application's calls.

use realm_sync::store::{ClassKey, Container, Content, NestedKind, ObjectKey, PropertyKey, Realm};
use realm_sync::value::{Link, PrimaryKey, Value};

use crate::model::{Model, Node};
use crate::script::{primary_key, subject};

/// Where a value goes.
enum Spot<'a> {
    Property(ClassKey, ObjectKey, PropertyKey),
    Element(Container, u64),
    Entry(Container, &'a str),
}

/// Does what the line says. `model` is the realm as it is now: lines count what is hidden, applications do not.
pub fn write(realm: &mut Realm, model: &Model, line: &str) {
    let (name, rest) = subject(line);
    let (class_name, key) = name.split_at(1);
    let class = realm.class_key(class_name).unwrap();
    let words: Vec<&str> = rest.split(' ').collect();
    if words == ["create"] {
        realm.create(class, primary_key(key)).unwrap();
        return;
    }
    let object = realm.find(class, &primary_key(key)).unwrap().unwrap_or_else(|| panic!("{line}: no object"));
    let path: Vec<&str> = words[0].split('/').collect();
    let at = |index: &str| visible(model, name, &path, index.parse().unwrap());
    match words[1..] {
        [] => {
            assert_eq!(words[0], "erase");
            realm.erase(class, object).unwrap();
        }
        ["=", text] => {
            let spot = spot(realm, model, name, class, object, &path);
            assign(realm, &spot, text);
        }
        ["default", text] => {
            let property = realm.property_key(class, path[0]).unwrap();
            realm.set_default(class, object, property, value(text)).unwrap();
        }
        ["+=", amount] => match spot(realm, model, name, class, object, &path) {
            Spot::Property(class, object, property) => {
                realm.add_int(class, object, property, amount.parse().unwrap()).unwrap();
            }
            Spot::Element(..) | Spot::Entry(..) => panic!("{line}: additions go to properties"),
        },
        ["add", text] => {
            let list = container(&content(realm, model, name, class, object, &path));
            let end = realm.list_size(list).unwrap();
            insert(realm, list, end, text);
        }
        ["insert", index, text] => {
            let list = container(&content(realm, model, name, class, object, &path));
            insert(realm, list, at(index), text);
        }
        ["move", from, to] => {
            let list = container(&content(realm, model, name, class, object, &path));
            realm.list_move(list, at(from), at(to)).unwrap();
        }
        ["remove", index] => {
            let list = container(&content(realm, model, name, class, object, &path));
            realm.list_erase(list, at(index)).unwrap();
        }
        ["clear"] => match content(realm, model, name, class, object, &path) {
            Content::List(list) => realm.list_clear(list).unwrap(),
            Content::Set(set) => realm.set_clear(set).unwrap(),
            Content::Dictionary(dictionary) => realm.dictionary_clear(dictionary).unwrap(),
            other @ (Content::Value(_) | Content::Object(..)) => panic!("{line}: {other:?} is no collection"),
        },
        ["put", text] => {
            let set = container(&content(realm, model, name, class, object, &path));
            realm.set_insert(set, value(text)).unwrap();
        }
        ["del", text] => {
            let set = container(&content(realm, model, name, class, object, &path));
            realm.set_erase(set, &value(text)).unwrap();
        }
        _ => panic!("not understood: {line}"),
    }
}

/// The position that the application knows.
fn visible(model: &Model, name: &str, path: &[&str], index: usize) -> u64 {
    match model.node(name, path) {
        Some(Node::List(list)) if path == ["links"] => {
            list.iter().take(index).filter(|node| !is_dangling(model, node)).count() as u64
        }
        _ => index as u64,
    }
}

/// Whether it is a link to an object that does not exist; lists and sets of links hide it.
pub fn is_dangling(model: &Model, node: &Node) -> bool {
    matches!(node, Node::Link(class, key) if !model.objects.contains_key(&(class.clone(), key.clone())))
}

fn content(realm: &Realm, model: &Model, name: &str, class: ClassKey, object: ObjectKey, path: &[&str]) -> Content {
    let mut content = Content::Object(class, object);
    for (depth, word) in path.iter().enumerate() {
        content = match content {
            Content::Object(class, object) => {
                let property = realm.property_key(class, word).unwrap();
                realm.content(class, object, property).unwrap()
            }
            Content::List(list) => {
                realm.list_get(list, visible(model, name, &path[..depth], word.parse().unwrap())).unwrap()
            }
            Content::Dictionary(dictionary) => realm.dictionary_get(dictionary, word).unwrap().unwrap(),
            other @ (Content::Value(_) | Content::Set(_)) => panic!("no way through {other:?}: {path:?}"),
        };
    }
    content
}

fn spot<'a>(
    realm: &Realm,
    model: &Model,
    name: &str,
    class: ClassKey,
    object: ObjectKey,
    path: &[&'a str],
) -> Spot<'a> {
    let (last, parents) = path.split_last().unwrap();
    match content(realm, model, name, class, object, parents) {
        Content::Object(class, object) => Spot::Property(class, object, realm.property_key(class, last).unwrap()),
        Content::List(list) => Spot::Element(list, visible(model, name, parents, last.parse().unwrap())),
        Content::Dictionary(dictionary) => Spot::Entry(dictionary, last),
        other @ (Content::Value(_) | Content::Set(_)) => panic!("no place in {other:?}: {path:?}"),
    }
}

fn container(content: &Content) -> Container {
    match content {
        Content::List(container) | Content::Set(container) | Content::Dictionary(container) => *container,
        Content::Value(_) | Content::Object(..) => panic!("{content:?} is no collection"),
    }
}

fn nested(text: &str) -> Option<NestedKind> {
    match text {
        "list" => Some(NestedKind::List),
        "dict" => Some(NestedKind::Dictionary),
        _ => None,
    }
}

fn assign(realm: &mut Realm, spot: &Spot<'_>, text: &str) {
    match (spot, text, nested(text)) {
        (Spot::Property(class, object, property), "new", _) => {
            realm.set_embedded(*class, *object, *property).unwrap();
        }
        (Spot::Property(class, object, property), _, Some(kind)) => {
            realm.set_collection(*class, *object, *property, kind).unwrap();
        }
        (Spot::Property(class, object, property), _, None) => {
            realm.set(*class, *object, *property, value(text)).unwrap();
        }
        (Spot::Element(list, index), _, Some(kind)) => {
            realm.list_set_collection(*list, *index, kind).unwrap();
        }
        (Spot::Element(list, index), _, None) => realm.list_set(*list, *index, value(text)).unwrap(),
        (Spot::Entry(dictionary, key), "erased", _) => {
            realm.dictionary_erase(*dictionary, key).unwrap();
        }
        (Spot::Entry(dictionary, key), "new", _) => {
            realm.dictionary_set_embedded(*dictionary, key).unwrap();
        }
        (Spot::Entry(dictionary, key), _, Some(kind)) => {
            realm.dictionary_set_collection(*dictionary, key, kind).unwrap();
        }
        (Spot::Entry(dictionary, key), _, None) => realm.dictionary_set(*dictionary, key, value(text)).unwrap(),
    }
}

fn insert(realm: &mut Realm, list: Container, index: u64, text: &str) {
    match (text, nested(text)) {
        ("new", _) => {
            realm.list_insert_embedded(list, index).unwrap();
        }
        (_, Some(kind)) => {
            realm.list_insert_collection(list, index, kind).unwrap();
        }
        (_, None) => realm.list_insert(list, index, value(text)).unwrap(),
    }
}

fn value(text: &str) -> Value {
    if let Some(text) = text.strip_prefix('\'') {
        return Value::String(text.to_owned());
    }
    if let Some(name) = text.strip_prefix("->") {
        let (class, key) = name.split_at(1);
        return Value::Link(Link { class: class.to_owned(), key: primary_key(key) });
    }
    match text {
        "null" => Value::Null,
        number => Value::Int(number.parse().unwrap_or_else(|_| panic!("no value: {number}"))),
    }
}

/// Makes an object without key; the key it got.
pub fn create_keyless(realm: &mut Realm, class: &str) -> PrimaryKey {
    let class = realm.class_key(class).unwrap();
    let object = realm.create_without_key(class).unwrap();
    realm.primary_key(class, object).unwrap()
}
