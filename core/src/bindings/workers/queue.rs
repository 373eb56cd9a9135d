//! The jobs that wait for a worker, ordered by arrival and by deadline.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// Why a job is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// A worker is free for it.
    Run,
    /// The deadline passed in the queue; `workers` is the pool's size.
    Late { workers: usize },
}

pub(super) type Job = Box<dyn FnOnce(Turn) + Send>;

struct Waiting {
    job: Job,
    end: Option<Instant>,
}

#[derive(Default)]
pub(super) struct Queue {
    /// By number, which is the order of arrival.
    jobs: BTreeMap<u64, Waiting>,
    /// The deadlines of those that have one.
    ends: BTreeSet<(Instant, u64)>,
    last: u64,
}

impl Queue {
    /// Adds `job` at the end; returns its number.
    pub fn push(&mut self, job: Job, end: Option<Instant>) -> u64 {
        self.last += 1;
        self.jobs.insert(self.last, Waiting { job, end });
        self.ends.extend(end.map(|end| (end, self.last)));
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
        Some(job)
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
        let (jobs, ends) = (
            std::mem::take(&mut self.jobs),
            std::mem::take(&mut self.ends),
        );
        Queue {
            jobs,
            ends,
            last: self.last,
        }
    }
}
