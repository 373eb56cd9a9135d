//! The jobs that wait for a worker: by the order in which they came, and by their ends.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// What a job is called for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// A worker is there for it.
    Run,
    /// Its time was up before one was; so many there are at the most.
    Late { workers: usize },
}

pub(super) type Job = Box<dyn FnOnce(Turn) + Send>;

struct Waiting {
    job: Job,
    end: Option<Instant>,
}

#[derive(Default)]
pub(super) struct Queue {
    /// By number, which is the order in which they came.
    jobs: BTreeMap<u64, Waiting>,
    /// The ends of those that have one.
    ends: BTreeSet<(Instant, u64)>,
    last: u64,
}

impl Queue {
    /// Puts `job` behind the others; its number.
    pub fn push(&mut self, job: Job, end: Option<Instant>) -> u64 {
        self.last += 1;
        self.jobs.insert(self.last, Waiting { job, end });
        self.ends.extend(end.map(|end| (end, self.last)));
        self.last
    }

    /// The job that waits longest, and whether its time is up.
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

    /// When the time of the first job is up.
    pub fn next_end(&self) -> Option<Instant> {
        self.ends.first().map(|(end, _)| *end)
    }

    /// One of the jobs whose time is up.
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

    /// All that wait, which are no longer in the queue.
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
