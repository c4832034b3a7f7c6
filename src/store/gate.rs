//! What lets a session's database write through, and what `stop` closes.
//!
//! Rules: `docs/STORE.md`, "Writers and the gate".

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::Arc;

use parking_lot::{Condvar, Mutex};

use super::writers::Writers;

/// One per session, shared by the session and the store. Cloning shares it. Any thread.
#[derive(Debug, Clone, Default)]
pub struct Gate {
    inner: Arc<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    generation: AtomicU64,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Generation of the write that is past the point of no return.
    committing: Option<u64>,
    /// Queues in which a write of this session waits for its turn.
    waiting: Vec<Writers>,
}

/// Counts the stops of a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u64);

/// Leave for one write, valid until the gate moves on.
#[derive(Clone)]
pub struct Permit {
    gate: Gate,
    generation: u64,
    place: Option<Arc<dyn Place>>,
}

/// Where the thread of a write works: told while it waits for other writers, so that another takes its place.
pub trait Place: Send + Sync {
    fn lend(&self);
    fn take_back(&self);
}

/// The gate moved on: nothing was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the session was stopped before this write was committed")]
pub struct Cancelled;

/// Held while COMMIT runs; `Gate::settle` waits for it.
#[derive(Debug)]
pub struct CommitGuard<'a> {
    gate: &'a Gate,
}

impl Gate {
    pub fn new() -> Gate {
        Gate::default()
    }

    pub fn generation(&self) -> Generation {
        Generation(self.inner.generation.load(Ordering::SeqCst))
    }

    /// A permit of the current generation.
    pub fn permit(&self) -> Permit {
        self.permit_of(self.generation())
    }

    /// A permit of a generation read earlier; cancelled from the start when the gate has moved on since.
    pub fn permit_of(&self, generation: Generation) -> Permit {
        Permit { gate: self.clone(), generation: generation.0, place: None }
    }

    /// Moves the generation on: permits of older generations are cancelled, a write that waits for its turn gives up.
    /// Waits for nothing.
    pub fn close(&self) {
        let waiting = {
            let state = self.inner.state.lock();
            self.inner.generation.fetch_add(1, Ordering::SeqCst);
            state.waiting.clone()
        };
        for writers in waiting {
            writers.wake();
        }
    }

    /// Returns once no write of an older generation can commit any more; waits for nothing but a COMMIT that is
    /// executing.
    pub fn settle(&self) {
        let mut state = self.inner.state.lock();
        while state.committing.is_some_and(|generation| generation < self.inner.generation.load(Ordering::SeqCst)) {
            self.inner.changed.wait(&mut state);
        }
    }

    /// [`Gate::close`], then [`Gate::settle`].
    pub fn advance(&self) {
        self.close();
        self.settle();
    }
}

impl Permit {
    /// The same for a thread that lends its place while it waits.
    pub fn at(self, place: Arc<dyn Place>) -> Permit {
        Permit { place: Some(place), ..self }
    }

    pub(super) fn place(&self) -> Option<&dyn Place> {
        self.place.as_deref()
    }

    pub fn is_cancelled(&self) -> bool {
        self.gate.inner.generation.load(Ordering::SeqCst) != self.generation
    }

    /// The last check, right before COMMIT.
    pub fn enter_commit(&self) -> Result<CommitGuard<'_>, Cancelled> {
        let mut state = self.gate.inner.state.lock();
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        state.committing = Some(self.generation);
        Ok(CommitGuard { gate: &self.gate })
    }

    /// Asks to be woken in this queue when the gate moves on.
    pub(super) fn watch(&self, writers: &Writers) -> Result<(), Cancelled> {
        let mut state = self.gate.inner.state.lock();
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        state.waiting.push(writers.clone());
        Ok(())
    }

    pub(super) fn unwatch(&self, writers: &Writers) {
        let mut state = self.gate.inner.state.lock();
        if let Some(at) = state.waiting.iter().position(|other| other.is_same(writers)) {
            state.waiting.swap_remove(at);
        }
    }
}

impl Drop for CommitGuard<'_> {
    fn drop(&mut self) {
        self.gate.inner.state.lock().committing = None;
        self.gate.inner.changed.notify_all();
    }
}
