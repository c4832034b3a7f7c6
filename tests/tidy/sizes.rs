//! Files and functions of a size that one can hold in mind.

use super::source::Source;

const FILE_LINES: usize = 600;
const FUNCTION_LINES: usize = 80;

pub fn complaints(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    let lines = source.text.lines().count();
    if lines > FILE_LINES {
        complaints.push(format!(
            "{}: {lines} lines, more than {FILE_LINES}; give a part of it a file with a name of its own",
            source.path
        ));
    }
    for function in source.functions() {
        let lines = source.lines_of(&function);
        if lines > FUNCTION_LINES {
            let what = format!("`{}` has {lines} lines, more than {FUNCTION_LINES}; split it", function.name);
            complaints.push(source.complain(function.start, &what));
        }
    }
    complaints
}

#[test]
fn long_files_and_functions_are_found() {
    let long = |lines| format!("fn f() {{\n{}}}\n", "    g();\n".repeat(lines));
    assert_eq!(complaints(&Source::new("src/x.rs", long(FUNCTION_LINES - 2))), [""; 0]);
    let found = complaints(&Source::new("src/x.rs", long(FUNCTION_LINES - 1)));
    assert_eq!(found, ["src/x.rs:1: `f` has 81 lines, more than 80; split it"]);
    assert_eq!(complaints(&Source::new("src/x.rs", "const A: u8 = 1;\n".repeat(FILE_LINES + 1))).len(), 1);
    assert_eq!(complaints(&Source::new("src/x.rs", "const A: u8 = 1;\n".repeat(FILE_LINES))), [""; 0]);
}
