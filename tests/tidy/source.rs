//! A Rust file with its comments and literals blanked out, so that rules see code only.

use std::ops::Range;
use std::path::Path;

pub struct Source {
    /// From the package's folder, with `/`.
    pub path: String,
    pub text: String,
    /// As long as the text; comments, strings and characters are spaces, line ends stay.
    pub code: String,
    test_regions: Vec<Range<usize>>,
}

pub struct Function {
    pub name: String,
    /// Offset of the word `fn`.
    pub start: usize,
    /// Between the braces; `None` for a declaration.
    pub body: Option<Range<usize>>,
}

pub fn read_all(folders: &[&str]) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sources = Vec::new();
    let mut pending: Vec<_> = folders.iter().map(|folder| root.join(folder)).collect();
    while let Some(folder) = pending.pop() {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
                sources.push(Source::new(&name, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}

impl Source {
    pub fn new(path: &str, text: impl Into<String>) -> Source {
        let text = text.into();
        let code = blank(&text);
        let test_regions = test_regions(&code);
        Source { path: path.to_owned(), text, code, test_regions }
    }

    pub fn complain(&self, at: usize, what: &str) -> String {
        let line = self.text[..at].bytes().filter(|byte| *byte == b'\n').count() + 1;
        format!("{}:{line}: {what}", self.path)
    }

    /// Inside `#[cfg(test)]`, or a file that only such an item includes.
    pub fn is_test(&self, at: usize) -> bool {
        let name = self.path.strip_suffix(".rs").unwrap_or(&self.path);
        name.split('/').any(|part| part == "tests") || self.test_regions.iter().any(|region| region.contains(&at))
    }

    /// Where the words of `pattern` stand in the code, neither part of a longer word on either side.
    pub fn find(&self, pattern: &str) -> Vec<usize> {
        find_word(&self.code, pattern)
    }

    pub fn functions(&self) -> Vec<Function> {
        let mut functions = Vec::new();
        for start in self.find("fn") {
            let name = word_at(&self.code, start + 2);
            if name.is_empty() {
                continue;
            }
            let body = Some(body_after(&self.code, start)).filter(|body| self.code[..body.start].ends_with('{'));
            functions.push(Function { name: name.to_owned(), start, body });
        }
        functions
    }

    pub fn lines_of(&self, function: &Function) -> usize {
        let end = function.body.as_ref().map_or(function.start, |body| (body.end + 1).min(self.text.len()));
        self.text[function.start..end].lines().count()
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn find_word(code: &str, pattern: &str) -> Vec<usize> {
    let bytes = code.as_bytes();
    let is_whole = |at: usize| {
        let end = at + pattern.len();
        let starts_apart = !is_word(pattern.as_bytes()[0]) || at == 0 || !is_word(bytes[at - 1]);
        let last = pattern.as_bytes()[pattern.len() - 1];
        starts_apart && (!is_word(last) || end == bytes.len() || !is_word(bytes[end]))
    };
    code.match_indices(pattern).map(|(at, _)| at).filter(|at| is_whole(*at)).collect()
}

/// The word at `at`, or after the spaces there.
pub fn word_at(code: &str, at: usize) -> &str {
    let rest = code[at..].trim_start();
    let end = rest.bytes().position(|byte| !is_word(byte)).unwrap_or(rest.len());
    &rest[..end]
}

/// What stands between the first pair of braces after `at`; empty where a `;` comes first.
pub fn body_after(code: &str, at: usize) -> Range<usize> {
    let mut nested = 0usize;
    for (i, byte) in code.bytes().enumerate().skip(at) {
        match byte {
            b'(' | b'[' => nested += 1,
            b')' | b']' => nested = nested.saturating_sub(1),
            b';' if nested == 0 => return i..i,
            b'{' if nested == 0 => return i + 1..closing_brace(code, i),
            _ => {}
        }
    }
    code.len()..code.len()
}

/// The brace that closes the one at `open`.
fn closing_brace(code: &str, open: usize) -> usize {
    let mut depth = 0usize;
    for (i, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth == 1 => return i,
            b'}' => depth -= 1,
            _ => {}
        }
    }
    code.len()
}

fn test_regions(code: &str) -> Vec<Range<usize>> {
    let attributes = code.match_indices("#[cfg(").filter(|(at, _)| {
        let condition = code[*at..].split(']').next().unwrap_or_default();
        !find_word(condition, "test").is_empty() && find_word(condition, "not").is_empty()
    });
    attributes
        .map(|(at, _)| {
            let after = code[at..].find(']').map_or(code.len(), |end| at + end + 1);
            at..body_after(code, skip_attributes(code, after)).end
        })
        .collect()
}

fn skip_attributes(code: &str, mut at: usize) -> usize {
    while code[at..].trim_start().starts_with("#[") {
        match code[at..].find(']') {
            Some(end) => at += end + 1,
            None => return code.len(),
        }
    }
    at
}

/// Replaces comments and literals by spaces, byte for byte.
fn blank(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut code = bytes.to_vec();
    let mut at = 0;
    while at < bytes.len() {
        let end = literal_end(text, at);
        if end > at {
            code[at..end].iter_mut().filter(|byte| **byte != b'\n').for_each(|byte| *byte = b' ');
            at = end;
        } else if is_word(bytes[at]) {
            at += bytes[at..].iter().take_while(|byte| is_word(**byte)).count();
        } else {
            at += 1;
        }
    }
    String::from_utf8_lossy(&code).into_owned()
}

/// Where the comment or literal that begins at `at` ends; `at` where there is none.
fn literal_end(text: &str, at: usize) -> usize {
    let rest = &text.as_bytes()[at..];
    let to = |length: Option<usize>| length.map_or(text.len(), |length| at + length);
    match rest {
        [b'/', b'/', ..] => to(rest.iter().position(|byte| *byte == b'\n')),
        [b'/', b'*', ..] => to(block_comment(rest)),
        [b'"', ..] => to(quoted(rest, 1)),
        [b'b' | b'c', b'"', ..] => to(quoted(rest, 2)),
        [b'r', b'"' | b'#', ..] => raw(rest, 1).map_or(at, |length| at + length),
        [b'b' | b'c', b'r', b'"' | b'#', ..] => raw(rest, 2).map_or(at, |length| at + length),
        [b'\'', ..] => character(rest, 1).map_or(at, |length| at + length),
        [b'b', b'\'', ..] => character(rest, 2).map_or(at, |length| at + length),
        _ if !text.is_char_boundary(at + 1) => at + 1,
        _ => at,
    }
}

fn block_comment(rest: &[u8]) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = 0;
    while at < rest.len() {
        match &rest[at..] {
            [b'/', b'*', ..] => (depth, at) = (depth + 1, at + 2),
            [b'*', b'/', ..] if depth == 1 => return Some(at + 2),
            [b'*', b'/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
    }
    None
}

fn quoted(rest: &[u8], mut at: usize) -> Option<usize> {
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// `None` also for a raw identifier.
fn raw(rest: &[u8], prefix: usize) -> Option<usize> {
    let hashes = rest[prefix..].iter().take_while(|byte| **byte == b'#').count();
    let open = prefix + hashes;
    if rest.get(open) != Some(&b'"') {
        return None;
    }
    let close = [&b"\""[..], &b"#".repeat(hashes)].concat();
    let body = &rest[open + 1..];
    let length = body.windows(close.len()).position(|window| window == close)?;
    Some(open + 1 + length + close.len())
}

/// `None` for a lifetime.
fn character(rest: &[u8], prefix: usize) -> Option<usize> {
    if rest.get(prefix) == Some(&b'\\') {
        let end = rest[prefix + 2..].iter().position(|byte| *byte == b'\'')?;
        return Some(prefix + 2 + end + 1);
    }
    let text = std::str::from_utf8(&rest[prefix..rest.len().min(prefix + 5)]);
    let text = match text {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&rest[prefix..prefix + error.valid_up_to()]).unwrap(),
    };
    let size = text.chars().next()?.len_utf8();
    (rest.get(prefix + size) == Some(&b'\'')).then_some(prefix + size + 1)
}

#[test]
fn literals_and_comments_are_blanked() {
    for text in [
        "a // x{\nb",
        "a /* { /* } */ x */ b",
        "a \"{\\\"x\" b",
        "a r#\"x\"{\"# b",
        "a b\"x{\" b",
        "a '{' b",
        "a '\\'' b",
        "a b'{' b",
        "a 'ä' b",
    ] {
        let source = Source::new("src/x.rs", text);
        assert_eq!(source.code.len(), text.len());
        assert!(!source.code.contains(['x', '{', '}', '\'', '"']), "{text} became {}", source.code);
        assert_eq!(source.code.split_whitespace().collect::<Vec<_>>(), ["a", "b"], "{text}");
    }
    assert_eq!(blank("fn f<'a>(x: &'a str, r#type: u8) {}"), "fn f<'a>(x: &'a str, r#type: u8) {}");
}

#[test]
fn test_regions_end_with_their_item() {
    let text = "fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(not(test))]\nfn d() {}";
    let source = Source::new("src/x.rs", text);
    let in_test: Vec<_> =
        source.functions().into_iter().filter(|it| source.is_test(it.start)).map(|it| it.name).collect();
    assert_eq!(in_test, ["b"]);
}

#[test]
fn functions_are_found_with_their_bodies() {
    let source = Source::new("src/x.rs", "fn a(f: fn(u8)) -> [u8; 2] { b{} }\ntrait T { fn c(&self); }");
    let body_of = |function: Function| (function.name, function.body.map(|body| source.code[body].trim().to_owned()));
    let found: Vec<_> = source.functions().into_iter().map(body_of).collect();
    assert_eq!(found, [("a".to_owned(), Some("b{}".to_owned())), ("c".to_owned(), None)]);
}
