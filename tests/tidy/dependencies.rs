//! Every crate is used, and docs/DEPENDENCIES.md says what for.

use super::source::Source;

/// The crates of a manifest, and whether the package's own sources are where they are used.
fn crates(manifest: &str) -> Vec<(String, bool)> {
    let mut crates = Vec::new();
    let mut is_in_sources = None;
    for line in manifest.lines() {
        if line.starts_with('[') {
            is_in_sources = match line {
                "[dependencies]" => Some(true),
                "[dev-dependencies]" | "[build-dependencies]" => Some(false),
                _ => None,
            };
        } else if let (Some(is_in_sources), Some((name, _))) = (is_in_sources, line.split_once(" = ")) {
            crates.push((name.trim().to_owned(), is_in_sources));
        }
    }
    crates
}

pub fn complaints(manifest: &str, explained: &str, sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for (name, is_in_sources) in crates(manifest) {
        let in_code = format!("{}::", name.replace('-', "_"));
        if is_in_sources && !sources.iter().any(|source| !source.find(&in_code).is_empty()) {
            complaints.push(format!("Cargo.toml: `{name}` is not used in src; remove it"));
        }
        if !explained.contains(&format!("`{name}`")) {
            complaints.push(format!("docs/DEPENDENCIES.md: `{name}` is missing; say what it is for"));
        }
    }
    complaints
}

#[test]
fn unused_and_unexplained_crates_are_found() {
    let manifest = "[package]\nname = \"x\"\n[dependencies]\nused-crate = \"1\"\nidle = { version = \"1\" }\n\
                    [dev-dependencies]\ntempfile = \"3\"\n[profile.dev]\npanic = \"unwind\"\n";
    let sources = [Source::new("src/x.rs", "use used_crate::X; // idle::Y")];
    let found = complaints(manifest, "`used-crate` `idle` `tempfile`", &sources);
    assert_eq!(found, ["Cargo.toml: `idle` is not used in src; remove it"]);
    let found = complaints(manifest, "`used-crate` `idle`", &sources);
    assert_eq!(found.len(), 2, "{found:?}");
}
