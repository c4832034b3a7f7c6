//! Database work that asks before each of its disk operations, in a child process on such a disk (`tests/store/disk.c`).

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use realm_sync::client::{Job, JobDone};

pub struct AskingDisk {
    ours: UnixStream,
    disks: UnixStream,
}

/// Says that work is over, however it ends.
struct End(UnixStream);

impl Drop for End {
    fn drop(&mut self) {
        self.0.write_all(b".").unwrap();
    }
}

impl AskingDisk {
    /// The disk of this process.
    pub fn here() -> &'static AskingDisk {
        static DISK: OnceLock<AskingDisk> = OnceLock::new();
        DISK.get_or_init(|| {
            let (ours, disks) = UnixStream::pair().unwrap();
            std::env::set_var("DISK_ASKS", disks.as_raw_fd().to_string());
            AskingDisk { ours, disks }
        })
    }

    /// Runs the job on a thread that stands still at each operation until `at_operation` returns.
    pub fn run(&self, job: Job, mut at_operation: impl FnMut()) -> JobDone {
        let end = End(self.disks.try_clone().unwrap());
        let work = move || {
            let _end = end;
            job.run()
        };
        let work = std::thread::Builder::new().name("store".into()).spawn(work).unwrap();
        let mut question = [0];
        loop {
            (&self.ours).read_exact(&mut question).unwrap();
            if question == *b"." {
                return work.join().unwrap();
            }
            at_operation();
            (&self.ours).write_all(&question).unwrap();
        }
    }
}

/// What a process that died left of a realm.
pub struct LeftBehind(Vec<(PathBuf, Vec<u8>)>);

impl LeftBehind {
    pub fn now(realm: &Path) -> LeftBehind {
        // The next process makes the index of the log anew.
        let files = files_of(realm).into_iter().filter(|path| !path.to_str().unwrap().ends_with("-shm"));
        LeftBehind(files.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect())
    }

    /// Takes back what was done since.
    pub fn restore(self, realm: &Path) {
        files_of(realm).iter().for_each(|path| std::fs::remove_file(path).unwrap());
        self.0.into_iter().for_each(|(path, bytes)| std::fs::write(path, bytes).unwrap());
    }
}

fn files_of(realm: &Path) -> Vec<PathBuf> {
    let name = realm.file_name().unwrap().to_str().unwrap();
    let entries = std::fs::read_dir(realm.parent().unwrap()).unwrap().map(|entry| entry.unwrap().path());
    let is_of_it = |path: &PathBuf| path.is_file() && path.file_name().unwrap().to_str().unwrap().starts_with(name);
    entries.filter(is_of_it).collect()
}
