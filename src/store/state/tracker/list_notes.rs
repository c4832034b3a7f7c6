//! How the positions of a list shift in a transaction.

use std::collections::BTreeMap;

use super::super::container::EntryKey;
use super::super::value::Stored;
use super::indices::Indices;

/// Positions are raw.
#[derive(Debug, Clone, Default)]
pub(super) struct ListNotes {
    /// Before the transaction.
    pub(super) deletions: Indices,
    /// Now.
    pub(super) insertions: Indices,
    /// Where elements were before that were moved: they are among the deletions, and the insertions.
    pub(super) moved: BTreeMap<EntryKey, u64>,
    /// What elements showed when they were first overwritten.
    pub(super) before: BTreeMap<EntryKey, Stored<'static>>,
    /// Hidden before the transaction.
    pub(super) hidden: Indices,
}

impl ListNotes {
    pub(super) fn insert(&mut self, index: u64) {
        self.insertions.insert_at(index);
    }

    pub(super) fn erase(&mut self, entry: EntryKey, index: u64) {
        self.take(index);
        self.moved.remove(&entry);
        self.before.remove(&entry);
    }

    pub(super) fn relocate(&mut self, entry: EntryKey, from: u64, to: u64) {
        if let Some(before) = self.take(from) {
            self.moved.insert(entry, before);
        }
        self.insertions.insert_at(to);
    }

    /// `size` is that of now.
    pub(super) fn clear(&mut self, size: u64) {
        let size_before = size + self.deletions.len() - self.insertions.len();
        let hidden = std::mem::take(&mut self.hidden);
        *self = ListNotes { deletions: Indices::below(size_before), hidden, ..ListNotes::default() };
    }

    /// Takes the element away, and says where it was before the transaction, if it was there.
    fn take(&mut self, index: u64) -> Option<u64> {
        if self.insertions.contains(index) {
            self.insertions.erase_at(index);
            return None;
        }
        let before = self.before_of(index);
        self.insertions.close_gap(index);
        self.deletions.add(before);
        Some(before)
    }

    /// Where an element that was there before the transaction was then.
    pub(super) fn before_of(&self, index: u64) -> u64 {
        self.deletions.nth_free(index - self.insertions.count_before(index))
    }

    /// Where an element is now that was there before the transaction and was not erased.
    pub(super) fn after_of(&self, before: u64) -> u64 {
        self.insertions.nth_free(before - self.deletions.count_before(before))
    }

    /// An element that was moved and is now at `index`: where its neighbours are those of before, it was not moved.
    pub(super) fn settle(&mut self, before: u64, index: u64) {
        let is_back = self.insertions.contains(index)
            && self.deletions.contains(before)
            && index - self.insertions.count_before(index) == before - self.deletions.count_before(before);
        if is_back {
            self.insertions.remove(index);
            self.deletions.remove(before);
        }
    }
}
