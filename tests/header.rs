//! The C header is what the sources say, and the library exports what the header says. `docs/C_API.md`.
//!
//! `UPDATE_HEADER=1 cargo test --test header` brings include/realm_sync.h up to date.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const NOUNS: &[&str] = &[
    "version",
    "error",
    "debug",
    "log",
    "schema",
    "config",
    "sync_client_config",
    "sync_client",
    "user",
    "token_request",
    "sync_config",
    "sync_error",
    "sync_session",
    "sync_session_status",
    "callback_token",
    "object",
    "list",
    "set",
    "dictionary",
    "results",
    "object_changes",
    "collection_changes",
    "dictionary_changes",
    "class_changes",
    // The functions of the realm itself have no noun of their own.
    "",
];

const VERBS: &[&str] = &[
    "new",
    "open",
    "close",
    "retain",
    "release",
    "get",
    "set",
    "is",
    "has",
    "add",
    "remove",
    "insert",
    "erase",
    "find",
    "clear",
    "move",
    "size",
    "begin",
    "commit",
    "rollback",
    "start",
    "initiate",
    "stop",
    "reconnect",
    "complete",
    "fail",
    "create",
    "delete",
    "refresh",
    "compact",
    "copy",
    "wait",
    "log",
    "validate",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn header() -> String {
    fs::read_to_string(root().join("include/realm_sync.h")).unwrap()
}

/// Each function of the header, with the lines of the comment before it.
fn functions(header: &str) -> Vec<(String, Vec<String>)> {
    let mut found = Vec::new();
    let mut comment = Vec::new();
    for line in header.lines() {
        if line == "/**" {
            comment.clear();
        } else if let Some(text) = line.strip_prefix(" *").filter(|text| *text != "/") {
            comment.push(text.trim().to_string());
        } else if let Some(name) = function_name(line) {
            found.push((name.to_string(), std::mem::take(&mut comment)));
        } else if !line.is_empty() && line != " */" {
            comment.clear();
        }
    }
    found
}

/// The name of a function whose declaration begins on this line.
fn function_name(line: &str) -> Option<&str> {
    let starts_declaration = line.chars().next().is_some_and(char::is_alphabetic) && !line.starts_with("typedef");
    let (before, _) = line.split_once('(')?;
    let name = before.rsplit([' ', '*']).next()?;
    (starts_declaration && name.starts_with("realm_")).then_some(name)
}

fn sources() -> Vec<(PathBuf, String)> {
    let files = fs::read_dir(root().join("src/ffi")).unwrap().map(|entry| entry.unwrap().path());
    files.map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Name and body of every exported function of the sources.
fn exports() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for (path, source) in sources() {
        for part in source.split("#[no_mangle]\n").skip(1) {
            let (signature, rest) = part.split_once(" {\n").unwrap_or_else(|| panic!("{path:?}: no body"));
            let (body, _) = rest.split_once("\n}\n").unwrap_or_else(|| panic!("{path:?}: no end of a body"));
            let name = signature.split_once("fn ").and_then(|(_, rest)| rest.split_once('(')).unwrap().0;
            found.push((name.to_string(), body.to_string()));
        }
    }
    found
}

#[test]
fn the_checked_in_header_is_the_generated_one() {
    let generated = fs::read_to_string(env!("REALM_SYNC_GENERATED_HEADER")).unwrap();
    if std::env::var_os("UPDATE_HEADER").is_some() {
        fs::write(root().join("include/realm_sync.h"), &generated).unwrap();
    }
    let header = header();
    let differing = header.lines().zip(generated.lines()).enumerate().find(|(_, (old, new))| old != new);
    assert!(
        header == generated,
        "include/realm_sync.h is out of date, first at {differing:?}: UPDATE_HEADER=1 cargo test --test header"
    );
}

#[test]
fn the_header_declares_every_export_of_the_sources_and_nothing_else() {
    let declared: BTreeSet<String> = functions(&header()).into_iter().map(|(name, _)| name).collect();
    let exported: BTreeSet<String> = exports().into_iter().map(|(name, _)| name).collect();
    assert!(declared.len() > 100, "only {} functions found in the header", declared.len());
    assert_eq!(declared, exported);
}

#[cfg(target_os = "linux")]
#[test]
fn the_library_exports_what_the_header_declares_and_nothing_else() {
    let library = std::env::current_exe().unwrap().with_file_name("librealm_sync.so");
    let output = std::process::Command::new("nm").args(["-D", "--defined-only"]).arg(&library).output().unwrap();
    assert!(output.status.success(), "nm {library:?}: {}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).unwrap();
    let exported: BTreeSet<&str> = listing.lines().filter_map(|line| line.split_whitespace().last()).collect();
    let header = header();
    let declared = functions(&header);
    let declared: BTreeSet<&str> = declared.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(exported, declared);
}

#[test]
fn every_function_has_a_comment_of_6_to_10_lines_with_threads_and_errors() {
    for (name, comment) in functions(&header()) {
        let lines: Vec<&String> = comment.iter().filter(|line| !line.is_empty()).collect();
        assert!((6..=10).contains(&lines.len()), "{name}: {} lines", lines.len());
        for heading in ["Threads: ", "Errors: "] {
            assert!(lines.iter().any(|line| line.starts_with(heading)), "{name}: no line {heading:?}");
        }
    }
}

#[test]
fn no_comment_of_the_header_speaks_rust() {
    let words =
        ["Option", "Arc", "Mutex", "Vec", "Box", "trait", "crate", "Safety", "&str", "unwrap", "`None`", "enum "];
    for (name, comment) in functions(&header()) {
        for word in words {
            assert!(!comment.iter().any(|line| line.contains(word)), "{name}: {word:?}");
        }
    }
}

#[test]
fn every_parameter_and_result_is_described() {
    let header = header();
    for (name, comment) in functions(&header) {
        let from_declaration = header.lines().skip_while(|line| function_name(line) != Some(&name));
        let declaration = from_declaration.collect::<Vec<&str>>().join(" ");
        let (before, rest) = declaration.split_once('(').unwrap();
        let parameters = rest.split_once(");").unwrap().0;
        let returns_nothing = before.starts_with("void ") && !before.contains('*');
        let describes = |what: &str| comment.iter().any(|line| line.starts_with(what));
        assert_eq!(describes("@return"), !returns_nothing, "{name}: @return");
        for parameter in parameters.split(',').filter(|parameter| *parameter != "void") {
            let parameter = parameter.rsplit([' ', '*']).next().unwrap();
            assert!(describes(&format!("@param {parameter} ")), "{name}: @param {parameter}");
        }
    }
}

#[test]
fn every_function_is_named_noun_verb_object() {
    for (name, _) in functions(&header()) {
        let rest = name.strip_prefix("realm_").unwrap();
        let fits = NOUNS.iter().any(|noun| {
            let after_noun = match noun.is_empty() {
                true => Some(rest),
                false => rest.strip_prefix(noun).and_then(|rest| rest.strip_prefix('_')),
            };
            let verb = after_noun.and_then(|after| after.split('_').next());
            verb.is_some_and(|verb| VERBS.contains(&verb))
        });
        assert!(fits, "{name} is not realm_<noun>_<verb>[_<object>]");
    }
}

#[test]
fn every_export_is_one_short_guard() {
    let exports = exports();
    for (name, body) in &exports {
        assert!(body.trim_start().starts_with("guard(|"), "{name}: the body does not begin with guard");
        assert!(body.trim_end().ends_with(')'), "{name}: the body does not end with its guard");
        assert_eq!(body.matches("guard(").count(), 1, "{name}: more than one guard");
        assert!(body.lines().count() <= 7, "{name}: the body has {} lines", body.lines().count());
    }
}

#[test]
fn every_function_is_called_from_inside_every_callback() {
    let read = |path: &str| fs::read_to_string(root().join("tests/c").join(path)).unwrap();
    let (callbacks, acts) = (read("callbacks.c"), read("acts.c"));
    let header = header();
    let types = header.lines().filter_map(|line| line.split_once("(*")?.1.split_once(')')).map(|(name, _)| name);
    let types: Vec<&str> = types.filter(|name| name.ends_with("_func_t")).collect();
    assert!(types.len() > 10, "callback types found: {types:?}");
    for name in types {
        assert!(callbacks.contains(&format!("\"{name}\"")), "tests/c/callbacks.c calls nothing inside a {name}");
    }
    // What reads and writes data is the same wherever it is called; the acts write as well.
    let is_of_data = |name: &str| {
        let nouns =
            ["object", "list", "set", "dictionary", "results", "collection_changes", "class_changes", "sync_error"];
        nouns.iter().any(|noun| name.starts_with(&format!("realm_{noun}_")))
    };
    for (name, _) in functions(&header) {
        assert!(is_of_data(&name) || acts.contains(&format!("{name}(")), "tests/c/acts.c does not call {name}");
    }
}

#[test]
fn every_handle_can_be_retained_and_released() {
    let header = header();
    let names: BTreeSet<String> = functions(&header).into_iter().map(|(name, _)| name).collect();
    let opaque = header.lines().filter_map(|line| line.strip_prefix("typedef struct ")?.strip_suffix(';'));
    let handles: Vec<&str> = opaque.filter_map(|names| names.split_once(' ')?.1.strip_suffix("_t")).collect();
    assert!(handles.contains(&"realm_sync_session"), "handles found: {handles:?}");
    for handle in handles {
        for verb in ["retain", "release"] {
            assert!(names.contains(&format!("{handle}_{verb}")), "{handle}_{verb} is missing");
        }
    }
}

#[test]
fn the_documentation_lists_every_error_number() {
    let source = fs::read_to_string(root().join("src/ffi/errno.rs")).unwrap();
    let documentation = fs::read_to_string(root().join("docs/C_API.md")).unwrap();
    let numbers = source.lines().filter_map(|line| line.trim().strip_suffix(',')?.split_once(" = "));
    let numbers: Vec<(&str, &str)> = numbers.filter(|(name, _)| !name.starts_with("RLM_ERR_CAT_")).collect();
    assert!(numbers.len() > 50, "only {} error numbers found", numbers.len());
    for (name, number) in numbers {
        assert!(documentation.contains(&format!("| {number} | `{name}` |")), "{name} = {number}");
    }
}
