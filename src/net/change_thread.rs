//! The thread on which applications are told what commits change, for all realms of the process: a realm need not have
//! a client.

use std::io;
use std::sync::mpsc::Sender;
use std::sync::{Arc, Weak};

use parking_lot::Mutex;

use super::dispatcher::{Call, Dispatcher};

/// A share in the thread. It starts with the first share, and has ended when dropping the last one returns, unless that
/// was dropped in a call: then it ends after the call. Whoever holds a sender must drop it before its share.
#[derive(Clone)]
pub struct ChangeThread(Arc<Running>);

struct Running {
    /// Before the dispatcher, which waits until it is gone.
    calls: Sender<Call>,
    _dispatcher: Dispatcher,
}

static RUNNING: Mutex<Weak<Running>> = Mutex::new(Weak::new());

impl ChangeThread {
    pub fn share() -> io::Result<ChangeThread> {
        let mut running = RUNNING.lock();
        if let Some(running) = running.upgrade() {
            return Ok(ChangeThread(running));
        }
        let (dispatcher, calls) = Dispatcher::start("realm-changes")?;
        let started = Arc::new(Running { calls, _dispatcher: dispatcher });
        *running = Arc::downgrade(&started);
        Ok(ChangeThread(started))
    }

    /// Where calls are sent to, which are made in this order.
    pub fn calls(&self) -> Sender<Call> {
        self.0.calls.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    /// One at a time: the thread is the process's.
    static ALONE: Mutex<()> = Mutex::new(());

    #[test]
    fn every_share_is_in_one_thread_which_has_ended_when_the_last_is_dropped() {
        let _alone = ALONE.lock();
        let (first, second) = (ChangeThread::share().unwrap(), ChangeThread::share().unwrap());
        let (sender, made) = channel();
        for share in [&first, &second] {
            let sender = sender.clone();
            share.calls().send(Box::new(move || sender.send(std::thread::current().id()).unwrap())).unwrap();
        }
        drop((first, second, sender));
        let threads: Vec<_> = made.try_iter().collect();
        assert_eq!(threads.len(), 2, "what was sent is delivered before the thread ends");
        assert_eq!(threads[0], threads[1]);
        assert!(RUNNING.lock().upgrade().is_none());
    }

    #[test]
    fn the_last_share_may_be_dropped_in_a_call() {
        let _alone = ALONE.lock();
        let share = ChangeThread::share().unwrap();
        let calls = share.calls();
        let (sender, made) = channel();
        let last = Box::new(move || {
            drop(share);
            sender.send(()).unwrap();
        });
        calls.send(last).unwrap();
        assert!(made.recv().is_ok());
    }
}
