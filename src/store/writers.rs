//! The queue of a file's writers in this process, so that nobody waits inside SQLite.
//!
//! Rules: `docs/STORE.md`, "Writers and the gate".

use std::collections::VecDeque;
use std::sync::Arc;

use parking_lot::{Condvar, Mutex, MutexGuard};

use super::gate::{Cancelled, Permit};

/// First come, first served. Cloning shares the queue. Any thread.
#[derive(Debug, Clone, Default)]
pub struct Writers {
    queue: Arc<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    line: Mutex<Line>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Line {
    is_held: bool,
    next_ticket: u64,
    waiting: VecDeque<u64>,
}

/// The right to write; given back when dropped, by whichever thread.
#[derive(Debug)]
pub struct WriteTurn {
    writers: Writers,
}

impl Writers {
    pub fn new() -> Writers {
        Writers::default()
    }

    /// Waits for the turn until the permit is cancelled.
    pub fn acquire(&self, permit: &Permit) -> Result<WriteTurn, Cancelled> {
        permit.watch(self)?;
        let mut has_lent = false;
        let turn = self.wait(
            || permit.is_cancelled(),
            || {
                has_lent = true;
                if let Some(place) = permit.place() {
                    place.lend();
                }
            },
        );
        permit.unwatch(self);
        if let Some(place) = permit.place().filter(|_| has_lent) {
            place.take_back();
        }
        turn.ok_or(Cancelled)
    }

    /// Waits for the turn as long as it takes.
    pub fn acquire_uncancelled(&self) -> WriteTurn {
        loop {
            if let Some(turn) = self.wait(|| false, || {}) {
                return turn;
            }
        }
    }

    /// `before_waiting` is called once where the turn is not to be had at once.
    fn wait(&self, is_cancelled: impl Fn() -> bool, before_waiting: impl FnOnce()) -> Option<WriteTurn> {
        let mut before_waiting = Some(before_waiting);
        let mut line = self.queue.line.lock();
        let ticket = line.next_ticket;
        line.next_ticket += 1;
        line.waiting.push_back(ticket);
        loop {
            if is_cancelled() {
                line.waiting.retain(|&other| other != ticket);
                // The one behind may be the first now.
                self.queue.changed.notify_all();
                return None;
            }
            if !line.is_held && line.waiting.front() == Some(&ticket) {
                line.waiting.pop_front();
                line.is_held = true;
                return Some(WriteTurn { writers: self.clone() });
            }
            match before_waiting.take() {
                Some(before_waiting) => MutexGuard::unlocked(&mut line, before_waiting),
                None => self.queue.changed.wait(&mut line),
            }
        }
    }

    /// Makes everybody in the line look again whether they are cancelled.
    pub(super) fn wake(&self) {
        // Under the lock, else a waiter between its check and its wait would miss it.
        let _line = self.queue.line.lock();
        self.queue.changed.notify_all();
    }

    /// How many wait for their turn now.
    pub fn waiting(&self) -> usize {
        self.queue.line.lock().waiting.len()
    }

    pub(super) fn is_same(&self, other: &Writers) -> bool {
        Arc::ptr_eq(&self.queue, &other.queue)
    }
}

impl Drop for WriteTurn {
    fn drop(&mut self) {
        self.writers.queue.line.lock().is_held = false;
        self.writers.queue.changed.notify_all();
    }
}
