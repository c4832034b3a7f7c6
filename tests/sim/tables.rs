//! A realm's tables, read as any SQLite tool can read them (`docs/STORE.md`, "Tables"): a device's and the server's alike,
//! with links that dangle and at the positions that instructions use.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use realm_sync::value::PrimaryKey;
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags, Row};

use crate::model::{Model, Node};

struct Class {
    number: i64,
    name: String,
    table: String,
    kind: String,
    key_property: Option<String>,
    columns: Vec<Column>,
}

struct Column {
    name: String,
    column: String,
    is_mixed: bool,
    target: Option<String>,
    collection: String,
}

struct Tables {
    connection: Connection,
    classes: Vec<Class>,
}

/// What the file holds.
pub fn read(file: &Path) -> Model {
    let connection = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    // All of it from one state.
    connection.execute_batch("BEGIN").unwrap();
    let classes = classes(&connection);
    Tables { connection, classes }.model()
}

fn classes(connection: &Connection) -> Vec<Class> {
    let sql = "SELECT key, name, sql_name, kind, key_property FROM _realm_class";
    let mut classes = all(connection, sql, &[], |row| Class {
        number: row.get(0).unwrap(),
        name: row.get(1).unwrap(),
        table: row.get(2).unwrap(),
        kind: row.get(3).unwrap(),
        key_property: row.get(4).unwrap(),
        columns: Vec::new(),
    });
    for class in &mut classes {
        let sql = "SELECT name, sql_name, type, target, collection FROM _realm_property WHERE class = ?1";
        class.columns = all(connection, sql, &[class.number], |row| Column {
            name: row.get(0).unwrap(),
            column: row.get(1).unwrap(),
            is_mixed: row.get::<_, String>(2).unwrap() == "mixed",
            target: row.get(3).unwrap(),
            collection: row.get(4).unwrap(),
        });
    }
    classes
}

fn all<T>(connection: &Connection, sql: &str, values: &[i64], read: impl Fn(&Row<'_>) -> T) -> Vec<T> {
    let mut statement = connection.prepare_cached(sql).unwrap();
    let mut rows = statement.query(rusqlite::params_from_iter(values)).unwrap();
    let mut found = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        found.push(read(row));
    }
    found
}

impl Tables {
    fn model(&self) -> Model {
        let mut model = Model::default();
        for class in &self.classes {
            let properties: BTreeSet<String> = class.columns.iter().map(|column| column.name.clone()).collect();
            model.classes.insert(class.name.clone(), properties);
            if class.kind == "embedded" {
                continue;
            }
            let key = class.key_property.as_ref().map_or("_realm_key", |key| &class.column(key).column);
            let sql = format!("SELECT * FROM \"{}\"", class.table);
            let objects = all(&self.connection, &sql, &[], |row| {
                (class.primary_key(&row.get(key).unwrap()), self.fields(class, row))
            });
            model.objects.extend(objects.into_iter().map(|(key, fields)| ((class.name.clone(), key), fields)));
        }
        model
    }

    fn class(&self, name: &str) -> &Class {
        self.classes.iter().find(|class| class.name == name).unwrap()
    }

    /// All properties but the key.
    fn fields(&self, class: &Class, row: &Row<'_>) -> BTreeMap<String, Node> {
        let columns = class.columns.iter().filter(|column| class.key_property.as_ref() != Some(&column.name));
        let field = |column: &Column| {
            let cell: Value = row.get(column.column.as_str()).unwrap();
            let node = match column.collection.as_str() {
                "single" => self.node(column, cell, None),
                kind => {
                    let number = match cell {
                        Value::Null => None,
                        Value::Integer(number) => Some(number),
                        other => panic!("{}: no collection's number: {other:?}", column.name),
                    };
                    self.collection(kind, column, number)
                }
            };
            (column.name.clone(), node)
        };
        columns.map(field).collect()
    }

    /// The value of a property or an element; `target` is the class's number beside an element that is a link.
    fn node(&self, column: &Column, cell: Value, target: Option<i64>) -> Node {
        if cell == Value::Null {
            return Node::Null;
        }
        if let Some(number) = target {
            return self.link(number, &cell);
        }
        match (&column.target, cell) {
            (Some(target), cell) => {
                let class = self.class(target);
                match (class.kind.as_str(), &cell) {
                    ("embedded", Value::Integer(object)) => self.embedded(class, *object),
                    _ => self.link(class.number, &cell),
                }
            }
            (None, Value::Integer(int)) => Node::Int(int),
            (None, Value::Text(text)) => Node::Text(text),
            (None, Value::Blob(blob)) if column.is_mixed => self.mixed(&blob),
            (None, other) => panic!("{}: {other:?} is not written by these tests", column.name),
        }
    }

    fn mixed(&self, blob: &[u8]) -> Node {
        let number = |bytes: &[u8]| i64::from_be_bytes(bytes.try_into().unwrap());
        let (tag, rest) = blob.split_first().unwrap();
        match tag {
            0x09 => {
                let (class_number, key) = rest.split_at(8);
                let class_number = number(class_number);
                let class = self.classes.iter().find(|class| class.number == class_number).unwrap();
                let key = match key[0] {
                    0x01 => PrimaryKey::Int(number(&key[1..]) ^ i64::MIN),
                    0x40 => PrimaryKey::GlobalKey {
                        hi: number(&key[1..9]).cast_unsigned(),
                        lo: number(&key[9..]).cast_unsigned(),
                    },
                    other => panic!("a key of type {other}"),
                };
                Node::Link(class.name.clone(), key)
            }
            0xF0 => self.collection("list", &MIXED, Some(number(rest))),
            0xF1 => self.collection("dictionary", &MIXED, Some(number(rest))),
            other => panic!("a mixed value of type {other}"),
        }
    }

    fn link(&self, class: i64, cell: &Value) -> Node {
        let class = self.classes.iter().find(|found| found.number == class).unwrap();
        Node::Link(class.name.clone(), class.primary_key(cell))
    }

    fn embedded(&self, class: &Class, object: i64) -> Node {
        let sql = format!("SELECT * FROM \"{}\" WHERE _realm_object = ?1", class.table);
        let mut objects = all(&self.connection, &sql, &[object], |row| self.fields(class, row));
        assert_eq!(objects.len(), 1, "embedded object {object} of {}", class.name);
        Node::Object(objects.remove(0))
    }

    /// `None` is a collection that never held anything.
    fn collection(&self, kind: &str, column: &Column, number: Option<i64>) -> Node {
        let (view, order) = match kind {
            "list" => ("_realm_list", "position"),
            "set" => ("_realm_set", "1"),
            _ => ("_realm_dictionary", "key"),
        };
        let key = if kind == "dictionary" { "key" } else { "''" };
        let sql = format!("SELECT value, target, {key} FROM {view} WHERE container = ?1 ORDER BY {order}");
        let rows = number.map_or_else(Vec::new, |number| {
            let rows: Vec<(Value, Option<i64>, String)> = all(&self.connection, &sql, &[number], |row| {
                (row.get(0).unwrap(), row.get(1).unwrap(), row.get(2).unwrap())
            });
            let sql = "SELECT kind, size FROM _realm_container WHERE container = ?1";
            let said: Vec<(String, i64)> =
                all(&self.connection, sql, &[number], |row| (row.get(0).unwrap(), row.get(1).unwrap()));
            assert_eq!(said, [(kind.to_owned(), rows.len() as i64)], "collection {number}");
            rows
        });
        let nodes = rows.into_iter().map(|(cell, target, key)| (key, self.node(column, cell, target)));
        match kind {
            "list" => Node::List(nodes.map(|(_, node)| node).collect()),
            "set" => Node::Set(nodes.map(|(_, node)| node).collect()),
            _ => Node::Dictionary(nodes.collect()),
        }
    }
}

const MIXED: Column =
    Column { name: String::new(), column: String::new(), is_mixed: true, target: None, collection: String::new() };

impl Class {
    fn column(&self, property: &str) -> &Column {
        self.columns.iter().find(|column| column.name == property).unwrap()
    }

    fn primary_key(&self, cell: &Value) -> PrimaryKey {
        match cell {
            Value::Integer(int) => PrimaryKey::Int(*int),
            Value::Text(text) if self.key_property.is_none() => {
                let half = |digits: &str| u64::from_str_radix(digits, 16).unwrap();
                let (hi, lo) = text.split_once('-').unwrap();
                PrimaryKey::GlobalKey { hi: half(hi), lo: half(lo) }
            }
            Value::Text(text) => PrimaryKey::String(text.clone()),
            other => panic!("a key that is {other:?}"),
        }
    }
}
