//! What the bearer of a token may do with which realm. Rules: `docs/SERVER.md`, "Tokens".

use super::RealmPath;

/// What one connection may do with one realm; write includes read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    Read,
    Write,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Pattern {
    Everything,
    Exactly(String),
    /// The text before a final `*`.
    StartingWith(String),
}

/// The permissions of one connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    grants: Vec<(Pattern, Permission)>,
}

impl Access {
    /// Every realm may be written: the development mode.
    pub fn unrestricted() -> Access {
        Access { grants: vec![(Pattern::Everything, Permission::Write)] }
    }

    pub fn nothing() -> Access {
        Access { grants: Vec::new() }
    }

    /// Adds a permission for `*`, a path, or every path that starts with the text before a final `*`. As in a
    /// realm's path, one leading slash makes no difference.
    pub fn grant(mut self, pattern: &str, permission: Permission) -> Access {
        let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
        let pattern = match pattern.strip_suffix('*') {
            Some("") => Pattern::Everything,
            Some(start) => Pattern::StartingWith(start.to_owned()),
            None => Pattern::Exactly(pattern.to_owned()),
        };
        self.grants.push((pattern, permission));
        self
    }

    /// The most that any matching grant gives; `None` when nothing matches.
    pub fn to(&self, realm: &RealmPath) -> Option<Permission> {
        let matches = |pattern: &Pattern| match pattern {
            Pattern::Everything => true,
            Pattern::Exactly(path) => realm.as_str() == path,
            Pattern::StartingWith(start) => realm.as_str().starts_with(start.as_str()),
        };
        self.grants.iter().filter(|(pattern, _)| matches(pattern)).map(|&(_, permission)| permission).max()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn realm(path: &str) -> RealmPath {
        RealmPath::new(path).unwrap()
    }

    #[test]
    fn the_widest_matching_grant_counts() {
        let access = Access::nothing().grant("/shop/*", Permission::Read).grant("shop/7", Permission::Write);
        assert_eq!(access.to(&realm("/shop/7")), Some(Permission::Write));
        assert_eq!(access.to(&realm("shop/8")), Some(Permission::Read));
        assert_eq!(access.to(&realm("shop")), None);
        assert_eq!(access.to(&realm("shopping")), None);
    }

    #[test]
    fn a_star_is_everything() {
        assert_eq!(Access::nothing().grant("*", Permission::Read).to(&realm("x")), Some(Permission::Read));
        assert_eq!(Access::unrestricted().to(&realm("\"p\"")), Some(Permission::Write));
        assert_eq!(Access::nothing().to(&realm("x")), None);
    }
}
