//! A child process on a disk that counts, dies, fills up or cannot be written.

use std::path::Path;
use std::process::{ExitStatus, Stdio};

use crate::child::child;
pub use crate::child::child_folder;

/// What the child's disk does; operations are numbered from 1.
#[derive(Clone, Copy)]
pub enum Disk<'a> {
    Logs(&'a Path),
    DiesAt(u32),
    IsFullAt(u32),
    IsReadOnly,
}

/// Runs the named test of this binary once more, in a child whose files below `folder` lie on `disk`.
pub fn run_child(test: &str, folder: &Path, disk: Disk<'_>) -> ExitStatus {
    let mut command = child(test, folder);
    match disk {
        Disk::Logs(path) => command.env("DISK_LOG", path),
        Disk::DiesAt(operation) => command.env("DISK_DIE_AT", operation.to_string()),
        Disk::IsFullAt(operation) => command.env("DISK_FULL_AT", operation.to_string()),
        Disk::IsReadOnly => command.env("DISK_READ_ONLY", "yes"),
    };
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
}
