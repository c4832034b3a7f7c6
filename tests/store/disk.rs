//! A child process on a disk that counts, dies, fills up or cannot be written (`disk.c`).

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::OnceLock;

/// Set in the child: the folder of its realm.
const FOLDER: &str = "DISK_FOLDER";

/// What the child's disk does; operations are numbered from 1.
#[derive(Clone, Copy)]
pub enum Disk<'a> {
    Logs(&'a Path),
    DiesAt(u32),
    IsFullAt(u32),
    IsReadOnly,
}

/// The folder to work in, when this process is the child.
pub fn child_folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs the named test of this binary once more, in a child whose files below `folder` lie on `disk`.
pub fn run_child(test: &str, folder: &Path, disk: Disk<'_>) -> ExitStatus {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(FOLDER, folder).env("LD_PRELOAD", library());
    match disk {
        Disk::Logs(path) => command.env("DISK_LOG", path),
        Disk::DiesAt(operation) => command.env("DISK_DIE_AT", operation.to_string()),
        Disk::IsFullAt(operation) => command.env("DISK_FULL_AT", operation.to_string()),
        Disk::IsReadOnly => command.env("DISK_READ_ONLY", "yes"),
    };
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
}

/// Builds the disk once for this process.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/store/disk.c");
        let library = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("disk-{}.so", std::process::id()));
        let mut command = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        command.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(&library).arg(source).arg("-ldl");
        assert!(command.status().unwrap().success());
        library
    })
}
