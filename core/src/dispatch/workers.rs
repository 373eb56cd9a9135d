//! The threads, and the jobs that wait for one.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// Enough for a call: measured stacks of 64 to 256 KiB serve alike, and TLS needs some.
const STACK: usize = 256 * 1024;
/// A worker that found nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(10);

pub(super) type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Workers {
    state: Mutex<State>,
    /// A worker ended.
    ended: Condvar,
    pub(super) limit: usize,
    /// How long a worker waits for a job.
    pub(super) idle: Duration,
}

#[derive(Default)]
pub(super) struct State {
    /// By number, which is the order in which they came.
    queue: BTreeMap<u64, Job>,
    last: u64,
    pub(super) threads: usize,
    /// Those that wait for a job and were not called for one. The last to come is the
    /// first to go: with few jobs the others stay idle long enough to end.
    pub(super) idle: Vec<Thread>,
    stopped: bool,
    /// Nobody can give another job.
    abandoned: bool,
}

impl Workers {
    pub fn new(limit: usize) -> Self {
        Workers {
            state: Mutex::default(),
            ended: Condvar::new(),
            limit: limit.max(1),
            idle: IDLE,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // No job runs under the lock, so a panic cannot leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts `job` in the queue and sees to it that somebody takes it; its number.
    pub fn give(self: &Arc<Self>, job: Job) -> Result<u64, (Error, Job)> {
        let mut state = self.lock();
        if state.stopped {
            drop(state);
            let message = "the client's workers were stopped";
            return Err((Error::new(ErrorKind::Internal, message), job));
        }
        state.last += 1;
        let number = state.last;
        state.queue.insert(number, job);
        if let Some(worker) = state.idle.pop() {
            drop(state);
            worker.unpark();
        } else if state.threads < self.limit {
            state.threads += 1;
            drop(state);
            self.start_worker(number)?;
        }
        Ok(number)
    }

    /// Starts a worker, which is counted already, for the job `number`.
    fn start_worker(self: &Arc<Self>, number: u64) -> Result<(), (Error, Job)> {
        let workers = Arc::clone(self);
        let started = thread::Builder::new()
            .name("neura-worker".to_owned())
            .stack_size(STACK)
            .spawn(move || workers.work());
        let Err(error) = started else {
            return Ok(());
        };
        let mut state = self.lock();
        state.threads -= 1;
        self.ended.notify_all();
        if state.threads > 0 {
            return Ok(()); // The job waits for one of those that run.
        }
        // Others counted on a worker that was about to start, in vain.
        let mut queue = std::mem::take(&mut state.queue);
        drop(state);
        match queue.remove(&number) {
            Some(job) => {
                let message = format!(
                    "the system gives no thread for the call ({error}). Are there limits on \
                     threads or memory?"
                );
                Err((Error::new(ErrorKind::Internal, message), job))
            }
            None => Ok(()),
        }
    }

    /// The job `number`, if no worker has taken it.
    pub fn withdraw(&self, number: u64) -> Option<Job> {
        self.lock().queue.remove(&number)
    }

    /// Lets the workers end when nothing is left to do.
    pub fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        call_all(state);
    }

    /// See [`Dispatcher::shutdown`](super::Dispatcher::shutdown).
    pub fn shutdown(&self, wait: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        state.stopped = true;
        let dropped = std::mem::take(&mut state.queue);
        call_all(state);
        drop(dropped); // A job's own drop may take locks: not under ours.
        let mut state = self.lock();
        while state.threads > 0 {
            let left = wait.saturating_sub(started.elapsed());
            if left.is_zero() {
                return false;
            }
            state = self
                .ended
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some((_, job)) = state.queue.pop_first() {
                drop(state);
                // The job answers for its own panic; the worker must outlive it, and what it
                // carries may panic once more when it is dropped.
                if let Err(payload) = catch_unwind(AssertUnwindSafe(job)) {
                    std::mem::forget(payload);
                }
                state = self.lock();
            } else if state.stopped || state.abandoned {
                break;
            } else {
                let called;
                (state, called) = self.rest(state);
                if !called && state.queue.is_empty() {
                    break;
                }
            }
        }
        // Under the same lock as the last look at the queue: a job that came in between
        // would wait for a worker that has gone.
        state.threads -= 1;
        self.ended.notify_all();
    }

    /// Waits for a call, or until it was long enough without one; says which.
    fn rest<'a>(&'a self, mut state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        let (me, since) = (thread::current(), Instant::now());
        state.idle.push(me.clone());
        loop {
            drop(state);
            // May return early for many reasons; the list alone tells.
            thread::park_timeout(self.idle.saturating_sub(since.elapsed()));
            state = self.lock();
            let Some(place) = state.idle.iter().rposition(|idle| idle.id() == me.id()) else {
                return (state, true);
            };
            if since.elapsed() >= self.idle {
                state.idle.remove(place);
                return (state, false);
            }
        }
    }
}

/// Calls every idle worker to see what has changed.
fn call_all(mut state: MutexGuard<'_, State>) {
    let idle = std::mem::take(&mut state.idle);
    drop(state);
    for worker in idle {
        worker.unpark();
    }
}

impl fmt::Debug for Workers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Dispatcher")
            .field("limit", &self.limit)
            .field("workers", &state.threads)
            .field("idle", &state.idle.len())
            .field("waiting", &state.queue.len())
            .finish_non_exhaustive()
    }
}
