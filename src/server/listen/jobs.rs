//! Runs jobs on the pool.

use std::rc::Rc;
use std::sync::Arc;

use super::Shell;
use crate::server::Job;

pub(super) fn start(shell: &Rc<Shell>, job: Job) {
    let shell_of_task = Rc::clone(shell);
    let mut jobs = shell.jobs.borrow_mut();
    // Those that have ended are forgotten here, so the set does not grow.
    while jobs.try_join_next().is_some() {}
    jobs.spawn_local(async move {
        let shell = shell_of_task;
        let folder = Arc::clone(&shell.folder);
        match tokio::task::spawn_blocking(move || job.run(&folder)).await {
            Ok(done) => {
                shell.router.borrow_mut().handle_done(shell.now(), done);
                shell.settle();
            }
            // A job catches its own panics, so this is a runtime that shuts down.
            Err(error) => tracing::error!(%error, "a job was lost"),
        }
    });
}
