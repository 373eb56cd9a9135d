//! One thread that ends the jobs whose time is up while they wait, for as long as any has one.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Instant;

use super::queue::{Job, Turn};
use super::threads::{STACK, Workers};

impl Workers {
    /// Sees to it that a job which has to wait is ended at `end`. Not under the lock.
    pub(super) fn watch(self: &Arc<Self>, end: Instant) {
        let mut state = self.lock();
        if state.timer {
            // The thread looks at the first end whenever it wakes.
            if state.queue.next_end().is_some_and(|first| end <= first) {
                self.hurried.notify_all();
            }
            return;
        }
        state.timer = true;
        drop(state);
        let workers = Arc::clone(self);
        let started = thread::Builder::new()
            .name("neura-timer".to_owned())
            .stack_size(STACK)
            .spawn(move || workers.keep_time());
        if started.is_err() {
            // Late jobs end when a worker comes to them.
            self.lock().timer = false;
        }
    }

    fn keep_time(&self) {
        let (mut state, mut since) = (self.lock(), Instant::now());
        loop {
            let now = Instant::now();
            if let Some(job) = state.queue.pop_late(now) {
                drop(state);
                call(job, self.late());
                (state, since) = (self.lock(), Instant::now());
                continue;
            }
            let mut wait = self.idle;
            match state.queue.next_end() {
                Some(end) => {
                    wait = wait.min(end.saturating_duration_since(now));
                    since = now;
                }
                None if state.is_over() || now.duration_since(since) >= self.idle => break,
                None => {}
            }
            state = self
                .hurried
                .wait_timeout(state, wait)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        state.timer = false;
        self.ended.notify_all();
    }

    /// What a job is called for whose time was up before a worker was there.
    pub(super) fn late(&self) -> Turn {
        Turn::Late {
            workers: self.limit,
        }
    }
}

/// The job answers for its own panic; its thread must outlive it, and what it carries may
/// panic once more when it is dropped.
pub(super) fn call(job: Job, turn: Turn) {
    if let Err(payload) = catch_unwind(AssertUnwindSafe(|| job(turn))) {
        std::mem::forget(payload);
    }
}
