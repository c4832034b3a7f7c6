//! Application callbacks that can be taken back: what runs, what may still run, and who waits for it.

use std::sync::{Arc, Weak};
use std::thread::ThreadId;

use parking_lot::{Condvar, Mutex};

/// A registered callback of type `F`, run on the dispatcher thread only.
struct Slot<F: ?Sized> {
    state: Mutex<State<F>>,
    ended: Condvar,
}

struct State<F: ?Sized> {
    callback: Option<Arc<F>>,
    /// The thread inside the callback now.
    running_on: Option<ThreadId>,
}

/// The callbacks of one kind of one session, in the order of their registration.
pub(super) struct Callbacks<F: ?Sized> {
    slots: Mutex<Vec<Arc<Slot<F>>>>,
}

impl<F: ?Sized> Default for Callbacks<F> {
    fn default() -> Self {
        Callbacks { slots: Mutex::new(Vec::new()) }
    }
}

/// Keeps one callback registered. Dropping it ends the callback without waiting.
pub struct CallbackToken {
    slot: Box<dyn Ends>,
}

impl CallbackToken {
    /// Ends the callback and waits until it is not running. From inside the callback it does not wait: the present
    /// call is the last one.
    pub fn remove(self) {
        self.slot.end_and_wait();
    }
}

impl Drop for CallbackToken {
    fn drop(&mut self) {
        self.slot.end();
    }
}

trait Ends: Send + Sync {
    fn end(&self);
    fn end_and_wait(&self);
}

impl<F: ?Sized + Send + Sync> Ends for Arc<Slot<F>> {
    fn end(&self) {
        // Dropped outside the lock: the callback's own data may call back into us.
        let callback = self.state.lock().callback.take();
        drop(callback);
    }

    fn end_and_wait(&self) {
        self.end();
        let here = std::thread::current().id();
        let mut state = self.state.lock();
        while state.running_on.is_some_and(|thread| thread != here) {
            self.ended.wait(&mut state);
        }
    }
}

impl<F: ?Sized + Send + Sync + 'static> Callbacks<F> {
    pub fn add(&self, callback: Arc<F>) -> CallbackToken {
        let state = Mutex::new(State { callback: Some(callback), running_on: None });
        let slot = Arc::new(Slot { state, ended: Condvar::new() });
        let mut slots = self.slots.lock();
        slots.retain(|slot| slot.state.lock().callback.is_some());
        slots.push(slot.clone());
        CallbackToken { slot: Box::new(slot) }
    }

    /// Whether nobody wants to be told.
    pub fn is_empty(&self) -> bool {
        let mut slots = self.slots.lock();
        slots.retain(|slot| slot.state.lock().callback.is_some());
        slots.is_empty()
    }

    /// Runs every callback that is still registered when its turn comes.
    pub fn call(&self, mut with: impl FnMut(&F)) {
        let slots: Vec<Weak<Slot<F>>> = self.slots.lock().iter().map(Arc::downgrade).collect();
        for slot in slots.iter().filter_map(Weak::upgrade) {
            let Some(callback) = slot.enter() else { continue };
            with(&callback);
            drop(callback);
            slot.leave();
        }
    }
}

impl<F: ?Sized> Slot<F> {
    fn enter(&self) -> Option<Arc<F>> {
        let mut state = self.state.lock();
        let callback = state.callback.clone()?;
        state.running_on = Some(std::thread::current().id());
        Some(callback)
    }

    fn leave(&self) {
        self.state.lock().running_on = None;
        self.ended.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    type Callback = dyn Fn() + Send + Sync;

    #[test]
    fn a_removed_callback_is_not_called_and_its_data_is_dropped_once() {
        let callbacks = Callbacks::<Callback>::default();
        let calls = Arc::new(AtomicUsize::new(0));
        let counted = calls.clone();
        let token = callbacks.add(Arc::new(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        callbacks.call(|callback| callback());
        token.remove();
        callbacks.call(|callback| callback());
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert_eq!(Arc::strong_count(&calls), 1);
    }

    #[test]
    fn a_callback_may_remove_itself() {
        let callbacks = Callbacks::<Callback>::default();
        let own = Arc::new(Mutex::new(None::<CallbackToken>));
        let inside = own.clone();
        *own.lock() = Some(callbacks.add(Arc::new(move || {
            let token = inside.lock().take();
            token.into_iter().for_each(CallbackToken::remove);
        })));
        callbacks.call(|callback| callback());
        assert!(own.lock().is_none());
        callbacks.call(|_| panic!("nothing is registered"));
    }

    #[test]
    fn remove_waits_for_a_running_callback() {
        let callbacks = Arc::new(Callbacks::<Callback>::default());
        let (entered, has_entered) = std::sync::mpsc::channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let may_go_on = Mutex::new(may_go_on);
        let finished = Arc::new(AtomicUsize::new(0));
        let counted = finished.clone();
        let token = callbacks.add(Arc::new(move || {
            entered.send(()).unwrap();
            may_go_on.lock().recv().unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
        }));
        let runner = std::thread::spawn({
            let callbacks = callbacks.clone();
            move || callbacks.call(|callback| callback())
        });
        has_entered.recv().unwrap();
        let remover = std::thread::spawn(move || {
            token.remove();
            finished.load(Ordering::SeqCst)
        });
        go_on.send(()).unwrap();
        assert_eq!(remover.join().unwrap(), 1);
        runner.join().unwrap();
    }
}
