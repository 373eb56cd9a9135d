//! Which calls are open, and the outcomes of those that are not: each call settles once.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::{JobHandle, key_prompt};
use neura_transport::CancelToken;

use crate::error::{Error, ErrorKind, catch_panic};

/// A call of one [`Calls`](super::Calls): numbers from 1, none used twice.
pub type CallId = u64;

pub(super) type Wake = Arc<dyn Fn() + Send + Sync>;

/// What one consumer's calls share with their jobs.
pub(super) struct Completions<T> {
    state: Mutex<State<T>>,
    /// No job runs any more.
    still: Condvar,
}

struct State<T> {
    last: CallId,
    open: HashMap<CallId, Open>,
    settled: Vec<(CallId, Result<T, Error>)>,
    /// Jobs on a worker, also of calls that are settled.
    running: usize,
    /// `None` once no more calls open.
    wake: Option<Wake>,
}

struct Open {
    token: CancelToken,
    /// `None` while its job is on its way to the queue.
    job: Option<JobHandle>,
}

impl Open {
    fn cancel(self) {
        self.token.cancel();
        // A job that still waits would keep its data until a worker comes to it.
        if let Some(job) = self.job {
            job.withdraw();
        }
    }
}

impl<T> State<T> {
    /// Adds an outcome; the wake-up to call once the lock is given back, if any.
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
                open: HashMap::new(),
                settled: Vec::new(),
                running: 0,
                wake: Some(wake),
            }),
            still: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<T>> {
        // Nothing of others runs under the lock, so each change is whole.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A new number, and whether a call is open under it.
    pub fn open(&self, token: CancelToken) -> (CallId, bool) {
        let mut state = self.lock();
        state.last += 1;
        let id = state.last;
        if state.wake.is_none() {
            drop(state);
            token.cancel();
            return (id, false);
        }
        state.open.insert(id, Open { token, job: None });
        (id, true)
    }

    /// The job of `id` went to the queue.
    pub fn queued(&self, id: CallId, job: JobHandle) {
        let mut state = self.lock();
        if let Some(open) = state.open.get_mut(&id) {
            open.job = Some(job);
            return;
        }
        // Settled meanwhile: whoever cancelled it could not withdraw the job.
        drop(state);
        job.withdraw();
    }

    /// Settles `id`, unless that was done before.
    pub fn settle(&self, id: CallId, outcome: Result<T, Error>) {
        let mut state = self.lock();
        if state.open.remove(&id).is_none() {
            drop(state);
            drop(outcome); // It may be a stream, which closes: not under the lock.
            return;
        }
        let wake = state.push(id, outcome);
        drop(state);
        call(wake);
    }

    /// See [`Calls::tell`](super::Calls::tell).
    pub fn tell(&self, id: CallId, value: T) -> bool {
        let mut state = self.lock();
        if !state.open.contains_key(&id) {
            drop(state);
            drop(value);
            return false;
        }
        let wake = state.push(id, Ok(value));
        drop(state);
        call(wake);
        true
    }

    /// See [`Calls::cancel`](super::Calls::cancel).
    pub fn cancel(&self, id: CallId) -> bool {
        let mut state = self.lock();
        let Some(open) = state.open.remove(&id) else {
            return false;
        };
        let wake = state.push(id, Err(cancelled()));
        drop(state);
        open.cancel();
        call(wake);
        true
    }

    pub fn count_open(&self) -> usize {
        self.lock().open.len()
    }

    /// What came since the last time.
    pub fn take(&self) -> Vec<(CallId, Result<T, Error>)> {
        std::mem::take(&mut self.lock().settled)
    }

    /// Cancels every open call and opens no more. They settle only if `tell`.
    pub fn end(&self, tell: bool) {
        let mut state = self.lock();
        let wake = state.wake.take();
        let open = std::mem::take(&mut state.open);
        if tell {
            let mut ids: Vec<CallId> = open.keys().copied().collect();
            ids.sort_unstable();
            let outcomes = ids.into_iter().map(|id| (id, Err(cancelled())));
            state.settled.extend(outcomes);
        }
        drop(state);
        drop(wake);
        open.into_values().for_each(Open::cancel);
    }

    /// Waits until no job runs, but no longer than `wait`; says whether none does.
    pub fn wait_until_still(&self, wait: Duration) -> bool {
        let started = Instant::now();
        let mut state = self.lock();
        while state.running > 0 {
            let left = wait.saturating_sub(started.elapsed());
            if left.is_zero() {
                return false;
            }
            state = self
                .still
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        true
    }

    /// A worker came to the job of `id`; says whether it is still to run.
    fn begin(&self, id: CallId) -> bool {
        let mut state = self.lock();
        let open = state.open.contains_key(&id);
        state.running += usize::from(open);
        open
    }

    /// A job that had begun is over, and what it held is dropped.
    fn ended(&self) {
        let mut state = self.lock();
        state.running -= 1;
        if state.running == 0 {
            self.still.notify_all();
        }
    }
}

impl<T> fmt::Debug for Completions<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.lock();
        f.debug_struct("Calls")
            .field("open", &state.open.len())
            .field("running", &state.running)
            .field("settled", &state.settled.len())
            .finish_non_exhaustive()
    }
}

fn call(wake: Option<Wake>) {
    if let Some(wake) = wake {
        wake();
    }
}

fn cancelled() -> Error {
    Error::new(
        ErrorKind::Cancelled,
        "the call was cancelled before it was complete",
    )
}

/// The right to run a call's job. Dropped without that, it settles the call.
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

    /// Runs the job on this thread, unless the call is settled.
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
        let message = "the call was dropped before it began: its workers were stopped, or the \
                       system cannot start another thread";
        let error = Error::new(ErrorKind::Cancelled, message);
        self.calls.settle(self.id, Err(error));
    }
}
