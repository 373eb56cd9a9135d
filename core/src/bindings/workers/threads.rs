//! The worker threads.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle, Thread, ThreadId};
use std::time::{Duration, Instant};

use neura_transport::Event;

use super::queue::{Ends, Job, Queue, Turn};
use super::timer;
use crate::error::{Error, ErrorKind};
use crate::exhausted;

/// Enough for a call with TLS; stacks of 64 to 256 KiB measured the same.
pub(super) const STACK: usize = 256 * 1024;
/// A worker ends after being idle for this long.
const IDLE: Duration = Duration::from_secs(10);

pub(super) struct Workers {
    state: Mutex<State>,
    /// Signalled when a worker or the timer ends.
    pub(super) ended: Condvar,
    /// Wakes the timer to check deadlines and tokens again.
    pub(super) hurried: Arc<Event>,
    pub(super) limit: usize,
    /// How long a worker stays idle before it ends.
    pub(super) idle: Duration,
}

#[derive(Default)]
pub(super) struct State {
    pub(super) queue: Queue,
    pub(super) threads: usize,
    /// The idle workers. The last to become idle gets the next job, so that with few jobs the
    /// others stay idle long enough to end.
    pub(super) idle: Vec<Thread>,
    stopped: bool,
    /// The last handle is dropped, so no other job can come.
    abandoned: bool,
    /// Whether a thread watches the deadlines of waiting jobs.
    pub(super) timer: bool,
    /// The threads, for [`Workers::shutdown`]; `None` for one that ended before it was noted.
    handles: HashMap<ThreadId, Option<JoinHandle<()>>>,
}

impl State {
    /// Notes a thread that was started.
    pub(super) fn note(&mut self, started: JoinHandle<()>) {
        let id = started.thread().id();
        if self.handles.remove(&id).is_none() {
            self.handles.insert(id, Some(started));
        }
    }

    /// Forgets the calling thread, which ends. A shutdown waits for it, so that it stays noted then.
    pub(super) fn leave(&mut self) {
        let id = thread::current().id();
        if !self.stopped && self.handles.remove(&id).is_none() {
            self.handles.insert(id, None);
        }
    }

    /// Whether no other job can come.
    pub(super) fn is_over(&self) -> bool {
        self.stopped || self.abandoned
    }
}

impl Workers {
    pub fn new(limit: usize) -> Self {
        Workers {
            state: Mutex::default(),
            ended: Condvar::new(),
            hurried: Arc::default(),
            limit: limit.max(1),
            idle: IDLE,
        }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // No job runs under the lock, so a panic cannot leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts `job` in the queue and makes sure that a worker takes it, or the timer when it `ends`;
    /// returns its number.
    pub fn give(self: &Arc<Self>, job: Job, ends: Ends) -> Result<u64, (Error, Job)> {
        let look = ends.next_look();
        let mut state = self.lock();
        if state.stopped {
            drop(state);
            let message = "the client's workers were stopped";
            return Err((Error::new(ErrorKind::Internal, message), job));
        }
        let number = state.queue.push(job, ends, &self.hurried);
        if let Some(worker) = state.idle.pop() {
            drop(state);
            worker.unpark();
        } else if state.threads < self.limit {
            state.threads += 1;
            drop(state);
            if !self.start_worker(number)? {
                look.into_iter().for_each(|look| self.watch(look));
            }
        } else {
            drop(state);
            look.into_iter().for_each(|look| self.watch(look));
        }
        Ok(number)
    }

    /// Starts a worker, which is already counted, for the job `number`; returns whether it started.
    fn start_worker(self: &Arc<Self>, number: u64) -> Result<bool, (Error, Job)> {
        let workers = Arc::clone(self);
        let started = thread::Builder::new()
            .name("neura-worker".to_owned())
            .stack_size(STACK)
            .spawn(move || workers.work());
        let mut state = self.lock();
        let error = match started {
            Ok(started) => {
                state.note(started);
                return Ok(true);
            }
            Err(error) => error,
        };
        state.threads -= 1;
        self.ended.notify_all();
        if state.threads > 0 {
            return Ok(false); // A running worker will take the job.
        }
        // Other jobs relied on the worker that did not start.
        let mut queue = state.queue.take();
        drop(state);
        match queue.remove(number) {
            Some(job) => {
                let message = format!("a call cannot run: {}", exhausted::threads(&error));
                Err((Error::new(ErrorKind::Internal, message), job))
            }
            None => Ok(true),
        }
    }

    /// Removes the job `number`, if no worker has taken it.
    pub fn withdraw(&self, number: u64) -> Option<Job> {
        self.lock().queue.remove(number)
    }

    /// Lets the workers end when the queue is empty.
    pub fn abandon(&self) {
        let mut state = self.lock();
        state.abandoned = true;
        self.hurried.notify();
        call_all(state);
    }

    /// See [`Dispatcher::shutdown`](super::Dispatcher::shutdown).
    pub fn shutdown(&self, wait: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        state.stopped = true;
        let dropped = state.queue.take();
        self.hurried.notify();
        call_all(state);
        drop(dropped); // Not under the lock: dropping a job may take other locks.
        let mut state = self.lock();
        while state.threads > 0 || state.timer {
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
        let handles = std::mem::take(&mut state.handles);
        drop(state);
        for ended in handles.into_values().flatten() {
            // It has nothing left to do, and a panic was caught. Joined, it is gone for the system
            // as well: the library may be unloaded.
            let _ = ended.join();
        }
        true
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            if let Some((job, late)) = state.queue.pop() {
                drop(state);
                timer::call(job, if late { self.late() } else { Turn::Run });
                state = self.lock();
            } else if state.is_over() {
                break;
            } else {
                let called;
                (state, called) = self.rest(state);
                if !called && state.queue.is_empty() {
                    break;
                }
            }
        }
        // Under the same lock as the last check of the queue, so that no job can arrive in between
        // and wait for a worker that has ended.
        state.leave();
        state.threads -= 1;
        self.ended.notify_all();
    }

    /// Waits for a job, or until the idle time is over; returns which. Not inlined: its values would
    /// take stack space in every call that waits.
    #[inline(never)]
    fn rest<'a>(&'a self, mut state: MutexGuard<'a, State>) -> (MutexGuard<'a, State>, bool) {
        let (me, since) = (thread::current(), Instant::now());
        state.idle.push(me.clone());
        loop {
            drop(state);
            // May wake up spuriously; only the list says whether there is a job.
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

/// Wakes every idle worker to check the state.
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
