//! The rounds, and the clock.

use std::io::{BufRead, Write};
use std::thread;
use std::time::Instant;

use rustix::time::{ClockId, clock_gettime};

use crate::setting::{Call, Setting, Side};

/// Prints `ready`, then for each line with a number does so many calls and prints the nanoseconds of CPU
/// time that the process used, all its threads together, and the nanoseconds that passed.
pub fn run(mut side: Side, setting: &Setting) {
    let expected = side.expected.unwrap_or_else(|| side.calls[0]());
    println!("ready");
    for line in std::io::stdin().lock().lines() {
        let calls: usize = line.unwrap().trim().parse().unwrap();
        let (cpu, wall) = (cpu_time(), Instant::now());
        round(&mut side.calls, calls, expected, setting.threads);
        let (cpu, wall) = (cpu_time() - cpu, wall.elapsed().as_nanos());
        println!("{cpu} {wall}");
        std::io::stdout().flush().unwrap();
    }
}

fn round(ready: &mut [Call], calls: usize, expected: usize, threads: usize) {
    if let [one] = ready {
        return many(one, calls, expected);
    }
    thread::scope(|scope| {
        for (at, call) in ready.iter_mut().enumerate() {
            let share = calls / threads + usize::from(at < calls % threads);
            scope.spawn(move || many(call, share, expected));
        }
    });
}

fn many(call: &mut Call, calls: usize, expected: usize) {
    for _ in 0..calls {
        assert_eq!(call(), expected, "this side did not get the answer");
    }
}

/// In nanoseconds.
fn cpu_time() -> i64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}
