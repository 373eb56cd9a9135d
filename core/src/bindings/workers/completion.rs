//! The pending calls and the outcomes of the settled ones. Each call settles once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use neura_transport::CancelToken;

use super::{JobHandle, key_prompt};
use crate::client::AttemptCount;
use crate::error::{Error, ErrorKind, catch_panic};

/// The id of a call of one [`Calls`](super::Calls): counted from 1, never reused.
pub type CallId = u64;

pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// The state that one consumer's calls share with their jobs.
pub(super) struct Completions<T> {
    state: Mutex<State<T>>,
    /// Signalled when the last job ends and a thread waits for that. Without a waiting thread it is
    /// not signalled, because each signal is a system call.
    still: Condvar,
}

struct State<T> {
    last: CallId,
    pending: HashMap<CallId, Pending>,
    settled: Vec<(CallId, Result<T, Error>)>,
    /// The number of jobs on a worker, including those of settled calls.
    running: usize,
    /// The number of threads in [`Completions::wait_until_still`].
    waits_until_still: usize,
    /// `None` once no new calls are accepted.
    wake: Option<Wake>,
}

struct Pending {
    token: CancelToken,
    attempts: AttemptCount,
    /// `None` until its job is in the queue.
    job: Option<JobHandle>,
}

impl Pending {
    fn cancel(self) {
        self.token.cancel();
        // A queued job would keep its data until a worker takes it.
        if let Some(job) = self.job {
            job.withdraw();
        }
    }
}

impl<T> State<T> {
    /// Adds an outcome; returns the wake-up to call after the lock is released, if any.
    fn push(&mut self, id: CallId, outcome: Result<T, Error>) -> Option<Wake> {
        let first = self.settled.is_empty();
        self.settled.push((id, outcome));
        self.wake.clone().filter(|_| first)
    }
}

impl<T> Completions<T> {
    pub fn new(wake: Wake) -> Self {
        Completions {
            state: Mutex::new(State {
                last: 0,
                pending: HashMap::new(),
                settled: Vec::new(),
                running: 0,
                waits_until_still: 0,
                wake: Some(wake),
            }),
            still: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // No foreign code runs under the lock, so a panic cannot leave a change incomplete.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new id, and whether a call with it is pending: not if no calls are accepted.
    pub fn add(&self, token: CancelToken, attempts: AttemptCount) -> (CallId, bool) {
        let mut state = self.lock();
        state.last += 1;
        let id = state.last;
        if state.wake.is_none() {
            drop(state);
            token.cancel();
            return (id, false);
        }
        let pending = Pending {
            token,
            attempts,
            job: None,
        };
        state.pending.insert(id, pending);
        (id, true)
    }

    /// Notes that the job of `id` is in the queue.
    pub fn queued(&self, id: CallId, job: JobHandle) {
        let mut state = self.lock();
        if let Some(pending) = state.pending.get_mut(&id) {
            pending.job = Some(job);
            return;
        }
        // Settled in the meantime: the cancellation could not withdraw the job yet.
        drop(state);
        job.withdraw();
    }

    /// Settles `id`, unless it is settled already.
    pub fn settle(&self, id: CallId, outcome: Result<T, Error>) {
        let mut state = self.lock();
        if state.pending.remove(&id).is_none() {
            drop(state);
            drop(outcome); // Not under the lock: dropping a stream closes it.
            return;
        }
        let wake = state.push(id, outcome);
        drop(state);
        wake_up(wake);
    }

    /// See [`Calls::push`](super::Calls::push).
    pub fn push(&self, id: CallId, value: T) -> bool {
        let mut state = self.lock();
        if !state.pending.contains_key(&id) {
            drop(state);
            drop(value);
            return false;
        }
        let wake = state.push(id, Ok(value));
        drop(state);
        wake_up(wake);
        true
    }

    /// See [`Calls::post`](super::Calls::post).
    pub fn post(&self, id: CallId, value: T) {
        let mut state = self.lock();
        if state.wake.is_none() {
            drop(state);
            drop(value); // No consumer is left.
            return;
        }
        let wake = state.push(id, Ok(value));
        drop(state);
        wake_up(wake);
    }

    /// See [`Calls::cancel`](super::Calls::cancel).
    pub fn cancel(&self, id: CallId) -> bool {
        let mut state = self.lock();
        let Some(pending) = state.pending.remove(&id) else {
            return false;
        };
        let wake = state.push(id, Err(cancelled_after(pending.attempts.get())));
        drop(state);
        pending.cancel();
        wake_up(wake);
        true
    }

    /// See [`Calls::end_jobs`](super::Calls::end_jobs).
    pub fn end_jobs(&self) {
        let mut state = self.lock();
        let pending = state.pending.values_mut();
        let jobs: Vec<_> = pending
            .map(|pending| (pending.token.clone(), pending.job.take()))
            .collect();
        drop(state);
        for (token, job) in jobs {
            token.cancel();
            // Its completer settles the call.
            job.map(|job| job.withdraw());
        }
    }

    /// Settles `id`, whose job is dropped before it began.
    fn settle_dropped(&self, id: CallId) {
        let state = self.lock();
        let pending = state.pending.get(&id);
        let was_cancelled = pending.is_some_and(|pending| pending.token.is_cancelled());
        drop(state);
        let error = if was_cancelled {
            cancelled()
        } else {
            let message = "the call was dropped before it began: its workers were stopped, or the \
                           system cannot start another thread";
            Error::new(ErrorKind::Cancelled, message)
        };
        self.settle(id, Err(error));
    }

    pub fn count_pending(&self) -> usize {
        self.lock().pending.len()
    }

    /// See [`Calls::take`](super::Calls::take).
    pub fn take(&self) -> Vec<(CallId, Result<T, Error>)> {
        std::mem::take(&mut self.lock().settled)
    }

    /// Cancels every pending call and accepts no more. The calls settle only if `settle`.
    pub fn end(&self, settle: bool) {
        let mut state = self.lock();
        let wake = state.wake.take();
        let pending = std::mem::take(&mut state.pending);
        if settle {
            let attempts = |(id, pending): (&CallId, &Pending)| (*id, pending.attempts.get());
            let mut calls: Vec<(CallId, u32)> = pending.iter().map(attempts).collect();
            calls.sort_unstable();
            let outcomes = calls
                .into_iter()
                .map(|(id, attempts)| (id, Err(cancelled_after(attempts))));
            state.settled.extend(outcomes);
        }
        drop(state);
        drop(wake);
        pending.into_values().for_each(Pending::cancel);
    }

    /// Waits up to `wait` until no job runs; returns whether none does.
    pub fn wait_until_still(&self, wait: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        state.waits_until_still += 1;
        while state.running > 0 {
            let left = wait.saturating_sub(started.elapsed());
            if left.is_zero() {
                break;
            }
            state = self
                .still
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.waits_until_still -= 1;
        state.running == 0
    }

    /// A worker took the job of `id`; returns whether it should still run.
    fn begin(&self, id: CallId) -> bool {
        let mut state = self.lock();
        let is_pending = state.pending.contains_key(&id);
        state.running += usize::from(is_pending);
        is_pending
    }

    /// A job ended, and its data is dropped.
    fn ended(&self) {
        let mut state = self.lock();
        state.running -= 1;
        if state.running == 0 && state.waits_until_still > 0 {
            self.still.notify_all();
        }
    }
}

impl<T> fmt::Debug for Completions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Calls")
            .field("pending", &state.pending.len())
            .field("running", &state.running)
            .field("settled", &state.settled.len())
            .finish_non_exhaustive()
    }
}

fn wake_up(wake: Option<Wake>) {
    if let Some(wake) = wake {
        wake();
    }
}

/// The error of a call that was cancelled before it began.
pub fn cancelled() -> Error {
    cancelled_after(0)
}

/// The error of a call that was cancelled before it was complete, after this many attempts.
pub fn cancelled_after(attempts: u32) -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "the call was cancelled before it was complete",
    )
    .with_attempts(attempts)
}

/// The right to run a call's job. Dropped without running it, it settles the call.
pub(super) struct Completer<T> {
    calls: Arc<Completions<T>>,
    id: CallId,
    began: bool,
}

impl<T: Send + 'static> Completer<T> {
    pub fn new(calls: Arc<Completions<T>>, id: CallId) -> Self {
        Completer {
            calls,
            id,
            began: false,
        }
    }

    /// Settles a call without a job.
    pub fn settle(self, outcome: Result<T, Error>) {
        self.calls.settle(self.id, outcome);
    }

    /// Runs the job on this thread, unless the call is settled already.
    pub fn run(mut self, job: impl FnOnce(CallId) -> Result<T, Error>) {
        self.began = self.calls.begin(self.id);
        if self.began {
            let job = || catch_panic(|| job(self.id));
            let outcome = key_prompt::on_behalf(&self.calls, self.id, job);
            self.calls.settle(self.id, outcome);
        }
    }
}

impl<T> Drop for Completer<T> {
    fn drop(&mut self) {
        if self.began {
            self.calls.ended();
            return;
        }
        self.calls.settle_dropped(self.id);
    }
}
