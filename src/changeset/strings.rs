//! The string table of one changeset.

use std::hash::BuildHasher;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::StringId;

/// Strings in the order of their first use, each once, all in one buffer.
#[derive(Debug, Clone, Default)]
pub struct StringTable {
    text: String,
    ends: Vec<u32>,
    ids: HashTable<u32>,
    hasher: DefaultHashBuilder,
}

impl StringTable {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Bytes of all the strings.
    pub fn text_size(&self) -> usize {
        self.text.len()
    }

    /// The empty string when the table has no such id; decoding admits only ids that it has.
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
        self.find_or_add(text).0
    }

    /// The id of a text that the table must not have yet; `None` when it has it.
    pub fn add(&mut self, text: &str) -> Option<StringId> {
        let (id, is_new) = self.find_or_add(text);
        is_new.then_some(id)
    }

    fn find_or_add(&mut self, text: &str) -> (StringId, bool) {
        let hash = self.hasher.hash_one(text);
        let StringTable { text: all, ends, ids, hasher } = self;
        if let Some(&id) = ids.find(hash, |&id| slice(all, ends, id) == text) {
            return (StringId(id), false);
        }
        let id = u32::try_from(ends.len()).unwrap_or(u32::MAX);
        all.push_str(text);
        ends.push(u32::try_from(all.len()).unwrap_or(u32::MAX));
        ids.insert_unique(hash, id, |&other| hasher.hash_one(slice(all, ends, other)));
        (StringId(id), true)
    }
}

fn slice<'a>(text: &'a str, ends: &[u32], id: u32) -> &'a str {
    let id = id as usize;
    let start = match id.checked_sub(1) {
        None => Some(&0),
        Some(previous) => ends.get(previous),
    };
    match (start, ends.get(id)) {
        (Some(&start), Some(&end)) => text.get(start as usize..end as usize).unwrap_or_default(),
        (None, _) | (_, None) => "",
    }
}
