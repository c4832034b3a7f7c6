//! Every lesson of `docs/LESSONS.md` names tests, and these exist.

use std::path::Path;

const LESSONS: usize = 30;

/// `exists` says whether a test of this name stands somewhere.
pub fn complaints(page: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let rows: Vec<&str> = page.lines().filter(|line| number(line).is_some()).collect();
    let mut complaints = Vec::new();
    for wanted in 1..=LESSONS {
        let row = rows.iter().find(|row| number(row) == Some(wanted));
        let tests: Vec<&str> = row.iter().flat_map(|row| row.split('`').skip(1).step_by(2)).collect();
        if tests.is_empty() {
            complaints.push(format!("docs/LESSONS.md: lesson {wanted} names no test"));
        }
        let missing = tests.into_iter().filter(|test| !exists(test));
        complaints.extend(missing.map(|test| format!("docs/LESSONS.md: lesson {wanted}: there is no test {test}")));
    }
    complaints
}

/// The texts of all files in and below a folder of the project that end like this.
pub fn texts(folder: &str, endings: &[&str]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if endings.iter().any(|ending| path.extension().is_some_and(|found| found == *ending)) {
                texts.push(std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    texts
}

fn number(row: &str) -> Option<usize> {
    row.strip_prefix("| ")?.split(' ').next()?.parse().ok()
}

#[test]
fn a_lesson_without_a_test_is_found() {
    let page: String = (1..=LESSONS).map(|number| format!("| {number} | lesson | `test_{number}` |\n")).collect();
    assert_eq!(complaints(&page, |_| true), [""; 0]);
    assert_eq!(complaints(&page, |test| test != "test_7").len(), 1);
    assert_eq!(complaints(&page.replace("`test_9`", ""), |_| true).len(), 1);
    assert_eq!(complaints(&page.replace("| 30 |", "| x |"), |_| true).len(), 1);
}
