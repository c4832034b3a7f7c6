//! Changes of any kind to a realm of the example schema.

use realm_sync::store::{ClassKey, Container, Content, NestedKind, ObjectKey, Realm};
use realm_sync::value::{PrimaryKey, Value};

use crate::dice::Dice;
use crate::support::{link_to, text, ByName};

/// Everything on the way down from the objects of `A`.
#[derive(Default)]
pub struct Found {
    pub objects: Vec<(ClassKey, ObjectKey)>,
    pub lists: Vec<(Container, Element)>,
    pub dictionaries: Vec<(Container, Element)>,
    pub sets: Vec<(Container, Element)>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Element {
    Int,
    NullableInt,
    Text,
    Mixed,
    Embedded,
    Link,
}

fn element_of(property: &str) -> Element {
    match property {
        "ints" | "iset" | "xs" => Element::Int,
        "nset" => Element::NullableInt,
        "sset" | "texts" => Element::Text,
        "embs" | "edict" => Element::Embedded,
        "links" | "lset" | "ldict" => Element::Link,
        _ => Element::Mixed,
    }
}

pub fn find_all(realm: &Realm) -> Found {
    let mut found = Found::default();
    let class = realm.class("A");
    for object in realm.object_keys(class).unwrap() {
        visit_object(realm, class, object, "A", &mut found);
    }
    found
}

fn visit_object(realm: &Realm, class: ClassKey, object: ObjectKey, name: &str, found: &mut Found) {
    found.objects.push((class, object));
    let schema = realm.schema();
    for property in &schema.class(name).unwrap().properties {
        let key = realm.property_key(class, &property.name).unwrap();
        let content = realm.content(class, object, key).unwrap();
        visit(realm, &content, element_of(&property.name), found);
    }
}

fn visit(realm: &Realm, content: &Content, element: Element, found: &mut Found) {
    let inside = match content {
        Content::Value(_) => return,
        Content::Object(class, object) => return visit_object(realm, *class, *object, "E", found),
        Content::Set(set) => return found.sets.push((*set, element)),
        Content::List(list) => {
            found.lists.push((*list, element));
            realm.list_contents(*list).unwrap()
        }
        Content::Dictionary(dictionary) => {
            found.dictionaries.push((*dictionary, element));
            realm.dictionary_contents(*dictionary).unwrap()
        }
    };
    inside.iter().for_each(|content| visit(realm, content, element, found));
}

fn a_value(realm: &Realm, element: Element, dice: &mut Dice) -> Option<Value> {
    let int = Value::Int(dice.roll(5) as i64);
    Some(match (element, dice.roll(6)) {
        (Element::Int, _) => int,
        (Element::Text, n) => text(["", "a", "b", "é", "a\0", "z"][n]),
        (Element::NullableInt | Element::Mixed, 0) => Value::Null,
        (Element::NullableInt, _) => int,
        (Element::Mixed, 1) => text("t"),
        (Element::Mixed, 2) => an_equal_number(&int),
        (Element::Mixed, 3) => int,
        (Element::Link | Element::Mixed, _) => {
            let class = realm.class("B");
            let objects = realm.object_keys(class).unwrap();
            let object = *objects.get(dice.roll(objects.len().max(1)))?;
            link_to("B", realm.primary_key(class, object).unwrap())
        }
        (Element::Embedded, _) => return None,
    })
}

/// Numbers of which some are one element of a set, without being the same.
fn an_equal_number(choice: &Value) -> Value {
    match choice {
        Value::Int(0) => Value::Double(f64::NAN),
        Value::Int(1) => Value::Double(0.0),
        Value::Int(2) => Value::Decimal("1.0".parse().unwrap()),
        Value::Int(3) => Value::Decimal("1.00".parse().unwrap()),
        _ => Value::Double(-0.0),
    }
}

fn a_kind(dice: &mut Dice) -> NestedKind {
    [NestedKind::List, NestedKind::Dictionary][dice.roll(2)]
}

/// One change, or none where what was rolled is not there.
pub fn change(realm: &mut Realm, dice: &mut Dice) {
    let found = find_all(realm);
    match dice.roll(16) {
        0 => {
            realm.put("A", dice.roll(3) as i64);
        }
        1 => {
            realm.put("B", dice.roll(4) as i64);
        }
        2 => {
            let class = realm.class("B");
            if let Some(object) = realm.find(class, &PrimaryKey::Int(dice.roll(4) as i64)).unwrap() {
                realm.erase(class, object).unwrap();
            }
        }
        3..6 if !found.objects.is_empty() => {
            let (class, object) = found.objects[dice.roll(found.objects.len())];
            change_object(realm, class, object, dice);
        }
        n @ 6..11 => {
            // Those of values alone are few among the others, and are written to otherwise.
            let lists: Vec<_> =
                found.lists.iter().filter(|(_, element)| n < 9 || *element == Element::Int).copied().collect();
            if let Some(&(list, element)) = lists.get(dice.roll(lists.len())) {
                change_list(realm, list, element, dice);
            }
        }
        11..14 if !found.dictionaries.is_empty() => {
            let (dictionary, element) = found.dictionaries[dice.roll(found.dictionaries.len())];
            change_dictionary(realm, dictionary, element, dice);
        }
        14.. if !found.sets.is_empty() => {
            let (set, element) = found.sets[dice.roll(found.sets.len())];
            let Some(value) = a_value(realm, element, dice) else { return };
            match dice.roll(8) {
                0 => realm.set_clear(set).unwrap(),
                1 | 2 => drop(realm.set_erase(set, &value).unwrap()),
                _ => drop(realm.set_insert(set, value).unwrap()),
            }
        }
        _ => {}
    }
}

fn change_object(realm: &mut Realm, class: ClassKey, object: ObjectKey, dice: &mut Dice) {
    let embedded = if class == realm.class("A") { "emb" } else { "sub" };
    let property = |name: &str| realm.property_key(class, name).unwrap();
    let (any, embedded) = (property("any"), property(embedded));
    let value = a_value(realm, Element::Mixed, dice);
    match (dice.roll(8), value) {
        (0 | 1, _) => drop(realm.set_embedded(class, object, embedded).unwrap()),
        (2, _) => realm.set(class, object, embedded, Value::Null).unwrap(),
        (3..6, _) => drop(realm.set_collection(class, object, any, a_kind(dice)).unwrap()),
        (6, Some(value)) => realm.set(class, object, any, value).unwrap(),
        _ => {
            if dice.roll(4) == 0 {
                realm.erase(class, object).unwrap();
            }
        }
    }
}

fn change_list(realm: &mut Realm, list: Container, element: Element, dice: &mut Dice) {
    let size = realm.list_size(list).unwrap();
    let (at, to) = (dice.roll(size as usize + 1) as u64, dice.roll(size as usize) as u64);
    let value = a_value(realm, element, dice);
    match (dice.roll(12), element) {
        (0..4, Element::Embedded) => drop(realm.list_insert_embedded(list, at).unwrap()),
        (0, Element::Mixed) => drop(realm.list_insert_collection(list, at, a_kind(dice)).unwrap()),
        (1, Element::Mixed) if at < size => drop(realm.list_set_collection(list, at, a_kind(dice)).unwrap()),
        (4, Element::Embedded) if at < size => drop(realm.list_set_embedded(list, at).unwrap()),
        (0..6, _) => {
            if let Some(value) = value {
                realm.list_insert(list, at, value).unwrap();
            }
        }
        (6 | 7, _) if at < size => {
            if let Some(value) = value {
                realm.list_set(list, at, value).unwrap();
            }
        }
        (8 | 9, _) if at < size => realm.list_move(list, at, to).unwrap(),
        (10, _) if at < size => realm.list_erase(list, at).unwrap(),
        (11, _) if dice.roll(3) == 0 => realm.list_clear(list).unwrap(),
        _ => {}
    }
}

fn change_dictionary(realm: &mut Realm, dictionary: Container, element: Element, dice: &mut Dice) {
    let key = ["a", "b", "", "k\0"][dice.roll(4)];
    let value = a_value(realm, element, dice);
    match (dice.roll(8), element, value) {
        (0..4, Element::Embedded, _) => drop(realm.dictionary_set_embedded(dictionary, key).unwrap()),
        (0 | 1, Element::Mixed, _) => {
            realm.dictionary_set_collection(dictionary, key, a_kind(dice)).unwrap();
        }
        (0..5, _, Some(value)) => realm.dictionary_set(dictionary, key, value).unwrap(),
        (5 | 6, _, _) => drop(realm.dictionary_erase(dictionary, key).unwrap()),
        (7, _, _) if dice.roll(3) == 0 => realm.dictionary_clear(dictionary).unwrap(),
        _ => {}
    }
}
