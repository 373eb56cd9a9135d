//! Worker threads that run calls for the asynchronous bindings.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, ErrorKind};

/// Enough for a call: measured stacks of 64 to 256 KiB serve alike, and TLS needs some.
const STACK: usize = 256 * 1024;
/// A worker that found nothing to do for so long ends.
const IDLE: Duration = Duration::from_secs(10);

type Job = Box<dyn FnOnce() + Send>;

/// Runs jobs on threads of its own: one more whenever a job finds no idle worker, up to a
/// limit; beyond it jobs wait in order. Workers that stay idle end. A clone is the same.
///
/// When the last clone is gone the workers end as soon as no job waits.
#[derive(Clone)]
pub struct Dispatcher(Arc<Handle>);

struct Handle(Arc<Shared>);

impl Drop for Handle {
    fn drop(&mut self) {
        self.0.lock().abandoned = true;
        self.0.work.notify_all();
    }
}

struct Shared {
    state: Mutex<State>,
    work: Condvar,
    ended: Condvar,
    limit: usize,
}

#[derive(Default)]
struct State {
    queue: VecDeque<Job>,
    workers: usize,
    idle: usize,
    stopped: bool,
    /// Nobody can give another job.
    abandoned: bool,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // No job runs under the lock, so a panic cannot leave the state half changed.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Dispatcher {
    /// How many threads an environment runs its calls on unless something else is asked.
    pub const DEFAULT_LIMIT: usize = 1_024;

    fn shared(&self) -> &Arc<Shared> {
        &self.0.0
    }

    /// At most `limit` threads, at least one; none is started yet.
    pub fn new(limit: usize) -> Self {
        Dispatcher(Arc::new(Handle(Arc::new(Shared {
            state: Mutex::default(),
            work: Condvar::new(),
            ended: Condvar::new(),
            limit: limit.max(1),
        }))))
    }

    /// Runs `job` on a worker. A panic in it ends the job alone.
    ///
    /// # Errors
    /// `internal` after [`shutdown`](Self::shutdown), or where the system gives no thread
    /// and none runs yet.
    pub fn spawn(&self, job: impl FnOnce() + Send + 'static) -> Result<(), Error> {
        let mut state = self.shared().lock();
        if state.stopped {
            return Err(Error::new(
                ErrorKind::Internal,
                "the client's workers were stopped",
            ));
        }
        state.queue.push_back(Box::new(job));
        if state.idle >= state.queue.len() || state.workers >= self.shared().limit {
            self.shared().work.notify_one();
            return Ok(());
        }
        state.workers += 1;
        drop(state);
        self.start_worker()
    }

    fn start_worker(&self) -> Result<(), Error> {
        let shared = Arc::clone(self.shared());
        let started = thread::Builder::new()
            .name("neura-worker".to_owned())
            .stack_size(STACK)
            .spawn(move || work(&shared));
        let Err(error) = started else {
            return Ok(());
        };
        let mut state = self.shared().lock();
        state.workers -= 1;
        if state.workers > 0 {
            return Ok(()); // The job waits for one of those that run.
        }
        state.queue.pop_back();
        let message = format!("the system gives no thread for the call: {error}");
        Err(Error::new(ErrorKind::Internal, message))
    }

    /// Takes no more jobs, drops those that wait, and gives those that run `wait` to end.
    /// Cancel their calls first.
    pub fn shutdown(&self, wait: Duration) {
        let end = Instant::now() + wait;
        let mut state = self.shared().lock();
        state.stopped = true;
        let dropped = std::mem::take(&mut state.queue);
        self.shared().work.notify_all();
        while state.workers > 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break;
            }
            state = self
                .shared()
                .ended
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        drop(state);
        drop(dropped); // A job's own drop may take locks: not under ours.
    }
}

impl fmt::Debug for Dispatcher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = self.shared().lock();
        f.debug_struct("Dispatcher")
            .field("limit", &self.shared().limit)
            .field("workers", &state.workers)
            .field("waiting", &state.queue.len())
            .finish_non_exhaustive()
    }
}

fn work(shared: &Shared) {
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.queue.pop_front() {
            drop(state);
            // The job answers for its own panic; the worker must outlive it.
            let _ = catch_unwind(AssertUnwindSafe(job));
            state = shared.lock();
            continue;
        }
        if state.stopped || state.abandoned {
            break;
        }
        state.idle += 1;
        let (back, waited) = shared
            .work
            .wait_timeout(state, IDLE)
            .unwrap_or_else(PoisonError::into_inner);
        state = back;
        state.idle -= 1;
        if waited.timed_out() && state.queue.is_empty() {
            break;
        }
    }
    state.workers -= 1;
    shared.ended.notify_all();
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn jobs_run_side_by_side_up_to_the_limit_and_queue_beyond_it() {
        let dispatcher = Dispatcher::new(4);
        let (sender, receiver) = channel();
        let (most, running) = (Arc::new(Mutex::new(0)), Arc::new(Mutex::new(0)));
        for _ in 0..12 {
            let (sender, most, running) = (sender.clone(), Arc::clone(&most), Arc::clone(&running));
            let job = move || {
                let now = {
                    let mut running = running.lock().unwrap();
                    *running += 1;
                    *running
                };
                let mut highest = most.lock().unwrap();
                *highest = now.max(*highest);
                drop(highest);
                thread::sleep(Duration::from_millis(20));
                *running.lock().unwrap() -= 1;
                sender.send(()).unwrap();
            };
            dispatcher.spawn(job).unwrap();
        }
        for _ in 0..12 {
            receiver.recv_timeout(Duration::from_secs(5)).unwrap();
        }
        assert_eq!(*most.lock().unwrap(), 4);
    }

    #[test]
    fn a_panic_ends_its_job_alone() {
        let dispatcher = Dispatcher::new(1);
        let (sender, receiver) = channel();
        dispatcher.spawn(|| std::panic::panic_any("fault")).unwrap();
        dispatcher.spawn(move || sender.send(7).unwrap()).unwrap();
        assert_eq!(receiver.recv_timeout(Duration::from_secs(5)), Ok(7));
    }

    #[test]
    fn workers_end_after_the_last_job_when_their_dispatcher_is_gone() {
        let dispatcher = Dispatcher::new(2);
        let shared = Arc::clone(dispatcher.shared());
        let (sender, receiver) = channel();
        for _ in 0..4 {
            let sender = sender.clone();
            dispatcher.spawn(move || sender.send(()).unwrap()).unwrap();
        }
        drop(dispatcher);
        assert_eq!(receiver.iter().take(4).count(), 4);
        let end = Instant::now() + Duration::from_secs(5);
        while shared.lock().workers > 0 {
            assert!(Instant::now() < end, "workers stayed");
            thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn shutdown_drops_what_waits_and_refuses_more() {
        let dispatcher = Dispatcher::new(1);
        let (sender, receiver) = channel();
        let first = sender.clone();
        dispatcher
            .spawn(move || {
                first.send("began").unwrap();
                thread::sleep(Duration::from_millis(50));
            })
            .unwrap();
        dispatcher
            .spawn(move || sender.send("never").unwrap())
            .unwrap();
        assert_eq!(receiver.recv(), Ok("began"));
        dispatcher.shutdown(Duration::from_secs(5));
        assert!(receiver.recv().is_err());
        let error = dispatcher.spawn(|| {}).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Internal);
    }
}
