//! Calls on worker threads, and their outcomes for the consumer that waits for them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use neura_transport::{CancelToken, Process, SourceCall, SourceError};

use super::Dispatcher;
use super::completion::{CallId, Completer, Completions, cancelled};
use super::key_prompt::{self, Question, Wanted};
use super::queue::{Ends, Turn};
use crate::client::{AttemptCount, Deadline};
use crate::config::CallbackContext;
use crate::error::Error;

/// The calls of one consumer, such as an event loop, that run on worker threads.
///
/// Each call settles once: with the outcome of its job, or with `cancelled` if that comes first.
/// Outcomes are queued until the consumer takes them. The first outcome in an empty queue wakes the
/// consumer; later ones do not.
///
/// A child process of `fork` must make its own `Calls`, because this one wakes the parent's
/// consumer.
///
/// Any number of consumers may share a [`Dispatcher`]. Dropping this cancels the pending calls without
/// waking the consumer.
///
/// ```
/// # let (_sandbox, client) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
/// let dispatcher = neura::bindings::Dispatcher::new(8);
/// let (wake, woken) = std::sync::mpsc::channel(); // in a binding the event loop's own way
/// let calls = neura::bindings::Calls::new(move || wake.send(()).unwrap_or_default());
/// for _ in 0..3 {
///     let (client, token) = (client.clone(), neura::CancelToken::new());
///     let inside = token.clone();
///     let job = move |_| client.get("/models").cancel(&inside).send();
///     calls.start(&dispatcher, token, job);
/// }
/// let mut settled = 0;
/// while settled < 3 {
///     woken.recv().unwrap();
///     for (_call, outcome) in calls.take() {
///         assert_eq!(outcome?.status(), 200);
///         settled += 1;
///     }
/// }
/// # Ok::<(), neura::Error>(())
/// ```
pub struct Calls<T: Send + 'static>(Arc<Completions<T>>, Process);

impl<T: Send + 'static> Calls<T> {
    /// Starts without calls. `wake` is called from any thread, without a lock held, when the first
    /// outcome is ready to [`take`](Self::take). It must not block.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Calls(
            Arc::new(Completions::new(Arc::new(wake))),
            Process::current(),
        )
    }

    /// Runs `job` on a worker with the call's id. A panic in it becomes an `internal` error.
    /// `token` is cancelled when the call is cancelled, to end the job.
    ///
    /// A call that cannot begin settles with its error. After [`stop`](Self::stop) the job is
    /// dropped without an outcome.
    pub fn start(
        &self,
        dispatcher: &Dispatcher,
        token: CancelToken,
        job: impl FnOnce(CallId) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        self.start_until(dispatcher, Deadline::default(), token, |turn| job(turn?))
    }

    /// As [`start`](Self::start), for a call whose time counts from
    /// [`Client::begin`](crate::Client::begin). If its time is up before a worker is free, `job`
    /// gets an error of kind `timeout`, which it must return without waiting.
    pub fn start_until(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        token: CancelToken,
        job: impl FnOnce(Result<CallId, Error>) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        let ends = Ends::at(deadline.end());
        self.start_with(dispatcher, deadline, token, ends, job)
    }

    /// As [`start_until`](Self::start_until), for a `token` that its user cancels, and not
    /// [`cancel`](Self::cancel): while the job waits for a worker, the token is watched, and `job`
    /// gets `cancelled` within 100 ms.
    pub fn start_watched(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        token: CancelToken,
        job: impl FnOnce(Result<CallId, Error>) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        let ends = Ends {
            deadline: deadline.end(),
            cancel: Some(token.clone()),
        };
        self.start_with(dispatcher, deadline, token, ends, job)
    }

    fn start_with(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        token: CancelToken,
        ends: Ends,
        job: impl FnOnce(Result<CallId, Error>) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        let (id, is_pending) = self.0.add(token, deadline.attempts().clone());
        if !is_pending {
            return id;
        }
        let ticket = Completer::new(Arc::clone(&self.0), id);
        let job = move |turn| {
            ticket.run(move |id| match turn {
                Turn::Run => job(Ok(id)),
                Turn::Late { workers } => job(Err(deadline.reached_in_queue(workers))),
                Turn::Cancelled => job(Err(cancelled())),
            });
        };
        match dispatcher.give(Box::new(job), ends) {
            Ok(handle) => self.0.queued(id, handle),
            Err((error, job)) => {
                self.0.settle(id, Err(error));
                drop(job); // Dropped later, it would settle the call with another error.
            }
        }
        id
    }

    /// Begins a call without a job, which anything may settle. Cancelling the call cancels `token`;
    /// `attempts` is how many the request had.
    ///
    /// ```
    /// let (wake, woken) = std::sync::mpsc::channel();
    /// let calls = neura::bindings::Calls::new(move || wake.send(()).unwrap_or_default());
    /// let (id, pending) = calls.pending(neura::CancelToken::new(), 1);
    /// std::thread::spawn(move || pending.settle(Ok("done"))).join().unwrap();
    /// woken.recv().unwrap();
    /// let settled = calls.take().remove(0);
    /// assert_eq!((settled.0, settled.1?), (id, "done"));
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn pending(&self, token: CancelToken, attempts: u32) -> (CallId, PendingCall<T>) {
        let (id, _) = self.0.add(token, AttemptCount::of(attempts));
        (id, PendingCall(Completer::new(Arc::clone(&self.0), id)))
    }

    /// Adds a call that failed before it could begin; its error is taken like any outcome.
    pub fn refuse(&self, error: Error) -> CallId {
        let (id, _) = self.0.add(CancelToken::new(), AttemptCount::default());
        self.0.settle(id, Err(error));
        id
    }

    /// Queues a value of a call that stays pending; returns whether the call was pending.
    pub fn push(&self, id: CallId, value: T) -> bool {
        self.0.push(id, value)
    }

    /// Queues a value under the id of a call, also if the call is settled already.
    pub fn post(&self, id: CallId, value: T) {
        self.0.post(id, value);
    }

    /// As [`post`](Self::post), under the call whose job runs on this thread. Returns whether there
    /// is one with outcomes of this type.
    pub fn post_own(value: T) -> bool {
        key_prompt::post(value)
    }

    /// Asks the consumer of the call on this thread for the key, and waits for its answer until the
    /// call is over. For a callable that must run on another thread, such as an event loop's:
    /// [`Options::set_api_key_callback_for`](crate::Options::set_api_key_callback_for). `question`
    /// wraps the question in a value that the consumer [`take`](Self::take)s; the call stays pending.
    ///
    /// # Errors
    /// Why there is no key, as the text of the callable's error: the consumer's own reason, or that
    /// it dropped the question, that the call ended, or that no call with outcomes of this type
    /// runs on this thread.
    ///
    /// ```
    /// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::bindings::{Calls, Dispatcher, Question};
    /// use neura::{CancelToken, Client, Options};
    ///
    /// enum Outcome {
    ///     Status(u16),
    ///     Asked(Question),
    /// }
    /// let mut options = Options::new();
    /// options.set_api_key_callback_for(|asking| Calls::ask(asking, Outcome::Asked));
    /// # options.set_base_url(&sandbox.base_url);
    /// let client = Client::new(options)?;
    /// let (wake, woken) = std::sync::mpsc::channel();
    /// let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    /// let job = move |_| client.get("/models").send().map(|reply| Outcome::Status(reply.status()));
    /// calls.start(&Dispatcher::new(8), CancelToken::new(), job);
    /// 'settled: loop {
    ///     woken.recv().unwrap();
    ///     for (_call, outcome) in calls.take() {
    ///         match outcome? {
    ///             Outcome::Asked(question) => assert!(question.answer(&sandbox.api_key)),
    ///             Outcome::Status(status) => break 'settled assert_eq!(status, 200),
    ///         }
    ///     }
    /// }
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn ask(
        asking: &CallbackContext,
        question: impl FnOnce(Question) -> T,
    ) -> Result<String, String> {
        key_prompt::ask(asking, question)
    }

    /// Asks the consumer of the call on this thread for the next piece of the call's body, and
    /// waits for it until the call is over.
    ///
    /// # Errors
    /// Why the call is over; `cancelled` if the question was dropped.
    #[doc(hidden)]
    pub fn want<A>(
        call: &SourceCall<'_>,
        wanted: impl FnOnce(Wanted<A>) -> T,
    ) -> Result<A, SourceError> {
        key_prompt::want(call, wanted)
    }

    /// Settles a call as `cancelled` at once, ends its job, and drops the job if it still waits for
    /// a worker. Returns whether the call was pending.
    pub fn cancel(&self, id: CallId) -> bool {
        // In a child of `fork` the lock of the parent's calls may stay locked for ever.
        self.1.is_current() && self.0.cancel(id)
    }

    /// Cancels the token of every pending call, and drops the jobs that wait for a worker. Unlike
    /// those of [`cancel`](Self::cancel), the calls settle when their jobs have ended.
    pub fn end_jobs(&self) {
        self.0.end_jobs();
    }

    /// The number of calls that are not settled.
    pub fn count_pending(&self) -> usize {
        self.0.count_pending()
    }

    /// The outcomes since the last call of this, in their order.
    pub fn take(&self) -> Vec<(CallId, Result<T, Error>)> {
        self.0.take()
    }

    /// Cancels every pending call and refuses new ones. Waits up to `wait` for the running jobs, and
    /// returns whether all ended. Zero does not wait.
    ///
    /// The calls are settled, for [`take`](Self::take), when this returns. The consumer is not
    /// woken for them, but an earlier wake-up may still be running.
    pub fn stop(&self, wait: Duration) -> bool {
        self.0.end(true);
        self.0.wait_until_still(wait)
    }
}

/// A call without a job, from [`Calls::pending`]. Dropped without an outcome, it settles as
/// `cancelled`.
pub struct PendingCall<T: Send + 'static>(Completer<T>);

impl<T: Send + 'static> PendingCall<T> {
    /// Settles the call, unless it was cancelled.
    pub fn settle(self, outcome: Result<T, Error>) {
        self.0.settle(outcome);
    }
}

impl<T: Send + 'static> fmt::Debug for PendingCall<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCall").finish_non_exhaustive()
    }
}

impl<T: Send + 'static> Drop for Calls<T> {
    fn drop(&mut self) {
        // In a child of `fork`: the calls belong to the parent.
        if self.1.is_current() {
            self.0.end(false);
            drop(self.0.take());
        }
    }
}

impl<T: Send + 'static> fmt::Debug for Calls<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
