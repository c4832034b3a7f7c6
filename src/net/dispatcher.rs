//! The thread on which applications are called, one call after another.

use std::sync::mpsc::{channel, Sender};
use std::thread::JoinHandle;

use crate::client::Notice;

pub(super) struct Dispatcher {
    thread: JoinHandle<()>,
}

impl Dispatcher {
    pub fn start() -> std::io::Result<(Dispatcher, Sender<Notice>)> {
        let (sender, notices) = channel::<Notice>();
        let run = move || notices.into_iter().for_each(Notice::deliver);
        let thread = std::thread::Builder::new().name("realm-callbacks".into()).spawn(run)?;
        Ok((Dispatcher { thread }, sender))
    }

    /// Waits for the last call, unless it is this one.
    pub fn join(self) {
        if self.thread.thread().id() != std::thread::current().id() {
            // A callback cannot panic across the C boundary; a Rust one that did has ended the thread.
            let _ = self.thread.join();
        }
    }
}
