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
use std::time::Duration;

pub use calls::{Calls, PendingCall};
pub use completion::{CallId, cancelled, cancelled_after};
pub use key_prompt::{Question, Wanted};
use neura_transport::{PerProcess, Process};
use queue::{Ends, Job};
use threads::Workers;

use crate::client::Client;
use crate::error::Error;
use crate::option_table;

/// Runs jobs on its own threads. A job that finds no idle worker starts one, up to a limit; beyond
/// the limit jobs wait in order. A worker ends after 10 idle seconds; the one that became idle last
/// gets the next job. A clone shares the workers.
///
/// After the last clone is dropped, the workers end as soon as no job waits. A child of `fork` has
/// its own workers; earlier jobs belong to the parent. For calls with outcomes, see [`Calls`].
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
        // A child of `fork` does not have its parent's workers, and their lock may stay locked for
        // ever.
        if let Some(workers) = self.0.known() {
            workers.abandon();
        }
    }
}

impl Dispatcher {
    /// The default limit of threads.
    pub const DEFAULT_LIMIT: usize = option_table::MAX_IN_FLIGHT.count() as usize;

    /// At most `limit` threads, at least one. None is started yet.
    pub fn new(limit: usize) -> Self {
        let workers = Arc::new(Workers::new(limit));
        Dispatcher(Arc::new(Handle(PerProcess::new(workers))))
    }

    /// The workers for the calls of `client`: its own if it sets `max_in_flight`, else `shared`, so
    /// that a program with many clients does not have many idle threads.
    pub fn of(client: &Client, shared: &Dispatcher) -> Self {
        let own = client.max_in_flight().map(Dispatcher::new);
        own.unwrap_or_else(|| shared.clone())
    }

    /// Runs `job` on a worker. A panic ends the job, but not the worker.
    ///
    /// # Errors
    /// `internal` after [`shutdown`](Self::shutdown), or if the first thread cannot be started.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) -> Result<JobHandle, Error> {
        self.give(Box::new(|_| job()), Ends::default())
            .map_err(|(error, _)| error)
    }

    /// As [`spawn`](Self::spawn). A job that cannot run is returned; one that still waits for a
    /// worker when it `ends` is called with the reason.
    fn give(&self, job: Job, ends: Ends) -> Result<JobHandle, (Error, Job)> {
        let workers = self.0.workers();
        let number = workers.give(job, ends)?;
        Ok(JobHandle {
            workers: Arc::downgrade(&workers),
            process: Process::current(),
            number,
        })
    }

    /// Refuses new jobs, drops those that wait, and waits up to `wait` for those that run; returns
    /// whether all ended. Cancel their calls first.
    pub fn shutdown(&self, wait: Duration) -> bool {
        self.0.workers().shutdown(wait)
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.workers().fmt(f)
    }
}

/// A handle of a job of a [`Dispatcher`]. Dropping it changes nothing.
#[derive(Debug)]
pub struct JobHandle {
    workers: Weak<Workers>,
    process: Process,
    number: u64,
}

impl JobHandle {
    /// Drops the job if it still waits for a worker; returns whether it did. To end a running job,
    /// use its [`CancelToken`](crate::CancelToken).
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
