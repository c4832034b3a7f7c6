//! Names that would fit anything say nothing.

use super::source::{word_at, Source};

const BANNED: &[&str] = &["util", "utils", "helper", "helpers", "manager", "common"];
const DECLARE: &[&str] = &["fn", "struct", "enum", "trait", "mod", "type", "const", "static", "union"];

pub fn complaints(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    let parts = source.path.trim_end_matches(".rs").split('/');
    for banned in parts.filter_map(banned_word) {
        complaints.push(format!("{}: the path says `{banned}`; name what it is about", source.path));
    }
    for keyword in DECLARE {
        for at in source.find(keyword) {
            let name = word_at(&source.code, at + keyword.len());
            // The names of tests are sentences.
            if *keyword == "fn" && (source.is_test(at) || source.path.starts_with("tests/")) {
                continue;
            }
            if let Some(banned) = banned_word(name) {
                let what = format!("`{name}` says `{banned}`; name what it does");
                complaints.push(source.complain(at, &what));
            }
        }
    }
    complaints
}

fn banned_word(name: &str) -> Option<&'static str> {
    let mut words = vec![String::new()];
    let mut previous_is_lower = false;
    for letter in name.chars() {
        if letter == '_' || (letter.is_uppercase() && previous_is_lower) {
            words.push(String::new());
        }
        previous_is_lower = letter.is_lowercase();
        if let (Some(word), true) = (words.last_mut(), letter != '_') {
            word.extend(letter.to_lowercase());
        }
    }
    BANNED.iter().find(|banned| words.iter().any(|word| word == *banned)).copied()
}

#[test]
fn empty_names_are_found() {
    for code in
        ["mod utils;", "struct SessionManager;", "fn common_part() {}", "trait Helper {}", "const UTIL_SIZE: u8 = 1;"]
    {
        assert_eq!(complaints(&Source::new("src/x.rs", code)).len(), 1, "{code}");
    }
    assert_eq!(complaints(&Source::new("src/common/mod.rs", "")).len(), 1);
    assert_eq!(complaints(&Source::new("tests/sim/helpers.rs", "")).len(), 1);
}

#[test]
fn other_names_pass() {
    let code = "fn uncommon() {} struct Commons; // utils\nfn f() { \"helper\" }";
    assert_eq!(complaints(&Source::new("src/utilization.rs", code)), [""; 0]);
}
