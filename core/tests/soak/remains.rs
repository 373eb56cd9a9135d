//! The resources of a process: descriptors, threads, memory.

use std::thread;
use std::time::{Duration, Instant};

/// How many KiB the memory may grow between the first tenth of the calls and the last: the
/// allocator keeps memory for every thread, and how much is random.
const MARGIN: u64 = 16 * 1_024;
/// Server threads see the end of their connections a little later.
const SETTLING: Duration = Duration::from_secs(10);

/// All zero if the system does not report them.
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
            memory_kib: crate::isolated::memory("VmRSS"),
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

    /// Waits until no more is held than `before`, or until the time is up.
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

    /// Checks that there are no more descriptors and threads than `before`.
    pub fn assert_nothing_left(&self, before: &Self) {
        assert!(self.descriptors <= before.descriptors, "descriptors");
        assert!(self.threads <= before.threads, "threads");
    }

    /// Checks that the memory did not grow beyond the margin.
    pub fn assert_no_more_memory(&self, earlier: &Self) {
        assert!(self.memory_kib <= earlier.memory_kib + MARGIN, "memory");
    }
}
