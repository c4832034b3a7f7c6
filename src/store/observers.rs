//! Who wants to know what the commits to a file change.
//!
//! Rules: `docs/STORE.md`, "Change reports".

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use parking_lot::Mutex;

use super::changes::{Changes, Observed};
use super::state::{ClassKey, Container, ObjectKey};

/// Is told of commits. Called on the thread that commits, while it keeps other writers waiting: it must neither wait
/// nor call into the store.
pub trait Observer: Send + Sync {
    fn notify(&self, changes: &Arc<Changes>);
}

/// The observers of one file in this process, whichever handle they came through.
#[derive(Default)]
pub(super) struct Observers {
    registered: Mutex<Registered>,
}

#[derive(Default)]
struct Registered {
    next_number: u64,
    observers: Vec<Registration>,
    /// What all of them need to know, `None` when there are none.
    interest: Option<Arc<Interest>>,
}

struct Registration {
    number: u64,
    observed: Observed,
    observer: Arc<dyn Observer>,
}

/// What the changes of a transaction are noted for.
#[derive(Debug, Default)]
pub(crate) struct Interest {
    pub(super) observed: HashSet<Observed>,
    classes: HashSet<ClassKey>,
    /// Objects that are observed, or have a collection that is.
    objects: HashSet<(ClassKey, ObjectKey)>,
}

/// Keeps an observer registered.
pub struct Observation {
    observers: Arc<Observers>,
    number: u64,
}

impl Observers {
    /// The caller has the turn of a writer: no transaction that began before can commit after this.
    pub(super) fn add(self: &Arc<Self>, observed: Observed, observer: Arc<dyn Observer>) -> Observation {
        let mut registered = self.registered.lock();
        registered.next_number += 1;
        let number = registered.next_number;
        registered.observers.push(Registration { number, observed, observer });
        registered.update_interest();
        Observation { observers: self.clone(), number }
    }

    pub(super) fn interest(&self) -> Option<Arc<Interest>> {
        self.registered.lock().interest.clone()
    }

    /// Tells of a commit, by the writer that made it and before its turn ends.
    pub(super) fn publish(&self, net: Vec<(Observed, Changes)>) {
        if net.is_empty() {
            return;
        }
        let mut registered = self.registered.lock();
        let mut ended = Vec::new();
        for (observed, changes) in net {
            let (is_last, changes) = (changes.is_last(), Arc::new(changes));
            for registration in registered.observers.iter().filter(|registration| registration.observed == observed) {
                registration.observer.notify(&changes);
            }
            if is_last {
                ended.extend(registered.observers.extract_if(.., |registration| registration.observed == observed));
            }
        }
        if !ended.is_empty() {
            registered.update_interest();
        }
        // An observer's end may be another's business: not under the lock.
        drop(registered);
        drop(ended);
    }
}

impl Registered {
    fn update_interest(&mut self) {
        let interest = Interest::of(self.observers.iter().map(|registration| registration.observed));
        self.interest = (!self.observers.is_empty()).then(|| Arc::new(interest));
    }
}

impl Drop for Observation {
    fn drop(&mut self) {
        let mut registered = self.observers.registered.lock();
        let at = registered.observers.iter().position(|registration| registration.number == self.number);
        let ended = at.map(|at| registered.observers.remove(at));
        if ended.is_some() {
            registered.update_interest();
        }
        drop(registered);
        drop(ended);
    }
}

impl Interest {
    fn of(all: impl Iterator<Item = Observed>) -> Interest {
        let mut interest = Interest::default();
        for observed in all {
            match observed {
                Observed::Class(class) => {
                    interest.classes.insert(class);
                }
                Observed::Object(class, object)
                | Observed::Collection(Container::Property { class, object, property: _ }) => {
                    interest.objects.insert((class, object));
                }
                Observed::Collection(Container::Nested(_)) => {}
            }
            interest.observed.insert(observed);
        }
        interest
    }

    /// Whether something observed depends on an object that no other object owns.
    pub(super) fn includes(&self, class: ClassKey, object: ObjectKey) -> bool {
        self.classes.contains(&class) || self.objects.contains(&(class, object))
    }

    pub(super) fn includes_class(&self, class: ClassKey) -> bool {
        self.classes.contains(&class) || self.objects.iter().any(|(other, _)| *other == class)
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.registered.lock().observers.len();
        formatter.debug_struct("Observers").field("count", &count).finish()
    }
}
