//! Threads for database work, so that the network thread never waits for a disk.

use std::sync::mpsc::{channel, Receiver, Sender};
use std::sync::Arc;
use std::thread::JoinHandle;

use parking_lot::Mutex;

use crate::client::{Job, JobDone};

use super::dispatcher::{leave_calls_to, Call};

/// Jobs of different realms that run at the same time.
const THREADS: usize = 2;

/// A fixed number of threads, started with the first job.
pub(super) struct Pool {
    done: Arc<dyn Fn(JobDone) + Send + Sync>,
    calls: Sender<Call>,
    running: Option<Running>,
}

struct Running {
    jobs: Sender<Job>,
    threads: Vec<JoinHandle<()>>,
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
        let Some(Running { jobs, threads }) = self.running else { return };
        drop(jobs);
        for thread in threads {
            // A job that panicked has ended its thread already; there is nothing to do about it here.
            let _ = thread.join();
        }
    }
}

impl Running {
    fn start(done: &Arc<dyn Fn(JobDone) + Send + Sync>, calls: &Sender<Call>) -> std::io::Result<Running> {
        let (jobs, waiting) = channel();
        let waiting = Arc::new(Mutex::new(waiting));
        let threads = (0..THREADS).map(|_| {
            let (waiting, done, calls) = (waiting.clone(), done.clone(), calls.clone());
            let run = move || {
                leave_calls_to(calls);
                work(&waiting, &*done);
            };
            std::thread::Builder::new().name("realm-store".into()).spawn(run)
        });
        Ok(Running { jobs, threads: threads.collect::<std::io::Result<_>>()? })
    }
}

fn work(waiting: &Mutex<Receiver<Job>>, done: &(dyn Fn(JobDone) + Send + Sync)) {
    loop {
        let job = waiting.lock().recv();
        let Ok(job) = job else { return };
        done(job.run());
    }
}
