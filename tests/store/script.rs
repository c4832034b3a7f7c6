//! The commands that a recorded client was given, given to us: what we record must be what it sent.

use realm_sync::schema::{Class, ClassKind, Collection, Property, PropertyType, Schema};
use realm_sync::store::{ClassKey, Container, Content, Mode, NestedKind, ObjectKey, PropertyKey, Realm};
use realm_sync::value::{Link, PrimaryKey, Timestamp, Value};
use serde_json::Value as Json;

use crate::record::printed;
use crate::recorded::{exchange, nothing_found, say, vectors};
use crate::support::{keyless, schema, Home};

/// Where a value goes.
#[derive(Clone, Copy)]
enum Spot<'a> {
    Property(ClassKey, ObjectKey, PropertyKey),
    Insert(Container, u64),
    Index(Container, u64),
    Key(Container, &'a str),
}

fn key(json: &Json) -> PrimaryKey {
    match value(json, None) {
        Value::Null => PrimaryKey::Null,
        Value::Int(int) => PrimaryKey::Int(int),
        Value::String(text) => PrimaryKey::String(text),
        Value::ObjectId(id) => PrimaryKey::ObjectId(id),
        Value::Uuid(uuid) => PrimaryKey::Uuid(uuid),
        other => panic!("{other:?}"),
    }
}

fn value(json: &Json, wanted: Option<&PropertyType>) -> Value {
    let text = |name: &str| json[name].as_str();
    if let Some(hex) = text("$binary") {
        return Value::Binary(
            (0..hex.len() / 2).map(|i| u8::from_str_radix(&hex[2 * i..][..2], 16).unwrap()).collect(),
        );
    }
    if let Some(parts) = json["$timestamp"].as_array() {
        let nanoseconds = parts[1].as_i64().unwrap() as i32;
        return Value::Timestamp(Timestamp::new(parts[0].as_i64().unwrap(), nanoseconds).unwrap());
    }
    if let Some(parts) = json["$link"].as_array() {
        return Value::Link(Link { class: parts[0].as_str().unwrap().to_owned(), key: key(&parts[1]) });
    }
    match json {
        _ if text("$oid").is_some() => Value::ObjectId(text("$oid").unwrap().parse().unwrap()),
        _ if text("$uuid").is_some() => Value::Uuid(text("$uuid").unwrap().parse().unwrap()),
        _ if text("$decimal").is_some() => Value::Decimal(text("$decimal").unwrap().parse().unwrap()),
        _ if !json["$double"].is_null() => Value::Double(json["$double"].as_f64().unwrap()),
        Json::Null => Value::Null,
        Json::Bool(bool) => Value::Bool(*bool),
        Json::String(text) => Value::String(text.clone()),
        Json::Number(number) => match (number.as_i64(), wanted) {
            (_, Some(PropertyType::Float)) => Value::Float(number.as_f64().unwrap() as f32),
            (Some(int), _) => Value::Int(int),
            (None, _) => Value::Double(number.as_f64().unwrap()),
        },
        Json::Array(_) | Json::Object(_) => panic!("{json}"),
    }
}

struct Player {
    realm: Realm,
}

impl Player {
    fn put(&mut self, spot: Spot<'_>, json: &Json) {
        let realm = &mut self.realm;
        if let Some(fields) = json["$embedded"].as_object() {
            let (class, object) = self.embed(spot);
            for (name, json) in fields {
                let property = self.realm.property_key(class, name).unwrap();
                self.put(Spot::Property(class, object, property), json);
            }
            return;
        }
        let nested = match json {
            Json::Array(_) => Some(NestedKind::List),
            Json::Object(fields) if fields.contains_key("$dict") => Some(NestedKind::Dictionary),
            _ => None,
        };
        if let Some(kind) = nested {
            let container = match spot {
                Spot::Property(class, object, property) => realm.set_collection(class, object, property, kind),
                Spot::Insert(list, index) => realm.list_insert_collection(list, index, kind),
                Spot::Index(list, index) => realm.list_set_collection(list, index, kind),
                Spot::Key(dictionary, key) => realm.dictionary_set_collection(dictionary, key, kind),
            };
            let container = container.unwrap();
            for (at, json) in json.as_array().into_iter().flatten().enumerate() {
                self.put(Spot::Insert(container, at as u64), json);
            }
            for (key, json) in json["$dict"].as_object().into_iter().flatten() {
                self.put(Spot::Key(container, key), json);
            }
            return;
        }
        match spot {
            Spot::Property(class, object, property) => {
                let wanted = self.property_type(class, property);
                self.realm.set(class, object, property, value(json, Some(&wanted))).unwrap();
            }
            Spot::Insert(list, index) => realm.list_insert(list, index, value(json, None)).unwrap(),
            Spot::Index(list, index) => realm.list_set(list, index, value(json, None)).unwrap(),
            Spot::Key(dictionary, key) => realm.dictionary_set(dictionary, key, value(json, None)).unwrap(),
        }
    }

    fn embed(&mut self, spot: Spot<'_>) -> (ClassKey, ObjectKey) {
        let object = match spot {
            Spot::Property(class, object, property) => self.realm.set_embedded(class, object, property),
            Spot::Insert(list, index) => self.realm.list_insert_embedded(list, index),
            Spot::Index(list, index) => self.realm.list_set_embedded(list, index),
            Spot::Key(dictionary, key) => self.realm.dictionary_set_embedded(dictionary, key),
        };
        (self.realm.class_key("Addr").unwrap(), object.unwrap())
    }

    fn property_type(&self, class: ClassKey, property: PropertyKey) -> PropertyType {
        let schema = self.realm.schema();
        let class_name = schema.classes.iter().find(|declared| self.realm.class_key(&declared.name) == Some(class));
        let properties = &class_name.unwrap().properties;
        let found = properties.iter().find(|found| self.realm.property_key(class, &found.name) == Some(property));
        found.unwrap().property_type.clone()
    }

    /// What the path leads to.
    fn content(&self, class: ClassKey, object: ObjectKey, path: &[Json]) -> Content {
        let mut content = Content::Object(class, object);
        for step in path {
            content = match (&content, step) {
                (Content::Object(class, object), Json::String(name)) => {
                    let property = self.realm.property_key(*class, name).unwrap();
                    self.realm.content(*class, *object, property).unwrap()
                }
                (Content::List(list), step) => self.realm.list_get(*list, step.as_u64().unwrap()).unwrap(),
                (Content::Dictionary(dictionary), Json::String(key)) => {
                    self.realm.dictionary_get(*dictionary, key).unwrap().unwrap()
                }
                other => panic!("{other:?}"),
            };
        }
        content
    }

    fn object(&self, class: &str, key: &PrimaryKey) -> (ClassKey, ObjectKey) {
        let class = self.realm.class_key(class).unwrap();
        (class, self.realm.find(class, key).unwrap().unwrap())
    }

    fn run(&mut self, command: &str, class: &str, arguments: &[Json]) {
        let key = key(&arguments[0]);
        if command == "create" {
            let class = self.realm.class_key(class).unwrap();
            let object = self.realm.create(class, key).unwrap().0;
            for (name, json) in arguments.get(1).and_then(Json::as_object).into_iter().flatten() {
                let property = self.realm.property_key(class, name).unwrap();
                self.put(Spot::Property(class, object, property), json);
            }
            return;
        }
        let (class, object) = self.object(class, &key);
        if command == "delete" {
            return self.realm.erase(class, object).unwrap();
        }
        let path = match &arguments[1] {
            Json::Array(path) => path.clone(),
            name => vec![name.clone()],
        };
        let target = self.content(class, object, &path);
        let number = |at: usize| arguments[at].as_u64().unwrap();
        let realm = &mut self.realm;
        match (command, target) {
            ("set", _) => {
                let (last, parents) = path.split_last().unwrap();
                let spot = match (self.content(class, object, parents), last) {
                    (Content::Object(class, object), Json::String(name)) => {
                        Spot::Property(class, object, self.realm.property_key(class, name).unwrap())
                    }
                    (Content::List(list), index) => Spot::Index(list, index.as_u64().unwrap()),
                    other => panic!("{other:?}"),
                };
                self.put(spot, &arguments[2]);
            }
            ("add", _) => {
                let property = realm.property_key(class, path[0].as_str().unwrap()).unwrap();
                realm.add_int(class, object, property, arguments[2].as_i64().unwrap()).unwrap();
            }
            ("setd", _) => {
                let property = realm.property_key(class, path[0].as_str().unwrap()).unwrap();
                realm.set_default(class, object, property, value(&arguments[2], None)).unwrap();
            }
            ("lins", Content::List(list)) => self.put(Spot::Insert(list, number(2)), &arguments[3]),
            ("lset", Content::List(list)) => self.put(Spot::Index(list, number(2)), &arguments[3]),
            ("lmov", Content::List(list)) => realm.list_move(list, number(2), number(3)).unwrap(),
            ("ldel", Content::List(list)) => realm.list_erase(list, number(2)).unwrap(),
            ("sadd", Content::Set(set)) => assert!(realm.set_insert(set, value(&arguments[2], None)).unwrap()),
            ("sdel", Content::Set(set)) => assert!(realm.set_erase(set, &value(&arguments[2], None)).unwrap()),
            ("dset", Content::Dictionary(dictionary)) => {
                self.put(Spot::Key(dictionary, arguments[2].as_str().unwrap()), &arguments[3]);
            }
            ("ddel", Content::Dictionary(dictionary)) => {
                assert!(realm.dictionary_erase(dictionary, arguments[2].as_str().unwrap()).unwrap());
            }
            ("clr", Content::List(list)) => realm.list_clear(list).unwrap(),
            ("clr", Content::Set(set)) => realm.set_clear(set).unwrap(),
            other => panic!("{other:?}"),
        }
    }
}

/// The schema that the script declares, from `class`, `embedded` and `prop` lines.
fn declared(script: &str) -> Schema {
    let mut classes: Vec<Class> = Vec::new();
    for line in script.lines().take_while(|line| *line != "commit") {
        let words: Vec<&str> = line.split(' ').collect();
        match words.as_slice() {
            ["class", name, key, key_type] => {
                let class = Class { primary_key: Some((*key).to_owned()), ..keyless(name, vec![typed(key, key_type)]) };
                classes.push(class);
            }
            ["embedded", name] => classes.push(Class { kind: ClassKind::Embedded, ..keyless(name, vec![]) }),
            ["prop", class, name, property_type] => {
                let class = classes.iter_mut().find(|found| found.name == *class).unwrap();
                class.properties.push(typed(name, property_type));
            }
            _ => {}
        }
    }
    schema(classes)
}

fn typed(name: &str, text: &str) -> Property {
    let (text, collection) = match text {
        _ if text.ends_with("[]") => (&text[..text.len() - 2], Collection::List),
        _ if text.ends_with("<>") => (&text[..text.len() - 2], Collection::Set),
        _ if text.ends_with("{}") => (&text[..text.len() - 2], Collection::Dictionary),
        _ => (text, Collection::Single),
    };
    let (plain, nullable) = text.strip_suffix('?').map_or((text, false), |plain| (plain, true));
    let is_listed = matches!(collection, Collection::List | Collection::Set);
    let (property_type, nullable) = match plain {
        "int" => (PropertyType::Int, nullable),
        "bool" => (PropertyType::Bool, nullable),
        "string" => (PropertyType::String, nullable),
        "binary" => (PropertyType::Binary, nullable),
        "float" => (PropertyType::Float, nullable),
        "double" => (PropertyType::Double, nullable),
        "timestamp" => (PropertyType::Timestamp, nullable),
        "decimal" | "dec" => (PropertyType::Decimal, nullable),
        "oid" => (PropertyType::ObjectId, nullable),
        "uuid" => (PropertyType::Uuid, nullable),
        "mixed" => (PropertyType::Mixed, true),
        link => (PropertyType::Link { target: link.strip_prefix("link:").unwrap().to_owned() }, !is_listed),
    };
    Property { name: name.to_owned(), property_type, collection, nullable, indexed: false }
}

/// We make sure that what becomes a list is empty.
fn without_clears(text: &str) -> Vec<&str> {
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines() {
        let cleared = line.strip_prefix("Clear ").and_then(|line| line.rsplit_once(' '));
        let made = cleared.map(|(target, kind)| format!("Update {target} = {kind}"));
        if made.is_none() || lines.last().copied() != made.as_deref() {
            lines.push(line);
        }
    }
    lines
}

/// Words and JSON values of a line.
fn arguments(line: &str) -> Vec<Json> {
    let mut rest = line;
    let mut arguments = Vec::new();
    while !rest.is_empty() {
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Json>();
        match stream.next() {
            Some(Ok(json)) => {
                arguments.push(json);
                rest = rest[stream.byte_offset()..].trim_start();
            }
            _ => {
                let (word, others) = rest.split_once(' ').unwrap_or((rest, ""));
                arguments.push(Json::String(word.to_owned()));
                rest = others;
            }
        }
    }
    arguments
}

#[test]
fn local_writes_record_what_realm_core_sends() {
    let Ok(script) = std::fs::read_to_string(vectors().join("upload-all-kinds.script")) else {
        return nothing_found();
    };
    let sent = exchange("upload-all-kinds", 1).unwrap().uploads;
    let home = Home::new();
    let mut player = Player { realm: home.open(Mode::Synced, declared(&script)) };
    for line in script.lines().skip_while(|line| *line != "commit").skip(2) {
        let (command, rest) = line.split_once(' ').unwrap_or((line, ""));
        if matches!(command, "class" | "prop" | "drop-prop" | "drop-class" | "dump") || rest.is_empty() {
            continue;
        }
        let arguments = arguments(rest);
        player.realm.begin().unwrap();
        player.run(command, arguments[0].as_str().unwrap(), &arguments[1..]);
        player.realm.commit().unwrap();
    }
    let sent: Vec<String> = sent.iter().map(|entry| entry.changeset.print().to_string()).collect();
    // Our application does not erase classes.
    let sent: Vec<&str> = sent.iter().map(String::as_str).filter(|text| !text.contains(" Tmp")).collect();
    let recorded = printed(&home);
    let sorted = |text: &str| {
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&recorded[0]), sorted(sent[0]));
    for (ours, theirs) in recorded.iter().zip(&sent).skip(1) {
        assert_eq!(without_clears(ours), theirs.lines().collect::<Vec<_>>());
    }
    assert_eq!(recorded.len(), sent.len());
    say(&format!("{} recorded transactions record the same here", sent.len()));
}
