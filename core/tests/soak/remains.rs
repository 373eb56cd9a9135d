//! What a process holds: descriptors, threads, memory.

use std::thread;
use std::time::{Duration, Instant};

/// So many KiB the memory may grow between the first tenth of the calls and the last: the
/// allocator keeps parts of its own for every thread and fills them by chance.
const MARGIN: u64 = 16 * 1_024;
/// Threads of the server see the end of their connections a little later.
const SETTLING: Duration = Duration::from_secs(10);

/// Counted where the system tells, all zero elsewhere.
#[derive(Debug)]
pub struct Remains {
    descriptors: usize,
    threads: usize,
    memory_kib: u64,
}

impl Remains {
    #[cfg(target_os = "linux")]
    pub fn now() -> Self {
        let count = |folder: &str| std::fs::read_dir(folder).unwrap().count();
        Remains {
            descriptors: count("/proc/self/fd"),
            threads: count("/proc/self/task"),
            memory_kib: crate::alone::memory("VmRSS"),
        }
    }

    #[cfg(not(target_os = "linux"))]
    pub fn now() -> Self {
        Remains {
            descriptors: 0,
            threads: 0,
            memory_kib: 0,
        }
    }

    /// As soon as no more is held than `before`, or when that has not come in time.
    pub fn settled(before: &Self) -> Self {
        let started = Instant::now();
        loop {
            let now = Self::now();
            let settled = now.descriptors <= before.descriptors && now.threads <= before.threads;
            if settled || started.elapsed() > SETTLING {
                return now;
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// No descriptor and no thread more than `before`.
    pub fn assert_nothing_left(&self, before: &Self) {
        assert!(self.descriptors <= before.descriptors, "descriptors");
        assert!(self.threads <= before.threads, "threads");
    }

    /// The memory is as it was, but for the margin.
    pub fn assert_no_more_memory(&self, earlier: &Self) {
        assert!(self.memory_kib <= earlier.memory_kib + MARGIN, "memory");
    }
}
