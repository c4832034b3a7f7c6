//! Realm paths: what a client binds to, and the file it becomes.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

/// Longest path in bytes that a BIND may carry.
pub const MAX_PATH_BYTES: usize = 1_024;

/// Longest encoded name that is used as it is; SQLite refuses paths of more than 512 bytes.
const MAX_PLAIN_NAME: usize = 160;

/// Name of one server realm. One leading slash makes no difference: `/x` and `x` are the same realm.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RealmPath(String);

/// The path is empty or `/`, longer than 1,024 bytes, or holds a NUL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a realm path is 1 to 1024 bytes of text without NUL, and more than a slash")]
pub struct IllegalPath;

impl RealmPath {
    pub fn new(path: &str) -> Result<RealmPath, IllegalPath> {
        let name = path.strip_prefix('/').unwrap_or(path);
        let is_legal = !name.is_empty() && path.len() <= MAX_PATH_BYTES && !name.contains('\0');
        is_legal.then(|| RealmPath(name.to_owned())).ok_or(IllegalPath)
    }

    /// The path without its leading slash.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The realm's file within `folder`: always directly in it, and different for different paths also where
    /// names ignore case.
    pub fn file(&self, folder: &Path) -> PathBuf {
        let mut name = String::with_capacity(self.0.len() + 8);
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' => name.push(char::from(byte)),
                _ => {
                    let _ = write!(name, "%{byte:02x}");
                }
            }
        }
        if name.len() > MAX_PLAIN_NAME {
            // The hash alone names the file; the start of the path is for people. `~` cannot occur in a plain name.
            name.truncate(40);
            name.push('~');
            for byte in Sha256::digest(self.0.as_bytes()) {
                let _ = write!(name, "{byte:02x}");
            }
        }
        name.push_str(".realm");
        folder.join(name)
    }
}

impl std::fmt::Display for RealmPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str) -> String {
        let file = RealmPath::new(path).unwrap().file(Path::new("data"));
        file.strip_prefix("data").unwrap().to_str().unwrap().to_owned()
    }

    #[test]
    fn a_leading_slash_makes_no_difference() {
        assert_eq!(RealmPath::new("/x").unwrap(), RealmPath::new("x").unwrap());
        assert_ne!(RealmPath::new("//x").unwrap(), RealmPath::new("/x").unwrap());
    }

    #[test]
    fn no_path_leaves_the_data_folder() {
        for path in ["/../../etc/passwd", "..", "a/../../b", "/x.realm", "C:\\x", "~root", "a\nb"] {
            let name = file(path);
            assert!(!name.contains(['/', '\\', '\n', '~', ':']) && !name.starts_with('.'), "{name}");
        }
        assert_eq!(file("a/b.c"), "a%2fb%2ec.realm");
    }

    #[test]
    fn partition_values_of_any_kind_are_paths() {
        for path in ["\"part\"", "{\"$oid\":\"5f\"}", "null", "{\"$numberLong\":\"5\"}", "ärger"] {
            assert!(RealmPath::new(path).is_ok());
        }
    }

    #[test]
    fn different_paths_have_different_files_where_case_is_ignored() {
        let long = "é".repeat(512);
        let other = format!("{}e", "é".repeat(511));
        let paths = ["a", "A", "%41", "a/b", "a%2fb", &long, &other];
        let names: std::collections::HashSet<_> = paths.iter().map(|path| file(path).to_lowercase()).collect();
        assert_eq!(names.len(), paths.len());
        assert!(names.iter().all(|name| name.len() <= MAX_PLAIN_NAME + 6));
    }

    #[test]
    fn nothing_and_too_much_are_no_paths() {
        let long = "x".repeat(MAX_PATH_BYTES + 1);
        for path in ["", "/", "a\0b", &long] {
            assert_eq!(RealmPath::new(path), Err(IllegalPath));
        }
    }
}
