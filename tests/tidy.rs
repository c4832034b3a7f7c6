//! The code's own rules (CONTRIBUTING.md, "Rules the tests hold"): layers, where things may stand, sizes, names, panics, exports.
//!
//! Every rule is a function from one source to its complaints, and has a test that shows it complain.

#[path = "tidy/dependencies.rs"]
mod dependencies;
#[path = "tidy/layers.rs"]
mod layers;
#[path = "tidy/lessons.rs"]
mod lessons;
#[path = "tidy/names.rs"]
mod names;
#[path = "tidy/panics.rs"]
mod panics;
#[path = "tidy/places.rs"]
mod places;
#[path = "tidy/sizes.rs"]
mod sizes;
#[path = "tidy/source.rs"]
mod source;

use source::Source;

/// Every source that has a complaint, with all of them.
fn check(folders: &[&str], rule: fn(&Source) -> Vec<String>) {
    let sources = source::read_all(folders);
    assert!(!sources.is_empty(), "no sources in {folders:?}");
    let complaints: Vec<String> = sources.iter().flat_map(rule).collect();
    assert!(complaints.is_empty(), "{} complaints:\n{}", complaints.len(), complaints.join("\n"));
}

const OURS: &[&str] = &["src", "tests", "benches", "examples", "fuzz"];

#[test]
fn layers_import_only_what_they_may() {
    check(&["src"], layers::complaints);
}

#[test]
fn databases_sockets_clocks_threads_and_unsafe_stay_in_their_places() {
    check(&["src"], places::complaints);
}

#[test]
fn files_and_functions_stay_small() {
    check(OURS, sizes::complaints);
}

#[test]
fn names_say_what_things_are() {
    check(OURS, names::complaints);
}

#[test]
fn the_library_path_never_panics_on_purpose() {
    check(&["src"], panics::complaints);
}

#[test]
fn nothing_is_left_unfinished_or_silenced() {
    check(OURS, panics::unfinished);
}

#[test]
fn every_export_is_guarded() {
    check(&["src"], panics::unguarded_exports);
}

#[test]
fn every_crate_is_used_and_explained() {
    let manifest = include_str!("../Cargo.toml");
    let explained = include_str!("../docs/DEPENDENCIES.md");
    let complaints = dependencies::complaints(manifest, explained, &source::read_all(&["src"]));
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_lesson_has_its_test() {
    let folders = [("tests", &["rs", "c"][..]), ("src", &["rs"]), ("bindings/dotnet/tests", &["cs"])];
    let sources: Vec<String> = folders.iter().flat_map(|(folder, endings)| lessons::texts(folder, endings)).collect();
    let exists = |test: &str| {
        let (rust, c, csharp) = (format!("fn {test}()"), format!("TEST({test})"), format!(" {test}()"));
        sources.iter().any(|text| [&rust, &c, &csharp].into_iter().any(|line| text.contains(line.as_str())))
    };
    let complaints = lessons::complaints(include_str!("../docs/LESSONS.md"), exists);
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}
