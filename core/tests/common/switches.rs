//! What Linux counts for a thread of this process: how often it went to sleep by itself, and its
//! processor time.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A thread of this process.
#[derive(Clone, Debug)]
pub struct Thread(PathBuf);

impl Thread {
    /// The thread that runs.
    pub fn current() -> Self {
        let own = fs::read_link("/proc/thread-self").unwrap();
        Thread(Path::new("/proc").join(own))
    }

    /// The thread with this name.
    pub fn named(name: &str) -> Self {
        let threads = fs::read_dir("/proc/self/task").unwrap();
        let paths = threads.map(|thread| thread.unwrap().path());
        let found = paths.into_iter().find(|path| {
            let of_path = fs::read_to_string(path.join("comm")).unwrap_or_default();
            of_path.trim_end() == name
        });
        Thread(found.unwrap_or_else(|| panic!("no thread is named {name}")))
    }

    /// Its processor time.
    pub fn spent(&self) -> Duration {
        let spent = fs::read_to_string(self.0.join("schedstat")).unwrap();
        let nanoseconds = spent.split(' ').next().unwrap();
        Duration::from_nanos(nanoseconds.parse().unwrap())
    }

    /// How often it went to sleep by itself.
    pub fn switches(&self) -> u64 {
        let status = fs::read_to_string(self.0.join("status")).unwrap();
        let mut lines = status.lines();
        let count = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
        count.unwrap().trim().parse().unwrap()
    }
}
