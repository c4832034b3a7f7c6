//! Who may import whom (docs/ARCHITECTURE.md, "Layers"). Tests inside the layers are held to the same arrows.

use super::source::{word_at, Source};

const LAYERS: &[(&str, &[&str])] = &[
    ("value", &[]),
    ("schema", &["value"]),
    ("changeset", &["value"]),
    ("merge", &["value", "changeset"]),
    ("protocol", &["value"]),
    ("store", &["value", "schema", "changeset", "merge"]),
    ("sync", &["value", "protocol"]),
    ("client", &["value", "schema", "store", "sync", "protocol"]),
    ("net", &["value", "client", "sync", "protocol"]),
    ("ffi", &["value", "schema", "store", "client", "net"]),
    ("server", &["value", "schema", "changeset", "merge", "protocol", "store"]),
    ("bin", &["server"]),
];

/// May be imported by all.
const EVERYWHERE: &[&str] = &["error", "log"];

pub fn complaints(source: &Source) -> Vec<String> {
    let Some(layer) = layer_of(&source.path) else { return Vec::new() };
    if EVERYWHERE.contains(&layer) {
        return Vec::new();
    }
    let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
        return vec![format!("{}: the layer `{layer}` is not in tests/tidy/layers.rs", source.path)];
    };
    let mut complaints = Vec::new();
    for (at, imported) in imports(source) {
        let is_allowed =
            imported == layer || allowed.contains(&imported.as_str()) || EVERYWHERE.contains(&imported.as_str());
        if !is_allowed {
            let allowed = if allowed.is_empty() { "nothing".to_owned() } else { allowed.join(", ") };
            let what = format!("`{layer}` must not import `{imported}`; it may import {allowed}");
            complaints.push(source.complain(at, &what));
        }
    }
    complaints.extend(climbs(source));
    complaints
}

/// `None` for src/lib.rs.
fn layer_of(path: &str) -> Option<&str> {
    let inside = path.strip_prefix("src/")?;
    match inside.split_once('/') {
        Some((layer, _)) => Some(layer),
        None => inside.strip_suffix(".rs").filter(|name| *name != "lib"),
    }
}

/// The first step of every path from the crate's root.
fn imports(source: &Source) -> Vec<(usize, String)> {
    let mut imports = Vec::new();
    for root in ["crate", "realm_sync"] {
        for at in source.find(root) {
            let after = at + root.len();
            let Some(path) = source.code[after..].strip_prefix("::") else { continue };
            match path.trim_start().strip_prefix('{') {
                Some(group) => {
                    imports.extend(first_steps(group).into_iter().map(|step| (at, step)));
                }
                None => imports.push((at, word_at(&source.code, after + 2).to_owned())),
            }
        }
    }
    imports
}

/// The first words of a group's members; `group` begins behind its brace.
fn first_steps(group: &str) -> Vec<String> {
    let mut steps = Vec::new();
    let mut depth = 0usize;
    let mut member_begins = true;
    for (i, byte) in group.bytes().enumerate() {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 0 => break,
            b'}' => depth -= 1,
            b',' if depth == 0 => member_begins = true,
            _ if member_begins && !byte.is_ascii_whitespace() => {
                steps.push(word_at(group, i).to_owned());
                member_begins = false;
            }
            _ => {}
        }
    }
    steps
}

/// `super` chains that leave the layer: they hide an arrow from the check above.
fn climbs(source: &Source) -> Vec<String> {
    let inside = source.path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    let depth = inside.split('/').count();
    let mut complaints = Vec::new();
    for at in source.find("super") {
        if source.code[..at].ends_with("super::") {
            continue;
        }
        let steps = source.code[at..].split("::").take_while(|step| *step == "super").count();
        let inner = usize::from(source.is_test(at) && !source.path.ends_with("tests.rs"));
        if steps >= depth + inner {
            complaints.push(source.complain(at, "`super` leaves the layer; name the other layer with `crate::`"));
        }
    }
    complaints
}

#[test]
fn wrong_arrows_are_found() {
    for code in [
        "use crate::store::Store;",
        "use crate::{value::Value, store::{self, X}};",
        "fn f() { crate::store::open() }",
        "use crate::{\n    store::{A, B},\n    value::C,\n};",
        "#[cfg(test)] mod tests { use crate::store::Store; }",
        "use super::super::store::Store;",
    ] {
        let found = complaints(&Source::new("src/sync/session.rs", code));
        assert_eq!(found.len(), 1, "{code}: {found:?}");
    }
    assert_eq!(complaints(&Source::new("src/bin/server.rs", "use realm_sync::store::Store;")).len(), 1);
    assert_eq!(complaints(&Source::new("src/gadget/mod.rs", "")).len(), 1);
    assert_eq!(complaints(&Source::new("src/value/mod.rs", "use super::sync::X;")).len(), 1);
}

#[test]
fn right_arrows_pass() {
    for code in [
        "use crate::value::Value; use crate::{protocol::{A, B}, sync::C};",
        "// use crate::store::Store;",
        "use super::session::X; use super::super::sync::Y;",
        "pub(crate) fn f() {}",
    ] {
        assert_eq!(complaints(&Source::new("src/sync/link/open.rs", code)), [""; 0], "{code}");
    }
    let inner = "#[cfg(test)] mod tests { use super::*; use super::super::other::X; }";
    assert_eq!(complaints(&Source::new("src/sync/session.rs", inner)), [""; 0]);
}
