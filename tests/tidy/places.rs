//! Where databases, sockets, clocks, threads and `unsafe` may stand (docs/ARCHITECTURE.md, "Layers").

use super::source::Source;

struct Place {
    /// Words that are only right in some folders.
    words: &'static [&'static str],
    folders: &'static [&'static str],
    /// Whether tests beside the code are free of the rule.
    tests_are_free: bool,
    why: &'static str,
}

const PLACES: &[Place] = &[
    Place {
        words: &["rusqlite"],
        folders: &["src/store/", "src/server/realm/"],
        tests_are_free: false,
        why: "SQL stays in the store and in the server's storage",
    },
    Place {
        words: &["tokio", "tokio_tungstenite", "hyper", "hyper_util"],
        folders: &["src/net/", "src/server/listen/", "src/bin/"],
        tests_are_free: true,
        why: "the core is pure; sockets and timers belong to net, server/listen and bin",
    },
    Place {
        words: &["TcpStream", "TcpListener", "UdpSocket", "ToSocketAddrs"],
        folders: &["src/net/", "src/server/listen/", "src/bin/"],
        tests_are_free: true,
        why: "the core is pure; sockets belong to net, server/listen and bin",
    },
    Place {
        words: &["thread::spawn", "thread::Builder", "thread::sleep", "thread::scope"],
        folders: &["src/net/", "src/server/listen/", "src/bin/"],
        tests_are_free: true,
        why: "the core is pure; threads belong to net, server/listen and bin",
    },
    Place {
        words: &["Instant::now", "SystemTime::now", "UNIX_EPOCH"],
        folders: &["src/net/", "src/ffi/", "src/server/listen/", "src/bin/"],
        tests_are_free: true,
        why: "time is an argument; a real clock is built only by net, ffi, server/listen and bin",
    },
    Place {
        words: &["unsafe"],
        folders: &["src/ffi/"],
        tests_are_free: false,
        why: "unsafe code stays at the C boundary",
    },
];

pub fn complaints(source: &Source) -> Vec<String> {
    let mut complaints = Vec::new();
    for place in PLACES {
        if place.folders.iter().any(|folder| source.path.starts_with(folder)) {
            continue;
        }
        for word in place.words {
            for at in source.find(word) {
                if !(place.tests_are_free && source.is_test(at)) {
                    complaints.push(source.complain(at, &format!("`{word}`: {}", place.why)));
                }
            }
        }
    }
    complaints
}

#[test]
fn misplaced_words_are_found() {
    for code in [
        "use rusqlite::Connection;",
        "async fn f() { tokio::time::sleep(d).await }",
        "fn f() { std::thread::spawn(g); }",
        "fn f() { let now = std::time::Instant::now(); }",
        "fn f() { unsafe { g() } }",
        "#[cfg(test)] mod tests { unsafe fn g() {} }",
    ] {
        assert_eq!(complaints(&Source::new("src/sync/session.rs", code)).len(), 1, "{code}");
    }
}

#[test]
fn placed_words_pass() {
    for (path, code) in [
        ("src/store/file.rs", "use rusqlite::Connection;"),
        ("src/server/realm/mod.rs", "use rusqlite::Connection;"),
        ("src/net/worker.rs", "fn f() { tokio::spawn(g()); std::thread::spawn(h); Instant::now(); }"),
        ("src/ffi/guard.rs", "unsafe fn f() {}"),
        ("src/sync/session.rs", "// tokio and unsafe\nfn f() { \"rusqlite\" }"),
        ("src/store/lock.rs", "#[cfg(test)] mod tests { fn f() { std::thread::spawn(g); } }"),
    ] {
        assert_eq!(complaints(&Source::new(path, code)), [""; 0], "{path}");
    }
}
