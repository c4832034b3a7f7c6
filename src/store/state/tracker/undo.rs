//! Notes that were taken within a savepoint, taken back with it.

use std::collections::BTreeMap;

use super::super::container::ContainerKey;
use super::super::{ClassKey, ObjectKey, State};
use super::collections::CollectionNotes;
use super::{Notes, ObjectNotes};

/// The notes on each thing as they were when the savepoint began, `None` where there were none; of those things alone
/// that notes were taken on since.
#[derive(Debug, Default)]
pub(super) struct Undo {
    objects: BTreeMap<(ClassKey, ObjectKey), Option<ObjectNotes>>,
    collections: BTreeMap<ContainerKey, CollectionBefore>,
}

#[derive(Debug)]
struct CollectionBefore {
    notes: Option<Option<CollectionNotes>>,
    was_gone: bool,
}

impl State {
    /// To be called when a savepoint begins. None is inside of another.
    pub(crate) fn begin_undoable_notes(&self) {
        if let Some(tracker) = &self.tracker {
            tracker.notes.borrow_mut().undo = Some(Undo::default());
        }
    }

    /// To be called when the savepoint stays.
    pub(crate) fn keep_notes(&self) {
        if let Some(tracker) = &self.tracker {
            tracker.notes.borrow_mut().undo = None;
        }
    }

    /// To be called when the savepoint is rolled back.
    pub(crate) fn undo_notes(&self) {
        if let Some(tracker) = &self.tracker {
            tracker.notes.borrow_mut().undo();
        }
    }
}

impl Notes {
    /// To be called before notes are taken on an object.
    pub(super) fn touch_object(&mut self, object: (ClassKey, ObjectKey)) {
        if let Some(undo) = &mut self.undo {
            undo.objects.entry(object).or_insert_with(|| self.objects.get(&object).cloned());
        }
    }

    /// To be called before notes are taken on a collection.
    pub(super) fn touch_collection(&mut self, key: ContainerKey) {
        if let Some(undo) = &mut self.undo {
            undo.collections.entry(key).or_insert_with(|| CollectionBefore {
                notes: self.collections.get(&key).cloned(),
                was_gone: self.gone.contains(&key),
            });
        }
    }

    fn undo(&mut self) {
        let Some(Undo { objects, collections }) = self.undo.take() else { return };
        for (object, before) in objects {
            match before {
                Some(notes) => self.objects.insert(object, notes),
                None => self.objects.remove(&object),
            };
        }
        for (key, CollectionBefore { notes, was_gone }) in collections {
            match notes {
                Some(notes) => self.collections.insert(key, notes),
                None => self.collections.remove(&key),
            };
            if !was_gone {
                self.gone.remove(&key);
            }
        }
    }
}
