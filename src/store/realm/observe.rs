//! Observing what commits change.
//!
//! Rules: `docs/STORE.md`, "Change reports".

use std::sync::Arc;

use crate::schema::ClassKind;
use crate::store::error::{Failure, StoreError};
use crate::store::observers::{Observation, Observer};
use crate::store::refusal::Refusal;
use crate::store::state::Container;
use crate::store::Observed;

use super::collection::subject;
use super::read::{find_class, refused};
use super::Realm;

impl Realm {
    /// Tells the observer what every later commit to the file changes in an object, a collection or a class, whoever in
    /// this process makes it. Waits for a writer at work; refused within this handle's own write transaction. Ends with
    /// the observation, with what is observed, and with the last handle of the file.
    pub fn observe(&mut self, observed: Observed, observer: Arc<dyn Observer>) -> Result<Observation, StoreError> {
        if self.write.is_some() {
            return Err(StoreError::AlreadyWriting);
        }
        let turn = self.file.writers.acquire_uncancelled();
        self.state.refresh(&self.connection)?;
        self.check_observed(observed)?;
        let observation = self.file.observers.add(observed, observer);
        drop(turn);
        Ok(observation)
    }

    fn check_observed(&self, observed: Observed) -> Result<(), StoreError> {
        match observed {
            Observed::Class(class) => {
                let class = find_class(&self.state, class)?;
                match class.kind {
                    ClassKind::TopLevel => Ok(()),
                    ClassKind::Embedded | ClassKind::Asymmetric => {
                        let reason = Refusal::ClassNotTopLevel { class: class.name.clone(), kind: class.kind.name() };
                        Err(refused(class.name.clone(), reason))
                    }
                }
            }
            Observed::Object(class, object) => match self.exists(class, object)? {
                true => Ok(()),
                false => Err(refused(find_class(&self.state, class)?.name.clone(), Refusal::NoSuchObject)),
            },
            Observed::Collection(container) => self.check_container(container),
        }
    }

    fn check_container(&self, container: Container) -> Result<(), StoreError> {
        let failed = |failure: Failure| failure.of(|| subject(&self.state, container));
        self.state.open(&self.connection, container).map(|_| ()).map_err(failed)
    }
}
