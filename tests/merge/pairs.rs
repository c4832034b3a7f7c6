//! Every pair of instructions, each on either side and each as the older one.

use realm_sync::changeset::{
    AddColumn, AddTable, Changeset, CollectionKind, ColumnType, Instruction, KeyType, TableKind,
};
use realm_sync::merge::{merge, Entry};
use realm_sync::value::{FileIdent, OriginTimestamp};

use crate::model::Model;
use crate::script;
use crate::world::with_classes;

const KINDS: [&str; 14] = ["AT", "ET", "CO", "EO", "U", "AI", "AC", "EC", "I", "M", "E", "CL", "SI", "SE"];

/// What becomes of a pair (equal moves leave nothing for either to do): `.` both stay as they are, `r` the row's is dropped, `c` the column's,
/// `2` both, `o` the older, `s` one is shifted or rewritten. All instructions are on one property
/// of one object, or on its class; list operations on its elements.
const ON_A_PROPERTY: &str = "
AT  2
ET  c 2
CO  . r .
EO  . r c o
U   . r . r o
AI  . r . r r .
AC  . r . . . . 2
EC  . r . . c c c 2
I   . r . r r r . r s
M   . r . r r r . r s 2
E   . r . r r r . r s c 2
CL  . r . r o c . r c c c o
SI  . r . r . . . r . . . r o
SE  . r . r . . . r . . . r o o
";

/// The same, where updates, additions, clears and set operations are on an element of the list.
const ON_AN_ELEMENT: &str = "
U   o
AI  r .
I   s . s
M   s . s 2
E   c . s c 2
CL  o c s s r o
SI  . . . . . r o
SE  . . . . . r o o
";

fn schema_instruction(changeset: &mut Changeset, kind: &str) -> Option<Instruction> {
    let class = changeset.intern("A");
    let property = changeset.intern("p");
    Some(match kind {
        "AT" => {
            let key_property = changeset.intern("_id");
            let kind = TableKind::TopLevel { key_property, key_type: KeyType::Int, key_nullable: false };
            Instruction::AddTable(AddTable { class, kind })
        }
        "ET" => Instruction::EraseTable { class },
        "AC" => Instruction::AddColumn(AddColumn {
            class,
            property,
            column_type: ColumnType::Mixed,
            nullable: true,
            collection: CollectionKind::Single,
            key_type: None,
        }),
        "EC" => Instruction::EraseColumn { class, property },
        _ => return None,
    })
}

/// The state in which the instructions are written: `A1.p` is a list of lists.
fn state() -> Model {
    let mut model = with_classes();
    model.classes.get_mut("A").unwrap().insert("p".into());
    let base = ["create", "p = list", "p add 1", "p add list", "p add list"];
    script::record(&mut model, &base);
    model
}

fn changeset(kind: &str, on_element: bool) -> Changeset {
    let mut changeset = Changeset::new();
    let path = if on_element { "p/1" } else { "p" };
    let line = match kind {
        "CO" => "create".to_string(),
        "EO" => "erase".to_string(),
        "U" => format!("{path} = 'x"),
        "AI" => format!("{path} += 2"),
        "I" => "p insert 1 7".to_string(),
        "M" => "p move 1 0".to_string(),
        "E" => "p remove 1".to_string(),
        "CL" => format!("{path} clear"),
        "SI" => format!("{path} put 5"),
        "SE" => format!("{path} del 5"),
        _ => String::new(),
    };
    let instruction = match schema_instruction(&mut changeset, kind) {
        Some(instruction) => instruction,
        None => script::instruction(&state(), &mut changeset, &line),
    };
    changeset.push(instruction);
    changeset
}

fn entry(changeset: Changeset, timestamp: u64) -> Entry {
    Entry::new(changeset, 1, 0, OriginTimestamp(timestamp), FileIdent(timestamp))
}

/// Merges two single instructions; what is left of the row's and of the column's.
fn outcome(row: &Changeset, column: &Changeset, row_is_ours: bool, row_is_older: bool) -> (String, String) {
    let (row_time, column_time) = if row_is_older { (2, 3) } else { (3, 2) };
    let mut row = [entry(row.clone(), row_time)];
    let mut column = [entry(column.clone(), column_time)];
    match row_is_ours {
        true => merge(&mut row, &mut column).unwrap(),
        false => merge(&mut column, &mut row).unwrap(),
    }
    (row[0].changeset.print().to_string(), column[0].changeset.print().to_string())
}

fn check(row_kind: &str, column_kind: &str, expected: &str, on_element: bool) {
    let row = changeset(row_kind, on_element);
    let column = changeset(column_kind, on_element);
    let (whole_row, whole_column) = (row.print().to_string(), column.print().to_string());
    for row_is_older in [true, false] {
        let (left_row, left_column) = outcome(&row, &column, true, row_is_older);
        let place = format!("{row_kind} x {column_kind}, element {on_element}, row older {row_is_older}");
        let mirrored = outcome(&row, &column, false, row_is_older);
        assert_eq!((&left_row, &left_column), (&mirrored.0, &mirrored.1), "{place}: sides differ");
        let (row_stays, column_stays) = (!left_row.is_empty(), !left_column.is_empty());
        let is_whole = left_row == whole_row && left_column == whole_column;
        let found = match (row_stays, column_stays) {
            (true, true) if is_whole => ".",
            (true, true) => "s",
            (false, true) if expected == "o" && row_is_older => "o",
            (true, false) if expected == "o" && !row_is_older => "o",
            (false, true) => "r",
            (true, false) => "c",
            (false, false) => "2",
        };
        assert_eq!(found, expected, "{place}: left {left_row:?} and {left_column:?}");
    }
}

fn check_matrix(matrix: &str, columns: &[&str], on_element: bool) -> usize {
    let mut pairs = 0;
    for (line, row) in matrix.trim().lines().zip(columns) {
        let mut cells = line.split_whitespace();
        assert_eq!(cells.next(), Some(*row));
        for (cell, column) in cells.zip(columns) {
            check(row, column, cell, on_element);
            pairs += 1;
        }
    }
    pairs
}

#[test]
fn every_pair_on_one_property_follows_the_matrix() {
    assert_eq!(check_matrix(ON_A_PROPERTY, &KINDS, false), 105);
}

#[test]
fn every_pair_on_one_list_element_follows_the_matrix() {
    let kinds = ["U", "AI", "I", "M", "E", "CL", "SI", "SE"];
    assert_eq!(check_matrix(ON_AN_ELEMENT, &kinds, true), 36);
}

#[test]
fn pairs_on_different_objects_never_interact() {
    for row in ["CO", "EO", "U", "AI", "I", "M", "E", "CL", "SI", "SE"] {
        for column in ["CO", "EO", "U", "AI", "I", "M", "E", "CL", "SI", "SE"] {
            let row = changeset(row, false);
            let mut other = changeset(column, false);
            let moved = other.take_instructions().into_iter().map(|mut instruction| {
                match &mut instruction {
                    Instruction::CreateObject(object) | Instruction::EraseObject(object) => {
                        object.key = realm_sync::changeset::Key::Int(2);
                    }
                    path => path.path_target_mut().unwrap().object.key = realm_sync::changeset::Key::Int(2),
                }
                instruction
            });
            let moved = moved.collect();
            other.set_instructions(moved);
            let whole = (row.print().to_string(), other.print().to_string());
            assert_eq!(outcome(&row, &other, true, true), whole);
        }
    }
}

/// The kinds whose effect the model can show, each applied after the other one's transform.
#[test]
fn both_orders_of_each_pair_make_the_same_state() {
    let kinds = ["AT", "ET", "AC", "EC", "CO", "EO", "U", "AI", "I", "M", "E", "CL"];
    let mut applied = 0;
    for on_element in [false, true] {
        for (row, column, row_is_older) in kinds
            .iter()
            .flat_map(|row| kinds.iter().flat_map(move |column| [(row, column, true), (row, column, false)]))
        {
            let row = changeset(row, on_element);
            let column = changeset(column, on_element);
            let (row_time, column_time) = if row_is_older { (2, 3) } else { (3, 2) };
            let mut merged_row = [entry(row.clone(), row_time)];
            let mut merged_column = [entry(column.clone(), column_time)];
            merge(&mut merged_row, &mut merged_column).unwrap();
            let (mut row_first, mut column_first) = (state(), state());
            // A counter on a list is an error of the writer, before any merging.
            if row_first.apply(&row).is_err() || column_first.apply(&column).is_err() {
                continue;
            }
            row_first.apply(&merged_column[0].changeset).unwrap();
            column_first.apply(&merged_row[0].changeset).unwrap();
            assert_eq!(row_first, column_first, "{} and {}", row.print(), column.print());
            applied += 1;
        }
    }
    assert!(applied > 400, "only {applied} pairs could be applied");
}
