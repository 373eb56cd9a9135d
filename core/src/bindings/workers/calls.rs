//! Calls on worker threads, and their outcomes for whoever waits for them.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use neura_transport::{CancelToken, Process, SourceCall, SourceError};

use super::Dispatcher;
use super::completion::{CallId, Completer, Completions};
use super::key_prompt::{self, Question, Wanted};
use super::queue::Turn;
use crate::client::Deadline;
use crate::config::CallbackContext;
use crate::error::Error;

/// The calls of one consumer, such as an event loop, that run on worker threads.
///
/// Each call settles once: with what its job brings, or with `cancelled` if that comes
/// first. Outcomes gather until the consumer takes them; the first to come since then
/// wakes it, and the others ride along.
///
/// A child of `fork` makes its own: the consumer that is woken is the parent's.
///
/// Any number of consumers may share a [`Dispatcher`]. Dropping this cancels the calls
/// that are open, and nobody is told of them.
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
    /// No calls yet. `wake` is called from any thread, under no lock, when there is
    /// something to [`take`](Self::take) where nothing was. It must not wait.
    pub fn new(wake: impl Fn() + Send + Sync + 'static) -> Self {
        Calls(
            Arc::new(Completions::new(Arc::new(wake))),
            Process::current(),
        )
    }

    /// Runs `job` on a worker; it is told the call's number, and a panic in it becomes an
    /// `internal` error. `token` ends what the job does when the call is cancelled.
    ///
    /// A call that cannot begin settles like any other. After [`stop`](Self::stop) the job
    /// is dropped and nobody is told.
    pub fn start(
        &self,
        dispatcher: &Dispatcher,
        token: CancelToken,
        job: impl FnOnce(CallId) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        self.start_until(dispatcher, Deadline::default(), token, |turn| job(turn?))
    }

    /// As [`start`](Self::start), for a call whose time counts from
    /// [`Client::begin`](crate::Client::begin): where it is up before a worker comes to it, `job`
    /// is told so then, by an error of kind `timeout` for it to return. It must not wait there.
    pub fn start_until(
        &self,
        dispatcher: &Dispatcher,
        deadline: Deadline,
        token: CancelToken,
        job: impl FnOnce(Result<CallId, Error>) -> Result<T, Error> + Send + 'static,
    ) -> CallId {
        let (id, opened) = self.0.open(token);
        if !opened {
            return id;
        }
        let ticket = Completer::new(Arc::clone(&self.0), id);
        let job = move |turn| {
            ticket.run(move |id| match turn {
                Turn::Run => job(Ok(id)),
                Turn::Late { workers } => job(Err(deadline.reached_in_queue(workers))),
            });
        };
        match dispatcher.give(Box::new(job), deadline.end()) {
            Ok(handle) => self.0.queued(id, handle),
            Err((error, job)) => {
                self.0.settle(id, Err(error));
                drop(job); // It would settle the call in its own words.
            }
        }
        id
    }

    /// A call that failed before it could begin, told like every other.
    pub fn refuse(&self, error: Error) -> CallId {
        let (id, _) = self.0.open(CancelToken::new());
        self.0.settle(id, Err(error));
        id
    }

    /// Brings something of a call that stays open; says whether it was open.
    pub fn tell(&self, id: CallId, value: T) -> bool {
        self.0.tell(id, value)
    }

    /// Asks the consumer of the call that runs on this thread for the key, and waits for its
    /// answer until the call is over. For a callable that gives the key on another thread than
    /// the one that calls it, such as an event loop's:
    /// [`Options::set_api_key_callback_for`](crate::Options::set_api_key_callback_for).
    /// `question` makes of the question what the consumer [`take`](Self::take)s; the call stays
    /// open.
    ///
    /// # Errors
    /// Why there is no key, in words for that callable to give back: what the consumer said,
    /// that it dropped the question, that the call ended, or that no call whose outcomes are
    /// of this type runs on this thread.
    ///
    /// ```
    /// # let (sandbox, _) = include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/sandbox.rs"));
    /// use neura::bindings::{Calls, Dispatcher, Question};
    /// use neura::{CancelToken, Client, Options};
    ///
    /// enum Told {
    ///     Status(u16),
    ///     Asked(Question),
    /// }
    /// let mut options = Options::new();
    /// options.set_api_key_callback_for(|asking| Calls::ask(asking, Told::Asked));
    /// # options.set_base_url(&sandbox.base_url);
    /// let client = Client::new(options)?;
    /// let (wake, woken) = std::sync::mpsc::channel();
    /// let calls = Calls::new(move || wake.send(()).unwrap_or_default());
    /// let job = move |_| client.get("/models").send().map(|reply| Told::Status(reply.status()));
    /// calls.start(&Dispatcher::new(8), CancelToken::new(), job);
    /// 'settled: loop {
    ///     woken.recv().unwrap();
    ///     for (_call, told) in calls.take() {
    ///         match told? {
    ///             Told::Asked(question) => assert!(question.answer(&sandbox.api_key)),
    ///             Told::Status(status) => break 'settled assert_eq!(status, 200),
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

    /// Asks the consumer of the call that runs on this thread for the next piece of the call's
    /// body, and waits for it until the call is over.
    ///
    /// # Errors
    /// Why the call is over; `cancelled` where nobody will answer.
    #[doc(hidden)]
    pub fn want<A>(
        call: &SourceCall<'_>,
        wanted: impl FnOnce(Wanted<A>) -> T,
    ) -> Result<A, SourceError> {
        key_prompt::want(call, wanted)
    }

    /// Settles a call as `cancelled` at once, ends what its job does, and drops the job if
    /// it waits for a worker. Says whether the call was open.
    pub fn cancel(&self, id: CallId) -> bool {
        // In a child of `fork` the lock of the parent's calls may be held for ever.
        self.1.is_current() && self.0.cancel(id)
    }

    /// How many calls are not settled.
    pub fn open(&self) -> usize {
        self.0.count_open()
    }

    /// What came since the last time, in the order in which it came.
    pub fn take(&self) -> Vec<(CallId, Result<T, Error>)> {
        self.0.take()
    }

    /// Cancels every open call, and takes no more; gives the jobs that run `wait` to end,
    /// and says whether all did. Zero does not wait.
    ///
    /// The calls are settled, for [`take`](Self::take), when this returns. Nobody is woken
    /// for them, but a wake-up that began before may still go on.
    pub fn stop(&self, wait: Duration) -> bool {
        self.0.end(true);
        self.0.wait_until_still(wait)
    }
}

impl<T: Send + 'static> Drop for Calls<T> {
    fn drop(&mut self) {
        // The parent's calls, of which its child knows nothing but that they were open.
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
