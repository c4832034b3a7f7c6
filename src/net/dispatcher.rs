//! A thread on which applications are called, one call after another.

use std::io;
use std::sync::mpsc::{channel, Sender};
use std::thread::JoinHandle;

/// Dropping it waits for the thread, which ends when every sender is gone and all that was sent is delivered. On the
/// thread itself, which is inside a call then, dropping it does not wait.
pub(super) struct Dispatcher {
    /// `None` once it is waited for.
    thread: Option<JoinHandle<()>>,
}

impl Dispatcher {
    pub fn start<T: Send + 'static>(name: &str, deliver: fn(T)) -> io::Result<(Dispatcher, Sender<T>)> {
        let (sender, sent) = channel::<T>();
        let run = move || sent.into_iter().for_each(deliver);
        let thread = std::thread::Builder::new().name(name.into()).spawn(run)?;
        Ok((Dispatcher { thread: Some(thread) }, sender))
    }
}

impl Drop for Dispatcher {
    fn drop(&mut self) {
        let Some(thread) = self.thread.take() else { return };
        if thread.thread().id() != std::thread::current().id() {
            // A callback cannot panic across the C boundary; a Rust one that did has ended the thread.
            let _ = thread.join();
        }
    }
}
