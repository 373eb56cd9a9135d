//! The jobs that wait for a worker, by arrival, by deadline, and those that a token can end.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use neura_transport::{CancelToken, Event, Process, Registration};

/// Why a job is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// A worker is free for it.
    Run,
    /// The deadline passed in the queue; `workers` is the pool's size.
    Late { workers: usize },
    /// The token that the queue watches for it was cancelled.
    Cancelled,
}

pub(super) type Job = Box<dyn FnOnce(Turn) + Send>;

struct Waiting {
    job: Job,
    end: Option<Instant>,
}

/// What ends a job that still waits for a worker.
#[derive(Clone, Default)]
pub(super) struct Ends {
    pub deadline: Option<Instant>,
    pub cancel: Option<CancelToken>,
}

impl Ends {
    pub fn at(deadline: Option<Instant>) -> Self {
        Ends {
            deadline,
            cancel: None,
        }
    }

    /// When they must be looked at next, if at all.
    pub fn next_look(&self) -> Option<Instant> {
        // The token may be cancelled already.
        let now = self.cancel.as_ref().map(|_| Instant::now());
        self.deadline.into_iter().chain(now).min()
    }
}

#[derive(Default)]
pub(super) struct Queue {
    /// By number, which is the order of arrival.
    jobs: BTreeMap<u64, Waiting>,
    /// The deadlines of those that have one.
    ends: BTreeSet<(Instant, u64)>,
    /// The tokens of those that have one.
    tokens: BTreeMap<u64, Watched>,
    last: u64,
}

/// A token, and how it ends the timer's wait. Without that it is looked at in ticks.
struct Watched {
    token: CancelToken,
    wakes: Option<Registration>,
}

impl Queue {
    /// Adds `job` at the end; returns its number. If its token is cancelled, `timer` is notified.
    pub fn push(&mut self, job: Job, ends: Ends, timer: &Arc<Event>) -> u64 {
        self.last += 1;
        let end = ends.deadline;
        self.jobs.insert(self.last, Waiting { job, end });
        self.ends.extend(end.map(|end| (end, self.last)));
        let watched = ends.cancel.map(|token| {
            let event: Arc<Event> = Arc::clone(timer);
            let wakes = token.register(Process::current(), event);
            Watched { token, wakes }
        });
        self.tokens.extend(watched.map(|token| (self.last, token)));
        self.last
    }

    /// The job that has waited longest, and whether its deadline has passed.
    pub fn pop(&mut self) -> Option<(Job, bool)> {
        let number = *self.jobs.first_key_value()?.0;
        let end = self.jobs.get(&number)?.end;
        let late = end.is_some_and(|end| Instant::now() >= end);
        Some((self.remove(number)?, late))
    }

    pub fn remove(&mut self, number: u64) -> Option<Job> {
        let Waiting { job, end } = self.jobs.remove(&number)?;
        if let Some(end) = end {
            self.ends.remove(&(end, number));
        }
        self.tokens.remove(&number);
        Some(job)
    }

    /// Whether there is a job that a token can end.
    pub fn has_tokens(&self) -> bool {
        !self.tokens.is_empty()
    }

    /// Whether a token must be looked at in ticks.
    pub fn has_ticks(&self) -> bool {
        let mut tokens = self.tokens.values();
        tokens.any(|watched| watched.wakes.is_none())
    }

    /// Removes and returns the jobs whose token is cancelled.
    pub fn take_cancelled(&mut self) -> Vec<Job> {
        let tokens = self.tokens.iter();
        let cancelled: Vec<u64> = tokens
            .filter(|(_, watched)| watched.token.is_cancelled())
            .map(|(number, _)| *number)
            .collect();
        let jobs = cancelled.into_iter();
        jobs.filter_map(|number| self.remove(number)).collect()
    }

    /// The earliest deadline.
    pub fn next_end(&self) -> Option<Instant> {
        self.ends.first().map(|(end, _)| *end)
    }

    /// One of the jobs whose deadline has passed.
    pub fn pop_late(&mut self, now: Instant) -> Option<Job> {
        let (_, number) = *self.ends.first().filter(|(end, _)| *end <= now)?;
        self.remove(number)
    }

    pub fn is_empty(&self) -> bool {
        self.jobs.is_empty()
    }

    pub fn len(&self) -> usize {
        self.jobs.len()
    }

    /// Removes and returns all jobs.
    pub fn take(&mut self) -> Self {
        let last = self.last;
        let all = std::mem::take(self);
        self.last = last;
        all
    }
}
