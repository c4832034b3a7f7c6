//! The library returns errors: it does not panic on purpose, leaves nothing undone, and guards its exports.

use super::source::Source;

const PANICS: &[&str] =
    &[".unwrap()", ".expect(", ".unwrap_err()", ".expect_err(", "panic!", "todo!", "unimplemented!", "unreachable!"];

/// Split, so that this file does not complain about itself.
const UNFINISHED: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X:")];
const SILENCED: &[&str] = &["#[allow(dead_code", "#![allow(dead_code", "#[expect(dead_code", "#[ignore"];

pub fn complaints(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for panic in PANICS {
        for at in source.find(panic) {
            if !source.is_test(at) {
                let what = format!("`{panic}` outside of tests; return an error that the caller can act on");
                complaints.push(source.complain(at, &what));
            }
        }
    }
    complaints
}

pub fn unfinished(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for (first, second) in UNFINISHED {
        let mark = format!("{first}{second}");
        for (at, _) in source.text.match_indices(&mark) {
            complaints.push(source.complain(at, &format!("`{mark}`: do it, or leave it out")));
        }
    }
    for silenced in SILENCED {
        for (at, _) in source.code.match_indices(silenced) {
            complaints.push(source.complain(at, &format!("`{silenced}`: remove what it silences")));
        }
    }
    complaints
}

/// An export is a function with a C calling convention and a name that does not get mangled.
pub fn unguarded_exports(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for function in source.functions() {
        let Some(body) = function.body.clone().filter(|_| is_export(source, function.start)) else { continue };
        if !source.path.starts_with("src/ffi/") {
            complaints
                .push(source.complain(function.start, &format!("`{}`: exports belong to src/ffi", function.name)));
        }
        let body = source.code[body].trim();
        if !(body.starts_with("guard(") || body.starts_with("guard_")) || !body.ends_with(')') {
            let what = format!("the body of `{}` must be one `guard(…)`: a panic must not reach C", function.name);
            complaints.push(source.complain(function.start, &what));
        }
    }
    complaints
}

fn is_export(source: &Source, start: usize) -> bool {
    let item = source.code[..start].rfind(['}', ';', '{']).map_or(0, |at| at + 1);
    let before = &source.text[item..start];
    let attributes = &source.code[item..start];
    let has_convention =
        before.trim_end().ends_with("extern \"C\"") || before.trim_end().ends_with("extern \"system\"");
    has_convention && (attributes.contains("no_mangle") || attributes.contains("export_name"))
}

#[test]
fn panics_are_found() {
    for code in ["a.unwrap();", "a.expect(\"b\");", "panic!(\"b\");", "todo!();", "unreachable!()"] {
        let source = Source::new("src/x.rs", format!("fn f() {{ {code} }}"));
        assert_eq!(complaints(&source).len(), 1, "{code}");
        let source = Source::new("src/x.rs", format!("#[cfg(test)]\nmod tests {{ fn f() {{ {code} }} }}"));
        assert_eq!(complaints(&source), [""; 0], "{code}");
    }
    let source = Source::new("src/x.rs", "fn f() { a.unwrap_or(b); should_panic!(); /* .unwrap() */ \"todo!\" }");
    assert_eq!(complaints(&source), [""; 0]);
}

#[test]
fn unfinished_and_silenced_code_is_found() {
    for (first, second) in UNFINISHED {
        assert_eq!(unfinished(&Source::new("src/x.rs", format!("// {first}{second} later"))).len(), 1);
    }
    for silenced in SILENCED {
        assert_eq!(unfinished(&Source::new("src/x.rs", format!("{silenced})]\nfn f() {{}}"))).len(), 1);
    }
    assert_eq!(unfinished(&Source::new("src/x.rs", "// done\n#[allow(clippy::x)] fn f() {}")), [""; 0]);
}

#[test]
fn unguarded_exports_are_found() {
    let export = |body: &str| {
        format!(
            "/// Opens.\n#[no_mangle]\npub unsafe extern \"C\" fn realm_open(a: *const u8) -> bool {{\n    {body}\n}}"
        )
    };
    for body in ["true", "let a = 1;\n    guard(|| a)", "guard(|| 1); true", ""] {
        let source = Source::new("src/ffi/realm.rs", export(body));
        assert_eq!(unguarded_exports(&source).len(), 1, "{body}");
    }
    assert_eq!(unguarded_exports(&Source::new("src/ffi/realm.rs", export("guard(|call| call.open(a))"))), [""; 0]);
    assert_eq!(unguarded_exports(&Source::new("src/sync/x.rs", export("guard(|call| call.open(a))"))).len(), 1);
    let callback = "pub type F = Option<unsafe extern \"C\" fn(data: *mut c_void)>;\nextern \"C\" fn local() { f(); }";
    assert_eq!(unguarded_exports(&Source::new("src/ffi/callback.rs", callback)), [""; 0]);
}
