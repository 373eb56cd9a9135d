//! Worker threads for the asynchronous bindings, and the calls that run on them.

mod calls;
mod completion;
mod key_prompt;
mod queue;
#[cfg(test)]
mod tests;
mod threads;
mod timer;

use std::fmt;
use std::sync::{Arc, Weak};
use std::time::{Duration, Instant};

pub use calls::Calls;
pub use completion::CallId;
pub use key_prompt::{Question, Wanted};
use neura_transport::{PerProcess, Process};
use queue::Job;
use threads::Workers;

use crate::client::Client;
use crate::error::Error;
use crate::option_table;

/// Runs jobs on threads of its own: one more whenever a job finds no idle worker, up to a
/// limit; beyond it jobs wait in order. A worker that stays idle for 10 s ends, the one
/// that worked last is the first to work again. A clone is the same.
///
/// When the last clone is gone the workers end as soon as no job waits. A child of `fork` has
/// workers of its own; the jobs that were given before are the parent's. For calls whose
/// outcomes somebody waits for, see [`Calls`].
///
/// ```
/// let dispatcher = neura::bindings::Dispatcher::new(neura::bindings::Dispatcher::DEFAULT_LIMIT);
/// let (sender, receiver) = std::sync::mpsc::channel();
/// for number in 1..=3 {
///     let sender = sender.clone();
///     dispatcher.spawn(move || sender.send(number).unwrap())?;
/// }
/// drop(sender);
/// assert_eq!(receiver.iter().sum::<i32>(), 6);
/// # Ok::<(), neura::Error>(())
/// ```
#[derive(Clone)]
pub struct Dispatcher(Arc<Handle>);

struct Handle(PerProcess<Arc<Workers>>);

impl Handle {
    fn workers(&self) -> Arc<Workers> {
        let renew = |parents: &Arc<Workers>| Arc::new(Workers::new(parents.limit));
        Arc::clone(&self.0.get(renew))
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // A parent's workers are not in its child, and their lock may be held for ever.
        if let Some(workers) = self.0.known() {
            workers.abandon();
        }
    }
}

impl Dispatcher {
    /// How many threads an environment runs its calls on unless something else is asked.
    pub const DEFAULT_LIMIT: usize = option_table::MAX_IN_FLIGHT.count() as usize;

    /// At most `limit` threads, at least one; none is started yet.
    pub fn new(limit: usize) -> Self {
        let workers = Arc::new(Workers::new(limit));
        Dispatcher(Arc::new(Handle(PerProcess::new(workers))))
    }

    /// The workers for the calls of `client`: of its own where `max_in_flight` gives it a
    /// limit of its own, else those that it shares. A program that makes many clients must
    /// not have many idle threads.
    pub fn of(client: &Client, shared: &Dispatcher) -> Self {
        let own = client.max_in_flight().map(Dispatcher::new);
        own.unwrap_or_else(|| shared.clone())
    }

    /// Runs `job` on a worker. A panic in it ends the job alone.
    ///
    /// # Errors
    /// `internal` after [`shutdown`](Self::shutdown), or where the system gives no thread
    /// and none runs yet.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) -> Result<JobHandle, Error> {
        self.give(Box::new(|_| job()), None)
            .map_err(|(error, _)| error)
    }

    /// As [`spawn`](Self::spawn); the job comes back where it cannot run, and is told at `end`
    /// if it still waits for a worker then.
    fn give(&self, job: Job, end: Option<Instant>) -> Result<JobHandle, (Error, Job)> {
        let workers = self.0.workers();
        let number = workers.give(job, end)?;
        Ok(JobHandle {
            workers: Arc::downgrade(&workers),
            process: Process::current(),
            number,
        })
    }

    /// Takes no more jobs, drops those that wait, and gives those that run `wait` to end;
    /// says whether all did. Cancel their calls first.
    pub fn shutdown(&self, wait: Duration) -> bool {
        self.0.workers().shutdown(wait)
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.workers().fmt(f)
    }
}

/// A job that a [`Dispatcher`] was given. Dropping it changes nothing.
#[derive(Debug)]
pub struct JobHandle {
    workers: Weak<Workers>,
    process: Process,
    number: u64,
}

impl JobHandle {
    /// Drops the job, if it still waits for a worker; says whether it did. One that runs
    /// is ended through its [`CancelToken`](crate::CancelToken).
    ///
    /// ```
    /// # use std::sync::mpsc::channel;
    /// let dispatcher = neura::bindings::Dispatcher::new(1);
    /// let (release, held) = channel::<()>();
    /// let first = dispatcher.spawn(move || held.recv().unwrap_or_default())?;
    /// let second = dispatcher.spawn(|| unreachable!())?;
    /// assert!(second.withdraw());
    /// # drop(release);
    /// # Ok::<(), neura::Error>(())
    /// ```
    pub fn withdraw(&self) -> bool {
        let job = self
            .workers
            .upgrade()
            .filter(|_| self.process.is_current())
            .and_then(|workers| workers.withdraw(self.number));
        job.is_some()
    }
}
