//! The string table of one changeset.

use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::StringId;

/// Strings in the order of their first use, each once, all in one buffer.
#[derive(Debug, Clone, Default)]
pub struct StringTable {
    text: String,
    ends: Vec<u32>,
    ids: HashTable<u32>,
    hasher: RandomState,
}

impl StringTable {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub fn get(&self, id: StringId) -> &str {
        slice(&self.text, &self.ends, id.0)
    }

    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len() as u32).map(|id| slice(&self.text, &self.ends, id))
    }

    pub fn find(&self, text: &str) -> Option<StringId> {
        let hash = self.hasher.hash_one(text);
        self.ids.find(hash, |&id| slice(&self.text, &self.ends, id) == text).map(|&id| StringId(id))
    }

    /// The id of `text`, which is added when it is new.
    pub fn intern(&mut self, text: &str) -> StringId {
        let hash = self.hasher.hash_one(text);
        let StringTable { text: all, ends, ids, hasher } = self;
        if let Some(&id) = ids.find(hash, |&id| slice(all, ends, id) == text) {
            return StringId(id);
        }
        let id = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        all.push_str(text);
        ends.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        ids.insert_unique(hash, id, |&other| hasher.hash_one(slice(all, ends, other)));
        StringId(id)
    }
}

fn slice<'a>(text: &'a str, ends: &[u32], id: u32) -> &'a str {
    let start = match id {
        0 => 0,
        _ => ends[id as usize - 1] as usize,
    };
    &text[start..ends[id as usize] as usize]
}
