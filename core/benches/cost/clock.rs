//! The CPU time of a thread.

use std::time::Instant;

/// How long some work took, in microseconds.
pub struct Spent {
    pub cpu: f64,
    pub wall: f64,
}

impl Spent {
    pub fn on(work: impl FnOnce()) -> Self {
        let (cpu, wall) = (cpu_time(), Instant::now());
        work();
        Spent {
            cpu: cpu_time() - cpu,
            wall: wall.elapsed().as_secs_f64() * 1e6,
        }
    }
}

#[cfg(target_os = "linux")]
fn cpu_time() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e6 + now.tv_nsec as f64 / 1e3
}

/// On other systems the wall time is used: the sides can still be compared.
#[cfg(not(target_os = "linux"))]
fn cpu_time() -> f64 {
    use std::sync::OnceLock;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e6
}

/// Threads that are started later stay on the core too.
#[cfg(target_os = "linux")]
pub fn pin_to_one_core() {
    let mut one = rustix::thread::CpuSet::new();
    one.set(0);
    if let Err(error) = rustix::thread::sched_setaffinity(None, &one) {
        println!("not pinned to one core: {error}");
    }
}

#[cfg(not(target_os = "linux"))]
pub fn pin_to_one_core() {}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
