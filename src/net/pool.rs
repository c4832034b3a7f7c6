//! Threads for database work, so that the network thread never waits for a disk.

use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;

use crate::client::{Job, JobDone, Place};

use super::dispatcher::{leave_calls_to, Call};

/// Jobs of different realms that run at the same time.
const THREADS: usize = 2;

/// A fixed number of threads, started with the first job. One that waits for the application's own writes to a file lends
/// its place to a further one, so that the other realms go on.
pub(super) struct Pool {
    done: Arc<dyn Fn(JobDone) + Send + Sync>,
    calls: Sender<Call>,
    running: Option<Running>,
}

struct Running {
    jobs: Sender<Job>,
    shared: Arc<Shared>,
}

struct Shared {
    done: Arc<dyn Fn(JobDone) + Send + Sync>,
    calls: Sender<Call>,
    waiting: Mutex<Receiver<Job>>,
    threads: Mutex<Threads>,
}

#[derive(Default)]
struct Threads {
    /// Of those that have ended, too, until the next one starts.
    handles: Vec<JoinHandle<()>>,
    /// How many have not ended.
    count: usize,
    /// How many of them wait for another writer.
    lent: usize,
}

impl Pool {
    pub fn new(done: Arc<dyn Fn(JobDone) + Send + Sync>, calls: Sender<Call>) -> Pool {
        Pool { done, calls, running: None }
    }

    pub fn run(&mut self, job: Job) -> std::io::Result<()> {
        let running = match &mut self.running {
            Some(running) => running,
            None => {
                let running = Running::start(&self.done, &self.calls)?;
                self.running.insert(running)
            }
        };
        running.jobs.send(job).map_err(|_| std::io::Error::other("the database threads ended"))
    }

    /// Carries out what is waiting, and ends the threads.
    pub fn join(self) {
        let Some(Running { jobs, shared }) = self.running else { return };
        drop(jobs);
        // Another one may start until the last has ended.
        while let Some(thread) = shared.next_handle() {
            // A job that panicked has ended its thread already; there is nothing to do about it here.
            let _ = thread.join();
        }
    }
}

impl Running {
    fn start(done: &Arc<dyn Fn(JobDone) + Send + Sync>, calls: &Sender<Call>) -> std::io::Result<Running> {
        let (jobs, waiting) = channel();
        let (waiting, threads) = (Mutex::new(waiting), Mutex::default());
        let shared = Arc::new(Shared { done: done.clone(), calls: calls.clone(), waiting, threads });
        for _ in 0..THREADS {
            shared.start_thread(&mut shared.threads.lock())?;
        }
        Ok(Running { jobs, shared })
    }
}

impl Shared {
    fn next_handle(&self) -> Option<JoinHandle<()>> {
        self.threads.lock().handles.pop()
    }

    fn start_thread(self: &Arc<Self>, threads: &mut Threads) -> std::io::Result<()> {
        let shared = self.clone();
        let run = move || {
            leave_calls_to(shared.calls.clone());
            shared.work();
        };
        let thread = std::thread::Builder::new().name("realm-store".into()).spawn(run)?;
        threads.handles.retain(|thread| !thread.is_finished());
        threads.handles.push(thread);
        threads.count += 1;
        Ok(())
    }

    fn work(self: &Arc<Self>) {
        loop {
            let job = self.waiting.lock().recv();
            let Ok(job) = job else { return };
            (self.done)(job.run_at(Arc::new(Turn(self.clone()))));
            let mut threads = self.threads.lock();
            if threads.count - threads.lent > THREADS {
                threads.count -= 1;
                return;
            }
        }
    }
}

/// Where a job runs.
struct Turn(Arc<Shared>);

impl Place for Turn {
    fn lend(&self) {
        let mut threads = self.0.threads.lock();
        threads.lent += 1;
        if threads.count - threads.lent < THREADS {
            if let Err(error) = self.0.start_thread(&mut threads) {
                tracing::error!(%error, "no further thread for database work could be started");
            }
        }
    }

    fn take_back(&self) {
        self.0.threads.lock().lent -= 1;
    }
}
