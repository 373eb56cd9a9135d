//! The thread that writes what no reply has written in time: a program may make one call and then
//! none for hours.
//!
//! It is started by the first count, sleeps until the oldest one must be written, and ends when all
//! are. Nobody waits for it: the end of the process writes what is left, and ends a thread that
//! sleeps. A child of `fork` starts its own. If the system refuses a thread, the next reply writes.

use std::sync::atomic::{AtomicBool, Ordering, fence};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use neura_transport::Event;

use super::{PATIENCE, UsageLog, Write, logs, now};
use crate::config::Environment;
use crate::redact::quoted;

/// The time between two writes of a process, in milliseconds. Source: design.md, usage across
/// programs.
const INTERVAL: u64 = 60_000;
/// A shorter one, in seconds. None is longer: `neura keys rotate --finish` relies on that.
const VARIABLE: &str = "NEURA_USAGE_INTERVAL";
/// The wait after a write that had no turn.
const RETRY: Duration = Duration::from_secs(1);
/// How often it is looked whether the thread has ended.
const NAP: Duration = Duration::from_micros(200);
const STACK: usize = 256 * 1024;

/// What the thread and the others of its process share.
#[derive(Default)]
pub(super) struct Clock {
    runs: AtomicBool,
    look: Event,
    /// The thread that was started last.
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Clock {
    /// Waits for the end of the thread. It goes on if another thread counted meanwhile.
    fn wait_for_end(&self, end: Instant) {
        let Some(thread) = self.thread().take() else {
            return;
        };
        while !thread.is_finished() {
            if Instant::now() >= end {
                *self.thread() = Some(thread);
                return;
            }
            thread::sleep(NAP);
        }
        let _ = thread.join();
    }

    fn thread(&self) -> MutexGuard<'_, Option<JoinHandle<()>>> {
        self.thread.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Writes what is not written yet, so that the thread ends, and waits for that; at most 50 ms for each
/// file. For Python, which warns when a process with more than one thread forks.
pub fn before_fork() {
    for log in logs().iter() {
        if let Some(clock) = log.clock.known()
            && clock.runs.load(Ordering::Relaxed)
        {
            log.write(&Write::BY_THE_CLOCK);
            clock.look.notify();
            clock.wait_for_end(Instant::now() + PATIENCE);
        }
    }
}

/// The time that the variable gives. One that cannot be used is reported.
pub(super) fn interval(environment: &Environment, report: fn(&str)) -> u64 {
    let Some(given) = environment.get(VARIABLE).filter(|given| !given.is_empty()) else {
        return INTERVAL;
    };
    let seconds = given
        .to_str()
        .and_then(|text| text.trim().parse::<f64>().ok());
    match seconds.map(|seconds| (seconds * 1_000.0) as u64) {
        Some(millis) if (1..=INTERVAL).contains(&millis) => millis,
        _ => {
            let (given, most) = (quoted(&given.to_string_lossy()), INTERVAL / 1_000);
            report(&format!(
                "{VARIABLE} must be seconds, at most {most}, not {given}; {most} is used"
            ));
            INTERVAL
        }
    }
}

impl UsageLog {
    /// Makes sure that what was just counted is written in time.
    pub(super) fn start_clock(self: &Arc<Self>) {
        let clock = self.clock.get(|_| Arc::default());
        // The thread looks for counts after it said that it ends: it sees this one, or this sees
        // that it ends.
        fence(Ordering::SeqCst);
        if clock.runs.load(Ordering::Relaxed) || clock.runs.swap(true, Ordering::AcqRel) {
            return;
        }
        let log = Arc::clone(self);
        let started = thread::Builder::new()
            .name("neura-usage".to_owned())
            .stack_size(STACK)
            .spawn(move || log.keep_time());
        match started {
            Ok(thread) => *clock.thread() = Some(thread),
            Err(_) => clock.runs.store(false, Ordering::Release),
        }
    }

    /// Lets the thread end if all is written.
    pub(super) fn look_again(&self) {
        if let Some(clock) = self.clock.known() {
            clock.look.notify();
        }
    }

    fn keep_time(&self) {
        let clock = Arc::clone(&self.clock.get(|_| Arc::default()));
        loop {
            let seen = clock.look.count();
            let Some(wait) = self.until_due() else {
                clock.runs.store(false, Ordering::Relaxed);
                fence(Ordering::SeqCst);
                if self.until_due().is_none() || clock.runs.swap(true, Ordering::AcqRel) {
                    return;
                }
                continue;
            };
            if !wait.is_zero() {
                clock.look.wait(seen, wait);
                continue;
            }
            self.write(&Write::BY_THE_CLOCK);
            if self.until_due().is_some_and(|wait| wait.is_zero()) {
                clock.look.wait(seen, RETRY);
            }
        }
    }

    /// The time until the oldest count must be written; `None` if all are.
    fn until_due(&self) -> Option<Duration> {
        let keys = self.keys.load();
        let first = keys.iter().filter_map(|key| key.counts().first()).min()?;
        let (now, next) = (now(), self.next.load(Ordering::Relaxed));
        let due = match next >= first {
            true => next,
            // It is written with its reply, unless that takes too long.
            false => first.saturating_add(self.interval),
        };
        let wait = due.saturating_sub(now);
        // A clock that was set back.
        let wait = if wait > self.interval { 0 } else { wait };
        Some(Duration::from_millis(wait))
    }
}
