//! Calls of a program with an event loop of its own: begun without waiting, and taken one at a
//! time when a descriptor that the loop watches becomes readable.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};
use std::{fmt, io};

use neura_transport::{CancelToken, Process};

use super::shared_reader::{AskedEvent, SharedReader};
use super::wakeup_fd::WakeupFd;
use super::workers::{CallId, Calls, Dispatcher};
use crate::client::{Client, Deadline, RequestOptions};
use crate::error::{Error, ErrorKind, catch_panic};
use crate::exhausted;
use crate::reply::EventView;

/// What an event loop watches: a descriptor, or an event of Windows.
pub trait Readiness: Send + Sync + 'static {
    /// Makes it readable, from any thread, without waiting.
    fn set(&self);
    /// Makes it unreadable.
    fn unset(&self);
    /// Waits until it is readable, for up to `timeout`, or for ever. May return earlier.
    fn wait(&self, timeout: Option<Duration>);
}

impl Readiness for WakeupFd {
    fn set(&self) {
        self.wake();
    }

    fn unset(&self) {
        self.clear();
    }

    fn wait(&self, timeout: Option<Duration>) {
        WakeupFd::wait(self, timeout);
    }
}

/// The error of a queue whose descriptor could not be opened. Without a descriptor it is the kind of a
/// call that cannot open a connection. Source: faults.md, 103.
pub fn cannot_watch(error: &io::Error) -> Error {
    let (kind, why) = match exhausted::descriptors(error) {
        Some(why) => (ErrorKind::Connection, why.to_owned()),
        None => (ErrorKind::Internal, error.to_string()),
    };
    Error::new(
        kind,
        format!("the queue's descriptor cannot be opened: {why}"),
    )
}

/// Calls that run on worker threads, and their outcomes with the tags that they were begun with.
///
/// [`Readiness`] is level-triggered: it is readable while an outcome is there, and until
/// [`next`](Self::next) has returned `None`. Any number of threads may begin calls and take
/// outcomes.
///
/// A call settles when its job has ended, also a cancelled one: what the job borrowed is then free.
/// A child process of `fork` has no calls; each method returns `invalid_argument` there.
pub struct CallQueue<T: Send + 'static, U, R: Readiness> {
    calls: Calls<T>,
    level: Arc<Level<R>>,
    state: Mutex<State<T, U>>,
    /// For the clients that have no workers of their own.
    workers: Dispatcher,
    process: Process,
}

struct State<T, U> {
    /// Taken from `calls`, and not by the consumer yet.
    ready: VecDeque<(CallId, Result<T, Error>)>,
    /// Of the calls whose outcome was not taken.
    /// A stream that is read has its turn until then.
    tags: HashMap<CallId, (U, Option<Arc<AskedEvent>>)>,
    closed: bool,
    /// How many threads are in [`CallQueue::wait`].
    waiting: usize,
}

/// A tag and an outcome, if there is one.
type Taken<U, T> = Option<(U, Result<T, Error>)>;

impl<T, U> State<T, U> {
    fn check_open(&self) -> Result<(), Error> {
        match self.closed {
            true => Err(invalid("the queue is closed")),
            false => Ok(()),
        }
    }

    /// Whether no outcome will come any more.
    fn is_over(&self) -> bool {
        self.closed && self.tags.is_empty()
    }
}

/// Sets the readiness once for any number of outcomes.
struct Level<R> {
    readiness: R,
    raised: AtomicBool,
}

impl<R: Readiness> Level<R> {
    fn raise(&self) {
        if !self.raised.swap(true, Ordering::SeqCst) {
            self.readiness.set();
        }
    }

    /// A `raise` at the same time may have no effect: look for outcomes afterwards.
    fn lower(&self) {
        self.readiness.unset();
        self.raised.store(false, Ordering::SeqCst);
    }
}

impl<T: Send + 'static, U, R: Readiness> CallQueue<T, U, R> {
    /// A queue without calls.
    pub fn new(readiness: R) -> Self {
        let level = Arc::new(Level {
            readiness,
            raised: AtomicBool::new(false),
        });
        let raised = Arc::clone(&level);
        CallQueue {
            calls: Calls::new(move || raised.raise()),
            level,
            state: Mutex::new(State {
                ready: VecDeque::new(),
                tags: HashMap::new(),
                closed: false,
                waiting: 0,
            }),
            workers: Dispatcher::new(Dispatcher::DEFAULT_LIMIT),
            process: Process::current(),
        }
    }

    /// What the event loop watches.
    pub fn readiness(&self) -> &R {
        &self.level.readiness
    }

    /// Begins a call of `client` with these options. Its time counts from now, and its token and
    /// that of the options end it. `job` runs on one of `workers`, the client's own, or else of the
    /// queue; it gets an error, which it must return without waiting, if the call ended before.
    ///
    /// # Errors
    /// `invalid_argument` after [`close`](Self::close) or a fork. The call has not begun, and has no
    /// outcome.
    pub fn call(
        &self,
        client: &Client,
        workers: Option<&Dispatcher>,
        mut options: RequestOptions,
        tag: U,
        job: impl FnOnce(Client, RequestOptions, Result<(), Error>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(), Error> {
        let token = options.own_cancel();
        let deadline = client.begin(&mut options);
        let client = client.clone();
        let job = move |turn: Result<_, _>| job(client, options, turn.map(drop));
        self.add((tag, None), |calls| {
            calls.start_watched(workers.unwrap_or(&self.workers), deadline, token, job)
        })
    }

    /// Begins to read the next event of a stream; `None` at its end. An event that has arrived is
    /// there at once. Closing the queue closes a stream that is being read.
    ///
    /// # Errors
    /// As [`call`](Self::call); `invalid_argument` until the outcome of an earlier read is taken.
    pub fn read(
        &self,
        stream: &SharedReader,
        workers: Option<&Dispatcher>,
        tag: U,
        convert: impl FnOnce(Option<EventView<'_>>) -> Result<T, Error> + Send + 'static,
    ) -> Result<(), Error> {
        self.check_process()?;
        self.lock().check_open()?;
        let asked = Arc::new(stream.ask()?);
        let tag = (tag, Some(Arc::clone(&asked)));
        let token = stream.cancel_token().clone();
        let is_ready = asked.is_ready();
        let read = move || {
            let read = asked.read(|reader| convert(reader.next_event()?));
            drop(asked);
            read
        };
        if is_ready {
            let read = catch_panic(read);
            return self.add(tag, |calls| {
                let (id, call) = calls.pending(CancelToken::new(), 0);
                call.settle(read);
                id
            });
        }
        let job = move |turn: Result<_, _>| turn.and_then(|_| read());
        self.add(tag, |calls| {
            let workers = workers.unwrap_or(&self.workers);
            calls.start_watched(workers, Deadline::default(), token, job)
        })
    }

    fn add(
        &self,
        tag: (U, Option<Arc<AskedEvent>>),
        start: impl FnOnce(&Calls<T>) -> CallId,
    ) -> Result<(), Error> {
        self.check_process()?;
        // The lock is held until the tag is there: the outcome may come before it.
        let mut state = self.lock();
        state.check_open()?;
        let id = start(&self.calls);
        state.tags.insert(id, tag);
        Ok(())
    }

    /// The next outcome, in the order in which they came; `None` if there is none yet.
    ///
    /// # Errors
    /// `invalid_argument` after a fork.
    pub fn next(&self) -> Result<Taken<U, T>, Error> {
        self.check_process()?;
        let mut state = self.lock();
        self.refill(&mut state);
        while let Some((id, outcome)) = state.ready.pop_front() {
            if let Some((tag, _)) = state.tags.remove(&id) {
                self.end_waits(&state);
                return Ok(Some((tag, outcome)));
            }
        }
        Ok(None)
    }

    fn refill(&self, state: &mut State<T, U>) {
        if !state.ready.is_empty() {
            return;
        }
        state.ready.extend(self.calls.take());
        // The last thread that waits lowers the level of a queue that is over: it must wake them all.
        let wakes_others = state.is_over() && state.waiting > 0;
        if state.ready.is_empty() && !wakes_others {
            self.level.lower();
            // Came in between, and may have found the level still raised.
            state.ready.extend(self.calls.take());
            if !state.ready.is_empty() {
                self.level.raise();
            }
        }
    }

    /// Ends the waits for a queue that is over.
    fn end_waits(&self, state: &State<T, U>) {
        if state.is_over() && state.waiting > 0 {
            self.level.raise();
        }
    }

    /// Waits until there is an outcome, for up to `timeout`, or for ever; returns whether there is
    /// one. Does not wait, or not any longer, for a queue that is closed and has no call left.
    ///
    /// # Errors
    /// `invalid_argument` after a fork.
    pub fn wait(&self, timeout: Option<Duration>) -> Result<bool, Error> {
        let started = Instant::now();
        loop {
            self.check_process()?;
            let mut state = self.lock();
            self.refill(&mut state);
            if !state.ready.is_empty() {
                return Ok(true);
            }
            let left = timeout.map(|timeout| timeout.saturating_sub(started.elapsed()));
            if state.is_over() || left.is_some_and(|left| left.is_zero()) {
                return Ok(false);
            }
            state.waiting += 1;
            drop(state);
            self.level.readiness.wait(left);
            self.lock().waiting -= 1;
        }
    }

    /// The number of calls whose outcome was not taken.
    ///
    /// # Errors
    /// `invalid_argument` after a fork.
    pub fn count(&self) -> Result<usize, Error> {
        self.check_process()?;
        Ok(self.lock().tags.len())
    }

    /// Cancels all calls, closes the streams that are being read, and refuses new calls. Each call
    /// still has its outcome.
    pub fn close(&self) {
        if self.process.is_current() {
            let mut state = self.lock();
            state.closed = true;
            self.end_waits(&state);
            drop(state);
            self.calls.end_jobs();
        }
    }

    /// Closes the queue, and waits up to `wait` for the jobs and the workers; returns whether all
    /// ended.
    pub fn shutdown(&self, wait: Duration) -> bool {
        if !self.process.is_current() {
            return true; // They belong to the parent.
        }
        let started = Instant::now();
        self.close();
        let still = self.calls.stop(wait);
        let left = wait.saturating_sub(started.elapsed());
        self.workers.shutdown(left) && still
    }

    fn check_process(&self) -> Result<(), Error> {
        if self.process.is_current() {
            return Ok(());
        }
        Err(invalid(
            "the queue belongs to the process that made it, and this one was forked from it: make a \
             queue in each process",
        ))
    }

    fn lock(&self) -> MutexGuard<'_, State<T, U>> {
        // No foreign code runs under the lock, so a panic cannot leave a change incomplete.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Send + 'static, U, R: Readiness> Drop for CallQueue<T, U, R> {
    fn drop(&mut self) {
        if !self.process.is_current() {
            // The connections in them belong to the parent.
            let state = self.state.get_mut().unwrap_or_else(PoisonError::into_inner);
            std::mem::forget(std::mem::take(&mut state.ready));
        }
    }
}

impl<T: Send + 'static, U, R: Readiness> fmt::Debug for CallQueue<T, U, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.calls.fmt(f)
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
