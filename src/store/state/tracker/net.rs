//! What a transaction comes to, for everything that is observed.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::Connection;

use crate::schema::ClassKind;
use crate::store::changes::{Changes, ClassChanges, CollectionChanges, ObjectChanges, Observed};
use crate::store::error::DatabaseError;

use super::super::container::{self, Container, ContainerKey, EntryKey};
use super::super::owner::Owner;
use super::super::{ClassKey, ObjectKey, PropertyKey, State};
use super::{Fate, Notes, ObjectNotes, Tracker};

type Object = (ClassKey, ObjectKey);

/// What is owned, and has changed.
enum Owned {
    Object(Object),
    Container(ContainerKey),
}

struct Net<'a> {
    state: &'a State,
    connection: &'a Connection,
    objects: BTreeMap<Object, ObjectNotes>,
    /// Properties that changed, or something in what they hold.
    modified: BTreeMap<Object, BTreeSet<PropertyKey>>,
    collections: BTreeMap<ContainerKey, CollectionChanges>,
    /// Elements in whose contents something changed.
    inside: BTreeMap<ContainerKey, BTreeSet<EntryKey>>,
    /// Collections that changed, by the property that each is.
    fields: HashMap<(Object, PropertyKey), ContainerKey>,
    /// Whose owners are to be told.
    rising: Vec<Owned>,
}

impl State {
    /// Ends the notes of a transaction that is about to commit, and says what they come to.
    pub(crate) fn net_changes(&mut self, connection: &Connection) -> Result<Vec<(Observed, Changes)>, DatabaseError> {
        let Some(Tracker { interest, notes }) = self.tracker.take() else { return Ok(Vec::new()) };
        let Notes { objects, collections, gone, undo: _ } = notes.into_inner();
        let mut net = Net {
            state: self,
            connection,
            objects,
            modified: BTreeMap::new(),
            collections: BTreeMap::new(),
            inside: BTreeMap::new(),
            fields: HashMap::new(),
            rising: Vec::new(),
        };
        net.compare_objects()?;
        for (key, notes) in collections {
            let Some(notes) = notes else { continue };
            let changes = self.collection_changes(connection, key, notes)?;
            if !changes.is_empty() {
                net.collections.insert(key, changes);
                net.rising.push(Owned::Container(key));
            }
        }
        net.rise()?;
        let mut reports = Vec::new();
        for &observed in &interest.observed {
            let changes = match observed {
                Observed::Object(class, object) => net.of_object((class, object)).map(Changes::Object),
                Observed::Class(class) => net.of_class(class)?.map(Changes::Class),
                Observed::Collection(Container::Nested(key)) if gone.contains(&key) => {
                    Some(Changes::Collection(CollectionChanges::Deleted))
                }
                Observed::Collection(container) => net.of_collection(container)?.map(Changes::Collection),
            };
            reports.extend(changes.map(|changes| (observed, changes)));
        }
        Ok(reports)
    }
}

impl Net<'_> {
    fn compare_objects(&mut self) -> Result<(), DatabaseError> {
        for (&(class_key, object), notes) in &self.objects {
            let Ok(class) = self.state.class_by_key(class_key) else { continue };
            let mut modified = BTreeSet::new();
            for (&key, before) in &notes.before {
                let Ok((_, property)) = class.property_by_key(key) else { continue };
                match self.state.shown(self.connection, property, object)? {
                    Some(now) if !before.is_identical(&now) => modified.insert(key),
                    Some(_) | None => false,
                };
            }
            if !modified.is_empty() {
                self.modified.insert((class_key, object), modified);
                if class.kind == ClassKind::Embedded {
                    self.rising.push(Owned::Object((class_key, object)));
                }
            }
        }
        Ok(())
    }

    /// Tells owners, and their owners. What is gone has none: losing it was a change of its own.
    fn rise(&mut self) -> Result<(), DatabaseError> {
        while let Some(owned) = self.rising.pop() {
            let owner = match owned {
                Owned::Object((class, object)) => match self.state.class_by_key(class) {
                    Ok(class) => class.owner_of(self.connection, object)?,
                    Err(_) => None,
                },
                Owned::Container(key) => container::read(self.connection, key)?.map(|row| row.owner),
            };
            match owner {
                None => {}
                Some(Owner::Property { property, object }) => self.rise_to_property(&owned, property, object),
                Some(Owner::Entry { container, entry }) => self.rise_to_entry(container, entry),
            }
        }
        Ok(())
    }

    fn rise_to_property(&mut self, owned: &Owned, property: PropertyKey, object: ObjectKey) {
        let Ok((class, _)) = self.state.property_anywhere(property) else { return };
        let holder = (class.key, object);
        match owned {
            Owned::Container(key) => {
                self.fields.insert((holder, property), *key);
            }
            Owned::Object(_) => {}
        }
        let modified = self.modified.entry(holder).or_default();
        let is_first = modified.is_empty();
        modified.insert(property);
        if is_first && class.kind == ClassKind::Embedded {
            self.rising.push(Owned::Object(holder));
        }
    }

    fn rise_to_entry(&mut self, container: ContainerKey, entry: EntryKey) {
        let inside = self.inside.entry(container).or_default();
        let is_first = inside.is_empty() && !self.collections.contains_key(&container);
        inside.insert(entry);
        if is_first {
            self.rising.push(Owned::Container(container));
        }
    }

    fn fate(&self, object: Object) -> &Fate {
        self.objects.get(&object).map_or(&Fate::Kept, |notes| &notes.fate)
    }

    fn of_object(&self, object: Object) -> Option<ObjectChanges> {
        match self.fate(object) {
            Fate::Erased(_) | Fate::Replaced(_) => Some(ObjectChanges::Deleted),
            Fate::Made => None,
            Fate::Kept => {
                let modified = self.modified.get(&object)?;
                Some(ObjectChanges::Modified(modified.iter().copied().collect()))
            }
        }
    }

    fn of_class(&self, class: ClassKey) -> Result<Option<ClassChanges>, DatabaseError> {
        let mut changes = ClassChanges::default();
        let of_class = (class, ObjectKey(i64::MIN))..=(class, ObjectKey(i64::MAX));
        let noted = self.objects.range(of_class.clone()).map(|(object, _)| object);
        let objects: BTreeSet<&Object> = noted.chain(self.modified.range(of_class).map(|(object, _)| object)).collect();
        for object in objects {
            let is_there = match self.fate(*object) {
                Fate::Erased(key) => {
                    changes.deletions.push(key.clone());
                    continue;
                }
                Fate::Replaced(key) => {
                    changes.deletions.push(key.clone());
                    &mut changes.insertions
                }
                Fate::Made => &mut changes.insertions,
                Fate::Kept if self.modified.contains_key(object) => &mut changes.modifications,
                Fate::Kept => continue,
            };
            let Ok(class) = self.state.class_by_key(class) else { continue };
            is_there.extend(class.primary_key(self.connection, object.1)?);
        }
        Ok((!changes.is_empty()).then_some(changes))
    }

    fn of_collection(&self, container: Container) -> Result<Option<CollectionChanges>, DatabaseError> {
        let key = match container {
            Container::Nested(key) => key,
            Container::Property { class, object, property } => {
                let is_kept = match self.fate((class, object)) {
                    Fate::Kept => {
                        self.state.class_by_key(class).is_ok_and(|class| class.property_by_key(property).is_ok())
                    }
                    Fate::Made | Fate::Erased(_) | Fate::Replaced(_) => false,
                };
                if !is_kept {
                    return Ok(Some(CollectionChanges::Deleted));
                }
                match self.fields.get(&((class, object), property)) {
                    Some(&key) => key,
                    None => return Ok(None),
                }
            }
        };
        let mut changes = match self.collections.get(&key) {
            Some(changes) => changes.clone(),
            None => match container::read(self.connection, key)? {
                Some(row) => CollectionChanges::none(row.kind),
                None => return Ok(None),
            },
        };
        for &entry in self.inside.get(&key).into_iter().flatten() {
            self.state.add_inside(self.connection, &mut changes, entry)?;
        }
        Ok((!changes.is_empty()).then_some(changes))
    }
}
