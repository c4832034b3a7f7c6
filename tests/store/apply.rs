//! Changesets applied to the tables, as the server's realm does it.

use realm_sync::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, Key, KeyType, ObjectTarget, PathTarget,
    Payload, TableKind, UpdateExtra,
};
use realm_sync::store::{ApplyError, Refusal, State};
use rusqlite::Connection;

/// A changeset put together by hand.
#[derive(Default)]
struct Script(Changeset);

impl Script {
    fn add_table(mut self, class: &str, key_property: &str, key_type: KeyType, key_nullable: bool) -> Script {
        let key_property = self.0.intern(key_property);
        let class = self.0.intern(class);
        let kind = TableKind::TopLevel { key_property, key_type, key_nullable };
        self.push(Instruction::AddTable(AddTable { class, kind }))
    }

    fn add_embedded(mut self, class: &str) -> Script {
        let class = self.0.intern(class);
        self.push(Instruction::AddTable(AddTable { class, kind: TableKind::Embedded }))
    }

    fn add_asymmetric(mut self, class: &str, key_property: &str) -> Script {
        let key_property = self.0.intern(key_property);
        let class = self.0.intern(class);
        let kind = TableKind::Asymmetric { key_property, key_type: KeyType::Int, key_nullable: false };
        self.push(Instruction::AddTable(AddTable { class, kind }))
    }

    fn add_column(mut self, class: &str, property: &str, column_type: ColumnType, nullable: bool) -> Script {
        let (class, property) = (self.0.intern(class), self.0.intern(property));
        let collection = CollectionKind::Single;
        self.push(Instruction::AddColumn(AddColumn {
            class,
            property,
            column_type,
            nullable,
            collection,
            key_type: None,
        }))
    }

    fn add_link(mut self, class: &str, property: &str, target: &str) -> Script {
        let target = self.0.intern(target);
        self.add_column(class, property, ColumnType::Link { target }, true)
    }

    fn create(mut self, class: &str, key: Key) -> Script {
        let class = self.0.intern(class);
        self.push(Instruction::CreateObject(ObjectTarget { class, key }))
    }

    fn erase(mut self, class: &str, key: Key) -> Script {
        let class = self.0.intern(class);
        self.push(Instruction::EraseObject(ObjectTarget { class, key }))
    }

    fn update(mut self, class: &str, key: Key, property: &str, value: Payload) -> Script {
        let target = self.target(class, key, property);
        self.push(Instruction::Update { target, value, extra: UpdateExtra::IsDefault(false) })
    }

    fn add(mut self, class: &str, key: Key, property: &str, value: i64) -> Script {
        let target = self.target(class, key, property);
        self.push(Instruction::AddInteger { target, value })
    }

    fn erase_table(mut self, class: &str) -> Script {
        let class = self.0.intern(class);
        self.push(Instruction::EraseTable { class })
    }

    fn erase_column(mut self, class: &str, property: &str) -> Script {
        let (class, property) = (self.0.intern(class), self.0.intern(property));
        self.push(Instruction::EraseColumn { class, property })
    }

    fn target(&mut self, class: &str, key: Key, property: &str) -> PathTarget {
        let object = ObjectTarget { class: self.0.intern(class), key };
        PathTarget { object, property: self.0.intern(property), path: self.0.push_path(&[]) }
    }

    fn push(mut self, instruction: Instruction) -> Script {
        self.0.push(instruction);
        self
    }
}

fn script() -> Script {
    Script::default()
}

/// Class `A` with an int key, an int, a nullable int, a Mixed; class `B`, to which `A` links.
fn setup() -> Script {
    script()
        .add_table("A", "_id", KeyType::Int, false)
        .add_table("B", "_id", KeyType::String, true)
        .add_column("A", "n", ColumnType::Int, false)
        .add_column("A", "m", ColumnType::Int, true)
        .add_column("A", "any", ColumnType::Mixed, true)
        .add_link("A", "b", "B")
        .create("A", Key::Int(1))
}

fn file() -> (Connection, State) {
    let connection = Connection::open_in_memory().unwrap();
    State::create_tables(&connection).unwrap();
    let mut state = State::load(&connection).unwrap();
    state.apply(&connection, &setup().0).unwrap();
    (connection, state)
}

#[track_caller]
fn assert_bad(script: Script, wanted: &Refusal) {
    let (connection, mut state) = file();
    match state.apply(&connection, &script.0) {
        Err(ApplyError::BadChangeset(bad)) => assert_eq!(bad.reason, *wanted),
        other => panic!("expected {wanted:?}, got {other:?}"),
    }
}

#[track_caller]
fn assert_good(script: Script, sql: &str, wanted: &str) {
    let (connection, mut state) = file();
    state.apply(&connection, &script.0).unwrap();
    let found: String = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(found, wanted);
}

const ONE: Key = Key::Int(1);

#[test]
fn equal_classes_and_properties_are_accepted_again() {
    let (connection, mut state) = file();
    let before = state.schema();
    state.apply(&connection, &setup().0).unwrap();
    assert_eq!(state.schema(), before);
    assert_eq!(State::load(&connection).unwrap().schema(), before);
}

#[test]
fn classes_that_differ_are_bad() {
    for script in [
        script().add_table("A", "_id", KeyType::String, false),
        script().add_table("A", "_id", KeyType::Int, true),
        script().add_table("A", "id", KeyType::Int, false),
        script().add_table("A", "", KeyType::GlobalKey, false),
        script().add_embedded("A"),
        script().add_asymmetric("A", "_id"),
    ] {
        let (connection, mut state) = file();
        match state.apply(&connection, &script.0) {
            Err(ApplyError::BadChangeset(bad)) => assert!(matches!(bad.reason, Refusal::ClassDiffers { .. }), "{bad}"),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn properties_that_differ_are_bad() {
    for script in [
        script().add_column("A", "n", ColumnType::String, false),
        script().add_column("A", "n", ColumnType::Int, true),
        script().add_column("A", "_id", ColumnType::String, false),
        script().add_link("A", "b", "A"),
    ] {
        let (connection, mut state) = file();
        match state.apply(&connection, &script.0) {
            Err(ApplyError::BadChangeset(bad)) => {
                assert!(matches!(bad.reason, Refusal::PropertyDiffers { .. }), "{bad}");
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_does_not_exist_is_bad_by_name() {
    assert_bad(script().create("X", ONE), &Refusal::NoSuchClass);
    assert_bad(script().erase_table("X"), &Refusal::NoSuchClass);
    assert_bad(script().erase_column("A", "x"), &Refusal::NoSuchProperty);
    assert_bad(script().update("A", ONE, "x", Payload::Null), &Refusal::NoSuchProperty);
    assert_bad(script().update("A", Key::Int(2), "n", Payload::Int(1)), &Refusal::NoSuchObject);
    assert_bad(script().add("A", Key::Int(2), "n", 1), &Refusal::NoSuchObject);
    assert_bad(script().add_link("A", "x", "X"), &Refusal::NoSuchTargetClass { class: "X".to_owned() });
}

#[test]
fn the_message_says_what_and_where() {
    let (connection, mut state) = file();
    let bad = script().create("A", Key::Int(2)).update("A", Key::Int(2), "n", Payload::Bool(true));
    let error = state.apply(&connection, &bad.0).unwrap_err();
    assert_eq!(error.to_string(), "bad changeset: instruction 1, Update of A.n: the value must be int, not bool");
}

#[test]
fn wrong_keys_and_values_are_bad() {
    assert_bad(script().create("A", Key::Null), &Refusal::KeyMismatch { expected: "int", found: "null" });
    assert_bad(script().create("B", ONE), &Refusal::KeyMismatch { expected: "nullable string", found: "int" });
    assert_bad(
        script().erase("A", Key::GlobalKey { hi: 1, lo: 1 }),
        &Refusal::KeyMismatch { expected: "int", found: "object without primary key" },
    );
    assert_bad(script().update("A", ONE, "n", Payload::Null), &Refusal::NullNotAllowed);
    assert_bad(script().update("A", ONE, "_id", Payload::Int(2)), &Refusal::PrimaryKeyProperty);
    assert_bad(script().update("A", ONE, "any", Payload::Erased), &Refusal::ErasedOutsideDictionary);
    assert_bad(script().add("A", ONE, "b", 1), &Refusal::NotAnInteger { found: "link" });
    assert_bad(script().erase_column("A", "_id"), &Refusal::PrimaryKeyProperty);
}

#[test]
fn creating_and_erasing_are_idempotent() {
    let made_twice = script().update("A", ONE, "n", Payload::Int(5)).create("A", ONE).create("A", ONE);
    assert_good(made_twice, "SELECT count(*) || ' ' || n FROM A", "1 5");
    assert_good(script().erase("A", ONE).erase("A", ONE), "SELECT count(*) || '' FROM A", "0");
    let recreated = script().update("A", ONE, "n", Payload::Int(5)).erase("A", ONE).create("A", ONE);
    assert_good(recreated, "SELECT count(*) || ' ' || n FROM A", "1 0");
}

#[test]
fn a_created_object_keeps_the_values_that_follow_in_any_order() {
    let mut mixed_up = script().create("A", Key::Int(2)).update("A", Key::Int(2), "n", Payload::Int(5));
    mixed_up = mixed_up.update("A", ONE, "n", Payload::Int(7)).update("A", Key::Int(2), "m", Payload::Int(6));
    mixed_up =
        mixed_up.add("A", Key::Int(2), "m", 1).create("A", Key::Int(2)).update("A", Key::Int(2), "n", Payload::Int(9));
    assert_good(mixed_up, "SELECT group_concat(_id || ':' || n || ':' || coalesce(m, '-'), ' ') FROM A", "1:7:- 2:9:7");
}

#[test]
fn null_keys_name_one_object() {
    let twice = script().create("B", Key::Null).create("B", Key::Null);
    assert_good(twice, "SELECT count(*) || coalesce(max(_id), '-') FROM B", "1-");
    assert_good(script().create("B", Key::Null).erase("B", Key::Null), "SELECT count(*) || '' FROM B", "0");
}

#[test]
fn additions_wrap_and_leave_null_alone() {
    let wrapped = script().update("A", ONE, "n", Payload::Int(i64::MAX)).add("A", ONE, "n", 1).add("A", ONE, "m", 1);
    assert_good(wrapped, "SELECT n || coalesce(m, '-') FROM A", &format!("{}-", i64::MIN));
}

#[test]
fn a_link_may_name_an_object_that_is_not_there_but_not_a_class() {
    let link = |class: &str, key| {
        let mut script = script();
        let class = script.0.intern(class);
        script.update("A", ONE, "b", Payload::Link { class, key })
    };
    let (connection, mut state) = file();
    state.apply(&connection, &link("B", Key::Null).0).unwrap();
    assert_bad(link("X", ONE), &Refusal::NoSuchTargetClass { class: "X".to_owned() });
    assert_bad(link("A", ONE), &Refusal::WrongTargetClass { expected: "B".to_owned(), found: "A".to_owned() });
    assert_bad(link("B", ONE), &Refusal::KeyMismatch { expected: "nullable string", found: "int" });
}

#[test]
fn a_class_that_is_linked_to_cannot_be_erased() {
    let still = Refusal::StillLinked { class: "A".to_owned(), property: "b".to_owned() };
    assert_bad(script().erase_table("B"), &still);
    let (connection, mut state) = file();
    state.apply(&connection, &script().erase_column("A", "b").erase_table("B").0).unwrap();
    let names: Vec<String> = state.schema().classes.into_iter().map(|class| class.name).collect();
    assert_eq!(names, ["A"]);
    assert_eq!(State::load(&connection).unwrap().schema(), state.schema());
    // The name is free again, for another class.
    state.apply(&connection, &script().add_table("B", "", KeyType::GlobalKey, false).0).unwrap();
    state.apply(&connection, &script().create("B", Key::GlobalKey { hi: 2, lo: 1 }).0).unwrap();
}

#[test]
fn an_erased_property_can_come_back_with_another_type() {
    let again = script().erase_column("A", "n").add_column("A", "n", ColumnType::Bool, true).update(
        "A",
        ONE,
        "n",
        Payload::Bool(true),
    );
    assert_good(again, "SELECT n || '' FROM A", "1");
}
