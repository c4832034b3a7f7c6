//! A thread on which applications are called, one call after another.

use std::cell::RefCell;
use std::io;
use std::sync::mpsc::{channel, Sender};
use std::thread::JoinHandle;

/// A call into the application.
pub type Call = Box<dyn FnOnce() + Send>;

/// Dropping it waits for the thread, which ends when every sender is gone and all that was sent is delivered. On the
/// thread itself, which is inside a call then, dropping it does not wait.
pub(super) struct Dispatcher {
    /// `None` once it is waited for.
    thread: Option<JoinHandle<()>>,
}

impl Dispatcher {
    pub fn start(name: &str) -> io::Result<(Dispatcher, Sender<Call>)> {
        let (sender, sent) = channel::<Call>();
        let run = move || sent.into_iter().for_each(|call| call());
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

thread_local! {
    /// Who makes the calls of this thread, where the application may wait for it.
    static CALLER: RefCell<Option<Sender<Call>>> = const { RefCell::new(None) };
}

/// From now to its end this thread leaves its calls to that dispatcher.
pub(super) fn leave_calls_to(calls: Sender<Call>) {
    CALLER.set(Some(calls));
}

/// Calls into the application: on the client's dispatcher thread where this is one of its other threads, in the order of
/// that thread's calls, and else now.
pub fn call_application(call: Call) {
    let calls = CALLER.with_borrow(Option::clone);
    match calls {
        // The dispatcher ends after the threads that leave it their calls.
        Some(calls) => drop(calls.send(call)),
        None => call(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread::{current, spawn};

    use super::*;

    #[test]
    fn a_thread_that_leaves_its_calls_to_a_dispatcher_makes_none_itself() {
        let (dispatcher, calls) = Dispatcher::start("dispatcher").unwrap();
        let (sender, made) = channel();
        let leaving = spawn(move || {
            leave_calls_to(calls);
            for number in 0..3 {
                let sender = sender.clone();
                call_application(Box::new(move || sender.send((number, current().id())).unwrap()));
            }
        });
        let this = leaving.thread().id();
        leaving.join().unwrap();
        drop(dispatcher);
        let (numbers, threads): (Vec<_>, Vec<_>) = made.into_iter().unzip();
        assert_eq!(numbers, [0, 1, 2]);
        assert!(threads.iter().all(|thread| *thread != this && *thread != current().id()));
    }

    #[test]
    fn any_other_thread_makes_its_calls_at_once() {
        let (sender, made) = channel();
        call_application(Box::new(move || sender.send(current().id()).unwrap()));
        assert_eq!(made.try_recv(), Ok(current().id()));
    }
}
