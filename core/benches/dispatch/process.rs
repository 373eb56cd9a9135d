//! The resources of this process, if the system reports them.

use std::time::Duration;

/// The memory of this process, now and at its peak.
pub fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok());
        kib.map_or("unknown".to_owned(), |kib: f64| {
            format!("{:.1} MiB", kib / 1024.0)
        })
    };
    format!("{} resident, at most {}", value("VmRSS:"), value("VmHWM:"))
}

/// The CPU time of this process so far.
pub fn processor_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let ticks: u64 = stat
        .rsplit(") ")
        .next()
        .into_iter()
        .flat_map(|fields| fields.split(' ').skip(11).take(2))
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
